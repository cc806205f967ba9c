//! The database: SQLite in WAL mode, one connection, so that writes happen one after the other.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection, Transaction};

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error("migration")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// The open database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens or creates the file and brings its tables up to date.
    ///
    /// # Errors
    /// If the file cannot be opened or is of a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::connect(SqliteConnectOptions::new().filename(path).create_if_missing(true)).await
    }

    /// A database that is gone with the process.
    ///
    /// # Errors
    /// If the tables cannot be made.
    pub async fn in_memory() -> Result<Self, StoreError> {
        Self::connect(SqliteConnectOptions::new().in_memory(true)).await
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            // A code is on the disk before it is sent, an intent before the directory is asked.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            // What is deleted is overwritten (SM-08).
            .pragma("secure_delete", "ON");
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await?;
        sqlx::migrate!("./migrations").run(&pool).await?;
        Ok(Self { pool })
    }

    /// For single statements.
    #[must_use]
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Starts a transaction that is a writer from its first statement on.
    ///
    /// # Errors
    /// If the database is busy for too long.
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    /// Whether the database answers.
    pub(crate) async fn answers(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    /// Writes what is left in the log into the database and closes it.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Gives a try of a code back.
pub(crate) async fn give_back_try(db: &mut SqliteConnection, challenge: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE challenges SET tries = tries - 1 WHERE id = ? AND state = 'open' AND tries > 0")
        .bind(challenge)
        .execute(db)
        .await?;
    Ok(())
}
