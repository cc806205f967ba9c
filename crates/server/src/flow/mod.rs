//! A flow: where it stands, how it starts, what it shows.

mod binding;
mod challenge;
mod confirm;
mod feedback;
mod finish;
mod manage;
mod means;
mod not_me;
mod notices;
mod password;
mod pending;
mod proof;
mod row;
mod start;

use jiff::Timestamp;
use latchkey_api::flow::{
    Blocked, Call, ChooseMethod, CodeAsked, Done, Gate, MethodChoice, Prove, Question, SetPassword,
};
use latchkey_api::{Code, Flow, Method, Step};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::later;
use crate::limits::{Budget, DAY, HOUR, MINUTE};
use crate::problem::{Answer, Refused};

pub(crate) use challenge::challenge;
pub(crate) use confirm::confirm;
pub(crate) use feedback::feedback;
pub(crate) use finish::settle_lost;
pub(crate) use manage::finish;
pub(crate) use means::{add, check, remove};
pub(crate) use not_me::not_me;
pub(crate) use password::password;
pub(crate) use proof::proof;
pub(crate) use row::{Row, Standing, TokenHash, load};
pub(crate) use start::{canonical, start};

/// `GET /v1/flow`: where it stands, and somebody is still there (AX-04); a write whose answer was lost is asked after.
pub(crate) async fn show(app: &App, token: &TokenHash) -> Answer<Flow> {
    let mut row = load(app, token).await?;
    if row.standing == Standing::Working {
        finish::resolve(app, &row).await?;
        let row = load(app, token).await?;
        return envelope(app, &row).await;
    }
    if !row.standing.is_over() {
        row.ends_at = row.ends_at.max(row.good_until(app, app.clock.now()).as_millisecond());
        sqlx::query("UPDATE flows SET ends_at = ? WHERE id = ? AND revision = ?")
            .bind(row.ends_at)
            .bind(row.id)
            .bind(row.revision)
            .execute(app.store.pool())
            .await?;
    }
    envelope(app, &row).await
}

/// `POST /v1/flow/cancel`
pub(crate) async fn cancel(app: &App, token: &TokenHash, revision: u32) -> Answer<Flow> {
    let mut row = answerable(app, token, revision, Call::Cancel).await?;
    let mut db = app.store.begin().await?;
    row.standing = Standing::Cancelled;
    row.save(&mut db).await?;
    void_challenges(&mut db, row.id).await?;
    pending::drop_of(&mut db, row.id).await?;
    note(app, &mut db, &row, Event::Cancelled, "by the person", None).await?;
    db.commit().await?;
    envelope(app, &row).await
}

/// The flow of a token, if the call answers its current revision and its step takes the call.
pub(crate) async fn answerable(app: &App, token: &TokenHash, revision: u32, call: Call) -> Answer<Row> {
    let row = load(app, token).await?;
    if row.revision != revision {
        return Err(Refused::new(Code::Stale).with_flow(envelope(app, &row).await?));
    }
    if !row.allowed().contains(&call) {
        return Err(Refused::new(Code::NotAllowed).with_flow(envelope(app, &row).await?));
    }
    Ok(row)
}

/// Somebody else was faster: the answer shows where the flow stands by now.
pub(crate) async fn stale(app: &App, token: &TokenHash) -> Refused {
    let current = async { envelope(app, &load(app, token).await?).await };
    match current.await {
        Ok(flow) => Refused::new(Code::Stale).with_flow(flow),
        Err(refused) => refused,
    }
}

/// Saves a flow in a transaction and gives that back, or says what came before.
pub(crate) async fn saved<'a>(
    app: &App,
    token: &TokenHash,
    row: &mut Row,
    mut db: Transaction<'a, Sqlite>,
) -> Answer<Transaction<'a, Sqlite>> {
    match row.save(&mut db).await {
        Ok(()) => Ok(db),
        Err(refused) if refused.code() == Code::Stale => {
            // There is one connection, and what is shown is read with it.
            drop(db);
            Err(stale(app, token).await)
        }
        Err(refused) => Err(refused),
    }
}

/// Writes a row into the audit, in the caller's transaction.
pub(crate) async fn note(
    app: &App,
    db: &mut SqliteConnection,
    row: &Row,
    event: Event,
    outcome: &str,
    method: Option<Method>,
) -> sqlx::Result<()> {
    let entry = audit::Entry { flow: &row.public_id, subject: &row.subject, event, outcome, method };
    audit::append(db, &app.keys, app.clock.now(), &entry).await
}

/// Ends all that a flow has asked for.
pub(crate) async fn void_challenges(db: &mut SqliteConnection, flow: i64) -> sqlx::Result<()> {
    sqlx::query("UPDATE challenges SET state = 'void', code_mac = NULL WHERE flow_id = ? AND state = 'open'")
        .bind(flow)
        .execute(db)
        .await?;
    Ok(())
}

/// Whole seconds, so that the length of an answer tells nothing (EN-06).
fn in_seconds(then: Timestamp) -> Timestamp {
    Timestamp::from_second(then.as_second()).unwrap_or(then)
}

/// What is asked of the person at the moment.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Challenge {
    pub(crate) id: i64,
    pub(crate) code_mac: Option<Vec<u8>>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) resend_at: Option<i64>,
    pub(crate) tries: u32,
    pub(crate) max_tries: u32,
    pub(crate) state: String,
}

/// The last challenge of a flow.
pub(crate) async fn asked(db: &mut SqliteConnection, flow: i64) -> sqlx::Result<Option<Challenge>> {
    sqlx::query_as(
        "SELECT id, code_mac, expires_at, resend_at, tries, max_tries, state FROM challenges
         WHERE flow_id = ? ORDER BY id DESC LIMIT 1",
    )
    .bind(flow)
    .fetch_optional(db)
    .await
}

/// The tries of one method of one account.
pub(crate) fn tries_of<'a>(app: &App, subject: &'a [u8], method: Method) -> Budget<'a> {
    let limits = &app.config.limits;
    let (most, within_seconds) = match method {
        Method::CurrentPassword => (limits.tries_of_current_password, 30 * MINUTE),
        Method::Questions => (limits.tries_of_questions, DAY),
        Method::TextMobile
        | Method::CallMobile
        | Method::CallOffice
        | Method::Email
        | Method::Totp
        | Method::RecoveryCode
        | Method::HelpdeskPass => (limits.tries_per_method, DAY),
    };
    Budget { what: method.as_str(), whose: subject, most, within_seconds }
}

/// The tries of one account over all methods.
pub(crate) fn tries_in_all<'a>(app: &App, subject: &'a [u8]) -> Budget<'a> {
    Budget { what: "tries", whose: subject, most: app.config.limits.tries_in_all, within_seconds: DAY }
}

/// The flows of one account.
pub(crate) fn starts<'a>(app: &App, subject: &'a [u8]) -> [Budget<'a>; 2] {
    let limits = &app.config.limits;
    [
        Budget { what: "starts/h", whose: subject, most: limits.starts_per_hour, within_seconds: HOUR },
        Budget { what: "starts/d", whose: subject, most: limits.starts_per_day, within_seconds: DAY },
    ]
}

/// What the app is shown.
pub(crate) async fn envelope(app: &App, row: &Row) -> Answer<Flow> {
    let step = match row.standing {
        Standing::ChooseMethod => Step::ChooseMethod { choose_method: ChooseMethod { methods: choices(app, row) } },
        Standing::Prove => Step::Prove { prove: prove(app, row).await? },
        Standing::SetPassword => {
            let policy = app.directory.policy(row.account.as_deref().unwrap_or_default()).await?;
            Step::SetPassword { set_password: SetPassword { rules: policy.rules } }
        }
        Standing::Manage => Step::Manage { manage: manage::shown(app, row).await? },
        Standing::Working => Step::Working,
        Standing::Done => Step::Done { done: row.done.clone().unwrap_or_else(|| unfinished(app)) },
        Standing::Blocked => {
            Step::Blocked { blocked: Blocked { until: row.blocked_until.map(crate::clock::at).map(in_seconds) } }
        }
        Standing::Cancelled => Step::Cancelled,
        Standing::Expired => Step::Expired,
    };
    Ok(Flow {
        flow_id: row.public_id.clone(),
        revision: row.revision,
        intent: row.intent,
        now: in_seconds(app.clock.now()),
        expires_at: in_seconds(row.expires_at(app)),
        gate: row.gate(),
        allowed: row.allowed(),
        step,
    })
}

fn unfinished(app: &App) -> Done {
    Done { changed_at: app.clock.now(), unlocked: false, old_password_may_work_until: None }
}

fn choices(app: &App, row: &Row) -> Vec<MethodChoice> {
    start::pairing(app)
        .open(&row.menu, &row.passed)
        .into_iter()
        .map(|offer| MethodChoice { method: offer.method, destination: offer.method.destination() })
        .collect()
}

async fn prove(app: &App, row: &Row) -> Answer<Prove> {
    let method = row.asked.unwrap_or(Method::CurrentPassword);
    let mut db = app.store.begin().await?;
    let challenge = asked(&mut db, row.id).await?;
    let left = tries_of(app, &row.subject, method).left(&mut db, app.clock.now()).await?;
    db.commit().await?;
    let open = challenge.as_ref().filter(|challenge| challenge.state == "open");
    let attempts_left = open.map_or(0, |challenge| challenge.max_tries.saturating_sub(challenge.tries)).min(left);
    let sent = |code: CodeAsked| CodeAsked {
        expires_at: challenge.as_ref().and_then(|c| c.expires_at).map(crate::clock::at).map(in_seconds),
        // The next whole second: not before the server takes it.
        resend_at: challenge.as_ref().and_then(|c| c.resend_at).map(|at| in_seconds(crate::clock::at(at + 999))),
        ..code
    };
    let limits = &app.config.limits;
    let code = |length| CodeAsked { length, expires_at: None, resend_at: None };
    let code = match method {
        Method::TextMobile | Method::Email => Some(sent(code(limits.code_digits))),
        Method::CallMobile | Method::CallOffice => Some(sent(code(limits.spoken_code_digits))),
        Method::Totp => Some(code(proof::TOTP_DIGITS)),
        Method::RecoveryCode => Some(code(16)),
        Method::HelpdeskPass => Some(code(u8::try_from(crate::passes::LENGTH).unwrap_or(u8::MAX))),
        Method::Questions | Method::CurrentPassword => None,
    };
    let questions = if method == Method::Questions { row.questions.clone() } else { Vec::new() };
    let questions = questions.into_iter().map(|id| Question { id }).collect();
    Ok(Prove { method, code, questions, attempts_left })
}

impl Row {
    /// When the flow ends if nothing happens.
    pub(crate) fn expires_at(&self, app: &App) -> Timestamp {
        let ends_at = crate::clock::at(self.ends_at);
        if self.standing.is_over() {
            return ends_at;
        }
        later(crate::clock::at(self.touched_at), app.config.limits.flow_idle_seconds).min(ends_at)
    }

    /// How long what has been proven is good for, from now; never longer than the flow itself.
    pub(crate) fn good_until(&self, app: &App, now: Timestamp) -> Timestamp {
        let limits = &app.config.limits;
        let whole = later(crate::clock::at(self.started_at), limits.flow_seconds);
        match self.standing {
            Standing::SetPassword => later(now, limits.grant_seconds).min(whole),
            Standing::ChooseMethod | Standing::Prove if !self.passed.is_empty() => {
                later(now, limits.gate_seconds).min(whole)
            }
            Standing::ChooseMethod
            | Standing::Prove
            | Standing::Manage
            | Standing::Working
            | Standing::Done
            | Standing::Blocked
            | Standing::Cancelled
            | Standing::Expired => whole,
        }
    }

    fn gate(&self) -> Option<Gate> {
        let number = u8::try_from(self.passed.len()).unwrap_or(u8::MAX).saturating_add(1);
        let asks = matches!(self.standing, Standing::ChooseMethod | Standing::Prove);
        asks.then_some(Gate { number, of: self.gates })
    }

    fn allowed(&self) -> Vec<Call> {
        match self.standing {
            Standing::ChooseMethod => vec![Call::Challenge, Call::Cancel],
            Standing::Prove if self.asked == Some(Method::CurrentPassword) => vec![Call::Proof, Call::Cancel],
            Standing::Prove => vec![Call::Challenge, Call::Proof, Call::Cancel],
            Standing::SetPassword => vec![Call::Password, Call::Cancel],
            Standing::Manage => vec![Call::Methods, Call::Finish, Call::Cancel],
            Standing::Done if !self.feedback_given => vec![Call::Feedback],
            Standing::Working | Standing::Done | Standing::Blocked | Standing::Cancelled | Standing::Expired => vec![],
        }
    }
}
