//! `POST /v1/flow/password`: the one call that sets a password, at most once for each idempotency key.

use std::sync::Arc;

use latchkey_api::flow::{Call, NewPassword, Step};
use latchkey_api::password::Refusal;
use latchkey_api::{Code, Flow, Intent};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::finish::{self, Intended};
use crate::app::App;
use crate::crypt::audit::Event;
use crate::crypt::keys::Use;
use crate::crypt::same::same;
use crate::crypt::turns::{Asker, Work};
use crate::flow::answering::{answerable, load, note, stale};
use crate::flow::envelope::envelope;
use crate::flow::row::{Row, TokenHash};
use crate::operation::{self, Came, Operation, Request, Write};
use crate::person::methods::known;
use crate::person::policy;
use crate::points::{Point, passed};
use crate::refused::{Answer, Refused};
use crate::typed::blocklist::{self, Context};

pub(crate) async fn password(app: &Arc<App>, token: &TokenHash, key: Uuid, asked: NewPassword) -> Answer<Flow> {
    let NewPassword { revision, new_password: new, current_password: old } = asked;
    let old_bytes = old.as_ref().map_or(&b""[..], |old| old.expose_secret().as_bytes());
    let body_mac = app.keys.mac(Use::Body, &[new.expose_secret().as_bytes(), old_bytes]);
    let key = key.to_string();
    let request = Request { key: &key, body_mac: &body_mac };
    let _alone = app.turns.alone(token.as_bytes()).await?;
    let row = load(app, token).await?;
    if let Some(first) = earlier(app, &row, &key).await? {
        return replay(app, token, &first, &body_mac).await;
    }
    let mut row = answerable(app, token, revision, Call::Password).await?;
    let account = row.account.clone().ok_or_else(|| Refused::new(Code::Internal))?;
    let write = match (row.intent, old) {
        (Intent::Change, Some(old)) => Write::ChangePassword { old, new: new.clone() },
        (Intent::Reset, None) => Write::SetPassword(new.clone()),
        (Intent::Change, None) | (Intent::Reset, Some(_)) | (Intent::Unlock | Intent::Register, _) => {
            return Err(Refused::new(Code::NotAllowed).with_flow(envelope(app, &row).await?));
        }
    };
    let operation = loop {
        let found = broken_rules(app, &row, &account, &new).await?;
        if !found.is_empty() {
            return refuse_at_once(app, token, &row, request, &found).await;
        }
        passed(Point::GrantShown);
        match finish::intend(app, row, &account, request).await {
            Ok(Intended::Now(operation)) => break operation,
            Ok(Intended::Before) => return replayed(app, token, &key, &body_mac).await,
            Ok(Intended::NotYet(moved)) => row = *moved,
            Err(refused) if refused.code() == Code::Stale => return Err(stale(app, token).await),
            Err(refused) => return Err(refused),
        }
    };
    drop(new);
    match finish::write(app, operation, write).await? {
        Some(came) => {
            let answer = answer_of(app, token, came).await;
            passed(Point::AnswerMade);
            answer
        }
        // The write is under way, or nobody knows yet what came of it: the envelope says `working`.
        None => envelope(app, &load(app, token).await?).await,
    }
}

/// What an operation came to, as its caller sees it.
async fn answer_of(app: &App, token: &TokenHash, came: Came) -> Answer<Flow> {
    let flow = envelope(app, &load(app, token).await?).await?;
    match came {
        Came::Written { .. } | Came::Unknown => Ok(flow),
        Came::Refused(found) => Err(Refused::new(Code::PasswordRefused).with_refusals(found).with_flow(flow)),
        Came::OldWrong => Err(Refused::new(Code::CurrentPasswordWrong).with_flow(flow)),
        // Another flow was faster, and has ended this one.
        Came::NotWritten if matches!(flow.step, Step::Cancelled) => Err(Refused::new(Code::Stale).with_flow(flow)),
        Came::NotWritten => Err(Refused::new(Code::Unavailable).retry_after(1).with_flow(flow)),
    }
}

async fn earlier(app: &App, row: &Row, key: &str) -> Answer<Option<Operation>> {
    let mut tx = app.store.read().await?;
    Ok(operation::of_key(&mut tx, row.id, key).await?)
}

/// The same for calls that came at once: another one was faster with this key.
async fn replayed(app: &App, token: &TokenHash, key: &str, body_mac: &[u8]) -> Answer<Flow> {
    let row = load(app, token).await?;
    match earlier(app, &row, key).await? {
        Some(first) => replay(app, token, &first, body_mac).await,
        None => Err(stale(app, token).await),
    }
}

/// The answer that the first call with this key had, or will have; nothing is done again (R02).
async fn replay(app: &App, token: &TokenHash, first: &Operation, body_mac: &[u8]) -> Answer<Flow> {
    if !same(first.body_mac(), body_mac) {
        let flow = envelope(app, &load(app, token).await?).await?;
        return Err(Refused::new(Code::IdempotencyMismatch).with_flow(flow));
    }
    match first.came()? {
        Some(Came::Written { .. }) | None => envelope(app, &finish::resolved(app, token).await?).await,
        Some(came) => answer_of(app, token, came).await,
    }
}

async fn broken_rules(app: &App, row: &Row, account: &str, new: &SecretString) -> Answer<Vec<Refusal>> {
    let _turn = app.turns.take(Work::Rating, Asker::Flow(row.id)).await?;
    let policy = policy::of(app, account, &row.policy.password).await?;
    let person = known::of(app, account).await?;
    let campus = app.config.campus.words();
    let new = new.clone();
    let judge = move || {
        let context = Context { campus: &campus, person: &person, account: &policy.account };
        blocklist::refusals(&policy.rules, context, &new)
    };
    Ok(app.hashing.on_a_core(move |_| judge()).await?)
}

/// The rules refuse before the directory is asked; the step stays.
async fn refuse_at_once(
    app: &App,
    token: &TokenHash,
    row: &Row,
    request: Request<'_>,
    found: &[Refusal],
) -> Answer<Flow> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let account = row.account.as_deref().unwrap_or_default();
    if !operation::refused(&mut tx, now, row.id, account, request, found).await? {
        drop(tx);
        return replayed(app, token, request.key, request.body_mac).await;
    }
    note(app, &mut tx, row, Event::WriteRefused, "by the rules", None).await?;
    tx.commit().await?;
    answer_of(app, token, Came::Refused(found.to_vec())).await
}
