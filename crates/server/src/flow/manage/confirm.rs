//! `POST /v1/flow/methods/{id}/confirm`: counted, compared, and only then in use (RG-02).

use latchkey_api::flow::{ConfirmMeans, Means};
use latchkey_api::{Code, Flow, Method};
use secrecy::SecretString;

use super::binding::{self, Change};
use super::changeable;
use crate::app::App;
use crate::crypt::audit::Event;
use crate::crypt::same::same;
use crate::flow::answering::{note, saved, stale, until};
use crate::flow::envelope::envelope;
use crate::flow::envelope::listing::{held, methods_on};
use crate::flow::envelope::pending::{self, Pending};
use crate::flow::gate::compare::totp_step;
use crate::flow::row::{Row, TokenHash};
use crate::guard::budget::take_all;
use crate::message::queue::{self, kind_of};
use crate::person::methods::{self, Binding, in_a_row};
use crate::refused::{Answer, Refused};
use crate::{store, typed};

pub(crate) async fn confirm(app: &App, token: &TokenHash, id: &str, request: ConfirmMeans) -> Answer<Flow> {
    // Of equal calls at once one takes a try.
    let _alone = app.turns.alone(token.as_bytes()).await?;
    let row = changeable(app, token, request.revision).await?;
    let account = row.owner()?;
    let mut tx = app.store.read().await?;
    let waiting = pending::of(&mut tx, row.id).await?;
    drop(tx);
    let Some(waiting) = waiting.filter(|pending| pending.id == id) else {
        return Err(Refused::new(Code::MeansUnavailable).with_flow(envelope(app, &row).await?));
    };
    let step = match (waiting.method, request.code) {
        (None, None) => 0,
        (Some(method), Some(code)) => match proven(app, &row, &account, &waiting, method, &code).await? {
            Proven::Right(step) => step,
            Proven::Refused(refused) => return Err(refused.with_flow(envelope(app, &row).await?)),
        },
        // Whether there is a code to give stands in what is pending.
        (None, Some(_)) | (Some(_), None) => {
            return Err(Refused::new(Code::NotAllowed).with_flow(envelope(app, &row).await?));
        }
    };
    bring_into_use(app, token, row, &account, waiting, step).await
}

enum Proven {
    /// With the time step of an authenticator's code.
    Right(i64),
    Refused(Refused),
}

/// Takes a try from the code, the method and the account, then compares (OT-04).
async fn proven(
    app: &App,
    row: &Row,
    account: &str,
    waiting: &Pending,
    method: Method,
    code: &SecretString,
) -> Answer<Proven> {
    let now = app.clock.now();
    if waiting.expires_at.is_some_and(|end| end <= now.as_millisecond()) {
        return Ok(Proven::Refused(Refused::new(Code::CodeExpired)));
    }
    // Before the try is counted: one that cannot be compared is none (OT-16).
    let seed = if method == Method::Totp { Some(seed(app, account, waiting).await?) } else { None };
    let mut tx = app.store.begin().await?;
    if !store::pending::take_try(&mut tx, &waiting.id).await? {
        return Ok(Proven::Refused(Refused::new(Code::CodeSpent)));
    }
    if let Err(spent) = take_all(&row.tries(app, method), &mut tx, now).await? {
        return Ok(Proven::Refused(until(app, spent, now)));
    }
    tx.commit().await?;
    let code = typed::code::digits(code);
    let step = if let Some((seed, used)) = seed {
        let step = totp_step(Some(&seed), &code, now)?.and_then(|step| i64::try_from(step).ok());
        step.filter(|step| *step > used)
    } else {
        let mac = waiting.code_mac(app, &row.public_id, &code);
        let right = waiting.code_mac.as_deref().is_some_and(|stored| same(&mac, stored));
        right.then_some(0)
    };
    if let Some(step) = step {
        return Ok(Proven::Right(step));
    }
    let mut tx = app.store.begin().await?;
    note(app, &mut tx, row, Event::Compared, Code::CodeWrong.as_str(), Some(method)).await?;
    tx.commit().await?;
    Ok(Proven::Refused(Refused::new(Code::CodeWrong)))
}

/// The seed of the authenticator that is checked, with the last step that was used, or of one that is being set up.
async fn seed(app: &App, account: &str, waiting: &Pending) -> Answer<(SecretString, i64)> {
    let mut tx = app.store.read().await?;
    let registered = methods::of(&mut tx, account).await?;
    drop(tx);
    let known = registered.iter().find(|found| found.method == Method::Totp && waiting.checks.is_some());
    match known {
        Some(known) => Ok((known.opened(&app.keys, account)?, known.totp_step)),
        None => Ok((waiting.opened(app, account)?, 0)),
    }
}

/// In one transaction with the use of the code: of many confirmations at once, one is done.
async fn bring_into_use(
    app: &App,
    token: &TokenHash,
    mut row: Row,
    account: &str,
    waiting: Pending,
    step: i64,
) -> Answer<Flow> {
    let now = app.clock.now();
    let enabled = methods_on(&row.policy, waiting.means);
    let value = match (waiting.means, &waiting.checks) {
        (Means::Mobile | Means::Office | Means::Email | Means::Authenticator, None) => {
            Some(waiting.opened(app, account)?)
        }
        (Means::Questions | Means::RecoveryCodes, _) | (_, Some(_)) => None,
    };
    let tx = app.store.begin().await?;
    let mut tx = saved(app, token, &mut row, tx).await?;
    if !store::pending::take(&mut tx, &waiting.id).await? {
        drop(tx);
        return Err(stale(app, token).await);
    }
    if let Some(method) = waiting.method {
        queue::entered(&mut tx, &app.config.limits, &row.public_id, method).await?;
        for budget in row.tries(app, method) {
            budget.give_back(&mut tx, now).await?;
        }
    }
    if let Some(checked) = &waiting.checks {
        let all = held(methods::of(&mut tx, account).await?);
        let found = all.into_iter().find(|held| held.id() == checked);
        for method in found.iter().flat_map(|found| &found.methods) {
            methods::confirm_again(&mut tx, account, &method.id, step, now).await?;
            in_a_row::begin_anew(&mut tx, account, method.method).await?;
        }
        note(app, &mut tx, &row, Event::CheckedAgain, waiting.means.as_str(), waiting.method).await?;
    } else {
        let binding = Binding { means: waiting.means, methods: &enabled, value: value.as_ref(), totp_step: step };
        let change = match waiting.means {
            Means::RecoveryCodes => Change::Codes(binding, waiting.codes),
            Means::Mobile | Means::Office | Means::Email | Means::Authenticator | Means::Questions => {
                Change::Bind(binding)
            }
        };
        binding::apply(app, &mut tx, &row, account, &change, now).await?;
    }
    tx.commit().await?;
    if let Some(kind) = waiting.method.and_then(kind_of) {
        app.metrics.code_entered(kind);
    }
    app.queued.notify_waiters();
    envelope(app, &row).await
}
