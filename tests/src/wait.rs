//! Waiting for something that sends no message: a file that grows, a port that opens, a window that appears.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Long enough for a slow machine under load; a test that passes never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Looks again every 20 ms until `look` finds something, and names what it waited for if that never comes.
///
/// # Errors
/// If `look` fails, or finds nothing within `patience`.
pub async fn until<T>(what: &str, patience: Duration, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let mut ticks = interval(Duration::from_millis(20));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let looking = async {
        loop {
            ticks.tick().await;
            if let Some(found) = look().await? {
                return Ok(found);
            }
        }
    };
    match timeout(patience, looking).await {
        Ok(found) => found,
        Err(_) => bail!("waited {} s in vain for {what}", patience.as_secs()),
    }
}

/// Waits until a program that was just started answers at all of these ports of loopback.
///
/// # Errors
/// With its log, if it ends before that, or if it does not within `patience`.
pub async fn listening(what: &str, patience: Duration, program: &mut Child, ports: &[u16], log: &Path) -> Result<()> {
    for port in ports {
        until(what, patience, async || {
            if let Some(ended) = program.try_wait()? {
                bail!("{what} ended with {ended}: {}", std::fs::read_to_string(log)?);
            }
            Ok(TcpStream::connect(("127.0.0.1", *port)).await.ok())
        })
        .await?;
    }
    Ok(())
}
