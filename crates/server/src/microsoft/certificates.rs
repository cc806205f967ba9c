//! The certificates that requests are encrypted to, with their private keys.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use uuid::Uuid;
use x509_cert::der::{Decode as _, Encode as _};

use crate::clock;
use crate::config::microsoft::CertificateFiles;

/// From so long before its end a certificate is spoken of.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Who may not read a key: the same as with the secrets of gateways, whose group may (systemd's credentials look so).
const TOO_OPEN: u32 = 0o027;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("cannot read {0}")]
    File(PathBuf, #[source] io::Error),
    #[error("{0} may be read by others; say: chmod 600 '{0}'")]
    Exposed(PathBuf),
    #[error("{0} is not a certificate in PEM")]
    NoCertificate(PathBuf),
    #[error("{0} is not an RSA key of at least 2048 bits in PEM (PKCS #8)")]
    NoKey(PathBuf),
    #[error("{0} is not the key of {1}")]
    Apart(PathBuf, PathBuf),
}

/// A certificate with its key.
pub struct Certificate {
    /// What the header of a request may call it.
    names: Vec<String>,
    /// What it is registered under.
    pub id: Uuid,
    /// SHA-1 of it, as the portal shows it.
    pub thumbprint: String,
    pub begins_at: Timestamp,
    pub ends_at: Timestamp,
    pub(super) key: OaepPrivateDecryptingKey,
    /// Bytes of the key.
    pub(super) size: usize,
    public: OaepPublicEncryptingKey,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("id", &self.id).field("ends_at", &self.ends_at).finish_non_exhaustive()
    }
}

impl Certificate {
    fn read(files: &CertificateFiles) -> Result<Self, CertificateError> {
        let CertificateFiles { certificate, key, id } = files;
        let broken = || CertificateError::NoCertificate(certificate.clone());
        let der = CertificateDer::from_pem_slice(&contents(certificate)?).map_err(|_| broken())?;
        let parsed = x509_cert::Certificate::from_der(&der).map_err(|_| broken())?;
        let parsed = parsed.tbs_certificate();
        let private = private_key(key)?;
        let public = private.public_key();
        let own: PublicKeyX509Der<'_> = public.as_der().map_err(|_| CertificateError::NoKey(key.clone()))?;
        let certified = parsed.subject_public_key_info().to_der().map_err(|_| broken())?;
        if own.as_ref() != certified {
            return Err(CertificateError::Apart(key.clone(), certificate.clone()));
        }
        let id = id.unwrap_or_else(|| id_of(&der));
        let sha1 = digest(&SHA1_FOR_LEGACY_USE_ONLY, &der);
        let thumbprint: String = sha1.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        let no_key = |_| CertificateError::NoKey(key.clone());
        let at = |time: x509_cert::time::Time| {
            clock::at(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX))
        };
        Ok(Self {
            names: vec![id.to_string(), thumbprint.clone(), URL_SAFE_NO_PAD.encode(sha1)],
            id,
            thumbprint,
            begins_at: at(parsed.validity().not_before),
            ends_at: at(parsed.validity().not_after),
            size: private.key_size_bytes(),
            key: OaepPrivateDecryptingKey::new(private).map_err(no_key)?,
            public: OaepPublicEncryptingKey::new(public).map_err(no_key)?,
        })
    }

    /// What a request that was made for it is encrypted with.
    pub(super) const fn public(&self) -> &OaepPublicEncryptingKey {
        &self.public
    }

    /// Whether it has ended, ends soon, or has not begun.
    #[must_use]
    pub fn warning(&self, now: Timestamp) -> Option<&'static str> {
        if now >= self.ends_at {
            Some("has ended: Microsoft may no longer use it")
        } else if now < self.begins_at {
            Some("has not begun")
        } else if self.ends_at.duration_since(now) < SOON {
            Some("ends within 30 days: make another one and register it beside this one")
        } else {
            None
        }
    }
}

fn private_key(path: &Path) -> Result<PrivateDecryptingKey, CertificateError> {
    let mode = fs::metadata(path).map_err(|error| CertificateError::File(path.to_owned(), error))?.permissions().mode();
    if mode & TOO_OPEN != 0 {
        return Err(CertificateError::Exposed(path.to_owned()));
    }
    let pem = contents(path)?;
    let der = PrivatePkcs8KeyDer::from_pem_slice(&pem).map_err(|_| CertificateError::NoKey(path.to_owned()))?;
    PrivateDecryptingKey::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| CertificateError::NoKey(path.to_owned()))
}

fn contents(path: &Path) -> Result<Vec<u8>, CertificateError> {
    fs::read(path).map_err(|error| CertificateError::File(path.to_owned(), error))
}

/// The id that a certificate is registered under unless another is configured: made from the certificate, so that the
/// file alone says it.
pub(crate) fn id_of(der: &[u8]) -> Uuid {
    let hash = digest(&SHA256, der);
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// All certificates of a server.
#[derive(Debug)]
pub struct Certificates(Vec<Certificate>);

impl Certificates {
    /// # Errors
    /// If one of them cannot be used.
    pub fn read(files: &[CertificateFiles]) -> Result<Self, CertificateError> {
        files.iter().map(Certificate::read).collect::<Result<_, _>>().map(Self)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.0.iter()
    }

    /// The one that a request was encrypted to.
    pub(super) fn named(&self, name: &str) -> Option<&Certificate> {
        self.0.iter().find(|certificate| certificate.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }
}
