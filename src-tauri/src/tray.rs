//! The tray icon and its menu. This process never makes a web view: it starts windows as processes of their own.

use std::collections::HashMap;
use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};

use latchkey_client::credstore::{Journal, PendingCopy};
use latchkey_client::settings::Settings;
use latchkey_client::text::{self, Texts};
use latchkey_flow::window::{Opening, WindowKind};
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, RunEvent};

use crate::{arguments, instance, window};

/// What the menu depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Saved sign-ins that an earlier change has not reached.
    pub unfinished: usize,
    pub may_quit: bool,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Line,
    Open { id: &'static str, text: String, window: WindowKind },
    Quit { text: String },
}

/// The whole menu for a state.
pub fn menu(state: State, texts: &Texts) -> Vec<Entry> {
    let open = |id, window| Entry::Open { id, text: texts.get(id), window };
    let mut entries = vec![
        open("tray-recover", WindowKind::Recover),
        open("tray-change", WindowKind::Change),
        open("tray-register", WindowKind::Register),
    ];
    if state.unfinished > 0 {
        let text = texts.count("tray-saved-sign-ins", "count", state.unfinished);
        entries.extend([Entry::Line, Entry::Open { id: "tray-saved-sign-ins", text, window: WindowKind::Places }]);
    }
    entries.extend([Entry::Line, open("tray-helpdesk", WindowKind::Helpdesk)]);
    if state.may_quit {
        entries.push(Entry::Quit { text: texts.get("tray-quit") });
    }
    entries
}

/// Puts the icon into the tray and stays until somebody quits.
pub fn run() -> tauri::Result<()> {
    let context = tauri::generate_context!();
    let Some(instance) = instance::claim(&context.config().identifier) else { return Ok(()) };
    let windows = Windows::default();
    let (for_second, for_menu) = (windows.clone(), windows);
    let app = tauri::Builder::default()
        .plugin(instance.plugin(move |app, start| {
            if let Some(opening) = arguments::handed_over(&start.arguments) {
                for_second.open(app, opening);
            }
        }))
        .setup(move |app| {
            let menu = draw(app.handle(), &menu(look(app.handle()), &Texts::of(&text::wanted())))?;
            let mut icon = TrayIconBuilder::with_id(ICON)
                .menu(&menu)
                .tooltip("Latchkey")
                .on_menu_event(move |app, event| chosen(app, event.id().as_ref(), &for_menu));
            if let Some(image) = app.default_window_icon() {
                icon = icon.icon(image.clone());
            }
            if let Err(error) = icon.build(app) {
                // The launcher opens the same windows.
                tracing::warn!(%error, "this desktop takes no tray icon");
            }
            Ok(())
        })
        .build(context)?;
    app.run(|_, event| {
        if let RunEvent::ExitRequested { code: None, api, .. } = event {
            api.prevent_exit();
        }
    });
    Ok(())
}

const ICON: &str = "main";
const QUIT: &str = "tray-quit";

fn chosen(app: &AppHandle, id: &str, windows: &Windows) {
    let known = |kind: &WindowKind| match kind {
        WindowKind::Recover => id == "tray-recover",
        WindowKind::Register => id == "tray-register",
        WindowKind::Helpdesk => id == "tray-helpdesk",
        WindowKind::Change => id == "tray-change",
        WindowKind::Places => id == "tray-saved-sign-ins",
    };
    match WindowKind::ALL.iter().copied().find(known) {
        Some(kind) => windows.open(app, kind.into()),
        None if id == QUIT => app.exit(0),
        None => {}
    }
}

fn draw(app: &AppHandle, entries: &[Entry]) -> tauri::Result<Menu<tauri::Wry>> {
    let menu = Menu::new(app)?;
    for entry in entries {
        match entry {
            Entry::Line => menu.append(&PredefinedMenuItem::separator(app)?)?,
            Entry::Open { id, text, .. } => menu.append(&MenuItem::with_id(app, *id, text, true, None::<&str>)?)?,
            Entry::Quit { text } => menu.append(&MenuItem::with_id(app, QUIT, text, true, None::<&str>)?)?,
        }
    }
    Ok(menu)
}

fn look(app: &AppHandle) -> State {
    let pending = window::state_folder(app).ok().and_then(|folder| Journal::open(folder).ok()?.pending().ok());
    let copies = pending.iter().flatten().flat_map(|pending| &pending.copies);
    let unfinished = copies.filter(|copy| !PendingCopy::is_settled(copy)).count();
    State { unfinished, may_quit: Settings::load().map_or(true, |settings| settings.quit) }
}

/// The windows that this process has started.
#[derive(Clone, Default)]
struct Windows(Arc<Mutex<HashMap<WindowKind, u32>>>);

impl Windows {
    /// Starts a window; the system keeps it the only one of its kind, and raises the one that is there.
    fn open(&self, app: &AppHandle, opening: Opening) {
        match arguments::start(opening, None) {
            Ok(child) => self.wait_for(app, opening.window, child),
            Err(error) => tracing::error!(%error, window = opening.argument(), "the window cannot be started"),
        }
    }

    /// What the window has left to do stands in the menu afterwards.
    fn wait_for(&self, app: &AppHandle, kind: WindowKind, mut child: Child) {
        let (app, open) = (app.clone(), Arc::clone(&self.0));
        open.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, child.id());
        let waiting = std::thread::Builder::new().name(format!("{} window", kind.argument())).spawn(move || {
            match child.wait() {
                Ok(status) if status.success() => {}
                Ok(status) => tracing::error!(%status, window = kind.argument(), "the window ended badly"),
                Err(error) => tracing::error!(%error, window = kind.argument(), "the window is lost"),
            }
            open.lock().unwrap_or_else(PoisonError::into_inner).remove(&kind);
            redraw(&app);
        });
        if let Err(error) = waiting {
            tracing::warn!(%error, "no thread to wait for a window");
        }
    }
}

fn redraw(app: &AppHandle) {
    let handle = app.clone();
    let redrawn = app.run_on_main_thread(move || {
        let redrawn = draw(&handle, &menu(look(&handle), &Texts::of(&text::wanted())))
            .and_then(|menu| handle.tray_by_id(ICON).map_or(Ok(()), |icon| icon.set_menu(Some(menu))));
        if let Err(error) = redrawn {
            tracing::warn!(%error, "the menu cannot be redrawn");
        }
    });
    if let Err(error) = redrawn {
        tracing::warn!(%error, "the menu cannot be redrawn");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_menu_offers_the_windows_and_says_what_is_unfinished() {
        let texts = Texts::of(&["en".into()]);
        let plain = menu(State { unfinished: 0, may_quit: false }, &texts);
        let open = |id, text: &str, window| Entry::Open { id, text: text.into(), window };
        let helpdesk = open("tray-helpdesk", "Helpdesk…", WindowKind::Helpdesk);
        assert_eq!(
            plain,
            [
                open("tray-recover", "Can't access your account?", WindowKind::Recover),
                open("tray-change", "Change my password…", WindowKind::Change),
                open("tray-register", "Set up account recovery…", WindowKind::Register),
                Entry::Line,
                helpdesk.clone(),
            ]
        );
        let more = menu(State { unfinished: 2, may_quit: true }, &texts);
        assert_eq!(more[3], Entry::Line);
        assert!(matches!(&more[4], Entry::Open { text, window: WindowKind::Places, .. } if text.contains('2')));
        assert_eq!(more[5..], [Entry::Line, helpdesk, Entry::Quit { text: "Quit".into() }]);
    }
}
