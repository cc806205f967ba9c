//! Whether the program of a hook is the administrator's alone: nobody else may have the server start what they like.

use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// Bits by which a group or everybody may write.
const OTHERS_WRITE: u32 = 0o022;
/// The bit by which only owners remove what is in a folder, as in `/tmp`.
const STICKY: u32 = 0o1000;

/// Checks that nobody but root can replace this file.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`] if somebody else can, or the path is not absolute or a link.
pub(super) fn is_administrators(program: &Path) -> io::Result<()> {
    if !program.is_absolute() || !program.symlink_metadata()?.is_file() {
        return Err(refused(program));
    }
    for path in program.ancestors() {
        let metadata = path.symlink_metadata()?;
        let mode = metadata.permissions().mode();
        let others_write = mode & OTHERS_WRITE != 0 && !(metadata.is_dir() && mode & STICKY != 0);
        if metadata.uid() != 0 || others_write || metadata.is_symlink() {
            return Err(refused(path));
        }
    }
    Ok(())
}

fn refused(path: &Path) -> io::Error {
    tracing::error!(path = %path.display(), "somebody else than the administrator may change this; it is not started");
    io::ErrorKind::PermissionDenied.into()
}
