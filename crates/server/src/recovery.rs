//! Recovery codes: saved by the person, looked up by their first characters, hashed, good once (OT-13).

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::hashing::Hashing;
use crate::keys::{Keys, Use};
use crate::problem::Answer;
use crate::random;

/// How many an account has.
pub(crate) const CODES: usize = 10;
/// Characters of a code: 80 bits (63B §4.2.1.1: at least 64).
pub(crate) const LENGTH: usize = 16;
/// Characters that a code is looked up by; the rest has 65 bits.
const INDEX: usize = 3;

/// A code at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub(crate) struct Kept {
    pub(crate) id: String,
    /// Keyed hash of the first characters.
    pub(crate) lookup: Vec<u8>,
    pub(crate) code_phc: String,
}

/// Makes so many codes, no two of which (nor one of `beside`) are looked up alike.
pub(crate) async fn make(
    keys: &Keys,
    hashing: &Hashing,
    account: &str,
    many: usize,
    beside: &[Kept],
) -> Answer<(Vec<SecretString>, Vec<Kept>)> {
    let mut lookups: Vec<Vec<u8>> = beside.iter().map(|kept| kept.lookup.clone()).collect();
    let mut codes = Vec::with_capacity(many);
    while codes.len() < many {
        let code = random::readable::<LENGTH>()?;
        let lookup = lookup(keys, account, &code);
        if !lookups.contains(&lookup) {
            lookups.push(lookup);
            codes.push(code);
        }
    }
    let hashes = hashing.hash_codes(codes.clone()).await?;
    let mut kept = Vec::with_capacity(many);
    for (lookup, code_phc) in lookups.into_iter().skip(beside.len()).zip(hashes) {
        kept.push(Kept { id: random::id()?, lookup, code_phc });
    }
    Ok((codes, kept))
}

/// The code that was typed, if the account has it: one hash is computed, whatever was typed (EN-02).
pub(crate) async fn find(
    db: &mut SqliteConnection,
    keys: &Keys,
    account: &str,
    code: &SecretString,
) -> sqlx::Result<Option<Kept>> {
    sqlx::query_as("SELECT id, lookup, code_phc FROM recovery_codes WHERE account_id = ? AND lookup = ?")
        .bind(account)
        .bind(lookup(keys, account, code))
        .fetch_optional(db)
        .await
}

/// All codes of an account that are left.
pub(crate) async fn of(db: &mut SqliteConnection, account: &str) -> sqlx::Result<Vec<Kept>> {
    sqlx::query_as("SELECT id, lookup, code_phc FROM recovery_codes WHERE account_id = ? ORDER BY rowid")
        .bind(account)
        .fetch_all(db)
        .await
}

/// Adds codes, all but those that were used before.
pub(crate) async fn insert(db: &mut SqliteConnection, account: &str, codes: &[Kept]) -> sqlx::Result<()> {
    for code in codes {
        sqlx::query(
            "INSERT INTO recovery_codes (id, account_id, lookup, code_phc) SELECT ?1, ?2, ?3, ?4
             WHERE NOT EXISTS (SELECT 1 FROM used_recovery_codes WHERE id = ?1)",
        )
        .bind(&code.id)
        .bind(account)
        .bind(&code.lookup)
        .bind(&code.code_phc)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Takes all codes of an account away.
pub(crate) async fn clear(db: &mut SqliteConnection, account: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM recovery_codes WHERE account_id = ?").bind(account).execute(db).await?;
    Ok(())
}

/// Uses a code up and puts another in its place; whether it was still there.
pub(crate) async fn replace(
    db: &mut SqliteConnection,
    account: &str,
    used: &str,
    new: &[Kept],
    now: jiff::Timestamp,
) -> sqlx::Result<bool> {
    let gone = sqlx::query("DELETE FROM recovery_codes WHERE id = ? AND account_id = ?")
        .bind(used)
        .bind(account)
        .execute(&mut *db)
        .await?;
    if gone.rows_affected() != 1 {
        return Ok(false);
    }
    sqlx::query("INSERT INTO used_recovery_codes (id, at) VALUES (?, ?)")
        .bind(used)
        .bind(now.as_millisecond())
        .execute(&mut *db)
        .await?;
    insert(db, account, new).await?;
    Ok(true)
}

fn lookup(keys: &Keys, account: &str, code: &SecretString) -> Vec<u8> {
    let code = code.expose_secret();
    let index = code.get(..INDEX).unwrap_or(code);
    keys.mac(Use::RecoveryIndex, &[account.as_bytes(), index.as_bytes()]).to_vec()
}
