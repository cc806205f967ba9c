//! Windows: the generic credentials of Credential Manager.
//!
//! Domain credentials (mapped drives, Remote Desktop) can be written but not read back, so the rule has nothing to go
//! by: they are not listed. Nor is the token of the workstation, which is kept here under a target of our own.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use latchkey_api::place::PlaceKind;
use windows_native_keyring_store::Store;

use crate::item::{Item, ItemError, Purpose};
use crate::items::{Asking, ItemPlace, Items, Listing};
use crate::place::Place;
use crate::policy::Policy;
use crate::protocol::TokenOf;
use crate::secret::{self, Stored};
use crate::tokens::{self, LABEL, Tokens};

pub(super) const KINDS: [PlaceKind; 1] = [PlaceKind::CredentialManager];

pub(super) fn open(kind: PlaceKind) -> Option<Box<dyn Place>> {
    match kind {
        PlaceKind::CredentialManager => Some(Box::new(ItemPlace(GenericCredentials { store: None }))),
        PlaceKind::LoginKeyring
        | PlaceKind::SecretService
        | PlaceKind::Keychain
        | PlaceKind::Networks
        | PlaceKind::Drives
        | PlaceKind::Tickets
        | PlaceKind::OfflineSignIn
        | PlaceKind::CampusProgram => None,
    }
}

/// How the target of a token begins.
const OF_TOKENS: &str = "app.latchkey.DeviceToken:";

type Credential = (Entry, HashMap<String, String>);

/// The generic credentials of the person who is signed in; an item's native name is its target name.
struct GenericCredentials {
    store: Option<Arc<Store>>,
}

impl GenericCredentials {
    fn store(&mut self) -> Result<&Store, ItemError> {
        let store = match self.store.take() {
            Some(store) => store,
            None => Store::new().map_err(|error| why(&error))?,
        };
        Ok(self.store.insert(store))
    }

    /// Every credential with its attributes; one that vanishes meanwhile is left out.
    fn entries(&mut self) -> Result<Vec<Credential>, ItemError> {
        let entries = self.store()?.search(&HashMap::new()).map_err(|error| why(&error))?;
        let attributes = |entry: Entry| entry.get_attributes().ok().map(|attributes| (entry, attributes));
        Ok(entries.into_iter().filter_map(attributes).collect())
    }

    fn entry(&mut self, native: &str) -> Result<Credential, ItemError> {
        let found = self.entries()?.into_iter().find(|(_, attributes)| target_name(attributes) == Some(native));
        found.ok_or(ItemError::Gone)
    }

    /// Where a token is kept: on this machine alone, since it says that this machine is known.
    fn entry_of_token(&mut self, of: &TokenOf) -> Result<Entry, ItemError> {
        let target = format!("{OF_TOKENS}{}", tokens::owner(of));
        let where_to = HashMap::from([("target", target.as_str()), ("persistence", "LocalMachine")]);
        self.store()?.build(LABEL, LABEL, Some(&where_to)).map_err(|error| why(&error))
    }
}

impl Items for GenericCredentials {
    fn kind(&self) -> PlaceKind {
        PlaceKind::CredentialManager
    }

    fn list(&mut self, _policy: &Policy) -> Result<Listing, ItemError> {
        let items = self.entries()?.iter().filter_map(|(_, attributes)| described(attributes)).collect();
        Ok(Listing { items, ..Listing::default() })
    }

    fn describe(&mut self, native: &str, _policy: &Policy) -> Result<Item, ItemError> {
        let (_, attributes) = self.entry(native)?;
        described(&attributes).ok_or(ItemError::Gone)
    }

    fn read(&mut self, native: &str, _asking: Asking) -> Result<Stored, ItemError> {
        let (entry, _) = self.entry(native)?;
        Ok(Stored::from(entry.get_secret().map_err(|error| why(&error))?))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), ItemError> {
        let (entry, _) = self.entry(native)?;
        entry.set_secret(secret::bytes(secret)).map_err(|error| why(&error))
    }

    /// Does nothing: an item has no lock of its own.
    fn unlock_item(&mut self, _native: &str) -> Result<(), ItemError> {
        Ok(())
    }

    /// Does nothing: signing in has unlocked it.
    fn unlock(&mut self, _policy: &Policy) -> Result<(), ItemError> {
        Ok(())
    }

    fn tokens(&mut self) -> Option<&mut dyn Tokens> {
        Some(self)
    }
}

impl Tokens for GenericCredentials {
    fn token(&mut self, of: &TokenOf) -> Result<Option<Stored>, ItemError> {
        match self.entry_of_token(of)?.get_secret() {
            Ok(token) => Ok(Some(Stored::from(token))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(why(&error)),
        }
    }

    fn keep(&mut self, of: &TokenOf, token: &Stored) -> Result<(), ItemError> {
        self.entry_of_token(of)?.set_secret(secret::bytes(token)).map_err(|error| why(&error))
    }

    fn forget(&mut self, of: &TokenOf) -> Result<(), ItemError> {
        match self.entry_of_token(of)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(why(&error)),
        }
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
        users: user.cloned().into_iter().collect(),
        servers: vec![label.to_owned()],
        target: Some(label.to_owned()),
        purpose: if native.starts_with(OF_TOKENS) { Purpose::FileOrDevice } else { Purpose::SignIn },
        locked: false,
    })
}

fn target_name(attributes: &HashMap<String, String>) -> Option<&str> {
    attributes.get("target_name").map(String::as_str)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's list of errors; the rest of it are refusals")]
fn why(error: &Error) -> ItemError {
    match error {
        Error::NoEntry => ItemError::Gone,
        // There is no sign-in session that owns credentials: a service, or a profile that is not loaded.
        Error::NoStorageAccess(_) | Error::NoDefaultStore => ItemError::Unreachable,
        _ => ItemError::Refused,
    }
}
