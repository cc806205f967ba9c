//! The envelope that answers every flow call.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::method::Intent;
use super::step::Step;

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
