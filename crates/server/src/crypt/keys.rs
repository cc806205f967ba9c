//! The key ring: one file outside the database, keys with ids, one sub-key for each use.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit as _, Mac as _};
use latchkey_scrub::without_trace;
use secrecy::{ExposeSecret as _, SecretBox};
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroize as _;

use crate::crypt::random;
use crate::store::file::replaceable;

/// What a sub-key is for; no two uses share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Numbers, addresses and seeds at rest.
    Seal,
    /// Finding a number or address without reading it.
    Device,
    /// Codes while they live (OT-10).
    Code,
    /// Which recovery code was typed, by its first characters (OT-13).
    RecoveryIndex,
    /// Codes of notices (RG-03).
    Notice,
    /// What unknown accounts look like (EN-03).
    Decoy,
    /// Whom limits count for.
    Subject,
    /// The chain of the audit (LG-03).
    Audit,
    /// The body behind an idempotency key.
    Body,
    /// Pepper of password and answer hashes.
    Pepper,
    /// Signatures and answers of human checks.
    HumanCheck,
    /// What the helpdesk hands out, while it lives.
    Pass,
    /// Tokens of known devices, and whose they are.
    KnownDevice,
    /// Microsoft's requests: which one it is, and what it asks for.
    Microsoft,
    /// Whether this is the key that a database was written with.
    Check,
}

impl Use {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Seal => b"seal",
            Self::Device => b"device",
            Self::Code => b"code",
            Self::RecoveryIndex => b"recovery index",
            Self::Notice => b"notice",
            Self::Decoy => b"decoy",
            Self::Subject => b"subject",
            Self::Audit => b"audit",
            Self::Body => b"body",
            Self::Pepper => b"pepper",
            Self::HumanCheck => b"human check",
            Self::Pass => b"helpdesk pass",
            Self::KnownDevice => b"known device",
            Self::Microsoft => b"microsoft request",
            Self::Check => b"check",
        }
    }
}

/// Why the keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("cannot read or write the key file")]
    File(#[from] std::io::Error),
    #[error("the key file may be read by others; set its mode to 0600")]
    Exposed,
    #[error(
        "in the folder {0} others may put another key file in the place of this one; look at it, then say: chmod go-w '{0}'"
    )]
    Folder(PathBuf),
    #[error("the key file is not what it should be: {0}")]
    Content(&'static str),
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
}

/// Anything for the group or for everybody.
const EXPOSED: u32 = 0o077;
/// The same of a credential of systemd, which lets its service read by an access list, whose mask looks like the group's
/// reading.
const EXPOSED_CREDENTIAL: u32 = 0o037;
/// Where systemd puts the credentials of services.
const CREDENTIALS: &str = "/run/credentials";

/// Keys by id; new data is sealed with the current one.
pub struct Keys {
    current: String,
    ring: BTreeMap<String, SecretBox<[u8; 32]>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("current", &self.current).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The id of the key for new data.
    current: String,
    /// 32 bytes in hex, by id.
    keys: BTreeMap<String, secrecy::SecretString>,
}

impl Keys {
    /// Makes a ring with one new key.
    ///
    /// # Errors
    /// If the operating system gives no randomness.
    pub fn generate() -> Result<Self, KeysError> {
        let key = SecretBox::new(Box::new(random::bytes::<32>()?));
        Ok(Self { current: "k1".to_owned(), ring: BTreeMap::from([("k1".to_owned(), key)]) })
    }

    /// Reads the key file, which nobody else may be able to read (SM-09) or to replace.
    ///
    /// # Errors
    /// If it is missing, open to others or malformed: there is no fallback (R31).
    pub fn read(path: &Path) -> Result<Self, KeysError> {
        use std::os::unix::fs::PermissionsExt as _;
        let exposed = if path.starts_with(CREDENTIALS) { EXPOSED_CREDENTIAL } else { EXPOSED };
        if std::fs::metadata(path)?.permissions().mode() & exposed != 0 {
            return Err(KeysError::Exposed);
        }
        if let Some(folder) = replaceable(path)? {
            return Err(KeysError::Folder(folder));
        }
        let text = secrecy::SecretString::from(std::fs::read_to_string(path)?);
        let file: File =
            toml::from_str(text.expose_secret()).map_err(|_| KeysError::Content("not the documented TOML"))?;
        let mut ring = BTreeMap::new();
        for (id, hex) in file.keys {
            let key = unhex(hex.expose_secret()).ok_or(KeysError::Content("a key is not 32 bytes in hex"))?;
            ring.insert(id, SecretBox::new(Box::new(key)));
        }
        if !ring.contains_key(&file.current) {
            return Err(KeysError::Content("the current key is not in the ring"));
        }
        Ok(Self { current: file.current, ring })
    }

    /// Writes a new key file, readable by its owner only; an existing one is never replaced.
    ///
    /// # Errors
    /// If it exists or cannot be written.
    pub fn create(path: &Path) -> Result<Self, KeysError> {
        use std::os::unix::fs::OpenOptionsExt as _;
        let keys = Self::generate()?;
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "current = {:?}\n\n[keys]", keys.current)?;
        for (id, key) in &keys.ring {
            let hex = secrecy::SecretString::from(hex(key.expose_secret()));
            writeln!(file, "{id} = \"{}\"", hex.expose_secret())?;
        }
        file.sync_all()?;
        Ok(keys)
    }

    /// The id of the key that seals new data.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.current
    }

    /// The check value of a key by its id; nothing for one that is not in the ring.
    pub(crate) fn check_value(&self, id: &str) -> Option<[u8; 32]> {
        Some(mac(&self.of(id, Use::Check)?, &[id.as_bytes()]))
    }

    /// The sub-key for a use, of the current key.
    #[must_use]
    pub(crate) fn for_use(&self, purpose: Use) -> [u8; 32] {
        self.of(&self.current, purpose).unwrap_or_default()
    }

    /// The sub-key for a use, of a key by its id.
    pub(crate) fn of(&self, id: &str, purpose: Use) -> Option<[u8; 32]> {
        let key = self.ring.get(id)?;
        Some(mac(key.expose_secret(), &[purpose.label()]))
    }

    /// The same ring with one more key, which is the current one.
    #[cfg(test)]
    pub(crate) fn with_another_for_tests(&self, id: &str) -> Self {
        let copied = |key: &SecretBox<[u8; 32]>| SecretBox::new(Box::new(*key.expose_secret()));
        let mut ring: BTreeMap<_, _> = self.ring.iter().map(|(id, key)| (id.clone(), copied(key))).collect();
        ring.insert(id.to_owned(), SecretBox::new(Box::new([7; 32])));
        Self { current: id.to_owned(), ring }
    }

    /// Keyed hash of parts, each preceded by its length so that no two lists read alike.
    #[must_use]
    pub fn mac(&self, purpose: Use, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.for_use(purpose), parts)
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    without_trace(|| hmac(key, parts))
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros itself; done here, the length cannot be wrong.
    let mut block = [0_u8; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    block.zeroize();
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_private_and_is_read_back() {
        let dir = std::env::temp_dir().join(format!("latchkey-keys-{}", random::id().expect("randomness")));
        std::fs::create_dir(&dir).expect("a folder");
        let path = dir.join("keys.toml");
        let made = Keys::create(&path).expect("made");
        let read = Keys::read(&path).expect("read");
        assert_eq!(made.mac(Use::Code, &[b"x"]), read.mac(Use::Code, &[b"x"]));
        assert_ne!(made.mac(Use::Code, &[b"x"]), read.mac(Use::Decoy, &[b"x"]));
        assert!(Keys::create(&path).is_err(), "an existing ring is kept");

        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("mode");
        assert!(matches!(Keys::read(&path), Err(KeysError::Exposed))); // SM-09
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("mode");
        for (folder, taken) in [(0o777, false), (0o770, false), (0o1777, true), (0o755, true)] {
            std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(folder)).expect("mode");
            let read = Keys::read(&path);
            assert_eq!(read.is_ok(), taken, "{folder:o}");
            let said = read.err().map(|refused| refused.to_string()).unwrap_or_default();
            assert_eq!(said.contains("chmod go-w"), !taken, "{said}");
        }
        std::fs::remove_dir_all(&dir).expect("removed");
    }

    #[test]
    fn parts_do_not_run_together() {
        let keys = Keys::generate().expect("keys");
        assert_ne!(keys.mac(Use::Code, &[b"ab", b"c"]), keys.mac(Use::Code, &[b"a", b"bc"]));
    }
}
