//! Queries: what is counted, and the human checks that are spent.

use super::{Result, Tx};

/// A budget at rest.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub(crate) struct LimitRow {
    /// 0 where there is no row yet.
    pub(crate) version: i64,
    /// When it was drawn on, as JSON.
    pub(crate) draws: String,
}

/// What was drawn on a budget.
pub(crate) async fn read(tx: &mut Tx, key: &[u8]) -> Result<Option<LimitRow>> {
    let found = sqlx::query_as("SELECT version, draws FROM limits WHERE key = $1")
        .bind(key)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found)
}

/// Writes a budget as its next version; whether it still had the version of the row.
pub(crate) async fn write(tx: &mut Tx, key: &[u8], row: &LimitRow, ends_at: i64) -> Result<bool> {
    let written = sqlx::query(
        "INSERT INTO limits (key, version, draws, ends_at) VALUES ($1, $2 + 1, $3, $4)
         ON CONFLICT (key) DO UPDATE SET version = excluded.version, draws = excluded.draws, ends_at = excluded.ends_at
         WHERE limits.version = $2",
    )
    .bind(key)
    .bind(row.version)
    .bind(&row.draws)
    .bind(ends_at)
    .execute(tx.connection())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Forgets the budgets whose keys begin so; how many.
pub(crate) async fn forget(tx: &mut Tx, prefix: &[u8]) -> Result<u64> {
    let mut end = prefix.to_vec();
    // Prefixes are keyed hashes behind a word: none ends in a byte that cannot be counted up.
    while end.pop_if(|last| *last == u8::MAX).is_some() {}
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    let gone = sqlx::query("DELETE FROM limits WHERE key >= $1 AND key < $2")
        .bind(prefix)
        .bind(end)
        .execute(tx.connection())
        .await?;
    Ok(gone.rows_affected())
}

/// Forgets some budgets in which nothing counts any more, or that a clock has written which was far ahead; how many.
pub(crate) async fn clear(tx: &mut Tx, before: i64, far_ahead: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM limits WHERE key IN
             (SELECT key FROM limits WHERE ends_at <= $1 OR ends_at > $2 ORDER BY ends_at LIMIT $3)",
    )
    .bind(before)
    .bind(far_ahead)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}

/// Until when a block of numbers is suspended, if it was of late.
pub(crate) async fn suspended_until(tx: &mut Tx, block: &[u8]) -> Result<Option<i64>> {
    let found: Option<(i64,)> = sqlx::query_as("SELECT ends_at FROM suspended_blocks WHERE block = $1")
        .bind(block)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found.map(|(ends_at,)| ends_at))
}

/// Suspends a block of numbers until then.
pub(crate) async fn suspend(tx: &mut Tx, block: &[u8], ends_at: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO suspended_blocks (block, ends_at) VALUES ($1, $2)
         ON CONFLICT (block) DO UPDATE SET ends_at = excluded.ends_at",
    )
    .bind(block)
    .bind(ends_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// No suspension lasts longer than until a time: one that does was written by a clock that was ahead.
pub(crate) async fn bring_back_suspended(tx: &mut Tx, longest: i64) -> Result<()> {
    sqlx::query("UPDATE suspended_blocks SET ends_at = $1 WHERE ends_at > $1")
        .bind(longest)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How many blocks of numbers are suspended.
pub(crate) async fn suspended(tx: &mut Tx, now: i64) -> Result<i64> {
    let (many,): (i64,) = sqlx::query_as("SELECT count(*) FROM suspended_blocks WHERE ends_at > $1")
        .bind(now)
        .fetch_one(tx.connection())
        .await?;
    Ok(many)
}

/// Forgets some blocks that are served again; how many.
pub(crate) async fn clear_suspended(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM suspended_blocks WHERE block IN
             (SELECT block FROM suspended_blocks WHERE ends_at <= $1 ORDER BY ends_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}

/// Spends a human check; whether it was not spent before.
pub(crate) async fn spend_check(tx: &mut Tx, id: &str, expires_at: i64) -> Result<bool> {
    let spent = sqlx::query("INSERT INTO spent_checks (id, expires_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
        .bind(id)
        .bind(expires_at)
        .execute(tx.connection())
        .await?;
    Ok(spent.rows_affected() == 1)
}

/// Forgets some spent checks that are too old to be taken again; how many.
pub(crate) async fn clear_checks(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM spent_checks WHERE id IN
             (SELECT id FROM spent_checks WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}
