//! How a relay is reached and who writes, as an operator configures it.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

use super::authorities::authorities;
use super::error::SmtpError;
use crate::secret_file::SecretFile;

/// A relay.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its name, as its certificate has it.
    pub host: String,
    /// 587 with `starttls`, 465 with `tls`, 25 with `plain` where none is said.
    pub port: Option<u16>,
    #[serde(default)]
    pub security: Security,
    /// Who signs in there; where there is none, nobody does.
    pub user: Option<String>,
    pub password: Option<SecretFile>,
    /// The authorities that are trusted in place of the system's, in PEM.
    pub ca: Option<PathBuf>,
    /// Who writes, and who gets it back when a mail cannot be delivered.
    pub from: Sender,
    /// The name of who writes by language, where it is another one than in `from`.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Who gets the answers of people.
    pub reply_to: Option<Sender>,
    /// What this server calls itself; the name of the machine where none is said.
    pub helo: Option<String>,
    /// How long the relay may take until it waits for a mail's content: 1 to 6.
    #[serde(default = "default_connect_seconds")]
    pub connect_seconds: u8,
}

const fn default_connect_seconds() -> u8 {
    5
}

/// How a connection is kept from others. There is no way back to a plain one where TLS fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS that the relay must offer and take before anything else is said (RFC 3207).
    #[default]
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None, to a relay on this machine.
    Plain,
}

/// A name and an address, or an address: `IT Helpdesk <help@campus.example>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sender(Mailbox);

/// What is no sender.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not one address in ASCII, or a name and one: \"IT Helpdesk <help@campus.example>\"")]
pub struct NoSender(String);

impl Sender {
    pub(super) const fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    /// The same address under another name, where there is one.
    pub(super) fn called(&self, name: Option<&String>) -> Mailbox {
        let name = name.cloned().or_else(|| self.0.name.clone());
        Mailbox::new(name, self.0.email.clone())
    }
}

impl TryFrom<String> for Sender {
    type Error = NoSender;

    fn try_from(text: String) -> Result<Self, NoSender> {
        let mailbox: Option<Mailbox> = text.parse().ok();
        let is_one = |mailbox: &Mailbox| {
            AsRef::<str>::as_ref(&mailbox.email).is_ascii() && !text.contains(|c: char| c.is_control())
        };
        mailbox.filter(is_one).map(Self).ok_or(NoSender(text))
    }
}

impl From<Sender> for String {
    fn from(sender: Sender) -> Self {
        sender.0.to_string()
    }
}

impl Settings {
    /// What is wrong with them, in words for their author.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if !is_host(&self.host) {
            return Some("host: a name or an address of the Internet Protocol, without a port");
        }
        if self.security == Security::Plain && !is_this_machine(&self.host) {
            return Some("security = \"plain\" is for a relay on this machine: say \"starttls\" or \"tls\"");
        }
        if self.port == Some(0) {
            return Some("port: 1 to 65535");
        }
        if self.user.is_some() != self.password.is_some() {
            return Some("user and password go together");
        }
        if self.helo.as_ref().is_some_and(|name| !is_host(name)) {
            return Some("helo: the name of this server, as relay.campus.example");
        }
        if self.names.values().any(|name| name.is_empty() || name.contains(|c: char| c.is_control())) {
            return Some("names: a name for each language, without line breaks");
        }
        (!(1..=6).contains(&self.connect_seconds)).then_some("connect_seconds: 1 to 6")
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::Plain => 25,
        })
    }

    /// Reads what else is on disk, and connects nowhere.
    ///
    /// # Errors
    /// If the secret or the authorities cannot be used.
    pub async fn look_at_files(&self) -> Result<(), SmtpError> {
        if let Some(password) = &self.password {
            password.read().await?;
        }
        if let Some(path) = &self.ca {
            authorities(path).await?;
        }
        Ok(())
    }

    pub(super) const fn patience(&self) -> Duration {
        Duration::from_secs(self.connect_seconds as u64)
    }
}

/// Whether a text may stand in a command.
fn is_host(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !text.is_empty() && (text.bytes().all(is_letter) || text.parse::<IpAddr>().is_ok())
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
