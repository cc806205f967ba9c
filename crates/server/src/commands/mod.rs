//! The commands, one file a topic: arguments in, a line or two out.

pub(crate) mod account;
pub(crate) mod contacts;
pub(crate) mod serve;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use latchkey_server::clock::MachineClock;
use latchkey_server::installation::{Installation, InstallationError};

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Which server a command is about; it may be running.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Which {
    /// The server's configuration.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The folder of a demonstration.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Which {
    async fn open(&self) -> Result<Installation, InstallationError> {
        let clock = Arc::new(MachineClock);
        match (&self.config, &self.data) {
            (Some(config), _) => Installation::configured(config, clock).await,
            (None, Some(data)) => Installation::demonstration(data, clock).await,
            (None, None) => Err(InstallationError::NoStore),
        }
    }
}

/// What a command has to give, on standard output.
pub(crate) fn print(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// What is said about it, on standard error; whoever closed that does not want to know.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
