//! How a typed text is read as a phone number: what people, contact lists, web pages and spreadsheets write. Which
//! numbers are served stands in `number`, of which nothing is known here.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};
use unicode_normalization::UnicodeNormalization as _;

use super::LONGEST;
use super::text::{digit, is_dash, is_invisible, percent_decoded};

/// Most digits of a number (ITU-T E.164 §6).
const MOST_DIGITS: usize = 15;
/// Most digits of an extension, and most characters of the word before it.
const EXTENSION: usize = 8;
const EXTENSION_WORD: usize = 24;

/// Why a text is not read as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoNumber {
    #[error("not a whole phone number")]
    Shape,
    /// Nobody is there to dial it once the call has been taken (F8).
    #[error("an extension cannot be dialled")]
    Extension,
}

/// Reads one number, in E.164, as people of a country type it; `assigned` says of a number whether anybody can have it.
///
/// Of the ways in which its digits can be read (with the country code typed or not, with a prefix of the region's own
/// for calls abroad, with a zero in brackets to be left out), the first counts that is a number somebody can have.
pub(super) fn read(country: Region, assigned: impl Fn(&str) -> bool, typed: &str) -> Result<String, NoNumber> {
    if typed.len() > LONGEST {
        return Err(NoNumber::Shape);
    }
    let (text, region) = from_link(typed, country)?;
    let text = plain(&text).ok_or(NoNumber::Shape)?;
    let text = from_spreadsheet(text.trim())?;
    let (dialled, rest) = text.split_at(dialled_length(text));
    let number = best(region, assigned, dialled).ok_or(NoNumber::Shape)?;
    if rest.is_empty() {
        return Ok(number);
    }
    Err(if is_extension(rest) { NoNumber::Extension } else { NoNumber::Shape })
}

/// The digits of the beginning of a number, typed with `+` and its country code.
pub(super) fn digits_of_range(typed: &str) -> Option<String> {
    let text = plain(typed)?;
    let text = text.trim();
    let whole = text.starts_with('+') && dialled_length(text) == text.len();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (whole && (1..=MOST_DIGITS).contains(&digits.len())).then_some(digits)
}

/// What a link names, `tel:+1-202-555-0134;ext=12` (RFC 3966), and the region that it is to be read in.
fn from_link(typed: &str, region: Region) -> Result<(String, Region), NoNumber> {
    let bare = typed.trim_matches(|c: char| is_invisible(c) || c.is_whitespace());
    let linked = ["tel:", "sms:", "smsto:", "callto:"].into_iter().find_map(|scheme| {
        let start = bare.get(..scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then(|| bare.get(scheme.len()..)).flatten()
    });
    let Some(linked) = linked else { return Ok((bare.to_owned(), region)) };
    let linked = linked.trim_start_matches('/').split('?').next().unwrap_or_default();
    let linked = percent_decoded(linked).ok_or(NoNumber::Shape)?;
    let (number, parameters) = linked.split_once(';').unwrap_or((&linked, ""));
    let mut context = region;
    for parameter in parameters.split(';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.to_ascii_lowercase().as_str() {
            "ext" => return Err(NoNumber::Extension),
            "isub" => return Err(NoNumber::Shape),
            "phone-context" if !number.starts_with('+') => context = region_of(value).ok_or(NoNumber::Shape)?,
            _ => {}
        }
    }
    Ok((number.to_owned(), context))
}

/// The region of a country code, `+64`.
fn region_of(code: &str) -> Option<Region> {
    let code = code.strip_prefix('+')?.parse().ok()?;
    PHONE_NUMBER_UTIL.get_region_for_country_code(code).filter(|region| *region != Region::World)
}

/// The text with digits, dashes, blanks, dots and plus signs of every kind as the plain ones, and nothing invisible;
/// nothing for a text with control characters inside.
fn plain(typed: &str) -> Option<String> {
    let seen = typed.trim().chars().filter(|c| !is_invisible(*c)).nfkc();
    let plain = seen.map(|c| match c {
        _ if is_dash(c) => Some('-'),
        _ if c.is_whitespace() && !matches!(c, '\r' | '\n') => Some(' '),
        _ if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => None,
        '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{22c5}' | '\u{30fb}' | '\u{3002}' => Some('.'),
        '\u{2215}' => Some('/'),
        '\u{2795}' => Some('+'),
        _ => Some(digit(c).unwrap_or(c)),
    });
    plain.collect()
}

/// The number that a cell of a spreadsheet holds, if the cell was made a number there: `12025550134.0`.
///
/// A number with a power of ten has lost its last digits, or may have: it is never one to send to (F4).
fn from_spreadsheet(text: &str) -> Result<&str, NoNumber> {
    // A spreadsheet that is to leave a number alone is told so by an apostrophe.
    let text = text.strip_prefix(['\'', '\u{2019}']).unwrap_or(text);
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((whole, fraction)) = unsigned.split_once(['.', ',']) else {
        let power = unsigned.split_once(['e', 'E']).is_some_and(|(value, power)| number(value) && is_power(power));
        return if power { Err(NoNumber::Shape) } else { Ok(text) };
    };
    if !number(whole) {
        return Ok(text);
    }
    if fraction.split_once(['e', 'E']).is_some_and(|(value, power)| number(value) && is_power(power)) {
        return Err(NoNumber::Shape);
    }
    match fraction {
        "0" | "00" => Ok(text.get(..text.len() - fraction.len() - 1).unwrap_or_default()),
        _ if fraction.len() == 1 => Err(NoNumber::Shape),
        _ => Ok(text),
    }
}

fn is_power(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// How much of a text is made of what numbers are written with, in bytes: digits, what parts them, and one plus before.
fn dialled_length(text: &str) -> usize {
    let mut begun = false;
    let end = text.char_indices().find(|(_, c)| {
        let written = match c {
            '0'..='9' => true,
            '+' => !begun,
            ' ' | '-' | '.' | '/' | '(' | ')' | '[' | ']' => return false,
            _ => false,
        };
        begun |= written;
        !written
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// Whether what follows a number is an extension in some language: a word or a sign, then a few digits.
fn is_extension(rest: &str) -> bool {
    let Some((at, _)) = rest.char_indices().find(|(_, c)| c.is_ascii_digit()) else { return false };
    let (word, digits) = rest.split_at(at);
    let digits = digits.trim_end_matches([' ', '.', ')', ']', '#']);
    let sign = |c: char| c.is_alphabetic() || matches!(c, '#' | ',' | ';' | '*' | ':');
    word.contains(sign)
        && !word.contains('+')
        && word.chars().count() <= EXTENSION_WORD
        && (1..=EXTENSION).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The best reading of what is dialled: the first that somebody can have, or else the first of a possible length, which
/// is then served nowhere.
fn best(region: Region, assigned: impl Fn(&str) -> bool, dialled: &str) -> Option<String> {
    let mut possible = readings(region, dialled).into_iter().filter(is_whole).map(|number| written(&number));
    let first = possible.next()?;
    if assigned(&first) {
        return Some(first);
    }
    Some(possible.find(|number| assigned(number)).unwrap_or(first))
}

/// A number in E.164.
pub(super) fn written(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164).into_owned()
}

/// Whether a number has a length that numbers of its region have, area code and all, and reads back as itself.
fn is_whole(number: &PhoneNumber) -> bool {
    let length = PHONE_NUMBER_UTIL.is_possible_number_with_reason(number);
    let form = written(number);
    length.is_ok_and(|length| length == NumberLengthType::IsPossible)
        && form.len() <= MOST_DIGITS + 1
        && PHONE_NUMBER_UTIL.parse(&form, None).is_ok_and(|again| written(&again) == form)
}

/// The ways in which digits can be read, the likeliest first.
fn readings(region: Region, dialled: &str) -> Vec<PhoneNumber> {
    let digits = digits_of(dialled);
    let shortened = without_zero(dialled);
    let parse = |text: &str| PHONE_NUMBER_UTIL.parse(text, Some(region)).ok();
    let with_plus = |digits: &str| parse(&format!("+{digits}"));
    let from_abroad = |digits: &str| digits.strip_prefix("00").and_then(with_plus);
    let found = if dialled.contains('+') {
        vec![with_plus(&digits), shortened.as_deref().and_then(with_plus)]
    } else {
        vec![
            // Who leaves out the prefix of national calls and begins with the country code has left out its plus.
            has_own_code(region, &digits).then(|| with_plus(&digits)).flatten(),
            parse(&digits),
            from_abroad(&digits),
            shortened.as_deref().and_then(from_abroad),
            shortened.as_deref().and_then(parse),
        ]
    };
    found.into_iter().flatten().collect()
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn has_own_code(region: Region, digits: &str) -> bool {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region);
    code.is_some_and(|code| digits.starts_with(&code.to_string()))
}

/// The digits without a zero in brackets that says "not from abroad", as in `+1 (0) 202 …` (F1); nothing if there is no
/// such zero. Where it is the prefix of national calls, or belongs to the number, the library knows it.
fn without_zero(dialled: &str) -> Option<String> {
    let (before, rest) = dialled.split_once(['(', '['])?;
    let (group, after) = rest.split_once([')', ']'])?;
    let group = digits_of(group);
    if group == "0" {
        return Some(digits_of(before) + &digits_of(after));
    }
    // The first brackets may hold the country code: `(+44) (0)20 …`.
    without_zero(after).map(|rest| digits_of(before) + &group + &rest)
}

#[cfg(test)]
mod tests;
