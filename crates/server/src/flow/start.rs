//! `POST /v1/flows`: the same for everybody, whether there is an account or not (EN-01).

use jiff::Timestamp;
use latchkey_api::flow::{StartFlow, Started};
use latchkey_api::{Code, Intent, Method};
use secrecy::ExposeSecret as _;
use sqlx::SqliteConnection;
use unicode_normalization::UnicodeNormalization as _;

use super::{Row, Standing, TokenHash, envelope, note, starts};
use crate::app::App;
use crate::audit::Event;
use crate::clock::later;
use crate::config::{FirstBinding, SecondFactor};
use crate::directory::Entry;
use crate::freeze::{frozen_since, subject_of};
use crate::gates::{self, Offer, Pairing};
use crate::keys::Use;
use crate::problem::{Answer, Refused};
use crate::{decoy, human_check, random, recovery, registry, undo};

/// Longest user ID that is read, in characters.
const LONGEST_ACCOUNT: usize = 256;

pub(crate) async fn start(app: &App, request: StartFlow) -> Answer<Started> {
    let typed = request.account.trim();
    if typed.is_empty() || request.account.chars().count() > LONGEST_ACCOUNT || typed.chars().any(char::is_control) {
        return Err(Refused::new(Code::Malformed));
    }
    let now = app.clock.now();
    human_check::spend(app, &request.human_check, now).await?;

    let name = canonical(typed, &app.config.campus.mail_domains);
    let found = app.directory.find(&name).await;
    app.health.saw(&found, now);
    let entry = found?;
    let served = entry.filter(|entry| entry.enabled && !entry.privileged);
    let subject = match &served {
        Some(entry) => subject_of(&app.keys, &entry.id),
        None => app.keys.mac(Use::Subject, &[&[0], name.as_bytes()]).to_vec(),
    };

    let mut db = app.store.begin().await?;
    forget_old(&mut db, now).await?;
    let face = face(app, &mut db, &name, served.as_ref(), request.intent).await?;
    let mut account = face.account;
    let id = served.as_ref().map(|entry| entry.id.as_str()).unwrap_or_default();
    if frozen_since(&mut db, id).await?.is_some() {
        // Looks as ever and does nothing: whoever froze it is not told by what others see (EN-01).
        account = None;
    }
    for budget in starts(app, &subject) {
        // Beyond the budget the flow looks the same and does nothing: whoever asks so often is not the person (TF-12).
        if budget.take(&mut db, now).await?.is_err() {
            account = None;
        }
    }
    let token = random::token()?;
    let language = app.texts.language(request.language.as_deref(), &app.config.campus.language).to_owned();
    let proves = knows_password(request.intent);
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
        gates: gates_at_first(app, request.intent),
        asked: proves.then_some(Method::CurrentPassword),
        sends: 0,
        started_at: now.as_millisecond(),
        touched_at: now.as_millisecond(),
        ends_at: later(now, app.config.limits.flow_seconds).as_millisecond(),
        done: None,
        blocked_until: None,
        feedback_given: false,
    };
    row.id = insert(&mut db, &row, &TokenHash::of(token.expose_secret())).await?;
    if proves {
        ask_for_password(app, &mut db, row.id).await?;
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
    let decoy_menu = decoy::menu(&app.keys, name, &app.config.methods.offered, pairing(app));
    let decoy_questions = decoy::questions(&app.keys, name);
    let id = entry.map(|entry| entry.id.as_str());
    let menu = pairing(app).useful(&own_menu(app, db, id.unwrap_or_default()).await?);
    let questions = registry::questions(db, id.unwrap_or_default()).await?;
    let account = id.map(str::to_owned);
    if knows_password(intent) {
        // What else will be asked for depends on the account, and is decided once the password is proven.
        return Ok(Face { account, menu: Vec::new(), questions: Vec::new() });
    }
    if account.is_some() && !menu.is_empty() {
        return Ok(Face { account, menu, questions });
    }
    Ok(Face { account: None, menu: decoy_menu, questions: decoy_questions })
}

/// Whether the current password is the first gate.
pub(super) const fn knows_password(intent: Intent) -> bool {
    match intent {
        Intent::Change | Intent::Register => true,
        Intent::Reset | Intent::Unlock => false,
    }
}

/// How many gates are spoken of before it is known who is there: as many as everybody has.
pub(super) fn gates_at_first(app: &App, intent: Intent) -> u8 {
    match intent {
        Intent::Reset | Intent::Unlock => gates::GATES,
        Intent::Change => match app.config.change.second_factor {
            SecondFactor::Never | SecondFactor::WhenRegistered => 1,
            SecondFactor::Always => gates::GATES,
        },
        Intent::Register => match app.config.register.first_binding {
            FirstBinding::Password => 1,
            FirstBinding::Pass => gates::GATES,
        },
    }
}

/// Asks for the current password, as the first gate or once more.
pub(super) async fn ask_for_password(app: &App, db: &mut SqliteConnection, flow: i64) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO challenges (flow_id, method, max_tries) VALUES (?, ?, ?)")
        .bind(flow)
        .bind(Method::CurrentPassword.as_str())
        .bind(app.config.limits.tries_of_current_password)
        .execute(db)
        .await?;
    Ok(())
}

/// What this campus asks of a pair.
pub(super) fn pairing(app: &App) -> Pairing {
    Pairing { one_phone_gate: app.config.methods.one_phone_gate }
}

/// The methods of an account that are switched on, in the campus' order; with them what is there for everybody.
pub(super) async fn own_menu(app: &App, db: &mut SqliteConnection, account: &str) -> Answer<Vec<Offer>> {
    let mut menu = Vec::new();
    let registered = registry::of(db, account).await?;
    let codes = recovery::of(db, account).await?.len();
    for method in &app.config.methods.offered {
        if *method == Method::HelpdeskPass {
            // On offer to everybody, so that nobody learns from the menu who was given one.
            menu.push(gates::pass());
            continue;
        }
        let Some(found) = registered.iter().find(|found| found.method == *method) else { continue };
        if *method == Method::RecoveryCode && codes == 0 {
            continue;
        }
        if *method == Method::Email {
            // A mailbox behind the password that is to be reset proves nothing and is of no use (FL-03).
            let address = found.opened(&app.keys, account)?;
            if app.config.campus.owns_mailbox(address.expose_secret()) {
                continue;
            }
        }
        menu.push(found.offer());
    }
    Ok(menu)
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

async fn insert(db: &mut SqliteConnection, row: &Row, token: &TokenHash) -> Answer<i64> {
    let inserted = sqlx::query(
        "INSERT INTO flows (public_id, token_hash, intent, account_id, subject, language, revision, step, menu,
             questions, passed, gates, asked, started_at, touched_at, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&row.public_id)
    .bind(token.as_bytes())
    .bind(row.intent.as_str())
    .bind(&row.account)
    .bind(&row.subject)
    .bind(&row.language)
    .bind(row.revision)
    .bind(row.standing.as_str())
    .bind(serde_json::to_string(&row.menu)?)
    .bind(serde_json::to_string(&row.questions)?)
    .bind(serde_json::to_string(&row.passed)?)
    .bind(row.gates)
    .bind(row.asked.map(Method::as_str))
    .bind(row.started_at)
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
    sqlx::query("DELETE FROM limits WHERE since < ?").bind(day_ago).execute(&mut *db).await?;
    undo::forget_old(db, now).await
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
