//! Queries: flows, what they have asked for, what is pending in them, and what was said of them at their end.

use super::{Result, Tx};

/// One flow at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct FlowRow {
    pub(crate) id: i64,
    pub(crate) public_id: String,
    pub(crate) intent: String,
    /// Absent in a decoy.
    pub(crate) account_id: Option<String>,
    pub(crate) subject: Vec<u8>,
    pub(crate) language: String,
    pub(crate) revision: i64,
    pub(crate) step: String,
    /// The methods on offer, as JSON.
    pub(crate) menu: String,
    /// The questions that are asked, as JSON.
    pub(crate) questions: String,
    /// The gates that were passed, as JSON.
    pub(crate) passed: String,
    pub(crate) gates: i64,
    pub(crate) asked: Option<String>,
    pub(crate) sends: i64,
    pub(crate) started_at: i64,
    pub(crate) touched_at: i64,
    pub(crate) ends_at: i64,
    /// What the end says, as JSON.
    pub(crate) done: Option<String>,
    pub(crate) blocked_until: Option<i64>,
    pub(crate) feedback_given: bool,
    /// A secret that the person has not been seen to have received yet, sealed.
    pub(crate) shown: Option<Vec<u8>>,
    /// The known device that it was started on.
    pub(crate) device_id: Option<String>,
    /// Whether a token for the device was given at its end.
    pub(crate) device_given: bool,
    /// Whether it stands in the budget of starts.
    pub(crate) counted: bool,
    pub(crate) on_campus: bool,
}

/// The flow of a token, by the hash of that.
pub(crate) async fn by_token(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<FlowRow>> {
    let found = sqlx::query_as("SELECT * FROM flows WHERE token_hash = $1")
        .bind(token_hash)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found)
}

/// The flow of an id.
pub(crate) async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<FlowRow>> {
    Ok(sqlx::query_as("SELECT * FROM flows WHERE id = $1").bind(id).fetch_optional(tx.connection()).await?)
}

/// Some of the flows that can still go on, of anybody.
pub(crate) async fn some_open(tx: &mut Tx, most: i64) -> Result<Vec<FlowRow>> {
    let open = sqlx::query_as(
        "SELECT * FROM flows WHERE step IN ('choose_method', 'prove', 'set_password', 'manage') LIMIT $1",
    )
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(open)
}

/// The flows of an account that can still go on, but one.
pub(crate) async fn open_of(tx: &mut Tx, account: &str, but: Option<i64>) -> Result<Vec<FlowRow>> {
    let open = sqlx::query_as(
        "SELECT * FROM flows WHERE account_id = $1 AND id IS DISTINCT FROM $2
         AND step IN ('choose_method', 'prove', 'set_password', 'manage')",
    )
    .bind(account)
    .bind(but)
    .fetch_all(tx.connection())
    .await?;
    Ok(open)
}

/// Adds a flow and gives its id; that of the row is not looked at.
pub(crate) async fn insert(tx: &mut Tx, row: &FlowRow, token_hash: &[u8]) -> Result<i64> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO flows (public_id, token_hash, intent, account_id, subject, language, revision, step, menu,
             questions, passed, gates, asked, started_at, touched_at, ends_at, device_id, counted, on_campus)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id",
    )
    .bind(&row.public_id)
    .bind(token_hash)
    .bind(&row.intent)
    .bind(&row.account_id)
    .bind(&row.subject)
    .bind(&row.language)
    .bind(row.revision)
    .bind(&row.step)
    .bind(&row.menu)
    .bind(&row.questions)
    .bind(&row.passed)
    .bind(row.gates)
    .bind(&row.asked)
    .bind(row.started_at)
    .bind(row.touched_at)
    .bind(row.ends_at)
    .bind(&row.device_id)
    .bind(row.counted)
    .bind(row.on_campus)
    .fetch_one(tx.connection())
    .await?;
    Ok(id)
}

/// Writes a flow as its next revision; whether it still had the revision of the row.
pub(crate) async fn save(tx: &mut Tx, row: &FlowRow) -> Result<bool> {
    let saved = sqlx::query(
        "UPDATE flows SET revision = revision + 1, step = $1, menu = $2, questions = $3, passed = $4, gates = $5,
             asked = $6, sends = $7, touched_at = $8, ends_at = $9, done = $10, blocked_until = $11,
             feedback_given = $12, shown = $13
         WHERE id = $14 AND revision = $15",
    )
    .bind(&row.step)
    .bind(&row.menu)
    .bind(&row.questions)
    .bind(&row.passed)
    .bind(row.gates)
    .bind(&row.asked)
    .bind(row.sends)
    .bind(row.touched_at)
    .bind(row.ends_at)
    .bind(&row.done)
    .bind(row.blocked_until)
    .bind(row.feedback_given)
    .bind(&row.shown)
    .bind(row.id)
    .bind(row.revision)
    .execute(tx.connection())
    .await?;
    Ok(saved.rows_affected() == 1)
}

/// Notes that somebody is still there; no revision.
pub(crate) async fn touch(tx: &mut Tx, id: i64, now: i64) -> Result<()> {
    sqlx::query("UPDATE flows SET touched_at = $1 WHERE id = $2").bind(now).bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// Notes that a flow stands in the budget of starts from now on; no revision.
pub(crate) async fn count_start(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("UPDATE flows SET counted = 1 WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// Counts a wrong proof; no revision.
pub(crate) async fn count_wrong(tx: &mut Tx, id: i64) -> Result<()> {
    sqlx::query("UPDATE flows SET wrong = wrong + 1 WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// An account with wrong proofs, and the last of their flows.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct TriedRow {
    pub(crate) account_id: String,
    pub(crate) public_id: String,
}

/// Some accounts with at least so many wrong proofs in flows that have started since a time.
pub(crate) async fn tried(tx: &mut Tx, since: i64, least: i64, most: i64) -> Result<Vec<TriedRow>> {
    let found = sqlx::query_as(
        "SELECT tried.account_id, flows.public_id
         FROM (SELECT account_id, MAX(id) AS last FROM flows
               WHERE wrong > 0 AND account_id IS NOT NULL AND started_at > $1
               GROUP BY account_id HAVING SUM(wrong) >= $2 LIMIT $3) AS tried
         JOIN flows ON flows.id = tried.last",
    )
    .bind(since)
    .bind(least)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// The person was told of the wrong proofs so far.
pub(crate) async fn forget_tries(tx: &mut Tx, account: &str) -> Result<()> {
    sqlx::query("UPDATE flows SET wrong = 0 WHERE account_id = $1 AND wrong > 0")
        .bind(account)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Notes that a token for its device is given, once; whether it was not given before.
pub(crate) async fn give_device(tx: &mut Tx, id: i64) -> Result<bool> {
    let given = sqlx::query("UPDATE flows SET device_given = 1 WHERE id = $1 AND device_given = 0")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(given.rows_affected() == 1)
}

/// Moves the end of a flow that still has this revision.
pub(crate) async fn extend(tx: &mut Tx, id: i64, revision: i64, ends_at: i64) -> Result<()> {
    sqlx::query("UPDATE flows SET ends_at = $1 WHERE id = $2 AND revision = $3")
        .bind(ends_at)
        .bind(id)
        .bind(revision)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Deletes some flows that ended before a time, and with them what they asked for; how many there were.
pub(crate) async fn clear(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM flows WHERE id IN
             (SELECT id FROM flows WHERE ends_at < $1 AND step <> 'working' ORDER BY ends_at LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}

/// Flows that are `working` although no operation of theirs is open.
pub(crate) async fn working_without_operation(tx: &mut Tx) -> Result<Vec<FlowRow>> {
    let found = sqlx::query_as(
        "SELECT * FROM flows WHERE step = 'working' AND NOT EXISTS
             (SELECT 1 FROM operations WHERE operations.flow_id = flows.id AND operations.state = 'intent')",
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

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
pub(crate) async fn asked(tx: &mut Tx, flow: i64) -> Result<Option<ChallengeRow>> {
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
pub(crate) async fn void_challenges(tx: &mut Tx, flow: i64) -> Result<()> {
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

/// What is being set up or checked in a flow.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct PendingRow {
    pub(crate) id: String,
    pub(crate) means: String,
    pub(crate) method: Option<String>,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) device: Option<Vec<u8>>,
    /// New recovery codes, as JSON.
    pub(crate) codes: Option<String>,
    pub(crate) checks: Option<String>,
    pub(crate) code_mac: Option<Vec<u8>>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) resend_at: Option<i64>,
    pub(crate) tries: u32,
    pub(crate) max_tries: u32,
}

/// What is pending in a flow.
pub(crate) async fn pending(tx: &mut Tx, flow: i64) -> Result<Option<PendingRow>> {
    let found = sqlx::query_as(
        "SELECT id, means, method, sealed, device, codes, checks, code_mac, expires_at, resend_at, tries, max_tries
         FROM pending WHERE flow_id = $1",
    )
    .bind(flow)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// Puts something in place of what was pending in a flow.
pub(crate) async fn put_pending(tx: &mut Tx, flow: i64, row: &PendingRow) -> Result<()> {
    drop_pending(tx, flow).await?;
    sqlx::query(
        "INSERT INTO pending (id, flow_id, means, method, sealed, device, codes, checks, code_mac, expires_at,
             resend_at, max_tries)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&row.id)
    .bind(flow)
    .bind(&row.means)
    .bind(&row.method)
    .bind(&row.sealed)
    .bind(&row.device)
    .bind(&row.codes)
    .bind(&row.checks)
    .bind(&row.code_mac)
    .bind(row.expires_at)
    .bind(row.resend_at)
    .bind(row.max_tries)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes a try of something pending, in one statement; whether there was one.
pub(crate) async fn take_pending_try(tx: &mut Tx, id: &str) -> Result<bool> {
    let taken = sqlx::query("UPDATE pending SET tries = tries + 1 WHERE id = $1 AND tries < max_tries")
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Takes something pending out, once; whether it was still there.
pub(crate) async fn take_pending(tx: &mut Tx, id: &str) -> Result<bool> {
    let taken = sqlx::query("DELETE FROM pending WHERE id = $1").bind(id).execute(tx.connection()).await?;
    Ok(taken.rows_affected() == 1)
}

/// Forgets what is pending in a flow.
pub(crate) async fn drop_pending(tx: &mut Tx, flow: i64) -> Result<()> {
    sqlx::query("DELETE FROM pending WHERE flow_id = $1").bind(flow).execute(tx.connection()).await?;
    Ok(())
}

/// Keeps what somebody said at the end, apart from who it was.
pub(crate) async fn keep_feedback(tx: &mut Tx, id: &[u8], day: &str, helpful: bool, text: Option<&str>) -> Result<()> {
    sqlx::query("INSERT INTO feedback (id, day, helpful, text) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(day)
        .bind(helpful)
        .bind(text)
        .execute(tx.connection())
        .await?;
    Ok(())
}
