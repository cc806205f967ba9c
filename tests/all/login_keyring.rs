//! The keyring that signing in opens, with GNOME Keyring: it is given the new password where the old one opened it.

use anyhow::Result;
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_tests::built;

use crate::keyring::{Desk, MASTER};

const NEW: &str = "staple-Dänemark-42";

fn places(desk: &Desk, signed_in_as: Option<&str>) -> Result<Places> {
    let off = vec![PlaceKind::Networks, PlaceKind::Drives, PlaceKind::Tickets, PlaceKind::OfflineSignIn];
    let policy = PlacePolicy { signed_in_as: signed_in_as.map(str::to_owned), off, ..PlacePolicy::default() };
    Ok(Places::new(built("latchkey-place")?, policy).in_session(desk.session()))
}

fn looking(old: Option<&str>) -> Looking {
    Looking { accounts: vec!["ada".into()], old: old.map(Into::into), new: None, reset: old.is_none() }
}

fn refresh(places: &Places, copies: &[Copy], old: Option<&str>, new: &str) -> Vec<Outcome> {
    let selected: Vec<_> = copies.iter().map(|copy| Selected { id: copy.id.clone(), ticked: false }).collect();
    let mut outcomes = Vec::new();
    places.refresh(&selected, &looking(old), &new.into(), |_, outcome| outcomes.push(outcome));
    outcomes
}

#[test]
fn a_login_keyring_opens_with_the_new_password_and_keeps_what_is_in_it() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &[("server", "mail.example.edu"), ("user", "ada")], "something else")?;
    let places = places(&desk, Some("ada"))?;
    let (copies, states) = places.find(&looking(Some(MASTER)));
    let seen: Vec<_> = copies.iter().map(|copy| (copy.place, copy.standing)).collect();
    assert_eq!(seen[0], (PlaceKind::LoginKeyring, Standing::Proven), "{states:?}");

    assert_eq!(refresh(&places, &copies[..1], Some(MASTER), NEW), [Outcome::Updated]);
    assert_eq!(refresh(&places, &copies[..1], Some(MASTER), NEW), [Outcome::AlreadyFine]);
    desk.lock()?;
    assert!(desk.unlock_with(MASTER).is_err(), "the old one opens nothing");
    desk.unlock_with(NEW)?;
    assert_eq!(desk.secret("user", "ada")?, "something else");

    // While it is locked, as before signing in for the first time with the new password.
    desk.lock()?;
    assert_eq!(refresh(&places, &copies[..1], Some(NEW), MASTER), [Outcome::Updated]);
    desk.lock()?;
    desk.unlock()?;
    Ok(())
}

#[test]
fn a_login_keyring_with_another_password_or_of_another_account_stays_as_it_is() -> Result<()> {
    // I1: on a workstation of the person's own, the keyring belongs to another password
    let desk = Desk::with_keyring()?;
    let ours = places(&desk, Some("ada"))?;
    let (copies, _) = ours.find(&looking(Some("not what opens it")));
    assert_eq!(refresh(&ours, &copies[..1], Some("not what opens it"), NEW), [Outcome::OldOpens]);
    assert_eq!(refresh(&ours, &copies[..1], None, NEW), [Outcome::OldOpens], "nobody knows the old one");

    for signed_in_as in [None, Some("bob")] {
        let places = places(&desk, signed_in_as)?;
        assert_eq!(places.find(&looking(Some(MASTER))).0, [], "{signed_in_as:?}");
        assert_eq!(refresh(&places, &copies[..1], Some(MASTER), NEW), [Outcome::OldOpens]);
    }
    // No password at all would open it to everybody.
    assert_eq!(refresh(&ours, &copies[..1], Some(MASTER), ""), [Outcome::Refused]);
    desk.lock()?;
    desk.unlock()
}
