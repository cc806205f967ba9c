//! The calls below `/v1/flow/methods`: set something up, prove that it still works, take it away.

use std::collections::BTreeSet;

use jiff::Timestamp;
use latchkey_api::flow::{AddMeans, Answer as Given, Answered, CheckMeans, Destination, Means, RemoveMeans, Shown};
use latchkey_api::{Code, Flow, Method};
use secrecy::{ExposeSecret as _, SecretString};
use totp_rs::Secret;

use super::binding::{self, Change};
use super::changeable;
use crate::app::App;
use crate::clock::later;
use crate::config::Policy;
use crate::crypt::audit::Event;
use crate::crypt::random;
use crate::crypt::turns::{Asker, Work};
use crate::flow::answering::{note, saved, until};
use crate::flow::envelope::code::{TOTP_DIGITS, length, life};
use crate::flow::envelope::envelope;
use crate::flow::envelope::listing::{Held, QUESTIONS_WANTED, can_be_checked, held, is_fixed, methods_on};
use crate::flow::envelope::pending::{self, Pending};
use crate::flow::gate::challenge::dialled;
use crate::flow::gate::sends::may_be_sent;
use crate::flow::row::{Row, TokenHash};
use crate::guard::budget::{seconds_until, spent_of};
use crate::guard::decoy;
use crate::message::queue::{self, Address, Recipient, kind_of};
use crate::person::methods::answers::{self, Asked};
use crate::person::methods::known;
use crate::person::methods::recovery;
use crate::person::methods::{self, Binding};
use crate::refused::{Answer, Refused};
use crate::store::person::method::AnswerRow;
use crate::store::{self, Tx};
use crate::typed;
use crate::typed::answer::comparable;

/// Bytes of an authenticator's seed: 160 bits (RFC 4226 §4, R6; RG-06).
const SEED: usize = 20;

/// `POST /v1/flow/methods`
pub(crate) async fn add(app: &App, token: &TokenHash, request: AddMeans) -> Answer<Answered> {
    let _alone = app.turns.alone(token.as_bytes()).await?;
    let row = changeable(app, token, request.revision).await?;
    let means = request.means;
    if is_fixed(app, means) || methods_on(&row.policy, means).is_empty() {
        return Err(Refused::new(Code::MeansUnavailable).with_flow(envelope(app, &row).await?));
    }
    match means {
        Means::Mobile | Means::Office | Means::Email => add_destination(app, token, row, request).await,
        Means::Authenticator => add_authenticator(app, token, row).await,
        Means::Questions => add_questions(app, token, row, request.answers.unwrap_or_default()).await,
        Means::RecoveryCodes => add_recovery_codes(app, token, row).await,
    }
}

/// `POST /v1/flow/methods/{id}/check`
pub(crate) async fn check(app: &App, token: &TokenHash, id: &str, request: CheckMeans) -> Answer<Flow> {
    let _alone = app.turns.alone(token.as_bytes()).await?;
    let row = changeable(app, token, request.revision).await?;
    let account = row.owner()?;
    let mut tx = app.store.begin().await?;
    let found = named(&mut tx, &account, id).await?.filter(|found| can_be_checked(found.means));
    let on: Vec<Method> = methods_on(&row.policy, found.as_ref().map_or(Means::Questions, |found| found.means));
    let ways: Vec<Method> = found.iter().flat_map(|found| &found.methods).map(|method| method.method).collect();
    let method = ways.into_iter().filter(|way| on.contains(way)).find(|way| request.method.is_none_or(|m| m == *way));
    let (Some(found), Some(method)) = (found, method) else {
        drop(tx);
        return Err(Refused::new(Code::MeansUnavailable).with_flow(envelope(app, &row).await?));
    };
    let mut pending = Pending::new(app, found.means, Some(method))?;
    pending.checks = Some(found.id().to_owned());
    if kind_of(method).is_none() {
        return put(app, token, row, tx, pending).await;
    }
    let Some(to) = found.methods.first() else { return Err(Refused::new(Code::Internal)) };
    let to = to.opened(&app.keys, &account)?;
    if !app.config.campus.sends_to(method, &to) {
        drop(tx);
        return Err(Refused::new(Code::DestinationNotAllowed).with_flow(envelope(app, &row).await?));
    }
    send_code(app, token, row, tx, pending, to).await
}

/// `POST /v1/flow/methods/{id}/remove`
pub(crate) async fn remove(app: &App, token: &TokenHash, id: &str, request: RemoveMeans) -> Answer<Flow> {
    let _alone = app.turns.alone(token.as_bytes()).await?;
    let mut row = changeable(app, token, request.revision).await?;
    let account = row.owner()?;
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let found = named(&mut tx, &account, id).await?.filter(|found| !is_fixed(app, found.means));
    let Some(found) = found else {
        drop(tx);
        return Err(Refused::new(Code::MeansUnavailable).with_flow(envelope(app, &row).await?));
    };
    let mut tx = saved(app, token, &mut row, tx).await?;
    let ids = found.methods.iter().map(|method| method.id.clone()).collect();
    binding::apply(app, &mut tx, &row, &account, &Change::Remove(found.means, ids), now).await?;
    let waiting = pending::of(&mut tx, row.id).await?;
    if waiting.is_some_and(|pending| pending.checks.as_deref() == Some(found.id())) {
        store::pending::clear(&mut tx, row.id).await?;
    }
    tx.commit().await?;
    app.queued.notify_waiters();
    envelope(app, &row).await
}

/// What an account has of this id.
async fn named(tx: &mut Tx, account: &str, id: &str) -> store::Result<Option<Held>> {
    let all = held(methods::of(tx, account).await?);
    Ok(all.into_iter().find(|held| held.methods.iter().any(|method| method.id == id)))
}

/// A number or address: a code goes there, and only by that it comes into use (RG-02).
async fn add_destination(app: &App, token: &TokenHash, row: Row, request: AddMeans) -> Answer<Answered> {
    let means = request.means;
    let account = row.owner()?;
    let ways = methods_on(&row.policy, means);
    let method = ways.into_iter().find(|way| request.method.is_none_or(|method| method == *way));
    let Some(method) = method else {
        return Err(Refused::new(Code::MethodUnavailable).with_flow(envelope(app, &row).await?));
    };
    let mut tx = app.store.begin().await?;
    let to = match &request.destination {
        Some(typed) => typed_destination(app, &row.policy, means, method, typed),
        // Nothing is asked twice: a new code goes where the last one went.
        None => match pending::of(&mut tx, row.id).await?.filter(|last| last.means == means && last.checks.is_none()) {
            Some(last) => last.opened(app, &account),
            None => Err(Refused::new(Code::DestinationInvalid)),
        },
    };
    let to = match to {
        Ok(to) => to,
        Err(refused) => {
            drop(tx);
            return Err(refused.with_flow(envelope(app, &row).await?));
        }
    };
    let mut pending = Pending::new(app, means, Some(method))?;
    pending.hold(app, &account, &to)?;
    let shown = request.destination.and_then(|_| dialled(method, &to));
    let flow = send_code(app, token, row, tx, pending, to).await?;
    Ok(Answered { flow, shown })
}

/// What was typed, in its one spelling, if it can be used here.
fn typed_destination(app: &App, policy: &Policy, means: Means, method: Method, typed: &str) -> Answer<SecretString> {
    let campus = &app.config.campus;
    let kind = method.destination().ok_or_else(|| Refused::new(Code::Internal))?;
    let plan = campus.plan();
    let Ok(to) = typed::destination(kind, typed, &plan) else {
        return Err(Refused::new(Code::DestinationInvalid));
    };
    let served = match kind {
        // All the methods that the number will serve, not the one alone that confirms it.
        Destination::Phone => {
            methods_on(policy, means).iter().all(|way| plan.reaches(*way, to.expose_secret()).is_ok())
        }
        // Its mailbox opens with the password that is to be recovered (FL-03).
        Destination::Email => !campus.mail_domains.own(to.expose_secret()),
    };
    if served { Ok(to) } else { Err(Refused::new(Code::DestinationNotAllowed)) }
}

/// Makes a code for something pending, keeps it, and sends the code once that is on the disk.
async fn send_code(
    app: &App,
    token: &TokenHash,
    mut row: Row,
    mut tx: Tx,
    mut pending: Pending,
    to: SecretString,
) -> Answer<Flow> {
    let now = app.clock.now();
    let (Some(method), Some(kind)) = (pending.method, pending.method.and_then(kind_of)) else {
        return Err(Refused::new(Code::Internal));
    };
    pending.device = Some(methods::device_of(&app.keys, &to).to_vec());
    if let Err(refused) = may_send(app, &mut tx, &row, &pending, method, &to, now).await? {
        // What was counted stays counted.
        note(app, &mut tx, &row, Event::BindingAsked, refused.code().as_str(), Some(method)).await?;
        tx.commit().await?;
        return Err(refused.with_flow(envelope(app, &row).await?));
    }
    let code = random::digits(length(app, kind))?;
    pending.code_mac = Some(pending.code_mac(app, &row.public_id, &code).to_vec());
    pending.expires_at = Some(later(now, life(app, method)).as_millisecond());
    pending.resend_at = Some(later(now, app.config.limits.resend_seconds).as_millisecond());
    let mut tx = saved(app, token, &mut row, tx).await?;
    store::message::withdraw_codes(&mut tx, &row.public_id).await?;
    pending.put(&mut tx, row.id).await?;
    note(app, &mut tx, &row, Event::BindingAsked, pending.means.as_str(), Some(method)).await?;
    let account = row.owner()?;
    let (flow, language, trusted) = (&row.public_id, &row.language, row.is_trusted());
    let recipient = Recipient { account: &account, flow, language, trusted };
    let address = Address { method, value: to, device: pending.device.unwrap_or_default() };
    queue::code(&mut tx, app.pen(), recipient, &address, &code, later(now, life(app, method))).await?;
    // The code is on the disk before it is on its way.
    tx.commit().await?;
    app.queued.notify_waiters();
    envelope(app, &row).await
}

/// Whether a code may go there, this soon; unlike in a recovery it is said if not: it is known who asks.
async fn may_send(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    pending: &Pending,
    method: Method,
    to: &SecretString,
    now: Timestamp,
) -> Answer<Result<(), Refused>> {
    if let Some(spent) = spent_of(&row.tries(app, method), tx, now).await? {
        return Ok(Err(until(app, spent, now)));
    }
    let last = pending::of(tx, row.id).await?;
    let last = last.filter(|last| last.device == pending.device && last.method == Some(method));
    let resend_at = last.and_then(|last| last.resend_at).map(crate::clock::at);
    if let Some(resend_at) = resend_at.filter(|resend_at| *resend_at > now) {
        app.metrics.limit_hit("resend_seconds");
        return Ok(Err(Refused::new(Code::ResendTooSoon).retry_after(seconds_until(resend_at, now))));
    }
    if let Err(spent) = may_be_sent(app, tx, row, method, to, pending.checks.is_some(), now).await? {
        return Ok(Err(until(app, spent, now)));
    }
    Ok(Ok(()))
}

/// An authenticator: its seed is shown this once, and its first code brings it into use (RG-06).
async fn add_authenticator(app: &App, token: &TokenHash, row: Row) -> Answer<Answered> {
    let account = row.owner()?;
    let name = app.directory.policy(&account).await?.account;
    let seed = SecretString::from(Secret::from(random::bytes::<SEED>()?).to_base32());
    let mut pending = Pending::new(app, Means::Authenticator, Some(Method::Totp))?;
    pending.hold(app, &account, &seed)?;
    let uri = uri(&app.config.campus.name, &name, &seed);
    let tx = app.store.begin().await?;
    let flow = put(app, token, row, tx, pending).await?;
    Ok(Answered { flow, shown: Some(Shown { secret: Some(seed), uri: Some(uri), ..Shown::default() }) })
}

/// What authenticators read (Key Uri Format): `otpauth://totp/Campus:account?secret=…`.
fn uri(issuer: &str, account: &str, seed: &SecretString) -> SecretString {
    let plain = |name: &str| escaped(&typed::label::plain(name));
    let (issuer, account, seed) = (plain(issuer), plain(account), seed.expose_secret());
    format!(
        "otpauth://totp/{issuer}:{account}?secret={seed}&issuer={issuer}&algorithm=SHA1&digits={TOTP_DIGITS}&period=30"
    )
    .into()
}

/// Percent-encoding of everything that is not unreserved (RFC 3986 §2.3).
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len() * 3), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Recovery codes: shown this once; those that there are work until the person has said that the new ones are kept.
async fn add_recovery_codes(app: &App, token: &TokenHash, row: Row) -> Answer<Answered> {
    let account = row.owner()?;
    let _turn = app.turns.take(Work::CodeHash, Asker::Flow(row.id)).await?;
    let (codes, kept) = recovery::make(&app.keys, &app.hashing, &account, recovery::CODES, &[]).await?;
    let mut pending = Pending::new(app, Means::RecoveryCodes, None)?;
    pending.codes = kept;
    let tx = app.store.begin().await?;
    let flow = put(app, token, row, tx, pending).await?;
    Ok(Answered { flow, shown: Some(Shown { recovery_codes: codes, ..Shown::default() }) })
}

/// Keeps something pending that no code is sent for.
async fn put(app: &App, token: &TokenHash, mut row: Row, tx: Tx, pending: Pending) -> Answer<Flow> {
    let mut tx = saved(app, token, &mut row, tx).await?;
    pending.put(&mut tx, row.id).await?;
    note(app, &mut tx, &row, Event::BindingAsked, pending.means.as_str(), pending.method).await?;
    tx.commit().await?;
    envelope(app, &row).await
}

/// Questions: in use at once, if every answer is a good one (SQ-02).
async fn add_questions(app: &App, token: &TokenHash, mut row: Row, given: Vec<Given>) -> Answer<Answered> {
    let ids: BTreeSet<&str> = given.iter().map(|given| given.id.as_str()).collect();
    let known = ids.iter().all(|id| decoy::QUESTIONS.contains(id));
    if !known || ids.len() != given.len() || given.len() != usize::from(QUESTIONS_WANTED) {
        return Err(Refused::new(Code::MeansUnavailable).with_flow(envelope(app, &row).await?));
    }
    let account = row.owner()?;
    let found = answers::refusals(&asked(app, &row, &given), &known::of(app, &account).await?);
    if !found.is_empty() {
        let flow = envelope(app, &row).await?;
        return Err(Refused::new(Code::AnswersRefused).with_answer_refusals(found).with_flow(flow));
    }
    let _turn = app.turns.take(Work::PasswordHash, Asker::Flow(row.id)).await?;
    let mut kept = Vec::with_capacity(given.len());
    for (place, given) in (0_i64..).zip(given) {
        let answer_phc = app.hashing.hash(comparable(&given.answer)).await?;
        kept.push(AnswerRow { question: given.id, place, answer_phc, form: AnswerRow::NEW_FORM });
    }
    let binding = Binding { means: Means::Questions, methods: &[Method::Questions], value: None, totp_step: 0 };
    let tx = app.store.begin().await?;
    let mut tx = saved(app, token, &mut row, tx).await?;
    binding::apply(app, &mut tx, &row, &account, &Change::Answers(binding, kept), app.clock.now()).await?;
    tx.commit().await?;
    app.queued.notify_waiters();
    Ok(Answered { flow: envelope(app, &row).await?, shown: None })
}

/// The answers beside what they answer, in the language of the flow and in the one that stands in for all.
fn asked<'a>(app: &App, row: &Row, given: &'a [Given]) -> Vec<Asked<'a>> {
    let texts = |id: &str| vec![app.texts.question(&row.language, id), app.texts.question("en", id)];
    given.iter().map(|given| Asked { id: &given.id, texts: texts(&given.id), answer: &given.answer }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authenticator_reads_the_campus_and_the_account_whatever_they_are_called() {
        let uri = uri("Universität: Riverton & Co", "ada", &"ABC234".into());
        assert_eq!(
            uri.expose_secret(),
            "otpauth://totp/Universit%C3%A4t%20Riverton%20%26%20Co:ada?secret=ABC234\
             &issuer=Universit%C3%A4t%20Riverton%20%26%20Co&algorithm=SHA1&digits=6&period=30"
        );
    }
}
