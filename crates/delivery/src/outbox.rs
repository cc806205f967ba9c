//! Delivery for demonstrations and tests: a file instead of phones and mail.

use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;

use super::{Accepted, Answer, Delivery, Message, NotSent, Probe};

/// Appends one JSON line a message to a file that only its owner can read.
pub struct Outbox {
    path: PathBuf,
    one_at_a_time: Mutex<()>,
}

/// One line of the file.
#[derive(Serialize, Deserialize)]
pub struct Line {
    /// What the message is called with every try at it.
    #[serde(default)]
    pub id: String,
    pub at: jiff::Timestamp,
    /// `text`, `call` or `email`.
    pub kind: String,
    pub to: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Of a call: what is said before a key is pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    #[serde(default)]
    pub language: String,
    pub body: String,
}

impl Outbox {
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, one_at_a_time: Mutex::new(()) }
    }

    async fn append(&self, message: &Message) -> std::io::Result<()> {
        let line = Line {
            id: message.id.clone(),
            at: message.at,
            kind: message.kind.as_str().to_owned(),
            to: message.to.expose_secret().to_owned(),
            subject: message.subject.clone(),
            prompt: message.prompt.clone(),
            language: message.language.clone(),
            body: message.body.expose_secret().to_owned(),
        };
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        let _turn = self.one_at_a_time.lock().await;
        let mut file = tokio::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path).await?;
        file.write_all(&bytes).await?;
        file.flush().await
    }
}

/// Write for the group or for everybody.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// Everybody may make files in the folder, and nobody may remove those of others.
const STICKY: u32 = 0o1000;

/// Why a file is not taken for an outbox.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    #[error("cannot use the outbox {0}")]
    Io(PathBuf, #[source] std::io::Error),
    #[error("{0} may be written by others, who could read or replace codes in it; say: chmod go-w '{0}'")]
    Writable(PathBuf),
}

/// Makes the file for its owner alone if it is missing, and takes from it what others could only read: it holds codes
/// (G5).
///
/// # Errors
/// If others may write the file or its folder; then nothing was made or changed.
pub fn prepare(path: &Path) -> Result<(), OutboxError> {
    let at_fault = |error| OutboxError::Io(path.to_owned(), error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let rights = std::fs::metadata(folder).map_err(at_fault)?.permissions().mode();
    if rights & WRITABLE_BY_OTHERS != 0 && rights & STICKY == 0 {
        return Err(OutboxError::Writable(folder.to_owned()));
    }
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(at_fault(error)),
    }
    let rights = std::fs::metadata(path).map_err(at_fault)?.permissions().mode();
    if rights & WRITABLE_BY_OTHERS != 0 {
        return Err(OutboxError::Writable(path.to_owned()));
    }
    if rights & 0o077 != 0 {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(at_fault)?;
    }
    Ok(())
}

/// The newest lines of an outbox, the newest first.
///
/// # Errors
/// If the file cannot be read; a missing one is empty.
pub async fn newest(path: &Path, most: usize) -> std::io::Result<Vec<Line>> {
    let text = match tokio::fs::read_to_string(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    Ok(text.lines().rev().filter_map(|line| serde_json::from_str(line).ok()).take(most).collect())
}

impl Delivery for Outbox {
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a> {
        Box::pin(async move {
            let appended = self.append(message).await;
            appended.map_err(|error| NotSent::TryAgain { after: None, cause: Box::new(error) })?;
            Ok(Accepted::default())
        })
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async move { Ok(prepare(&self.path)?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("mode");
    }

    #[test]
    fn an_outbox_is_its_owners_alone() {
        // G5
        let folder = std::env::temp_dir().join(format!("latchkey-outbox-{}", std::process::id()));
        std::fs::create_dir(&folder).expect("a folder");
        let path = folder.join("outbox.jsonl");
        let mode = || std::fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        prepare(&path).expect("made");
        assert_eq!(mode(), 0o600);
        set(&path, 0o644);
        prepare(&path).expect("mended");
        assert_eq!(mode(), 0o600);
        set(&path, 0o620);
        assert!(matches!(prepare(&path), Err(OutboxError::Writable(found)) if found == path));
        set(&path, 0o600);
        set(&folder, 0o777);
        assert!(matches!(prepare(&path), Err(OutboxError::Writable(found)) if found == folder));
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
