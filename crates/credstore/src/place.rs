//! What a place can do, and how each attempt ends.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::copy::{Copy, CopyId, Looking, PlaceKind};

/// One store of a workstation; called by the keyring's thread only.
///
/// Every call has a deadline, and looking never opens a prompt.
pub trait Place: Send {
    fn kind(&self) -> PlaceKind;

    /// Finds the copies that bear one of the person's names, and whatever else holds the old password.
    fn find(&mut self, looking: &Looking) -> Result<Found, PlaceError>;

    /// Changes one copy as far as the rule allows, and reads it again before saying so.
    fn refresh(&mut self, id: &CopyId, change: &Change) -> Outcome;

    /// Asks the person to unlock; opens the system's own prompt and returns when it is answered.
    fn unlock(&mut self) -> Result<(), PlaceError>;
}

/// What one look at a place brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub copies: Vec<Copy>,
    /// Whether a part of the place is locked, so that more copies may be in it than are listed.
    pub locked: bool,
}

/// What a copy is to become.
#[derive(Debug, Clone)]
pub struct Change {
    pub looking: Looking,
    pub new: SecretString,
    /// Whether the person ticked this very copy.
    pub ticked: bool,
}

/// Why a place could not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PlaceError {
    /// There is no session bus, or nobody answers as keyring on it.
    #[error("the place is not there or does not answer")]
    Unreachable,
    #[error("the place is locked")]
    Locked,
    #[error("the place did not answer in time")]
    TimedOut,
    /// The person closed the system's prompt, or it could not be shown.
    #[error("the prompt was not answered")]
    Declined,
    #[error("the item is not there any more")]
    Gone,
    #[error("the place refused")]
    Refused,
}

/// How the refresh of one copy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", content = "reason", rename_all = "snake_case")]
pub enum Outcome {
    /// It holds the new password now; read again to be sure.
    Updated,
    /// It held the new password already.
    AlreadyFine,
    /// Nothing was changed; the person can make it possible.
    NeedsYou(Need),
    Failed(FailureReason),
}

/// What is wanted of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// The place is locked: unlock it and try again.
    Locked,
    /// Only the user name matches, or only the password does: tick the copy to have it changed.
    Tick,
    /// The system asked and was not answered: try again and allow it.
    Declined,
}

/// Why a copy could not be refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The place is not there or does not answer.
    Unreachable,
    TimedOut,
    /// The copy was removed since it was found.
    Gone,
    /// The place refused to read or write it.
    Refused,
    /// It was written, and holds something else when read again.
    NotKept,
    /// It is not this person's copy: neither the old password nor the user name.
    NotYours,
}

impl From<PlaceError> for Outcome {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::Unreachable => Self::Failed(FailureReason::Unreachable),
            PlaceError::Locked => Self::NeedsYou(Need::Locked),
            PlaceError::TimedOut => Self::Failed(FailureReason::TimedOut),
            PlaceError::Declined => Self::NeedsYou(Need::Declined),
            PlaceError::Gone => Self::Failed(FailureReason::Gone),
            PlaceError::Refused => Self::Failed(FailureReason::Refused),
        }
    }
}
