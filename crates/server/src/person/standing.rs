//! Accounts that are not served until the helpdesk has seen to them (RG-03). The directory account is left alone.

use jiff::Timestamp;

use crate::clock;
use crate::crypt::audit::{self, Event};
use crate::crypt::keys::{Keys, Use};
use crate::store::{self, Tx};

/// Whom limits and the audit know an account by.
pub(crate) fn subject_of(keys: &Keys, account: &str) -> Vec<u8> {
    keys.mac(Use::Subject, &[&[1], account.as_bytes()]).to_vec()
}

/// Stops serving an account: its flows start as ever and lead nowhere.
///
/// # Errors
/// If it cannot be written.
pub async fn freeze(tx: &mut Tx, keys: &Keys, now: Timestamp, account: &str) -> store::Result<()> {
    store::standing::freeze(tx, account, now.as_millisecond()).await?;
    note(tx, keys, now, account, Event::Frozen).await
}

/// Serves an account again; whether it was frozen.
///
/// # Errors
/// If it cannot be written.
pub async fn thaw(tx: &mut Tx, keys: &Keys, now: Timestamp, account: &str) -> store::Result<bool> {
    if !store::standing::thaw(tx, account).await? {
        return Ok(false);
    }
    note(tx, keys, now, account, Event::Unfrozen).await?;
    Ok(true)
}

/// Since when an account is frozen; of nobody: not, for the same work (EN-02).
///
/// # Errors
/// If the database cannot be read.
pub async fn frozen_since(tx: &mut Tx, account: &str) -> store::Result<Option<Timestamp>> {
    Ok(store::standing::frozen_since(tx, account).await?.map(clock::at))
}

async fn note(tx: &mut Tx, keys: &Keys, now: Timestamp, account: &str, event: Event) -> store::Result<()> {
    let subject = subject_of(keys, account);
    let entry = audit::Entry { flow: "", subject: &subject, event, outcome: "self-service", method: None };
    audit::append(tx, keys, now, &entry).await
}
