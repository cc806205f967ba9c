//! The breaker: a block of numbers to which codes go that nobody enters is somebody's business and no campus' (TF-03).
//!
//! Numbers that differ in their last four digits alone are one block, known by a keyed hash. Each code that a gateway
//! has taken is counted; one that is entered begins the count anew. At the limit the block is suspended for a while, for
//! strangers alone.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use crate::clock;
use crate::crypt::keys::{Keys, Use};
use crate::guard::budget::{Budget, Spent};
use crate::guard::limits::Limits;
use crate::store::{self, Tx};
use crate::typed::number;

/// The setting by which a block is suspended.
pub(crate) const SETTING: &str = "breaker_codes";

/// Keyed hash of the block that a number (E.164) is in.
pub(crate) fn block_of(keys: &Keys, number: &SecretString) -> [u8; 32] {
    keys.mac(Use::Device, &[number::prefix(number.expose_secret()).as_bytes()])
}

fn unanswered(limits: &Limits, block: &[u8]) -> Budget {
    Budget::new("codes that nobody has entered", block, limits.breaker_codes, limits.breaker_within_seconds)
}

/// Until when nothing that a stranger asks for is sent to a block.
pub(crate) async fn suspended(tx: &mut Tx, block: &[u8], now: Timestamp) -> store::Result<Option<Spent>> {
    let until = store::limit::suspended_until(tx, block).await?.map(clock::at).filter(|until| *until > now);
    Ok(until.map(|until| Spent { until, setting: SETTING }))
}

/// Counts a code that has gone to a block; whether the block is suspended by it.
pub(crate) async fn went(tx: &mut Tx, limits: &Limits, block: &[u8], now: Timestamp) -> store::Result<bool> {
    let budget = unanswered(limits, block);
    let spent = budget.take(tx, now).await?.is_err() || budget.left(tx, now).await? == 0;
    if !spent || suspended(tx, block, now).await?.is_some() {
        return Ok(false);
    }
    // Once the block is served again it has another chance.
    budget.begin_anew(tx).await?;
    let seconds = SignedDuration::from_secs(limits.breaker_seconds.into());
    let until = now.saturating_add(seconds).unwrap_or(Timestamp::MAX);
    store::limit::suspend(tx, block, until.as_millisecond()).await?;
    Ok(true)
}

/// A code that went to a block was entered.
pub(crate) async fn entered(tx: &mut Tx, limits: &Limits, block: &[u8]) -> store::Result<()> {
    unanswered(limits, block).begin_anew(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// Sends so many codes, one a minute; after how many the block was suspended.
    async fn send(tx: &mut Tx, limits: &Limits, many: i64, from: i64) -> Vec<i64> {
        let mut tripped = Vec::new();
        for one in 0..many {
            if went(tx, limits, b"block", clock::at((from + one) * 60_000)).await.expect("counted") {
                tripped.push(one + 1);
            }
        }
        tripped
    }

    #[tokio::test]
    async fn twenty_codes_that_nobody_enters_suspend_a_block_for_an_hour_and_one_entered_begins_anew() {
        // TF-03
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let limits = Limits::default();
        assert_eq!(send(&mut db, &limits, 19, 1_000).await, [0; 0]);
        entered(&mut db, &limits, b"block").await.expect("noted");
        assert_eq!(send(&mut db, &limits, 25, 1_020).await, [20]);
        let at = |minute: i64| clock::at(minute * 60_000);
        let until = suspended(&mut db, b"block", at(1_040)).await.expect("read").map(|spent| spent.until);
        assert_eq!(until, Some(at(1_039 + 60)));
        assert_eq!(suspended(&mut db, b"other", at(1_040)).await.expect("read"), None);
        assert_eq!(suspended(&mut db, b"block", at(1_099)).await.expect("read"), None);
        // Five went while it was suspended, by proven flows: they count for the next time.
        assert_eq!(send(&mut db, &limits, 20, 1_100).await, [15]);
    }

    #[tokio::test]
    async fn codes_of_another_day_are_forgotten() {
        // TF-03
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let limits = Limits::default();
        assert_eq!(send(&mut db, &limits, 19, 1_000).await, [0; 0]);
        assert_eq!(send(&mut db, &limits, 19, 1_000 + 26 * 60).await, [0; 0]);
    }
}
