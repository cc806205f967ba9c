//! The file with the sign-in of a network drive, as `smbclient` and `mount.cifs` read it, before a Samba server.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use latchkey_api::place::{Outcome, PlaceKind, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_credstore::kinds;
use latchkey_tests::built;
use latchkey_tests::samba::{START, Samba};
use tempfile::TempDir;

const NEW: &str = "Violet-Tractor-Onion-7";

fn places(home: &Path) -> Result<Places> {
    let off = kinds().iter().copied().filter(|kind| *kind != PlaceKind::Drives).collect();
    let policy = PlacePolicy { off, ..PlacePolicy::default() };
    Ok(Places::new(built("latchkey-place")?, policy).in_session([("HOME".into(), home.into())]))
}

#[tokio::test]
async fn a_drive_opens_with_the_file_after_a_refresh() -> Result<()> {
    let samba = Samba::shared().await?;
    let (home, person) = (TempDir::new()?, samba.add_person("").await?);
    let file = home.path().join(".smbcredentials");
    let text = format!("username={}\npassword={START}\ndomain=CAMPUS\n", person.name);
    std::fs::write(&file, &text)?;
    ensure!(samba.opens_with(&file).await?, "smbclient takes the file");
    // NTLM lets the last but one in for an hour more, and none before it.
    for password in ["Quiet-Lantern-Harbour-8", NEW] {
        samba.put(&person.name, password, false).await?;
    }
    ensure!(!samba.opens_with(&file).await?, "the old password opens nothing any more");

    let looking = Looking {
        accounts: vec![person.name.clone(), format!(r"CAMPUS\{}", person.name)],
        old: Some(START.into()),
        ..Looking::default()
    };
    let places = places(home.path())?;
    let done = tokio::task::spawn_blocking(move || -> Result<_> {
        let (copies, _) = places.find(&looking);
        let copy = copies.first().context("a copy")?;
        // The file does not say for which server it is.
        ensure!(copies.len() == 1 && copy.standing == Standing::Choice, "{copies:?}");
        let mut outcomes = Vec::new();
        let ticked = [Selected { id: copy.id.clone(), ticked: true }];
        places.refresh(&ticked, &looking, &NEW.into(), |_, outcome| outcomes.push(outcome));
        Ok(outcomes)
    });
    ensure!(done.await?? == [Outcome::Updated]);
    ensure!(std::fs::read_to_string(&file)? == text.replace(START, NEW));
    ensure!(samba.opens_with(&file).await?, "and the new one does");
    Ok(())
}
