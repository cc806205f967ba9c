//! A database whose log was torn by a power cut (R19): it opens sound, with what was committed before the tear, or is
//! refused; it is never begun anew, which would let go all that is counted.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use latchkey_server::crypt::keys::Keys;
use latchkey_server::store::Store;
use latchkey_tests::campus::Campus;
use latchkey_tests::invariants;
use serde_json::json;

/// How the log of the database is damaged.
#[derive(Debug, Clone, Copy)]
enum Tear {
    /// Its end is missing from this byte on.
    Short(usize),
    /// Its end is zeros from this byte on, as of blocks that never reached the disk.
    Blank(usize),
    /// One byte is another.
    Wrong(usize),
}

fn torn(log: &[u8], tear: Tear) -> Vec<u8> {
    let mut log = log.to_vec();
    match tear {
        Tear::Short(from) => log.truncate(from),
        Tear::Blank(from) => log.iter_mut().skip(from).for_each(|byte| *byte = 0),
        Tear::Wrong(at) => log.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 0x40),
    }
    log
}

/// The files of a campus that was killed with some of its work in the log alone.
async fn killed(folder: &Path) -> Result<Vec<u8>> {
    let mut campus = Campus::start_at(folder).await?;
    campus.stop().await?;
    // What the campus began with is in the database itself, and only what comes now in its log.
    Store::open(&folder.join("latchkey.db")).await?.close().await;
    campus.start_again().await?;
    latchkey_tests::install_provider();
    let http = reqwest::Client::builder().no_proxy().build()?;
    for _ in 0..5 {
        let url = format!("{}/v1/human-checks", campus.url());
        let check = http.post(&url).json(&json!({"kind": "proof_of_work"})).send().await?.json().await?;
        let check = tokio::task::spawn_blocking(move || latchkey_tests::puzzle::solved(&check)).await??;
        let start = json!({"intent": "reset", "account": "ada", "human_check": check});
        let started = http.post(format!("{}/v1/flows", campus.url())).json(&start).send().await?;
        ensure!(started.status().is_success(), "{}", started.status());
    }
    campus.stop().await?;
    let log = std::fs::read(folder.join("latchkey.db-wal"))?;
    ensure!(log.len() > 10_000, "the log has {} bytes only", log.len());
    Ok(log)
}

#[tokio::test]
async fn a_database_with_a_torn_log_opens_sound_with_what_was_committed_or_is_refused() -> Result<()> {
    // R19
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let log = killed(&data).await?;
    let keys = Keys::read(&data.join("keys.toml"))?;
    let at = |share: usize| log.len() * share / 12 + share * 7;
    let tears = (0..12).flat_map(|share| [Tear::Short(at(share)), Tear::Blank(at(share)), Tear::Wrong(at(share))]);
    let mut opened = 0;
    for (number, tear) in tears.enumerate() {
        let copy = folder.path().join(format!("copy{number}"));
        std::fs::create_dir(&copy)?;
        std::fs::copy(data.join("latchkey.db"), copy.join("latchkey.db"))?;
        std::fs::write(copy.join("latchkey.db-wal"), torn(&log, tear))?;
        let before = std::fs::metadata(copy.join("latchkey.db"))?.len();
        match Store::open(&copy.join("latchkey.db")).await {
            Ok(store) => {
                let accounts = invariants::of_local(&store).await?;
                ensure!(!accounts.is_empty() || before == 0, "{tear:?}: it was begun anew");
                invariants::hold(&store, &keys, &accounts).await.with_context(|| format!("{tear:?}"))?;
                store.close().await;
                opened += 1;
            }
            Err(refused) => {
                ensure!(std::fs::metadata(copy.join("latchkey.db"))?.len() >= before, "{tear:?}: {refused}");
            }
        }
    }
    ensure!(opened > 0, "every torn log is refused");
    Ok(())
}
