//! Signing in by SSSD while the campus is away: with the password that was known at the last sign-in, which a refresh is.

use anyhow::{Result, ensure};
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_credstore::kinds;
use latchkey_tests::slapd::{PASSWORD, Right, Slapd, dn};
use latchkey_tests::sssd::Sssd;

const NEW: &str = "violet tractor onion 7";

fn places(sssd: &Sssd, signed_in_as: &str) -> Result<Places> {
    let off = kinds().iter().copied().filter(|kind| *kind != PlaceKind::OfflineSignIn).collect();
    let policy = PlacePolicy { signed_in_as: Some(signed_in_as.into()), off, ..PlacePolicy::default() };
    Ok(Places::new(sssd.place_program()?, policy))
}

fn looking() -> Looking {
    Looking { accounts: vec!["ada".into()], old: None, new: None, reset: true }
}

async fn find(sssd: &Sssd, signed_in_as: &str) -> Result<Vec<Copy>> {
    let places = places(sssd, signed_in_as)?;
    let (copies, states) = tokio::task::spawn_blocking(move || places.find(&looking())).await?;
    ensure!(states.iter().all(|state| state.error.is_none()), "{states:?}");
    Ok(copies)
}

async fn refresh(sssd: &Sssd, copies: &[Copy]) -> Result<Vec<Outcome>> {
    let places = places(sssd, "ada")?;
    let selected: Vec<_> = copies.iter().map(|copy| Selected { id: copy.id.clone(), ticked: false }).collect();
    let refreshed = tokio::task::spawn_blocking(move || {
        let mut outcomes = Vec::new();
        places.refresh(&selected, &looking(), &NEW.into(), |_, outcome| outcomes.push(outcome));
        outcomes
    });
    Ok(refreshed.await?)
}

#[tokio::test]
#[ignore = "needs root and packages: cargo xtask test --long sssd"]
async fn long_sssd_lets_in_with_the_new_password_while_the_campus_is_away() -> Result<()> {
    let mut slapd = Slapd::start(Right::Manage).await?;
    let sssd = Sssd::start(&slapd, "ada").await?;
    ensure!(sssd.lets_in(PASSWORD)?, "SSSD keeps it from here on");
    let copies = find(&sssd, "ada").await?;
    let seen: Vec<_> = copies.iter().map(|copy| (copy.place, copy.standing)).collect();
    ensure!(seen == [(PlaceKind::OfflineSignIn, Standing::Proven)], "{seen:?}");
    ensure!(find(&sssd, "root").await?.is_empty() && find(&sssd, "bob").await?.is_empty());

    // A server that does not know it yet counts one try, and no more.
    let failures =
        async || -> Result<usize> { Ok(slapd.read(&dn("ada")).await?.get("pwdFailureTime").map_or(0, Vec::len)) };
    ensure!(refresh(&sssd, &copies).await? == [Outcome::NotYet]);
    ensure!(failures().await? == 1, "{}", failures().await?);

    slapd.put("ada", NEW, false).await?;
    slapd.stop().await?;
    ensure!(sssd.lets_in(PASSWORD)? && !sssd.lets_in(NEW)?, "away from the campus the old one still opens");
    let away = refresh(&sssd, &copies).await?;
    ensure!(away == [Outcome::NotYet] || away == [Outcome::Unreachable], "{away:?}");

    slapd.resume().await?;
    latchkey_tests::wait::until("SSSD to be online again", latchkey_tests::wait::PATIENCE, async || {
        Ok((refresh(&sssd, &copies).await? == [Outcome::Renewed]).then_some(()))
    })
    .await?;
    slapd.stop().await?;
    ensure!(sssd.lets_in(NEW)? && !sssd.lets_in(PASSWORD)?, "and now the new one does");
    println!("figure: wrong tries that a refresh before the change cost = 1");
    Ok(())
}
