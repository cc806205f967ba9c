//! The units of systemd for the server: what they may do, and that the server can live with that.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, root};

use super::Caller;

fn packaged(name: &str) -> PathBuf {
    root().join("packaging/server").join(name)
}

/// What a program of systemd says, which works without a running systemd.
fn systemd(program: &str, arguments: &[&str]) -> Result<String> {
    let ran = Command::new(program).args(arguments).output();
    let ran = ran.with_context(|| format!("{program} cannot be started: apt-get install systemd"))?;
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    ensure!(ran.status.success(), "{program} {arguments:?}: {said}");
    Ok(said)
}

#[test]
fn the_units_may_do_little() -> Result<()> {
    for name in ["latchkey-server.service", "latchkey-backup.service"] {
        let path = packaged(name).to_string_lossy().into_owned();
        // It fails where the exposure is above 2.0.
        let said = systemd("systemd-analyze", &["security", "--offline=true", "--no-pager", "--threshold=20", &path])?;
        ensure!(said.contains("Overall exposure level"), "{said}");
    }
    Ok(())
}

#[test]
fn every_unit_reads_as_systemd_reads_it() -> Result<()> {
    for name in ["latchkey-server.service", "latchkey-backup.service", "latchkey-backup.timer"] {
        // The program is not installed where the tests run; everything else that is said is a mistake in the unit.
        let ran = Command::new("systemd-analyze").arg("verify").arg(packaged(name)).output();
        let said = String::from_utf8(ran.context("systemd-analyze: apt-get install systemd")?.stderr)?;
        let wrong: Vec<&str> = said
            .lines()
            .filter(|line| line.contains("latchkey") && !line.contains("/usr/bin/latchkey-server is not executable"))
            .collect();
        ensure!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
    Ok(())
}

#[test]
fn the_user_is_made_and_the_files_are_closed_to_others() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let at = format!("--root={}", folder.path().display());
    let file = |name: &str| packaged(name).to_string_lossy().into_owned();
    std::fs::create_dir_all(folder.path().join("etc/latchkey"))?;
    systemd("systemd-sysusers", &[&at, &file("latchkey-server.sysusers")])?;
    let users = std::fs::read_to_string(folder.path().join("etc/passwd"))?;
    ensure!(users.lines().any(|line| line.starts_with("latchkey:") && line.ends_with("nologin")), "{users}");
    let there = |name: &str| folder.path().join(name);
    for name in ["server.toml", "keys.toml", "tls-key.pem", "certificate.pem"] {
        let path = there("etc/latchkey").join(name);
        std::fs::write(&path, "")?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666))?;
    }
    systemd("systemd-tmpfiles", &[&at, "--create", &file("latchkey-server.tmpfiles")])?;
    for (name, mode) in [
        ("etc/latchkey", 0o750),
        ("etc/latchkey/server.toml", 0o640),
        ("etc/latchkey/keys.toml", 0o600),
        ("etc/latchkey/tls-key.pem", 0o600),
        ("var/lib/latchkey", 0o700),
        ("var/lib/latchkey/backup", 0o700),
    ] {
        let found = std::fs::metadata(there(name))?.permissions().mode() & 0o777;
        ensure!(found == mode, "{name}: {found:o}");
    }
    Ok(())
}

/// The system calls of a set, with those of the sets in it.
fn calls_of(set: &str) -> Result<BTreeSet<String>> {
    let said = systemd("systemd-analyze", &["syscall-filter", set])?;
    let mut calls = BTreeSet::new();
    for name in said.lines().skip(1).map(str::trim).filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if name.starts_with('@') {
            calls.extend(calls_of(name)?);
        } else {
            calls.insert(name.to_owned());
        }
    }
    Ok(calls)
}

/// The system calls that the unit lets the server do.
fn let_through() -> Result<BTreeSet<String>> {
    let unit = std::fs::read_to_string(packaged("latchkey-server.service"))?;
    let mut calls = BTreeSet::new();
    for line in unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        match line.strip_prefix('~') {
            None => {
                for set in line.split_whitespace() {
                    calls.extend(calls_of(set)?);
                }
            }
            Some(sets) => {
                for set in sets.split_whitespace() {
                    for call in calls_of(set)? {
                        calls.remove(&call);
                    }
                }
            }
        }
    }
    ensure!(calls.len() > 100, "{calls:?}");
    Ok(calls)
}

#[tokio::test]
async fn the_server_does_no_system_call_that_its_unit_forbids() -> Result<()> {
    let allowed = let_through()?;
    let campus = Campus::start().await?;
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("calls");
    let pid = campus.pid()?;
    let mut strace = Command::new("strace")
        .args(["-qq", "-f", "-o"])
        .arg(&log)
        .args(["-p", &pid.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("strace cannot be started: apt-get install strace")?;
    until("strace to be at it", PATIENCE, async || {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        Ok((!status.contains("TracerPid:\t0")).then_some(()))
    })
    .await?;
    let caller = Caller::of(&campus)?;
    let mut held = caller.through_gates(&campus, "grace").await?;
    let (status, answer) = caller.set_password(&mut held, "violet tractor onion mail").await?;
    ensure!(status == 200, "{answer}");
    let (status, check) = caller.post("/v1/human-checks", "none", &serde_json::json!({"kind": "characters"})).await?;
    ensure!(status == 201, "{check}");
    let _ = strace.kill();
    let _ = strace.wait();
    let text = std::fs::read_to_string(&log)?;
    // "PID name(…" and "PID <... name resumed>".
    let names = text.lines().filter_map(|line| line.split_once(' ')?.1.trim_start().split_once('('));
    let done: BTreeSet<String> = names
        .map(|(name, _)| name.to_owned())
        .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .collect();
    ensure!(done.len() > 10, "{done:?}");
    // SQLite gives files away where it runs as root, as the tests do; the unit's user cannot.
    let forbidden: Vec<&String> = done.difference(&allowed).filter(|name| *name != "fchown").collect();
    ensure!(forbidden.is_empty(), "{forbidden:?}");
    Ok(())
}
