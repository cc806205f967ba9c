//! Windows: the generic credentials of Credential Manager.
//!
//! Domain credentials (mapped drives, Remote Desktop) can be written but not read back, so the rule has nothing to go
//! by: they are not listed.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use windows_native_keyring_store::Store;

use crate::copy::{Looking, PlaceKind};
use crate::items::{Asking, Item, ItemPlace, Items, Listing};
use crate::place::{Place, PlaceError};
use crate::secret::{self, Stored};

pub(super) fn places() -> Vec<Box<dyn Place>> {
    vec![Box::new(ItemPlace(GenericCredentials { store: None }))]
}

type Credential = (Entry, HashMap<String, String>);

/// The generic credentials of the person who is signed in; an item's native name is its target name.
struct GenericCredentials {
    store: Option<Arc<Store>>,
}

impl GenericCredentials {
    /// Every credential with its attributes; one that vanishes meanwhile is left out.
    fn entries(&mut self) -> Result<Vec<Credential>, PlaceError> {
        let store = match self.store.take() {
            Some(store) => store,
            None => Store::new().map_err(|error| why(&error))?,
        };
        let entries = store.search(&HashMap::new()).map_err(|error| why(&error))?;
        self.store = Some(store);
        let attributes = |entry: Entry| entry.get_attributes().ok().map(|attributes| (entry, attributes));
        Ok(entries.into_iter().filter_map(attributes).collect())
    }

    fn entry(&mut self, native: &str) -> Result<Credential, PlaceError> {
        let found = self.entries()?.into_iter().find(|(_, attributes)| target_name(attributes) == Some(native));
        found.ok_or(PlaceError::Gone)
    }
}

impl Items for GenericCredentials {
    fn kind(&self) -> PlaceKind {
        PlaceKind::CredentialManager
    }

    fn list(&mut self, _looking: &Looking) -> Result<Listing, PlaceError> {
        let items = self.entries()?.iter().filter_map(|(_, attributes)| described(attributes)).collect();
        Ok(Listing { items, locked: false })
    }

    fn describe(&mut self, native: &str, _looking: &Looking) -> Result<Item, PlaceError> {
        let (_, attributes) = self.entry(native)?;
        described(&attributes).ok_or(PlaceError::Gone)
    }

    fn read(&mut self, native: &str, _asking: Asking) -> Result<Stored, PlaceError> {
        let (entry, _) = self.entry(native)?;
        Ok(Stored::from(entry.get_secret().map_err(|error| why(&error))?))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), PlaceError> {
        let (entry, _) = self.entry(native)?;
        entry.set_secret(secret::bytes(secret)).map_err(|error| why(&error))
    }

    /// Does nothing: signing in has unlocked it.
    fn unlock(&mut self) -> Result<(), PlaceError> {
        Ok(())
    }
}

fn described(attributes: &HashMap<String, String>) -> Option<Item> {
    let native = target_name(attributes)?;
    // Programs of Microsoft put their kind before a colon: `LegacyGeneric:target=git:https://git.example.edu`.
    let label = native.rsplit_once("target=").map_or(native, |(_, target)| target);
    let user = attributes.get("username").filter(|user| !user.is_empty());
    Some(Item {
        native: native.to_owned(),
        label: label.to_owned(),
        user: user.cloned(),
        target: Some(label.to_owned()),
        locked: false,
    })
}

fn target_name(attributes: &HashMap<String, String>) -> Option<&str> {
    attributes.get("target_name").map(String::as_str)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's list of errors; the rest of it are refusals")]
fn why(error: &Error) -> PlaceError {
    match error {
        Error::NoEntry => PlaceError::Gone,
        // There is no sign-in session that owns credentials: a service, or a profile that is not loaded.
        Error::NoStorageAccess(_) | Error::NoDefaultStore => PlaceError::Unreachable,
        _ => PlaceError::Refused,
    }
}
