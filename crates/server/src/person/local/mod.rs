//! The directory in the product's own database: argon2id, one row an account.

use std::sync::Arc;
use std::time::Duration;

use latchkey_api::password::{Refusal, Rule};
use latchkey_directory::{
    Answer, Contact, ContactKind, Directory, DirectoryError, Entry, Mark, Next, Operation, Outcome, Page, Policy,
    Verdict, Written,
};
use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization as _;

use crate::clock::{self, Clock};
use crate::crypt::hashing::{Hashing, HashingError};
use crate::crypt::keys::Keys;
use crate::crypt::{random, seal};
use crate::person::people;
use crate::store::person::account::{AccountRow, MarkedWrite};
use crate::store::person::people::PersonRow;
use crate::store::{self, Store, StoreError, Tx};

/// How many accounts are read at once.
const SOME: i64 = 500;
/// The mark behind the last account: what changes later is in the snapshot of people already. No id reads so.
const ALL_READ: &str = "all";

/// Accounts that this server itself keeps.
#[derive(Clone)]
pub struct Local {
    store: Store,
    hashing: Hashing,
    rules: Vec<Rule>,
    /// Seal what is known of people; without them nothing is.
    keys: Option<Arc<Keys>>,
    /// Says when a password was set; without it nobody knows.
    clock: Option<Arc<dyn Clock>>,
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
        Self { store, hashing, rules, keys: None, clock: None }
    }

    /// The same directory, which can also keep what is known of people.
    #[must_use]
    pub fn sealing_with(self, keys: Arc<Keys>) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// The same directory, which also notes when a password is set.
    #[must_use]
    pub fn timed_by(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock: Some(clock), ..self }
    }

    fn now(&self) -> Option<i64> {
        self.clock.as_ref().map(|clock| clock.now().as_millisecond())
    }

    /// Adds an account and gives its id.
    ///
    /// # Errors
    /// If there is one of this name.
    pub async fn add(&self, new: &NewAccount<'_>) -> Result<String, LocalError> {
        let row = AccountRow {
            id: random::id()?,
            account: new.account.to_owned(),
            enabled: new.enabled,
            privileged: new.privileged,
            locked: new.locked,
            must_change: new.must_change,
            password_changed_at: self.now(),
        };
        let phc = self.hashing.hash(composed(new.password)).await?;
        let mut tx = self.store.begin().await?;
        if !store::person::account::insert(&mut tx, &row, &phc).await? {
            return Err(LocalError::Exists);
        }
        known(&mut tx, &row.id).await?;
        tx.commit().await?;
        Ok(row.id)
    }

    /// Notes what is known of a person, by the account's id; what is absent is left as it is.
    ///
    /// # Errors
    /// If this directory was given no keys to seal it with.
    pub async fn note_facts(&self, id: &str, facts: &Facts) -> Result<(), LocalError> {
        let keys = self.keys.as_deref().ok_or(LocalError::NoKeys)?;
        let named = [
            (ContactKind::FullName, &facts.full_name),
            (ContactKind::OfficePhone, &facts.office_phone),
            (ContactKind::Mail, &facts.mail),
        ];
        let mut tx = self.store.begin().await?;
        for (kind, fact) in named {
            let Some(fact) = fact else { continue };
            let sealed = seal::seal(keys, id, kind.as_str(), fact)?;
            store::person::account::put_fact(&mut tx, id, kind.as_str(), &sealed).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Puts an account into these groups, by its id, and takes it out of all others.
    ///
    /// # Errors
    /// If there is no such account.
    pub async fn put_groups(&self, id: &str, groups: &[String]) -> Result<(), LocalError> {
        let mut tx = self.store.begin().await?;
        if !store::person::account::put_groups(&mut tx, id, groups).await? {
            return Err(LocalError::Unknown);
        }
        Ok(tx.commit().await?)
    }

    async fn contacts(&self, tx: &mut Tx, account: &str) -> Result<Vec<Contact>, LocalError> {
        let Some(keys) = self.keys.as_deref() else { return Ok(Vec::new()) };
        let mut contacts = Vec::new();
        for (name, sealed) in store::person::account::facts(tx, account).await? {
            let Some(kind) = ContactKind::ALL.into_iter().find(|kind| kind.as_str() == name) else { continue };
            contacts.push(Contact { kind, value: seal::open(keys, account, &name, &sealed)? });
        }
        Ok(contacts)
    }

    async fn described(&self, tx: &mut Tx, row: AccountRow) -> Result<Entry, LocalError> {
        let contacts = self.contacts(tx, &row.id).await?;
        let groups = store::person::account::groups(tx, &row.id).await?;
        let AccountRow { id, account, enabled, privileged, locked, must_change, password_changed_at } = row;
        Ok(Entry {
            id,
            account,
            aliases: Vec::new(),
            enabled,
            privileged,
            locked,
            must_change,
            changed_at: password_changed_at.map(clock::at),
            expires_at: None,
            contacts,
            dn: None,
            groups,
        })
    }

    async fn row(&self, account: &str) -> Result<Option<AccountRow>, LocalError> {
        let mut tx = self.store.read().await?;
        Ok(store::person::account::by_id(&mut tx, account).await?)
    }

    async fn one(&self, account: &str) -> Result<Option<Entry>, LocalError> {
        let mut tx = self.store.read().await?;
        match store::person::account::by_id(&mut tx, account).await? {
            Some(row) => Ok(Some(self.described(&mut tx, row).await?)),
            None => Ok(None),
        }
    }

    async fn some(&self, after: Option<&Mark>) -> Result<Page, LocalError> {
        if after.is_some_and(|mark| mark.0 == ALL_READ) {
            return Ok(Page { next: Next::Later(Mark(ALL_READ.to_owned())), ..Page::default() });
        }
        let mut tx = self.store.read().await?;
        let rows = store::person::account::after(&mut tx, after.map_or("", |mark| mark.0.as_str()), SOME).await?;
        let next = rows
            .last()
            .map_or_else(|| Next::Later(Mark(ALL_READ.to_owned())), |last| Next::More(Mark(last.id.clone())));
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            entries.push(self.described(&mut tx, row).await?);
        }
        Ok(Page { entries, gone: Vec::new(), next })
    }

    async fn phc(&self, account: Option<&str>) -> Result<Option<String>, LocalError> {
        let mut tx = self.store.read().await?;
        // Asked even when there is nobody, for the same work (EN-02).
        Ok(store::person::account::password_phc(&mut tx, account.unwrap_or_default()).await?)
    }

    async fn compare(&self, account: Option<&str>, password: &SecretString) -> Result<Verdict, LocalError> {
        let phc = self.phc(account).await?;
        if !self.hashing.matches(composed(password), phc.clone()).await? {
            return Ok(Verdict::Wrong);
        }
        if let (Some(account), Some(phc)) = (account, phc.filter(|phc| self.hashing.is_of_another_cost(phc))) {
            self.hash_anew(account, password, &phc).await;
        }
        let row = self.row(account.unwrap_or_default()).await?;
        Ok(match row {
            None => Verdict::Wrong,
            Some(row) if !row.enabled => Verdict::Disabled,
            Some(row) if row.must_change => Verdict::MustChange,
            Some(_) => Verdict::Right,
        })
    }

    /// Takes up the cost that hashes have now. Where that fails, the password was right all the same.
    async fn hash_anew(&self, account: &str, password: &SecretString, old: &str) {
        let done: Result<(), LocalError> = async {
            let new = self.hashing.hash(composed(password)).await?;
            let mut tx = self.store.begin().await?;
            store::person::account::replace_phc(&mut tx, account, old, &new).await?;
            Ok(tx.commit().await?)
        }
        .await;
        if let Err(error) = done {
            tracing::warn!(error = &error as &dyn std::error::Error, "a password is hashed anew another time");
        }
    }

    async fn set(&self, operation: Operation<'_>, new: &SecretString) -> Result<Written, LocalError> {
        let new = composed(new);
        if self.rules.contains(&Rule::NotOld) {
            let old = self.phc(Some(operation.account)).await?;
            if self.hashing.matches(new.clone(), old).await? {
                return Ok(Written::Refused(vec![Refusal::SameAsOld]));
            }
        }
        let phc = self.hashing.hash(new).await?;
        let mut tx = self.store.begin().await?;
        let was_locked = locked(&mut tx, operation.account).await?;
        let done = store::person::account::set_password(&mut tx, marked(operation), &phc, self.now()).await?;
        known(&mut tx, operation.account).await?;
        tx.commit().await?;
        Ok(written(done, was_locked))
    }

    async fn change(
        &self,
        operation: Operation<'_>,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<Written, LocalError> {
        let phc = self.phc(Some(operation.account)).await?;
        if !self.hashing.matches(composed(old), phc).await? {
            return Ok(Written::OldWrong);
        }
        self.set(operation, new).await
    }

    async fn lift(&self, operation: Operation<'_>) -> Result<Written, LocalError> {
        let mut tx = self.store.begin().await?;
        let was_locked = locked(&mut tx, operation.account).await?;
        let done = store::person::account::unlock(&mut tx, marked(operation)).await?;
        known(&mut tx, operation.account).await?;
        tx.commit().await?;
        Ok(written(done, was_locked))
    }

    async fn fence(&self, operation: Operation<'_>) -> Result<Outcome, LocalError> {
        let mut tx = self.store.begin().await?;
        let marker = format!("fenced {}", operation.id);
        // A write that is still under way compares with the marker that was there before, and finds another.
        let fenced =
            store::person::account::set_marker(&mut tx, MarkedWrite { marker: &marker, ..marked(operation) }).await?;
        let stands = store::person::account::marker(&mut tx, operation.account).await?;
        tx.commit().await?;
        let applied = !fenced && stands.as_deref() == Some(operation.id);
        Ok(if applied { Outcome::Written } else { Outcome::NotWritten })
    }
}

/// Why this directory did not do something.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    #[error("there is an account of this name already")]
    Exists,
    #[error("there is no such account in the server's own directory")]
    Unknown,
    #[error("this directory has no keys to seal with")]
    NoKeys,
    #[error("the database")]
    Store(#[from] StoreError),
    #[error("hashing")]
    Hashing(#[from] HashingError),
    #[error("what is known of a person cannot be sealed or opened")]
    Seal(#[from] seal::SealError),
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
}

impl From<LocalError> for DirectoryError {
    fn from(error: LocalError) -> Self {
        match error {
            LocalError::Store(StoreError::Busy(_)) => Self::Busy { retry_after: Duration::from_secs(5) },
            LocalError::Exists
            | LocalError::Unknown
            | LocalError::NoKeys
            | LocalError::Store(_)
            | LocalError::Hashing(_)
            | LocalError::Seal(_)
            | LocalError::Random(_) => Self::Unreachable(Box::new(error)),
        }
    }
}

const fn marked(operation: Operation<'_>) -> MarkedWrite<'_> {
    MarkedWrite { account: operation.account, marker: operation.id, after: operation.after }
}

/// Brings the snapshot of people up to date in the transaction of a change: no account of ours is ever unknown, and no
/// reading has to find it.
async fn known(tx: &mut Tx, account: &str) -> store::Result<()> {
    let Some(row) = store::person::account::by_id(tx, account).await? else { return Ok(()) };
    let AccountRow { id, account, enabled, privileged, locked, must_change, password_changed_at } = row;
    let row =
        PersonRow { id, account, enabled, privileged, locked, must_change, password_changed_at, expires_at: None };
    people::put(tx, row).await
}

async fn locked(tx: &mut Tx, account: &str) -> store::Result<bool> {
    Ok(store::person::account::by_id(tx, account).await?.is_some_and(|row| row.locked))
}

fn written(done: bool, unlocked: bool) -> Written {
    if done { Written::Applied { unlocked } } else { Written::Overtaken }
}

/// NFC, so that a password typed on another keyboard is the same (PW-03).
fn composed(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}

impl Directory for Local {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        Box::pin(async move { Ok(self.compare(account, password).await?) })
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        Box::pin(async move { Ok(self.change(operation, old, new).await?) })
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        Box::pin(async move { Ok(self.set(operation, new).await?) })
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        Box::pin(async move { Ok(self.lift(operation).await?) })
    }

    fn rules(&self) -> Vec<Rule> {
        self.rules.clone()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        Box::pin(async move {
            let name = self.row(account).await?.map(|row| row.account);
            Ok(Policy { account: name.unwrap_or_default(), rules: self.rules.clone() })
        })
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move {
            let mut tx = self.store.read().await.map_err(LocalError::from)?;
            Ok(store::person::account::marker(&mut tx, account).await.map_err(LocalError::from)?)
        })
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        Box::pin(async move { Ok(self.fence(operation).await?) })
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        Box::pin(async move { Ok(self.some(after).await?) })
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        Box::pin(async move { Ok(self.one(id).await?) })
    }
}

#[cfg(test)]
mod tests;
