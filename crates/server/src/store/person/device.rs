//! Queries: the workstations on which people are known.

use crate::store::{Result, Tx};

/// A known device at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct DeviceRow {
    pub(crate) id: String,
    pub(crate) used_at: i64,
}

/// The device of a token, if it is this owner's and still good.
pub(crate) async fn of_token(tx: &mut Tx, owner: &[u8], token_mac: &[u8], now: i64) -> Result<Option<DeviceRow>> {
    let found = sqlx::query_as(
        "SELECT id, used_at FROM devices
         WHERE (token_mac = $1 OR next_mac = $1) AND owner = $2 AND expires_at > $3",
    )
    .bind(token_mac)
    .bind(owner)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// Remembers a device.
pub(crate) async fn put(
    tx: &mut Tx,
    id: &str,
    owner: &[u8],
    token_mac: &[u8],
    now: i64,
    expires_at: i64,
) -> Result<()> {
    sqlx::query("INSERT INTO devices (id, owner, token_mac, used_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(owner)
        .bind(token_mac)
        .bind(now)
        .bind(expires_at)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Makes the token that was used the one that is good, beside a new one that nobody has seen yet.
pub(crate) async fn rotate(
    tx: &mut Tx,
    id: &str,
    used_mac: &[u8],
    next_mac: &[u8],
    now: i64,
    expires_at: i64,
) -> Result<()> {
    sqlx::query("UPDATE devices SET token_mac = $1, next_mac = $2, used_at = $3, expires_at = $4 WHERE id = $5")
        .bind(used_mac)
        .bind(next_mac)
        .bind(now)
        .bind(expires_at)
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The devices of an owner, the one first that was used last.
pub(crate) async fn of(tx: &mut Tx, owner: &[u8]) -> Result<Vec<DeviceRow>> {
    let found = sqlx::query_as("SELECT id, used_at FROM devices WHERE owner = $1 ORDER BY used_at DESC, id")
        .bind(owner)
        .fetch_all(tx.connection())
        .await?;
    Ok(found)
}

/// Forgets a device; flows that were started on it go on as those of a stranger.
pub(crate) async fn forget(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM devices WHERE id = $1").bind(id).execute(tx.connection()).await?;
    sqlx::query("UPDATE flows SET device_id = NULL WHERE device_id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// Forgets some devices that were not used for too long; how many.
pub(crate) async fn clear(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM devices WHERE id IN (SELECT id FROM devices WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}
