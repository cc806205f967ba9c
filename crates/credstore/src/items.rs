//! A place that keeps plain items: the cycle find → decide → write → read again, the same on every system.

use secrecy::SecretString;

use crate::copy::{Copy, CopyId, HeldOld, Looking, PlaceKind};
use crate::place::{Change, FailureReason, Found, Outcome, Place, PlaceError};
use crate::rule::{self, Name};
use crate::secret::{self, Stored};

/// Whether the system may ask the person before it hands out an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    /// While looking: nobody expects a prompt.
    Never,
    /// For a copy the person chose: macOS guards each item of another program by a question of its own.
    Allowed,
}

/// What a store of items must be able to do.
pub(crate) trait Items: Send {
    fn kind(&self) -> PlaceKind;

    /// Lists every item without its secret; of the locked ones those that are known to bear the person's name.
    fn list(&mut self, looking: &Looking) -> Result<Listing, PlaceError>;

    /// Describes one item as it is now.
    fn describe(&mut self, native: &str, looking: &Looking) -> Result<Item, PlaceError>;

    fn read(&mut self, native: &str, asking: Asking) -> Result<Stored, PlaceError>;

    /// Replaces the secret of an item that exists; everything else of it stays.
    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), PlaceError>;

    fn unlock(&mut self) -> Result<(), PlaceError>;
}

/// The items of one look.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) items: Vec<Item>,
    pub(crate) locked: bool,
}

/// One item without its secret.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) native: String,
    pub(crate) label: String,
    pub(crate) user: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) locked: bool,
}

/// A [`Place`] over a store of items.
#[derive(Debug)]
pub(crate) struct ItemPlace<S>(pub(crate) S);

impl<S: Items> ItemPlace<S> {
    /// Judges one listed item; `None` if it is none of the person's business.
    fn judge(&mut self, item: Item, looking: &Looking) -> Result<Option<Copy>, PlaceError> {
        let name = Name::of(&item, looking);
        let held_old = match &looking.old {
            Some(old) if !item.locked => match self.0.read(&item.native, Asking::Never) {
                Ok(stored) => held(&stored, old),
                // Locked or removed between the listing and now, or guarded: say what is known.
                Err(PlaceError::Locked | PlaceError::Gone | PlaceError::Refused | PlaceError::Declined) => {
                    HeldOld::Unknown
                }
                Err(error @ (PlaceError::Unreachable | PlaceError::TimedOut)) => return Err(error),
            },
            Some(_) | None => HeldOld::Unknown,
        };
        if name != Name::Persons && held_old != HeldOld::Yes {
            return Ok(None);
        }
        let place = self.0.kind();
        Ok(Some(Copy {
            id: CopyId::new(place, &item.native),
            place,
            label: item.label,
            user: item.user,
            target: item.target,
            held_old,
            names_person: name == Name::Persons,
            locked: item.locked,
        }))
    }

    fn try_refresh(&mut self, id: &CopyId, change: &Change) -> Result<Outcome, PlaceError> {
        let native = id.native(self.0.kind()).ok_or(PlaceError::Gone)?;
        let item = self.0.describe(native, &change.looking)?;
        let stored = self.0.read(native, Asking::Allowed)?;
        let old = change.looking.old.as_ref();
        let name = Name::of(&item, &change.looking);
        let held_old = old.map_or(HeldOld::Unknown, |old| held(&stored, old));
        let allowed = rule::decide(held_old, name, change.ticked);
        // One that has the new password already needs no tick; of somebody else's entry not even that is said.
        if allowed != Err(Outcome::Failed(FailureReason::NotYours)) && secret::holds(&stored, &change.new) {
            return Ok(Outcome::AlreadyFine);
        }
        if let Err(outcome) = allowed {
            return Ok(outcome);
        }
        let new = secret::to_store(&change.new, secret::form(&stored, old));
        self.0.write(native, &new)?;
        let kept = self.0.read(native, Asking::Allowed)?;
        Ok(if secret::holds(&kept, &change.new) { Outcome::Updated } else { Outcome::Failed(FailureReason::NotKept) })
    }
}

impl<S: Items> Place for ItemPlace<S> {
    fn kind(&self) -> PlaceKind {
        self.0.kind()
    }

    fn find(&mut self, looking: &Looking) -> Result<Found, PlaceError> {
        let Listing { items, locked } = self.0.list(looking)?;
        let mut copies = Vec::new();
        for item in items {
            copies.extend(self.judge(item, looking)?);
        }
        Ok(Found { copies, locked })
    }

    fn refresh(&mut self, id: &CopyId, change: &Change) -> Outcome {
        self.try_refresh(id, change).unwrap_or_else(Outcome::from)
    }

    fn unlock(&mut self) -> Result<(), PlaceError> {
        self.0.unlock()
    }
}

fn held(stored: &Stored, old: &SecretString) -> HeldOld {
    if secret::holds(stored, old) { HeldOld::Yes } else { HeldOld::No }
}
