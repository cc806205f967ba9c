//! A copy of the whole database, made while it is in use, and the mark by which it is known as one.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{Store, StoreError, Tx, file, meta};

/// Under which name a copy keeps when it was made.
const COPIED: &str = "copied at";

/// Why no copy was made or put into place; nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("{0} is there already; nothing is written over")]
    Exists(PathBuf),
    #[error("cannot write {0}")]
    Io(PathBuf, #[source] std::io::Error),
    #[error("{0} is damaged: {1}")]
    Damaged(PathBuf, String),
    #[error("a database in memory is not copied")]
    InMemory,
    #[error("the database")]
    Database(#[from] StoreError),
}

impl From<sqlx::Error> for CopyError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

impl Store {
    /// Copies the whole database as it is at one moment, while others write on, into a file that is its owner's alone and
    /// appears whole or not at all. The copy knows when it was made.
    ///
    /// # Errors
    /// If the file is there already or cannot be written, or what was copied is damaged.
    pub async fn copy_to(&self, to: &Path, now: jiff::Timestamp) -> Result<(), CopyError> {
        let from = self.path.as_deref().ok_or(CopyError::InMemory)?;
        let part = Part::beside(to)?;
        let mut source = SqliteConnectOptions::new().filename(from).busy_timeout(super::PATIENCE).connect().await?;
        let name = part.path().to_string_lossy().into_owned();
        sqlx::query("VACUUM INTO $1").bind(&name).execute(&mut source).await?;
        source.close().await?;
        let mut copy = whole(part.path(), false).await?;
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(COPIED)
        .bind(now.as_millisecond())
        .execute(&mut copy)
        .await?;
        copy.close().await?;
        part.becomes(to)
    }
}

/// Puts a copy where a database is to be, whole or not at all.
///
/// # Errors
/// If there is a database or a file of one already, or the copy is damaged.
pub async fn put_back(from: &Path, to: &Path) -> Result<(), CopyError> {
    for there in file::files(to) {
        if there.exists() {
            return Err(CopyError::Exists(there));
        }
    }
    whole(from, true).await?.close().await?;
    let part = Part::beside(to)?;
    std::fs::copy(from, part.path()).map_err(|error| CopyError::Io(part.path().to_owned(), error))?;
    part.becomes(to)
}

/// Takes away what was put back and cannot be used.
pub fn take_away(to: &Path) {
    for file in file::files(to) {
        let _ = std::fs::remove_file(file);
    }
}

/// When a database was copied from another one, if nobody has worked with it since.
pub(crate) async fn copied_at(tx: &mut Tx) -> super::Result<Option<i64>> {
    meta::get(tx, COPIED).await
}

/// Somebody works with it from here on.
pub(crate) async fn take_up(tx: &mut Tx) -> super::Result<()> {
    meta::remove(tx, COPIED).await.map(drop)
}

/// A connection to a database that was looked through.
async fn whole(path: &Path, only_reads: bool) -> Result<SqliteConnection, CopyError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(only_reads);
    let options = if only_reads { options } else { options.journal_mode(SqliteJournalMode::Delete) };
    let mut opened = options.synchronous(SqliteSynchronous::Full).connect().await?;
    let (found,): (String,) = sqlx::query_as("PRAGMA integrity_check(1)").fetch_one(&mut opened).await?;
    if found == "ok" { Ok(opened) } else { Err(CopyError::Damaged(path.to_owned(), found)) }
}

/// A file on its way, which is gone unless it [becomes](Part::becomes) what it is to be.
struct Part(PathBuf);

impl Part {
    fn beside(to: &Path) -> Result<Self, CopyError> {
        if to.exists() {
            return Err(CopyError::Exists(to.to_owned()));
        }
        let mut name = OsString::from(".");
        name.push(to.file_name().unwrap_or_default());
        name.push(".part");
        let path = to.with_file_name(name);
        let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(file::PRIVATE).open(&path);
        match made {
            Ok(_) => Ok(Self(path)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(CopyError::Exists(path)),
            Err(error) => Err(CopyError::Io(path, error)),
        }
    }

    fn path(&self) -> &Path {
        &self.0
    }

    /// Gives it its name, unless something else has that by now; it is on the disk before and after.
    fn becomes(self, to: &Path) -> Result<(), CopyError> {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let named = std::fs::File::open(&self.0)
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::hard_link(&self.0, to))
            .and_then(|()| std::fs::remove_file(&self.0))
            .and_then(|()| std::fs::File::open(folder)?.sync_all());
        match named {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(CopyError::Exists(to.to_owned())),
            Err(error) => Err(CopyError::Io(to.to_owned(), error)),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
