//! `latchkey places`: the copies of the password on this computer without a window, listed or refreshed.
//!
//! A list touches nothing and asks for no password. What is refreshed, and when nothing is left, the flow decides as it
//! does for a window.

mod refresh;
#[cfg(not(unix))]
mod terminal_elsewhere;
#[cfg(unix)]
mod terminal_unix;

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use latchkey_api::place::{Copy, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_api::typeable::seen;
use latchkey_client::places::{self, Looking, Places};
use latchkey_client::settings::{Settings, SettingsError};
use serde::Serialize;
#[cfg(not(unix))]
use terminal_elsewhere as terminal;
#[cfg(unix)]
use terminal_unix as terminal;

use crate::{arguments, window};

/// Of a place or a copy with which something is left to do.
const LEFT: u8 = 2;

/// What is wanted of the copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    List,
    /// The same for a program.
    Json,
    Refresh,
}

/// Why nothing was touched.
#[derive(Debug, thiserror::Error)]
enum NotBegun {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("the policy does not say whose copies these are: latchkey places --account NAME")]
    NoAccount,
    #[error("the system does not say where this program is: {0}")]
    NoProgram(#[source] io::Error),
    #[error("the system has no folder for what is left to do")]
    NoFolder,
    #[error("passwords are typed at a terminal and nowhere else, and this process has none: {0}")]
    NoTerminal(#[source] io::Error),
    #[error("nothing was touched: {0}")]
    NotTyped(#[source] io::Error),
    #[error("nothing was touched: the two new passwords differ")]
    Differ,
    #[error("nothing was touched: there is no new password")]
    NoPassword,
}

/// Whose copies are looked for, and where.
struct Here {
    account: String,
    settings: Settings,
    places: Places,
}

/// Lists or refreshes the copies of `account`, or of who is signed in where the policy says that this is the same.
pub fn run(account: Option<String>, wanted: Wanted) -> ExitCode {
    let ended = Here::of(account).and_then(|here| match wanted {
        Wanted::List => Ok(list(&here)),
        Wanted::Json => Ok(json(&here)),
        Wanted::Refresh => refresh::run(here),
    });
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(LEFT),
        Err(error) => arguments::explain(&error),
    }
}

/// How a place has answered a look.
pub fn how(state: &PlaceState) -> &'static str {
    match (state.error, state.locked) {
        (Some(PlaceError::Unreachable), _) => "nobody answers",
        (Some(PlaceError::TimedOut), _) => "does not answer in time",
        (Some(PlaceError::Refused | PlaceError::Declined), _) => "refuses",
        (Some(PlaceError::Broken), _) => "the program that looks does not work; install it again",
        (None, true) => "there, locked",
        (None, false) => "there",
    }
}

impl Here {
    fn of(account: Option<String>) -> Result<Self, NotBegun> {
        let settings = Settings::load()?;
        let signed_in = window::signed_in();
        let account = account.or_else(|| settings.known_account(signed_in.clone())).ok_or(NotBegun::NoAccount)?;
        let program = places::program().map_err(NotBegun::NoProgram)?;
        let places = Places::new(program, settings.place_policy(signed_in));
        Ok(Self { account, settings, places })
    }

    /// What is found without a password, and without opening a prompt.
    fn look(&self) -> (Vec<Copy>, Vec<PlaceState>) {
        self.places.find(&Looking { accounts: self.settings.names_of(&self.account), ..Looking::default() })
    }
}

/// Says each place with its copies, and whether every place has answered.
fn list(here: &Here) -> bool {
    let (copies, states) = here.look();
    say(format_args!("The saved sign-ins of {} on this computer:", seen(&here.account)));
    for state in &states {
        say(format_args!("{:<18} {}", state.place.as_str(), place(state)));
        for copy in copies.iter().filter(|copy| is_in(state, copy)) {
            say(format_args!("  {}: {}", titled(copy), standing(copy.standing)));
        }
    }
    if !copies.is_empty() {
        say("Which of them hold the old password is seen once it is typed: latchkey places --refresh");
    }
    states.iter().all(answered)
}

/// One place with its copies.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    state: &'a PlaceState,
    copies: Vec<&'a Copy>,
}

/// The same as JSON.
fn json(here: &Here) -> bool {
    let (copies, states) = here.look();
    let of = |state| Listed { state, copies: copies.iter().filter(|copy| is_in(state, copy)).collect() };
    let all = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "account": here.account,
        "places": states.iter().map(of).collect::<Vec<_>>(),
    });
    say(harmless(&format!("{all:#}")));
    states.iter().all(answered)
}

fn answered(state: &PlaceState) -> bool {
    state.error.is_none() && !state.locked
}

/// Two programs of a campus have copies of one kind; their ids begin with the program's name.
fn is_in(state: &PlaceState, copy: &Copy) -> bool {
    let of_program = |name: &String| copy.id.starts_with(&format!("{}:{name}:", state.place.as_str()));
    copy.place == state.place
        && (state.place != PlaceKind::CampusProgram || state.name.as_ref().is_some_and(of_program))
}

fn place(state: &PlaceState) -> String {
    match &state.name {
        Some(name) => format!("{}: {}", seen(name), how(state)),
        None => how(state).to_owned(),
    }
}

/// Title, user and target of a copy. Other programs have written them, and a terminal obeys some characters.
fn titled(copy: &Copy) -> String {
    let title = if copy.label.is_empty() { copy.place.as_str() } else { &copy.label };
    let parts = [Some(title), copy.user.as_deref(), copy.target.as_deref()];
    parts.into_iter().flatten().map(seen).collect::<Vec<_>>().join(", ")
}

const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Proven => "is the campus', and refreshed without a question",
        Standing::Choice => "may be the campus', and waits for a yes",
        Standing::NoPassword => "holds what nobody can have typed, and waits for a yes",
        Standing::Fine => "holds the new password already",
        Standing::Locked => "is locked",
        Standing::OldOpens => "opens with the old password",
    }
}

/// The same JSON with every control character written as an escape; outside of a text there are line ends alone.
fn harmless(json: &str) -> String {
    let escaped = |c: char| match c {
        '\n' => c.to_string(),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    json.chars().map(escaped).collect()
}

/// Whoever has read enough and closed the pipe keeps nothing from being done.
fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(place: PlaceKind, id: &str, label: &str) -> Copy {
        let standing = Standing::Choice;
        Copy { id: id.into(), place, label: label.into(), user: Some("ada".into()), target: None, standing }
    }

    #[test]
    fn what_another_program_has_written_gives_a_terminal_no_orders() {
        let orders = copy(PlaceKind::SecretService, "1", "Mail\u{1b}]0;evil\u{7}\u{9b}31m\n\u{202e}");
        assert_eq!(titled(&orders), "Mail]0;evil31m, ada");
        let json = harmless(&serde_json::json!({ "label": orders.label }).to_string());
        assert!(!json.contains(|c: char| c.is_control()), "{json:?}");
        let read: serde_json::Value = serde_json::from_str(&json).expect("still JSON");
        assert_eq!(read["label"], orders.label.as_str());
    }

    #[test]
    fn a_copy_is_listed_at_the_program_of_the_campus_that_has_told_of_it() {
        let program = |name: &str| PlaceState {
            place: PlaceKind::CampusProgram,
            name: Some(name.into()),
            locked: false,
            error: None,
        };
        let sync = copy(PlaceKind::CampusProgram, "campus_program:sync:1", "Sync");
        assert!(is_in(&program("sync"), &sync));
        assert!(!is_in(&program("sync2"), &sync) && !is_in(&program("syn"), &sync));
        let keyring =
            PlaceState { place: PlaceKind::SecretService, name: Some("oo7".into()), locked: false, error: None };
        assert!(is_in(&keyring, &copy(PlaceKind::SecretService, "secret_service:/1", "Mail")));
        assert!(!is_in(&keyring, &sync));
    }
}
