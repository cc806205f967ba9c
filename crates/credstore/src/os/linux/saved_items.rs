//! The items of the Secret Service.

use std::collections::HashMap;

use latchkey_api::place::PlaceKind;
use zbus::zvariant::OwnedObjectPath;

use super::attributes::{self, USER};
use super::bus::{self, Bus, COLLECTION_INTERFACE, ITEM_INTERFACE, KEEPASSXC, Properties};
use super::network_manager::NetworkNames;
use super::online_accounts::{OnlineAccount, OnlineAccounts};
use crate::item::{Item, ItemError, Purpose};
use crate::items::{Asking, Items, Listing, Odd};
use crate::policy::Policy;
use crate::secret::{self, Stored};
use crate::tokens::Tokens;

/// The items of the Secret Service; connected at the first call.
#[derive(Default)]
pub(super) struct SavedItems {
    bus: Option<Bus>,
    networks: NetworkNames,
    online_accounts: OnlineAccounts,
}

impl SavedItems {
    pub(super) fn bus(&mut self) -> Result<&Bus, ItemError> {
        let bus = match self.bus.take() {
            Some(bus) => bus,
            None => Bus::open()?,
        };
        Ok(self.bus.insert(bus))
    }

    /// Describes an item from what its store says of it.
    fn described(&mut self, native: &str, properties: &Properties) -> Result<Item, ItemError> {
        let stored = properties.get("Attributes").ok_or(ItemError::Refused)?;
        let stored = stored.try_clone().map_err(|_| ItemError::Refused)?;
        let stored = HashMap::<String, String>::try_from(stored).map_err(|_| ItemError::Refused)?;
        let label = bus::text(properties, "Label").unwrap_or_default();
        let mut item = attributes::described(native, label, &stored);
        item.locked = bus::flag(properties, "Locked").unwrap_or(false);
        self.add_network(&mut item, &stored);
        if let Some(OnlineAccount { users, servers }) =
            attributes::online_account(&stored).and_then(|account| self.online_accounts.of(account))
        {
            item.users.extend(users);
            item.servers.extend(servers);
            item.target = item.servers.first().cloned().or(item.target);
        }
        Ok(item)
    }

    /// Adds what NetworkManager says of the connection that an item belongs to; a key of a device is not asked for.
    fn add_network(&mut self, item: &mut Item, stored: &HashMap<String, String>) {
        if item.purpose == Purpose::FileOrDevice {
            return;
        }
        let Some(known) = attributes::connection(stored).and_then(|uuid| self.networks.of(uuid)) else { return };
        if let Purpose::Network { identity } = &mut item.purpose {
            item.users.extend(known.identity.clone());
            *identity = known.identity;
            item.target = known.name.or(item.target.take());
        } else {
            item.users.extend(known.user);
            item.servers.extend(known.server);
            item.target = item.servers.first().cloned().or(item.target.take());
        }
    }

    /// Lists one collection into `listing`.
    fn list_collection(&mut self, path: &OwnedObjectPath, listing: &mut Listing) -> Result<(), ItemError> {
        let properties = self.bus()?.properties(path.as_str(), COLLECTION_INTERFACE)?;
        if bus::flag(&properties, "Locked").ok_or(ItemError::Refused)? {
            listing.locked = true;
            return Ok(());
        }
        let items = properties.get("Items").and_then(|items| items.try_clone().ok()).ok_or(ItemError::Refused)?;
        let items = Vec::<OwnedObjectPath>::try_from(items).map_err(|_| ItemError::Refused)?;
        for path in items {
            self.list_item(&path, listing)?;
        }
        Ok(())
    }

    /// Lists one item; an odd one is named, and the others go on (I7).
    fn list_item(&mut self, path: &OwnedObjectPath, listing: &mut Listing) -> Result<(), ItemError> {
        let properties = self.bus()?.properties(path.as_str(), ITEM_INTERFACE);
        let described = properties.as_ref().map_err(|error| *error).and_then(|all| self.described(path.as_str(), all));
        match described {
            Ok(item) => {
                listing.locked |= item.locked;
                listing.items.push(item);
            }
            Err(ItemError::Gone) => {}
            Err(ItemError::Unreachable) => return Err(ItemError::Unreachable),
            Err(
                ItemError::Locked
                | ItemError::ItemLocked
                | ItemError::TimedOut
                | ItemError::Declined
                | ItemError::Refused,
            ) => {
                let label = properties.ok().and_then(|all| bus::text(&all, "Label"));
                let last = path.as_str().rsplit('/').next().unwrap_or_default();
                let label = label.filter(|label| !label.is_empty()).unwrap_or_else(|| last.to_owned());
                listing.odd.push(Odd { native: path.to_string(), label });
            }
        }
        Ok(())
    }

    /// Asks for locked items by name, except of KeePassXC, which would put a question to the person (I3).
    fn list_locked(&mut self, policy: &Policy, listing: &mut Listing) -> Result<(), ItemError> {
        let bus = self.bus()?;
        if bus.answers.as_deref() == Some(KEEPASSXC) {
            return Ok(());
        }
        for account in &policy.accounts {
            for attribute in USER {
                for path in bus.locked_items(attribute, account)? {
                    if listing.items.iter().any(|listed| listed.native == path.as_str()) {
                        continue;
                    }
                    let properties = bus.properties(path.as_str(), ITEM_INTERFACE).unwrap_or_default();
                    listing.items.push(Item {
                        native: path.to_string(),
                        label: bus::text(&properties, "Label").unwrap_or_default(),
                        users: vec![account.clone()],
                        locked: true,
                        ..Item::default()
                    });
                }
            }
        }
        Ok(())
    }
}

impl Items for SavedItems {
    fn kind(&self) -> PlaceKind {
        PlaceKind::SecretService
    }

    fn name(&mut self) -> Option<String> {
        let process = self.bus.as_ref()?.answers.as_deref()?;
        Some(match process {
            KEEPASSXC => "KeePassXC".into(),
            // The system shows fifteen characters.
            "gnome-keyring-d" => "GNOME Keyring".into(),
            "ksecretd" | "kwalletd5" | "kwalletd6" => "KWallet".into(),
            "oo7-daemon" => "oo7".into(),
            other => other.into(),
        })
    }

    fn list(&mut self, policy: &Policy) -> Result<Listing, ItemError> {
        let mut listing = Listing::default();
        for collection in self.bus()?.collections()? {
            match self.list_collection(&collection, &mut listing) {
                Ok(()) | Err(ItemError::Gone) => {}
                Err(ItemError::Unreachable) => return Err(ItemError::Unreachable),
                Err(
                    error @ (ItemError::Locked
                    | ItemError::ItemLocked
                    | ItemError::TimedOut
                    | ItemError::Declined
                    | ItemError::Refused),
                ) => listing.error = Some(error),
            }
        }
        if listing.locked {
            self.list_locked(policy, &mut listing)?;
        }
        Ok(listing)
    }

    fn describe(&mut self, native: &str, _policy: &Policy) -> Result<Item, ItemError> {
        let bus = self.bus()?;
        let properties = bus.properties(native, ITEM_INTERFACE)?;
        // A keyring hides the attributes of what is locked, and nothing may be judged without them.
        if bus::flag(&properties, "Locked") != Some(false) && bus.collection_is_locked(native) {
            return Err(ItemError::Locked);
        }
        self.described(native, &properties)
    }

    fn read(&mut self, native: &str, _asking: Asking) -> Result<Stored, ItemError> {
        self.bus()?.with_item(native, |item| item.get_secret().map(Stored::from))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), ItemError> {
        // It was read a moment ago, so that it is open; where it is not any more, the service says so.
        self.bus()?.with_open_item(native, |item| {
            let content_type = item.get_secret_content_type()?;
            let content_type = if content_type.is_empty() { "text/plain" } else { &content_type };
            item.set_secret(secret::bytes(secret), content_type)
        })
    }

    fn unlock_item(&mut self, native: &str) -> Result<(), ItemError> {
        let path = OwnedObjectPath::try_from(native).map_err(|_| ItemError::Gone)?;
        self.bus()?.unlock(&[path])
    }

    fn unlock(&mut self, policy: &Policy) -> Result<(), ItemError> {
        let bus = self.bus()?;
        let is_locked = |path: &OwnedObjectPath| {
            bus.properties(path.as_str(), COLLECTION_INTERFACE).is_ok_and(|all| bus::flag(&all, "Locked") == Some(true))
        };
        let collections: Vec<_> = bus.collections()?.into_iter().filter(is_locked).collect();
        bus.unlock(&collections)?;
        // What an open collection keeps locked is asked for at once, and only as far as it may be the person's (I3).
        let items = self.list(policy)?.items.into_iter();
        let own_lock = items.filter(|item| item.locked && policy.may_be_for(item));
        let own_lock: Vec<_> = own_lock.filter_map(|item| OwnedObjectPath::try_from(item.native).ok()).collect();
        self.bus()?.unlock(&own_lock)
    }

    fn tokens(&mut self) -> Option<&mut dyn Tokens> {
        Some(self)
    }
}
