//! The audit: one row for every step, each bound to the one before it (LG-03), without anything secret.

use jiff::Timestamp;
use latchkey_api::Method;
use sqlx::SqliteConnection;

use crate::keys::{Keys, Use, hex};

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
pub(crate) async fn append(
    db: &mut SqliteConnection,
    keys: &Keys,
    now: Timestamp,
    entry: &Entry<'_>,
) -> sqlx::Result<()> {
    let last: Option<(Vec<u8>,)> =
        sqlx::query_as("SELECT mac FROM audit ORDER BY id DESC LIMIT 1").fetch_optional(&mut *db).await?;
    let last = last.map(|(mac,)| mac).unwrap_or_default();
    let subject = hex(entry.subject.get(..6).unwrap_or_default());
    let method = entry.method.map(Method::as_str);
    let row = Row {
        at: now.as_millisecond(),
        flow: entry.flow,
        subject: &subject,
        event: entry.event.as_str(),
        outcome: entry.outcome,
        method,
    };
    sqlx::query("INSERT INTO audit (at, flow, subject, event, outcome, method, mac) VALUES (?, ?, ?, ?, ?, ?, ?)")
        .bind(row.at)
        .bind(row.flow)
        .bind(row.subject)
        .bind(row.event)
        .bind(row.outcome)
        .bind(row.method)
        .bind(row.mac(keys, &last).to_vec())
        .execute(db)
        .await?;
    tracing::info!(flow = entry.flow, subject, event = row.event, outcome = row.outcome, method, "audit");
    Ok(())
}

/// How many rows there are, if the chain is whole; else the id of the first row that does not fit.
///
/// # Errors
/// If the database cannot be read.
pub async fn verify(db: &mut SqliteConnection, keys: &Keys) -> sqlx::Result<Result<u64, i64>> {
    type Read = (i64, i64, String, String, String, String, Option<String>, Vec<u8>);
    let rows: Vec<Read> =
        sqlx::query_as("SELECT id, at, flow, subject, event, outcome, method, mac FROM audit ORDER BY id")
            .fetch_all(db)
            .await?;
    let mut last = Vec::new();
    let mut count = 0;
    for (id, at, flow, subject, event, outcome, method, mac) in rows {
        let row =
            Row { at, flow: &flow, subject: &subject, event: &event, outcome: &outcome, method: method.as_deref() };
        count += 1;
        if row.mac(keys, &last).as_slice() != mac || id != count {
            return Ok(Err(id));
        }
        last = mac;
    }
    Ok(Ok(count.unsigned_abs()))
}

struct Row<'a> {
    at: i64,
    flow: &'a str,
    subject: &'a str,
    event: &'a str,
    outcome: &'a str,
    method: Option<&'a str>,
}

impl Row<'_> {
    fn mac(&self, keys: &Keys, last: &[u8]) -> [u8; 32] {
        let method = self.method.unwrap_or_default();
        let parts = [self.flow, self.subject, self.event, self.outcome, method].map(str::as_bytes);
        let [flow, subject, event, outcome, method] = parts;
        keys.mac(Use::Audit, &[last, &self.at.to_be_bytes(), flow, subject, event, outcome, method])
    }
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
        sqlx::query("UPDATE audit SET outcome = 'change' WHERE id = 2").execute(&mut *db).await.expect("flipped");
        assert_eq!(verify(&mut db, &keys).await.expect("read"), Err(2));
        sqlx::query("DELETE FROM audit WHERE id = 2").execute(&mut *db).await.expect("dropped");
        assert_eq!(verify(&mut db, &keys).await.expect("read"), Err(3));
    }
}
