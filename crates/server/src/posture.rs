//! `check`: what a configuration means, and which standards it forfeits.

use latchkey_api::flow::Method;

use crate::config::Config;

/// One line of the report: a setting, what it is, and what it gives away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub setting: String,
    pub value: String,
    /// The requirements that can no longer be claimed.
    pub forfeits: Vec<&'static str>,
}

/// The effective posture.
#[must_use]
pub fn of(config: &Config) -> Vec<Finding> {
    let offered = &config.methods.offered;
    let mut found = Vec::new();
    let mut say = |setting: &str, value: String, forfeits: Vec<&'static str>| {
        found.push(Finding { setting: setting.to_owned(), value, forfeits });
    };
    for method in offered {
        say("methods.offered", method.to_string(), forfeits_of(*method));
    }
    if !offered.contains(&Method::Totp) {
        say("methods.offered", "without totp".to_owned(), vec!["ASVS 6.6.1 (a stronger method beside the phone)"]);
    }
    let limits = &config.limits;
    let mail = if limits.email_code_seconds > 600 { vec!["ASVS 6.5.5"] } else { vec![] };
    say("limits.email_code_seconds", limits.email_code_seconds.to_string(), mail);
    let short = if limits.code_digits < 8 { vec!["OWASP MFA Cheat Sheet (8 digits)"] } else { vec![] };
    say("limits.code_digits", limits.code_digits.to_string(), short);
    let length = config.password.min_length;
    let single =
        if length < 15 { vec!["NIST SP 800-63B-4 §3.1.1.2 where the password is the only factor"] } else { vec![] };
    say("password.min_length", length.to_string(), single);
    let cost = config.hashing;
    say("hashing", format!("argon2id m={} KiB, t={}, p={}", cost.memory_kib, cost.passes, cost.lanes), vec![]);
    say("limits.tries_in_all", format!("{} in 24 hours", limits.tries_in_all), vec![]);
    let idle =
        if limits.flow_idle_seconds > 300 { vec!["OWASP Session Management (2–5 minutes idle)"] } else { vec![] };
    say("limits.flow_idle_seconds", limits.flow_idle_seconds.to_string(), idle);
    found
}

fn forfeits_of(method: Method) -> Vec<&'static str> {
    match method {
        Method::Questions => vec!["ASVS 6.4.2 (level 1)", "NIST SP 800-63B-4 §4.2.1", "any ASVS claim"],
        Method::TextMobile | Method::CallMobile | Method::CallOffice => {
            vec!["ASVS 6.6.1 (level 3)", "NIST SP 800-63B-4 §3.1.3.3 (restricted)"]
        }
        Method::Email => vec!["ASVS 6.3.6 (level 3)"],
        Method::Totp | Method::RecoveryCode | Method::HelpdeskPass | Method::CurrentPassword => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_forfeit_what_they_forfeit() {
        // SQ-01
        let forfeited = |config: &Config| of(config).into_iter().flat_map(|found| found.forfeits).collect::<Vec<_>>();
        let demo = crate::demo::config().expect("the demonstration");
        assert!(forfeited(&demo).contains(&"ASVS 6.4.2 (level 1)"));
        let mut strict = demo;
        strict.methods = crate::config::Methods::default();
        assert!(!forfeited(&strict).iter().any(|one| one.starts_with("ASVS 6.4.2")));
    }
}
