//! A copy while the server is in service, and a drill: it is put back, and nothing that was open in it lives on (R32).

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Result, ensure};
use latchkey_tests::Campus;
use latchkey_tests::wait::{PATIENCE, until};

use super::{Caller, done, server};

const BY: [&str; 4] = ["--by", "m. jones", "--reason", "a drill"];

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Moves away what a server has kept, as somebody does whose disk is to be looked at.
fn move_away(folder: &Path) -> Result<()> {
    for name in ["latchkey.db", "latchkey.db-wal", "latchkey.db-shm"] {
        let path = folder.join(name);
        if path.exists() {
            std::fs::rename(&path, folder.join(format!("lost-{name}")))?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_copy_is_made_under_load_and_put_back_and_what_was_open_in_it_is_over() -> Result<()> {
    // R32
    let (folder, elsewhere) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let mut campus = Campus::start_at(folder.path()).await?;
    let caller = Caller::of(&campus)?;
    let mut before = caller.through_gates(&campus, "grace").await?;
    let (over, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let load = {
        let (caller, over, calls) = (caller.clone(), Arc::clone(&over), Arc::clone(&calls));
        tokio::spawn(async move {
            while !over.load(Ordering::SeqCst) {
                let _ = caller.ask_to_start("ada").await;
                calls.fetch_add(1, Ordering::SeqCst);
            }
        })
    };
    let (data, copy) = (text(folder.path()), elsewhere.path().join("latchkey.copy"));
    let at = ["--data", &*data];
    until("load", PATIENCE, async || Ok((calls.load(Ordering::SeqCst) > 1).then_some(()))).await?;
    let to = text(&copy);
    let copying = [&["backup", "--to", &*to][..], &at].concat();
    done(&copying)?;
    over.store(true, Ordering::SeqCst);
    load.await?;
    ensure!(std::fs::metadata(&copy)?.permissions().mode() & 0o777 == 0o600);
    ensure!(std::fs::read_dir(elsewhere.path())?.count() == 1, "nothing is left beside it");
    let kept = std::fs::read(&copy)?;
    let again = server(&copying)?;
    ensure!(again.code == 1 && again.said.contains("is there already"), "{}", again.said);
    ensure!(std::fs::read(&copy)? == kept, "nothing is written over");

    // Things go on after the copy was made: a wrong code for ada, and a reset.
    let mut after = caller.start("ada").await?;
    let ada = campus.account("ada")?;
    let mobile = ada.proof("text_mobile")?.destination()?.to_owned();
    let asked = serde_json::json!({"method": "text_mobile", "destination": mobile});
    ensure!(caller.act(&mut after, "challenge", asked).await?.0 == 200);
    ensure!(caller.act(&mut after, "proof", serde_json::json!({"code": "00000000"})).await?.0 == 422);
    campus.stop().await?;
    let log = elsewhere.path().join("shipped.log");
    std::fs::copy(folder.path().join("server.log"), &log)?;

    // Not over a database that is there, and not with what is no copy.
    let shipped = text(&log);
    let putting = [&["restore", "--from", &*to, "--log", &*shipped][..], &BY, &at].concat();
    let refused = server(&putting)?;
    ensure!(refused.code == 1 && refused.said.contains("is there already"), "{}", refused.said);
    move_away(folder.path())?;
    let junk = elsewhere.path().join("junk");
    std::fs::write(&junk, "no database")?;
    let refused = server(&[&["restore", "--from", &*text(&junk)][..], &BY, &at].concat())?;
    ensure!(refused.code == 1 && !folder.path().join("latchkey.db").exists(), "{}", refused.said);
    let plain = text(&folder.path().join("lost-latchkey.db"));
    let refused = server(&[&["restore", "--from", &*plain][..], &BY, &at].concat())?;
    ensure!(refused.code == 1 && refused.said.contains("no copy"), "{}", refused.said);
    ensure!(!folder.path().join("latchkey.db").exists());

    let said = done(&putting)?;
    ensure!(said.contains("epoch 1; ") && said.contains("have ended"), "{said}");
    ensure!(said.contains("blocked for a day: ada"), "{said}");
    campus.start_again().await?;
    for (held, gone) in [(&mut before, "cancelled"), (&mut after, "")] {
        let (status, shown) = caller.get("/v1/flow", &held.token).await?;
        ensure!(if gone.is_empty() { status == 401 } else { shown["step"] == gone }, "{status} {shown}");
        let (status, answer) = caller.set_password(held, "violet tractor onion mail").await?;
        ensure!(status == 409 || status == 401, "{status} {answer}");
    }
    ensure!(done(&[&["audit", "verify"][..], &at].concat())?.contains("each fits"));
    let shown = done(&[&["account", "show", "ada"][..], &at].concat())?;
    ensure!(shown.contains("strangers have used up its tries of a day"), "{shown}");
    // Whoever was in the middle of it begins anew and is served.
    let mut anew = caller.through_gates(&campus, "marie").await?;
    let (status, answer) = caller.set_password(&mut anew, "violet tractor onion mail").await?;
    ensure!(status == 200 && answer["step"] == "done", "{status} {answer}");
    Ok(())
}

#[tokio::test]
async fn a_copy_that_is_simply_put_there_is_known_as_one_and_a_foreign_key_opens_none() -> Result<()> {
    // R31, R32
    let (folder, elsewhere) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let mut campus = Campus::start_at(folder.path()).await?;
    let caller = Caller::of(&campus)?;
    let open = caller.start("ada").await?;
    let (data, copy) = (text(folder.path()), text(&elsewhere.path().join("latchkey.copy")));
    let at = ["--data", &*data];
    done(&[&["backup", "--to", &*copy][..], &at].concat())?;
    campus.stop().await?;
    move_away(folder.path())?;

    let keys = folder.path().join("keys.toml");
    let own = std::fs::read(&keys)?;
    let mine = |text: &[u8]| -> Result<()> {
        std::fs::write(&keys, text)?;
        Ok(std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o600))?)
    };
    let putting = [&["restore", "--from", &*copy][..], &BY, &at].concat();
    for (given, why) in [
        (None, "cannot read or write the key file"),
        (Some(&b"current = \"k1\"\n[keys]\n"[..]), "the current key is not in the ring"),
        (Some(format!("current = \"k1\"\n[keys]\nk1 = \"{}\"\n", "ab".repeat(32)).as_bytes()), "put back the key file"),
    ] {
        match given {
            None => std::fs::remove_file(&keys)?,
            Some(text) => mine(text)?,
        }
        let refused = server(&putting)?;
        ensure!(refused.code == 1 && refused.said.contains(why), "{why}: {}", refused.said);
        ensure!(!folder.path().join("latchkey.db").exists(), "nothing is put there without its keys");
    }
    mine(&own)?;
    std::fs::copy(&copy, folder.path().join("latchkey.db"))?;
    campus.start_again().await?;
    let (status, shown) = caller.get("/v1/flow", &open.token).await?;
    ensure!(status == 200 && shown["step"] == "cancelled", "{status} {shown}");
    ensure!(done(&[&["audit", "verify"][..], &at].concat())?.contains("each fits"));
    Ok(())
}
