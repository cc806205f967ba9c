//! Whose name a network or a private network has: an item of NetworkManager's agent says only which connection it
//! belongs to (I9).

use std::collections::HashMap;
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

/// It answers within milliseconds; a workstation without it must not hold anybody up.
const CALL: Duration = Duration::from_secs(3);

const SERVICE: &str = "org.freedesktop.NetworkManager";
const SETTINGS: &str = "/org/freedesktop/NetworkManager/Settings";

type Settings = HashMap<String, HashMap<String, OwnedValue>>;

/// The connections of NetworkManager; asked for the first time when an item needs it.
#[derive(Default)]
pub(super) struct Networks {
    asked: bool,
    bus: Option<Connection>,
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

impl Networks {
    /// The connection with this UUID; `None` where NetworkManager does not run or does not know it.
    pub(super) fn of(&mut self, uuid: &str) -> Option<Network> {
        if !self.asked {
            self.asked = true;
            self.bus = connection::Builder::system().and_then(|bus| bus.method_timeout(CALL).build()).ok();
        }
        let settings = match read(self.bus.as_ref()?, uuid) {
            Ok(settings) => settings,
            // It has answered: this one is not known, and the next one may be.
            Err(zbus::Error::MethodError(name, ..)) if name.as_str().starts_with(SERVICE) => return None,
            Err(_) => {
                // Whoever has not answered once is not waited for again.
                self.bus = None;
                return None;
            }
        };
        Some(described(&settings))
    }
}

fn described(settings: &Settings) -> Network {
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

fn read(bus: &Connection, uuid: &str) -> zbus::Result<Settings> {
    let settings = Proxy::new(bus, SERVICE, SETTINGS, "org.freedesktop.NetworkManager.Settings")?;
    let path: OwnedObjectPath = settings.call("GetConnectionByUuid", &(uuid,))?;
    let connection = Proxy::new(bus, SERVICE, path, "org.freedesktop.NetworkManager.Settings.Connection")?;
    connection.call("GetSettings", &())
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
