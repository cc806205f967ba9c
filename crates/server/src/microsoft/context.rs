//! The secret part of a request: whom to send what.

use secrecy::SecretString;
use serde_json::{Map, Value};

/// What is wrong with what was encrypted. Nothing of it is ever quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    #[error("what was encrypted is no JSON object")]
    Shape,
    #[error("it has no {0}")]
    Missing(&'static str),
    #[error("its phoneNumber is not a number in international form")]
    Number,
    #[error("its message has no code, or several, so that there is nothing that a voice could say")]
    NoCode,
}

/// What a request asks for.
pub(super) struct Context {
    /// Proves in the answer that this server has opened the request.
    pub(super) nonce: String,
    /// E.164.
    pub(super) to: SecretString,
    /// Whole, in the person's language, with the code in it.
    pub(super) message: SecretString,
    /// Behind a switchboard.
    pub(super) extension: bool,
    /// Tag of the person's language.
    pub(super) locale: Option<String>,
}

impl Context {
    pub(super) fn read(opened: &[u8]) -> Result<Self, Incomplete> {
        let Ok(Value::Object(mut fields)) = serde_json::from_slice(opened) else { return Err(Incomplete::Shape) };
        let nonce = text(&mut fields, "nonce").ok_or(Incomplete::Missing("nonce"))?;
        let number = text(&mut fields, "phoneNumber").ok_or(Incomplete::Missing("phoneNumber"))?;
        let message = text(&mut fields, "message").ok_or(Incomplete::Missing("message"))?;
        let extension = text(&mut fields, "extension").is_some();
        let locale = text(&mut fields, "locale");
        if !is_e164(&number) {
            return Err(Incomplete::Number);
        }
        Ok(Self { nonce, to: number.into(), message: message.into(), extension, locale })
    }
}

/// A text that says something.
fn text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    match fields.remove(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// ITU-T E.164: at most 15 digits, none of them a zero in front.
fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_context_without_one_of_its_three_texts_is_incomplete() {
        let good = json!({"nonce": "n", "phoneNumber": "+12025550134", "message": "Code 123456", "locale": "de-AT"});
        let read = |context: &Value| Context::read(context.to_string().as_bytes());
        let context = read(&good).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((context.nonce.as_str(), context.to.expose_secret()), ("n", "+12025550134"));
        assert_eq!((context.locale.as_deref(), context.extension), (Some("de-AT"), false));
        // The first four are those of the published fixture.
        for (name, value, why) in [
            ("nonce", json!(""), Incomplete::Missing("nonce")),
            ("nonce", json!(123), Incomplete::Missing("nonce")),
            ("phoneNumber", json!(null), Incomplete::Missing("phoneNumber")),
            ("message", json!(" "), Incomplete::Missing("message")),
            ("phoneNumber", json!("2025550134"), Incomplete::Number),
            ("phoneNumber", json!("+02025550134"), Incomplete::Number),
            ("phoneNumber", json!("+1 202 555 0134"), Incomplete::Number),
            ("phoneNumber", json!("+12025550134,+12025550135"), Incomplete::Number),
            ("phoneNumber", json!(["+12025550134"]), Incomplete::Missing("phoneNumber")),
            ("phoneNumber", json!("+1234567890123456"), Incomplete::Number),
        ] {
            let mut wrong = good.clone();
            wrong[name] = value;
            assert_eq!(read(&wrong).err(), Some(why), "{wrong}");
        }
        assert_eq!(Context::read(b"[]").err(), Some(Incomplete::Shape));
        assert_eq!(Context::read(b"\xff").err(), Some(Incomplete::Shape));
    }
}
