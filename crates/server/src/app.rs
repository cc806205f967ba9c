//! What every call and every command shares.

use std::sync::Arc;

use latchkey_directory::several::directory_of;
use latchkey_directory::{Directory, DirectoryError};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::config::Config;
use crate::config::population::Policies;
use crate::crypt::hashing::Hashing;
use crate::crypt::keys::Keys;
use crate::crypt::turns::Turns;
use crate::guard::health::Health;
use crate::guard::trust::SETTINGS;
use crate::message::queue::Pen;
use crate::message::texts::{Texts, TextsError};
use crate::metrics::Metrics;
use crate::store::Store;

/// The parts of a server; tests put in others.
pub struct Parts {
    pub config: Config,
    pub keys: Arc<Keys>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub directory: Arc<dyn Directory>,
    pub hashing: Hashing,
    /// Whether the listener speaks TLS itself.
    pub tls: bool,
}

/// A server without its listener and without its worker.
pub struct App {
    pub config: Config,
    pub keys: Arc<Keys>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub directory: Arc<dyn Directory>,
    pub hashing: Hashing,
    pub tls: bool,
    /// The queues for expensive work.
    pub turns: Turns,
    /// Whose policy is which.
    pub policies: Policies,
    /// What an operator sees.
    pub metrics: Arc<Metrics>,
    pub(crate) health: Health,
    pub(crate) texts: Texts,
    /// Rung when a message was queued, so that the worker need not look for one all the time.
    pub(crate) queued: Notify,
}

impl App {
    /// Puts the parts together.
    ///
    /// # Errors
    /// If the texts that were built in are damaged.
    pub fn new(parts: Parts) -> Result<Arc<Self>, TextsError> {
        let Parts { config, keys, store, clock, directory, hashing, tls } = parts;
        let texts = Texts::load()?;
        let metrics = Arc::new(Metrics::default());
        metrics.begin_limits(&SETTINGS);
        let (turns, health) = (Turns::new(&clock).watched_by(&metrics), Health::default());
        let (queued, policies) = (Notify::new(), Policies::of(&config));
        Ok(Arc::new(Self {
            config,
            keys,
            store,
            clock,
            directory,
            hashing,
            tls,
            turns,
            policies,
            metrics,
            health,
            texts,
            queued,
        }))
    }

    /// Remembers what came of an operation on an account for the health of its directory.
    pub(crate) fn saw<T>(&self, account: &str, result: &Result<T, DirectoryError>) {
        self.health.saw(directory_of(account).unwrap_or_default(), result, self.clock.now());
    }

    /// What messages are written with now.
    pub(crate) fn pen(&self) -> Pen<'_> {
        Pen { keys: &self.keys, texts: &self.texts, campus: &self.config.campus, now: self.clock.now() }
    }
}
