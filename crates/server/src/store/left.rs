//! Queries: notices that a server of an earlier version has left, without their texts.

use super::{Result, Tx};

/// A notice that a server of an earlier version has left, without its text.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct LeftRow {
    pub(crate) id: i64,
    pub(crate) event_id: String,
    pub(crate) account_id: String,
    pub(crate) method: String,
    /// The number or address, sealed for that method.
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) device: Vec<u8>,
    pub(crate) text: String,
    pub(crate) means: Option<String>,
    pub(crate) language: String,
    pub(crate) flow_public_id: String,
    pub(crate) undo_id: Option<i64>,
}

/// Some of the notices that a server of an earlier version has left.
pub(crate) async fn some(tx: &mut Tx, most: i64) -> Result<Vec<LeftRow>> {
    let found = sqlx::query_as(
        "SELECT id, event_id, account_id, method, sealed, device, text, means, language, flow_public_id, undo_id
         FROM owed_before_messages ORDER BY id LIMIT $1",
    )
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// One of them has been queued, or cannot be.
pub(crate) async fn forget(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM owed_before_messages WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}
