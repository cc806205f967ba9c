//! The rules for a new password, checked the same way by the app while typing and by the server at the end.
//!
//! Length counts code points of the NFC form (NIST SP 800-63B-4 §3.1.1.2); no composition rule is ours: a
//! [`Rule::Kinds`] is there only because a directory enforces it.

use std::sync::Once;

use latchkey_scrub::without_trace;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::Entropy;
use zxcvbn::feedback::{Suggestion, Warning};

use crate::typeable::is_typeable;

/// Longest password that is accepted, in code points.
pub const LONGEST: u16 = 256;

/// One rule that a new password has to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Rule {
    /// At least this many code points.
    MinLength { value: u16 },
    /// At most this many code points.
    MaxLength { value: u16 },
    /// Upper case, lower case, digits, other: at least this many of the four.
    Kinds { value: u8 },
    /// The user ID is not part of it (from 3 characters on, ignoring case).
    NoAccount,
    /// Not among the passwords that everybody tries first.
    NotCommon,
    /// Not the one that it replaces.
    NotOld,
    /// None of the last `value`; only the directory can tell.
    History { value: u16 },
}

/// The rules of two who both judge a password: of each kind the stricter one.
#[must_use]
pub fn together(one: &[Rule], other: &[Rule]) -> Vec<Rule> {
    let mut all: Vec<Rule> = Vec::with_capacity(one.len().max(other.len()));
    for rule in one.iter().chain(other) {
        match all.iter_mut().find(|known| known.place() == rule.place()) {
            Some(known) => *known = known.stricter(*rule),
            None => all.push(*rule),
        }
    }
    all.sort_by_key(|rule| rule.place());
    all
}

impl Rule {
    /// Where it stands in a list; each kind has a place of its own.
    const fn place(self) -> u8 {
        match self {
            Self::MinLength { .. } => 0,
            Self::MaxLength { .. } => 1,
            Self::Kinds { .. } => 2,
            Self::NoAccount => 3,
            Self::NotCommon => 4,
            Self::NotOld => 5,
            Self::History { .. } => 6,
        }
    }

    /// The stricter of two of one kind.
    fn stricter(self, other: Self) -> Self {
        match (self, other) {
            (Self::MinLength { value }, Self::MinLength { value: other }) => {
                Self::MinLength { value: value.max(other) }
            }
            (Self::MaxLength { value }, Self::MaxLength { value: other }) => {
                Self::MaxLength { value: value.min(other) }
            }
            (Self::Kinds { value }, Self::Kinds { value: other }) => Self::Kinds { value: value.max(other) },
            (Self::History { value }, Self::History { value: other }) => Self::History { value: value.max(other) },
            (rule, _) => rule,
        }
    }
}

/// Why a new password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Refusal {
    TooShort {
        value: u16,
    },
    TooLong {
        value: u16,
    },
    TooFewKinds {
        value: u8,
    },
    ContainsAccount,
    Common,
    SameAsOld,
    UsedBefore,
    /// The directory does not let it change again so soon.
    TooSoon,
    /// Characters that are not seen cannot be typed again at a sign-in screen.
    NotTypeable,
    /// The directory refused without saying why.
    Other,
}

/// How a rule stands while somebody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Verdict {
    Kept,
    Broken,
    /// Only the server or the directory can tell.
    Later,
}

/// Everything that breaks a rule, in the order of the rules; empty means acceptable as far as can be told here.
#[must_use]
pub fn refusals(rules: &[Rule], account: &str, old: Option<&SecretString>, new: &SecretString) -> Vec<Refusal> {
    let text = zeroize_on_drop(new.expose_secret().nfc().collect());
    let mut found: Vec<Refusal> =
        rules.iter().filter_map(|rule| broken(*rule, account, old, text.expose_secret())).collect();
    if !is_typeable(text.expose_secret()) {
        found.push(Refusal::NotTypeable);
    }
    found
}

/// How each rule stands for what has been typed so far.
#[must_use]
pub fn verdicts(rules: &[Rule], account: &str, old: Option<&SecretString>, new: &SecretString) -> Vec<(Rule, Verdict)> {
    let text = zeroize_on_drop(new.expose_secret().nfc().collect());
    let verdict = |rule: Rule| match rule {
        Rule::History { .. } => Verdict::Later,
        Rule::NotOld if old.is_none() => Verdict::Later,
        rule if text.expose_secret().is_empty() || broken(rule, account, old, text.expose_secret()).is_some() => {
            Verdict::Broken
        }
        Rule::MinLength { .. }
        | Rule::MaxLength { .. }
        | Rule::Kinds { .. }
        | Rule::NoAccount
        | Rule::NotCommon
        | Rule::NotOld => Verdict::Kept,
    };
    rules.iter().map(|rule| (*rule, verdict(*rule))).collect()
}

fn broken(rule: Rule, account: &str, old: Option<&SecretString>, text: &str) -> Option<Refusal> {
    let length = text.chars().count();
    match rule {
        Rule::MinLength { value } => (length < usize::from(value)).then_some(Refusal::TooShort { value }),
        Rule::MaxLength { value } => (length > usize::from(value)).then_some(Refusal::TooLong { value }),
        Rule::Kinds { value } => (kinds(text) < value).then_some(Refusal::TooFewKinds { value }),
        Rule::NoAccount => contains_account(text, account).then_some(Refusal::ContainsAccount),
        Rule::NotCommon => is_common(text).then_some(Refusal::Common),
        Rule::NotOld => {
            let same = old.is_some_and(|old| old.expose_secret().nfc().eq(text.chars()));
            same.then_some(Refusal::SameAsOld)
        }
        Rule::History { .. } => None,
    }
}

fn kinds(text: &str) -> u8 {
    let has = |test: fn(char) -> bool| u8::from(text.chars().any(test));
    has(char::is_uppercase) + has(char::is_lowercase) + has(char::is_numeric) + has(|c| !c.is_alphanumeric())
}

fn contains_account(text: &str, account: &str) -> bool {
    let name = account.rsplit('\\').next().unwrap_or(account);
    let name = name.split('@').next().unwrap_or(name);
    name.chars().count() >= 3 && text.to_lowercase().contains(&name.to_lowercase())
}

/// Whether the whole password is one that guessers try first (NIST SP 800-63B-4 §3.1.1.2: whole string, not parts).
fn is_common(text: &str) -> bool {
    let estimate = rated(text, &[]);
    matches!(
        estimate.feedback().and_then(zxcvbn::feedback::Feedback::warning),
        Some(Warning::ThisIsATop10Password | Warning::ThisIsATop100Password | Warning::ThisIsACommonPassword)
    ) || estimate.guesses_log10() < 4.0
}

fn zeroize_on_drop(text: String) -> SecretString {
    SecretString::from(text)
}

/// How hard a password is to guess, for advice only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Strength {
    /// 0 (guessed at once) to 4 (very hard), as zxcvbn counts.
    pub score: u8,
    pub advice: Vec<Advice>,
}

/// zxcvbn's feedback, and what it does not look at, as codes that the app translates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Advice {
    /// A blank at the start or the end is a part of the password, and easily overlooked.
    EdgeBlank,
    KeyboardPattern,
    Repeats,
    Sequence,
    Year,
    Date,
    CommonWord,
    Name,
    CommonPassword,
    Substitutions,
    AddWords,
    UncommonWords,
}

/// Rates a password with zxcvbn; `account` counts as a word that guessers know. Looks at the first 100 characters.
#[must_use]
pub fn strength(account: &str, new: &SecretString) -> Strength {
    let estimate = rated(new.expose_secret(), &[account]);
    let mut advice = Vec::new();
    if new.expose_secret().starts_with(char::is_whitespace) || new.expose_secret().ends_with(char::is_whitespace) {
        advice.push(Advice::EdgeBlank);
    }
    if let Some(feedback) = estimate.feedback() {
        let codes = feedback
            .warning()
            .map(of_warning)
            .into_iter()
            .chain(feedback.suggestions().iter().map(|s| of_suggestion(*s)));
        for code in codes {
            if !advice.contains(&code) {
                advice.push(code);
            }
        }
    }
    Strength { score: u8::from(estimate.score()), advice }
}

/// What zxcvbn says of the first 100 characters.
fn rated(text: &str, known: &[&str]) -> Entropy {
    /// Its patterns are made by the first text that it sees and live as long as the process, with whatever stood where
    /// they were put together; so that text is not a secret, and it has something for each of them.
    static PATTERNS: Once = Once::new();
    PATTERNS.call_once(|| {
        drop(zxcvbn::zxcvbn("qwerty aaaa abcabc abcdef p4ssword drowssap 13/5/1991 1999 Tr0ub", &["known"]));
    });
    let first = zeroize_on_drop(text.chars().take(100).collect());
    without_trace(|| zxcvbn::zxcvbn(first.expose_secret(), known))
}

fn of_warning(warning: Warning) -> Advice {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess | Warning::ShortKeyboardPatternsAreEasyToGuess => {
            Advice::KeyboardPattern
        }
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            Advice::Repeats
        }
        Warning::SequencesLikeAbcAreEasyToGuess => Advice::Sequence,
        Warning::RecentYearsAreEasyToGuess => Advice::Year,
        Warning::DatesAreOftenEasyToGuess => Advice::Date,
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword => Advice::CommonPassword,
        Warning::AWordByItselfIsEasyToGuess => Advice::CommonWord,
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess | Warning::CommonNamesAndSurnamesAreEasyToGuess => {
            Advice::Name
        }
    }
}

fn of_suggestion(suggestion: Suggestion) -> Advice {
    match suggestion {
        Suggestion::UseAFewWordsAvoidCommonPhrases | Suggestion::AddAnotherWordOrTwo => Advice::AddWords,
        Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => Advice::AddWords,
        Suggestion::CapitalizationDoesntHelpVeryMuch
        | Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase
        | Suggestion::ReversedWordsArentMuchHarderToGuess
        | Suggestion::PredictableSubstitutionsDontHelpVeryMuch => Advice::Substitutions,
        Suggestion::UseALongerKeyboardPatternWithMoreTurns => Advice::KeyboardPattern,
        Suggestion::AvoidRepeatedWordsAndCharacters => Advice::Repeats,
        Suggestion::AvoidSequences => Advice::Sequence,
        Suggestion::AvoidRecentYears | Suggestion::AvoidYearsThatAreAssociatedWithYou => Advice::Year,
        Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Advice::Date,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [Rule; 5] =
        [Rule::MinLength { value: 15 }, Rule::MaxLength { value: 256 }, Rule::NoAccount, Rule::NotCommon, Rule::NotOld];

    fn refused(new: &str) -> Vec<Refusal> {
        refusals(&RULES, "ada@example.edu", Some(&"old harbour lantern".into()), &new.to_owned().into())
    }

    #[test]
    fn each_broken_rule_is_named() {
        // PW-01
        assert_eq!(refused("vkw tq 9"), [Refusal::TooShort { value: 15 }]);
        assert_eq!(refused(&"grün 🦆 ".repeat(40)), [Refusal::TooLong { value: 256 }]);
        assert_eq!(refused("correct ADA battery staple"), [Refusal::ContainsAccount]);
        assert_eq!(refused("old harbour lantern"), [Refusal::SameAsOld]);
        assert_eq!(refused("correct horse\u{7}battery"), [Refusal::NotTypeable]);
        assert_eq!(refused("password"), [Refusal::TooShort { value: 15 }, Refusal::Common]);
    }

    #[test]
    fn of_two_who_judge_the_stricter_rule_of_each_kind_holds() {
        let campus = [Rule::MinLength { value: 15 }, Rule::MaxLength { value: 256 }, Rule::NoAccount, Rule::NotCommon];
        let directory = [
            Rule::History { value: 24 },
            Rule::MinLength { value: 7 },
            Rule::MaxLength { value: 127 },
            Rule::Kinds { value: 3 },
            Rule::NoAccount,
        ];
        let both = [
            Rule::MinLength { value: 15 },
            Rule::MaxLength { value: 127 },
            Rule::Kinds { value: 3 },
            Rule::NoAccount,
            Rule::NotCommon,
            Rule::History { value: 24 },
        ];
        assert_eq!(together(&campus, &directory), both);
        assert_eq!(together(&directory, &campus), both);
        assert_eq!(together(&RULES, &RULES), RULES);
        assert_eq!(together(&[], &RULES), RULES);
    }

    #[test]
    fn spaces_any_script_and_no_composition_are_fine() {
        // PW-01
        for good in [
            "violet tractor onion mail",
            "مفتاح البيت الأزرق الكبير",
            "🦆 pond 🦆 walk 🦆 late",
            &"x7 quiet ".repeat(20),
        ] {
            assert_eq!(refused(good), [], "{good}");
        }
    }

    #[test]
    fn length_counts_code_points_of_the_composed_form() {
        // PW-03
        let composed = "é".repeat(14);
        let decomposed = "e\u{301}".repeat(14);
        for text in [composed, decomposed] {
            assert!(refused(&text).contains(&Refusal::TooShort { value: 15 }));
        }
    }

    #[test]
    fn characters_that_nobody_sees_are_named() {
        // F16
        for unseen in ['\u{200B}', '\u{FEFF}', '\u{202E}', '\u{FFFF}', '\u{E000}', '\u{2028}', '\u{E0061}'] {
            assert_eq!(refused(&format!("violet tractor{unseen} onion")), [Refusal::NotTypeable], "{unseen:?}");
        }
        assert_eq!(refused("👩\u{200D}🚀 violet tractor"), []);
    }

    #[test]
    fn a_blank_at_an_edge_is_kept_and_spoken_of_first() {
        // F18
        for edged in [" violet tractor onion", "violet tractor onion ", "violet tractor onion\u{3000}"] {
            assert_eq!(refused(edged), [], "{edged:?}");
            let rated = strength("ada", &edged.to_owned().into());
            assert_eq!(rated.advice.first(), Some(&Advice::EdgeBlank), "{edged:?}");
        }
        let inside = strength("ada", &"violet tractor onion".to_owned().into());
        assert!(!inside.advice.contains(&Advice::EdgeBlank));
    }

    #[test]
    fn a_rule_that_only_the_directory_knows_waits() {
        let verdict =
            verdicts(&[Rule::History { value: 5 }, Rule::NotOld], "ada", None, &"anything at all".to_owned().into());
        assert!(verdict.iter().all(|(_, verdict)| *verdict == Verdict::Later));
    }

    #[test]
    fn advice_has_codes_and_no_sentences() {
        let rated = strength("ada", &"qwertyuiop".to_owned().into());
        assert!(rated.score <= 1, "{rated:?}");
        assert!(!rated.advice.is_empty());
        assert_eq!(strength("ada", &"violet tractor onion mailbox".to_owned().into()).score, 4);
    }
}
