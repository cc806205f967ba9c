//! What is alike in all typed text, whatever it is for: characters that nobody sees, digits and dashes of every script,
//! upper and lower case.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// Combining dot above: what full case folding leaves behind an `i` that was a Turkish `İ`.
const DOT_ABOVE: char = '\u{307}';

/// Whether a character has no shape of its own: a format character (general category Cf) or one that Unicode says to
/// leave out where it is not supported (`Default_Ignorable_Code_Point`). Such characters come along when text is
/// pasted from a page or a contact list, and nobody who compares two texts by eye can tell them apart.
pub(crate) fn is_invisible(c: char) -> bool {
    c.general_category() == GeneralCategory::Format
        || matches!(c,
            '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2065}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{e0000}'..='\u{e0fff}')
}

/// A decimal digit of any script (general category Nd) as its ASCII digit.
pub(crate) fn digit(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    if !is_decimal(c) {
        return None;
    }
    // Unicode keeps each set of ten digits together, from zero on; sets that touch one another begin ten apart.
    let below = (0..u32::from(c)).rev().take_while(|code| char::from_u32(*code).is_some_and(is_decimal)).count();
    char::from_digit(u32::try_from(below % 10).ok()?, 10)
}

fn is_decimal(c: char) -> bool {
    c.general_category() == GeneralCategory::DecimalNumber
}

/// Whether a character is a dash, a hyphen or a minus sign of any kind, as keyboards and word processors make them.
pub(super) fn is_dash(c: char) -> bool {
    c.general_category() == GeneralCategory::DashPunctuation
        || matches!(c, '\u{2d7}' | '\u{2043}' | '\u{2212}' | '\u{2500}' | '\u{2796}' | '\u{30fc}' | '\u{ff70}')
}

/// Upper and lower case alike, by the full folding of Unicode (`ß` as `ss`); the Turkish `İ` and `ı` are both an `i`.
pub(super) fn without_case(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut after_i = false;
    chars.map(|c| if c == '\u{131}' { 'i' } else { c }).default_case_fold().filter(move |c| {
        let dot_of_i = after_i && *c == DOT_ABOVE;
        after_i = *c == 'i' || dot_of_i;
        !dot_of_i
    })
}

/// The text that two spellings of it have in common by the compatibility caseless match of Unicode (section 3.13, D146):
/// invisible characters left out, compatibility forms and case folded, composed (NFKC).
pub(super) fn folded(text: &str) -> String {
    let seen = text.nfkd().filter(|c| !is_invisible(*c));
    // Folding can make a sequence that is folded once more, so the match does both twice.
    let once = without_case(seen).nfkd();
    without_case(once).nfkc().collect()
}

/// Text of a link with its percent-encoding undone (RFC 3986 §2.1); nothing if that is broken, or hides what cannot be
/// seen in a link: control characters.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let pair = [bytes.next()?, bytes.next()?];
            out.push(u8::from_str_radix(str::from_utf8(&pair).ok()?, 16).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok().filter(|text| !text.chars().any(char::is_control))
}

/// Every character of the planes that have scripts, and those beyond that have other forms; the rest are ideographs and
/// nothing.
#[cfg(test)]
pub(super) fn scripts() -> impl Iterator<Item = char> {
    ('\0'..='\u{1ffff}').chain('\u{2f800}'..='\u{2fa1f}').chain('\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_of_every_script_is_its_ascii_digit() {
        // F13
        for zero in ['0', '٠', '۰', '߀', '०', '০', '๐', '០', '０', '𝟎', '𝟘', '𝟶', '\u{116da}', '\u{1e950}', '\u{1fbf0}']
        {
            for value in 0..10 {
                let c = char::from_u32(u32::from(zero) + value).expect("a digit");
                assert_eq!(digit(c), char::from_digit(value, 10), "{c:?}");
            }
        }
        for c in ['a', '½', '²', '一', 'Ⅳ', '.', ' '] {
            assert_eq!(digit(c), None, "{c}");
        }
    }

    #[test]
    fn every_decimal_digit_that_there_is_has_a_value() {
        let all: Vec<char> = scripts().filter(|c| is_decimal(*c)).collect();
        assert!(all.len() >= 650 && all.len().is_multiple_of(10), "{}", all.len());
        for (place, c) in all.into_iter().enumerate() {
            assert_eq!(digit(c).and_then(|digit| digit.to_digit(10)), u32::try_from(place % 10).ok(), "{c:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_known() {
        // F7, F9
        for c in "\u{ad}\u{61c}\u{180e}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\
                  \u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}\u{fe0f}\u{34f}\u{3164}"
            .chars()
        {
            assert!(is_invisible(c), "{c:?}");
        }
        for c in "aß٣ \u{a0}-あ한👍\u{301}".chars() {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for c in scripts() {
            let once = folded(c.encode_utf8(&mut [0; 4]));
            assert_eq!(folded(&once), once, "{c:?}");
        }
    }

    #[test]
    fn case_is_folded_in_full() {
        // F12, F15
        for (typed, expected) in [
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("LİNUS", "linus"),
            ("lınus", "linus"),
            ("li\u{307}nus", "linus"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("ﬁﬂ", "fifl"),
            ("ＡＤＡ", "ada"),
        ] {
            assert_eq!(folded(typed), expected, "{typed}");
        }
    }
}
