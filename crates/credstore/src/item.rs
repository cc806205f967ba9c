//! One saved entry as plain values: what it opens, what a look has shown of its secret, and why it could not be read.

use latchkey_api::place::{Outcome, PlaceError};

/// One item without its secret.
#[derive(Debug, Clone, Default)]
pub(crate) struct Item {
    pub(crate) native: String,
    pub(crate) label: String,
    /// Every user name that is saved with it, the most telling first.
    pub(crate) users: Vec<String>,
    /// Every server that it is saved for, as it was saved.
    pub(crate) servers: Vec<String>,
    /// What people recognise it by.
    pub(crate) target: Option<String>,
    pub(crate) purpose: Purpose,
    pub(crate) locked: bool,
}

/// What an item opens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A server, a program or nobody knows what.
    #[default]
    SignIn,
    /// A network that asks for a name and a password (802.1X), with the name where it is known.
    Network { identity: Option<String> },
    /// A file or a device: a key, a volume, a home network, our own token of this workstation.
    FileOrDevice,
}

/// What a look into an item has shown of its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    Old,
    /// Something else that may be a password.
    Other,
    /// Nothing that somebody could have typed.
    NoPassword,
    /// The old password is not known, or the item cannot be read now.
    Unknown,
}

/// Why a place or an item in it could not be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ItemError {
    /// There is no session bus, or nobody answers as keyring on it.
    #[error("the place is not there or does not answer")]
    Unreachable,
    /// The part of the place that it lies in is locked.
    #[error("the place is locked")]
    Locked,
    /// The item has a lock of its own, which the person may open for this run.
    #[error("the item is locked")]
    ItemLocked,
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

impl From<ItemError> for Outcome {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::Unreachable => Self::Unreachable,
            ItemError::Locked | ItemError::ItemLocked => Self::NeedsUnlock,
            ItemError::TimedOut => Self::Unknown,
            ItemError::Declined => Self::NeedsAnswer,
            ItemError::Gone => Self::Gone,
            ItemError::Refused => Self::Refused,
        }
    }
}

impl ItemError {
    /// What is said of the whole place; a lock is no failure.
    pub(crate) const fn of_place(self) -> Option<PlaceError> {
        match self {
            Self::Locked | Self::ItemLocked => None,
            Self::Unreachable => Some(PlaceError::Unreachable),
            Self::TimedOut => Some(PlaceError::TimedOut),
            Self::Declined => Some(PlaceError::Declined),
            Self::Gone | Self::Refused => Some(PlaceError::Refused),
        }
    }
}
