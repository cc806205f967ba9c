//! How a flow ends by what its person says, it is cancelled, or it is done and was helpful or not; or by their silence.

use jiff::{SignedDuration, Timestamp};
use latchkey_api::flow::{Call, Feedback};
use latchkey_api::{Code, Flow};

use super::answering::{answerable, load, note, saved};
use super::envelope::envelope;
use super::row::{Row, Standing, TokenHash, leave_nothing_open};
use crate::app::App;
use crate::crypt::audit::Event;
use crate::crypt::random;
use crate::refused::{Answer, Refused};
use crate::store;

/// How many flows are ended at once, so that no call waits long for it.
const SOME: i64 = 500;

/// `POST /v1/flow/cancel`
pub(crate) async fn cancel(app: &App, token: &TokenHash, revision: u32) -> Answer<Flow> {
    let mut row = answerable(app, token, revision, Call::Cancel).await?;
    let tx = app.store.begin().await?;
    row.standing = Standing::Cancelled;
    let mut tx = saved(app, token, &mut row, tx).await?;
    leave_nothing_open(&mut tx, &row).await?;
    note(app, &mut tx, &row, Event::Cancelled, "by the person", None).await?;
    tx.commit().await?;
    envelope(app, &row).await
}

/// Ends some flows whose windows were closed without a word: they would have expired, had anybody called again. It is
/// done by the trusted time, so that a clock that leaps ends nothing.
pub(crate) async fn end_abandoned(app: &App, trusted: Timestamp) -> Answer<()> {
    let idle = SignedDuration::from_secs(i64::from(app.config.limits.flow_idle_seconds));
    let since = trusted.saturating_sub(idle).unwrap_or(Timestamp::MIN).as_millisecond();
    let mut tx = app.store.begin().await?;
    for row in store::flow::abandoned(&mut tx, since, SOME).await? {
        // A damaged row is cleared with its age.
        let Ok(mut row) = Row::read(row) else { continue };
        let nothing_happened = row.revision == 1;
        row.standing = Standing::Expired;
        row.shown = None;
        row.save(&mut tx).await?;
        leave_nothing_open(&mut tx, &row).await?;
        if nothing_happened {
            // Whoever starts flows by the thousand fills no audit with their ends.
            app.metrics.flow_ended(row.intent, "expired");
        } else {
            note(app, &mut tx, &row, Event::Expired, "time passed", None).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// The account was disabled or made privileged while the flow was open: nothing is done, and the flow is over (B3).
pub(super) async fn no_longer_served(app: &App, mut row: Row) -> Answer<Refused> {
    let mut tx = app.store.begin().await?;
    row.standing = Standing::Blocked;
    row.save(&mut tx).await?;
    leave_nothing_open(&mut tx, &row).await?;
    note(app, &mut tx, &row, Event::Blocked, "no longer served", None).await?;
    tx.commit().await?;
    Ok(Refused::new(Code::NotAllowed).with_flow(envelope(app, &row).await?))
}

/// `POST /v1/flow/feedback`: whether it was helpful, once at the end; kept apart from who said it and when.
pub(crate) async fn feedback(app: &App, token: &TokenHash, feedback: Feedback) -> Answer<Flow> {
    let text = feedback.text.as_deref().map(plain).filter(|text| !text.is_empty());
    let revision = load(app, token).await?.revision;
    let mut row = answerable(app, token, revision, Call::Feedback).await?;
    let tx = app.store.begin().await?;
    row.feedback_given = true;
    let mut tx = saved(app, token, &mut row, tx).await?;
    let day = app.clock.now().strftime("%Y-%m-%d").to_string();
    let id = random::bytes::<16>()?;
    store::flow::keep_feedback(&mut tx, &id, &day, feedback.helpful, text.as_deref()).await?;
    tx.commit().await?;
    envelope(app, &row).await
}

/// Text without what moves a cursor, rings a bell or turns a line around.
fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.trim().chars().filter(|c| *c == '\n' || !(c.is_control() || turns(*c))).collect()
}
