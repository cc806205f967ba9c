//! `POST /v1/flow/challenge`: a proof by this method, please; the same method again asks for a new code.

use jiff::Timestamp;
use latchkey_api::flow::{Call, Challenge as Request, Destination};
use latchkey_api::{Code, Flow, Method};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::SqliteConnection;
use subtle::ConstantTimeEq as _;

use super::start::pairing;
use super::{
    Row, Standing, TokenHash, answerable, asked, envelope, note, saved, tries_in_all, tries_of, void_challenges,
};
use crate::app::App;
use crate::audit::Event;
use crate::clock::later;
use crate::delivery::{Kind, Message};
use crate::keys::Use;
use crate::limits::{Budget, DAY, HOUR, MINUTE, Spent, seconds_until};
use crate::problem::{Answer, Refused};
use crate::{phone, random, registry};

pub(crate) async fn challenge(app: &App, token: &TokenHash, request: Request) -> Answer<Flow> {
    let mut row = answerable(app, token, request.revision, Call::Challenge).await?;
    let method = request.method;
    let now = app.clock.now();
    if !pairing(app).open(&row.menu, &row.passed).iter().any(|offer| offer.method == method) {
        return Err(Refused::new(Code::MethodUnavailable).with_flow(envelope(app, &row).await?));
    }
    let again = row.standing == Standing::Prove && row.asked == Some(method);
    let mut db = app.store.begin().await?;
    let checked = may_ask(app, &mut db, &row, method, now).await?;
    let checked = match (checked, method.destination()) {
        (Ok(()), Some(kind)) => {
            may_send_to(app, &mut db, &row, method, kind, request.destination.as_deref(), again, now).await?
        }
        (checked, _) => checked,
    };
    if let Err(refused) = checked {
        // What was counted stays counted.
        note(app, &mut db, &row, Event::Challenged, refused.code().as_str(), Some(method)).await?;
        db.commit().await?;
        return Err(refused.with_flow(envelope(app, &row).await?));
    }
    let code = Kind::of(method).map(|kind| random::digits(length(app, kind))).transpose()?;
    void_challenges(&mut db, row.id).await?;
    insert(app, &mut db, &row, method, code.as_ref(), now).await?;
    row.standing = Standing::Prove;
    row.asked = Some(method);
    row.sends += u32::from(code.is_some());
    let mut db = saved(app, token, &mut row, db).await?;
    let outcome = if again { "asked for again" } else { "asked for" };
    note(app, &mut db, &row, Event::Challenged, outcome, Some(method)).await?;
    let message = match (Kind::of(method), &code) {
        (Some(kind), Some(code)) => message(app, &mut db, &row, method, kind, code, now).await?,
        _ => None,
    };
    // The code is on the disk before it is on its way.
    db.commit().await?;
    if let Some(message) = message
        && app.delivery.send(&message).await.is_err()
    {
        tracing::warn!(flow = row.public_id, %method, "a code could not be sent");
        return Err(Refused::new(Code::Unavailable).retry_after(5).with_flow(envelope(app, &row).await?));
    }
    envelope(app, &row).await
}

/// Whether this account may still be asked, this soon.
async fn may_ask(
    app: &App,
    db: &mut SqliteConnection,
    row: &Row,
    method: Method,
    now: Timestamp,
) -> Answer<Answer<()>> {
    for budget in [tries_of(app, &row.subject, method), tries_in_all(app, &row.subject)] {
        if budget.left(db, now).await? == 0 {
            return Ok(Err(Refused::new(Code::RateLimited).retry_after(u64::from(budget.within_seconds))));
        }
    }
    if method.destination().is_none() {
        return Ok(Ok(()));
    }
    let resend_at = asked(db, row.id).await?.and_then(|last| last.resend_at).map(crate::clock::at);
    if let Some(resend_at) = resend_at.filter(|resend_at| row.asked == Some(method) && *resend_at > now) {
        return Ok(Err(Refused::new(Code::ResendTooSoon).retry_after(seconds_until(resend_at, now))));
    }
    // A second gate may be proven by a code too, so the flow has the resends of each.
    if row.sends > app.config.limits.resends_per_flow * u32::from(row.gates) {
        return Ok(Err(Refused::new(Code::RateLimited)));
    }
    Ok(Ok(()))
}

/// Whether what was typed is the number or address on file; counted before it is compared, the same without one.
#[expect(clippy::too_many_arguments, reason = "one comparison, and each of these decides it")]
async fn may_send_to(
    app: &App,
    db: &mut SqliteConnection,
    row: &Row,
    method: Method,
    kind: Destination,
    typed: Option<&str>,
    again: bool,
    now: Timestamp,
) -> Answer<Answer<()>> {
    let Some(typed) = typed else {
        // Nothing is asked twice: a new code goes where the last one went.
        return Ok(if again { Ok(()) } else { Err(Refused::new(Code::DestinationInvalid)) });
    };
    let Some(typed) = phone::normalise(kind, typed, &app.config.campus.country) else {
        return Ok(Err(Refused::new(Code::DestinationInvalid)));
    };
    let limits = &app.config.limits;
    let budget =
        Budget { what: "destinations", whose: &row.subject, most: limits.tries_per_method, within_seconds: DAY };
    if let Err(spent) = budget.take(db, now).await? {
        return Ok(Err(Refused::new(Code::RateLimited).retry_after(seconds_until(spent.until, now))));
    }
    let typed = registry::device_of(&app.keys, &typed);
    let registered = registry::of(db, row.account.as_deref().unwrap_or_default()).await?;
    let stored = registered.into_iter().find(|found| found.method == method).and_then(|found| found.device);
    let stored = stored.unwrap_or_else(|| vec![0; 32]);
    if !bool::from(typed.as_slice().ct_eq(&stored)) {
        return Ok(Err(Refused::new(Code::DestinationWrong)));
    }
    budget.give_back(db).await?;
    Ok(Ok(()))
}

async fn insert(
    app: &App,
    db: &mut SqliteConnection,
    row: &Row,
    method: Method,
    code: Option<&SecretString>,
    now: Timestamp,
) -> Answer<()> {
    let limits = &app.config.limits;
    let mac = code.map(|code| code_mac(app, row, method, code).to_vec());
    let expires_at = code.map(|_| later(now, life(app, method)).as_millisecond());
    let resend_at = code.map(|_| later(now, limits.resend_seconds).as_millisecond());
    sqlx::query(
        "INSERT INTO challenges (flow_id, method, code_mac, expires_at, resend_at, max_tries) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(row.id)
    .bind(method.as_str())
    .bind(mac)
    .bind(expires_at)
    .bind(resend_at)
    .bind(limits.tries_per_code)
    .execute(db)
    .await?;
    Ok(())
}

/// Keyed hash of a code, bound to its flow and method (OT-10, FL-02).
pub(crate) fn code_mac(app: &App, row: &Row, method: Method, code: &SecretString) -> [u8; 32] {
    let code = code.expose_secret().as_bytes();
    app.keys.mac(Use::Code, &[row.public_id.as_bytes(), method.as_str().as_bytes(), code])
}

/// The message with the code, to the stored destination; nothing for a decoy or when enough has been sent (TF-12).
async fn message(
    app: &App,
    db: &mut SqliteConnection,
    row: &Row,
    method: Method,
    kind: Kind,
    code: &SecretString,
    now: Timestamp,
) -> Answer<Option<Message>> {
    let Some(account) = row.account.as_deref() else { return Ok(None) };
    let registered = registry::of(db, account).await?;
    let Some(found) = registered.into_iter().find(|found| found.method == method) else { return Ok(None) };
    let to = found.opened(&app.keys, account)?;
    if may_be_sent(app, db, &row.subject, method, &to, now).await?.is_err() {
        tracing::warn!(flow = row.public_id, %method, "nothing was sent");
        return Ok(None);
    }
    Ok(Some(message_with(app, &row.language, method, kind, to, code)))
}

/// A message with a code in it.
pub(super) fn message_with(
    app: &App,
    language: &str,
    method: Method,
    kind: Kind,
    to: SecretString,
    code: &SecretString,
) -> Message {
    let minutes = life(app, method).div_ceil(MINUTE);
    let written = app.texts.code(language, kind, &app.config.campus.name, code, minutes);
    let prompt = (kind == Kind::Call).then(|| app.texts.call_prompt(language, &app.config.campus.name));
    Message { kind, to, language: language.to_owned(), subject: written.subject, prompt, body: written.body }
}

/// Counts a code to a number or address, or says until when none is sent (TF-02, TF-12).
pub(super) async fn may_be_sent(
    app: &App,
    db: &mut SqliteConnection,
    subject: &[u8],
    method: Method,
    to: &SecretString,
    now: Timestamp,
) -> sqlx::Result<Result<(), Spent>> {
    let limits = &app.config.limits;
    let device = registry::device_of(&app.keys, to);
    let block = registry::device_of(&app.keys, &phone::prefix(to.expose_secret()).into());
    let channel = format!("sends {method}");
    let budget = |what, whose, most, within_seconds| Budget { what, whose, most, within_seconds };
    let by_phone = method.destination() == Some(Destination::Phone);
    let budgets = [
        budget("sends/10min", subject, limits.sends_per_ten_minutes, 10 * MINUTE),
        budget(&channel, subject, limits.sends_per_method_per_day, DAY),
        budget("sends to", &device, limits.sends_per_destination_per_day, DAY),
        budget("sends to block", &block, limits.sends_per_prefix_per_hour, HOUR),
        budget("sends", b"all", limits.sends_per_minute_in_all, MINUTE),
    ];
    for budget in budgets.into_iter().filter(|budget| by_phone || budget.what != "sends to block") {
        if let Err(spent) = budget.take(db, now).await? {
            return Ok(Err(spent));
        }
    }
    Ok(Ok(()))
}

pub(super) fn life(app: &App, method: Method) -> u32 {
    if method == Method::Email { app.config.limits.email_code_seconds } else { app.config.limits.phone_code_seconds }
}

pub(super) fn length(app: &App, kind: Kind) -> u8 {
    match kind {
        Kind::Text | Kind::Email => app.config.limits.code_digits,
        Kind::Call => app.config.limits.spoken_code_digits,
    }
}
