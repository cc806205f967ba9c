//! Whom a connection trusts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

/// The authorities that a server's certificate has to come from; TLS 1.2 and newer (PW-06).
#[derive(Debug, Clone)]
pub struct Trust(Arc<ClientConfig>);

/// Why nobody can be trusted.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("cannot read the authorities of {0}")]
    Io(PathBuf, #[source] rustls::pki_types::pem::Error),
    #[error("{0} has no certificate in it")]
    Empty(PathBuf),
    #[error("{0} has a certificate that is no authority's")]
    Unusable(PathBuf, #[source] rustls::Error),
    #[error("the system's authorities cannot be used")]
    System(#[source] rustls::Error),
}

impl Trust {
    /// The authorities of a PEM file, or those of the system.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(ca: Option<&Path>) -> Result<Self, TrustError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TrustError::System)?;
        let Some(path) = ca else {
            let config = builder.with_platform_verifier().map_err(TrustError::System)?;
            return Ok(Self(Arc::new(config.with_no_client_auth())));
        };
        let unread = |error| TrustError::Io(path.to_owned(), error);
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(unread)? {
            roots.add(certificate.map_err(unread)?).map_err(|error| TrustError::Unusable(path.to_owned(), error))?;
        }
        if roots.is_empty() {
            return Err(TrustError::Empty(path.to_owned()));
        }
        Ok(Self(Arc::new(builder.with_root_certificates(roots).with_no_client_auth())))
    }

    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0)
    }
}
