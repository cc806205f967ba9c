//! Distinguished names (RFC 4514) and values in filters (RFC 4515).

use std::borrow::Cow;

/// Makes a value safe inside a filter (RFC 4515): it is found as it is and changes nothing of the filter (IN-01).
#[must_use]
pub fn escape_filter(value: &str) -> Cow<'_, str> {
    ldap3::ldap_escape(value)
}

/// A distinguished name in a form in which equal ones are equal: types and values in lower case, escapes undone and made
/// anew, blanks around them gone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dn(Vec<String>);

impl Dn {
    /// Reads a name; nothing if it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.trim().is_empty() {
            return Some(Self(Vec::new()));
        }
        let mut parts = Vec::new();
        for part in split(text, ',')? {
            let mut pairs = Vec::new();
            for pair in split(part, '+')? {
                let (kind, value) = pair.split_once('=')?;
                let kind = kind.trim().to_ascii_lowercase();
                let is_type = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
                if !is_type {
                    return None;
                }
                let value = unescape(value.trim_start())?.to_lowercase();
                let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
                pairs.push(format!("{kind}={}", ldap3::dn_escape(value.as_str())));
            }
            pairs.sort_unstable();
            parts.push(pairs.join("+"));
        }
        Some(Self(parts))
    }

    /// Whether it is `base` or stands below it.
    #[must_use]
    pub fn is_within(&self, base: &Self) -> bool {
        self.0.ends_with(&base.0)
    }
}

impl std::fmt::Display for Dn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// Splits where a sign stands that is not escaped.
fn split(text: &str, at: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (index, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == at {
            parts.push(text.get(start..index)?);
            start = index + c.len_utf8();
        }
    }
    if escaped {
        return None;
    }
    parts.push(text.get(start..)?);
    Some(parts)
}

fn unescape(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    // Blanks at the end that are not escaped are no part of the value.
    let mut kept = 0;
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            if byte != b' ' {
                kept = bytes.len();
            }
            continue;
        }
        let first = rest.next()?;
        match hex(first) {
            Some(high) => bytes.push(high * 16 + hex(rest.next()?)?),
            None => bytes.push(first),
        }
        kept = bytes.len();
    }
    bytes.truncate(kept);
    String::from_utf8(bytes).ok()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dn(text: &str) -> Dn {
        Dn::read(text).expect(text)
    }

    #[test]
    fn equal_names_are_equal_however_they_are_written() {
        let one = dn("uid=alice,ou=People,dc=example,dc=org");
        for other in [
            "UID=Alice, OU=people , dc=EXAMPLE,dc=org",
            "uid=\\61lice,ou=People,dc=example,dc=org",
            "uid = alice,ou=People,dc=example,dc=org",
        ] {
            assert_eq!(dn(other), one, "{other}");
        }
        assert_eq!(dn("cn=Lovelace\\, Ada,dc=x"), dn("cn=Lovelace\\2C Ada,dc=x"));
        assert_eq!(dn("cn=M\\C3\\BCller,dc=x"), dn("cn=müller,dc=x"));
        assert_eq!(dn("a=1+b=2,dc=x"), dn("b=2+a=1,dc=x"));
        assert_ne!(dn("uid=alice,dc=x"), dn("uid=alice,dc=y"));
    }

    #[test]
    fn a_name_is_within_its_base_and_no_other() {
        let base = dn("ou=people,dc=example,dc=org");
        assert!(dn("uid=a,ou=People,dc=example,dc=org").is_within(&base));
        assert!(base.is_within(&base));
        assert!(!dn("uid=a,ou=other people,dc=example,dc=org").is_within(&base));
        assert!(!dn("uid=a\\,ou=people,dc=example,dc=org").is_within(&dn("ou=people,dc=example,dc=org")));
    }

    #[test]
    fn what_is_no_name_is_none() {
        for text in ["alice", "=x", "uid=a\\", "u id=a", "uid=\\FF,dc=x", ","] {
            assert_eq!(Dn::read(text), None, "{text}");
        }
    }
}
