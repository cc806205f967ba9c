//! Whether a code may be sent: the breaker, the budgets of all and those of the account, asked and counted before the
//! code is made.

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_api::flow::Destination;
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::flow::row::Row;
use crate::guard::breaker;
use crate::guard::budget::{Spent, spent_of, take_all};
use crate::guard::trust::{SendsTo, Trust, Way};
use crate::message::queue::kind_of;
use crate::person::methods;
use crate::store::{self, Tx};
use crate::typed;

/// Until when nothing is sent there, whoever it is for: asked before anything is compared, so that everybody hears it who
/// types such a number, known or made up (TF-02, TF-03, EN-01).
pub(super) async fn closed_to_anybody(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    method: Method,
    to: &SecretString,
    now: Timestamp,
) -> store::Result<Option<Spent>> {
    let Some(way) = way(app, row, method, to) else { return Ok(None) };
    let trust = row.trust();
    let suspended = suspended(tx, &trust, &way, now).await?;
    let spent = spent_of(&trust.sends_to_anybody(&app.config.limits, &app.config.prices, &way), tx, now).await?;
    Ok(suspended.or(spent))
}

/// Counts a code to a number or address, or says until when none is sent (TF-02, TF-12). `is_own` says whether the number
/// is known to be theirs whose account it is.
pub(in crate::flow) async fn may_be_sent(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    method: Method,
    to: &SecretString,
    is_own: bool,
    now: Timestamp,
) -> store::Result<Result<(), Spent>> {
    let Some(way) = way(app, row, method, to) else { return Ok(Ok(())) };
    let trust = row.trust();
    if let Some(suspended) = suspended(tx, &trust, &way, now).await? {
        return Ok(Err(suspended));
    }
    let device = methods::device_of(&app.keys, to);
    let to = SendsTo { subject: &row.subject, method, device: &device, way: &way, is_own };
    take_all(&trust.sends(&app.config.limits, &app.config.prices, &to), tx, now).await
}

/// Known devices and proven flows are not stopped by what strangers have done.
async fn suspended(tx: &mut Tx, trust: &Trust, way: &Way, now: Timestamp) -> store::Result<Option<Spent>> {
    match (trust, &way.block) {
        (Trust::Stranger, Some(block)) => breaker::suspended(tx, block, now).await,
        (Trust::Known(_) | Trust::Proven, _) | (_, None) => Ok(None),
    }
}

fn way(app: &App, row: &Row, method: Method, to: &SecretString) -> Option<Way> {
    let by_phone = method.destination() == Some(Destination::Phone);
    let kind = kind_of(method)?;
    Some(Way {
        kind,
        region: typed::number::region(to.expose_secret()).filter(|_| by_phone),
        block: by_phone.then(|| breaker::block_of(&app.keys, to)),
        on_campus: row.on_campus,
        parts: app.texts.parts_of_code(&row.language, kind, &app.config.campus.name),
    })
}
