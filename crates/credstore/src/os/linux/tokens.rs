//! The token of the workstation in the default collection of the Secret Service, and only while that is open.
//!
//! Every store may answer a call with a prompt that it wants to show: such a prompt is dismissed unseen, and then
//! nothing is kept.

use std::collections::HashMap;

use zbus::zvariant::OwnedObjectPath;

use super::bus::{self, Bus, COLLECTION_INTERFACE};
use super::saved_items::SavedItems;
use crate::item::ItemError;
use crate::protocol::TokenOf;
use crate::secret::{self, Stored};
use crate::tokens::{self, LABEL, Tokens};

/// The schema of the item; what has it is never a copy of a password (`attributes.rs`).
const SCHEMA: &str = "app.latchkey.DeviceToken";

impl Tokens for SavedItems {
    fn token(&mut self, of: &TokenOf) -> Result<Option<Stored>, ItemError> {
        let bus = self.bus()?;
        let found = found(bus, &open_collection(bus)?, of)?.into_iter().next();
        found.map(|item| bus.with_item(item.as_str(), |item| item.get_secret().map(Stored::from))).transpose()
    }

    fn keep(&mut self, of: &TokenOf, token: &Stored) -> Result<(), ItemError> {
        let bus = self.bus()?;
        let collection = open_collection(bus)?;
        let item = match found(bus, &collection, of)?.into_iter().next() {
            Some(item) => item,
            None => bus.create_empty(&collection, LABEL, &attributes(of))?,
        };
        bus.with_item(item.as_str(), |item| item.set_secret(secret::bytes(token), "text/plain"))
    }

    fn forget(&mut self, of: &TokenOf) -> Result<(), ItemError> {
        let bus = self.bus()?;
        let collection = open_collection(bus)?;
        found(bus, &collection, of)?.iter().try_for_each(|item| bus.delete(item))
    }
}

/// The default collection, if there is one and it is open: a locked one would ask before it did anything.
fn open_collection(bus: &Bus) -> Result<OwnedObjectPath, ItemError> {
    let collection = bus.alias("default")?.ok_or(ItemError::Gone)?;
    let properties = bus.properties(collection.as_str(), COLLECTION_INTERFACE)?;
    match bus::flag(&properties, "Locked") {
        Some(false) => Ok(collection),
        Some(true) => Err(ItemError::Locked),
        None => Err(ItemError::Refused),
    }
}

fn found(bus: &Bus, collection: &OwnedObjectPath, of: &TokenOf) -> Result<Vec<OwnedObjectPath>, ItemError> {
    bus.items_in(collection, &attributes(of))
}

fn attributes(of: &TokenOf) -> HashMap<&'static str, String> {
    HashMap::from([("xdg:schema", SCHEMA.to_owned()), ("latchkey-owner", tokens::owner(of))])
}
