//! What the place program gives up before it knows any secret.

use std::io;

/// Makes memory unreadable to other programs of the same user, and ends this process with the one that started it.
///
/// # Errors
/// When the system refuses: then no secret should be read.
#[cfg(target_os = "linux")]
pub fn harden() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior, set_parent_process_death_signal};
    no_core_file()?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    // A window that was killed waits for nothing any more, and a store that hangs would keep this one for ever.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    Ok(())
}

/// Keeps memory out of core files.
///
/// # Errors
/// When the system refuses: then no secret should be read.
#[cfg(all(unix, not(target_os = "linux")))]
pub fn harden() -> io::Result<()> {
    no_core_file()
}

/// Does nothing: Windows writes no core files, and its error reports are switched off by policy.
///
/// # Errors
/// None.
#[cfg(windows)]
pub fn harden() -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn no_core_file() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(())
}
