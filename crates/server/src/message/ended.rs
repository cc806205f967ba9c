//! The end of a message, told once: a line in the log and a count, and nothing of where it went or what it said.

use std::time::Duration;

use jiff::Timestamp;

use crate::metrics::{MessageEnd, Metrics, NO_GATEWAY};

/// A message that has ended.
#[derive(Debug)]
pub(super) struct End<'a> {
    pub(super) id: &'a str,
    pub(super) kind: &'a str,
    pub(super) purpose: &'a str,
    /// How often it was handed to a gateway.
    pub(super) tries: i64,
    /// When it was queued, in milliseconds since 1970.
    pub(super) since: i64,
}

/// Says that a message has ended and how.
pub(super) fn tell(metrics: &Metrics, now: Timestamp, end: &End<'_>, gateway: Option<&str>, outcome: &str) {
    let End { id, kind, purpose, tries, since } = *end;
    // A clock that was put back meanwhile makes it nothing.
    let queued_ms = u64::try_from(now.as_millisecond().saturating_sub(since)).unwrap_or(0);
    let by = gateway.unwrap_or(NO_GATEWAY);
    tracing::info!(id, kind, purpose, gateway = by, outcome, tries, queued_ms, "a message has ended");
    metrics.message_ended(&MessageEnd { kind, purpose, gateway, outcome, queued: Duration::from_millis(queued_ms) });
}
