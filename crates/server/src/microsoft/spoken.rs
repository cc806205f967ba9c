//! Finds the code in a text that was written to be read, so that a voice can say it as our own calls do: in pairs, twice,
//! after a key.

use std::collections::BTreeSet;

use secrecy::SecretString;
use unicode_normalization::UnicodeNormalization as _;

use crate::typed::text::digit;

/// Digits of Microsoft's own codes, looked for first: a text may also name a year or a product with a number.
const USUAL: usize = 6;
/// How many digits a code has at least and at the most.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=8;

/// The one code in a text; nothing if there is none, or more than one.
pub(super) fn code_in(message: &str) -> Option<SecretString> {
    let found: BTreeSet<String> = runs(&groups(message)).iter().filter_map(Run::code).collect();
    let usual: Vec<&String> = found.iter().filter(|code| code.len() == USUAL).collect();
    match (usual.as_slice(), found.len()) {
        ([code], _) => Some((*code).clone().into()),
        ([], 1) => found.first().map(|code| code.clone().into()),
        _ => None,
    }
}

/// Digits that touch each other, and what stands between them and those before.
struct Group {
    before: String,
    digits: String,
}

fn groups(message: &str) -> Vec<Group> {
    let (mut groups, mut before, mut digits) = (Vec::new(), String::new(), String::new());
    // What ends a text also ends its last group.
    for c in message.nfkc().chain(['\n']) {
        match digit(c) {
            Some(digit) => digits.push(digit),
            None if digits.is_empty() => before.push(c),
            None => {
                groups.push(Group { before: std::mem::take(&mut before), digits: std::mem::take(&mut digits) });
                before.push(c);
            }
        }
    }
    groups
}

/// Groups of one length with the same between each two of them: what a voice is to say digit by digit, or pair by pair.
struct Run {
    between: Option<String>,
    groups: Vec<String>,
}

fn runs(groups: &[Group]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for Group { before, digits } in groups {
        let goes_on = runs.last_mut().filter(|run| run.takes(before, digits));
        match goes_on {
            Some(run) => {
                run.between = Some(before.clone());
                run.groups.push(digits.clone());
            }
            None => runs.push(Run { between: None, groups: vec![digits.clone()] }),
        }
    }
    runs
}

impl Run {
    fn takes(&self, before: &str, digits: &str) -> bool {
        let separates = !before.is_empty() && before.chars().count() <= 3 && before.chars().all(separates);
        let as_before = self.between.as_deref().is_none_or(|between| between == before);
        separates && as_before && self.groups.first().is_some_and(|first| first.len() == digits.len())
    }

    /// The code that it is; one that is said twice in a row counts once.
    fn code(&self) -> Option<String> {
        let whole = self.groups.concat();
        if LENGTHS.contains(&whole.len()) {
            return Some(whole);
        }
        let repeats = |length: &usize| {
            let times = whole.len() / length;
            times > 1 && whole.get(..*length).is_some_and(|part| part.repeat(times) == whole)
        };
        let length = [USUAL].into_iter().chain(LENGTHS).find(repeats)?;
        whole.get(..length).map(str::to_owned)
    }
}

fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '.' | '-' | '·' | '…' | '،' | '、')
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn the_code_is_found_however_it_is_written() {
        for (message, code) in [
            ("Use verification code 123456 for Riverton authentication.", Some("123456")),
            ("Your code is 1 2 3 4 5 6. Again, your code is 1 2 3 4 5 6.", Some("123456")),
            ("Your code is 1, 2, 3, 4, 5, 6. 1, 2, 3, 4, 5, 6.", Some("123456")),
            ("1 2 3 4 5 6 1 2 3 4 5 6", Some("123456")),
            ("12 34 56", Some("123456")),
            ("Code 001234, valid until 2027", Some("001234")),
            ("Office 365: 918273 ist Ihr Code", Some("918273")),
            ("Microsoft 365 code 8 1 9 2 0 3", Some("819203")),
            ("Microsoft 365: 8-1-9-2-0-3, 5 minutes", Some("819203")),
            ("Your code is 8, 1, 9, 2, 0, 3. 5 minutes are left.", Some("819203")),
            ("123 456", Some("123456")),
            ("رمز التحقق هو ١٢٣٤٥٦", Some("123456")),
            ("验证码：１２３４５６。", Some("123456")),
            ("Code 1234", Some("1234")),
            ("G 12345678", Some("12345678")),
            ("1 1 1 1 1 1", Some("111111")),
            ("Codes 123456 and 654321", None),
            ("No digits here", None),
            ("Call us at 3 or 7", None),
            ("1234 5678 9012 3456", None),
            ("123", None),
            ("", None),
        ] {
            let found = code_in(message);
            assert_eq!(found.as_ref().map(SecretString::expose_secret), code, "{message}");
        }
    }
}
