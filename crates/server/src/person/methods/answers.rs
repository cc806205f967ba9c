//! Which answers to security questions are taken: none that others know or guess (SQ-02).

use std::collections::HashSet;
use std::sync::LazyLock;

use latchkey_api::problem::{AnswerReason, AnswerRefusal};
use secrecy::{ExposeSecret as _, SecretString};

use crate::typed::answer::{comparable_v1, letters};

/// Characters of an answer, as Microsoft's SSPR has them.
const SHORTEST: usize = 3;
const LONGEST: usize = 40;
/// A known text of at least so many characters may not be part of an answer either.
const TELLING: usize = 4;

/// Answers that many people give, in the languages of the catalogue: one a line, lower case.
pub const COMMON: &str = include_str!("common_answers.txt");

static COMMON_ANSWERS: LazyLock<HashSet<String>> = LazyLock::new(|| COMMON.lines().map(letters).collect());

/// An answer, its question and what that asks.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) id: &'a str,
    /// In the languages that the person may have read it in.
    pub(crate) texts: Vec<String>,
    pub(crate) answer: &'a SecretString,
}

/// Why answers are not taken, the first reason for each; `known` is what the directory and the registry say of the
/// person: names, numbers, addresses.
pub(crate) fn refusals(answers: &[Asked<'_>], known: &[SecretString]) -> Vec<AnswerRefusal> {
    let known: Vec<String> = known.iter().flat_map(|text| parts(text.expose_secret())).collect();
    let mut before: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for asked in answers {
        let answer = letters(asked.answer.expose_secret());
        if let Some(reason) = refusal(asked, &answer, &before, &known) {
            found.push(AnswerRefusal { id: asked.id.to_owned(), reason });
        }
        before.push(answer);
    }
    found
}

fn refusal(asked: &Asked<'_>, answer: &str, before: &[String], known: &[String]) -> Option<AnswerReason> {
    let length = comparable_v1(asked.answer).expose_secret().chars().count();
    if length < SHORTEST || answer.chars().count() < SHORTEST {
        return Some(AnswerReason::TooShort);
    }
    if length > LONGEST {
        return Some(AnswerReason::TooLong);
    }
    if before.iter().any(|other| other == answer) {
        return Some(AnswerReason::Repeated);
    }
    let in_question = |text: &String| {
        let text = letters(text);
        text.contains(answer) || (!text.is_empty() && answer.contains(&text))
    };
    if asked.texts.iter().any(in_question) {
        return Some(AnswerReason::InQuestion);
    }
    let telling = |text: &&String| text.chars().count() >= TELLING;
    if known.iter().any(|text| text == answer)
        || known.iter().filter(telling).any(|text| answer.contains(text.as_str()))
    {
        return Some(AnswerReason::Known);
    }
    COMMON_ANSWERS.contains(answer).then_some(AnswerReason::Common)
}

/// A known text as a whole, and each of its words that is long enough to be an answer.
fn parts(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(letters);
    let words = words.filter(|word| word.chars().count() >= SHORTEST);
    words.chain([letters(text)]).filter(|text| !text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(answer: &str) -> Option<AnswerReason> {
        let answer = SecretString::from(answer);
        let texts = vec!["What was the name of your first pet?".to_owned()];
        let known = ["ada", "Ada Lovelace", "+12025550134", "2025550134", "ada@home.example"].map(SecretString::from);
        let found = refusals(&[Asked { id: "first_pet", texts, answer: &answer }], &known);
        found.first().map(|refusal| refusal.reason)
    }

    #[test]
    fn an_answer_is_refused_for_the_first_thing_that_is_wrong_with_it() {
        // SQ-02
        for (answer, expected) in [
            ("", Some(AnswerReason::TooShort)),
            (" ab ", Some(AnswerReason::TooShort)),
            ("...!", Some(AnswerReason::TooShort)),
            (&"x".repeat(41), Some(AnswerReason::TooLong)),
            ("first pet", Some(AnswerReason::InQuestion)),
            ("What was the name of your first pet?", Some(AnswerReason::InQuestion)),
            ("ADA", Some(AnswerReason::Known)),
            ("lovelace", Some(AnswerReason::Known)),
            ("my Lovelace dog", Some(AnswerReason::Known)),
            ("(202) 555-0134", Some(AnswerReason::Known)),
            ("Ada@Home.Example", Some(AnswerReason::Known)),
            ("Smokey", Some(AnswerReason::Common)),
            ("s m o k e y", Some(AnswerReason::Common)),
            ("ŚMÖKEY", Some(AnswerReason::Common)),
            ("旺财旺财", None),
            ("Zanzibar the Grumpy", None),
            (&"y".repeat(40), None),
        ] {
            assert_eq!(reason(answer), expected, "{answer}");
        }
    }

    #[test]
    fn the_list_of_common_answers_is_long_lower_case_and_without_repetition() {
        assert!(COMMON_ANSWERS.len() >= 1000, "{}", COMMON_ANSWERS.len());
        let mut before = HashSet::new();
        let repeated: Vec<&str> = COMMON.lines().filter(|line| !before.insert(letters(line))).collect();
        assert_eq!(repeated, [""; 0]);
        for line in COMMON.lines() {
            assert_eq!(line, line.to_lowercase());
        }
    }
}
