//! Opens what is encrypted to a certificate: a compact JWE (RFC 7516) by RSA-OAEP-256 and A256GCM, and nothing else.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rsa::OAEP_SHA256_MGF1SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::certificates::{Certificate, Certificates};
use crate::crypt::random::{self, NoRandomness};

/// The longest that is looked at, in characters.
const LONGEST: usize = 16_384;
/// Bytes of the key of A256GCM, and of its tag.
const KEY: usize = 32;
const TAG: usize = 16;

/// Why something cannot be opened; none of it is told to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    #[error("longer than {LONGEST} characters")]
    TooLong,
    #[error("not five parts in base64url")]
    Parts,
    #[error("its header is no JSON object")]
    Header,
    #[error("not by RSA-OAEP-256 and A256GCM, or with an extension")]
    Algorithm,
    #[error("encrypted to none of the certificates: compare their ids with those of the registration")]
    UnknownKey,
    #[error("damaged, or encrypted to another key than it says")]
    Broken,
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

impl From<NoRandomness> for Unopened {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

/// Opens a compact JWE by the certificate that it names.
pub(super) fn open(compact: &str, certificates: &Certificates) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    if compact.len() > LONGEST {
        return Err(Unopened::TooLong);
    }
    let parts: Vec<&str> = compact.split('.').collect();
    let [header, wrapped, nonce, text, tag] = parts.as_slice() else { return Err(Unopened::Parts) };
    if parts.iter().any(|part| part.is_empty()) {
        return Err(Unopened::Parts);
    }
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Unopened::Parts);
    let certificate = certificates.named(&key_name(&decoded(header)?)?).ok_or(Unopened::UnknownKey)?;
    let (wrapped, nonce, tag) = (decoded(wrapped)?, decoded(nonce)?, decoded(tag)?);
    let mut text = Zeroizing::new(decoded(text)?);
    let nonce = <[u8; NONCE_LEN]>::try_from(nonce).map_err(|_| Unopened::Broken)?;
    if tag.len() != TAG {
        return Err(Unopened::Broken);
    }
    let key = unwrapped(&wrapped, certificate)?;
    let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| Unopened::Broken)?;
    text.extend_from_slice(&tag);
    // The header is authenticated as it came, never as it was understood (RFC 7516 §5.2, step 14).
    let opened = LessSafeKey::new(key)
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(header.as_bytes()), &mut text)
        .map_err(|_| Unopened::Broken)?
        .len();
    text.truncate(opened);
    Ok(text)
}

/// What the header calls the key, if it names the two algorithms and nothing that would have to be understood.
fn key_name(header: &[u8]) -> Result<String, Unopened> {
    let header: Map<String, Value> = serde_json::from_slice(header).map_err(|_| Unopened::Header)?;
    let said = |name: &str| header.get(name).and_then(Value::as_str);
    let extended = ["crit", "zip"].iter().any(|name| header.contains_key(*name));
    if said("alg") != Some("RSA-OAEP-256") || said("enc") != Some("A256GCM") || extended {
        return Err(Unopened::Algorithm);
    }
    said("kid").map(str::to_owned).ok_or(Unopened::UnknownKey)
}

/// The key of the content. Where it cannot be unwrapped, a random one goes on in its place, so that nobody learns from
/// the answer or its time which of the two steps has failed (RFC 7516 §11.5).
fn unwrapped(wrapped: &[u8], certificate: &Certificate) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let instead = Zeroizing::new(random::bytes::<KEY>()?.to_vec());
    if wrapped.len() != certificate.size {
        return Ok(instead);
    }
    let mut room = Zeroizing::new(vec![0; certificate.key.min_output_size()]);
    let key = certificate.key.decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, &mut room, None);
    Ok(match key {
        Ok(key) if key.len() == KEY => Zeroizing::new(key.to_vec()),
        Ok(_) | Err(_) => instead,
    })
}

/// Encrypts to a certificate as Microsoft does, for a trial of one's own set-up.
pub(super) fn seal(text: &[u8], certificate: &Certificate) -> Result<String, Unopened> {
    let header = serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": certificate.id.to_string()});
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let key = Zeroizing::new(random::bytes::<KEY>()?);
    let nonce = random::bytes::<NONCE_LEN>()?;
    let public = certificate.public();
    let mut wrapped = vec![0; public.ciphertext_size()];
    public.encrypt(&OAEP_SHA256_MGF1SHA256, key.as_slice(), &mut wrapped, None).map_err(|_| Unopened::Broken)?;
    let cipher = UnboundKey::new(&AES_256_GCM, key.as_slice()).map_err(|_| Unopened::Broken)?;
    let mut sealed = text.to_vec();
    let tag = LessSafeKey::new(cipher)
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(header.as_bytes()), &mut sealed)
        .map_err(|_| Unopened::Broken)?;
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    Ok([header, encoded(&wrapped), encoded(&nonce), encoded(&sealed), encoded(tag.as_ref())].join("."))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tempfile::TempDir;

    use super::*;
    use crate::config::microsoft::CertificateFiles;
    use crate::microsoft::new_certificate::make;

    /// A certificate whose request was encrypted by another program (`vector/README.md`).
    fn vector() -> (TempDir, Certificates) {
        let folder = tempfile::tempdir().expect("a folder");
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        std::fs::write(&certificate, include_str!("vector/certificate.pem")).expect("written");
        std::fs::write(&key, include_str!("vector/key.pem")).expect("written");
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("mode");
        let id = Some("0b6f1c2e-9a4d-4c1b-8a52-6f1d2c3b4a59".parse().expect("an id"));
        (folder, Certificates::read(&[CertificateFiles { certificate, key, id }]).expect("certificates"))
    }

    fn own() -> (TempDir, Certificates) {
        let folder = tempfile::tempdir().expect("a folder");
        let now = "2026-11-28T08:00:00Z".parse().expect("a time");
        let made = make(folder.path(), now).expect("a certificate");
        (folder, Certificates::read(&[made.files]).expect("certificates"))
    }

    /// A request with another header, whose tag fits.
    fn with_header(header: &Value, certificate: &Certificate) -> String {
        let sealed = seal(b"{}", certificate).expect("sealed");
        let mut parts: Vec<String> = sealed.split('.').map(str::to_owned).collect();
        parts[0] = URL_SAFE_NO_PAD.encode(header.to_string());
        parts.join(".")
    }

    #[test]
    fn what_another_program_has_encrypted_is_opened() {
        let (_folder, certificates) = vector();
        let opened = open(include_str!("vector/request.jwe").trim(), &certificates).expect("opened");
        let context: Value = serde_json::from_slice(&opened).expect("JSON");
        assert_eq!(context["message"], "  Use verification code 123456 for Riverton authentication.\nCafé ");
        assert_eq!(context["nonce"], "n-7f3a");
    }

    #[test]
    fn only_the_two_algorithms_and_a_known_key_are_taken() {
        let (_folder, certificates) = own();
        let certificate = certificates.iter().next().expect("one");
        let sealed = seal(b"text", certificate).expect("sealed");
        assert_eq!(open(&sealed, &certificates).expect("opened").as_slice(), b"text");
        let id = certificate.id.to_string();
        for (header, why) in [
            (serde_json::json!({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": id}), Unopened::Algorithm),
            (serde_json::json!({"alg": "RSA1_5", "enc": "A256GCM", "kid": id}), Unopened::Algorithm),
            (serde_json::json!({"alg": "dir", "enc": "A256GCM", "kid": id}), Unopened::Algorithm),
            (serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A128GCM", "kid": id}), Unopened::Algorithm),
            (serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A256CBC-HS512", "kid": id}), Unopened::Algorithm),
            (
                serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": id, "zip": "DEF"}),
                Unopened::Algorithm,
            ),
            (serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": id, "crit": []}), Unopened::Algorithm),
            (serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": "other"}), Unopened::UnknownKey),
            (serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A256GCM"}), Unopened::UnknownKey),
            (serde_json::json!([]), Unopened::Header),
            // Understood alike, and still not what was authenticated.
            (serde_json::json!({"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": id, "typ": "JWE"}), Unopened::Broken),
        ] {
            let opened = open(&with_header(&header, certificate), &certificates);
            assert_eq!(opened.expect_err("refused"), why, "{header}");
        }
        let parts: Vec<&str> = sealed.split('.').collect();
        assert_eq!(open(&parts[..4].join("."), &certificates).expect_err("refused"), Unopened::Parts);
        assert_eq!(open(&format!("{sealed}."), &certificates).expect_err("refused"), Unopened::Parts);
        assert_eq!(
            open(&format!("{}..{}.{}.{}", parts[0], parts[2], parts[3], parts[4]), &certificates).expect_err("refused"),
            Unopened::Parts
        );
        assert_eq!(open(&sealed.replace('.', "=."), &certificates).expect_err("refused"), Unopened::Parts);
        let long = "a".repeat(LONGEST + 1);
        assert_eq!(open(&long, &certificates).expect_err("refused"), Unopened::TooLong);
    }

    #[test]
    fn a_certificate_answers_to_its_id_and_to_its_thumbprint_and_to_no_other() {
        let (_first, certificates) = own();
        let (_second, others) = own();
        let certificate = certificates.iter().next().expect("one");
        for name in
            [certificate.id.to_string(), certificate.id.to_string().to_uppercase(), certificate.thumbprint.clone()]
        {
            assert!(certificates.named(&name).is_some() && others.named(&name).is_none(), "{name}");
        }
        let sealed = seal(b"text", certificate).expect("sealed");
        assert_eq!(open(&sealed, &others).expect_err("refused"), Unopened::UnknownKey);
    }
}
