//! How often and how long: every number with its source and its bounds.
//!
//! Whose budgets they are stands in `trust`, the counting in `budget`. Counts are in the database and are taken before
//! anything is compared or sent, so that neither a restart nor a hundred calls at once get more tries (OT-04, OT-05).

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// The numbers. The defaults are those of `packaging/server.example.toml`; a configuration may be stricter and looser within
/// the bounds of [`Limits::beyond`]. What is counted for an account is counted apart for strangers, for each known
/// device, and for flows in which a gate was passed; of what is counted in all, a fifth is kept for the latter two.
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
    /// Wrong proofs of one method of one account one after the other, on known devices and in flows in which a gate was
    /// passed, until it proves nothing any more (63B §3.2.2: at most 100).
    pub wrong_proofs_in_a_row: u32,
    /// Wrong current passwords of one account in 30 minutes: the lockout threshold of the directory less 2 (PW-10). One
    /// of them is kept for known devices and proven flows, so that strangers together get the threshold less 3.
    pub tries_of_current_password: u32,
    /// Wrong proofs on one known device in 24 hours; with the last it is no longer known.
    pub wrong_proofs_per_device_per_day: u32,
    /// Seconds between two codes of a flow (OWASP MFA).
    pub resend_seconds: u32,
    /// Codes of one flow after the first.
    pub resends_per_flow: u32,
    /// Flows of one account in an hour and in 24 hours; beyond that a flow starts, and nothing that can
    /// be guessed is asked for in it until there is another (Microsoft SSPR; OWASP FP).
    pub starts_per_hour: u32,
    pub starts_per_day: u32,
    /// Flows of all in a minute; beyond that everybody is told when to come back.
    pub starts_per_minute_in_all: u32,
    /// Flows from one address, and from one network of the campus, in 10 minutes; on the way there human checks get
    /// dearer, and beyond it they stay so.
    pub starts_per_source: u32,
    pub starts_per_campus_network: u32,
    /// Looks of one known workstation in an hour: the app looks once, and after each start of its own.
    pub looks_per_device_per_hour: u32,
    /// Looks of known workstations from one address, and from one of the campus' networks, in 10 minutes.
    pub looks_per_source: u32,
    pub looks_per_campus_network: u32,
    /// Wrong proofs of strangers in all, in 10 minutes: on the way there human checks get dearer for everybody, and beyond
    /// it, when the operator is told, they are as dear as they get. Nobody is sent away for it (OT-08).
    pub wrong_proofs_per_ten_minutes_in_all: u32,
    /// Codes to one account in 10 minutes; beyond that the person is told when to come back (TF-12).
    pub sends_per_ten_minutes: u32,
    /// Codes by one method to one account in 24 hours.
    pub sends_per_method_per_day: u32,
    /// Codes to one number or address of any account in 24 hours.
    pub sends_per_destination_per_day: u32,
    /// Codes to numbers that differ in their last four digits only, in an hour (TF-02).
    pub sends_per_prefix_per_hour: u32,
    /// The same for flows from a network of the campus: its own exchange is one such block (C7).
    pub sends_per_prefix_per_hour_on_campus: u32,
    /// Codes to all in a minute; of what strangers may use of it, one kind of message has four fifths (TF-14).
    pub sends_per_minute_in_all: u32,
    /// Codes to numbers that differ in their last four digits only, in a row and without one that was entered, until
    /// strangers get no more there (TF-03).
    pub breaker_codes: u32,
    /// Codes older than this do not count in that row.
    pub breaker_within_seconds: u32,
    /// For so long strangers get no more there.
    pub breaker_seconds: u32,
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
    /// A human check may be solved for so long.
    pub human_check_seconds: u32,
    /// What a stranger asks about a name is answered a multiple of so long after it was asked: longer than what is done
    /// for it takes but for hashing, so that nothing smaller can be told from how long it took (EN-02).
    pub answer_step_milliseconds: u32,
    /// Largest number of the proof of work when little is going on: about half of it is tried by an honest machine.
    pub human_check_work: u64,
    /// The same when as many flows are started as may be; 1,000,000 take a slow phone about 5 seconds.
    pub human_check_work_at_most: u64,
    /// Rows of the audit are kept for so many days (PCI DSS 10.5.1: 12 months).
    pub audit_days: u32,
    /// Beyond so many rows the oldest go before their time, so that nobody fills the disk by starting flows: about 300
    /// bytes each.
    pub audit_rows: u64,
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
            wrong_proofs_in_a_row: 50,
            tries_of_current_password: 3,
            wrong_proofs_per_device_per_day: 20,
            resend_seconds: 60,
            resends_per_flow: 3,
            starts_per_hour: 5,
            starts_per_day: 10,
            starts_per_minute_in_all: 600,
            starts_per_source: 30,
            starts_per_campus_network: 3_000,
            looks_per_device_per_hour: 20,
            looks_per_source: 100,
            looks_per_campus_network: 30_000,
            wrong_proofs_per_ten_minutes_in_all: 200,
            sends_per_ten_minutes: 3,
            sends_per_method_per_day: 5,
            sends_per_destination_per_day: 10,
            sends_per_prefix_per_hour: 20,
            sends_per_prefix_per_hour_on_campus: 200,
            sends_per_minute_in_all: 120,
            breaker_codes: 20,
            breaker_within_seconds: 24 * 60 * 60,
            breaker_seconds: 60 * 60,
            notices_per_hour: 20,
            notices_per_minute_in_all: 120,
            flow_idle_seconds: 4 * 60,
            flow_seconds: 60 * 60,
            gate_seconds: 15 * 60,
            grant_seconds: 10 * 60,
            fresh_proof_seconds: 5 * 60,
            human_check_seconds: 5 * 60,
            answer_step_milliseconds: 20,
            human_check_work: 50_000,
            human_check_work_at_most: 1_000_000,
            audit_days: 400,
            audit_rows: 10_000_000,
        }
    }
}

impl Limits {
    /// The names of the settings that are below their floor or above their ceiling: each has both (C6).
    #[must_use]
    pub fn beyond(&self) -> Vec<&'static str> {
        const HOUR: u64 = 60 * 60;
        let checks: [(&str, u64, RangeInclusive<u64>); 44] = [
            ("code_digits", self.code_digits.into(), 6..=12),
            ("spoken_code_digits", self.spoken_code_digits.into(), 6..=12),
            ("phone_code_seconds", self.phone_code_seconds.into(), 60..=600),
            ("email_code_seconds", self.email_code_seconds.into(), 60..=24 * HOUR),
            ("tries_per_code", self.tries_per_code.into(), 1..=10),
            ("tries_per_method", self.tries_per_method.into(), 1..=100),
            ("tries_of_questions", self.tries_of_questions.into(), 1..=100),
            ("tries_in_all", self.tries_in_all.into(), 1..=100),
            ("wrong_proofs_in_a_row", self.wrong_proofs_in_a_row.into(), 10..=100),
            ("tries_of_current_password", self.tries_of_current_password.into(), 2..=10),
            ("wrong_proofs_per_device_per_day", self.wrong_proofs_per_device_per_day.into(), 1..=100),
            ("resend_seconds", self.resend_seconds.into(), 10..=600),
            ("resends_per_flow", self.resends_per_flow.into(), 1..=10),
            ("starts_per_hour", self.starts_per_hour.into(), 1..=100),
            ("starts_per_day", self.starts_per_day.into(), 1..=1_000),
            ("starts_per_minute_in_all", self.starts_per_minute_in_all.into(), 10..=100_000),
            ("starts_per_source", self.starts_per_source.into(), 1..=100_000),
            ("starts_per_campus_network", self.starts_per_campus_network.into(), 1..=1_000_000),
            ("looks_per_device_per_hour", self.looks_per_device_per_hour.into(), 2..=1_000),
            ("looks_per_source", self.looks_per_source.into(), 2..=100_000),
            ("looks_per_campus_network", self.looks_per_campus_network.into(), 2..=1_000_000),
            ("wrong_proofs_per_ten_minutes_in_all", self.wrong_proofs_per_ten_minutes_in_all.into(), 10..=100_000),
            ("sends_per_ten_minutes", self.sends_per_ten_minutes.into(), 1..=10),
            ("sends_per_method_per_day", self.sends_per_method_per_day.into(), 1..=50),
            ("sends_per_destination_per_day", self.sends_per_destination_per_day.into(), 2..=100),
            ("sends_per_prefix_per_hour", self.sends_per_prefix_per_hour.into(), 2..=1_000),
            ("sends_per_prefix_per_hour_on_campus", self.sends_per_prefix_per_hour_on_campus.into(), 2..=10_000),
            ("sends_per_minute_in_all", self.sends_per_minute_in_all.into(), 5..=10_000),
            ("breaker_codes", self.breaker_codes.into(), 5..=1_000),
            ("breaker_within_seconds", self.breaker_within_seconds.into(), HOUR..=24 * HOUR),
            ("breaker_seconds", self.breaker_seconds.into(), 10 * 60..=24 * HOUR),
            ("notices_per_hour", self.notices_per_hour.into(), 1..=100),
            ("notices_per_minute_in_all", self.notices_per_minute_in_all.into(), 5..=10_000),
            ("flow_idle_seconds", self.flow_idle_seconds.into(), 60..=HOUR),
            ("flow_seconds", self.flow_seconds.into(), 300..=HOUR),
            ("gate_seconds", self.gate_seconds.into(), 60..=HOUR),
            ("grant_seconds", self.grant_seconds.into(), 60..=HOUR),
            ("fresh_proof_seconds", self.fresh_proof_seconds.into(), 60..=900),
            ("human_check_seconds", self.human_check_seconds.into(), 60..=HOUR),
            ("answer_step_milliseconds", self.answer_step_milliseconds.into(), 1..=1_000),
            ("human_check_work", self.human_check_work, 1_000..=1_000_000),
            ("human_check_work_at_most", self.human_check_work_at_most, self.human_check_work.max(1)..=1_000_000),
            ("audit_days", self.audit_days.into(), 90..=4_000),
            ("audit_rows", self.audit_rows, 100_000..=1_000_000_000),
        ];
        checks.into_iter().filter(|(_, value, bounds)| !bounds.contains(value)).map(|(name, _, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_within_their_bounds() {
        assert!(Limits::default().beyond().is_empty());
        assert_eq!(
            Limits { code_digits: 4, tries_in_all: 1000, ..Limits::default() }.beyond(),
            ["code_digits", "tries_in_all"]
        );
    }

    #[test]
    fn a_zero_and_a_number_beyond_every_ceiling_are_refused_by_name() {
        // C6: whatever the setting
        let names = serde_json::to_value(Limits::default()).expect("JSON");
        for name in names.as_object().expect("settings").keys() {
            for beyond in
                [0_u64, u64::from(u8::MAX).max(if name.ends_with("digits") { 0 } else { u64::from(u32::MAX) })]
            {
                let mut written = names.clone();
                written[name] = beyond.into();
                let limits: Limits = serde_json::from_value(written).expect("of its type");
                assert!(limits.beyond().contains(&name.as_str()), "{name} = {beyond}");
            }
        }
    }
}
