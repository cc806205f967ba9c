//! The time by which things are thrown away: it follows the machine's clock, but never leaps with it (B8).
//!
//! A clock that is set wrong, by a hand, a bad battery or a bad time server, would otherwise delete within seconds what
//! people need for days: undos, messages, used recovery codes. What is *valid* is decided by the machine's clock; only
//! what is *deleted* waits for this time.
//!
//! - Between two looks it moves by at most twice the time that the process has really run.
//! - It never runs ahead of the machine's clock.
//! - What the server has missed while it was off is caught up with after an hour of running, one hour a minute: so a
//!   wrong clock at a start leaves an hour to mend it, and a server that was off for a week is level again in four hours.
//! - A leap while the server runs is caught up with in the same way after the next start.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How much faster than real time it may move.
const TWICE: i32 = 2;
/// The same for what was missed before the start: one hour a minute.
const CATCHING_UP: i32 = 60;
/// How long after a start nothing is caught up with.
const GRACE: Duration = Duration::from_secs(60 * 60);
/// A leap forward that is worth a word.
const LEAP: SignedDuration = SignedDuration::from_hours(1);
/// A step back that is worth a word, and voids open codes (THREATS 3.2, rule 8).
const STEP_BACK: SignedDuration = SignedDuration::from_secs(5);

/// What both clocks show at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// The machine's clock.
    pub(super) wall: Timestamp,
    /// How long the process has run.
    pub(super) running: Duration,
}

/// The machine's clock has moved otherwise than time does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Jump {
    Forward(SignedDuration),
    Back(SignedDuration),
}

/// The trusted time, and what it was worked out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TrustedTime {
    at: Timestamp,
    started: Look,
    last: Look,
}

impl TrustedTime {
    /// Begins with what an earlier process has kept, or with the machine's clock in a new database. It never ran ahead of
    /// that clock; but the clock may have been ahead itself when something was last written down.
    pub(super) fn begin(look: Look, kept: Option<Timestamp>, last: Option<Timestamp>) -> (Self, Option<Jump>) {
        let at = kept.map_or(look.wall, |kept| kept.min(look.wall));
        let back = kept.max(last).map(|seen| seen.duration_since(look.wall)).filter(|back| *back > STEP_BACK);
        (Self { at, started: look, last: look }, back.map(Jump::Back))
    }

    pub(super) const fn at(&self) -> Timestamp {
        self.at
    }

    /// Moves on to another look.
    pub(super) fn advanced(self, look: Look) -> (Self, Option<Jump>) {
        let elapsed = look.running.saturating_sub(self.last.running);
        let elapsed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
        let moved = self.at.saturating_add(self.step(look, elapsed)).unwrap_or(Timestamp::MAX);
        let leapt = look.wall.duration_since(self.last.wall).saturating_sub(elapsed);
        let jump = if leapt > LEAP {
            Some(Jump::Forward(leapt))
        } else if leapt < -STEP_BACK {
            Some(Jump::Back(-leapt))
        } else {
            None
        };
        (Self { at: moved.min(look.wall), last: look, ..self }, jump)
    }

    /// How far it may move after so much real time.
    fn step(&self, look: Look, elapsed: SignedDuration) -> SignedDuration {
        let twice = elapsed.checked_mul(TWICE).unwrap_or(SignedDuration::MAX);
        let running = look.running.saturating_sub(self.started.running);
        if running < GRACE {
            return twice;
        }
        // What the clock would show if it had only run since the start.
        let level = self.started.wall.saturating_add(running).unwrap_or(Timestamp::MAX);
        let missed = level.duration_since(self.at);
        elapsed.checked_mul(CATCHING_UP).unwrap_or(SignedDuration::MAX).min(missed).max(twice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    const DAY: i64 = 24 * 60 * 60;

    fn look(wall: i64, running: u64) -> Look {
        Look { wall: clock::at(wall * 1000), running: Duration::from_secs(running) }
    }

    fn second(time: &TrustedTime) -> i64 {
        time.at().as_second()
    }

    #[test]
    fn it_follows_a_clock_that_runs_as_time_does_or_nearly() {
        let (mut time, _) = TrustedTime::begin(look(1000, 0), None, None);
        for seconds in 1..100 {
            let drifting = 1000 + seconds * 10 + seconds % 3;
            let jump;
            (time, jump) = time.advanced(look(drifting, u64::try_from(seconds * 10).expect("positive")));
            assert_eq!((second(&time), jump), (drifting, None));
        }
    }

    #[test]
    fn a_leap_is_noticed_once_and_moves_it_no_further_than_twice_the_real_time() {
        // B8, R14
        let (time, _) = TrustedTime::begin(look(0, 0), None, None);
        let (mut time, jump) = time.advanced(look(400 * DAY + 10, 10));
        assert_eq!((second(&time), jump), (20, Some(Jump::Forward(SignedDuration::from_hours(400 * 24)))));
        for minute in 1..=600 {
            let jump;
            (time, jump) = time.advanced(look(400 * DAY + 10 + minute * 60, 10 + minute.unsigned_abs() * 60));
            assert_eq!((second(&time), jump), (20 + minute * 120, None));
        }
        // Set right again: it goes on with the clock.
        let (time, jump) = time.advanced(look(36_020, 36_020));
        assert!(matches!(jump, Some(Jump::Back(_))));
        assert_eq!(second(&time), 36_020);
    }

    #[test]
    fn a_step_back_is_noticed_and_it_never_runs_ahead() {
        let (time, _) = TrustedTime::begin(look(10_000, 0), None, None);
        assert_eq!(time.advanced(look(10_005, 10)).1, None, "five seconds are what a time server may take");
        let (time, jump) = time.advanced(look(6410, 10));
        assert_eq!((second(&time), jump), (6410, Some(Jump::Back(SignedDuration::from_secs(3600)))));
        let back = Some(Jump::Back(SignedDuration::from_secs(6)));
        assert_eq!(TrustedTime::begin(look(0, 0), Some(clock::at(6000)), None).1, back);
        let (time, jump) = TrustedTime::begin(look(0, 0), Some(clock::at(-9000)), Some(clock::at(6000)));
        assert_eq!((second(&time), jump), (-9, back), "what was written down last is of a clock that was ahead");
    }

    #[test]
    fn what_was_missed_is_caught_up_with_after_an_hour_and_an_hour_a_minute() {
        let (mut time, jump) = TrustedTime::begin(look(7 * DAY, 0), Some(clock::at(0)), None);
        assert_eq!(jump, None, "a server may be off for a week");
        let mut level = None;
        for minute in 1..=400_i64 {
            (time, _) = time.advanced(look(7 * DAY + minute * 60, minute.unsigned_abs() * 60));
            if minute < 60 {
                assert_eq!(second(&time), minute * 120);
            }
            if level.is_none() && second(&time) == 7 * DAY + minute * 60 {
                level = Some(minute);
            }
        }
        assert!(level.is_some_and(|minute| (60..360).contains(&minute)), "{level:?}");
    }
}
