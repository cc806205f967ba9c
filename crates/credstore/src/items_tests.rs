use super::*;
use crate::place::Change;
use crate::protocol::TokenOf;
use crate::rule::tests::policy;

/// A store in memory that can be told to misbehave.
#[derive(Debug, Default)]
pub(crate) struct Drawer {
    pub(crate) items: Vec<(Item, Vec<u8>)>,
    pub(crate) unreachable: bool,
    pub(crate) forgets_writes: bool,
    /// Reading this one fails.
    pub(crate) odd: Option<&'static str>,
    /// Items with a lock of their own, as KeePassXC has them.
    pub(crate) own_locks: bool,
    pub(crate) writes: usize,
    pub(crate) token: Option<Vec<u8>>,
}

impl Drawer {
    pub(crate) fn with(mut self, native: &str, user: Option<&str>, server: Option<&str>, secret: &str) -> Self {
        let item = Item {
            native: native.into(),
            label: native.to_uppercase(),
            users: user.map(Into::into).into_iter().collect(),
            servers: server.map(Into::into).into_iter().collect(),
            target: server.map(Into::into),
            ..Item::default()
        };
        self.items.push((item, secret.into()));
        self
    }

    fn at(&mut self, native: &str) -> Result<&mut (Item, Vec<u8>), ItemError> {
        if self.odd == Some(native) {
            return Err(ItemError::Refused);
        }
        let locked = if self.own_locks { ItemError::ItemLocked } else { ItemError::Locked };
        let found = self.items.iter_mut().find(|(item, _)| item.native == native).ok_or(ItemError::Gone)?;
        if found.0.locked { Err(locked) } else { Ok(found) }
    }

    pub(crate) fn secret(&self, native: &str) -> String {
        let (_, secret) = self.items.iter().find(|(item, _)| item.native == native).unwrap();
        String::from_utf8(secret.clone()).unwrap()
    }
}

impl Tokens for Drawer {
    fn token(&mut self, _of: &TokenOf) -> Result<Option<Stored>, ItemError> {
        if self.unreachable { Err(ItemError::Unreachable) } else { Ok(self.token.clone().map(Stored::from)) }
    }

    fn keep(&mut self, _of: &TokenOf, token: &Stored) -> Result<(), ItemError> {
        if !self.forgets_writes {
            self.token = Some(secret::bytes(token).to_vec());
        }
        Ok(())
    }

    fn forget(&mut self, _of: &TokenOf) -> Result<(), ItemError> {
        self.token = None;
        Ok(())
    }
}

impl Items for Drawer {
    fn tokens(&mut self) -> Option<&mut dyn Tokens> {
        Some(self)
    }

    fn kind(&self) -> PlaceKind {
        PlaceKind::Keychain
    }

    fn list(&mut self, _policy: &Policy) -> Result<Listing, ItemError> {
        if self.unreachable {
            return Err(ItemError::Unreachable);
        }
        let (odd, items): (Vec<_>, Vec<_>) =
            self.items.iter().map(|(item, _)| item.clone()).partition(|item| self.odd == Some(item.native.as_str()));
        let odd = odd.into_iter().map(|item| Odd { native: item.native, label: item.label }).collect();
        let locked = items.iter().any(|item| item.locked);
        Ok(Listing { items, odd, locked, error: None })
    }

    fn describe(&mut self, native: &str, _policy: &Policy) -> Result<Item, ItemError> {
        match self.at(native) {
            Ok((item, _)) => Ok(item.clone()),
            Err(ItemError::ItemLocked) => {
                let listed = self.items.iter().find(|(item, _)| item.native == native);
                listed.map(|(item, _)| item.clone()).ok_or(ItemError::Gone)
            }
            Err(error) => Err(error),
        }
    }

    fn read(&mut self, native: &str, _asking: Asking) -> Result<Stored, ItemError> {
        self.at(native).map(|(_, secret)| Stored::from(secret.clone()))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), ItemError> {
        self.writes += 1;
        if !self.forgets_writes {
            self.at(native)?.1 = secret::bytes(secret).to_vec();
        }
        Ok(())
    }

    fn unlock_item(&mut self, native: &str) -> Result<(), ItemError> {
        self.items.iter_mut().filter(|(item, _)| item.native == native).for_each(|(item, _)| item.locked = false);
        Ok(())
    }

    fn unlock(&mut self, _policy: &Policy) -> Result<(), ItemError> {
        self.items.iter_mut().for_each(|(item, _)| item.locked = false);
        Ok(())
    }
}

const HOST: Option<&str> = Some("files.example.edu");
const ELSEWHERE: Option<&str> = Some("cloud.company.example");

pub(crate) fn looking(old: Option<&str>) -> Looking {
    Looking { policy: policy(), old: old.map(Into::into), new: None, reset: old.is_none() }
}

fn change(old: Option<&str>, ticked: bool) -> Change {
    Change { looking: looking(old), new: "new-password".into(), ticked }
}

fn id(native: &str) -> String {
    place::id(PlaceKind::Keychain, native)
}

fn found(place: &mut ItemPlace<Drawer>, old: Option<&str>) -> Vec<(String, Standing)> {
    let mut found = Vec::new();
    let seen = place.find(&looking(old), &mut |copy| {
        found.push((copy.label, copy.standing));
        GoOn::Yes
    });
    seen.unwrap();
    found
}

fn refresh(place: &mut ItemPlace<Drawer>, native: &str, change: &Change) -> Outcome {
    place.refresh(&id(native), change, &mut || {}).outcome
}

// I1
#[test]
fn a_look_lists_what_bears_the_name_and_what_holds_the_old_password_and_proves_only_the_campus() {
    let mut place = ItemPlace(
        Drawer::default()
            .with("mail", Some(r"example\ADA"), HOST, "old-password")
            .with("wiki", Some("ada@example.edu"), HOST, "something else")
            .with("cloud", Some("ada"), ELSEWHERE, "old-password")
            .with("nameless", None, HOST, "old-password")
            .with("bob's", Some("bob"), HOST, "something else")
            .with("token", Some("ada"), HOST, r#"{"access_token": "x"}"#)
            .with("key", None, None, "something else"),
    );

    let expected = [
        ("MAIL", Standing::Proven),
        ("WIKI", Standing::Choice),
        ("CLOUD", Standing::Choice),
        ("NAMELESS", Standing::Choice),
        ("TOKEN", Standing::NoPassword),
    ];
    assert_eq!(found(&mut place, Some("old-password")), expected.map(|(label, standing)| (label.to_owned(), standing)));
}

#[test]
fn without_the_old_password_only_the_name_speaks_and_every_copy_needs_a_tick() {
    let mut place = ItemPlace(Drawer::default().with("mail", Some("ada"), HOST, "old").with("x", None, HOST, "old"));

    assert_eq!(found(&mut place, None), [("MAIL".to_owned(), Standing::Choice)]);
}

#[test]
fn what_holds_the_new_password_already_is_said_to_be_fine_and_of_nobody_elses_entry_even_that() {
    let drawer = Drawer::default()
        .with("mail", Some("ada"), HOST, "new-password\n")
        .with("cloud", Some("ada"), ELSEWHERE, "new-password")
        .with("wiki", Some("ada"), HOST, "something else")
        .with("bob's", Some("bob"), HOST, "new-password")
        .with("nameless", None, HOST, "new-password");
    let mut place = ItemPlace(drawer);
    for old in [None, Some("old-password")] {
        let looking = Looking { new: Some("new-password".into()), ..looking(old) };
        let mut found = Vec::new();
        let seen = place.find(&looking, &mut |copy| {
            found.push((copy.label, copy.standing));
            GoOn::Yes
        });
        seen.unwrap();
        let expected = [("MAIL", Standing::Fine), ("CLOUD", Standing::Fine), ("WIKI", Standing::Choice)];
        assert_eq!(found, expected.map(|(label, standing)| (label.to_owned(), standing)), "{old:?}");
    }
}

// I7
#[test]
fn an_odd_item_is_named_and_the_others_go_on() {
    let mut drawer = Drawer::default().with("odd", None, None, "x").with("mail", Some("ada"), HOST, "old");
    drawer.odd = Some("odd");
    let mut place = ItemPlace(drawer);

    let expected = [("MAIL".to_owned(), Standing::Proven), ("ODD".to_owned(), Standing::Choice)];
    assert_eq!(found(&mut place, Some("old")), expected);
    assert_eq!(refresh(&mut place, "odd", &change(Some("old"), true)), Outcome::Refused);
}

#[test]
fn a_copy_that_held_the_old_password_is_updated_and_the_second_time_already_fine() {
    let mut place = ItemPlace(Drawer::default().with("mail", Some("ada"), HOST, "old-password\n"));
    let change = change(Some("old-password"), false);

    assert_eq!(refresh(&mut place, "mail", &change), Outcome::Updated);
    assert_eq!(place.0.secret("mail"), "new-password\n");
    assert_eq!(refresh(&mut place, "mail", &change), Outcome::AlreadyFine);
    assert_eq!(place.0.writes, 1);
}

// I1
#[test]
fn what_is_for_somebody_else_or_unproven_is_changed_only_with_a_tick() {
    let drawer = Drawer::default()
        .with("wiki", Some("ada"), HOST, "something else")
        .with("cloud", Some("ada"), ELSEWHERE, "old")
        .with("token", Some("ada"), HOST, "[1]");
    let mut place = ItemPlace(drawer);
    for native in ["wiki", "cloud", "token"] {
        assert_eq!(refresh(&mut place, native, &change(Some("old"), false)), Outcome::NeedsTick, "{native}");
    }
    assert_eq!(place.0.writes, 0);
    for native in ["wiki", "cloud", "token"] {
        assert_eq!(refresh(&mut place, native, &change(Some("old"), true)), Outcome::Updated, "{native}");
    }
}

#[test]
fn what_is_somebody_elses_is_not_written_whatever_is_asked() {
    let drawer = Drawer::default().with("bob's", Some("bob"), HOST, "new-password").with("key", None, None, "else");
    let mut place = ItemPlace(drawer);

    for native in ["bob's", "key"] {
        assert_eq!(refresh(&mut place, native, &change(Some("old"), true)), Outcome::NotYours);
    }
    assert_eq!(place.0.writes, 0);
}

#[test]
fn a_write_that_does_not_stay_is_not_called_updated() {
    let mut drawer = Drawer::default().with("mail", Some("ada"), HOST, "old");
    drawer.forgets_writes = true;

    assert_eq!(refresh(&mut ItemPlace(drawer), "mail", &change(Some("old"), false)), Outcome::NotKept);
}

#[test]
fn a_locked_copy_needs_the_person_and_a_removed_one_is_gone() {
    let mut place = ItemPlace(Drawer::default().with("mail", Some("ada"), HOST, "old"));
    place.0.items[0].0.locked = true;
    let change = change(Some("old"), true);

    assert_eq!(found(&mut place, Some("old")), [("MAIL".to_owned(), Standing::Locked)]);
    assert_eq!(refresh(&mut place, "mail", &change), Outcome::NeedsUnlock);
    assert_eq!(refresh(&mut place, "never there", &change), Outcome::Gone);
    assert_eq!(place.refresh("nonsense", &change, &mut || {}).outcome, Outcome::Gone);

    place.unlock(&looking(None)).unwrap();
    assert_eq!(refresh(&mut place, "mail", &change), Outcome::Updated);
}

// I3
#[test]
fn an_item_with_a_lock_of_its_own_is_opened_by_a_question_when_it_is_refreshed() {
    let mut place = ItemPlace(Drawer::default().with("mail", Some("ada"), HOST, "old"));
    place.0.items[0].0.locked = true;
    place.0.own_locks = true;
    let mut questions = 0;

    let refreshed = place.refresh(&id("mail"), &change(Some("old"), false), &mut || questions += 1);

    assert_eq!((refreshed.outcome, questions), (Outcome::Updated, 1));
}

#[test]
fn what_was_replaced_is_put_back_unless_something_else_was_saved_since() {
    let mut place = ItemPlace(Drawer::default().with("token", Some("ada"), HOST, "[1, 2]"));
    let refreshed = place.refresh(&id("token"), &change(None, true), &mut || {});
    let replaced = refreshed.replaced.unwrap();
    assert_eq!(place.0.secret("token"), "new-password");

    assert_eq!(place.put_back(&id("token"), &replaced, &mut || {}), Outcome::PutBack);
    assert_eq!(place.0.secret("token"), "[1, 2]");
    place.0.items[0].1 = b"newer".to_vec();
    assert_eq!(place.put_back(&id("token"), &replaced, &mut || {}), Outcome::Refused);
    assert_eq!(place.0.secret("token"), "newer");
    assert_eq!(place.put_back(&id("gone"), &replaced, &mut || {}), Outcome::Gone);
}
