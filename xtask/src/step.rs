//! A step has a name and takes a time; a failure says what was run and what to do.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::clock::Stopwatch;

pub(crate) type Done<T = ()> = Result<T, Failure>;

/// Why a step did not succeed, and what whoever reads it can do.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    todo: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { what: what.into(), todo: todo.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  what to do: {}", self.what, self.todo)
    }
}

/// Prints a line; a closed pipe is no reason to stop.
pub(crate) fn say(line: impl fmt::Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// Does one step under its name and prints how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Done<T>) -> Done<T> {
    say(format_args!("== {name}"));
    let watch = Stopwatch::start();
    let result = work();
    let took = watch.elapsed().as_secs_f64();
    match &result {
        Ok(_) => say(format_args!("== {name}: ok ({took:.1} s)")),
        Err(failure) => say(format_args!("== {name}: FAILED ({took:.1} s)\n  {failure}")),
    }
    result
}

/// How one check of `cargo xtask test` ended.
pub(crate) enum Checked {
    Passed,
    /// This machine cannot do it; the reason and the remedy are printed and counted, never hidden.
    NotHere(String),
}

/// Counts the checks of `cargo xtask test`.
#[derive(Default)]
pub(crate) struct Tally {
    passed: u32,
    failed: Vec<String>,
    not_here: Vec<String>,
}

impl Tally {
    pub(crate) fn check(&mut self, name: &str, work: impl FnOnce() -> Done<Checked>) {
        match step(name, work) {
            Ok(Checked::Passed) => self.passed += 1,
            Ok(Checked::NotHere(why)) => {
                say(format_args!("   but NOT CHECKED here: {why}"));
                self.not_here.push(name.to_owned());
            }
            Err(_) => self.failed.push(name.to_owned()),
        }
    }

    /// Prints the closing line; fails if any check failed.
    pub(crate) fn close(self, watch: Stopwatch) -> Done {
        for name in &self.not_here {
            say(format_args!("NOT CHECKED here: {name} (reason above)"));
        }
        for name in &self.failed {
            say(format_args!("FAILED: {name}"));
        }
        say(format_args!("all steps: {:.0} s", watch.elapsed().as_secs_f64()));
        say(format_args!("{} passed, {} failed", self.passed, self.failed.len()));
        if self.failed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("failed: {}", self.failed.join(", ")), "read the first failure above"))
    }
}

/// Runs a command with its output shown.
pub(crate) fn run(command: &mut Command, todo: &str) -> Done {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("{command:?} ended with {status}"), todo))
}

/// Runs a command and returns what it wrote to its standard output.
pub(crate) fn output(command: &mut Command, todo: &str) -> Done<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        return Err(Failure::new(format!("{command:?} ended with {}", output.status), todo));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a command can be started and succeeds; its output is not shown.
pub(crate) fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

pub(crate) fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy().into_owned();
    Failure::new(
        format!("{program} cannot be started: {error}"),
        format!("install {program}; `cargo xtask setup` does"),
    )
}

/// Turns an error of a file into a failure that names the file.
pub(crate) fn file<T>(path: &Path, result: std::io::Result<T>) -> Done<T> {
    result.map_err(|error| Failure::new(format!("{}: {error}", path.display()), "check the path and its permissions"))
}

/// The folder of the workspace: the one above this crate.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The `cargo` that started this program, in the workspace's folder.
pub(crate) fn cargo<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(args);
    command
}

/// A program in the workspace's folder.
pub(crate) fn program<S: AsRef<OsStr>>(name: impl AsRef<OsStr>, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).args(args);
    command
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
