//! The places of a workstation: finds saved copies of a password, refreshes them, verifies and reports.
//!
//! ```text
//! the app ── protocol ── latchkey-place: serve ── Place: Secret Service | login keyring | Credential Manager | Keychain
//! Journal (a file without secrets)                  └── the rule: `rule::judge`
//! ```
//!
//! A copy is changed by itself only if it provably held the old password **and** is for the campus; everything else
//! waits for the person's tick. What unlocks a file or a device is never listed. Nothing of the person's is ever deleted
//! or created, and labels and attributes stay as they were. The one item of our own is the token by which a server knows
//! the workstation (`tokens.rs`).
//!
//! **Invariant:** the stores are touched by the program `latchkey-place` alone, which ends when it has reported, so
//! that nothing of a password outlives it. The app links [`protocol`] and [`Journal`].
//! **Invariant:** neither a look nor a task with a token opens a prompt of the system; unlocking does, and the refresh of a copy that the person
//! chose may where the store guards each item by a question.

// Locks of single items, networks by name and a login keyring are on Linux alone.
#![cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "the words are the same on every system"))]

mod host;
mod item;
mod items;
mod journal;
mod os;
mod place;
mod policy;
pub mod process;
pub mod protocol;
mod rule;
mod secret;
mod serve;
mod snapshot;
mod tokens;
mod variant;

pub use journal::{ChangeKey, Journal, JournalError, Pending, PendingCopy};
pub use os::kinds;
pub use policy::Policy;
pub use serve::{CannotServe, serve};
