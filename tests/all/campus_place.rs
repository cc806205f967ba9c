//! The example of a campus' own place program, `packaging/places/campus-sync.py`, started by the real client: from the old
//! password in its file to the new one.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_client::places::{CampusProgram, Deadlines, Looking, PlacePolicy, Places, Selected};
use latchkey_credstore::kinds;
use latchkey_credstore::protocol::{Line, Request, Task};
use latchkey_tests::{built, root};
use tempfile::TempDir;

use crate::keyring::fed;

const OLD: &str = "correct horse battery";
const NEW: &str = "staple-Dänemark-42 = #;%";

const FILE: &str = "# Written by Campus Sync\r\n[account]\r\n server = sync.example.edu\r\nuser=ada\r\n\
                    password =  correct horse battery\r\n\r\n[folders]\r\npassword = not this one\r\n";

/// A home with the tool's file in it, and the program where only root writes.
struct Workstation {
    home: TempDir,
    program: PathBuf,
}

impl Workstation {
    fn with(text: &str) -> Result<Self> {
        let workstation = Self::empty()?;
        fs::write(workstation.file(), text)?;
        fs::set_permissions(workstation.file(), Permissions::from_mode(0o640))?;
        Ok(workstation)
    }

    fn empty() -> Result<Self> {
        let home = TempDir::new()?;
        fs::create_dir_all(home.path().join(".config/campus-sync"))?;
        // These tests run as root, so what they write is an administrator's, as the client wants it.
        let program = home.path().join("campus-sync.py");
        fs::copy(root().join("packaging/places/campus-sync.py"), &program)?;
        fs::set_permissions(&program, Permissions::from_mode(0o755))?;
        Ok(Self { home, program })
    }

    fn file(&self) -> PathBuf {
        self.home.path().join(".config/campus-sync/account.ini")
    }

    fn text(&self) -> Result<String> {
        Ok(fs::read_to_string(self.file())?)
    }

    fn places(&self) -> Result<Places> {
        self.places_of(&self.program)
    }

    fn places_of(&self, program: &Path) -> Result<Places> {
        let programs = vec![CampusProgram { name: "campus-sync".into(), command: program.to_owned() }];
        let servers = vec![".example.edu".into()];
        let policy = PlacePolicy { servers, programs, off: kinds().to_vec(), ..PlacePolicy::default() };
        let session = [("HOME".into(), self.home.path().into())];
        Ok(Places::new(built("latchkey-place")?, policy).in_session(session))
    }

    fn find(&self) -> Result<(Vec<Copy>, Option<PlaceError>)> {
        let (copies, states) = self.places()?.find(&looking(Some(OLD)));
        let [state] = states.as_slice() else { anyhow::bail!("{states:?}") };
        Ok((copies, state.error))
    }

    fn refresh(&self, ticked: bool, old: Option<&str>, new: &str) -> Result<Vec<Outcome>> {
        let selected = [Selected { id: "campus_program:campus-sync:account".into(), ticked }];
        let mut outcomes = Vec::new();
        self.places()?.refresh(&selected, &looking(old), &new.into(), |_, outcome| outcomes.push(outcome));
        Ok(outcomes)
    }

    /// Nothing is left beside the file.
    fn is_alone(&self) -> Result<()> {
        let folder = self.file().parent().context("a folder")?.to_owned();
        assert_eq!(fs::read_dir(folder)?.count(), 1);
        Ok(())
    }
}

fn looking(old: Option<&str>) -> Looking {
    let accounts = vec!["ada".into(), "ada@example.edu".into()];
    Looking { accounts, old: old.map(Into::into), new: Some(NEW.into()), reset: old.is_none() }
}

#[test]
fn a_program_of_the_campus_puts_the_new_password_in_the_place_of_the_old_one_and_changes_nothing_else() -> Result<()> {
    let workstation = Workstation::with(FILE)?;
    let (copies, states) = workstation.places()?.find(&looking(Some(OLD)));
    let copy = Copy {
        id: "campus_program:campus-sync:account".into(),
        place: PlaceKind::CampusProgram,
        label: "Campus Sync".into(),
        user: Some("ada".into()),
        target: Some("sync.example.edu".into()),
        standing: Standing::Proven,
    };
    assert_eq!(copies, [copy]);
    let name = Some("campus-sync".to_owned());
    assert_eq!(states, [PlaceState { place: PlaceKind::CampusProgram, name, locked: false, error: None }]);

    assert_eq!(workstation.refresh(false, Some(OLD), NEW)?, [Outcome::Updated]);
    assert_eq!(workstation.text()?, FILE.replacen(OLD, NEW, 1));
    assert_eq!(fs::metadata(workstation.file())?.permissions().mode() & 0o777, 0o640);
    workstation.is_alone()?;
    assert_eq!(workstation.find()?.0[0].standing, Standing::Fine);
    assert_eq!(workstation.refresh(false, Some(OLD), NEW)?, [Outcome::AlreadyFine]);
    Ok(())
}

#[test]
fn what_is_not_proven_for_the_campus_waits_for_a_tick_and_what_is_nobodys_stays() -> Result<()> {
    // I1, I2
    for (change, old, found, unticked) in [
        (("sync.example.edu", "sync.example.edu.evil.example"), Some(OLD), Some(Standing::Choice), Outcome::NeedsTick),
        (("user=ada", "user=bob"), Some(OLD), Some(Standing::Choice), Outcome::NeedsTick),
        ((OLD, "another one"), Some(OLD), Some(Standing::Choice), Outcome::NeedsTick),
        (("", ""), None, Some(Standing::Choice), Outcome::NeedsTick),
        (("user=ada", "user=bob"), None, None, Outcome::NotYours),
    ] {
        let text = FILE.replacen(change.0, change.1, 1);
        let workstation = Workstation::with(&text)?;
        let copies = workstation.places()?.find(&looking(old)).0;
        assert_eq!(copies.first().map(|copy| copy.standing), found, "{change:?}");
        assert_eq!(workstation.refresh(false, old, NEW)?, [unticked], "{change:?}");
        assert_eq!(workstation.text()?, text);
        let ticked = if found.is_some() { Outcome::Updated } else { Outcome::NotYours };
        assert_eq!(workstation.refresh(true, old, NEW)?, [ticked], "{change:?}");
        // What was there before is not kept.
        assert_eq!(workstation.places()?.put_back("campus_program:campus-sync:account"), None);
    }
    Ok(())
}

#[test]
fn a_file_that_nobody_can_be_sure_of_is_refused_and_left_as_it_is() -> Result<()> {
    let twice = format!("{FILE}\n[account]\npassword = {OLD}\n");
    let long = format!("{FILE}{}", "#".repeat(20_000));
    for text in [twice.as_str(), long.as_str()] {
        let workstation = Workstation::with(text)?;
        assert_eq!(workstation.find()?, (Vec::new(), Some(PlaceError::Refused)));
        assert_eq!(workstation.refresh(true, Some(OLD), NEW)?, [Outcome::Refused]);
        assert_eq!(workstation.text()?, text);
        workstation.is_alone()?;
    }
    // A link, a folder, a pipe that nobody writes into, and bytes that are no text.
    for make in [linked, folder, pipe, bytes] {
        let workstation = Workstation::with(FILE)?;
        let elsewhere = workstation.home.path().join("elsewhere.ini");
        fs::rename(workstation.file(), &elsewhere)?;
        make(&workstation.file(), &elsewhere)?;
        assert_eq!(workstation.find()?, (Vec::new(), Some(PlaceError::Refused)));
        assert_eq!(workstation.refresh(true, Some(OLD), NEW)?, [Outcome::Refused]);
        assert_eq!(fs::read_to_string(&elsewhere)?, FILE);
        workstation.is_alone()?;
    }
    // A password that would be another one, or another line, when it is read again.
    for new in ["two\nlines", " blank before", "zero\0", ""] {
        let workstation = Workstation::with(FILE)?;
        assert_eq!(workstation.refresh(true, Some(OLD), new)?, [Outcome::Refused], "{new:?}");
        assert_eq!(workstation.text()?, FILE);
    }
    Ok(())
}

fn linked(file: &Path, elsewhere: &Path) -> Result<()> {
    Ok(symlink(elsewhere, file)?)
}

fn folder(file: &Path, _: &Path) -> Result<()> {
    Ok(fs::create_dir(file)?)
}

fn pipe(file: &Path, _: &Path) -> Result<()> {
    ensure!(Command::new("mkfifo").arg(file).status()?.success(), "mkfifo");
    Ok(())
}

fn bytes(file: &Path, _: &Path) -> Result<()> {
    Ok(fs::write(file, [FILE.as_bytes(), b"\xff\xfe"].concat())?)
}

#[test]
fn where_nothing_is_saved_nothing_is_found_and_nothing_is_made() -> Result<()> {
    let workstation = Workstation::empty()?;
    assert_eq!(workstation.find()?, (Vec::new(), None));
    assert_eq!(workstation.refresh(true, Some(OLD), NEW)?, [Outcome::Gone]);
    ensure!(!workstation.file().exists());
    let without = Workstation::with("[account]\nserver = sync.example.edu\nuser = ada\n")?;
    assert_eq!(without.find()?, (Vec::new(), None));
    Ok(())
}

#[test]
fn a_program_that_hangs_or_that_somebody_else_may_write_takes_nothing_from_the_others() -> Result<()> {
    let workstation = Workstation::with(FILE)?;
    let hanging = workstation.home.path().join("hanging");
    fs::write(&hanging, "#!/bin/sh\nexec sleep 1000\n")?;
    fs::set_permissions(&hanging, Permissions::from_mode(0o755))?;
    let anybodys = workstation.home.path().join("anybodys");
    fs::copy(&workstation.program, &anybodys)?;
    fs::set_permissions(&anybodys, Permissions::from_mode(0o777))?;
    let programs = [("campus-sync", &workstation.program), ("hanging", &hanging), ("anybodys", &anybodys)];
    let programs = programs.map(|(name, command)| CampusProgram { name: name.into(), command: command.clone() });
    let policy = PlacePolicy {
        servers: vec![".example.edu".into()],
        programs: programs.into(),
        off: kinds().to_vec(),
        ..PlacePolicy::default()
    };
    let limit = Duration::from_secs(10);
    let deadlines = Deadlines { look: limit, copy: Duration::from_secs(5), ..Deadlines::default() };
    let session = [("HOME".into(), workstation.home.path().into())];
    let places = Places::new(built("latchkey-place")?, policy).in_session(session).within(deadlines);
    let (copies, states) = places.find(&looking(Some(OLD)));
    assert_eq!(copies.len(), 1);
    let errors: Vec<_> = states.iter().map(|state| state.error).collect();
    assert_eq!(errors, [None, Some(PlaceError::TimedOut), Some(PlaceError::Broken)]);

    let ids = ["hanging", "campus-sync"].map(|name| format!("campus_program:{name}:account"));
    let selected = ids.map(|id| Selected { id, ticked: true });
    let mut outcomes = Vec::new();
    places.refresh(&selected, &looking(Some(OLD)), &NEW.into(), |id, outcome| outcomes.push((id.to_owned(), outcome)));
    outcomes.sort_by(|(one, _), (other, _)| one.cmp(other));
    let outcomes: Vec<_> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, [Outcome::Updated, Outcome::Unknown]);
    Ok(())
}

#[test]
fn no_secret_is_in_what_the_program_says_and_what_it_does_not_know_it_says_no_to() -> Result<()> {
    let workstation = Workstation::with(FILE)?;
    let policy = latchkey_credstore::Policy {
        accounts: vec!["ada".into()],
        servers: vec![".example.edu".into()],
        ..latchkey_credstore::Policy::default()
    };
    let run = |arguments: &[&str], task: &[u8]| -> Result<_> {
        let mut program = Command::new(&workstation.program);
        program.args(arguments).env_clear().env("HOME", workstation.home.path());
        Ok(fed(&mut program, task)?.wait_with_output()?)
    };
    for (task, lines) in [(Task::Find, 3), (Task::Unlock, 3), (Task::PutBack, 2), (Task::Refresh, 2)] {
        let mut request = Request::new(task, policy.clone());
        (request.old, request.new) = (Some(OLD.into()), Some(NEW.into()));
        (request.key, request.snapshot) = (Some(vec![7; 32].into()), Some(b"sealed".to_vec().into()));
        request.selected = vec![Selected { id: "account".into(), ticked: true }];
        let mut bytes = Vec::new();
        request.write(&mut bytes)?;
        let ended = run(&["--protocol", "1", "campus-sync"], &bytes)?;
        let (said, complained) = (String::from_utf8(ended.stdout)?, String::from_utf8(ended.stderr)?);
        ensure!(ended.status.success() && complained.is_empty(), "{task:?}: {complained}");
        let read = said.lines().map(serde_json::from_str::<Line>).collect::<Result<Vec<_>, _>>()?;
        ensure!(read.len() == lines && read.last().is_some_and(|line| line.end), "{task:?}: {said}");
        ensure!(!said.contains("horse") && !said.contains("staple"), "{task:?}: {said}");
        if task == Task::PutBack {
            let outcome = read[0].outcome.as_ref().map(|done| done.outcome);
            assert_eq!(outcome, Some(Outcome::Refused));
        }
    }
    let mut token = Vec::new();
    Request::new(Task::ReadToken, policy).write(&mut token)?;
    for (arguments, task) in [
        (&["--protocol", "2", "campus-sync"][..], &token[..]),
        (&["--protocol", "1", "campus-sync"], &token),
        (&["--protocol", "1", "campus-sync"], b"\0\0"),
        (&["--protocol", "1", "campus-sync"], b"\xff\xff\xff\xff"),
        (&[], b""),
    ] {
        let ended = run(arguments, task)?;
        ensure!(!ended.status.success() && ended.stdout.is_empty() && !ended.stderr.is_empty(), "{arguments:?}");
    }
    Ok(())
}
