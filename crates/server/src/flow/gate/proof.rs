//! `POST /v1/flow/proof`: counted, then compared, then believed once.

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_api::flow::{Answered, Call, Proof as Request, Shown};
use latchkey_api::{Code, Intent, Method};

use super::compare::{Proven, Spends, compare};
use super::limited::{count_start, disabled, too_many};
use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::crypt::seal;
use crate::crypt::turns::{Asker, Busy, Turn, Work};
use crate::flow::answering::{answerable, note, saved, stale, until};
use crate::flow::envelope::envelope;
use crate::flow::envelope::menu::{knows_password, second_gate};
use crate::flow::moved::keep_to;
use crate::flow::row::{Row, Standing, TokenHash, leave_nothing_open};
use crate::flow::start::ask_for_password;
use crate::flow::write::finish;
use crate::guard::budget::{Budget, Spent, take_all};
use crate::guard::gates::{self, Passed};
use crate::guard::trust::{Trust, guesses_in_all};
use crate::message::queue::{self, kind_of};
use crate::person::devices;
use crate::person::methods::in_a_row;
use crate::person::methods::passes;
use crate::person::methods::recovery;
use crate::person::shipped;
use crate::points::{Point, passed};
use crate::refused::{Answer, Refused};
use crate::store::challenge::ChallengeRow as Challenge;
use crate::store::person::in_a_row::Proof as Counts;
use crate::store::person::method::RecoveryCodeRow;
use crate::store::{self, Tx};

/// What a code that is shown once is sealed for.
const SHOWN: &str = "shown";

pub(crate) async fn proof(app: &Arc<App>, token: &TokenHash, asker: Asker, request: Request) -> Answer<Answered> {
    let revision = request.revision;
    let given = exactly_one(request)?;
    let _alone = app.turns.alone(token.as_bytes()).await?;
    let row = answerable(app, token, revision, Call::Proof).await?;
    let method = row.asked.unwrap_or(Method::CurrentPassword);
    if !fits(&given, method) {
        // A sound proof of something else: what is asked for stands in the flow.
        return Err(Refused::new(Code::NotAllowed).with_flow(envelope(app, &row).await?));
    }
    // Before the try is counted, so that who is sent away has lost none (C4, OT-16); held until all is done.
    let _turn = match turn(app, &row, method, asker).await {
        Ok(turn) => turn,
        Err(busy) => return Err(Refused::from(busy).with_flow(envelope(app, &row).await?)),
    };
    let taken = match count(app, &row, method).await? {
        Counted::Try(taken) => taken,
        Counted::Refused(refused) => return Err(refused.with_flow(envelope(app, &row).await?)),
        Counted::Blocked(spent) => return blocked(app, token, row, spent).await,
    };
    let compared = match compare(app, &row, method, &taken.challenge, given).await {
        Ok(compared) => compared,
        Err(refused) => {
            taken.give_back(app).await?;
            return Err(refused.with_flow(envelope(app, &row).await?));
        }
    };
    let Some(spends) = compared else { return Err(wrong(app, &row, method, &taken.challenge).await?) };
    believe(app, token, row, method, &taken, spends).await
}

fn exactly_one(request: Request) -> Answer<Proven> {
    match (request.code, request.answers, request.current_password) {
        (Some(code), None, None) => Ok(Proven::Code(code)),
        (None, Some(answers), None) => Ok(Proven::Answers(answers)),
        (None, None, Some(password)) => Ok(Proven::CurrentPassword(password)),
        _ => Err(Refused::new(Code::Malformed)),
    }
}

fn fits(given: &Proven, method: Method) -> bool {
    match method {
        Method::TextMobile
        | Method::CallMobile
        | Method::CallOffice
        | Method::Email
        | Method::Totp
        | Method::RecoveryCode
        | Method::HelpdeskPass => matches!(given, Proven::Code(_)),
        Method::Questions => matches!(given, Proven::Answers(_)),
        Method::CurrentPassword => matches!(given, Proven::CurrentPassword(_)),
    }
}

enum Counted {
    Try(Taken),
    /// There is none to take; nothing was compared.
    Refused(Refused),
    /// There is none to take, and nothing else that this flow could be proven by.
    Blocked(Spent),
}

/// One try that has been taken: of what was asked for, and of whoever it counts for.
struct Taken {
    challenge: Challenge,
    budgets: Vec<Budget>,
    at: Timestamp,
    /// The account and method in whose row of wrong proofs it stands.
    in_a_row: Option<(String, Method)>,
}

impl Taken {
    /// What was not compared was no try: the directory could not be reached, or too much was going on (OT-16).
    async fn give_back(&self, app: &App) -> store::Result<()> {
        let mut tx = app.store.begin().await?;
        store::challenge::give_back_try(&mut tx, self.challenge.id).await?;
        self.give_back_counts(&mut tx).await?;
        if let Some((account, method)) = &self.in_a_row {
            in_a_row::give_back(&mut tx, account, *method).await?;
        }
        tx.commit().await
    }

    /// A right one does not count either.
    async fn give_back_counts(&self, tx: &mut Tx) -> store::Result<()> {
        for budget in &self.budgets {
            budget.give_back(tx, self.at).await?;
        }
        Ok(())
    }
}

/// Takes a try from the code, and one from the method and the account if it can be guessed, before anything is compared (OT-04).
async fn count(app: &App, row: &Row, method: Method) -> Answer<Counted> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let Some(last) = store::challenge::last(&mut tx, row.id).await? else { return Err(Refused::new(Code::Internal)) };
    if last.expires_at.is_some_and(|end| end <= now.as_millisecond()) {
        return Ok(Counted::Refused(Refused::new(Code::CodeExpired)));
    }
    let budgets = row.tries(app, method);
    let mut counted = count_start(app, &mut tx, row, method, now).await?;
    if counted.is_ok() {
        counted = take_all(&budgets, &mut tx, now).await?;
    }
    // Dropping the transaction gives back whatever was taken in it.
    match counted {
        Err(spent) if method == Method::CurrentPassword => return Ok(Counted::Blocked(spent)),
        Err(spent) => return Ok(Counted::Refused(too_many(app, row, spent, now))),
        Ok(()) => {}
    }
    let in_a_row = count_in_a_row(app, &mut tx, row, method, now).await?;
    if in_a_row.is_none()
        && let Some(spent) = disabled(app, &mut tx, row, method, now).await?
    {
        let refused =
            if row.is_trusted() { Refused::new(Code::MethodUnavailable) } else { too_many(app, row, spent, now) };
        return Ok(Counted::Refused(refused));
    }
    if !store::challenge::take_try(&mut tx, last.id).await? {
        return Ok(Counted::Refused(Refused::new(Code::CodeSpent)));
    }
    tx.commit().await?;
    let challenge = Challenge { tries: last.tries + 1, ..last };
    Ok(Counted::Try(Taken { challenge, budgets, at: now, in_a_row }))
}

/// Counts a proof in the row of wrong ones of its method, where no stranger gives it (OT-05, OT-15); whose, if it was.
async fn count_in_a_row(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    method: Method,
    now: Timestamp,
) -> store::Result<Option<(String, Method)>> {
    let Some(account) = row.account.as_ref().filter(|_| row.is_trusted()) else { return Ok(None) };
    let proof = Counts { account, method: method.as_str(), flow: &row.public_id, at: now.as_millisecond() };
    let counted = in_a_row::count(tx, &app.config.limits, proof, method).await?;
    Ok(counted.then(|| (account.clone(), method)))
}

/// The turn for what it costs to compare a proof of this method; none where that is cheap.
async fn turn(app: &App, row: &Row, method: Method, asker: Asker) -> Result<Option<Turn>, Busy> {
    let work = match method {
        Method::CurrentPassword if !app.directory.parts().is_empty() => Work::SignIn,
        Method::CurrentPassword | Method::Questions => Work::PasswordHash,
        Method::RecoveryCode => Work::CodeHash,
        Method::TextMobile
        | Method::CallMobile
        | Method::CallOffice
        | Method::Email
        | Method::Totp
        | Method::HelpdeskPass => return Ok(None),
    };
    let asker = if row.passed.is_empty() { asker } else { Asker::Flow(row.id) };
    app.turns.take(work, asker).await.map(Some)
}

async fn wrong(app: &App, row: &Row, method: Method, challenge: &Challenge) -> Answer<Refused> {
    let code = match method {
        Method::TextMobile
        | Method::CallMobile
        | Method::CallOffice
        | Method::Email
        | Method::Totp
        | Method::RecoveryCode
        | Method::HelpdeskPass => Code::CodeWrong,
        Method::Questions => Code::AnswersWrong,
        Method::CurrentPassword => Code::CurrentPasswordWrong,
    };
    let mut tx = app.store.begin().await?;
    store::challenge::spend(&mut tx, challenge.id).await?;
    store::flow::count_wrong(&mut tx, row.id).await?;
    if let Some(device) = &row.device {
        devices::count_wrong(&mut tx, &app.config.limits, device, app.clock.now()).await?;
    }
    note(app, &mut tx, row, Event::Compared, code.as_str(), Some(method)).await?;
    count_guess(app, &mut tx, row, method).await?;
    tx.commit().await?;
    Ok(Refused::new(code).with_flow(envelope(app, row).await?))
}

/// Counts what a stranger has guessed wrong, of whatever account, and tells the operator when it is too much (OT-08).
async fn count_guess(app: &App, tx: &mut Tx, row: &Row, method: Method) -> Answer<()> {
    let (guesses, now) = (guesses_in_all(&app.config.limits), app.clock.now());
    if row.trust() != Trust::Stranger || gates::cannot_be_guessed(method) || guesses.take(tx, now).await?.is_err() {
        return Ok(());
    }
    if guesses.left(tx, now).await? == 0 {
        tracing::error!("many proofs are wrong, of many accounts maybe; human checks are as dear as they get");
        let outcome = "human checks are as dear as they get";
        let entry = audit::Entry { flow: "", subject: &[], event: Event::ManyGuesses, outcome, method: None };
        audit::append(tx, &app.keys, now, &entry).await?;
    }
    Ok(())
}

/// Passes the gate, in one transaction with the use of the code: of many that come at once, one is believed (OT-03).
async fn believe(
    app: &Arc<App>,
    token: &TokenHash,
    mut row: Row,
    method: Method,
    taken: &Taken,
    spends: Spends,
) -> Answer<Answered> {
    let now = app.clock.now();
    let account = row.account.clone().unwrap_or_default();
    // Asked before the transaction, in which only an unlock needs it, after its last gate.
    let unlocks = row.intent == Intent::Unlock && row.passed.len() + 1 >= usize::from(row.gates);
    let marked = if unlocks { Some(finish::marker_of_served(app, &account).await?) } else { None };
    let (shown, replacement) = replacement(app, &account, &spends).await?;
    let mut tx = app.store.begin().await?;
    if let Some(marked) = &marked {
        keep_to(app, &mut tx, &mut row, &marked.population).await?;
    }
    if !use_up(&mut tx, &account, &taken.challenge, &spends, &replacement, now).await? {
        drop(tx);
        return Err(stale(app, token).await);
    }
    taken.give_back_counts(&mut tx).await?;
    in_a_row::begin_anew(&mut tx, &account, method).await?;
    queue::entered(&mut tx, &app.config.limits, &row.public_id, method).await?;
    let device = match row.rule().open(&row.menu, &row.passed).iter().find(|offer| offer.method == method) {
        Some(offer) => offer.device.clone(),
        None if method == Method::CurrentPassword && knows_password(row.intent) => method.as_str().to_owned(),
        None => return Err(Refused::new(Code::MethodUnavailable)),
    };
    row.passed.push(Passed { method, device, at: now.as_millisecond() });
    row.shown = shown.as_ref().map(|shown| keep_shown(app, &account, shown)).transpose()?.flatten();
    row.asked = None;
    if method == Method::CurrentPassword
        && row.passed.len() == 1
        && let Some(second) = second_gate(app, &mut tx, &row).await?
    {
        (row.gates, row.menu, row.questions) = (second.gates, second.menu, second.questions);
    }
    let all = row.passed.len() >= usize::from(row.gates);
    let knows = row.passed.iter().any(|passed| passed.method == Method::CurrentPassword);
    row.standing = match (all, row.intent) {
        (false, Intent::Change) if !knows => {
            // Whoever has proven another method first (PW-10).
            row.asked = Some(Method::CurrentPassword);
            ask_for_password(app, &mut tx, &row).await?;
            Standing::Prove
        }
        (false, _) => Standing::ChooseMethod,
        (true, Intent::Unlock) => Standing::Working,
        (true, Intent::Reset | Intent::Change) => Standing::SetPassword,
        (true, Intent::Register) => Standing::Manage,
    };
    let good_until = row.good_until(app, now).as_millisecond();
    row.ends_at = if row.standing == Standing::Manage { good_until } else { row.ends_at.min(good_until) };
    let mut tx = saved(app, token, &mut row, tx).await?;
    let code = match &spends {
        Spends::RecoveryCode(id) => Some(id.as_str()),
        Spends::Nothing | Spends::TotpStep(_) | Spends::HelpdeskPass(_) => None,
    };
    let outcome = shipped::gate_passed(if all { "the last" } else { "the first" }, code);
    note(app, &mut tx, &row, Event::GatePassed, &outcome, Some(method)).await?;
    if let Some(kind) = kind_of(method) {
        app.metrics.code_entered(kind);
    }
    if row.standing == Standing::Working {
        let flow = finish::unlock(app, token, &row, marked.and_then(|marked| marked.marker), tx).await?;
        return Ok(Answered { flow, shown });
    }
    tx.commit().await?;
    passed(if all { Point::LastGate } else { Point::FirstGate });
    Ok(Answered { flow: envelope(app, &row).await?, shown })
}

/// Seals what is shown to the person, so that it can be shown again where the answer was lost.
fn keep_shown(app: &App, account: &str, shown: &Shown) -> Answer<Option<Vec<u8>>> {
    let Some(code) = shown.recovery_codes.first() else { return Ok(None) };
    Ok(Some(seal::seal(&app.keys, account, SHOWN, code)?))
}

/// What was shown in a flow that has not moved on since.
pub(in crate::flow) fn shown_again(app: &App, row: &Row) -> Answer<Option<Shown>> {
    let (Some(sealed), Some(account)) = (&row.shown, row.account.as_deref()) else { return Ok(None) };
    let code = seal::open(&app.keys, account, SHOWN, sealed)?;
    Ok(Some(Shown { recovery_codes: vec![code], ..Shown::default() }))
}

/// What takes the place of a recovery code that is used: for the person and for the table (OT-13).
async fn replacement(app: &App, account: &str, spends: &Spends) -> Answer<(Option<Shown>, Vec<RecoveryCodeRow>)> {
    let Spends::RecoveryCode(_) = spends else { return Ok((None, Vec::new())) };
    let mut tx = app.store.begin().await?;
    let beside = recovery::of(&mut tx, account).await?;
    tx.commit().await?;
    let (codes, kept) = recovery::make(&app.keys, &app.hashing, account, 1, &beside).await?;
    Ok((Some(Shown { recovery_codes: codes, ..Shown::default() }), kept))
}

/// Whether the code, and what else it spends, was still unused.
async fn use_up(
    tx: &mut Tx,
    account: &str,
    challenge: &Challenge,
    spends: &Spends,
    replacement: &[RecoveryCodeRow],
    now: Timestamp,
) -> Answer<bool> {
    if !store::challenge::use_up(tx, challenge.id).await? {
        return Ok(false);
    }
    match spends {
        Spends::Nothing => Ok(true),
        Spends::TotpStep(step) => {
            let step = i64::try_from(*step).unwrap_or(i64::MAX);
            Ok(store::person::method::move_totp_step(tx, account, step).await?)
        }
        Spends::HelpdeskPass(right) => Ok(passes::use_up(tx, account, right).await?),
        Spends::RecoveryCode(id) => Ok(recovery::replace(tx, account, id, replacement, now).await?),
    }
}

async fn blocked<T>(app: &App, token: &TokenHash, mut row: Row, spent: Spent) -> Answer<T> {
    let tx = app.store.begin().await?;
    row.standing = Standing::Blocked;
    row.blocked_until = Some(spent.until.as_millisecond());
    let mut tx = saved(app, token, &mut row, tx).await?;
    leave_nothing_open(&mut tx, &row).await?;
    note(app, &mut tx, &row, Event::Blocked, "no tries left", row.asked).await?;
    tx.commit().await?;
    Err(until(app, spent, app.clock.now()).with_flow(envelope(app, &row).await?))
}
