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
