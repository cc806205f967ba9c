//! What an account bears, and which server said so.

use std::fmt;

/// The marker of an account as one server has it. The write goes to the same server, and so does the question what became
/// of it: another one may not have heard of it yet.
///
/// As text it is what [`crate::Directory::marker`] answers and [`crate::Operation::after`] carries: the server's address,
/// and after a blank the marker, where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    pub server: String,
    pub marker: Option<String>,
}

impl Stands {
    /// Reads what [`fmt::Display`] wrote; nothing if it is something else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (server, marker) = match text.split_once(' ') {
            Some((server, marker)) => (server, Some(marker.to_owned())),
            None => (text, None),
        };
        server.contains("://").then(|| Self { server: server.to_owned(), marker })
    }
}

impl fmt::Display for Stands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.marker {
            Some(marker) => write!(f, "{} {marker}", self.server),
            None => f.write_str(&self.server),
        }
    }
}

/// What an account's marker tells of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It was written; perhaps another one came after it.
    Written,
    /// It was not, and cannot be any more: its fence stands, or another operation went out from the same marker.
    NotWritten,
    /// It has not been written; it may still be.
    Open,
    /// More than one other operation may have come since.
    Unknown,
}

/// The value that an operation leaves as the marker: its id, and the id of the one that went before. So that one that was
/// overtaken can still be told from one that was done.
#[must_use]
pub fn marker_of(id: &str, before: Option<&str>) -> String {
    match before.and_then(id_of) {
        Some(before) => format!("{id} {before}"),
        None => id.to_owned(),
    }
}

/// The value that keeps an operation from being written later.
#[must_use]
pub fn fence_of(id: &str, before: Option<&str>) -> String {
    marker_of(&format!("fenced-{id}"), before)
}

/// What the marker that stands now says of an operation that was intended when `before` stood.
#[must_use]
pub fn told(id: &str, before: Option<&str>, now: Option<&str>) -> Told {
    if now == before {
        return Told::Open;
    }
    let Some(now) = now else { return Told::Unknown };
    let fence = format!("fenced-{id}");
    let (last, one_before) = (id_of(now), now.split(' ').nth(1));
    if last == Some(id) || one_before == Some(id) {
        Told::Written
    } else if last == Some(&fence) || one_before == Some(&fence) || one_before == before.and_then(id_of) {
        Told::NotWritten
    } else {
        Told::Unknown
    }
}

fn id_of(marker: &str) -> Option<&str> {
    marker.split(' ').next().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PW-11: what a marker says, one operation later too.
    #[test]
    fn a_marker_tells_of_the_last_operation_and_of_the_one_before() {
        for before in [None, Some("a"), Some("a z")] {
            let written = marker_of("b", before);
            assert_eq!(told("b", before, before), Told::Open);
            assert_eq!(told("b", before, Some(&written)), Told::Written);
            assert_eq!(told("b", before, Some(&marker_of("c", Some(&written)))), Told::Written);
            let fenced = fence_of("b", before);
            assert_eq!(told("b", before, Some(&fenced)), Told::NotWritten);
            assert_eq!(told("b", before, Some(&marker_of("c", Some(&fenced)))), Told::NotWritten);
            // Another one went out from the same marker, so this one cannot have.
            assert_eq!(told("b", before, Some(&marker_of("c", before))), Told::NotWritten);
            assert_eq!(told("b", before, Some(&marker_of("d", Some("c")))), Told::Unknown);
        }
        assert_eq!(told("b", Some("a"), None), Told::Unknown);
    }

    #[test]
    fn what_an_account_bears_is_read_as_it_was_written() {
        for marker in [None, Some("a1".to_owned()), Some("with two blanks".to_owned()), Some(String::new())] {
            let stands = Stands { server: "ldaps://dc1:636".to_owned(), marker };
            assert_eq!(Stands::read(&stands.to_string()), Some(stands));
        }
        assert_eq!(Stands::read("a1"), None);
    }
}
