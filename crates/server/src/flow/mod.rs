//! One attempt of a person, from its start to its end: the only room that knows all those below.
//!
//! A call comes in with the hash of the flow's token, is counted, decided and committed, and goes out as the envelope.
//! No answer waits for a gateway, and none says what a stranger may not know.

mod device;
mod ending;
mod envelope;
mod gate;
mod manage;
mod menu;
mod not_me;
mod row;
mod start;
mod tries;
mod write;

use latchkey_api::flow::{Answered, Call};
use latchkey_api::{Code, Flow, Method};

use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::message::queue::Pen;
use crate::refused::{Answer, Refused};
use crate::store::{self, Tx};

pub(crate) use device::remember_device;
pub(crate) use ending::{cancel, feedback};
pub(crate) use envelope::envelope;
pub(crate) use gate::challenge::challenge;
pub(crate) use gate::proof::proof;
pub(crate) use manage::{add, check, confirm, finish, remove};
pub(crate) use not_me::not_me;
pub(crate) use row::{Row, Standing, TokenHash, load};
pub(crate) use start::start;
pub(crate) use tries::tell_of_tries;
pub(crate) use write::finish::settle_lost;
pub(crate) use write::password::password;

/// `GET /v1/flow`: where it stands; a write whose answer was lost is asked after. Nothing else changes by it.
pub(crate) async fn show(app: &App, token: &TokenHash) -> Answer<Answered> {
    let mut row = row::look(app, token).await?;
    if row.standing == Standing::Working {
        write::finish::resolve(app, &row).await?;
        row = row::look(app, token).await?;
    }
    let shown = gate::proof::shown_again(app, &row)?;
    Ok(Answered { flow: envelope(app, &row).await?, shown })
}

/// `POST /v1/flow/extend`: somebody is still there and needs more time (AX-04); what was proven counts from now again.
pub(crate) async fn extend(app: &App, token: &TokenHash, revision: u32) -> Answer<Flow> {
    let mut row = answerable(app, token, revision, Call::Extend).await?;
    row.ends_at = row.ends_at.max(row.good_until(app, app.clock.now()).as_millisecond());
    let mut tx = app.store.begin().await?;
    // The revision stays: what somebody is typing in the meantime still answers it.
    store::flow::extend(&mut tx, row.id, i64::from(row.revision), row.ends_at).await?;
    tx.commit().await?;
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
pub(crate) async fn saved(app: &App, token: &TokenHash, row: &mut Row, mut tx: Tx) -> Answer<Tx> {
    match row.save(&mut tx).await {
        Ok(()) => Ok(tx),
        Err(refused) if refused.code() == Code::Stale => {
            // There is one connection, and what is shown is read with it.
            drop(tx);
            Err(stale(app, token).await)
        }
        Err(refused) => Err(refused),
    }
}

/// The events that end a flow, as metrics call them.
const ENDS: [(Event, &str); 5] = [
    (Event::Written, "done"),
    (Event::Finished, "done"),
    (Event::Blocked, "blocked"),
    (Event::Cancelled, "cancelled"),
    (Event::Expired, "expired"),
];

/// Writes a row into the audit, in the caller's transaction.
pub(crate) async fn note(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    event: Event,
    outcome: &str,
    method: Option<Method>,
) -> store::Result<()> {
    if event == Event::Started {
        app.metrics.flow_started(row.intent);
    }
    if let Some((_, outcome)) = ENDS.iter().find(|(end, _)| *end == event) {
        app.metrics.flow_ended(row.intent, outcome);
    }
    let entry = audit::Entry { flow: &row.public_id, subject: &row.subject, event, outcome, method };
    audit::append(tx, &app.keys, app.clock.now(), &entry).await
}

/// What messages of this server are written with.
pub(crate) fn pen(app: &App) -> Pen<'_> {
    app.pen()
}
