//! Linux: whatever answers as `org.freedesktop.secrets` (GNOME Keyring, KWallet, KeePassXC, oo7).
//!
//! The store crate of `keyring` would prompt while searching, write every secret as `application/octet-stream` (KeePassXC
//! then empties the password field and keeps an attachment) and wait for ever; the crate below it does none of that
//! when it is given a connection with a deadline.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use secret_service::blocking::{Item as ServiceItem, SecretService};
use secret_service::{EncryptionType, Error};
use zbus::blocking::{Connection, Proxy, connection};
use zbus::zvariant::{ObjectPath, OwnedObjectPath, Value};

use crate::copy::{Looking, PlaceKind};
use crate::items::{Asking, Item, ItemPlace, Items, Listing};
use crate::place::{Place, PlaceError};
use crate::secret::{self, Stored};

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const PROMPT_INTERFACE: &str = "org.freedesktop.Secret.Prompt";

/// For one call on the bus; a keyring answers within milliseconds, one that is being started within two seconds.
const CALL: Duration = Duration::from_secs(10);
/// For somebody to find and type a password; less than the asker waits, so that the prompt is taken away first.
const PROMPT: Duration = Duration::from_secs(170);

/// Attributes in which programs save a user name, the most telling first.
const USER: [&str; 10] =
    ["user", "username", "account", "login", "username_value", "user_name", "email", "acct", "userid", "identity"];
/// Attributes by which a person recognises what an entry is for, the most telling first.
const TARGET: [&str; 11] = [
    "server",
    "host",
    "hostname",
    "url",
    "uri",
    "signon_realm",
    "action_url",
    "domain",
    "service",
    "application",
    "setting-name",
];

pub(super) fn places() -> Vec<Box<dyn Place>> {
    vec![Box::new(ItemPlace(SavedItems::new(Bus::OfSession)))]
}

/// The Secret Service on the bus at `address`, instead of the one the environment names.
#[must_use]
pub fn secret_service_at(address: impl Into<String>) -> Box<dyn Place> {
    Box::new(ItemPlace(SavedItems::new(Bus::At(address.into()))))
}

#[derive(Debug, Clone)]
enum Bus {
    OfSession,
    At(String),
}

/// What a prompt says at its end: whether it was dismissed, and a result that differs from prompt to prompt.
type PromptAnswer<'a> = (bool, Value<'a>);

/// The items of the Secret Service; connected at the first call and again after a failure.
struct SavedItems {
    bus: Bus,
    connected: Option<Connected>,
}

struct Connected {
    connection: Connection,
    service: SecretService<'static>,
}

impl SavedItems {
    fn new(bus: Bus) -> Self {
        Self { bus, connected: None }
    }

    /// Does `call` on the connection, and once more on a new one if the keyring was started anew meanwhile.
    fn with<T>(&mut self, call: impl Fn(&Connected) -> Result<T, Error>) -> Result<T, PlaceError> {
        if let Some(connected) = &self.connected {
            match call(connected).map_err(|error| why(&error)) {
                // It does not know our session any more, or is not there.
                Err(PlaceError::Unreachable) => self.connected = None,
                // Whatever comes late belongs to nobody.
                Err(PlaceError::TimedOut) => {
                    self.connected = None;
                    return Err(PlaceError::TimedOut);
                }
                answer => return answer,
            }
        }
        let connected = Connected::open(&self.bus).map_err(|error| why(&error))?;
        let answer = call(&connected).map_err(|error| why(&error));
        self.connected = Some(connected);
        answer
    }
}

impl Items for SavedItems {
    fn kind(&self) -> PlaceKind {
        PlaceKind::SecretService
    }

    fn list(&mut self, looking: &Looking) -> Result<Listing, PlaceError> {
        self.with(|connected| connected.list(looking))
    }

    fn describe(&mut self, native: &str, looking: &Looking) -> Result<Item, PlaceError> {
        self.with(|connected| {
            let item = connected.item(native)?;
            item.ensure_unlocked()?;
            described(&item, looking)
        })
    }

    fn read(&mut self, native: &str, _asking: Asking) -> Result<Stored, PlaceError> {
        self.with(|connected| {
            let item = connected.item(native)?;
            item.ensure_unlocked()?;
            Ok(Stored::from(item.get_secret()?))
        })
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), PlaceError> {
        self.with(|connected| {
            let item = connected.item(native)?;
            item.ensure_unlocked()?;
            let content_type = item.get_secret_content_type()?;
            let content_type = if content_type.is_empty() { "text/plain" } else { &content_type };
            item.set_secret(secret::bytes(secret), content_type)
        })
    }

    fn unlock(&mut self) -> Result<(), PlaceError> {
        let prompt = self.with(Connected::ask_to_unlock)?;
        let Some(prompt) = prompt else { return Ok(()) };
        let answer = self.with(|connected| connected.await_prompt(&prompt))?;
        if answer { Ok(()) } else { Err(PlaceError::Declined) }
    }
}

impl Connected {
    fn open(bus: &Bus) -> Result<Self, Error> {
        let builder = match bus {
            Bus::OfSession => connection::Builder::session(),
            Bus::At(address) => connection::Builder::address(address.as_str()),
        };
        // Whatever goes wrong here, there is nobody to talk to.
        let connection = builder.and_then(|builder| builder.method_timeout(CALL).build());
        let connection = connection.map_err(|error| {
            tracing::info!(%error, "no session bus");
            Error::Unavailable
        })?;
        let service = SecretService::connect_with_existing(EncryptionType::Dh, connection.clone())?;
        Ok(Self { connection, service })
    }

    fn item(&self, native: &str) -> Result<ServiceItem<'_>, Error> {
        let path = OwnedObjectPath::try_from(native).map_err(|_| Error::NoResult)?;
        self.service.get_item_by_path(path)
    }

    fn list(&self, looking: &Looking) -> Result<Listing, Error> {
        let mut listing = Listing::default();
        for collection in self.service.get_all_collections()? {
            if collection.is_locked()? {
                listing.locked = true;
                continue;
            }
            for item in collection.get_all_items()? {
                match described(&item, looking) {
                    Ok(item) => listing.items.push(item),
                    Err(error) if why(&error) == PlaceError::Gone => {}
                    Err(error) => return Err(error),
                }
            }
        }
        if listing.locked {
            self.list_locked(looking, &mut listing)?;
        }
        Ok(listing)
    }

    /// Asks for locked items by name: a keyring keeps hashes of the attributes outside the lock, and does not prompt.
    fn list_locked(&self, looking: &Looking, listing: &mut Listing) -> Result<(), Error> {
        for account in &looking.accounts {
            for attribute in USER {
                for item in self.service.search_items(HashMap::from([(attribute, account.as_str())]))?.locked {
                    let native = item.item_path.to_string();
                    if listing.items.iter().all(|listed| listed.native != native) {
                        listing.items.push(Item {
                            native,
                            label: item.get_label().unwrap_or_default(),
                            user: Some(account.clone()),
                            target: None,
                            locked: true,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// Asks to unlock every locked collection; the prompt to show, if one is wanted.
    fn ask_to_unlock(&self) -> Result<Option<OwnedObjectPath>, Error> {
        let mut locked = Vec::new();
        for collection in self.service.get_all_collections()? {
            if collection.is_locked()? {
                locked.push(collection.collection_path.clone());
            }
        }
        if locked.is_empty() {
            return Ok(None);
        }
        let service = Proxy::new(&self.connection, SERVICE, SERVICE_PATH, SERVICE_INTERFACE)?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = service.call("Unlock", &(locked,))?;
        Ok((prompt.as_str() != "/").then_some(prompt))
    }

    /// Shows a prompt and waits until it is answered; `false` if the person closed it or did not come.
    fn await_prompt(&self, path: &ObjectPath<'_>) -> Result<bool, Error> {
        let prompt = Proxy::new(&self.connection, SERVICE, path.to_owned(), PROMPT_INTERFACE)?;
        let mut answers = prompt.receive_signal("Completed")?;
        let (sender, answered) = mpsc::channel();
        // A signal cannot be awaited with a deadline; whoever waits here ends with the prompt, or with the connection.
        thread::Builder::new()
            .name("keyring prompt".into())
            .spawn(move || {
                let dismissed = answers.next().and_then(|signal| {
                    signal.body().deserialize::<PromptAnswer<'_>>().ok().map(|(dismissed, _)| dismissed)
                });
                let _ = sender.send(dismissed);
            })
            .map_err(|_| Error::Unavailable)?;
        prompt.call::<_, _, ()>("Prompt", &("",))?;
        match answered.recv_timeout(PROMPT) {
            Ok(dismissed) => Ok(dismissed == Some(false)),
            Err(_) => {
                prompt.call::<_, _, ()>("Dismiss", &())?;
                Ok(false)
            }
        }
    }
}

fn described(item: &ServiceItem<'_>, looking: &Looking) -> Result<Item, Error> {
    let attributes = item.get_attributes()?;
    let value = |key: &str| attributes.get(key).filter(|value| !value.is_empty());
    // A person's name in any of the attributes counts before another one in the first.
    let user = USER.iter().filter_map(|key| value(key)).find(|user| looking.names(user));
    let user = user.or_else(|| USER.iter().find_map(|key| value(key)));
    Ok(Item {
        native: item.item_path.to_string(),
        label: item.get_label()?,
        user: user.cloned(),
        target: TARGET.iter().find_map(|key| value(key)).cloned(),
        locked: false,
    })
}

/// Sorts an error of the bus, of the service or of the library into what a person can be told.
fn why(error: &Error) -> PlaceError {
    match error {
        Error::Locked => PlaceError::Locked,
        Error::NoResult => PlaceError::Gone,
        Error::Prompt | Error::PromptDisconnected => PlaceError::Declined,
        Error::Unavailable => PlaceError::Unreachable,
        Error::Zbus(error) => why_bus(error),
        Error::ZbusFdo(zbus::fdo::Error::ZBus(error)) => why_bus(error),
        Error::ZbusFdo(error) => why_named(zbus::DBusError::name(error).as_str()),
        Error::Crypto(_) | Error::Zvariant(_) => PlaceError::Refused,
        _ => PlaceError::Refused,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's list of errors; the rest of it are refusals")]
fn why_bus(error: &zbus::Error) -> PlaceError {
    match error {
        zbus::Error::MethodError(name, _, _) => why_named(name.as_str()),
        zbus::Error::FDO(error) => why_named(zbus::DBusError::name(error.as_ref()).as_str()),
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => PlaceError::TimedOut,
        zbus::Error::InputOutput(_) | zbus::Error::Handshake(_) => PlaceError::Unreachable,
        _ => PlaceError::Refused,
    }
}

fn why_named(name: &str) -> PlaceError {
    match name {
        "org.freedesktop.Secret.Error.IsLocked" => PlaceError::Locked,
        "org.freedesktop.Secret.Error.NoSuchObject"
        | "org.freedesktop.DBus.Error.UnknownObject"
        | "org.freedesktop.DBus.Error.UnknownMethod" => PlaceError::Gone,
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.NoServer"
        | "org.freedesktop.DBus.Error.Disconnected"
        | "org.freedesktop.Secret.Error.NoSession"
        | "org.freedesktop.DBus.Error.Spawn.ChildExited"
        | "org.freedesktop.DBus.Error.Spawn.ExecFailed" => PlaceError::Unreachable,
        "org.freedesktop.DBus.Error.NoReply"
        | "org.freedesktop.DBus.Error.TimedOut"
        | "org.freedesktop.DBus.Error.Timeout" => PlaceError::TimedOut,
        _ => PlaceError::Refused,
    }
}
