//! The keyring that signing in opens, with GNOME Keyring: it is given the new password where the old one opened it.

use anyhow::Result;
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_tests::built;

use crate::keyring::{Desk, MASTER};
use crate::places::ended;

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
fn a_login_keyring_opens_with_one_of_the_two_when_the_place_program_is_killed() -> Result<()> {
    kill_while_it_changes(10)
}

#[test]
#[ignore = "minutes: cargo xtask test --long places"]
fn long_places_login_keyring_killed_200_times() -> Result<()> {
    kill_while_it_changes(200)?;
    println!("figure: kills while the login keyring got its new password = 200");
    println!("figure: login keyrings that opened with neither or both = 0");
    Ok(())
}

/// Kills the place program sooner and later while it gives the keyring another password.
fn kill_while_it_changes(kills: u32) -> Result<()> {
    let desk = Desk::with_keyring()?;
    let (program, process) = desk.program_that_says_its_process()?;
    let policy = PlacePolicy { signed_in_as: Some("ada".into()), ..PlacePolicy::default() };
    let places = Places::new(program, policy).in_session(desk.session());
    let (copies, _) = places.find(&looking(Some(MASTER)));
    let (mut old, mut new) = (MASTER, NEW);
    for kill in 0..kills {
        std::fs::remove_file(&process)?;
        std::thread::scope(|scope| -> Result<()> {
            let refresh = scope.spawn(|| refresh(&places, &copies[..1], Some(old), new));
            let is_started = || std::fs::read_to_string(&process).is_ok_and(|text| text.ends_with('\n'));
            while !refresh.is_finished() && !is_started() {
                std::hint::spin_loop();
            }
            // From the start of the program to its end, one step further each time.
            (0..kill % 20 * 20_000).for_each(|_| std::hint::spin_loop());
            ended(&process)?;
            drop(refresh.join());
            Ok(())
        })?;
        desk.lock()?;
        let opens = [old, new].map(|password| desk.unlock_with(password).is_ok() && desk.lock().is_ok());
        assert!(opens[0] != opens[1], "kill {kill}: {opens:?}");
        if opens[1] {
            std::mem::swap(&mut old, &mut new);
        }
        desk.unlock_with(old)?;
    }
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
