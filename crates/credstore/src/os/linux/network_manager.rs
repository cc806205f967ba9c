//! NetworkManager: which connections there are, whose name one has, and the passwords that it keeps for the whole system
//! (I9).

use std::collections::HashMap;
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::item::ItemError;

/// It answers within milliseconds; a workstation without it must not hold anybody up.
const CALL: Duration = Duration::from_secs(3);

const SERVICE: &str = "org.freedesktop.NetworkManager";
const MANAGER: &str = "/org/freedesktop/NetworkManager";
const SETTINGS: &str = "/org/freedesktop/NetworkManager/Settings";
const CONNECTION_INTERFACE: &str = "org.freedesktop.NetworkManager.Settings.Connection";

/// The settings of a connection, by name, each with its keys.
pub(super) type Settings = HashMap<String, HashMap<String, OwnedValue>>;

/// The settings in which a connection may have secrets.
const WITH_SECRETS: [&str; 11] = [
    "802-1x",
    "802-11-wireless-security",
    "adsl",
    "bluetooth",
    "cdma",
    "gsm",
    "macsec",
    "ppp",
    "pppoe",
    "vpn",
    "wireguard",
];

/// NetworkManager on the bus of the system.
pub(super) struct NetworkManager {
    bus: Connection,
}

impl NetworkManager {
    pub(super) fn open() -> Result<Self, ItemError> {
        let bus = connection::Builder::system().and_then(|bus| bus.method_timeout(CALL).build());
        Ok(Self { bus: bus.map_err(|_| ItemError::Unreachable)? })
    }

    /// Whether it runs; asking it starts nobody.
    pub(super) fn runs(&self) -> bool {
        let bus = zbus::blocking::fdo::DBusProxy::new(&self.bus);
        let name = zbus::names::BusName::try_from(SERVICE);
        bus.ok().zip(name.ok()).is_some_and(|(bus, name)| bus.name_has_owner(name).unwrap_or(false))
    }

    /// What the person may do with the connections of the system: `yes`, `auth` (after a question) or `no`.
    pub(super) fn may_modify(&self) -> Result<String, ItemError> {
        let manager = Proxy::new(&self.bus, SERVICE, MANAGER, SERVICE).map_err(|error| why(&error))?;
        let all: HashMap<String, String> = manager.call("GetPermissions", &()).map_err(|error| why(&error))?;
        Ok(all.get("org.freedesktop.NetworkManager.settings.modify.system").cloned().unwrap_or_default())
    }

    /// Every connection that the person may see.
    pub(super) fn connections(&self) -> Result<Vec<Settings>, ItemError> {
        let settings = self.settings().map_err(|error| why(&error))?;
        let paths: Vec<OwnedObjectPath> = settings.call("ListConnections", &()).map_err(|error| why(&error))?;
        // One that was removed in between is no reason to miss the others.
        Ok(paths.into_iter().filter_map(|path| self.connection(path).ok()?.call("GetSettings", &()).ok()).collect())
    }

    pub(super) fn of(&self, uuid: &str) -> Result<Settings, ItemError> {
        self.by_uuid(uuid).and_then(|connection| connection.call("GetSettings", &())).map_err(|error| why(&error))
    }

    /// The secrets of one setting.
    pub(super) fn secrets(&self, uuid: &str, setting: &str) -> Result<HashMap<String, OwnedValue>, ItemError> {
        let connection = self.by_uuid(uuid).map_err(|error| why(&error))?;
        let mut secrets: Settings = connection.call("GetSecrets", &(setting,)).map_err(|error| why(&error))?;
        Ok(secrets.remove(setting).unwrap_or_default())
    }

    /// Puts `password` into a connection. What it replaces everything else with is what is there: an update without the
    /// other secrets would lose them.
    pub(super) fn write(&self, uuid: &str, password: OwnedValue) -> Result<(), ItemError> {
        let mut settings = self.of(uuid)?;
        for name in WITH_SECRETS {
            let Some(setting) = settings.get_mut(name) else { continue };
            for (key, secret) in self.secrets(uuid, name)? {
                // One that the system does not keep is its agent's affair.
                let flags = setting.get(&format!("{key}-flags")).and_then(|flags| u32::try_from(flags).ok());
                if flags.unwrap_or_default() == 0 {
                    setting.insert(key, secret);
                }
            }
        }
        settings.get_mut("802-1x").ok_or(ItemError::Gone)?.insert("password".to_owned(), password);
        let connection = self.by_uuid(uuid).map_err(|error| why(&error))?;
        let nothing = HashMap::<&str, OwnedValue>::new();
        connection
            .call::<_, _, HashMap<String, OwnedValue>>("Update2", &(settings, 0_u32, nothing))
            .map_err(|error| why(&error))?;
        Ok(())
    }

    fn settings(&self) -> zbus::Result<Proxy<'_>> {
        Proxy::new(&self.bus, SERVICE, SETTINGS, "org.freedesktop.NetworkManager.Settings")
    }

    fn by_uuid(&self, uuid: &str) -> zbus::Result<Proxy<'_>> {
        let path: OwnedObjectPath = self.settings()?.call("GetConnectionByUuid", &(uuid,))?;
        self.connection(path)
    }

    fn connection(&self, path: OwnedObjectPath) -> zbus::Result<Proxy<'_>> {
        Proxy::new(&self.bus, SERVICE, path, CONNECTION_INTERFACE)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's list of errors; the rest of it are refusals")]
fn why(error: &zbus::Error) -> ItemError {
    match error {
        zbus::Error::MethodError(name, ..) => match name.as_str() {
            "org.freedesktop.NetworkManager.Settings.InvalidConnection"
            | "org.freedesktop.DBus.Error.UnknownMethod"
            | "org.freedesktop.DBus.Error.UnknownObject" => ItemError::Gone,
            "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
                ItemError::Unreachable
            }
            "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.TimedOut" => ItemError::TimedOut,
            _ => ItemError::Refused,
        },
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => ItemError::TimedOut,
        zbus::Error::InputOutput(_) | zbus::Error::Handshake(_) => ItemError::Unreachable,
        _ => ItemError::Refused,
    }
}

/// The names of connections; NetworkManager is asked for the first time when an item needs it.
#[derive(Default)]
pub(super) struct NetworkNames {
    asked: bool,
    manager: Option<NetworkManager>,
}

/// What NetworkManager says of one connection.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) name: Option<String>,
    /// By which it signs in to a network (802.1X).
    pub(super) identity: Option<String>,
    /// By which it signs in to a private network (VPN).
    pub(super) user: Option<String>,
    pub(super) server: Option<String>,
}

/// Under which names the plug-ins for private networks keep who signs in.
const VPN_USER: [&str; 4] = ["username", "user", "Xauth username", "user-name"];
/// And where to.
const VPN_SERVER: [&str; 5] = ["remote", "gateway", "IPSec gateway", "address", "right"];

impl NetworkNames {
    /// The connection with this UUID; `None` where NetworkManager does not run or does not know it.
    pub(super) fn of(&mut self, uuid: &str) -> Option<Network> {
        if !self.asked {
            self.asked = true;
            self.manager = NetworkManager::open().ok();
        }
        match self.manager.as_ref()?.of(uuid) {
            Ok(settings) => Some(described(&settings)),
            // It has answered: this one is not known, and the next one may be.
            Err(ItemError::Gone | ItemError::Refused) => None,
            Err(_) => {
                // Whoever has not answered once is not waited for again.
                self.manager = None;
                None
            }
        }
    }
}

pub(super) fn described(settings: &Settings) -> Network {
    let text = |setting: &str, key: &str| {
        let value = settings.get(setting)?.get(key)?;
        <&str>::try_from(value).ok().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let data = settings.get("vpn").and_then(|vpn| vpn.get("data")?.try_clone().ok());
    let data = data.and_then(|data| HashMap::<String, String>::try_from(data).ok()).unwrap_or_default();
    let of_data =
        |names: &[&str]| names.iter().find_map(|name| data.get(*name).filter(|text| !text.is_empty()).cloned());
    Network {
        name: text("connection", "id"),
        identity: text("802-1x", "identity"),
        user: of_data(&VPN_USER).or_else(|| text("vpn", "user-name")),
        server: of_data(&VPN_SERVER),
    }
}

#[cfg(test)]
mod tests {
    use zbus::zvariant::Value;

    use super::*;

    // I9
    #[test]
    fn a_private_network_has_user_and_server_in_the_words_of_its_plug_in() {
        for (data, user, server) in [
            (&[("remote", "vpn.example.edu:1194"), ("username", "ada")][..], Some("ada"), Some("vpn.example.edu:1194")),
            (&[("IPSec gateway", "vpn.example.edu"), ("Xauth username", "ada")], Some("ada"), Some("vpn.example.edu")),
            (
                &[("gateway", "vpn.example.edu"), ("user", "EXAMPLE\\ada")],
                Some("EXAMPLE\\ada"),
                Some("vpn.example.edu"),
            ),
            (&[("gateway", "vpn.example.edu"), ("username", "")], None, Some("vpn.example.edu")),
            (&[], None, None),
        ] {
            let data: HashMap<String, String> =
                data.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
            let vpn = HashMap::from([("data".to_owned(), Value::from(data).try_into_owned().unwrap())]);
            let network = described(&HashMap::from([("vpn".to_owned(), vpn)]));
            assert_eq!((network.user.as_deref(), network.server.as_deref()), (user, server));
        }
    }
}
