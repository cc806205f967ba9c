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
        let name = Name::of(item.user.as_deref(), looking);
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
        let name = Name::of(item.user.as_deref(), &change.looking);
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::place::Need;

    /// A store in memory that can be told to misbehave.
    #[derive(Debug, Default)]
    pub(crate) struct Drawer {
        pub(crate) items: Vec<(Item, String)>,
        pub(crate) unreachable: bool,
        pub(crate) forgets_writes: bool,
        pub(crate) writes: usize,
    }

    impl Drawer {
        pub(crate) fn with(mut self, native: &str, user: Option<&str>, secret: &str) -> Self {
            let item = Item {
                native: native.into(),
                label: native.to_uppercase(),
                user: user.map(Into::into),
                target: None,
                locked: false,
            };
            self.items.push((item, secret.into()));
            self
        }

        fn at(&mut self, native: &str) -> Result<&mut (Item, String), PlaceError> {
            let found = self.items.iter_mut().find(|(item, _)| item.native == native).ok_or(PlaceError::Gone)?;
            if found.0.locked { Err(PlaceError::Locked) } else { Ok(found) }
        }
    }

    impl Items for Drawer {
        fn kind(&self) -> PlaceKind {
            PlaceKind::Keychain
        }

        fn list(&mut self, _looking: &Looking) -> Result<Listing, PlaceError> {
            if self.unreachable {
                return Err(PlaceError::Unreachable);
            }
            let items: Vec<_> = self.items.iter().map(|(item, _)| item.clone()).collect();
            let locked = items.iter().any(|item| item.locked);
            Ok(Listing { items, locked })
        }

        fn describe(&mut self, native: &str, _looking: &Looking) -> Result<Item, PlaceError> {
            self.at(native).map(|(item, _)| item.clone())
        }

        fn read(&mut self, native: &str, _asking: Asking) -> Result<Stored, PlaceError> {
            self.at(native).map(|(_, secret)| Stored::from(secret.clone().into_bytes()))
        }

        fn write(&mut self, native: &str, secret: &Stored) -> Result<(), PlaceError> {
            self.writes += 1;
            if !self.forgets_writes {
                self.at(native)?.1 = String::from_utf8(secret::bytes(secret).to_vec()).unwrap();
            }
            Ok(())
        }

        fn unlock(&mut self) -> Result<(), PlaceError> {
            self.items.iter_mut().for_each(|(item, _)| item.locked = false);
            Ok(())
        }
    }

    pub(crate) fn looking(old: Option<&str>) -> Looking {
        let accounts = vec!["ada".into(), "ada@example.edu".into(), r"EXAMPLE\ada".into()];
        Looking { accounts, old: old.map(SecretString::from) }
    }

    fn change(old: Option<&str>, ticked: bool) -> Change {
        Change { looking: looking(old), new: SecretString::from("new-password"), ticked }
    }

    fn id(native: &str) -> CopyId {
        CopyId::new(PlaceKind::Keychain, native)
    }

    #[test]
    fn a_look_lists_what_bears_the_name_and_what_holds_the_old_password() {
        let mut place = ItemPlace(
            Drawer::default()
                .with("mail", Some(r"example\ADA"), "old-password")
                .with("wiki", Some("ada@example.edu"), "something else")
                .with("wifi", None, "old-password")
                .with("alias", Some("ada.lovelace@example.edu"), "old-password")
                .with("bob's", Some("bob"), "something else")
                .with("key", None, "something else"),
        );

        let found = place.find(&looking(Some("old-password"))).unwrap();

        let seen: Vec<_> =
            found.copies.iter().map(|c| (c.label.as_str(), c.held_old, c.names_person, c.need())).collect();
        assert_eq!(
            seen,
            [
                ("MAIL", HeldOld::Yes, true, None),
                ("WIKI", HeldOld::No, true, Some(Need::Tick)),
                ("WIFI", HeldOld::Yes, false, None),
                ("ALIAS", HeldOld::Yes, false, Some(Need::Tick)),
            ]
        );
    }

    #[test]
    fn without_the_old_password_only_the_name_speaks_and_every_copy_needs_a_tick() {
        let mut place =
            ItemPlace(Drawer::default().with("mail", Some("ada"), "old-password").with("wifi", None, "old-password"));

        let found = place.find(&looking(None)).unwrap();

        let seen: Vec<_> = found.copies.iter().map(|c| (c.label.as_str(), c.held_old, c.need())).collect();
        assert_eq!(seen, [("MAIL", HeldOld::Unknown, Some(Need::Tick))]);
    }

    #[test]
    fn a_copy_that_held_the_old_password_is_updated_and_the_second_time_already_fine() {
        let mut place = ItemPlace(Drawer::default().with("mail", Some("ada"), "old-password"));
        let change = change(Some("old-password"), false);

        assert_eq!(place.refresh(&id("mail"), &change), Outcome::Updated);
        assert_eq!(place.0.items[0].1, "new-password");
        assert_eq!(place.refresh(&id("mail"), &change), Outcome::AlreadyFine);
        assert_eq!(place.0.writes, 1);
    }

    #[test]
    fn a_user_name_alone_is_changed_only_with_a_tick() {
        let mut place = ItemPlace(Drawer::default().with("wiki", Some("ada"), "something else"));

        assert_eq!(place.refresh(&id("wiki"), &change(Some("old"), false)), Outcome::NeedsYou(Need::Tick));
        assert_eq!(place.refresh(&id("wiki"), &change(None, false)), Outcome::NeedsYou(Need::Tick));
        assert_eq!(place.0.writes, 0);
        assert_eq!(place.refresh(&id("wiki"), &change(None, true)), Outcome::Updated);
    }

    #[test]
    fn what_is_somebody_elses_is_not_written_whatever_is_asked() {
        let mut place =
            ItemPlace(Drawer::default().with("bob's", Some("bob"), "new-password").with("key", None, "something else"));

        for native in ["bob's", "key"] {
            let outcome = place.refresh(&id(native), &change(Some("old"), true));
            assert_eq!(outcome, Outcome::Failed(FailureReason::NotYours));
        }
        assert_eq!(place.0.writes, 0);
    }

    #[test]
    fn a_write_that_does_not_stay_is_not_called_updated() {
        let mut drawer = Drawer::default().with("mail", Some("ada"), "old");
        drawer.forgets_writes = true;

        let outcome = ItemPlace(drawer).refresh(&id("mail"), &change(Some("old"), false));

        assert_eq!(outcome, Outcome::Failed(FailureReason::NotKept));
    }

    #[test]
    fn a_locked_copy_needs_the_person_and_a_removed_one_is_gone() {
        let mut place = ItemPlace(Drawer::default().with("mail", Some("ada"), "old"));
        place.0.items[0].0.locked = true;
        let change = change(Some("old"), true);

        let found = place.find(&change.looking).unwrap();
        assert!(found.locked);
        assert_eq!(found.copies[0].need(), Some(Need::Locked));
        assert_eq!(place.refresh(&id("mail"), &change), Outcome::NeedsYou(Need::Locked));
        assert_eq!(place.refresh(&id("never there"), &change), Outcome::Failed(FailureReason::Gone));
        assert_eq!(place.refresh(&CopyId::from("nonsense".to_owned()), &change), Outcome::Failed(FailureReason::Gone));

        place.unlock().unwrap();
        assert_eq!(place.refresh(&id("mail"), &change), Outcome::Updated);
    }
}
