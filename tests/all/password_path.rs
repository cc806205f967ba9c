//! Where a password goes: into one request of the app, and from the server into its directory. Not into an argument, an
//! environment, a file or another program, on either side.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use latchkey_client::settings::Settings;
use latchkey_flow::screen::{Case, Screen};
use latchkey_flow::window::{Opening, WindowKind};
use latchkey_tests::Campus;
use latchkey_tests::campus::{Account, DOMAIN};
use latchkey_tests::recorder::{Recorder, Request};
use latchkey_tests::wait::{PATIENCE, until};

use crate::whole::Person;

/// Passwords that stand nowhere else.
const FIRST: &str = "needle7Q4xvioletTractorOnionMail";
const SECOND: &str = "needle8R5yamberLanternHarbourPost";

/// Settings of an app for a server of this address.
fn settings(folder: &Path, url: &str) -> Result<Settings> {
    let policy = folder.join("policy.toml");
    std::fs::write(&policy, format!("server = \"{url}\"\ndomains = [\"{DOMAIN}\"]\n"))?;
    Ok(Settings::read(&policy)?)
}

/// A password in every form in which it might be passed on.
fn forms(password: &str) -> Vec<Vec<u8>> {
    let wide: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let quoted: Vec<u8> = format!("\"{password}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hex: String = password.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![password.as_bytes().to_vec(), BASE64_STANDARD.encode(password).into_bytes(), hex.into_bytes()];
    forms.extend([BASE64_STANDARD.encode(&wide).into_bytes(), BASE64_STANDARD.encode(quoted).into_bytes(), wide]);
    forms
}

fn has(bytes: &[u8], password: &str) -> bool {
    forms(password).iter().any(|form| memchr::memmem::find(bytes, form).is_some())
}

/// The calls by which a program starts another, names a file or writes anything anywhere.
const CALLS: &str = "execve,execveat,open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,\
                     write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg";

/// Whether strace has written down that this process was killed. strace fills the number up to five places, so that one
/// or more blanks follow it.
fn is_killed(trace: &[u8], pid: u32) -> bool {
    trace.split(|byte| *byte == b'\n').any(|line| {
        let rest = line.strip_prefix(pid.to_string().as_bytes()).unwrap_or_default();
        rest.starts_with(b" ") && rest.trim_ascii_start().starts_with(b"+++ killed by SIGKILL")
    })
}

#[test]
fn the_end_of_a_traced_server_is_found_whatever_its_number() {
    for (pid, trace, found) in [
        (12345, &b"12345 write(1)\n12345 +++ killed by SIGKILL +++\n"[..], true),
        (1234, b"1234  write(1)\n1234  +++ killed by SIGKILL +++\n", true),
        (12, b"12    +++ killed by SIGKILL +++\n", true),
        (1234, b"1234  write(1)\n12345 +++ killed by SIGKILL +++\n", false),
        (12345, b"12345 write(1)\n12345 +++ exited with 0 +++\n", false),
    ] {
        assert_eq!(is_killed(trace, pid), found, "{}", String::from_utf8_lossy(trace));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_in_no_argument_environment_file_or_write_of_the_server_and_it_starts_nothing() -> Result<()> {
    // PW-12: a reset and a change of a real server under strace
    let traces = tempfile::tempdir()?;
    let trace = traces.path().join("trace");
    let mut campus = Campus::start_traced(CALLS, &trace).await?;
    let ada = campus.account_with(&["text_mobile", "questions"])?;
    let settings = |campus: &Campus| settings(traces.path(), campus.url());
    let mut person = Person::with(Opening::of(Case::Forgotten), settings(&campus)?, None);
    person.reset(&mut campus, &ada, FIRST).await;
    person.done().await;
    let mut person = Person::with(WindowKind::Change, settings(&campus)?, None);
    person.change(&ada.account, FIRST, SECOND).await;
    person.done().await;
    let pid = campus.pid()?;
    for file in ["cmdline", "environ"] {
        let text = std::fs::read(format!("/proc/{pid}/{file}"))?;
        ensure!(!text.is_empty() && !has(&text, FIRST) && !has(&text, SECOND), "{file}");
    }
    campus.stop().await?;
    let text = until("the end of the trace", PATIENCE, async || {
        let text = std::fs::read(&trace)?;
        Ok(is_killed(&text, pid).then_some(text))
    })
    .await?;
    // The trace is one that would show it: names, hashes and messages are in it.
    for known in [ada.account.as_str(), "$argon2id$", "your password was just reset", "keys"] {
        ensure!(memchr::memmem::find(&text, known.as_bytes()).is_some(), "{known} is not in the trace");
    }
    for password in [FIRST, SECOND] {
        ensure!(!has(&text, password), "{password} was written or named");
    }
    let text = String::from_utf8_lossy(&text);
    let started: Vec<&str> = text.lines().filter(|line| line.contains("execve")).collect();
    ensure!(started.len() == 1, "the server itself, and nothing by it: {started:?}");
    for file in walkdir(campus.folder())? {
        let bytes = std::fs::read(&file)?;
        ensure!(!has(&bytes, FIRST) && !has(&bytes, SECOND), "{}", file.display());
    }
    Ok(())
}

fn walkdir(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(walkdir(&path)?) } else { files.push(path) }
    }
    Ok(files)
}

/// A person whose calls are written down.
async fn recorded(campus: &Campus, opening: impl Into<Opening>, folder: &Path) -> Result<(Person, Recorder)> {
    let to = campus.url().trim_start_matches("http://").trim_end_matches('/').parse()?;
    let recorder = Recorder::start(to).await?;
    let settings = settings(folder, recorder.url().trim_end_matches('/'))?;
    Ok((Person::with(opening, settings, None), recorder))
}

/// The paths of the requests that carry a password, in any form.
fn carriers(requests: &[Request], password: &str) -> Vec<String> {
    let carries = |request: &&Request| has(request.whole.as_bytes(), password);
    requests.iter().filter(carries).map(|request| format!("{} {}", request.method, request.path)).collect()
}

/// What a window asks while a password is typed, character by character.
async fn typed(person: &Person, password: &str) {
    for end in 1..=password.len() {
        person.rate(&password[..end]).await;
    }
}

fn account(campus: &Campus) -> Result<Account> {
    campus.account_with(&["text_mobile", "questions"])
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_of_a_reset_carries_the_password_and_nothing_is_sent_while_it_is_typed() -> Result<()> {
    // PW-13
    let folder = tempfile::tempdir()?;
    let mut campus = Campus::start().await?;
    let ada = account(&campus)?;
    let (mut person, recorder) = recorded(&campus, Opening::of(Case::Forgotten), folder.path()).await?;
    let refused = "needleShort1";
    person.reset(&mut campus, &ada, &refused[..9]).await;
    person.see(|screen| matches!(screen, Screen::NewPassword { busy: false, error: Some(_), .. })).await;
    let before = recorder.requests().len();
    typed(&person, FIRST).await;
    ensure!(recorder.requests().len() == before, "something was sent while the password was typed");
    person.submit_password(FIRST).await;
    person.done().await;
    let requests = recorder.requests();
    ensure!(carriers(&requests, FIRST) == ["POST /v1/flow/password"], "{:?}", carriers(&requests, FIRST));
    // Each of two submits is one request, and no beginning of the password is in any other.
    let submits = requests.iter().filter(|request| request.path == "/v1/flow/password").count();
    ensure!(submits == 2, "{submits} requests for two submits");
    ensure!(carriers(&requests, &FIRST[..8]).len() == 1, "{:?}", carriers(&requests, &FIRST[..8]));
    for request in &requests {
        ensure!(!request.path.contains('?'), "{}: nothing is said in an address", request.path);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_carries_the_new_password_once_and_the_current_one_where_it_is_proven_and_written() -> Result<()> {
    // PW-13: the directory is given the current one with the new one, so that nothing can come between
    let folder = tempfile::tempdir()?;
    let campus = Campus::start().await?;
    let ada = account(&campus)?;
    let (mut person, recorder) = recorded(&campus, WindowKind::Change, folder.path()).await?;
    person.see(|screen| matches!(screen, Screen::ChangePassword { busy: false, .. })).await;
    let before = recorder.requests().len();
    typed(&person, SECOND).await;
    ensure!(recorder.requests().len() == before, "something was sent while the password was typed");
    person.change(&ada.account, &ada.password, SECOND).await;
    person.done().await;
    let requests = recorder.requests();
    ensure!(carriers(&requests, SECOND) == ["POST /v1/flow/password"], "{:?}", carriers(&requests, SECOND));
    let current = carriers(&requests, &ada.password);
    ensure!(current == ["POST /v1/flow/proof", "POST /v1/flow/password"], "{current:?}");
    requests.iter().find(|request| request.path == "/v1/flow/password").context("it is recorded").map(|_| ())
}
