//! Windows and macOS: the pointer over the icon is the moment to look, and the end of a window.

use std::path::Path;
use std::sync::mpsc::Sender;

use latchkey_flow::window::WindowKind;
use tauri::AppHandle;
use tauri::tray::{TrayIconBuilder, TrayIconEvent};

use super::attention::Heard;

/// The tray knows the windows that it starts.
pub const MAY_BE_OPEN: &[WindowKind] = &[];

/// The end of a child is the end of a window.
pub const KNOWS_WINDOWS_BY_NAME: bool = false;

/// The icon is part of these systems.
pub fn can_show_an_icon() -> bool {
    true
}

/// Nothing tells of windows that others have started.
pub fn watch(_: &AppHandle, _: &Path, _: &Sender<Heard>) {}

/// Looks at the journal before the menu can be opened.
pub fn with_events(icon: TrayIconBuilder<tauri::Wry>, heard: Sender<Heard>) -> TrayIconBuilder<tauri::Wry> {
    icon.on_tray_icon_event(move |_, event| {
        if matches!(event, TrayIconEvent::Enter { .. }) {
            // A tray that is ending hears nothing any more.
            let _ = heard.send(Heard::Journal);
        }
    })
}

/// Shows a notification; what was chosen is not told here, and the menu opens the same window.
pub fn show(notification: notify_rust::Notification, _: &str, _: impl FnOnce()) {
    if let Err(error) = notification.show() {
        tracing::info!(%error, "nobody shows notifications here");
    }
}
