//! `backup` and `restore`: a copy of the database while the server runs, and what has to end when it is put back.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args;

use super::open::Opened;
use super::{By, Failure, Which, print, say};
use crate::crypt::audit;
use crate::crypt::keys::Keys;
use crate::person::ending::{self, PutBack};
use crate::person::shipped;
use crate::store::{Store, copy};

#[derive(Debug, Args)]
pub struct Restore {
    /// The copy that `backup` has made.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The log of the server since the copy was made, as JSON lines: what it says was used or blocked stays so.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    which: Which,
}

/// Copies the database of a server, which may be running.
pub(crate) async fn backup(to: &Path, which: &Which) -> Result<(), Failure> {
    let app = which.open().await?.app;
    app.store.copy_to(to, app.clock.now()).await?;
    print(&format!("copied to {}", to.display()))?;
    say("keep the key file apart from it: whoever has both has everything");
    Ok(())
}

/// Puts a copy where the database is to be, ends what was open in it, and makes hold again what the log says.
pub(crate) async fn restore(command: &Restore) -> Result<(), Failure> {
    let Restore { from, log, by, which } = command;
    let actor = by.actor()?;
    let log = log.as_deref().map(File::open).transpose()?;
    let files = which.files()?;
    // Before anything is put anywhere: a copy without its keys is of no use.
    Keys::read(&files.keys)?;
    copy::put_back(from, &files.database).await?;
    let put_back = begin(which).await;
    let (opened, PutBack { copied_at, epoch, ended }) = match put_back {
        Ok(begun) => begun,
        Err(failure) => {
            copy::take_away(&files.database);
            return Err(failure);
        }
    };
    print(&format!("put back: the copy of {copied_at}, epoch {epoch}; {ended} flows that were open in it have ended"))?;
    let Some(log) = log else {
        say("no --log was given: recovery codes that were used since are good again, and wrong tries are forgotten");
        return Ok(());
    };
    let held = shipped::hold(&opened.app, copied_at, BufReader::new(log), &actor).await?;
    let names = |names: &std::collections::BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(", ");
    print(&format!("read {} rows of the log; {} recovery codes stay used", held.rows, held.codes))?;
    for (what, accounts) in [
        ("blocked for a day", &held.blocked),
        ("frozen", &held.frozen),
        ("have changed what they set up, which the copy does not know", &held.changed),
    ] {
        if !accounts.is_empty() {
            print(&format!("{what}: {}", names(accounts)))?;
        }
    }
    Ok(())
}

/// Opens what was put back, if the keys are its own and its audit is whole.
async fn begin(which: &Which) -> Result<(Opened, PutBack), Failure> {
    let files = which.files()?;
    let (keys, store) = super::open::open_ring(&files).await?;
    let mut tx = store.read().await?;
    let whole = audit::verify(&mut tx, &keys).await?;
    drop(tx);
    if let Err(row) = whole {
        return Err(format!("the audit of this copy does not fit at row {row}").into());
    }
    let put_back = begin_anew(&store, &keys).await?;
    store.close().await;
    Ok((which.open().await?, put_back))
}

async fn begin_anew(store: &Store, keys: &Keys) -> Result<PutBack, Failure> {
    use crate::clock::Clock as _;
    let begun = ending::begin_anew(store, keys, crate::clock::MachineClock.now()).await?;
    begun.ok_or_else(|| "this is no copy that `backup` has made: it does not know when it was made".into())
}
