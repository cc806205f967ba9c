//! Queries: what came of messages: taken, delivered, failed, or not known.

use super::{Result, Tx};

/// What is told of a message that has ended: nothing of where it went or what it said.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct EndedRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) purpose: String,
    pub(crate) tries: i64,
    pub(crate) refusals: i64,
    pub(crate) created_at: i64,
}

/// A gateway has taken it: nothing of its text or destination is kept. What was reported meanwhile stays.
pub(crate) async fn accepted(tx: &mut Tx, id: &str, provider_id: Option<&str>) -> Result<()> {
    sqlx::query(
        "UPDATE messages SET state = 'accepted', provider_id = $1, sealed_to = NULL, sealed_text = NULL,
             leased_until = NULL
         WHERE id = $2 AND state IN ('queued', 'leased')",
    )
    .bind(provider_id)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A gateway has certainly not taken it: it is due again later, and the try is given back.
pub(crate) async fn not_taken(tx: &mut Tx, id: &str, due_at: i64) -> Result<()> {
    sqlx::query(
        "UPDATE messages SET state = 'queued', leased_until = NULL, tries = tries - 1, refusals = refusals + 1,
             due_at = $1
         WHERE id = $2 AND state = 'leased'",
    )
    .bind(due_at)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Its budget has no room: it is due again later, and nothing else is counted.
pub(crate) async fn put_off(tx: &mut Tx, id: &str, due_at: i64) -> Result<()> {
    sqlx::query(
        "UPDATE messages SET state = 'queued', leased_until = NULL, tries = tries - 1, due_at = $1
         WHERE id = $2 AND state = 'leased'",
    )
    .bind(due_at)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Nobody knows whether it was sent: it is due once more later, and the try stays counted.
pub(crate) async fn in_doubt(tx: &mut Tx, id: &str, due_at: i64) -> Result<()> {
    sqlx::query(
        "UPDATE messages SET state = 'queued', leased_until = NULL, due_at = $1 WHERE id = $2 AND state = 'leased'",
    )
    .bind(due_at)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A provider says that it has a message whose answer was lost, so that it need not be sent again; whether that is new.
pub(crate) async fn taken(tx: &mut Tx, id: &str, provider_id: Option<&str>) -> Result<bool> {
    let moved = sqlx::query(
        "UPDATE messages SET state = 'accepted', provider_id = coalesce($1, provider_id), sealed_to = NULL,
             sealed_text = NULL
         WHERE id = $2 AND state = 'queued' AND tries > 0",
    )
    .bind(provider_id)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// A phone has it, by whichever try; whether that is new.
pub(crate) async fn delivered(tx: &mut Tx, id: &str, provider_id: Option<&str>) -> Result<bool> {
    let moved = sqlx::query(
        "UPDATE messages SET state = 'delivered', provider_id = coalesce($1, provider_id), sealed_to = NULL,
             sealed_text = NULL, leased_until = NULL
         WHERE id = $2 AND (state = 'accepted' OR state IN ('queued', 'leased') AND tries > 0)",
    )
    .bind(provider_id)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// The try that was accepted, or the only one so far, has come to nothing; whether that is new.
pub(crate) async fn not_delivered(tx: &mut Tx, id: &str, provider_id: &str, why: &str) -> Result<bool> {
    let moved = sqlx::query(
        "UPDATE messages SET state = 'failed', why = $1, provider_id = $2, sealed_to = NULL, sealed_text = NULL,
             leased_until = NULL
         WHERE id = $3 AND (state = 'accepted' AND provider_id = $2 OR state = 'leased' AND tries = 1)",
    )
    .bind(why)
    .bind(provider_id)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// The try of this number, which is the one that was accepted or the only one so far, has come to nothing; whether that
/// is new.
pub(crate) async fn try_not_delivered(tx: &mut Tx, id: &str, number: u32, why: &str) -> Result<bool> {
    let moved = sqlx::query(
        "UPDATE messages SET state = 'failed', why = $1, sealed_to = NULL, sealed_text = NULL, leased_until = NULL
         WHERE id = $2 AND tries = $3 AND (state = 'accepted' OR state = 'leased' AND tries = 1)",
    )
    .bind(why)
    .bind(id)
    .bind(i64::from(number))
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// It will not be sent: nothing of its text or destination is kept.
pub(crate) async fn failed(tx: &mut Tx, id: &str, why: &str) -> Result<()> {
    sqlx::query(
        "UPDATE messages SET state = 'failed', why = $1, sealed_to = NULL, sealed_text = NULL, leased_until = NULL
         WHERE id = $2 AND state IN ('queued', 'leased')",
    )
    .bind(why)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Leases that have ended without a word: whoever had them has crashed or hangs.
pub(crate) async fn lapsed(tx: &mut Tx, now: i64, most: i64) -> Result<Vec<EndedRow>> {
    let found = sqlx::query_as(
        "SELECT id, kind, purpose, tries, refusals, created_at FROM messages WHERE state = 'leased' AND leased_until <= $1 ORDER BY leased_until LIMIT $2",
    )
    .bind(now)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// Ends messages whose time is over before they were sent: notices by the trusted time, all others by the
/// clock.
pub(crate) async fn expire(tx: &mut Tx, now: i64, trusted: i64) -> Result<Vec<EndedRow>> {
    let expired = sqlx::query_as(
        "UPDATE messages SET state = 'failed', why = 'expired', sealed_to = NULL, sealed_text = NULL
         WHERE state = 'queued' AND expires_at <= CASE WHEN purpose = 'notice' THEN $2 ELSE $1 END
         RETURNING id, kind, purpose, tries, refusals, created_at",
    )
    .bind(now)
    .bind(trusted)
    .fetch_all(tx.connection())
    .await?;
    Ok(expired)
}

/// Ends messages that were taken back.
pub(crate) async fn end_withdrawn(tx: &mut Tx) -> Result<Vec<EndedRow>> {
    let ended = sqlx::query_as(
        "UPDATE messages SET state = 'failed', why = 'withdrawn' WHERE state = 'withdrawn'
         RETURNING id, kind, purpose, tries, refusals, created_at",
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ended)
}
