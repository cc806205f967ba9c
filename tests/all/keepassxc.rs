//! KeePassXC itself as the Secret Service of a desk: its window, its questions and its file (I2, I3).

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_client::places::{Deadlines, Looking, PlacePolicy, Places, Selected, TokenOf};
use latchkey_tests::desk::missing;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Desk, Look, built};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

const OLD: &str = "correct horse battery";
const NEW: &str = "staple-Dänemark-42";
const MASTER: &str = "what opens the file";

/// The entries: title, user name, password, address.
const ENTRIES: [(&str, &str, &str, &str); 3] = [
    ("Campus", "ada", OLD, "https://portal.example.edu/login"),
    ("Bank", "ada", OLD, "https://bank.example"),
    ("Campus of Bob", "bob", OLD, "https://portal.example.edu/login"),
];

// I2, TA-15
#[tokio::test(flavor = "multi_thread")]
async fn the_entry_of_the_campus_is_refreshed_in_the_file_and_nothing_else_of_it_is_changed() -> Result<()> {
    let vault = Vault::new(Asks::Never).await?;
    let before = vault.entries().await?;
    let _program = vault.open(MASTER).await?;

    let (copies, states) = vault.find().await?;
    let name = Some("KeePassXC".to_owned());
    assert!(states.contains(&PlaceState { place: PlaceKind::SecretService, name, locked: false, error: None }));
    assert!(states.iter().all(|state| !state.locked && state.error.is_none()), "{states:?}");
    let (proven, choice) = (Standing::Proven, Standing::Choice);
    assert_eq!(standings(&copies), [("Bank", choice), ("Campus", proven), ("Campus of Bob", choice)]);
    assert_eq!(vault.refresh(&copies).await?, [Outcome::NeedsTick, Outcome::Updated, Outcome::NeedsTick]);

    vault.saved("Campus", NEW).await?;
    let campus = |entry: &String| entry.starts_with("Campus|");
    let expected: Vec<_> =
        before.iter().map(|one| if campus(one) { one.replace(OLD, NEW) } else { one.clone() }).collect();
    assert_eq!(vault.entries().await?, expected);
    // What is not written as text becomes an attachment, and the password is empty then.
    assert!(!vault.exported("xml").await?.contains("<Binary>"));
    assert_eq!(vault.refresh(&copies).await?[1], Outcome::AlreadyFine);
    Ok(())
}

// I3
#[tokio::test(flavor = "multi_thread")]
async fn where_it_asks_for_each_entry_a_look_asks_nothing_and_the_person_is_asked_for_what_was_chosen() -> Result<()> {
    let vault = Vault::new(Asks::ForEach).await?;
    let _program = vault.open(MASTER).await?;

    let (copies, states) = vault.find().await?;
    let locked = [("Bank", Standing::Locked), ("Campus", Standing::Locked)];
    assert_eq!(standings(&copies), locked);
    assert!(states[0].locked && states[0].error.is_none(), "{states:?}");
    assert_eq!(vault.question().await?, None);

    // The person allows what the question names, and the look that follows sees it.
    let unlocking = vault.unlock();
    vault.answer("Return").await?;
    let (copies, _) = unlocking.await??.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    // Bob's is at a server of the campus, so it may be hers.
    let seen = [("Bank", Standing::Choice), ("Campus", Standing::Proven), ("Campus of Bob", Standing::Choice)];
    assert_eq!(standings(&copies), seen);

    // What was allowed to one run is asked again by the next one.
    let campus = &named(&copies, "Campus");
    let refreshing = vault.refreshing(campus);
    vault.answer("Escape").await?;
    assert_eq!(refreshing.await?, [Outcome::NeedsAnswer]);
    let refreshing = vault.refreshing(campus);
    vault.answer("Return").await?;
    assert_eq!(refreshing.await?, [Outcome::Updated]);
    vault.saved("Campus", NEW).await
}

// I3
#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_needs_the_person_and_nobody_waits_for_it() -> Result<()> {
    let vault = Vault::new(Asks::Never).await?;
    let _program = vault.open("").await?;

    let (copies, states) = vault.find().await?;
    assert_eq!(copies, []);
    assert!(states[0].locked && states[0].error.is_none(), "{states:?}");
    assert_eq!(states[0].name.as_deref(), Some("KeePassXC"));
    assert_eq!(vault.token().await?, (false, false), "a locked file has no token and takes none");
    assert_eq!(vault.question().await?, None);

    // Nobody comes: the question goes when the app does not wait any longer.
    let unlocking = vault.unlock_within(Duration::from_secs(1));
    vault.asked().await?;
    assert_eq!(unlocking.await??.unwrap_err(), PlaceError::TimedOut);
    let unlocking = vault.unlock();
    vault.type_into_question(MASTER).await?;
    let (copies, _) = unlocking.await??.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let seen = [("Bank", Standing::Choice), ("Campus", Standing::Proven), ("Campus of Bob", Standing::Choice)];
    assert_eq!(standings(&copies), seen);
    assert_eq!(vault.refresh(&named(&copies, "Campus")).await?, [Outcome::Updated]);
    vault.saved("Campus", NEW).await
}

fn named(copies: &[Copy], label: &str) -> Vec<Copy> {
    copies.iter().filter(|copy| copy.label == label).cloned().collect()
}

fn standings(copies: &[Copy]) -> Vec<(&str, Standing)> {
    let mut seen: Vec<_> = copies.iter().map(|copy| (copy.label.as_str(), copy.standing)).collect();
    seen.sort_by_key(|(label, _)| *label);
    seen
}

/// Whether KeePassXC asks before it hands out an entry; it does unless it is told not to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    ForEach,
    Never,
}

/// A desk with a file of KeePassXC.
struct Vault {
    desk: Desk,
    file: PathBuf,
}

type Unlocked = std::result::Result<(Vec<Copy>, Vec<PlaceState>), PlaceError>;

impl Vault {
    async fn new(asks: Asks) -> Result<Self> {
        let desk = Desk::without_keyring(Look::LIGHT).await?;
        let settings = desk.folder().join("config/keepassxc");
        std::fs::create_dir(&settings)?;
        let confirm = asks == Asks::ForEach;
        std::fs::write(
            settings.join("keepassxc.ini"),
            format!(
                "[General]\nConfigVersion=2\nUpdateCheckMessageShown=true\n[GUI]\nCheckForUpdates=false\n\
                 [FdoSecrets]\nEnabled=true\nShowNotification=false\nConfirmAccessItem={confirm}\n"
            ),
        )?;
        let vault = Self { file: desk.folder().join("home/vault.kdbx"), desk };
        let xml = vault.desk.folder().join("home/vault.xml");
        std::fs::write(&xml, database())?;
        let mut import = vault.desk.command("keepassxc-cli");
        import.args(["import", "--quiet", "--set-password", "--decryption-time", "100"]).arg(&xml).arg(&vault.file);
        fed(import, &format!("{MASTER}\n{MASTER}\n")).await?;
        std::fs::remove_file(xml)?;
        Ok(vault)
    }

    /// Starts KeePassXC with the file, open if its password is given.
    async fn open(&self, master: &str) -> Result<Child> {
        let log = self.desk.log("keepassxc")?;
        let mut program = self.desk.command("keepassxc");
        // There it leaves the name by which a second one hands over to the first, whatever desk that is on.
        program.env("TMPDIR", self.desk.folder().join("run"));
        if !master.is_empty() {
            program.arg("--pw-stdin");
        }
        program.arg(&self.file).stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
        let mut child = program.spawn().with_context(|| missing("keepassxc"))?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(format!("{master}\n").as_bytes()).await?;
        }
        // The file is offered a moment after the name is there, and opened a moment later.
        let locked = format!("boolean {}", master.is_empty());
        until("the file of KeePassXC on the bus", PATIENCE, async || {
            if !self.desk.has_name("org.freedesktop.secrets").await? {
                return Ok(None);
            }
            let question = [
                "--session",
                "--dest=org.freedesktop.secrets",
                "--print-reply=literal",
                "/org/freedesktop/secrets/collection/vault",
                "org.freedesktop.DBus.Properties.Get",
                "string:org.freedesktop.Secret.Collection",
                "string:Locked",
            ];
            let answer = self.desk.ask("dbus-send", &question).await?;
            Ok(String::from_utf8_lossy(&answer.stdout).contains(&locked).then_some(()))
        })
        .await?;
        Ok(child)
    }

    fn places(&self) -> Result<Places> {
        let policy = PlacePolicy { servers: vec![".example.edu".into()], ..PlacePolicy::default() };
        let session = [("DBUS_SESSION_BUS_ADDRESS".into(), self.desk.bus_address().into())];
        Ok(Places::new(built("latchkey-place")?, policy).in_session(session))
    }

    async fn find(&self) -> Result<(Vec<Copy>, Vec<PlaceState>)> {
        let places = self.places()?;
        Ok(tokio::task::spawn_blocking(move || places.find(&looking())).await?)
    }

    /// What became of the copies, in the order of their labels.
    async fn refresh(&self, copies: &[Copy]) -> Result<Vec<Outcome>> {
        self.refreshing(copies).await
    }

    fn refreshing(&self, copies: &[Copy]) -> impl Future<Output = Result<Vec<Outcome>>> + use<> {
        let mut copies = copies.to_vec();
        copies.sort_by(|one, other| one.label.cmp(&other.label));
        let selected: Vec<_> = copies.into_iter().map(|copy| Selected { id: copy.id, ticked: false }).collect();
        let places = self.places();
        let refreshing = tokio::task::spawn_blocking(move || {
            let mut outcomes = Vec::new();
            places?.refresh(&selected, &looking(), &NEW.into(), |_, outcome| outcomes.push(outcome));
            Ok(outcomes)
        });
        async move { refreshing.await? }
    }

    fn unlock(&self) -> tokio::task::JoinHandle<Result<Unlocked>> {
        self.unlock_within(Deadlines::default().prompt)
    }

    fn unlock_within(&self, prompt: Duration) -> tokio::task::JoinHandle<Result<Unlocked>> {
        let deadlines = Deadlines { prompt, look: Duration::from_secs(5).min(prompt), ..Deadlines::default() };
        let places = self.places().map(|places| places.within(deadlines));
        tokio::task::spawn_blocking(move || Ok(places?.unlock(PlaceKind::SecretService, &looking())))
    }

    /// Whether there is a token of the workstation, and whether one is kept.
    async fn token(&self) -> Result<(bool, bool)> {
        let places = Arc::new(self.places()?);
        let of = TokenOf { server: "https://sspr.example.edu".into(), account: "ada".into() };
        let token = "needle".repeat(7) + "n";
        let answer = move || (places.token(&of).is_some(), places.keep_token(&of, &token.into()));
        Ok(tokio::task::spawn_blocking(answer).await?)
    }

    /// The title of a question that KeePassXC puts beside its window.
    async fn question(&self) -> Result<Option<String>> {
        let windows = self.desk.windows().await?;
        let asks = |title: &&String| title.contains("Access Request") || title.contains("Unlock Database");
        Ok(windows.iter().find(asks).cloned())
    }

    /// Waits for a question and gives it the keyboard.
    async fn asked(&self) -> Result<()> {
        let window = until("a question of KeePassXC", PATIENCE, async || self.question().await).await?;
        let id = window.split_whitespace().next().context("an id")?;
        let active = self.desk.ask("xdotool", &["windowactivate", "--sync", id]).await?;
        ensure!(active.status.success(), "{window} does not take the keyboard");
        Ok(())
    }

    /// Answers a question by a key, and waits until it has gone.
    async fn answer(&self, key: &str) -> Result<()> {
        self.asked().await?;
        self.desk.ask("xdotool", &["key", key]).await?;
        until("the question to go", PATIENCE, async || Ok(self.question().await?.is_none().then_some(()))).await
    }

    async fn type_into_question(&self, text: &str) -> Result<()> {
        self.asked().await?;
        self.desk.ask("xdotool", &["type", "--delay", "15", text]).await?;
        self.desk.ask("xdotool", &["key", "Return"]).await?;
        until("the question to go", PATIENCE, async || Ok(self.question().await?.is_none().then_some(()))).await
    }

    /// Waits until KeePassXC has saved this password into its file.
    async fn saved(&self, title: &str, password: &str) -> Result<()> {
        until("the file to be saved", PATIENCE, async || {
            let mut show = self.desk.command("keepassxc-cli");
            show.args(["show", "--quiet", "--attributes", "Password"]).arg(&self.file).arg(title);
            Ok((fed(show, &format!("{MASTER}\n")).await?.trim() == password).then_some(()))
        })
        .await
    }

    /// What people see of the entries, one a line, without times.
    async fn entries(&self) -> Result<Vec<String>> {
        let lines = self.exported("csv").await?;
        let seen = |line: &str| line.split("\",\"").skip(1).take(5).collect::<Vec<_>>().join("|");
        Ok(lines.lines().skip(1).map(seen).collect())
    }

    /// Everything that stands in the file.
    async fn exported(&self, format: &str) -> Result<String> {
        let mut export = self.desk.command("keepassxc-cli");
        export.args(["export", "--quiet", "--format", format]).arg(&self.file);
        fed(export, &format!("{MASTER}\n")).await
    }
}

fn looking() -> Looking {
    Looking { accounts: vec!["ada".into()], old: Some(OLD.into()), new: None, reset: false }
}

/// The file as its program exports it, with one group that is offered to others.
fn database() -> String {
    let entries = ENTRIES.map(|(title, user, password, address)| {
        let values =
            [("Title", title), ("UserName", user), ("Password", password), ("URL", address), ("Notes", "mine")];
        let values = values.map(|(name, value)| format!("<String><Key>{name}</Key><Value>{value}</Value></String>"));
        format!("<Entry>{}</Entry>", values.concat())
    });
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><KeePassFile>
        <Meta><DatabaseName>Ada</DatabaseName><CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key>
        <Value>{{00000000-0000-0000-0000-000000000001}}</Value></Item></CustomData></Meta>
        <Root><Group><UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID><Name>Root</Name>{}</Group></Root></KeePassFile>"#,
        entries.concat()
    )
}

/// Runs a program to its end with this input, and returns what it says.
async fn fed(mut command: Command, input: &str) -> Result<String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| missing("keepassxc-cli"))?;
    child.stdin.take().context("a pipe")?.write_all(input.as_bytes()).await?;
    let answer = child.wait_with_output().await?;
    ensure!(answer.status.success(), "keepassxc-cli: {}", String::from_utf8_lossy(&answer.stderr));
    Ok(String::from_utf8(answer.stdout)?)
}
