//! Accounts that are not served until the helpdesk has seen to them (RG-03). The directory account is left alone.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use crate::audit::{self, Event};
use crate::keys::{Keys, Use};

/// Whom limits and the audit know an account by.
pub(crate) fn subject_of(keys: &Keys, account: &str) -> Vec<u8> {
    keys.mac(Use::Subject, &[&[1], account.as_bytes()]).to_vec()
}

/// Stops serving an account: its flows start as ever and lead nowhere.
///
/// # Errors
/// If it cannot be written.
pub async fn freeze(db: &mut SqliteConnection, keys: &Keys, now: Timestamp, account: &str) -> sqlx::Result<()> {
    sqlx::query("INSERT OR IGNORE INTO frozen (account_id, at) VALUES (?, ?)")
        .bind(account)
        .bind(now.as_millisecond())
        .execute(&mut *db)
        .await?;
    note(db, keys, now, account, Event::Frozen).await?;
    Ok(())
}

/// Serves an account again; whether it was frozen.
///
/// # Errors
/// If it cannot be written.
pub async fn thaw(db: &mut SqliteConnection, keys: &Keys, now: Timestamp, account: &str) -> sqlx::Result<bool> {
    let thawed = sqlx::query("DELETE FROM frozen WHERE account_id = ?").bind(account).execute(&mut *db).await?;
    if thawed.rows_affected() == 0 {
        return Ok(false);
    }
    note(db, keys, now, account, Event::Unfrozen).await?;
    Ok(true)
}

/// Since when an account is frozen; of nobody: not, for the same work (EN-02).
///
/// # Errors
/// If the database cannot be read.
pub async fn frozen_since(db: &mut SqliteConnection, account: &str) -> sqlx::Result<Option<Timestamp>> {
    let since: Option<(i64,)> =
        sqlx::query_as("SELECT at FROM frozen WHERE account_id = ?").bind(account).fetch_optional(db).await?;
    Ok(since.map(|(since,)| crate::clock::at(since)))
}

async fn note(db: &mut SqliteConnection, keys: &Keys, now: Timestamp, account: &str, event: Event) -> sqlx::Result<()> {
    let subject = subject_of(keys, account);
    let entry = audit::Entry { flow: "", subject: &subject, event, outcome: "self-service", method: None };
    audit::append(db, keys, now, &entry).await
}
