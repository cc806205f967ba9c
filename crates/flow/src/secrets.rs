//! What a flow has to remember of passwords until the directory has them.

use secrecy::SecretString;
use uuid::Uuid;

/// The current password and the new one of an attempt.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Secrets {
    pub(crate) current: Current,
    pub(crate) new: New,
    /// The password before the current one, where a change that was made earlier is finished: it goes to no server.
    pub(crate) earlier: Option<SecretString>,
}

/// The current password, as far as it was asked for.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) enum Current {
    #[default]
    Unknown,
    Typed(SecretString),
    /// It has gone to the server, which either believes it or says that it is wrong.
    Sent(SecretString),
}

/// The new password, on its way into the directory.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) enum New {
    #[default]
    None,
    Typed {
        password: SecretString,
        operation: Uuid,
    },
    /// It has gone to the server under this operation, so that an end is an end of this.
    Sent {
        password: SecretString,
        operation: Uuid,
    },
}

impl Secrets {
    pub(crate) fn current(current: SecretString) -> Self {
        Self { current: Current::Typed(current), ..Self::default() }
    }

    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Current {
    pub(crate) const fn known(&self) -> Option<&SecretString> {
        match self {
            Self::Unknown => None,
            Self::Typed(password) | Self::Sent(password) => Some(password),
        }
    }

    /// The password to send, if it has not been sent.
    pub(crate) fn send(&mut self) -> Option<SecretString> {
        match std::mem::take(self) {
            Self::Typed(password) => {
                *self = Self::Sent(password.clone());
                Some(password)
            }
            other @ (Self::Unknown | Self::Sent(_)) => {
                *self = other;
                None
            }
        }
    }
}

impl New {
    pub(crate) const fn is_sent(&self) -> bool {
        match self {
            Self::Sent { .. } => true,
            Self::None | Self::Typed { .. } => false,
        }
    }

    /// The password to send with its operation; one whose answer was lost is sent again under the same.
    pub(crate) fn send(&mut self) -> Option<(SecretString, Uuid)> {
        let (password, operation) = match std::mem::take(self) {
            Self::None => return None,
            Self::Typed { password, operation } | Self::Sent { password, operation } => (password, operation),
        };
        *self = Self::Sent { password: password.clone(), operation };
        Some((password, operation))
    }
}
