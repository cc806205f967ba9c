//! Whether the campus has suspended the server: then nothing is written into any directory, and nothing begins that would
//! end in that.
//!
//! It is a number in the database, so that every process sees it at once and no restart ends it. A write is intended in a
//! transaction that looks here first: what was intended before is done and settled, and nothing is intended after.

use jiff::Timestamp;
use latchkey_api::Code;

use crate::clock;
use crate::crypt::audit::{self, Actor, Event};
use crate::crypt::keys::Keys;
use crate::refused::{Answer, Refused};
use crate::store::{self, Store, Tx};

/// Under which name it is kept since when.
const SINCE: &str = "suspended since";
/// When somebody who was sent away may ask again, in seconds.
const LOOK_AGAIN: u64 = 30;

/// Since when nothing is written; nothing where the server serves.
pub(crate) async fn since(tx: &mut Tx) -> store::Result<Option<Timestamp>> {
    Ok(store::meta::get(tx, SINCE).await?.map(clock::at))
}

/// Goes on where the server serves.
///
/// # Errors
/// [`Code::Suspended`] where it is suspended.
pub(crate) async fn serving(tx: &mut Tx) -> Answer<()> {
    match since(tx).await? {
        None => Ok(()),
        Some(_) => Err(Refused::new(Code::Suspended).retry_after(LOOK_AGAIN)),
    }
}

/// Suspends the server; since when it was suspended before, if it was.
///
/// # Errors
/// If the database cannot be written.
pub async fn suspend(store: &Store, keys: &Keys, now: Timestamp, by: &Actor) -> store::Result<Option<Timestamp>> {
    let mut tx = store.begin().await?;
    let before = since(&mut tx).await?;
    if before.is_none() {
        store::meta::put(&mut tx, SINCE, now.as_millisecond()).await?;
        note(&mut tx, keys, now, Event::Suspended, "nothing is written", by).await?;
        tx.commit().await?;
    }
    Ok(before)
}

/// Serves again; since when it was suspended, if it was.
///
/// # Errors
/// If the database cannot be written.
pub async fn resume(store: &Store, keys: &Keys, now: Timestamp, by: &Actor) -> store::Result<Option<Timestamp>> {
    let mut tx = store.begin().await?;
    let before = since(&mut tx).await?;
    if let Some(since) = before {
        store::meta::remove(&mut tx, SINCE).await?;
        note(&mut tx, keys, now, Event::Resumed, &format!("suspended since {since}"), by).await?;
        tx.commit().await?;
    }
    Ok(before)
}

async fn note(tx: &mut Tx, keys: &Keys, now: Timestamp, event: Event, outcome: &str, by: &Actor) -> store::Result<()> {
    let entry = audit::Entry { flow: "", subject: &[], event, outcome, method: None };
    audit::append_by(tx, keys, now, &entry, by).await
}
