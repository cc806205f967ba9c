//! What a place can do, and what is handed to it.

use latchkey_api::place::{Copy, Outcome, PlaceKind};
use secrecy::SecretString;

use crate::item::ItemError;
use crate::policy::Policy;
use crate::secret::Stored;
use crate::tokens::Tokens;

/// One store of a workstation, for as long as one run of the program.
pub(crate) trait Place {
    fn kind(&self) -> PlaceKind;

    /// The program that answers, where it says its name.
    fn name(&mut self) -> Option<String> {
        None
    }

    /// Tells of each copy that is the person's business when it is found, and never opens a prompt.
    fn find(&mut self, looking: &Looking, tell: &mut dyn FnMut(Copy) -> GoOn) -> Result<Seen, ItemError>;

    /// Changes one copy as far as the rule allows, and reads it again before it says so.
    ///
    /// `asking` is called before the system puts a question to the person.
    fn refresh(&mut self, id: &str, change: &Change, asking: &mut dyn FnMut()) -> Refreshed;

    /// Writes back what a refresh has replaced, unless something else was saved since.
    fn put_back(&mut self, id: &str, replaced: &Replaced, asking: &mut dyn FnMut()) -> Outcome;

    /// Asks the person to unlock; opens the system's own prompt and returns when it is answered.
    fn unlock(&mut self, _looking: &Looking) -> Result<(), ItemError> {
        Ok(())
    }

    /// Where the token of this workstation is kept, if the place keeps one.
    fn tokens(&mut self) -> Option<&mut dyn Tokens> {
        None
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Looking {
    pub(crate) policy: Policy,
    /// The old password, where it is known; after a reset of a forgotten one it is not.
    pub(crate) old: Option<SecretString>,
    /// The new password, where it is known: what holds it already is not asked about.
    pub(crate) new: Option<SecretString>,
    /// Whether the password was reset without the old one.
    pub(crate) reset: bool,
}

/// What a copy is to become.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    pub(crate) looking: Looking,
    pub(crate) new: SecretString,
    /// Whether the person ticked this very copy.
    pub(crate) ticked: bool,
}

/// Whether anybody still listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GoOn {
    Yes,
    No,
}

/// What a look has shown besides the copies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// A part of the place is locked, so that more copies may be in it than were told of.
    pub(crate) locked: bool,
    /// A part of the place could not be looked into; the rest was.
    pub(crate) error: Option<ItemError>,
}

/// How a refresh ended, with what it has replaced.
#[derive(Debug)]
pub(crate) struct Refreshed {
    pub(crate) outcome: Outcome,
    pub(crate) replaced: Option<Replaced>,
}

impl From<Outcome> for Refreshed {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, replaced: None }
    }
}

/// The bytes that a copy held, and those that were written over them.
#[derive(Debug, Clone)]
pub(crate) struct Replaced {
    pub(crate) before: Stored,
    pub(crate) written: Stored,
}

/// The id of the item that its place calls `native`.
pub(crate) fn id(place: PlaceKind, native: &str) -> String {
    format!("{}:{native}", place.as_str())
}

/// The place's own name of the item; `None` for a copy of another place.
pub(crate) fn native(place: PlaceKind, id: &str) -> Option<&str> {
    id.strip_prefix(place.as_str())?.strip_prefix(':')
}
