//! What a call is to say once a key was pressed: the provider keeps it for us, in an address that only we can open.
//!
//! So nothing of a call is stored here, and what stands in the provider's lists, in a proxy's log or in somebody's
//! clipboard is of no use to anybody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use rand::TryRng as _;
use rand::rngs::SysRng;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What the key is derived for.
const PURPOSE: &[u8] = b"latchkey: what a call says after a key, 1";

/// What the provider keeps for us, as something of its own: what was sealed as one thing opens as no other.
pub(super) trait Kept: Serialize + DeserializeOwned {
    const AS: &str;
}

/// What is said after a key.
#[derive(Serialize, Deserialize)]
pub(super) struct AfterKey {
    /// The id of the message.
    pub(super) message: String,
    /// Tag of the language (BCP 47).
    pub(super) language: String,
    /// May hold a code; it is plain only between writing and sealing, and between opening and saying.
    #[serde(serialize_with = "exposed")]
    pub(super) body: SecretString,
    /// The code in it alone, where it is played and not spoken.
    #[serde(default, serialize_with = "exposed_too", skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<SecretString>,
    /// How often it may be said.
    pub(super) times: u8,
    /// After this it is not said any more.
    pub(super) until: Timestamp,
}

impl Kept for AfterKey {
    const AS: &str = "";
}

/// A code that is played now.
#[derive(Serialize, Deserialize)]
pub struct Playing {
    /// Tag of the language (BCP 47).
    pub language: String,
    #[serde(serialize_with = "exposed")]
    pub code: SecretString,
    /// After this it is not played any more.
    pub(super) until: Timestamp,
}

impl Kept for Playing {
    const AS: &str = "played\n";
}

fn exposed<S: serde::Serializer>(body: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(body.expose_secret())
}

fn exposed_too<S: serde::Serializer>(code: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    code.as_ref().map(SecretString::expose_secret).serialize(serializer)
}

/// Why nothing was sealed.
#[derive(Debug, thiserror::Error)]
#[error("what a call says cannot be sealed")]
pub(super) struct CannotSeal;

/// Seals it for an address of this gateway.
pub(super) fn seal<T: Kept>(kept: &T, token: &SecretString, gateway: &str) -> Result<String, CannotSeal> {
    let plain = Zeroizing::new(serde_json::to_vec(kept).map_err(|_| CannotSeal)?);
    let mut nonce = [0; 24];
    SysRng.try_fill_bytes(&mut nonce).map_err(|_| CannotSeal)?;
    let purpose = [T::AS, gateway].concat();
    let payload = Payload { msg: &plain, aad: purpose.as_bytes() };
    let sealed = cipher(token)?.encrypt(&XNonce::from(nonce), payload).map_err(|_| CannotSeal)?;
    Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

/// Opens what this gateway has sealed with this token.
pub(super) fn open<T: Kept>(sealed: &str, token: &SecretString, gateway: &str) -> Option<T> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
    let purpose = [T::AS, gateway].concat();
    let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
    let plain = cipher(token).ok()?.decrypt(&XNonce::from(*nonce), payload).ok()?;
    serde_json::from_slice(&Zeroizing::new(plain)).ok()
}

/// A key of our own out of the account's token, which is 128 bits of chance.
fn cipher(token: &SecretString) -> Result<XChaCha20Poly1305, CannotSeal> {
    let mac = Hmac::<Sha256>::new_from_slice(token.expose_secret().as_bytes()).map_err(|_| CannotSeal)?;
    let key: [u8; 32] = mac.chain_update(PURPOSE).finalize().into_bytes().into();
    let key = Zeroizing::new(key);
    Ok(XChaCha20Poly1305::new(&Key::from(*key)))
}
