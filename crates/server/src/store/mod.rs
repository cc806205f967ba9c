//! The database: connections, transactions, migrations, and every query that the server has, one file a subject.
//!
//! Rows come in and go out as plain values; what they mean is decided in the rooms above. No SQL and no type of a
//! database stands anywhere else. The queries keep to what SQLite and PostgreSQL both understand.

pub(crate) mod audit;
pub(crate) mod challenge;
pub mod copy;
pub mod file;
pub(crate) mod flow;
pub(crate) mod hook;
pub(crate) mod left;
pub(crate) mod limit;
pub(crate) mod message;
pub(crate) mod meta;
pub(crate) mod operation;
pub(crate) mod pending;
pub(crate) mod person;
pub(crate) mod ring;
pub(crate) mod sent;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, Sqlite, SqliteConnection, Transaction};

/// How long a statement waits for another program that holds the database, and a call for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much room a disk has to have for anything to begin, in bytes: what is under way is concluded in it.
const RESERVE: u64 = 512 * 1024;
/// Connections that only read.
const READERS: u32 = 4;

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program holds it, or too many calls wait for it; nothing was changed.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// The disk did not keep what it had been given. Nobody knows what is on it, and asking it again would hide that
    /// (R17): nothing is written until the server is started anew, which reads what is there.
    #[error("the disk has failed to keep what was written: look at the disk, then start the server again")]
    Broken,
    /// There is no room on the disk, or it cannot be written; nothing was changed.
    #[error("the database cannot be written: look at the disk, its free space and its mount")]
    NoRoom(#[source] sqlx::Error),
    #[error("database")]
    Database(#[source] sqlx::Error),
    /// Tables of a later version may mean what this one does not know.
    #[error(
        "the database was written by a newer version of latchkey-server (migration {0}): install that version or a \
         later one; an older one cannot read it"
    )]
    Newer(i64),
    #[error("the tables cannot be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
    #[error(transparent)]
    File(#[from] file::FileError),
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => Self::Newer(version),
            other => Self::Migration(other),
        }
    }
}

/// What a query comes to.
pub type Result<T> = std::result::Result<T, StoreError>;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // Its result code without what extends it (https://sqlite.org/rescode.html).
        let code = match &error {
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => return Self::Busy(error),
            sqlx::Error::Database(inside) => inside.code().and_then(|code| code.parse::<u32>().ok()),
            _ => None,
        };
        match code.map(|code| code & 0xff) {
            // SQLITE_BUSY and SQLITE_LOCKED.
            Some(5 | 6) => Self::Busy(error),
            // SQLITE_READONLY, SQLITE_IOERR and SQLITE_FULL.
            Some(8 | 10 | 13) => Self::NoRoom(error),
            _ => Self::Database(error),
        }
    }
}

/// The open database: one connection that writes, so that writes happen one after the other, and some that read.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    /// The file; absent for a database in memory.
    path: Option<PathBuf>,
    /// Whether the disk has failed to keep something.
    broken: Arc<AtomicBool>,
}

/// A transaction; without [`Tx::commit`] nothing of it has happened.
#[derive(Debug)]
pub struct Tx {
    inside: Transaction<'static, Sqlite>,
    broken: Arc<AtomicBool>,
}

impl Tx {
    /// Makes everything of it happen.
    ///
    /// # Errors
    /// If it cannot be written.
    pub async fn commit(self) -> Result<()> {
        let Self { inside, broken } = self;
        inside.commit().await.map_err(|error| {
            if disk_failed(&error) {
                broken.store(true, Ordering::SeqCst);
                tracing::error!("the disk has failed to keep what was written; nothing is written until a new start");
            }
            error.into()
        })
    }

    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.inside
    }

    /// Does to the tables what only a test would.
    #[cfg(test)]
    pub(crate) async fn run(&mut self, statement: &'static str) {
        sqlx::query(statement).execute(self.connection()).await.expect("a statement of a test");
    }
}

impl Store {
    /// Opens the database that belongs to these keys, or makes it where there has been none.
    ///
    /// # Errors
    /// If it cannot be used, or there has been one that is gone (R19).
    pub(crate) async fn open_with_keys(database: &Path, keys: &Path) -> Result<Self> {
        file::judge(database, keys)?;
        let store = Self::open(database).await?;
        file::remember(database, keys);
        Ok(store)
    }

    /// Opens or creates the file, for its owner alone, and brings its tables up to date.
    ///
    /// # Errors
    /// If the file cannot be opened, is on a network file system, may be written by others or is of a newer version.
    pub async fn open(path: &Path) -> Result<Self> {
        file::prepare(path)?;
        let options = SqliteConnectOptions::new().filename(path);
        let writer = writer(options.clone()).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(careful(options).pragma("query_only", "ON"))
            .await?;
        Ok(Self { writer, readers, path: Some(path.to_owned()), broken: Arc::default() })
    }

    /// The same for a look alone: nothing is made, brought up to date or changed.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub async fn look_into(path: &Path) -> Result<Self> {
        file::inspect(path)?;
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(PATIENCE);
        let readers =
            SqlitePoolOptions::new().max_connections(1).acquire_timeout(PATIENCE).connect_with(options).await?;
        Ok(Self { writer: readers.clone(), readers, path: Some(path.to_owned()), broken: Arc::default() })
    }

    /// A database that is gone with the process; its one connection reads and writes.
    ///
    /// # Errors
    /// If the tables cannot be made.
    pub async fn in_memory() -> Result<Self> {
        let writer = writer(SqliteConnectOptions::new().in_memory(true)).await?;
        Ok(Self { readers: writer.clone(), writer, path: None, broken: Arc::default() })
    }

    /// Starts a transaction that is a writer from its first statement on.
    ///
    /// # Errors
    /// If the database is busy for too long, or the disk has failed before.
    pub async fn begin(&self) -> Result<Tx> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Broken);
        }
        Ok(self.tx(self.writer.begin_with("BEGIN IMMEDIATE").await?))
    }

    fn tx(&self, inside: Transaction<'static, Sqlite>) -> Tx {
        Tx { inside, broken: Arc::clone(&self.broken) }
    }

    /// Starts a transaction that only reads; it sees one state of the database and holds up no writer.
    ///
    /// # Errors
    /// If too many read at once.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.tx(self.readers.begin().await?))
    }

    /// Whether the disk has room for something to begin; always in memory, and where the system does not tell.
    pub(crate) fn has_room(&self) -> bool {
        self.path.as_deref().and_then(file::free).is_none_or(|free| free >= RESERVE)
    }

    /// How large the file is with its log; nothing in memory.
    pub(crate) fn bytes(&self) -> u64 {
        let Some(path) = &self.path else { return 0 };
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let sizes = [path.clone(), PathBuf::from(log)].map(std::fs::metadata);
        sizes.iter().flatten().map(std::fs::Metadata::len).sum()
    }

    /// Writes what is left in the log into the database and closes it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// The connection that writes, for tests that look into the tables.
    #[must_use]
    pub fn pool(&self) -> &SqlitePool {
        &self.writer
    }
}

/// Whether the disk did not keep what it was given (`SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`).
fn disk_failed(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|inside| inside.code()?.parse::<u32>().ok());
    matches!(code, Some(1034 | 1290))
}

async fn writer(options: SqliteConnectOptions) -> Result<SqlitePool> {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A full disk makes SQLite roll back by itself, which this library does not notice: it would refuse every further
        // transaction on the connection. Another one takes its place (R16).
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(careful(options))
        .await?;
    sqlx::migrate!("./migrations").run(&pool).await?;
    Ok(pool)
}

fn careful(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        // A code is on the disk before it is sent, an intent before the directory is asked.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // What is deleted is overwritten (SM-08).
        .pragma("secure_delete", "ON")
}
