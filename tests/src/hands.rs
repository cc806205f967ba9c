//! A person at the desk: types by the X server and reads by the accessibility bus, without any automation of the app.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::built;
use crate::desk::{Desk, Group, missing};
use crate::wait::{PATIENCE, until};

/// Prints `focused` or `shown` if an element with the id of the first argument is on any window.
const EYES: &str = include_str!("eyes.py");

/// A window paints its first screen within a second or two, and within many on a machine with much else to do.
const FIRST_SCREEN: Duration = Duration::from_secs(20);

/// The app without automation, with somebody in front of it.
pub struct Hands<'a> {
    desk: &'a Desk,
    app: Group,
    log: PathBuf,
    eyes: PathBuf,
}

impl<'a> Hands<'a> {
    /// Starts the app with these options.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(desk: &'a Desk, policy: &Path, options: &[&str]) -> Result<Self> {
        Self::start_with(desk, policy, options, &[])
    }

    /// Starts the app with these options and variables.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start_with(desk: &'a Desk, policy: &Path, options: &[&str], variables: &[(&str, String)]) -> Result<Self> {
        let eyes = desk.folder().join("eyes.py");
        std::fs::write(&eyes, EYES)?;
        let log = tempfile::Builder::new().prefix("hands").suffix(".log").tempfile_in(desk.folder())?;
        let (to, log) = log.keep()?;
        let mut command = desk.command(built("latchkey")?);
        command.env("LATCHKEY_LOG", "info").envs(variables.iter().map(|(name, value)| (name, value)));
        command.args(options).env("LATCHKEY_POLICY", policy).stdin(Stdio::null()).stdout(Stdio::null()).stderr(to);
        let app = desk.start(&mut command)?;
        Ok(Self { desk, app, log, eyes })
    }

    /// The process of the app.
    ///
    /// # Errors
    /// If it has ended.
    pub fn pid(&self) -> Result<u32> {
        self.app.id().context("the app has ended")
    }

    /// Sends the app a signal by its name, such as `STOP`.
    ///
    /// # Errors
    /// If it has ended.
    pub async fn signal(&self, name: &str) -> Result<()> {
        let pid = self.pid()?.to_string();
        let answer = self.desk.ask("kill", &["-s", name, &pid]).await?;
        ensure!(answer.status.success(), "kill -s {name} {pid} ended with {}", answer.status);
        Ok(())
    }

    /// Waits until an element with this id is on the screen.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn see(&self, id: &str) -> Result<()> {
        self.wait_for_paint(id).await;
        let wanted = format!("#{id} on the accessibility bus");
        let seen = until(&wanted, PATIENCE, async || Ok((!self.look_for(id).await?.is_empty()).then_some(()))).await;
        let windows = self.desk.windows().await?;
        let said = std::fs::read_to_string(&self.log)?;
        seen.with_context(|| format!("process {:?}, windows {windows:?}, it said: {said}", self.app.id()))
    }

    /// Looks at no page before it is drawn: WebKit's process crashes now and then when it is looked at while it loads, and what
    /// was typed until then is gone with it. The tray and one that hands over draw nothing by themselves; they are not waited
    /// for long.
    async fn wait_for_paint(&self, id: &str) {
        let what = format!("the screen with #{id}");
        let drawn = until(&what, FIRST_SCREEN, async || {
            Ok(std::fs::read_to_string(&self.log)?.contains("screen painted").then_some(()))
        });
        // What is missing is told by whoever looks for it.
        let _ = drawn.await;
    }

    /// Waits until no element with this id is on the screen any more.
    ///
    /// # Errors
    /// If it stays.
    pub async fn see_gone(&self, id: &str) -> Result<()> {
        until(&format!("#{id} to leave the accessibility bus"), PATIENCE, async || {
            Ok(self.look_for(id).await?.is_empty().then_some(()))
        })
        .await
        .with_context(|| format!("it said: {}", std::fs::read_to_string(&self.log).unwrap_or_default()))
    }

    /// Presses Tab until the element with this id has the focus.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub async fn reach(&self, id: &str) -> Result<()> {
        self.see(id).await?;
        for _ in 0..40 {
            if self.look_for(id).await?.contains("focused") {
                return Ok(());
            }
            self.key("Tab").await?;
        }
        bail!("Tab does not reach #{id}, it said: {}", std::fs::read_to_string(&self.log)?)
    }

    /// Presses Tab until the element with this id has the focus, then types.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub async fn type_into(&self, id: &str, text: &str) -> Result<()> {
        self.reach(id).await?;
        self.type_text(text).await
    }

    /// Says that the characters of the first screen cannot be used.
    ///
    /// # Errors
    /// If they stay.
    pub async fn skip_characters(&self) -> Result<()> {
        self.reach("skip-characters").await?;
        self.key("Return").await?;
        self.see_gone("characters").await
    }

    /// Types into whatever has the focus. The text goes by standard input, so that no argument carries it.
    ///
    /// # Errors
    /// If xdotool fails.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        use tokio::io::AsyncWriteExt;
        let mut command = self.desk.command("xdotool");
        command.args(["type", "--delay", "15", "--file", "-"]).stdin(Stdio::piped());
        let mut child = command.spawn().with_context(|| missing("xdotool"))?;
        let mut stdin = child.stdin.take().context("xdotool has no standard input")?;
        stdin.write_all(text.as_bytes()).await?;
        drop(stdin);
        let status = child.wait().await?;
        if !status.success() {
            bail!("xdotool type ended with {status}");
        }
        Ok(())
    }

    /// Presses one key by its X name.
    ///
    /// # Errors
    /// If xdotool fails.
    pub async fn key(&self, name: &str) -> Result<()> {
        let answer = self.desk.ask("xdotool", &["key", "--clearmodifiers", name]).await?;
        if !answer.status.success() {
            bail!("xdotool key {name} ended with {}", answer.status);
        }
        Ok(())
    }

    async fn look_for(&self, id: &str) -> Result<String> {
        let pid = self.pid()?.to_string();
        let answer = self.desk.ask("/usr/bin/python3", &[&self.eyes.to_string_lossy(), id, &pid]).await?;
        if !answer.status.success() {
            bail!("{}: {}", missing("/usr/bin/python3"), String::from_utf8_lossy(&answer.stderr));
        }
        Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
    }

    /// Waits until the app has ended by itself.
    ///
    /// # Errors
    /// If it stays.
    pub async fn ended(&mut self) -> Result<std::process::ExitStatus> {
        let ended = tokio::time::timeout(PATIENCE, self.app.child().wait()).await;
        Ok(ended.context("the app did not end")??)
    }
}
