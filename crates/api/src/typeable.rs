//! Which characters somebody can type again: not those that are seen by nobody or are no characters at all.
//!
//! Joiners and variation selectors make emoji and the words of Persian and of the scripts of India; they stay where they
//! belong (after RFC 5892, appendices A.1 and A.2), and nowhere else.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// A text without what nobody sees.
#[must_use]
pub fn seen(text: &str) -> String {
    text.chars().filter(|c| is_seen(*c)).collect()
}

/// Whether a whole text can be typed again.
pub(crate) fn is_typeable(text: &str) -> bool {
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let kept = match c {
            '\u{200C}' | '\u{200D}' => before.is_some_and(is_joined) && rest.clone().next().is_some_and(is_joined),
            c if is_variation_selector(c) => before.is_some_and(has_variants),
            c => is_seen(c),
        };
        if !kept {
            return false;
        }
        before = Some(c);
    }
    true
}

/// Whether a joiner may stand beside it: a letter of a script that has them, an emoji and what belongs to one.
fn is_joined(c: char) -> bool {
    let group = c.general_category_group();
    let of_word =
        matches!(group, GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark | GeneralCategoryGroup::Symbol);
    !c.is_ascii() && of_word && !is_filler(c)
}

/// Whether a variation selector may follow it: keycaps begin with a digit, `#` or `*`.
fn has_variants(c: char) -> bool {
    let keycap = c.is_ascii_digit() || matches!(c, '#' | '*');
    keycap || !c.is_ascii() && is_seen(c) && !c.is_whitespace() && !is_variation_selector(c)
}

const fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Letters and marks of Unicode that are drawn as nothing, and the sign for what could not be read.
const fn is_filler(c: char) -> bool {
    matches!(
        c,
        '\u{034F}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{3164}'
            | '\u{FFA0}'
            | '\u{FFFC}'
            | '\u{FFFD}'
    )
}

/// Whether a character is seen, or is a blank.
fn is_seen(c: char) -> bool {
    let nothing = matches!(
        c.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned
    );
    !nothing && !is_filler(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_or_types_is_told_from_what_belongs_to_a_word() {
        // F16: wherever it stands in a password, at its start and end too
        for unseen in [
            '\0',
            '\t',
            '\n',
            '\u{7F}',
            '\u{85}',
            '\u{AD}',
            '\u{34F}',
            '\u{61C}',
            '\u{115F}',
            '\u{180E}',
            '\u{200B}',
            '\u{200E}',
            '\u{200F}',
            '\u{2028}',
            '\u{2029}',
            '\u{202A}',
            '\u{202E}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{2069}',
            '\u{206F}',
            '\u{3164}',
            '\u{E000}',
            '\u{F8FF}',
            '\u{FDD0}',
            '\u{FEFF}',
            '\u{FFF9}',
            '\u{FFFB}',
            '\u{FFFD}',
            '\u{FFFE}',
            '\u{FFFF}',
            '\u{1FFFE}',
            '\u{E0001}',
            '\u{E0061}',
            '\u{E007F}',
            '\u{F0000}',
            '\u{10FFFF}',
            '\u{378}',
        ] {
            for text in
                [format!("{unseen}violet"), format!("vio{unseen}let"), format!("violet{unseen}"), unseen.to_string()]
            {
                assert!(!is_typeable(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn joiners_and_selectors_stay_where_they_belong() {
        // F16
        for whole in [
            "",
            "violet tractor",
            " violet ",
            "grün",
            "gru\u{308}n",
            "a\u{A0}b",
            "全角\u{3000}空白",
            "👩\u{200D}🚀",
            "👩🏽\u{200D}🚀",
            "🏳\u{FE0F}\u{200D}🌈",
            "❤\u{FE0F}",
            "1\u{FE0F}\u{20E3}",
            "#\u{FE0F}\u{20E3}",
            "می\u{200C}خواهم",
            "क्\u{200D}ष",
            "ക്\u{200C}ഷ",
            "葛\u{E0100}",
            "한글",
            "₫ €",
            "🇩🇪",
        ] {
            assert!(is_typeable(whole), "{whole:?}");
        }
        for stray in [
            "\u{200D}🚀",
            "👩\u{200D}",
            "می\u{200C}",
            "pass\u{200D}word",
            "pass\u{200C}word",
            "👩\u{200D}\u{200D}🚀",
            "می\u{200C} خواهم",
            "\u{FE0F}❤",
            " \u{FE0F}",
            "a\u{FE0F}",
            "❤\u{FE0F}\u{FE0F}",
            "👩\u{200B}🚀",
        ] {
            assert!(!is_typeable(stray), "{stray:?}");
        }
    }
}
