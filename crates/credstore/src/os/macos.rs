//! macOS: the generic passwords of the login keychain.
//!
//! The keychain guards each item of another program by a question to the person. While looking, questions are off, so
//! such an item waits for a tick like one without proof; once it is ticked, the question may come. The token of the
//! workstation is an item of our own: it is never listed, and questions are off for it too.

use std::collections::HashMap;
use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use latchkey_api::place::PlaceKind;
use security_framework::base::Error as SecurityError;
use security_framework::os::macos::keychain::{KeychainUserInteractionLock, SecKeychain};

use crate::item::{Item, ItemError, Purpose};
use crate::items::{Asking, ItemPlace, Items, Listing};
use crate::place::Place;
use crate::policy::Policy;
use crate::protocol::TokenOf;
use crate::secret::{self, Stored};
use crate::tokens::{self, Tokens};

/// `errSecInteractionNotAllowed`: the answer needs a question, and questions are off.
const INTERACTION_NOT_ALLOWED: i32 = -25308;
/// `errSecUserCanceled` and `errSecAuthFailed`: the person closed the question or did not know the password.
const CLOSED: [i32; 2] = [-128, -25293];
/// Between service and account in a native name; neither can hold it, both are shown in one line.
const BETWEEN: char = '\u{1f}';

pub(super) const KINDS: [PlaceKind; 1] = [PlaceKind::Keychain];

/// The service of our own tokens.
const OF_TOKENS: &str = "app.latchkey.DeviceToken";
/// Keys of files and devices, and our own tokens: their services begin so.
const OF_KEYS: [&str; 3] = ["com.openssh.", "com.apple.disk-image", OF_TOKENS];
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
        | PlaceKind::Networks
        | PlaceKind::Drives
        | PlaceKind::Tickets
        | PlaceKind::OfflineSignIn
        | PlaceKind::CampusProgram => None,
    }
}

/// The generic passwords of the person who is signed in; an item's native name is its service and account.
struct GenericPasswords {
    store: Option<Arc<Store>>,
}

impl GenericPasswords {
    fn store(&mut self) -> Result<&Store, ItemError> {
        let store = match self.store.take() {
            Some(store) => store,
            None => Store::new().map_err(|error| why(&error))?,
        };
        Ok(self.store.insert(store))
    }

    fn entries(&mut self, spec: &HashMap<&str, &str>) -> Result<Vec<Entry>, ItemError> {
        self.store()?.search(spec).map_err(|error| why(&error))
    }

    /// Where a token is kept.
    fn entry_of_token(&mut self, of: &TokenOf) -> Result<Entry, ItemError> {
        self.store()?.build(OF_TOKENS, &tokens::owner(of), None).map_err(|error| why(&error))
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

    fn asks_for_each(&mut self) -> bool {
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
            Asking::Never => Some(questions_off()?),
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

    fn tokens(&mut self) -> Option<&mut dyn Tokens> {
        Some(self)
    }
}

impl Tokens for GenericPasswords {
    fn token(&mut self, of: &TokenOf) -> Result<Option<Stored>, ItemError> {
        let _questions_off = questions_off()?;
        match self.entry_of_token(of)?.get_secret() {
            Ok(token) => Ok(Some(Stored::from(token))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(why(&error)),
        }
    }

    fn keep(&mut self, of: &TokenOf, token: &Stored) -> Result<(), ItemError> {
        let _questions_off = questions_off()?;
        self.entry_of_token(of)?.set_secret(secret::bytes(token)).map_err(|error| why(&error))
    }

    fn forget(&mut self, of: &TokenOf) -> Result<(), ItemError> {
        let _questions_off = questions_off()?;
        match self.entry_of_token(of)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(why(&error)),
        }
    }
}

/// Keeps the keychain from asking as long as the value lives.
fn questions_off() -> Result<KeychainUserInteractionLock, ItemError> {
    SecKeychain::disable_user_interaction().map_err(|_| ItemError::Refused)
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
