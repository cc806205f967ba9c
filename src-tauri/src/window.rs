//! One window, in a process of its own.

use std::path::PathBuf;

use latchkey_client::credstore::{Keyring, workstation};
use latchkey_client::run::{self, Shell, Workstation};
use latchkey_client::screen::View;
use latchkey_client::settings::Settings;
use latchkey_client::text::{self, Texts};
use latchkey_client::window::WindowKind;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::mpsc;

use crate::commands::{self, Inbox};

/// Size of a new window in logical pixels; the page fits into 320 too, for people who enlarge it.
const SIZE: (f64, f64) = (560.0, 760.0);
const SMALLEST: (f64, f64) = (320.0, 400.0);

/// Opens the window of this kind and returns when it has closed.
pub fn run(kind: WindowKind) -> tauri::Result<()> {
    let mut context = tauri::generate_context!();
    // One window of each kind: each kind is an app of its own to the system.
    let identifier = format!("{}.{}", context.config().identifier, kind.argument());
    context.config_mut().identifier = identifier;
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(move |app, _, _| raise(app, kind)))
        .invoke_handler(tauri::generate_handler![commands::screen, commands::act, commands::rate, commands::key])
        .setup(move |app| Ok(open(app.handle(), kind)?))
        .run(context)
}

fn open(app: &AppHandle, kind: WindowKind) -> tauri::Result<()> {
    let languages = text::wanted();
    let texts = Texts::of(&languages);
    let (messages, inbox) = mpsc::unbounded_channel();
    app.manage(Inbox::new(messages));
    let window = WebviewWindowBuilder::new(app, kind.argument(), WebviewUrl::default())
        .title(texts.get(kind.title()))
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .center()
        .data_directory(scratch(app))
        .disable_drag_drop_handler()
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    let shell = Window { app: app.clone(), kind, window, texts };
    let state = state_folder(app)?;
    tauri::async_runtime::spawn(async move {
        let workstation = Workstation { settings: Settings::load(), languages, keyring: keyring(), state };
        run::run(kind, workstation, shell, inbox).await;
    });
    Ok(())
}

fn raise(app: &AppHandle, kind: WindowKind) {
    let Some(window) = app.get_webview_window(kind.argument()) else { return };
    let raised = window.unminimize().and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the open window cannot be raised");
    }
}

/// The windows work without a keyring; what is missing is said at the end.
fn keyring() -> Option<Keyring> {
    Keyring::spawn(workstation()).inspect_err(|error| tracing::warn!(%error, "no thread for the keyring")).ok()
}

/// Where the journal is: the same folder for every kind of window.
///
/// # Errors
/// When the system has no such folder for this person.
pub fn state_folder(app: &AppHandle) -> tauri::Result<PathBuf> {
    Ok(app.path().local_data_dir()?.join("latchkey"))
}

/// Where the web view puts what it wants to keep: nowhere that outlives the session (TA-10).
fn scratch(app: &AppHandle) -> PathBuf {
    app.path().runtime_dir().unwrap_or_else(|_| std::env::temp_dir()).join("latchkey")
}

struct Window {
    app: AppHandle,
    kind: WindowKind,
    window: WebviewWindow,
    texts: Texts,
}

impl Shell for Window {
    fn draw(&self, view: &View) {
        if let Err(error) = self.app.emit_to(self.kind.argument(), "view", view) {
            tracing::warn!(%error, "the page cannot be told");
        }
    }

    fn notify(&self, id: &'static str) {
        let (title, body) = (self.texts.get(&format!("{id}-title")), self.texts.get(&format!("{id}-body")));
        let shown = std::thread::Builder::new().name("notification".into()).spawn(move || {
            let shown = notify_rust::Notification::new()
                .appname("Latchkey")
                .summary(&title)
                .body(&body)
                .icon("latchkey")
                .show();
            if let Err(error) = shown {
                tracing::info!(%error, "nobody shows notifications here");
            }
        });
        if let Err(error) = shown {
            tracing::warn!(%error, "no thread for a notification");
        }
    }

    fn renew_page(&self) {
        if let Err(error) = self.window.with_webview(renew) {
            tracing::warn!(%error, "the page cannot be renewed");
        }
    }

    fn close(&self) {
        if let Err(error) = self.window.close() {
            tracing::warn!(%error, "the window cannot be closed");
        }
    }
}

/// Ends the web process, which has the typed passwords in its memory, and loads the page into a new one (SM-02).
#[cfg(target_os = "linux")]
#[expect(clippy::needless_pass_by_value, reason = "the form of the callback")]
fn renew(webview: tauri::webview::PlatformWebview) {
    use webkit2gtk::WebViewExt;
    let view = webview.inner();
    // A driver would lose its session with the process; tests of memory run without one.
    if view.is_controlled_by_automation() {
        return;
    }
    view.terminate_web_process();
    view.reload();
}

/// The web process of these systems ends with the window.
#[cfg(not(target_os = "linux"))]
fn renew(_: tauri::webview::PlatformWebview) {}
