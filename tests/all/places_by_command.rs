//! `latchkey places`: saved copies are listed, or refreshed by somebody who types at a real terminal.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Output, Stdio};
use std::sync::mpsc;

use anyhow::{Context as _, Result, bail, ensure};
use latchkey_api::place::Outcome;
use latchkey_credstore::{Journal, Pending};
use latchkey_tests::built;
use latchkey_tests::wait::PATIENCE;

use crate::keyring::{Desk, Running, fed};

const OLD: &str = "correct horse battery";
const NEW: &str = "staple-Dänemark-42";
/// The same, typed with a slip that is rubbed out: `ü` has two bytes.
const NEW_WITH_A_SLIP: &str = "staple-Dänemark-4ü\u{7f}2";

/// Proven to be for the campus.
const MAIL: [(&str, &str); 2] = [("server", "mail.example.edu"), ("user", "ada")];
/// May be for something else.
const WIKI: [(&str, &str); 2] = [("server", "wiki.company.example"), ("user", "ada")];
const NOTES: [(&str, &str); 2] = [("server", "notes.company.example"), ("user", "ada")];

const DONE: i32 = 0;
const NOT_BEGUN: i32 = 1;
const LEFT: i32 = 2;

#[test]
fn what_is_typed_at_a_terminal_reaches_what_is_proven_and_what_is_answered_by_yes_and_is_never_shown() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, OLD)?;
    desk.store("Wiki", &WIKI, OLD)?;
    desk.store("Notes", &NOTES, OLD)?;
    let mut terminal = Terminal::of(&desk, "places --account ada --refresh")?;
    for (question, typed) in [("Old password", OLD), ("New password: ", NEW_WITH_A_SLIP), ("once more: ", NEW)] {
        terminal.asks(question)?;
        terminal.types(typed)?;
    }
    for _ in 0..2 {
        let question = terminal.asks("[y/n] ")?;
        let asked = question.lines().last().context("a question")?.to_owned();
        terminal.types(if asked.starts_with("Wiki") { "y" } else { "n" })?;
        ensure!(asked.starts_with("Wiki, ada, wiki.company.example:") || asked.starts_with("Notes, ada"), "{asked}");
    }
    let (code, said) = terminal.ends()?;
    assert_eq!(code, DONE, "{said}");
    for line in [
        "The server is not asked",
        "Mail, ada, mail.example.edu: Updated",
        "Wiki, ada, wiki.company.example: Updated",
        "Notes, ada, notes.company.example: Left as it was",
        "Nothing is left to do",
    ] {
        ensure!(said.contains(line), "{line} in {said}");
    }
    let held = ["mail.example.edu", "wiki.company.example", "notes.company.example"];
    let held = held.map(|server| desk.secret("server", server)).into_iter().collect::<Result<Vec<_>>>()?;
    assert_eq!(held, [NEW, NEW, OLD]);
    // Nothing is left to do, so the names are gone too.
    assert_eq!(open(&desk)?, []);
    no_password_in(&said)
}

#[test]
fn what_is_left_is_said_and_noted_and_the_next_run_finishes_the_same_change() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, OLD)?;
    desk.lock()?;
    // Nobody opens it, nobody is there who would show the question that opens it, or somebody stops answering.
    for answer in ["n\n", "y\n", "\u{4}"] {
        let mut terminal = Terminal::of(&desk, "places --account ada --refresh")?;
        terminal.types_passwords(OLD)?;
        ensure!(terminal.asks("[y/n] ")?.contains("Something is locked"), "{}", terminal.said);
        terminal.presses(answer)?;
        let (code, said) = terminal.ends()?;
        assert_eq!(code, LEFT, "{answer:?}: {said}");
        ensure!(said.contains("One saved sign-in is left") && said.contains("the keyring is locked"), "{said}");
        assert_eq!(said.contains("left for later"), answer == "\u{4}", "{said}");
    }
    let before = open(&desk)?;
    let [Pending { account, changed_at: Some(changed_at), copies, .. }] = before.as_slice() else {
        bail!("{before:?}")
    };
    assert_eq!((account.as_str(), copies.len()), ("ada", 1));
    for file in fs::read_dir(journal(&desk))? {
        no_password_in(&fs::read_to_string(file?.path())?)?;
    }

    desk.unlock()?;
    let mut terminal = Terminal::of(&desk, "places --account ADA@example.edu --refresh")?;
    terminal.types_passwords(OLD)?;
    let (code, said) = terminal.ends()?;
    assert_eq!(code, DONE, "{said}");
    assert_eq!(desk.secret("user", "ada")?, NEW);
    assert_eq!(open(&desk)?, [], "the change of {changed_at} is finished");
    Ok(())
}

#[test]
fn without_the_old_password_every_copy_is_asked_about_and_the_login_keyring_stays_on_the_list() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, "forgotten")?;
    let mut terminal = Terminal::of(&desk, "places --account ada --refresh")?;
    terminal.types_passwords("")?;
    terminal.asks("Mail, ada, mail.example.edu: put the new password there? [y/n] ")?;
    terminal.types("y")?;
    let (code, said) = terminal.ends()?;
    assert_eq!((code, desk.secret("user", "ada")?.as_str()), (LEFT, NEW), "{said}");
    ensure!(said.contains("Still opens with the old password"), "{said}");
    let outcomes: Vec<_> = open(&desk)?.into_iter().flat_map(|open| open.copies).map(|copy| copy.outcome).collect();
    ensure!(outcomes.contains(&Some(Outcome::Updated)) && outcomes.contains(&None), "{outcomes:?}");
    Ok(())
}

#[test]
fn passwords_that_differ_or_that_nobody_has_typed_to_the_end_touch_nothing() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, OLD)?;
    let mut differ = Terminal::of(&desk, "places --account ada --refresh")?;
    for (question, typed) in [("Old password", OLD), ("New password: ", NEW), ("once more: ", "another one")] {
        differ.asks(question)?;
        differ.types(typed)?;
    }
    let mut empty = Terminal::of(&desk, "places --account ada --refresh")?;
    for (question, typed) in [("Old password", OLD), ("New password: ", ""), ("once more: ", "")] {
        empty.asks(question)?;
        empty.types(typed)?;
    }
    let mut stopped = Terminal::of(&desk, "places --account ada --refresh")?;
    stopped.asks("Old password")?;
    stopped.presses("begun\u{3}")?;
    let mut arrow = Terminal::of(&desk, "places --account ada --refresh")?;
    arrow.asks("Old password")?;
    arrow.types("up\u{1b}[A")?;
    for (terminal, why) in [(differ, "differ"), (empty, "no new"), (stopped, "stopped"), (arrow, "no character")] {
        let (code, said) = terminal.ends()?;
        ensure!(
            code == NOT_BEGUN && said.contains("nothing was touched") && said.contains(why),
            "{code} {why}: {said}"
        );
        ensure!(!said.contains("another one") && !said.contains("begun"), "{said}");
    }
    assert_eq!(desk.secret("user", "ada")?, OLD);
    ensure!(!journal(&desk).exists(), "nothing is noted either");
    Ok(())
}

#[test]
fn without_a_terminal_no_password_is_taken() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, OLD)?;
    // A session of its own has no terminal, whatever standard input is.
    let mut command = desk.inside("setsid", "util-linux")?;
    command.arg("--wait").arg(built("latchkey")?).args(["places", "--account", "ada", "--refresh"]);
    command.env("LATCHKEY_POLICY", policy(&desk, "")?);
    let ended = fed(&mut command, format!("{OLD}\n{NEW}\n{NEW}\n").as_bytes())?.wait_with_output()?;
    let said = String::from_utf8(ended.stderr)?;
    ensure!(ended.status.code() == Some(NOT_BEGUN) && said.contains("typed at a terminal"), "{said}");
    assert_eq!(desk.secret("user", "ada")?, OLD);
    no_password_in(&said)
}

#[test]
fn a_list_says_how_each_copy_stands_and_touches_nothing() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail\u{1b}[31m", &MAIL, OLD)?;
    desk.store("Theirs", &[("server", "mail.example.edu"), ("user", "bob")], "of somebody else")?;
    let listed = list(&desk, "", &["--account", "ada"])?;
    let out = String::from_utf8(listed.stdout)?;
    assert_eq!(listed.status.code(), Some(DONE), "{out}");
    ensure!(out.contains("secret_service     GNOME Keyring: there\n"), "{out}");
    ensure!(out.contains("  Mail[31m, ada, mail.example.edu: may be the campus', and waits for a yes\n"), "{out}");
    ensure!(!out.contains("Theirs") && !out.contains('\u{1b}'), "{out}");

    let json = list(&desk, "", &["--json", "--account", r"EXAMPLE\ada"])?;
    let all: serde_json::Value = serde_json::from_slice(&json.stdout)?;
    let keyring = all["places"].as_array().context("places")?.iter().find(|place| place["place"] == "secret_service");
    let copy = &keyring.context("the keyring")?["copies"][0];
    assert_eq!(
        (&copy["user"], &copy["target"], &copy["standing"]),
        (&"ada".into(), &"mail.example.edu".into(), &"choice".into())
    );
    assert_eq!(all["account"], r"EXAMPLE\ada");

    assert_eq!(desk.secret("user", "ada")?, OLD);
    ensure!(!journal(&desk).exists(), "a list notes nothing");
    desk.lock()?;
    let locked = list(&desk, "", &["--account", "ada"])?;
    assert_eq!(locked.status.code(), Some(LEFT), "{}", String::from_utf8_lossy(&locked.stdout));
    Ok(())
}

#[test]
fn whose_copies_are_meant_is_said_by_the_policy_or_by_an_argument_and_never_guessed() -> Result<()> {
    let desk = Desk::without_keyring()?;
    // Nobody's account is `root`, also where accounts of the workstation are the campus'.
    for more in ["", "workstation_accounts_are_campus_accounts = true"] {
        let refused = list(&desk, more, &[])?;
        let said = String::from_utf8(refused.stderr)?;
        if is_root()? || more.is_empty() {
            ensure!(refused.status.code() == Some(NOT_BEGUN) && said.contains("--account NAME"), "{said}");
        }
    }
    // Without a keyring nobody answers there, and that is said.
    let listed = list(&desk, "", &["--account", "ada"])?;
    let out = String::from_utf8(listed.stdout)?;
    ensure!(listed.status.code() == Some(LEFT) && out.contains("nobody answers"), "{out}");
    Ok(())
}

fn is_root() -> Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}

fn no_password_in(text: &str) -> Result<()> {
    for password in [OLD, NEW, NEW_WITH_A_SLIP, "horse", "staple"] {
        ensure!(!text.contains(password), "{password} in {text}");
    }
    Ok(())
}

/// What is not finished on this workstation.
fn open(desk: &Desk) -> Result<Vec<Pending>> {
    Ok(Journal::open(journal(desk))?.pending()?)
}

fn journal(desk: &Desk) -> PathBuf {
    desk.home.path().join("data/latchkey")
}

/// A policy that leaves what else this machine has alone.
fn policy(desk: &Desk, more: &str) -> Result<PathBuf> {
    let path = desk.home.path().join("policy.toml");
    let places = "places_off = ['networks', 'drives', 'tickets', 'offline_sign_in']";
    fs::write(&path, format!("server = 'https://sspr.example.edu'\ndomains = ['example.edu']\n{places}\n{more}\n"))?;
    Ok(path)
}

fn list(desk: &Desk, more: &str, arguments: &[&str]) -> Result<Output> {
    let mut command = desk.inside(&built("latchkey")?.to_string_lossy(), "nothing: it is built")?;
    command.arg("places").args(arguments).env("LATCHKEY_POLICY", policy(desk, more)?);
    Ok(command.stdin(Stdio::null()).output()?)
}

/// Somebody at a terminal, which shows what is typed unless the program asks it not to.
struct Terminal {
    script: Running,
    keyboard: ChildStdin,
    shown: mpsc::Receiver<Vec<u8>>,
    /// Everything that was shown.
    said: String,
    /// How much of it was looked at.
    read: usize,
}

impl Terminal {
    fn of(desk: &Desk, arguments: &str) -> Result<Self> {
        let mut script = desk.inside("script", "bsdutils")?;
        // Without `--echo` it would show nothing by itself, since its own input is a pipe.
        script.args(["--quiet", "--return", "--echo", "always", "--command"]);
        script.arg(format!("exec {} {arguments}", quoted(&built("latchkey")?))).arg("/dev/null");
        script.env("LATCHKEY_POLICY", policy(desk, "")?).env("SHELL", "/bin/sh");
        let mut script = Running(script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?);
        let keyboard = script.0.stdin.take().context("a pipe")?;
        let mut screen = script.0.stdout.take().context("a pipe")?;
        let (sender, shown) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = screen.read(&mut bytes) {
                if sender.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Ok(Self { script, keyboard, shown, said: String::new(), read: 0 })
    }

    /// Waits until this is shown, and says what was shown since the last time.
    fn asks(&mut self, question: &str) -> Result<String> {
        loop {
            if let Some(at) = self.said[self.read..].find(question) {
                let until = self.read + at + question.len();
                let since = self.said[self.read..until].to_owned();
                self.read = until;
                return Ok(since);
            }
            let shown = self.shown.recv_timeout(PATIENCE);
            let shown = shown.with_context(|| format!("{question} was not asked: {}", self.said))?;
            self.said.push_str(&String::from_utf8_lossy(&shown));
        }
    }

    fn types(&mut self, line: &str) -> Result<()> {
        self.presses(&format!("{line}\n"))
    }

    fn presses(&mut self, keys: &str) -> Result<()> {
        Ok(self.keyboard.write_all(keys.as_bytes())?)
    }

    fn types_passwords(&mut self, old: &str) -> Result<()> {
        for (question, typed) in [("Old password", old), ("New password: ", NEW), ("once more: ", NEW)] {
            self.asks(question)?;
            self.types(typed)?;
        }
        Ok(())
    }

    /// How the program has ended, and everything that was shown.
    fn ends(mut self) -> Result<(i32, String)> {
        loop {
            match self.shown.recv_timeout(PATIENCE) {
                Ok(shown) => self.said.push_str(&String::from_utf8_lossy(&shown)),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => bail!("it does not end: {}", self.said),
            }
        }
        let code = self.script.0.wait()?.code().context("a signal")?;
        Ok((code, self.said))
    }
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display())
}

/// The check that nothing is shown is not blind: what is typed at a question by y or n is shown.
#[test]
fn a_terminal_of_the_tests_shows_what_is_typed() -> Result<()> {
    let ended = Command::new("script").args(["--version"]).output()?;
    ensure!(ended.status.success(), "script is missing: apt-get install bsdutils");
    let desk = Desk::with_keyring()?;
    desk.store("Wiki", &WIKI, OLD)?;
    let mut terminal = Terminal::of(&desk, "places --account ada --refresh")?;
    terminal.types_passwords(OLD)?;
    terminal.asks("[y/n] ")?;
    terminal.types("perhaps")?;
    terminal.asks("perhaps")?;
    terminal.asks("[y/n] ")?;
    terminal.types("n")?;
    assert_eq!(terminal.ends()?.0, DONE);
    Ok(())
}
