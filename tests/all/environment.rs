//! The environment that a person's session, or another program in it, hands to the app.

use std::fmt::Write as _;

use anyhow::Result;
use latchkey_tests::hands::Hands;
use latchkey_tests::{Campus, Desk, memory};
use tokio::net::TcpListener;

/// Variables that choose whom a program trusts, or what it loads.
const VARIABLES: [&str; 60] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NIX_SSL_CERT_FILE",
    "SSLKEYLOGFILE",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "OPENSSL_ENGINES",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GNUTLS_SYSTEM_PRIORITY_FILE",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "ftp_proxy",
    "HOSTALIASES",
    "LOCALDOMAIN",
    "RES_OPTIONS",
    "GTK_MODULES",
    "GTK3_MODULES",
    "GTK_PATH",
    "GTK_EXE_PREFIX",
    "GTK_DATA_PREFIX",
    "GTK_IM_MODULE_FILE",
    "GTK_DEBUG",
    "GDK_DEBUG",
    "GDK_PIXBUF_MODULE_FILE",
    "GDK_PIXBUF_MODULEDIR",
    "GIO_MODULE_DIR",
    "GIO_EXTRA_MODULES",
    "GIO_USE_TLS",
    "GIO_USE_PROXY_RESOLVER",
    "GSETTINGS_SCHEMA_DIR",
    "GCONV_PATH",
    "G_DEBUG",
    "G_MESSAGES_DEBUG",
    "G_ENABLE_DIAGNOSTIC",
    "GST_PLUGIN_PATH",
    "GST_PLUGIN_SYSTEM_PATH",
    "GST_REGISTRY",
    "JSC_dumpOptions",
    "JSC_useJIT",
    "WEBKIT_EXEC_PATH",
    "WEBKIT_INJECTED_BUNDLE_PATH",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS",
    "WEBKIT_FORCE_SANDBOX",
    "WEBKIT_DEBUG",
    "WEBKIT2_PAUSE_WEB_PROCESS_ON_LAUNCH",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
    "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
    "WEBVIEW2_USER_DATA_FOLDER",
    "TAURI_ANDROID_PACKAGE_NAME",
    "LIBGL_DRIVERS_PATH",
    "__EGL_VENDOR_LIBRARY_DIRS",
    "VK_ICD_FILENAMES",
    "MALLOC_TRACE",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_environment_leads_the_app_nowhere_else() -> Result<()> {
    // TA-14, H15, H17
    let stranger = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", stranger.local_addr()?);
    let desk = Desk::new().await?;
    let campus = Campus::start().await?;
    // A folder with a file in it is a place to load from, and an authority that nobody knows.
    let folder = desk.folder().join("hostile");
    std::fs::create_dir_all(&folder)?;
    let hostile = |name: &str| {
        let proxy = name.to_lowercase().contains("proxy") && !name.starts_with("GIO");
        if proxy { address.clone() } else { folder.display().to_string() }
    };
    let set: Vec<_> = VARIABLES.iter().map(|name| (*name, hostile(name))).collect();
    let window = Hands::start_with(&desk, &campus.policy()?, &["--reset"], &set)?;

    window.see("account").await?;
    assert_eq!(of_ours(window.pid()?)?, "", "the process keeps none of them");
    let called = tokio::time::timeout(std::time::Duration::ZERO, stranger.accept()).await;
    assert!(called.is_err(), "nobody else is spoken to");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_environment_keeps_nobody_from_the_window() -> Result<()> {
    // TA-14, H15
    let desk = Desk::new().await?;
    let campus = Campus::start().await?;
    let set: Vec<_> = VARIABLES.iter().map(|name| (*name, "/nowhere/\u{7f}::=fatal-warnings,all".to_owned())).collect();
    let window = Hands::start_with(&desk, &campus.policy()?, &["--reset"], &set)?;

    window.see("account").await?;
    assert_eq!(of_ours(window.pid()?)?, "");
    Ok(())
}

/// Which of the variables the processes of the window have, one a line.
fn of_ours(pid: u32) -> Result<String> {
    let mut found = String::new();
    for process in memory::family(pid)? {
        let environment = std::fs::read(format!("/proc/{process}/environ"))?;
        for assigned in environment.split(|byte| *byte == 0) {
            let assigned = String::from_utf8_lossy(assigned);
            let name = assigned.split('=').next().unwrap_or_default();
            if VARIABLES.contains(&name) && !HARMLESS.contains(&name) {
                writeln!(found, "{process}: {assigned}")?;
            }
        }
    }
    Ok(found)
}

/// Nothing of the app reads these.
const HARMLESS: [&str; 2] = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"];
