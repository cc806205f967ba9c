//! What the directory says no with, read into words that a person may hear (PW-09).
//!
//! A bind is refused with a sub-code in its text (`data 52e`), a write with a code of Windows at the text's beginning
//! (`0000052D: …`). The texts themselves are for the operator's log alone.

use latchkey_api::password::Refusal;

use crate::Verdict;

/// What a bind's answer says of the password that was given; nothing if it says nothing of that.
///
/// 532 and the others are only said where the password is right, but for 775, which is said whether or not it is.
/// Somebody who may not sign in at this hour (530), from this machine (531), by this way (569) or who is in too many groups
/// (568) has given the right one all the same: these are about where it is asked, and here it is asked by a server.
pub(super) fn of_bind(text: &str) -> Option<Verdict> {
    Some(match sub_code(text)? {
        0x530 | 0x531 | 0x568 | 0x569 => Verdict::Right,
        0x525 | 0x52e => Verdict::Wrong,
        0x532 => Verdict::Expired,
        0x773 => Verdict::MustChange,
        0x775 => Verdict::Locked,
        // The account is restricted, disabled, expired.
        0x52f | 0x533 | 0x701 => Verdict::Disabled,
        _ => return None,
    })
}

/// `… AcceptSecurityContext error, data 52e, v1db1`.
fn sub_code(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once(", data ")?;
    let digits = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    u32::from_str_radix(digits, 16).ok()
}

/// What a write's answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// The current password that was given is not the right one.
    OldWrong,
    /// The new password breaks this rule.
    Refused(Refusal),
    /// The new password breaks a rule, and it does not say which.
    Restricted,
    /// The account takes no change of its own at the moment: locked, disabled, expired, not allowed.
    NotNow,
    /// The service account may not do this.
    Denied,
    /// The marker is not the one that was expected.
    MarkerDiffers,
    /// The way to the server or the attribute of the marker is not as it has to be.
    NotSetUp,
    /// Nothing that is known.
    Unknown,
}

/// Reads the answer to a write by its text: result codes differ between servers, the codes of Windows do not.
pub(super) fn of_write(text: &str) -> Said {
    match windows_code(text) {
        Some(0x56 | 0x52b | 0x52e | 0xc000_006a) => Said::OldWrong,
        Some(0x52d | 0xc000_006c) => restriction(text),
        Some(0x8c4 | 0x216b) => Said::Refused(Refusal::UsedBefore),
        Some(0x8c6 | 0x216c) => Said::Refused(Refusal::TooSoon),
        // The directory takes no such characters, or no password of this form.
        Some(0x52c | 0x52f | 0x8c5 | 0x202f) => Said::Restricted,
        Some(0x532 | 0x533 | 0x701 | 0x773 | 0x775) => Said::NotNow,
        Some(0x5 | 0x2098 | 0x20fb | 0x2105) => Said::Denied,
        // No such value, a second value of a single-valued attribute, a value that is there already.
        Some(0x200a | 0x200d | 0x2081 | 0x2083..=0x2085) => Said::MarkerDiffers,
        Some(0x1f | 0x57 | 0x2077 | 0x207d | 0x20e5) => Said::NotSetUp,
        _ => Said::Unknown,
    }
}

/// Samba says which rule it is, Active Directory does not.
fn restriction(text: &str) -> Said {
    for (words, refusal) in [
        ("in history", Refusal::UsedBefore),
        ("previous password", Refusal::UsedBefore),
        ("too young", Refusal::TooSoon),
        ("less than the minimum password age", Refusal::TooSoon),
    ] {
        if text.contains(words) {
            return Said::Refused(refusal);
        }
    }
    Said::Restricted
}

/// The hexadecimal number that the text begins with, up to its colon.
pub(super) fn windows_code(text: &str) -> Option<u32> {
    let (digits, _) = text.split_once(':')?;
    (digits.len() == 8).then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sub_code_of_a_bind_is_a_verdict() {
        // PW-09
        for (code, verdict) in [
            ("525", Some(Verdict::Wrong)),
            ("52e", Some(Verdict::Wrong)),
            ("52f", Some(Verdict::Disabled)),
            ("530", Some(Verdict::Right)),
            ("531", Some(Verdict::Right)),
            ("532", Some(Verdict::Expired)),
            ("533", Some(Verdict::Disabled)),
            ("568", Some(Verdict::Right)),
            ("569", Some(Verdict::Right)),
            ("701", Some(Verdict::Disabled)),
            ("773", Some(Verdict::MustChange)),
            ("775", Some(Verdict::Locked)),
            ("1", None),
        ] {
            let text =
                format!("80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {code}, v1db1");
            assert_eq!(of_bind(&text), verdict, "{code}");
        }
        for text in ["", "Simple Bind Failed: NT_STATUS_IO_TIMEOUT", ", data ", ", data zz"] {
            assert_eq!(of_bind(text), None, "{text}");
        }
    }

    #[test]
    fn every_refusal_of_a_write_has_its_meaning() {
        // PW-09: the first ones as Samba says them, then those of Active Directory.
        let samba = "Constraint violation - check_password_restrictions: the password";
        for (text, said) in [
            (format!("00000056: {samba} The old password specified doesn't match!"), Said::OldWrong),
            (
                format!("0000052D: {samba} is too short. It should be equal or longer than 8 characters!"),
                Said::Restricted,
            ),
            (format!("0000052D: {samba} does not meet the complexity criteria!"), Said::Restricted),
            (format!("0000052D: {samba} was already used (in history)!"), Said::Refused(Refusal::UsedBefore)),
            (format!("0000052D: {samba} was already used (previous password)!"), Said::Refused(Refusal::UsedBefore)),
            (format!("0000052D: {samba} is too young to change!"), Said::Refused(Refusal::TooSoon)),
            (
                "00000775: Password change not permitted, account locked out! at password_hash.c".to_owned(),
                Said::NotNow,
            ),
            ("00002098: Object CN=Ada has no write property access".to_owned(), Said::Denied),
            ("0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0".to_owned(), Said::Restricted),
            (
                "0000052D: AtrErr: DSID-03191083, #1: 0: 0000052D: DSID-03191083, problem 1005".to_owned(),
                Said::Restricted,
            ),
            (
                "00000056: AtrErr: DSID-03190F80, #1: 0: 00000056: DSID-03190F80, problem 1005".to_owned(),
                Said::OldWrong,
            ),
            ("0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0".to_owned(), Said::NotSetUp),
            ("00000005: SecErr: DSID-031A11CE, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0".to_owned(), Said::Denied),
            ("00000057: LdapErr: DSID-0C090F76, comment: Error in attribute conversion".to_owned(), Said::NotSetUp),
            ("0000200D: SINGLE-VALUE attribute info specified more than once".to_owned(), Said::MarkerDiffers),
            ("00002085: AtrErr: DSID-03152392".to_owned(), Said::MarkerDiffers),
            ("000008C6: SvcErr".to_owned(), Said::Refused(Refusal::TooSoon)),
            ("000008C4: SvcErr".to_owned(), Said::Refused(Refusal::UsedBefore)),
            ("00000533: SvcErr".to_owned(), Said::NotNow),
            ("no code at all".to_owned(), Said::Unknown),
            (String::new(), Said::Unknown),
        ] {
            assert_eq!(of_write(&text), said, "{text}");
        }
    }
}
