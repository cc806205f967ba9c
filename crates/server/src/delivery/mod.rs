//! Sending: texts, calls and mail, and what they say.

pub mod outbox;
pub(crate) mod texts;

use std::pin::Pin;

use latchkey_api::Method;
use secrecy::SecretString;

/// What a gateway answers, later.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), DeliveryError>> + Send + 'a>>;

/// It was not sent.
#[derive(Debug, thiserror::Error)]
#[error("the message could not be handed over")]
pub struct DeliveryError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Call,
    Email,
}

impl Kind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Call => "call",
            Self::Email => "email",
        }
    }

    /// How a method is reached; nothing where nothing is sent.
    #[must_use]
    pub const fn of(method: Method) -> Option<Self> {
        match method {
            Method::TextMobile => Some(Self::Text),
            Method::CallMobile | Method::CallOffice => Some(Self::Call),
            Method::Email => Some(Self::Email),
            Method::Totp
            | Method::Questions
            | Method::RecoveryCode
            | Method::HelpdeskPass
            | Method::CurrentPassword => None,
        }
    }
}

/// One message to exactly one number or address, the stored one (TF-04, TF-05).
#[derive(Debug)]
pub struct Message {
    pub kind: Kind,
    pub to: SecretString,
    /// Tag of the language (BCP 47) that it is in: a voice has to know.
    pub language: String,
    /// For mail.
    pub subject: String,
    /// For a call that has something to keep from a voicemail: what is said when somebody answers. The body is said only
    /// after a key was pressed, and again for every further key (TF-06).
    pub prompt: Option<String>,
    /// May hold a code, so it is as secret as one.
    pub body: SecretString,
}

/// A way to send.
pub trait Delivery: Send + Sync {
    /// Hands the message over; done when it has been taken.
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a>;
}
