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

/// A known device, and whose it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct OwnedRow {
    pub(crate) id: String,
    pub(crate) owner: Vec<u8>,
    /// The sealed id of the account; absent in a device of before that was kept.
    pub(crate) account: Option<Vec<u8>>,
}

/// The device of a token that is still good, whoever its owner is.
pub(crate) async fn of_anybody(tx: &mut Tx, token_mac: &[u8], now: i64) -> Result<Option<OwnedRow>> {
    let found = sqlx::query_as(
        "SELECT id, owner, account FROM devices WHERE (token_mac = $1 OR next_mac = $1) AND expires_at > $2",
    )
    .bind(token_mac)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// Remembers a device.
pub(crate) async fn put(
    tx: &mut Tx,
    id: &str,
    whose: &Whose<'_>,
    token_mac: &[u8],
    now: i64,
    expires_at: i64,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO devices (id, owner, account, token_mac, used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(whose.owner)
    .bind(whose.account)
    .bind(token_mac)
    .bind(now)
    .bind(expires_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Whose a device is: the keyed hash of an account's id, and that id sealed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) owner: &'a [u8],
    pub(crate) account: &'a [u8],
}

/// Keeps the sealed id of the account of a device that has none.
pub(crate) async fn put_account(tx: &mut Tx, id: &str, account: &[u8]) -> Result<()> {
    sqlx::query("UPDATE devices SET account = $1 WHERE id = $2 AND account IS NULL")
        .bind(account)
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Keeps a device for longer that was not used since then.
pub(crate) async fn lengthen(tx: &mut Tx, id: &str, since: i64, now: i64, expires_at: i64) -> Result<()> {
    sqlx::query("UPDATE devices SET used_at = $1, expires_at = $2 WHERE id = $3 AND used_at < $4")
        .bind(now)
        .bind(expires_at)
        .bind(id)
        .bind(since)
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
