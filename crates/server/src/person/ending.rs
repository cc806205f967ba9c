//! Ends what is open: for a person other flows and every code in them (FL-14), by a command everything of everybody.

use jiff::Timestamp;

use crate::clock;
use crate::crypt::audit::{self, Actor, Event};
use crate::crypt::keys::Keys;
use crate::store::flow::FlowRow;
use crate::store::{self, Store, Tx, copy, meta};

/// Under which name it is counted how often a copy was put back.
const EPOCH: &str = "epoch";
/// What the audit says of a flow that was open in a copy.
const IN_A_COPY: &str = "it was open in a copy";

/// How many flows are ended in one transaction, so that no call waits long for it.
const BATCH: i64 = 200;

/// Ends every open flow of an account but one.
pub(crate) async fn end_flows(
    tx: &mut Tx,
    keys: &Keys,
    now: Timestamp,
    account: &str,
    but: Option<i64>,
    why: &str,
) -> store::Result<()> {
    for flow in store::flow::open_of(tx, account, but).await? {
        end(tx, keys, now, flow, why).await?;
    }
    Ok(())
}

/// Ends all flows that are open, of everybody, with every code and grant in them, and all passes of the helpdesk. A write
/// that is under way cannot be taken back: its flow ends by what came of it. How many flows were ended.
///
/// # Errors
/// If the database cannot be written; then some flows may have been ended already, each with its row in the audit.
pub async fn end_everything(store: &Store, keys: &Keys, now: Timestamp, by: &Actor) -> store::Result<u64> {
    let (mut tx, ended) = end_all_flows(store, keys, now, "by command").await?;
    store::person::standing::void_passes(&mut tx).await?;
    let outcome = format!("{ended} flows, and all passes");
    let entry = audit::Entry { flow: "", subject: &[], event: Event::AllVoided, outcome: &outcome, method: None };
    audit::append_by(&mut tx, keys, now, &entry, by).await?;
    tx.commit().await?;
    Ok(ended)
}

/// A copy that was put back.
#[derive(Debug, Clone, Copy)]
pub struct PutBack {
    pub copied_at: Timestamp,
    /// How often a copy has been put back in the life of this database.
    pub epoch: i64,
    /// How many flows were open in it.
    pub ended: u64,
}

/// Begins anew in a database that is a copy of an earlier time: what was open then has been used since, for all that
/// anybody knows, so every flow, code, grant and pass in it ends before anybody is served (R32). Nothing in a database
/// that goes on where it was.
///
/// # Errors
/// If the database cannot be written; then it is a copy still.
pub async fn begin_anew(store: &Store, keys: &Keys, now: Timestamp) -> store::Result<Option<PutBack>> {
    let copied_at = copy::copied_at(&mut store.read().await?).await?;
    let Some(copied_at) = copied_at.map(clock::at) else { return Ok(None) };
    let (mut tx, ended) = end_all_flows(store, keys, now, IN_A_COPY).await?;
    store::person::standing::void_passes(&mut tx).await?;
    let epoch = meta::get(&mut tx, EPOCH).await?.unwrap_or_default() + 1;
    meta::put(&mut tx, EPOCH, epoch).await?;
    copy::take_up(&mut tx).await?;
    let outcome = format!("epoch {epoch}, a copy of {copied_at}: {ended} flows ended");
    let entry = audit::Entry { flow: "", subject: &[], event: Event::PutBack, outcome: &outcome, method: None };
    audit::append(&mut tx, keys, now, &entry).await?;
    tx.commit().await?;
    tracing::warn!(epoch, %copied_at, ended, "a copy of the database was put back; what was open in it has ended");
    Ok(Some(PutBack { copied_at, epoch, ended }))
}

/// Ends all flows, some in a transaction; the last transaction, in which there was none left, and how many.
async fn end_all_flows(store: &Store, keys: &Keys, now: Timestamp, why: &str) -> store::Result<(Tx, u64)> {
    let mut ended = 0;
    loop {
        let mut tx = store.begin().await?;
        let some = store::flow::some_open(&mut tx, BATCH).await?;
        if some.is_empty() {
            return Ok((tx, ended));
        }
        for flow in some {
            end(&mut tx, keys, now, flow, why).await?;
            ended += 1;
        }
        tx.commit().await?;
    }
}

async fn end(tx: &mut Tx, keys: &Keys, now: Timestamp, mut flow: FlowRow, why: &str) -> store::Result<()> {
    "cancelled".clone_into(&mut flow.step);
    flow.shown = None;
    store::flow::save(tx, &flow).await?;
    store::flow::void_challenges(tx, flow.id).await?;
    store::flow::drop_pending(tx, flow.id).await?;
    store::message::withdraw_codes(tx, &flow.public_id).await?;
    let entry = audit::Entry {
        flow: &flow.public_id,
        subject: &flow.subject,
        event: Event::Voided,
        outcome: why,
        method: None,
    };
    audit::append(tx, keys, now, &entry).await
}
