//! Tells people that somebody tries to prove that they are them: at the fifth wrong proof in a day, and at each fifth
//! after that, three times a day at most (OT-05, TF-12).
//!
//! The worker does it, so that no answer takes longer for an account than for a name that nobody has.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::crypt::random;
use crate::guard::budget::{Budget, DAY};
use crate::message::queue::{self, Owed, Recipient, kind_of};
use crate::person::standing::subject_of;
use crate::person::{methods, undo};
use crate::refused::Answer;
use crate::store;
use crate::store::flow::TriedRow;

/// So many wrong proofs are told of.
const TELL_AT: i64 = 5;
/// So often in a day, and no more: whoever goes on must not make a phone ring all day (TF-12).
const TELL_AT_MOST: u32 = 3;
/// Within so long.
const WITHIN: SignedDuration = SignedDuration::from_hours(24);
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
    // In the person's language, not in that of whoever tried.
    let language = store::person::method::language(&mut tx, account).await?;
    let language = app.texts.language(language.as_deref(), &app.config.campus.language);
    let reachable: Vec<_> =
        methods::of(&mut tx, account).await?.into_iter().filter(|found| kind_of(found.method).is_some()).collect();
    let to = methods::addresses(&app.keys, account, &reachable);
    let new = undo::New { account, flow, language, before: None };
    let undo = undo::keep(&mut tx, &app.keys, &new, app.clock.now()).await?;
    let event = random::id()?;
    let recipient = Recipient { account, flow, language, trusted: false };
    let owed = Owed { event: &event, recipient, text: "notice-tries", means: None, undo: Some(undo) };
    queue::notices(&mut tx, app.pen(), &owed, &to).await?;
    Ok(tx.commit().await?)
}
