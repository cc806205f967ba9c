//! Queries: the messages that are owed, from queued to accepted or failed.

use super::{Result, Tx};

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A code that proves something to this server.
    Code,
    /// Tells somebody what has happened.
    Notice,
    /// A code of Microsoft's.
    Microsoft,
}

impl Purpose {
    pub(crate) const ALL: [Self; 3] = [Self::Code, Self::Notice, Self::Microsoft];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Notice => "notice",
            Self::Microsoft => "microsoft",
        }
    }

    /// What a row says; one that cannot be read is held to what holds for most.
    pub(crate) fn of(row: &MessageRow) -> Self {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == row.purpose).unwrap_or(Self::Code)
    }
}

/// One message at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct MessageRow {
    /// What gateways are given with every try.
    pub(crate) id: String,
    /// There is one message an event and device.
    pub(crate) event_id: String,
    pub(crate) account_id: String,
    pub(crate) flow_public_id: String,
    /// A [`Purpose`].
    pub(crate) purpose: String,
    /// `text`, `call` or `email`.
    pub(crate) kind: String,
    /// The method that the destination is sealed for.
    pub(crate) method: String,
    /// The number or address; gone once the message is accepted or has failed.
    pub(crate) sealed_to: Option<Vec<u8>>,
    /// Keyed hash of the number or address.
    pub(crate) device: Vec<u8>,
    pub(crate) language: String,
    /// Subject, prompt and body; gone once the message is accepted or has failed.
    pub(crate) sealed_text: Option<Vec<u8>>,
    /// How often it was handed to a gateway that may have sent it.
    pub(crate) tries: i64,
    /// How often a gateway has certainly not taken it.
    pub(crate) refusals: i64,
    pub(crate) due_at: i64,
    /// After this it is not sent any more.
    pub(crate) expires_at: i64,
    pub(crate) created_at: i64,
    /// What the code in it undoes.
    pub(crate) undo_id: Option<i64>,
    /// Keyed hash of that code.
    pub(crate) code_mac: Option<Vec<u8>>,
    /// Whether a known device or a proven flow has caused it.
    pub(crate) trusted: bool,
    /// Keyed hash of the block that a number is in.
    pub(crate) block: Option<Vec<u8>>,
}

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

/// How many messages of a kind and purpose are owed, and since when the oldest is.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct OwedRow {
    pub(crate) kind: String,
    pub(crate) purpose: String,
    pub(crate) many: i64,
    pub(crate) oldest: i64,
}

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
pub(crate) async fn left_before(tx: &mut Tx, most: i64) -> Result<Vec<LeftRow>> {
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
pub(crate) async fn forget_left(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM owed_before_messages WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// Queues a message, once an event and device; whether it was queued now.
pub(crate) async fn queue(tx: &mut Tx, row: &MessageRow) -> Result<bool> {
    let queued = sqlx::query(
        "INSERT INTO messages (id, event_id, account_id, flow_public_id, purpose, kind, method, sealed_to, device,
             language, sealed_text, state, due_at, expires_at, created_at, undo_id, code_mac, trusted, block)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'queued', $12, $13, $14, $15, $16, $17, $18)
         ON CONFLICT (event_id, device) DO NOTHING",
    )
    .bind(&row.id)
    .bind(&row.event_id)
    .bind(&row.account_id)
    .bind(&row.flow_public_id)
    .bind(&row.purpose)
    .bind(&row.kind)
    .bind(&row.method)
    .bind(&row.sealed_to)
    .bind(&row.device)
    .bind(&row.language)
    .bind(&row.sealed_text)
    .bind(row.due_at)
    .bind(row.expires_at)
    .bind(row.created_at)
    .bind(row.undo_id)
    .bind(&row.code_mac)
    .bind(row.trusted)
    .bind(&row.block)
    .execute(tx.connection())
    .await?;
    Ok(queued.rows_affected() == 1)
}

/// Leases the next message of a kind that is due, codes first; it counts as one try from now on, since nobody can tell
/// after a crash whether it was sent.
pub(crate) async fn lease(tx: &mut Tx, kind: &str, now: i64, until: i64) -> Result<Option<MessageRow>> {
    let leased = sqlx::query_as(
        "UPDATE messages SET state = 'leased', leased_until = $1, tries = tries + 1
         WHERE id = (SELECT id FROM messages
                     WHERE state = 'queued' AND kind = $2 AND due_at <= $3 AND expires_at > $3
                     ORDER BY purpose, due_at, id LIMIT 1)
         AND state = 'queued'
         RETURNING id, event_id, account_id, flow_public_id, purpose, kind, method, sealed_to, device, language,
             sealed_text, tries, refusals, due_at, expires_at, created_at, undo_id, code_mac, trusted, block",
    )
    .bind(until)
    .bind(kind)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(leased)
}

/// When the next message is due, or its lease ends, if there is one.
pub(crate) async fn next_due(tx: &mut Tx) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) = sqlx::query_as(
        "SELECT min(CASE WHEN state = 'queued' THEN due_at ELSE leased_until END) FROM messages
         WHERE state IN ('queued', 'leased')",
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(at)
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

/// Ends every lease: the process that had them is gone. It may only be called before the first lease of a process, and
/// where no other process sends.
pub(crate) async fn end_leases(tx: &mut Tx, now: i64) -> Result<()> {
    sqlx::query("UPDATE messages SET leased_until = $1 WHERE state = 'leased'")
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The id of the message that an event has queued, if it has.
pub(crate) async fn of_event(tx: &mut Tx, event_id: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as("SELECT id FROM messages WHERE event_id = $1 LIMIT 1")
        .bind(event_id)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found.map(|(id,)| id))
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

/// What is owed, by kind and purpose.
pub(crate) async fn owed(tx: &mut Tx) -> Result<Vec<OwedRow>> {
    let owed = sqlx::query_as(
        "SELECT kind, purpose, count(*) AS many, min(created_at) AS oldest FROM messages
         WHERE state IN ('queued', 'leased') GROUP BY kind, purpose",
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(owed)
}

/// The block of numbers that the newest code of a flow went to by a method.
pub(crate) async fn block_of_code(tx: &mut Tx, flow_public_id: &str, method: &str) -> Result<Option<Vec<u8>>> {
    let found: Option<(Option<Vec<u8>>,)> = sqlx::query_as(
        "SELECT block FROM messages WHERE flow_public_id = $1 AND purpose = 'code' AND method = $2
         ORDER BY created_at DESC LIMIT 1",
    )
    .bind(flow_public_id)
    .bind(method)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.and_then(|(block,)| block))
}

/// Takes back the codes of a flow that are not on their way yet; the worker ends them.
pub(crate) async fn withdraw_codes(tx: &mut Tx, flow_public_id: &str) -> Result<()> {
    sqlx::query(
        "UPDATE messages SET state = 'withdrawn', sealed_to = NULL, sealed_text = NULL
         WHERE flow_public_id = $1 AND purpose = 'code' AND state = 'queued'",
    )
    .bind(flow_public_id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes back the codes of everybody that are not on their way yet, Microsoft's too; the worker ends them.
pub(crate) async fn withdraw_all_codes(tx: &mut Tx) -> Result<()> {
    sqlx::query(
        "UPDATE messages SET state = 'withdrawn', sealed_to = NULL, sealed_text = NULL
         WHERE purpose <> 'notice' AND state = 'queued'",
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Deletes some messages that were accepted or failed and were made before a time; how many.
pub(crate) async fn clear(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM messages WHERE id IN
             (SELECT id FROM messages WHERE created_at <= $1 AND state IN ('accepted', 'delivered', 'failed')
              ORDER BY created_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}
