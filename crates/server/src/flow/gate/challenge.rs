//! `POST /v1/flow/challenge`: a proof by this method, please; the same method again asks for a new code.

use jiff::Timestamp;
use latchkey_api::flow::{Answered, Call, Challenge as Request, Destination, Shown};
use latchkey_api::{Code, Method};
use secrecy::{ExposeSecret as _, SecretString};

use super::limited::{count_start, disabled, instead, too_many};
use super::sends::{closed_to_anybody, may_be_sent};
use crate::app::App;
use crate::clock::{at, later};
use crate::crypt::audit::Event;
use crate::crypt::random;
use crate::crypt::same::same;
use crate::flow::answering::{answerable, note, saved};
use crate::flow::envelope::code::{code_mac, length, life};
use crate::flow::envelope::{envelope, menu};
use crate::flow::row::{Row, Standing, TokenHash};
use crate::guard::budget::{seconds_until, spent_of};
use crate::message::queue::{self, Address, Recipient, kind_of};
use crate::person::methods::{self, Registered};
use crate::points::{Point, passed};
use crate::refused::{Answer, Refused};
use crate::store::challenge::NewChallenge;
use crate::store::{self, Tx};
use crate::typed;

pub(crate) async fn challenge(app: &App, token: &TokenHash, request: Request) -> Answer<Answered> {
    let mut row = answerable(app, token, request.revision, Call::Challenge).await?;
    let method = request.method;
    let now = app.clock.now();
    let again = row.standing == Standing::Prove && row.asked == Some(method);
    let mut tx = app.store.begin().await?;
    if !menu::open(app, &mut tx, &row).await?.iter().any(|offer| offer.method == method) {
        drop(tx);
        return Err(Refused::new(Code::MethodUnavailable).with_flow(envelope(app, &row).await?));
    }
    let checked = may_ask(app, &mut tx, &mut row, method, now).await?;
    let checked = match (checked, method.destination()) {
        (Ok(()), Some(kind)) => {
            may_send_to(app, &mut tx, &row, method, kind, request.destination.as_deref(), again, now).await?
        }
        (Ok(()), None) => Ok(None),
        (Err(refused), _) => Err(refused),
    };
    let address = match checked {
        Ok(address) => address,
        Err(refused) => {
            // What was counted stays counted.
            note(app, &mut tx, &row, Event::Challenged, refused.code().as_str(), Some(method)).await?;
            tx.commit().await?;
            return Err(refused.with_flow(envelope(app, &row).await?));
        }
    };
    let code = kind_of(method).map(|kind| random::digits(length(app, kind))).transpose()?;
    store::challenge::void(&mut tx, row.id).await?;
    store::message::withdraw_codes(&mut tx, &row.public_id).await?;
    ask(app, &mut tx, &row, method, code.as_ref(), now).await?;
    row.standing = Standing::Prove;
    row.asked = Some(method);
    row.sends += u32::from(code.is_some());
    row.shown = None;
    passed(Point::MethodChosen);
    let mut tx = saved(app, token, &mut row, tx).await?;
    let outcome = if again { "asked for again" } else { "asked for" };
    note(app, &mut tx, &row, Event::Challenged, outcome, Some(method)).await?;
    if let (Some(code), Some(account), Some(to)) = (&code, row.account.as_deref(), &address) {
        let recipient = Recipient { account, flow: &row.public_id, language: &row.language, trusted: row.is_trusted() };
        queue::code(&mut tx, app.pen(), recipient, to, code, later(now, life(app, method))).await?;
    }
    // The code is on the disk before it is on its way.
    tx.commit().await?;
    passed(Point::CodeCommitted);
    app.queued.notify_waiters();
    let typed = address.filter(|_| request.destination.is_some());
    let shown = typed.and_then(|to| dialled(method, &to.value));
    Ok(Answered { flow: envelope(app, &row).await?, shown })
}

/// The number that a code goes to, for whoever has just typed it (F3).
pub(in crate::flow) fn dialled(method: Method, to: &SecretString) -> Option<Shown> {
    let is_number = method.destination() == Some(Destination::Phone);
    let number = is_number.then(|| typed::number::international(to.expose_secret()));
    Some(Shown { sent_to: Some(number?.into()), ..Shown::default() })
}

/// Whether this account may still be asked, this soon.
async fn may_ask(app: &App, tx: &mut Tx, row: &mut Row, method: Method, now: Timestamp) -> Answer<Answer<()>> {
    if let Err(spent) = count_start(app, tx, row, method, now).await? {
        return Ok(Err(too_many(app, row, spent, now)));
    }
    row.counted = true;
    if let Some(spent) = spent_of(&row.tries(app, method), tx, now).await? {
        return Ok(Err(too_many(app, row, spent, now)));
    }
    if let Some(spent) = disabled(app, tx, row, method, now).await? {
        return Ok(Err(too_many(app, row, spent, now)));
    }
    if method.destination().is_none() {
        return Ok(Ok(()));
    }
    // Over all methods: whoever changes the method does not get round the time between two codes.
    let resend_at = store::challenge::latest_resend(tx, row.id).await?.map(at).filter(|resend_at| *resend_at > now);
    if let Some(resend_at) = resend_at.filter(|_| row.standing == Standing::Prove) {
        app.metrics.limit_hit("resend_seconds");
        return Ok(Err(Refused::new(Code::ResendTooSoon).retry_after(seconds_until(resend_at, now))));
    }
    // A second gate may be proven by a code too, so the flow has the resends of each.
    if row.sends > app.config.limits.resends_per_flow * u32::from(row.gates) {
        // There is no more in this flow; in another one there is.
        app.metrics.limit_hit("resends_per_flow");
        return Ok(Err(Refused::new(Code::RateLimited).instead(instead(row))));
    }
    Ok(Ok(()))
}

/// Where a code goes: the number or address on file, if it is what was typed. Counted before it is compared, the same
/// without one on file.
#[expect(clippy::too_many_arguments, reason = "one comparison, and each of these decides it")]
async fn may_send_to(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    method: Method,
    kind: Destination,
    typed: Option<&str>,
    again: bool,
    now: Timestamp,
) -> Answer<Answer<Option<Address>>> {
    let on_file = on_file(tx, row, method, now).await?;
    if let Some(typed) = typed {
        let Ok(typed) = typed::destination(kind, typed, &app.config.campus.plan()) else {
            return Ok(Err(Refused::new(Code::DestinationInvalid)));
        };
        if let Some(spent) = closed_to_anybody(app, tx, row, method, &typed, now).await? {
            return Ok(Err(too_many(app, row, spent, now)));
        }
        let budget = row.trust().destinations(&app.config.limits, &row.subject, method);
        if let Err(spent) = budget.take(tx, now).await? {
            return Ok(Err(too_many(app, row, spent, now)));
        }
        let typed = methods::device_of(&app.keys, &typed);
        let stored = on_file.as_ref().and_then(|found| found.device.as_deref()).unwrap_or(&[0; 32]);
        if !same(&typed, stored) {
            return Ok(Err(Refused::new(Code::DestinationWrong)));
        }
        budget.give_back(tx, now).await?;
    } else if !again {
        // Nothing is asked twice: a new code goes where the last one went.
        return Ok(Err(Refused::new(Code::DestinationInvalid)));
    }
    let Some(found) = on_file else { return Ok(Ok(None)) };
    // Opened only for whoever knows it, or has had a code there: nobody else can make this take longer or fail.
    let Some(to) = found.address(&app.keys, row.account.as_deref().unwrap_or_default()) else { return Ok(Ok(None)) };
    if !app.config.campus.sends_to(method, &to.value) {
        return Ok(Err(Refused::new(Code::DestinationNotAllowed)));
    }
    if let Err(spent) = may_be_sent(app, tx, row, method, &to.value, true, now).await? {
        return Ok(Err(too_many(app, row, spent, now)));
    }
    Ok(Ok(Some(to)))
}

/// The number or address that a person has for a method and may use now, unopened.
async fn on_file(tx: &mut Tx, row: &Row, method: Method, now: Timestamp) -> store::Result<Option<Registered>> {
    let account = row.account.as_deref().unwrap_or_default();
    let registered = methods::of(tx, account).await?;
    Ok(registered.into_iter().find(|found| found.method == method && found.is_usable(now)))
}

/// Asks for a proof; of a code only a keyed hash is kept.
async fn ask(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    method: Method,
    code: Option<&SecretString>,
    now: Timestamp,
) -> store::Result<()> {
    let limits = &app.config.limits;
    let mac = code.map(|code| code_mac(app, row, method, code));
    let new = NewChallenge {
        flow: row.id,
        method: method.as_str(),
        code_mac: mac.as_ref().map(<[u8; 32]>::as_slice),
        expires_at: code.map(|_| later(now, life(app, method)).as_millisecond()),
        resend_at: code.map(|_| later(now, limits.resend_seconds).as_millisecond()),
        max_tries: limits.tries_per_code,
    };
    store::challenge::ask(tx, &new).await
}
