//! The rules for passwords as an entry of the directory has them: of ppolicy, of 389 Directory Server, of FreeIPA.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use latchkey_api::password::Rule;
use tokio::time::Instant;

use super::Rights;
use crate::connection::{ConnectionError, Found, Session};

/// For so long an entry with rules is taken to be as it was.
const FRESH: Duration = Duration::from_secs(60);
const ATTRIBUTES: &[&str] = &[
    "pwdMinLength",
    "pwdMaxLength",
    "pwdCheckQuality",
    "pwdInHistory",
    "pwdMaxAge",
    "pwdMinAge",
    "pwdLockout",
    "pwdLockoutDuration",
    "pwdMustChange",
    "pwdSafeModify",
    "passwordCheckSyntax",
    "passwordMinLength",
    "passwordMinCategories",
    "passwordHistory",
    "passwordInHistory",
    "passwordExp",
    "passwordMaxAge",
    "passwordUnlock",
    "passwordLockoutDuration",
    "krbMinPwdLength",
    "krbPwdMinDiffChars",
    "krbPwdHistoryLength",
    "krbMaxPwdLife",
];

/// The rules of one entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PasswordPolicy {
    pub min_length: Option<u16>,
    pub max_length: Option<u16>,
    pub kinds: Option<u8>,
    pub history: Option<u16>,
    /// In seconds; none is for ever.
    pub max_age: Option<i64>,
    pub min_age: Option<i64>,
    /// In seconds; none is until somebody lifts the lock.
    pub lockout_duration: Option<i64>,
    /// A password that an administrator set has to be changed.
    pub must_change: bool,
    /// A password is only changed by whoever knows the old one.
    pub safe_modify: bool,
}

impl PasswordPolicy {
    fn read(found: &Found) -> Self {
        let number = |name: &str| found.text(name).and_then(|text| text.parse::<i64>().ok()).filter(|value| *value > 0);
        let small = |name: &str| number(name).and_then(|value| u16::try_from(value).ok());
        let is = |name: &str, yes: &str| found.text(name).is_some_and(|text| text.eq_ignore_ascii_case(yes));
        // Where quality is not checked, nobody enforces a length.
        let checks = number("pwdCheckQuality").is_some();
        let syntax = is("passwordCheckSyntax", "on");
        let kinds = |name: &str| small(name).and_then(|value| u8::try_from(value.min(4)).ok());
        Self {
            min_length: small("pwdMinLength")
                .filter(|_| checks)
                .or_else(|| small("passwordMinLength").filter(|_| syntax))
                .or_else(|| small("krbMinPwdLength")),
            max_length: small("pwdMaxLength").filter(|_| checks),
            kinds: kinds("passwordMinCategories").filter(|_| syntax).or_else(|| kinds("krbPwdMinDiffChars")),
            history: small("pwdInHistory")
                .or_else(|| small("passwordInHistory").filter(|_| is("passwordHistory", "on")))
                .or_else(|| small("krbPwdHistoryLength")),
            max_age: number("pwdMaxAge")
                .or_else(|| number("passwordMaxAge").filter(|_| is("passwordExp", "on")))
                .or_else(|| number("krbMaxPwdLife")),
            min_age: number("pwdMinAge"),
            lockout_duration: number("pwdLockoutDuration")
                .or_else(|| number("passwordLockoutDuration").filter(|_| is("passwordUnlock", "on"))),
            must_change: is("pwdMustChange", "TRUE"),
            safe_modify: is("pwdSafeModify", "TRUE"),
        }
    }

    /// The rules that the directory enforces when this service account writes (PW-08): one that manages passwords is not
    /// held to their history.
    #[must_use]
    pub fn rules(&self, rights: Rights) -> Vec<Rule> {
        let min = self.min_length.map(|value| Rule::MinLength { value });
        let max = self.max_length.map(|value| Rule::MaxLength { value });
        let kinds = self.kinds.map(|value| Rule::Kinds { value });
        let history = self.history.filter(|_| rights == Rights::Write).map(|value| Rule::History { value });
        [min, max, kinds, history].into_iter().flatten().collect()
    }
}

/// The entries with rules by their names, and when they were read.
type Known = HashMap<String, (Instant, Option<Arc<PasswordPolicy>>)>;

/// The entries with rules, kept for a while.
#[derive(Debug, Default)]
pub struct Policies(Mutex<Known>);

impl Policies {
    /// The rules of this entry; nothing if there is no such entry.
    ///
    /// # Errors
    /// If the directory does not answer.
    pub async fn of(&self, session: &mut Session, dn: &str) -> Result<Option<Arc<PasswordPolicy>>, ConnectionError> {
        if let Some((read_at, policy)) = self.lock().get(dn)
            && read_at.elapsed() < FRESH
        {
            return Ok(policy.clone());
        }
        let found = session.read(dn, ATTRIBUTES).await?;
        if found.is_none() {
            tracing::warn!(policy = dn, "the directory has no such entry with rules for passwords");
        }
        let policy = found.map(|found| Arc::new(PasswordPolicy::read(&found)));
        self.lock().insert(dn.to_owned(), (Instant::now(), policy.clone()));
        Ok(policy)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
