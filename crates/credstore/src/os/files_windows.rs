//! Files for one person's eyes, where permissions are inherited from the profile.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Makes the folder; below `%LOCALAPPDATA%` it is the person's alone by inheritance.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)
}

/// Options that add nothing: the folder's list applies.
pub(crate) fn private_file() -> OpenOptions {
    OpenOptions::new()
}

/// Does nothing: NTFS journals the rename, and a folder cannot be flushed without more rights.
pub(crate) fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}

/// Names this machine; `%LOCALAPPDATA%` is on one machine only.
pub(crate) fn machine() -> String {
    "this".to_owned()
}
