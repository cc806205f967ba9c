//! A gateway's last look at where a message goes: exactly one number or one address, whatever the gateway's API would
//! make of a list (TF-05).

use secrecy::ExposeSecret as _;

use super::{Kind, Message};

/// Digits of a number in E.164, country code and all (ITU-T E.164 §6.2.1); the shortest that any plan gives out.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
/// Longest address, in bytes (RFC 3696, erratum 1690).
const LONGEST_ADDRESS: usize = 254;

/// What a gateway is given as recipient is not exactly one.
#[derive(Debug, thiserror::Error)]
#[error("the recipient is not exactly one number or address")]
pub struct NotOne;

/// The number or address of a message.
///
/// # Errors
/// If it is not exactly one.
pub fn of(message: &Message) -> Result<&str, NotOne> {
    let to = message.to.expose_secret();
    let is_one = match message.kind {
        Kind::Text | Kind::Call => is_number(to),
        Kind::Email => is_address(to),
    };
    if is_one { Ok(to) } else { Err(NotOne) }
}

/// `+` and digits, the first of which no country code begins with as 0.
fn is_number(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else { return false };
    DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

/// Atoms, an `@` and a domain in ASCII, as the server keeps addresses: no list, no name, no route, no line's end.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b".#$&'*+-=?^_`{|}~".contains(&byte);
    let is_domain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    text.len() <= LONGEST_ADDRESS
        && !local.is_empty()
        && !domain.is_empty()
        && local.bytes().all(is_local)
        && domain.bytes().all(is_domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_exactly_one_number_or_address_is_none() {
        // TF-05
        for (to, is_one) in [
            ("+12025550134", true),
            ("+4930901820", true),
            ("12025550134", false),
            ("+02025550134", false),
            ("+1202555013412345", false),
            ("+12025550134,+12025550135", false),
            ("+12025550134 +12025550135", false),
            ("+12025550134\n", false),
            ("+12025550134&to=+12025550135", false),
            ("+١٢٠٢٥٥٥٠١٣٤", false),
            ("+1(202)555-0134", false),
            ("", false),
        ] {
            assert_eq!(is_number(to), is_one, "{to}");
        }
        for (to, is_one) in [
            ("ada@mail.example", true),
            ("o'hara+x@xn--mnchen-3ya.example", true),
            ("ada@mail.example,eve@evil.example", false),
            ("ada@mail.example;eve@evil.example", false),
            ("ada@mail.example eve@evil.example", false),
            ("ada@mail.example\r\nbcc: eve@evil.example", false),
            ("Ada <ada@mail.example>", false),
            ("ada%evil.example@mail.example", false),
            ("\"ada\"@mail.example", false),
            ("ada@evil.example@mail.example", false),
            ("ada@münchen.example", false),
            ("@mail.example", false),
        ] {
            assert_eq!(is_address(to), is_one, "{to}");
        }
    }
}
