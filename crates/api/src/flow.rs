//! The envelope that answers every flow call, and the requests of a flow.
//!
//! The server decides every transition; the app draws the [`Step`] it gets.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::password::Rule;

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

/// The answer to every flow call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Flow {
    /// Public and short (`7K2M-Q4PX`): what a person reads to the helpdesk. It opens nothing.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9A-Z]{4}-[0-9A-Z]{4}$", min_length = 9, max_length = 9))]
    pub flow_id: String,
    /// Grows by one with every change; a call names the revision it answers.
    #[cfg_attr(feature = "openapi", schema(format = "uint32", minimum = 1))]
    pub revision: u32,
    pub intent: Intent,
    /// The server's clock when it answered, so that a wrong clock on the workstation does no harm.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub now: Timestamp,
    /// When the flow ends by itself if nothing happens.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    /// Which gate this step belongs to; absent once all are passed.
    pub gate: Option<Gate>,
    /// The calls that this step takes.
    #[cfg_attr(feature = "openapi", schema(max_items = 7))]
    pub allowed: Vec<Call>,
    #[serde(flatten)]
    pub step: Step,
}

/// "Verification step 1 of 2".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Gate {
    /// From 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 9))]
    pub number: u8,
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 9))]
    pub of: u8,
}

/// A call of the flow, by the last word of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Call {
    Challenge,
    Proof,
    Password,
    /// All calls below `/v1/flow/methods`.
    Methods,
    Finish,
    Feedback,
    /// The workstation may be made known to the account.
    Device,
    /// Somebody is still there and needs more time.
    Extend,
    Cancel,
}

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
    /// Whether what is registered is enough for two gates on two devices (RG-07).
    pub enough: bool,
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

/// `POST /v1/flows`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartFlow {
    pub intent: Intent,
    /// The user ID as typed, 1–256 characters.
    pub account: String,
    pub human_check: crate::human_check::Solution,
    /// Language tag (BCP 47) for messages that are sent.
    pub language: Option<String>,
    /// The token of this workstation, where it has one; one that is not good for this account makes no difference.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, nullable = false))]
    pub device: Option<SecretString>,
}

/// `201` to `POST /v1/flows`
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Started {
    /// Bearer token of the flow: 256 bits, base64url. Given once, kept hashed.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, pattern = "^[A-Za-z0-9_-]{43}$", min_length = 43, max_length = 43)
    )]
    pub token: SecretString,
    pub flow: Flow,
    /// The token that this workstation uses from now on; there, if the one that it gave is known for this account. The
    /// old one stays good until this one is used.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]{43}$", min_length = 43, max_length = 43)
    )]
    pub device: Option<SecretString>,
}

/// `POST /v1/flow/device`, once after `done`: makes the workstation known to the account, so that strangers cannot use
/// up what is tried on it. It opens nothing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RememberDevice {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
}

/// `201` to `POST /v1/flow/device`
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceGiven {
    /// 256 bits, base64url. Given once, kept hashed.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, pattern = "^[A-Za-z0-9_-]{43}$", min_length = 43, max_length = 43)
    )]
    pub token: SecretString,
    /// When it ends, unless it is used before.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// `POST /v1/flow/challenge`: ask for a proof by this method; the same method again asks for a new code.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
    pub method: Method,
    /// The full number (E.164 or as dialled) or address, typed by the person. Compared with the stored one, which alone
    /// is sent to (TF-04).
    pub destination: Option<String>,
}

/// `POST /v1/flow/proof`: exactly one of the three.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proof {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, nullable = false))]
    pub code: Option<SecretString>,
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub answers: Option<Vec<Answer>>,
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Password, nullable = false))]
    pub current_password: Option<SecretString>,
}

/// One answer to one question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answer {
    pub id: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub answer: SecretString,
}

/// `POST /v1/flow/password`, with an `Idempotency-Key` (UUID): the same key never sets twice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPassword {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Password))]
    pub new_password: SecretString,
    /// Where the intent is `change`, and only there: the directory changes a password as its owner would.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Password, nullable = false))]
    pub current_password: Option<SecretString>,
}

/// `POST /v1/flow/methods`: sets something up, or again what is set up already; also asks for a new code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddMeans {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
    pub means: Means,
    /// How the code should travel, where there is a choice.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub method: Option<Method>,
    /// The full number or address.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub destination: Option<String>,
    /// With `questions`: as many as are wanted, each question once.
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub answers: Option<Vec<Answer>>,
}

/// `POST /v1/flow/methods/{id}/confirm`: the code that was sent or that the authenticator shows; none for recovery codes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConfirmMeans {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
    #[serde(default, deserialize_with = "not_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, nullable = false))]
    pub code: Option<SecretString>,
}

/// `POST /v1/flow/methods/{id}/check`: prove that something that is registered still works.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckMeans {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
    pub method: Option<Method>,
}

/// `POST /v1/flow/methods/{id}/remove`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RemoveMeans {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
}

/// `POST /v1/flow/finish`: setting up is done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finish {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
}

/// `POST /v1/flow/feedback`, once at the end of a flow; stored without the account and without the flow.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feedback {
    pub helpful: bool,
    /// At most 500 characters.
    pub text: Option<String>,
}

/// `POST /v1/not-me`: somebody was told of something that they did not do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotMe {
    /// From the notice: 16 characters (80 bits), good for 72 hours.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub code: SecretString,
    pub human_check: crate::human_check::Solution,
}

/// `200` to `POST /v1/not-me`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NotMeDone {
    /// Whether a change of what is registered was undone; a password cannot be.
    pub undone: bool,
}

/// What a call answers that has something for the person alone: the envelope, and that, this once.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answered {
    #[serde(flatten)]
    pub flow: Flow,
    pub shown: Option<Shown>,
}

impl From<Flow> for Answered {
    fn from(flow: Flow) -> Self {
        Self { flow, shown: None }
    }
}

/// What is for the eyes of the person alone, given once and never again (RG-06, OT-13).
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shown {
    /// Seed of an authenticator, base32 (RFC 4648), at least 160 bits.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[A-Z2-7]+$", min_length = 32))]
    pub secret: Option<SecretString>,
    /// The same as `otpauth://totp/…`, for a QR code.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^otpauth://totp/"))]
    pub uri: Option<SecretString>,
    /// Recovery codes, 16 characters each; one, where it replaces a used one.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, max_items = 20))]
    pub recovery_codes: Vec<SecretString>,
    /// The number that was typed with this call and that the code goes to, in international form (ITU-T E.123), so that
    /// its owner sees what is dialled.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub sent_to: Option<SecretString>,
}

/// `POST /v1/flow/extend`: somebody is still there; the flow's time starts anew, up to the hour that it has in all.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extend {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
}

/// `POST /v1/flow/cancel`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cancel {
    #[serde(deserialize_with = "revision")]
    pub revision: u32,
}

/// Reads a field that is left out where there is nothing to say: a `null` would be a second spelling of the same.
fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads a revision. JSON has one kind of number, and `1.0` is an integer of JSON Schema as much as `1` is.
fn revision<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    struct Whole;

    impl Visitor<'_> for Whole {
        type Value = u32;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number from 0 to 4294967295")
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<u32, E> {
            u32::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<u32, E> {
            if number.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&number) {
                return Err(E::invalid_value(Unexpected::Float(number), &self));
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and in range")]
            Ok(number as u32)
        }
    }

    deserializer.deserialize_u32(Whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_is_a_whole_number_however_it_is_written() {
        let read = |number: &str| serde_json::from_str::<Finish>(&format!("{{\"revision\":{number}}}"));
        for (number, expected) in [("7", 7), ("7.0", 7), ("7e0", 7), ("4294967295.0", u32::MAX), ("-0.0", 0)] {
            assert_eq!(read(number).map(|finish| finish.revision).ok(), Some(expected), "{number}");
        }
        for number in ["7.5", "-1", "-1.0", "4294967296", "4294967296.0", "1e99", "\"7\"", "null"] {
            assert!(read(number).is_err(), "{number}");
        }
    }

    #[test]
    fn what_is_left_out_is_not_written_as_null() {
        assert!(serde_json::from_str::<Proof>("{\"revision\":1,\"code\":\"1\"}").is_ok());
        assert!(serde_json::from_str::<Proof>("{\"revision\":1,\"code\":\"1\",\"answers\":null}").is_err());
    }
}
