//! `latchkey doctor`: where the settings come from, what can be reached from here, and what to do about what cannot.
#![expect(clippy::print_stdout, reason = "the command line answers on the terminal")]

use std::net::ToSocketAddrs;
use std::process::ExitCode;

use latchkey_api::campus::Campus;
use latchkey_client::http::Http;
use latchkey_client::places::{self, Looking, PlacePolicy, Places};
use latchkey_client::settings::{self, Proxy, Settings};
use latchkey_flow::Failure;
use latchkey_flow::screen::Lost;
use serde::Serialize;

use crate::places::how;

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Finding {
    subject: &'static str,
    /// What is wrong, as a word that a program can tell apart; `ok` where nothing is.
    state: &'static str,
    said: String,
    /// What whoever reads this can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    todo: Option<String>,
}

impl Finding {
    fn fine(subject: &'static str, said: impl Into<String>) -> Self {
        Self { subject, state: "ok", said: said.into(), todo: None }
    }

    fn wrong(subject: &'static str, state: &'static str, said: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { subject, state, said: said.into(), todo: Some(todo.into()) }
    }
}

/// Examines everything and says it, as lines or as JSON; fails if something is missing that the windows cannot do
/// without.
pub fn examine(json: bool) -> ExitCode {
    let needed = settings_and_server();
    let works = needed.iter().all(|finding| finding.todo.is_none());
    let findings: Vec<_> = needed.into_iter().chain([keyring(), tray(), notifications()]).collect();
    if json {
        let all = serde_json::json!({ "version": env!("CARGO_PKG_VERSION"), "works": works, "findings": findings });
        println!("{all:#}");
    } else {
        println!("latchkey {}", env!("CARGO_PKG_VERSION"));
        for Finding { subject, said, todo, .. } in &findings {
            println!("{subject:<14} {said}");
            if let Some(todo) = todo {
                println!("{:<14} {todo}", "");
            }
        }
    }
    if works { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn settings_and_server() -> Vec<Finding> {
    let source = settings::source();
    let settings = match Settings::load() {
        Ok(settings) => settings,
        Err(error) => {
            let todo = format!("An administrator sets `server` to https://… at {}.", source.display());
            return vec![Finding::wrong("settings", "settings", format!("missing or unusable: {error}"), todo)];
        }
    };
    vec![Finding::fine("settings", source.display().to_string()), server(&settings)]
}

/// Looks the name up by itself first: an answer that does not come says less than a name that nobody knows.
fn server(settings: &Settings) -> Finding {
    if let Some(unknown) = unknown_name(settings) {
        return unknown;
    }
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Finding::wrong("server", "system", "not asked: the system gives no runtime", "Try again later.");
    };
    match Http::new(settings) {
        Ok(http) => judged(settings, runtime.block_on(http.campus())),
        Err(error) => {
            let todo = "An administrator checks `ca` and `proxy` in the settings, and the system's certificates.";
            Finding::wrong("server", "certificate", error.to_string(), todo)
        }
    }
}

/// A proxy looks names up by itself.
fn unknown_name(settings: &Settings) -> Option<Finding> {
    if matches!(settings.proxy, Proxy::At(_)) {
        return None;
    }
    let address = settings.server.split_once("://").map_or(settings.server.as_str(), |(_, address)| address);
    let address = address.trim_end_matches('/');
    let host =
        address.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(address, |(host, _)| host);
    let error = (host.trim_matches(['[', ']']), 443).to_socket_addrs().err()?;
    let todo = "Check the network and its name servers; away from the campus its VPN may be needed.";
    Some(Finding::wrong("server", "name", format!("nobody knows the name {host}: {error}"), todo))
}

fn judged(settings: &Settings, answer: Result<Campus, Failure>) -> Finding {
    let server = &settings.server;
    let wrong = |state, said: &str, todo: &str| Finding::wrong("server", state, format!("{server} {said}"), todo);
    match answer {
        Ok(campus) if !is_served(&campus.oldest_client, env!("CARGO_PKG_VERSION")) => wrong(
            "version",
            &format!("serves version {} and newer only", campus.oldest_client),
            "Install a newer version of Latchkey.",
        ),
        Ok(Campus { suspended: true, .. }) | Err(Failure::Lost(Lost::Suspended)) => wrong(
            "suspended",
            "answers, and the campus has stopped it for a while",
            "Nothing is wrong here: whoever runs the server ends this with `latchkey-server resume`.",
        ),
        Ok(campus) => Finding::fine("server", format!("{server} answers for {}", campus.name)),
        Err(Failure::Lost(Lost::Network)) => wrong(
            "network",
            "does not answer",
            "Check the network, a firewall, and `proxy` in the settings; LATCHKEY_LOG=warn says more.",
        ),
        Err(Failure::Lost(Lost::Certificate)) => wrong(
            "certificate",
            "shows a certificate that this workstation does not trust",
            "Nothing may be typed there. An administrator checks the server's certificate and `ca` in the settings.",
        ),
        Err(Failure::Lost(Lost::Clock)) => wrong(
            "clock",
            "shows a certificate that is not valid at the time of this workstation",
            "Set date and time of this workstation; if they are right, the certificate has run out.",
        ),
        Err(Failure::Refused(problem)) => wrong(
            "refused",
            &format!("refuses: {}", problem.title),
            "Try again later, or show this to whoever runs the server.",
        ),
    }
}

/// Whether a version is not older than the oldest one that is served; what is no version forbids nothing.
fn is_served(oldest: &str, ours: &str) -> bool {
    let parts = |version: &str| version.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<_>>>();
    parts(oldest).is_none_or(|oldest| parts(ours).is_none_or(|ours| ours >= oldest))
}

fn keyring() -> Finding {
    let Ok(program) = places::program() else {
        return Finding::fine("keyring", "is not asked; saved sign-ins are not refreshed");
    };
    let (_, states) = Places::new(program, PlacePolicy::default()).find(&Looking::default());
    let places = states
        .iter()
        .map(|state| format!("{}: {}", state.name.as_deref().unwrap_or_else(|| state.place.as_str()), how(state)));
    Finding::fine("keyring", places.collect::<Vec<_>>().join(", "))
}

#[cfg(target_os = "linux")]
fn tray() -> Finding {
    let said = match on_the_bus("org.kde.StatusNotifierWatcher") {
        Some(true) => "this desktop shows tray icons",
        Some(false) => "this desktop shows no tray icons; the launcher opens the same windows",
        None => "no session bus; the launcher opens the same windows",
    };
    Finding::fine("tray", said)
}

#[cfg(target_os = "linux")]
fn notifications() -> Finding {
    let said = match on_the_bus("org.freedesktop.Notifications") {
        Some(true) => "this desktop shows them",
        Some(false) | None => "nobody shows them yet; the windows say everything too",
    };
    Finding::fine("notifications", said)
}

/// Whether somebody has this name on the session bus, or would be started for it; `None` without a bus.
#[cfg(target_os = "linux")]
fn on_the_bus(name: &str) -> Option<bool> {
    let bus = zbus::blocking::Connection::session().ok()?;
    let bus = zbus::blocking::fdo::DBusProxy::new(&bus).ok()?;
    let has_owner = bus.name_has_owner(name.try_into().ok()?).ok()?;
    Some(has_owner || bus.list_activatable_names().ok()?.iter().any(|known| known.as_str() == name))
}

#[cfg(not(target_os = "linux"))]
fn tray() -> Finding {
    Finding::fine("tray", "part of this system")
}

#[cfg(not(target_os = "linux"))]
fn notifications() -> Finding {
    Finding::fine("notifications", "part of this system")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(server: &str) -> Settings {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("policy.toml");
        std::fs::write(&path, format!("server = '{server}'")).expect("writes");
        Settings::read(&path).expect("reads")
    }

    #[test]
    fn each_cause_is_told_apart_and_says_what_to_do() {
        // H16
        let settings = settings("https://sspr.example.edu");
        let causes = [Lost::Network, Lost::Certificate, Lost::Clock];
        let states = causes.map(|lost| judged(&settings, Err(Failure::Lost(lost))));
        assert_eq!(states.each_ref().map(|finding| finding.state), ["network", "certificate", "clock"]);
        assert!(states.iter().all(|finding| finding.todo.is_some() && finding.said.contains("sspr.example.edu")));
    }

    #[test]
    fn a_name_that_nobody_knows_is_said_before_anybody_is_asked() {
        // H16. No name below `.invalid` is ever known (RFC 6761).
        assert_eq!(server(&settings("https://sspr.invalid")).state, "name");
        assert_eq!(unknown_name(&settings("https://127.0.0.1:8443")), None);
    }

    #[test]
    fn a_version_is_compared_by_its_numbers() {
        for (oldest, ours, served) in
            [("0.1.0", "0.1.0", true), ("0.9.0", "0.10.0", true), ("1.0.0", "0.10.0", false), ("x", "0.1.0", true)]
        {
            assert_eq!(is_served(oldest, ours), served, "{oldest} {ours}");
        }
    }
}
