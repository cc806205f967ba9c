//! Whether the directory has answered lately, as far as the last operations tell, and whether the database takes writes.
//!
//! Anybody may ask for the health of the server as often as they like, so no question of theirs reaches the directory, and
//! few reach the disk.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use latchkey_directory::DirectoryError;
use tokio::sync::Mutex;

use crate::store::{self, Store};

/// How long a failure of the directory is remembered, in milliseconds, unless it answers before: a server to which a
/// load balancer sends nobody would otherwise never notice that the directory is back.
const REMEMBERED: i64 = 30_000;
/// How long it is believed that the database takes writes, or does not.
const BELIEVED: Duration = Duration::from_secs(2);
/// Stands for a directory that has answered last.
const GOOD: i64 = i64::MIN;
/// Under which name the last write of this kind is kept.
const LAST_WRITE: &str = "last write for health";

/// What the last operations said about the directory, and the last write about the database.
#[derive(Debug)]
pub(crate) struct Health {
    /// When the directory failed, in milliseconds since 1970.
    failed_at: AtomicI64,
    /// When it was last tried whether the database takes writes; held by whoever tries.
    tried: Mutex<Option<Duration>>,
    /// What that came to.
    writes: AtomicBool,
}

impl Default for Health {
    fn default() -> Self {
        Self { failed_at: AtomicI64::new(GOOD), tried: Mutex::default(), writes: AtomicBool::new(true) }
    }
}

impl Health {
    /// Remembers what an operation of the directory came to.
    pub(crate) fn saw<T>(&self, result: &Result<T, DirectoryError>, now: Timestamp) {
        let failed_at = if result.is_ok() { GOOD } else { now.as_millisecond() };
        self.failed_at.store(failed_at, Ordering::Relaxed);
    }

    /// Whether the directory has answered lately.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        now.as_millisecond().saturating_sub(self.failed_at.load(Ordering::Relaxed)) >= REMEMBERED
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

    #[test]
    fn a_failure_of_the_directory_is_remembered_until_it_answers_or_for_half_a_minute() {
        let health = Health::default();
        let (start, soon, late) = (at(1_000_000), at(1_029_999), at(1_030_000));
        assert!(health.is_good(start));
        health.saw(&Err::<(), _>(DirectoryError::Busy { retry_after: Duration::from_secs(1) }), start);
        assert!(!health.is_good(start) && !health.is_good(soon) && health.is_good(late));
        health.saw(&Ok(()), start);
        assert!(health.is_good(start));
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
