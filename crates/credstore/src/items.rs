//! A place that keeps plain items: the cycle find → judge → write → read again, the same on every system.

use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};

use crate::item::{Held, Item, ItemError, Purpose};
use crate::place::{self, Change, GoOn, Looking, Place, Refreshed, Replaced, Seen};
use crate::policy::Policy;
use crate::rule;
use crate::secret::{self, Stored};
use crate::tokens::Tokens;

/// Whether the system may ask the person before it hands out an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asking {
    /// While looking: nobody expects a prompt.
    Never,
    /// For a copy the person chose: macOS guards each item of another program by a question of its own.
    Allowed,
}

/// What a store of items must be able to do.
pub(crate) trait Items {
    fn kind(&self) -> PlaceKind;

    /// The program that answers, where it says its name.
    fn name(&mut self) -> Option<String> {
        None
    }

    /// Whether any read of an item may put a question to the person.
    fn asks_for_each(&mut self) -> bool {
        false
    }

    /// Lists every item without its secret; of the locked ones those that are known to bear the person's name.
    fn list(&mut self, policy: &Policy) -> Result<Listing, ItemError>;

    /// Describes one item as it is now.
    fn describe(&mut self, native: &str, policy: &Policy) -> Result<Item, ItemError>;

    fn read(&mut self, native: &str, asking: Asking) -> Result<Stored, ItemError>;

    /// Replaces the secret of an item that exists; everything else of it stays.
    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), ItemError>;

    /// Asks the person to open the own lock of one item for this run; a store without such locks has nothing to do.
    fn unlock_item(&mut self, _native: &str) -> Result<(), ItemError> {
        Ok(())
    }

    /// Asks the person to open what is locked and may hold copies of theirs, in a store that can be locked.
    fn unlock(&mut self, _policy: &Policy) -> Result<(), ItemError> {
        Ok(())
    }

    /// The same store as one that keeps the token of this workstation, where it can.
    fn tokens(&mut self) -> Option<&mut dyn Tokens> {
        None
    }
}

/// The items of one look.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) items: Vec<Item>,
    /// Items that cannot be described: named, so that nobody takes silence for "nothing there".
    pub(crate) odd: Vec<Odd>,
    pub(crate) locked: bool,
    /// A part could not be looked into.
    pub(crate) error: Option<ItemError>,
}

/// An item that the store does not describe.
#[derive(Debug, Clone)]
pub(crate) struct Odd {
    pub(crate) native: String,
    pub(crate) label: String,
}

/// A [`Place`] over a store of items.
#[derive(Debug)]
pub(crate) struct ItemPlace<S>(pub(crate) S);

impl<S: Items> ItemPlace<S> {
    /// Judges one listed item; `None` if it is none of the person's business.
    fn judge(&mut self, item: Item, looking: &Looking) -> Result<Option<Copy>, ItemError> {
        let readable = !item.locked && item.purpose != Purpose::FileOrDevice;
        let mut is_fine = false;
        let held = match readable.then(|| self.0.read(&item.native, Asking::Never)) {
            Some(Ok(stored)) => {
                let (old, new) = (looking.old.as_ref(), looking.new.as_ref());
                is_fine = new.is_some_and(|new| secret::is_fine(&stored, new, old));
                secret::held(&stored, old)
            }
            Some(Err(ItemError::Unreachable)) => return Err(ItemError::Unreachable),
            // It was locked or removed since, is guarded or odd: what its description says is all that is known.
            Some(Err(
                ItemError::Locked
                | ItemError::ItemLocked
                | ItemError::TimedOut
                | ItemError::Declined
                | ItemError::Gone
                | ItemError::Refused,
            ))
            | None => Held::Unknown,
        };
        // Of somebody else's entry not even that is said.
        let standing = rule::judge(&item, held, &looking.policy);
        let standing = standing.map(|standing| if is_fine { Standing::Fine } else { standing });
        Ok(standing.map(|standing| self.copy(item, standing, &looking.policy)))
    }

    fn copy(&self, item: Item, standing: Standing, policy: &Policy) -> Copy {
        let place = self.0.kind();
        let persons = item.users.iter().find(|user| policy.names(user)).or(item.users.first()).cloned();
        let id = place::id(place, &item.native);
        Copy { id, place, label: item.label, user: persons, target: item.target, standing }
    }

    fn odd(&self, odd: Odd) -> Copy {
        let place = self.0.kind();
        let id = place::id(place, &odd.native);
        Copy { id, place, label: odd.label, user: None, target: None, standing: Standing::Choice }
    }

    fn try_refresh(&mut self, id: &str, change: &Change, asking: &mut dyn FnMut()) -> Result<Refreshed, ItemError> {
        let native = place::native(self.0.kind(), id).ok_or(ItemError::Gone)?;
        if self.0.asks_for_each() {
            asking();
        }
        let mut item = self.0.describe(native, &change.looking.policy)?;
        if item.purpose == Purpose::FileOrDevice {
            return Ok(Outcome::NotYours.into());
        }
        let before = self.read_opened(native, asking)?;
        item.locked = false;
        let old = change.looking.old.as_ref();
        let standing = rule::judge(&item, secret::held(&before, old), &change.looking.policy);
        let decided = rule::decide(standing, change.ticked);
        // One that has the new password already needs no tick; of somebody else's entry not even that is said.
        if decided != Err(Outcome::NotYours) && secret::is_fine(&before, &change.new, old) {
            return Ok(Outcome::AlreadyFine.into());
        }
        if let Err(outcome) = decided {
            return Ok(outcome.into());
        }
        let Some(written) = secret::rewritten(&before, old, &change.new) else { return Ok(Outcome::Refused.into()) };
        self.0.write(native, &written)?;
        let outcome = match self.0.read(native, Asking::Allowed) {
            Ok(kept) if secret::same(&kept, &written) => Outcome::Updated,
            Ok(_) => Outcome::NotKept,
            Err(ItemError::Refused | ItemError::Declined) => Outcome::Unverified,
            Err(_) => Outcome::Unknown,
        };
        Ok(Refreshed { outcome, replaced: Some(Replaced { before, written }) })
    }

    /// Reads an item that the person chose; one with a lock of its own is opened first.
    fn read_opened(&mut self, native: &str, asking: &mut dyn FnMut()) -> Result<Stored, ItemError> {
        match self.0.read(native, Asking::Allowed) {
            Err(ItemError::ItemLocked) => {
                asking();
                self.0.unlock_item(native)?;
                self.0.read(native, Asking::Allowed)
            }
            read => read,
        }
    }

    fn try_put_back(&mut self, id: &str, was: &Replaced, asking: &mut dyn FnMut()) -> Result<Outcome, ItemError> {
        let native = place::native(self.0.kind(), id).ok_or(ItemError::Gone)?;
        if self.0.asks_for_each() {
            asking();
        }
        let now = self.read_opened(native, asking)?;
        if secret::same(&now, &was.before) {
            return Ok(Outcome::PutBack);
        }
        // Whatever was saved since is newer than both.
        if !secret::same(&now, &was.written) {
            return Ok(Outcome::Refused);
        }
        self.0.write(native, &was.before)?;
        let kept = self.0.read(native, Asking::Allowed)?;
        Ok(if secret::same(&kept, &was.before) { Outcome::PutBack } else { Outcome::NotKept })
    }
}

impl<S: Items> Place for ItemPlace<S> {
    fn kind(&self) -> PlaceKind {
        self.0.kind()
    }

    fn name(&mut self) -> Option<String> {
        self.0.name()
    }

    fn find(&mut self, looking: &Looking, tell: &mut dyn FnMut(Copy) -> GoOn) -> Result<Seen, ItemError> {
        let Listing { items, odd, locked, error } = self.0.list(&looking.policy)?;
        for item in items {
            if let Some(copy) = self.judge(item, looking)?
                && tell(copy) == GoOn::No
            {
                break;
            }
        }
        for odd in odd {
            tell(self.odd(odd));
        }
        Ok(Seen { locked, error })
    }

    fn refresh(&mut self, id: &str, change: &Change, asking: &mut dyn FnMut()) -> Refreshed {
        self.try_refresh(id, change, asking).unwrap_or_else(|error| Outcome::from(error).into())
    }

    fn put_back(&mut self, id: &str, replaced: &Replaced, asking: &mut dyn FnMut()) -> Outcome {
        self.try_put_back(id, replaced, asking).unwrap_or_else(Outcome::from)
    }

    fn unlock(&mut self, looking: &Looking) -> Result<(), ItemError> {
        self.0.unlock(&looking.policy)
    }

    fn tokens(&mut self) -> Option<&mut dyn Tokens> {
        self.0.tokens()
    }
}

#[cfg(test)]
#[path = "items_tests.rs"]
pub(crate) mod tests;
