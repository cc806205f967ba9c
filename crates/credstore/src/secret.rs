//! The one file of this crate in which a stored secret is looked at, and the password in it replaced.
//!
//! What is written takes the shape that was found: UTF-8 or UTF-16, with or without an end of its own (I6), or as one value
//! in the text of several (I4).

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::item::Held;
use crate::variant::{self, Wiped};

/// The bytes that a place holds, as it gave them.
pub(crate) type Stored = SecretSlice<u8>;

/// More characters than anybody types as a password; tokens are longer.
const LONGEST_TYPED: usize = 256;

/// What may stand behind a password, also the zero of programs in C; the longer ones first.
const ENDS: [&str; 4] = ["\r\n", "\n", "\0", ""];

/// How the tokens of well-known services begin; none of them is shorter than [`SHORTEST_TOKEN`].
const TOKENS: [&str; 20] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "npm_",
    "pypi-",
    "dckr_pat_",
    "hf_",
    "sk-",
    "sk_live_",
    "ya29.",
    "ATATT3x",
    "AKIA",
];
const SHORTEST_TOKEN: usize = 20;
/// As many digits in base 16 nobody types.
const SHORTEST_HEX: usize = 32;

/// How the bytes of an item are to be read.
enum Shape {
    /// A password and nothing else but a line end.
    Plain { encoding: Encoding, end: &'static str },
    /// Text of several values, some of which are passwords.
    Several { text: Wiped, values: Vec<variant::Password> },
    /// What nobody has typed.
    NoPassword,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// Little-endian, without a mark: what Windows programs save.
    Utf16,
}

/// Tells what an item holds.
pub(crate) fn held(stored: &Stored, old: Option<&SecretString>) -> Held {
    if old.is_some_and(|old| holds(stored, old)) {
        return Held::Old;
    }
    match shape(stored) {
        Shape::NoPassword => Held::NoPassword,
        Shape::Plain { .. } | Shape::Several { .. } if old.is_some() => Held::Other,
        Shape::Plain { .. } | Shape::Several { .. } => Held::Unknown,
    }
}

/// Whether an item has the new password wherever it had the old one.
pub(crate) fn is_fine(stored: &Stored, new: &SecretString, old: Option<&SecretString>) -> bool {
    holds(stored, new) && !old.is_some_and(|old| !equal(old, new) && holds(stored, old))
}

/// The bytes with the new password in the place of the one that was there.
pub(crate) fn rewritten(stored: &Stored, old: Option<&SecretString>, new: &SecretString) -> Stored {
    if let Some((encoding, end)) = old.and_then(|old| plain_form(stored, old)) {
        return encoded(new, encoding, end);
    }
    match shape(stored) {
        Shape::Plain { encoding, end } => encoded(new, encoding, end),
        Shape::Several { text, values } => {
            let is_old = |value: &&variant::Password| old.is_some_and(|old| equal_text(old, &value.text));
            let mut chosen: Vec<_> = values.iter().filter(is_old).collect();
            if chosen.is_empty() {
                chosen = values.iter().collect();
            }
            bytes_of(&variant::with(&text, &chosen, new.expose_secret()))
        }
        Shape::NoPassword => encoded(new, Encoding::Utf8, ""),
    }
}

/// Whether two items hold the same bytes.
pub(crate) fn same(one: &Stored, other: &Stored) -> bool {
    bool::from(one.expose_secret().ct_eq(other.expose_secret()))
}

/// Lends the bytes to the library call that stores or seals them.
pub(crate) fn bytes(stored: &Stored) -> &[u8] {
    stored.expose_secret()
}

/// The bytes of a token, which has one form only.
pub(crate) fn of_token(token: &SecretString) -> Stored {
    bytes_of(token.expose_secret())
}

/// Whether a password is in an item, whatever the shape; only lengths show in the time that it takes.
fn holds(stored: &Stored, password: &SecretString) -> bool {
    plain_form(stored, password).is_some()
        || match shape(stored) {
            Shape::Several { values, .. } => values.iter().any(|value| equal_text(password, &value.text)),
            Shape::Plain { .. } | Shape::NoPassword => false,
        }
}

/// In which form an item is this password and nothing else; one that looks like a token is still the password.
fn plain_form(stored: &Stored, password: &SecretString) -> Option<(Encoding, &'static str)> {
    let forms = [Encoding::Utf8, Encoding::Utf16].into_iter().flat_map(|encoding| ENDS.map(|end| (encoding, end)));
    forms.into_iter().find(|(encoding, end)| same(stored, &encoded(password, *encoding, end)))
}

fn shape(stored: &Stored) -> Shape {
    let Some((encoding, text)) = text(stored.expose_secret()) else { return Shape::NoPassword };
    if encoding == Encoding::Utf8
        && let Some(values) = variant::passwords(&text)
    {
        return if values.is_empty() { Shape::NoPassword } else { Shape::Several { text, values } };
    }
    let end = ENDS.into_iter().find(|&end| text.ends_with(end)).unwrap_or_default();
    let typed = can_be_typed(text.strip_suffix(end).unwrap_or(&text));
    if typed { Shape::Plain { encoding, end } } else { Shape::NoPassword }
}

/// Reads bytes as text; UTF-8 of a password has no zero byte, UTF-16 of one with any ASCII character has.
fn text(bytes: &[u8]) -> Option<(Encoding, Wiped)> {
    // One zero at the end is that of a program in C.
    let in_utf8 = !bytes.strip_suffix(b"\0").unwrap_or(bytes).contains(&0);
    if in_utf8 && let Ok(text) = String::from_utf8(bytes.to_vec()) {
        return Some((Encoding::Utf8, Wiped::new(text)));
    }
    if !bytes.contains(&0) {
        return None;
    }
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let units = Zeroizing::new(units.iter().copied().map(u16::from_le_bytes).collect::<Vec<_>>());
    String::from_utf16(&units).ok().map(|text| (Encoding::Utf16, Wiped::new(text)))
}

/// Whether somebody can have typed this: no token, no key, no data (I5).
fn can_be_typed(text: &str) -> bool {
    let is_data = || {
        let opens = text.trim_start().starts_with(['{', '[']);
        opens && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
    };
    let is_key = || text.contains("-----BEGIN ");
    let is_token = || {
        let mut parts = text.split('.');
        let url_safe = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte));
        text.starts_with("eyJ") && parts.clone().count() >= 3 && parts.all(url_safe)
    };
    let is_of_a_service = || {
        let begins = TOKENS.iter().any(|begin| text.starts_with(begin));
        begins && text.len() >= SHORTEST_TOKEN && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let is_hex = || text.len() >= SHORTEST_HEX && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_address = || text.starts_with("otpauth:") || text.starts_with("https://");
    !text.is_empty()
        && text.chars().nth(LONGEST_TYPED).is_none()
        && !text.chars().any(char::is_control)
        && !is_data()
        && !is_key()
        && !is_token()
        && !is_of_a_service()
        && !is_hex()
        && !is_address()
}

fn encoded(password: &SecretString, encoding: Encoding, end: &str) -> Stored {
    let text = Wiped::new([password.expose_secret(), end].concat());
    match encoding {
        Encoding::Utf8 => bytes_of(&text),
        Encoding::Utf16 => {
            let bytes = Zeroizing::new(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
            Stored::from(bytes.to_vec())
        }
    }
}

fn bytes_of(text: &str) -> Stored {
    Stored::from(text.as_bytes().to_vec())
}

fn equal(one: &SecretString, other: &SecretString) -> bool {
    equal_text(one, other.expose_secret())
}

fn equal_text(password: &SecretString, text: &str) -> bool {
    bool::from(password.expose_secret().as_bytes().ct_eq(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(bytes: &[u8]) -> Stored {
        Stored::from(bytes.to_vec())
    }

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn secret(text: &str) -> SecretString {
        text.into()
    }

    // I6
    #[test]
    fn a_password_is_recognised_in_every_shape_and_replaced_in_the_one_that_was_found() {
        let (old, new) = (secret("pässword-1"), secret("staple 2"));
        for (before, after) in [
            (b"p\xc3\xa4ssword-1".to_vec(), b"staple 2".to_vec()),
            (b"p\xc3\xa4ssword-1\n".to_vec(), b"staple 2\n".to_vec()),
            (b"p\xc3\xa4ssword-1\r\n".to_vec(), b"staple 2\r\n".to_vec()),
            (utf16("pässword-1"), utf16("staple 2")),
            (b"p\xc3\xa4ssword-1\0".to_vec(), b"staple 2\0".to_vec()),
            (utf16("pässword-1\0"), utf16("staple 2\0")),
            (b"{'password': <'p\xc3\xa4ssword-1'>}".to_vec(), b"{'password': <'staple 2'>}".to_vec()),
        ] {
            assert_eq!(held(&stored(&before), Some(&old)), Held::Old, "{before:?}");
            let written = rewritten(&stored(&before), Some(&old), &new);
            assert_eq!(bytes(&written), after);
            assert!(is_fine(&written, &new, Some(&old)));
        }
    }

    #[test]
    fn nothing_near_the_password_is_the_password() {
        let old = secret("pässword-1");
        for other in ["pässword-", "pässword-11", "pässword-2", "pässword-1 ", "pässword-1\n\n", "pässword-1\0\0"]
        {
            assert_ne!(held(&stored(other.as_bytes()), Some(&old)), Held::Old, "{other}");
        }
    }

    // I4
    #[test]
    fn of_several_values_those_that_held_the_old_password_are_replaced_and_the_rest_stays_byte_by_byte() {
        let text = "{'imap-password': <'old'>, 'smtp-password': <\"it's\">,'use-ssl': <true>, 'password': <'old'>}";
        let (old, new) = (secret("old"), secret("n'e\\w"));
        let written = rewritten(&stored(text.as_bytes()), Some(&old), &new);
        let expected =
            r#"{'imap-password': <"n'e\\w">, 'smtp-password': <"it's">,'use-ssl': <true>, 'password': <"n'e\\w">}"#;
        assert_eq!(bytes(&written), expected.as_bytes());
        assert!(is_fine(&written, &new, Some(&old)));
    }

    // I5
    #[test]
    fn what_nobody_can_have_typed_is_no_password_unless_it_is_the_old_one() {
        let long = "x".repeat(LONGEST_TYPED + 1);
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----";
        let token_of_a_service = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
        let seed = "otpauth://totp/Campus:ada?secret=JBSWY3DPEHPK3PXP&issuer=Campus";
        for odd in
            ["0f8fad5b-d9cb-469f-a165-70867728950e", "9f86d081884c7d659a2feaa0c55ad015", token_of_a_service, seed]
        {
            assert_eq!(held(&stored(odd.as_bytes()), None), Held::NoPassword, "{odd}");
        }
        for odd in [&long, token, key, "", r#"{"access_token": "a"}"#, "[1]", "a\u{7}b", "{'access_token': <'a'>}"] {
            assert_eq!(held(&stored(odd.as_bytes()), None), Held::NoPassword, "{odd}");
        }
        assert_eq!(held(&stored(&[0xff, 0xfe, 0x80]), None), Held::NoPassword);
        assert_eq!(held(&stored(&[1, 0, 2]), None), Held::NoPassword);
        assert_eq!(held(&stored(long.as_bytes()), Some(&secret(&long))), Held::Old);
        for typed in
            ["{brace", "[x", "eyJust.a.word word", "1234", "{}x", "sk-8 horses", "hf_short", "deadbeefcafe", "https"]
        {
            assert_eq!(held(&stored(typed.as_bytes()), None), Held::Unknown, "{typed}");
            assert_eq!(held(&stored(typed.as_bytes()), Some(&secret("old"))), Held::Other, "{typed}");
        }
    }
}
