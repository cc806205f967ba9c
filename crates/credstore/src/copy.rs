//! What is looked for, and what is found.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// One kind of store on a workstation that may hold a copy of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// Linux: GNOME Keyring, KWallet, KeePassXC and whatever else answers as `org.freedesktop.secrets`.
    SecretService,
    /// Windows: generic credentials.
    CredentialManager,
    /// macOS: generic passwords of the login keychain.
    Keychain,
}

impl PlaceKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecretService => "secret_service",
            Self::CredentialManager => "credential_manager",
            Self::Keychain => "keychain",
        }
    }
}

/// The names a person signs in with, and the password that copies may still hold.
#[derive(Debug, Clone)]
pub struct Looking {
    /// Every form in use: `ada`, `ada@example.edu`, `EXAMPLE\ada`. Compared without regard to case.
    pub accounts: Vec<String>,
    /// The old password, where it is known; after a reset of a forgotten one it is not.
    pub old: Option<SecretString>,
}

impl Looking {
    /// Tells whether `user` is one of the person's names.
    #[must_use]
    pub fn names(&self, user: &str) -> bool {
        let user = user.trim().to_lowercase();
        !user.is_empty() && self.accounts.iter().any(|account| account.trim().to_lowercase() == user)
    }
}

/// Names one copy, the same way on every look; opaque to everybody but its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CopyId(String);

impl CopyId {
    /// Builds the id of the item that its place calls `native`.
    #[must_use]
    pub fn new(place: PlaceKind, native: &str) -> Self {
        Self(format!("{}:{native}", place.as_str()))
    }

    /// The place's own name of the item; `None` for a copy of another place.
    #[must_use]
    pub fn native(&self, place: PlaceKind) -> Option<&str> {
        self.0.strip_prefix(place.as_str())?.strip_prefix(':')
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for CopyId {
    /// Takes back an id that came from a page or a journal; one that names nothing ends as `Failed(Gone)`.
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl fmt::Display for CopyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a copy held the old password when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldOld {
    Yes,
    No,
    /// The old password is not known, or the copy is locked.
    Unknown,
}

/// One saved entry in a place; says nothing of the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copy {
    pub id: CopyId,
    pub place: PlaceKind,
    /// The entry's own title; empty where a locked place hides it.
    pub label: String,
    /// The user name saved with it, if there is one.
    pub user: Option<String>,
    /// The server or program it is for, so that people recognise it.
    pub target: Option<String>,
    pub held_old: HeldOld,
    /// Whether [`Copy::user`] is one of the person's names.
    pub names_person: bool,
    /// Whether its place must be unlocked first.
    pub locked: bool,
}
