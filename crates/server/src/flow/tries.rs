//! Tells people that somebody tries to prove that they are them: at the fifth wrong proof in a day, and at each fifth
//! after that, three times a day at most (OT-05, TF-12); and that a method of theirs is disabled, once.
//!
//! The worker does it, so that no answer takes longer for an account than for a name that nobody has.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::crypt::random;
use crate::guard::budget::{Budget, DAY};
use crate::message::queue::{self, Address, Owed, Recipient, kind_of};
use crate::person::standing::subject_of;
use crate::person::{methods, undo};
use crate::refused::Answer;
use crate::store::flow::TriedRow;
use crate::store::person::in_a_row::{self, UntoldRow};
use crate::store::{self, Tx};

/// So many wrong proofs are told of.
const TELL_AT: i64 = 5;
/// So often in a day, and no more: whoever goes on must not make a phone ring all day (TF-12).
const TELL_AT_MOST: u32 = 3;
/// Within so long.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// So long after the last proof of a method that is disabled: the proof may still be compared until then, and be right.
const SETTLED: SignedDuration = SignedDuration::from_secs(15);
/// How many people are told at once.
const SOME: i64 = 100;

/// Queues a notice for everybody with so many wrong proofs that they were not told of.
pub(crate) async fn tell_of_tries(app: &App) -> Answer<()> {
    let since = app.clock.now().saturating_sub(WITHIN).unwrap_or(Timestamp::MIN);
    let mut tx = app.store.read().await?;
    let tried = store::flow::tried(&mut tx, since.as_millisecond(), TELL_AT, SOME).await?;
    drop(tx);
    for tried in &tried {
        tell(app, tried).await?;
    }
    if !tried.is_empty() {
        app.queued.notify_waiters();
    }
    Ok(())
}

async fn tell(app: &App, tried: &TriedRow) -> Answer<()> {
    let (account, flow) = (tried.account_id.as_str(), tried.public_id.as_str());
    let mut tx = app.store.begin().await?;
    store::flow::forget_tries(&mut tx, account).await?;
    let told = Budget::new("told of tries", &subject_of(&app.keys, account), TELL_AT_MOST, DAY);
    if told.take(&mut tx, app.clock.now()).await?.is_err() {
        return Ok(tx.commit().await?);
    }
    let (language, to) = reached(app, &mut tx, account).await?;
    let new = undo::New { account, flow, language, before: None };
    let undo = undo::keep(&mut tx, &app.keys, &new, app.clock.now()).await?;
    let event = random::id()?;
    let recipient = Recipient { account, flow, language, trusted: false };
    let owed = Owed { event: &event, recipient, text: "notice-tries", means: None, method: None, undo: Some(undo) };
    queue::notices(&mut tx, app.pen(), &owed, &to).await?;
    Ok(tx.commit().await?)
}

/// Queues a notice for everybody a method of whom is disabled and who was not told of it, and writes it down.
pub(crate) async fn tell_of_disabled(app: &App) -> Answer<()> {
    let before = app.clock.now().saturating_sub(SETTLED).unwrap_or(Timestamp::MIN);
    let most = app.config.limits.wrong_proofs_in_a_row;
    let mut tx = app.store.read().await?;
    let untold = in_a_row::untold(&mut tx, most, before.as_millisecond(), SOME).await?;
    drop(tx);
    for untold in &untold {
        tell_of_one(app, untold).await?;
    }
    if !untold.is_empty() {
        app.queued.notify_waiters();
    }
    Ok(())
}

async fn tell_of_one(app: &App, untold: &UntoldRow) -> Answer<()> {
    let (account, flow) = (untold.account_id.as_str(), untold.flow_public_id.as_str());
    let mut tx = app.store.begin().await?;
    if !in_a_row::tell(&mut tx, &untold.method_id).await? {
        return Ok(());
    }
    let method = methods::method_of(&untold.method);
    let subject = subject_of(&app.keys, account);
    let outcome = format!("{} wrong proofs in a row", app.config.limits.wrong_proofs_in_a_row);
    let entry = audit::Entry { flow, subject: &subject, event: Event::MethodDisabled, outcome: &outcome, method };
    audit::append(&mut tx, &app.keys, app.clock.now(), &entry).await?;
    let (language, to) = reached(app, &mut tx, account).await?;
    let event = random::id()?;
    let recipient = Recipient { account, flow, language, trusted: true };
    let owed = Owed { event: &event, recipient, text: "notice-disabled", means: None, method, undo: None };
    queue::notices(&mut tx, app.pen(), &owed, &to).await?;
    Ok(tx.commit().await?)
}

/// In which language a person is told, not in that of whoever tried, and where.
async fn reached(app: &App, tx: &mut Tx, account: &str) -> Answer<(&'static str, Vec<Address>)> {
    let language = store::person::method::language(tx, account).await?;
    let language = app.texts.language(language.as_deref(), &app.config.campus.language);
    let reachable: Vec<_> =
        methods::of(tx, account).await?.into_iter().filter(|found| kind_of(found.method).is_some()).collect();
    Ok((language, methods::addresses(&app.keys, account, &reachable)))
}
