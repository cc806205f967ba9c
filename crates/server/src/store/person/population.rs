//! Queries: how many people have which methods, and what was last done with which settings.

use crate::store::{Result, Tx};

/// The population and the methods of people whom the directory lets be served, each set in one text (empty for none), and
/// how many have it.
pub(crate) async fn count(tx: &mut Tx, now: i64) -> Result<Vec<(String, String, i64)>> {
    let counted = sqlx::query_as(
        "SELECT population, has, COUNT(*) FROM (
             SELECT people.population, COALESCE(string_agg(method, ' ' ORDER BY method), '') AS has
             FROM people LEFT JOIN methods
                 ON methods.account_id = people.id AND confirmed = 1 AND proves = 1 AND usable_from <= $1
             WHERE enabled AND NOT privileged AND NOT gone
             GROUP BY people.id
         ) AS sets GROUP BY population, has ORDER BY population, has",
    )
    .bind(now)
    .fetch_all(tx.connection())
    .await?;
    Ok(counted)
}

/// What was counted last.
pub(crate) async fn counted(tx: &mut Tx) -> Result<Vec<(String, String, i64)>> {
    let counted = sqlx::query_as("SELECT population, methods, people FROM menu_counts ORDER BY population, methods")
        .fetch_all(tx.connection())
        .await?;
    Ok(counted)
}

/// Puts these counts in place of the last ones.
pub(crate) async fn keep(tx: &mut Tx, counts: &[(String, String, i64)]) -> Result<()> {
    sqlx::query("DELETE FROM menu_counts").execute(tx.connection()).await?;
    for (population, methods, people) in counts {
        sqlx::query("INSERT INTO menu_counts (population, methods, people) VALUES ($1, $2, $3)")
            .bind(population)
            .bind(methods)
            .bind(people)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}

/// With what something was last done.
pub(crate) async fn done_with(tx: &mut Tx, what: &str) -> Result<Option<Vec<u8>>> {
    let found: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM done_with WHERE what = $1")
        .bind(what)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found.map(|(value,)| value))
}

/// Writes down with what something was done.
pub(crate) async fn keep_done_with(tx: &mut Tx, what: &str, value: &[u8]) -> Result<()> {
    sqlx::query(
        "INSERT INTO done_with (what, value) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET value = excluded.value",
    )
    .bind(what)
    .bind(value)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets that something was done, so that it is done again.
pub(crate) async fn forget_done(tx: &mut Tx, what: &str) -> Result<()> {
    sqlx::query("DELETE FROM done_with WHERE what = $1").bind(what).execute(tx.connection()).await?;
    Ok(())
}
