//! What a refresh has replaced, sealed for the app, so that a copy that the person ticked can be put back.
//!
//! The app makes a new key for each run and keeps it beside what is sealed; the number of the copy within its run is
//! the nonce, so that no key ever meets a nonce twice. The id of the copy is bound in.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

use crate::place::Replaced;
use crate::secret::{self, Stored};

/// A snapshot cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the snapshot is not of this copy, or its key is another one")]
pub(crate) struct SnapshotBroken;

/// Seals what was replaced in the copy `id`, the one with this `number` in the run. Layout: nonce, ciphertext.
pub(crate) fn seal(
    key: &SecretSlice<u8>,
    number: u32,
    id: &str,
    replaced: &Replaced,
) -> Result<Vec<u8>, SnapshotBroken> {
    let mut nonce = [0; NONCE_LEN];
    if let Some(last) = nonce.last_chunk_mut() {
        *last = number.to_be_bytes();
    }
    let (before, written) = (secret::bytes(&replaced.before), secret::bytes(&replaced.written));
    let length = u32::try_from(before.len()).map_err(|_| SnapshotBroken)?.to_be_bytes();
    let mut text = Zeroizing::new([&length, before, written].concat());
    let nonce_used = Nonce::assume_unique_for_key(nonce);
    let tag = cipher(key)?
        .seal_in_place_separate_tag(nonce_used, Aad::from(id.as_bytes()), &mut text)
        .map_err(|_| SnapshotBroken)?;
    Ok([&nonce, text.as_slice(), tag.as_ref()].concat())
}

/// Opens what [`seal`] has sealed for the same copy.
pub(crate) fn open(key: &SecretSlice<u8>, id: &str, sealed: &[u8]) -> Result<Replaced, SnapshotBroken> {
    let (nonce, sealed) = sealed.split_first_chunk().ok_or(SnapshotBroken)?;
    let mut text = Zeroizing::new(sealed.to_vec());
    let opened = cipher(key)?
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(id.as_bytes()), &mut text)
        .map_err(|_| SnapshotBroken)?;
    let (length, opened) = opened.split_first_chunk().ok_or(SnapshotBroken)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| SnapshotBroken)?;
    let (before, written) = opened.split_at_checked(length).ok_or(SnapshotBroken)?;
    Ok(Replaced { before: Stored::from(before.to_vec()), written: Stored::from(written.to_vec()) })
}

fn cipher(key: &SecretSlice<u8>) -> Result<LessSafeKey, SnapshotBroken> {
    UnboundKey::new(&CHACHA20_POLY1305, key.expose_secret()).map(LessSafeKey::new).map_err(|_| SnapshotBroken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_opens_for_the_same_copy_and_key_and_for_no_other() {
        let replaced = Replaced { before: b"old".to_vec().into(), written: b"new".to_vec().into() };
        let key = SecretSlice::from(vec![7; 32]);
        let sealed = seal(&key, 3, "a", &replaced).unwrap();

        let opened = open(&key, "a", &sealed).unwrap();
        assert_eq!((secret::bytes(&opened.before), secret::bytes(&opened.written)), (&b"old"[..], &b"new"[..]));
        assert!(!sealed.windows(3).any(|window| window == b"old" || window == b"new"));
        assert!(open(&key, "b", &sealed).is_err());
        assert!(open(&SecretSlice::from(vec![8; 32]), "a", &sealed).is_err());
        assert!(open(&SecretSlice::from(vec![8; 5]), "a", &sealed).is_err());
        assert!(open(&key, "a", &sealed[1..]).is_err());
        assert!(open(&key, "a", b"").is_err());
    }
}
