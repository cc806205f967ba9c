//! How long everything may be that comes in, and of what form: asked by the server of every request before anything else
//! is done with it, and written into `docs/openapi.json`, so that the two cannot say different things.
//!
//! Lengths count code points, as JSON Schema does (RFC 8259 strings, JSON Schema Validation §6.3). Nothing here says
//! whether a value is right; that a number cannot be called or that a password breaks a rule is an answer of its own.

use secrecy::{ExposeSecret as _, SecretString};

use crate::flow::{
    AddMeans, Answer, Cancel, Challenge, CheckMeans, ConfirmMeans, Extend, Feedback, Finish, Means, NewPassword, NotMe,
    Proof, RememberDevice, RemoveMeans, StartFlow,
};
use crate::human_check::{AskHumanCheck, Solution};

/// Which characters a text may consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any at all.
    Any,
    /// No control characters, and something that is not blank.
    Name,
    /// No NUL, and something that is not blank: an empty password is an anonymous bind, which a directory may take for
    /// a success (FL-10).
    Password,
    /// A language tag (BCP 47): words of letters and digits with hyphens between them.
    LanguageTag,
    /// Small letters, digits and low lines, as the catalogue of questions has them.
    Word,
    /// The alphabet of base64url (RFC 4648 §5), of which the server makes its ids.
    Id,
}

impl Form {
    /// The same as a regular expression (ECMA-262), or nothing where every character is taken.
    #[must_use]
    pub const fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Name => Some(concat!(
                r"^[^\u0000-\u001f\u007f-\u009f]*",
                r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
                r"[^\u0000-\u001f\u007f-\u009f]*$"
            )),
            Self::Password => Some(concat!(
                r"^[^\u0000]*",
                r"[^\u0000\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]",
                r"[^\u0000]*$"
            )),
            Self::LanguageTag => Some("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"),
            Self::Word => Some("^[a-z0-9_]+$"),
            Self::Id => Some("^[A-Za-z0-9_-]+$"),
        }
    }

    fn takes(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Name => !text.trim().is_empty() && !text.chars().any(char::is_control),
            Self::Password => !text.trim().is_empty() && !text.contains('\0'),
            Self::LanguageTag => is_language_tag(text),
            Self::Word => text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
            Self::Id => text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'),
        }
    }
}

fn is_language_tag(text: &str) -> bool {
    let mut words = text.split('-');
    let first = words.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && words.all(|word| (1..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// What a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Fewest code points.
    pub least: usize,
    /// Most code points.
    pub most: usize,
    pub form: Form,
}

impl Text {
    const fn new(least: usize, most: usize, form: Form) -> Self {
        Self { least, most, form }
    }

    /// Whether a text keeps the bounds.
    #[must_use]
    pub fn takes(&self, text: &str) -> bool {
        (self.least..=self.most).contains(&text.chars().count()) && self.form.takes(text)
    }

    fn takes_any(&self, text: Option<&str>) -> bool {
        text.is_none_or(|text| self.takes(text))
    }

    /// Whether a secret keeps the bounds.
    #[must_use]
    pub fn takes_secret(&self, secret: &SecretString) -> bool {
        self.takes(secret.expose_secret())
    }
}

/// A user ID as typed; the directories that are known allow fewer (Active Directory: 256 in a `userPrincipalName`).
pub const ACCOUNT: Text = Text::new(1, 256, Form::Name);
/// A language tag; BCP 47 §4.4.1 asks for room for 35.
pub const LANGUAGE: Text = Text::new(2, 35, Form::LanguageTag);
/// A number or an address as typed; RFC 5321 allows 254 for an address, the rest is room for what is pasted around it.
pub const DESTINATION: Text = Text::new(0, 1024, Form::Any);
/// A code as typed, with whatever stands between its digits.
pub const CODE: Text = Text::new(1, 64, Form::Any);
/// The code of a notice, which may be pasted together with words around it.
pub const NOTICE_CODE: Text = Text::new(0, 1024, Form::Any);
/// A password that there is: 256 code points (see [`crate::password::LONGEST`]), which decompose into four each at most.
pub const CURRENT_PASSWORD: Text = Text::new(1, 1024, Form::Password);
/// A password to be; what is wrong with it is said by its refusals, the length included.
pub const NEW_PASSWORD: Text = Text::new(0, 1024, Form::Any);
/// The id of a question in the catalogue.
pub const QUESTION: Text = Text::new(1, 64, Form::Word);
/// An answer as typed; which ones are taken is decided later (SQ-02).
pub const ANSWER: Text = Text::new(0, 400, Form::Any);
/// What somebody thinks of it.
pub const FEEDBACK: Text = Text::new(0, 500, Form::Any);
/// The id of a human check.
pub const HUMAN_CHECK: Text = Text::new(1, 64, Form::Id);
/// What solves a human check.
pub const SOLUTION: Text = Text::new(0, 64, Form::Any);
/// The token of a known device.
pub const DEVICE: Text = Text::new(1, 64, Form::Id);
/// The id of something that is set up, in a path.
pub const MEANS_ID: Text = Text::new(1, 64, Form::Id);

/// Fewest answers in one request.
pub const FEWEST_ANSWERS: usize = 1;
/// Most answers in one request; a campus asks for five at most.
pub const MOST_ANSWERS: usize = 10;

/// A request whose values are bounded.
pub trait Bounded {
    /// Whether every value is as long and of the form that the document of the API states.
    fn is_within_bounds(&self) -> bool;
}

impl Bounded for AskHumanCheck {
    fn is_within_bounds(&self) -> bool {
        LANGUAGE.takes_any(self.language.as_deref())
    }
}

impl Bounded for Solution {
    fn is_within_bounds(&self) -> bool {
        HUMAN_CHECK.takes(&self.id) && SOLUTION.takes(&self.answer)
    }
}

impl Bounded for StartFlow {
    fn is_within_bounds(&self) -> bool {
        ACCOUNT.takes(&self.account)
            && LANGUAGE.takes_any(self.language.as_deref())
            && self.human_check.is_within_bounds()
            && self.device.as_ref().is_none_or(|token| DEVICE.takes_secret(token))
    }
}

impl Bounded for Challenge {
    fn is_within_bounds(&self) -> bool {
        DESTINATION.takes_any(self.destination.as_deref())
    }
}

impl Bounded for Proof {
    fn is_within_bounds(&self) -> bool {
        match (&self.code, &self.answers, &self.current_password) {
            (Some(code), None, None) => CODE.takes_secret(code),
            (None, Some(answers), None) => answers.is_within_bounds(),
            (None, None, Some(password)) => CURRENT_PASSWORD.takes_secret(password),
            _ => false,
        }
    }
}

impl Bounded for Vec<Answer> {
    fn is_within_bounds(&self) -> bool {
        (FEWEST_ANSWERS..=MOST_ANSWERS).contains(&self.len())
            && self.iter().all(|given| QUESTION.takes(&given.id) && ANSWER.takes_secret(&given.answer))
    }
}

impl Bounded for NewPassword {
    fn is_within_bounds(&self) -> bool {
        NEW_PASSWORD.takes_secret(&self.new_password)
            && self.current_password.as_ref().is_none_or(|password| CURRENT_PASSWORD.takes_secret(password))
    }
}

impl Bounded for AddMeans {
    fn is_within_bounds(&self) -> bool {
        let Self { revision: _, means, method, destination, answers } = self;
        match means {
            Means::Mobile | Means::Office | Means::Email => {
                answers.is_none() && DESTINATION.takes_any(destination.as_deref())
            }
            Means::Questions => {
                method.is_none() && destination.is_none() && answers.as_ref().is_some_and(Bounded::is_within_bounds)
            }
            Means::Authenticator | Means::RecoveryCodes => {
                method.is_none() && destination.is_none() && answers.is_none()
            }
        }
    }
}

impl Bounded for ConfirmMeans {
    fn is_within_bounds(&self) -> bool {
        self.code.as_ref().is_none_or(|code| CODE.takes_secret(code))
    }
}

impl Bounded for Feedback {
    fn is_within_bounds(&self) -> bool {
        FEEDBACK.takes_any(self.text.as_deref())
    }
}

impl Bounded for NotMe {
    fn is_within_bounds(&self) -> bool {
        NOTICE_CODE.takes_secret(&self.code) && self.human_check.is_within_bounds()
    }
}

/// Requests that hold nothing but what their types bound already.
macro_rules! bounded_by_type {
    ($($request:ty),*) => {$(
        impl Bounded for $request {
            fn is_within_bounds(&self) -> bool {
                true
            }
        }
    )*};
}
bounded_by_type!(CheckMeans, RemoveMeans, Finish, Extend, Cancel, RememberDevice);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_counted_in_characters_and_both_ends_are_taken() {
        for (length, taken) in [(0, false), (1, true), (256, true), (257, false)] {
            assert_eq!(ACCOUNT.takes(&"ş".repeat(length)), taken, "{length}");
        }
        assert!(ANSWER.takes(&"😀".repeat(400)) && !ANSWER.takes(&"😀".repeat(401)));
    }

    #[test]
    fn a_form_takes_what_it_says_and_nothing_else() {
        for (form, taken, refused) in [
            (Form::Name, ["ada", " grace hopper "], ["\u{3000} ", "a\tb"]),
            (Form::Password, [" pass word\n", "\u{7}"], ["\u{a0}\n", "a\0b"]),
            (Form::LanguageTag, ["en", "zh-Hant-TW"], ["en_US", "de--AT"]),
            (Form::Word, ["first_pet", "a1"], ["First", "a b"]),
            (Form::Id, ["Ab-_9", "x"], ["a/b", "a=="]),
        ] {
            assert!(taken.into_iter().all(|text| form.takes(text)), "{form:?}");
            assert!(!refused.into_iter().any(|text| form.takes(text)), "{form:?}");
        }
    }
}
