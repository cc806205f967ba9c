//! A person's session with a real gnome-keyring on a bus of its own, filled by D-Bus as other programs do.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use zbus::blocking::{Connection, Proxy, connection, fdo::DBusProxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

const KEYRING: &str = "org.freedesktop.secrets";
pub(crate) const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
/// What the keyring itself is locked with.
pub(crate) const MASTER: &str = "login";

/// A process that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A person's session: a bus of its own and, usually, a keyring that is unlocked.
pub(crate) struct Desk {
    // In this order they end: the keyring, the bus, the folder.
    keyring: Option<Running>,
    pub(crate) connection: Connection,
    _bus: Running,
    pub(crate) home: TempDir,
    pub(crate) address: String,
}

impl Desk {
    pub(crate) fn with_keyring() -> Result<Self> {
        let mut desk = Self::without_keyring()?;
        desk.start_keyring()?;
        Ok(desk)
    }

    /// A bus without service files: nothing is started on demand, no prompter either.
    pub(crate) fn without_keyring() -> Result<Self> {
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

    /// The same with oo7, which answers the same calls and has other paths.
    pub(crate) fn with_oo7() -> Result<Self> {
        let mut desk = Self::without_keyring()?;
        let mut daemon = desk.inside("oo7-daemon", "cargo: run `cargo xtask test --long oo7`")?;
        fs::create_dir_all(desk.home.path().join("data/keyrings"))?;
        desk.start(daemon.arg("--login"))?;
        // It takes the name of the service before its keyring is there.
        let is_there = |_: &u32| desk.label_of_login().is_ok();
        (0..100_000).find(is_there).context("oo7 offers no keyring")?;
        Ok(desk)
    }

    pub(crate) fn start_keyring(&mut self) -> Result<()> {
        let mut daemon = self.inside("gnome-keyring-daemon", "gnome-keyring")?;
        daemon.args(["--foreground", "--unlock", "--components=secrets", "--control-directory"]).arg(self.control());
        self.start(&mut daemon)
    }

    /// Starts what answers as keyring, unlocked by the password on its standard input.
    fn start(&mut self, daemon: &mut Command) -> Result<()> {
        let bus = DBusProxy::new(&self.connection)?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, KEYRING)])?;
        let mut daemon = Running(daemon.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        daemon.0.stdin.take().context("a pipe")?.write_all(MASTER.as_bytes())?;
        owners.next().context("the bus has ended")?;
        self.keyring = Some(daemon);
        Ok(())
    }

    /// What the place program gets of this session.
    pub(crate) fn session(&self) -> [(OsString, OsString); 1] {
        [("DBUS_SESSION_BUS_ADDRESS".into(), self.address.clone().into())]
    }

    /// Saves an item as other programs do, and says where it is.
    pub(crate) fn create(&self, label: &str, attributes: &[(&str, &str)], secret: &str) -> Result<OwnedObjectPath> {
        let attributes: HashMap<_, _> = attributes.iter().copied().collect();
        let properties = HashMap::from([
            ("org.freedesktop.Secret.Item.Label", Value::from(label)),
            ("org.freedesktop.Secret.Item.Attributes", Value::from(attributes)),
        ]);
        let secret = (self.plain_session()?, Vec::<u8>::new(), secret.as_bytes(), "text/plain");
        let login = Proxy::new(&self.connection, KEYRING, self.login()?, "org.freedesktop.Secret.Collection")?;
        let (path, _): (OwnedObjectPath, OwnedObjectPath) = login.call("CreateItem", &(properties, secret, false))?;
        Ok(path)
    }

    /// Everything of an item but its secret.
    pub(crate) fn parts(&self, path: &OwnedObjectPath) -> Result<(String, BTreeMap<String, String>)> {
        let item = Proxy::new(&self.connection, KEYRING, path, "org.freedesktop.Secret.Item")?;
        let mut attributes: HashMap<String, String> = item.get_property("Attributes")?;
        // GNOME Keyring itself adds this one at the first write, to an item that has no schema.
        if attributes.get("xdg:schema").is_some_and(|schema| schema == "org.freedesktop.Secret.Generic") {
            attributes.remove("xdg:schema");
        }
        Ok((item.get_property("Label")?, attributes.into_iter().collect()))
    }

    pub(crate) fn secret_at(&self, path: &OwnedObjectPath) -> Result<String> {
        let item = Proxy::new(&self.connection, KEYRING, path, "org.freedesktop.Secret.Item")?;
        let ((_, _, secret, _),): ((OwnedObjectPath, Vec<u8>, Vec<u8>, String),) =
            item.call("GetSecret", &(self.plain_session()?,))?;
        Ok(String::from_utf8(secret)?)
    }

    pub(crate) fn delete(&self, path: &OwnedObjectPath) -> Result<()> {
        let item = Proxy::new(&self.connection, KEYRING, path, "org.freedesktop.Secret.Item")?;
        let _prompt: OwnedObjectPath = item.call("Delete", &())?;
        Ok(())
    }

    fn plain_session(&self) -> Result<OwnedObjectPath> {
        let (_, session): (OwnedValue, OwnedObjectPath) =
            self.service()?.call("OpenSession", &("plain", Value::from("")))?;
        Ok(session)
    }

    /// Saves a password the way any other program does.
    pub(crate) fn store(&self, label: &str, attributes: &[(&str, &str)], secret: &str) -> Result<()> {
        let mut store = self.inside("secret-tool", "libsecret-tools")?;
        store.arg("store").arg("--label").arg(label);
        for (key, value) in attributes {
            store.arg(key).arg(value);
        }
        let ended = fed(&mut store, secret.as_bytes())?.wait_with_output()?;
        ensure!(ended.status.success(), "secret-tool store: {}", String::from_utf8_lossy(&ended.stderr));
        Ok(())
    }

    /// Reads a password the way any other program does.
    pub(crate) fn secret(&self, key: &str, value: &str) -> Result<String> {
        let looked_up = self.inside("secret-tool", "libsecret-tools")?.arg("lookup").arg(key).arg(value).output()?;
        ensure!(looked_up.status.success(), "secret-tool lookup {key} {value} found nothing");
        Ok(String::from_utf8(looked_up.stdout)?)
    }

    /// Label and attributes of the one item with this attribute.
    pub(crate) fn item(&self, key: &str, value: &str) -> Result<(String, BTreeMap<String, String>)> {
        self.parts(&self.path(key, value)?)
    }

    fn path(&self, key: &str, value: &str) -> Result<OwnedObjectPath> {
        self.found(key, value)?.context("one item")
    }

    /// The item with this attribute, in what is unlocked.
    pub(crate) fn found(&self, key: &str, value: &str) -> Result<Option<OwnedObjectPath>> {
        let attributes = BTreeMap::from([(key, value)]);
        let (found, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            self.service()?.call("SearchItems", &(attributes,))?;
        Ok(found.into_iter().next())
    }

    pub(crate) fn lock(&self) -> Result<()> {
        let login = self.login()?;
        let (locked, _): (Vec<OwnedObjectPath>, OwnedObjectPath) = self.service()?.call("Lock", &(vec![login],))?;
        ensure!(locked.len() == 1, "the keyring did not lock");
        Ok(())
    }

    /// Unlocks the way signing in does, without a prompt.
    pub(crate) fn unlock(&self) -> Result<()> {
        self.unlock_with(MASTER)
    }

    /// The same with another password.
    pub(crate) fn unlock_with(&self, password: &str) -> Result<()> {
        let session = self.plain_session()?;
        let login = self.login()?;
        let secret = (session, Vec::<u8>::new(), password.as_bytes().to_vec(), "text/plain");
        let inner = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";
        let inner = Proxy::new(&self.connection, KEYRING, "/org/freedesktop/secrets", inner)?;
        Ok(inner.call("UnlockWithMasterPassword", &(login, secret))?)
    }

    /// The keyring that signing in opens; each program has a path of its own for it.
    fn login(&self) -> Result<OwnedObjectPath> {
        Ok(self.service()?.call("ReadAlias", &("default",))?)
    }

    fn label_of_login(&self) -> Result<String> {
        let login = Proxy::new(&self.connection, KEYRING, self.login()?, "org.freedesktop.Secret.Collection")?;
        Ok(login.get_property("Label")?)
    }

    fn service(&self) -> Result<Proxy<'static>> {
        Ok(Proxy::new(&self.connection, KEYRING, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")?)
    }

    /// A program in this session and in no other.
    pub(crate) fn inside(&self, name: &str, package: &str) -> Result<Command> {
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
pub(crate) fn fed(command: &mut Command, input: &[u8]) -> Result<Child> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    child.stdin.take().context("a pipe")?.write_all(input)?;
    Ok(child)
}

/// The program, or what to install.
fn program(name: &str, package: &str) -> Result<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|dir: PathBuf| Path::new(&dir).join(name).is_file());
    ensure!(there, "{name} is missing: apt-get install {package}");
    Ok(Command::new(name))
}
