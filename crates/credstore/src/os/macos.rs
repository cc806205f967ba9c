//! macOS: the generic passwords of the login keychain.
//!
//! The keychain guards each item of another program by a question to the person. While looking, questions are off, so
//! such an item is listed with [`HeldOld::Unknown`](crate::HeldOld::Unknown); once it is ticked, the question may come.

use std::collections::HashMap;
use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use security_framework::base::Error as SecurityError;
use security_framework::os::macos::keychain::SecKeychain;

use crate::copy::{Looking, PlaceKind};
use crate::items::{Asking, Item, ItemPlace, Items, Listing};
use crate::place::{Place, PlaceError};
use crate::secret::{self, Stored};

/// `errSecInteractionNotAllowed`: the answer needs a question, and questions are off.
const INTERACTION_NOT_ALLOWED: i32 = -25308;
/// `errSecUserCanceled` and `errSecAuthFailed`: the person closed the question or did not know the password.
const CLOSED: [i32; 2] = [-128, -25293];
/// Between service and account in a native name; neither can hold it, both are shown in one line.
const BETWEEN: char = '\u{1f}';

pub(super) fn places() -> Vec<Box<dyn Place>> {
    vec![Box::new(ItemPlace(GenericPasswords { store: None }))]
}

/// The generic passwords of the person who is signed in; an item's native name is its service and account.
struct GenericPasswords {
    store: Option<Arc<Store>>,
}

impl GenericPasswords {
    fn entries(&mut self, spec: &HashMap<&str, &str>) -> Result<Vec<Entry>, PlaceError> {
        let store = match self.store.take() {
            Some(store) => store,
            None => Store::new().map_err(|error| why(&error))?,
        };
        let entries = store.search(spec).map_err(|error| why(&error))?;
        self.store = Some(store);
        Ok(entries)
    }

    fn entry(&mut self, native: &str) -> Result<Entry, PlaceError> {
        let (service, user) = native.split_once(BETWEEN).ok_or(PlaceError::Gone)?;
        let entries = self.entries(&HashMap::from([("service", service), ("user", user)]))?;
        entries.into_iter().next().ok_or(PlaceError::Gone)
    }
}

impl Items for GenericPasswords {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Keychain
    }

    fn list(&mut self, _looking: &Looking) -> Result<Listing, PlaceError> {
        let items = self.entries(&HashMap::new())?.iter().filter_map(described).collect();
        Ok(Listing { items, locked: false })
    }

    fn describe(&mut self, native: &str, _looking: &Looking) -> Result<Item, PlaceError> {
        described(&self.entry(native)?).ok_or(PlaceError::Gone)
    }

    fn read(&mut self, native: &str, asking: Asking) -> Result<Stored, PlaceError> {
        let entry = self.entry(native)?;
        let _questions_off = match asking {
            Asking::Never => Some(SecKeychain::disable_user_interaction().map_err(|_| PlaceError::Refused)?),
            Asking::Allowed => None,
        };
        Ok(Stored::from(entry.get_secret().map_err(|error| why(&error))?))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), PlaceError> {
        self.entry(native)?.set_secret(secret::bytes(secret)).map_err(|error| why(&error))
    }

    fn unlock(&mut self) -> Result<(), PlaceError> {
        let mut keychain = SecKeychain::default().map_err(|_| PlaceError::Unreachable)?;
        keychain.unlock(None).map_err(|error| why_code(error.code()))
    }
}

fn described(entry: &Entry) -> Option<Item> {
    let (service, user) = entry.get_specifiers()?;
    Some(Item {
        native: format!("{service}{BETWEEN}{user}"),
        label: service.clone(),
        user: Some(user).filter(|user| !user.is_empty()),
        target: Some(service),
        locked: false,
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's list of errors; the rest of it are refusals")]
fn why(error: &Error) -> PlaceError {
    match error {
        Error::NoEntry => PlaceError::Gone,
        Error::NoStorageAccess(_) | Error::NoDefaultStore => PlaceError::Unreachable,
        Error::PlatformFailure(cause) => match cause.downcast_ref::<SecurityError>() {
            Some(cause) => why_code(cause.code()),
            None => PlaceError::Refused,
        },
        _ => PlaceError::Refused,
    }
}

fn why_code(code: i32) -> PlaceError {
    if code == INTERACTION_NOT_ALLOWED {
        PlaceError::Locked
    } else if CLOSED.contains(&code) {
        PlaceError::Declined
    } else {
        PlaceError::Refused
    }
}
