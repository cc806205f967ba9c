//! Accounts that are not served until the helpdesk has seen to them (RG-03). The directory account is left alone.

use jiff::Timestamp;

use crate::clock;
use crate::crypt::audit::{self, Actor, Event};
use crate::crypt::keys::{Keys, Use};
use crate::store::{self, Tx};

/// In place of a flow's id, in the audit.
pub(crate) const BY_COMMAND: &str = "by command";

/// Whom limits and the audit know an account by.
pub(crate) fn subject_of(keys: &Keys, account: &str) -> Vec<u8> {
    keys.mac(Use::Subject, &[&[1], account.as_bytes()]).to_vec()
}

/// Stops serving an account: its flows start as ever and lead nowhere.
///
/// # Errors
/// If it cannot be written.
pub async fn freeze(tx: &mut Tx, keys: &Keys, now: Timestamp, account: &str) -> store::Result<()> {
    store::person::standing::freeze(tx, account, now.as_millisecond()).await?;
    let subject = subject_of(keys, account);
    let entry =
        audit::Entry { flow: "", subject: &subject, event: Event::Frozen, outcome: "self-service", method: None };
    audit::append(tx, keys, now, &entry).await
}

/// Serves an account again, and notes who has lifted that it was frozen; whether it was.
///
/// # Errors
/// If it cannot be written.
pub async fn thaw(tx: &mut Tx, keys: &Keys, now: Timestamp, account: &str, by: &Actor) -> store::Result<bool> {
    let was_frozen = store::person::standing::thaw(tx, account).await?;
    let subject = subject_of(keys, account);
    let outcome = if was_frozen { "served again" } else { "was not frozen" };
    let entry = audit::Entry { flow: BY_COMMAND, subject: &subject, event: Event::Unfrozen, outcome, method: None };
    audit::append_by(tx, keys, now, &entry, by).await?;
    Ok(was_frozen)
}

/// Since when an account is frozen; of nobody: not, for the same work (EN-02).
///
/// # Errors
/// If the database cannot be read.
pub async fn frozen_since(tx: &mut Tx, account: &str) -> store::Result<Option<Timestamp>> {
    Ok(store::person::standing::frozen_since(tx, account).await?.map(clock::at))
}
