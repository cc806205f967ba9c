//! What the log that was shipped elsewhere says was done after a copy of the database was made, and what of it still holds
//! once the copy is put back (R32).
//!
//! A copy knows nothing of what came after it: a recovery code that was used since would be good again, wrong tries would
//! be forgotten, somebody who said "this was not me" would be served. Each of these leaves a line of the audit in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use jiff::Timestamp;
use serde::Deserialize;

use crate::app::App;
use crate::crypt::audit::{self, Actor, Entry, Event};
use crate::crypt::keys::hex;
use crate::guard::trust::Trust;
use crate::person::standing::{BY_COMMAND, subject_of};
use crate::store::{self, Tx};

/// How long a line may be that is read, in bytes; what is longer is none of ours.
const LONGEST: usize = 16 * 1024;

/// What stands between a gate that was passed and the recovery code that passed it.
const BY_CODE: &str = ", by the code ";

/// How the audit says that a gate was passed, and by which recovery code, if by one.
pub(crate) fn gate_passed(which: &str, recovery_code: Option<&str>) -> String {
    recovery_code.map_or_else(|| which.to_owned(), |id| format!("{which}{BY_CODE}{id}"))
}

/// What was made to hold again; accounts by their names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Rows of the audit that the log has beyond the copy.
    pub rows: u64,
    /// Recovery codes that had been used.
    pub codes: u64,
    /// Nothing that can be guessed is asked of strangers for these accounts for a day.
    pub blocked: BTreeSet<String>,
    /// These are not served until the helpdesk has seen to them.
    pub frozen: BTreeSet<String>,
    /// These have set something up, or removed it, which the copy does not know.
    pub changed: BTreeSet<String>,
}

/// One line of the log.
#[derive(Deserialize)]
struct Line {
    timestamp: Timestamp,
    fields: Row,
}

/// A row of the audit, as the log has it.
#[derive(Deserialize)]
struct Row {
    message: String,
    subject: String,
    event: String,
    #[serde(default)]
    outcome: String,
}

/// Reads the log and makes hold again what it says was done after the copy was made.
///
/// # Errors
/// If the log cannot be read or the database not be written; then nothing was changed.
pub async fn hold(of: &App, copied_at: Timestamp, log: impl BufRead, by: &Actor) -> Result<Held, HoldError> {
    let mut tx = of.store.begin().await?;
    let people = subjects(&mut tx, of).await?;
    let mut held = Held::default();
    for line in log.lines() {
        let line = line?;
        let read = (line.len() <= LONGEST).then(|| serde_json::from_str::<Line>(&line).ok()).flatten();
        let Some(Line { timestamp, fields: row }) = read else { continue };
        if timestamp < copied_at || row.message != "audit" {
            continue;
        }
        held.rows += 1;
        if let Some((id, account)) = people.get(&row.subject) {
            apply(&mut tx, of, id, account, &row, &mut held).await?;
        }
    }
    let blocked: Vec<_> = people.values().filter(|(_, account)| held.blocked.contains(account)).collect();
    for (id, _) in blocked {
        block(&mut tx, of, id).await?;
    }
    let outcome = format!("{} rows of a log", held.rows);
    let entry = Entry { flow: BY_COMMAND, subject: &[], event: Event::LogRead, outcome: &outcome, method: None };
    audit::append_by(&mut tx, &of.keys, of.clock.now(), &entry, by).await?;
    tx.commit().await?;
    Ok(held)
}

/// Why a log was not read.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    #[error("the log cannot be read")]
    Log(#[from] std::io::Error),
    #[error("the database")]
    Database(#[from] store::StoreError),
}

/// Everybody's id and name, by how the audit knows them.
async fn subjects(tx: &mut Tx, of: &App) -> store::Result<BTreeMap<String, (String, String)>> {
    let all = store::person::people::all(tx).await?;
    let subject = |id: &str| hex(subject_of(&of.keys, id).get(..audit::SUBJECT).unwrap_or_default());
    Ok(all.into_iter().map(|(id, account)| (subject(&id), (id, account))).collect())
}

async fn apply(tx: &mut Tx, of: &App, id: &str, account: &str, row: &Row, held: &mut Held) -> store::Result<()> {
    let now = of.clock.now().as_millisecond();
    let is = |event: Event| row.event == event.as_str();
    if is(Event::GatePassed) {
        if let Some((_, code)) = row.outcome.split_once(BY_CODE)
            && store::person::method::use_recovery_code(tx, id, code, now).await?
        {
            held.codes += 1;
        }
    } else if is(Event::Compared) {
        held.blocked.insert(account.to_owned());
    } else if is(Event::Frozen) {
        store::person::standing::freeze(tx, id, now).await?;
        held.frozen.insert(account.to_owned());
    } else if is(Event::Unfrozen) {
        store::person::standing::thaw(tx, id).await?;
        held.frozen.remove(account);
    } else if [Event::Bound, Event::Unbound, Event::Undone, Event::Restored, Event::Forgotten].into_iter().any(is) {
        held.changed.insert(account.to_owned());
    }
    Ok(())
}

/// Uses up what may be guessed of an account, for strangers and for flows in which a gate was passed.
async fn block(tx: &mut Tx, of: &App, id: &str) -> store::Result<()> {
    let subject = subject_of(&of.keys, id);
    for trust in [Trust::Stranger, Trust::Proven] {
        let tries = trust.tries_in_all(&of.config.limits, &subject);
        while tries.take(tx, of.clock.now()).await?.is_ok() {}
    }
    Ok(())
}
