//! User IDs: one spelling for all the ways in which an account is named.

use unicode_normalization::UnicodeNormalization as _;

use super::MailDomains;
use super::text::{folded, is_invisible};

/// Longest user ID that is read, in characters.
pub const LONGEST: usize = 256;

/// Which spelling this is. It is raised whenever [`read`] spells a name otherwise than before: then stored names are
/// spelled anew at the next start.
pub const SPELLING: u32 = 3;

/// A text that names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a user ID")]
pub struct NoName;

/// The one spelling of a user ID (EN-08, OT-06): compatibility forms and case folded, what nobody sees left out, a
/// Windows domain in front (`CAMPUS\ada`, `CAMPUS/ada`) and the campus' own mail domain behind left off.
///
/// Two names that look alike but are written with other letters stay two. Blanks inside a name stay, one for each run of
/// them: a directory may have a `grace hopper`, and whether it does is for the directory to say.
///
/// # Errors
/// If nothing is left, or if it is too long or has a control character in it.
pub fn read(typed: &str, own: &MailDomains) -> Result<String, NoName> {
    spelled(typed, own, folded)
}

/// Whether a directory writes a name as it is spelled, but for upper and lower case: not `straße`, which is spelled
/// `strasse`.
#[must_use]
pub fn is_written_so(name: &str, own: &MailDomains) -> bool {
    let lower = |text: &str| text.nfc().flat_map(char::to_lowercase).collect();
    spelled(name, own, lower) == read(name, own)
}

fn spelled(typed: &str, own: &MailDomains, folded: fn(&str) -> String) -> Result<String, NoName> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST || typed.chars().any(breaks_a_line) {
        return Err(NoName);
    }
    let name = folded(typed);
    let name = name.rsplit(['\\', '/']).next().unwrap_or_default();
    let name = match name.rsplit_once('@') {
        Some((local, domain)) if own.has(domain.trim()) => local.strip_prefix("mailto:").unwrap_or(local),
        _ => name,
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() { Err(NoName) } else { Ok(name) }
}

/// Whether a name is written with what can be seen alone; a new account is not made under any other (F9).
#[must_use]
pub fn is_plain(typed: &str) -> bool {
    !typed.chars().any(|c| is_invisible(c) || breaks_a_line(c))
}

/// Control characters, and what ends a line in the middle of a text.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> MailDomains {
        MailDomains::try_from(vec!["campus.example".to_owned(), "universität.example".to_owned()]).expect("domains")
    }

    fn name(typed: &str) -> Result<String, NoName> {
        read(typed, &own())
    }

    #[test]
    fn a_user_id_is_the_same_however_it_is_typed() {
        // EN-08, OT-06, F9, F11
        for typed in [
            "ada",
            "ADA",
            "  Ada\r\n",
            "ａｄａ",
            "ada\u{200b}",
            "\u{feff}ada",
            "a\u{ad}d\u{2060}a",
            "\u{202a}ada\u{202c}",
            "\u{2068}ada\u{2069}",
            "ad\u{200d}a",
            "CAMPUS\\ada",
            "CAMPUS/ada",
            "CAMPUS\\ ada",
            "ＣＡＭＰＵＳ＼ａｄａ",
            "campus.example\\ada",
            "ada@campus.example",
            "ada@campus.example.",
            "ADA@CAMPUS.EXAMPLE",
            "ada@Ｃampus.example",
            "ada@UNIVERSITÄT.example",
            "ada@xn--universitt-y5a.example",
            "mailto:ada@campus.example",
            "ada @campus.example",
        ] {
            assert_eq!(name(typed).as_deref(), Ok("ada"), "{typed}");
        }
    }

    #[test]
    fn a_dotted_and_a_dotless_i_are_an_i() {
        // F12
        for (typed, expected) in [
            ("LİNUS", "linus"),
            ("lınus", "linus"),
            ("LINUS", "linus"),
            ("İlker", "ilker"),
            ("ILKER", "ilker"),
            ("I\u{307}lker", "ilker"),
            ("straße", "strasse"),
            ("STRASSE", "strasse"),
        ] {
            assert_eq!(name(typed).as_deref(), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn a_name_is_known_that_a_directory_writes_otherwise_than_it_is_spelled() {
        for written in ["ada", "Ada", "Grace Hopper", "bjo\u{308}rn", "CAMPUS\\ada", "ada@campus.example", "ΑΔΑ"] {
            assert!(is_written_so(written, &own()), "{written}");
        }
        for written in ["straße", "οδός", "İlker", "ılker", "ﬁna", "ａｄａ", "ada\u{200b}"] {
            assert!(!is_written_so(written, &own()), "{written}");
        }
    }

    #[test]
    fn blanks_inside_stay_and_foreign_domains_too() {
        // F10
        assert_eq!(name("Grace Hopper").as_deref(), Ok("grace hopper"));
        assert_eq!(name("grace \u{a0} hopper").as_deref(), Ok("grace hopper"));
        assert_eq!(name("ada@home.example").as_deref(), Ok("ada@home.example"));
        assert_eq!(name("ada@cs.campus.example").as_deref(), Ok("ada@cs.campus.example"));
    }

    #[test]
    fn names_that_only_look_alike_stay_apart() {
        // EN-08: Cyrillic, Greek, accents, digits for letters, letters of another alphabet
        let lookalikes = [
            "аda",
            "adа",
            "ada\u{301}",
            "àda",
            "αda",
            "ɑda",
            "a-da",
            "a_da",
            "a.da",
            "adа",
            "ada1",
            "adaa",
            "4da",
            "ᴀda",
        ];
        for typed in lookalikes {
            assert_ne!(name(typed).as_deref(), Ok("ada"), "{typed}");
        }
        for (one, other) in
            [("paul", "pau1"), ("linus", "iinus"), ("linus", "lіnus"), ("bjorn", "björn"), ("dan", "đan")]
        {
            assert_ne!(name(one), name(other), "{one} {other}");
        }
    }

    #[test]
    fn what_names_nobody_is_refused() {
        let long = "x".repeat(LONGEST + 1);
        for typed in [
            "",
            " ",
            "\u{200b}",
            "CAMPUS\\",
            "@campus.example",
            "a\0da",
            "ada\nbob",
            "a\u{7f}",
            "ada\u{2028}bob",
            &long,
        ] {
            assert_eq!(name(typed), Err(NoName), "{typed:?}");
        }
        assert!(name(&"x".repeat(LONGEST)).is_ok());
    }

    #[test]
    fn a_new_account_is_named_with_what_can_be_seen() {
        // F9
        assert!(is_plain("ada") && is_plain("grace hopper") && is_plain("Ålesund.李"));
        assert!(!is_plain("ada\u{200b}") && !is_plain("\u{202e}ada") && !is_plain("a\u{ad}da") && !is_plain("ada\t"));
    }
}
