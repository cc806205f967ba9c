//! The database's file: on this machine's own disk, made for its owner alone, and refused where others may write it.

use std::io::ErrorKind;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Read and write for its owner, nothing for anybody else.
pub(super) const PRIVATE: u32 = 0o600;
/// Write for the group or for everybody.
const WRITABLE_BY_OTHERS: u32 = 0o022;
/// Whoever may write into such a folder may remove and rename their own files there alone.
const STICKY: u32 = 0o1000;
/// Anything for the group or for everybody.
const OPEN_TO_OTHERS: u32 = 0o077;

/// Why a file is not taken for the database.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("cannot use {0}")]
    Io(PathBuf, #[source] std::io::Error),
    #[error(
        "{0} is on a network file system ({1}): the database needs memory that is shared within one machine; put it \
         on a local disk"
    )]
    Network(PathBuf, &'static str),
    #[error("{0} may be written by others, so nobody knows what is in it; look at it, then say: chmod 600 '{0}'")]
    Writable(PathBuf),
    #[error(
        "in the folder {0} others may put another database in the place of this one; look at it, then say: \
         chmod go-w '{0}'"
    )]
    Folder(PathBuf),
    #[error(
        "the database {database} is gone or empty, and there was one, as {mark} says. Mount its disk, or put a copy back by \
         `latchkey-server restore`. To begin with nothing, so that everybody has to set up everything again and all limits \
         are forgotten: `latchkey-server migrate --start-anew`"
    )]
    Gone { database: PathBuf, mark: PathBuf },
}

/// Makes the file if it is missing, and sees to it that it is nobody else's (G4, G5).
///
/// The files beside it, `-wal` and `-shm`, are made by SQLite with the rights of the database.
///
/// # Errors
/// If it is on a network file system, or others may write or replace it; then nothing was made or changed.
pub fn prepare(path: &Path) -> Result<(), FileError> {
    inspect(path)?;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path);
    match made {
        Ok(_) => tracing::info!(path = %path.display(), "a new database was made"),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(FileError::Io(path.to_owned(), error)),
    }
    for file in files(path) {
        close_to_others(&file)?;
    }
    Ok(())
}

/// The same without making or changing anything; for `check`.
///
/// # Errors
/// As [`prepare`].
pub fn inspect(path: &Path) -> Result<(), FileError> {
    if let Some(kind) = mounted(path).and_then(network) {
        return Err(FileError::Network(path.to_owned(), kind));
    }
    for file in files(path) {
        if mode(&file)?.is_some_and(|mode| mode & WRITABLE_BY_OTHERS != 0) {
            return Err(FileError::Writable(file));
        }
    }
    match replaceable(path).map_err(|error| FileError::Io(path.to_owned(), error))? {
        Some(folder) => Err(FileError::Folder(folder)),
        None => Ok(()),
    }
}

/// Refuses where a database was and is no longer: it is not made anew by itself, since all that is counted, every code that
/// was used and everything that people have set up would be gone with it (R19).
///
/// # Errors
/// [`FileError::Gone`].
pub fn judge(path: &Path, keys: &Path) -> Result<(), FileError> {
    if holds(path)? {
        return Ok(());
    }
    let [_, log, _] = files(path);
    let [beside, at_keys] = marks(path, keys);
    for mark in [log, beside, at_keys] {
        if mark.try_exists().map_err(|error| FileError::Io(mark.clone(), error))? {
            return Err(FileError::Gone { database: path.to_owned(), mark });
        }
    }
    Ok(())
}

/// What is there of a database: itself, or the log that belongs to it.
///
/// # Errors
/// If it cannot be seen.
pub fn there(path: &Path) -> Result<Option<PathBuf>, FileError> {
    let [database, log, _] = files(path);
    for file in [database, log] {
        if holds(&file)? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Whether a file is there with something in it: what SQLite has written into is never empty.
fn holds(path: &Path) -> Result<bool, FileError> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(found.len() > 0),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(FileError::Io(path.to_owned(), error)),
    }
}

/// Leaves a mark beside the database and one beside its keys, so that it is noticed should the database be gone, with its
/// folder or without it.
pub fn remember(path: &Path, keys: &Path) {
    for mark in marks(path, keys) {
        match std::fs::OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&mark) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            // Keys often lie where a server may not write; then the other mark has to do.
            Err(error) => tracing::debug!(%error, mark = %mark.display(), "no mark was left"),
        }
    }
}

/// Takes the marks away, so that a new database is made.
///
/// # Errors
/// If one of them cannot be taken away.
pub fn forget(path: &Path, keys: &Path) -> Result<(), FileError> {
    for mark in marks(path, keys) {
        match std::fs::remove_file(&mark) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(FileError::Io(mark, error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Files that say by being there that there has been a database.
fn marks(path: &Path, keys: &Path) -> [PathBuf; 2] {
    [(path, ".was-made"), (keys, ".has-a-database")].map(|(file, end)| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

/// The folder of a file, if others may put another file in the place of this one.
pub(crate) fn replaceable(path: &Path) -> std::io::Result<Option<PathBuf>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let others_write = |mode| mode & WRITABLE_BY_OTHERS != 0 && mode & STICKY == 0;
    match std::fs::metadata(folder) {
        Ok(found) => Ok(others_write(found.permissions().mode()).then(|| folder.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The database and the two files beside it.
pub(super) fn files(path: &Path) -> [PathBuf; 3] {
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    [path.to_owned(), beside("-wal"), beside("-shm")]
}

/// The rights of a file; nothing for one that is not there.
fn mode(path: &Path) -> Result<Option<u32>, FileError> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(Some(found.permissions().mode())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::Io(path.to_owned(), error)),
    }
}

/// Takes from a file that others could only read, as earlier versions made it under a lax umask, what others could.
fn close_to_others(path: &Path) -> Result<(), FileError> {
    if mode(path)?.is_none_or(|mode| mode & OPEN_TO_OTHERS == 0) {
        return Ok(());
    }
    tracing::warn!(path = %path.display(), "others could read the database; its mode is 0600 now");
    let private = std::fs::Permissions::from_mode(PRIVATE);
    std::fs::set_permissions(path, private).map_err(|error| FileError::Io(path.to_owned(), error))
}

/// How many bytes are free for this user on the file system of a path; nothing where the system does not tell.
pub(super) fn free(path: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// The kind of file system that a path is on, or would be; nothing where the system does not tell.
#[cfg(target_os = "linux")]
fn mounted(path: &Path) -> Option<u32> {
    let found = path.ancestors().find_map(|there| rustix::fs::statfs(there).ok())?;
    // The numbers have 32 bits, in a field whose width and sign differ between machines.
    let [a, b, c, d, ..] = found.f_type.to_le_bytes();
    Some(u32::from_le_bytes([a, b, c, d]))
}

/// The kind of file system that a path is on; other systems number theirs differently from machine to machine.
#[cfg(not(target_os = "linux"))]
fn mounted(_path: &Path) -> Option<u32> {
    None
}

/// The name of a file system on which several machines may hold the same file (statfs(2), `linux/magic.h`).
const fn network(magic: u32) -> Option<&'static str> {
    match magic {
        0x6969 => Some("NFS"),
        0x517b => Some("SMB"),
        0xff53_4d42 => Some("CIFS"),
        0xfe53_4d42 => Some("SMB2"),
        0x5346_414f | 0x6b41_4653 => Some("AFS"),
        0x0102_1997 => Some("9p"),
        0x6573_5546 => Some("FUSE, for example sshfs"),
        0x7375_7245 => Some("Coda"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::random;

    fn folder() -> PathBuf {
        let dir = std::env::temp_dir().join(format!("latchkey-file-{}", random::id().expect("randomness")));
        std::fs::create_dir(&dir).expect("a folder");
        set(&dir, 0o700);
        dir
    }

    fn mode_of(path: &Path) -> u32 {
        std::fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    fn set(path: &Path, mode: u32) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("mode");
    }

    #[test]
    fn a_database_on_the_network_is_known_by_its_file_system() {
        // G4
        for magic in [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x5346_414f, 0x6b41_4653, 0x0102_1997, 0x6573_5546] {
            assert!(network(magic).is_some(), "{magic:#x}");
        }
        // ext4, XFS, Btrfs, ZFS, tmpfs, overlayfs, F2FS.
        for magic in [0xef53, 0x5846_5342, 0x9123_683e, 0x2fc1_2fc1, 0x0102_1994, 0x794c_7630, 0xf2f5_2010] {
            assert_eq!(network(magic), None, "{magic:#x}");
        }
        assert!(mounted(&std::env::temp_dir().join("not/there/yet")).is_some());
    }

    #[tokio::test]
    async fn the_database_and_the_files_beside_it_are_their_owners_alone() {
        // G5
        let dir = folder();
        let path = dir.join("latchkey.db");
        let store = super::super::Store::open(&path).await.expect("made");
        for file in files(&path) {
            assert_eq!(mode_of(&file), 0o600, "{}", file.display());
        }
        store.close().await;
        set(&path, 0o644);
        super::super::Store::open(&path).await.expect("mended").close().await;
        assert_eq!(mode_of(&path), 0o600);
        for lax in [0o660, 0o602, 0o666] {
            set(&path, lax);
            let refused = super::super::Store::open(&path).await.expect_err("refused");
            let said = std::error::Error::source(&refused).map_or_else(|| refused.to_string(), ToString::to_string);
            assert!(said.contains("chmod 600"), "{said}");
            assert_eq!(mode_of(&path), lax, "nothing was changed");
        }
        set(&path, 0o600);
        // Where others may put another file in its place, its own mode says nothing.
        for (folder, taken) in [(0o777, false), (0o770, false), (0o1777, true), (0o755, true)] {
            set(&dir, folder);
            let opened = super::super::Store::open(&path).await;
            assert_eq!(opened.is_ok(), taken, "{folder:o}");
            let said = opened.err().map(|refused| refused.to_string()).unwrap_or_default();
            assert_eq!(said.contains("chmod go-w"), !taken, "{said}");
        }
        std::fs::remove_dir_all(&dir).expect("removed");
    }

    #[tokio::test]
    async fn a_disk_that_was_full_is_written_again_once_there_is_room() {
        // R16: SQLite has rolled the transaction back by itself
        let dir = folder();
        let store = super::super::Store::open(&dir.join("latchkey.db")).await.expect("made");
        sqlx::query("PRAGMA max_page_count = 1").execute(store.pool()).await.expect("no page more");
        let mut tx = store.begin().await.expect("a transaction");
        let large = sqlx::query("INSERT INTO key_checks (id, mac) VALUES ('x', zeroblob(1000000))");
        let full = large.execute(tx.connection()).await.map_err(super::super::StoreError::from);
        assert!(matches!(full, Err(super::super::StoreError::NoRoom(_))), "{full:?}");
        drop(tx);
        for _ in 0..3 {
            let mut tx = store.begin().await.expect("a transaction again");
            super::super::meta::put(&mut tx, "room", 1).await.expect("written");
            tx.commit().await.expect("kept");
        }
        store.close().await;
        std::fs::remove_dir_all(&dir).expect("removed");
    }
}
