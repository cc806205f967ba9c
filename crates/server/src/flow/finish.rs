//! The write into the directory: intended and audited first, then done, then known for certain.

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_api::flow::Done;
use latchkey_api::{Code, Flow, Intent};
use secrecy::SecretString;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::notices::{self, Owed};
use super::row::by_id;
use super::{Row, Standing, TokenHash, envelope, load, note};
use crate::app::App;
use crate::audit::Event;
use crate::delivery::Kind;
use crate::directory::{self, Outcome, Written};
use crate::problem::{Answer, Refused};
use crate::registry::{self, Registered};
use crate::{random, undo};

/// One write to be, or that may have been.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Operation {
    pub(crate) id: String,
    flow_id: i64,
    account_id: String,
    marker_before: Option<String>,
}

impl Operation {
    pub(crate) fn new(row: &Row, account: &str, marker_before: Option<String>) -> Answer<Self> {
        Ok(Self { id: random::id()?, flow_id: row.id, account_id: account.to_owned(), marker_before })
    }

    fn asked_for(&self) -> directory::Operation<'_> {
        directory::Operation { account: &self.account_id, id: &self.id, after: self.marker_before.as_deref() }
    }

    pub(crate) async fn insert(
        &self,
        db: &mut SqliteConnection,
        key: &str,
        body_mac: &[u8],
        state: &str,
        now: Timestamp,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO operations (id, flow_id, account_id, idempotency_key, body_mac, marker_before, state, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&self.id)
        .bind(self.flow_id)
        .bind(&self.account_id)
        .bind(key)
        .bind(body_mac)
        .bind(&self.marker_before)
        .bind(state)
        .bind(now.as_millisecond())
        .execute(db)
        .await?;
        Ok(())
    }
}

/// Holds an operation's place among those under way, however its write ends.
pub(crate) struct UnderWay(Arc<App>, String);

impl UnderWay {
    fn begin(app: &Arc<App>, id: &str) -> Self {
        app.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(id.to_owned());
        Self(Arc::clone(app), id.to_owned())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&self.1);
    }
}

/// Commits the intent, its audit row and the use of the grant together (LG-04): from here on it is `working`.
pub(crate) async fn intend(
    app: &Arc<App>,
    mut row: Row,
    account: &str,
    key: &str,
    body_mac: &[u8],
) -> Answer<(Row, Operation, UnderWay)> {
    let marker = app.directory.marker(account).await?;
    let operation = Operation::new(&row, account, marker)?;
    let mut db = app.store.begin().await?;
    let under_way = UnderWay::begin(app, &operation.id);
    row.standing = Standing::Working;
    row.save(&mut db).await?;
    operation.insert(&mut db, key, body_mac, "intent", app.clock.now()).await?;
    note(app, &mut db, &row, Event::WriteIntended, row.intent.as_str(), None).await?;
    db.commit().await?;
    Ok((row, operation, under_way))
}

/// Sets the password and writes down what came of it.
pub(crate) async fn write_password(
    app: &App,
    row: Row,
    operation: Operation,
    under_way: UnderWay,
    new: SecretString,
) -> Answer<Written> {
    let written = app.directory.set_password(operation.asked_for(), &new).await;
    drop(new);
    let written = match written {
        Ok(written) => written,
        Err(error) => {
            // Whether it was applied is not known; the flow stays `working` until the directory tells.
            tracing::warn!(%error, flow = row.public_id, "the directory's answer was lost");
            drop(under_way);
            resolve(app, &row).await?;
            return Err(Refused::new(Code::Unavailable).retry_after(1));
        }
    };
    conclude(app, &operation, &written).await?;
    drop(under_way);
    notices::send(app).await;
    Ok(written)
}

/// Lifts the lock after the second gate, in the transaction that passed it; `marker` is what the account bears.
pub(crate) async fn unlock(
    app: &Arc<App>,
    token: &TokenHash,
    row: Row,
    marker: Option<String>,
    mut db: Transaction<'_, Sqlite>,
) -> Answer<Flow> {
    let account = row.account.as_deref().ok_or_else(|| Refused::new(Code::Internal))?;
    let operation = Operation::new(&row, account, marker)?;
    operation.insert(&mut db, "unlock", &[], "intent", app.clock.now()).await?;
    note(app, &mut db, &row, Event::WriteIntended, row.intent.as_str(), None).await?;
    let under_way = UnderWay::begin(app, &operation.id);
    db.commit().await?;
    let written = app.directory.unlock(operation.asked_for()).await?;
    conclude(app, &operation, &written).await?;
    drop(under_way);
    notices::send(app).await;
    let row = load(app, token).await?;
    envelope(app, &row).await
}

/// Writes down what an operation came to: the end of the flow, or back to where a password is chosen.
async fn conclude(app: &App, operation: &Operation, written: &Written) -> Answer<()> {
    let now = app.clock.now();
    let mut db = app.store.begin().await?;
    let state = match written {
        Written::Applied { .. } => "done",
        Written::Refused(_) => "refused",
        Written::Overtaken => "not_applied",
    };
    let refusals = match written {
        Written::Refused(found) => Some(serde_json::to_string(found)?),
        Written::Applied { .. } | Written::Overtaken => None,
    };
    let first = sqlx::query("UPDATE operations SET state = ?, refusals = ? WHERE id = ? AND state = 'intent'")
        .bind(state)
        .bind(refusals)
        .bind(&operation.id)
        .execute(&mut *db)
        .await?;
    let Some(mut row) = by_id(&mut db, operation.flow_id).await? else { return Ok(()) };
    if first.rows_affected() != 1 || row.standing != Standing::Working {
        return Ok(());
    }
    match written {
        Written::Applied { unlocked } => {
            row.standing = Standing::Done;
            row.done = Some(Done { changed_at: now, unlocked: *unlocked, old_password_may_work_until: None });
            row.save(&mut db).await?;
            note(app, &mut db, &row, Event::Written, row.intent.as_str(), None).await?;
            super::void_challenges(&mut db, row.id).await?;
            let why = "another flow has finished";
            end_others(app, &mut db, &operation.account_id, Some(row.id), why).await?;
            owe_notices(app, &mut db, &row, operation, now).await?;
        }
        Written::Refused(_) | Written::Overtaken => {
            let event = if state == "refused" { Event::WriteRefused } else { Event::WriteLost };
            // Both gates were passed and nothing was written: another password may be tried. An unlock starts anew.
            row.standing = if row.intent == Intent::Unlock { Standing::Expired } else { Standing::SetPassword };
            row.touched_at = now.as_millisecond();
            row.save(&mut db).await?;
            note(app, &mut db, &row, event, "by the directory", None).await?;
        }
    }
    db.commit().await?;
    Ok(())
}

/// Ends every open flow of an account but one, and every code (FL-14).
pub(super) async fn end_others(
    app: &App,
    db: &mut SqliteConnection,
    account: &str,
    but: Option<i64>,
    why: &str,
) -> Answer<()> {
    let open: Vec<(i64,)> = sqlx::query_as(
        "SELECT id FROM flows
         WHERE account_id = ? AND id IS NOT ? AND step IN ('choose_method', 'prove', 'set_password', 'manage')",
    )
    .bind(account)
    .bind(but)
    .fetch_all(&mut *db)
    .await?;
    for (id,) in open {
        let Some(mut other) = by_id(db, id).await? else { continue };
        other.standing = Standing::Cancelled;
        other.save(db).await?;
        super::void_challenges(db, id).await?;
        super::pending::drop_of(db, id).await?;
        note(app, db, &other, Event::Voided, why, None).await?;
    }
    Ok(())
}

/// Notices to every address that was not used to get here; to all, if all were (FL-15).
async fn owe_notices(
    app: &App,
    db: &mut SqliteConnection,
    row: &Row,
    operation: &Operation,
    now: Timestamp,
) -> Answer<()> {
    let account = operation.account_id.as_str();
    let reachable = registry::of(db, account).await?.into_iter().filter(|found| Kind::of(found.method).is_some());
    let used = |found: &Registered| row.passed.iter().any(|passed| passed.device == found.offer().device);
    let (used, unused): (Vec<_>, Vec<_>) = reachable.partition(used);
    let text = match row.intent {
        Intent::Reset | Intent::Register => "notice-reset",
        Intent::Change => "notice-change",
        Intent::Unlock => "notice-unlock",
    };
    let new = undo::New { account, flow: &row.public_id, language: &row.language, before: None };
    let undo = undo::keep(db, &app.keys, &new, now).await?;
    let owed = Owed {
        event: &operation.id,
        account,
        text,
        means: None,
        language: &row.language,
        flow: &row.public_id,
        undo: Some(undo),
    };
    notices::owe(db, &owed, if unused.is_empty() { &used } else { &unused }, now).await
}

/// Asks the directory what became of a flow's write; not while this process is still at it.
pub(crate) async fn resolve(app: &App, row: &Row) -> Answer<()> {
    let operation: Option<Operation> = sqlx::query_as(
        "SELECT id, flow_id, account_id, marker_before FROM operations WHERE flow_id = ? AND state = 'intent'",
    )
    .bind(row.id)
    .fetch_optional(app.store.pool())
    .await?;
    let Some(operation) = operation else { return Ok(()) };
    if app.under_way.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&operation.id) {
        return Ok(());
    }
    let written = match app.directory.settle(operation.asked_for()).await {
        Ok(Outcome::Applied) => Written::Applied { unlocked: row.intent == Intent::Unlock },
        Ok(Outcome::NotApplied) => Written::Overtaken,
        Err(error) => {
            tracing::warn!(%error, flow = row.public_id, "the directory cannot be asked yet");
            return Ok(());
        }
    };
    conclude(app, &operation, &written).await
}

/// At the start: every write that a crash has left open is asked after, every notice that is owed is sent.
pub(crate) async fn settle_lost(app: &App) -> Answer<()> {
    let flows: Vec<(i64,)> =
        sqlx::query_as("SELECT flow_id FROM operations WHERE state = 'intent'").fetch_all(app.store.pool()).await?;
    for (id,) in flows {
        let mut db = app.store.begin().await?;
        let row = by_id(&mut db, id).await?;
        db.commit().await?;
        if let Some(row) = row {
            resolve(app, &row).await?;
        }
    }
    notices::send(app).await;
    Ok(())
}
