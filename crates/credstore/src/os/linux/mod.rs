//! Linux: whatever answers as `org.freedesktop.secrets` (GNOME Keyring, KWallet, KeePassXC, oo7), and the keyring that
//! signing in opens.
//!
//! The session bus is the one that the environment names, which the app hands over.

mod attributes;
mod bus;
mod login_keyring;
mod network;
mod online_accounts;
mod saved_items;
mod tokens;

use latchkey_api::place::PlaceKind;

use crate::items::ItemPlace;
use crate::place::Place;

pub(super) const KINDS: [PlaceKind; 2] = [PlaceKind::LoginKeyring, PlaceKind::SecretService];

pub(super) fn open(kind: PlaceKind) -> Option<Box<dyn Place>> {
    match kind {
        PlaceKind::LoginKeyring => Some(Box::new(login_keyring::LoginKeyring)),
        PlaceKind::SecretService => Some(Box::new(ItemPlace(saved_items::SavedItems::default()))),
        PlaceKind::CredentialManager | PlaceKind::Keychain | PlaceKind::CampusProgram => None,
    }
}
