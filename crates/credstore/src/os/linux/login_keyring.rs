//! The keyring that signing in opens: unless it is given the new password, it still opens with the old one, and nothing
//! else says so (I8).
//!
//! It is re-keyed where three things hold: the old password is known; the account of this workstation is the campus' own,
//! since signing in to it will open the keyring with the new password from now on; and GNOME Keyring answers, which takes
//! the change only from somebody who knows the old password (oo7 takes it from anybody while the keyring is open).

use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use secrecy::ExposeSecret as _;

use super::bus::{self, Bus, GNOME_KEYRING};
use crate::item::ItemError;
use crate::place::{self, Change, GoOn, Looking, Place, Refreshed, Replaced, Seen};

/// The master password of the login keyring.
pub(super) struct LoginKeyring;

impl Place for LoginKeyring {
    fn kind(&self) -> PlaceKind {
        PlaceKind::LoginKeyring
    }

    fn find(&mut self, looking: &Looking, tell: &mut dyn FnMut(Copy) -> GoOn) -> Result<Seen, ItemError> {
        let can_be_changed = looking.old.is_some() && looking.policy.is_signed_in_here();
        if !looking.reset && !can_be_changed {
            return Ok(Seen::default());
        }
        let bus = Bus::open()?;
        let standing = match bus.answers.as_deref() {
            Some(GNOME_KEYRING) if can_be_changed => Standing::Proven,
            // Where the old password was known, signing in with the new one asks for it once; after a reset nobody has it.
            _ if looking.reset => Standing::OldOpens,
            _ => return Ok(Seen::default()),
        };
        if let Some((native, label)) = login(&bus)? {
            let id = place::id(self.kind(), &native);
            let _ = tell(Copy { id, place: self.kind(), label, user: None, target: None, standing });
        }
        Ok(Seen::default())
    }

    fn refresh(&mut self, id: &str, change: &Change, _asking: &mut dyn FnMut()) -> Refreshed {
        try_refresh(id, change).unwrap_or_else(Outcome::from).into()
    }

    fn put_back(&mut self, _id: &str, _replaced: &Replaced, _asking: &mut dyn FnMut()) -> Outcome {
        Outcome::OldOpens
    }
}

fn try_refresh(id: &str, change: &Change) -> Result<Outcome, ItemError> {
    let path = place::native(PlaceKind::LoginKeyring, id).ok_or(ItemError::Gone)?;
    // One that is empty would open it to everybody.
    if change.new.expose_secret().is_empty() {
        return Ok(Outcome::Refused);
    }
    let Some(old) = change.looking.old.as_ref().filter(|_| change.looking.policy.is_signed_in_here()) else {
        return Ok(Outcome::OldOpens);
    };
    let bus = Bus::open()?;
    if bus.answers.as_deref() != Some(GNOME_KEYRING) {
        return Ok(Outcome::OldOpens);
    }
    // An id from an earlier look may name another collection by now.
    if login(&bus)?.is_none_or(|(login, _)| login != path) {
        return Ok(Outcome::Gone);
    }
    let new = &change.new;
    let changed = bus.change_master(path, old, new)?;
    // From the new one to itself is the question whether it opens.
    Ok(match (changed, bus.change_master(path, new, new)?) {
        (true, true) => Outcome::Updated,
        (false, true) => Outcome::AlreadyFine,
        (true, false) => Outcome::NotKept,
        (false, false) => Outcome::OldOpens,
    })
}

/// Path and label of the login keyring; found by alias or label, since each program has a path of its own.
fn login(bus: &Bus) -> Result<Option<(String, String)>, ItemError> {
    let labelled = |path: &str| {
        let properties = bus.properties(path, "org.freedesktop.Secret.Collection").ok()?;
        bus::text(&properties, "Label")
    };
    if let Some(path) = bus.alias("login")? {
        let label = labelled(path.as_str()).unwrap_or_default();
        return Ok(Some((path.to_string(), label)));
    }
    let mut labels = bus.collections()?.into_iter().filter_map(|path| Some((path.to_string(), labelled(&path)?)));
    Ok(labels.find(|(_, label)| label.eq_ignore_ascii_case("login")))
}
