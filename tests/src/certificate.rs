//! Certificates for loopback.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Makes a certificate for `localhost` that nobody else has signed: `certificate.pem` and `key.pem` in a folder.
///
/// # Errors
/// If openssl is missing.
pub fn for_localhost(folder: &Path) -> Result<reqwest::Certificate> {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder)
        .output()
        .context("openssl cannot be started: apt-get install openssl")?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(reqwest::Certificate::from_pem(&std::fs::read(folder.join("certificate.pem"))?)?)
}
