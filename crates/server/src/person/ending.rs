//! Ends what is open for a person: other flows and every code in them (FL-14).

use jiff::Timestamp;

use crate::crypt::audit::{self, Event};
use crate::crypt::keys::Keys;
use crate::store::{self, Tx};

/// Ends every open flow of an account but one.
pub(crate) async fn end_flows(
    tx: &mut Tx,
    keys: &Keys,
    now: Timestamp,
    account: &str,
    but: Option<i64>,
    why: &str,
) -> store::Result<()> {
    for mut flow in store::flow::open_of(tx, account, but).await? {
        "cancelled".clone_into(&mut flow.step);
        flow.shown = None;
        store::flow::save(tx, &flow).await?;
        store::challenge::void(tx, flow.id).await?;
        store::pending::clear(tx, flow.id).await?;
        store::message::withdraw_codes(tx, &flow.public_id).await?;
        let entry = audit::Entry {
            flow: &flow.public_id,
            subject: &flow.subject,
            event: Event::Voided,
            outcome: why,
            method: None,
        };
        audit::append(tx, keys, now, &entry).await?;
    }
    Ok(())
}
