//! What a server is asked.

use std::collections::HashSet;

use ldap3::Mod;

use super::answer::Found;

/// How far below its base a search looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Base,
    OneLevel,
    Subtree,
}

impl From<Scope> for ldap3::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Base => Self::Base,
            Scope::OneLevel => Self::OneLevel,
            Scope::Subtree => Self::Subtree,
        }
    }
}

/// What is looked for. Whoever makes the filter escapes the values in it by [`super::escape_filter`] (IN-01).
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    pub base: &'a str,
    pub scope: Scope,
    pub filter: &'a str,
    pub attributes: &'a [&'a str],
    /// More than so many are an error.
    pub limit: usize,
}

/// How much of a long answer comes at once, and where it goes on.
#[derive(Debug, Clone)]
pub struct Paging {
    pub size: u16,
    /// What the server gave with the page before; empty for the first one.
    pub cookie: Vec<u8>,
}

/// Some of what a search found.
#[derive(Debug, Default)]
pub struct Page {
    pub entries: Vec<Found>,
    /// Where it goes on; empty where it does not.
    pub cookie: Vec<u8>,
}

/// One change to an attribute, by its name and its values. With an empty list a replacement takes all values away.
#[derive(Clone)]
pub enum Change {
    Add(String, Vec<Vec<u8>>),
    Delete(String, Vec<Vec<u8>>),
    Replace(String, Vec<Vec<u8>>),
}

impl Change {
    /// Adds one value.
    #[must_use]
    pub fn add(attribute: &str, value: impl Into<Vec<u8>>) -> Self {
        Self::Add(attribute.to_owned(), vec![value.into()])
    }

    /// Deletes this value, which must be there.
    #[must_use]
    pub fn delete(attribute: &str, value: impl Into<Vec<u8>>) -> Self {
        Self::Delete(attribute.to_owned(), vec![value.into()])
    }

    /// Deletes all values, of which there must be one.
    #[must_use]
    pub fn delete_all(attribute: &str) -> Self {
        Self::Delete(attribute.to_owned(), Vec::new())
    }

    /// Takes away what is there and puts this in its place.
    #[must_use]
    pub fn replace(attribute: &str, value: impl Into<Vec<u8>>) -> Self {
        Self::Replace(attribute.to_owned(), vec![value.into()])
    }

    /// Takes away what is there, if anything is.
    #[must_use]
    pub fn clear(attribute: &str) -> Self {
        Self::Replace(attribute.to_owned(), Vec::new())
    }

    pub(super) fn into_mod(self) -> Mod<Vec<u8>> {
        let set = |values: Vec<Vec<u8>>| values.into_iter().collect::<HashSet<_>>();
        match self {
            Self::Add(name, values) => Mod::Add(name.into_bytes(), set(values)),
            Self::Delete(name, values) => Mod::Delete(name.into_bytes(), set(values)),
            Self::Replace(name, values) => Mod::Replace(name.into_bytes(), set(values)),
        }
    }
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, name) = match self {
            Self::Add(name, _) => ("add", name),
            Self::Delete(name, _) => ("delete", name),
            Self::Replace(name, _) => ("replace", name),
        };
        // A value may be a password.
        write!(f, "{kind} {name}")
    }
}
