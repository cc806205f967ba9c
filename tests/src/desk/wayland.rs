//! A desk under Wayland: sway draws on a screen that nobody sees, and says which window has the focus.
//!
//! It is sway because Debian 12's weston knows no activation tokens, and cage shows one window only.

use std::collections::HashSet;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::process::Command;

use super::{Desk, Group, Look};

/// Windows lie side by side, so that one gets another size than it asked for while it opens, as on many desktops.
/// Without the third line, sway only marks a window that may come to the front; the last one says that sway is ready.
const SETTINGS: &str = "\
xwayland disable
output HEADLESS-1 resolution 1280x1000
focus_on_window_activation focus
exec echo $WAYLAND_DISPLAY $SWAYSOCK
";

/// Who sway is where the tests run as root; nobody needs to be known by this number.
const SOMEBODY: u32 = 1000;

/// A keyboard at a desk under Wayland, until it is dropped.
pub struct Keyboard<'a> {
    desk: &'a Desk,
    _plugged: Group,
}

impl<'a> Keyboard<'a> {
    /// Plugs it in. A key is lost if it comes before the windows have seen that there is a keyboard, so it stays.
    ///
    /// # Errors
    /// If wtype is missing.
    pub fn plug(desk: &'a Desk) -> Result<Self> {
        let plugged = desk.start(desk.command("wtype").args(["-s", "3600000"]).stdin(Stdio::null()))?;
        Ok(Self { desk, _plugged: plugged })
    }

    /// Presses a key, by its name (XKB), into the window that has the focus.
    ///
    /// # Errors
    /// If the compositor takes none.
    pub async fn press(&self, key: &str) -> Result<()> {
        let pressed = self.desk.ask("wtype", &["-k", key]).await?;
        ensure!(pressed.status.success(), "wtype: {}", String::from_utf8_lossy(&pressed.stderr));
        Ok(())
    }
}

/// What sway says of a window, and of what holds windows.
#[derive(Deserialize)]
struct Node {
    app_id: Option<String>,
    focused: bool,
    rect: Rect,
    nodes: Vec<Node>,
    floating_nodes: Vec<Node>,
}

/// In pixels of the screen.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Rect {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

impl Desk {
    /// Sets up a desk under Wayland, in English and in light colours. There is no X server for anything on it.
    ///
    /// # Errors
    /// If a program is missing or does not start.
    pub async fn wayland() -> Result<Self> {
        let mut desk = Self::empty(Look::LIGHT).await?;
        desk.start_compositor().await?;
        desk.start_bus().await?;
        desk.start_keyring().await?;
        Ok(desk)
    }

    /// The app id of the window that has the focus.
    ///
    /// # Errors
    /// If the compositor does not answer.
    pub async fn focused(&self) -> Result<Option<String>> {
        let focused = self.tree().await?.into_windows().into_iter().find(|window| window.focused);
        Ok(focused.and_then(|window| window.app_id))
    }

    /// Saves the whole screen as a PNG.
    ///
    /// # Errors
    /// If it cannot be taken.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        let taken = self.ask("grim", &[&path.to_string_lossy()]).await?;
        ensure!(taken.status.success(), "grim: {}", String::from_utf8_lossy(&taken.stderr));
        Ok(())
    }

    /// How many colours the screen shows where this app has its window.
    ///
    /// # Errors
    /// If it has none.
    pub async fn colours(&self, app_id: &str) -> Result<usize> {
        let windows = self.tree().await?.into_windows();
        let window = windows.into_iter().find(|window| window.app_id.as_deref() == Some(app_id));
        let Rect { x, y, width, height } = window.with_context(|| format!("{app_id} has no window"))?.rect;
        let taken = self.ask("grim", &["-t", "ppm", "-g", &format!("{x},{y} {width}x{height}"), "-"]).await?;
        // The header ends with the highest value of a colour.
        let end = b"\n255\n";
        let header = taken.stdout.windows(end.len()).position(|part| part == end).context("grim took no picture")?;
        let pixels = taken.stdout.get(header + end.len()..).unwrap_or_default();
        Ok(pixels.chunks_exact(3).collect::<HashSet<_>>().len())
    }

    async fn tree(&self) -> Result<Node> {
        let answer = self.ask("swaymsg", &["-t", "get_tree"]).await?;
        serde_json::from_slice(&answer.stdout).context("sway's answer")
    }

    async fn start_compositor(&mut self) -> Result<()> {
        let settings = self.folder().join("sway.conf");
        std::fs::write(&settings, SETTINGS)?;
        let mut sway = self.sway()?;
        sway.arg("--config").arg(settings).env("WLR_BACKENDS", "headless").env("WLR_RENDERER", "pixman");
        let names = self.first_line(&mut sway).await?;
        let (display, socket) = names.split_once(' ').context("sway has no socket")?;
        let socket_of_display = Path::new(socket).with_file_name(display);
        self.display = vec![
            ("WAYLAND_DISPLAY", socket_of_display.to_string_lossy().into_owned()),
            ("SWAYSOCK", socket.to_owned()),
            ("GDK_BACKEND", "wayland".to_owned()),
        ];
        Ok(())
    }

    /// Sway refuses to be root: it is somebody else then, with a folder of its own for its sockets.
    fn sway(&self) -> Result<Command> {
        if std::fs::metadata(self.folder())?.uid() != 0 {
            return Ok(self.command("sway"));
        }
        let own = self.folder().join("sway");
        std::fs::create_dir(&own)?;
        chown(&own, Some(SOMEBODY), Some(SOMEBODY))?;
        std::fs::set_permissions(&own, Permissions::from_mode(0o700))?;
        // Somebody else has to come through to it.
        std::fs::set_permissions(self.folder(), Permissions::from_mode(0o711))?;
        let mut command = self.command("setpriv");
        command.args([format!("--reuid={SOMEBODY}"), format!("--regid={SOMEBODY}"), "--clear-groups".to_owned()]);
        command.arg("sway").env("XDG_RUNTIME_DIR", own);
        Ok(command)
    }
}

impl Node {
    fn into_windows(self) -> Vec<Node> {
        if self.nodes.is_empty() && self.floating_nodes.is_empty() {
            return vec![self];
        }
        self.nodes.into_iter().chain(self.floating_nodes).flat_map(Self::into_windows).collect()
    }
}
