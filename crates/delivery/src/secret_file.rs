//! A secret of a gateway: a file that the configuration names, never the secret itself.

use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// Longest secret that is read, in bytes.
const LONGEST: u64 = 16 * 1024;
/// Whoever is neither owner nor of the group, and writing by the group. The group's reading is left alone: systemd hands
/// out its credentials by an access list, whose mask looks like it.
const TOO_OPEN: u32 = 0o027;

/// Where a secret lies; it is read again for each use, so that it can be replaced while the server runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct SecretFile(PathBuf);

/// Why a secret is not used.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    #[error("cannot read the secret {0}")]
    Io(PathBuf, #[source] std::io::Error),
    #[error("others may read or change the secret {0}; say: chmod 600 '{0}'")]
    Open(PathBuf),
    #[error("the secret {0} is empty, longer than {LONGEST} bytes or no text")]
    Content(PathBuf),
}

impl SecretFile {
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Its content without the line's end.
    ///
    /// # Errors
    /// If it cannot be read, others may read it, or it holds no secret.
    pub async fn read(&self) -> Result<SecretString, SecretFileError> {
        let at_fault = |error| SecretFileError::Io(self.0.clone(), error);
        let about = tokio::fs::metadata(&self.0).await.map_err(at_fault)?;
        if about.permissions().mode() & TOO_OPEN != 0 {
            return Err(SecretFileError::Open(self.0.clone()));
        }
        let content = || SecretFileError::Content(self.0.clone());
        if about.len() > LONGEST {
            return Err(content());
        }
        let text = tokio::fs::read_to_string(&self.0).await.map_err(|error| match error.kind() {
            ErrorKind::InvalidData => content(),
            _ => at_fault(error),
        })?;
        // What is left of the buffer is wiped by the allocator (ADR 5).
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() { Err(content()) } else { Ok(SecretString::from(secret)) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, set_permissions, write};

    use secrecy::ExposeSecret as _;

    use super::*;

    #[tokio::test]
    async fn a_secret_is_its_owners_alone_and_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let secret = SecretFile::new(path.clone());
        assert!(matches!(secret.read().await, Err(SecretFileError::Io(_, _))));
        for (content, is_one) in [("one\n", true), ("two\r\n", true), ("three words here", true), ("\n", false)] {
            write(&path, content).expect("written");
            set_permissions(&path, Permissions::from_mode(0o600)).expect("mode");
            let read = secret.read().await;
            assert_eq!(read.is_ok(), is_one, "{content:?}");
            if let Ok(read) = read {
                assert_eq!(read.expose_secret(), content.trim_end());
            }
        }
        write(&path, [0xff, 0xfe]).expect("written");
        assert!(matches!(secret.read().await, Err(SecretFileError::Content(_))));
        write(&path, vec![b'x'; 20_000]).expect("written");
        assert!(matches!(secret.read().await, Err(SecretFileError::Content(_))));
        write(&path, "open").expect("written");
        for mode in [0o604, 0o602, 0o620, 0o666] {
            set_permissions(&path, Permissions::from_mode(mode)).expect("mode");
            assert!(matches!(secret.read().await, Err(SecretFileError::Open(_))), "{mode:o}");
        }
    }
}
