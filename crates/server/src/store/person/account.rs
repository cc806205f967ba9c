//! Queries: the accounts that this server keeps itself.

use crate::store::{Result, Tx};

/// One account at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) enabled: bool,
    pub(crate) privileged: bool,
    pub(crate) locked: bool,
    pub(crate) must_change: bool,
    /// When the password was set last; absent in accounts of before this was noted.
    pub(crate) password_changed_at: Option<i64>,
}

/// The account of this id.
pub(crate) async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<AccountRow>> {
    let found = sqlx::query_as(
        "SELECT id, account, enabled, privileged, locked, must_change, password_changed_at FROM directory_accounts
         WHERE id = $1",
    )
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// The next accounts after an id, some at a time.
pub(crate) async fn after(tx: &mut Tx, id: &str, most: i64) -> Result<Vec<AccountRow>> {
    let found = sqlx::query_as(
        "SELECT id, account, enabled, privileged, locked, must_change, password_changed_at FROM directory_accounts
         WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .bind(id)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// Adds an account with the hash of its password; whether its name was free.
pub(crate) async fn insert(tx: &mut Tx, row: &AccountRow, password_phc: &str) -> Result<bool> {
    let added = sqlx::query(
        "INSERT INTO directory_accounts (id, account, password_phc, enabled, privileged, locked, must_change,
             password_changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account) DO NOTHING",
    )
    .bind(&row.id)
    .bind(&row.account)
    .bind(password_phc)
    .bind(row.enabled)
    .bind(row.privileged)
    .bind(row.locked)
    .bind(row.must_change)
    .bind(row.password_changed_at)
    .execute(tx.connection())
    .await?;
    Ok(added.rows_affected() == 1)
}

/// The groups of an account, in order.
pub(crate) async fn groups(tx: &mut Tx, id: &str) -> Result<Vec<String>> {
    let groups: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM directory_account_groups WHERE account_id = $1 ORDER BY name")
            .bind(id)
            .fetch_all(tx.connection())
            .await?;
    Ok(groups.into_iter().map(|(name,)| name).collect())
}

/// Puts these groups in place of those that an account had; whether there is such an account.
pub(crate) async fn put_groups(tx: &mut Tx, id: &str, groups: &[String]) -> Result<bool> {
    if by_id(tx, id).await?.is_none() {
        return Ok(false);
    }
    sqlx::query("DELETE FROM directory_account_groups WHERE account_id = $1").bind(id).execute(tx.connection()).await?;
    for name in groups {
        sqlx::query(
            "INSERT INTO directory_account_groups (account_id, name) VALUES ($1, $2)
             ON CONFLICT (account_id, name) DO NOTHING",
        )
        .bind(id)
        .bind(name)
        .execute(tx.connection())
        .await?;
    }
    Ok(true)
}

/// Gives an account another name, if it still has the one it had and the other one is free; whether it was done.
pub(crate) async fn rename(tx: &mut Tx, id: &str, from: &str, to: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE directory_accounts SET account = $1 WHERE id = $2 AND account = $3
         AND NOT EXISTS (SELECT 1 FROM directory_accounts AS others WHERE others.account = $1)",
    )
    .bind(to)
    .bind(id)
    .bind(from)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The hash of an account's password.
pub(crate) async fn password_phc(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as("SELECT password_phc FROM directory_accounts WHERE id = $1")
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found.map(|(phc,)| phc))
}

/// Puts another hash of the same password in place of one that is still there.
pub(crate) async fn replace_phc(tx: &mut Tx, id: &str, old: &str, new: &str) -> Result<()> {
    sqlx::query("UPDATE directory_accounts SET password_phc = $1 WHERE id = $2 AND password_phc = $3")
        .bind(new)
        .bind(id)
        .bind(old)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A write that is done only if the account still bears the marker `after`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MarkedWrite<'a> {
    pub(crate) account: &'a str,
    pub(crate) marker: &'a str,
    pub(crate) after: Option<&'a str>,
}

/// Sets the hash of a password and lifts a lock and the duty to choose another one; whether it was done.
pub(crate) async fn set_password(tx: &mut Tx, write: MarkedWrite<'_>, phc: &str, now: Option<i64>) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE directory_accounts
         SET password_phc = $1, locked = FALSE, must_change = FALSE, operation_marker = $2,
             password_version = password_version + 1, password_changed_at = $3
         WHERE id = $4 AND operation_marker IS NOT DISTINCT FROM $5",
    )
    .bind(phc)
    .bind(write.marker)
    .bind(now)
    .bind(write.account)
    .bind(write.after)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lifts a lock; whether it was done.
pub(crate) async fn unlock(tx: &mut Tx, write: MarkedWrite<'_>) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE directory_accounts SET locked = FALSE, operation_marker = $1
         WHERE id = $2 AND operation_marker IS NOT DISTINCT FROM $3",
    )
    .bind(write.marker)
    .bind(write.account)
    .bind(write.after)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the marker alone; whether it was done.
pub(crate) async fn set_marker(tx: &mut Tx, write: MarkedWrite<'_>) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE directory_accounts SET operation_marker = $1
         WHERE id = $2 AND operation_marker IS NOT DISTINCT FROM $3",
    )
    .bind(write.marker)
    .bind(write.account)
    .bind(write.after)
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The marker of the last write.
pub(crate) async fn marker(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> =
        sqlx::query_as("SELECT operation_marker FROM directory_accounts WHERE id = $1")
            .bind(id)
            .fetch_optional(tx.connection())
            .await?;
    Ok(found.and_then(|(marker,)| marker))
}

/// Notes one thing that is known of a person, sealed, in place of what was known before.
pub(crate) async fn put_fact(tx: &mut Tx, id: &str, name: &str, sealed: &[u8]) -> Result<()> {
    sqlx::query(
        "INSERT INTO directory_facts (account_id, name, sealed) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, name) DO UPDATE SET sealed = excluded.sealed",
    )
    .bind(id)
    .bind(name)
    .bind(sealed)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What is known of a person: name and sealed value.
pub(crate) async fn facts(tx: &mut Tx, id: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let found = sqlx::query_as("SELECT name, sealed FROM directory_facts WHERE account_id = $1 ORDER BY name")
        .bind(id)
        .fetch_all(tx.connection())
        .await?;
    Ok(found)
}
