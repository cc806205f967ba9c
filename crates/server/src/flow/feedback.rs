//! `POST /v1/flow/feedback`: whether it was helpful, once at the end; kept apart from who said it and when.

use latchkey_api::Flow;
use latchkey_api::flow::{Call, Feedback};

use super::{TokenHash, answerable, envelope, load, saved};
use crate::app::App;
use crate::problem::Answer;
use crate::random;

pub(crate) async fn feedback(app: &App, token: &TokenHash, feedback: Feedback) -> Answer<Flow> {
    let text = feedback.text.as_deref().map(plain).filter(|text| !text.is_empty());
    let revision = load(app, token).await?.revision;
    let mut row = answerable(app, token, revision, Call::Feedback).await?;
    let db = app.store.begin().await?;
    row.feedback_given = true;
    let mut db = saved(app, token, &mut row, db).await?;
    let day = app.clock.now().strftime("%Y-%m-%d").to_string();
    sqlx::query("INSERT INTO feedback (id, day, helpful, text) VALUES (?, ?, ?, ?)")
        .bind(random::bytes::<16>()?.to_vec())
        .bind(day)
        .bind(feedback.helpful)
        .bind(text)
        .execute(&mut *db)
        .await?;
    db.commit().await?;
    envelope(app, &row).await
}

/// Text without what moves a cursor, rings a bell or turns a line around.
fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.trim().chars().filter(|c| *c == '\n' || !(c.is_control() || turns(*c))).collect()
}
