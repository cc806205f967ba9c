//! `POST /v1/not-me`: somebody was told of something that they did not do (RG-03).
//!
//! The code in a notice stops recovery for the account, whoever types it. It also brings back what was set up before,
//! but only if it went to where the account was reachable before the change and is reachable now (B4).

use latchkey_api::Code;
use latchkey_api::flow::{NotMe, NotMeDone};
use secrecy::ExposeSecret as _;

use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::guard::human_check;
use crate::message::queue::{self, UNDO_CODE};
use crate::person::standing::{freeze, subject_of};
use crate::person::undo;
use crate::person::undo::restore;
use crate::refused::{Answer, Refused};
use crate::typed;

pub(crate) async fn not_me(app: &App, request: NotMe) -> Answer<NotMeDone> {
    let now = app.clock.now();
    let solved = human_check::judge(&app.keys, &app.config.human_check.kinds, &request.human_check, now);
    let Some(solved) = solved else {
        app.metrics.check_answered(false);
        return Err(Refused::new(Code::HumanCheckFailed));
    };
    let mut tx = app.store.begin().await?;
    let right = solved.spend(&mut tx).await?;
    app.metrics.check_answered(right);
    if !right {
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
    let proven = found.is_proven(&mut tx, &app.keys).await?;
    // The same answer again, and nothing more.
    if found.used || (found.claimed && !proven) {
        tx.commit().await?;
        return Ok(NotMeDone { undone: found.used && found.brings_back() });
    }
    if proven {
        restore::restore(app, &mut tx, &found).await?;
    } else {
        restore::stop(app, &mut tx, &found).await?;
    }
    freeze(&mut tx, &app.keys, now, &found.account).await?;
    let subject = subject_of(&app.keys, &found.account);
    let outcome = match (proven, found.brings_back()) {
        (true, _) => "brought back",
        (false, true) => "stopped; the code went to an address that is not registered before and after",
        (false, false) => "stopped",
    };
    let entry = audit::Entry { flow: &found.flow, subject: &subject, event: Event::Undone, outcome, method: None };
    audit::append(&mut tx, &app.keys, now, &entry).await?;
    tx.commit().await?;
    app.queued.notify_waiters();
    Ok(NotMeDone { undone: proven })
}
