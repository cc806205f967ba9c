//! Whether the key file is the one that the database was written with (B5, R31).
//!
//! The database keeps a check value of each key that it was written with. A foreign key would not fail at once: every
//! number, address, hash and code would fail, one by one, when its owner needs it.

use crate::crypt::keys::Keys;
use crate::crypt::same::same;
use crate::crypt::{audit, seal};
use crate::store::ring::KeyCheckRow;
use crate::store::{self, Store, StoreError, Tx};

/// Why a key file is not taken for a database.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    #[error(
        "the key file is not the one that this database was written with (its key {0:?} is another one): put back the \
         key file that belongs to this database"
    )]
    Foreign(String),
    #[error(
        "the database was written with the key {0:?}, which is not in the key file: put back the key file that belongs \
         to this database"
    )]
    Missing(String),
    #[error(
        "the database is written with the key {written:?}, but current = {current:?} in the key file, and keys cannot be \
         changed yet: say current = {written:?}"
    )]
    NotCurrent { written: String, current: String },
    #[error("nothing in this database opens with this key file: put back the key file that belongs to this database")]
    NothingOpens,
    #[error("the database")]
    Database(#[from] StoreError),
}

/// Compares the ring with the database, and writes down its current key in one that has none yet.
///
/// A database of an earlier version has no check values: it takes the ring if something in it opens, or if nothing was
/// ever sealed or audited in it.
///
/// # Errors
/// If the ring is not the one that the database was written with; then nothing was changed.
pub async fn check(store: &Store, keys: &Keys) -> Result<(), RingError> {
    let mut tx = store.begin().await?;
    let written = store::ring::checks(&mut tx).await?;
    if written.is_empty() {
        if fits(&mut tx, keys).await? == Some(false) {
            return Err(RingError::NothingOpens);
        }
        let id = keys.current().to_owned();
        let mac = keys.check_value(&id).ok_or_else(|| RingError::Missing(id.clone()))?;
        store::ring::insert(&mut tx, &KeyCheckRow { id, mac: mac.to_vec() }).await?;
        return Ok(tx.commit().await?);
    }
    for KeyCheckRow { id, mac } in &written {
        let value = keys.check_value(id).ok_or_else(|| RingError::Missing(id.clone()))?;
        if !same(&value, mac) {
            return Err(RingError::Foreign(id.clone()));
        }
    }
    match written.last() {
        Some(last) if written.iter().all(|row| row.id != keys.current()) => {
            Err(RingError::NotCurrent { written: last.id.clone(), current: keys.current().to_owned() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether something in a database without check values fits these keys; nothing where there is nothing to try.
async fn fits(tx: &mut Tx, keys: &Keys) -> store::Result<Option<bool>> {
    let samples = store::ring::sealed_samples(tx).await?;
    if samples.iter().any(|row| seal::open(keys, &row.account_id, &row.name, &row.sealed).is_ok()) {
        return Ok(Some(true));
    }
    match audit::begins_with(tx, keys).await? {
        Some(begins) => Ok(Some(begins)),
        None => Ok((!samples.is_empty()).then_some(false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::audit::{Entry, Event};

    async fn written(keys: &Keys, sealed: bool) -> Store {
        let store = Store::in_memory().await.expect("store");
        let mut tx = store.begin().await.expect("transaction");
        if sealed {
            let fact = seal::seal(keys, "a", "mail", &"ada@campus.example".into()).expect("sealed");
            store::person::account::put_fact(&mut tx, "a", "mail", &fact).await.expect("kept");
        } else {
            let entry = Entry { flow: "", subject: &[], event: Event::Started, outcome: "reset", method: None };
            audit::append(&mut tx, keys, crate::clock::at(0), &entry).await.expect("row");
        }
        tx.commit().await.expect("committed");
        store
    }

    #[tokio::test]
    async fn a_foreign_ring_is_refused_and_the_right_one_is_taken_again() {
        // B5, R31
        let (own, foreign) = (Keys::generate().expect("keys"), Keys::generate().expect("keys"));
        let store = Store::in_memory().await.expect("store");
        check(&store, &own).await.expect("an empty database takes the ring");
        check(&store, &own).await.expect("and knows it again");
        let refused = check(&store, &foreign).await.expect_err("foreign");
        assert!(matches!(refused, RingError::Foreign(_)), "{refused}");
        assert!(refused.to_string().contains("put back"), "{refused}");
        check(&store, &own).await.expect("nothing was changed");
    }

    #[tokio::test]
    async fn a_database_of_an_earlier_version_takes_the_ring_that_opens_it_and_no_other() {
        // B5
        let (own, foreign) = (Keys::generate().expect("keys"), Keys::generate().expect("keys"));
        for sealed in [true, false] {
            let store = written(&own, sealed).await;
            assert!(matches!(check(&store, &foreign).await, Err(RingError::NothingOpens)), "{sealed}");
            check(&store, &own).await.expect("the right one");
            assert!(matches!(check(&store, &foreign).await, Err(RingError::Foreign(_))), "{sealed}");
        }
    }

    #[tokio::test]
    async fn another_current_key_is_refused_while_keys_cannot_be_changed() {
        // B5: every hash is made with the current key.
        let own = Keys::generate().expect("keys");
        let store = Store::in_memory().await.expect("store");
        check(&store, &own).await.expect("taken");
        let grown = own.with_another_for_tests("k2");
        assert!(matches!(check(&store, &grown).await, Err(RingError::NotCurrent { .. })));
        let mut tx = store.begin().await.expect("transaction");
        tx.run("UPDATE key_checks SET id = 'k9'").await;
        tx.commit().await.expect("committed");
        assert!(matches!(check(&store, &own).await, Err(RingError::Missing(_))));
    }
}
