//! Queries: numbers and addresses that others than their owners have replaced, until these are told.

use crate::store::{Result, Tx};

/// A number or address that was replaced.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ReplacedRow {
    pub(crate) account_id: String,
    pub(crate) method: String,
    /// As it was sealed for that method.
    pub(crate) sealed: Vec<u8>,
    pub(crate) device: Vec<u8>,
    /// Whether the new place is told too.
    pub(crate) tells_new: bool,
    /// The method that the person is told of, where it is not this one.
    pub(crate) about: Option<String>,
}

/// Keeps what was replaced, until the person was told.
pub(crate) async fn put(tx: &mut Tx, row: &ReplacedRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO replaced_methods (account_id, method, sealed, device, tells_new, about)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, method, device) DO NOTHING",
    )
    .bind(&row.account_id)
    .bind(&row.method)
    .bind(&row.sealed)
    .bind(&row.device)
    .bind(row.tells_new)
    .bind(&row.about)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What was replaced and nobody was told of, of one account.
pub(crate) async fn take(tx: &mut Tx) -> Result<Vec<ReplacedRow>> {
    let taken = sqlx::query_as(
        "DELETE FROM replaced_methods WHERE account_id = (SELECT MIN(account_id) FROM replaced_methods)
         RETURNING account_id, method, sealed, device, tells_new, about",
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(taken)
}
