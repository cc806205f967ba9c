//! `latchkey-server`: the process around the commands.

use std::process::ExitCode;

use latchkey_delivery::in_one_line;
use latchkey_server::commands::{self, Arguments};
use tracing_subscriber::EnvFilter;
use zeroizing_alloc::ZeroAlloc;

/// Wipes freed memory: passwords pass through buffers that are not ours (SM-01).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    // Nobody but root reads this process' memory, and it leaves no core (SM-03, SM-04).
    let closed = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let command = Arguments::read();
    let level = if command.serves() { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("LATCHKEY_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(filter);
    // A log that cannot be written, on a full disk or a closed pipe, must not end the call that would be logged (R16).
    log.log_internal_errors(false).init();
    if let Err(error) = closed {
        tracing::warn!(%error, "other programs of this user may read this process' memory");
    }
    let serves = command.serves();
    match commands::run(&command) {
        Ok(code) => code,
        Err(error) => {
            let error = in_one_line(error.as_ref());
            if serves {
                tracing::error!(error, "ended");
            } else {
                commands::say(&error);
            }
            ExitCode::FAILURE
        }
    }
}
