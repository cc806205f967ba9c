//! A look at the campus and at this workstation, without a window, a password or a question: whether the password of an
//! account that knows this workstation was changed elsewhere, and what is saved here under its name.
//!
//! A process of its own makes it and ends. What it finds it writes into the journal, which the tray reads.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use latchkey_api::reminders::Reminders;
use latchkey_flow::Failure;
use latchkey_flow::screen::Lost;
use tokio::task::spawn_blocking;

use crate::copies::Copies;
use crate::device::Device;
use crate::http::{Http, NoClient};
use crate::places::Places;
use crate::settings::Settings;

/// Why a look has come to nothing.
#[derive(Debug, thiserror::Error)]
pub enum NoLook {
    #[error(transparent)]
    NoClient(#[from] NoClient),
    /// There was no answer; a later look may have one.
    #[error("the server cannot be reached: {0:?}")]
    Lost(Lost),
    #[error("the look was stopped")]
    Stopped,
}

/// What the directory of one account says.
struct Said {
    account: String,
    changed_at: Timestamp,
    now: Timestamp,
}

/// Looks once. The folder is that of the journal; nobody is asked anything, and no copy is changed.
///
/// # Errors
/// If the server could not be asked; this workstation was looked at all the same.
pub async fn look(
    settings: Settings,
    places: Option<Places>,
    state: PathBuf,
    signed_in: Option<String>,
) -> Result<(), NoLook> {
    let places = places.map(Arc::new);
    let device = Device::new(places.clone(), Some(settings.clone()), signed_in.as_deref());
    let copies = Copies::open(places, state, Some(settings.clone()));
    let (asked, said) = ask(&settings, &device, accounts(&settings, &copies, signed_in)).await;
    let looked = spawn_blocking(move || {
        for Said { account, changed_at, now } in said {
            copies.heard(&account, changed_at, now);
        }
        copies.look_again();
    });
    looked.await.map_err(|_| NoLook::Stopped)?;
    asked
}

/// The accounts that may know this workstation: those of the journal, and that of who is signed in.
fn accounts(settings: &Settings, copies: &Copies, signed_in: Option<String>) -> Vec<String> {
    let known = settings.known_account(signed_in);
    let all = copies.accounts().into_iter().chain(known);
    let mut all: Vec<String> = all.map(|account| settings.name_at_campus(&account)).collect();
    all.sort();
    all.dedup();
    all
}

/// Asks about each account of which this workstation has a token; without one there is no connection.
async fn ask(settings: &Settings, device: &Device, accounts: Vec<String>) -> (Result<(), NoLook>, Vec<Said>) {
    let mut said = Vec::new();
    if !device.may_be_known() {
        return (Ok(()), said);
    }
    let mut http = None;
    for account in accounts {
        let Some(token) = device.token(&account).await else { continue };
        let http = match &http {
            Some(http) => http,
            None => match Http::new(settings) {
                Ok(new) => &*http.insert(new),
                Err(error) => return (Err(error.into()), said),
            },
        };
        match http.reminders(&token).await {
            Ok(Reminders { now, password_changed_at: Some(changed_at), .. }) => {
                said.push(Said { account, changed_at, now });
            }
            Ok(_) => tracing::debug!("the directory does not say when a password was changed"),
            // A token that is good no more is forgotten at the next start.
            Err(Failure::Refused(problem)) => tracing::info!(code = ?problem.code, "nothing is told of an account"),
            Err(Failure::Lost(why)) => return (Err(NoLook::Lost(why)), said),
        }
    }
    (Ok(()), said)
}
