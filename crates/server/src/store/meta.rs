//! Queries: single numbers that outlive the process.

use super::{Result, Tx};

/// The number of this name.
pub(crate) async fn get(tx: &mut Tx, name: &str) -> Result<Option<i64>> {
    let found: Option<(i64,)> =
        sqlx::query_as("SELECT value FROM meta WHERE name = $1").bind(name).fetch_optional(tx.connection()).await?;
    Ok(found.map(|(value,)| value))
}

/// Puts a number in place of the one of this name.
pub(crate) async fn put(tx: &mut Tx, name: &str, value: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes the number of this name away; whether there was one.
pub(crate) async fn remove(tx: &mut Tx, name: &str) -> Result<bool> {
    let gone = sqlx::query("DELETE FROM meta WHERE name = $1").bind(name).execute(tx.connection()).await?;
    Ok(gone.rows_affected() == 1)
}
