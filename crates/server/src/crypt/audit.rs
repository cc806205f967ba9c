//! The audit: one row for every step, each bound to the one before it (LG-03), without anything secret.

use jiff::Timestamp;
use latchkey_api::Method;

use crate::crypt::keys::{Keys, Use, hex};
use crate::store::audit::AuditRow;
use crate::store::{self, Tx};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Started,
    Challenged,
    Compared,
    GatePassed,
    Blocked,
    Cancelled,
    Expired,
    WriteIntended,
    Written,
    WriteRefused,
    WriteLost,
    Voided,
    /// The helpdesk was given a pass to hand out.
    PassIssued,
    AccountAdded,
    /// By a command; a flow's own unlock is [`Event::Written`].
    Unlocked,
    Unfrozen,
    /// What an account had registered was removed.
    Forgotten,
    ContactsImported,
    ContactsExported,
    /// Of means, which stand in the outcome.
    BindingAsked,
    Bound,
    CheckedAgain,
    Unbound,
    Undone,
    Frozen,
    /// The last proof was too old for a change.
    ProofAskedAgain,
    Finished,
    /// A workstation was made known to an account.
    DeviceKnown,
    /// What was counted for an account was let go, by a command.
    Unlimited,
}

impl Event {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "flow started",
            Self::Challenged => "proof asked for",
            Self::Compared => "proof compared",
            Self::GatePassed => "gate passed",
            Self::Blocked => "flow blocked",
            Self::Cancelled => "flow cancelled",
            Self::Expired => "flow expired",
            Self::WriteIntended => "directory write intended",
            Self::Written => "directory written",
            Self::WriteRefused => "directory write refused",
            Self::WriteLost => "directory write not applied",
            Self::Voided => "flow voided by another",
            Self::PassIssued => "pass issued",
            Self::AccountAdded => "account added",
            Self::Unlocked => "account unlocked",
            Self::Unfrozen => "account unfrozen",
            Self::Forgotten => "account forgotten",
            Self::ContactsImported => "contacts imported",
            Self::ContactsExported => "contacts exported",
            Self::BindingAsked => "means asked for",
            Self::Bound => "means set up",
            Self::CheckedAgain => "means confirmed again",
            Self::Unbound => "means removed",
            Self::Undone => "change undone",
            Self::Frozen => "account frozen",
            Self::ProofAskedAgain => "proof asked for again",
            Self::Finished => "flow finished",
            Self::DeviceKnown => "device known",
            Self::Unlimited => "limits lifted",
        }
    }
}

/// One row to be.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) flow: &'a str,
    pub(crate) subject: &'a [u8],
    pub(crate) event: Event,
    pub(crate) outcome: &'a str,
    pub(crate) method: Option<Method>,
}

/// Appends a row inside the caller's transaction: no row, no step (LG-04).
pub(crate) async fn append(tx: &mut Tx, keys: &Keys, now: Timestamp, entry: &Entry<'_>) -> store::Result<()> {
    let last = store::audit::last_mac(tx).await?.unwrap_or_default();
    let mut row = AuditRow {
        id: 0,
        at: now.as_millisecond(),
        flow: entry.flow.to_owned(),
        subject: hex(entry.subject.get(..6).unwrap_or_default()),
        event: entry.event.as_str().to_owned(),
        outcome: entry.outcome.to_owned(),
        method: entry.method.map(|method| method.as_str().to_owned()),
        mac: Vec::new(),
    };
    row.mac = chained(keys, &last, &row).to_vec();
    store::audit::insert(tx, &row).await?;
    let AuditRow { flow, subject, event, outcome, method, .. } = &row;
    tracing::info!(flow, subject, event, outcome, method, "audit");
    Ok(())
}

/// How many rows are verified before others may have their turn.
const SOME: i64 = 1000;

/// Reads the whole audit and says how many rows there are, or the id of the first that does not fit.
///
/// # Errors
/// If the database cannot be read.
pub async fn verify(tx: &mut Tx, keys: &Keys) -> store::Result<Result<u64, i64>> {
    let (mut last, mut count) = (Vec::new(), 0);
    loop {
        let rows = store::audit::after(tx, count, SOME).await?;
        if rows.is_empty() {
            return Ok(Ok(count.unsigned_abs()));
        }
        for row in rows {
            count += 1;
            if chained(keys, &last, &row).as_slice() != row.mac || row.id != count {
                return Ok(Err(row.id));
            }
            last = row.mac;
        }
    }
}

fn chained(keys: &Keys, last: &[u8], row: &AuditRow) -> [u8; 32] {
    let method = row.method.as_deref().unwrap_or_default();
    let [flow, subject, event, outcome, method] =
        [&row.flow, &row.subject, &row.event, &row.outcome, method].map(str::as_bytes);
    keys.mac(Use::Audit, &[last, &row.at.to_be_bytes(), flow, subject, event, outcome, method])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_row_that_was_changed_or_dropped_is_found() {
        // LG-03
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut db = store.begin().await.expect("transaction");
        let entry =
            Entry { flow: "7K2M-Q4PX", subject: &[1; 32], event: Event::Started, outcome: "reset", method: None };
        for second in 0..4 {
            append(&mut db, &keys, crate::clock::at(second * 1000), &entry).await.expect("row");
        }
        assert_eq!(verify(&mut db, &keys).await.expect("read"), Ok(4));
        db.run("UPDATE audit SET outcome = 'change' WHERE id = 2").await;
        assert_eq!(verify(&mut db, &keys).await.expect("read"), Err(2));
        db.run("DELETE FROM audit WHERE id = 2").await;
        assert_eq!(verify(&mut db, &keys).await.expect("read"), Err(3));
    }
}
