//! What the process gives up before it knows any secret.

use std::ffi::{OsStr, OsString};
use std::io;
use std::process::Command;

/// Variables that choose whom the app trusts, what code is loaded into it, or who may look into it (TA-06, TA-14).
///
/// `LD_PRELOAD` and its kin are not among them: what they load runs before any of this.
const LEFT_BEHIND: [&str; 42] = [
    // Whose certificates are believed, and where the keys of a connection are written to.
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NIX_SSL_CERT_FILE",
    "SSLKEYLOGFILE",
    "OPENSSL_CONF",
    "OPENSSL_CONF_INCLUDE",
    "OPENSSL_ENGINES",
    "OPENSSL_MODULES",
    // By which way a server is reached: the policy says it.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "FTP_PROXY",
    "SOCKS_PROXY",
    // How its name is looked up.
    "HOSTALIASES",
    "LOCALDOMAIN",
    "RES_OPTIONS",
    // Code that the toolkit loads.
    "GTK_MODULES",
    "GTK3_MODULES",
    "GTK_PATH",
    "GTK_EXE_PREFIX",
    "GTK_DATA_PREFIX",
    "GTK_IM_MODULE_FILE",
    "GDK_PIXBUF_MODULE_FILE",
    "GDK_PIXBUF_MODULEDIR",
    "GSETTINGS_SCHEMA_DIR",
    "GCONV_PATH",
    "LIBGL_DRIVERS_PATH",
    "GBM_BACKENDS_PATH",
    "LIBVA_DRIVERS_PATH",
    "VDPAU_DRIVER_PATH",
    "VK_ADD_DRIVER_FILES",
    "VK_DRIVER_FILES",
    "VK_ICD_FILENAMES",
    "VK_LAYER_PATH",
    // Ways to look into it, to make it talk, or to make it end at a warning.
    "GTK_DEBUG",
    "GDK_DEBUG",
    "G_DEBUG",
    "G_ENABLE_DIAGNOSTIC",
    "G_MESSAGES_DEBUG",
    "G_MESSAGES_PREFIXED",
    "MALLOC_TRACE",
];

/// The same for all variables that begin so: parts of the web view, its engine, its sound and its network.
const LEFT_BEHIND_BY_PREFIX: [&str; 9] =
    ["WEBKIT_", "WEBKIT2_", "WEBVIEW2_", "JSC_", "GST_", "GIO_", "GNUTLS_", "TAURI_", "__EGL_VENDOR_LIBRARY_"];

/// Tests drive debug builds through them.
const FOR_TESTS: [&str; 3] = ["WEBKIT_INSPECTOR_SERVER", "WEBKIT_INSPECTOR_HTTP_SERVER", "TAURI_WEBVIEW_AUTOMATION"];

/// Makes memory unreadable to other programs of the same user, and drops what would open the page to them or choose whom
/// the app trusts (TA-06, TA-12, TA-14).
///
/// # Errors
/// When the system refuses: then nothing should be typed into this process.
pub fn harden() -> io::Result<()> {
    let unwanted = unwanted(std::env::vars_os().map(|(name, _)| name));
    if !unwanted.is_empty() {
        start_anew_without(&unwanted)?;
    }
    not_dumpable()
}

fn unwanted(names: impl Iterator<Item = OsString>) -> Vec<OsString> {
    names.filter(|name| is_left_behind(name)).collect()
}

/// Some of them are read in small letters too, and Windows makes no difference.
fn is_left_behind(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_uppercase();
    let for_tests = cfg!(debug_assertions) && FOR_TESTS.contains(&name.as_str());
    let listed = LEFT_BEHIND.contains(&name.as_str());
    !for_tests && (listed || LEFT_BEHIND_BY_PREFIX.iter().any(|prefix| name.starts_with(prefix)))
}

/// A process cannot change its own environment safely: it takes the place of itself, once, since what was unwanted is
/// gone then.
fn start_anew_without(unwanted: &[OsString]) -> io::Result<()> {
    let mut again = Command::new(std::env::current_exe()?);
    again.args(std::env::args_os().skip(1));
    for name in unwanted {
        again.env_remove(name);
    }
    take_our_place(again)
}

#[cfg(unix)]
fn take_our_place(mut again: Command) -> io::Result<()> {
    use std::os::unix::process::CommandExt;
    Err(again.exec())
}

/// No process of Windows takes the place of another one: this one waits, and ends as that one does.
#[cfg(windows)]
fn take_our_place(mut again: Command) -> io::Result<()> {
    let status = again.status()?;
    std::process::exit(status.code().unwrap_or(1))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chooses_whom_the_app_trusts_is_left_behind_in_whatever_letters() {
        // TA-06, TA-14, H15
        for name in [
            "SSL_CERT_DIR",
            "GTK_MODULES",
            "http_proxy",
            "https_proxy",
            "Ssl_Cert_File",
            "WEBKIT_EXEC_PATH",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS",
            "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
            "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
            "WEBVIEW2_USER_DATA_FOLDER",
            "GIO_EXTRA_MODULES",
            "GIO_MODULE_DIR",
            "GST_PLUGIN_PATH",
            "JSC_dumpOptions",
            "TAURI_SOMETHING",
        ] {
            assert!(is_left_behind(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn what_a_desktop_needs_stays() {
        for name in [
            "PATH",
            "HOME",
            "LANG",
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "XDG_RUNTIME_DIR",
            "XDG_ACTIVATION_TOKEN",
            "DESKTOP_STARTUP_ID",
            "DBUS_SESSION_BUS_ADDRESS",
            "GTK_IM_MODULE",
            "GTK_THEME",
            "GDK_SCALE",
            "LATCHKEY_LOG",
        ] {
            assert!(!is_left_behind(OsStr::new(name)), "{name}");
        }
        assert_eq!(unwanted(["PATH", "GTK_PATH"].map(OsString::from).into_iter()), ["GTK_PATH"]);
    }
}
