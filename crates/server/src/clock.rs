//! The one place where the server reads the time and lets it pass.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Tells the time; an argument everywhere, so that tests can move it.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// How long this process has run. Unlike [`Clock::now`] it neither leaps nor goes back.
    fn running(&self) -> Duration {
        STARTED.elapsed()
    }
}

/// When the time was first asked for.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clock of the machine.
#[derive(Debug, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct MovableClock {
    /// Milliseconds since 1970.
    wall: AtomicI64,
    /// Milliseconds since it was made.
    running: AtomicI64,
}

impl MovableClock {
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self { wall: AtomicI64::new(start.as_millisecond()), running: AtomicI64::new(0) }
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        self.jump(by);
        self.running.fetch_add(milliseconds(by).max(0), Ordering::SeqCst);
    }

    /// Sets the clock forward, or with a negative duration back, while no time passes.
    pub fn jump(&self, by: SignedDuration) {
        self.wall.fetch_add(milliseconds(by), Ordering::SeqCst);
    }
}

fn milliseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        at(self.wall.load(Ordering::SeqCst))
    }

    fn running(&self) -> Duration {
        Duration::from_millis(self.running.load(Ordering::SeqCst).unsigned_abs())
    }
}

/// So much of a wait needs a thread: more than the timers of tokio come too late.
const OWN_THREAD: Duration = Duration::from_millis(3);

/// Lets time pass, where time itself is the event: a connection has been silent for so long.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) async fn pass(duration: Duration) {
    tokio::time::sleep(duration).await;
}

/// A stored time; one that no calendar has becomes the oldest one, which has always passed.
#[must_use]
pub(crate) fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MIN)
}

/// Whole seconds, so that the length of an answer tells nothing (EN-06).
pub(crate) fn in_seconds(then: Timestamp) -> Timestamp {
    Timestamp::from_second(then.as_second()).unwrap_or(then)
}

/// So many seconds from then.
pub(crate) fn later(then: Timestamp, seconds: u32) -> Timestamp {
    then.saturating_add(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(Timestamp::MAX)
}

/// Does some work and lets its outcome go at the next whole step after it was begun, so that the time that it took tells
/// steps apart and nothing smaller. Without a step it goes at once.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) async fn in_steps<T>(step: Duration, work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let outcome = work.await;
    if let Some(steps) = began.elapsed().as_nanos().checked_div(step.as_nanos()) {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX).saturating_add(1);
        pass_until(began + step.saturating_mul(steps)).await;
    }
    outcome
}

/// Lets time pass until exactly then, on a thread of its own at the end: the timers of tokio count whole milliseconds
/// from when the work ended, which is just what nobody may learn.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
async fn pass_until(end: Instant) {
    let coarse = end.saturating_duration_since(Instant::now()).saturating_sub(OWN_THREAD);
    if !coarse.is_zero() {
        pass(coarse).await;
    }
    let exact = move || std::thread::sleep(end.saturating_duration_since(Instant::now()));
    let _ = tokio::task::spawn_blocking(exact).await;
}
