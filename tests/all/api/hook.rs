//! The campus' own program is told of changes: at least once, after the answer, and never with a password.
//!
//! It has to be root's, so these tests want to run as root, as they do in a container.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use latchkey_server::config::hook::HookConfig;
use serde_json::{Value, json};

use super::world::World;

const NEW: &str = "violet tractor onion mail";

/// A program that does this, which nobody but root may change.
fn program(folder: &Path, body: &str) -> String {
    let path = folder.join("changed");
    std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().uid(), 0, "a hook is root's: run these tests as root");
    path.display().to_string()
}

async fn told_by(command: Vec<String>, seconds: u16) -> World {
    World::with(|config| config.hook = Some(HookConfig { command, seconds })).await
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn owed(world: &World) -> i64 {
    let (rows,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM hooks").fetch_one(world.app.store.pool()).await.unwrap();
    rows
}

async fn reset(world: &mut World) -> Value {
    let mut held = world.through_gates("grace").await;
    let done = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((done.status, held.step()), (200, "done"), "{}", done.body);
    done.body
}

#[tokio::test]
async fn a_program_is_told_who_what_and_when_and_never_a_password() {
    // PW-12
    let folder = tempfile::tempdir().unwrap();
    let (out, env) = (folder.path().join("out"), folder.path().join("env"));
    let body = format!("cat >> {}; env > {}; pwd >> {}", out.display(), env.display(), env.display());
    let command = vec![program(folder.path(), &body), "--from=latchkey".to_owned()];
    let mut world = told_by(command, 30).await;
    reset(&mut world).await;
    let told = lines(&out);
    assert_eq!(told.len(), 1, "{told:?}");
    let id = world.id("grace").await;
    assert_eq!((&told[0]["account"], &told[0]["account_id"]), (&json!("grace"), &json!(id)));
    assert_eq!((&told[0]["kind"], &told[0]["at"]), (&json!("reset"), &json!("2026-11-24T08:00:00Z")));
    assert_eq!(told[0].as_object().unwrap().len(), 6, "{told:?}");
    assert!(!std::fs::read_to_string(&out).unwrap().contains(NEW));
    let env = std::fs::read_to_string(&env).unwrap();
    // What the shell itself sets.
    let own = env.lines().filter(|line| !["PWD=", "SHLVL=", "_="].iter().any(|name| line.starts_with(name)));
    assert_eq!(own.collect::<Vec<_>>(), ["/"], "{env}");
    assert_eq!(owed(&world).await, 0);
}

#[tokio::test]
async fn what_fails_is_tried_again_later_and_later_and_holds_up_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let command = vec![program(folder.path(), "echo the other system is down >&2; exit 7")];
    let mut world = told_by(command, 30).await;
    reset(&mut world).await;
    assert_eq!(owed(&world).await, 1);
    program(folder.path(), &format!("cat >> {}", out.display()));
    world.worker.turn().await.unwrap();
    assert_eq!(lines(&out).len(), 0, "not at once");
    world.wait(31);
    world.worker.turn().await.unwrap();
    assert_eq!((lines(&out).len(), owed(&world).await), (1, 0));
    world.wait(3600);
    world.worker.turn().await.unwrap();
    assert_eq!(lines(&out).len(), 1, "once");
}

#[tokio::test]
async fn one_that_hangs_is_killed_with_what_it_has_started() {
    // This waits the second that the program is given.
    let folder = tempfile::tempdir().unwrap();
    let (child, late) = (folder.path().join("child"), folder.path().join("late"));
    let body = format!("sh -c 'echo $$ > {}; sleep 3; touch {}' & wait", child.display(), late.display());
    let command = vec![program(folder.path(), &body)];
    let mut world = told_by(command, 1).await;
    reset(&mut world).await;
    assert_eq!(owed(&world).await, 1, "it is tried again");
    let pid = std::fs::read_to_string(&child).unwrap();
    let gone = latchkey_tests::wait::until("its child", latchkey_tests::wait::PATIENCE, async || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        Ok((stat.is_empty() || stat.contains(") Z ")).then_some(()))
    });
    gone.await.unwrap();
    assert!(!late.exists());
}

#[tokio::test]
async fn a_program_that_somebody_else_may_change_is_not_started() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let path = program(folder.path(), &format!("cat >> {}", out.display()));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o757)).unwrap();
    let mut world = told_by(vec![path], 30).await;
    reset(&mut world).await;
    assert!(!out.exists());
    assert_eq!(owed(&world).await, 1);
    // After a week it is given up.
    world.wait(8 * 24 * 60 * 60);
    world.worker.turn().await.unwrap();
    assert_eq!(owed(&world).await, 0);
}
