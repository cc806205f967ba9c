//! The app: a tray icon, and windows that are processes of their own.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod arguments;
mod commands;
mod doctor;
mod harden;
mod instance;
mod look;
mod places;
mod tray;
mod window;

use std::process::ExitCode;

use arguments::Wanted;

/// Wipes what is freed: buffers of TLS, JSON and IPC hold passwords for a moment, and no type of ours reaches them.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    let wanted = match arguments::read() {
        Ok(wanted) => wanted,
        Err(error) => return arguments::explain(&error),
    };
    if let Err(error) = harden::harden() {
        return arguments::explain(&error);
    }
    start_logging();
    // A second provider in the build would make every connection panic; there is one, and it is this.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::error!("a provider of cryptography was installed before ours");
    }
    let ended = match wanted {
        Wanted::Version => return arguments::print_version(),
        Wanted::Help => return arguments::print_help(),
        Wanted::Doctor { json } => return doctor::examine(json),
        Wanted::Places { account, wanted } => return places::run(account, wanted),
        Wanted::Look => return look::run(),
        Wanted::Tray => tray::run(),
        Wanted::Window(opening) => window::run(opening),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => arguments::explain(&error),
    }
}

/// Warnings to standard error; `LATCHKEY_LOG` takes the syntax of `tracing` filters. Nothing secret is in any level.
fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LATCHKEY_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // A log that nobody reads must not end what would be logged: by itself this would panic there.
    log.log_internal_errors(false).init();
}
