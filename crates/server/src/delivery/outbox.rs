//! Delivery for demonstrations and tests: a file instead of phones and mail.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;

use super::{Answer, Delivery, DeliveryError, Message};
use crate::clock::Clock;

/// Appends one JSON line a message to a file that only its owner can read.
pub struct Outbox {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    one_at_a_time: Mutex<()>,
}

/// One line of the file.
#[derive(Serialize, Deserialize)]
pub struct Line {
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
    pub fn new(path: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { path, clock, one_at_a_time: Mutex::new(()) }
    }

    async fn append(&self, message: &Message) -> std::io::Result<()> {
        let line = Line {
            at: self.clock.now(),
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
        Box::pin(async move { self.append(message).await.map_err(|error| DeliveryError(Box::new(error))) })
    }
}
