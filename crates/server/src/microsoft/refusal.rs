//! Why a request of Microsoft's is not taken: what the caller is told, and what the operator reads.

use jiff::Timestamp;

use super::context::Incomplete;
use super::envelope::Malformed;
use super::jwe::Unopened;
use super::token::{NotAllowed, NotTaken, Unknown};
use crate::refused::Refused;
use crate::store::StoreError;
use crate::typed::number::NotServed;

/// Why a request is not taken. What is displayed is for the log: it names no number, no text and no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    #[error("the envelope: {0}")]
    Malformed(#[from] Malformed),
    #[error("what was encrypted cannot be opened: {0}")]
    Unopened(#[from] Unopened),
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// An attempt has one message.
    #[error("this attempt has asked for something else before")]
    OtherAttempt,
    #[error("this way of sending is switched off (microsoft.texts, microsoft.calls)")]
    Channel,
    #[error("the number has an extension, which cannot be dialled")]
    Extension,
    #[error("not served: {0} (microsoft.serve, microsoft.types)")]
    NotServed(#[from] NotServed),
    #[error("the budget is spent until {until} (microsoft.limits)")]
    Spent { until: Timestamp },
    #[error("nothing can be taken now: {0}")]
    NotNow(&'static str),
}

impl From<NotTaken> for Refusal {
    fn from(why: NotTaken) -> Self {
        match why {
            NotTaken::Unknown(why) => Self::Unknown(why),
            NotTaken::NotAllowed(why) => Self::NotAllowed(why),
            NotTaken::NoKeys => Self::NotNow("Microsoft's signing keys could not be fetched yet"),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refused::from(error).into()
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::NotNow(refused.code().as_str())
    }
}

impl Refusal {
    /// The status that the contract has for it.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::Unknown(_) => 401,
            Self::NotAllowed(_) | Self::Channel | Self::Extension | Self::NotServed(_) => 403,
            Self::Malformed(_) | Self::Unopened(_) | Self::Incomplete(_) | Self::OtherAttempt => 400,
            Self::Spent { .. } => 429,
            Self::NotNow(_) => 502,
        }
    }

    /// The word for it in the answer.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "unauthorized",
            Self::NotAllowed(_) => "forbidden",
            Self::Malformed(_) | Self::Incomplete(_) | Self::OtherAttempt => "bad_request",
            Self::Unopened(_) => "decryption_failed",
            Self::Channel | Self::Extension | Self::NotServed(_) => "blocked",
            Self::Spent { .. } => "rate_limited",
            Self::NotNow(_) => "provider_unavailable",
        }
    }

    /// What the contract says beside, of bad requests alone.
    pub(crate) fn reason(&self) -> Option<String> {
        match self {
            Self::Malformed(malformed) => Some(malformed.to_string()),
            Self::Incomplete(_) => Some("incomplete delivery context".to_owned()),
            Self::Unknown(_)
            | Self::NotAllowed(_)
            | Self::Unopened(_)
            | Self::OtherAttempt
            | Self::Channel
            | Self::Extension
            | Self::NotServed(_)
            | Self::Spent { .. }
            | Self::NotNow(_) => None,
        }
    }
}
