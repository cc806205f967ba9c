//! Whether the directory has answered lately, as far as the last operations tell.
//!
//! Anybody may ask for the health of the server as often as they like, so no question of theirs reaches the directory.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use latchkey_directory::DirectoryError;

/// How long a failure of the directory is remembered, in milliseconds, unless it answers before: a server to which a
/// load balancer sends nobody would otherwise never notice that the directory is back.
const REMEMBERED: i64 = 30_000;
/// Stands for a directory that has answered last.
const GOOD: i64 = i64::MIN;

/// What the last operations said about the directory.
#[derive(Debug)]
pub(crate) struct Health {
    /// When the directory failed, in milliseconds since 1970.
    failed_at: AtomicI64,
}

impl Default for Health {
    fn default() -> Self {
        Self { failed_at: AtomicI64::new(GOOD) }
    }
}

impl Health {
    /// Remembers what an operation of the directory came to.
    pub(crate) fn saw<T>(&self, result: &Result<T, DirectoryError>, now: Timestamp) {
        let failed_at = if result.is_ok() { GOOD } else { now.as_millisecond() };
        self.failed_at.store(failed_at, Ordering::Relaxed);
    }

    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        now.as_millisecond().saturating_sub(self.failed_at.load(Ordering::Relaxed)) >= REMEMBERED
    }
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
        health.saw(&Err::<(), _>(DirectoryError::Busy { retry_after: std::time::Duration::from_secs(1) }), start);
        assert!(!health.is_good(start) && !health.is_good(soon) && health.is_good(late));
        health.saw(&Ok(()), start);
        assert!(health.is_good(start));
    }
}
