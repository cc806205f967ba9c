//! `latchkey-server`: the commands.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use latchkey_server::clock::{Clock, MachineClock};
use latchkey_server::config::Config;
use latchkey_server::delivery::outbox::Outbox;
use latchkey_server::directory::local::Local;
use latchkey_server::hashing::Hashing;
use latchkey_server::keys::{Keys, Use};
use latchkey_server::serve::Loopback;
use latchkey_server::store::Store;
use latchkey_server::{App, Parts, demo, posture, serve};
use tracing_subscriber::EnvFilter;
use zeroizing_alloc::ZeroAlloc;

/// Wipes freed memory: passwords pass through buffers that are not ours (SM-01).
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

type Failure = Box<dyn std::error::Error + Send + Sync>;

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
    /// Print the description of the API (OpenAPI).
    Openapi,
}

fn main() -> ExitCode {
    // Nobody but root reads this process' memory, and it leaves no core (SM-03, SM-04).
    let closed = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let filter = EnvFilter::try_from_env("LATCHKEY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(filter).init();
    if let Err(error) = closed {
        tracing::warn!(%error, "other programs of this user may read this process' memory");
    }
    let done = run(Arguments::parse().command);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = chain(error.as_ref()), "ended");
            ExitCode::FAILURE
        }
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn run(command: Command) -> Result<(), Failure> {
    // The one provider of the process; with a second one compiled in, rustls would ask for a choice and panic.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        return Err("a second rustls provider was installed".into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Serve { config } => runtime.block_on(serve_campus(&config)),
        Command::Demo { listen, data } => runtime.block_on(serve_demo(listen, &data)),
        Command::Check { config } => check(&config),
        Command::Migrate { config } => runtime.block_on(migrate(&config)),
        Command::Openapi => print(&latchkey_server::openapi().to_pretty_json()?),
    }
}

async fn serve_campus(path: &Path) -> Result<(), Failure> {
    let config = Config::read(path)?;
    let listener = config.listener.clone().ok_or("[listener] is missing")?;
    let files = config.store.clone().ok_or("[store] is missing")?;
    let delivery = config.delivery.clone().ok_or("[delivery] is missing")?;
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    let keys = Arc::new(Keys::read(&files.keys)?);
    let store = Store::open(&files.database).await?;
    let hashing = Hashing::new(config.hashing, keys.mac(Use::Pepper, &[]))?;
    let directory = Arc::new(Local::new(store.clone(), hashing.clone(), config.password.rules()));
    let delivery = Arc::new(Outbox::new(delivery.outbox, Arc::clone(&clock)));
    let app = App::new(Parts { config, keys, store, clock, directory, delivery, hashing, tls: true })?;
    Ok(serve::tls(app, &listener).await?)
}

async fn serve_demo(listen: SocketAddr, data: &Path) -> Result<(), Failure> {
    let listener = Loopback::bind(listen)?;
    let (app, accounts) = demo::open(data, Arc::new(MachineClock)).await?;
    let ready = demo::Ready::new(listener.address(), data, accounts);
    print(&serde_json::to_string(&ready)?)?;
    Ok(listener.serve(app, data.join("outbox.jsonl")).await?)
}

fn check(path: &Path) -> Result<(), Failure> {
    let config = Config::read(path)?;
    for found in posture::of(&config) {
        let forfeits =
            if found.forfeits.is_empty() { String::new() } else { format!("  forfeits {}", found.forfeits.join(", ")) };
        print(&format!("{} = {}{forfeits}", found.setting, found.value))?;
    }
    Ok(())
}

async fn migrate(path: &Path) -> Result<(), Failure> {
    let config = Config::read(path)?;
    let files = config.store.ok_or("[store] is missing")?;
    Store::open(&files.database).await?.close().await;
    Ok(())
}

fn print(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
