//! Items of a keyring, saved and changed by the fewest calls that do it: what the place program is measured beside.

use std::collections::HashMap;

use anyhow::Result;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

const SERVICE: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";
const ITEM: &str = "org.freedesktop.Secret.Item";

/// A secret on the bus: its session, parameters, value and type.
type Secret = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// A connection to the keyring of a session, unencrypted.
pub struct RawKeyring {
    connection: Connection,
    session: OwnedObjectPath,
}

impl RawKeyring {
    /// Connects to the keyring on this bus.
    ///
    /// # Errors
    /// If nobody answers there.
    pub fn open(address: &str) -> Result<Self> {
        let connection = connection::Builder::address(address)?.build()?;
        let service = Proxy::new(&connection, SERVICE, PATH, "org.freedesktop.Secret.Service")?;
        let (_, session): (OwnedValue, OwnedObjectPath) = service.call("OpenSession", &("plain", Value::from("")))?;
        drop(service);
        Ok(Self { connection, session })
    }

    /// Saves so many items of one person, each for a server of its own.
    ///
    /// # Errors
    /// If the keyring is locked or refuses.
    pub fn fill(&self, many: usize, password: &str) -> Result<Vec<OwnedObjectPath>> {
        let service = Proxy::new(&self.connection, SERVICE, PATH, "org.freedesktop.Secret.Service")?;
        let login: OwnedObjectPath = service.call("ReadAlias", &("default",))?;
        let login = Proxy::new(&self.connection, SERVICE, login, "org.freedesktop.Secret.Collection")?;
        let item = |number: usize| {
            let server = format!("server{number}.example.edu");
            let attributes = HashMap::from([("server", server.as_str()), ("user", "ada")]);
            let properties = HashMap::from([
                ("org.freedesktop.Secret.Item.Label", Value::from(server.as_str())),
                ("org.freedesktop.Secret.Item.Attributes", Value::from(attributes)),
            ]);
            let made: (OwnedObjectPath, OwnedObjectPath) =
                login.call("CreateItem", &(properties, self.secret(password), false))?;
            Ok(made.0)
        };
        (0..many).map(item).collect()
    }

    /// Describes each of these items, reads it, writes a new secret into it and reads that again.
    ///
    /// # Errors
    /// If one of them cannot be changed.
    pub fn change(&self, items: &[OwnedObjectPath], password: &str) -> Result<()> {
        for item in items {
            let about = Proxy::new(&self.connection, SERVICE, item, "org.freedesktop.DBus.Properties")?;
            let _: HashMap<String, OwnedValue> = about.call("GetAll", &(ITEM,))?;
            let item = Proxy::new(&self.connection, SERVICE, item, ITEM)?;
            let _: (Secret,) = item.call("GetSecret", &(&self.session,))?;
            item.call::<_, _, ()>("SetSecret", &(self.secret(password),))?;
            let ((_, _, kept, _),): (Secret,) = item.call("GetSecret", &(&self.session,))?;
            anyhow::ensure!(kept == password.as_bytes(), "it was not kept");
        }
        Ok(())
    }

    fn secret(&self, password: &str) -> Secret {
        (self.session.clone(), Vec::new(), password.as_bytes().to_vec(), "text/plain".to_owned())
    }
}
