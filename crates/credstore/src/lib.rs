//! The places of a workstation: finds saved copies of a password, refreshes them, verifies and reports.
//!
//! ```text
//! Keyring (one plain thread) ── Places ── Place: Secret Service | Credential Manager | Keychain
//! Journal (a file without secrets)        └── the rule: `rule::decide`
//! ```
//!
//! A copy is changed only if it provably held the old password, or if its user name is the person's and the person
//! ticked it. Nothing is ever deleted or created, and labels and attributes stay as they were.
//!
//! **Invariant:** this crate knows no other crate of the workspace but `latchkey-scrub`.
//! **Invariant:** looking never opens a prompt of the system; [`Keyring::unlock`] does, and on macOS the refresh of a
//! copy that the person chose.

mod copy;
mod items;
mod journal;
mod keyring;
mod os;
mod place;
mod places;
mod rule;
mod secret;

pub use copy::{Copy, CopyId, HeldOld, Looking, PlaceKind};
pub use journal::{Journal, JournalError, Pending, PendingCopy};
pub use keyring::{Keyring, KeyringGone};
#[cfg(target_os = "linux")]
pub use os::secret_service_at;
pub use os::workstation;
pub use place::{Change, FailureReason, Found, Need, Outcome, Place, PlaceError};
pub use places::{CopyOutcome, PlaceState, Places, Plan, Selected};
