//! `POST /v1/flows`: the same for everybody, whether there is an account or not (EN-01).

use jiff::Timestamp;
use latchkey_api::flow::{StartFlow, Started};
use latchkey_api::{Code, Intent, Method};
use secrecy::ExposeSecret as _;
use sqlx::SqliteConnection;
use unicode_normalization::UnicodeNormalization as _;

use super::row::token_hash;
use super::{Row, Standing, envelope, later, note, starts};
use crate::app::App;
use crate::audit::Event;
use crate::directory::Entry;
use crate::gates::{self, Offer};
use crate::keys::Use;
use crate::problem::{Answer, Refused};
use crate::{decoy, human_check, random, registry};

/// Longest user ID that is read, in characters.
const LONGEST_ACCOUNT: usize = 256;

pub(crate) async fn start(app: &App, request: StartFlow) -> Answer<Started> {
    let typed = request.account.trim();
    if typed.is_empty() || request.account.chars().count() > LONGEST_ACCOUNT || typed.chars().any(char::is_control) {
        return Err(Refused::new(Code::Malformed));
    }
    if request.intent == Intent::Register {
        return Err(Refused::new(Code::NotAllowed));
    }
    let now = app.clock.now();
    human_check::spend(app, &request.human_check, now).await?;

    let name = canonical(typed, &app.config.campus.mail_domains);
    let entry = app.directory.find(&name).await?;
    let served = entry.filter(|entry| entry.enabled && !entry.privileged);
    let subject = served.as_ref().map_or(name.as_str(), |entry| entry.id.as_str());
    let subject = app.keys.mac(Use::Subject, &[&[u8::from(served.is_some())], subject.as_bytes()]).to_vec();

    let mut db = app.store.begin().await?;
    forget_old(&mut db, now).await?;
    let face = face(app, &mut db, &name, served.as_ref(), request.intent).await?;
    let mut account = face.account;
    for budget in starts(app, &subject) {
        // Beyond the budget the flow looks the same and does nothing: whoever asks so often is not the person (TF-12).
        if budget.take(&mut db, now).await?.is_err() {
            account = None;
        }
    }
    let token = random::token()?;
    let language = app.texts.language(request.language.as_deref(), &app.config.campus.language).to_owned();
    let proves = request.intent == Intent::Change;
    let mut row = Row {
        id: 0,
        public_id: random::readable_id()?,
        intent: request.intent,
        account,
        subject,
        language,
        revision: 1,
        standing: if proves { Standing::Prove } else { Standing::ChooseMethod },
        menu: face.menu,
        questions: face.questions,
        passed: Vec::new(),
        asked: proves.then_some(Method::CurrentPassword),
        sends: 0,
        touched_at: now.as_millisecond(),
        ends_at: later(now, app.config.limits.flow_seconds).as_millisecond(),
        done: None,
        blocked_until: None,
    };
    row.id = insert(&mut db, &row, &token_hash(token.expose_secret())).await?;
    if proves {
        sqlx::query("INSERT INTO challenges (flow_id, method, max_tries) VALUES (?, ?, ?)")
            .bind(row.id)
            .bind(Method::CurrentPassword.as_str())
            .bind(app.config.limits.tries_of_current_password)
            .execute(&mut *db)
            .await?;
    }
    note(app, &mut db, &row, Event::Started, row.intent.as_str(), None).await?;
    db.commit().await?;
    let flow = envelope(app, &row).await?;
    Ok(Started { token, flow })
}

/// What a flow shows: an account's own methods and questions, or those of a decoy.
struct Face {
    /// Absent in a decoy.
    account: Option<String>,
    menu: Vec<Offer>,
    questions: Vec<String>,
}

async fn face(app: &App, db: &mut SqliteConnection, name: &str, entry: Option<&Entry>, intent: Intent) -> Answer<Face> {
    // Both faces are always made, so that both take the same time (EN-02).
    let decoy_menu = decoy::menu(&app.keys, name, &app.config.methods.offered);
    let decoy_questions = decoy::questions(&app.keys, name);
    let id = entry.map(|entry| entry.id.as_str());
    let menu = own_menu(app, db, id.unwrap_or_default()).await?;
    let questions = registry::questions(db, id.unwrap_or_default()).await?;
    let account = id.map(str::to_owned);
    let knows_password = intent == Intent::Change;
    if account.is_some() && (knows_password || !menu.is_empty()) {
        return Ok(Face { account, menu, questions });
    }
    Ok(Face { account: None, menu: decoy_menu, questions: decoy_questions })
}

/// The methods of an account that are switched on and of use, in the campus' order.
async fn own_menu(app: &App, db: &mut SqliteConnection, account: &str) -> Answer<Vec<Offer>> {
    let mut menu = Vec::new();
    let registered = registry::of(db, account).await?;
    for method in &app.config.methods.offered {
        if *method == Method::HelpdeskPass {
            // On offer to everybody, so that nobody learns from the menu who was given one.
            menu.push(gates::pass());
            continue;
        }
        let Some(found) = registered.iter().find(|found| found.method == *method) else { continue };
        if *method == Method::Email {
            // A mailbox behind the password that is to be reset proves nothing and is of no use (FL-03).
            let address = found.opened(&app.keys, account)?;
            if app.config.campus.owns_mailbox(address.expose_secret()) {
                continue;
            }
        }
        menu.push(found.offer());
    }
    Ok(gates::useful(&menu))
}

/// The one spelling of a user ID: compatibility forms and case folded, Windows domain and own mail domain left off
/// (EN-08, OT-06).
#[must_use]
pub(crate) fn canonical(typed: &str, mail_domains: &[String]) -> String {
    let folded: String = typed.nfkc().flat_map(char::to_lowercase).collect();
    let folded = folded.trim();
    let name = folded.rsplit('\\').next().unwrap_or(folded);
    match name.rsplit_once('@') {
        Some((local, domain)) if mail_domains.iter().any(|own| own.eq_ignore_ascii_case(domain)) => local.to_owned(),
        _ => name.to_owned(),
    }
}

async fn insert(db: &mut SqliteConnection, row: &Row, token_hash: &[u8]) -> Answer<i64> {
    let inserted = sqlx::query(
        "INSERT INTO flows (public_id, token_hash, intent, account_id, subject, language, revision, step, menu,
             questions, passed, asked, started_at, touched_at, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.public_id)
    .bind(token_hash)
    .bind(row.intent.as_str())
    .bind(&row.account)
    .bind(&row.subject)
    .bind(&row.language)
    .bind(row.revision)
    .bind(row.standing.as_str())
    .bind(serde_json::to_string(&row.menu)?)
    .bind(serde_json::to_string(&row.questions)?)
    .bind(serde_json::to_string(&row.passed)?)
    .bind(row.asked.map(Method::as_str))
    .bind(row.touched_at)
    .bind(row.touched_at)
    .bind(row.ends_at)
    .execute(db)
    .await?;
    Ok(inserted.last_insert_rowid())
}

/// Flows are kept for a day after their end, and with them what they asked for.
async fn forget_old(db: &mut SqliteConnection, now: Timestamp) -> sqlx::Result<()> {
    let day_ago = now.as_millisecond() - 24 * 60 * 60 * 1000;
    sqlx::query("DELETE FROM flows WHERE ends_at < ? AND step <> 'working'").bind(day_ago).execute(&mut *db).await?;
    sqlx::query("DELETE FROM limits WHERE since < ?").bind(day_ago).execute(db).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_user_id_is_one_account() {
        // EN-08, OT-06
        let own = ["campus.example".to_owned()];
        for typed in ["ada", " ADA ", "CAMPUS\\ada", "ada@campus.example", "Ada@CAMPUS.example", "ａｄａ"] {
            assert_eq!(canonical(typed, &own), "ada", "{typed}");
        }
        assert_eq!(canonical("ada@home.example", &own), "ada@home.example");
    }
}
