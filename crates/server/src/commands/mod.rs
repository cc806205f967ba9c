//! The commands, one file a topic: arguments in, a call of a room, a line or two out.

pub mod demo;
pub mod open;

pub mod account;
pub mod audit;
pub mod backup;
pub mod contacts;
pub mod delivery;
mod directories;
pub mod microsoft;
mod serve;
pub mod suspension;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::clock::MachineClock;
use crate::config::{Config, StoreFiles};
use crate::crypt::audit::{Actor, ActorError};
use account::Account;
use audit::Audit;
use backup::Restore;
use contacts::Contacts;
use delivery::Deliver;
use microsoft::Microsoft;
use open::{OpenError, Opened};
use suspension::{ByNow, Flows};

/// Why a command was not done, in words for whoever called it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The self-service password reset server.
#[derive(Debug, Parser)]
#[command(name = "latchkey-server", version)]
pub struct Arguments {
    /// A test says by a file in this folder where this process dies.
    #[cfg(debug_assertions)]
    #[arg(long, hide = true, global = true)]
    die_at: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve a campus over TLS.
    Serve {
        #[arg(long)]
        config: PathBuf,
    },
    /// Serve a campus that exists only in a folder, over plain HTTP on loopback.
    Demo {
        /// For example 127.0.0.1:8750; port 0 takes a free one.
        #[arg(long)]
        listen: SocketAddr,
        #[arg(long)]
        data: PathBuf,
        /// A file with [[delivery.gateway]], by which its messages leave in place of the outbox.
        #[arg(long, value_name = "FILE")]
        delivery: Option<PathBuf>,
        /// A file with `[[directory]]`, in which its people are in place of a directory of its own.
        #[arg(long, value_name = "FILE")]
        directory: Option<PathBuf>,
    },
    /// Say what a configuration means and which standards it forfeits.
    ///
    /// Ends with 3 if a gateway or a directory cannot be used.
    Check {
        #[arg(long)]
        config: PathBuf,
        /// Connect to every gateway and directory and sign in; nothing is sent and nothing written.
        #[arg(long)]
        connect: bool,
    },
    /// Bring the database up to date.
    Migrate {
        #[arg(long)]
        config: PathBuf,
        /// Make a new, empty one where one has gone: everybody has to set up everything again, and all limits, used codes and
        /// the audit are forgotten.
        #[arg(long)]
        start_anew: bool,
    },
    /// Stop every write into every directory at once; people are told, and what is open waits.
    ///
    /// Waits until the writes that are under way have ended.
    Suspend {
        #[command(flatten)]
        by: ByNow,
        #[command(flatten)]
        which: Which,
    },
    /// Serve again after `suspend`.
    Resume {
        #[command(flatten)]
        by: ByNow,
        #[command(flatten)]
        which: Which,
    },
    /// Copy the database while the server runs, into a new file that is its owner's alone.
    Backup {
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        #[command(flatten)]
        which: Which,
    },
    /// Put a copy where the database was; the server must not run, and the old database must have been moved away.
    ///
    /// Everything that was open in the copy ends before anybody is served.
    Restore(Restore),
    /// What is open of everybody.
    #[command(subcommand)]
    Flows(Flows),
    /// Numbers and addresses that the registrar knows.
    #[command(subcommand)]
    Contacts(Contacts),
    /// One account, for the helpdesk and the operator.
    #[command(subcommand)]
    Account(Account),
    /// The gateways by which messages leave.
    #[command(subcommand)]
    Delivery(Deliver),
    /// The record of everything that was done.
    #[command(subcommand)]
    Audit(Audit),
    /// What Microsoft's delivery requests need: keys, and a look at the set-up.
    #[command(subcommand)]
    Microsoft(Microsoft),
    /// Print the description of the API (OpenAPI).
    Openapi,
}

impl Arguments {
    /// The command that this process was started with; help and mistakes end it.
    #[must_use]
    pub fn read() -> Command {
        Self::parse().watched().command
    }
}

#[cfg(debug_assertions)]
impl Arguments {
    fn watched(mut self) -> Self {
        if let Some(folder) = self.die_at.take() {
            crate::points::watch(folder);
        }
        self
    }
}

#[cfg(not(debug_assertions))]
impl Arguments {
    const fn watched(self) -> Self {
        self
    }
}

impl Command {
    /// Whether a log is what its reader wants, or plain words.
    #[must_use]
    pub const fn serves(&self) -> bool {
        matches!(self, Self::Serve { .. } | Self::Demo { .. })
    }
}

/// Does a command.
///
/// # Errors
/// If it cannot be done; what it says is for whoever called it.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    // The one provider of the process; with a second one compiled in, rustls would ask for a choice and panic.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        return Err("a second rustls provider was installed".into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Serve { config } => runtime.block_on(serve::campus(config))?,
        Command::Demo { listen, data, delivery, directory } => {
            runtime.block_on(serve::demonstration(*listen, data, delivery.as_deref(), directory.as_deref()))?;
        }
        Command::Check { config, connect } => return runtime.block_on(serve::check(config, *connect)),
        Command::Migrate { config, start_anew } => runtime.block_on(serve::migrate(config, *start_anew))?,
        Command::Suspend { by, which } => runtime.block_on(suspension::suspend(by, which))?,
        Command::Resume { by, which } => runtime.block_on(suspension::resume(by, which))?,
        Command::Backup { to, which } => runtime.block_on(backup::backup(to, which))?,
        Command::Restore(command) => runtime.block_on(backup::restore(command))?,
        Command::Flows(command) => runtime.block_on(suspension::flows(command))?,
        Command::Contacts(command) => return runtime.block_on(contacts::run(command)),
        Command::Account(command) => runtime.block_on(account::run(command))?,
        Command::Delivery(command) => return runtime.block_on(delivery::run(command)),
        Command::Audit(command) => return runtime.block_on(audit::run(command)),
        Command::Microsoft(command) => return runtime.block_on(microsoft::run(command)),
        Command::Openapi => print(&crate::openapi().to_pretty_json()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Which server a command is about; it may be running.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The server's configuration.
    #[arg(long)]
    config: Option<PathBuf>,
    /// The folder of a demonstration.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Which {
    async fn open(&self) -> Result<Opened, OpenError> {
        let clock = Arc::new(MachineClock);
        match (&self.config, &self.data) {
            (Some(config), _) => Opened::configured(config, clock).await,
            (None, Some(data)) => Opened::demonstration(data, clock).await,
            (None, None) => Err(OpenError::NoStore),
        }
    }
}

impl Which {
    /// Where its database and its keys are.
    fn files(&self) -> Result<StoreFiles, OpenError> {
        match (&self.config, &self.data) {
            (Some(config), _) => Config::read(config)?.store.ok_or(OpenError::NoStore),
            (None, Some(data)) => Ok(StoreFiles { database: data.join("latchkey.db"), keys: data.join("keys.toml") }),
            (None, None) => Err(OpenError::NoStore),
        }
    }
}

/// Who does something for somebody else, and why; both are kept in the audit.
#[derive(Debug, Args)]
pub struct By {
    /// Who does this: a name that your campus knows, not root.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why, for example the number of a ticket.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl By {
    fn actor(&self) -> Result<Actor, ActorError> {
        Actor::new(&self.by, &self.reason)
    }
}

/// What a command has to give, on standard output.
pub(crate) fn print(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// What is said about it, on standard error; whoever closed that does not want to know.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
