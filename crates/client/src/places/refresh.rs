//! The refresh in one place: runs of the program until every copy has its outcome.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use latchkey_api::place::Outcome;
use latchkey_credstore::protocol::{CopyOutcome, Line, Request, Selected, Task};
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::{SecretSlice, SecretString};

use super::run::Heard;
use super::store::Store;
use super::{Kept, Looking, Places, moment};

/// Copies refreshed in one run, so that a request stays small.
const BATCH: usize = 500;
/// Runs in a row that may end without a single outcome, before the rest is given up.
const FRUITLESS: u32 = 2;

impl Places {
    /// Runs the program for what is open in one place until nothing is.
    pub(super) fn refresh_in(
        &self,
        store: Store<'_>,
        mut open: VecDeque<Selected>,
        looking: &Looking,
        new: &SecretString,
        tell: &dyn Fn(String, Outcome),
    ) {
        let mut fruitless = 0;
        while !open.is_empty() && fruitless < FRUITLESS {
            let before = open.len();
            let ended = self.refresh_some(store, &mut open, looking, new, tell);
            fruitless = if open.len() == before { fruitless + 1 } else { 0 };
            match ended {
                RunEnded::Whole => {}
                RunEnded::Stopped => {
                    if let Some(in_hand) = open.pop_front() {
                        tell(store.id(in_hand.id), Outcome::Unknown);
                    }
                }
                RunEnded::NeverStarted => break,
            }
        }
        open.into_iter().for_each(|left| tell(store.id(left.id), Outcome::Unreachable));
    }

    /// One run of the program; takes from `open` what it has told of.
    fn refresh_some(
        &self,
        store: Store<'_>,
        open: &mut VecDeque<Selected>,
        looking: &Looking,
        new: &SecretString,
        tell: &dyn Fn(String, Outcome),
    ) -> RunEnded {
        let mut request = Request::new(Task::Refresh, self.policy_for(looking));
        request.old.clone_from(&looking.old);
        request.reset = looking.reset;
        request.new = Some(new.clone());
        request.selected = open.iter().take(BATCH).cloned().collect();
        let key = new_key();
        request.key.clone_from(&key);
        let mut left = request.selected.len();
        let Ok(mut run) = self.start(store, request) else { return RunEnded::NeverStarted };
        let mut limit = self.deadlines.copy;
        while left > 0 {
            match run.next(limit) {
                Heard::Line(Line { outcome: Some(done), .. }) => {
                    if open.front().is_none_or(|expected| expected.id != done.id) {
                        return RunEnded::Stopped;
                    }
                    open.pop_front();
                    left -= 1;
                    limit = self.deadlines.copy;
                    let outcome = done.outcome;
                    let id = store.id(done.id.clone());
                    self.keep(&id, &done, key.as_ref());
                    tell(id, outcome);
                }
                Heard::Line(Line { end: true, .. })
                | Heard::Token(_)
                | Heard::TimedOut
                | Heard::Ended
                | Heard::Nonsense => return RunEnded::Stopped,
                Heard::Line(line) => limit = if line.asking { self.deadlines.prompt } else { limit },
            }
        }
        RunEnded::Whole
    }

    /// Keeps the snapshot that came with an outcome.
    fn keep(&self, id: &str, done: &CopyOutcome, key: Option<&SecretSlice<u8>>) {
        let sealed = done.snapshot.as_ref().and_then(|snapshot| BASE64.decode(snapshot).ok());
        if let Some((sealed, key)) = sealed.zip(key) {
            let kept = Kept { sealed: sealed.into(), key: key.clone(), since: moment() };
            self.kept().insert(id.to_owned(), kept);
        }
    }
}

/// How a run of a refresh ended.
enum RunEnded {
    /// Everything that it was given was told of.
    Whole,
    /// At its deadline, by a crash or with nonsense.
    Stopped,
    NeverStarted,
}

/// A key for the snapshots of one run; without randomness nothing can be put back.
fn new_key() -> Option<SecretSlice<u8>> {
    let mut key = vec![0; 32];
    SystemRandom::new().fill(&mut key).ok()?;
    Some(key.into())
}
