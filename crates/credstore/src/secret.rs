//! The one file of this crate in which a secret is looked at.

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The bytes that a place holds, as it gave them.
pub(crate) type Stored = SecretSlice<u8>;

/// How a password is put into the bytes of an item; what is written takes the form that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Utf8,
    /// Little-endian, without a mark: what Windows programs save.
    Utf16,
}

/// Compares a stored secret with a password in constant time, whatever the form; only their lengths show.
pub(crate) fn holds(stored: &Stored, password: &SecretString) -> bool {
    let stored = stored.expose_secret();
    [Form::Utf8, Form::Utf16].into_iter().any(|form| bool::from(stored.ct_eq(&encoded(password, form))))
}

/// Tells the form of a stored secret; `known`, where it is one, decides better than a guess.
pub(crate) fn form(stored: &Stored, known: Option<&SecretString>) -> Form {
    let bytes = stored.expose_secret();
    if known.is_some_and(|known| bool::from(bytes.ct_eq(&encoded(known, Form::Utf8)))) {
        return Form::Utf8;
    }
    // UTF-8 of a password has no zero byte; UTF-16 of one with any ASCII character has.
    if !bytes.is_empty() && bytes.len().is_multiple_of(2) && bytes.contains(&0) { Form::Utf16 } else { Form::Utf8 }
}

/// The bytes to store for a password.
pub(crate) fn to_store(password: &SecretString, form: Form) -> Stored {
    Stored::from(encoded(password, form).to_vec())
}

/// Lends the bytes to the library call that stores them.
pub(crate) fn bytes(stored: &Stored) -> &[u8] {
    stored.expose_secret()
}

fn encoded(password: &SecretString, form: Form) -> Zeroizing<Vec<u8>> {
    let password = password.expose_secret();
    Zeroizing::new(match form {
        Form::Utf8 => password.as_bytes().to_vec(),
        Form::Utf16 => password.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(bytes: &[u8]) -> Stored {
        Stored::from(bytes.to_vec())
    }

    #[test]
    fn a_password_is_recognised_in_both_forms_and_nothing_near_it_is() {
        let password = SecretString::from("pässword-1");
        assert!(holds(&to_store(&password, Form::Utf8), &password));
        assert!(holds(&to_store(&password, Form::Utf16), &password));
        for other in ["", "pässword-", "pässword-11", "pässword-2", "passworp-1 "] {
            assert!(!holds(&stored(other.as_bytes()), &password), "{other}");
        }
    }

    #[test]
    fn the_form_that_was_found_is_kept() {
        let password = SecretString::from("pässword-1");
        for form_in in [Form::Utf8, Form::Utf16] {
            assert_eq!(form(&to_store(&password, form_in), None), form_in);
            assert_eq!(form(&to_store(&password, form_in), Some(&password)), form_in);
        }
        assert_eq!(form(&stored(b""), None), Form::Utf8);
    }
}
