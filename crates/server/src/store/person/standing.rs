//! Queries: how an account stands with us: frozen or not, its pass, what can be undone, and forgetting all of it.

use crate::store::{Result, Tx};

/// Stops serving an account; whether it was served until now.
pub(crate) async fn freeze(tx: &mut Tx, account: &str, now: i64) -> Result<bool> {
    let frozen = sqlx::query("INSERT INTO frozen (account_id, at) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING")
        .bind(account)
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(frozen.rows_affected() == 1)
}

/// Serves an account again; whether it was frozen.
pub(crate) async fn thaw(tx: &mut Tx, account: &str) -> Result<bool> {
    let thawed = sqlx::query("DELETE FROM frozen WHERE account_id = $1").bind(account).execute(tx.connection()).await?;
    Ok(thawed.rows_affected() == 1)
}

/// Since when an account is frozen.
pub(crate) async fn frozen_since(tx: &mut Tx, account: &str) -> Result<Option<i64>> {
    let since: Option<(i64,)> = sqlx::query_as("SELECT at FROM frozen WHERE account_id = $1")
        .bind(account)
        .fetch_optional(tx.connection())
        .await?;
    Ok(since.map(|(since,)| since))
}

/// A pass at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct PassRow {
    pub(crate) code_mac: Vec<u8>,
    pub(crate) expires_at: i64,
}

/// Keeps a pass in place of an earlier one.
pub(crate) async fn put_pass(tx: &mut Tx, account: &str, row: &PassRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO helpdesk_passes (account_id, code_mac, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET code_mac = excluded.code_mac, expires_at = excluded.expires_at",
    )
    .bind(account)
    .bind(&row.code_mac)
    .bind(row.expires_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The pass of an account.
pub(crate) async fn pass(tx: &mut Tx, account: &str) -> Result<Option<PassRow>> {
    let found = sqlx::query_as("SELECT code_mac, expires_at FROM helpdesk_passes WHERE account_id = $1")
        .bind(account)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found)
}

/// Uses up the pass that was compared; whether it was still there.
pub(crate) async fn use_pass(tx: &mut Tx, account: &str, code_mac: &[u8]) -> Result<bool> {
    let used = sqlx::query("DELETE FROM helpdesk_passes WHERE account_id = $1 AND code_mac = $2")
        .bind(account)
        .bind(code_mac)
        .execute(tx.connection())
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Takes back every pass that was handed out.
pub(crate) async fn void_passes(tx: &mut Tx) -> Result<()> {
    sqlx::query("DELETE FROM helpdesk_passes").execute(tx.connection()).await?;
    Ok(())
}

/// Something that the code of a notice can undo.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct UndoRow {
    pub(crate) id: i64,
    pub(crate) account_id: String,
    pub(crate) flow_public_id: String,
    pub(crate) language: String,
    /// What was set up before, sealed; absent where nothing can be brought back.
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) used: bool,
    /// A code has named it that was no proof enough to undo it.
    pub(crate) claimed: bool,
    pub(crate) expires_at: i64,
    /// Keyed hash of the number or address that the code was sent to; empty where no code led here.
    #[sqlx(default)]
    pub(crate) sent_to: Vec<u8>,
}

/// Keeps what can be undone, and gives its id.
pub(crate) async fn keep_undo(
    tx: &mut Tx,
    account: &str,
    flow_public_id: &str,
    language: &str,
    before: Option<&[u8]>,
    expires_at: i64,
) -> Result<i64> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO undos (account_id, flow_public_id, language, before, expires_at) VALUES ($1, $2, $3, $4, $5)
         RETURNING id",
    )
    .bind(account)
    .bind(flow_public_id)
    .bind(language)
    .bind(before)
    .bind(expires_at)
    .fetch_one(tx.connection())
    .await?;
    Ok(id)
}

/// What a code leads to that has not expired.
pub(crate) async fn undo_of_code(tx: &mut Tx, code_mac: &[u8], now: i64) -> Result<Option<UndoRow>> {
    let found = sqlx::query_as(
        "SELECT undos.id, undos.account_id, undos.flow_public_id, undos.language, undos.before, undos.used,
             undos.claimed, undos.expires_at, messages.device AS sent_to
         FROM messages JOIN undos ON undos.id = messages.undo_id
         WHERE messages.code_mac = $1 AND undos.expires_at > $2",
    )
    .bind(code_mac)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// What the helpdesk may bring back: the first change that a code has named without being proof enough, or else the
/// last change.
pub(crate) async fn undo_to_restore(tx: &mut Tx, account: &str, now: i64) -> Result<Option<UndoRow>> {
    let found = sqlx::query_as(
        "SELECT id, account_id, flow_public_id, language, before, used, claimed, expires_at FROM undos
         WHERE account_id = $1 AND used = 0 AND before IS NOT NULL AND expires_at > $2
         ORDER BY claimed DESC, CASE WHEN claimed = 1 THEN id ELSE -id END LIMIT 1",
    )
    .bind(account)
    .bind(now)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// Writes down that a code has named a change.
pub(crate) async fn claim_undo(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("UPDATE undos SET claimed = 1 WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// Uses up the undos of an account from one on to another.
pub(crate) async fn use_undos(tx: &mut Tx, account: &str, from: i64, to: i64) -> Result<()> {
    sqlx::query("UPDATE undos SET used = 1 WHERE account_id = $1 AND id BETWEEN $2 AND $3")
        .bind(account)
        .bind(from)
        .bind(to)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Deletes some undos that have expired; how many.
pub(crate) async fn clear_undos(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM undos WHERE id IN (SELECT id FROM undos WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}

/// What belongs to an account, table by table. A write that is under way is left to find its end.
const FORGET: [&str; 11] = [
    "DELETE FROM methods WHERE account_id = $1",
    "DELETE FROM answers WHERE account_id = $1",
    "DELETE FROM recovery_codes WHERE account_id = $1",
    "DELETE FROM helpdesk_passes WHERE account_id = $1",
    "DELETE FROM contact_languages WHERE account_id = $1",
    "DELETE FROM replaced_methods WHERE account_id = $1",
    "DELETE FROM wrong_in_a_row WHERE account_id = $1",
    "DELETE FROM messages WHERE account_id = $1",
    "DELETE FROM owed_before_messages WHERE account_id = $1",
    "DELETE FROM undos WHERE account_id = $1",
    "DELETE FROM flows WHERE account_id = $1 AND step <> 'working'",
];

/// Removes everything that an account has set up and ends its flows; how many methods there were.
pub(crate) async fn forget(tx: &mut Tx, account: &str) -> Result<u64> {
    let mut methods = 0;
    for (place, statement) in FORGET.into_iter().enumerate() {
        let gone = sqlx::query(statement).bind(account).execute(tx.connection()).await?;
        if place == 0 {
            methods = gone.rows_affected();
        }
    }
    Ok(methods)
}
