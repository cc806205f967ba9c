//! One window, in a process of its own.

use std::path::PathBuf;

use latchkey_client::places::{self, Places};
use latchkey_client::run::{self, Shell, Workstation};
use latchkey_client::settings::Settings;
use latchkey_client::text::{self, Texts};
use latchkey_flow::screen::View;
use latchkey_flow::window::{Opening, WindowKind};
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, Monitor, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::mpsc;

use crate::commands::{self, Inbox};
use crate::{arguments, instance};

/// A size in logical pixels, width first.
type Size = (f64, f64);

/// The folder of the journal, in that of this person's local data.
const FOLDER: &str = "latchkey";

/// Of a new window where there is room for it; the page fits into 320 too, for people who enlarge it.
const SIZE: Size = (560.0, 760.0);
const SMALLEST: Size = (320.0, 400.0);
/// What the system draws around a window, with some room to see that it is one: title bars have 28 to 47 pixels.
const AROUND: Size = (32.0, 64.0);

/// Opens the window of this kind and returns when it has closed.
pub fn run(opening: Opening) -> tauri::Result<()> {
    let kind = opening.window;
    let mut context = tauri::generate_context!();
    // One window of each kind: each kind is an app of its own to the system.
    let identifier = format!("{}.{}", context.config().identifier, kind.argument());
    let Some(instance) = instance::claim(&identifier) else { return Ok(()) };
    context.config_mut().identifier = identifier;
    tauri::Builder::default()
        .plugin(instance.plugin(move |app, start| raise(app, kind, arguments::handed_over(&start.arguments))))
        .invoke_handler(tauri::generate_handler![commands::screen, commands::act, commands::rate, commands::key])
        .setup(move |app| Ok(open(app.handle(), opening)?))
        .run(context)
}

fn open(app: &AppHandle, opening: Opening) -> tauri::Result<()> {
    let kind = opening.window;
    let languages = text::wanted();
    let texts = Texts::of(&languages);
    let (messages, inbox) = mpsc::unbounded_channel();
    app.manage(Inbox::new(messages));
    let (width, height) = fitting(rooms(app));
    let window = WebviewWindowBuilder::new(app, kind.argument(), first_page()?)
        .title(texts.get(kind.title()))
        .inner_size(width, height)
        .min_inner_size(SMALLEST.0.min(width), SMALLEST.1.min(height))
        .center()
        .data_directory(scratch(app))
        .disable_drag_drop_handler()
        .on_navigation(|url| matches!(url.scheme(), "tauri") || url.host_str() == Some("tauri.localhost"))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    window.with_webview(survive_crashes)?;
    window.with_webview(load)?;
    let shell = Window { app: app.clone(), kind, window, texts };
    let state = state_folder(app)?;
    let documents = app.path().document_dir().or_else(|_| app.path().home_dir()).ok();
    tauri::async_runtime::spawn(async move {
        let settings = Settings::load();
        let places = places(settings.as_ref().ok());
        let signed_in = signed_in();
        let workstation = Workstation { settings, languages, places, state, documents, signed_in };
        run::run(opening, workstation, shell, inbox).await;
    });
    Ok(())
}

/// What each screen leaves to windows, beside its panels and docks. A system that does not say is not asked twice.
fn rooms(app: &AppHandle) -> Vec<Size> {
    let monitors = app.available_monitors().unwrap_or_else(|error| {
        tracing::warn!(%error, "nothing is known of the screens");
        Vec::new()
    });
    let room = |monitor: &Monitor| {
        let size = monitor.work_area().size.to_logical::<f64>(monitor.scale_factor());
        (size.width, size.height)
    };
    monitors.iter().map(room).collect()
}

/// The size of a new window. It fits every screen, since only the system knows on which one it will open.
fn fitting(rooms: Vec<Size>) -> Size {
    // A screen of no size is one that the system has not measured yet.
    rooms.into_iter().filter(|(width, height)| *width > 0.0 && *height > 0.0).fold(SIZE, |fits, room| {
        let left = (room.0 - AROUND.0, room.1 - AROUND.1);
        (fits.0.min(left.0.max(1.0)), fits.1.min(left.1.max(1.0)))
    })
}

/// Brings the open window to the front, and tells it what it was asked for: it may stand where that is of use.
fn raise(app: &AppHandle, kind: WindowKind, asked: Option<Opening>) {
    if let Some(case) = asked.and_then(|opening| opening.case) {
        app.state::<Inbox>().choose(case);
    }
    let Some(window) = app.get_webview_window(kind.argument()) else { return };
    let raised = window.unminimize().and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!(%error, "the open window cannot be raised");
    }
}

/// The windows work without places; what is missing is said at the end.
pub fn places(settings: Option<&Settings>) -> Option<Places> {
    let program = places::program().inspect_err(|error| tracing::warn!(%error, "no place program")).ok()?;
    Some(Places::new(program, settings.map(|settings| settings.place_policy(signed_in())).unwrap_or_default()))
}

/// The name by which the person has signed in to this computer.
#[cfg(target_os = "linux")]
pub fn signed_in() -> Option<String> {
    webkit2gtk::glib::user_name().into_string().ok()
}

/// The name by which the person has signed in to this computer. Nothing asks the system for it here yet.
#[cfg(not(target_os = "linux"))]
pub fn signed_in() -> Option<String> {
    None
}

/// Where the journal is: the same folder for every kind of window.
///
/// # Errors
/// When the system has no such folder for this person.
pub fn state_folder(app: &AppHandle) -> tauri::Result<PathBuf> {
    Ok(app.path().local_data_dir()?.join(FOLDER))
}

/// The same folder where there is no window: the toolkit asks there too.
pub fn state_folder_of_session() -> Option<PathBuf> {
    Some(dirs::data_local_dir()?.join(FOLDER))
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

    fn print(&self) {
        // A page may do it by itself on two of the three systems only.
        if let Err(error) = self.window.print() {
            tracing::warn!(%error, "the page cannot be printed");
        }
    }

    fn open(&self, opening: Opening) -> bool {
        // Nobody waits for it: it is this window that closes.
        arguments::start(opening, None)
            .inspect_err(|error| tracing::error!(%error, "the window cannot be started"))
            .is_ok()
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
    load_again(&view);
}

/// A process that ends while it loads has nothing to reload yet, and the window would stay empty.
#[cfg(target_os = "linux")]
fn load_again(view: &webkit2gtk::WebView) {
    use webkit2gtk::WebViewExt;
    match view.uri() {
        Some(uri) if !uri.is_empty() => view.load_uri(&uri),
        Some(_) | None => view.reload(),
    }
}

/// The web process of these systems ends with the window.
#[cfg(not(target_os = "linux"))]
fn renew(_: tauri::webview::PlatformWebview) {}

/// What a new window is built with: under Wayland nothing, since its web process starts with its first page and has to
/// know by then how to draw (it crashes where it is told later, WebKitGTK 2.50); [`load`] gives it the page.
#[cfg(target_os = "linux")]
fn first_page() -> tauri::Result<WebviewUrl> {
    if !under_wayland() {
        return Ok(WebviewUrl::default());
    }
    // The toolkit loads nothing for this address.
    "about:blank".parse().map(WebviewUrl::External).map_err(tauri::Error::InvalidUrl)
}

#[cfg(target_os = "linux")]
fn under_wayland() -> bool {
    use gdkwayland::WaylandDisplay;
    use gdkwayland::gdk::Display;
    use webkit2gtk::glib::Cast;
    Display::default().is_some_and(|display| display.downcast::<WaylandDisplay>().is_ok())
}

/// What a new window is built with: the page.
#[cfg(not(target_os = "linux"))]
fn first_page() -> tauri::Result<WebviewUrl> {
    Ok(WebviewUrl::default())
}

/// Draws the page without the graphics card: a form needs none. With one, WebKitGTK shows an empty window on some set-ups
/// (its DMA-BUF renderer), paints later and keeps more memory. `WEBKIT_DISABLE_DMABUF_RENDERER` is no way out: starts stall
/// with it. Under Wayland the page is loaded now.
#[cfg(target_os = "linux")]
#[expect(clippy::needless_pass_by_value, reason = "the form of the callback")]
fn load(webview: tauri::webview::PlatformWebview) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    let view = webview.inner();
    match WebViewExt::settings(&view) {
        Some(settings) => settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never),
        None => tracing::warn!("the web view has no settings"),
    }
    if under_wayland() {
        view.load_uri(PAGE);
    }
}

/// The app's page, as the toolkit serves it on Linux.
#[cfg(target_os = "linux")]
const PAGE: &str = "tauri://localhost";

/// The web views of these systems draw without a graphics card where it does not work.
#[cfg(not(target_os = "linux"))]
fn load(_: tauri::webview::PlatformWebview) {}

/// A window whose web process has crashed is empty, and WebKit's does so now and then when a screen reader looks at a
/// page that is still loading. What has been reached is not in it: the page is loaded anew and goes on.
#[cfg(target_os = "linux")]
#[expect(clippy::needless_pass_by_value, reason = "the form of the callback")]
fn survive_crashes(webview: tauri::webview::PlatformWebview) {
    use webkit2gtk::{WebProcessTerminationReason, WebViewExt};
    let left = std::cell::Cell::new(CRASHES);
    webview.inner().connect_web_process_terminated(move |view, reason| {
        tracing::warn!(?reason, "the web process has ended");
        if reason != WebProcessTerminationReason::TerminatedByApi && left.get() > 0 {
            left.set(left.get() - 1);
            load_again(view);
        }
    });
}

/// More than a window sees unless its page crashes every time.
#[cfg(target_os = "linux")]
const CRASHES: u32 = 10;

#[cfg(not(target_os = "linux"))]
fn survive_crashes(_: tauri::webview::PlatformWebview) {}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a screen of this many pixels leaves to windows at this scale, below a panel of 40 logical pixels.
    fn room(width: f64, height: f64, scale: f64) -> Size {
        (width / scale, height / scale - 40.0)
    }

    #[test]
    fn a_new_window_fits_into_what_the_smallest_screen_leaves_to_it() {
        // H14
        for (width, height, scale, fits) in [
            (1920.0, 1080.0, 1.0, (560.0, 760.0)),
            (1366.0, 768.0, 1.0, (560.0, 664.0)),
            (1366.0, 768.0, 1.5, (560.0, 408.0)),
            (1280.0, 720.0, 1.5, (560.0, 376.0)),
        ] {
            assert_eq!(fitting(vec![room(width, height, scale)]), fits, "{width} × {height} at {scale}");
        }
        let both = vec![room(3840.0, 2160.0, 2.0), room(1366.0, 768.0, 1.5)];
        assert_eq!(fitting(both), (560.0, 408.0), "a small screen beside a large one");
    }

    #[test]
    fn where_nothing_is_known_of_the_screens_a_window_has_its_full_size() {
        assert_eq!(fitting(Vec::new()), SIZE);
        assert_eq!(fitting(vec![(0.0, 0.0)]), SIZE);
    }
}
