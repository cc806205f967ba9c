//! Tells a program of the campus of every change of a password and every unlock, for other systems.
//!
//! What is told is committed with the change and told later by the worker, at least once and never with a password, so
//! that no answer to a person waits for it. The program is root's alone; it gets one line of JSON and no environment.

mod program;

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_api::Intent;
use latchkey_directory::several::directory_of;
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use super::Operation;
use crate::app::App;
use crate::clock;
use crate::config::hook::HookConfig;
use crate::person::people;
use crate::refused::Answer;
use crate::store::hook::HookRow;
use crate::store::{self, Tx};

/// How much longer than its program may take a thing belongs to whoever tells it.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long is waited after the first failure; twice as long after each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// After so long it is given up.
const GIVEN_UP: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How much of what the program complains of is logged, in bytes.
const COMPLAINT: u64 = 512;

/// What the program reads.
#[derive(Debug, Serialize)]
struct Told<'a> {
    /// The same at every try, so that whoever was told twice can tell.
    id: &'a str,
    /// The sign-in name; absent if the directory has it no longer.
    account: Option<&'a str>,
    /// The account's stable id, with the name of its directory in front.
    account_id: &'a str,
    /// The name of the directory; absent for the server's own.
    directory: Option<&'a str>,
    /// `reset`, `change` or `unlock`.
    kind: &'a str,
    at: Timestamp,
}

/// Why the program was not told.
#[derive(Debug, thiserror::Error)]
enum NotTold {
    #[error("it cannot be started")]
    Program(#[from] io::Error),
    #[error("it ended with {0}: {1:?}")]
    Failed(std::process::ExitStatus, String),
    #[error("it took longer than {0} seconds")]
    TooLong(u16),
}

/// Keeps what the program is to be told, in the transaction of the change.
pub(crate) async fn owe(app: &App, tx: &mut Tx, done: &Operation, intent: Intent, now: Timestamp) -> store::Result<()> {
    if app.config.hook.is_none() {
        return Ok(());
    }
    store::hook::put(tx, done.id(), done.account(), intent.as_str(), now.as_millisecond()).await
}

/// Tells everything that is due, one after the other.
pub(crate) async fn tell(app: &App) -> Answer<()> {
    let Some(hook) = &app.config.hook else { return Ok(()) };
    while tell_next(app, hook).await? {}
    Ok(())
}

async fn tell_next(app: &App, hook: &HookConfig) -> Answer<bool> {
    let now = app.clock.now();
    let until = clock::later(now, u32::from(hook.seconds)).saturating_add(LEASE).unwrap_or(Timestamp::MAX);
    let mut tx = app.store.begin().await?;
    let Some(row) = store::hook::take(&mut tx, now.as_millisecond(), until.as_millisecond()).await? else {
        return Ok(false);
    };
    let person = people::of_id(&mut tx, &row.account_id).await?;
    tx.commit().await?;
    let told = Told {
        id: &row.id,
        account: person.as_ref().map(|person| person.account.as_str()),
        account_id: &row.account_id,
        directory: directory_of(&row.account_id),
        kind: &row.kind,
        at: clock::at(row.done_at),
    };
    let result = run(hook, &serde_json::to_string(&told)?).await;
    let mut tx = app.store.begin().await?;
    match result {
        Ok(()) => store::hook::remove(&mut tx, &row.id).await?,
        Err(error) => put_off(app, &mut tx, &row, &error).await?,
    }
    tx.commit().await?;
    Ok(true)
}

async fn put_off(app: &App, tx: &mut Tx, row: &HookRow, error: &NotTold) -> store::Result<()> {
    let now = app.clock.now();
    if now.duration_since(clock::at(row.done_at)) >= GIVEN_UP {
        tracing::error!(
            error = error as &dyn std::error::Error,
            operation = row.id,
            tries = row.tries,
            "the hook is never told of this change"
        );
        return store::hook::remove(tx, &row.id).await;
    }
    tracing::warn!(
        error = error as &dyn std::error::Error,
        operation = row.id,
        tries = row.tries,
        "the hook was not told of a change; it is tried again"
    );
    let due = now.saturating_add(wait_after(row.tries)).unwrap_or(Timestamp::MAX);
    store::hook::put_off(tx, &row.id, due.as_millisecond()).await
}

fn wait_after(tries: i64) -> SignedDuration {
    let doubled = u32::try_from(tries.saturating_sub(1)).unwrap_or(u32::MAX).min(10);
    (FIRST_WAIT * 2_i32.pow(doubled)).min(LONGEST_WAIT)
}

async fn run(hook: &HookConfig, line: &str) -> Result<(), NotTold> {
    let Some((program, arguments)) = hook.command.split_first() else {
        return Err(NotTold::Program(io::ErrorKind::NotFound.into()));
    };
    program::is_administrators(Path::new(program))?;
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        // A group of its own, so that nothing that it has started outlives its time.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()?;
    let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let ended = tokio::time::timeout(Duration::from_secs(hook.seconds.into()), give(&mut child, line)).await;
    if ended.is_err()
        && let Some(group) = group
    {
        // It may have ended in the meantime.
        let _ = kill_process_group(group, Signal::KILL);
    }
    ended.map_err(|_| NotTold::TooLong(hook.seconds))?
}

async fn give(child: &mut Child, line: &str) -> Result<(), NotTold> {
    if let Some(mut input) = child.stdin.take() {
        let given = async { input.write_all(line.as_bytes()).await.and(input.write_all(b"\n").await) };
        // One that reads nothing and ends well has been told all it wanted to know.
        drop(given.await);
    }
    let mut complaint = Vec::new();
    if let Some(mut errors) = child.stderr.take() {
        (&mut errors).take(COMPLAINT).read_to_end(&mut complaint).await?;
        tokio::io::copy(&mut errors, &mut tokio::io::sink()).await?;
    }
    let status = child.wait().await?;
    if status.success() {
        return Ok(());
    }
    Err(NotTold::Failed(status, String::from_utf8_lossy(&complaint).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_waits_longer_after_each_failure_up_to_an_hour() {
        let waits: Vec<i64> = [1, 2, 3, 8, 9, 1_000].map(|tries| wait_after(tries).as_secs()).to_vec();
        assert_eq!(waits, [30, 60, 120, 3600, 3600, 3600]);
    }
}
