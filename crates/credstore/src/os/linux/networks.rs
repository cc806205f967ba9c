//! Networks that ask for a name (802.1X) and whose password NetworkManager keeps for the whole system. Those that it has
//! kept for the person alone are items of the Secret Service.

use latchkey_api::place::PlaceKind;
use zbus::zvariant::{OwnedValue, Value};

use super::network_manager::{Network, NetworkManager, Settings, described};
use crate::item::{Item, ItemError, Purpose};
use crate::items::{Asking, Items, Listing};
use crate::policy::Policy;
use crate::secret::{self, Stored};

/// The setting of 802.1X, the key of its password, and the key that says who keeps that.
const SETTING: &str = "802-1x";
const PASSWORD: &str = "password";
const PASSWORD_FLAGS: &str = "password-flags";
/// NetworkManager itself keeps it.
const KEPT_BY_SYSTEM: u32 = 0;

/// The networks of the system; connected at the first call.
#[derive(Default)]
pub(super) struct Networks {
    manager: Option<NetworkManager>,
    /// Whether the person may write without a question of the system.
    unasked: bool,
}

impl Networks {
    /// `None` where NetworkManager does not run: then there is no such network.
    fn manager(&mut self) -> Result<Option<&NetworkManager>, ItemError> {
        if self.manager.is_none() {
            let Ok(manager) = NetworkManager::open() else { return Ok(None) };
            if !manager.runs() {
                return Ok(None);
            }
            match manager.may_modify()?.as_str() {
                "yes" => self.unasked = true,
                "auth" => self.unasked = false,
                _ => return Ok(None),
            }
            self.manager = Some(manager);
        }
        Ok(self.manager.as_ref())
    }

    fn there(&mut self) -> Result<&NetworkManager, ItemError> {
        self.manager()?.ok_or(ItemError::Unreachable)
    }
}

impl Items for Networks {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Networks
    }

    fn asks_for_each(&mut self) -> bool {
        matches!(self.manager(), Ok(Some(_))) && !self.unasked
    }

    fn list(&mut self, _policy: &Policy) -> Result<Listing, ItemError> {
        let Some(manager) = self.manager()? else { return Ok(Listing::default()) };
        let items = manager.connections()?.iter().filter_map(item).collect();
        Ok(Listing { items, ..Listing::default() })
    }

    fn describe(&mut self, native: &str, _policy: &Policy) -> Result<Item, ItemError> {
        item(&self.there()?.of(native)?).ok_or(ItemError::Gone)
    }

    fn read(&mut self, native: &str, asking: Asking) -> Result<Stored, ItemError> {
        self.manager()?;
        if asking == Asking::Never && !self.unasked {
            return Err(ItemError::Declined);
        }
        let password = self.there()?.secrets(native, SETTING)?.remove(PASSWORD).ok_or(ItemError::Gone)?;
        let password = String::try_from(password).map_err(|_| ItemError::Refused)?;
        Ok(Stored::from(password.into_bytes()))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), ItemError> {
        let text = std::str::from_utf8(secret::bytes(secret)).map_err(|_| ItemError::Refused)?;
        let password = OwnedValue::try_from(Value::from(text)).map_err(|_| ItemError::Refused)?;
        self.there()?.write(native, password)
    }
}

/// A connection with 802.1X by a password that the system keeps.
fn item(settings: &Settings) -> Option<Item> {
    let ours = settings.get(SETTING)?;
    let flags = ours.get(PASSWORD_FLAGS).and_then(|flags| u32::try_from(flags).ok()).unwrap_or(KEPT_BY_SYSTEM);
    let uuid = <&str>::try_from(settings.get("connection")?.get("uuid")?).ok()?;
    let Network { name, identity, .. } = described(settings);
    // Without an identity it signs in with a certificate or not at all.
    let identity = identity.filter(|_| flags == KEPT_BY_SYSTEM)?;
    Some(Item {
        native: uuid.to_owned(),
        label: name.clone().unwrap_or_default(),
        users: vec![identity.clone()],
        target: name,
        purpose: Purpose::Network { identity: Some(identity) },
        ..Item::default()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn connection(eap: &[(&str, Value<'_>)]) -> Settings {
        let owned = |all: &[(&str, Value<'_>)]| -> HashMap<String, OwnedValue> {
            all.iter().map(|(key, value)| ((*key).to_owned(), value.try_to_owned().unwrap())).collect()
        };
        let general = [("id", Value::from("eduroam")), ("uuid", Value::from("u-1"))];
        HashMap::from([("connection".to_owned(), owned(&general)), (SETTING.to_owned(), owned(eap))])
    }

    #[test]
    fn only_a_password_that_the_system_keeps_for_a_named_person_is_listed() {
        let (identity, kept) =
            (("identity", Value::from("ada@example.edu")), |flags: u32| (PASSWORD_FLAGS, Value::from(flags)));
        let listed = item(&connection(&[identity.clone(), kept(0)])).unwrap();
        assert_eq!((listed.native.as_str(), listed.label.as_str(), listed.users.len()), ("u-1", "eduroam", 1));
        assert!(item(&connection(std::slice::from_ref(&identity))).is_some(), "the system keeps it by default");
        assert!(item(&connection(&[identity.clone(), kept(1)])).is_none(), "an item of the Secret Service");
        assert!(item(&connection(&[identity, kept(2)])).is_none(), "asked for each time");
        assert!(item(&connection(&[kept(0)])).is_none(), "signs in by a certificate");
        assert!(item(&HashMap::new()).is_none());
    }
}
