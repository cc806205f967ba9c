//! What a screen reader hears: the focus as it moves, what is announced, and every control of a window by role and name.

use std::fmt;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::ChildStdin;

use crate::desk::{Desk, Group, missing};
use crate::wait::{PATIENCE, until};

/// Prints a JSON object for each thing that it hears.
const SCRIPT: &str = include_str!("ear.py");

/// Listens to the accessibility bus for one process of the app.
pub struct Ear {
    questions: ChildStdin,
    heard: Arc<Mutex<Vec<Heard>>>,
    _listener: Group,
}

/// One thing that was heard or asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Heard {
    pub said: String,
    #[serde(default)]
    pub role: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub states: Vec<String>,
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} “{}”", self.said, self.role, self.name)?;
        if !self.description.is_empty() {
            write!(f, ", {}", self.description)?;
        }
        let told = ["checked", "required", "invalid_entry", "expanded", "pressed"];
        for state in self.states.iter().filter(|state| told.contains(&state.as_str())) {
            write!(f, ", {}", state.replace('_', " "))?;
        }
        Ok(())
    }
}

impl Ear {
    /// Starts to listen to a process.
    ///
    /// # Errors
    /// If Python or its bindings are missing.
    pub async fn listen(desk: &Desk, pid: u32) -> Result<Self> {
        let script = desk.folder().join("ear.py");
        std::fs::write(&script, SCRIPT)?;
        let log = desk.log("ear")?;
        let mut command = desk.command("/usr/bin/python3");
        command.arg("-W").arg("ignore").arg(&script).arg(pid.to_string());
        let mut listener = desk.start(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log))?;
        let questions = listener.child().stdin.take().context("no standard input")?;
        let mut lines = BufReader::new(listener.child().stdout.take().context("no standard output")?).lines();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Ok(one) = serde_json::from_str(&line) {
                    locked(&all).push(one);
                }
            }
        });
        let ear = Self { questions, heard, _listener: listener };
        until(&format!("the ear to listen; {}", missing("/usr/bin/python3")), PATIENCE, async || {
            Ok(ear.all().iter().any(|one| one.said == "listening").then_some(()))
        })
        .await?;
        Ok(ear)
    }

    /// Everything so far.
    #[must_use]
    pub fn all(&self) -> Vec<Heard> {
        locked(&self.heard).clone()
    }

    /// How much has been heard, to wait for what comes after it.
    #[must_use]
    pub fn mark(&self) -> usize {
        locked(&self.heard).len()
    }

    /// Waits until something of this kind with this text in it has been heard since a mark.
    ///
    /// # Errors
    /// If it is not said; the message has what was said instead.
    pub async fn hears(&self, since: usize, said: &str, text: &str) -> Result<Heard> {
        let what = format!("“{text}” to be said as {said}");
        let found = until(&what, PATIENCE, async || {
            Ok(self.all().into_iter().skip(since).find(|one| one.said == said && one.name.contains(text)))
        });
        match found.await {
            Ok(found) => Ok(found),
            Err(error) => bail!("{error}; heard: {:#?}", self.all().get(since..)),
        }
    }

    /// Every control that is on the windows now.
    ///
    /// # Errors
    /// If nobody answers.
    pub async fn controls(&mut self) -> Result<Vec<Heard>> {
        let since = self.mark();
        self.questions.write_all(b"\n").await?;
        let all = until("all controls", PATIENCE, async || {
            let all: Vec<Heard> = self.all().into_iter().skip(since).collect();
            let end = all.iter().position(|one| one.said == "end");
            Ok(end.map(|end| all.into_iter().take(end).filter(|one| one.said == "control").collect()))
        });
        all.await
    }
}

fn locked(heard: &Mutex<Vec<Heard>>) -> MutexGuard<'_, Vec<Heard>> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}
