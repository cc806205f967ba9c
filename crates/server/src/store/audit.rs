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

/// When the last row was written, by the clock of then.
pub(crate) async fn last_at(tx: &mut Tx) -> Result<Option<i64>> {
    let last: Option<(i64,)> =
        sqlx::query_as("SELECT at FROM audit ORDER BY id DESC LIMIT 1").fetch_optional(tx.connection()).await?;
    Ok(last.map(|(at,)| at))
}
