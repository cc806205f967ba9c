//! The command line.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the command line answers on the terminal")]

use std::fmt::Display;
use std::process::{Child, Command, ExitCode};

use latchkey_flow::window::{Opening, WindowKind};
use lexopt::prelude::*;

use crate::places;

const HELP: &str = "\
Gets you back into your account, and leaves this workstation knowing the new password.

Usage: latchkey [OPTION | doctor [--json] | places [--account NAME] [--json | --refresh]]

  (nothing)    put the icon in the tray; with one there already, open \"Can't access your account?\"
  --tray       put the icon in the tray; with one there already, do nothing (for autostart)
  --recover    open \"Can't access your account?\", which asks what happened
  --reset      ... for a forgotten password
  --first      ... for who never received one
  --unlock     ... for an account that is locked
  --change     open \"Change my password\"
  --register   open \"Set up account recovery\"
  --places     finish an earlier change on this computer
  --helpdesk   say how to reach the helpdesk, and what this app is
  doctor       say where settings come from, what can be reached, and what to do; --json for programs
  places       list the saved sign-ins that would be looked at on this computer, and touch none; --json for programs
    --account NAME  whose they are, where the policy does not say that it is who is signed in
    --refresh       ask for the old and the new password at this terminal, and put the new one where the old one was;
                    what may be for something else is asked about one by one
  --version
  --help

Settings are an administrator's; `latchkey doctor` says where they stand.
`latchkey places` ends with 0 where nothing is left to do, with 2 where something is or a place has not answered or is
locked, and with 1 where it could not begin. `latchkey doctor` ends with 1 if settings or server are missing.
LATCHKEY_LOG=info writes what happens, without secrets, to standard error.";

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    Tray,
    Window(Opening),
    Doctor {
        json: bool,
    },
    Places {
        /// Whose copies are meant; absent for who is signed in.
        account: Option<String>,
        wanted: places::Wanted,
    },
    /// The tray's own: one look without a window.
    Look,
    Version,
    Help,
}

/// Reads the arguments of this process.
pub fn read() -> Result<Wanted, lexopt::Error> {
    parse(lexopt::Parser::from_env())
}

/// Reads the arguments that a second start handed over, its name first; `None` if they open no window.
pub fn handed_over(arguments: &[String]) -> Option<Opening> {
    match parse(lexopt::Parser::from_iter(arguments)).ok()? {
        Wanted::Window(opening) => Some(opening),
        Wanted::Tray if arguments.iter().any(|argument| argument == "--tray") => None,
        // Somebody clicked the launcher, and where the desktop hides tray icons that must do something.
        Wanted::Tray => Some(WindowKind::Recover.into()),
        Wanted::Doctor { .. } | Wanted::Places { .. } | Wanted::Look | Wanted::Version | Wanted::Help => None,
    }
}

/// Starts a window as a process of its own, with the desktop's leave to come to the front where there is one. Whoever
/// started this process has used up the leave that stands in its own environment.
///
/// # Errors
/// When the system starts no process.
pub fn start(opening: Opening, activation: Option<&str>) -> std::io::Result<Child> {
    let mut window = Command::new(std::env::current_exe()?);
    window.arg(format!("--{}", opening.argument()));
    for name in ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"] {
        match activation {
            Some(token) => window.env(name, token),
            None => window.env_remove(name),
        };
    }
    window.spawn()
}

pub fn print_version() -> ExitCode {
    println!("latchkey {}", env!("CARGO_PKG_VERSION"));
    ExitCode::SUCCESS
}

pub fn print_help() -> ExitCode {
    println!("{HELP}");
    ExitCode::SUCCESS
}

pub fn explain(error: &impl Display) -> ExitCode {
    eprintln!("latchkey: {error}");
    eprintln!("Try: latchkey --help, latchkey doctor");
    ExitCode::FAILURE
}

fn parse(mut parser: lexopt::Parser) -> Result<Wanted, lexopt::Error> {
    let mut wanted = Wanted::Tray;
    while let Some(argument) = parser.next()? {
        wanted = match argument {
            Long("tray") => Wanted::Tray,
            Long("look") => Wanted::Look,
            Long("version") | Short('V') => Wanted::Version,
            Long("help") | Short('h') => Wanted::Help,
            Value(value) if value == "doctor" => Wanted::Doctor { json: false },
            Value(value) if value == "places" => about_places(&mut parser)?,
            Long("json") if matches!(wanted, Wanted::Doctor { .. }) => Wanted::Doctor { json: true },
            Long(name) => match Opening::ALL.into_iter().find(|(known, _)| *known == name) {
                Some((_, opening)) => Wanted::Window(opening),
                None => return Err(argument.unexpected()),
            },
            _ => return Err(argument.unexpected()),
        };
    }
    Ok(wanted)
}

/// Reads what follows `places`.
fn about_places(parser: &mut lexopt::Parser) -> Result<Wanted, lexopt::Error> {
    let (mut account, mut wanted) = (None, places::Wanted::List);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("account") => account = Some(parser.value()?.string()?),
            Long("json") if wanted == places::Wanted::List => wanted = places::Wanted::Json,
            Long("refresh") if wanted == places::Wanted::List => wanted = places::Wanted::Refresh,
            _ => return Err(argument.unexpected()),
        }
    }
    if account.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err("an account has a name".into());
    }
    Ok(Wanted::Places { account, wanted })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(arguments: &[&str]) -> Option<Wanted> {
        parse(lexopt::Parser::from_args(arguments.iter().copied())).ok()
    }

    #[test]
    fn every_window_opens_by_its_argument() {
        for (argument, opening) in Opening::ALL {
            assert_eq!(wanted(&[&format!("--{argument}")]), Some(Wanted::Window(opening)));
        }
        assert_eq!(wanted(&[]), Some(Wanted::Tray));
        assert_eq!(wanted(&["--look"]), Some(Wanted::Look));
        assert_eq!(wanted(&["doctor"]), Some(Wanted::Doctor { json: false }));
        assert_eq!(wanted(&["doctor", "--json"]), Some(Wanted::Doctor { json: true }));
    }

    #[test]
    fn the_saved_copies_are_listed_unless_they_are_to_be_refreshed() {
        let of = |account: Option<&str>, wanted| Some(Wanted::Places { account: account.map(Into::into), wanted });
        assert_eq!(wanted(&["places"]), of(None, places::Wanted::List));
        assert_eq!(wanted(&["places", "--json", "--account", "ada"]), of(Some("ada"), places::Wanted::Json));
        assert_eq!(wanted(&["places", "--account=ada", "--refresh"]), of(Some("ada"), places::Wanted::Refresh));
    }

    #[test]
    fn no_password_is_taken_on_the_command_line() {
        for refused in [
            &["places", "--refresh", "--json"][..],
            &["places", "--refresh", "secret"],
            &["places", "--old", "secret"],
            &["places", "--new=secret"],
            &["places", "--account", " "],
            &["places", "--account"],
        ] {
            assert_eq!(wanted(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        // TA-08
        for unknown in
            [&["--server=https://evil.example"][..], &["latchkey://reset"], &["--reset=1"], &["-x"], &["--json"]]
        {
            assert_eq!(wanted(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn a_second_start_without_arguments_opens_the_recovery_window() {
        // TA-09
        assert_eq!(handed_over(&["latchkey".into()]), Some(WindowKind::Recover.into()));
        assert_eq!(handed_over(&["latchkey".into(), "--tray".into()]), None);
        assert_eq!(handed_over(&["latchkey".into(), "--look".into()]), None);
        assert_eq!(handed_over(&["latchkey".into(), "--evil".into()]), None);
    }
}
