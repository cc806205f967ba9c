//! Files for one person's eyes, where permissions are bits.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Makes the folder with 0700; one that is there is narrowed to it.
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

/// Options that make files with 0600.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Makes a rename in `dir` survive a loss of power.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Where the machine's own id stands, which never leaves this machine as it is.
const MACHINE_ID: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// Names this machine among those that share a home folder; `this` where it has no id.
pub(crate) fn machine() -> String {
    let id = MACHINE_ID.into_iter().find_map(|path| fs::read_to_string(path).ok());
    id.map_or_else(|| "this".to_owned(), |id| name_of(id.trim()))
}

/// Hashes the id as machine-id(5) asks of programs.
fn name_of(id: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, ["latchkey journal\0", id].concat().as_bytes());
    digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
