//! The marker of an operation, as it stands in its attribute.

use std::fmt;

/// Which operation wrote last, and which one before it.
///
/// That it names two makes the difference when an answer was lost and another operation came meanwhile: whether it came
/// in the place of the lost one or after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) id: String,
    pub(super) before: String,
}

/// What a lost operation came to, as the marker tells that now stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    Written,
    /// It can no longer be written: another one came in its place.
    Overtaken,
    /// It may still come.
    NotYet,
    /// Others came, more than one.
    Nothing,
}

const NONE: &str = "-";
const FENCE: &str = "fence-of-";

impl Marker {
    /// The one that an operation writes.
    pub(super) fn of(id: &str, after: Option<&str>) -> Self {
        let before = after.map_or(NONE.to_owned(), |after| Self::read(after).id);
        Self { id: id.to_owned(), before }
    }

    /// The one that keeps an operation from being written.
    pub(super) fn fence(id: &str, after: Option<&str>) -> Self {
        Self::of(&format!("{FENCE}{id}"), after)
    }

    /// Reads what stands in the attribute. What somebody else wrote into it is a marker too, of an operation that is not
    /// ours.
    pub(super) fn read(text: &str) -> Self {
        let (id, before) = text.split_once(" after ").unwrap_or((text, NONE));
        Self { id: id.to_owned(), before: before.to_owned() }
    }

    /// What became of the operation `id`, which was to come after `after`, where `stands` is there now.
    pub(super) fn tells(id: &str, after: Option<&str>, stands: Option<&str>) -> Tells {
        if stands == after {
            return Tells::NotYet;
        }
        let Some(stands) = stands.map(Self::read) else { return Tells::Nothing };
        let fence = Self::fence(id, after);
        if stands.id == id || stands.before == id {
            Tells::Written
        } else if stands.before == Self::of(id, after).before || stands.id == fence.id || stands.before == fence.id {
            Tells::Overtaken
        } else {
            Tells::Nothing
        }
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {}", self.id, self.before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_that_stands_tells_what_became_of_an_operation() {
        // R02, R03, R04
        for (after, stands, tells) in [
            (None, None, Tells::NotYet),
            (Some("m after l"), Some("m after l"), Tells::NotYet),
            (None, Some("a after -"), Tells::Written),
            (Some("m after l"), Some("a after m"), Tells::Written),
            (Some("m after l"), Some("b after a"), Tells::Written),
            (Some("m after l"), Some("b after m"), Tells::Overtaken),
            (None, Some("b after -"), Tells::Overtaken),
            (Some("m after l"), Some("fence-of-a after m"), Tells::Overtaken),
            (Some("m after l"), Some("b after fence-of-a"), Tells::Overtaken),
            (Some("m after l"), Some("c after b"), Tells::Nothing),
            (Some("m after l"), Some("what somebody wrote"), Tells::Nothing),
            (Some("m after l"), None, Tells::Nothing),
            // An attribute in which something else stood.
            (Some("room 7"), Some("a after room 7"), Tells::Written),
        ] {
            assert_eq!(Marker::tells("a", after, stands), tells, "{after:?} {stands:?}");
        }
        assert_eq!(Marker::of("a", Some("m after l")).to_string(), "a after m");
        assert_eq!(Marker::fence("a", None).to_string(), "fence-of-a after -");
    }
}
