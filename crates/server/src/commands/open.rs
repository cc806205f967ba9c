//! Opens a server on disk for one command, which may run beside it: configuration, keys, database, directory.

use std::path::Path;
use std::sync::Arc;

use super::demo::{self, DemoError};
use super::directories::{self, DirectoryFailure};
use crate::app::{App, Parts};
use crate::clock::{Clock, MachineClock};
use crate::config::{Config, ConfigError, StoreFiles};
use crate::crypt::hashing::{Hashing, HashingError};
use crate::crypt::keys::{Keys, KeysError, Use};
use crate::crypt::ring_check::{self, RingError};
use crate::message::texts::TextsError;
use crate::person::ending;
use crate::person::local::Local;
use crate::store::{Store, StoreError};

/// Why a server on disk cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
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
    #[error(transparent)]
    Ring(#[from] RingError),
    #[error("the store")]
    Store(#[from] StoreError),
    #[error("hashing")]
    Hashing(#[from] HashingError),
    #[error("the texts")]
    Texts(#[from] TextsError),
    #[error(transparent)]
    Directory(#[from] DirectoryFailure),
}

/// A server without listener and worker, and the directory of its own, which is asked where no other is set up.
pub struct Opened {
    pub app: Arc<App>,
    pub local: Arc<Local>,
}

impl Opened {
    /// The server of a configuration.
    ///
    /// # Errors
    /// If a file of it cannot be used.
    pub async fn configured(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let config = Config::read(path)?;
        let files = config.store.clone().ok_or(OpenError::NoStore)?;
        let (keys, store) = open_store(&files).await?;
        let pepper = keys.mac(Use::Pepper, &[]);
        Self::with(config, keys, pepper, store, clock, true)
    }

    /// The demonstration in a folder, which must be there already.
    ///
    /// # Errors
    /// If there is none, or a file of it cannot be used.
    pub async fn demonstration(data: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let (keys, database) = (data.join("keys.toml"), data.join("latchkey.db"));
        if !keys.exists() || !database.exists() {
            return Err(OpenError::NoDemonstration);
        }
        let (keys, store) = open_store(&StoreFiles { database, keys }).await?;
        let pepper = keys.for_use(Use::Pepper);
        Self::with(demo::config()?, keys, pepper, store, clock, false)
    }

    /// Puts together what was read.
    ///
    /// # Errors
    /// If hashing is impossible with this configuration.
    pub(super) fn with(
        config: Config,
        keys: Keys,
        pepper: [u8; 32],
        store: Store,
        clock: Arc<dyn Clock>,
        tls: bool,
    ) -> Result<Self, OpenError> {
        let keys = Arc::new(keys);
        let hashing = Hashing::new(config.hashing, pepper)?;
        let local = Local::new(store.clone(), hashing.clone(), config.password.rules());
        let local = Arc::new(local.sealing_with(Arc::clone(&keys)).timed_by(Arc::clone(&clock)));
        let of_the_campus = directories::open(&config.directories, &clock)?;
        let directory = of_the_campus.unwrap_or_else(|| Arc::clone(&local) as Arc<_>);
        let app = App::new(Parts { config, keys, store, clock, directory, hashing, tls })?;
        Ok(Self { app, local })
    }
}

/// Reads the keys and opens the database, if the one belongs to the other. In a copy that was put back everything that was
/// open ends first.
///
/// # Errors
/// If a file cannot be used, or the keys are not those that the database was written with.
pub(super) async fn open_store(files: &StoreFiles) -> Result<(Keys, Store), OpenError> {
    let (keys, store) = open_ring(files).await?;
    ending::begin_anew(&store, &keys, MachineClock.now()).await?;
    Ok((keys, store))
}

/// The same, and a copy stays one.
///
/// # Errors
/// As [`open_store`].
pub(super) async fn open_ring(files: &StoreFiles) -> Result<(Keys, Store), OpenError> {
    let keys = Keys::read(&files.keys)?;
    let store = Store::open_with_keys(&files.database, &files.keys).await?;
    ring_check::check(&store, &keys).await?;
    Ok((keys, store))
}
