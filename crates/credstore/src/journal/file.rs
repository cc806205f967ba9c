//! The files of the journal: one for each machine, replaced whole, under a lock.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::JournalError;
use super::stored::{Book, Change, First, VERSION};
use crate::os;

/// The file of version 1, which all machines shared.
const FIRST: &str = "places.json";

#[derive(Debug, Clone)]
pub(super) struct Files {
    dir: PathBuf,
    machine: String,
}

impl Files {
    /// Makes the folder for this person alone.
    pub(super) fn new(dir: PathBuf, machine: &str) -> io::Result<Self> {
        os::create_private_dir(&dir)?;
        Ok(Self { dir, machine: machine.to_owned() })
    }

    /// Waits for the lock, which is held until it is dropped; the system lets go of it when a process dies.
    pub(super) fn lock(&self) -> io::Result<File> {
        let lock = self.open_lock()?;
        lock.lock()?;
        Ok(lock)
    }

    /// The lock, if nobody has it.
    pub(super) fn try_lock(&self) -> io::Result<Option<File>> {
        let lock = self.open_lock()?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// What the file says, empty without one; `None` if it is damaged.
    pub(super) fn read(&self) -> Result<Option<Book>, JournalError> {
        let Some(bytes) = bytes_of(&self.book())? else { return Ok(Some(Book::default())) };
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return Ok(None) };
        match value.get("version").and_then(serde_json::Value::as_u64) {
            Some(newer) if newer > VERSION => Err(JournalError::Newer(newer)),
            Some(_) | None => Ok(serde_json::from_value(value).ok()),
        }
    }

    /// The file of version 1: `None` without one, `Some(None)` if nothing in it is to be done.
    pub(super) fn read_first(&self) -> io::Result<Option<Option<Change>>> {
        let bytes = bytes_of(&self.dir.join(FIRST))?;
        Ok(bytes.map(|bytes| serde_json::from_slice::<First>(&bytes).ok().map(Change::from)))
    }

    pub(super) fn remove_first(&self) -> io::Result<()> {
        fs::remove_file(self.dir.join(FIRST))
    }

    /// The part file is on the disk before it gets the name, the name before anybody is told.
    pub(super) fn write(&self, book: &Book) -> Result<(), JournalError> {
        let bytes = serde_json::to_vec_pretty(book)?;
        let part = self.dir.join(format!("places-{}.json.part", self.machine));
        // What a crash left here may have been made by somebody else: it is removed, never opened.
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        let mut file = os::private_file().write(true).create_new(true).open(&part)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&part, self.book())?;
        os::sync_dir(&self.dir)?;
        Ok(())
    }

    /// Gives a damaged file another name; `None` if there is no file.
    pub(super) fn move_aside(&self) -> io::Result<Option<PathBuf>> {
        let aside = (1u32..)
            .map(|number| self.dir.join(format!("places-{}.damaged-{number}.json", self.machine)))
            .find(|aside| !aside.exists())
            .ok_or(io::ErrorKind::AlreadyExists)?;
        match fs::rename(self.book(), &aside) {
            Ok(()) => Ok(Some(aside)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn book(&self) -> PathBuf {
        self.dir.join(format!("places-{}.json", self.machine))
    }

    fn open_lock(&self) -> io::Result<File> {
        let path = self.dir.join(format!("places-{}.lock", self.machine));
        os::private_file().write(true).create(true).truncate(false).open(path)
    }
}

fn bytes_of(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
