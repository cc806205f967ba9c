//! Stands between the app and the place program, hands on what they say, and kills one of them at the moment that a plan
//! names.
//!
//! The plan is the file `kills` in the home folder: each line is one kill (`app 2 5`: the app, when two outcomes of a
//! refresh were handed on and 5 ms have passed or the next one has come), and each run for a refresh takes the first
//! line away. What was killed is added to the file `killed` before it is done. A line `app look` is for the first look.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, fs, thread};

use anyhow::{Context as _, Result, bail, ensure};
use latchkey_tests::built;
use rustix::process::{Pid, Signal, getppid, kill_process};
use serde_json::Value;

/// Longer than any place program says nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whom a kill hits.
#[derive(Clone, Copy)]
enum Whom {
    App,
    Program,
}

/// One line of the plan.
struct Kill {
    whom: Whom,
    /// How many outcomes are handed on before it.
    outcomes: usize,
    /// How long the next one may take then.
    after: Duration,
}

fn main() -> Result<()> {
    let home = PathBuf::from(env::var_os("HOME").context("the home folder says where the plan is")?);
    let mut task = Vec::new();
    io::stdin().read_to_end(&mut task)?;
    let mut plan = Plan::of(&home, &task_of(&task)?)?;
    let mut program = Command::new(built("latchkey-place")?)
        .args(env::args_os().skip(1))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    program.stdin.take().context("a pipe")?.write_all(&task)?;
    let lines = lines_of(program.stdout.take().context("a pipe")?);
    let mut told = 0;
    loop {
        let due = plan.kill.as_ref().filter(|kill| kill.outcomes == told);
        let line = match lines.recv_timeout(due.map_or(PATIENCE, |kill| kill.after)) {
            Ok(line) => Some(line),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        };
        let is_outcome = line.as_deref().is_some_and(|line| line.starts_with(br#"{"outcome""#));
        if let Some(kill) = plan.kill.take_if(|kill| kill.outcomes == told && (line.is_none() || is_outcome)) {
            plan.note(kill.whom)?;
            return strike(kill.whom, &mut program);
        }
        told += usize::from(is_outcome);
        let line = line.context("the place program says nothing")?;
        io::stdout().write_all(&line)?;
        io::stdout().flush()?;
    }
    program.wait()?;
    Ok(())
}

/// Kills, and ends this process: whichever of the two is left notices at once.
fn strike(whom: Whom, program: &mut Child) -> Result<()> {
    match whom {
        Whom::App => kill_process(getppid().context("the app")?, Signal::KILL)?,
        Whom::Program => {
            kill_process(Pid::from_child(program), Signal::KILL)?;
            program.wait()?;
        }
    }
    Ok(())
}

/// What the first part of a request asks for.
fn task_of(request: &[u8]) -> Result<String> {
    let (length, rest) = request.split_first_chunk::<4>().context("a request begins with a length")?;
    let head = rest.get(..usize::try_from(u32::from_be_bytes(*length))?).context("a head")?;
    let head: Value = serde_json::from_slice(head)?;
    Ok(head.get("task").and_then(Value::as_str).context("a task")?.to_owned())
}

/// The lines as they come; a token that follows its line is handed on with the next one.
fn lines_of(output: ChildStdout) -> mpsc::Receiver<Vec<u8>> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let mut line = Vec::new();
            match output.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if sender.send(line).is_err() => return,
                Ok(_) => {}
            }
        }
    });
    lines
}

/// What this run is to do beside its work.
struct Plan {
    kill: Option<Kill>,
    killed: PathBuf,
}

impl Plan {
    /// Takes the first line of the plan away if it is for this task.
    fn of(home: &Path, task: &str) -> Result<Self> {
        let (file, killed) = (home.join("kills"), home.join("killed"));
        let plan = fs::read_to_string(&file).unwrap_or_default();
        let (first, rest) = plan.split_once('\n').unwrap_or_default();
        let is_for = if first.ends_with(" look") { "find" } else { "refresh" };
        if first.is_empty() || task != is_for {
            return Ok(Self { kill: None, killed });
        }
        fs::write(&file, rest)?;
        Ok(Self { kill: Some(Kill::read(first)?), killed })
    }

    fn note(&self, whom: Whom) -> Result<()> {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&self.killed)?;
        Ok(writeln!(file, "{}", if matches!(whom, Whom::App) { "app" } else { "program" })?)
    }
}

impl Kill {
    fn read(line: &str) -> Result<Self> {
        let mut words = line.split(' ');
        let whom = match words.next() {
            Some("app") => Whom::App,
            Some("program") => Whom::Program,
            other => bail!("who is {other:?}?"),
        };
        let (outcomes, after) = match (words.next(), words.next()) {
            (Some("look"), None) => (0, 0),
            (Some(outcomes), Some(after)) => (outcomes.parse()?, after.parse()?),
            _ => bail!("when is {line}?"),
        };
        ensure!(words.next().is_none(), "{line} has too many words");
        Ok(Self { whom, outcomes, after: Duration::from_millis(after) })
    }
}
