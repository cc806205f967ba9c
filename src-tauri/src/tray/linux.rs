//! Linux: GIO tells of the journal's folder and of the windows' names on the session bus; the icon needs a library that
//! may not be there.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use latchkey_flow::window::WindowKind;
use tauri::AppHandle;
use tauri::tray::TrayIconBuilder;
use webkit2gtk::gio::prelude::*;
use webkit2gtk::gio::{self, BusNameWatcherFlags, BusType, Cancellable, FileMonitorFlags};

use super::attention::Heard;

/// The windows that may be open when this starts: the bus tells of each at once whether it is.
pub const MAY_BE_OPEN: &[WindowKind] = &WindowKind::ALL;

/// Whether the end of a child says nothing: the bus knows every window, whoever has started it.
pub const KNOWS_WINDOWS_BY_NAME: bool = true;

/// The libraries that can show the icon; the crate that draws it ends the process if neither is there.
const INDICATORS: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

/// Whether the icon can be shown at all.
pub fn can_show_an_icon() -> bool {
    let cache = std::fs::read("/etc/ld.so.cache").unwrap_or_default();
    let Some(ours) = machine_of(Path::new("/proc/self/exe")) else { return false };
    INDICATORS.iter().flat_map(|name| places_of(&cache, name)).any(|path| machine_of(&path) == Some(ours))
}

/// Where the linker's cache has a library: each path stands in it between two zero bytes.
fn places_of<'a>(cache: &'a [u8], name: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
    let texts = cache.split(|byte| *byte == 0).filter_map(|text| std::str::from_utf8(text).ok());
    texts.filter(move |text| text.starts_with('/') && text.ends_with(&format!("/{name}"))).map(PathBuf::from)
}

/// Word size and processor that a program or library is made for: bytes 4 and 18 to 19 of its ELF header.
fn machine_of(path: &Path) -> Option<(u8, [u8; 2])> {
    use std::io::Read;
    let mut header = [0; 20];
    std::fs::File::open(path).ok()?.read_exact(&mut header).ok()?;
    let [0x7f, b'E', b'L', b'F', size, .., first, second] = header else { return None };
    Some((size, [first, second]))
}

/// Tells of everything that may change what the menu says.
pub fn watch(app: &AppHandle, folder: &Path, heard: &Sender<Heard>) {
    if let Err(error) = watch_folder(folder, heard.clone()) {
        tracing::warn!(%error, "the journal cannot be watched");
    }
    for kind in WindowKind::ALL {
        let (appeared, vanished) = (heard.clone(), heard.clone());
        let name = format!("{}.{}", app.config().identifier, kind.argument());
        // The first word about each name is whether somebody has it, and `MAY_BE_OPEN` has counted it as open.
        let known = std::sync::atomic::AtomicBool::new(false);
        let known = std::sync::Arc::new(known);
        let also_known = std::sync::Arc::clone(&known);
        gio::bus_watch_name(
            BusType::Session,
            &name,
            BusNameWatcherFlags::NONE,
            move |_, _, _| {
                if known.swap(true, std::sync::atomic::Ordering::Relaxed) {
                    // A tray that is ending hears nothing any more.
                    let _ = appeared.send(Heard::Opened(kind));
                }
            },
            move |_, _| {
                also_known.store(true, std::sync::atomic::Ordering::Relaxed);
                let _ = vanished.send(Heard::Closed(kind));
            },
        );
    }
}

fn watch_folder(folder: &Path, heard: Sender<Heard>) -> Result<(), Box<dyn std::error::Error>> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let monitor = gio::File::for_path(folder).monitor_directory(FileMonitorFlags::NONE, Cancellable::NONE)?;
    // It lives as long as the tray: what it calls holds it.
    let itself = monitor.clone();
    monitor.connect_changed(move |_, file, _, _| {
        let _held = &itself;
        // Looking takes a lock, which is a file in this folder too.
        if file.path().is_some_and(|path| path.extension().is_some_and(|extension| extension == "json")) {
            let _ = heard.send(Heard::Journal);
        }
    });
    Ok(())
}

/// The icon's own events say nothing here.
pub fn with_events(icon: TrayIconBuilder<tauri::Wry>, _: Sender<Heard>) -> TrayIconBuilder<tauri::Wry> {
    icon
}

/// Shows a notification, and calls back if somebody chose it.
pub fn show(mut notification: notify_rust::Notification, button: &str, chosen: impl FnOnce()) {
    match notification.action("default", button).show() {
        Ok(shown) => shown.wait_for_action(|action| {
            if action == "default" {
                chosen();
            }
        }),
        Err(error) => tracing::info!(%error, "nobody shows notifications here"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_found_where_the_linkers_cache_has_it_and_nowhere_else() {
        // H12
        let name = "libappindicator3.so.1";
        let cache = b"glibc-ld.so.cache1.1\0libappindicator3.so.1\0/usr/lib/libappindicator3.so.1\0/usr/lib/notlibappindicator3.so.1\0";
        assert_eq!(places_of(cache, name).collect::<Vec<_>>(), [PathBuf::from("/usr/lib/libappindicator3.so.1")]);
        assert_eq!(places_of(b"", name).count(), 0);
        assert_eq!(machine_of(Path::new("/nowhere/libappindicator3.so.1")), None);
    }

    #[test]
    fn a_program_of_this_machine_is_known_as_such() {
        assert_eq!(machine_of(Path::new("/proc/self/exe")).map(|(size, _)| size), Some(size_of::<usize>() as u8 / 4));
        assert_eq!(machine_of(Path::new("/etc/passwd")), None);
    }
}
