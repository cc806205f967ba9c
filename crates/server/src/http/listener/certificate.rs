//! The certificate that the listener shows: read again when its files change, so that a renewed one needs no restart
//! (B9).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How often the files are looked at, at most.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// Why a certificate is not used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("cannot read {0}")]
    File(PathBuf, #[source] io::Error),
    #[error("{0} is not PEM of what it should be")]
    Pem(PathBuf, #[source] rustls::pki_types::pem::Error),
    #[error("the certificate and the key do not go together or are of no use")]
    Unusable(#[from] rustls::Error),
}

/// A certificate with its key, as TLS uses them.
#[derive(Debug)]
pub(crate) struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    config: Arc<ServerConfig>,
    seen: [Seen; 2],
    looked_at: Timestamp,
}

/// What tells that a file has changed: when it was written, and how long it is.
type Seen = Option<(SystemTime, u64)>;

impl Certificate {
    /// # Errors
    /// If the files cannot be read or used.
    pub(crate) async fn open(certificate: &Path, key: &Path, now: Timestamp) -> Result<Self, CertificateError> {
        let seen = [seen(certificate).await, seen(key).await];
        let config = read(certificate, key).await?;
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), config, seen, looked_at: now })
    }

    /// What the next connection is to use. A new file that is broken changes nothing but the log.
    pub(crate) async fn current(&mut self, now: Timestamp) -> Arc<ServerConfig> {
        let since = now.duration_since(self.looked_at);
        // Also after the clock was set back.
        if since >= LOOK_AGAIN || since < SignedDuration::ZERO {
            self.looked_at = now;
            self.look().await;
        }
        Arc::clone(&self.config)
    }

    async fn look(&mut self) {
        // Before they are read: what is written in between is seen the next time.
        let seen = [seen(&self.certificate).await, seen(&self.key).await];
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        match read(&self.certificate, &self.key).await {
            Ok(config) => {
                tracing::info!("the certificate was read again");
                self.config = config;
            }
            Err(error) => tracing::error!(%error, "the new certificate cannot be used; the old one stays"),
        }
    }
}

async fn seen(path: &Path) -> Seen {
    let file = tokio::fs::metadata(path).await.ok()?;
    Some((file.modified().ok()?, file.len()))
}

async fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, CertificateError> {
    let pem = contents(certificate).await?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|error| CertificateError::Pem(certificate.to_owned(), error))?;
    let pem = contents(key).await?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| CertificateError::Pem(key.to_owned(), error))?;
    let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

async fn contents(path: &Path) -> Result<Vec<u8>, CertificateError> {
    tokio::fs::read(path).await.map_err(|error| CertificateError::File(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(folder: &Path) {
        let made = std::process::Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "certificate.pem"])
            .current_dir(folder)
            .output()
            .expect("openssl cannot be started: apt-get install openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    #[tokio::test]
    async fn a_renewed_certificate_is_used_and_a_broken_one_is_not() {
        // B9
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let folder = tempfile::tempdir().expect("a folder");
        make(folder.path());
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        let start: Timestamp = "2026-11-24T08:00:00Z".parse().expect("a time");
        let at = |seconds| start + SignedDuration::from_secs(seconds);
        let mut shown = Certificate::open(&certificate, &key, start).await.expect("a certificate");
        let first = shown.current(at(1)).await;

        std::fs::write(&certificate, "-----BEGIN CERTIFICATE-----\nbroken").expect("written");
        assert!(Arc::ptr_eq(&first, &shown.current(at(11)).await), "the old one stays");

        make(folder.path());
        assert!(Arc::ptr_eq(&first, &shown.current(at(12)).await), "the files are not looked at for each connection");
        let renewed = shown.current(at(22)).await;
        assert!(!Arc::ptr_eq(&first, &renewed), "the new one is used");
        assert!(Arc::ptr_eq(&renewed, &shown.current(at(40)).await));

        std::fs::remove_file(&key).expect("removed");
        assert!(Arc::ptr_eq(&renewed, &shown.current(at(60)).await), "the old one stays");
        Certificate::open(&certificate, &key, start).await.expect_err("a server does not start without its key");
    }
}
