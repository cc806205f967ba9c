//! Saved copies in a real keyring: gnome-keyring on a bus of its own, filled by D-Bus as other programs do, looked into
//! and refreshed by the place program.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_credstore::protocol::{Line, Request, Task};
use latchkey_credstore::{ChangeKey, Journal, Policy};
use latchkey_tests::built;
use latchkey_tests::raw_keyring::RawKeyring;
use secrecy::SecretString;
use tempfile::TempDir;
use zbus::blocking::{Connection, connection};
use zbus::zvariant::{OwnedObjectPath, Value};

use crate::keyring::{Desk, LOGIN, Running, fed};
use crate::traces::left_by;

const OLD: &str = "correct horse battery";
const NEW: &str = "staple-Dänemark-42";

/// An item that is proven to be for the campus.
const MAIL: [(&str, &str); 2] = [("server", "mail.example.edu"), ("user", "ada")];

#[test]
fn an_item_of_another_program_gets_the_new_password_and_keeps_its_label_and_attributes() -> Result<()> {
    let desk = Desk::with_keyring()?;
    let schema = ("xdg:schema", "org.gnome.keyring.NetworkPassword");
    let share = [("server", "files.example.edu"), ("user", "ada"), ("domain", "EXAMPLE"), ("protocol", "smb"), schema];
    desk.store("ada on files.example.edu", &share, OLD)?;
    let before = desk.item("server", "files.example.edu")?;

    let (copies, states) = desk.find(Some(OLD));
    let [copy] = copies.as_slice() else { anyhow::bail!("{copies:?}") };
    assert_eq!(copy.label, "ada on files.example.edu");
    assert_eq!((copy.user.as_deref(), copy.target.as_deref()), (Some("ada"), Some("files.example.edu")));
    assert_eq!((copy.place, copy.standing), (PlaceKind::SecretService, Standing::Proven));
    let name = Some("GNOME Keyring".to_owned());
    assert!(states.contains(&PlaceState { place: PlaceKind::SecretService, name, locked: false, error: None }));
    assert!(states.iter().all(|state| !state.locked && state.error.is_none()), "{states:?}");

    assert_eq!(desk.refresh(&copies, false, Some(OLD)), [Outcome::Updated]);
    assert_eq!(desk.secret("server", "files.example.edu")?, NEW);
    assert_eq!(desk.item("server", "files.example.edu")?, before);
    // The next look finds nothing left to do.
    assert_eq!(desk.refresh(&copies, false, Some(OLD)), [Outcome::AlreadyFine]);
    Ok(())
}

#[test]
fn a_refresh_leaves_no_trace_of_a_password() -> Result<()> {
    // SM-01, A1
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, OLD)?;
    for _ in 0..4 {
        assert_eq!(left_by(&["refresh", &desk.address])?, []);
    }
    Ok(())
}

/// What becomes of an item that nobody has ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Becomes {
    /// It is refreshed.
    Refreshed,
    /// It is listed, and waits for a tick.
    Waits,
    /// It is listed as no password.
    Token,
    /// Nobody is shown it.
    Unseen,
}

/// Items as programs write them; every one holds the password or, with `@`, a text that has it in it.
const SAVED: &str = include_str!("places.items");

/// What becomes of an item, its label, its attributes and its secret.
type Saved = (Becomes, String, Vec<(String, String)>, String);

/// One line of [`SAVED`]: `becomes | label | attribute=value, … | secret`.
fn saved() -> Result<Vec<Saved>> {
    let lines = SAVED.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let items = lines.map(|line| {
        let [becomes, label, attributes, secret] = line.split(" | ").collect::<Vec<_>>()[..] else {
            anyhow::bail!("four parts: {line}")
        };
        let becomes = match becomes.trim() {
            "refreshed" => Becomes::Refreshed,
            "waits" => Becomes::Waits,
            "token" => Becomes::Token,
            "unseen" => Becomes::Unseen,
            other => anyhow::bail!("what is {other}?"),
        };
        let attributes = attributes.split(", ").filter_map(|pair| pair.split_once('='));
        let attributes = attributes.map(|(name, value)| (name.trim().to_owned(), value.to_owned())).collect();
        Ok((
            becomes,
            label.to_owned(),
            attributes,
            secret.trim().replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0"),
        ))
    });
    items.collect()
}

// TA-15, I1, I2, I4, I5, I6
#[test]
fn of_sixty_items_with_the_same_password_exactly_those_of_the_campus_are_refreshed_without_a_tick() -> Result<()> {
    many_items(&Desk::with_keyring()?).map(drop)
}

/// Saves all items of the table, and checks what becomes of each; how many there are.
pub(crate) fn many_items(desk: &Desk) -> Result<usize> {
    let saved = saved()?;
    assert!(saved.len() >= 60, "{}", saved.len());
    let mut items = Vec::new();
    for (becomes, label, attributes, secret) in &saved {
        let attributes: Vec<_> = attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let path = desk.create(label, &attributes, &secret.replace('@', OLD))?;
        items.push((*becomes, path.clone(), secret, desk.parts(&path)?));
    }

    let (copies, _) = desk.find(Some(OLD));
    for (becomes, path, _, parts) in &items {
        let standing = copies.iter().find(|copy| copy.id.ends_with(path.as_str())).map(|copy| copy.standing);
        let expected = match becomes {
            Becomes::Refreshed => Some(Standing::Proven),
            Becomes::Waits => Some(Standing::Choice),
            Becomes::Token => Some(Standing::NoPassword),
            Becomes::Unseen => None,
        };
        assert_eq!(standing, expected, "{parts:?}");
    }
    // All of them are handed in, also those that nobody was shown, and nothing is ticked.
    let all: Vec<_> = items.iter().map(|(_, path, _, _)| format!("secret_service:{}", path.as_str())).collect();
    desk.refresh_ids(&all, false, Some(OLD));

    for (becomes, path, secret, parts) in &items {
        let expected = secret.replace('@', if *becomes == Becomes::Refreshed { NEW } else { OLD });
        assert_eq!(desk.secret_at(path)?, expected, "{parts:?}");
        assert_eq!(desk.parts(path)?, *parts);
    }
    // Not even a tick gets a key rewritten.
    desk.refresh_ids(&all, true, Some(OLD));
    for (becomes, path, secret, parts) in &items {
        if *becomes == Becomes::Unseen {
            assert_eq!(desk.secret_at(path)?, secret.replace('@', OLD), "{parts:?}");
        }
    }
    Ok(items.len())
}

#[test]
fn a_user_name_alone_is_changed_when_the_person_ticked_it_and_never_before() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, "forgotten")?;

    let (copies, _) = desk.find(None);
    let wiki: Vec<_> = copies.into_iter().filter(|copy| copy.place == PlaceKind::SecretService).collect();
    assert_eq!(wiki.iter().map(|copy| copy.standing).collect::<Vec<_>>(), [Standing::Choice]);
    assert_eq!(desk.refresh(&wiki, false, None), [Outcome::NeedsTick]);
    assert_eq!(desk.secret("user", "ada")?, "forgotten");

    assert_eq!(desk.refresh(&wiki, true, None), [Outcome::Updated]);
    assert_eq!(desk.secret("user", "ada")?, NEW);
    Ok(())
}

#[test]
fn what_the_bench_compares_with_changes_the_items_that_it_is_given_and_no_others() -> Result<()> {
    let desk = Desk::with_keyring()?;
    let raw = RawKeyring::open(&desk.address)?;
    let items = raw.fill(3, OLD)?;
    raw.change(&items[..2], NEW)?;
    let now: Vec<_> = items.iter().map(|item| desk.secret_at(item)).collect::<Result<_>>()?;
    assert_eq!(now, [NEW, NEW, OLD]);
    Ok(())
}

// I5
#[test]
fn what_was_ticked_is_put_back_as_it_was() -> Result<()> {
    put_back(&Desk::with_keyring()?)
}

pub(crate) fn put_back(desk: &Desk) -> Result<()> {
    desk.store("Token", &[("server", "git.example.edu"), ("user", "ada")], r#"{"token": "x"}"#)?;
    let (places, looking) = (desk.places()?, looking(Some(OLD)));
    let id = places.find(&looking).0.first().context("a copy")?.id.clone();
    let mut outcomes = Vec::new();
    let ticked = [Selected { id: id.clone(), ticked: true }];
    places.refresh(&ticked, &looking, &NEW.into(), |_, outcome| outcomes.push(outcome));
    assert_eq!((outcomes, desk.secret("user", "ada")?), (vec![Outcome::Updated], NEW.to_owned()));

    assert_eq!(places.put_back(&id), Some(Outcome::PutBack));
    assert_eq!(desk.secret("user", "ada")?, r#"{"token": "x"}"#);
    Ok(())
}

// I8
#[test]
fn after_a_reset_the_login_keyring_is_the_first_on_the_list() -> Result<()> {
    login_keyring_comes_first(&Desk::with_keyring()?)
}

pub(crate) fn login_keyring_comes_first(desk: &Desk) -> Result<()> {
    desk.store("Mail", &MAIL, OLD)?;

    let (copies, _) = desk.find(None);
    let seen: Vec<_> = copies.iter().map(|copy| (copy.place, copy.standing)).collect();
    let login = (PlaceKind::LoginKeyring, Standing::OldOpens);
    assert_eq!(seen, [login, (PlaceKind::SecretService, Standing::Choice)]);
    assert_eq!(desk.refresh(&copies[..1], true, None), [Outcome::OldOpens]);
    // Where the old password is known, it is not said.
    assert!(desk.find(Some(OLD)).0.iter().all(|copy| copy.place == PlaceKind::SecretService));
    Ok(())
}

// I9
#[test]
fn a_network_gets_its_identity_and_a_private_one_its_server_from_its_own_connection() -> Result<()> {
    let desk = Desk::with_keyring()?;
    let agent = |uuid| [("connection-uuid", uuid), ("setting-name", "802-1x"), ("setting-key", "password")];
    desk.create("Network secret for eduroam/802-1x/password", &agent("campus"), OLD)?;
    desk.create("Network secret for office/802-1x/password", &agent("company"), OLD)?;
    // In whatever order they are looked at: one that is not known hides none of the others.
    for forgotten in ["lab", "hotel", "airport", "library", "train"] {
        desk.create(&format!("Network secret for {forgotten}/802-1x/password"), &agent(forgotten), OLD)?;
    }
    let vpn = |uuid, key| [("connection-uuid", uuid), ("setting-name", "vpn"), ("setting-key", key)];
    for uuid in ["campus", "company"] {
        desk.create("VPN password", &vpn(uuid, "password"), OLD)?;
        desk.create("VPN passphrase of a key", &vpn(uuid, "cert-pass"), OLD)?;
    }
    // The campus' own connection and that of a company, as NetworkManager tells of them.
    let manager = desk
        .network_manager(&[("campus", "eduroam", "ada@example.edu"), ("company", "office", "ada@company.example")])?;

    let mut program = Command::new(built("latchkey-place")?);
    program.args(["--protocol", "1", "secret_service"]).env_clear();
    program.env("DBUS_SESSION_BUS_ADDRESS", &desk.address).env("DBUS_SYSTEM_BUS_ADDRESS", &desk.address);
    let mut request = Request::new(Task::Find, policy());
    request.old = Some(OLD.into());
    let mut task = Vec::new();
    request.write(&mut task)?;
    let answer = fed(&mut program, &task)?.wait_with_output()?;
    drop(manager);

    let lines = String::from_utf8(answer.stdout)?;
    let lines = lines.lines().map(serde_json::from_str::<Line>).collect::<Result<Vec<_>, _>>()?;
    let copies = lines.into_iter().filter_map(|line| line.copy);
    let seen: BTreeMap<_, _> =
        copies.map(|copy| (copy.target.unwrap_or_default(), (copy.user, copy.standing))).collect();
    let expected = [
        ("airport", (None, Standing::Choice)),
        ("eduroam", (Some("ada@example.edu"), Standing::Proven)),
        ("hotel", (None, Standing::Choice)),
        ("lab", (None, Standing::Choice)),
        ("library", (None, Standing::Choice)),
        ("office", (Some("ada@company.example"), Standing::Choice)),
        ("train", (None, Standing::Choice)),
        ("vpn.company.example", (Some("ada"), Standing::Choice)),
        ("vpn.example.edu", (Some("ada"), Standing::Proven)),
    ];
    let expected = expected.map(|(name, (user, standing))| (name.to_owned(), (user.map(str::to_owned), standing)));
    assert_eq!(seen, BTreeMap::from(expected));
    Ok(())
}

#[test]
fn a_locked_keyring_needs_the_person_at_once_and_is_refreshed_after_it_was_unlocked() -> Result<()> {
    locked_and_unlocked(&Desk::with_keyring()?, &[Standing::Locked])
}

/// `shown` is what a keyring tells of its items while it is locked.
pub(crate) fn locked_and_unlocked(desk: &Desk, shown: &[Standing]) -> Result<()> {
    desk.store("Mail", &MAIL, OLD)?;
    let (open, _) = desk.find(Some(OLD));
    desk.lock()?;

    // Nobody is there to answer a prompt: a call that opened one would not come back with `Locked`.
    let (copies, states) = desk.find(Some(OLD));
    assert!(states.iter().all(|place| place.locked && place.error.is_none()), "{states:?}");
    assert_eq!(copies.iter().map(|copy| copy.standing).collect::<Vec<_>>(), shown);
    assert!(copies.iter().all(|copy| copy.id == open[0].id));
    assert_eq!(desk.refresh(&open, false, Some(OLD)), [Outcome::NeedsUnlock]);
    // Without a screen the prompt cannot be shown, which is the same as closing it.
    let unlocked = desk.places()?.unlock(PlaceKind::SecretService, &looking(Some(OLD)));
    assert_eq!(unlocked.unwrap_err(), PlaceError::Declined);

    desk.unlock()?;
    let unlocked = desk.places()?.unlock(PlaceKind::SecretService, &looking(Some(OLD)));
    assert_eq!(unlocked.map(|(copies, _)| copies[0].standing), Ok(Standing::Proven));
    assert_eq!(desk.refresh(&open, false, Some(OLD)), [Outcome::Updated]);
    assert_eq!(desk.secret("user", "ada")?, NEW);
    Ok(())
}

#[test]
fn without_a_keyring_or_a_bus_the_place_is_unreachable_and_comes_back_with_the_keyring() -> Result<()> {
    let mut desk = Desk::without_keyring()?;
    let nowhere = [("DBUS_SESSION_BUS_ADDRESS".into(), "unix:path=/nonexistent/bus".into())];
    let nowhere = Places::new(built("latchkey-place")?, place_policy()).in_session(nowhere);
    for places in [&desk.places()?, &nowhere] {
        let (copies, states) = places.find(&looking(Some(OLD)));
        assert!(copies.is_empty());
        assert_eq!(states.iter().map(|place| place.error).collect::<Vec<_>>(), [Some(PlaceError::Unreachable)]);
        let id = format!("secret_service:{LOGIN}/1");
        let mut outcomes = Vec::new();
        let ticked = [Selected { id, ticked: true }];
        places.refresh(&ticked, &looking(None), &NEW.into(), |_, outcome| outcomes.push(outcome));
        assert_eq!(outcomes, [Outcome::Unreachable]);
        let unlocked = places.unlock(PlaceKind::SecretService, &looking(None));
        assert_eq!(unlocked.unwrap_err(), PlaceError::Unreachable);
    }

    desk.start_keyring()?;
    desk.store("Mail", &MAIL, OLD)?;
    assert_eq!(desk.find(Some(OLD)).0.len(), 1);
    Ok(())
}

// R24
#[test]
fn a_journal_survives_a_kill_at_any_moment_with_all_that_was_told() -> Result<()> {
    let home = TempDir::new()?;
    for kill in 0..100 {
        let mut probe = Command::new(env!("CARGO_BIN_EXE_places_probe"))
            .arg(home.path())
            .stdout(Stdio::piped())
            .spawn()
            .map(Running)?;
        let told = BufReader::new(probe.0.stdout.take().context("a pipe")?);
        let last = told.lines().nth(kill % 11).context("the probe has ended by itself")??;
        drop(probe);

        let journal = Journal::open(home.path())?;
        assert_eq!(journal.set_aside(), None, "kill {kill}");
        let pending = journal.pending()?.into_iter().next().context("the change is still open")?;
        assert_eq!(pending.account, "ada");
        let noted = pending.copies.iter().find(|copy| copy.id == last).context("a planned copy")?;
        assert!(noted.outcome.is_some(), "kill {kill}: {last} was told and is not noted");
    }
    Ok(())
}

// R24: the journal has no secret
#[test]
fn after_a_refresh_neither_password_is_in_the_journal() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &MAIL, OLD)?;
    let home = TempDir::new()?;
    let journal = Journal::open(home.path())?;
    let change = change()?;
    journal.begin(&change)?;
    let (copies, _) = desk.find(Some(OLD));
    journal.planned(&change, &copies)?;
    let mut noted = Ok(());
    let selected = selected(&ids(&copies), false);
    desk.places()?.refresh(&selected, &looking(Some(OLD)), &NEW.into(), |id, outcome| {
        noted = journal.record(&change, id, outcome);
    });
    noted?;

    let pending = Journal::open(home.path())?.pending()?;
    assert_eq!(pending[0].copies.iter().map(|copy| copy.outcome).collect::<Vec<_>>(), [Some(Outcome::Updated)]);
    for entry in fs::read_dir(home.path())? {
        let text = fs::read_to_string(entry?.path())?;
        assert!(!text.contains(OLD) && !text.contains(NEW), "{text}");
    }
    Ok(())
}

#[test]
fn a_place_program_that_is_killed_leaves_every_copy_old_or_new_and_the_journal_true() -> Result<()> {
    kill_while_refreshing(&Desk::with_keyring()?, 10)
}

#[test]
#[ignore = "minutes: cargo xtask test --long places"]
fn long_places_killed_200_times() -> Result<()> {
    const KILLS: usize = 200;
    kill_while_refreshing(&Desk::with_keyring()?, KILLS)?;
    println!("figure: kills = {KILLS}");
    println!("figure: copies that were neither old nor new = 0");
    Ok(())
}

/// Kills the place program at the first, second, … outcome of a refresh of twelve copies.
pub(crate) fn kill_while_refreshing(desk: &Desk, kills: usize) -> Result<()> {
    const COPIES: usize = 12;
    let mut paths = HashMap::new();
    for number in 0..COPIES {
        let host = format!("host-{number}.example.edu");
        let path = desk.create(&host, &[("server", &host), ("user", "ada")], OLD)?;
        paths.insert(format!("secret_service:{}", path.as_str()), path);
    }
    let (program, process) = desk.program_that_says_its_process()?;
    let places = Places::new(program, place_policy()).in_session(desk.session());
    let (mut old, mut new) = (OLD.to_owned(), NEW.to_owned());
    for kill in 0..kills {
        let looking = looking(Some(&old));
        let (copies, _) = places.find(&looking);
        assert_eq!(copies.len(), COPIES, "kill {kill}");
        let home = TempDir::new()?;
        let (journal, change) = (Journal::open(home.path())?, change()?);
        journal.begin(&change)?;
        journal.planned(&change, &copies)?;
        let (mut told, mut done) = (0, Ok(()));
        places.refresh(&selected(&ids(&copies), false), &looking, &new.as_str().into(), |id, outcome| {
            let killed = if told == kill % COPIES { ended(&process) } else { Ok(()) };
            told += 1;
            let noted = journal.record(&change, id, outcome).map_err(anyhow::Error::from);
            done = std::mem::replace(&mut done, Ok(())).and(killed).and(noted);
        });
        done?;

        let pending = journal.pending()?.into_iter().next().context("the change is open")?;
        assert_eq!((told, pending.copies.len()), (COPIES, COPIES), "kill {kill}");
        for copy in &pending.copies {
            let secret = desk.secret_at(paths.get(&copy.id).context("a copy")?)?;
            match copy.outcome.context("an outcome")? {
                Outcome::Updated | Outcome::AlreadyFine => assert_eq!(secret, new, "kill {kill}"),
                Outcome::Unknown => assert!(secret == old || secret == new, "kill {kill}: {secret}"),
                other => anyhow::bail!("kill {kill}: {other:?}"),
            }
        }
        // The second look finds what is unknown, and the next round goes the other way.
        let rest: Vec<_> = pending.copies.iter().map(|copy| copy.id.clone()).collect();
        let mut outcomes = Vec::new();
        places.refresh(&selected(&rest, false), &looking, &new.as_str().into(), |_, outcome| outcomes.push(outcome));
        assert!(outcomes.iter().all(|outcome| outcome.is_settled()), "kill {kill}: {outcomes:?}");
        std::mem::swap(&mut old, &mut new);
    }
    Ok(())
}

/// Kills the process that a file names.
pub(crate) fn ended(process: &Path) -> Result<()> {
    // It may have ended by itself; then there is nothing to kill.
    Command::new("kill").args(["-9", fs::read_to_string(process)?.trim()]).stderr(Stdio::null()).status()?;
    Ok(())
}

fn policy() -> Policy {
    let accounts = ["ada", "ada@example.edu", r"EXAMPLE\ada"].map(String::from).into();
    let PlacePolicy { servers, realms, signed_in_as, .. } = place_policy();
    Policy { accounts, servers, realms, signed_in_as }
}

fn place_policy() -> PlacePolicy {
    PlacePolicy {
        servers: vec![".example.edu".into(), "imap.provider.example".into()],
        realms: vec!["example.edu".into()],
        off: vec![PlaceKind::Networks, PlaceKind::Drives, PlaceKind::Tickets],
        ..PlacePolicy::default()
    }
}

fn looking(old: Option<&str>) -> Looking {
    Looking { accounts: policy().accounts, old: old.map(SecretString::from), new: None, reset: old.is_none() }
}

fn change() -> Result<ChangeKey> {
    Ok(ChangeKey { account: "ada".into(), changed_at: "2026-11-24T10:42:00Z".parse()? })
}

fn ids(copies: &[Copy]) -> Vec<String> {
    copies.iter().map(|copy| copy.id.clone()).collect()
}

fn selected(ids: &[String], ticked: bool) -> Vec<Selected> {
    ids.iter().map(|id| Selected { id: id.clone(), ticked }).collect()
}

impl Desk {
    pub(crate) fn places(&self) -> Result<Places> {
        Ok(Places::new(built("latchkey-place")?, place_policy()).in_session(self.session()))
    }

    pub(crate) fn find(&self, old: Option<&str>) -> (Vec<Copy>, Vec<PlaceState>) {
        self.places().expect("the place program is built").find(&looking(old))
    }

    pub(crate) fn refresh(&self, copies: &[Copy], ticked: bool, old: Option<&str>) -> Vec<Outcome> {
        self.refresh_ids(&ids(copies), ticked, old)
    }

    fn refresh_ids(&self, ids: &[String], ticked: bool, old: Option<&str>) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let places = self.places().expect("the place program is built");
        places.refresh(&selected(ids, ticked), &looking(old), &NEW.into(), |_, outcome| outcomes.push(outcome));
        outcomes
    }

    /// The place program behind a script that writes down its process id, and where.
    pub(crate) fn program_that_says_its_process(&self) -> Result<(PathBuf, PathBuf)> {
        let (script, process) = (self.home.path().join("place"), self.home.path().join("process"));
        let real = built("latchkey-place")?;
        let text = format!("#!/bin/sh\necho $$ > {}\nexec {} \"$@\"\n", process.display(), real.display());
        fs::write(&script, text)?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
        Ok((script, process))
    }

    /// Answers on this bus as NetworkManager, with connections of these UUIDs, names and identities.
    fn network_manager(&self, connections: &[(&str, &str, &str)]) -> Result<Connection> {
        const SETTINGS: &str = "/org/freedesktop/NetworkManager/Settings";
        let mut builder =
            connection::Builder::address(self.address.as_str())?.name("org.freedesktop.NetworkManager")?;
        let mut paths = HashMap::new();
        for (uuid, name, identity) in connections {
            let path = OwnedObjectPath::try_from(format!("{SETTINGS}/{uuid}"))?;
            paths.insert((*uuid).to_owned(), path.clone());
            builder = builder.serve_at(path, Network { name: (*name).into(), identity: (*identity).into() })?;
        }
        Ok(builder.serve_at(SETTINGS, Networks(paths))?.build()?)
    }
}

/// NetworkManager's list of connections.
struct Networks(HashMap<String, OwnedObjectPath>);

/// What NetworkManager 1.42 answers for a connection that it does not have.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop.NetworkManager.Settings")]
enum NoConnection {
    #[zbus(error)]
    ZBus(zbus::Error),
    InvalidConnection(String),
}

#[zbus::interface(name = "org.freedesktop.NetworkManager.Settings")]
impl Networks {
    fn get_connection_by_uuid(&self, uuid: &str) -> Result<OwnedObjectPath, NoConnection> {
        self.0.get(uuid).cloned().ok_or_else(|| NoConnection::InvalidConnection("no such connection".into()))
    }
}

/// One connection.
struct Network {
    name: String,
    identity: String,
}

impl Network {
    /// The same person at the private network of the same domain.
    fn of_vpn(&self) -> HashMap<&str, String> {
        let (user, domain) = self.identity.split_once('@').unwrap_or_default();
        HashMap::from([("username", user.to_owned()), ("gateway", format!("vpn.{domain}"))])
    }
}

#[zbus::interface(name = "org.freedesktop.NetworkManager.Settings.Connection")]
impl Network {
    fn get_settings(&self) -> HashMap<&str, HashMap<&str, Value<'_>>> {
        HashMap::from([
            ("connection", HashMap::from([("id", Value::from(self.name.as_str()))])),
            ("802-1x", HashMap::from([("identity", Value::from(self.identity.as_str()))])),
            ("vpn", HashMap::from([("data", Value::from(self.of_vpn()))])),
        ])
    }
}
