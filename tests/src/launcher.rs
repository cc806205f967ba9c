//! Somebody else's window, from which programs are started: only who is clicked on may let another one come to the front.

use std::process::Stdio;

use anyhow::Result;

use crate::desk::{Desk, Group, Keyboard};
use crate::wait::{PATIENCE, until};

/// Prints an activation token for each key that is pressed in its window.
const SCRIPT: &str = include_str!("launcher.py");

/// A launcher on a desk under Wayland.
pub struct Launcher<'a> {
    desk: &'a Desk,
    keyboard: Keyboard<'a>,
    _window: Group,
}

impl<'a> Launcher<'a> {
    /// The name by which the compositor knows it.
    pub const APP_ID: &'static str = "launcher";

    /// Plugs in a keyboard and opens the launcher; it has the focus, as every new window has.
    ///
    /// # Errors
    /// If it does not open.
    pub async fn open(desk: &'a Desk) -> Result<Self> {
        let keyboard = Keyboard::plug(desk)?;
        let script = desk.folder().join("launcher.py");
        std::fs::write(&script, SCRIPT)?;
        let mut command = desk.command("/usr/bin/python3");
        command.arg(&script).stdin(Stdio::null()).stdout(desk.log("tokens")?).stderr(desk.log("launcher")?);
        let launcher = Self { desk, keyboard, _window: desk.start(&mut command)? };
        until("the launcher", PATIENCE, async || launcher.has_focus().await.map(|has| has.then_some(()))).await?;
        Ok(launcher)
    }

    /// Whether it has the focus.
    ///
    /// # Errors
    /// If the compositor does not answer.
    pub async fn has_focus(&self) -> Result<bool> {
        Ok(self.desk.focused().await?.as_deref() == Some(Self::APP_ID))
    }

    /// Presses a key until the launcher has heard it and been given a leave to come to the front, and returns that leave.
    ///
    /// # Errors
    /// If it never hears one: then it has not got the focus.
    pub async fn leave(&self) -> Result<String> {
        until("a key to reach the launcher", PATIENCE, async || {
            self.keyboard.press("Return").await?;
            let tokens = std::fs::read_to_string(self.desk.log_path("tokens"))?;
            // A line without its end is still being written.
            let token = tokens.rsplit_once('\n').and_then(|(whole, _)| whole.lines().last());
            Ok(token.map(str::to_owned))
        })
        .await
    }
}
