//! The words for saved copies of a password on a workstation: what was found, what may be done, how it ended.
//!
//! The place program, the flow and the page speak them; the server knows none of them. No secret and nothing about one
//! is said here but whether it is the old password.

use serde::{Deserialize, Serialize};

/// One kind of store on a workstation that may hold a copy of the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PlaceKind {
    /// The master password of the keyring that signing in opens.
    LoginKeyring,
    /// Linux: GNOME Keyring, KWallet, KeePassXC, oo7 and whatever else answers as `org.freedesktop.secrets`.
    SecretService,
    /// Windows: generic credentials.
    CredentialManager,
    /// macOS: generic passwords of the login keychain.
    Keychain,
    /// Linux: networks of NetworkManager that ask for a name (802.1X) and keep the password for the whole system.
    Networks,
    /// Linux: files with the sign-in of network drives.
    Drives,
    /// Kerberos tickets: no copy of the password, but what it was exchanged for.
    Tickets,
    /// Linux: what SSSD has kept of the password, so that signing in works away from the campus.
    OfflineSignIn,
    /// A store of the campus' own, which a program that the policy names looks after.
    CampusProgram,
}

impl PlaceKind {
    /// The kind as it is written, in an id or as the argument of the place program.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoginKeyring => "login_keyring",
            Self::SecretService => "secret_service",
            Self::CredentialManager => "credential_manager",
            Self::Keychain => "keychain",
            Self::Networks => "networks",
            Self::Drives => "drives",
            Self::Tickets => "tickets",
            Self::OfflineSignIn => "offline_sign_in",
            Self::CampusProgram => "campus_program",
        }
    }

    /// Whether a refresh there signs in to the campus: it counts as a try, so these go last, one after the other.
    #[must_use]
    pub const fn signs_in(self) -> bool {
        match self {
            Self::Tickets | Self::OfflineSignIn => true,
            Self::LoginKeyring
            | Self::SecretService
            | Self::CredentialManager
            | Self::Keychain
            | Self::Networks
            | Self::Drives
            | Self::CampusProgram => false,
        }
    }
}

/// One saved entry in a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Copy {
    /// The same on every look; opaque to everybody but its place.
    pub id: String,
    pub place: PlaceKind,
    /// The entry's own title; empty where a locked place hides it.
    pub label: String,
    /// The user name that is saved with it, if there is one.
    #[serde(default)]
    pub user: Option<String>,
    /// The server or program that it is for, so that people recognise it.
    #[serde(default)]
    pub target: Option<String>,
    pub standing: Standing,
}

/// What may be done with a copy before anybody has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Standing {
    /// It held the old password, or is no copy but was made with it, and is for the campus: it is refreshed without a
    /// question.
    Proven,
    /// It may be for something else: it waits for the person's tick, with its target in sight.
    Choice,
    /// What it holds cannot be a password that somebody typed (a token, a key): a tick of "all" leaves it out.
    NoPassword,
    /// It holds the new password already.
    Fine,
    /// It cannot be read until its place is unlocked.
    Locked,
    /// A keyring that opens with the old password, and goes on doing so.
    OldOpens,
}

/// How the refresh of one copy ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Outcome {
    /// It holds the new password now; it was read again to be sure.
    Updated,
    /// It was made anew by signing in with the new password.
    Renewed,
    /// It was written, and the system lets nobody read it again.
    Unverified,
    /// It held the new password already.
    AlreadyFine,
    /// The person has left it as it was.
    LeftAlone,
    /// It was refreshed, and the person had it put back as it was.
    PutBack,
    /// It was removed since it was found.
    Gone,
    /// Its place is locked: unlock it and try again.
    NeedsUnlock,
    /// It may be for something else: tick it to have it changed.
    NeedsTick,
    /// The system has asked and was not answered: try again and allow it.
    NeedsAnswer,
    /// A keyring still opens with the old password.
    OldOpens,
    /// The campus does not know the new password there yet, so nothing more was tried: a few minutes later it will.
    NotYet,
    /// The place is not there or does not answer.
    Unreachable,
    /// The place was stopped at its deadline: whether it was written, a second look tells.
    Unknown,
    /// The place has refused to read or write it.
    Refused,
    /// It was written, and holds something else when it is read again.
    NotKept,
    /// It is not this person's copy: neither the old password nor the user name.
    NotYours,
}

impl Outcome {
    /// Whether nothing is left to do for it on this workstation.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        match self {
            Self::Updated
            | Self::Renewed
            | Self::Unverified
            | Self::AlreadyFine
            | Self::LeftAlone
            | Self::PutBack
            | Self::Gone
            | Self::NotYours => true,
            Self::NeedsUnlock
            | Self::NeedsTick
            | Self::NeedsAnswer
            | Self::OldOpens
            | Self::NotYet
            | Self::Unreachable
            | Self::Unknown
            | Self::Refused
            | Self::NotKept => false,
        }
    }
}

/// Why a place could not be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum PlaceError {
    /// Nobody answers there.
    Unreachable,
    /// It did not answer in time and was stopped.
    TimedOut,
    /// It has refused.
    Refused,
    /// The person closed the system's prompt, or it could not be shown.
    Declined,
    /// The program that looks is missing, has crashed or has said what nobody understands.
    Broken,
}

/// How one place has answered a look, so that nobody takes silence for "nothing there".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PlaceState {
    pub place: PlaceKind,
    /// The program that answers, where it says its name: `KeePassXC`.
    #[serde(default)]
    pub name: Option<String>,
    /// A part of it is locked: more copies may be in it than are listed.
    pub locked: bool,
    #[serde(default)]
    pub error: Option<PlaceError>,
}
