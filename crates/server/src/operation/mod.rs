//! The one write into a directory: intended on the disk first, then done, then known for certain.
//!
//! An operation comes in with its flow and account, and goes out as `Came`. What it means for the flow is decided
//! there. Nothing is written twice: each write names the marker that the account bore before it.

pub(crate) mod hook;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_api::password::Refusal;
use latchkey_directory::several::directory_of;
use latchkey_directory::{AsItStands, Elsewhere, LockThere, Outcome, Written};
use secrecy::SecretString;

use crate::app::App;
use crate::crypt::random;
use crate::guard::suspension;
use crate::points::{Point, passed};
use crate::refused::{Answer, Refused};
use crate::store::operation::OperationRow;
use crate::store::{self, Store, Tx};
use latchkey_api::Code;

/// How long a directory may take for a write; after that its answer counts as lost.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an operation belongs to whoever intends it: longer than its write may take.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// What is written.
pub(crate) enum Write {
    SetPassword(SecretString),
    ChangePassword { old: SecretString, new: SecretString },
    Unlock,
}

/// What an operation has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Came {
    /// It was written; whether that lifted a lock.
    Written { unlocked: bool },
    /// The directory does not take this password.
    Refused(Vec<Refusal>),
    /// The current password that was given with the new one is not the right one.
    OldWrong,
    /// It was not written and can no longer be.
    NotWritten,
    /// The directory cannot tell, now or later: it may have been written, or may yet be.
    Unknown,
}

impl Came {
    const fn state(&self) -> &'static str {
        match self {
            Self::Written { .. } => "done",
            Self::Refused(_) => "refused",
            Self::OldWrong => "old_wrong",
            Self::NotWritten => "not_applied",
            Self::Unknown => "unknown",
        }
    }
}

impl From<Written> for Came {
    fn from(written: Written) -> Self {
        match written {
            Written::Applied { unlocked } => Self::Written { unlocked },
            Written::Refused(reasons) => Self::Refused(reasons),
            Written::OldWrong => Self::OldWrong,
            Written::Overtaken => Self::NotWritten,
        }
    }
}

/// One write to be, or that may have been.
#[derive(Debug, Clone)]
pub(crate) struct Operation(OperationRow);

/// Which request asks for a write: the same one never writes twice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// The app's `Idempotency-Key`.
    pub(crate) key: &'a str,
    /// Keyed hash of the body.
    pub(crate) body_mac: &'a [u8],
}

impl Operation {
    pub(crate) const fn flow(&self) -> i64 {
        self.0.flow_id
    }

    pub(crate) fn account(&self) -> &str {
        &self.0.account_id
    }

    pub(crate) fn id(&self) -> &str {
        &self.0.id
    }

    /// Keyed hash of the body that asked for it.
    pub(crate) fn body_mac(&self) -> &[u8] {
        &self.0.body_mac
    }

    fn asked_for(&self) -> latchkey_directory::Operation<'_> {
        let OperationRow { account_id, id, marker_before, .. } = &self.0;
        latchkey_directory::Operation { account: account_id, id, after: marker_before.as_deref() }
    }

    /// What it has come to; nothing while that is not known.
    pub(crate) fn came(&self) -> Answer<Option<Came>> {
        Ok(match self.0.state.as_str() {
            "done" => Some(Came::Written { unlocked: false }),
            "refused" => {
                let reasons = self.0.refusals.as_deref().map_or(Ok(Vec::new()), serde_json::from_str)?;
                Some(Came::Refused(reasons))
            }
            "old_wrong" => Some(Came::OldWrong),
            "not_applied" => Some(Came::NotWritten),
            "unknown" => Some(Came::Unknown),
            _ => None,
        })
    }
}

/// Writes down what is intended, in the caller's transaction; nothing if the flow has an operation of this key already.
/// `marker` is what the account bears now.
///
/// # Errors
/// [`Code::Suspended`] where the server is suspended by now: then nothing was written down.
pub(crate) async fn intend(
    tx: &mut Tx,
    now: Timestamp,
    flow: i64,
    account: &str,
    marker: Option<String>,
    request: Request<'_>,
) -> Answer<Option<Operation>> {
    suspension::serving(tx).await?;
    let row = OperationRow {
        id: random::id()?,
        flow_id: flow,
        account_id: account.to_owned(),
        idempotency_key: request.key.to_owned(),
        body_mac: request.body_mac.to_vec(),
        marker_before: marker,
        state: "intent".to_owned(),
        refusals: None,
        created_at: now.as_millisecond(),
        leased_until: leased_until(now),
    };
    Ok(store::operation::insert(tx, &row).await?.then_some(Operation(row)))
}

/// Writes down that a request was refused before the directory was asked; whether its key was new.
pub(crate) async fn refused(
    tx: &mut Tx,
    now: Timestamp,
    flow: i64,
    account: &str,
    request: Request<'_>,
    reasons: &[Refusal],
) -> Answer<bool> {
    let row = OperationRow {
        id: random::id()?,
        flow_id: flow,
        account_id: account.to_owned(),
        idempotency_key: request.key.to_owned(),
        body_mac: request.body_mac.to_vec(),
        marker_before: None,
        state: Came::Refused(Vec::new()).state().to_owned(),
        refusals: Some(serde_json::to_string(reasons)?),
        created_at: now.as_millisecond(),
        leased_until: 0,
    };
    Ok(store::operation::insert(tx, &row).await?)
}

/// The operation of a flow with this key.
pub(crate) async fn of_key(tx: &mut Tx, flow: i64, key: &str) -> store::Result<Option<Operation>> {
    Ok(store::operation::by_key(tx, flow, key).await?.map(Operation))
}

/// The operation of a flow that nobody knows the outcome of and nobody is at.
pub(crate) async fn left_open(tx: &mut Tx, flow: i64, now: Timestamp) -> store::Result<Option<Operation>> {
    let open = store::operation::open_of(tx, flow).await?;
    Ok(open.filter(|row| row.leased_until <= now.as_millisecond()).map(Operation))
}

/// All operations that nobody knows the outcome of and nobody is at; with `all` also those that somebody was at, who is
/// known to be gone.
pub(crate) async fn all_left_open(tx: &mut Tx, now: Timestamp, all: bool) -> store::Result<Vec<Operation>> {
    let open = store::operation::open(tx).await?;
    Ok(open.into_iter().filter(|row| all || row.leased_until <= now.as_millisecond()).map(Operation).collect())
}

/// Shortens the leases of a clock that was ahead: none lasts longer than one that begins now (B9).
pub(crate) async fn shorten_leases(tx: &mut Tx, now: Timestamp) -> store::Result<()> {
    store::operation::shorten_leases(tx, leased_until(now)).await
}

fn leased_until(now: Timestamp) -> i64 {
    now.saturating_add(LEASE).unwrap_or(Timestamp::MAX).as_millisecond()
}

/// How many operations somebody is at right now.
///
/// # Errors
/// If the database cannot be read.
pub async fn under_way(store: &Store, now: Timestamp) -> store::Result<usize> {
    let open = store::operation::open(&mut store.read().await?).await?;
    Ok(open.iter().filter(|row| row.leased_until > now.as_millisecond()).count())
}

/// Does the write. Without an answer, nobody knows whether it was done: then it is settled, now or later.
pub(crate) async fn write(app: &App, operation: &Operation, write: Write) -> Answer<Option<Came>> {
    let asked = operation.asked_for();
    let written = async {
        match &write {
            Write::SetPassword(new) => app.directory.set_password(asked, new).await,
            Write::ChangePassword { old, new } => app.directory.change_password(asked, old, new).await,
            Write::Unlock => app.directory.unlock(asked).await,
        }
    };
    passed(Point::WriteLeaves);
    let written = tokio::time::timeout(PATIENCE, written).await;
    passed(Point::WriteAnswered);
    drop(write);
    if let Ok(written) = &written {
        app.saw(operation.account(), written);
    }
    match written {
        Ok(Ok(written)) => return Ok(Some(written.into())),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, operation = operation.id(), "the directory");
            if !error.leaves_doubt() {
                return Ok(Some(Came::NotWritten));
            }
        }
        Err(_) => tracing::warn!(operation = operation.id(), "the directory did not answer in time"),
    }
    settle(app, operation).await
}

/// How long the other servers of a directory may take in all to lift a lock.
const ELSEWHERE: Duration = Duration::from_secs(12);

/// What is known of the locks at the servers that an operation was not written to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LocksElsewhere {
    /// One of them was lifted.
    pub(crate) lifted: bool,
    /// One of them stands.
    stands: bool,
    /// One of the servers could not be asked.
    unknown: bool,
}

impl LocksElsewhere {
    /// Whether somebody who was unlocked, or may have been, should be told that they may still be locked somewhere.
    pub(crate) const fn may_stand(self, was_locked: bool) -> bool {
        self.stands || (self.unknown && was_locked)
    }
}

/// Lifts the lock at the other servers of the directory too, after what was written (R23). What each of them says is in
/// the log.
pub(crate) async fn unlock_elsewhere(app: &App, operation: &Operation, came: &Came) -> LocksElsewhere {
    if !matches!(came, Came::Written { .. }) {
        return LocksElsewhere::default();
    }
    let said = tokio::time::timeout(ELSEWHERE, app.directory.unlock_elsewhere(operation.asked_for())).await;
    let Ok(said) = said else {
        tracing::warn!(operation = operation.id(), "the other servers of the directory were not all asked for a lock");
        return LocksElsewhere { unknown: true, ..LocksElsewhere::default() };
    };
    let mut locks = LocksElsewhere::default();
    for Elsewhere { server, lock } in said {
        match lock {
            LockThere::None | LockThere::Follows => {}
            LockThere::Lifted => {
                tracing::info!(server, operation = operation.id(), "a lock was lifted there too");
                locks.lifted = true;
            }
            LockThere::Stands => {
                tracing::warn!(server, operation = operation.id(), "the account is still locked there");
                locks.stands = true;
            }
            LockThere::Unknown => {
                tracing::warn!(server, operation = operation.id(), "the account may still be locked there");
                locks.unknown = true;
            }
        }
    }
    locks
}

/// Asks the directory what became of a write; nothing if it cannot tell yet.
pub(crate) async fn settle(app: &App, operation: &Operation) -> Answer<Option<Came>> {
    let settled = tokio::time::timeout(PATIENCE, app.directory.settle(operation.asked_for())).await;
    if let Ok(settled) = &settled {
        app.saw(operation.account(), settled);
    }
    match settled {
        Ok(Ok(Outcome::Written)) => Ok(Some(Came::Written { unlocked: false })),
        Ok(Ok(Outcome::NotWritten)) => Ok(Some(Came::NotWritten)),
        Ok(Ok(Outcome::Unknown)) => Ok(Some(Came::Unknown)),
        Ok(Ok(Outcome::Pending)) => Ok(None),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, operation = operation.id(), "not settled yet");
            Ok(None)
        }
        Err(_) => Ok(None),
    }
}

/// Writes down what an operation came to; whether nobody had done so before.
pub(crate) async fn close(tx: &mut Tx, operation: &Operation, came: &Came) -> Answer<bool> {
    let reasons = match came {
        Came::Refused(reasons) => Some(serde_json::to_string(reasons)?),
        Came::Written { .. } | Came::OldWrong | Came::NotWritten | Came::Unknown => None,
    };
    Ok(store::operation::close(tx, operation.id(), came.state(), reasons.as_deref()).await?)
}

/// Whether another flow has written the account after the same state of it: two of one account were at it at once (R08).
pub(crate) async fn overtaken(tx: &mut Tx, operation: &Operation) -> store::Result<bool> {
    store::operation::overtaken(tx, &operation.0).await
}

/// Nobody is at this operation any more; whoever asks next may settle it.
pub(crate) async fn let_go(app: &App, operation: &Operation) -> store::Result<()> {
    let mut tx = app.store.begin().await?;
    store::operation::end_lease(&mut tx, operation.id()).await?;
    tx.commit().await
}

/// The account as its directory has it now, directly before it is written (B3).
pub(crate) async fn as_it_stands(app: &App, account: &str) -> Answer<AsItStands> {
    let stands = app.directory.as_it_stands(account).await;
    app.saw(account, &stands);
    Ok(stands?)
}

/// What of an account its write rests on.
pub(crate) struct Marked {
    /// The population that it is of now.
    pub(crate) population: String,
    /// The marker that it bears.
    pub(crate) marker: Option<String>,
}

/// The same of an account that may still be written.
///
/// # Errors
/// [`Code::NotAllowed`] if it is gone, disabled, privileged or of a population that is not served by now.
pub(crate) fn marked(app: &App, stands: AsItStands, account: &str) -> Answer<Marked> {
    let AsItStands { entry, marker, .. } = stands;
    // An answer about somebody else says nothing of this account (IN-05).
    let entry = entry.filter(|entry| entry.id == account && entry.enabled && !entry.privileged);
    let membership = entry.map(|entry| app.policies.membership(&entry, directory_of(account).unwrap_or_default()));
    let served = membership.filter(|membership| app.policies.serves(&membership.population));
    let marked = served.map(|membership| Marked { population: membership.population, marker });
    marked.ok_or_else(|| Refused::new(Code::NotAllowed))
}
