//! `POST /v1/flow/device`: after the end, the workstation is made known to the account (OT-15).

use latchkey_api::Code;
use latchkey_api::flow::{Call, DeviceGiven};

use super::answering::{answerable, load, note};
use super::envelope::envelope;
use super::row::TokenHash;
use crate::app::App;
use crate::crypt::audit::Event;
use crate::person::devices;
use crate::person::people;
use crate::person::standing::frozen_since;
use crate::refused::{Answer, Refused};
use crate::store;

pub(crate) async fn remember_device(app: &App, token: &TokenHash, revision: u32) -> Answer<DeviceGiven> {
    let row = answerable(app, token, revision, Call::Device).await?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let account = row.owner()?;
    // Its owner may have said since that it was not them; and of two calls at once, one is given a token.
    let served = frozen_since(&mut tx, &account).await?.is_none() && people::is_served(app, &mut tx, &account).await?;
    if !served || now >= row.expires_at(app) || !store::flow::give_device(&mut tx, row.id).await? {
        drop(tx);
        let now = load(app, token).await?;
        return Err(Refused::new(Code::NotAllowed).with_flow(envelope(app, &now).await?));
    }
    let given = devices::remember(&mut tx, &app.keys, &account, now).await?;
    note(app, &mut tx, &row, Event::DeviceKnown, "given a token", None).await?;
    tx.commit().await?;
    Ok(DeviceGiven { token: given.token, expires_at: given.expires_at })
}
