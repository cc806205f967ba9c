//! What somebody came for, and the ways to prove who they are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What somebody came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Intent {
    /// The password is forgotten: two gates, then a new one.
    Reset,
    /// The password is known but the account is locked: two gates, password untouched.
    Unlock,
    /// The password is known: it is the gate.
    Change,
    /// Methods are added, changed or removed.
    Register,
}

impl Intent {
    pub const ALL: [Self; 4] = [Self::Reset, Self::Unlock, Self::Change, Self::Register];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::Change => "change",
            Self::Register => "register",
        }
    }
}

/// One way to prove who you are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Method {
    TextMobile,
    CallMobile,
    CallOffice,
    Email,
    Totp,
    Questions,
    RecoveryCode,
    /// A one-time pass that the helpdesk hands out after it has seen who somebody is.
    HelpdeskPass,
    CurrentPassword,
}

impl Method {
    pub const ALL: [Self; 9] = [
        Self::TextMobile,
        Self::CallMobile,
        Self::CallOffice,
        Self::Email,
        Self::Totp,
        Self::Questions,
        Self::RecoveryCode,
        Self::HelpdeskPass,
        Self::CurrentPassword,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TextMobile => "text_mobile",
            Self::CallMobile => "call_mobile",
            Self::CallOffice => "call_office",
            Self::Email => "email",
            Self::Totp => "totp",
            Self::Questions => "questions",
            Self::RecoveryCode => "recovery_code",
            Self::HelpdeskPass => "helpdesk_pass",
            Self::CurrentPassword => "current_password",
        }
    }

    /// What the person types in full before anything is sent there; nothing where nothing is sent.
    #[must_use]
    pub const fn destination(self) -> Option<Destination> {
        match self {
            Self::TextMobile | Self::CallMobile | Self::CallOffice => Some(Destination::Phone),
            Self::Email => Some(Destination::Email),
            Self::Totp | Self::Questions | Self::RecoveryCode | Self::HelpdeskPass | Self::CurrentPassword => None,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a person sets up for recovery. One may serve two methods: a mobile phone takes texts and calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Means {
    Mobile,
    Office,
    Email,
    Authenticator,
    Questions,
    RecoveryCodes,
}

impl Means {
    pub const ALL: [Self; 6] =
        [Self::Mobile, Self::Office, Self::Email, Self::Authenticator, Self::Questions, Self::RecoveryCodes];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Office => "office",
            Self::Email => "email",
            Self::Authenticator => "authenticator",
            Self::Questions => "questions",
            Self::RecoveryCodes => "recovery_codes",
        }
    }

    /// The methods that it serves.
    #[must_use]
    pub const fn methods(self) -> &'static [Method] {
        match self {
            Self::Mobile => &[Method::TextMobile, Method::CallMobile],
            Self::Office => &[Method::CallOffice],
            Self::Email => &[Method::Email],
            Self::Authenticator => &[Method::Totp],
            Self::Questions => &[Method::Questions],
            Self::RecoveryCodes => &[Method::RecoveryCode],
        }
    }
}

/// What kind of destination a method sends to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Destination {
    Phone,
    Email,
}
