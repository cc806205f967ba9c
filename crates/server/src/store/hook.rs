//! Queries: what the campus' own program is still to be told of.

use super::{Result, Tx};

/// One thing to tell at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct HookRow {
    /// That of the operation.
    pub(crate) id: String,
    pub(crate) account_id: String,
    pub(crate) kind: String,
    pub(crate) done_at: i64,
    /// How many times it was tried, this one included.
    pub(crate) tries: i64,
}

/// Keeps what is to be told.
pub(crate) async fn put(tx: &mut Tx, id: &str, account: &str, kind: &str, done_at: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO hooks (id, account_id, kind, done_at, due_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .bind(account)
    .bind(kind)
    .bind(done_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes up what is due and nobody else is at, the oldest first; it belongs to the caller until then.
pub(crate) async fn take(tx: &mut Tx, now: i64, until: i64) -> Result<Option<HookRow>> {
    let taken = sqlx::query_as(
        "UPDATE hooks SET tries = tries + 1, due_at = $1
         WHERE id = (SELECT id FROM hooks WHERE due_at <= $2 ORDER BY due_at, done_at LIMIT 1)
         RETURNING id, account_id, kind, done_at, tries",
    )
    .bind(until)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(taken)
}

/// It is tried again, not before then.
pub(crate) async fn put_off(tx: &mut Tx, id: &str, due_at: i64) -> Result<()> {
    sqlx::query("UPDATE hooks SET due_at = $1 WHERE id = $2").bind(due_at).bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// It was told, or never will be.
pub(crate) async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM hooks WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}
