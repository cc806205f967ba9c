//! Random words for a new password: easy to remember and to type, on whatever keyboard.
//!
//! The words are the English list of BIP-39 (MIT licence): 2048 short ones in plain letters, none of them like another
//! one in its first four.

use latchkey_api::password::{Rule, refusals};
use secrecy::SecretString;
use zeroize::Zeroizing;

const WORDS: &str = include_str!("passphrase/words.txt");
/// Each of 2048 words is worth 11 bits: 55, far beyond what can be tried against a directory, and against a stolen hash
/// of the slow kind too.
const FEWEST: usize = 5;
/// Letters and digits that nobody takes for one another, each worth almost 5 bits.
const PLAIN: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
/// Where rules leave no room for words: 12 of [`PLAIN`] are worth 59 bits.
const FEWEST_PLAIN: usize = 12;
/// Draws before it is given up: a rule may speak against a word by chance, but not so often.
const DRAWS: usize = 32;

/// Makes words that keep the rules; `random` gives 16 random bits a call. `None` where the rules leave no room for
/// enough of them, or the system has no randomness.
pub fn make(rules: &[Rule], account: &str, mut random: impl FnMut() -> Option<u16>) -> Option<SecretString> {
    let words: Vec<&str> = WORDS.lines().collect();
    for _ in 0..DRAWS {
        let drawn = draw_words(rules, &words, &mut random)?;
        if refusals(rules, account, None, &drawn).is_empty() {
            return Some(drawn);
        }
    }
    for _ in 0..DRAWS {
        let drawn = draw_plain(rules, &mut random)?;
        if refusals(rules, account, None, &drawn).is_empty() {
            return Some(drawn);
        }
    }
    None
}

fn draw_words(rules: &[Rule], words: &[&str], random: &mut impl FnMut() -> Option<u16>) -> Option<SecretString> {
    let (least, kinds) = (least(rules), kinds(rules));
    let mut text = Zeroizing::new(String::with_capacity(1024));
    let mut count = 0;
    while count < FEWEST || text.len() < least {
        let word = words.get(below(words.len(), random)?)?;
        if count > 0 {
            text.push('-');
        }
        // Small letters and dashes are two kinds already.
        match word.split_at_checked(1) {
            Some((first, rest)) if count == 0 && kinds > 2 => {
                text.push_str(&first.to_ascii_uppercase());
                text.push_str(rest);
            }
            _ => text.push_str(word),
        }
        count += 1;
    }
    if kinds > 3 {
        text.push(char::from_digit(u32::try_from(below(10, random)?).ok()?, 10)?);
    }
    Some(SecretString::from(text.as_str()))
}

/// Letters and digits in groups of four.
fn draw_plain(rules: &[Rule], random: &mut impl FnMut() -> Option<u16>) -> Option<SecretString> {
    let (least, kinds) = (least(rules), kinds(rules));
    let mut text = Zeroizing::new(String::with_capacity(1024));
    let mut count = 0;
    while count < FEWEST_PLAIN || text.len() < least {
        if count > 0 && count % 4 == 0 {
            text.push('-');
        }
        let drawn = char::from(*PLAIN.get(below(PLAIN.len(), random)?)?);
        text.push(if count == 0 && kinds > 2 { drawn.to_ascii_uppercase() } else { drawn });
        count += 1;
    }
    Some(SecretString::from(text.as_str()))
}

/// A number below `limit`, each as likely as the other.
fn below(limit: usize, random: &mut impl FnMut() -> Option<u16>) -> Option<usize> {
    let limit = u16::try_from(limit).ok().filter(|limit| *limit > 0)?;
    // Above the last whole multiple the small ones would come more often.
    let fair = u16::MAX - u16::MAX % limit;
    loop {
        let drawn = random()?;
        if drawn < fair {
            return Some(usize::from(drawn % limit));
        }
    }
}

fn least(rules: &[Rule]) -> usize {
    let lengths = rules.iter().filter_map(|rule| match rule {
        Rule::MinLength { value } => Some(usize::from(*value)),
        Rule::MaxLength { .. }
        | Rule::Kinds { .. }
        | Rule::NoAccount
        | Rule::NotCommon
        | Rule::NotOld
        | Rule::History { .. } => None,
    });
    lengths.max().unwrap_or(0)
}

fn kinds(rules: &[Rule]) -> u8 {
    let asked = rules.iter().filter_map(|rule| match rule {
        Rule::Kinds { value } => Some(*value),
        Rule::MinLength { .. }
        | Rule::MaxLength { .. }
        | Rule::NoAccount
        | Rule::NotCommon
        | Rule::NotOld
        | Rule::History { .. } => None,
    });
    asked.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ring::rand::{SecureRandom, SystemRandom};
    use secrecy::ExposeSecret;

    use super::*;

    fn made(rules: &[Rule]) -> Option<String> {
        let system = SystemRandom::new();
        let random = || {
            let mut bytes = [0; 2];
            system.fill(&mut bytes).ok().map(|()| u16::from_ne_bytes(bytes))
        };
        make(rules, "ada", random).map(|words| words.expose_secret().to_owned())
    }

    #[test]
    fn the_words_are_2048_plain_and_short_ones() {
        let words: BTreeSet<&str> = WORDS.lines().collect();
        assert_eq!(words.len(), 2048);
        assert!(words.iter().all(|word| (3..=8).contains(&word.len())));
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
    }

    #[test]
    fn it_keeps_whatever_rules_there_are() {
        for rules in [
            &[][..],
            &[Rule::MinLength { value: 15 }, Rule::NotOld, Rule::NoAccount, Rule::NotCommon],
            &[Rule::MinLength { value: 64 }],
            &[Rule::MinLength { value: 12 }, Rule::Kinds { value: 3 }],
            &[Rule::MinLength { value: 12 }, Rule::Kinds { value: 4 }, Rule::History { value: 24 }],
            &[Rule::MinLength { value: 12 }, Rule::MaxLength { value: 16 }, Rule::Kinds { value: 3 }],
        ] {
            for _ in 0..50 {
                let words = made(rules).unwrap_or_else(|| panic!("nothing keeps {rules:?}"));
                assert_eq!(refusals(rules, "ada", None, &words.clone().into()), [], "{words}");
                assert!(words.is_ascii() && !words.contains(' '), "{words}");
            }
        }
        assert_eq!(made(&[Rule::MaxLength { value: 8 }]), None, "too little room to be safe");
    }

    #[test]
    fn there_are_capitals_and_digits_only_where_they_are_asked_for() {
        let plain = made(&[Rule::MinLength { value: 15 }]).expect("words");
        assert_eq!(plain.split('-').count(), FEWEST);
        assert!(plain.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{plain}");
        let all = made(&[Rule::Kinds { value: 4 }]).expect("words");
        assert!(all.starts_with(|c: char| c.is_ascii_uppercase()) && all.ends_with(|c: char| c.is_ascii_digit()));
    }

    #[test]
    fn without_randomness_there_are_no_words() {
        assert!(make(&[], "ada", || None).is_none());
    }
}
