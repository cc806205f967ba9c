//! Whom a relay's certificate is judged by, where it is not the system's authorities.

use std::path::Path;

use lettre::transport::smtp::client::Certificate;

use super::error::SmtpError;

/// Longest file of authorities that is read, in bytes.
const LONGEST_FILE: u64 = 1024 * 1024;

/// The certificates of a file.
///
/// # Errors
/// If it cannot be read or holds none.
pub(super) async fn authorities(path: &Path) -> Result<Certificate, SmtpError> {
    let at_fault = |error| SmtpError::Authorities(path.to_owned(), error);
    let none = || SmtpError::NoAuthority(path.to_owned());
    if tokio::fs::metadata(path).await.map_err(at_fault)?.len() > LONGEST_FILE {
        return Err(none());
    }
    let pem = tokio::fs::read(path).await.map_err(at_fault)?;
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(none());
    }
    Certificate::from_pem(&pem).map_err(|_| none())
}
