//! What the app sends, one type a call, and the answers that are not the envelope.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::de::{self, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::envelope::Flow;
use super::method::{Intent, Means, Method};

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
