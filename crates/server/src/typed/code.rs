//! Codes as people type them: of digits, and those of letters and digits that are read out or copied from paper.

use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use super::text::{digit, is_invisible};

/// The digits of a code, whatever script, width and blanks it was typed with.
#[must_use]
pub fn digits(typed: &SecretString) -> SecretString {
    typed.expose_secret().nfkc().filter_map(digit).collect::<String>().into()
}

/// A readable code in the one spelling that it was made in: capitals, no blanks and hyphens, and digits for the letters
/// that look like them (Crockford's base 32).
#[must_use]
pub fn readable(typed: &SecretString) -> SecretString {
    let letters = typed.expose_secret().nfkc().flat_map(char::to_uppercase).filter_map(|c| match c {
        'O' => Some('0'),
        'I' | 'L' | '\u{130}' => Some('1'),
        _ if c.is_ascii_alphanumeric() => Some(c),
        _ => digit(c),
    });
    letters.collect::<String>().into()
}

/// The characters of a picture or a sound as they were typed: capitals, no blanks, digits of any script (HC-02).
#[must_use]
pub fn characters(typed: &str) -> SecretString {
    let seen = typed.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).flat_map(char::to_uppercase);
    seen.map(|c| digit(c).unwrap_or(c)).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_in_every_script_and_width() {
        // F13
        for typed in [
            "91389110",
            "9138 9110",
            "9138-9110",
            "９１３８９１１０",
            "９１３８9110",
            "٩١٣٨٩١١٠",
            "۹۱۳۸۹۱۱۰",
            "९१३८९११०",
            "๙๑๓๘๙๑๑๐",
            "𝟡𝟙𝟛𝟠𝟡𝟙𝟙𝟘",
            "\u{202a}91389110\u{202c}",
            "\u{feff}9138\u{a0}9110\r\n",
        ] {
            assert_eq!(digits(&typed.into()).expose_secret(), "91389110", "{typed}");
        }
        assert_eq!(digits(&"call me".into()).expose_secret(), "");
    }

    #[test]
    fn a_readable_code_is_the_same_however_it_is_typed() {
        for typed in [
            "7K2MQ4PX01",
            "7k2m-q4px-o1",
            " 7K2M Q4PX OL ",
            "７Ｋ２ＭＱ４ＰＸ０１",
            "7K2M-Q4PX-0I",
            "7K2M−Q4PX−0I",
            "٧K٢MQ٤PX٠١",
            "7K2M\u{200b}Q4PX01",
            "7k2mq4px0ı",
        ] {
            assert_eq!(readable(&typed.into()).expose_secret(), "7K2MQ4PX01", "{typed}");
        }
    }
}
