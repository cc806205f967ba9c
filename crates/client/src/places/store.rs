//! One store of the workstation, and how its copies are called inside and outside of its program.

use latchkey_api::place::{PlaceError, PlaceKind, PlaceState};

use super::CampusProgram;

/// One store and the program that looks after it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Store<'a> {
    Ours(PlaceKind),
    Campus(&'a CampusProgram),
}

impl Store<'_> {
    pub(super) const fn kind(self) -> PlaceKind {
        match self {
            Self::Ours(kind) => kind,
            Self::Campus(_) => PlaceKind::CampusProgram,
        }
    }

    /// What the program calls a copy that the app calls `id`; `None` for a copy of another store.
    pub(super) fn native(self, id: &str) -> Option<&str> {
        match self {
            Self::Ours(kind) => id.strip_prefix(kind.as_str())?.starts_with(':').then_some(id),
            Self::Campus(program) => {
                id.strip_prefix(self.kind().as_str())?.strip_prefix(':')?.strip_prefix(&program.name)?.strip_prefix(':')
            }
        }
    }

    /// What the app calls a copy that the program calls `native`.
    pub(super) fn id(self, native: String) -> String {
        match self {
            Self::Ours(_) => native,
            Self::Campus(program) => format!("{}:{}:{native}", self.kind().as_str(), program.name),
        }
    }

    pub(super) fn state(self, error: Option<PlaceError>) -> PlaceState {
        let name = match self {
            Self::Ours(_) => None,
            Self::Campus(program) => Some(program.name.clone()),
        };
        PlaceState { place: self.kind(), name, locked: false, error }
    }
}
