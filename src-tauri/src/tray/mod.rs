//! The tray icon and its menu. This process never makes a web view: it starts windows as processes of their own.
//!
//! One thread looks at the journal when something tells of a change, so that the icon never waits for a disk or a lock;
//! it redraws the menu, and says what is left to do when nobody is at it.

mod attention;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
mod menu;
mod rounds;

use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::mpsc::{self, Receiver, Sender};

#[cfg(not(target_os = "linux"))]
use elsewhere as system;
use latchkey_client::credstore::Journal;
use latchkey_client::settings::Settings;
use latchkey_client::text::{self, Texts};
use latchkey_flow::window::{Opening, WindowKind};
#[cfg(target_os = "linux")]
use linux as system;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, RunEvent};

use self::attention::{Attention, Heard};
use self::menu::{Entry, State, Unfinished};
use self::rounds::SecondLook;
use crate::{arguments, instance, window};

/// Our own: icons of all apps of this toolkit lie in one folder under this name.
const ICON: &str = "app.latchkey";
const QUIT: &str = "tray-quit";

/// Puts the icon into the tray and stays until somebody quits.
pub fn run() -> tauri::Result<()> {
    let context = tauri::generate_context!();
    let Some(instance) = instance::claim(&context.config().identifier) else { return Ok(()) };
    let (heard, hearing) = mpsc::channel();
    let windows = Windows(heard.clone());
    let for_second = windows.clone();
    let app = tauri::Builder::default()
        .plugin(instance.plugin(move |_, start| {
            if let Some(opening) = arguments::handed_over(&start.arguments) {
                for_second.open(opening, start.activation.as_deref());
            }
        }))
        .setup(move |app| {
            let folder = window::state_folder(app.handle())?;
            show_icon(app.handle(), &windows)?;
            system::watch(app.handle(), &folder, &heard);
            let second_look = rounds::begin(heard.clone())?;
            look_when_told(app.handle().clone(), folder, hearing, windows, second_look)?;
            // What an earlier session has left is looked for at once.
            heard.send(Heard::Journal)?;
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

/// Without an icon the process stays: the launcher opens the same windows, and what is left to do is said.
fn show_icon(app: &AppHandle, windows: &Windows) -> tauri::Result<()> {
    if !system::can_show_an_icon() {
        tracing::warn!("no library here shows tray icons: install libayatana-appindicator3-1");
        return Ok(());
    }
    let menu = draw(app, &menu::menu(state(Unfinished::default()), &Texts::of(&text::wanted())))?;
    let for_menu = windows.clone();
    let mut icon = TrayIconBuilder::with_id(ICON)
        .menu(&menu)
        .tooltip("Latchkey")
        .on_menu_event(move |app, event| chosen(app, event.id().as_ref(), &for_menu));
    if let Some(image) = app.default_window_icon() {
        icon = icon.icon(image.clone());
    }
    if let Err(error) = system::with_events(icon, windows.0.clone()).build(app) {
        tracing::warn!(%error, "this desktop takes no tray icon");
    }
    Ok(())
}

fn chosen(app: &AppHandle, id: &str, windows: &Windows) {
    let known = |kind: &WindowKind| match kind {
        WindowKind::Recover => id == "tray-recover",
        WindowKind::Register => id == "tray-register",
        WindowKind::Helpdesk => id == "tray-helpdesk",
        WindowKind::Change => id == "tray-change",
        WindowKind::Places => id == "tray-saved-sign-ins",
    };
    match WindowKind::ALL.iter().copied().find(known) {
        Some(kind) => windows.open(kind.into(), None),
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

fn state(unfinished: Unfinished) -> State {
    State { unfinished, may_quit: Settings::load().map_or(true, |settings| settings.quit) }
}

/// Starts the thread that looks at the journal whenever something is heard of.
fn look_when_told(
    app: AppHandle,
    folder: PathBuf,
    hearing: Receiver<Heard>,
    windows: Windows,
    second_look: SecondLook,
) -> std::io::Result<()> {
    std::thread::Builder::new().name("journal".into()).spawn(move || {
        let mut attention = Attention::new(system::MAY_BE_OPEN);
        let mut drawn = Unfinished::default();
        while let Ok(first) = hearing.recv() {
            let heard: Vec<Heard> = std::iter::once(first).chain(hearing.try_iter()).collect();
            heard.iter().for_each(|heard| attention.hear(*heard));
            let unfinished = unfinished(&folder);
            if std::mem::replace(&mut drawn, unfinished) != unfinished {
                redraw(&app, unfinished);
            }
            if unfinished.count() > 0 && heard.iter().any(|heard| matches!(heard, Heard::Closed(_))) {
                second_look.ask();
            }
            if attention.speaks_of(unfinished.count()) {
                remind(unfinished, windows.clone());
            }
        }
    })?;
    Ok(())
}

/// What earlier changes have left to do.
fn unfinished(folder: &Path) -> Unfinished {
    let pending = Journal::open(folder).and_then(|journal| journal.pending()).unwrap_or_default();
    // What was only about to be written may not have happened.
    let certain = || pending.iter().filter(|pending| pending.changed_at.is_some());
    Unfinished {
        copies: certain().flat_map(|pending| &pending.copies).filter(|copy| !copy.is_settled()).count(),
        elsewhere: certain().any(|pending| pending.elsewhere),
    }
}

fn redraw(app: &AppHandle, unfinished: Unfinished) {
    let handle = app.clone();
    let redrawn = app.run_on_main_thread(move || {
        let redrawn = draw(&handle, &menu::menu(state(unfinished), &Texts::of(&text::wanted())))
            .and_then(|menu| handle.tray_by_id(ICON).map_or(Ok(()), |icon| icon.set_menu(Some(menu))));
        if let Err(error) = redrawn {
            tracing::warn!(%error, "the menu cannot be redrawn");
        }
    });
    if let Err(error) = redrawn {
        tracing::warn!(%error, "the menu cannot be redrawn");
    }
}

/// Says what needs somebody; whoever chooses it gets the window that finishes it.
fn remind(unfinished: Unfinished, windows: Windows) {
    let waiting = std::thread::Builder::new().name("notification".into()).spawn(move || {
        let texts = Texts::of(&text::wanted());
        let (title, body) = if unfinished.elsewhere {
            (texts.get("notification-elsewhere-title"), "notification-elsewhere-body")
        } else {
            let title = texts.count("notification-saved-sign-ins-title", "count", unfinished.copies);
            (title, "notification-saved-sign-ins-body")
        };
        let mut notification = notify_rust::Notification::new();
        notification.appname("Latchkey").icon("latchkey").summary(&title).body(&texts.get(body));
        system::show(notification, &texts.get("notification-finish"), || {
            windows.open(WindowKind::Places.into(), None);
        });
    });
    if let Err(error) = waiting {
        tracing::warn!(%error, "no thread for a notification");
    }
}

/// Starts windows, and tells of their ends where nothing else does.
#[derive(Clone)]
struct Windows(Sender<Heard>);

impl Windows {
    /// Starts a window; the system keeps it the only one of its kind, and raises the one that is there.
    fn open(&self, opening: Opening, activation: Option<&str>) {
        match arguments::start(opening, activation) {
            Ok(child) => self.wait_for(opening.window, child),
            Err(error) => tracing::error!(%error, window = opening.argument(), "the window cannot be started"),
        }
    }

    fn wait_for(&self, kind: WindowKind, mut child: Child) {
        self.tell(Heard::Opened(kind));
        let itself = self.clone();
        let waiting = std::thread::Builder::new().name(format!("{} window", kind.argument())).spawn(move || {
            match child.wait() {
                Ok(status) if status.success() => {}
                Ok(status) => tracing::error!(%status, window = kind.argument(), "the window ended badly"),
                Err(error) => tracing::error!(%error, window = kind.argument(), "the window is lost"),
            }
            itself.tell(Heard::Closed(kind));
        });
        if let Err(error) = waiting {
            tracing::warn!(%error, "no thread to wait for a window");
        }
    }

    fn tell(&self, heard: Heard) {
        if !system::KNOWS_WINDOWS_BY_NAME {
            // A tray that is ending hears nothing any more.
            let _ = self.0.send(heard);
        }
    }
}
