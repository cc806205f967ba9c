//! `latchkey doctor`: where the settings come from, and what can be reached from here.
#![expect(clippy::print_stdout, reason = "the command line answers on the terminal")]

use std::process::ExitCode;

use latchkey_client::api::place::PlaceError;
use latchkey_client::http::Http;
use latchkey_client::places::{self, Looking, PlacePolicy, Places};
use latchkey_client::settings::{self, Settings};

/// Examines everything and says it, a line each; fails if something is missing that the windows cannot do without.
pub fn examine() -> ExitCode {
    println!("latchkey {}", env!("CARGO_PKG_VERSION"));
    let server = settings_and_server();
    println!("keyring        {}", keyring());
    println!("tray           {}", tray());
    println!("notifications  {}", notifications());
    if server { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn settings_and_server() -> bool {
    let path = settings::source();
    let settings = match Settings::load() {
        Ok(settings) => settings,
        Err(error) => {
            println!("settings       missing or unusable: {error}");
            println!("               An administrator writes {} with the line: server = \"https://…\"", path.display());
            return false;
        }
    };
    println!("settings       {}", path.display());
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        println!("server         not asked: the system gives no runtime");
        return false;
    };
    let campus = Http::new(&settings).map_err(|error| error.to_string()).and_then(|http| {
        runtime.block_on(http.campus()).map_err(|_| "no answer; LATCHKEY_LOG=warn says more".to_owned())
    });
    match campus {
        Ok(campus) => println!("server         {} answers for {}", settings.server, campus.name),
        Err(why) => {
            println!("server         {} {why}", settings.server);
            return false;
        }
    }
    true
}

fn keyring() -> String {
    let Ok(program) = places::program() else { return "is not asked; saved sign-ins are not refreshed".into() };
    let (_, states) = Places::new(program, PlacePolicy::default()).find(&Looking::default());
    let states = states.iter().map(|state| {
        let name = state.name.as_deref().unwrap_or(state.place.as_str());
        match (state.error, state.locked) {
            (Some(PlaceError::Unreachable), _) => format!("{name}: does not answer"),
            (Some(PlaceError::TimedOut), _) => format!("{name}: does not answer in time"),
            (Some(PlaceError::Refused | PlaceError::Declined), _) => format!("{name}: refuses"),
            (Some(PlaceError::Broken), _) => "latchkey-place is missing or does not work".into(),
            (None, true) => format!("{name}: there, locked"),
            (None, false) => format!("{name}: there"),
        }
    });
    states.collect::<Vec<_>>().join(", ")
}

#[cfg(target_os = "linux")]
fn tray() -> String {
    let asked = on_the_bus("org.kde.StatusNotifierWatcher");
    match asked {
        Some(true) => "this desktop shows tray icons".into(),
        Some(false) => "this desktop shows no tray icons; the launcher opens the same windows".into(),
        None => "no session bus; the launcher opens the same windows".into(),
    }
}

#[cfg(target_os = "linux")]
fn notifications() -> String {
    match notify_rust::get_server_information() {
        Ok(server) => format!("shown by {}", server.name),
        Err(_) => "nobody shows them; the windows say everything too".into(),
    }
}

/// Whether somebody owns this name; `None` without a bus.
#[cfg(target_os = "linux")]
fn on_the_bus(name: &str) -> Option<bool> {
    let bus = std::process::Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
            "org.freedesktop.DBus.NameHasOwner",
        ])
        .arg(format!("string:{name}"))
        .output()
        .ok()?;
    bus.status.success().then(|| String::from_utf8_lossy(&bus.stdout).contains("true"))
}

#[cfg(not(target_os = "linux"))]
fn tray() -> String {
    "part of this system".into()
}

#[cfg(not(target_os = "linux"))]
fn notifications() -> String {
    "part of this system".into()
}
