//! `POST /v1/flow/password`: the one call that sets a password, at most once for each idempotency key.

use std::sync::Arc;

use latchkey_api::flow::{Call, NewPassword};
use latchkey_api::password::{Refusal, refusals};
use latchkey_api::{Code, Flow};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::{Row, TokenHash, answerable, envelope, finish, load, note, stale};
use crate::app::App;
use crate::audit::Event;
use crate::crypt::turns::{Asker, Work};
use crate::directory::Written;
use crate::keys::Use;
use crate::problem::{Answer, Refused};

pub(crate) async fn password(app: &Arc<App>, token: &TokenHash, key: Uuid, request: NewPassword) -> Answer<Flow> {
    let NewPassword { revision, new_password: new } = request;
    let body_mac = app.keys.mac(Use::Body, &[new.expose_secret().as_bytes()]);
    let row = load(app, token).await?;
    if let Some(first) = earlier(app, &row, key).await? {
        return replay(app, token, first, &body_mac).await;
    }
    let row = answerable(app, token, revision, Call::Password).await?;
    let account = row.account.clone().ok_or_else(|| Refused::new(Code::Internal))?;
    let found = broken_rules(app, row.id, &account, &new).await?;
    if !found.is_empty() {
        return refuse_at_once(app, token, row, key, &body_mac, found).await;
    }
    let intended = finish::intend(app, row, &account, &key.to_string(), &body_mac).await;
    let (row, operation, under_way) = match intended {
        Ok(intended) => intended,
        Err(refused) if refused.code() == Code::Stale => return Err(stale(app, token).await),
        Err(refused) => return Err(refused),
    };
    // On a task of its own: a caller that hangs up does not leave a write half done.
    let task = {
        let app = Arc::clone(app);
        tokio::spawn(async move { finish::write_password(&app, row, operation, under_way, new).await })
    };
    match task.await.map_err(|_| Refused::new(Code::Internal))? {
        Ok(written) => answer_of(app, token, written).await,
        Err(refused) => Err(refused.with_flow(envelope(app, &load(app, token).await?).await?)),
    }
}

/// What an operation came to, as its caller sees it.
async fn answer_of(app: &App, token: &TokenHash, written: Written) -> Answer<Flow> {
    let row = load(app, token).await?;
    let flow = envelope(app, &row).await?;
    match written {
        Written::Applied { .. } => Ok(flow),
        Written::Refused(found) => Err(Refused::new(Code::PasswordRefused).with_refusals(found).with_flow(flow)),
        Written::Overtaken => Err(Refused::new(Code::Unavailable).retry_after(1).with_flow(flow)),
    }
}

struct Earlier {
    body_mac: Vec<u8>,
    state: String,
    refusals: Option<String>,
}

async fn earlier(app: &App, row: &Row, key: Uuid) -> Answer<Option<Earlier>> {
    let found: Option<(Vec<u8>, String, Option<String>)> =
        sqlx::query_as("SELECT body_mac, state, refusals FROM operations WHERE flow_id = ? AND idempotency_key = ?")
            .bind(row.id)
            .bind(key.to_string())
            .fetch_optional(app.store.pool())
            .await?;
    Ok(found.map(|(body_mac, state, refusals)| Earlier { body_mac, state, refusals }))
}

/// The answer that the first call with this key had, or will have; nothing is done again (R02).
async fn replay(app: &App, token: &TokenHash, first: Earlier, body_mac: &[u8]) -> Answer<Flow> {
    if !bool::from(first.body_mac.as_slice().ct_eq(body_mac)) {
        let flow = envelope(app, &load(app, token).await?).await?;
        return Err(Refused::new(Code::IdempotencyMismatch).with_flow(flow));
    }
    let written = match first.state.as_str() {
        "refused" => Written::Refused(first.refusals.map_or(Ok(Vec::new()), |json| serde_json::from_str(&json))?),
        "not_applied" => Written::Overtaken,
        _ => return super::show(app, token).await,
    };
    answer_of(app, token, written).await
}

async fn broken_rules(app: &App, flow: i64, account: &str, new: &SecretString) -> Answer<Vec<Refusal>> {
    let _turn = app.turns.take(Work::Rating, Asker::Flow(flow)).await?;
    let policy = app.directory.policy(account).await?;
    let new = new.clone();
    Ok(app.hashing.on_a_core(move |_| refusals(&policy.rules, &policy.account, None, &new)).await?)
}

/// The rules refuse before the directory is asked; the step stays.
async fn refuse_at_once(
    app: &App,
    token: &TokenHash,
    row: Row,
    key: Uuid,
    body_mac: &[u8],
    found: Vec<Refusal>,
) -> Answer<Flow> {
    let mut db = app.store.begin().await?;
    let account = row.account.as_deref().unwrap_or_default();
    let operation = finish::Operation::new(&row, account, None)?;
    operation.insert(&mut db, &key.to_string(), body_mac, "refused", app.clock.now()).await?;
    sqlx::query("UPDATE operations SET refusals = ? WHERE id = ?")
        .bind(serde_json::to_string(&found)?)
        .bind(&operation.id)
        .execute(&mut *db)
        .await?;
    note(app, &mut db, &row, Event::WriteRefused, "by the rules", None).await?;
    db.commit().await?;
    answer_of(app, token, Written::Refused(found)).await
}
