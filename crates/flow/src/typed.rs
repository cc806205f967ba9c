//! What people type, in the one form that is compared.

use latchkey_api::flow::Method;
use secrecy::{ExposeSecret, SecretString};

use crate::screen::AppTrouble;

/// Longest user ID that a server reads, in characters.
const LONGEST_ACCOUNT: usize = 256;

/// A user ID without the spaces around it. What else can be one, the directory decides.
///
/// # Errors
/// What the server need not be asked for.
pub(crate) fn account(typed: &str) -> Result<String, AppTrouble> {
    let account = typed.trim();
    if account.is_empty() {
        return Err(AppTrouble::AccountMissing);
    }
    if account.chars().count() > LONGEST_ACCOUNT {
        return Err(AppTrouble::AccountTooLong);
    }
    Ok(account.to_owned())
}

/// A code as its method writes it.
pub(crate) fn code(method: Method, typed: &SecretString) -> SecretString {
    match method {
        Method::RecoveryCode | Method::HelpdeskPass => letters(typed),
        Method::TextMobile
        | Method::CallMobile
        | Method::CallOffice
        | Method::Email
        | Method::Totp
        | Method::Questions
        | Method::CurrentPassword => close_up(typed).collect::<String>().into(),
    }
}

/// A code of letters and digits in Crockford's base 32: capitals, and what looks like a digit is one.
pub(crate) fn letters(typed: &SecretString) -> SecretString {
    let read = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    close_up(typed).map(read).collect::<String>().into()
}

/// In groups of four, as it is read and typed.
pub(crate) fn in_fours(secret: &SecretString, between: char) -> SecretString {
    let mut grouped = String::with_capacity(secret.expose_secret().len() * 2);
    for (at, c) in close_up(secret).enumerate() {
        if at > 0 && at % 4 == 0 {
            grouped.push(between);
        }
        grouped.push(c);
    }
    grouped.into()
}

/// Without the spaces and dashes that only help the eye.
fn close_up(typed: &SecretString) -> impl Iterator<Item = char> {
    let dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    typed.expose_secret().chars().filter(move |c| !c.is_whitespace() && !dash(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_user_id_the_directory_decides() {
        // F10
        for typed in ["ada@example.edu", r"CAMPUS\ada", "grace hopper", "a\u{a0}b"] {
            assert_eq!(account(&format!(" {typed} ")).as_deref(), Ok(typed));
        }
        assert_eq!(account(" \t"), Err(AppTrouble::AccountMissing));
        assert_eq!(account(&"a".repeat(257)), Err(AppTrouble::AccountTooLong));
        assert!(account(&"é".repeat(256)).is_ok(), "characters are counted, not bytes");
    }

    #[test]
    fn a_code_keeps_its_letters_where_it_has_some() {
        let read = |method, typed: &str| code(method, &typed.into()).expose_secret().to_owned();
        assert_eq!(read(Method::TextMobile, " 3141-59 26\n"), "31415926");
        assert_eq!(read(Method::RecoveryCode, "abcd-efgh–oil0 wxyz"), "ABCDEFGH0110WXYZ");
        assert_eq!(read(Method::HelpdeskPass, "7k2m q4px io"), "7K2MQ4PX10");
    }

    #[test]
    fn secrets_are_read_in_groups_of_four() {
        let grouped = |text: &str, between| in_fours(&text.into(), between).expose_secret().to_owned();
        assert_eq!(grouped("ABCDEFGH01234567", '-'), "ABCD-EFGH-0123-4567");
        assert_eq!(grouped("ABCDEFG", ' '), "ABCD EFG");
    }
}
