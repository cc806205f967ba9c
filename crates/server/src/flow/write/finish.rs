//! What an operation means for its flow: intended with the use of the grant, concluded with the notices that are owed.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use latchkey_api::flow::Done;
use latchkey_api::{Code, Flow, Intent, Method};
use latchkey_directory::AsItStands;
use tokio::task::JoinSet;

use crate::app::App;
use crate::crypt::audit::Event;
use crate::flow::answering::{load, look, note, room};
use crate::flow::ending::no_longer_served;
use crate::flow::envelope::{envelope, menu};
use crate::flow::moved::keep_to;
use crate::flow::row::by_id;
use crate::flow::row::{Row, Standing, TokenHash, leave_nothing_open};
use crate::flow::start;
use crate::message::queue::{self, Owed, Recipient, kind_of};
use crate::operation::{self, Came, Marked, Operation, Request, Write, hook};
use crate::person::ending::end_flows;
use crate::person::methods::{self, Registered};
use crate::person::undo;
use crate::points::{Point, passed};
use crate::refused::{Answer, Refused};
use crate::store::{self, Tx};

/// How long the answer waits for the directory; after that it says `working`.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a flow of an account is over when another one has written.
const FINISHED_ELSEWHERE: &str = "another flow has finished";

/// What the audit says of a write that lifted a lock, perhaps not at every server of the directory.
const NOT_EVERYWHERE: &str = "done, and perhaps not unlocked at every server";

/// How many writes whose answer was lost are asked after at once, so that one directory that hangs holds up no other.
const SETTLED_AT_ONCE: usize = 8;

/// What became of an intent to write.
pub(in crate::flow) enum Intended {
    /// It is written down, and may be done.
    Now(Operation),
    /// The flow has an operation of this key already.
    Before,
    /// Stricter rules hold for the flow by now, which it has not been judged by.
    NotYet(Box<Row>),
}

/// Commits the intent, its audit row and the use of the grant together (LG-04): from here on the flow is `working`.
/// The account stands as its directory has just said.
pub(in crate::flow) async fn intend(
    app: &App,
    mut row: Row,
    account: &str,
    stands: AsItStands,
    request: Request<'_>,
) -> Answer<Intended> {
    room(app)?;
    let marked = match operation::marked(app, stands, account) {
        Ok(marked) => marked,
        Err(refused) if refused.code() == Code::NotAllowed => return Err(no_longer_served(app, row).await?),
        Err(refused) => return Err(refused),
    };
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    if keep_to(app, &mut tx, &mut row, &marked.population).await? {
        row.save(&mut tx).await?;
        tx.commit().await?;
        if row.standing == Standing::SetPassword {
            return Ok(Intended::NotYet(Box::new(row)));
        }
        // More has to be proven than was, or nothing can be any more.
        return Err(Refused::new(Code::ProofNeeded).with_flow(envelope(app, &row).await?));
    }
    let Some(operation) = operation::intend(&mut tx, now, row.id, account, marked.marker, request).await? else {
        return Ok(Intended::Before);
    };
    row.standing = Standing::Working;
    row.shown = None;
    row.save(&mut tx).await?;
    note(app, &mut tx, &row, Event::WriteIntended, row.intent.as_str(), None).await?;
    tx.commit().await?;
    passed(Point::Intended);
    Ok(Intended::Now(operation))
}

/// How an account stands, if it may still be written.
pub(in crate::flow) async fn marker_of_served(app: &App, account: &str) -> Answer<Marked> {
    room(app)?;
    operation::marked(app, operation::as_it_stands(app, account).await?, account)
}

/// Does the write on a task of its own, so that a caller that hangs up does not leave it half done, and waits for it a
/// little: nothing if it is still under way then, or if nobody knows what came of it.
pub(in crate::flow) async fn write(app: &Arc<App>, operation: Operation, write: Write) -> Answer<Option<Came>> {
    let task = {
        let app = Arc::clone(app);
        tokio::spawn(async move {
            let came = operation::write(&app, &operation, write).await?;
            match &came {
                Some(came) => conclude(&app, &operation, came).await?,
                None => operation::let_go(&app, &operation).await?,
            }
            Ok(came)
        })
    };
    match tokio::time::timeout(PATIENCE, task).await {
        Ok(done) => done.map_err(|_| Refused::new(Code::Internal))?,
        Err(_) => Ok(None),
    }
}

/// Lifts the lock after the second gate, which `tx` has passed; `marker` is what the account bears.
pub(in crate::flow) async fn unlock(
    app: &Arc<App>,
    token: &TokenHash,
    row: &Row,
    marker: Option<String>,
    mut tx: Tx,
) -> Answer<Flow> {
    let account = row.account.as_deref().ok_or_else(|| Refused::new(Code::Internal))?;
    let request = Request { key: "unlock", body_mac: &[] };
    let intended = operation::intend(&mut tx, app.clock.now(), row.id, account, marker, request).await?;
    let operation = intended.ok_or_else(|| Refused::new(Code::Internal))?;
    note(app, &mut tx, row, Event::WriteIntended, row.intent.as_str(), None).await?;
    tx.commit().await?;
    write(app, operation, Write::Unlock).await?;
    envelope(app, &load(app, token).await?).await
}

/// Writes down what an operation came to: the end of the flow, or back to where a password is chosen.
async fn conclude(app: &App, operation: &Operation, came: &Came) -> Answer<()> {
    let elsewhere = operation::unlock_elsewhere(app, operation, came).await;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let first = operation::close(&mut tx, operation, came).await?;
    let Some(mut row) = by_id(&mut tx, operation.flow()).await? else { return Ok(tx.commit().await?) };
    if !first || row.standing != Standing::Working {
        return Ok(tx.commit().await?);
    }
    if *came == Came::NotWritten && operation::overtaken(&mut tx, operation).await? {
        // It is as if the other flow had ended this one, had this not been at its write: its grant is void (R08, FL-14).
        row.standing = Standing::Cancelled;
        row.save(&mut tx).await?;
        leave_nothing_open(&mut tx, &row).await?;
        note(app, &mut tx, &row, Event::Voided, FINISHED_ELSEWHERE, None).await?;
        return Ok(tx.commit().await?);
    }
    match came {
        Came::Written { unlocked } => {
            let unlocked = *unlocked || row.intent == Intent::Unlock || elsewhere.lifted;
            let may_be_locked_elsewhere = elsewhere.may_stand(unlocked);
            row.standing = Standing::Done;
            let works_for = app.directory.takes_old_for(operation.account()).filter(|_| row.intent != Intent::Unlock);
            let old_password_may_work_until = works_for.and_then(|time| now.saturating_add(time).ok());
            row.done = Some(Done { changed_at: now, unlocked, may_be_locked_elsewhere, old_password_may_work_until });
            row.save(&mut tx).await?;
            let outcome = if may_be_locked_elsewhere { NOT_EVERYWHERE } else { row.intent.as_str() };
            note(app, &mut tx, &row, Event::Written, outcome, None).await?;
            end_others(app, &mut tx, &row, operation, now).await?;
            passed(Point::OthersEnded);
            owe_notices(app, &mut tx, &row, operation, text_of(row.intent), now).await?;
            hook::owe(app, &mut tx, operation, row.intent, now).await?;
        }
        Came::Unknown => {
            // Whoever owns it is told as if it were done: it may be.
            row.standing = Standing::Uncertain;
            row.save(&mut tx).await?;
            note(app, &mut tx, &row, Event::WriteUnknown, row.intent.as_str(), None).await?;
            end_others(app, &mut tx, &row, operation, now).await?;
            owe_notices(app, &mut tx, &row, operation, "notice-uncertain", now).await?;
        }
        Came::Refused(_) | Came::NotWritten => {
            let event = if *came == Came::NotWritten { Event::WriteLost } else { Event::WriteRefused };
            // Both gates were passed and nothing was written: another password may be tried. An unlock starts anew.
            row.standing = if row.intent == Intent::Unlock { Standing::Expired } else { Standing::SetPassword };
            row.touched_at = now.as_millisecond();
            row.save(&mut tx).await?;
            note(app, &mut tx, &row, event, "by the directory", None).await?;
        }
        Came::OldWrong => {
            // The password was changed by somebody else since it was proven: it is asked for again, and nothing else is.
            row.standing = Standing::Prove;
            row.asked = Some(Method::CurrentPassword);
            row.passed.retain(|passed| passed.method != Method::CurrentPassword);
            if row.passed.is_empty() {
                row.menu.clear();
                row.gates = menu::gates_at_first(&row.policy, row.intent);
            }
            row.touched_at = now.as_millisecond();
            row.save(&mut tx).await?;
            start::ask_for_password(app, &mut tx, &row).await?;
            note(app, &mut tx, &row, Event::WriteRefused, "the current password is another by now", None).await?;
        }
    }
    tx.commit().await?;
    passed(Point::Concluded);
    app.queued.notify_waiters();
    Ok(())
}

/// Ends what else is open for the account: what has been proven there was proven before this.
async fn end_others(app: &App, tx: &mut Tx, row: &Row, operation: &Operation, now: Timestamp) -> Answer<()> {
    leave_nothing_open(tx, row).await?;
    end_flows(tx, &app.keys, now, operation.account(), Some(row.id), FINISHED_ELSEWHERE).await?;
    Ok(())
}

const fn text_of(intent: Intent) -> &'static str {
    match intent {
        Intent::Reset | Intent::Register => "notice-reset",
        Intent::Change => "notice-change",
        Intent::Unlock => "notice-unlock",
    }
}

/// Notices to every address that was not used to get here; to all, if all were (FL-15).
async fn owe_notices(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    operation: &Operation,
    text: &str,
    now: Timestamp,
) -> Answer<()> {
    let account = operation.account();
    let reachable = methods::of(tx, account).await?.into_iter().filter(|found| kind_of(found.method).is_some());
    let used = |found: &Registered| row.passed.iter().any(|passed| passed.device == found.offer().device);
    let (used, unused): (Vec<_>, Vec<_>) = reachable.partition(used);
    let new = undo::New { account, flow: &row.public_id, language: &row.language, before: None };
    let undo = undo::keep(tx, &app.keys, &new, now).await?;
    let recipient = Recipient { account, flow: &row.public_id, language: &row.language, trusted: true };
    let owed = Owed { event: operation.id(), recipient, text, means: None, method: None, undo: Some(undo) };
    let mut to = methods::addresses(&app.keys, account, &unused);
    if to.is_empty() {
        to = methods::addresses(&app.keys, account, &used);
    }
    queue::notices(tx, app.pen(), &owed, &to).await
}

/// A flow as it stands, once the directory was asked after a write whose answer was lost.
pub(in crate::flow) async fn resolved(app: &App, token: &TokenHash) -> Answer<Row> {
    let row = look(app, token).await?;
    if row.standing != Standing::Working {
        return Ok(row);
    }
    resolve(app, &row).await?;
    look(app, token).await
}

/// Asks the directory what became of a flow's write; not while somebody is still at it.
async fn resolve(app: &App, row: &Row) -> Answer<()> {
    let mut tx = app.store.read().await?;
    let open = operation::left_open(&mut tx, row.id, app.clock.now()).await?;
    drop(tx);
    match open {
        Some(operation) => settle(app, &operation).await,
        None => Ok(()),
    }
}

async fn settle(app: &App, operation: &Operation) -> Answer<()> {
    match operation::settle(app, operation).await? {
        Some(came) => conclude(app, operation, &came).await,
        None => Ok(()),
    }
}

/// Asks after every write that was left open, and ends flows that wait for one that is not there; `all` says that
/// whoever was at one is known to be gone.
pub(crate) async fn settle_lost(app: &Arc<App>, all: bool) -> Answer<()> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    operation::shorten_leases(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = app.store.read().await?;
    let open = operation::all_left_open(&mut tx, now, all).await?;
    let stranded = store::flow::working_without_operation(&mut tx).await?;
    drop(tx);
    let mut settling = JoinSet::new();
    for operation in open {
        if settling.len() >= SETTLED_AT_ONCE
            && let Some(settled) = settling.join_next().await
        {
            settled.map_err(|_| Refused::new(Code::Internal))??;
        }
        let app = Arc::clone(app);
        settling.spawn(async move { settle(&app, &operation).await });
    }
    while let Some(settled) = settling.join_next().await {
        settled.map_err(|_| Refused::new(Code::Internal))??;
    }
    for row in stranded {
        let mut row = Row::read(row)?;
        let mut tx = app.store.begin().await?;
        row.standing = Standing::Expired;
        if row.save(&mut tx).await.is_ok() {
            note(app, &mut tx, &row, Event::Expired, "nothing was under way", None).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
