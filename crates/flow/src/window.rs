//! The windows that the app has. Each is a process of its own.

use crate::screen::Case;

/// One kind of window; at most one of each is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WindowKind {
    /// "Can't access your account?"
    Recover,
    /// "Change my password"
    Change,
    /// "Set up account recovery"
    Register,
    /// "Finish on this computer"
    Places,
    /// "Helpdesk and about"
    Helpdesk,
}

/// A window, and the case that it should open with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    pub window: WindowKind,
    /// Absent: the window asks.
    pub case: Option<Case>,
}

impl Opening {
    /// Every opening with the option of the command line that asks for it: `latchkey --reset`.
    pub const ALL: [(&'static str, Self); 8] = [
        ("recover", Self { window: WindowKind::Recover, case: None }),
        ("reset", Self { window: WindowKind::Recover, case: Some(Case::Forgotten) }),
        ("first", Self { window: WindowKind::Recover, case: Some(Case::NeverReceived) }),
        ("unlock", Self { window: WindowKind::Recover, case: Some(Case::LockedOut) }),
        ("change", Self { window: WindowKind::Change, case: Some(Case::Change) }),
        ("register", Self { window: WindowKind::Register, case: Some(Case::Register) }),
        ("places", Self { window: WindowKind::Places, case: None }),
        ("helpdesk", Self { window: WindowKind::Helpdesk, case: None }),
    ];

    /// The window for a case, opened with it.
    #[must_use]
    pub const fn of(case: Case) -> Self {
        let window = match case {
            Case::Forgotten | Case::NeverReceived | Case::LockedOut => WindowKind::Recover,
            Case::Change => WindowKind::Change,
            Case::Register => WindowKind::Register,
        };
        Self { window, case: Some(case) }
    }

    /// Its option of the command line, without the dashes.
    #[must_use]
    pub fn argument(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or(self.window.argument(), |(argument, _)| argument)
    }
}

impl From<WindowKind> for Opening {
    fn from(window: WindowKind) -> Self {
        let case = match window {
            WindowKind::Change => Some(Case::Change),
            WindowKind::Register => Some(Case::Register),
            WindowKind::Recover | WindowKind::Places | WindowKind::Helpdesk => None,
        };
        Self { window, case }
    }
}

impl WindowKind {
    pub const ALL: [Self; 5] = [Self::Recover, Self::Change, Self::Register, Self::Places, Self::Helpdesk];

    /// The option that opens it, and its name to the system: `latchkey --recover`.
    #[must_use]
    pub const fn argument(self) -> &'static str {
        match self {
            Self::Recover => "recover",
            Self::Change => "change",
            Self::Register => "register",
            Self::Places => "places",
            Self::Helpdesk => "helpdesk",
        }
    }

    /// The message id of its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Recover => "window-title-recover",
            Self::Change => "window-title-change",
            Self::Register => "window-title-register",
            Self::Places => "window-title-places",
            Self::Helpdesk => "window-title-helpdesk",
        }
    }
}
