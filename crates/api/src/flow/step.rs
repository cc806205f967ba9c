//! Where a flow stands, and what each step needs to be drawn.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::method::{Destination, Means, Method};
use crate::password::Rule;

/// Where a flow stands, with what that step needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Step {
    ChooseMethod {
        choose_method: ChooseMethod,
    },
    Prove {
        prove: Prove,
    },
    SetPassword {
        set_password: SetPassword,
    },
    Manage {
        manage: Manage,
    },
    /// The directory was asked and its answer is not certain yet; ask again by `GET /v1/flow`.
    Working,
    Done {
        done: Done,
    },
    Blocked {
        blocked: Blocked,
    },
    Cancelled,
    Expired,
    /// The directory was asked and nobody can tell what came of it: the new password may be set or not. Nothing on a
    /// workstation is changed for it.
    Uncertain,
}

impl Step {
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::ChooseMethod { .. } => "choose_method",
            Self::Prove { .. } => "prove",
            Self::SetPassword { .. } => "set_password",
            Self::Manage { .. } => "manage",
            Self::Working => "working",
            Self::Done { .. } => "done",
            Self::Blocked { .. } => "blocked",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Uncertain => "uncertain",
        }
    }
}

/// The methods that may prove this gate. Nothing of a stored number or address is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChooseMethod {
    #[cfg_attr(feature = "openapi", schema(max_items = 9))]
    pub methods: Vec<MethodChoice>,
}

/// One method on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct MethodChoice {
    pub method: Method,
    pub destination: Option<Destination>,
}

/// A proof is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Prove {
    pub method: Method,
    /// For methods that are proven by a code.
    pub code: Option<CodeAsked>,
    /// For `questions`: ids of the catalogue, always the same set until solved (SQ-04).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub questions: Vec<Question>,
    pub attempts_left: u32,
}

/// What code is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeAsked {
    /// Digits or characters.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 64))]
    pub length: u8,
    /// When it stops working; absent for codes that an authenticator makes.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Timestamp>,
    /// From when on another one may be asked for; absent where none is sent.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub resend_at: Option<Timestamp>,
}

/// One security question, by its id in the catalogue (`first_pet`); its text is the app's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Question {
    pub id: String,
}

/// All gates are passed: a new password may be set, once, before `expires_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetPassword {
    #[cfg_attr(feature = "openapi", schema(max_items = 7))]
    pub rules: Vec<Rule>,
}

/// What the account has set up (intent `register`), and what may be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manage {
    pub registered: Vec<Registered>,
    /// In the campus' order; what is registered already is replaced by adding it again.
    pub addable: Vec<Addable>,
    /// Whether what is registered is enough for the gates of a reset on different devices, and as much as the campus wants
    /// (RG-07).
    pub enough: bool,
    /// What the campus wants this person to register and is not yet.
    pub wanted: Vec<Means>,
    /// Until when changes are taken without a new proof (RG-01).
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub fresh_until: Timestamp,
    /// What is being added or checked, and not confirmed yet.
    pub pending: Option<Pending>,
}

/// Something that an account has set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Registered {
    /// Names it in calls; of no meaning otherwise.
    pub id: String,
    pub means: Means,
    /// As much of a number or address as its owner needs to know it: `… 34`, `a…@home.example`.
    pub hint: Option<String>,
    /// The directory keeps it: shown here, changed elsewhere.
    pub fixed: bool,
    /// It has not been confirmed for so long that it should be again.
    pub due: bool,
    /// Recovery codes that have not been used.
    pub left: Option<u8>,
}

/// Something that may be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Addable {
    pub means: Means,
    /// How its code may travel; empty where none is sent.
    pub confirm_by: Vec<Method>,
    /// For questions: the catalogue to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// For questions: how many are registered at once.
    pub wanted: Option<u8>,
}

/// Something that works only once it is confirmed (RG-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pending {
    pub id: String,
    pub means: Means,
    /// How the code travels; `totp` for an authenticator, absent for recovery codes.
    pub method: Option<Method>,
    /// The code that confirms it; recovery codes are confirmed without one.
    pub code: Option<CodeAsked>,
    pub attempts_left: u32,
}

/// The end: what the flow was for has happened in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Done {
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub changed_at: Timestamp,
    /// Whether a lock was lifted too.
    pub unlocked: bool,
    /// Whether a lock may still stand at another server of the directory, which counts wrong tries for itself and did not
    /// lift it, or could not be asked to.
    #[serde(default)]
    pub may_be_locked_elsewhere: bool,
    /// Until when the directory may still take the old password (AD: NTLM for an hour); absent where it does not.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub old_password_may_work_until: Option<Timestamp>,
}

/// Too many tries. Nothing more happens in this flow; the directory account itself is not locked (FL-07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Blocked {
    /// When a new attempt makes sense.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub until: Option<Timestamp>,
}
