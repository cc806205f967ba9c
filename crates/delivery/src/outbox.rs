//! Delivery for demonstrations and tests: a file instead of phones and mail.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;

use super::{Accepted, Answer, Delivery, Message, NotSent};

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

/// The newest lines of an outbox, the newest first.
///
/// # Errors
/// If the file cannot be read; a missing one is empty.
pub async fn newest(path: &Path, most: usize) -> std::io::Result<Vec<Line>> {
    let text = match tokio::fs::read_to_string(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
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
}
