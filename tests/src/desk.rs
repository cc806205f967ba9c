//! A desk of its own: display, window manager, session bus, unlocked keyring, private folders.

mod wayland;

pub use wayland::Keyboard;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::wait::{PATIENCE, until};

/// Each desk runs a display and a browser engine; more at once than cores only makes each slower.
pub(crate) static DESKS: Semaphore = Semaphore::const_new(2);

/// The keyring's own password. It must differ from every account's: the keyring is not what is under test here.
const KEYRING_PASSWORD: &str = "keyring of the desk";

/// How the desk is set up for the person who sits at it.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub dark: bool,
    /// As in `LANG`, such as `ar_EG.UTF-8`.
    pub language: &'static str,
}

impl Look {
    pub const LIGHT: Self = Self { dark: false, language: "en_US.UTF-8" };
    pub const DARK: Self = Self { dark: true, language: "en_US.UTF-8" };
    pub const ARABIC: Self = Self { dark: false, language: "ar_EG.UTF-8" };
}

/// A desk; everything on it ends when it is dropped.
pub struct Desk {
    /// Before the folder, so that nothing writes into it when it goes.
    programs: Vec<Group>,
    folder: TempDir,
    /// The variables by which programs find the display.
    display: Vec<(&'static str, String)>,
    bus: String,
    look: Look,
    _turn: SemaphorePermit<'static>,
}

/// A child and all that it started.
pub(crate) struct Group(Child);

impl Desk {
    /// Sets up a desk in English and in light colours.
    ///
    /// # Errors
    /// If a program is missing or does not start.
    pub async fn new() -> Result<Self> {
        Self::with(Look::LIGHT).await
    }

    /// Sets up a desk.
    ///
    /// # Errors
    /// If a program is missing or does not start.
    pub async fn with(look: Look) -> Result<Self> {
        let mut desk = Self::without_keyring(look).await?;
        desk.start_keyring().await?;
        Ok(desk)
    }

    /// Sets up a desk on which something else than GNOME Keyring can keep passwords.
    ///
    /// # Errors
    /// If a program is missing or does not start.
    pub async fn without_keyring(look: Look) -> Result<Self> {
        let mut desk = Self::empty(look).await?;
        desk.start_display().await?;
        desk.start_bus().await?;
        desk.start_window_manager().await?;
        Ok(desk)
    }

    /// A desk with its folders, on which nothing runs yet.
    async fn empty(look: Look) -> Result<Self> {
        let turn = DESKS.acquire().await?;
        let folder = tempfile::tempdir()?;
        for name in ["home", "run", "config/gtk-3.0", "data", "cache", "state"] {
            std::fs::create_dir_all(folder.path().join(name))?;
        }
        only_mine(&folder.path().join("run"))?;
        let dark = u8::from(look.dark);
        std::fs::write(
            folder.path().join("config/gtk-3.0/settings.ini"),
            format!("[Settings]\ngtk-application-prefer-dark-theme={dark}\ngtk-enable-animations=0\n"),
        )?;
        Ok(Self { programs: Vec::new(), folder, display: Vec::new(), bus: String::new(), look, _turn: turn })
    }

    /// A command with this desk's environment and no other.
    #[must_use]
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(program.into());
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        for (name, place) in [
            ("HOME", "home"),
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
        ] {
            command.env(name, folder.join(place));
        }
        command
            .envs(self.display.iter().map(|(name, value)| (name, value)))
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("LANG", self.look.language)
            .env("LC_ALL", self.look.language)
            .env("TZ", "UTC")
            .env("GSETTINGS_BACKEND", "memory")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .current_dir(folder.join("home"))
            .kill_on_drop(true);
        command
    }

    /// The address of the session bus.
    #[must_use]
    pub fn bus_address(&self) -> &str {
        &self.bus
    }

    /// The folder below which all of this desk's files are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a program that ends with the desk, all that it starts included.
    ///
    /// # Errors
    /// If it cannot be started; the message says what to install.
    pub(crate) fn start(&self, command: &mut Command) -> Result<Group> {
        Group::start(command)
    }

    /// Runs a program to its end and returns what it wrote.
    ///
    /// # Errors
    /// If it cannot be started.
    pub async fn ask(&self, program: &str, args: &[&str]) -> Result<Output> {
        self.command(program).args(args).stdin(Stdio::null()).output().await.with_context(|| missing(program))
    }

    /// Stores a password in the keyring as another program would.
    ///
    /// # Errors
    /// If the keyring refuses.
    pub async fn store(&self, label: &str, attributes: &[(&str, &str)], password: &str) -> Result<()> {
        let mut command = self.command("secret-tool");
        command.args(["store", "--label", label]).args(flat(attributes)).stdin(Stdio::piped());
        let mut child = command.spawn().with_context(|| missing("secret-tool"))?;
        let mut stdin = child.stdin.take().context("secret-tool has no standard input")?;
        stdin.write_all(password.as_bytes()).await?;
        drop(stdin);
        let status = child.wait().await?;
        if !status.success() {
            bail!("secret-tool store ended with {status}");
        }
        Ok(())
    }

    /// The password of the entry that has these attributes, as another program would read it.
    ///
    /// # Errors
    /// If the keyring cannot be asked.
    pub async fn lookup(&self, attributes: &[(&str, &str)]) -> Result<Option<String>> {
        let answer = self.ask("secret-tool", &[&["lookup"], &flat(attributes)[..]].concat()).await?;
        Ok(answer.status.success().then(|| String::from_utf8_lossy(&answer.stdout).into_owned()))
    }

    /// Label and attributes of the entries that have these attributes, sorted, one a line, without passwords and times.
    ///
    /// # Errors
    /// If the keyring cannot be asked.
    pub async fn attributes(&self, attributes: &[(&str, &str)]) -> Result<Vec<String>> {
        let answer = self.ask("secret-tool", &[&["search", "--all"], &flat(attributes)[..]].concat()).await?;
        // The label goes to one stream, the attributes to the other.
        let text = [answer.stdout, answer.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        let mut lines: Vec<String> = text
            .lines()
            .filter(|line| ["label", "attribute.", "schema"].iter().any(|kept| line.starts_with(kept)))
            .map(str::to_owned)
            .collect();
        lines.sort();
        Ok(lines)
    }

    /// How many windows of this title prefix are open.
    ///
    /// # Errors
    /// If the window manager cannot be asked.
    pub async fn windows(&self) -> Result<Vec<String>> {
        let answer = self.ask("wmctrl", &["-l", "-x"]).await?;
        Ok(String::from_utf8_lossy(&answer.stdout).lines().map(str::to_owned).collect())
    }

    /// Asks the window manager to close every window of the app, and returns when it has told them.
    ///
    /// # Errors
    /// If the window manager does not answer.
    pub async fn close_windows(&self) -> Result<()> {
        for window in self.windows().await? {
            let id = window.split_whitespace().next().context("a window without an id")?;
            self.ask("wmctrl", &["-i", "-c", id]).await?;
        }
        // It does one thing after the other: when it has taken up this, it has sent those.
        let desktops = async || {
            let answer = self.ask("wmctrl", &["-d"]).await?;
            anyhow::Ok(String::from_utf8_lossy(&answer.stdout).lines().count())
        };
        let more = desktops().await? + 1;
        self.ask("wmctrl", &["-n", &more.to_string()]).await?;
        until("the window manager", PATIENCE, async || Ok((desktops().await? == more).then_some(()))).await
    }

    async fn start_display(&mut self) -> Result<()> {
        let mut command = self.command("Xvfb");
        // Without -noreset the display starts anew when its last client leaves, and ends whoever is just coming.
        command.args(["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp", "-noreset"]);
        let number = self.first_line(&mut command).await?;
        self.display = vec![("DISPLAY", format!(":{number}")), ("GDK_BACKEND", "x11".to_owned())];
        Ok(())
    }

    async fn start_bus(&mut self) -> Result<()> {
        let mut command = self.command("dbus-daemon");
        command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        self.bus = self.first_line(&mut command).await?;
        Ok(())
    }

    async fn start_window_manager(&mut self) -> Result<()> {
        let log = self.log("openbox")?;
        let openbox = self.start(self.command("openbox").stdout(Stdio::null()).stderr(log))?;
        self.programs.push(openbox);
        until("the window manager", PATIENCE, async || {
            let ready = self.ask("wmctrl", &["-m"]).await?.status.success();
            Ok(ready.then_some(()))
        })
        .await
    }

    async fn start_keyring(&mut self) -> Result<()> {
        let log = self.log("keyring")?;
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        let mut keyring = self.start(command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log))?;
        let mut stdin = keyring.0.stdin.take().context("the keyring has no standard input")?;
        stdin.write_all(KEYRING_PASSWORD.as_bytes()).await?;
        drop(stdin);
        self.programs.push(keyring);
        until("the keyring", PATIENCE, async || {
            self.has_name("org.freedesktop.secrets").await.map(|has| has.then_some(()))
        })
        .await
    }

    /// Whether somebody on the session bus has this name.
    ///
    /// # Errors
    /// If the bus cannot be asked.
    pub async fn has_name(&self, name: &str) -> Result<bool> {
        Ok(self.bus("NameHasOwner", name).await?.contains("true"))
    }

    /// The process that has this name on the session bus.
    ///
    /// # Errors
    /// If the bus cannot be asked.
    pub async fn owner_of(&self, name: &str) -> Result<Option<u32>> {
        let answer = self.bus("GetConnectionUnixProcessID", name).await?;
        Ok(answer.split_whitespace().last().and_then(|pid| pid.parse().ok()))
    }

    async fn bus(&self, method: &str, name: &str) -> Result<String> {
        let bus = ["--session", "--dest=org.freedesktop.DBus", "--print-reply=literal", "/org/freedesktop/DBus"];
        let question = [&format!("org.freedesktop.DBus.{method}"), &*format!("string:{name}")];
        let answer = self.ask("dbus-send", &[&bus[..], &question[..]].concat()).await?;
        Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
    }

    /// What is asked on the session bus from now on of whoever has this name.
    ///
    /// # Errors
    /// If the bus cannot be listened to.
    pub async fn calls_to(&self, name: &str) -> Result<Calls> {
        let rule = format!("type='method_call',destination='{name}'");
        let mut command = self.command("dbus-monitor");
        let mut monitor = self.start(command.args(["--session", &rule]).stdout(Stdio::piped()))?;
        let stdout = monitor.0.stdout.take().context("no standard output")?;
        let mut calls = Calls { _monitor: monitor, lines: BufReader::new(stdout).lines() };
        // The bus takes its name away as it makes it a listener.
        calls.line("member=NameLost").await?;
        Ok(calls)
    }

    async fn first_line(&mut self, command: &mut Command) -> Result<String> {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        let log = self.log(&name)?;
        let mut program = self.start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log))?;
        let stdout = program.0.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = lines.next_line().await?.with_context(|| format!("{name} ended before it was ready"))?;
        self.programs.push(program);
        Ok(line)
    }

    /// A file for what a program says on this desk.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn log(&self, name: &str) -> Result<std::fs::File> {
        Ok(std::fs::File::create(self.log_path(name))?)
    }

    /// Where a program's messages are.
    #[must_use]
    pub fn log_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }
}

/// Calls on the session bus, as they are made.
pub struct Calls {
    _monitor: Group,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Calls {
    /// Waits for the next one.
    ///
    /// # Errors
    /// If none comes.
    pub async fn next(&mut self) -> Result<()> {
        self.line("method call ").await
    }

    async fn line(&mut self, part: &str) -> Result<()> {
        let reading = async {
            while let Some(line) = self.lines.next_line().await? {
                if line.contains(part) {
                    return Ok(());
                }
            }
            bail!("dbus-monitor ended without `{part}`")
        };
        timeout(PATIENCE, reading).await.with_context(|| format!("the session bus saw no `{part}`"))?
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        while self.programs.pop().is_some() {}
    }
}

impl Group {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.as_std().get_program().to_string_lossy().into_owned();
        Ok(Self(command.process_group(0).spawn().with_context(|| missing(&name))?))
    }

    pub(crate) fn id(&self) -> Option<u32> {
        self.0.id()
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let Some(id) = self.0.id() else { return };
        let _ = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{id}")]).status();
    }
}

fn flat<'a>(attributes: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    attributes.iter().flat_map(|(name, value)| [*name, *value]).collect()
}

fn only_mine(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?)
}

/// What to do about a program that cannot be started.
#[must_use]
pub fn missing(program: &str) -> String {
    let package = match program {
        "Xvfb" => "xvfb",
        "dbus-daemon" => "dbus",
        "dbus-send" | "dbus-monitor" => "dbus-bin",
        "gnome-keyring-daemon" => "gnome-keyring",
        "secret-tool" => "libsecret-tools",
        "WebKitWebDriver" => "webkit2gtk-driver",
        "chromedriver" => "chromium chromium-driver",
        "keepassxc-cli" => "keepassxc",
        "npm" => "nodejs npm",
        "/usr/bin/python3" => "python3-gi gir1.2-atspi-2.0 gir1.2-gtk-3.0",
        "swaymsg" => "sway",
        other => other,
    };
    format!("{program} cannot be started: run `cargo xtask setup`, or apt-get install {package}")
}
