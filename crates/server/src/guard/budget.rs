//! Counting: never more than so many in any span of a length, wherever that span begins (C6).
//!
//! A budget remembers when it was drawn on. Draws that lie within a twenty-fourth of the length are remembered together
//! and count until the last of them is too old, so that a row stays small and no span ever holds too many.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::store::limit::LimitRow;
use crate::store::{self, Tx};

pub(crate) const MINUTE: u32 = 60;
pub(crate) const HOUR: u32 = 60 * MINUTE;
pub(crate) const DAY: u32 = 24 * HOUR;

/// How many spans a budget is remembered in, at most one more.
const SPANS: i64 = 24;

/// One thing that is counted: what, whose, how many in how long.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    key: Vec<u8>,
    most: u32,
    /// Milliseconds.
    within: i64,
    /// How many are taken at once.
    cost: u32,
    setting: &'static str,
}

/// The budget is spent; there is one again then, if nobody else takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) until: Timestamp,
    /// The name of the setting that says how large the budget is.
    pub(crate) setting: &'static str,
}

/// Draws that are remembered together: milliseconds since 1970 of the first and of the last, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Draws(i64, i64, u32);

impl Budget {
    /// `what` is counted for `whose`, at most so many in any span of so many seconds.
    pub(crate) fn new(what: &str, whose: &[u8], most: u32, within_seconds: u32) -> Self {
        let mut key = whose.to_vec();
        key.push(0);
        key.extend_from_slice(what.as_bytes());
        Self { key, most, within: i64::from(within_seconds) * 1000, cost: 1, setting: "" }
    }

    /// The same budget, whose size this setting says.
    #[must_use]
    pub(crate) const fn set_by(mut self, setting: &'static str) -> Self {
        self.setting = setting;
        self
    }

    /// The same budget, of which so many are taken at once.
    #[must_use]
    pub(crate) const fn costing(mut self, cost: u32) -> Self {
        self.cost = cost;
        self
    }

    /// The same count, of which strangers may use four fifths: the rest is kept for known devices and proven flows.
    #[must_use]
    pub(crate) fn but_a_share(mut self) -> Self {
        self.most = self.most.saturating_sub(self.most.div_ceil(5)).max(1);
        self
    }

    /// Takes one, or says until when there is none.
    pub(crate) async fn take(&self, tx: &mut Tx, now: Timestamp) -> store::Result<Result<(), Spent>> {
        take_all(std::slice::from_ref(self), tx, now).await
    }

    /// Gives back one that was taken at that time, after a try that was right or was not compared.
    pub(crate) async fn give_back(&self, tx: &mut Tx, taken_at: Timestamp) -> store::Result<()> {
        let taken_at = taken_at.as_millisecond();
        loop {
            let Some(row) = store::limit::read(tx, &self.key).await? else { return Ok(()) };
            let mut draws = read(&row);
            // One that is still there and was not drawn later; the newest such, should the clock have gone back.
            let Some(place) = draws.iter().rposition(|draws| draws.0 <= taken_at) else { return Ok(()) };
            if let Some(found) = draws.get_mut(place) {
                found.2 = found.2.saturating_sub(self.cost);
            }
            draws.retain(|draws| draws.2 > 0);
            if self.write(tx, &row, &draws).await? {
                return Ok(());
            }
        }
    }

    /// How many are left.
    pub(crate) async fn left(&self, tx: &mut Tx, now: Timestamp) -> store::Result<u32> {
        let row = store::limit::read(tx, &self.key).await?.unwrap_or_default();
        Ok(self.most.saturating_sub(count(&self.counting(&row, now.as_millisecond()))))
    }

    /// The name of the setting that says how large it is.
    pub(crate) const fn setting(&self) -> &'static str {
        self.setting
    }

    /// How large it is.
    pub(crate) const fn most(&self) -> u32 {
        self.most
    }

    /// Forgets all that was drawn.
    pub(crate) async fn begin_anew(&self, tx: &mut Tx) -> store::Result<()> {
        loop {
            let Some(row) = store::limit::read(tx, &self.key).await? else { return Ok(()) };
            if self.write(tx, &row, &[]).await? {
                return Ok(());
            }
        }
    }

    /// How much of it is used, in thousandths; 1000 is all of it.
    pub(crate) async fn used_thousandths(&self, tx: &mut Tx, now: Timestamp) -> store::Result<u64> {
        let left = u64::from(self.left(tx, now).await?);
        let most = u64::from(self.most.max(1));
        Ok((most - left.min(most)) * 1000 / most)
    }

    /// Until when there is none to take; nothing if there is one now.
    pub(crate) async fn spent(&self, tx: &mut Tx, now: Timestamp) -> store::Result<Option<Spent>> {
        let row = store::limit::read(tx, &self.key).await?.unwrap_or_default();
        Ok(self.spent_in(&self.counting(&row, now.as_millisecond()), now))
    }

    fn spent_in(&self, counting: &[Draws], now: Timestamp) -> Option<Spent> {
        let setting = self.setting;
        let wanted = count(counting).saturating_add(self.cost);
        let mut over = wanted.checked_sub(self.most).filter(|over| *over > 0)?;
        for draws in counting {
            over = over.saturating_sub(draws.2);
            if over == 0 {
                return Some(Spent { until: clock::at(draws.1 + self.within), setting });
            }
        }
        // There is nothing to wait for where nothing may be taken at all.
        Some(Spent { until: clock::at(now.as_millisecond() + self.within), setting })
    }

    /// The draws that count now. Those of a clock that was ahead count as if they were drawn now (B9).
    fn counting(&self, row: &LimitRow, now: i64) -> Vec<Draws> {
        let draws = read(row).into_iter().map(|Draws(first, last, many)| Draws(first.min(now), last.min(now), many));
        draws.filter(|draws| draws.1 + self.within > now).collect()
    }

    /// The draws with those that are taken now.
    fn with_one_more(&self, mut draws: Vec<Draws>, now: i64) -> Vec<Draws> {
        match draws.last_mut().filter(|newest| now - newest.0 < self.within / SPANS) {
            Some(newest) => *newest = Draws(newest.0, now, newest.2.saturating_add(self.cost)),
            None => draws.push(Draws(now, now, self.cost)),
        }
        draws
    }

    /// Whether nobody else has written it since it was read.
    async fn write(&self, tx: &mut Tx, read: &LimitRow, draws: &[Draws]) -> store::Result<bool> {
        let ends_at = draws.last().map_or(0, |newest| newest.1 + self.within);
        let row = LimitRow { version: read.version, draws: serde_json::to_string(draws).unwrap_or_default() };
        store::limit::write(tx, &self.key, &row, ends_at).await
    }
}

/// Takes one of each, or none of any: then it says when each has one.
pub(crate) async fn take_all(budgets: &[Budget], tx: &mut Tx, now: Timestamp) -> store::Result<Result<(), Spent>> {
    if let Some(spent) = spent_of(budgets, tx, now).await? {
        return Ok(Err(spent));
    }
    for budget in budgets {
        loop {
            let row = store::limit::read(tx, &budget.key).await?.unwrap_or_default();
            let counting = budget.counting(&row, now.as_millisecond());
            // Somebody else may have taken the last one since; what was taken so far is given back by the caller's
            // transaction only, so it stays counted: the bound is kept, on the safe side.
            if let Some(spent) = budget.spent_in(&counting, now) {
                return Ok(Err(spent));
            }
            if budget.write(tx, &row, &budget.with_one_more(counting, now.as_millisecond())).await? {
                break;
            }
        }
    }
    Ok(Ok(()))
}

/// Until when one of these has nothing left, the one that lasts longest; nothing if each has.
pub(crate) async fn spent_of(budgets: &[Budget], tx: &mut Tx, now: Timestamp) -> store::Result<Option<Spent>> {
    let mut longest: Option<Spent> = None;
    for budget in budgets {
        if let Some(spent) = budget.spent(tx, now).await?
            && longest.is_none_or(|longest| longest.until < spent.until)
        {
            longest = Some(spent);
        }
    }
    Ok(longest)
}

fn read(row: &LimitRow) -> Vec<Draws> {
    serde_json::from_str(&row.draws).unwrap_or_default()
}

fn count(draws: &[Draws]) -> u32 {
    draws.iter().fold(0, |sum, draws| sum.saturating_add(draws.2))
}

/// Whole seconds until then, at least one.
pub(crate) fn seconds_until(then: Timestamp, now: Timestamp) -> u64 {
    let milliseconds = then.as_millisecond().saturating_sub(now.as_millisecond());
    u64::try_from(milliseconds).unwrap_or(0).div_ceil(1000).max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::Store;

    /// What happens to a budget.
    #[derive(Debug, Clone, Copy)]
    enum Event {
        /// So many milliseconds pass; a negative number is a clock that is put back.
        Wait(i64),
        Take,
        /// The last one that was taken is given back.
        GiveBack,
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            3 => (0_i64..25_000).prop_map(Event::Wait),
            6 => Just(Event::Take),
            1 => Just(Event::GiveBack),
        ];
        prop::collection::vec(event, 1..80)
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_span_of_its_length_ever_holds_more_than_the_budget(most in 1_u32..8, events in events()) {
            // C6; the oracle is the list of all that were taken
            runtime().block_on(async {
                let store = Store::in_memory().await.expect("store");
                let mut tx = store.begin().await.expect("transaction");
                let budget = Budget::new("tries", b"ada", most, 60);
                let (mut now, mut taken) = (1_000_000_i64, Vec::new());
                for event in events {
                    match event {
                        Event::Wait(by) => now += by,
                        Event::GiveBack => {
                            if let Some(last) = taken.pop() {
                                budget.give_back(&mut tx, clock::at(last)).await.expect("given back");
                            }
                        }
                        Event::Take => match budget.take(&mut tx, clock::at(now)).await.expect("counted") {
                            Ok(()) => taken.push(now),
                            Err(spent) => {
                                let spent = spent.until.as_millisecond();
                                prop_assert!(spent > now && spent <= now + 60_000, "{now} {spent}");
                                let counted = taken.iter().filter(|at| **at > now - 62_500).count();
                                prop_assert!(counted >= most as usize, "refused with {counted} of {most}");
                                let free = budget.spent(&mut tx, clock::at(spent)).await.expect("read");
                                prop_assert_eq!(free, None, "the wait that was told is the true one");
                            }
                        },
                    }
                    let in_span = |end: &i64| taken.iter().filter(|at| **at > end - 60_000 && *at <= end).count();
                    prop_assert!(taken.iter().all(|end| in_span(end) <= most as usize), "{taken:?}");
                }
                Ok(())
            })?;
        }
    }

    #[tokio::test]
    async fn a_budget_is_never_overdrawn_and_comes_back_after_its_time() {
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let budget = Budget::new("tries", b"ada", 3, 60);
        let start = clock::at(1_000_000);
        for left in [2, 1, 0] {
            assert_eq!(budget.take(&mut db, start).await.expect("counted"), Ok(()));
            assert_eq!(budget.left(&mut db, start).await.expect("read"), left);
        }
        let spent = budget.take(&mut db, clock::at(1_059_999)).await.expect("counted");
        assert_eq!(spent, Err(Spent { until: clock::at(1_060_000), setting: "" }));
        let other = Budget::new("tries", b"grace", 3, 60);
        assert_eq!(other.take(&mut db, start).await.expect("counted"), Ok(()));
        assert_eq!(budget.take(&mut db, clock::at(1_060_000)).await.expect("counted"), Ok(()));
        budget.give_back(&mut db, clock::at(1_060_000)).await.expect("given back");
        assert_eq!(budget.left(&mut db, clock::at(1_060_000)).await.expect("read"), 3);
    }

    #[tokio::test]
    async fn what_a_clock_has_counted_that_was_ahead_is_over_after_one_length() {
        // B9
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let budget = Budget::new("tries", b"ada", 1, 60);
        assert_eq!(budget.take(&mut db, clock::at(1_000_000_000)).await.expect("counted"), Ok(()));
        let spent = budget.take(&mut db, clock::at(1_000_000)).await.expect("counted");
        assert_eq!(spent, Err(Spent { until: clock::at(1_060_000), setting: "" }));
        store::limit::clear(&mut db, 0, 1_000_000 + 2 * 24 * 3_600_000, 10).await.expect("cleared");
        assert_eq!(budget.take(&mut db, clock::at(1_000_000)).await.expect("counted"), Ok(()), "far ahead is let go");
    }

    #[tokio::test]
    async fn of_several_budgets_either_each_is_drawn_on_or_none() {
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let (small, large) = (Budget::new("an hour", b"ada", 1, HOUR), Budget::new("a day", b"ada", 5, DAY));
        let (both, now) = ([large.clone(), small], clock::at(1_000_000));
        assert_eq!(take_all(&both, &mut db, now).await.expect("counted"), Ok(()));
        assert!(take_all(&both, &mut db, now).await.expect("counted").is_err());
        assert_eq!(large.left(&mut db, now).await.expect("read"), 4);
    }

    #[tokio::test]
    async fn what_costs_more_takes_more_and_never_more_than_there_is() {
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let (whole, now) = (Budget::new("money", b"all", 10, MINUTE), clock::at(1_000_000));
        let dear = whole.clone().costing(4);
        assert!(dear.take(&mut db, now).await.expect("counted").is_ok());
        assert!(dear.take(&mut db, clock::at(1_010_000)).await.expect("counted").is_ok());
        let spent = dear.take(&mut db, clock::at(1_010_000)).await.expect("counted");
        assert_eq!(spent.map_err(|spent| spent.until), Err(clock::at(1_060_000)), "when four are free, not earlier");
        assert_eq!(whole.left(&mut db, clock::at(1_010_000)).await.expect("read"), 2);
        dear.give_back(&mut db, clock::at(1_010_000)).await.expect("given back");
        assert_eq!(whole.left(&mut db, clock::at(1_010_000)).await.expect("read"), 6);
    }

    #[tokio::test]
    async fn a_share_is_kept_of_one_count() {
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let (known, now) = (Budget::new("starts", b"all", 10, MINUTE), clock::at(1_000_000));
        let strangers = known.clone().but_a_share();
        let mut taken = 0;
        while strangers.take(&mut db, now).await.expect("counted").is_ok() {
            taken += 1;
        }
        assert_eq!((taken, known.left(&mut db, now).await.expect("read")), (8, 2));
    }
}
