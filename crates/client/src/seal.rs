//! Seals: how a secret gets from the page to here without ever standing in a message in the clear.
//!
//! The page makes an ECDH P-256 key of its own for each secret and encrypts to a key that is used once: HKDF-SHA-256
//! with an empty salt and the info `latchkey/seal/v1`, then AES-256-GCM. The web view's own buffers keep copies of what
//! crosses them; of this they keep copies that nobody can open, since the private key is gone after one use.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use latchkey_flow::screen::Sealed;
use latchkey_scrub::without_trace;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::SecretString;
use serde::Serialize;
use zeroize::Zeroizing;

const INFO: &[u8] = b"latchkey/seal/v1";
const ID: usize = 8;
/// An uncompressed point of P-256 (SEC 1 §2.3.3).
const POINT: usize = 65;
const NONCE: usize = 12;
const TAG: usize = 16;
/// A page asks for a key when somebody begins to type and uses it next; keys beyond this were asked for and forgotten.
const KEPT: usize = 16;

/// A public key to seal one secret to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SealKey {
    /// Base64 of 8 bytes.
    pub id: String,
    /// Base64 of the 65 bytes of an uncompressed P-256 point.
    pub public: String,
}

/// The seal cannot be opened: its key was used or forgotten, or it is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the seal cannot be opened")]
pub struct SealBroken;

/// The private halves that wait for their one use.
pub struct Seals {
    random: SystemRandom,
    keys: VecDeque<([u8; ID], EphemeralPrivateKey)>,
}

impl Default for Seals {
    fn default() -> Self {
        Self { random: SystemRandom::new(), keys: VecDeque::new() }
    }
}

impl Seals {
    /// Makes a key for one secret.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn key(&mut self) -> Result<SealKey, SealBroken> {
        let mut id = [0; ID];
        self.random.fill(&mut id).map_err(|_| SealBroken)?;
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &self.random).map_err(|_| SealBroken)?;
        let public = private.compute_public_key().map_err(|_| SealBroken)?;
        if self.keys.len() == KEPT {
            self.keys.pop_front();
        }
        self.keys.push_back((id, private));
        Ok(SealKey { id: BASE64.encode(id), public: BASE64.encode(public.as_ref()) })
    }

    /// Opens a seal and forgets its key.
    ///
    /// # Errors
    /// [`SealBroken`], always the same, whatever is wrong with it.
    pub fn open(&mut self, sealed: &Sealed) -> Result<SecretString, SealBroken> {
        without_trace(|| self.opened(sealed))
    }

    fn opened(&mut self, sealed: &Sealed) -> Result<SecretString, SealBroken> {
        let bytes = BASE64.decode(sealed.as_base64()).map_err(|_| SealBroken)?;
        let (id, rest) = bytes.split_at_checked(ID).ok_or(SealBroken)?;
        let (point, rest) = rest.split_at_checked(POINT).ok_or(SealBroken)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or(SealBroken)?;
        if ciphertext.len() < TAG {
            return Err(SealBroken);
        }
        let at = self.keys.iter().position(|(known, _)| known == id).ok_or(SealBroken)?;
        let (_, private) = self.keys.remove(at).ok_or(SealBroken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealBroken)?;
        let key = agree_ephemeral(private, &UnparsedPublicKey::new(&ECDH_P256, point), |shared| {
            let prk = Salt::new(HKDF_SHA256, &[]).extract(shared);
            prk.expand(&[INFO], &AES_256_GCM).map(UnboundKey::from).map(LessSafeKey::new)
        });
        let key = key.map_err(|_| SealBroken)?.map_err(|_| SealBroken)?;
        let mut text = Zeroizing::new(ciphertext.to_vec());
        let plain = key.open_in_place(nonce, Aad::empty(), &mut text).map_err(|_| SealBroken)?;
        let plain = std::str::from_utf8(plain).map_err(|_| SealBroken)?;
        Ok(SecretString::from(plain))
    }
}

/// Seals as the page does, for tests that have no page.
///
/// # Errors
/// When the key is not one that [`Seals::key`] made.
pub fn seal(key: &SealKey, secret: &SecretString) -> Result<Sealed, SealBroken> {
    use secrecy::ExposeSecret;
    let random = SystemRandom::new();
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &random).map_err(|_| SealBroken)?;
    let public = private.compute_public_key().map_err(|_| SealBroken)?;
    let theirs = BASE64.decode(&key.public).map_err(|_| SealBroken)?;
    let sealing = agree_ephemeral(private, &UnparsedPublicKey::new(&ECDH_P256, theirs), |shared| {
        let prk = Salt::new(HKDF_SHA256, &[]).extract(shared);
        prk.expand(&[INFO], &AES_256_GCM).map(UnboundKey::from).map(LessSafeKey::new)
    });
    let sealing = sealing.map_err(|_| SealBroken)?.map_err(|_| SealBroken)?;
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce).map_err(|_| SealBroken)?;
    let mut text = secret.expose_secret().as_bytes().to_vec();
    sealing
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
        .map_err(|_| SealBroken)?;
    let id = BASE64.decode(&key.id).map_err(|_| SealBroken)?;
    Ok(Sealed::new(BASE64.encode([id.as_slice(), public.as_ref(), &nonce, &text].concat())))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_seal_opens_once() {
        let mut seals = Seals::default();
        let sealed = seal(&seals.key().expect("key"), &"grüne 🦆 \"quoted\"".into()).expect("seals");
        assert_eq!(seals.open(&sealed).expect("opens").expose_secret(), "grüne 🦆 \"quoted\"");
        assert_eq!(seals.open(&sealed).err(), Some(SealBroken));
    }

    #[test]
    fn what_is_not_a_seal_is_refused_whatever_it_is() {
        // TA-13
        let mut seals = Seals::default();
        let whole = seal(&seals.key().expect("key"), &"secret".into()).expect("seals");
        let bytes = BASE64.decode(whole.as_base64()).expect("base64");
        for length in 0..bytes.len() {
            assert!(seals.open(&Sealed::new(BASE64.encode(&bytes[..length]))).is_err(), "{length}");
        }
        assert!(seals.open(&Sealed::new("no base64 at all".into())).is_err());
    }

    #[test]
    fn a_key_that_was_never_used_is_forgotten_in_the_end() {
        let mut seals = Seals::default();
        let old = seals.key().expect("key");
        for _ in 0..KEPT {
            seals.key().expect("key");
        }
        assert!(seals.open(&seal(&old, &"late".into()).expect("seals")).is_err());
    }
}
