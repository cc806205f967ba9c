//! Queries: wrong proofs of a method one after the other.

use crate::store::{Result, Tx};

/// A method with wrong proofs in a row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct InARowRow {
    pub(crate) method: String,
    /// When the last of them was given.
    pub(crate) last_at: i64,
}

/// The methods of an account that have at least so many.
pub(crate) async fn with_at_least(tx: &mut Tx, account: &str, least: u32) -> Result<Vec<InARowRow>> {
    let found = sqlx::query_as(
        "SELECT methods.method, r.last_at FROM wrong_in_a_row r JOIN methods ON methods.id = r.method_id
         WHERE r.account_id = $1 AND methods.account_id = $1 AND r.wrong >= $2 ORDER BY methods.method",
    )
    .bind(account)
    .bind(least)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// A proof that is about to be compared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof<'a> {
    pub(crate) account: &'a str,
    pub(crate) method: &'a str,
    /// The public id of its flow.
    pub(crate) flow: &'a str,
    pub(crate) at: i64,
}

/// Counts a proof as wrong, in one statement, unless there are so many already; whether it was counted.
pub(crate) async fn count(tx: &mut Tx, proof: Proof<'_>, most: u32) -> Result<bool> {
    let counted = sqlx::query(
        "INSERT INTO wrong_in_a_row (method_id, account_id, wrong, last_at, flow_public_id)
         SELECT id, account_id, 1, $3, $4 FROM methods WHERE account_id = $1 AND method = $2 AND confirmed = 1
         ON CONFLICT (method_id) DO UPDATE SET wrong = wrong_in_a_row.wrong + 1, last_at = excluded.last_at,
             flow_public_id = excluded.flow_public_id
         WHERE wrong_in_a_row.wrong < $5",
    )
    .bind(proof.account)
    .bind(proof.method)
    .bind(proof.at)
    .bind(proof.flow)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(counted.rows_affected() == 1)
}

/// Takes back that a proof was counted.
pub(crate) async fn give_back(tx: &mut Tx, account: &str, method: &str) -> Result<()> {
    sqlx::query(
        "UPDATE wrong_in_a_row SET wrong = wrong - 1 WHERE wrong > 0
         AND method_id = (SELECT id FROM methods WHERE account_id = $1 AND method = $2)",
    )
    .bind(account)
    .bind(method)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Begins the row of one method anew.
pub(crate) async fn begin_anew(tx: &mut Tx, account: &str, method: &str) -> Result<()> {
    sqlx::query(
        "DELETE FROM wrong_in_a_row
         WHERE method_id = (SELECT id FROM methods WHERE account_id = $1 AND method = $2)",
    )
    .bind(account)
    .bind(method)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Begins the rows of all methods of an account anew.
pub(crate) async fn begin_all_anew(tx: &mut Tx, account: &str) -> Result<()> {
    sqlx::query("DELETE FROM wrong_in_a_row WHERE account_id = $1").bind(account).execute(tx.connection()).await?;
    Ok(())
}

/// A method with too many, of which its person was not told.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct UntoldRow {
    pub(crate) method_id: String,
    pub(crate) account_id: String,
    pub(crate) method: String,
    pub(crate) flow_public_id: String,
}

/// Some methods with at least so many, the last of them before a time, of which their persons were not told.
pub(crate) async fn untold(tx: &mut Tx, least: u32, before: i64, most: i64) -> Result<Vec<UntoldRow>> {
    let found = sqlx::query_as(
        "SELECT r.method_id, r.account_id, methods.method, r.flow_public_id
         FROM wrong_in_a_row r JOIN methods ON methods.id = r.method_id
         WHERE r.told = 0 AND r.wrong >= $1 AND r.last_at <= $2 LIMIT $3",
    )
    .bind(least)
    .bind(before)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// The person is told; whether they were not told before.
pub(crate) async fn tell(tx: &mut Tx, method_id: &str) -> Result<bool> {
    let told = sqlx::query("UPDATE wrong_in_a_row SET told = 1 WHERE method_id = $1 AND told = 0")
        .bind(method_id)
        .execute(tx.connection())
        .await?;
    Ok(told.rows_affected() == 1)
}

/// Forgets some rows of methods that are gone, the last proof before a time; how many.
pub(crate) async fn clear(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM wrong_in_a_row WHERE method_id IN
             (SELECT method_id FROM wrong_in_a_row
              WHERE last_at <= $1 AND NOT EXISTS (SELECT 1 FROM methods WHERE methods.id = method_id)
              ORDER BY last_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}
