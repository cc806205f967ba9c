//! Telling people what has happened to their account, at every address where they can be reached (FL-15, RG-03).

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_api::flow::Means;
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::SqliteConnection;

use crate::app::App;
use crate::delivery::texts::Notice as Said;
use crate::delivery::{Kind, Message};
use crate::keys::{Keys, Use};
use crate::problem::{Answer, Refused};
use crate::registry::Registered;
use crate::{random, seal};

/// Characters of the code that undoes: 80 bits.
pub(super) const LENGTH: usize = 16;
/// How often a notice is tried.
const TRIES: u32 = 10;

/// What people are to be told.
#[derive(Debug)]
pub(super) struct Owed<'a> {
    /// One notice an event and address, whatever happens.
    pub(super) event: &'a str,
    pub(super) account: &'a str,
    /// Id of the text.
    pub(super) text: &'a str,
    pub(super) means: Option<Means>,
    pub(super) language: &'a str,
    pub(super) flow: &'a str,
    /// What the code in it undoes; without that there is none.
    pub(super) undo: Option<i64>,
}

/// Writes down that a notice is owed to each of these addresses, in the caller's transaction; once to each, by text
/// rather than by call.
pub(super) async fn owe(db: &mut SqliteConnection, owed: &Owed<'_>, to: &[Registered], now: Timestamp) -> Answer<()> {
    let mut to: Vec<&Registered> = to.iter().filter(|found| Kind::of(found.method).is_some()).collect();
    to.sort_by_key(|found| Kind::of(found.method) == Some(Kind::Call));
    for found in to {
        sqlx::query(
            "INSERT OR IGNORE INTO notices (event_id, account_id, method, sealed, device, text, means, language,
                 flow_public_id, at, undo_id)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(owed.event)
        .bind(owed.account)
        .bind(found.method.as_str())
        .bind(&found.sealed)
        .bind(&found.device)
        .bind(owed.text)
        .bind(owed.means.map(Means::as_str))
        .bind(owed.language)
        .bind(owed.flow)
        .bind(now.as_millisecond())
        .bind(owed.undo)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Keyed hash of the code in a notice: all that is kept of it.
pub(super) fn code_mac(keys: &Keys, code: &SecretString) -> [u8; 32] {
    keys.mac(Use::Notice, &[code.expose_secret().as_bytes()])
}

#[derive(sqlx::FromRow)]
struct Notice {
    id: i64,
    account_id: String,
    method: String,
    sealed: Vec<u8>,
    text: String,
    means: Option<String>,
    language: String,
    flow_public_id: String,
    undo_id: Option<i64>,
}

/// Sends the notices that are owed; what fails stays owed and is tried again after the next flow and at the next start.
pub(super) async fn send(app: &App) {
    if let Err(refused) = try_to_send(app).await {
        tracing::warn!(code = refused.code().as_str(), "notices are still owed");
    }
}

async fn try_to_send(app: &App) -> Answer<()> {
    let owed: Vec<Notice> = sqlx::query_as(
        "SELECT id, account_id, method, sealed, text, means, language, flow_public_id, undo_id FROM notices
         WHERE sent = 0 AND sealed IS NOT NULL AND tries < ? ORDER BY tries, id LIMIT 100",
    )
    .bind(TRIES)
    .fetch_all(app.store.pool())
    .await?;
    for notice in owed {
        let Some(message) = take(app, &notice).await? else { continue };
        let sent = app.delivery.send(&message).await;
        if let Err(error) = &sent {
            tracing::warn!(%error, flow = notice.flow_public_id, "a notice could not be sent");
        }
        // Where it went to is not kept; the code that it has is, as its hash.
        let after = if sent.is_ok() { "sealed = NULL" } else { "sent = 0" };
        sqlx::query(sqlx::AssertSqlSafe(format!("UPDATE notices SET {after} WHERE id = ?")))
            .bind(notice.id)
            .execute(app.store.pool())
            .await?;
    }
    Ok(())
}

/// Takes a notice before it is sent (twice is worse for trust than a log line about one that failed) and gives it the
/// code that undoes what it tells.
async fn take(app: &App, notice: &Notice) -> Answer<Option<Message>> {
    let method = Method::ALL.into_iter().find(|known| known.as_str() == notice.method);
    let Some((method, kind)) = method.and_then(|method| Some((method, Kind::of(method)?))) else { return Ok(None) };
    let code = notice.undo_id.map(|_| random::readable::<LENGTH>()).transpose()?;
    let mac = code.as_ref().map(|code| code_mac(&app.keys, code).to_vec());
    let taken = sqlx::query("UPDATE notices SET sent = 1, tries = tries + 1, code_mac = ? WHERE id = ? AND sent = 0")
        .bind(mac)
        .bind(notice.id)
        .execute(app.store.pool())
        .await?;
    if taken.rows_affected() != 1 {
        return Ok(None);
    }
    let to = seal::open(&app.keys, &notice.account_id, method.as_str(), &notice.sealed).map_err(Refused::from)?;
    let campus = &app.config.campus;
    let said = Said {
        kind,
        id: &notice.text,
        campus: &campus.name,
        helpdesk: campus.helpdesk.phone.as_deref().unwrap_or(&campus.helpdesk.name),
        flow: &notice.flow_public_id,
        means: notice.means.as_deref(),
        code: code.as_ref(),
    };
    let written = app.texts.notice(&notice.language, &said);
    let (language, subject, body) = (notice.language.clone(), written.subject, written.body);
    // Whoever hears its code from a voicemail can stop recovery for the account, and nothing more.
    Ok(Some(Message { kind, to, language, subject, prompt: None, body }))
}
