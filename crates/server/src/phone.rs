//! Numbers and addresses as people type them, brought into the one form that is compared and sent to.

use latchkey_api::flow::Destination;
use secrecy::{ExposeSecret as _, SecretString};
use unicode_normalization::UnicodeNormalization as _;

/// Normalises what was typed; nothing if it cannot be a number or an address at all.
///
/// A number becomes E.164; without `+` or `00` it is one of `country` (for example `+1`). An address is lower-cased:
/// what is sent to is the stored one anyway (EN-08).
#[must_use]
pub fn normalise(kind: Destination, typed: &str, country: &str) -> Option<SecretString> {
    if typed.len() > 320 {
        return None;
    }
    match kind {
        Destination::Phone => number(typed, country),
        Destination::Email => address(typed),
    }
    .map(SecretString::from)
}

fn number(typed: &str, country: &str) -> Option<String> {
    let typed: String = typed.nfkc().filter(|c| !c.is_whitespace()).collect();
    let mut digits = String::with_capacity(16);
    for c in typed.chars() {
        match (digit(c), c) {
            (Some(digit), _) => digits.push(digit),
            (None, '+') if digits.is_empty() => digits.push('+'),
            (None, '-' | '(' | ')' | '.' | '/' | '\u{2010}'..='\u{2015}' | '\u{200e}' | '\u{200f}') => {}
            (None, _) => return None,
        }
    }
    let full = if let Some(rest) = digits.strip_prefix("00") {
        format!("+{rest}")
    } else if digits.starts_with('+') {
        digits
    } else {
        let code = country.trim_start_matches('+');
        // North America dials its own country code as a trunk prefix, others a single 0.
        let national = digits.strip_prefix('0').unwrap_or(&digits);
        match national.strip_prefix(code) {
            Some(rest) if code == "1" && rest.len() == 10 => format!("+1{rest}"),
            _ => format!("+{code}{national}"),
        }
    };
    // E.164: at most 15 digits; nothing shorter than 8 can be a subscriber's number with its country.
    (8..=15).contains(&(full.len() - 1)).then_some(full).filter(|full| !full.starts_with("+0"))
}

/// As much of a number or address as its owner needs to know it: `… 34`, `a…@home.example`.
#[must_use]
pub fn hint(kind: Destination, normalised: &SecretString) -> String {
    let text = normalised.expose_secret();
    match (kind, text.split_once('@')) {
        (Destination::Email, Some((local, domain))) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        (Destination::Phone | Destination::Email, _) => {
            let last: Vec<char> = text.chars().rev().take(2).collect();
            format!("… {}", last.into_iter().rev().collect::<String>())
        }
    }
}

/// Whether a number costs whoever calls it, or is of no country: premium, shared cost, satellite, toll-free (TF-01).
pub(crate) fn is_special(number: &str) -> bool {
    // ITU-T E.164 assignments of +8xx and +979; premium ranges of the national plans that are known to be abused.
    const SPECIAL: [&str; 26] = [
        "+800", "+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979", "+1800", "+1833", "+1844", "+1855",
        "+1866", "+1877", "+1888", "+1900", "+1976", "+44870", "+44871", "+449", "+49180", "+49900", "+338", "+34803",
        "+34806",
    ];
    SPECIAL.iter().any(|prefix| number.starts_with(prefix))
        || (number.starts_with("+1") && number.get(5..8) == Some("976"))
}

/// A number without its last four digits: what a block of numbers has in common (TF-02).
pub(crate) fn prefix(number: &str) -> &str {
    number.get(..number.len().saturating_sub(4)).unwrap_or_default()
}

/// A decimal digit of any of the scripts that our languages write numbers in.
pub(crate) fn digit(c: char) -> Option<char> {
    let value = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(c) - 0x6f0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let (local, domain) = typed.rsplit_once('@')?;
    let plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, ',' | ';' | '<' | '>' | '"' | '@'))
    };
    (plain(local) && plain(domain) && domain.contains('.')).then(|| typed.to_ascii_lowercase())
}

/// The one spelling of a user ID: compatibility forms and case folded, Windows domain and own mail domain left off
/// (EN-08, OT-06).
#[must_use]
pub(crate) fn canonical(typed: &str, mail_domains: &[String]) -> String {
    let folded: String = typed.nfkc().flat_map(char::to_lowercase).collect();
    let folded = folded.trim();
    let name = folded.rsplit('\\').next().unwrap_or(folded);
    match name.rsplit_once('@') {
        Some((local, domain)) if mail_domains.iter().any(|own| own.eq_ignore_ascii_case(domain)) => local.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_tells_little() {
        // PR-02
        assert_eq!(hint(Destination::Phone, &"+12025550134".into()), "… 34");
        assert_eq!(hint(Destination::Email, &"ada@home.example".into()), "a…@home.example");
    }

    fn phone(typed: &str) -> Option<String> {
        normalise(Destination::Phone, typed, "+1").map(|n| n.expose_secret().to_owned())
    }

    #[test]
    fn a_number_is_the_same_however_it_is_typed() {
        for typed in [
            "+1 202 555 0134",
            "(202) 555-0134",
            "1-202-555-0134",
            "001 202 555 0134",
            "2025550134",
            "+١ ٢٠٢ ٥٥٥ ٠١٣٤",
            "２０２ ５５５ ０１３４",
        ] {
            assert_eq!(phone(typed).as_deref(), Some("+12025550134"), "{typed}");
        }
        let german = normalise(Destination::Phone, "030 901820", "+49").expect("a number");
        assert_eq!(german.expose_secret(), "+4930901820");
    }

    #[test]
    fn what_cannot_be_a_number_or_is_two_of_them_is_refused() {
        // TF-05
        for typed in ["", "12", "call me", "+1 202 555 0134,+1 202 555 0135", "+1202555013412345678", "+1+2025550134"] {
            assert_eq!(phone(typed), None, "{typed}");
        }
    }

    #[test]
    fn an_address_is_exactly_one() {
        // TF-05
        let email = |typed| normalise(Destination::Email, typed, "+1").map(|a| a.expose_secret().to_owned());
        assert_eq!(email(" Ada@Home.Example ").as_deref(), Some("ada@home.example"));
        for typed in [
            "ada",
            "ada@",
            "@home.example",
            "a@x.example,b@x.example",
            "a@x.example\r\nBcc: b@x.example",
            "ada@home",
            "Ada <ada@home.example>",
        ] {
            assert_eq!(email(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_spelling_of_a_user_id_is_one_account() {
        // EN-08, OT-06
        let own = ["campus.example".to_owned()];
        for typed in ["ada", " ADA ", "CAMPUS\\ada", "ada@campus.example", "Ada@CAMPUS.example", "ａｄａ"] {
            assert_eq!(canonical(typed, &own), "ada", "{typed}");
        }
        assert_eq!(canonical("ada@home.example", &own), "ada@home.example");
    }
}
