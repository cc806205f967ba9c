//! The windows that the app has. Each is a process of its own.

use latchkey_api::flow::Intent;

/// One kind of window; at most one of each is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowKind {
    /// "Can't access your account?"
    Reset,
    /// "Change my password"
    Change,
    /// "Finish on this computer"
    Places,
}

impl WindowKind {
    pub const ALL: [Self; 3] = [Self::Reset, Self::Change, Self::Places];

    /// The argument that opens it: `latchkey --reset`.
    #[must_use]
    pub const fn argument(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Change => "change",
            Self::Places => "places",
        }
    }

    /// What its flow is for. Finishing on this computer proves the password as a change does, and goes no further.
    #[must_use]
    pub const fn intent(self) -> Intent {
        match self {
            Self::Reset => Intent::Reset,
            Self::Change | Self::Places => Intent::Change,
        }
    }

    /// The message id of its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Reset => "window-title-reset",
            Self::Change => "window-title-change",
            Self::Places => "window-title-places",
        }
    }
}
