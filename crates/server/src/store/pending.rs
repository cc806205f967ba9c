//! Queries: what is being set up or checked in a flow, and is not confirmed yet.

use super::{Result, Tx};

/// What is being set up or checked in a flow.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct PendingRow {
    pub(crate) id: String,
    pub(crate) means: String,
    pub(crate) method: Option<String>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) device: Option<Vec<u8>>,
    /// New recovery codes, as JSON.
    pub(crate) codes: Option<String>,
    pub(crate) checks: Option<String>,
    pub(crate) code_mac: Option<Vec<u8>>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) resend_at: Option<i64>,
    pub(crate) tries: u32,
    pub(crate) max_tries: u32,
}

/// What is pending in a flow.
pub(crate) async fn of(tx: &mut Tx, flow: i64) -> Result<Option<PendingRow>> {
    let found = sqlx::query_as(
        "SELECT id, means, method, sealed, device, codes, checks, code_mac, expires_at, resend_at, tries, max_tries
         FROM pending WHERE flow_id = $1",
    )
    .bind(flow)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// Puts something in place of what was pending in a flow.
pub(crate) async fn put(tx: &mut Tx, flow: i64, row: &PendingRow) -> Result<()> {
    clear(tx, flow).await?;
    sqlx::query(
        "INSERT INTO pending (id, flow_id, means, method, sealed, device, codes, checks, code_mac, expires_at,
             resend_at, max_tries)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&row.id)
    .bind(flow)
    .bind(&row.means)
    .bind(&row.method)
    .bind(&row.sealed)
    .bind(&row.device)
    .bind(&row.codes)
    .bind(&row.checks)
    .bind(&row.code_mac)
    .bind(row.expires_at)
    .bind(row.resend_at)
    .bind(row.max_tries)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes a try of something pending, in one statement; whether there was one.
pub(crate) async fn take_try(tx: &mut Tx, id: &str) -> Result<bool> {
    let taken = sqlx::query("UPDATE pending SET tries = tries + 1 WHERE id = $1 AND tries < max_tries")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Takes something pending out, once; whether it was still there.
pub(crate) async fn take(tx: &mut Tx, id: &str) -> Result<bool> {
    let taken = sqlx::query("DELETE FROM pending WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(taken.rows_affected() == 1)
}

/// Forgets what is pending in a flow.
pub(crate) async fn clear(tx: &mut Tx, flow: i64) -> Result<()> {
    sqlx::query("DELETE FROM pending WHERE flow_id = $1").bind(flow).execute(tx.connection()).await?;
    Ok(())
}
