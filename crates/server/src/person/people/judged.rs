//! Which numbers and addresses may prove something under the campus' settings, decided once and kept with each, so that
//! a start opens none of them (D1, FL-03, TF-01).

use latchkey_api::Method;
use latchkey_api::flow::Destination;
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::config::CampusConfig;
use crate::crypt::keys::Use;
use crate::crypt::seal;
use crate::person::methods::method_of;
use crate::refused::Answer;
use crate::store;
use crate::store::person::method::UnjudgedRow;

/// What this is known by among what was done.
const JUDGED: &str = "methods judged";
/// How many are judged in one transaction, so that no call waits long for it.
const SOME: i64 = 200;

/// Judges what nobody has judged under the settings of now.
pub(crate) async fn judge(app: &App) -> Answer<()> {
    let settings = app.keys.mac(Use::Subject, &[JUDGED.as_bytes(), &serde_json::to_vec(&app.config.campus)?]);
    let mut tx = app.store.read().await?;
    let last = store::person::population::done_with(&mut tx, JUDGED).await?;
    drop(tx);
    if last.is_none_or(|last| last != settings) {
        let mut tx = app.store.begin().await?;
        store::person::method::judge_again(&mut tx).await?;
        store::person::population::keep_done_with(&mut tx, JUDGED, &settings).await?;
        tx.commit().await?;
    }
    loop {
        let mut tx = app.store.read().await?;
        let some = store::person::method::unjudged(&mut tx, SOME).await?;
        drop(tx);
        if some.is_empty() {
            return Ok(());
        }
        let mut tx = app.store.begin().await?;
        for row in some {
            store::person::method::judge(&mut tx, &row.id, judged(app, &row)).await?;
        }
        tx.commit().await?;
    }
}

fn judged(app: &App, row: &UnjudgedRow) -> bool {
    let Some(method) = method_of(&row.method) else { return false };
    let sealed = row.sealed.as_deref().unwrap_or_default();
    match seal::open(&app.keys, &row.account_id, method.as_str(), sealed) {
        Ok(value) => proves(&app.config.campus, method, &value),
        Err(error) => {
            // Whoever owns it is served without it, as if it were not there (D4).
            tracing::warn!(error = &error as &dyn std::error::Error, method = %method, "a method cannot be opened");
            false
        }
    }
}

/// Whether a number is served, or a mailbox does not open with the password that is to be reset.
pub(super) fn proves(campus: &CampusConfig, method: Method, value: &SecretString) -> bool {
    match method.destination() {
        Some(Destination::Phone) => campus.sends_to(method, value),
        Some(Destination::Email) => !campus.mail_domains.own(value.expose_secret()),
        None => true,
    }
}
