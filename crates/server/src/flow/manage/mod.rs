//! The step `manage`: what an account has set up is changed, for as long as its last proof is fresh.

mod binding;
mod confirm;
mod means;

use latchkey_api::flow::{Call, Done, Finish};
use latchkey_api::{Code, Flow, Method};

use super::answering::{answerable, note, saved};
use super::ending::no_longer_served;
use super::envelope::envelope;
use super::envelope::menu::gates_at_first;
use super::row::{Row, Standing, TokenHash};
use super::start::ask_for_password;
use crate::app::App;
use crate::crypt::audit::Event;
use crate::person::people;
use crate::refused::{Answer, Refused};
use crate::store;

pub(crate) use confirm::confirm;
pub(crate) use means::{add, check, remove};

/// `POST /v1/flow/finish`: setting up is done.
pub(crate) async fn finish(app: &App, token: &TokenHash, request: Finish) -> Answer<Flow> {
    let mut row = answerable(app, token, request.revision, Call::Finish).await?;
    let tx = app.store.begin().await?;
    row.standing = Standing::Done;
    let changed_at = app.clock.now();
    row.done =
        Some(Done { changed_at, unlocked: false, may_be_locked_elsewhere: false, old_password_may_work_until: None });
    let mut tx = saved(app, token, &mut row, tx).await?;
    store::pending::clear(&mut tx, row.id).await?;
    note(app, &mut tx, &row, Event::Finished, row.intent.as_str(), None).await?;
    tx.commit().await?;
    envelope(app, &row).await
}

/// The flow of a token, if what is set up may be changed in it now; if its proof is too old, the flow asks for another.
pub(super) async fn changeable(app: &App, token: &TokenHash, revision: u32) -> Answer<Row> {
    let mut row = answerable(app, token, revision, Call::Methods).await?;
    let mut tx = app.store.read().await?;
    let served = people::is_served(app, &mut tx, &row.owner()?).await?;
    drop(tx);
    if !served {
        return Err(no_longer_served(app, row).await?);
    }
    if app.clock.now() < row.fresh_until(app) {
        return Ok(row);
    }
    let tx = app.store.begin().await?;
    row.standing = Standing::Prove;
    row.asked = Some(Method::CurrentPassword);
    row.passed.clear();
    row.menu.clear();
    row.gates = gates_at_first(&row.policy, row.intent);
    let mut tx = saved(app, token, &mut row, tx).await?;
    ask_for_password(app, &mut tx, &row).await?;
    note(app, &mut tx, &row, Event::ProofAskedAgain, "the last one is too old", None).await?;
    tx.commit().await?;
    Err(Refused::new(Code::ProofNeeded).with_flow(envelope(app, &row).await?))
}
