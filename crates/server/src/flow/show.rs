//! `GET /v1/flow` and `POST /v1/flow/extend`: where a flow stands, and more time for whoever is still there.

use latchkey_api::Flow;
use latchkey_api::flow::{Answered, Call};

use super::answering::{answerable, load, serving};
use super::envelope::envelope;
use super::gate::proof::shown_again;
use super::row::TokenHash;
use super::write::finish::resolved;
use crate::app::App;
use crate::refused::Answer;
use crate::store;

/// `GET /v1/flow`: where it stands; a write whose answer was lost is asked after. Nothing else changes by it, but that a
/// flow which waits for a suspended server goes on waiting.
///
/// # Errors
/// [`latchkey_api::Code::Suspended`] while the server is suspended and the flow could go on; it shows where that stands.
pub(crate) async fn show(app: &App, token: &TokenHash) -> Answer<Answered> {
    let row = resolved(app, token).await?;
    if !row.is_settled() && serving(app, &row).await.is_err() {
        // Whoever looks is still there and cannot do anything: the flow does not end because they wait.
        let row = load(app, token).await?;
        serving(app, &row).await?;
    }
    let shown = shown_again(app, &row)?;
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
