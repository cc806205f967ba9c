//! The rule by which a copy may be changed; there is no other way to a write.

use latchkey_api::place::{Outcome, Standing};

use crate::item::{Held, Item, Purpose};
use crate::policy::Policy;

/// Decides what may be done with an item; `None` if it is none of the person's business or unlocks a file or a device.
pub(crate) fn judge(item: &Item, held: Held, policy: &Policy) -> Option<Standing> {
    let nameless_network = match &item.purpose {
        Purpose::FileOrDevice => return None,
        Purpose::Network { identity } => identity.is_none(),
        Purpose::SignIn => false,
    };
    let named = item.users.iter().any(|user| policy.names(user));
    if item.locked {
        return (named || nameless_network).then_some(Standing::Locked);
    }
    match held {
        Held::Old if policy.is_for_campus(item) => Some(Standing::Proven),
        Held::Old => Some(Standing::Choice),
        Held::NoPassword => named.then_some(Standing::NoPassword),
        Held::Other => named.then_some(Standing::Choice),
        Held::Unknown => (named || nameless_network).then_some(Standing::Choice),
    }
}

/// Decides whether an item that stands so may be overwritten.
///
/// # Errors
/// The outcome to report instead.
pub(crate) fn decide(standing: Option<Standing>, ticked: bool) -> Result<(), Outcome> {
    match standing {
        None => Err(Outcome::NotYours),
        Some(Standing::Proven) => Ok(()),
        Some(Standing::Choice | Standing::NoPassword) if ticked => Ok(()),
        Some(Standing::Choice | Standing::NoPassword) => Err(Outcome::NeedsTick),
        Some(Standing::Fine) => Err(Outcome::AlreadyFine),
        Some(Standing::Locked) => Err(Outcome::NeedsUnlock),
        Some(Standing::OldOpens) => Err(Outcome::OldOpens),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn policy() -> Policy {
        Policy {
            accounts: vec!["ada".into(), "ada@example.edu".into(), r"EXAMPLE\ada".into()],
            servers: vec![".example.edu".into(), "mail.provider.example".into()],
            realms: vec!["example.edu".into()],
            signed_in_as: None,
        }
    }

    fn item(user: &[&str], server: &[&str]) -> Item {
        let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
        Item { users: owned(user), servers: owned(server), ..Item::default() }
    }

    fn network(identity: Option<&str>) -> Item {
        let purpose = Purpose::Network { identity: identity.map(Into::into) };
        Item { users: identity.map(Into::into).into_iter().collect(), purpose, ..Item::default() }
    }

    // I1, TA-15
    #[test]
    fn only_the_old_password_at_a_server_of_the_campus_under_a_name_of_the_person_is_proven() {
        let proven = Some(Standing::Proven);
        let choice = Some(Standing::Choice);
        for (item, expected) in [
            (item(&["ada"], &["files.example.edu"]), proven),
            (item(&["ADA@Example.edu"], &["https://mail.provider.example/"]), proven),
            (item(&["ada"], &["example.edu.evil.example"]), choice),
            (item(&["ada"], &["cloud.company.example"]), choice),
            (item(&["ada"], &["files.example.edu", "https://cloud.company.example"]), choice),
            (item(&["ada", "ada@home.example"], &["files.example.edu"]), choice),
            (item(&[], &["files.example.edu"]), choice),
            (item(&["ada"], &[]), choice),
            (network(Some("ada@example.edu")), proven),
            (network(Some("Ada@EXAMPLE.edu")), proven),
            (network(Some("bob@example.edu")), choice),
            (network(Some("ada@company.example")), choice),
            (network(Some("ada")), choice),
            (network(None), choice),
        ] {
            assert_eq!(judge(&item, Held::Old, &policy()), expected, "{item:?}");
        }
    }

    // I1
    #[test]
    fn what_unlocks_a_file_or_a_device_is_never_listed_nor_written() {
        let key = Item { purpose: Purpose::FileOrDevice, ..item(&["ada"], &["files.example.edu"]) };
        for held in [Held::Old, Held::Other, Held::NoPassword, Held::Unknown] {
            for locked in [false, true] {
                let standing = judge(&Item { locked, ..key.clone() }, held, &policy());
                assert_eq!(decide(standing, true), Err(Outcome::NotYours));
            }
        }
    }

    // I2, I9
    #[test]
    fn without_proof_a_name_waits_for_a_tick_and_no_name_never_means_mine() {
        let choice = Some(Standing::Choice);
        for (item, held, expected) in [
            (item(&["ada"], &["files.example.edu"]), Held::Unknown, choice),
            (item(&["ada"], &["cloud.company.example"]), Held::Other, choice),
            (item(&["bob"], &["files.example.edu"]), Held::Unknown, None),
            (item(&[], &["files.example.edu"]), Held::Other, None),
            (item(&[], &["files.example.edu"]), Held::Unknown, None),
            (network(None), Held::Unknown, choice),
            (network(None), Held::Other, None),
            (network(Some("bob@company.example")), Held::Unknown, None),
            (item(&["ada"], &[]), Held::NoPassword, Some(Standing::NoPassword)),
            (item(&["bob"], &[]), Held::NoPassword, None),
        ] {
            assert_eq!(judge(&item, held, &policy()), expected, "{item:?} {held:?}");
        }
        assert_eq!(decide(choice, false), Err(Outcome::NeedsTick));
        assert_eq!(decide(Some(Standing::NoPassword), false), Err(Outcome::NeedsTick));
        assert_eq!(decide(choice, true), Ok(()));
    }
}
