//! A real NetworkManager on a bus of its own, in a network of its own: a wire with an authenticator of 802.1X at its other
//! end. Nothing of it is installed, and the machine's own network is not touched.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::mail::certificates;
use crate::packages::Packages;
use crate::wait::{PATIENCE, until};

const SERVICE: &str = "org.freedesktop.NetworkManager";
const SETTINGS: &str = "/org/freedesktop/NetworkManager/Settings";
const CONNECTION: &str = "org.freedesktop.NetworkManager.Settings.Connection";
/// The wire's ends: ours, and that of the authenticator.
const WIRE: (&str, &str) = ("eth9", "eth9p");

const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=FOLDER/bus</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>"#;

/// A `/sys` that cannot be written tells it not to wait for udev.
const START: &str = "ip link set lo up && ip link add eth9 type veth peer name eth9p && ip link set eth9 up \
    && ip link set eth9p up && mount -t tmpfs none /run && mkdir -p /run/NetworkManager /var/lib/NetworkManager \
    && mount -t tmpfs none /var/lib/NetworkManager && mount -t sysfs -o ro none /sys && exec NetworkManager --no-daemon \
    --config \"$0/nm.conf\" --config-dir \"$0/etc\" --pid-file \"$0/pid\"";

/// The settings of a connection.
pub type Settings = HashMap<&'static str, HashMap<&'static str, Value<'static>>>;

/// A running NetworkManager; everything of it ends when it is dropped.
pub struct NetworkManager {
    /// Before the folder, so that nothing writes into it when it goes.
    programs: Vec<Running>,
    manager: u32,
    bus: Connection,
    folder: TempDir,
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl NetworkManager {
    /// Starts one without any connection.
    ///
    /// # Errors
    /// If the packages cannot be had, or it does not start.
    pub async fn start() -> Result<Self> {
        let names = ["network-manager", "hostapd", "wpasupplicant", "iproute2"];
        let packages = tokio::task::spawn_blocking(move || Packages::unpacked(&names)).await??;
        let folder = TempDir::with_prefix("latchkey-nm-")?;
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("connections"))?;
        fs::create_dir(at("etc"))?;
        fs::write(at("bus.conf"), BUS.replace("FOLDER", &folder.path().display().to_string()))?;
        let keyfile = at("connections");
        fs::write(
            at("nm.conf"),
            format!(
                "[main]\nplugins=keyfile\nauth-polkit=false\nno-auto-default=*\ndhcp=internal\ndns=none\n\
                 systemd-resolved=false\n[keyfile]\npath={}\n",
                keyfile.display()
            ),
        )?;
        let mut daemon = Command::new("dbus-daemon");
        let daemon = daemon.arg("--nofork").arg("--config-file").arg(at("bus.conf")).stderr(Stdio::null());
        let daemon = Running(daemon.spawn().context("dbus-daemon is missing: apt-get install dbus")?);
        let address = format!("unix:path={}", at("bus").display());
        let bus = patiently("the bus", || Ok(connection::Builder::address(address.as_str())?.build()?)).await?;
        let mut manager = packages.inside("unshare");
        manager.args(["-n", "sh", "-c", START]).arg(folder.path()).env("DBUS_SYSTEM_BUS_ADDRESS", &address);
        let log = fs::File::create(at("log"))?;
        let manager = Running(manager.stdout(log.try_clone()?).stderr(log).spawn()?);
        let outer = manager.0.id();
        let mut started = Self { programs: vec![manager, daemon], manager: outer, bus, folder };
        patiently("NetworkManager", || {
            let settings = Proxy::new(&started.bus, SERVICE, SETTINGS, "org.freedesktop.NetworkManager.Settings")?;
            let _: Vec<OwnedObjectPath> = settings.call("ListConnections", &())?;
            Ok(())
        })
        .await
        .with_context(|| fs::read_to_string(started.folder.path().join("log")).unwrap_or_default())?;
        let children = fs::read_to_string(format!("/proc/{outer}/task/{outer}/children"))?;
        started.manager = children.trim().parse().context("the process in the namespaces")?;
        Ok(started)
    }

    /// Under which address its bus is.
    #[must_use]
    pub fn bus_address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("bus").display())
    }

    /// Adds a connection, and says by which name it is known.
    ///
    /// # Errors
    /// If NetworkManager refuses it.
    pub fn add(&self, settings: &Settings) -> Result<String> {
        let service = Proxy::new(&self.bus, SERVICE, SETTINGS, "org.freedesktop.NetworkManager.Settings")?;
        let path: OwnedObjectPath = service.call("AddConnection", &(settings,))?;
        let connection = Proxy::new(&self.bus, SERVICE, path, CONNECTION)?;
        let about: HashMap<String, HashMap<String, OwnedValue>> = connection.call("GetSettings", &())?;
        let uuid = about.get("connection").and_then(|connection| connection.get("uuid")).context("a UUID")?;
        Ok(<&str>::try_from(uuid)?.to_owned())
    }

    /// Everything that it says of a connection but its secrets, in one text.
    ///
    /// # Errors
    /// If it is not there.
    pub fn shown(&self, uuid: &str) -> Result<String> {
        let about: HashMap<String, HashMap<String, OwnedValue>> = self.connection(uuid)?.call("GetSettings", &())?;
        let mut lines: Vec<String> = about
            .iter()
            .flat_map(|(setting, keys)| keys.iter().map(move |(key, value)| format!("{setting}.{key}={value:?}")))
            .filter(|line| !line.starts_with("connection.timestamp"))
            .collect();
        lines.sort();
        Ok(lines.join("\n"))
    }

    /// One secret of a connection.
    ///
    /// # Errors
    /// If the connection is not there.
    pub fn secret(&self, uuid: &str, setting: &str, key: &str) -> Result<Option<String>> {
        let secrets: HashMap<String, HashMap<String, OwnedValue>> =
            self.connection(uuid)?.call("GetSecrets", &(setting,))?;
        let secret = secrets.get(setting).and_then(|secrets| secrets.get(key));
        Ok(secret.map(<&str>::try_from).transpose()?.map(str::to_owned))
    }

    fn connection(&self, uuid: &str) -> Result<Proxy<'static>> {
        let service = Proxy::new(&self.bus, SERVICE, SETTINGS, "org.freedesktop.NetworkManager.Settings")?;
        let path: OwnedObjectPath = service.call("GetConnectionByUuid", &(uuid,))?;
        Ok(Proxy::new(&self.bus, SERVICE, path, CONNECTION)?)
    }

    /// Has the other end of the wire let in nobody but this person with this password, by PEAP and MSCHAPv2.
    ///
    /// # Errors
    /// If the authenticator does not start.
    pub async fn guard(&mut self, identity: &str, password: &str) -> Result<PathBuf> {
        let at = self.folder.path().join("guard");
        fs::create_dir_all(&at)?;
        certificates(&at).await?;
        fs::write(at.join("users"), format!("* PEAP\n\"{identity}\" MSCHAPV2 \"{password}\" [2]\n"))?;
        let file = |name: &str| at.join(name).display().to_string();
        let lines = [
            format!("interface={}", WIRE.1),
            "driver=wired\nieee8021x=1\neap_server=1\nuse_pae_group_addr=0".to_owned(),
            format!("eap_user_file={}", file("users")),
            format!("ca_cert={}\nserver_cert={}\nprivate_key={}", file("ca.pem"), file("good.pem"), file("good.key")),
        ];
        fs::write(at.join("hostapd.conf"), lines.join("\n") + "\n")?;
        let mut hostapd = self.beside("hostapd");
        hostapd.arg(at.join("hostapd.conf")).stdout(fs::File::create(at.join("hostapd.log"))?);
        let mut supplicant = self.beside("wpa_supplicant");
        supplicant.args(["-u", "-t"]).env("DBUS_SYSTEM_BUS_ADDRESS", self.bus_address());
        supplicant.stdout(fs::File::create(at.join("supplicant.log"))?);
        for program in [&mut hostapd, &mut supplicant] {
            self.programs.insert(0, Running(program.spawn()?));
        }
        patiently("the wire", || self.nmcli(&["device", "set", WIRE.0, "managed", "yes"])).await?;
        Ok(at.join("ca.pem"))
    }

    /// Whether a connection comes up, which it does only if the other end lets it in.
    ///
    /// # Errors
    /// If nmcli cannot be started.
    pub fn comes_up(&self, uuid: &str) -> Result<bool> {
        let mut nmcli = self.beside("nmcli");
        let up = nmcli.args(["--wait", "60", "connection", "up", "uuid", uuid, "ifname", WIRE.0]).output()?;
        Ok(up.status.success())
    }

    fn nmcli(&self, arguments: &[&str]) -> Result<()> {
        let output = self.beside("nmcli").args(arguments).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// A program in the network of NetworkManager.
    fn beside(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-n", "-m", "-t", &self.manager.to_string(), program]);
        command.env("DBUS_SYSTEM_BUS_ADDRESS", self.bus_address()).stdin(Stdio::null());
        command
    }

    /// Where it keeps its connections.
    #[must_use]
    pub fn connections(&self) -> PathBuf {
        self.folder.path().join("connections")
    }
}

/// Waits until `look` has something to give; why it had not is in the log.
async fn patiently<T>(what: &str, mut look: impl FnMut() -> Result<T>) -> Result<T> {
    until(what, PATIENCE, async || Ok(look().ok())).await
}
