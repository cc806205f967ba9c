//! How often and how long: every number with its source, and the counting.
//!
//! Counts are in the database and are taken before anything is compared or sent, so that neither a restart nor a
//! hundred calls at once get more tries (OT-04, OT-05).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::{self, Tx};

/// The numbers. The defaults are those of `packaging/server.example.toml`; a configuration may be stricter, and looser up to the
/// ceilings of [`Limits::loosest`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Digits of a code by text or e-mail. NIST SP 800-63B-4 §3.1.3.2: at least 6; OWASP MFA: 8 where usable.
    pub code_digits: u8,
    /// Digits of a spoken code; the same floor.
    pub spoken_code_digits: u8,
    /// Life of a code by text or call. 63B §4.2.1.2: at most 10 minutes.
    pub phone_code_seconds: u32,
    /// Life of a code by e-mail. ASVS 6.5.5: at most 10 minutes for requests out of band.
    pub email_code_seconds: u32,
    /// Wrong tries until a code is void (common practice).
    pub tries_per_code: u32,
    /// Tries of one method of one account in 24 hours (Microsoft SSPR: 5 an hour, then 24 hours of rest).
    pub tries_per_method: u32,
    /// Tries of the questions of one account in 24 hours.
    pub tries_of_questions: u32,
    /// Tries of one account in 24 hours over all methods.
    pub tries_in_all: u32,
    /// Wrong current passwords of one account in 30 minutes; below the lockout threshold of any directory (PW-10).
    pub tries_of_current_password: u32,
    /// Seconds between two codes of a flow (OWASP MFA).
    pub resend_seconds: u32,
    /// Codes of one flow after the first.
    pub resends_per_flow: u32,
    /// Flows of one account in an hour and in 24 hours; beyond that a flow is a decoy (Microsoft SSPR; OWASP FP).
    pub starts_per_hour: u32,
    pub starts_per_day: u32,
    /// Codes to one account in 10 minutes; beyond that none is sent and nothing is said (TF-12).
    pub sends_per_ten_minutes: u32,
    /// Codes by one method to one account in 24 hours.
    pub sends_per_method_per_day: u32,
    /// Codes to one number or address of any account in 24 hours.
    pub sends_per_destination_per_day: u32,
    /// Codes to numbers that differ in their last four digits only, in an hour (TF-02).
    pub sends_per_prefix_per_hour: u32,
    /// Codes to all in a minute.
    pub sends_per_minute_in_all: u32,
    /// Notices to one account in an hour; the others wait (TF-14).
    pub notices_per_hour: u32,
    /// Notices to all in a minute; the others wait. Codes have their own.
    pub notices_per_minute_in_all: u32,
    /// A flow ends after so long without a call (OWASP Session Management: 2–5 minutes for high value).
    pub flow_idle_seconds: u32,
    /// A flow ends after so long, whatever happens (63B §2.2.3).
    pub flow_seconds: u32,
    /// A passed gate counts for so long.
    pub gate_seconds: u32,
    /// A new password may be set for so long after the last gate.
    pub grant_seconds: u32,
    /// What is registered may be changed for so long after the last gate (ASVS 7.5.1, RG-01).
    pub fresh_proof_seconds: u32,
    /// Codes of notices that are tried by all in an hour; each has 80 bits.
    pub notice_tries_per_hour: u32,
    /// A human check may be solved for so long.
    pub human_check_seconds: u32,
    /// Largest number of the proof of work: about half of it is tried by an honest machine.
    pub human_check_work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            code_digits: 8,
            spoken_code_digits: 6,
            phone_code_seconds: 5 * 60,
            email_code_seconds: 10 * 60,
            tries_per_code: 5,
            tries_per_method: 10,
            tries_of_questions: 5,
            tries_in_all: 30,
            tries_of_current_password: 3,
            resend_seconds: 60,
            resends_per_flow: 3,
            starts_per_hour: 5,
            starts_per_day: 10,
            sends_per_ten_minutes: 3,
            sends_per_method_per_day: 5,
            sends_per_destination_per_day: 10,
            sends_per_prefix_per_hour: 20,
            sends_per_minute_in_all: 120,
            notices_per_hour: 20,
            notices_per_minute_in_all: 120,
            flow_idle_seconds: 4 * 60,
            flow_seconds: 60 * 60,
            gate_seconds: 15 * 60,
            grant_seconds: 10 * 60,
            fresh_proof_seconds: 5 * 60,
            notice_tries_per_hour: 600,
            human_check_seconds: 5 * 60,
            human_check_work: 50_000,
        }
    }
}

impl Limits {
    /// What no configuration may exceed.
    #[must_use]
    pub fn loosest() -> Self {
        Self {
            phone_code_seconds: 10 * 60,
            email_code_seconds: 24 * 60 * 60,
            tries_per_code: 10,
            tries_per_method: 100,
            tries_of_questions: 100,
            tries_in_all: 100,
            tries_of_current_password: 10,
            flow_idle_seconds: 60 * 60,
            flow_seconds: 60 * 60,
            gate_seconds: 60 * 60,
            grant_seconds: 60 * 60,
            fresh_proof_seconds: 15 * 60,
            notice_tries_per_hour: 10_000,
            ..Self::default()
        }
    }

    /// The names of the settings that are looser than the ceiling, or below the floor for lengths.
    #[must_use]
    pub fn beyond(&self) -> Vec<&'static str> {
        let top = Self::loosest();
        let checks = [
            ("code_digits", (6..=12).contains(&self.code_digits)),
            ("spoken_code_digits", (6..=12).contains(&self.spoken_code_digits)),
            ("phone_code_seconds", self.phone_code_seconds <= top.phone_code_seconds),
            ("email_code_seconds", self.email_code_seconds <= top.email_code_seconds),
            ("tries_per_code", self.tries_per_code <= top.tries_per_code),
            ("tries_per_method", self.tries_per_method <= top.tries_per_method),
            ("tries_of_questions", self.tries_of_questions <= top.tries_of_questions),
            ("tries_in_all", self.tries_in_all <= top.tries_in_all),
            ("tries_of_current_password", self.tries_of_current_password <= top.tries_of_current_password),
            ("flow_idle_seconds", self.flow_idle_seconds <= top.flow_idle_seconds),
            ("flow_seconds", self.flow_seconds <= top.flow_seconds),
            ("gate_seconds", self.gate_seconds <= top.gate_seconds),
            ("grant_seconds", self.grant_seconds <= top.grant_seconds),
            ("fresh_proof_seconds", self.fresh_proof_seconds <= top.fresh_proof_seconds),
            ("notice_tries_per_hour", self.notice_tries_per_hour <= top.notice_tries_per_hour),
        ];
        checks.into_iter().filter(|(_, kept)| !kept).map(|(name, _)| name).collect()
    }
}

/// One thing that is counted: what, whose, how many in how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget<'a> {
    pub(crate) what: &'a str,
    pub(crate) whose: &'a [u8],
    pub(crate) most: u32,
    pub(crate) within_seconds: u32,
}

/// The budget is spent; a new one starts then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) until: Timestamp,
}

pub(crate) const MINUTE: u32 = 60;
pub(crate) const HOUR: u32 = 60 * MINUTE;
pub(crate) const DAY: u32 = 24 * HOUR;

impl Budget<'_> {
    fn key(&self) -> Vec<u8> {
        let mut key = self.what.as_bytes().to_vec();
        key.push(0);
        key.extend_from_slice(self.whose);
        key
    }

    fn window(&self) -> i64 {
        i64::from(self.within_seconds) * 1000
    }

    /// Takes one, in a single statement, or says until when there is none.
    pub(crate) async fn take(&self, tx: &mut Tx, now: Timestamp) -> store::Result<Result<(), Spent>> {
        let key = self.key();
        if store::limit::take(tx, &key, now.as_millisecond(), self.window(), self.most).await? {
            return Ok(Ok(()));
        }
        let since = store::limit::spent(tx, &key).await?.map_or(now.as_millisecond(), |(_, since)| since);
        Ok(Err(Spent { until: crate::clock::at(since + self.window()) }))
    }

    /// Gives one back, after a try that was right.
    pub(crate) async fn give_back(&self, tx: &mut Tx) -> store::Result<()> {
        store::limit::give_back(tx, &self.key()).await
    }

    /// How many are left.
    pub(crate) async fn left(&self, tx: &mut Tx, now: Timestamp) -> store::Result<u32> {
        let found = store::limit::spent(tx, &self.key()).await?;
        let spent =
            found.filter(|(_, since)| since + self.window() > now.as_millisecond()).map_or(0, |(spent, _)| spent);
        Ok(self.most.saturating_sub(u32::try_from(spent).unwrap_or(u32::MAX)))
    }
}

/// The notices to one account; beyond them a notice waits (E3, TF-14).
pub(crate) fn notices_of<'a>(limits: &Limits, account: &'a [u8]) -> Budget<'a> {
    Budget { what: "notices", whose: account, most: limits.notices_per_hour, within_seconds: HOUR }
}

/// The notices to all; codes cannot use them up.
pub(crate) fn notices_in_all(limits: &Limits) -> Budget<'static> {
    Budget { what: "notices", whose: b"all", most: limits.notices_per_minute_in_all, within_seconds: MINUTE }
}

/// Whole seconds until then, at least one.
pub(crate) fn seconds_until(then: Timestamp, now: Timestamp) -> u64 {
    let milliseconds = then.as_millisecond().saturating_sub(now.as_millisecond());
    u64::try_from(milliseconds).unwrap_or(0).div_ceil(1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_budget_is_never_overdrawn_and_comes_back_after_its_time() {
        let store = Store::in_memory().await.expect("store");
        let mut db = store.begin().await.expect("transaction");
        let budget = Budget { what: "tries", whose: b"ada", most: 3, within_seconds: 60 };
        let start = crate::clock::at(1_000_000);
        for left in [2, 1, 0] {
            assert_eq!(budget.take(&mut db, start).await.expect("counted"), Ok(()));
            assert_eq!(budget.left(&mut db, start).await.expect("read"), left);
        }
        let spent = budget.take(&mut db, crate::clock::at(1_059_999)).await.expect("counted");
        assert_eq!(spent, Err(Spent { until: crate::clock::at(1_060_000) }));
        let other = Budget { whose: b"grace", ..budget };
        assert_eq!(other.take(&mut db, start).await.expect("counted"), Ok(()));
        assert_eq!(budget.take(&mut db, crate::clock::at(1_060_000)).await.expect("counted"), Ok(()));
        budget.give_back(&mut db).await.expect("given back");
        assert_eq!(budget.left(&mut db, crate::clock::at(1_060_000)).await.expect("read"), 3);
    }

    #[test]
    fn the_defaults_are_within_the_ceilings() {
        assert!(Limits::default().beyond().is_empty());
        assert_eq!(
            Limits { code_digits: 4, tries_in_all: 1000, ..Limits::default() }.beyond(),
            ["code_digits", "tries_in_all"]
        );
    }
}
