//! Sending: texts, calls and mail, by gateways that know no person.
//!
//! A gateway takes one message at a time through the trait [`Delivery`] and says what came of it. When a message is
//! sent, how often and by whom it is owed is not decided here.

pub mod characters;
pub mod http;
pub mod ordered;
pub mod outbox;
pub mod recipient;
pub mod report;
pub mod secret_file;
pub mod smtp;
pub mod twilio;
pub mod web;

use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use ordered::Tally;

/// What a gateway answers, later.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Accepted, NotSent>> + Send + 'a>>;

/// What a gateway answers to a question whether it could be used, later.
pub type Probe<'a> = Pin<Box<dyn Future<Output = Result<(), Cause>> + Send + 'a>>;

/// Any error of a library below.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An error and its causes, in one line.
#[must_use]
pub fn in_one_line(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The gateway has taken the message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accepted {
    /// The name that the campus gave the gateway, where there are several.
    pub gateway: Option<String>,
    /// What the provider calls it, where it gives it a name.
    pub provider_id: Option<String>,
}

/// The gateway has not taken the message, as far as is known.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// It will never take this message: no such number, no such mailbox, a blocked recipient.
    #[error("the gateway refused the message for good")]
    Refused(#[source] Cause),
    /// It may take it later; where it said when, not before.
    #[error("the gateway did not take the message")]
    TryAgain {
        after: Option<Duration>,
        #[source]
        cause: Cause,
    },
    /// The message was handed over and the answer was lost: it may have been sent.
    #[error("the gateway's answer was lost")]
    AnswerLost(#[source] Cause),
}

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Call,
    Email,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Text, Self::Call, Self::Email];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Call => "call",
            Self::Email => "email",
        }
    }
}

/// One message to exactly one number or address, the stored one (TF-04, TF-05).
#[derive(Debug)]
pub struct Message {
    /// The same for every try at the same message, so that a gateway can tell a repetition.
    pub id: String,
    /// When this try is made.
    pub at: Timestamp,
    /// After this it is of no use to anybody, so that nobody should keep it for longer.
    pub expires_at: Timestamp,
    /// 1 at first; 2 where an earlier gateway may have sent it and nobody knows.
    pub attempt: u32,
    pub kind: Kind,
    /// E.164 for texts and calls, an address for mail.
    pub to: SecretString,
    /// Where a number belongs (ISO 3166-1, two letters); none for mail.
    pub region: Option<String>,
    /// Tag of the language (BCP 47) that it is in: a voice has to know.
    pub language: String,
    /// For mail.
    pub subject: String,
    /// For a call that has something to keep from a voicemail: what is said when somebody answers. The body is said only
    /// after a key was pressed, and again for every further key (TF-06).
    pub prompt: Option<String>,
    /// May hold a code, so it is as secret as one.
    pub body: SecretString,
    /// Of a call: the code in it alone, for gateways that play recorded digits.
    pub code: Option<SecretString>,
}

/// A way to send.
pub trait Delivery: Send + Sync {
    /// Hands the message over; done when it has been taken.
    ///
    /// # Errors
    /// If it was not taken, or nobody knows whether it was.
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a>;

    /// Reaches the gateway and signs in as for a message, and sends none.
    ///
    /// # Errors
    /// If it cannot be used as it is configured.
    fn probe(&self) -> Probe<'_>;

    /// Whether it carries a message of such a length, in such characters; one that it does not goes by another gateway.
    fn carries(&self, _: &Message) -> bool {
        true
    }

    /// Whether a message that is handed over twice under one id is sent once.
    fn is_idempotent(&self) -> bool {
        false
    }

    /// The name of the gateway that carries the message where all of them work; nothing where there is only one.
    fn preferred(&self, _message: &Message) -> Option<&str> {
        None
    }

    /// How often each gateway gave which answer since the start; nothing where there is only one.
    fn tallies(&self) -> Vec<Tally> {
        Vec::new()
    }
}
