//! Signing in to a Linux workstation by PAM: pamtester with a service of our own.
//!
//! The module is taken out of its package and is not installed: its package would put it into the sign-in of the whole
//! machine. The service is seen in a mount namespace of its own.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::packages::Packages;
use crate::samba::{Person, Samba};

/// The package with the module that asks a Kerberos server.
const PACKAGE: &str = "libpam-krb5";
const INSTALL: &str = "pamtester cannot be started: apt-get install pamtester, and run this as root";

/// A service of PAM whose passwords are those of a domain.
pub struct Pam {
    folder: TempDir,
    kerberos: PathBuf,
}

impl Pam {
    /// One that asks this controller.
    ///
    /// # Errors
    /// If the package cannot be had.
    pub fn asking(samba: &Samba) -> Result<Self> {
        let folder = TempDir::with_prefix("latchkey-pam-")?;
        let at = folder.path();
        let module = Packages::unpacked(&[PACKAGE])?.file("pam_krb5.so")?;
        std::fs::create_dir(at.join("pam.d"))?;
        let service =
            format!("auth required {} no_ccache ignore_k5login\naccount required pam_permit.so\n", module.display());
        std::fs::write(at.join("pam.d/latchkey"), service)?;
        Ok(Self { folder, kerberos: samba.folder().join("krb5.conf") })
    }

    /// Whether somebody is let in with a password.
    ///
    /// # Errors
    /// If pamtester cannot be started, or says something else than yes or no.
    pub fn lets_in(&self, person: &Person, password: &str) -> Result<bool> {
        use std::io::Write as _;
        let mut child = Command::new("unshare")
            .args(["-m", "sh", "-c", "mount --bind \"$0\" /etc/pam.d && exec pamtester latchkey \"$1\" authenticate"])
            .arg(self.folder.path().join("pam.d"))
            .arg(&person.name)
            .env("KRB5_CONFIG", &self.kerberos)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context(INSTALL)?;
        child.stdin.take().context("its input")?.write_all(format!("{password}\n").as_bytes())?;
        let Output { stdout, stderr, .. } = child.wait_with_output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        match (said.contains("successfully authenticated"), said.contains("Authentication failure")) {
            (true, false) => Ok(true),
            (false, true) => Ok(false),
            _ => bail!("{said}; {INSTALL}"),
        }
    }
}
