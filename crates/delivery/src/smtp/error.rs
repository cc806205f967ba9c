//! Why a mail was not taken, in words for the operator.
//!
//! Relays quote addresses, and what they do not like of a mail. So what they say stands in no message of an error, which
//! goes to the log; its numbers do.

use std::fmt;
use std::path::PathBuf;

use super::super::{Cause, NotSent};
use crate::secret_file::SecretFileError;

/// What was asked of the relay last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// To greet.
    Hello,
    Starttls,
    SignIn,
    Sender,
    Recipient,
    /// To wait for the content.
    Data,
    /// To take what was sent.
    Content,
}

impl Stage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Hello => "the greeting",
            Self::Starttls => "STARTTLS",
            Self::SignIn => "the sign-in",
            Self::Sender => "the sender",
            Self::Recipient => "the recipient",
            Self::Data => "the announcement of a mail",
            Self::Content => "the mail",
        }
    }
}

/// The relay said no.
pub struct Reply {
    pub stage: Stage,
    /// RFC 5321 §4.2.
    pub code: u16,
    /// RFC 3463, where it has one.
    pub status: Option<String>,
    /// All that it said; may hold an address, or more.
    text: String,
}

impl Reply {
    pub(super) fn new(stage: Stage, code: u16, text: String) -> Self {
        let status = text.split([' ', '-']).next().filter(|word| is_status(word)).map(str::to_owned);
        Self { stage, code, status, text }
    }

    /// What it said, for whoever knows the recipient anyway.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
    }

    /// Whether it is about the recipient or the mail, and for good. Any other no is about the relay: its policy
    /// (`5.7`, RFC 3463 §3.8), such as "relay access denied", keeps no other gateway from sending the same mail.
    fn is_for_good(&self) -> bool {
        let about_the_mail = matches!(self.stage, Stage::Recipient | Stage::Content);
        let policy = self.status.as_ref().is_some_and(|status| status.starts_with("5.7."));
        about_the_mail && (550..=559).contains(&self.code) && !policy || self.is_bad_address()
    }

    /// A recipient that cannot be written to at all (501 5.1.3).
    fn is_bad_address(&self) -> bool {
        self.stage == Stage::Recipient && self.code == 501
    }
}

/// Numbers alone.
impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").field("stage", &self.stage).field("code", &self.code).finish_non_exhaustive()
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.as_deref().map(|status| format!(" {status}")).unwrap_or_default();
        write!(f, "the relay answered {}{status} to {}", self.code, self.stage.as_str())?;
        if let Some(advice) = self.advice() {
            write!(f, "; {advice}")?;
        }
        Ok(())
    }
}

impl Reply {
    const fn advice(&self) -> Option<&'static str> {
        match (self.stage, self.code) {
            (Stage::SignIn, 500..) => Some("look at user and at the file of password"),
            (Stage::Sender, 500..) => Some("look at from, and whether the user may send as it"),
            (Stage::Recipient, 500..) if self.is_policy() => {
                Some("it takes no mail to others from this server: have it sign in, or have the relay allow it")
            }
            _ => None,
        }
    }

    const fn is_policy(&self) -> bool {
        match &self.status {
            Some(status) => matches!(status.as_bytes(), [b'5', b'.', b'7', b'.', ..]),
            None => false,
        }
    }
}

/// Why a relay cannot be used, or has not taken a mail.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error("cannot reach {host}, port {port}: look at host and port, and at the firewalls between")]
    Unreachable {
        host: String,
        port: u16,
        #[source]
        source: std::io::Error,
    },
    #[error("{0} is not on this machine, and security = \"plain\" is for this machine alone")]
    Elsewhere(String),
    #[error(
        "the relay offers no STARTTLS, or somebody between has taken the offer away; nothing was sent. Say security = \
         \"tls\" and its port if it speaks TLS from the first byte"
    )]
    NoStarttls,
    #[error(
        "no TLS with the relay, nothing was sent: its certificate must be of its host's name, valid now and of an \
         authority that the system trusts, or that the file ca holds; and the port must be one for this security"
    )]
    Tls(#[source] Cause),
    #[error("the relay offers no way to sign in that is known here (PLAIN, LOGIN)")]
    NoSignIn,
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    #[error("cannot read the authorities {0}")]
    Authorities(PathBuf, #[source] std::io::Error),
    #[error("the authorities {0} hold no certificate in PEM")]
    NoAuthority(PathBuf),
    #[error("this program has no provider of cryptography for TLS")]
    NoProvider,
    #[error("{0}")]
    Reply(Reply),
    #[error("the relay did not answer in time")]
    Slow,
    #[error("the connection to the relay was cut")]
    Cut(#[source] std::io::Error),
    #[error("the relay answered what is no SMTP, or half of it")]
    Garbled,
    #[error("the recipient is not exactly one address")]
    NotOneAddress,
    #[error("the mail cannot be written")]
    Mail(#[source] lettre::error::Error),
}

impl SmtpError {
    /// From what the library says about a command.
    pub(super) fn of(stage: Stage, error: &lettre::transport::smtp::Error) -> Self {
        use std::error::Error as _;
        if let Some(code) = error.status() {
            let text = error.source().map(ToString::to_string).unwrap_or_default();
            return Self::Reply(Reply::new(stage, code.into(), text));
        }
        // The library's own words may quote what was answered.
        match io_of(error) {
            Some(source) => Self::Cut(std::io::Error::new(source.kind(), source.to_string())),
            None => Self::Garbled,
        }
    }

    /// What becomes of the message; nothing of it has been sent.
    pub(super) fn not_sent(self) -> NotSent {
        let for_good = match &self {
            Self::NotOneAddress => true,
            Self::Reply(reply) => reply.is_for_good(),
            _ => false,
        };
        if for_good {
            NotSent::Refused(Box::new(self))
        } else {
            NotSent::TryAgain { after: None, cause: Box::new(self) }
        }
    }
}

fn io_of<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a std::io::Error> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}

fn is_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number) && word.starts_with(['2', '4', '5'])
}
