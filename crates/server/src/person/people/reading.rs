//! Reads the directory into the snapshot: what changed every minute, everything once a day, in small transactions.

use jiff::SignedDuration;
use latchkey_directory::{Entry, Mark, Next, Page};

use super::spelling::tell_not_found;
use super::{count_again, take};
use crate::app::App;
use crate::clock;
use crate::refused::Answer;
use crate::store;
use crate::store::person::people::ReadingRow;

/// How many people are written in one transaction, so that no call waits long for it.
const SOME: usize = 100;
/// The same, of those who are gone.
const SOME_GONE: i64 = 100;
/// Between two looks at what has changed, in seconds. As long belongs a reading to whoever has taken it up.
const CHANGES_EVERY: u32 = 60;
/// Between two readings of a directory that cannot tell what has changed, in seconds.
const LIST_EVERY: u32 = 60 * 60;
/// A directory may forget to tell of a change: so often everything is read.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Reads on where the directory was left, if that is due and no other process is at it.
///
/// # Errors
/// If the directory does not answer; the next look goes on where this one stopped.
pub(crate) async fn follow(app: &App) -> Answer<()> {
    let mut tx = app.store.begin().await?;
    let now = app.clock.now();
    let until = clock::later(now, CHANGES_EVERY).as_millisecond();
    let far_ahead = clock::later(now, LIST_EVERY + CHANGES_EVERY).as_millisecond();
    let taken = store::person::people::take_reading(&mut tx, now.as_millisecond(), far_ahead, until).await?;
    let Some(mut reading) = taken else { return Ok(()) };
    let whole_at = clock::at(reading.whole_at);
    // A time that is still to come was written by a clock that was ahead (B9).
    let whole_due = whole_at > now || whole_at.saturating_add(WHOLE_EVERY).is_ok_and(|due| due <= now);
    if !reading.whole && (whole_due || reading.mark.is_none()) {
        let round = reading.round + 1;
        reading = ReadingRow { mark: None, whole: true, round, found: 0, whole_at: now.as_millisecond() };
        store::person::people::keep_reading(&mut tx, &reading, until).await?;
    }
    tx.commit().await?;
    while read_on(app, &mut reading).await? {}
    Ok(())
}

/// Reads one page; whether there is more.
async fn read_on(app: &App, reading: &mut ReadingRow) -> Answer<bool> {
    let mark = reading.mark.clone().map(Mark);
    let Page { entries, gone, next } = app.directory.people(mark.as_ref()).await?;
    for some in entries.chunks(SOME) {
        take_some(app, some).await?;
    }
    for id in &gone {
        let mut tx = app.store.begin().await?;
        store::person::people::mark_gone(&mut tx, id).await?;
        tx.commit().await?;
    }
    reading.found += i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let (more, wait) = match next {
        Next::More(Mark(mark)) if reading.mark.as_ref() == Some(&mark) => {
            tracing::error!("the directory goes on where it was, for ever; its people are read again later");
            (false, LIST_EVERY)
        }
        Next::More(Mark(mark)) => {
            reading.mark = Some(mark);
            (true, CHANGES_EVERY)
        }
        Next::Later(Mark(mark)) => {
            end_of_list(app, reading).await?;
            reading.mark = Some(mark);
            (false, CHANGES_EVERY)
        }
        Next::FromTheStart => {
            end_of_list(app, reading).await?;
            reading.mark = None;
            (false, LIST_EVERY)
        }
    };
    let mut tx = app.store.begin().await?;
    store::person::people::keep_reading(&mut tx, reading, clock::later(app.clock.now(), wait).as_millisecond()).await?;
    tx.commit().await?;
    Ok(more)
}

async fn take_some(app: &App, entries: &[Entry]) -> Answer<()> {
    let mut tx = app.store.begin().await?;
    for entry in entries {
        take(app, &mut tx, entry).await?;
    }
    Ok(tx.commit().await?)
}

/// Whoever was not in the whole list is gone. A list with nobody in it is not believed: it is a directory that was set
/// up anew, or one that shows its entries to this server no longer.
async fn end_of_list(app: &App, reading: &mut ReadingRow) -> Answer<()> {
    if !reading.whole {
        return Ok(());
    }
    reading.whole = false;
    if reading.found == 0 {
        tracing::warn!("the directory has shown nobody at all; nobody is taken for gone");
        return Ok(());
    }
    loop {
        let mut tx = app.store.begin().await?;
        let gone = store::person::people::not_found(&mut tx, SOME_GONE).await?;
        for id in &gone {
            store::person::people::mark_gone(&mut tx, id).await?;
        }
        if gone.is_empty() {
            // Decoys are drawn from those who are there.
            count_again(&mut tx).await?;
            tell_not_found(&mut tx).await?;
            return Ok(tx.commit().await?);
        }
        tx.commit().await?;
    }
}
