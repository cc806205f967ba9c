//! What every request shares.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::clock::Clock;
use crate::config::Config;
use crate::crypt::turns::Turns;
use crate::delivery::Delivery;
use crate::delivery::texts::{Texts, TextsError};
use crate::directory::Directory;
use crate::hashing::Hashing;
use crate::health::Health;
use crate::keys::Keys;
use crate::store::Store;

/// The parts of a server; tests put in others.
pub struct Parts {
    pub config: Config,
    pub keys: Arc<Keys>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub directory: Arc<dyn Directory>,
    pub delivery: Arc<dyn Delivery>,
    pub hashing: Hashing,
    /// Whether the listener speaks TLS itself.
    pub tls: bool,
}

/// A server without its listener.
pub struct App {
    pub config: Config,
    pub keys: Arc<Keys>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub directory: Arc<dyn Directory>,
    pub delivery: Arc<dyn Delivery>,
    pub hashing: Hashing,
    pub tls: bool,
    /// The queues for expensive work.
    pub turns: Turns,
    pub(crate) health: Health,
    pub(crate) texts: Texts,
    /// The directory writes that this process is doing at the moment: they are not lost, only not finished.
    pub(crate) under_way: Mutex<BTreeSet<String>>,
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// If the texts that were built in are damaged.
    pub fn new(parts: Parts) -> Result<Arc<Self>, TextsError> {
        let Parts { config, keys, store, clock, directory, delivery, hashing, tls } = parts;
        let under_way = Mutex::default();
        let texts = Texts::load()?;
        let (turns, health) = (Turns::new(&clock), Health::default());
        Ok(Arc::new(Self {
            config,
            keys,
            store,
            clock,
            directory,
            delivery,
            hashing,
            tls,
            turns,
            health,
            texts,
            under_way,
        }))
    }
}
