//! Errors on the wire: problem details (RFC 9457) with a stable code.

use serde::{Deserialize, Serialize};

use crate::flow::{Flow, Method};
use crate::password::Refusal;

/// `application/problem+json`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:latchkey:problem:<code>`
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^urn:latchkey:problem:[a-z_]+$"))]
    pub kind: String,
    /// English, for whoever reads a log. The app never shows it.
    pub title: String,
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599))]
    pub status: u16,
    pub code: Code,
    /// Seconds; the same as `Retry-After`.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u32>,
    /// With `rate_limited`: methods of this gate that can be used at once, since no stranger can use up their tries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 9))]
    pub instead: Vec<Method>,
    /// With `password_refused`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// With `answers_refused`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answer_refusals: Vec<AnswerRefusal>,
    /// Where the flow stands now, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Box<Flow>>,
}

/// Why an answer to a security question is not taken (SQ-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct AnswerRefusal {
    /// Of the question.
    pub id: String,
    pub reason: AnswerReason,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum AnswerReason {
    /// Fewer than 3 characters.
    TooShort,
    /// More than 40 characters.
    TooLong,
    /// The same as another one.
    Repeated,
    /// It stands in the question.
    InQuestion,
    /// The directory knows it, and with it others.
    Known,
    /// Many people give this answer.
    Common,
}

/// What went wrong. Closed here, open on the wire: an unknown code of a newer server reads as [`Code::Unknown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Code {
    /// The request does not have the documented shape.
    Malformed,
    TooLarge,
    NotFound,
    MethodNotAllowed,
    UnsupportedMediaType,
    /// The human check is missing, wrong, used or expired.
    HumanCheckFailed,
    /// No flow has this token, and no known workstation.
    Unauthorized,
    /// The flow has moved on; the current one is in `flow`.
    Stale,
    /// This step does not take this call.
    NotAllowed,
    /// This method is not offered for this gate.
    MethodUnavailable,
    /// What was typed is not a number or address.
    DestinationInvalid,
    /// Not the one on file: said alike whether or not there is one.
    DestinationWrong,
    /// A number or address that cannot be used here: a mailbox of the campus, a country that is not served.
    DestinationNotAllowed,
    /// Another code may be asked for in `retry_after` seconds.
    ResendTooSoon,
    CodeWrong,
    CodeExpired,
    /// The code has been tried too often; ask for a new one.
    CodeSpent,
    AnswersWrong,
    /// Answers that are not taken at registration; each with its reason.
    AnswersRefused,
    CurrentPasswordWrong,
    PasswordRefused,
    /// The last proof is too old for a change of what is registered; the flow asks for a new one (RG-01).
    ProofNeeded,
    /// This cannot be set up or removed here.
    MeansUnavailable,
    /// No notice has this code, or it is too old.
    NoticeUnknown,
    /// The same idempotency key with another body.
    IdempotencyMismatch,
    /// Too many requests or tries.
    RateLimited,
    /// This version of the app is too old for this server.
    ClientTooOld,
    /// A part that is needed cannot be reached; nothing was changed.
    Unavailable,
    /// The campus has stopped this for a while: nothing is written and nothing begins, and what is open waits.
    Suspended,
    Internal,
    #[serde(other)]
    Unknown,
}

impl Code {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::HumanCheckFailed => "human_check_failed",
            Self::Unauthorized => "unauthorized",
            Self::Stale => "stale",
            Self::NotAllowed => "not_allowed",
            Self::MethodUnavailable => "method_unavailable",
            Self::DestinationInvalid => "destination_invalid",
            Self::DestinationWrong => "destination_wrong",
            Self::DestinationNotAllowed => "destination_not_allowed",
            Self::ResendTooSoon => "resend_too_soon",
            Self::CodeWrong => "code_wrong",
            Self::CodeExpired => "code_expired",
            Self::CodeSpent => "code_spent",
            Self::AnswersWrong => "answers_wrong",
            Self::AnswersRefused => "answers_refused",
            Self::CurrentPasswordWrong => "current_password_wrong",
            Self::PasswordRefused => "password_refused",
            Self::ProofNeeded => "proof_needed",
            Self::MeansUnavailable => "means_unavailable",
            Self::NoticeUnknown => "notice_unknown",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::RateLimited => "rate_limited",
            Self::ClientTooOld => "client_too_old",
            Self::Unavailable => "unavailable",
            Self::Suspended => "suspended",
            Self::Internal => "internal",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_a_newer_server_survives() {
        let code: Code = serde_json::from_str("\"moon_phase_wrong\"").expect("reads");
        assert_eq!(code, Code::Unknown);
    }

    #[test]
    fn the_name_of_a_code_is_its_wire_form() {
        for code in [Code::Malformed, Code::ResendTooSoon, Code::CurrentPasswordWrong, Code::Unknown] {
            assert_eq!(serde_json::to_value(code).expect("writes"), code.as_str());
        }
    }
}
