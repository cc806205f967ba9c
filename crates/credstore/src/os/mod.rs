//! What differs from system to system: one file each with the same signatures, chosen here and nowhere else.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as here;
#[cfg(target_os = "linux")]
pub use linux::secret_service_at;

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
pub(crate) use files_unix::{create_private_dir, private_file, sync_dir};

#[cfg(windows)]
mod files_windows;
#[cfg(windows)]
pub(crate) use files_windows::{create_private_dir, private_file, sync_dir};

use crate::place::Place;

/// The places of the workstation this runs on; nothing is opened before the first look.
#[must_use]
pub fn workstation() -> Vec<Box<dyn Place>> {
    here::places()
}
