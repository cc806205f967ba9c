//! Saved copies in a real keyring: gnome-keyring on a bus of its own, filled and read by `secret-tool`.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use latchkey_credstore::{
    Copy, CopyId, CopyOutcome, FailureReason, HeldOld, Journal, Keyring, Looking, Need, Outcome, PlaceError, PlaceKind,
    Selected, secret_service_at,
};
use secrecy::SecretString;
use tempfile::TempDir;
use zbus::blocking::{Connection, Proxy, connection, fdo::DBusProxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::traces::left_by;

const OLD: &str = "correct horse battery";
const NEW: &str = "staple-Dänemark-42";
const KEYRING: &str = "org.freedesktop.secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
/// What the keyring itself is locked with.
const MASTER: &[u8] = b"login";

#[test]
fn an_item_of_another_program_gets_the_new_password_and_keeps_its_label_and_attributes() -> Result<()> {
    let desk = Desk::with_keyring()?;
    let schema = ("xdg:schema", "org.gnome.keyring.NetworkPassword");
    let share = [("server", "files.example.edu"), ("user", "ada"), ("domain", "EXAMPLE"), ("protocol", "smb"), schema];
    desk.store("ada on files.example.edu", &share, OLD)?;
    let before = desk.item("server", "files.example.edu")?;
    let keyring = desk.keyring()?;

    let plan = keyring.plan(looking(Some(OLD)))?;
    let [copy] = plan.copies.as_slice() else { anyhow::bail!("{plan:?}") };
    assert_eq!(copy.place, PlaceKind::SecretService);
    assert_eq!(copy.label, "ada on files.example.edu");
    assert_eq!(copy.user.as_deref(), Some("ada"));
    assert_eq!(copy.target.as_deref(), Some("files.example.edu"));
    assert_eq!((copy.held_old, copy.need(), copy.locked), (HeldOld::Yes, None, false));
    let report = keyring.refresh(vec![untouched(copy)], looking(Some(OLD)), NEW.into(), |_| {});

    assert_eq!(report, [CopyOutcome { id: copy.id.clone(), outcome: Outcome::Updated }]);
    assert_eq!(desk.secret("server", "files.example.edu")?, NEW);
    assert_eq!(desk.item("server", "files.example.edu")?, before);
    // The next look finds nothing left to do.
    let again = keyring.refresh(vec![untouched(copy)], looking(Some(OLD)), NEW.into(), |_| {});
    assert_eq!(outcomes(&again), [Outcome::AlreadyFine]);
    Ok(())
}

#[test]
fn a_refresh_leaves_no_trace_of_a_password() -> Result<()> {
    // SM-01
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &[("service", "mail"), ("user", "ada")], OLD)?;
    for _ in 0..4 {
        assert_eq!(left_by(&["refresh", &desk.address])?, []);
    }
    Ok(())
}

#[test]
fn only_what_provably_held_the_old_password_is_changed_without_a_tick() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &[("service", "mail"), ("username", "Ada@Example.edu")], OLD)?;
    desk.store("eduroam", &[("setting-name", "802-1x"), ("setting-key", "password")], OLD)?;
    desk.store("Wiki", &[("service", "wiki"), ("account", r"EXAMPLE\ada")], "an older one")?;
    desk.store("Private mail", &[("service", "private"), ("user", "ada@home.example")], OLD)?;
    desk.store("Bob", &[("service", "bob"), ("user", "bob")], "bob's own")?;
    desk.store("Browser key", &[("application", "browser")], "a key")?;
    let keyring = desk.keyring()?;

    let plan = keyring.plan(looking(Some(OLD)))?;
    let seen: BTreeMap<_, _> =
        plan.copies.iter().map(|copy| (copy.label.as_str(), (copy.held_old, copy.need()))).collect();
    let expected = [
        ("Mail", (HeldOld::Yes, None)),
        ("Private mail", (HeldOld::Yes, Some(Need::Tick))),
        ("Wiki", (HeldOld::No, Some(Need::Tick))),
        ("eduroam", (HeldOld::Yes, None)),
    ];
    assert_eq!(seen, BTreeMap::from(expected));
    let all: Vec<_> = plan.copies.iter().map(untouched).collect();
    let report = keyring.refresh(all, looking(Some(OLD)), NEW.into(), |_| {});

    for (copy, done) in plan.copies.iter().zip(&report) {
        let expected = copy.need().map_or(Outcome::Updated, Outcome::NeedsYou);
        assert_eq!((&copy.id, expected), (&done.id, done.outcome), "{}", copy.label);
    }
    assert_eq!(desk.secret("service", "mail")?, NEW);
    assert_eq!(desk.secret("setting-name", "802-1x")?, NEW);
    assert_eq!(desk.secret("service", "wiki")?, "an older one");
    assert_eq!(desk.secret("service", "private")?, OLD);
    assert_eq!(desk.secret("service", "bob")?, "bob's own");
    assert_eq!(desk.secret("application", "browser")?, "a key");
    Ok(())
}

#[test]
fn a_user_name_alone_is_changed_when_the_person_ticked_it_and_never_before() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Wiki", &[("service", "wiki"), ("user", "ada")], "forgotten")?;
    let keyring = desk.keyring()?;

    let plan = keyring.plan(looking(None))?;
    let [copy] = plan.copies.as_slice() else { anyhow::bail!("{plan:?}") };
    assert_eq!((copy.held_old, copy.need()), (HeldOld::Unknown, Some(Need::Tick)));
    let unticked = keyring.refresh(vec![untouched(copy)], looking(None), NEW.into(), |_| {});
    assert_eq!(outcomes(&unticked), [Outcome::NeedsYou(Need::Tick)]);
    assert_eq!(desk.secret("service", "wiki")?, "forgotten");

    let ticked = Selected { id: copy.id.clone(), ticked: true };
    let report = keyring.refresh(vec![ticked], looking(None), NEW.into(), |_| {});
    assert_eq!(outcomes(&report), [Outcome::Updated]);
    assert_eq!(desk.secret("service", "wiki")?, NEW);
    Ok(())
}

#[test]
fn the_entry_of_another_account_is_left_alone_even_when_its_id_is_handed_in_with_a_tick() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Bob", &[("service", "bob"), ("user", "bob")], "bob's own")?;
    let id = CopyId::new(PlaceKind::SecretService, desk.path("service", "bob")?.as_str());
    let keyring = desk.keyring()?;

    let report = keyring.refresh(vec![Selected { id, ticked: true }], looking(Some(OLD)), NEW.into(), |_| {});

    assert_eq!(outcomes(&report), [Outcome::Failed(FailureReason::NotYours)]);
    assert_eq!(desk.secret("service", "bob")?, "bob's own");
    Ok(())
}

#[test]
fn a_locked_keyring_needs_the_person_at_once_and_is_refreshed_after_it_was_unlocked() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &[("service", "mail"), ("user", "ada")], OLD)?;
    let keyring = desk.keyring()?;
    let open = keyring.plan(looking(Some(OLD)))?;
    desk.lock()?;

    // Nobody is there to answer a prompt: a call that opened one would not come back with `Locked`.
    let plan = keyring.plan(looking(Some(OLD)))?;
    assert!(plan.places.iter().all(|place| place.locked && place.error.is_none()), "{plan:?}");
    let [copy] = plan.copies.as_slice() else { anyhow::bail!("{plan:?}") };
    assert_eq!((copy.need(), copy.held_old), (Some(Need::Locked), HeldOld::Unknown));
    assert_eq!(open.copies.iter().map(|copy| &copy.id).collect::<Vec<_>>(), [&copy.id]);
    let report = keyring.refresh(vec![untouched(copy)], looking(Some(OLD)), NEW.into(), |_| {});
    assert_eq!(outcomes(&report), [Outcome::NeedsYou(Need::Locked)]);
    // Without a screen the prompt cannot be shown, which is the same as closing it.
    assert_eq!(keyring.unlock(PlaceKind::SecretService), Err(PlaceError::Declined));

    desk.unlock()?;
    assert_eq!(keyring.unlock(PlaceKind::SecretService), Ok(()));
    let report = keyring.refresh(vec![untouched(copy)], looking(Some(OLD)), NEW.into(), |_| {});
    assert_eq!(outcomes(&report), [Outcome::Updated]);
    assert_eq!(desk.secret("service", "mail")?, NEW);
    Ok(())
}

#[test]
fn without_a_keyring_or_a_bus_the_place_is_unreachable_and_comes_back_with_the_keyring() -> Result<()> {
    let mut desk = Desk::without_keyring()?;
    let keyring = desk.keyring()?;
    let nowhere = Keyring::spawn(vec![secret_service_at("unix:path=/nonexistent/bus")])?;
    for keyring in [&keyring, &nowhere] {
        let plan = keyring.plan(looking(Some(OLD)))?;
        assert!(plan.copies.is_empty());
        assert_eq!(plan.places.iter().map(|place| place.error).collect::<Vec<_>>(), [Some(PlaceError::Unreachable)]);
        let id = CopyId::new(PlaceKind::SecretService, "/org/freedesktop/secrets/collection/login/1");
        let report = keyring.refresh(vec![Selected { id, ticked: true }], looking(None), NEW.into(), |_| {});
        assert_eq!(outcomes(&report), [Outcome::Failed(FailureReason::Unreachable)]);
        assert_eq!(keyring.unlock(PlaceKind::SecretService), Err(PlaceError::Unreachable));
    }

    desk.start_keyring()?;
    desk.store("Mail", &[("service", "mail"), ("user", "ada")], OLD)?;
    assert_eq!(keyring.plan(looking(Some(OLD)))?.copies.len(), 1);
    Ok(())
}

#[test]
fn a_keyring_that_was_started_anew_is_connected_to_again_without_anybody_noticing() -> Result<()> {
    let mut desk = Desk::with_keyring()?;
    desk.store("Mail", &[("service", "mail"), ("user", "ada")], OLD)?;
    let keyring = desk.keyring()?;
    let plan = keyring.plan(looking(Some(OLD)))?;

    desk.stop_keyring()?;
    desk.start_keyring()?;
    let report = keyring.refresh(plan.copies.iter().map(untouched).collect(), looking(Some(OLD)), NEW.into(), |_| {});

    assert_eq!(outcomes(&report), [Outcome::Updated]);
    assert_eq!(desk.secret("service", "mail")?, NEW);
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
        let pending = journal.pending()?.context("the change is still open")?;
        assert_eq!(pending.account, "ada");
        let noted = pending.copies.iter().find(|copy| copy.id.as_str() == last).context("a planned copy")?;
        assert!(noted.outcome.is_some(), "kill {kill}: {last} was told and is not noted");
    }
    Ok(())
}

// R24: the journal has no secret
#[test]
fn after_a_refresh_neither_password_is_in_the_journal() -> Result<()> {
    let desk = Desk::with_keyring()?;
    desk.store("Mail", &[("service", "mail"), ("user", "ada")], OLD)?;
    let keyring = desk.keyring()?;
    let home = TempDir::new()?;
    let journal = Journal::open(home.path())?;
    journal.begin("ada", "2026-11-24T10:42:00Z".parse()?)?;
    let plan = keyring.plan(looking(Some(OLD)))?;
    journal.planned(&plan.copies)?;
    let mut noted = Ok(());
    let selected = plan.copies.iter().map(untouched).collect();
    keyring.refresh(selected, looking(Some(OLD)), NEW.into(), |done| noted = journal.record(&done.id, done.outcome));
    noted?;

    let pending = Journal::open(home.path())?.pending()?.context("not finished yet")?;
    assert_eq!(pending.copies.iter().map(|copy| copy.outcome).collect::<Vec<_>>(), [Some(Outcome::Updated)]);
    for entry in fs::read_dir(home.path())? {
        let text = fs::read_to_string(entry?.path())?;
        assert!(!text.contains(OLD) && !text.contains(NEW), "{text}");
    }
    Ok(())
}

fn looking(old: Option<&str>) -> Looking {
    let accounts = ["ada", "ada@example.edu", r"EXAMPLE\ada"].map(String::from).into();
    Looking { accounts, old: old.map(SecretString::from) }
}

fn untouched(copy: &Copy) -> Selected {
    Selected { id: copy.id.clone(), ticked: false }
}

fn outcomes(report: &[CopyOutcome]) -> Vec<Outcome> {
    report.iter().map(|done| done.outcome).collect()
}

/// A person's session: a bus of its own and, usually, a keyring that is unlocked.
struct Desk {
    // In this order they end: the keyring, the bus, the folder.
    keyring: Option<Running>,
    connection: Connection,
    _bus: Running,
    home: TempDir,
    address: String,
}

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Desk {
    fn with_keyring() -> Result<Self> {
        let mut desk = Self::without_keyring()?;
        desk.start_keyring()?;
        Ok(desk)
    }

    /// A bus without service files: nothing is started on demand, no prompter either.
    fn without_keyring() -> Result<Self> {
        let home = TempDir::new()?;
        let config = home.path().join("bus.conf");
        let socket = home.path().join("bus");
        fs::write(
            &config,
            format!(
                r#"<busconfig><type>session</type><listen>unix:path={}</listen><policy context="default">
                <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
                </policy></busconfig>"#,
                socket.display()
            ),
        )?;
        let mut bus = program("dbus-daemon", "dbus")?;
        bus.arg("--nofork").arg("--print-address").arg("--config-file").arg(&config).stdout(Stdio::piped());
        let mut bus = Running(bus.spawn()?);
        let mut address = String::new();
        BufReader::new(bus.0.stdout.take().context("a pipe")?).read_line(&mut address)?;
        let address = address.trim().to_owned();
        let connection = connection::Builder::address(address.as_str())?.build()?;
        Ok(Self { keyring: None, connection, _bus: bus, home, address })
    }

    fn start_keyring(&mut self) -> Result<()> {
        let bus = DBusProxy::new(&self.connection)?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, KEYRING)])?;
        let mut daemon = self.inside("gnome-keyring-daemon", "gnome-keyring")?;
        daemon.args(["--foreground", "--unlock", "--components=secrets", "--control-directory"]).arg(self.control());
        let daemon = Running(fed(daemon, MASTER)?);
        owners.next().context("the bus has ended")?;
        self.keyring = Some(daemon);
        Ok(())
    }

    fn stop_keyring(&mut self) -> Result<()> {
        let bus = DBusProxy::new(&self.connection)?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, KEYRING)])?;
        self.keyring = None;
        owners.next().context("the bus has ended")?;
        Ok(())
    }

    fn keyring(&self) -> Result<Keyring> {
        Ok(Keyring::spawn(vec![secret_service_at(&self.address)])?)
    }

    /// Saves a password the way any other program does.
    fn store(&self, label: &str, attributes: &[(&str, &str)], secret: &str) -> Result<()> {
        let mut store = self.inside("secret-tool", "libsecret-tools")?;
        store.arg("store").arg("--label").arg(label);
        for (key, value) in attributes {
            store.arg(key).arg(value);
        }
        let ended = fed(store, secret.as_bytes())?.wait_with_output()?;
        ensure!(ended.status.success(), "secret-tool store: {}", String::from_utf8_lossy(&ended.stderr));
        Ok(())
    }

    /// Reads a password the way any other program does.
    fn secret(&self, key: &str, value: &str) -> Result<String> {
        let looked_up = self.inside("secret-tool", "libsecret-tools")?.arg("lookup").arg(key).arg(value).output()?;
        ensure!(looked_up.status.success(), "secret-tool lookup {key} {value} found nothing");
        Ok(String::from_utf8(looked_up.stdout)?)
    }

    /// Label and attributes of the one item with this attribute.
    fn item(&self, key: &str, value: &str) -> Result<(String, BTreeMap<String, String>)> {
        let path = self.path(key, value)?;
        let item = Proxy::new(&self.connection, KEYRING, path, "org.freedesktop.Secret.Item")?;
        let attributes: HashMap<String, String> = item.get_property("Attributes")?;
        Ok((item.get_property("Label")?, attributes.into_iter().collect()))
    }

    fn path(&self, key: &str, value: &str) -> Result<OwnedObjectPath> {
        let attributes = BTreeMap::from([(key, value)]);
        let (found, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            self.service()?.call("SearchItems", &(attributes,))?;
        found.into_iter().next().context("one item")
    }

    fn lock(&self) -> Result<()> {
        let login = OwnedObjectPath::try_from(LOGIN)?;
        let (locked, _): (Vec<OwnedObjectPath>, OwnedObjectPath) = self.service()?.call("Lock", &(vec![login],))?;
        ensure!(locked.len() == 1, "the keyring did not lock");
        Ok(())
    }

    /// Unlocks the way signing in does, without a prompt.
    fn unlock(&self) -> Result<()> {
        let (_, session): (OwnedValue, OwnedObjectPath) =
            self.service()?.call("OpenSession", &("plain", Value::from("")))?;
        let login = OwnedObjectPath::try_from(LOGIN)?;
        let secret = (session, Vec::<u8>::new(), MASTER.to_vec(), "text/plain");
        let inner = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";
        let inner = Proxy::new(&self.connection, KEYRING, "/org/freedesktop/secrets", inner)?;
        Ok(inner.call("UnlockWithMasterPassword", &(login, secret))?)
    }

    fn service(&self) -> Result<Proxy<'static>> {
        Ok(Proxy::new(&self.connection, KEYRING, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")?)
    }

    /// A program in this session and in no other.
    fn inside(&self, name: &str, package: &str) -> Result<Command> {
        let mut command = program(name, package)?;
        let home = self.home.path();
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("HOME", home)
            .env("XDG_RUNTIME_DIR", home)
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GNOME_KEYRING_CONTROL");
        Ok(command)
    }

    fn control(&self) -> impl AsRef<OsStr> + use<> {
        self.home.path().join("control")
    }
}

/// Starts `command` with `input` on its standard input, which ends there.
fn fed(mut command: Command, input: &[u8]) -> Result<Child> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("a pipe")?.write_all(input)?;
    Ok(child)
}

/// The program, or what to install.
fn program(name: &str, package: &str) -> Result<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|dir: std::path::PathBuf| Path::new(&dir).join(name).is_file());
    ensure!(there, "{name} is missing: apt-get install {package}");
    Ok(Command::new(name))
}
