//! The directory in the product's own database: argon2id, one row an account.

use std::sync::Arc;

use latchkey_api::password::{Refusal, Rule};
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use super::{Answer, Directory, DirectoryError, Entry, Operation, Outcome, Policy, Written};
use crate::hashing::{Hashing, HashingError};
use crate::keys::Keys;
use crate::store::Store;
use crate::{random, seal};

/// Accounts that this server itself keeps.
#[derive(Debug, Clone)]
pub struct Local {
    store: Store,
    hashing: Hashing,
    rules: Vec<Rule>,
    /// Seal what is known of people; without them nothing is.
    keys: Option<Arc<Keys>>,
}

/// An account to be added.
#[derive(Debug)]
pub struct NewAccount<'a> {
    pub account: &'a str,
    pub password: &'a SecretString,
    pub enabled: bool,
    pub privileged: bool,
    pub locked: bool,
    /// The password is only good for choosing another one.
    pub must_change: bool,
}

/// What a directory knows of a person.
#[derive(Debug, Default)]
pub struct Facts {
    pub full_name: Option<SecretString>,
    pub office_phone: Option<SecretString>,
    pub mail: Option<SecretString>,
}

impl Local {
    #[must_use]
    pub fn new(store: Store, hashing: Hashing, rules: Vec<Rule>) -> Self {
        Self { store, hashing, rules, keys: None }
    }

    /// The same directory, which can also keep what is known of people.
    #[must_use]
    pub fn sealing_with(self, keys: Arc<Keys>) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// Adds an account and gives its id.
    ///
    /// # Errors
    /// If there is one of this name.
    pub async fn add(&self, new: &NewAccount<'_>) -> Result<String, DirectoryError> {
        let id = random::id().map_err(unreachable)?;
        let phc = self.hashing.hash(composed(new.password)).await?;
        sqlx::query(
            "INSERT INTO directory_accounts (id, account, password_phc, enabled, privileged, locked, must_change)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&id)
        .bind(new.account)
        .bind(phc)
        .bind(new.enabled)
        .bind(new.privileged)
        .bind(new.locked)
        .bind(new.must_change)
        .execute(self.store.pool())
        .await?;
        Ok(id)
    }

    /// Notes what is known of a person, by the account's id; what is absent is left as it is.
    ///
    /// # Errors
    /// If this directory was given no keys to seal it with.
    pub async fn note_facts(&self, id: &str, facts: &Facts) -> Result<(), DirectoryError> {
        let keys = self.keys.as_deref().ok_or_else(|| unreachable(NoKeys))?;
        let named = [("full_name", &facts.full_name), ("office_phone", &facts.office_phone), ("mail", &facts.mail)];
        for (name, fact) in named {
            let Some(fact) = fact else { continue };
            sqlx::query("INSERT OR REPLACE INTO directory_facts (account_id, name, sealed) VALUES (?, ?, ?)")
                .bind(id)
                .bind(name)
                .bind(seal::seal(keys, id, name, fact).map_err(unreachable)?)
                .execute(self.store.pool())
                .await?;
        }
        Ok(())
    }

    async fn known(&self, account: &str) -> Result<Vec<SecretString>, DirectoryError> {
        let name: Option<(String,)> = sqlx::query_as("SELECT account FROM directory_accounts WHERE id = ?")
            .bind(account)
            .fetch_optional(self.store.pool())
            .await?;
        let mut known: Vec<SecretString> = name.into_iter().map(|(name,)| name.into()).collect();
        let rows: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT name, sealed FROM directory_facts WHERE account_id = ?")
                .bind(account)
                .fetch_all(self.store.pool())
                .await?;
        let Some(keys) = self.keys.as_deref() else { return Ok(known) };
        for (name, sealed) in rows {
            let fact = seal::open(keys, account, &name, &sealed).map_err(unreachable)?;
            known.extend(parts(&fact));
            known.push(fact);
        }
        Ok(known)
    }

    async fn phc(&self, account: Option<&str>) -> Result<Option<String>, DirectoryError> {
        // Asked even when there is nobody, for the same work (EN-02).
        let phc: Option<(String,)> = sqlx::query_as("SELECT password_phc FROM directory_accounts WHERE id = ?")
            .bind(account.unwrap_or_default())
            .fetch_optional(self.store.pool())
            .await?;
        Ok(phc.map(|(phc,)| phc))
    }

    async fn set(&self, operation: Operation<'_>, new: &SecretString) -> Result<Written, DirectoryError> {
        let new = composed(new);
        if self.rules.contains(&Rule::NotOld) {
            let old = self.phc(Some(operation.account)).await?;
            if self.hashing.matches(new.clone(), old).await? {
                return Ok(Written::Refused(vec![Refusal::SameAsOld]));
            }
        }
        let phc = self.hashing.hash(new).await?;
        let mut db = self.store.begin().await?;
        let locked = locked(&mut db, operation.account).await?;
        let done = sqlx::query(
            "UPDATE directory_accounts
             SET password_phc = ?, locked = 0, must_change = 0, operation_marker = ?,
                 password_version = password_version + 1
             WHERE id = ? AND operation_marker IS ?",
        )
        .bind(phc)
        .bind(operation.id)
        .bind(operation.account)
        .bind(operation.after)
        .execute(&mut *db)
        .await?;
        db.commit().await?;
        Ok(written(done.rows_affected(), locked))
    }

    async fn lift(&self, operation: Operation<'_>) -> Result<Written, DirectoryError> {
        let mut db = self.store.begin().await?;
        let locked = locked(&mut db, operation.account).await?;
        let done = sqlx::query(
            "UPDATE directory_accounts SET locked = 0, operation_marker = ? WHERE id = ? AND operation_marker IS ?",
        )
        .bind(operation.id)
        .bind(operation.account)
        .bind(operation.after)
        .execute(&mut *db)
        .await?;
        db.commit().await?;
        Ok(written(done.rows_affected(), locked))
    }

    async fn fence(&self, operation: Operation<'_>) -> Result<Outcome, DirectoryError> {
        let mut db = self.store.begin().await?;
        let fence = format!("fenced {}", operation.id);
        // A write that is still under way compares with the marker that was there before, and finds another.
        let fenced =
            sqlx::query("UPDATE directory_accounts SET operation_marker = ? WHERE id = ? AND operation_marker IS ?")
                .bind(fence)
                .bind(operation.account)
                .bind(operation.after)
                .execute(&mut *db)
                .await?;
        let marker: Option<(Option<String>,)> =
            sqlx::query_as("SELECT operation_marker FROM directory_accounts WHERE id = ?")
                .bind(operation.account)
                .fetch_optional(&mut *db)
                .await?;
        db.commit().await?;
        let applied = fenced.rows_affected() == 0 && marker.and_then(|(m,)| m).as_deref() == Some(operation.id);
        Ok(if applied { Outcome::Applied } else { Outcome::NotApplied })
    }
}

async fn locked(db: &mut sqlx::SqliteConnection, account: &str) -> Result<bool, DirectoryError> {
    let locked: Option<(bool,)> =
        sqlx::query_as("SELECT locked FROM directory_accounts WHERE id = ?").bind(account).fetch_optional(db).await?;
    Ok(locked.is_some_and(|(locked,)| locked))
}

fn written(rows: u64, unlocked: bool) -> Written {
    if rows == 1 { Written::Applied { unlocked } } else { Written::Overtaken }
}

/// The words of a name or address that are long enough to be an answer.
fn parts(fact: &SecretString) -> impl Iterator<Item = SecretString> + '_ {
    let text = fact.expose_secret();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
    words.chain(text.split_once('@').map(|(local, _)| local)).map(SecretString::from)
}

#[derive(Debug, thiserror::Error)]
#[error("this directory has no keys to seal with")]
struct NoKeys;

/// NFC, so that a password typed on another keyboard is the same (PW-03).
fn composed(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

impl Directory for Local {
    fn find<'a>(&'a self, account: &'a str) -> Answer<'a, Option<Entry>> {
        Box::pin(async move {
            type Row = (String, String, bool, bool, bool, bool);
            let row: Option<Row> = sqlx::query_as(
                "SELECT id, account, enabled, privileged, locked, must_change FROM directory_accounts WHERE account = ?",
            )
            .bind(account)
            .fetch_optional(self.store.pool())
            .await?;
            let entry = |(id, account, enabled, privileged, locked, must_change): Row| Entry {
                id,
                account,
                enabled,
                privileged,
                locked,
                must_change,
            };
            Ok(row.map(entry))
        })
    }

    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, bool> {
        Box::pin(async move {
            let phc = self.phc(account).await?;
            Ok(self.hashing.matches(composed(password), phc).await?)
        })
    }

    fn facts<'a>(&'a self, account: &'a str) -> Answer<'a, Vec<SecretString>> {
        Box::pin(self.known(account))
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        Box::pin(async move {
            let name: Option<(String,)> = sqlx::query_as("SELECT account FROM directory_accounts WHERE id = ?")
                .bind(account)
                .fetch_optional(self.store.pool())
                .await?;
            Ok(Policy { account: name.map(|(name,)| name).unwrap_or_default(), rules: self.rules.clone() })
        })
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move {
            let marker: Option<(Option<String>,)> =
                sqlx::query_as("SELECT operation_marker FROM directory_accounts WHERE id = ?")
                    .bind(account)
                    .fetch_optional(self.store.pool())
                    .await?;
            Ok(marker.and_then(|(marker,)| marker))
        })
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        Box::pin(self.set(operation, new))
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        Box::pin(self.lift(operation))
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        Box::pin(self.fence(operation))
    }
}

fn unreachable(error: impl std::error::Error + Send + Sync + 'static) -> DirectoryError {
    DirectoryError::Unreachable(Box::new(error))
}

impl From<sqlx::Error> for DirectoryError {
    fn from(error: sqlx::Error) -> Self {
        unreachable(error)
    }
}

impl From<HashingError> for DirectoryError {
    fn from(error: HashingError) -> Self {
        unreachable(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashing::Cost;

    async fn directory() -> (Local, String) {
        let store = Store::in_memory().await.expect("store");
        let hashing = Hashing::new(Cost { memory_kib: 64, passes: 1, lanes: 1 }, [0; 32]).expect("hashing");
        let directory = Local::new(store, hashing, vec![Rule::NotOld]);
        let new = NewAccount {
            account: "ada",
            password: &"old".into(),
            enabled: true,
            privileged: false,
            locked: true,
            must_change: true,
        };
        let id = directory.add(&new).await.expect("added");
        (directory, id)
    }

    #[tokio::test]
    async fn a_reset_is_applied_once_and_lifts_the_lock() {
        // PW-11, FL-08
        let (directory, id) = directory().await;
        let first = Operation { account: &id, id: "op-1", after: None };
        let written = directory.set_password(first, &"new".into()).await.expect("asked");
        assert_eq!(written, Written::Applied { unlocked: true });
        assert_eq!(directory.settle(first).await.expect("asked"), Outcome::Applied);
        let again = directory.set_password(first, &"other".into()).await.expect("asked");
        assert_eq!(again, Written::Overtaken);
        assert!(directory.verify_current(Some(&id), &"new".into()).await.expect("asked"));
        assert!(!directory.verify_current(Some(&id), &"old".into()).await.expect("asked"));
    }

    #[tokio::test]
    async fn a_write_that_was_settled_as_lost_cannot_happen_later() {
        let (directory, id) = directory().await;
        let lost = Operation { account: &id, id: "op-1", after: None };
        assert_eq!(directory.settle(lost).await.expect("asked"), Outcome::NotApplied);
        assert_eq!(directory.set_password(lost, &"new".into()).await.expect("asked"), Written::Overtaken);
        assert!(directory.verify_current(Some(&id), &"old".into()).await.expect("asked"));
    }

    #[tokio::test]
    async fn the_old_password_is_refused_as_a_new_one() {
        let (directory, id) = directory().await;
        let operation = Operation { account: &id, id: "op-1", after: None };
        let written = directory.set_password(operation, &"old".into()).await.expect("asked");
        assert_eq!(written, Written::Refused(vec![Refusal::SameAsOld]));
    }

    #[tokio::test]
    async fn a_password_that_was_handed_out_can_be_changed_and_is_then_ones_own() {
        let (directory, id) = directory().await;
        assert!(directory.find("ada").await.expect("asked").expect("an entry").must_change);
        assert!(directory.verify_current(Some(&id), &"old".into()).await.expect("asked"));
        let operation = Operation { account: &id, id: "op-1", after: None };
        directory.set_password(operation, &"new".into()).await.expect("asked");
        assert!(!directory.find("ada").await.expect("asked").expect("an entry").must_change);
    }

    #[tokio::test]
    async fn what_is_known_of_a_person_is_told_whole_and_in_parts_and_kept_sealed() {
        // SQ-02, PR-02
        let (directory, id) = directory().await;
        let directory = directory.sealing_with(Arc::new(Keys::generate().expect("keys")));
        let facts = Facts {
            full_name: Some("Ada King Lovelace".into()),
            office_phone: Some("+12025550140".into()),
            mail: Some("ada.king@campus.example".into()),
        };
        directory.note_facts(&id, &facts).await.expect("noted");
        let known = directory.facts(&id).await.expect("asked");
        let known: Vec<&str> = known.iter().map(ExposeSecret::expose_secret).collect();
        for fact in ["ada", "Ada King Lovelace", "Lovelace", "+12025550140", "ada.king", "campus"] {
            assert!(known.contains(&fact), "{fact} in {known:?}");
        }
        let rows: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT sealed FROM directory_facts").fetch_all(directory.store.pool()).await.expect("rows");
        assert!(rows.iter().all(|(sealed,)| !sealed.windows(4).any(|part| part == b"King" || part == b"5550")));
    }
}
