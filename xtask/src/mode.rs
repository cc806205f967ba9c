//! File modes, where the system has them.

use std::path::Path;

use crate::step::{Done, file};

#[cfg(unix)]
pub(crate) fn set(path: &Path, mode: u32) -> Done {
    use std::os::unix::fs::PermissionsExt;
    file(path, std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)))
}

#[cfg(not(unix))]
pub(crate) fn set(path: &Path, _: u32) -> Done {
    file(path, Err(std::io::Error::other("this command works on Linux and macOS only")))
}
