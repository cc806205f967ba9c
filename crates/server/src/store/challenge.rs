//! Queries: what flows have asked for, and the tries of it.

use super::{Result, Tx};

/// What is asked of the person.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ChallengeRow {
    pub(crate) id: i64,
    pub(crate) code_mac: Option<Vec<u8>>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) resend_at: Option<i64>,
    pub(crate) tries: u32,
    pub(crate) max_tries: u32,
    /// `open`, `used`, `spent` or `void`.
    pub(crate) state: String,
}

/// The last thing that a flow has asked for.
pub(crate) async fn last(tx: &mut Tx, flow: i64) -> Result<Option<ChallengeRow>> {
    let found = sqlx::query_as(
        "SELECT id, code_mac, expires_at, resend_at, tries, max_tries, state FROM challenges
         WHERE flow_id = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(flow)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// When another code of a kind may be sent in a flow: the latest of all that were asked for.
pub(crate) async fn latest_resend(tx: &mut Tx, flow: i64) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) = sqlx::query_as("SELECT max(resend_at) FROM challenges WHERE flow_id = $1")
        .bind(flow)
        .fetch_one(tx.connection())
        .await?;
    Ok(at)
}

/// Something that is asked for from now on.
#[derive(Debug)]
pub(crate) struct NewChallenge<'a> {
    pub(crate) flow: i64,
    pub(crate) method: &'a str,
    pub(crate) code_mac: Option<&'a [u8]>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) resend_at: Option<i64>,
    pub(crate) max_tries: u32,
}

/// Asks for something.
pub(crate) async fn ask(tx: &mut Tx, new: &NewChallenge<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO challenges (flow_id, method, code_mac, expires_at, resend_at, max_tries)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(new.flow)
    .bind(new.method)
    .bind(new.code_mac)
    .bind(new.expires_at)
    .bind(new.resend_at)
    .bind(new.max_tries)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes a try of something that is asked for, in one statement; whether there was one.
pub(crate) async fn take_try(tx: &mut Tx, challenge: i64) -> Result<bool> {
    let taken =
        sqlx::query("UPDATE challenges SET tries = tries + 1 WHERE id = $1 AND state = 'open' AND tries < max_tries")
            .bind(challenge)
            .execute(tx.connection())
            .await?;
    Ok(taken.rows_affected() == 1)
}

/// Gives back a try of something that is asked for.
pub(crate) async fn give_back_try(tx: &mut Tx, challenge: i64) -> Result<()> {
    sqlx::query("UPDATE challenges SET tries = tries - 1 WHERE id = $1 AND state = 'open' AND tries > 0")
        .bind(challenge)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Uses up what was asked for; whether it was still open.
pub(crate) async fn use_up(tx: &mut Tx, challenge: i64) -> Result<bool> {
    let used = sqlx::query("UPDATE challenges SET state = 'used', code_mac = NULL WHERE id = $1 AND state = 'open'")
        .bind(challenge)
        .execute(tx.connection())
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Closes what was asked for once all of its tries are taken.
pub(crate) async fn spend(tx: &mut Tx, challenge: i64) -> Result<()> {
    sqlx::query("UPDATE challenges SET state = 'spent', code_mac = NULL WHERE id = $1 AND tries >= max_tries")
        .bind(challenge)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Ends all that a flow has asked for.
pub(crate) async fn void(tx: &mut Tx, flow: i64) -> Result<()> {
    sqlx::query("UPDATE challenges SET state = 'void', code_mac = NULL WHERE flow_id = $1 AND state = 'open'")
        .bind(flow)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Ends the time of every code that is asked for or pending, so that another one may be asked for at once.
pub(crate) async fn void_all_codes(tx: &mut Tx) -> Result<()> {
    sqlx::query(
        "UPDATE challenges SET expires_at = 0, resend_at = 0
         WHERE state = 'open' AND code_mac IS NOT NULL AND expires_at IS NOT NULL",
    )
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "UPDATE pending SET expires_at = 0, resend_at = 0 WHERE code_mac IS NOT NULL AND expires_at IS NOT NULL",
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
