//! Queries: what people have set up: methods, answers, recovery codes.

use serde::{Deserialize, Serialize};

use crate::store::{Result, Tx};

/// One method at rest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct MethodRow {
    pub(crate) id: String,
    pub(crate) method: String,
    /// Number, address or seed.
    pub(crate) sealed: Option<Vec<u8>>,
    /// Keyed hash of the number or address.
    pub(crate) device: Option<Vec<u8>>,
    pub(crate) totp_step: i64,
    pub(crate) confirmed_at: Option<i64>,
    /// `person` or `imported`.
    pub(crate) source: String,
    /// Whether it may prove something under the campus' settings; absent until that is judged.
    pub(crate) proves: Option<bool>,
    /// Not before then.
    pub(crate) usable_from: i64,
}

/// The confirmed methods of an account.
pub(crate) async fn of(tx: &mut Tx, account: &str) -> Result<Vec<MethodRow>> {
    let found = sqlx::query_as(
        "SELECT id, method, sealed, device, totp_step, confirmed_at, source, proves, usable_from FROM methods
         WHERE account_id = $1 AND confirmed = 1 ORDER BY method",
    )
    .bind(account)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// A method as a menu shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct OfferRow {
    pub(crate) method: String,
    /// Keyed hash of the number or address.
    pub(crate) device: Option<Vec<u8>>,
}

/// The methods of an account that may prove something now; nothing of them has to be opened for it.
pub(crate) async fn on_offer(tx: &mut Tx, account: &str, now: i64) -> Result<Vec<OfferRow>> {
    let found = sqlx::query_as(
        "SELECT method, device FROM methods
         WHERE account_id = $1 AND confirmed = 1 AND proves = 1 AND usable_from <= $2 ORDER BY method",
    )
    .bind(account)
    .bind(now)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// A method that nobody has judged yet.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct UnjudgedRow {
    pub(crate) id: String,
    pub(crate) account_id: String,
    pub(crate) method: String,
    pub(crate) sealed: Option<Vec<u8>>,
}

/// Some methods that nobody has judged under the settings of now.
pub(crate) async fn unjudged(tx: &mut Tx, most: i64) -> Result<Vec<UnjudgedRow>> {
    let found = sqlx::query_as("SELECT id, account_id, method, sealed FROM methods WHERE proves IS NULL LIMIT $1")
        .bind(most)
        .fetch_all(tx.connection())
        .await?;
    Ok(found)
}

/// Writes down whether a method may prove something.
pub(crate) async fn judge(tx: &mut Tx, id: &str, proves: bool) -> Result<()> {
    sqlx::query("UPDATE methods SET proves = $1 WHERE id = $2").bind(proves).bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// Has everything judged again that goes somewhere.
pub(crate) async fn judge_again(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE methods SET proves = NULL WHERE device IS NOT NULL").execute(tx.connection()).await?;
    Ok(())
}

/// No method rests longer than until a time: one that does was replaced under a clock that was ahead.
pub(crate) async fn bring_back(tx: &mut Tx, longest: i64) -> Result<()> {
    sqlx::query("UPDATE methods SET usable_from = $1 WHERE usable_from > $1")
        .bind(longest)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Adds a confirmed method, or replaces the account's own of the same kind.
pub(crate) async fn put(tx: &mut Tx, account: &str, row: &MethodRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO methods (id, account_id, method, sealed, device, confirmed, totp_step, confirmed_at, source,
             proves, usable_from)
         VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10)
         ON CONFLICT (account_id, method) DO UPDATE SET id = excluded.id, sealed = excluded.sealed,
             device = excluded.device, confirmed = 1, totp_step = excluded.totp_step,
             confirmed_at = excluded.confirmed_at, source = excluded.source, proves = excluded.proves,
             usable_from = excluded.usable_from",
    )
    .bind(&row.id)
    .bind(account)
    .bind(&row.method)
    .bind(&row.sealed)
    .bind(&row.device)
    .bind(row.totp_step)
    .bind(row.confirmed_at)
    .bind(&row.source)
    .bind(row.proves)
    .bind(row.usable_from)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes a method away by its kind.
pub(crate) async fn remove(tx: &mut Tx, account: &str, method: &str) -> Result<()> {
    sqlx::query("DELETE FROM methods WHERE account_id = $1 AND method = $2")
        .bind(account)
        .bind(method)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Takes one method away by its id.
pub(crate) async fn remove_one(tx: &mut Tx, account: &str, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM methods WHERE account_id = $1 AND id = $2")
        .bind(account)
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes down that its owner has proven once more that a method works.
pub(crate) async fn confirm_again(tx: &mut Tx, account: &str, id: &str, totp_step: i64, now: i64) -> Result<()> {
    sqlx::query(
        "UPDATE methods SET confirmed_at = $1,
             totp_step = CASE WHEN totp_step < $2 THEN $2 ELSE totp_step END
         WHERE account_id = $3 AND id = $4",
    )
    .bind(now)
    .bind(totp_step)
    .bind(account)
    .bind(id)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Uses up a step of an authenticator and all before it; whether it was still unused.
pub(crate) async fn move_totp_step(tx: &mut Tx, account: &str, step: i64) -> Result<bool> {
    let moved =
        sqlx::query("UPDATE methods SET totp_step = $1 WHERE account_id = $2 AND method = 'totp' AND totp_step < $1")
            .bind(step)
            .bind(account)
            .execute(tx.connection())
            .await?;
    Ok(moved.rows_affected() == 1)
}

/// The next accounts after one that have a number, an address or a language.
pub(crate) async fn accounts_with_contacts(tx: &mut Tx, after: &str, most: i64) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT account_id FROM methods WHERE account_id > $1 AND device IS NOT NULL AND confirmed = 1
         UNION SELECT account_id FROM contact_languages WHERE account_id > $1
         UNION SELECT account_id FROM directory_account_groups WHERE account_id > $1
         ORDER BY account_id LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// The language that an import has named for an account.
pub(crate) async fn language(tx: &mut Tx, account: &str) -> Result<Option<String>> {
    let found: Option<(String,)> = sqlx::query_as("SELECT language FROM contact_languages WHERE account_id = $1")
        .bind(account)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found.map(|(language,)| language))
}

/// One answer at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub(crate) struct AnswerRow {
    pub(crate) question: String,
    pub(crate) place: i64,
    pub(crate) answer_phc: String,
    /// The form that was hashed: 1, the first, or 2 (`typed::answer`). What was written down before there were two has
    /// the first.
    #[serde(default = "first_form")]
    pub(crate) form: i64,
}

const fn first_form() -> i64 {
    1
}

impl AnswerRow {
    /// The form that new answers are hashed in.
    pub(crate) const NEW_FORM: i64 = 2;
}

/// All answers of an account.
pub(crate) async fn answers(tx: &mut Tx, account: &str) -> Result<Vec<AnswerRow>> {
    let found =
        sqlx::query_as("SELECT question, place, answer_phc, form FROM answers WHERE account_id = $1 ORDER BY place")
            .bind(account)
            .fetch_all(tx.connection())
            .await?;
    Ok(found)
}

/// Adds an answer, or replaces the one to the same question.
pub(crate) async fn put_answer(tx: &mut Tx, account: &str, row: &AnswerRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO answers (account_id, question, place, answer_phc, form) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, question) DO UPDATE SET place = excluded.place, answer_phc = excluded.answer_phc,
             form = excluded.form",
    )
    .bind(account)
    .bind(&row.question)
    .bind(row.place)
    .bind(&row.answer_phc)
    .bind(row.form)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The questions that an account has answered, the first of them.
pub(crate) async fn questions(tx: &mut Tx, account: &str, most: i64) -> Result<Vec<String>> {
    let found: Vec<(String,)> =
        sqlx::query_as("SELECT question FROM answers WHERE account_id = $1 ORDER BY place LIMIT $2")
            .bind(account)
            .bind(most)
            .fetch_all(tx.connection())
            .await?;
    Ok(found.into_iter().map(|(question,)| question).collect())
}

/// The answer to a question.
pub(crate) async fn answer(tx: &mut Tx, account: &str, question: &str) -> Result<Option<AnswerRow>> {
    let found =
        sqlx::query_as("SELECT question, place, answer_phc, form FROM answers WHERE account_id = $1 AND question = $2")
            .bind(account)
            .bind(question)
            .fetch_optional(tx.connection())
            .await?;
    Ok(found)
}

/// Puts another hash of the same answer in place of one that is still there.
pub(crate) async fn replace_answer(tx: &mut Tx, account: &str, old: &AnswerRow, new_phc: &str) -> Result<()> {
    sqlx::query("UPDATE answers SET answer_phc = $1 WHERE account_id = $2 AND question = $3 AND answer_phc = $4")
        .bind(new_phc)
        .bind(account)
        .bind(&old.question)
        .bind(&old.answer_phc)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Takes all answers of an account away.
pub(crate) async fn clear_answers(tx: &mut Tx, account: &str) -> Result<()> {
    sqlx::query("DELETE FROM answers WHERE account_id = $1").bind(account).execute(tx.connection()).await?;
    Ok(())
}

/// A recovery code at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub(crate) struct RecoveryCodeRow {
    pub(crate) id: String,
    /// Keyed hash of the first characters.
    pub(crate) lookup: Vec<u8>,
    pub(crate) code_phc: String,
}

/// The recovery code of an account that is looked up by this.
pub(crate) async fn recovery_code(tx: &mut Tx, account: &str, lookup: &[u8]) -> Result<Option<RecoveryCodeRow>> {
    let found = sqlx::query_as("SELECT id, lookup, code_phc FROM recovery_codes WHERE account_id = $1 AND lookup = $2")
        .bind(account)
        .bind(lookup)
        .fetch_optional(tx.connection())
        .await?;
    Ok(found)
}

/// Whether an account has recovery codes left.
pub(crate) async fn has_recovery_codes(tx: &mut Tx, account: &str) -> Result<bool> {
    let (found,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM recovery_codes WHERE account_id = $1)")
        .bind(account)
        .fetch_one(tx.connection())
        .await?;
    Ok(found)
}

/// All recovery codes of an account that are left.
pub(crate) async fn recovery_codes(tx: &mut Tx, account: &str) -> Result<Vec<RecoveryCodeRow>> {
    let found = sqlx::query_as("SELECT id, lookup, code_phc FROM recovery_codes WHERE account_id = $1 ORDER BY id")
        .bind(account)
        .fetch_all(tx.connection())
        .await?;
    Ok(found)
}

/// Adds a recovery code, unless it was used before.
pub(crate) async fn put_recovery_code(tx: &mut Tx, account: &str, row: &RecoveryCodeRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO recovery_codes (id, account_id, lookup, code_phc) SELECT $1, $2, $3, $4
         WHERE NOT EXISTS (SELECT 1 FROM used_recovery_codes WHERE id = $1)",
    )
    .bind(&row.id)
    .bind(account)
    .bind(&row.lookup)
    .bind(&row.code_phc)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Uses a recovery code up for ever; whether it was still there.
pub(crate) async fn use_recovery_code(tx: &mut Tx, account: &str, id: &str, now: i64) -> Result<bool> {
    let gone = sqlx::query("DELETE FROM recovery_codes WHERE id = $1 AND account_id = $2")
        .bind(id)
        .bind(account)
        .execute(tx.connection())
        .await?;
    if gone.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO used_recovery_codes (id, at) VALUES ($1, $2)")
        .bind(id)
        .bind(now)
        .execute(tx.connection())
        .await?;
    Ok(true)
}

/// Takes all recovery codes of an account away.
pub(crate) async fn clear_recovery_codes(tx: &mut Tx, account: &str) -> Result<()> {
    sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1").bind(account).execute(tx.connection()).await?;
    Ok(())
}

/// Forgets some recovery codes that were used before a time, once nothing can bring them back; how many.
pub(crate) async fn clear_used_codes(tx: &mut Tx, before: i64, most: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM used_recovery_codes WHERE id IN (SELECT id FROM used_recovery_codes WHERE at <= $1 LIMIT $2)",
    )
    .bind(before)
    .bind(most)
    .execute(tx.connection())
    .await?;
    Ok(gone.rows_affected())
}
