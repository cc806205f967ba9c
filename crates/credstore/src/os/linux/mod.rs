//! Linux: whatever answers as `org.freedesktop.secrets` (GNOME Keyring, KWallet, KeePassXC, oo7), the keyring that signing
//! in opens, networks of the system, drives, Kerberos tickets and what SSSD has kept.
//!
//! The session bus is the one that the environment names, which the app hands over.

mod attributes;
mod bus;
mod drives;
mod login_keyring;
mod network_manager;
mod networks;
mod offline_sign_in;
mod online_accounts;
mod saved_items;
mod tickets;
mod tokens;

use latchkey_api::place::PlaceKind;

use crate::items::ItemPlace;
use crate::place::Place;

pub(super) const KINDS: [PlaceKind; 6] = [
    PlaceKind::LoginKeyring,
    PlaceKind::SecretService,
    PlaceKind::Networks,
    PlaceKind::Drives,
    PlaceKind::Tickets,
    PlaceKind::OfflineSignIn,
];

pub(super) fn open(kind: PlaceKind) -> Option<Box<dyn Place>> {
    match kind {
        PlaceKind::LoginKeyring => Some(Box::new(login_keyring::LoginKeyring)),
        PlaceKind::SecretService => Some(Box::new(ItemPlace(saved_items::SavedItems::default()))),
        PlaceKind::Networks => Some(Box::new(ItemPlace(networks::Networks::default()))),
        PlaceKind::Drives => Some(Box::new(ItemPlace(drives::Drives::default()))),
        PlaceKind::Tickets => Some(Box::new(tickets::Tickets::default())),
        PlaceKind::OfflineSignIn => Some(Box::new(offline_sign_in::OfflineSignIn)),
        PlaceKind::CredentialManager | PlaceKind::Keychain | PlaceKind::CampusProgram => None,
    }
}
