//! `POST /v1/not-me`: somebody was told of something that they did not do (RG-03).

use latchkey_api::Code;
use latchkey_api::flow::{NotMe, NotMeDone};
use secrecy::ExposeSecret as _;

use super::finish::end_others;
use super::notices::{self, LENGTH, Owed};
use crate::app::App;
use crate::audit::{self, Event};
use crate::freeze::{freeze, subject_of};
use crate::limits::{Budget, HOUR, seconds_until};
use crate::problem::{Answer, Refused};
use crate::undo::Undo;
use crate::{human_check, random, registry, undo};

pub(crate) async fn not_me(app: &App, request: NotMe) -> Answer<NotMeDone> {
    let now = app.clock.now();
    human_check::spend(app, &request.human_check, now).await?;
    let code = random::read_back(&request.code);
    let mut db = app.store.begin().await?;
    // Counted before it is compared; who it belongs to is not known before.
    let most = app.config.limits.notice_tries_per_hour;
    let budget = Budget { what: "notice codes", whose: b"all", most, within_seconds: HOUR };
    if let Err(spent) = budget.take(&mut db, now).await? {
        return Err(Refused::new(Code::RateLimited).retry_after(seconds_until(spent.until, now)));
    }
    let mac = notices::code_mac(&app.keys, &code);
    let found = undo::find(&mut db, &mac, now).await?.filter(|_| code.expose_secret().len() == LENGTH);
    let Some(found) = found else {
        db.commit().await?;
        return Err(Refused::new(Code::NoticeUnknown));
    };
    budget.give_back(&mut db).await?;
    let done = NotMeDone { undone: found.brings_back() };
    if found.used {
        db.commit().await?;
        return Ok(done);
    }
    bring_back(app, &mut db, &found).await?;
    db.commit().await?;
    notices::send(app).await;
    Ok(done)
}

/// Brings back what was there before, ends what is under way and stops serving the account, and says so to everybody
/// who was or is reachable.
async fn bring_back(app: &App, db: &mut sqlx::SqliteConnection, found: &Undo) -> Answer<()> {
    let now = app.clock.now();
    let account = found.account.as_str();
    let mut reached = registry::of(db, account).await?;
    if let Some(before) = found.before(&app.keys)? {
        before.restore(db, account, now).await?;
    }
    reached.extend(registry::of(db, account).await?);
    found.use_up(db).await?;
    end_others(app, db, account, None, "somebody said that it was not them").await?;
    freeze(db, &app.keys, now, account).await?;
    let subject = subject_of(&app.keys, account);
    let outcome = if found.brings_back() { "brought back" } else { "stopped" };
    let entry = audit::Entry { flow: &found.flow, subject: &subject, event: Event::Undone, outcome, method: None };
    audit::append(db, &app.keys, now, &entry).await?;
    let owed = Owed {
        event: &random::id()?,
        account,
        text: if found.brings_back() { "notice-undone" } else { "notice-stopped" },
        means: None,
        language: &found.language,
        flow: &found.flow,
        undo: None,
    };
    notices::owe(db, &owed, &reached, now).await
}
