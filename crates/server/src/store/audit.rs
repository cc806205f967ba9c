//! Queries: the rows of the audit, as they are chained.

use super::{Result, Tx};

/// One row, without its chain.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct AuditRow {
    /// From 1, without a gap.
    #[sqlx(default)]
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) flow: String,
    pub(crate) subject: String,
    pub(crate) event: String,
    pub(crate) outcome: String,
    pub(crate) method: Option<String>,
    /// Who did it for somebody else by a command; absent in rows of flows and of earlier versions.
    pub(crate) actor: Option<String>,
    /// Why they did it.
    pub(crate) reason: Option<String>,
    /// Keyed hash over the row and the hash of the row before it.
    pub(crate) mac: Vec<u8>,
}

/// The hash of the last row.
pub(crate) async fn last_mac(tx: &mut Tx) -> Result<Option<Vec<u8>>> {
    let last: Option<(Vec<u8>,)> =
        sqlx::query_as("SELECT mac FROM audit ORDER BY id DESC LIMIT 1").fetch_optional(tx.connection()).await?;
    Ok(last.map(|(mac,)| mac))
}

/// Appends a row; its `id` is the database's to give.
pub(crate) async fn insert(tx: &mut Tx, row: &AuditRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO audit (at, flow, subject, event, outcome, method, actor, reason, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(row.at)
    .bind(&row.flow)
    .bind(&row.subject)
    .bind(&row.event)
    .bind(&row.outcome)
    .bind(&row.method)
    .bind(&row.actor)
    .bind(&row.reason)
    .bind(&row.mac)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The next rows after an id, in their order, some at a time.
pub(crate) async fn after(tx: &mut Tx, id: i64, most: i64) -> Result<Vec<AuditRow>> {
    let rows = sqlx::query_as(
        "SELECT id, at, flow, subject, event, outcome, method, actor, reason, mac FROM audit
         WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .bind(id)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(rows)
}

/// The last row that was cleared.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StartRow {
    pub(crate) id: i64,
    pub(crate) mac: Vec<u8>,
    /// Keyed hash of both.
    pub(crate) seal: Vec<u8>,
}

/// Where the audit begins; nothing where nothing was cleared.
pub(crate) async fn start(tx: &mut Tx) -> Result<Option<StartRow>> {
    let found = sqlx::query_as("SELECT id, mac, seal FROM audit_start").fetch_optional(tx.connection()).await?;
    Ok(found)
}

/// Writes down where the audit begins.
pub(crate) async fn put_start(tx: &mut Tx, row: &StartRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO audit_start (only, id, mac, seal) VALUES (1, $1, $2, $3)
         ON CONFLICT (only) DO UPDATE SET id = excluded.id, mac = excluded.mac, seal = excluded.seal",
    )
    .bind(row.id)
    .bind(&row.mac)
    .bind(&row.seal)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// When a row was written, and its hash.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct HeadRow {
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) mac: Vec<u8>,
}

/// The next rows after an id, without what they say.
pub(crate) async fn heads(tx: &mut Tx, id: i64, most: i64) -> Result<Vec<HeadRow>> {
    let rows = sqlx::query_as("SELECT id, at, mac FROM audit WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(id)
        .bind(most)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows)
}

/// The id of the last row; 0 where there is none.
pub(crate) async fn last_id(tx: &mut Tx) -> Result<i64> {
    let (last,): (Option<i64>,) = sqlx::query_as("SELECT max(id) FROM audit").fetch_one(tx.connection()).await?;
    Ok(last.unwrap_or_default())
}

/// Clears the rows up to an id; how many.
pub(crate) async fn clear_until(tx: &mut Tx, id: i64) -> Result<u64> {
    let gone = sqlx::query("DELETE FROM audit WHERE id <= $1").bind(id).execute(tx.connection()).await?;
    Ok(gone.rows_affected())
}
