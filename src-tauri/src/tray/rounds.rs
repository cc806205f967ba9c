//! When this workstation is looked at: at the start, then about once an hour, and an hour after a window has left
//! something unfinished. The tray itself opens no connection: a process of its own looks, and ends.

use std::hash::{BuildHasher as _, RandomState};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::attention::Heard;

/// Between two looks; up to a sixth of it is left out by chance, so that a campus that starts at eight does not look as one.
const ROUND: Duration = Duration::from_secs(60 * 60);
/// A program may save the old password again within this time.
const SECOND_LOOK: Duration = Duration::from_secs(60 * 60);
/// Until the next try where the server could not be reached, as right after a sign-in.
const AGAIN: Duration = Duration::from_secs(5 * 60);

/// Asks for a second look.
#[derive(Debug, Clone)]
pub struct SecondLook(Sender<()>);

impl SecondLook {
    /// Something was left unfinished now.
    pub fn ask(&self) {
        // Without the thread there are no looks.
        let _ = self.0.send(());
    }
}

/// Starts the thread that has looks made, and tells of each that was made.
///
/// # Errors
/// When the system gives no thread.
pub fn begin(heard: Sender<Heard>) -> std::io::Result<SecondLook> {
    let (ask, asked) = mpsc::channel();
    std::thread::Builder::new().name("looks".into()).spawn(move || go_round(&asked, &heard))?;
    Ok(SecondLook(ask))
}

fn go_round(asked: &Receiver<()>, heard: &Sender<Heard>) {
    let mut round = moment() + after(look());
    let mut second: Option<Instant> = None;
    // A tray that is ending hears nothing any more.
    let _ = heard.send(Heard::Journal);
    loop {
        let due = second.map_or(round, |second| second.min(round));
        match asked.recv_timeout(due.saturating_duration_since(moment())) {
            Ok(()) => second = Some(moment() + SECOND_LOOK),
            Err(RecvTimeoutError::Timeout) => {
                round = moment() + after(look());
                let is_second = second.take_if(|second| *second <= due).is_some();
                if heard.send(if is_second { Heard::SecondLook } else { Heard::Journal }).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "time itself is the event here: a look is due")]
fn moment() -> Instant {
    Instant::now()
}

/// How long after a look the next one is due.
fn after(reached: bool) -> Duration {
    let whole = if reached { ROUND } else { AGAIN };
    // Each state of a hasher has keys of chance.
    let chance = u32::try_from(RandomState::new().hash_one(0_u8) % 1000).unwrap_or(0);
    whole.saturating_sub(whole / 6 * chance / 1000)
}

/// Has a process look, and waits until it has ended; whether it could ask.
fn look() -> bool {
    let look = || {
        let mut process = Command::new(std::env::current_exe()?);
        process.arg("--look").stdin(Stdio::null()).stdout(Stdio::null()).status()
    };
    match look() {
        Ok(status) => status.success(),
        Err(error) => {
            tracing::warn!(%error, "no look was made");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_spread_and_never_further_apart_than_an_hour() {
        let waits: Vec<Duration> = (0..50).map(|_| after(true)).collect();
        assert!(waits.iter().all(|wait| *wait <= ROUND && *wait >= Duration::from_secs(50 * 60 - 1)), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
        assert!(after(false) <= AGAIN);
    }
}
