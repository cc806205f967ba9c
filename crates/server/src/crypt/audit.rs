//! The audit: one row for every step, each bound to the one before it (LG-03), without anything secret.

use jiff::Timestamp;
use latchkey_api::Method;

use crate::crypt::audit_start;
use crate::crypt::keys::{Keys, Use, hex};
use crate::store::audit::AuditRow;
use crate::store::{self, Tx};
use crate::typed::text::is_invisible;

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
    /// Nobody can tell what came of it.
    WriteUnknown,
    Voided,
    /// The helpdesk was given a pass to hand out.
    PassIssued,
    AccountAdded,
    /// An account of the server's own directory was put into groups.
    GroupsSet,
    /// By a command, or because names are spelled otherwise by now.
    Renamed,
    /// By a command; a flow's own unlock is [`Event::Written`].
    Unlocked,
    Unfrozen,
    /// What an account had registered was removed.
    Forgotten,
    /// What was set up before a change was brought back by a command; by a code it is [`Event::Undone`].
    Restored,
    ContactsImported,
    ContactsExported,
    /// The machine's clock was set forward or back.
    ClockMoved,
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
    /// Stricter rules hold for its person by now, and for the flow (FL-04); where it stands by them.
    RulesChanged,
    /// So much was guessed wrong in a short time that it is no accident (OT-08).
    ManyGuesses,
    /// A workstation was made known to an account.
    DeviceKnown,
    /// What was counted for an account was let go, by a command.
    Unlimited,
    /// So many proofs of a method were wrong in a row that it proves nothing any more (OT-05).
    MethodDisabled,
    /// Nothing is written any more, by a command.
    Suspended,
    Resumed,
    /// Everything that was open was ended, by a command.
    AllVoided,
    /// The database is a copy of an earlier time.
    PutBack,
    /// What a log says was done after a copy was made holds again.
    LogRead,
}

impl Event {
    pub(crate) const fn as_str(self) -> &'static str {
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
            Self::WriteUnknown => "directory write unknown",
            Self::Voided => "flow voided by another",
            Self::PassIssued => "pass issued",
            Self::AccountAdded => "account added",
            Self::GroupsSet => "account put into groups",
            Self::Renamed => "account renamed",
            Self::Unlocked => "account unlocked",
            Self::Unfrozen => "account unfrozen",
            Self::Forgotten => "account forgotten",
            Self::Restored => "change undone by command",
            Self::ContactsImported => "contacts imported",
            Self::ContactsExported => "contacts exported",
            Self::ClockMoved => "clock moved",
            Self::BindingAsked => "means asked for",
            Self::Bound => "means set up",
            Self::CheckedAgain => "means confirmed again",
            Self::Unbound => "means removed",
            Self::Undone => "change undone",
            Self::Frozen => "account frozen",
            Self::ProofAskedAgain => "proof asked for again",
            Self::Finished => "flow finished",
            Self::RulesChanged => "stricter rules hold",
            Self::ManyGuesses => "many wrong proofs",
            Self::DeviceKnown => "device known",
            Self::Unlimited => "limits lifted",
            Self::MethodDisabled => "method disabled",
            Self::Suspended => "server suspended",
            Self::Resumed => "server resumed",
            Self::LogRead => "log read after a copy was put back",
            Self::PutBack => "copy put back",
            Self::AllVoided => "everything open was voided",
        }
    }
}

/// How many bytes of a subject stand in a row.
pub(crate) const SUBJECT: usize = 6;

/// One row to be.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) flow: &'a str,
    pub(crate) subject: &'a [u8],
    pub(crate) event: Event,
    pub(crate) outcome: &'a str,
    pub(crate) method: Option<Method>,
}

/// Longest name and longest reason, in characters.
const LONGEST_NAME: usize = 64;
const LONGEST_REASON: usize = 200;

/// Who does something for somebody else, and why, as they say; kept in the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    name: String,
    reason: String,
}

/// Why a name or a reason is not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActorError {
    #[error("--by is empty: it names who does this, at most {LONGEST_NAME} characters")]
    NoName,
    #[error("--reason is empty: it says why this is done, at most {LONGEST_REASON} characters")]
    NoReason,
    #[error("--by is longer than {LONGEST_NAME} characters")]
    LongName,
    #[error("--reason is longer than {LONGEST_REASON} characters")]
    LongReason,
}

impl Actor {
    /// Takes a name and a reason without what moves a cursor or turns a line around (LG-04).
    ///
    /// # Errors
    /// If nothing is left of one, or it is too long.
    pub fn new(name: &str, reason: &str) -> Result<Self, ActorError> {
        let (name, reason) = (printable(name), printable(reason));
        if name.is_empty() {
            return Err(ActorError::NoName);
        }
        if reason.is_empty() {
            return Err(ActorError::NoReason);
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(ActorError::LongName);
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(ActorError::LongReason);
        }
        Ok(Self { name, reason })
    }
}

/// A text with one blank wherever there were some, or something that is not seen.
fn printable(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    parts.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Appends a row inside the caller's transaction: no row, no step (LG-04).
pub(crate) async fn append(tx: &mut Tx, keys: &Keys, now: Timestamp, entry: &Entry<'_>) -> store::Result<()> {
    write(tx, keys, now, entry, None).await
}

/// The same for what somebody does for somebody else.
pub(crate) async fn append_by(
    tx: &mut Tx,
    keys: &Keys,
    now: Timestamp,
    entry: &Entry<'_>,
    by: &Actor,
) -> store::Result<()> {
    write(tx, keys, now, entry, Some(by)).await
}

async fn write(tx: &mut Tx, keys: &Keys, now: Timestamp, entry: &Entry<'_>, by: Option<&Actor>) -> store::Result<()> {
    let last = store::audit::last_mac(tx).await?.unwrap_or_default();
    let mut row = AuditRow {
        id: 0,
        at: now.as_millisecond(),
        flow: entry.flow.to_owned(),
        subject: hex(entry.subject.get(..SUBJECT).unwrap_or_default()),
        event: entry.event.as_str().to_owned(),
        outcome: entry.outcome.to_owned(),
        method: entry.method.map(|method| method.as_str().to_owned()),
        actor: by.map(|by| by.name.clone()),
        reason: by.map(|by| by.reason.clone()),
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

/// Reads the whole audit and says how many rows there are, or the id of the first that does not fit. Rows that were
/// cleared from the beginning, since they were too old, are no gap.
///
/// # Errors
/// If the database cannot be read.
pub async fn verify(tx: &mut Tx, keys: &Keys) -> store::Result<Result<u64, i64>> {
    let Some(start) = audit_start::start(tx, keys).await? else { return Ok(Err(0)) };
    let (mut last, mut id) = (start.mac, start.id);
    loop {
        let rows = store::audit::after(tx, id, SOME).await?;
        if rows.is_empty() {
            return Ok(Ok(id.saturating_sub(start.id).unsigned_abs()));
        }
        for row in rows {
            id += 1;
            if chained(keys, &last, &row).as_slice() != row.mac || row.id != id {
                return Ok(Err(row.id));
            }
            last = row.mac;
        }
    }
}

/// Whether the first row of the audit was written with these keys; nothing for an empty audit.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn begins_with(tx: &mut Tx, keys: &Keys) -> store::Result<Option<bool>> {
    let Some(start) = audit_start::start(tx, keys).await? else { return Ok(Some(false)) };
    let first = store::audit::after(tx, start.id, 1).await?;
    Ok(first.first().map(|row| chained(keys, &start.mac, row).as_slice() == row.mac))
}

/// The keyed hash of a row. A row without an actor is hashed as the first version did, so that its rows still fit; the
/// number of parts tells the two forms apart, since each part is preceded by its length.
fn chained(keys: &Keys, last: &[u8], row: &AuditRow) -> [u8; 32] {
    let method = row.method.as_deref().unwrap_or_default();
    let at = row.at.to_be_bytes();
    let [flow, subject, event, outcome, method] =
        [&row.flow, &row.subject, &row.event, &row.outcome, method].map(str::as_bytes);
    let first_form = [last, &at, flow, subject, event, outcome, method];
    let (None, None) = (&row.actor, &row.reason) else {
        let [actor, reason] = [&row.actor, &row.reason].map(|text| text.as_deref().unwrap_or_default().as_bytes());
        let second_form = [first_form.as_slice(), &[b"2", actor, reason]].concat();
        return keys.mac(Use::Audit, &second_form);
    };
    keys.mac(Use::Audit, &first_form)
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

    #[tokio::test]
    async fn who_did_it_and_why_is_chained_and_rows_of_before_still_fit() {
        // LG-03, FL-16
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut db = store.begin().await.expect("transaction");
        let entry = Entry { flow: "", subject: &[1; 32], event: Event::PassIssued, outcome: "x", method: None };
        let now = crate::clock::at(0);
        // A row as the first version wrote it.
        let parts: [&[u8]; 7] = [b"", &0_i64.to_be_bytes(), b"", b"010101010101", b"pass issued", b"x", b""];
        let row = AuditRow {
            id: 1,
            at: 0,
            flow: String::new(),
            subject: "010101010101".to_owned(),
            event: "pass issued".to_owned(),
            outcome: "x".to_owned(),
            method: None,
            actor: None,
            reason: None,
            mac: keys.mac(Use::Audit, &parts).to_vec(),
        };
        store::audit::insert(&mut db, &row).await.expect("row");
        let by = Actor::new("m. jones", "ticket 4711").expect("an actor");
        append_by(&mut db, &keys, now, &entry, &by).await.expect("row");
        append(&mut db, &keys, now, &entry).await.expect("row");
        assert_eq!(verify(&mut db, &keys).await.expect("read"), Ok(3));
        for (change, back, bad) in [
            ("UPDATE audit SET actor = 'another' WHERE id = 2", "UPDATE audit SET actor = 'm. jones' WHERE id = 2", 2),
            (
                "UPDATE audit SET reason = 'none' WHERE id = 2",
                "UPDATE audit SET reason = 'ticket 4711' WHERE id = 2",
                2,
            ),
            ("UPDATE audit SET actor = 'x' WHERE id = 3", "UPDATE audit SET actor = NULL WHERE id = 3", 3),
            ("UPDATE audit SET actor = NULL, reason = NULL WHERE id = 2", "SELECT 1", 2),
        ] {
            db.run(change).await;
            assert_eq!(verify(&mut db, &keys).await.expect("read"), Err(bad), "{change}");
            db.run(back).await;
        }
    }

    #[test]
    fn a_name_and_a_reason_are_bounded_and_bare_of_what_is_not_seen() {
        // IN-06
        let by = Actor::new(" m.\u{202e}jones\r\n", "ticket\t4711\u{1b}[31m").expect("an actor");
        assert_eq!((by.name.as_str(), by.reason.as_str()), ("m. jones", "ticket 4711 [31m"));
        for (name, reason, why) in [
            ("", "x", ActorError::NoName),
            ("\u{200b}\n", "x", ActorError::NoName),
            ("x", " ", ActorError::NoReason),
            (&"x".repeat(65), "x", ActorError::LongName),
            ("x", &"x".repeat(201), ActorError::LongReason),
        ] {
            assert_eq!(Actor::new(name, reason), Err(why));
        }
        assert!(Actor::new(&"é".repeat(64), &"é".repeat(200)).is_ok());
    }
}
