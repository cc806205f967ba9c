//! `latchkey-server`: the commands.

mod commands;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use zeroizing_alloc::ZeroAlloc;

use commands::account::Account;
use commands::contacts::Contacts;
use commands::{Failure, account, contacts, print, say, serve};

/// Wipes freed memory: passwords pass through buffers that are not ours (SM-01).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// The self-service password reset server.
#[derive(Debug, Parser)]
#[command(name = "latchkey-server", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
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
    },
    /// Say what a configuration means and which standards it forfeits.
    Check {
        #[arg(long)]
        config: PathBuf,
    },
    /// Bring the database up to date.
    Migrate {
        #[arg(long)]
        config: PathBuf,
    },
    /// Numbers and addresses that the registrar knows.
    #[command(subcommand)]
    Contacts(Contacts),
    /// One account, for the helpdesk and the operator.
    #[command(subcommand)]
    Account(Account),
    /// Print the description of the API (OpenAPI).
    Openapi,
}

impl Command {
    /// Whether a log is what its reader wants, or plain words.
    const fn serves(&self) -> bool {
        matches!(self, Self::Serve { .. } | Self::Demo { .. })
    }
}

fn main() -> ExitCode {
    // Nobody but root reads this process' memory, and it leaves no core (SM-03, SM-04).
    let closed = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let command = Arguments::parse().command;
    let level = if command.serves() { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("LATCHKEY_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(filter).init();
    if let Err(error) = closed {
        tracing::warn!(%error, "other programs of this user may read this process' memory");
    }
    let serves = command.serves();
    match run(&command) {
        Ok(code) => code,
        Err(error) => {
            let error = chain(error.as_ref());
            if serves {
                tracing::error!(error, "ended");
            } else {
                say(&error);
            }
            ExitCode::FAILURE
        }
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn run(command: &Command) -> Result<ExitCode, Failure> {
    // The one provider of the process; with a second one compiled in, rustls would ask for a choice and panic.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        return Err("a second rustls provider was installed".into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Serve { config } => runtime.block_on(serve::campus(config))?,
        Command::Demo { listen, data } => runtime.block_on(serve::demonstration(*listen, data))?,
        Command::Check { config } => serve::check(config)?,
        Command::Migrate { config } => runtime.block_on(serve::migrate(config))?,
        Command::Contacts(command) => return runtime.block_on(contacts::run(command)),
        Command::Account(command) => runtime.block_on(account::run(command))?,
        Command::Openapi => print(&latchkey_server::openapi().to_pretty_json()?)?,
    }
    Ok(ExitCode::SUCCESS)
}
