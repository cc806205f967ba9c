//! Queries: what is counted, and the human checks that are spent.

use super::{Result, Tx};

/// Takes one of a budget in a single statement; whether there was one.
pub(crate) async fn take(tx: &mut Tx, key: &[u8], now: i64, window: i64, most: u32) -> Result<bool> {
    let taken: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO limits (key, since, spent) SELECT $1, $2, 1 WHERE $4 > 0
         ON CONFLICT (key) DO UPDATE SET
             spent = CASE WHEN limits.since + $3 <= $2 THEN 1 ELSE limits.spent + 1 END,
             since = CASE WHEN limits.since + $3 <= $2 THEN $2 ELSE limits.since END
         WHERE limits.since + $3 <= $2 OR limits.spent < $4
         RETURNING spent",
    )
    .bind(key)
    .bind(now)
    .bind(window)
    .bind(most)
    .fetch_optional(tx.connection())
    .await?;
    Ok(taken.is_some())
}

/// Gives one back.
pub(crate) async fn give_back(tx: &mut Tx, key: &[u8]) -> Result<()> {
    sqlx::query("UPDATE limits SET spent = spent - 1 WHERE key = $1 AND spent > 0")
        .bind(key)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How many are spent, and since when they are counted.
pub(crate) async fn spent(tx: &mut Tx, key: &[u8]) -> Result<Option<(i64, i64)>> {
    let found = sqlx::query_as("SELECT spent, since FROM limits WHERE key = $1")
        .bind(key)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found)
}

/// Forgets some of what has not been counted since a time; how many.
pub(crate) async fn clear(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM limits WHERE key IN (SELECT key FROM limits WHERE since < $1 ORDER BY since LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}

/// A human check at rest.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub(crate) struct CheckRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) salt: String,
    pub(crate) challenge: String,
    pub(crate) signature: String,
    pub(crate) answer_mac: Option<Vec<u8>>,
    pub(crate) expires_at: i64,
}

/// Remembers a check.
pub(crate) async fn put_check(tx: &mut Tx, row: &CheckRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO human_checks (id, kind, salt, challenge, signature, answer_mac, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&row.id)
    .bind(&row.kind)
    .bind(&row.salt)
    .bind(&row.challenge)
    .bind(&row.signature)
    .bind(&row.answer_mac)
    .bind(row.expires_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Uses a check up, once; nothing if it is unknown, used or too old.
pub(crate) async fn use_check(tx: &mut Tx, id: &str, now: i64) -> Result<Option<CheckRow>> {
    let found = sqlx::query_as(
        "UPDATE human_checks SET used = 1 WHERE id = $1 AND used = 0 AND expires_at > $2
         RETURNING id, kind, salt, challenge, signature, answer_mac, expires_at",
    )
    .bind(id)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// Forgets some checks that are too old; how many.
pub(crate) async fn clear_checks(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM human_checks WHERE id IN
             (SELECT id FROM human_checks WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}
