//! The one place here that asks what time it is, to measure how long something took.

use std::time::{Duration, Instant};

/// Runs from when it was started.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a measurement is what this clock is for; no test decides by it")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// What time it is.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "what is tested is given the real time here, as a server is in its main")]
pub fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
