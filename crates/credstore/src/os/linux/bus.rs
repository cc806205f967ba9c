//! The connection to the Secret Service: every call has a deadline, and each error is sorted into what can be told.
//!
//! The store crate of `keyring` would prompt while searching, write every secret as `application/octet-stream`
//! (KeePassXC then empties the password field and keeps an attachment) and wait for ever; the crate below it does none
//! of that when it is given a connection with a deadline.

use std::collections::HashMap;
use std::sync::mpsc;
use std::time::Duration;
use std::{fs, thread};

use secrecy::{ExposeSecret as _, SecretString};
use secret_service::blocking::{Item as ServiceItem, SecretService};
use secret_service::{EncryptionType, Error};
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::names::BusName;
use zbus::proxy::CacheProperties;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use crate::item::ItemError;

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
pub(super) const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
pub(super) const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
const PROMPT_INTERFACE: &str = "org.freedesktop.Secret.Prompt";

/// For one call on the bus; a keyring answers within milliseconds, one that is being started within two seconds.
const CALL: Duration = Duration::from_secs(10);
/// For somebody to find and type a password; less than the app waits, so that the prompt is taken away first.
const PROMPT: Duration = Duration::from_secs(170);

/// How often a service without any collection is looked at again, and after how long where it says nothing: oo7 takes its
/// name before its keyrings are there.
const LATE_LOOKS: u32 = 40;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// How the system calls KeePassXC's process.
pub(super) const KEEPASSXC: &str = "keepassxc";
/// How it calls that of GNOME Keyring, which is cut after fifteen letters.
pub(super) const GNOME_KEYRING: &str = "gnome-keyring-d";
/// By which a keyring is given another master password without a question; its name is GNOME's own.
const MASTER_INTERFACE: &str = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface";
const WRONG_MASTER: &str = "org.gnome.keyring.Error.Denied";

/// What a prompt says at its end: whether it was dismissed, and a result that differs from prompt to prompt.
type PromptAnswer<'a> = (bool, Value<'a>);

/// The properties of an object, by name.
pub(super) type Properties = HashMap<String, OwnedValue>;

/// A session with the Secret Service.
pub(super) struct Bus {
    connection: Connection,
    service: SecretService<'static>,
    /// The process that answers, as the system calls it.
    pub(super) answers: Option<String>,
}

impl Bus {
    pub(super) fn open() -> Result<Self, ItemError> {
        let connection = connection::Builder::session().and_then(|builder| builder.method_timeout(CALL).build());
        // Whatever goes wrong here, there is nobody to talk to.
        let connection = connection.map_err(|_| ItemError::Unreachable)?;
        let service = SecretService::connect_with_existing(EncryptionType::Dh, connection.clone())
            .map_err(|error| why(&error))?;
        let answers = owner(&connection);
        Ok(Self { connection, service, answers })
    }

    /// Every collection, locked or not.
    ///
    /// Each service has at least the one of the session, but for one that is being started and KeePassXC without an open
    /// database. One that is being started is waited for: until it says that it has made a collection, as the
    /// specification wants it, or until there is one, since oo7 says nothing.
    pub(super) fn collections(&self) -> Result<Vec<OwnedObjectPath>, ItemError> {
        let found = self.collections_now()?;
        if !found.is_empty() || self.answers.as_deref() == Some(KEEPASSXC) {
            return Ok(found);
        }
        let mut made = self
            .object(SERVICE_PATH, SERVICE_INTERFACE)?
            .receive_signal("CollectionCreated")
            .map_err(|error| why_bus(&error))?;
        let (sender, heard) = mpsc::channel();
        // It ends with this process at the latest.
        let waiting = thread::Builder::new()
            .name("collection".into())
            .spawn(move || while made.next().is_some_and(|_| sender.send(()).is_ok()) {});
        waiting.map_err(|_| ItemError::Refused)?;
        for _ in 0..LATE_LOOKS {
            let found = self.collections_now()?;
            if !found.is_empty() {
                return Ok(found);
            }
            let _ = heard.recv_timeout(BETWEEN_LOOKS);
        }
        self.collections_now()
    }

    fn collections_now(&self) -> Result<Vec<OwnedObjectPath>, ItemError> {
        let mut properties = self.properties(SERVICE_PATH, SERVICE_INTERFACE)?;
        let collections = properties.remove("Collections").ok_or(ItemError::Refused)?;
        Vec::try_from(collections).map_err(|_| ItemError::Refused)
    }

    /// All properties of an object in one call.
    pub(super) fn properties(&self, path: &str, interface: &str) -> Result<Properties, ItemError> {
        let object = self.object(path, "org.freedesktop.DBus.Properties")?;
        object.call("GetAll", &(interface,)).map_err(|error| why_bus(&error))
    }

    /// The locked items with this attribute: a keyring keeps hashes of the attributes outside the lock.
    pub(super) fn locked_items(&self, attribute: &str, value: &str) -> Result<Vec<OwnedObjectPath>, ItemError> {
        let service = self.object(SERVICE_PATH, SERVICE_INTERFACE)?;
        let (_, locked): (Vec<OwnedObjectPath>, _) = service
            .call::<_, _, (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>)>(
                "SearchItems",
                &(HashMap::from([(attribute, value)]),),
            )
            .map_err(|error| why_bus(&error))?;
        Ok(locked)
    }

    /// The items of one collection with all of these attributes.
    pub(super) fn items_in(
        &self,
        collection: &OwnedObjectPath,
        attributes: &HashMap<&str, String>,
    ) -> Result<Vec<OwnedObjectPath>, ItemError> {
        let collection = self.object(collection.as_str(), COLLECTION_INTERFACE)?;
        collection.call("SearchItems", &(attributes,)).map_err(|error| why_bus(&error))
    }

    /// Makes an item without a secret, which is written into it afterwards, encrypted on its way as every other one. The
    /// library's own call would show the prompt of a store that wants one.
    pub(super) fn create_empty(
        &self,
        collection: &OwnedObjectPath,
        label: &str,
        attributes: &HashMap<&str, String>,
    ) -> Result<OwnedObjectPath, ItemError> {
        let session = self.plain_session()?;
        let properties = HashMap::from([
            ("org.freedesktop.Secret.Item.Label", Value::from(label)),
            ("org.freedesktop.Secret.Item.Attributes", Value::from(attributes.clone())),
        ]);
        let nothing = (session, Vec::<u8>::new(), Vec::<u8>::new(), "text/plain");
        let collection = self.object(collection.as_str(), COLLECTION_INTERFACE)?;
        let (item, prompt): (OwnedObjectPath, OwnedObjectPath) =
            collection.call("CreateItem", &(properties, nothing, false)).map_err(|error| why_bus(&error))?;
        self.unprompted(&prompt)?;
        Ok(item)
    }

    /// Gives a collection another master password; `false` where `from` does not open it, and then nothing has changed.
    ///
    /// The passwords cross the session bus as they are: the daemon takes no others here.
    pub(super) fn change_master(&self, path: &str, from: &SecretString, to: &SecretString) -> Result<bool, ItemError> {
        let session = self.plain_session()?;
        let secret = |text: &SecretString| {
            (session.clone(), Vec::<u8>::new(), text.expose_secret().as_bytes().to_vec(), "text/plain")
        };
        let path = ObjectPath::try_from(path).map_err(|_| ItemError::Gone)?;
        let service = self.object(SERVICE_PATH, MASTER_INTERFACE)?;
        match service.call::<_, _, ()>("ChangeWithMasterPassword", &(path, secret(from), secret(to))) {
            Ok(()) => Ok(true),
            Err(zbus::Error::MethodError(name, ..)) if name.as_str() == WRONG_MASTER => Ok(false),
            Err(error) => Err(why_bus(&error)),
        }
    }

    /// A session in which secrets are not encrypted once more.
    fn plain_session(&self) -> Result<OwnedObjectPath, ItemError> {
        let service = self.object(SERVICE_PATH, SERVICE_INTERFACE)?;
        let (_, session): (OwnedValue, OwnedObjectPath) =
            service.call("OpenSession", &("plain", Value::from(""))).map_err(|error| why_bus(&error))?;
        Ok(session)
    }

    /// Removes an item, where its store does that without a question.
    pub(super) fn delete(&self, item: &OwnedObjectPath) -> Result<(), ItemError> {
        let item = self.object(item.as_str(), ITEM_INTERFACE)?;
        let prompt: OwnedObjectPath = item.call("Delete", &()).map_err(|error| why_bus(&error))?;
        self.unprompted(&prompt)
    }

    /// Dismisses the prompt that a store wants to show, if it wants one.
    fn unprompted(&self, prompt: &OwnedObjectPath) -> Result<(), ItemError> {
        if prompt.as_str() == "/" {
            return Ok(());
        }
        let prompt = self.object(prompt.as_str(), PROMPT_INTERFACE)?;
        prompt.call::<_, _, ()>("Dismiss", &()).map_err(|error| why_bus(&error))?;
        Err(ItemError::Declined)
    }

    /// The collection of this alias.
    pub(super) fn alias(&self, alias: &str) -> Result<Option<OwnedObjectPath>, ItemError> {
        let service = self.object(SERVICE_PATH, SERVICE_INTERFACE)?;
        let path: OwnedObjectPath = service.call("ReadAlias", &(alias,)).map_err(|error| why_bus(&error))?;
        Ok((path.as_str() != "/").then_some(path))
    }

    /// Does `call` with an item whose lock is open.
    pub(super) fn with_item<T>(
        &self,
        native: &str,
        call: impl Fn(&ServiceItem<'_>) -> Result<T, Error>,
    ) -> Result<T, ItemError> {
        self.with_open_item(native, |item| item.ensure_unlocked().and_then(|()| call(item)))
    }

    /// The same without the question whether it is open: a write is refused where it is not.
    pub(super) fn with_open_item<T>(
        &self,
        native: &str,
        call: impl Fn(&ServiceItem<'_>) -> Result<T, Error>,
    ) -> Result<T, ItemError> {
        let path = OwnedObjectPath::try_from(native).map_err(|_| ItemError::Gone)?;
        let item = self.service.get_item_by_path(path).map_err(|error| why(&error))?;
        call(&item).map_err(|error| match why(&error) {
            ItemError::Locked if !self.collection_is_locked(native) => ItemError::ItemLocked,
            other => other,
        })
    }

    /// Whether the collection that an item lies in is locked, and not the item alone.
    pub(super) fn collection_is_locked(&self, native: &str) -> bool {
        let Some((collection, _)) = native.rsplit_once('/') else { return true };
        let properties = self.properties(collection, COLLECTION_INTERFACE);
        // Where that cannot be told, a lock is the place's.
        properties.ok().and_then(|all| flag(&all, "Locked")).unwrap_or(true)
    }

    /// Asks to unlock these, and waits until the prompt is answered, if one is wanted.
    pub(super) fn unlock(&self, locked: &[OwnedObjectPath]) -> Result<(), ItemError> {
        if locked.is_empty() {
            return Ok(());
        }
        let service = self.object(SERVICE_PATH, SERVICE_INTERFACE)?;
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            service.call("Unlock", &(locked,)).map_err(|error| why_bus(&error))?;
        if prompt.as_str() == "/" {
            return Ok(());
        }
        if self.await_prompt(&prompt)? { Ok(()) } else { Err(ItemError::Declined) }
    }

    /// Shows a prompt and waits until it is answered; `false` if the person closed it or did not come.
    fn await_prompt(&self, path: &ObjectPath<'_>) -> Result<bool, ItemError> {
        let prompt = self.object(path.as_str(), PROMPT_INTERFACE)?;
        let mut answers = prompt.receive_signal("Completed").map_err(|error| why_bus(&error))?;
        let (sender, answered) = mpsc::channel();
        // A signal cannot be awaited with a deadline; whoever waits here ends with the prompt, or with the process.
        thread::Builder::new()
            .name("prompt".into())
            .spawn(move || {
                let dismissed = answers.next().and_then(|signal| {
                    signal.body().deserialize::<PromptAnswer<'_>>().ok().map(|(dismissed, _)| dismissed)
                });
                let _ = sender.send(dismissed);
            })
            .map_err(|_| ItemError::Refused)?;
        prompt.call::<_, _, ()>("Prompt", &("",)).map_err(|error| match why_bus(&error) {
            // oo7 says so itself where there is nobody to show it; GNOME Keyring counts it as closed.
            ItemError::Refused => ItemError::Declined,
            other => other,
        })?;
        match answered.recv_timeout(PROMPT) {
            Ok(dismissed) => Ok(dismissed == Some(false)),
            Err(_) => {
                prompt.call::<_, _, ()>("Dismiss", &()).map_err(|error| why_bus(&error))?;
                Ok(false)
            }
        }
    }

    fn object(&self, path: &str, interface: &str) -> Result<Proxy<'static>, ItemError> {
        let build = || {
            zbus::blocking::proxy::Builder::new(&self.connection)
                .destination(SERVICE)?
                .path(path.to_owned())?
                .interface(interface.to_owned())?
                .cache_properties(CacheProperties::No)
                .build()
        };
        build().map_err(|error: zbus::Error| why_bus(&error))
    }
}

/// A property that is true or false.
pub(super) fn flag(properties: &Properties, name: &str) -> Option<bool> {
    properties.get(name).and_then(|value| bool::try_from(value).ok())
}

/// A property that is a text.
pub(super) fn text(properties: &Properties, name: &str) -> Option<String> {
    properties.get(name).and_then(|value| <&str>::try_from(value).ok()).map(str::to_owned)
}

/// The process that owns the name of the Secret Service, by the name that the system shows.
fn owner(connection: &Connection) -> Option<String> {
    let bus = DBusProxy::new(connection).ok()?;
    let process = bus.get_connection_unix_process_id(BusName::try_from(SERVICE).ok()?).ok()?;
    let name = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// Sorts an error of the service or of the library into what a person can be told.
fn why(error: &Error) -> ItemError {
    match error {
        Error::Locked => ItemError::Locked,
        Error::NoResult => ItemError::Gone,
        Error::Prompt | Error::PromptDisconnected => ItemError::Declined,
        Error::Unavailable => ItemError::Unreachable,
        Error::Zbus(error) => why_bus(error),
        Error::ZbusFdo(zbus::fdo::Error::ZBus(error)) => why_bus(error),
        Error::ZbusFdo(error) => why_named(zbus::DBusError::name(error).as_str()),
        Error::Crypto(_) | Error::Zvariant(_) => ItemError::Refused,
        _ => ItemError::Refused,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a library's list of errors; the rest of it are refusals")]
fn why_bus(error: &zbus::Error) -> ItemError {
    match error {
        zbus::Error::MethodError(name, _, _) => why_named(name.as_str()),
        zbus::Error::FDO(error) => why_named(zbus::DBusError::name(error.as_ref()).as_str()),
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => ItemError::TimedOut,
        zbus::Error::InputOutput(_) | zbus::Error::Handshake(_) => ItemError::Unreachable,
        _ => ItemError::Refused,
    }
}

fn why_named(name: &str) -> ItemError {
    match name {
        "org.freedesktop.Secret.Error.IsLocked" => ItemError::Locked,
        "org.freedesktop.Secret.Error.NoSuchObject"
        | "org.freedesktop.DBus.Error.UnknownObject"
        | "org.freedesktop.DBus.Error.UnknownMethod" => ItemError::Gone,
        "org.freedesktop.DBus.Error.ServiceUnknown"
        | "org.freedesktop.DBus.Error.NameHasNoOwner"
        | "org.freedesktop.DBus.Error.NoServer"
        | "org.freedesktop.DBus.Error.Disconnected"
        | "org.freedesktop.Secret.Error.NoSession"
        | "org.freedesktop.DBus.Error.Spawn.ChildExited"
        | "org.freedesktop.DBus.Error.Spawn.ExecFailed" => ItemError::Unreachable,
        "org.freedesktop.DBus.Error.NoReply"
        | "org.freedesktop.DBus.Error.TimedOut"
        | "org.freedesktop.DBus.Error.Timeout" => ItemError::TimedOut,
        _ => ItemError::Refused,
    }
}
