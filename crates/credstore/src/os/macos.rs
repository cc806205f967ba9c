//! macOS: the generic passwords of the login keychain.
//!
//! The keychain guards each item of another program by a question to the person. While looking, questions are off, so
//! such an item waits for a tick like one without proof; once it is ticked, the question may come.

use std::collections::HashMap;
use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use latchkey_api::place::PlaceKind;
use security_framework::base::Error as SecurityError;
use security_framework::os::macos::keychain::SecKeychain;

use crate::items::{Asking, Item, ItemPlace, Items, Listing, Purpose};
use crate::place::{ItemError, Place};
use crate::rule::Policy;
use crate::secret::{self, Stored};

/// `errSecInteractionNotAllowed`: the answer needs a question, and questions are off.
const INTERACTION_NOT_ALLOWED: i32 = -25308;
/// `errSecUserCanceled` and `errSecAuthFailed`: the person closed the question or did not know the password.
const CLOSED: [i32; 2] = [-128, -25293];
/// Between service and account in a native name; neither can hold it, both are shown in one line.
const BETWEEN: char = '\u{1f}';

pub(super) const KINDS: [PlaceKind; 1] = [PlaceKind::Keychain];

/// Keys of files and devices: their services begin so.
const OF_KEYS: [&str; 2] = ["com.openssh.", "com.apple.disk-image"];
/// How macOS names the password of a network that asks for a name; the rest is the network's.
const NETWORK: &str = "com.apple.network.eap.user.item.wlan.ssid.";
/// How macOS names the key of a network at home.
const HOME_NETWORK: &str = "AirPort";

pub(super) fn open(kind: PlaceKind) -> Option<Box<dyn Place>> {
    match kind {
        PlaceKind::Keychain => Some(Box::new(ItemPlace(GenericPasswords { store: None }))),
        PlaceKind::LoginKeyring
        | PlaceKind::SecretService
        | PlaceKind::CredentialManager
        | PlaceKind::CampusProgram => None,
    }
}

/// The generic passwords of the person who is signed in; an item's native name is its service and account.
struct GenericPasswords {
    store: Option<Arc<Store>>,
}

impl GenericPasswords {
    fn entries(&mut self, spec: &HashMap<&str, &str>) -> Result<Vec<Entry>, ItemError> {
        let store = match self.store.take() {
            Some(store) => store,
            None => Store::new().map_err(|error| why(&error))?,
        };
        let entries = store.search(spec).map_err(|error| why(&error))?;
        self.store = Some(store);
        Ok(entries)
    }

    fn entry(&mut self, native: &str) -> Result<Entry, ItemError> {
        let (service, user) = native.split_once(BETWEEN).ok_or(ItemError::Gone)?;
        let entries = self.entries(&HashMap::from([("service", service), ("user", user)]))?;
        entries.into_iter().next().ok_or(ItemError::Gone)
    }
}

impl Items for GenericPasswords {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Keychain
    }

    fn asks_for_each(&self) -> bool {
        true
    }

    fn list(&mut self, _policy: &Policy) -> Result<Listing, ItemError> {
        let items = self.entries(&HashMap::new())?.iter().filter_map(described).collect();
        Ok(Listing { items, ..Listing::default() })
    }

    fn describe(&mut self, native: &str, _policy: &Policy) -> Result<Item, ItemError> {
        described(&self.entry(native)?).ok_or(ItemError::Gone)
    }

    fn read(&mut self, native: &str, asking: Asking) -> Result<Stored, ItemError> {
        let entry = self.entry(native)?;
        let _questions_off = match asking {
            Asking::Never => Some(SecKeychain::disable_user_interaction().map_err(|_| ItemError::Refused)?),
            Asking::Allowed => None,
        };
        Ok(Stored::from(entry.get_secret().map_err(|error| why(&error))?))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), ItemError> {
        self.entry(native)?.set_secret(secret::bytes(secret)).map_err(|error| why(&error))
    }

    /// Does nothing: the question comes with the read.
    fn unlock_item(&mut self, _native: &str) -> Result<(), ItemError> {
        Ok(())
    }

    fn unlock(&mut self, _policy: &Policy) -> Result<(), ItemError> {
        let mut keychain = SecKeychain::default().map_err(|_| ItemError::Unreachable)?;
        keychain.unlock(None).map_err(|error| why_code(error.code()))
    }
}

fn described(entry: &Entry) -> Option<Item> {
    let (service, user) = entry.get_specifiers()?;
    Some(Item {
        native: format!("{service}{BETWEEN}{user}"),
        label: service.clone(),
        users: Some(user.clone()).filter(|user| !user.is_empty()).into_iter().collect(),
        servers: vec![service.clone()],
        purpose: purpose(&service, user),
        target: Some(service),
        locked: false,
    })
}

fn purpose(service: &str, user: String) -> Purpose {
    if service.starts_with(NETWORK) {
        return Purpose::Network { identity: Some(user).filter(|user| !user.is_empty()) };
    }
    let of_keys = service == HOME_NETWORK || OF_KEYS.iter().any(|begin| service.starts_with(begin));
    if of_keys { Purpose::FileOrDevice } else { Purpose::SignIn }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's list of errors; the rest of it are refusals")]
fn why(error: &Error) -> ItemError {
    match error {
        Error::NoEntry => ItemError::Gone,
        Error::NoStorageAccess(_) | Error::NoDefaultStore => ItemError::Unreachable,
        Error::PlatformFailure(cause) => match cause.downcast_ref::<SecurityError>() {
            Some(cause) => why_code(cause.code()),
            None => ItemError::Refused,
        },
        _ => ItemError::Refused,
    }
}

fn why_code(code: i32) -> ItemError {
    if code == INTERACTION_NOT_ALLOWED {
        ItemError::Locked
    } else if CLOSED.contains(&code) {
        ItemError::Declined
    } else {
        ItemError::Refused
    }
}
