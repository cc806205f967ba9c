//! What `check --connect` finds out about a directory, for the operator.

use std::fmt;

use serde::Serialize;

/// An error and its causes, in one line.
pub(crate) fn in_one_line(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub about: About,
    pub state: State,
    /// One line for the operator: what was seen, and in the server's own words why it is wrong.
    pub detail: String,
}

/// What a [`Finding`] is about; each names what of the configuration has to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// `servers`, `domain`: whether they can be reached.
    Servers,
    /// `ca`, and the server's certificate.
    Certificate,
    /// The server's clock against ours.
    Clock,
    /// `bind` and `secret`.
    BindAccount,
    /// `bases`.
    Base,
    /// `filter`.
    Filter,
    /// `groups` and `privileged_groups`.
    Groups,
    /// `names`, `contacts`: attributes that the directory does not have, or nobody uses.
    Attributes,
    /// `marker`.
    Marker,
    /// What the service account may and may not do.
    Rights,
    /// `write`, and what can be promised of a write.
    Write,
    /// The rules for passwords that the directory enforces.
    Rules,
}

impl About {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Servers => "servers",
            Self::Certificate => "certificate",
            Self::Clock => "clock",
            Self::BindAccount => "bind account",
            Self::Base => "base",
            Self::Filter => "filter",
            Self::Groups => "groups",
            Self::Attributes => "attributes",
            Self::Marker => "marker",
            Self::Rights => "rights",
            Self::Write => "write",
            Self::Rules => "rules",
        }
    }
}

/// Whether what was looked at is as it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Good,
    /// It works, and the operator should know.
    Notable,
    /// It does not work so.
    Wrong,
}

impl Finding {
    #[must_use]
    pub fn new(about: About, state: State, detail: impl Into<String>) -> Self {
        Self { about, state, detail: detail.into() }
    }

    #[must_use]
    pub fn good(about: About, detail: impl Into<String>) -> Self {
        Self::new(about, State::Good, detail)
    }

    #[must_use]
    pub fn notable(about: About, detail: impl Into<String>) -> Self {
        Self::new(about, State::Notable, detail)
    }

    #[must_use]
    pub fn wrong(about: About, detail: impl Into<String>) -> Self {
        Self::new(about, State::Wrong, detail)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Good => "good",
            State::Notable => "note",
            State::Wrong => "WRONG",
        };
        write!(f, "{state:5}  {}: {}", self.about.as_str(), self.detail)
    }
}
