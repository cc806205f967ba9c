//! GeneralizedTime (RFC 4517 §3.3.13), as far as directories use it: in UTC, with or without a fraction.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Reads `YYYYMMDDHHMM[SS][.f]Z`; nothing if it is something else.
#[must_use]
pub fn read(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    let digits = digits.split(['.', ',']).next()?;
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize, to: usize| i8::try_from(number(from, to)?).ok();
    let seconds = match digits.len() {
        12 => 0,
        14 => small(12, 14)?.min(59),
        _ => return None,
    };
    let time = DateTime::new(number(0, 4)?, small(4, 6)?, small(6, 8)?, small(8, 10)?, small(10, 12)?, seconds, 0);
    Offset::UTC.to_timestamp(time.ok()?).ok()
}

/// Writes `YYYYMMDDHHMMSSZ`.
#[must_use]
pub fn write(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    format!("{:04}{:02}{:02}{:02}{:02}{:02}Z", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_directories_write_it() {
        for (text, at) in [
            ("20261128051824Z", "2026-11-28T05:18:24Z"),
            ("20261128051824.426672Z", "2026-11-28T05:18:24Z"),
            ("202611280518Z", "2026-11-28T05:18:00Z"),
            ("19700101000000Z", "1970-01-01T00:00:00Z"),
        ] {
            let at: Timestamp = at.parse().expect("a time");
            assert_eq!(read(text), Some(at), "{text}");
        }
        for text in ["", "Z", "2026Z", "20261128051824", "20261328051824Z", "2026112805182xZ", "20261128051824+0100"] {
            assert_eq!(read(text), None, "{text}");
        }
        let at = "2026-11-28T05:18:24Z".parse().expect("a time");
        assert_eq!(write(at), "20261128051824Z");
    }
}
