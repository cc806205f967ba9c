//! Queries: writes into the directory, from their intent to their outcome.

use super::{Result, Tx};

/// One write at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct OperationRow {
    pub(crate) id: String,
    pub(crate) flow_id: i64,
    pub(crate) account_id: String,
    pub(crate) idempotency_key: String,
    /// Keyed hash of the body that asked for it.
    pub(crate) body_mac: Vec<u8>,
    pub(crate) marker_before: Option<String>,
    /// `intent`, `done`, `refused`, `old_wrong`, `not_applied` or `unknown`.
    pub(crate) state: String,
    /// As JSON.
    pub(crate) refusals: Option<String>,
    pub(crate) created_at: i64,
    /// Until when whoever intends it is at it.
    pub(crate) leased_until: i64,
}

/// Adds an operation; whether no other of the flow had its key.
pub(crate) async fn insert(tx: &mut Tx, row: &OperationRow) -> Result<bool> {
    let added = sqlx::query(
        "INSERT INTO operations (id, flow_id, account_id, idempotency_key, body_mac, marker_before, state, refusals,
             created_at, leased_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (flow_id, idempotency_key) DO NOTHING",
    )
    .bind(&row.id)
    .bind(row.flow_id)
    .bind(&row.account_id)
    .bind(&row.idempotency_key)
    .bind(&row.body_mac)
    .bind(&row.marker_before)
    .bind(&row.state)
    .bind(&row.refusals)
    .bind(row.created_at)
    .bind(row.leased_until)
    .execute(tx.connection())
    .await?;
    Ok(added.rows_affected() == 1)
}

/// The operation of a flow with this key.
pub(crate) async fn by_key(tx: &mut Tx, flow: i64, key: &str) -> Result<Option<OperationRow>> {
    let found = sqlx::query_as("SELECT * FROM operations WHERE flow_id = $1 AND idempotency_key = $2")
        .bind(flow)
        .bind(key)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found)
}

/// The operation of a flow whose outcome is not known.
pub(crate) async fn open_of(tx: &mut Tx, flow: i64) -> Result<Option<OperationRow>> {
    let found = sqlx::query_as("SELECT * FROM operations WHERE flow_id = $1 AND state = 'intent'")
        .bind(flow)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found)
}

/// All operations whose outcome is not known, the oldest first.
pub(crate) async fn open(tx: &mut Tx) -> Result<Vec<OperationRow>> {
    let found = sqlx::query_as("SELECT * FROM operations WHERE state = 'intent' ORDER BY created_at")
        .fetch_all(tx.connection())
        .await?;
    Ok(found)
}

/// Whether another operation on the account was done that followed the same marker, so that this one never can be.
pub(crate) async fn overtaken(tx: &mut Tx, row: &OperationRow) -> Result<bool> {
    let found: Option<(i64,)> = sqlx::query_as(
        "SELECT 1 FROM operations
         WHERE account_id = $1 AND id <> $2 AND state = 'done' AND marker_before IS NOT DISTINCT FROM $3 LIMIT 1",
    )
    .bind(&row.account_id)
    .bind(&row.id)
    .bind(&row.marker_before)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.is_some())
}

/// Writes down what an operation came to; whether it was open until now.
pub(crate) async fn close(tx: &mut Tx, id: &str, state: &str, refusals: Option<&str>) -> Result<bool> {
    let closed = sqlx::query("UPDATE operations SET state = $1, refusals = $2 WHERE id = $3 AND state = 'intent'")
        .bind(state)
        .bind(refusals)
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(closed.rows_affected() == 1)
}

/// Shortens every lease that lasts longer than until a time: a clock that was ahead has written it.
pub(crate) async fn shorten_leases(tx: &mut Tx, longest: i64) -> Result<()> {
    sqlx::query("UPDATE operations SET leased_until = $1 WHERE state = 'intent' AND leased_until > $1")
        .bind(longest)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Nobody is at an operation any more.
pub(crate) async fn end_lease(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("UPDATE operations SET leased_until = 0 WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}
