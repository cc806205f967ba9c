//! Queries: flows, and what was said of them at their end.

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
    /// The population that its person was of last.
    pub(crate) population: String,
    /// What has held in it so far, as JSON.
    pub(crate) policy: String,
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

/// Some flows that can still go on and were not called since a time, those that wait longest first.
pub(crate) async fn abandoned(tx: &mut Tx, since: i64, most: i64) -> Result<Vec<FlowRow>> {
    let found = sqlx::query_as(
        "SELECT * FROM flows WHERE step IN ('choose_method', 'prove', 'set_password', 'manage') AND touched_at <= $1
         ORDER BY touched_at LIMIT $2",
    )
    .bind(since)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// Adds a flow and gives its id; that of the row is not looked at.
pub(crate) async fn insert(tx: &mut Tx, row: &FlowRow, token_hash: &[u8]) -> Result<i64> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO flows (public_id, token_hash, intent, account_id, subject, language, revision, step, menu,
             questions, passed, gates, asked, started_at, touched_at, ends_at, device_id, counted, on_campus, population,
             policy)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
         RETURNING id",
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
    .bind(&row.population)
    .bind(&row.policy)
    .fetch_one(tx.connection())
    .await?;
    Ok(id)
}

/// Writes a flow as its next revision; whether it still had the revision of the row.
pub(crate) async fn save(tx: &mut Tx, row: &FlowRow) -> Result<bool> {
    let saved = sqlx::query(
        "UPDATE flows SET revision = revision + 1, step = $1, menu = $2, questions = $3, passed = $4, gates = $5,
             asked = $6, sends = $7, touched_at = $8, ends_at = $9, done = $10, blocked_until = $11,
             feedback_given = $12, shown = $13, population = $14, policy = $15
         WHERE id = $16 AND revision = $17",
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
    .bind(&row.population)
    .bind(&row.policy)
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

/// No flow was touched later than now, nor lasts longer than until a time: one that does was started under a clock that
/// was ahead.
pub(crate) async fn bring_back(tx: &mut Tx, now: i64, longest: i64) -> Result<()> {
    sqlx::query(
        "UPDATE flows SET started_at = CASE WHEN started_at > $1 THEN $1 ELSE started_at END,
             touched_at = CASE WHEN touched_at > $1 THEN $1 ELSE touched_at END,
             ends_at = CASE WHEN ends_at > $2 THEN $2 ELSE ends_at END
         WHERE started_at > $1 OR touched_at > $1 OR ends_at > $2",
    )
    .bind(now)
    .bind(longest)
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
