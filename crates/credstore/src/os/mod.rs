//! What differs from system to system: one file each with the same signatures, chosen here and nowhere else.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as here;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as here;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as here;

#[cfg(unix)]
mod files_unix;
#[cfg(unix)]
pub(crate) use files_unix::{create_private_dir, machine, private_file, sync_dir};

#[cfg(windows)]
mod files_windows;
#[cfg(windows)]
pub(crate) use files_windows::{create_private_dir, machine, private_file, sync_dir};

use latchkey_api::place::PlaceKind;

use crate::place::Place;

/// The kinds of places that this system has, in the order in which people are told of them.
#[must_use]
pub fn kinds() -> &'static [PlaceKind] {
    &here::KINDS
}

/// The place of this name; nothing is opened before it is asked something.
pub(crate) fn open(name: &str) -> Option<Box<dyn Place>> {
    kinds().iter().find(|kind| kind.as_str() == name).and_then(|kind| here::open(*kind))
}
