//! Whether the directories have answered lately, as far as the last operations tell.
//!
//! Anybody may ask for the health of the server as often as they like, so no question of theirs reaches a directory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use latchkey_directory::DirectoryError;

/// How long a failure of a directory is remembered, in milliseconds, unless it answers before: a server to which a
/// load balancer sends nobody would otherwise never notice that the directory is back.
const REMEMBERED: i64 = 30_000;

/// What the last operations said about each directory, by its name.
#[derive(Debug, Default)]
pub(crate) struct Health {
    /// When it failed, in milliseconds since 1970; nothing where it has answered last.
    failed_at: Mutex<BTreeMap<String, Option<i64>>>,
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::at;

    fn failed() -> Result<(), DirectoryError> {
        Err(DirectoryError::Busy { retry_after: std::time::Duration::from_secs(1) })
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
}
