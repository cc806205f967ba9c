//! Passwords that guessers try first: listed ones, sequences, and what anybody knows of the campus and the person.
//!
//! The whole password is compared, never a part of it (NIST SP 800-63B-4 §3.1.1.2): a phrase is not refused for a word
//! that stands in it. A password is refused if it is nothing but one listed word and what guessers put around it:
//! sequences, repeats, rows of keys, years, a few digits, and the words of campus and person. Case, accents, separators,
//! swaps such as `@` for `a`, and the direction make no difference.

mod list;
mod runs;

use latchkey_api::password::{self, Refusal, Rule};
use latchkey_scrub::without_trace;
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

use runs::Run;

/// Characters that are looked at; a longer password breaks the rule of the greatest length anyway.
const LONGEST: usize = 256;
/// What may stand beside words and sequences before a password counts as more than these: six digits, as rules for
/// guessing append them.
const BUDGET: u32 = 6;
const OF_DIGIT: u32 = 1;
const OF_SYMBOL: u32 = 2;
/// The cost of what only a word can cover; sums of it do not overflow.
const NEVER: u32 = u32::MAX / 4;
/// A password that repeats so few characters is no better than they are.
const SHORT_UNIT: usize = 6;
/// A known word has at least so many characters: `Li` and `Bo` are names.
const SHORTEST_KNOWN: usize = 2;

/// Small words that join others: `University of Riverton`, `my password`.
const JOINING: [&str; 8] = ["a", "and", "at", "for", "in", "my", "of", "the"];

/// What guessers know of one person and the campus.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// From [`campus_words`].
    pub(crate) campus: &'a [String],
    /// Names, addresses and numbers of the person, whole or in parts.
    pub(crate) person: &'a [SecretString],
    /// The user ID.
    pub(crate) account: &'a str,
}

/// The texts that stand for the campus: its name and the initials of it, its helpdesk, its mail domains, this product.
pub(crate) fn campus_words(name: &str, helpdesk: &str, mail_domains: &[String]) -> Vec<String> {
    let initials: String = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next()).collect();
    let mut words = vec![name.to_owned(), initials, helpdesk.to_owned(), "Latchkey".to_owned()];
    words.extend(mail_domains.iter().cloned());
    words
}

/// Everything that breaks a rule, in the order of [`password::refusals`], with what only this list and context can tell.
pub(crate) fn refusals(rules: &[Rule], context: Context<'_>, new: &SecretString) -> Vec<Refusal> {
    let mut found = password::refusals(rules, context.account, None, new);
    if rules.contains(&Rule::NotCommon) && !found.contains(&Refusal::Common) && refuses(context, new) {
        found.push(Refusal::Common);
    }
    found
}

/// Whether guessers try a password first; nothing of it is left on the stack (SM-01).
pub(crate) fn refuses(context: Context<'_>, new: &SecretString) -> bool {
    without_trace(|| is_guessed(context, new.expose_secret()))
}

type Characters = Zeroizing<Vec<char>>;

fn is_guessed(context: Context<'_>, new: &str) -> bool {
    let known = known_words(context);
    let folded = fold(new);
    let joined: Characters = Zeroizing::new(folded.iter().copied().filter(|c| !is_separator(*c)).collect());
    let (folded_once, joined_once) = (without_doubles(&folded), without_doubles(&joined));
    let mut texts: Vec<&[char]> = Vec::new();
    for text in [&folded, &joined, &folded_once, &joined_once] {
        if !texts.contains(&text.as_slice()) {
            texts.push(text);
        }
    }
    texts.into_iter().any(|text| is_covered(text, &known))
}

/// Compatibility forms, accents and case make no difference to a guesser.
fn fold(text: &str) -> Characters {
    let lower = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // Lower case can bring marks of its own, such as the dot of the Turkish I.
    Zeroizing::new(lower.nfkd().filter(|c| !is_combining_mark(*c)).take(LONGEST).collect())
}

fn without_doubles(text: &[char]) -> Characters {
    let mut once = Zeroizing::new(text.to_vec());
    once.dedup();
    once
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '_' | '.' | ',' | ':' | ';' | '/' | '\\' | '\'' | '’' | '*' | '~' | '·')
}

/// The words that are known, each also from its end.
fn known_words(context: Context<'_>) -> Vec<Characters> {
    let person = context.person.iter().map(ExposeSecret::expose_secret);
    let mut known: Vec<Characters> = JOINING.into_iter().map(fold).collect();
    let texts = context.campus.iter().map(String::as_str).chain(person).chain([context.account]);
    for folded in texts.map(fold) {
        let words = folded.split(|c: &char| !c.is_alphanumeric()).map(<[char]>::to_vec);
        let whole = folded.iter().copied().filter(|c| c.is_alphanumeric()).collect();
        for word in words.chain([whole]).filter(|word| word.len() >= SHORTEST_KNOWN).map(Zeroizing::new) {
            known.push(Zeroizing::new(word.iter().rev().copied().collect()));
            known.push(word);
        }
    }
    known.sort_unstable_by(|one, other| one.as_slice().cmp(other));
    known.dedup();
    known
}

/// Whether a text is nothing but at most one listed word and what is put around it.
fn is_covered(text: &[char], known: &[Characters]) -> bool {
    match unit(text) {
        Some(unit) if unit.len() <= SHORT_UNIT => return true,
        Some(unit) => return is_covered(unit, known),
        None => {}
    }
    if is_listed(text) {
        return true;
    }
    let cover = Cover { text, known, runs: runs::of(text) };
    let before = cover.costs_before();
    let after = cover.costs_after();
    if after.first().is_none_or(|cost| *cost <= BUDGET) {
        return true;
    }
    before.iter().enumerate().filter(|(_, cost)| **cost <= BUDGET).any(|(start, before)| {
        let ends = after.iter().enumerate().skip(start + list::SHORTEST);
        ends.filter(|(_, after)| before + **after <= BUDGET)
            .any(|(end, _)| text.get(start..end).is_some_and(is_word_or_repeats_one))
    })
}

/// What a text repeats from its beginning to its end, the last time perhaps not whole.
fn unit(text: &[char]) -> Option<&[char]> {
    (1..=text.len() / 2).find(|period| has_period(text, *period)).and_then(|period| text.get(..period))
}

fn has_period(text: &[char], period: usize) -> bool {
    text.iter().skip(period).zip(text).all(|(later, earlier)| later == earlier)
}

/// A listed word, the same one several times, or forth and back.
fn is_word_or_repeats_one(text: &[char]) -> bool {
    if !text.iter().any(|c| c.is_alphabetic()) {
        return false;
    }
    let (half, rest) = text.split_at(text.len() / 2);
    let mirrored = || half.len() == rest.len() && half.iter().eq(rest.iter().rev());
    let mut periods = list::SHORTEST..=list::LONGEST.min(half.len());
    is_listed(text)
        || mirrored() && is_listed(half)
        || periods.any(|period| {
            text.len().is_multiple_of(period) && has_period(text, period) && text.get(..period).is_some_and(is_listed)
        })
}

/// Whether a text is on the list: as it is, or with the letters that its digits and signs stand for, or from its end.
fn is_listed(text: &[char]) -> bool {
    if !(list::SHORTEST..=list::LONGEST).contains(&text.len()) {
        return false;
    }
    // As many readings as the character with most of them has letters, and the text as it is.
    let readings = text.iter().map(|c| stands_for(*c).len()).max().unwrap_or_default();
    (0..=readings).any(|reading| {
        let letter = |c: &char| match reading.checked_sub(1) {
            Some(nth) => stands_for(*c).get(nth).or_else(|| stands_for(*c).first()).copied().unwrap_or(*c),
            None => *c,
        };
        let forth: Zeroizing<String> = Zeroizing::new(text.iter().map(letter).collect());
        let back: Zeroizing<String> = Zeroizing::new(text.iter().rev().map(letter).collect());
        list::contains(&forth) || list::contains(&back)
    })
}

/// The letters that a digit or sign is put for.
const fn stands_for(c: char) -> &'static [char] {
    match c {
        '4' | '@' => &['a'],
        '8' => &['b'],
        '(' | '{' | '[' | '<' => &['c'],
        '3' | '€' => &['e'],
        '6' | '9' => &['g'],
        '#' => &['h'],
        '1' | '!' | '|' => &['i', 'l'],
        '0' => &['o'],
        '5' | '$' => &['s'],
        '7' | '+' => &['t'],
        '2' => &['z'],
        _ => &[],
    }
}

/// How cheaply the beginnings and ends of a text are made of known words, runs, years and a few other characters.
struct Cover<'a> {
    text: &'a [char],
    known: &'a [Characters],
    /// For each place, the runs that begin there.
    runs: Vec<Vec<Run>>,
}

impl Cover<'_> {
    /// For each place, what the text before it costs.
    fn costs_before(&self) -> Vec<u32> {
        let mut costs = vec![NEVER; self.text.len() + 1];
        if let Some(first) = costs.first_mut() {
            *first = 0;
        }
        for start in 0..self.text.len() {
            let so_far = costs.get(start).copied().unwrap_or(NEVER);
            if so_far > BUDGET {
                continue;
            }
            self.each_piece(start, |end, cost| {
                if let Some(there) = costs.get_mut(end) {
                    *there = (*there).min(so_far + cost);
                }
            });
        }
        costs
    }

    /// For each place, what the text from it on costs.
    fn costs_after(&self) -> Vec<u32> {
        let mut costs = vec![NEVER; self.text.len() + 1];
        if let Some(last) = costs.last_mut() {
            *last = 0;
        }
        for start in (0..self.text.len()).rev() {
            let mut least = NEVER;
            self.each_piece(start, |end, cost| {
                least = least.min(costs.get(end).map_or(NEVER, |after| after + cost));
            });
            if let Some(there) = costs.get_mut(start) {
                *there = least.min(NEVER);
            }
        }
        costs
    }

    /// Each piece that begins at a place: its end and its cost.
    fn each_piece(&self, start: usize, mut piece: impl FnMut(usize, u32)) {
        let Some((first, _)) = self.text.get(start..).and_then(<[char]>::split_first) else { return };
        piece(start + 1, cost_of(*first));
        for run in self.runs.get(start).into_iter().flatten() {
            for end in run.ends() {
                piece(end, 0);
            }
        }
        if self.text.get(start..start + 4).is_some_and(is_year) {
            piece(start + 4, 0);
        }
        for word in self.known {
            let there = self.text.get(start..start + word.len());
            if there.is_some_and(|there| there.iter().zip(word.iter()).all(|(typed, known)| is_put_for(*typed, *known)))
            {
                piece(start + word.len(), 0);
            }
        }
    }
}

fn is_put_for(typed: char, known: char) -> bool {
    typed == known || stands_for(typed).contains(&known)
}

fn cost_of(c: char) -> u32 {
    if is_separator(c) {
        0
    } else if c.is_numeric() {
        OF_DIGIT
    } else if c.is_alphabetic() {
        NEVER
    } else {
        OF_SYMBOL
    }
}

/// A year that people remember, from 1900 to 2099.
fn is_year(text: &[char]) -> bool {
    matches!(text, ['1', '9', ten, one] | ['2', '0', ten, one] if ten.is_ascii_digit() && one.is_ascii_digit())
}

#[cfg(test)]
mod tests;
