//! Queries: which keys this database has been written with, and samples of what they have sealed and hashed.

use super::{Result, Tx};

/// One key that this database has been written with.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct KeyCheckRow {
    pub(crate) id: String,
    /// Keyed hash that only the same key makes.
    pub(crate) mac: Vec<u8>,
}

/// All keys that this database has been written with.
pub(crate) async fn checks(tx: &mut Tx) -> Result<Vec<KeyCheckRow>> {
    let found = sqlx::query_as("SELECT id, mac FROM key_checks ORDER BY id").fetch_all(tx.connection()).await?;
    Ok(found)
}

/// Notes a key that this database is written with from now on.
pub(crate) async fn insert(tx: &mut Tx, row: &KeyCheckRow) -> Result<()> {
    sqlx::query("INSERT INTO key_checks (id, mac) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
        .bind(&row.id)
        .bind(&row.mac)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A sealed value with what it is bound to.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct SealedRow {
    pub(crate) account_id: String,
    /// The column that it is sealed for.
    pub(crate) name: String,
    pub(crate) sealed: Vec<u8>,
}

/// Some sealed values of each kind.
pub(crate) async fn sealed_samples(tx: &mut Tx) -> Result<Vec<SealedRow>> {
    let samples = [
        "SELECT account_id, method AS name, sealed FROM methods WHERE sealed IS NOT NULL LIMIT 3",
        "SELECT account_id, name, sealed FROM directory_facts LIMIT 3",
        "SELECT account_id, 'undo' AS name, before AS sealed FROM undos WHERE before IS NOT NULL LIMIT 3",
    ];
    let mut found = Vec::new();
    for sample in samples {
        let rows: Vec<SealedRow> = sqlx::query_as(sample).fetch_all(tx.connection()).await?;
        found.extend(rows);
    }
    Ok(found)
}
