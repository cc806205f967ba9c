//! The directory's way of telling time: 100 ns since the year 1601, as a number in text.

use std::time::Duration;

use jiff::Timestamp;

/// From 1601 to 1970, in seconds.
const TO_UNIX: i64 = 11_644_473_600;
const IN_A_SECOND: i64 = 10_000_000;

/// Reads an instant; nothing where it says "never" or "not yet".
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(0 | i64::MAX) | Err(_) => None,
        Ok(ticks) => Timestamp::from_second(ticks / IN_A_SECOND - TO_UNIX).ok(),
    }
}

/// Reads a span, which is kept as a negative number; nothing where there is none, or it has no end.
pub(super) fn span(text: &str) -> Option<Duration> {
    match text.parse::<i64>() {
        Ok(0 | i64::MIN) | Err(_) => None,
        Ok(ticks) => Some(Duration::from_secs(ticks.unsigned_abs() / IN_A_SECOND.unsigned_abs())),
    }
}

/// Reads the time of the server's clock, as its root says it: `20261128051039.0Z`.
pub(super) fn clock(text: &str) -> Option<Timestamp> {
    let digits = text.get(..14)?;
    let part = |range: std::ops::Range<usize>| digits.get(range);
    let rest = text.get(14..)?;
    if !rest.ends_with('Z') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (date, time) = (
        format!("{}-{}-{}", part(0..4)?, part(4..6)?, part(6..8)?),
        format!("{}:{}:{}", part(8..10)?, part(10..12)?, part(12..14)?),
    );
    format!("{date}T{time}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_counts_from_the_year_1601() {
        assert_eq!(instant("134403163097926570").map(|at| at.to_string()), Some("2026-11-28T05:11:49Z".to_owned()));
        for never in ["0", "9223372036854775807", "", "soon"] {
            assert_eq!(instant(never), None, "{never}");
        }
    }

    #[test]
    fn a_span_is_a_negative_number_and_may_have_no_end() {
        assert_eq!(span("-864000000000"), Some(Duration::from_secs(86_400)));
        assert_eq!(span("-9223372036854775808"), None);
        assert_eq!(span("0"), None);
    }

    #[test]
    fn the_clock_is_read_to_the_second() {
        assert_eq!(clock("20261128051039.0Z").map(|at| at.to_string()), Some("2026-11-28T05:10:39Z".to_owned()));
        for wrong in ["", "2026", "20261128051039", "2026112805103x.0Z", "20261328051039.0Z"] {
            assert_eq!(clock(wrong), None, "{wrong}");
        }
    }
}
