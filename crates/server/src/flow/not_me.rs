//! `POST /v1/not-me`: somebody was told of something that they did not do (RG-03).

use latchkey_api::Code;
use latchkey_api::flow::{NotMe, NotMeDone};
use secrecy::ExposeSecret as _;

use super::pen;
use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::crypt::random;
use crate::guard::human_check;
use crate::message::queue::{self, Owed, Recipient, UNDO_CODE};
use crate::person::devices;
use crate::person::ending::end_flows;
use crate::person::methods;
use crate::person::standing::{freeze, subject_of};
use crate::person::undo::{self, Undo};
use crate::refused::{Answer, Refused};
use crate::store::Tx;
use crate::typed;

pub(crate) async fn not_me(app: &App, request: NotMe) -> Answer<NotMeDone> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    if !human_check::spend(&mut tx, &app.keys, &app.config.human_check.kinds, &request.human_check, now).await? {
        tx.commit().await?;
        return Err(Refused::new(Code::HumanCheckFailed));
    }
    // Nobody finds a code of 80 bits by trying. Tries are not counted, since a count of all of them would be one that a
    // stranger can fill: each wrong one has cost its sender a human check, and a right one always works (C3).
    let code = typed::code::readable(&request.code);
    let mac = queue::undo_code_mac(&app.keys, &code);
    let found = undo::find(&mut tx, &mac, now).await?.filter(|_| code.expose_secret().len() == UNDO_CODE);
    let Some(found) = found else {
        tx.commit().await?;
        return Err(Refused::new(Code::NoticeUnknown));
    };
    let done = NotMeDone { undone: found.brings_back() };
    if found.used {
        tx.commit().await?;
        return Ok(done);
    }
    bring_back(app, &mut tx, &found).await?;
    tx.commit().await?;
    app.queued.notify_waiters();
    Ok(done)
}

/// Brings back what was there before, ends what is under way and stops serving the account, and says so to everybody
/// who was or is reachable.
async fn bring_back(app: &App, tx: &mut Tx, found: &Undo) -> Answer<()> {
    let now = app.clock.now();
    let account = found.account.as_str();
    let mut reached = methods::of(tx, account).await?;
    if let Some(before) = found.before(&app.keys)? {
        before.restore(tx, account, now).await?;
    }
    reached.extend(methods::of(tx, account).await?);
    found.use_up(tx).await?;
    end_flows(tx, &app.keys, now, account, None, "somebody said that it was not them").await?;
    devices::forget_all(tx, &app.keys, account).await?;
    freeze(tx, &app.keys, now, account).await?;
    let subject = subject_of(&app.keys, account);
    let outcome = if found.brings_back() { "brought back" } else { "stopped" };
    let entry = audit::Entry { flow: &found.flow, subject: &subject, event: Event::Undone, outcome, method: None };
    audit::append(tx, &app.keys, now, &entry).await?;
    let recipient = Recipient { account, flow: &found.flow, language: &found.language };
    let text = if found.brings_back() { "notice-undone" } else { "notice-stopped" };
    let owed = Owed { event: &random::id()?, recipient, text, means: None, undo: None };
    let to = methods::addresses(&app.keys, account, &reached)?;
    queue::notices(tx, pen(app), &owed, &to).await
}
