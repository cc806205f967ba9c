//! Networks of a real NetworkManager that ask for a name (802.1X): found, refreshed, and let in by an authenticator that
//! knows the new password alone.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_credstore::kinds;
use latchkey_tests::built;
use latchkey_tests::network_manager::{NetworkManager, Settings};
use zbus::zvariant::Value;

const OLD: &str = "correct horse battery";
const NEW: &str = "staple-Dänemark-42";

/// A wireless network with PEAP, and one more secret that is none of ours.
fn wireless(name: &'static str, identity: &'static str, password: &'static str, flags: u32) -> Settings {
    HashMap::from([
        ("connection", HashMap::from([("id", name.into()), ("type", "802-11-wireless".into()), no_autoconnect()])),
        ("802-11-wireless", HashMap::from([("ssid", Value::from(name.as_bytes())), ("mode", "infrastructure".into())])),
        ("802-11-wireless-security", HashMap::from([("key-mgmt", "wpa-eap".into()), ("leap-password", "leap".into())])),
        ("802-1x", peap(identity, password, flags)),
    ])
}

fn wired(identity: &'static str, password: &'static str, authority: &str) -> Settings {
    let mut eap = peap(identity, password, 0);
    eap.insert("ca-cert", Value::from(format!("file://{authority}\0").into_bytes()));
    eap.insert("domain-suffix-match", "localhost".into());
    HashMap::from([
        ("connection", HashMap::from([("id", "campus".into()), ("type", "802-3-ethernet".into()), no_autoconnect()])),
        ("802-3-ethernet", HashMap::new()),
        ("802-1x", eap),
        ("ipv4", HashMap::from([("method", "link-local".into())])),
        ("ipv6", HashMap::from([("method", "disabled".into())])),
    ])
}

fn peap(identity: &'static str, password: &'static str, flags: u32) -> HashMap<&'static str, Value<'static>> {
    HashMap::from([
        ("eap", Value::from(vec!["peap"])),
        ("identity", identity.into()),
        ("phase2-auth", "mschapv2".into()),
        ("password", password.into()),
        ("password-flags", flags.into()),
    ])
}

fn no_autoconnect() -> (&'static str, Value<'static>) {
    ("autoconnect", false.into())
}

fn home() -> Settings {
    HashMap::from([
        ("connection", HashMap::from([("id", "home".into()), ("type", "802-11-wireless".into()), no_autoconnect()])),
        ("802-11-wireless", HashMap::from([("ssid", Value::from(b"home".as_slice()))])),
        ("802-11-wireless-security", HashMap::from([("key-mgmt", "wpa-psk".into()), ("psk", OLD.into())])),
    ])
}

fn places(manager: &NetworkManager) -> Result<Places> {
    let off = kinds().iter().copied().filter(|kind| *kind != PlaceKind::Networks).collect();
    let policy = PlacePolicy { realms: vec!["example.edu".into()], off, ..PlacePolicy::default() };
    let session = [("DBUS_SYSTEM_BUS_ADDRESS".into(), manager.bus_address().into())];
    Ok(Places::new(built("latchkey-place")?, policy).in_session(session))
}

fn looking() -> Looking {
    Looking { accounts: vec!["ada".into(), "ada@example.edu".into()], old: Some(OLD.into()), new: None, reset: false }
}

fn refresh(places: &Places, copies: &[Copy], ticked: bool) -> Vec<Outcome> {
    let selected: Vec<_> = copies.iter().map(|copy| Selected { id: copy.id.clone(), ticked }).collect();
    let mut outcomes = Vec::new();
    places.refresh(&selected, &looking(), &NEW.into(), |_, outcome| outcomes.push(outcome));
    outcomes
}

#[tokio::test]
#[ignore = "needs root and packages: cargo xtask test --long networks"]
async fn long_networks_only_the_password_of_the_persons_own_one_changes() -> Result<()> {
    // I9, TA-15
    let manager = NetworkManager::start().await?;
    tokio::task::spawn_blocking(move || one_changes(&manager)).await?
}

fn one_changes(manager: &NetworkManager) -> Result<()> {
    let eduroam = manager.add(&wireless("eduroam", "ada@example.edu", OLD, 0))?;
    let company = manager.add(&wireless("company", "ada@company.example", OLD, 0))?;
    let others = manager.add(&wireless("others", "bob@example.edu", "bobs own", 0))?;
    let kept_elsewhere = manager.add(&wireless("agent", "ada@example.edu", OLD, 1))?;
    let home = manager.add(&home())?;
    let before = [&eduroam, &company, &others, &home].map(|uuid| manager.shown(uuid).unwrap_or_default());

    let places = places(manager)?;
    let (mut copies, states) = places.find(&looking());
    ensure!(states.iter().all(|state| state.error.is_none() && !state.locked), "{states:?}");
    copies.sort_by(|a, b| a.label.cmp(&b.label));
    let seen: Vec<_> = copies.iter().map(|copy| (copy.label.as_str(), copy.standing)).collect();
    ensure!(seen == [("company", Standing::Choice), ("eduroam", Standing::Proven)], "{seen:?}");
    ensure!(copies.iter().all(|copy| !copy.id.contains(&kept_elsewhere)));

    let outcomes = refresh(&places, &copies, false);
    ensure!(outcomes == [Outcome::NeedsTick, Outcome::Updated], "{outcomes:?}");
    let password = |uuid: &str| manager.secret(uuid, "802-1x", "password");
    ensure!(password(&eduroam)?.as_deref() == Some(NEW));
    let leap = manager.secret(&eduroam, "802-11-wireless-security", "leap-password")?;
    ensure!(leap.as_deref() == Some("leap"), "the other secret of the same connection: {leap:?}");
    ensure!(password(&company)?.as_deref() == Some(OLD) && password(&others)?.as_deref() == Some("bobs own"));
    ensure!(manager.secret(&home, "802-11-wireless-security", "psk")?.as_deref() == Some(OLD));
    ensure!(refresh(&places, &copies[1..], false) == [Outcome::AlreadyFine]);

    ensure!(refresh(&places, &copies[..1], true) == [Outcome::Updated]);
    let id = copies[0].id.clone();
    ensure!(places.put_back(&id) == Some(Outcome::PutBack) && password(&company)?.as_deref() == Some(OLD));
    let after = [&eduroam, &company, &others, &home].map(|uuid| manager.shown(uuid).unwrap_or_default());
    ensure!(after == before, "nothing else of them has changed: {before:?} {after:?}");
    println!("figure: networks whose password changed without a tick, of 5 = 1");
    Ok(())
}

#[tokio::test]
#[ignore = "needs root and packages: cargo xtask test --long networks"]
async fn long_networks_a_wire_lets_in_with_the_new_password() -> Result<()> {
    let mut manager = NetworkManager::start().await?;
    let authority = manager.guard("ada@example.edu", "staple-42-violet").await?;
    let done = tokio::task::spawn_blocking(move || -> Result<()> {
        let campus = manager.add(&wired("ada@example.edu", OLD, &authority.display().to_string()))?;
        ensure!(!manager.comes_up(&campus)?, "the old password is not let in");
        let places = places(&manager)?;
        let (copies, _) = places.find(&looking());
        let selected: Vec<_> = copies.iter().map(|copy| Selected { id: copy.id.clone(), ticked: false }).collect();
        let mut outcomes = Vec::new();
        places.refresh(&selected, &looking(), &"staple-42-violet".into(), |_, outcome| outcomes.push(outcome));
        ensure!(outcomes == [Outcome::Updated], "{outcomes:?}");
        ensure!(manager.comes_up(&campus)?, "and the new one is");
        println!("figure: wires that came up with the new password = 1");
        Ok(())
    });
    done.await?
}
