//! Answers to security questions: what two spellings of one answer have in common.

use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use super::text::{digit, is_invisible, without_case};

/// An answer in the form that is hashed today: its letters and digits alone, by [`letters`]; an answer of signs alone
/// keeps its signs (SQ-03).
#[must_use]
pub fn comparable(answer: &SecretString) -> SecretString {
    let letters = SecretString::from(letters(answer.expose_secret()));
    if letters.expose_secret().is_empty() { signs(answer.expose_secret()) } else { letters }
}

/// An answer in the form that was hashed first: NFKC, lower case, single blanks, none at the ends. What is stored in
/// this form goes on matching; nothing new is stored in it.
#[must_use]
pub fn comparable_v1(answer: &SecretString) -> SecretString {
    let folded: SecretString = answer.expose_secret().nfkc().flat_map(char::to_lowercase).collect::<String>().into();
    folded.expose_secret().split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// Letters and digits alone, without case and without the marks that people leave out: accents and Vietnamese tones,
/// Hebrew points, Arabic vowel signs. Marks that make another letter or vowel (Indic, Thai, Japanese) stay.
#[must_use]
pub fn letters(text: &str) -> String {
    let seen = text.nfkd().filter(|c| !is_invisible(*c));
    let folded = without_case(without_case(seen).nfkd()).nfkd();
    let kept = folded.filter(|c| is_kept(*c)).flat_map(simple);
    kept.nfc().collect()
}

fn signs(text: &str) -> SecretString {
    let seen = text.nfkd().filter(|c| !is_invisible(*c) && !c.is_whitespace());
    without_case(seen).nfc().collect::<String>().into()
}

fn is_kept(c: char) -> bool {
    if is_combining_mark(c) {
        return !is_left_out(c);
    }
    c.is_alphanumeric() && !is_apostrophe(c) && c != TATWEEL
}

/// Stretches a word in Arabic script and has no sound.
const TATWEEL: char = '\u{640}';

/// Marks that people leave out: by their combining classes strokes through a letter (1), the points of Hebrew, Arabic
/// and Syriac (10 to 36), and what stands above or below a letter of Latin, Greek, Cyrillic or Arabic (200 and up).
/// The classes between are the nuktas, voicing marks and viramas (7 to 9) and the vowels of Thai, Lao and Tibetan
/// (84 to 132); class 0 are the vowels of the Indic scripts.
fn is_left_out(c: char) -> bool {
    matches!(canonical_combining_class(c), 1 | 10..=36 | 200..=240)
}

/// Letters that are typed as an apostrophe: modifier letters and the saltillo.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2b9}'..='\u{2cf}' | '\u{2ee}' | '\u{a78b}' | '\u{a78c}' | '\u{55a}' | '\u{5f3}' | '\u{5f4}')
}

/// A letter as it is typed on a keyboard that does not have it, and as the neighbouring languages of its script write it.
fn simple(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'đ' | 'ð' | 'ɖ' | 'ɗ' => ('d', None),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'ħ' => ('h', None),
        'ŧ' => ('t', None),
        'ŋ' => ('n', None),
        'ĸ' => ('k', None),
        'ɓ' => ('b', None),
        'ƙ' => ('k', None),
        'ƴ' => ('y', None),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        // Arabic: alef wasla, alef maqsura and Persian yeh, Persian and Urdu kaf and heh, teh marbuta.
        '\u{671}' => ('\u{627}', None),
        '\u{649}' | '\u{6cc}' | '\u{6d2}' => ('\u{64a}', None),
        '\u{6a9}' => ('\u{643}', None),
        '\u{629}' | '\u{6be}' | '\u{6c1}' | '\u{6c3}' | '\u{6d5}' => ('\u{647}', None),
        // Ukrainian and Belarusian letters stay; the sigma at the end of a word is folded with case.
        _ => (digit(c).unwrap_or(c), None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typed::text::scripts;

    fn form(answer: &str) -> String {
        comparable(&answer.into()).expose_secret().to_owned()
    }

    #[test]
    fn an_answer_counts_however_it_is_spelled() {
        // F15, SQ-03
        for (one, other) in [
            ("O'Brien the cat", "O’Brien the cat"),
            ("O'Brien", "OʼBrien"),
            ("O'Brien", "O´Brien"),
            ("O'Brien", "O`Brien"),
            ("O'Brien", "Oꞌ Brien"),
            ("Rex — Boy", "Rex - Boy"),
            ("Rex – Boy", "rex−boy"),
            ("Rex the  Dog", " rex THE dog "),
            ("ｒｅｘ", "rex"),
            ("St. Mary's Lane", "St Marys Lane"),
            ("«Rex»", "\"Rex\""),
            ("„Rex“", "Rex"),
            ("Kırıkkale Kedi", "KIRIKKALE KEDI"),
            ("İstanbul", "istanbul"),
            ("İSTANBUL", "ISTANBUL"),
            ("ISPARTA", "ısparta"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("Đường", "Duong"),
            ("đường", "DUONG"),
            ("Nguyễn Thị", "nguyen thi"),
            ("Nguyê\u{303}n", "Nguyễn"),
            ("Cœur", "COEUR"),
            ("Lætitia", "laetitia"),
            ("Élodie", "elodie"),
            ("Niño", "NIN\u{303}O"),
            ("Zürich", "ZURICH"),
            ("Ærø", "aero"),
            ("Łódź", "lodz"),
            ("Þór", "thor"),
            ("ﬁfi", "fifi"),
            ("Μάης", "ΜΑΗΣ"),
            ("Ёлка", "елка"),
            ("Йод", "ЙОД"),
            ("شارع ٥", "شارع 5"),
            ("شارع ۵", "شارع 5"),
            ("مُحَمَّد", "محمد"),
            ("محـــمد", "محمد"),
            ("أحمد", "احمد"),
            ("إبراهيم", "ابراهيم"),
            ("مكتبة", "مكتبه"),
            ("مصطفى", "مصطفي"),
            ("علی", "علي"),
            ("کتاب", "كتاب"),
            ("ﻣﺤﻤﺪ", "محمد"),
            ("می\u{200c}خواهم", "میخواهم"),
            ("שָׁלוֹם", "שלום"),
            ("旺财 ", "旺财"),
            ("旺财。", "旺财"),
            ("３号楼", "3号楼"),
            ("ｶﾞﾗｽ", "ガラス"),
            ("か\u{3099}", "が"),
            ("한국", "한국"),
            ("r\u{200b}ex\u{feff}", "rex"),
        ] {
            assert_eq!(form(one), form(other), "{one} {other}");
            assert_eq!(letters(one), letters(other), "{one} {other}");
        }
    }

    #[test]
    fn other_answers_stay_others() {
        for (one, other) in [
            ("rex", "rexy"),
            ("旺财", "旺柴"),
            ("发财", "發財"),
            ("が", "か"),
            ("राम", "रमा"),
            ("กา", "กี"),
            ("ภูมิ", "ภมิ"),
            ("한국", "한구"),
            ("Anna", "Hanna"),
            ("Elm 5", "Elm 6"),
            ("!!", "??"),
            ("ي", "ب"),
        ] {
            assert_ne!(form(one), form(other), "{one} {other}");
        }
    }

    #[test]
    fn an_answer_with_anything_in_it_has_a_form() {
        for answer in ["!!!", "♥", "🐶🐱", "...", "राम", "旺", "ー", "ʼ", "ـ", "\u{301}", "C++"] {
            assert!(!form(answer).is_empty(), "{answer}");
        }
        for c in scripts().filter(|c| c.is_alphabetic() && !is_invisible(*c)) {
            assert!(!form(&c.to_string()).is_empty(), "{c:?}");
        }
        for answer in ["", "  ", "\u{200b}"] {
            assert!(form(answer).is_empty(), "{answer:?}");
        }
    }

    #[test]
    fn a_form_is_its_own_form() {
        for c in scripts() {
            let once = letters(c.encode_utf8(&mut [0; 4]));
            assert_eq!(letters(&once), once, "{c:?}");
        }
    }

    #[test]
    fn the_first_form_stays_what_it_was() {
        // SQ-03: hashes of this form are stored.
        for (answer, expected) in [
            ("Rex the  Dog", "rex the dog"),
            (" ｒｅｘ THE dog ", "rex the dog"),
            ("O’Brien", "o’brien"),
            ("Straße", "straße"),
            ("Đường", "đường"),
            ("İ", "i\u{307}"),
        ] {
            assert_eq!(comparable_v1(&answer.into()).expose_secret(), expected, "{answer}");
        }
    }
}
