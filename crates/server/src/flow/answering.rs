//! What every call of a flow does: the flow of its token is found, is checked against what the call answers, and is
//! written as its next revision with a row in the audit.

use jiff::Timestamp;
use latchkey_api::flow::Call;
use latchkey_api::{Code, Method};

use super::envelope::envelope;
use super::moved::{is_behind, keep_up};
use super::row::{Row, Standing, TokenHash};
use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::guard::budget::{Spent, seconds_until};
use crate::guard::suspension;
use crate::refused::{Answer, Refused};
use crate::store::{self, Tx};

/// The flow of a token; one whose time has passed has expired by that. Every call but a look says that somebody is
/// still there.
pub(crate) async fn load(app: &App, token: &TokenHash) -> Answer<Row> {
    let mut tx = app.store.begin().await?;
    let mut row = found(&mut tx, token).await?;
    if end_if_over(app, &mut tx, &mut row).await? || row.is_settled() {
        tx.commit().await?;
        return Ok(row);
    }
    if keep_up(app, &mut tx, &mut row).await? {
        row.save(&mut tx).await?;
    }
    row.touched_at = app.clock.now().as_millisecond();
    store::flow::touch(&mut tx, row.id, row.touched_at).await?;
    tx.commit().await?;
    Ok(row)
}

/// The same for a look, which writes nothing unless the flow's time has passed or its person has moved.
pub(crate) async fn look(app: &App, token: &TokenHash) -> Answer<Row> {
    let mut tx = app.store.read().await?;
    let row = found(&mut tx, token).await?;
    if row.is_settled() || (app.clock.now() < row.expires_at(app) && !is_behind(app, &mut tx, &row).await?) {
        return Ok(row);
    }
    drop(tx);
    let mut tx = app.store.begin().await?;
    let mut row = found(&mut tx, token).await?;
    if !end_if_over(app, &mut tx, &mut row).await? && !row.is_settled() && keep_up(app, &mut tx, &mut row).await? {
        row.save(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(row)
}

async fn found(tx: &mut Tx, token: &TokenHash) -> Answer<Row> {
    let row = store::flow::by_token(tx, token.as_bytes()).await?;
    row.map_or_else(|| Err(Refused::new(Code::Unauthorized)), Row::read)
}

/// Lets a flow expire whose time has passed; whether it has.
async fn end_if_over(app: &App, tx: &mut Tx, row: &mut Row) -> Answer<bool> {
    if row.is_settled() || app.clock.now() < row.expires_at(app) {
        return Ok(false);
    }
    row.standing = Standing::Expired;
    row.shown = None;
    row.save(tx).await?;
    store::challenge::void(tx, row.id).await?;
    store::pending::clear(tx, row.id).await?;
    note(app, tx, row, Event::Expired, "time passed", None).await?;
    Ok(true)
}

/// The flow of a token, if the call answers its current revision and its step takes the call.
pub(crate) async fn answerable(app: &App, token: &TokenHash, revision: u32, call: Call) -> Answer<Row> {
    let row = load(app, token).await?;
    if row.revision != revision {
        // Whoever brings a password to a flow that stands at its gates again hears by that that nothing was written.
        let at_gates = matches!(row.standing, Standing::ChooseMethod | Standing::Prove);
        let code = if call == Call::Password && at_gates { Code::ProofNeeded } else { Code::Stale };
        return Err(Refused::new(code).with_flow(envelope(app, &row).await?));
    }
    if !row.allowed().contains(&call) {
        return Err(Refused::new(Code::NotAllowed).with_flow(envelope(app, &row).await?));
    }
    if leads_on(call) {
        serving(app, &row).await?;
    }
    Ok(row)
}

/// Whether a call brings its flow nearer to a write, or to what writes rest on. While the server is suspended none of
/// these is taken.
const fn leads_on(call: Call) -> bool {
    match call {
        Call::Challenge | Call::Proof | Call::Password | Call::Methods => true,
        Call::Finish | Call::Feedback | Call::Device | Call::Extend | Call::Cancel => false,
    }
}

/// Goes on where the server serves; else the answer shows where the flow stands, which waits there.
pub(in crate::flow) async fn serving(app: &App, row: &Row) -> Answer<()> {
    let mut tx = app.store.read().await?;
    let serving = suspension::serving(&mut tx).await;
    drop(tx);
    match serving {
        Ok(()) => Ok(()),
        Err(refused) => Err(refused.with_flow(envelope(app, row).await?)),
    }
}

/// Goes on where the disk has room for what begins and for how it ends (R16).
pub(in crate::flow) fn room(app: &App) -> Answer<()> {
    if app.store.has_room() {
        return Ok(());
    }
    tracing::error!("the disk of the database is full: nothing begins");
    Err(Refused::new(Code::Unavailable).retry_after(5))
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
const ENDS: [(Event, &str); 6] = [
    (Event::Written, "done"),
    (Event::Finished, "done"),
    (Event::Blocked, "blocked"),
    (Event::Cancelled, "cancelled"),
    (Event::Expired, "expired"),
    (Event::WriteUnknown, "uncertain"),
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

/// "Too many, until …", where it is known who asks or nothing can be used instead.
pub(in crate::flow) fn until(app: &App, spent: Spent, now: Timestamp) -> Refused {
    app.metrics.limit_hit(spent.setting);
    Refused::new(Code::RateLimited).retry_after(seconds_until(spent.until, now))
}
