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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_account_bears_is_read_as_it_was_written() {
        for marker in [None, Some("a1".to_owned()), Some("with two blanks".to_owned()), Some(String::new())] {
            let stands = Stands { server: "ldaps://dc1:636".to_owned(), marker };
            assert_eq!(Stands::read(&stands.to_string()), Some(stands));
        }
        assert_eq!(Stands::read("a1"), None);
    }
}
