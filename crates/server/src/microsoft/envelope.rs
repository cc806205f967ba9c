//! The open part of a request: of what kind it is, by which way its message goes, and until when it is of use.
//!
//! It is not signed and not encrypted. Nothing in it chooses whom is trusted or which key opens the rest.

use latchkey_delivery::Kind;
use serde_json::{Map, Value};

/// The one version of the contract that is understood.
pub(super) const TYPE: &str = "microsoft.mfa.otpDeliver.v1";
/// The longest life of a message that the contract knows, in seconds.
const LONGEST_TTL: i64 = 2_147_483_647;

/// What is wrong with an envelope, in the order in which it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("invalid JSON body")]
    Json,
    #[error("invalid envelope")]
    Shape,
    #[error("unsupported envelope type")]
    Type,
    #[error("encryptedDeliveryContext is required")]
    NoContext,
    #[error("unsupported channel")]
    Channel,
    #[error("unsupported mode")]
    Mode,
    #[error("invalid ttlSeconds")]
    Ttl,
    #[error("ttlSeconds expired")]
    Expired,
}

/// An envelope of the right form.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) kind: Kind,
    /// Nothing is to be sent.
    pub(super) evaluation: bool,
    /// Seconds.
    pub(super) ttl: Option<u32>,
    /// What Microsoft calls the sign-in that this belongs to.
    pub(super) correlation: Option<String>,
    /// The encrypted part (JWE, compact).
    pub(super) sealed: String,
}

impl Envelope {
    /// Reads the body of a request.
    pub(super) fn read(body: &[u8]) -> Result<Self, Malformed> {
        let Value::Object(mut fields) = serde_json::from_slice(body).map_err(|_| Malformed::Json)? else {
            return Err(Malformed::Shape);
        };
        if fields.get("type").and_then(Value::as_str) != Some(TYPE) {
            return Err(Malformed::Type);
        }
        let sealed = match fields.remove("encryptedDeliveryContext") {
            Some(Value::String(sealed)) if !sealed.trim().is_empty() => sealed,
            _ => return Err(Malformed::NoContext),
        };
        let channel = one_of(&fields, "channel", ["sms", "voice"]).ok_or(Malformed::Channel)?;
        let mode = one_of(&fields, "mode", ["live", "evaluation"]).ok_or(Malformed::Mode)?;
        let ttl = fields.get("ttlSeconds").map(seconds).transpose()?;
        let kind = if channel == 1 { Kind::Text } else { Kind::Call };
        let correlation = fields.get("correlationId").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { kind, evaluation: mode == 2, ttl, correlation, sealed })
    }
}

/// 1 or 2, written as a number or as the word for it.
fn one_of(fields: &Map<String, Value>, name: &str, words: [&str; 2]) -> Option<u64> {
    match fields.get(name)? {
        Value::Number(number) => number.as_u64().filter(|number| matches!(number, 1 | 2)),
        Value::String(word) => match words.map(|known| word.eq_ignore_ascii_case(known)) {
            [true, _] => Some(1),
            [_, true] => Some(2),
            [false, false] => None,
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A whole number of seconds that are not over.
fn seconds(written: &Value) -> Result<u32, Malformed> {
    let seconds = written.as_i64().filter(|seconds| *seconds <= LONGEST_TTL).ok_or(Malformed::Ttl)?;
    if seconds <= 0 {
        return Err(Malformed::Expired);
    }
    u32::try_from(seconds).map_err(|_| Malformed::Ttl)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        json!({"type": TYPE, "channel": 1, "mode": 1, "ttlSeconds": 60, "encryptedDeliveryContext": "a.b.c.d.e"})
    }

    fn with(changes: &Value) -> Vec<u8> {
        let mut envelope = good();
        for (name, value) in changes.as_object().expect("an object") {
            envelope[name] = value.clone();
        }
        envelope.to_string().into_bytes()
    }

    /// The values of `tests/fixtures/contract.json` in Azure-Samples/ExternalPhoneProvider-AzureFunction-Sample, as of
    /// November 2026: what is wrong in each, and the reason that is answered.
    #[test]
    fn the_published_bad_requests_are_refused_with_the_published_reasons() {
        for (raw, reason) in [("{", "invalid JSON body"), ("[]", "invalid envelope"), ("null", "invalid envelope")] {
            assert_eq!(Envelope::read(raw.as_bytes()).expect_err(raw).to_string(), reason);
        }
        for (changes, reason) in [
            (json!({"type": "wrong"}), "unsupported envelope type"),
            (json!({"channel": true}), "unsupported channel"),
            (json!({"channel": "1"}), "unsupported channel"),
            (json!({"mode": null}), "unsupported mode"),
            (json!({"encryptedDeliveryContext": ""}), "encryptedDeliveryContext is required"),
            (json!({"encryptedDeliveryContext": " "}), "encryptedDeliveryContext is required"),
            (json!({"ttlSeconds": "60"}), "invalid ttlSeconds"),
            (json!({"ttlSeconds": null}), "invalid ttlSeconds"),
            (json!({"ttlSeconds": true}), "invalid ttlSeconds"),
            (json!({"ttlSeconds": 1.5}), "invalid ttlSeconds"),
            (json!({"ttlSeconds": 2_147_483_648_u64}), "invalid ttlSeconds"),
            (json!({"ttlSeconds": 0}), "ttlSeconds expired"),
            (json!({"ttlSeconds": -1}), "ttlSeconds expired"),
            (json!({"encryptedDeliveryContext": "", "ttlSeconds": "bad"}), "encryptedDeliveryContext is required"),
            (json!({"channel": false, "mode": null, "ttlSeconds": "bad"}), "unsupported channel"),
        ] {
            assert_eq!(Envelope::read(&with(&changes)).expect_err("refused").to_string(), reason, "{changes}");
        }
    }

    #[test]
    fn numbers_and_words_mean_the_same_and_the_rest_is_optional() {
        for (changes, kind, evaluation, ttl) in [
            (json!({}), Kind::Text, false, Some(60)),
            (json!({"channel": "sms", "mode": "live"}), Kind::Text, false, Some(60)),
            (json!({"channel": 2, "mode": 2}), Kind::Call, true, Some(60)),
            (json!({"channel": "Voice", "mode": "EVALUATION"}), Kind::Call, true, Some(60)),
            (json!({"ttlSeconds": 2_147_483_647}), Kind::Text, false, Some(2_147_483_647)),
            (json!({"tenantId": 7, "unknown": {}}), Kind::Text, false, Some(60)),
        ] {
            let read = Envelope::read(&with(&changes)).expect("an envelope");
            assert_eq!((read.kind, read.evaluation, read.ttl), (kind, evaluation, ttl), "{changes}");
        }
        let mut without = good();
        without.as_object_mut().expect("an object").remove("ttlSeconds");
        assert_eq!(Envelope::read(without.to_string().as_bytes()).expect("an envelope").ttl, None);
        for wrong in
            [json!({"channel": 3}), json!({"channel": 1.0}), json!({"channel": [1]}), json!({"channel": "fax"})]
        {
            assert_eq!(Envelope::read(&with(&wrong)).expect_err("refused"), Malformed::Channel, "{wrong}");
        }
        for wrong in [json!({"mode": 0}), json!({"mode": "both"}), json!({"mode": {}})] {
            assert_eq!(Envelope::read(&with(&wrong)).expect_err("refused"), Malformed::Mode, "{wrong}");
        }
    }
}
