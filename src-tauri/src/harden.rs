//! What the process gives up before it knows any secret.

use std::io;

/// Variables by which a debugger could look into the web view or drive it.
#[cfg(not(debug_assertions))]
const INTO_THE_PAGE: [&str; 3] =
    ["WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER", "TAURI_WEBVIEW_AUTOMATION"];

/// Makes memory unreadable to other programs of the same user, and drops what would open the page to them (TA-06, TA-12).
///
/// # Errors
/// When the system refuses: then nothing should be typed into this process.
pub fn harden() -> io::Result<()> {
    leave_inspectors_behind()?;
    not_dumpable()
}

#[cfg(target_os = "linux")]
fn not_dumpable() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

#[cfg(all(unix, not(target_os = "linux")))]
fn not_dumpable() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(())
}

/// Windows writes no core files; its error reports are switched off by policy (docs/operations.md).
#[cfg(windows)]
fn not_dumpable() -> io::Result<()> {
    Ok(())
}

/// Tests drive debug builds through them.
#[cfg(debug_assertions)]
fn leave_inspectors_behind() -> io::Result<()> {
    Ok(())
}

/// The web view reads them from the environment, which a process cannot change safely: it starts itself anew without.
#[cfg(all(not(debug_assertions), unix))]
fn leave_inspectors_behind() -> io::Result<()> {
    use std::os::unix::process::CommandExt;
    if INTO_THE_PAGE.iter().all(|name| std::env::var_os(name).is_none()) {
        return Ok(());
    }
    let mut again = std::process::Command::new(std::env::current_exe()?);
    again.args(std::env::args_os().skip(1));
    for name in INTO_THE_PAGE {
        again.env_remove(name);
    }
    Err(again.exec())
}

#[cfg(all(not(debug_assertions), windows))]
fn leave_inspectors_behind() -> io::Result<()> {
    if INTO_THE_PAGE.iter().all(|name| std::env::var_os(name).is_none()) {
        return Ok(());
    }
    let mut again = std::process::Command::new(std::env::current_exe()?);
    again.args(std::env::args_os().skip(1));
    for name in INTO_THE_PAGE {
        again.env_remove(name);
    }
    let status = again.status()?;
    std::process::exit(status.code().unwrap_or(1))
}
