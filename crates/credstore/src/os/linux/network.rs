//! Whose name a network has: an item of NetworkManager's agent says only which connection it belongs to (I9).

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
pub(super) struct Network {
    pub(super) name: Option<String>,
    pub(super) identity: Option<String>,
}

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
        let text = |setting: &str, key: &str| {
            let value = settings.get(setting)?.get(key)?;
            <&str>::try_from(value).ok().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Some(Network { name: text("connection", "id"), identity: text("802-1x", "identity") })
    }
}

fn read(bus: &Connection, uuid: &str) -> zbus::Result<Settings> {
    let settings = Proxy::new(bus, SERVICE, SETTINGS, "org.freedesktop.NetworkManager.Settings")?;
    let path: OwnedObjectPath = settings.call("GetConnectionByUuid", &(uuid,))?;
    let connection = Proxy::new(bus, SERVICE, path, "org.freedesktop.NetworkManager.Settings.Connection")?;
    connection.call("GetSettings", &())
}
