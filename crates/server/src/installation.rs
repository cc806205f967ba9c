//! A server on disk, opened for one command while it may be running: configuration, keys, database, directory.

use std::path::Path;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::demo::{self, DemoError};
use crate::directory::local::Local;
use crate::hashing::{Hashing, HashingError};
use crate::keys::{Keys, KeysError, Use};
use crate::store::{Store, StoreError};

/// Why a server on disk cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    #[error("the configuration")]
    Config(#[from] ConfigError),
    #[error("[store] is missing in the configuration")]
    NoStore,
    #[error("there is no demonstration in this folder; `latchkey-server demo` makes one")]
    NoDemonstration,
    #[error("the demonstration")]
    Demo(#[from] DemoError),
    #[error("the keys")]
    Keys(#[from] KeysError),
    #[error("the store")]
    Store(#[from] StoreError),
    #[error("hashing")]
    Hashing(#[from] HashingError),
}

/// Everything of a server but what listens and what sends.
pub struct Installation {
    pub config: Config,
    pub keys: Arc<Keys>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub directory: Arc<Local>,
    pub hashing: Hashing,
}

impl Installation {
    /// The server of a configuration.
    ///
    /// # Errors
    /// If a file of it cannot be used.
    pub async fn configured(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, InstallationError> {
        let config = Config::read(path)?;
        let files = config.store.clone().ok_or(InstallationError::NoStore)?;
        let keys = Keys::read(&files.keys)?;
        let pepper = keys.mac(Use::Pepper, &[]);
        Self::open(config, keys, pepper, &files.database, clock).await
    }

    /// The demonstration in a folder, which must be there already.
    ///
    /// # Errors
    /// If there is none, or a file of it cannot be used.
    pub async fn demonstration(data: &Path, clock: Arc<dyn Clock>) -> Result<Self, InstallationError> {
        let (keys, database) = (data.join("keys.toml"), data.join("latchkey.db"));
        if !keys.exists() || !database.exists() {
            return Err(InstallationError::NoDemonstration);
        }
        let keys = Keys::read(&keys)?;
        let pepper = keys.for_use(Use::Pepper);
        Self::open(demo::config()?, keys, pepper, &database, clock).await
    }

    async fn open(
        config: Config,
        keys: Keys,
        pepper: [u8; 32],
        database: &Path,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InstallationError> {
        let keys = Arc::new(keys);
        let store = Store::open(database).await?;
        let hashing = Hashing::new(config.hashing, pepper)?;
        let local = Local::new(store.clone(), hashing.clone(), config.password.rules());
        let directory = Arc::new(local.sealing_with(Arc::clone(&keys)));
        Ok(Self { config, keys, store, clock, directory, hashing })
    }
}
