//! Whether the directories have answered lately, as far as the last operations tell, and whether the database takes writes.
//!
//! Anybody may ask for the health of the server as often as they like, so no question of theirs reaches a directory, and few
//! reach the disk.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use latchkey_directory::DirectoryError;

use crate::store::{self, Store};

/// How long a failure of a directory is remembered, in milliseconds, unless it answers before: a server to which a
/// load balancer sends nobody would otherwise never notice that the directory is back.
const REMEMBERED: i64 = 30_000;
/// How long it is believed that the database takes writes, or does not.
const BELIEVED: Duration = Duration::from_secs(2);
/// Under which name the last write of this kind is kept.
const LAST_WRITE: &str = "last write for health";

/// What the last operations said about each directory, by its name, and the last write about the database.
#[derive(Debug)]
pub(crate) struct Health {
    /// When it failed, in milliseconds since 1970; nothing where it has answered last.
    failed_at: Mutex<BTreeMap<String, Option<i64>>>,
    /// When it was last tried whether the database takes writes; held by whoever tries.
    tried: tokio::sync::Mutex<Option<Duration>>,
    /// What that came to.
    writes: AtomicBool,
}

impl Default for Health {
    fn default() -> Self {
        Self { failed_at: Mutex::default(), tried: tokio::sync::Mutex::default(), writes: AtomicBool::new(true) }
    }
}

impl Health {
    /// Remembers what an operation of a directory came to; the name is empty of one that stands alone.
    pub(crate) fn saw<T>(&self, directory: &str, result: &Result<T, DirectoryError>, now: Timestamp) {
        let failed = result.is_err().then(|| now.as_millisecond());
        let mut all = self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(directory) {
            Some(known) => *known = failed,
            None => drop(all.insert(directory.to_owned(), failed)),
        }
    }

    /// Whether anybody can be served: not every directory has failed lately.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        let states = self.states(now);
        states.is_empty() || states.iter().any(|(_, good)| *good)
    }

    /// Each directory that was asked for anything so far, and whether it has answered.
    pub(crate) fn states(&self, now: Timestamp) -> Vec<(String, bool)> {
        let all = self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_good =
            |failed: &Option<i64>| failed.is_none_or(|at| now.as_millisecond().saturating_sub(at) >= REMEMBERED);
        all.iter().map(|(name, failed)| (name.clone(), is_good(failed))).collect()
    }

    /// Whether the database takes writes: tried by a real one, at most every two seconds of the process' own time
    /// (`running`), since a database that can be read on a full disk looks well (R16).
    pub(crate) async fn writes(&self, store: &Store, running: Duration, now: Timestamp) -> bool {
        // Whoever comes while it is being tried hears what was known before.
        let Ok(mut tried) = self.tried.try_lock() else { return self.writes.load(Ordering::Relaxed) };
        if tried.is_none_or(|before| running.saturating_sub(before) >= BELIEVED) {
            let writes = store.has_room() && write(store, now).await.is_ok();
            if self.writes.swap(writes, Ordering::Relaxed) != writes {
                tracing::warn!(writes, "whether the database takes writes has changed");
            }
            *tried = Some(running);
        }
        self.writes.load(Ordering::Relaxed)
    }
}

async fn write(store: &Store, now: Timestamp) -> store::Result<()> {
    let mut tx = store.begin().await?;
    store::meta::put(&mut tx, LAST_WRITE, now.as_millisecond()).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::at;

    fn failed() -> Result<(), DirectoryError> {
        Err(DirectoryError::Busy { retry_after: Duration::from_secs(1) })
    }

    #[test]
    fn a_failure_of_the_directory_is_remembered_until_it_answers_or_for_half_a_minute() {
        let health = Health::default();
        let (start, soon, late) = (at(1_000_000), at(1_029_999), at(1_030_000));
        assert!(health.is_good(start));
        health.saw("", &failed(), start);
        assert!(!health.is_good(start) && !health.is_good(soon) && health.is_good(late));
        health.saw("", &Ok(()), start);
        assert!(health.is_good(start));
    }

    #[test]
    fn one_of_two_directories_that_is_away_leaves_the_people_of_the_other_served() {
        let (health, now) = (Health::default(), at(1_000_000));
        health.saw("staff", &Ok(()), now);
        health.saw("students", &failed(), now);
        assert!(health.is_good(now));
        assert_eq!(health.states(now), [("staff".to_owned(), true), ("students".to_owned(), false)]);
        health.saw("staff", &failed(), now);
        assert!(!health.is_good(now));
    }

    #[tokio::test]
    async fn a_database_that_takes_no_writes_is_noticed_and_so_is_that_it_takes_them_again() {
        // R16
        let (health, store, now) = (Health::default(), Store::in_memory().await.expect("store"), at(1_000_000));
        let after = |seconds| Duration::from_secs(seconds);
        assert!(health.writes(&store, after(0), now).await);
        sqlx::query("PRAGMA query_only = ON").execute(store.pool()).await.expect("a full disk");
        assert!(health.writes(&store, after(1), now).await, "believed for two seconds");
        assert!(!health.writes(&store, after(2), now).await);
        sqlx::query("PRAGMA query_only = OFF").execute(store.pool()).await.expect("room again");
        assert!(!health.writes(&store, after(3), now).await);
        assert!(health.writes(&store, after(4), now).await);
    }
}
