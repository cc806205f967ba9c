//! Reads the directories into the snapshot, each by itself: what changed every minute, everything once a day, in small
//! transactions. One that is away holds up no other, and nobody of it is taken for gone.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use latchkey_directory::{Directory, Entry, Mark, Next, Page};

use super::spelling::tell_not_found;
use super::{count_again, take};
use crate::app::App;
use crate::clock;
use crate::crypt::keys::Use;
use crate::refused::Answer;
use crate::store::person::people::ReadingRow;
use crate::store::{self, Tx};

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
/// What this is known by among what was done.
const TOLD_APART: &str = "people told apart";
/// After so many people the log says how far a whole reading has come.
const PROGRESS: i64 = 10_000;

/// How far a directory was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) directory: String,
    /// How many a reading of the whole had last.
    pub(crate) people: i64,
    /// When it was last read to its end; absent before the first time.
    done_at: Option<Timestamp>,
    /// How many people a reading of the whole has had so far; absent while none is under way.
    under_way: Option<i64>,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.done_at {
            Some(at) => write!(f, "{} people, last read {at:.0}", self.people)?,
            None => write!(f, "{} people, not read to its end yet", self.people)?,
        }
        match self.under_way {
            Some(found) => write!(f, "; the whole of it is being read, {found} people so far"),
            None => Ok(()),
        }
    }
}

/// How far each directory was read.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn readings(tx: &mut Tx) -> store::Result<Vec<Reading>> {
    let reading = |row: ReadingRow| Reading {
        people: row.people,
        done_at: row.done_at.map(clock::at),
        under_way: row.whole.then_some(row.found),
        directory: row.directory,
    };
    Ok(store::person::people::readings(tx).await?.into_iter().map(reading).collect())
}

/// The names of the directories that are read; the empty one of a directory that stands alone.
pub(crate) fn directories(app: &App) -> Vec<String> {
    let parts = app.directory.parts();
    if parts.is_empty() { vec![String::new()] } else { parts.iter().map(|(name, _)| (*name).to_owned()).collect() }
}

/// Reads a directory on where it was left, if that is due and no other process is at it.
///
/// # Errors
/// If the directory does not answer; the next look goes on where this one stopped.
pub(crate) async fn follow(app: &App, name: &str) -> Answer<()> {
    let mut tx = app.store.begin().await?;
    let now = app.clock.now();
    let until = clock::later(now, CHANGES_EVERY).as_millisecond();
    let far_ahead = clock::later(now, LIST_EVERY + CHANGES_EVERY).as_millisecond();
    let taken = store::person::people::take_reading(&mut tx, name, now.as_millisecond(), far_ahead, until).await?;
    let Some(mut reading) = taken else { return Ok(()) };
    let whole_at = clock::at(reading.whole_at);
    // A time that is still to come was written by a clock that was ahead (B9).
    let whole_due = whole_at > now || whole_at.saturating_add(WHOLE_EVERY).is_ok_and(|due| due <= now);
    if !reading.whole && (whole_due || reading.mark.is_none()) {
        let round = reading.round + 1;
        reading = ReadingRow { mark: None, whole: true, round, found: 0, whole_at: now.as_millisecond(), ..reading };
        store::person::people::keep_reading(&mut tx, &reading, until).await?;
    }
    tx.commit().await?;
    let parts = app.directory.parts();
    let part = parts.into_iter().find(|(known, _)| *known == name).map(|(_, part)| part);
    let directory = part.unwrap_or(&*app.directory);
    while read_on(app, directory, &mut reading).await? {}
    Ok(())
}

/// Reads one page; whether there is more.
async fn read_on(app: &App, directory: &dyn Directory, reading: &mut ReadingRow) -> Answer<bool> {
    let mark = reading.mark.clone().map(Mark);
    let read = directory.people(mark.as_ref()).await;
    app.health.saw(&reading.directory, &read, app.clock.now());
    let Page { entries, gone, next } = read?;
    let mut moved = false;
    for some in entries.chunks(SOME) {
        moved |= take_some(app, some).await?;
    }
    for id in &gone {
        let mut tx = app.store.begin().await?;
        store::person::people::mark_gone(&mut tx, id).await?;
        tx.commit().await?;
    }
    let before = reading.found;
    reading.found += i64::try_from(entries.len()).unwrap_or(i64::MAX);
    if reading.whole && reading.found / PROGRESS > before / PROGRESS {
        tracing::info!(directory = reading.directory, people = reading.found, "a whole directory is being read");
    }
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
    let now = app.clock.now();
    if !more {
        reading.done_at = Some(now.as_millisecond());
    }
    let mut tx = app.store.begin().await?;
    if moved && !reading.whole {
        // Decoys are drawn from the populations as they are; after a whole reading they are counted anyway.
        count_again(&mut tx).await?;
    }
    store::person::people::keep_reading(&mut tx, reading, clock::later(now, wait).as_millisecond()).await?;
    tx.commit().await?;
    Ok(more)
}

/// Takes some entries; whether anybody has moved to another population.
async fn take_some(app: &App, entries: &[Entry]) -> Answer<bool> {
    let mut tx = app.store.begin().await?;
    let mut moved = false;
    for entry in entries {
        moved |= take(app, &mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(moved)
}

/// Whoever was not in the whole list is gone. A list with nobody in it is not believed: it is a directory that was set
/// up anew, or one that shows its entries to this server no longer.
async fn end_of_list(app: &App, reading: &mut ReadingRow) -> Answer<()> {
    if !reading.whole {
        return Ok(());
    }
    reading.whole = false;
    reading.people = reading.found;
    let ReadingRow { directory, found, .. } = &*reading;
    if *found == 0 {
        tracing::warn!(directory, "the directory has shown nobody at all; nobody is taken for gone");
        return Ok(());
    }
    let mut all_gone = 0;
    loop {
        let mut tx = app.store.begin().await?;
        let gone = store::person::people::not_found(&mut tx, directory, SOME_GONE).await?;
        for id in &gone {
            store::person::people::mark_gone(&mut tx, id).await?;
        }
        all_gone += gone.len();
        if gone.is_empty() {
            tracing::info!(directory, people = found, gone = all_gone, "the whole directory was read");
            // Decoys are drawn from those who are there.
            count_again(&mut tx).await?;
            tell_not_found(&mut tx).await?;
            return Ok(tx.commit().await?);
        }
        tx.commit().await?;
    }
}

/// Has everybody read again where the configuration says otherwise by now who is of which population. Until that is done
/// each counts as what they were when they were read last, and before a write the directory is asked.
pub(crate) async fn tell_apart_anew(app: &App) -> Answer<()> {
    let told = app.policies.who_is_who();
    let now = app.keys.mac(Use::Subject, &[TOLD_APART.as_bytes(), &serde_json::to_vec(&told)?]);
    let mut tx = app.store.begin().await?;
    let last = store::person::population::done_with(&mut tx, TOLD_APART).await?;
    if last.as_deref().map_or(told.is_empty(), |last| last == now) {
        return Ok(());
    }
    tracing::info!("populations are told apart otherwise; everybody is read again");
    store::person::people::read_all_again(&mut tx).await?;
    store::person::population::keep_done_with(&mut tx, TOLD_APART, &now).await?;
    Ok(tx.commit().await?)
}

/// Takes everybody for gone who is of a directory that this campus does not have any more.
pub(crate) async fn leave_what_is_not_there(app: &App) -> Answer<()> {
    let there = directories(app);
    let mut tx = app.store.read().await?;
    let known = store::person::people::directories(&mut tx).await?;
    drop(tx);
    for (name, people) in known.iter().filter(|(name, _)| !there.contains(name)) {
        tracing::warn!(directory = name, people, "a directory is set up no longer; its people are served no longer");
        loop {
            let mut tx = app.store.begin().await?;
            let some = store::person::people::of_directory(&mut tx, name, SOME_GONE).await?;
            for id in &some {
                store::person::people::mark_gone(&mut tx, id).await?;
            }
            store::person::people::forget_reading(&mut tx, name).await?;
            count_again(&mut tx).await?;
            tx.commit().await?;
            if some.is_empty() {
                break;
            }
        }
    }
    Ok(())
}
