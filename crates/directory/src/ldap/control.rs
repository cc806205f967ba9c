//! The password policy control (draft-behera-ldap-password-policy): what a directory adds to its answer to a bind or a
//! change.

use latchkey_api::password::Refusal;
use ldap3::asn1::{PL, StructureTag, parse_tag, parse_uint};

use super::policy::PasswordPolicy;
use crate::connection::{Control, Reply};

pub const OID: &str = "1.3.6.1.4.1.42.2.27.8.5.1";

/// What stands in the control of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    pub error: Option<Error>,
    /// The password has expired, and so many sign-ins with it are left.
    pub grace: Option<u64>,
}

/// Why a bind or a change was not as it was meant; the numbers are the draft's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    PasswordExpired,
    AccountLocked,
    ChangeAfterReset,
    PasswordModNotAllowed,
    MustSupplyOldPassword,
    InsufficientPasswordQuality,
    PasswordTooShort,
    PasswordTooYoung,
    PasswordInHistory,
    PasswordTooLong,
}

const ERRORS: [Error; 10] = [
    Error::PasswordExpired,
    Error::AccountLocked,
    Error::ChangeAfterReset,
    Error::PasswordModNotAllowed,
    Error::MustSupplyOldPassword,
    Error::InsufficientPasswordQuality,
    Error::PasswordTooShort,
    Error::PasswordTooYoung,
    Error::PasswordInHistory,
    Error::PasswordTooLong,
];

/// Asks for it. A server that does not know it leaves it out.
#[must_use]
pub fn request() -> Vec<Control> {
    vec![Control { oid: OID, critical: false, value: None }]
}

/// What the control of an answer says; nothing of one that has none or cannot be read.
#[must_use]
pub fn said(reply: &Reply) -> Said {
    reply.control(OID).and_then(read).unwrap_or_default()
}

fn read(value: &[u8]) -> Option<Said> {
    let (_, whole) = parse_tag(value).ok()?;
    let PL::C(parts) = whole.payload else { return None };
    let mut said = Said::default();
    for part in parts {
        match (part.id, part.payload) {
            (0, PL::C(warnings)) => said.grace = warnings.into_iter().find(|warning| warning.id == 1).and_then(number),
            (1, PL::P(code)) => {
                let (_, code) = parse_uint(&code).ok()?;
                said.error = ERRORS.get(usize::try_from(code).ok()?).copied();
            }
            _ => {}
        }
    }
    Some(said)
}

fn number(tag: StructureTag) -> Option<u64> {
    let PL::P(bytes) = tag.payload else { return None };
    parse_uint(&bytes).ok().map(|(_, number)| number)
}

impl Error {
    /// What it says of a new password, for the person (PW-09); nothing where it is not about the password.
    #[must_use]
    pub fn refusal(self, policy: Option<&PasswordPolicy>) -> Option<Refusal> {
        match self {
            Self::InsufficientPasswordQuality => Some(Refusal::Other),
            Self::PasswordTooShort => Some(match policy.and_then(|policy| policy.min_length) {
                Some(value) => Refusal::TooShort { value },
                None => Refusal::Other,
            }),
            Self::PasswordTooLong => Some(match policy.and_then(|policy| policy.max_length) {
                Some(value) => Refusal::TooLong { value },
                None => Refusal::Other,
            }),
            Self::PasswordTooYoung => Some(Refusal::TooSoon),
            Self::PasswordInHistory => Some(Refusal::UsedBefore),
            Self::PasswordExpired
            | Self::AccountLocked
            | Self::ChangeAfterReset
            | Self::PasswordModNotAllowed
            | Self::MustSupplyOldPassword => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_is_read_and_nonsense_in_it_is_nothing() {
        let error = |error| Some(Said { error: Some(error), grace: None });
        assert_eq!(read(&[0x30, 3, 0x81, 1, 4]), error(Error::MustSupplyOldPassword));
        assert_eq!(read(&[0x30, 3, 0x81, 1, 0]), error(Error::PasswordExpired));
        assert_eq!(read(&[0x30, 3, 0x81, 1, 99]), Some(Said::default()));
        assert_eq!(read(&[0x30, 0]), Some(Said::default()));
        assert_eq!(read(&[0x30, 5, 0xa0, 3, 0x81, 1, 2]), Some(Said { error: None, grace: Some(2) }));
        for nonsense in [&[][..], &[0x30], &[0x30, 9, 1], &[4, 1, 1], &[0xff, 0xff]] {
            assert_eq!(read(nonsense), None, "{nonsense:?}");
        }
    }
}
