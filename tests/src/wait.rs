//! Waiting for something that sends no message: a file that grows, a port that opens, a window that appears.

use std::time::Duration;

use anyhow::{Result, bail};
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
