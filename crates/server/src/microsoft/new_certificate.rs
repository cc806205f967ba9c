//! Makes a key and a certificate for Microsoft to encrypt to.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::certificates::{Certificate, CertificateError, Certificates};
use crate::config::microsoft::CertificateFiles;

/// How long it is valid: what Microsoft's own set-up issues.
const MONTHS: i8 = 12;
/// Who it says it is; nobody checks it.
const SUBJECT: &str = "ExternalPhoneProvider";

/// Why no certificate was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    #[error("cannot write {0}")]
    File(PathBuf, #[source] io::Error),
    #[error("the certificate could not be made")]
    Certificate(#[from] rcgen::Error),
    #[error("there is no such date as today")]
    Date(#[from] jiff::Error),
    #[error("what was made cannot be used")]
    Unusable(#[from] CertificateError),
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    pub files: CertificateFiles,
    /// The certificate in base64, as Graph takes it.
    pub base64: String,
    /// Its thumbprint in base64, as Graph takes it.
    pub thumbprint: String,
    certificates: Certificates,
}

impl Made {
    /// The certificate as a server reads it.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificates.iter().next()
    }
}

/// Makes an RSA key of 3072 bits and a certificate for it, as two new files in a folder, for their owner alone.
///
/// # Errors
/// If a file is there already or cannot be written.
pub fn make(folder: &Path, now: Timestamp) -> Result<Made, MakeError> {
    let today = Offset::UTC.to_datetime(now).date();
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_3072)?;
    let certificate = parameters(today)?.self_signed(&key)?;
    fs::create_dir_all(folder).map_err(|error| MakeError::File(folder.to_owned(), error))?;
    let files = CertificateFiles {
        certificate: folder.join(format!("microsoft-{today}.certificate.pem")),
        key: folder.join(format!("microsoft-{today}.key.pem")),
        id: None,
    };
    write(&files.key, &key.serialize_pem().into())?;
    write(&files.certificate, &certificate.pem().into())?;
    let certificates = Certificates::read(std::slice::from_ref(&files))?;
    let thumbprint = STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der()));
    Ok(Made { files, base64: STANDARD.encode(certificate.der()), thumbprint, certificates })
}

/// Valid from yesterday on, since clocks differ.
fn parameters(today: Date) -> Result<CertificateParams, MakeError> {
    let (begins, ends) = (today.yesterday()?, today.checked_add(Span::new().months(MONTHS))?);
    let at = |date: Date| date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs());
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, SUBJECT);
    parameters.key_usages = vec![KeyUsagePurpose::KeyEncipherment, KeyUsagePurpose::DataEncipherment];
    parameters.not_before = at(begins);
    parameters.not_after = at(ends);
    Ok(parameters)
}

fn write(path: &Path, text: &SecretString) -> Result<(), MakeError> {
    let failed = |error| MakeError::File(path.to_owned(), error);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.expose_secret().as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_certificate_lasts_a_year_is_its_owners_alone_and_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let now: Timestamp = "2026-11-28T08:00:00Z".parse().expect("a time");
        let made = make(folder.path(), now).expect("made");
        let certificate = made.certificate().expect("a certificate");
        assert_eq!(certificate.ends_at.to_string(), "2027-11-28T00:00:00Z");
        assert_eq!((certificate.thumbprint.len(), certificate.warning(now)), (40, None));
        let at = |time: &str| certificate.warning(time.parse().expect("a time")).unwrap_or_default();
        assert!(at("2027-10-30T08:00:00Z").contains("30 days") && at("2027-11-28T00:00:00Z").contains("has ended"));
        for path in [&made.files.certificate, &made.files.key] {
            assert_eq!(fs::metadata(path).expect("a file").permissions().mode() & 0o777, 0o600);
        }
        assert!(matches!(make(folder.path(), now), Err(MakeError::File(..))), "an existing key is kept");

        let read = |files: &CertificateFiles| Certificates::read(std::slice::from_ref(files));
        fs::set_permissions(&made.files.key, fs::Permissions::from_mode(0o644)).expect("mode");
        assert!(matches!(read(&made.files), Err(CertificateError::Exposed(_)))); // SM-09
        let other = make(&folder.path().join("other"), now).expect("made");
        let mixed = CertificateFiles { key: other.files.key.clone(), ..made.files.clone() };
        assert!(matches!(read(&mixed), Err(CertificateError::Apart(..))));
        let swapped = CertificateFiles { certificate: other.files.key, ..made.files };
        assert!(matches!(read(&swapped), Err(CertificateError::NoCertificate(_))));
        assert!(matches!(
            read(&CertificateFiles { key: "/nowhere".into(), ..swapped }),
            Err(CertificateError::NoCertificate(_))
        ));
    }
}
