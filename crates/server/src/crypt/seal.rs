//! Numbers, addresses and TOTP seeds at rest: XChaCha20-Poly1305, bound to account, column and key (RG-06, PR-02).

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use latchkey_scrub::without_trace;
use secrecy::{ExposeSecret as _, SecretString};

use crate::crypt::keys::{Keys, Use};
use crate::crypt::random;

/// Why a sealed value cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("sealed with a key that is not in the ring")]
    UnknownKey,
    #[error("sealed for something else, or damaged")]
    Broken,
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
}

/// Seals a text for one column of one account. Layout: length of the key id, key id, nonce (24), ciphertext.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn seal(keys: &Keys, account: &str, column: &str, text: &SecretString) -> Result<Vec<u8>, SealError> {
    let id = keys.current();
    let nonce = random::bytes::<24>()?;
    let payload = Payload { msg: text.expose_secret().as_bytes(), aad: &bound_to(account, column, id) };
    let cipher = XChaCha20Poly1305::new(&keys.for_use(Use::Seal).into());
    let sealed = without_trace(|| cipher.encrypt(&XNonce::from(nonce), payload)).map_err(|_| SealError::Broken)?;
    let mut out = vec![u8::try_from(id.len()).map_err(|_| SealError::UnknownKey)?];
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&sealed);
    Ok(out)
}

/// Opens what [`seal`] has sealed for the same column of the same account.
///
/// # Errors
/// If it was sealed for another place, is damaged, or its key is gone.
pub fn open(keys: &Keys, account: &str, column: &str, sealed: &[u8]) -> Result<SecretString, SealError> {
    let (length, rest) = sealed.split_first().ok_or(SealError::Broken)?;
    let (id, rest) = rest.split_at_checked(usize::from(*length)).ok_or(SealError::Broken)?;
    let (nonce, sealed) = rest.split_first_chunk::<24>().ok_or(SealError::Broken)?;
    let id = std::str::from_utf8(id).map_err(|_| SealError::Broken)?;
    let key = keys.of(id, Use::Seal).ok_or(SealError::UnknownKey)?;
    let payload = Payload { msg: sealed, aad: &bound_to(account, column, id) };
    let opened = without_trace(|| XChaCha20Poly1305::new(&key.into()).decrypt(&XNonce::from(*nonce), payload));
    let opened = opened.map_err(|_| SealError::Broken)?;
    String::from_utf8(opened).map(SecretString::from).map_err(|_| SealError::Broken)
}

/// What looks as if so many characters were sealed in it, and opens for nobody: opening it is the work that is done
/// where there is nothing (EN-02).
#[must_use]
pub fn nothing(keys: &Keys, characters: usize) -> Vec<u8> {
    let id = keys.current();
    let mut out = vec![u8::try_from(id.len()).unwrap_or(0)];
    out.extend_from_slice(id.as_bytes());
    // Nonce (24), ciphertext, tag (16).
    out.resize(out.len() + 24 + characters + 16, 0);
    out
}

fn bound_to(account: &str, column: &str, key: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for part in [account, column, key] {
        out.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_moved_to_another_account_or_column_does_not_open() {
        // RG-06
        let keys = Keys::generate().expect("keys");
        let sealed = seal(&keys, "a", "email", &"ada@home.example".into()).expect("sealed");
        assert_eq!(open(&keys, "a", "email", &sealed).expect("opens").expose_secret(), "ada@home.example");
        assert!(matches!(open(&keys, "b", "email", &sealed), Err(SealError::Broken)));
        assert!(matches!(open(&keys, "a", "totp", &sealed), Err(SealError::Broken)));
        assert!(open(&Keys::generate().expect("keys"), "a", "email", &sealed).is_err());
        for cut in 0..sealed.len() {
            assert!(open(&keys, "a", "email", &sealed[..cut]).is_err());
        }
    }
}
