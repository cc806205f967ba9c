//! A real gateway beside a demonstration: it is started, the server is told of it, and what arrives is read.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};

use crate::campus::code_in;
use crate::kannel::Kannel;
use crate::mail::Relay;

/// A gateway that carries what one method sends; all else stays in the outbox.
pub enum Gateway {
    Mail {
        relay: Box<Relay>,
        /// How many mails were read.
        read: usize,
    },
    Text {
        kannel: Kannel,
        /// How many texts to a number were read.
        read: BTreeMap<String, usize>,
    },
}

/// The file that tells `latchkey-server demo --delivery` of it.
pub const FILE: &str = "delivery.toml";

impl Gateway {
    /// Starts the gateway of this name and writes the file beside the demonstration's data.
    ///
    /// # Errors
    /// If there is none of this name, or it cannot be started.
    pub async fn start(name: &str, folder: &Path) -> Result<Self> {
        let (gateway, table, rest) = match name {
            "smtp" => {
                let relay = Relay::start_in(&folder.join("relay")).await?;
                let table = relay.gateway("mail");
                (Self::Mail { relay: Box::new(relay), read: 0 }, table, "\"text\", \"call\"")
            }
            "kannel" => {
                let kannel = Kannel::start().await?;
                let table = kannel.gateways()?;
                (Self::Text { kannel, read: BTreeMap::new() }, table, "\"call\", \"email\"")
            }
            other => bail!("no gateway of the demonstration is called {other}; there are: smtp, kannel"),
        };
        let outbox = folder.join("outbox.jsonl");
        let outbox = format!("[[delivery.gateway]]\nname = \"outbox\"\nkinds = [{rest}]\noutbox = {outbox:?}\n");
        std::fs::write(folder.join(FILE), format!("{table}{outbox}"))?;
        Ok(gateway)
    }

    /// The method whose codes go by it.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Mail { .. } => "email",
            Self::Text { .. } => "text_mobile",
        }
    }

    /// Whether what goes to this number or address goes by it.
    #[must_use]
    pub fn carries_to(&self, destination: &str) -> bool {
        match self {
            Self::Mail { .. } => destination.contains('@'),
            Self::Text { .. } => destination.starts_with('+'),
        }
    }

    /// Waits for the next code that arrives there.
    ///
    /// # Errors
    /// If none comes.
    pub async fn code_to(&mut self, destination: &str) -> Result<String> {
        match self {
            Self::Mail { relay, read } => loop {
                let (at, mail) = relay.mail_to(destination, *read).await?;
                *read = at + 1;
                let body = mail.text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                if let Some(code) = code_in(body) {
                    return Ok(code);
                }
            },
            Self::Text { kannel, read } => {
                let number: String = destination.chars().filter(|one| one.is_ascii_digit() || *one == '+').collect();
                let read = read.entry(number.clone()).or_default();
                loop {
                    let text = kannel.text_to(&number, *read).await?;
                    *read += 1;
                    if let Some(code) = code_in(&text.body) {
                        return Ok(code);
                    }
                }
            }
        }
    }

    /// How many messages it has carried, and where they lie.
    ///
    /// # Errors
    /// If that cannot be read.
    pub fn carried(&self) -> Result<String> {
        match self {
            Self::Mail { relay, .. } => {
                let mails = relay.mails()?;
                let private = mails.iter().all(|mail| mail.tls && mail.user.is_some());
                let how = if private { "all over TLS, signed in" } else { "NOT ALL over TLS" };
                Ok(format!("{} mails by a real relay, {how}", mails.len()))
            }
            Self::Text { kannel, .. } => Ok(format!("{} texts by a real Kannel", kannel.texts()?.len())),
        }
    }
}
