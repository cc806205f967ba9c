//! The keyring that signing in opens: after a reset it still opens with the old password, and nothing else says so (I8).

use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};

use super::bus::{self, Bus};
use crate::item::ItemError;
use crate::place::{self, Change, GoOn, Looking, Place, Refreshed, Replaced, Seen};

/// The master password of the login keyring, which cannot be proven without the old one.
pub(super) struct LoginKeyring;

impl Place for LoginKeyring {
    fn kind(&self) -> PlaceKind {
        PlaceKind::LoginKeyring
    }

    fn name(&mut self) -> Option<String> {
        None
    }

    fn find(&mut self, looking: &Looking, tell: &mut dyn FnMut(Copy) -> GoOn) -> Result<Seen, ItemError> {
        // Where the old password was known, signing in with the new one asks for it once; after a reset nobody has it.
        if !looking.reset {
            return Ok(Seen::default());
        }
        if let Some((native, label)) = login(&Bus::open()?)? {
            let id = place::id(self.kind(), &native);
            let standing = Standing::OldOpens;
            let _ = tell(Copy { id, place: self.kind(), label, user: None, target: None, standing });
        }
        Ok(Seen::default())
    }

    fn refresh(&mut self, _id: &str, _change: &Change, _asking: &mut dyn FnMut()) -> Refreshed {
        Outcome::OldOpens.into()
    }

    fn put_back(&mut self, _id: &str, _replaced: &Replaced, _asking: &mut dyn FnMut()) -> Outcome {
        Outcome::OldOpens
    }

    fn unlock(&mut self, _looking: &Looking) -> Result<(), ItemError> {
        Ok(())
    }
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
