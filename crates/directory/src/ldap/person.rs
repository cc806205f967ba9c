//! One person's entry, read into what the server knows of an account.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::policy::PasswordPolicy;
use super::schema::Schema;
use super::time;
use crate::connection::Found;
use crate::{Contact, ContactKind, Entry};

/// Of ppolicy: an administrator has locked the account for good.
const LOCKED_FOR_GOOD: &str = "000001010000Z";
const SECONDS_A_DAY: i64 = 86_400;

/// The entry of one person.
#[derive(Debug, Clone)]
pub struct Person {
    pub dn: String,
    pub entry: Entry,
    /// The marker as it stands.
    pub marker: Option<String>,
    /// Whether its classes allow a marker already.
    pub has_marker_class: bool,
    /// A lock is noted, whether or not its time is over.
    pub has_lock: bool,
    pub modified: Option<String>,
}

impl Person {
    /// Reads an entry.
    ///
    /// # Errors
    /// What is wrong with it, if it is only half an entry: without an id or a name, or with one that is no text.
    pub fn read(
        found: Found,
        schema: &Schema,
        policy: Option<&Arc<PasswordPolicy>>,
        now: Timestamp,
    ) -> Result<Self, String> {
        let id = found.text(&schema.id).ok_or_else(|| format!("{} has no {}", found.dn, schema.id))?.to_owned();
        if let Some(name) = schema.names.iter().find(|name| !found.is_text(name)) {
            return Err(format!("{} of {} is not UTF-8", name, found.dn));
        }
        let mut names = schema.names.iter().flat_map(|name| found.texts(name)).map(str::to_owned);
        let first = schema.names.first().is_some_and(|name| found.has(name));
        let account = names.next().filter(|name| first && !name.is_empty());
        let account = account.ok_or_else(|| format!("{} has no sign-in name", found.dn))?;
        let mut aliases: Vec<String> = names.filter(|name| *name != account && !name.is_empty()).collect();
        aliases.sort_unstable();
        aliases.dedup();
        let of_time = |name: &str| found.text(name).and_then(time::read);
        let is_true = |name: &str| found.text(name).is_some_and(|text| text.eq_ignore_ascii_case("TRUE"));
        let entry = Entry {
            id,
            account,
            aliases,
            enabled: is_enabled(&found, now),
            privileged: false,
            locked: is_locked(&found, policy.map(|policy| &**policy), now),
            must_change: is_true("pwdReset")
                || of_time("passwordExpirationTime").is_some_and(|at| at == Timestamp::UNIX_EPOCH),
            changed_at: changed_at(&found),
            expires_at: expires_at(&found, policy.map(|policy| &**policy)),
            contacts: contacts(&found, schema),
            dn: Some(found.dn.clone()),
            groups: Vec::new(),
        };
        Ok(Self {
            marker: schema.marker.as_ref().and_then(|marker| found.text(marker)).map(str::to_owned),
            has_marker_class: schema
                .marker_class
                .as_ref()
                .is_none_or(|class| found.texts("objectClass").any(|one| one.eq_ignore_ascii_case(class))),
            has_lock: found.has("pwdAccountLockedTime") || found.has("accountUnlockTime"),
            modified: found.text("modifyTimestamp").map(str::to_owned),
            dn: found.dn,
            entry,
        })
    }
}

fn is_enabled(found: &Found, now: Timestamp) -> bool {
    let of_time = |name: &str| found.text(name).and_then(time::read);
    let number = |name: &str| found.text(name).and_then(|text| text.parse::<i64>().ok());
    let shut = found.text("nsAccountLock").is_some_and(|text| text.eq_ignore_ascii_case("TRUE"))
        || found.text("pwdAccountLockedTime") == Some(LOCKED_FOR_GOOD);
    let over = of_time("pwdEndTime").is_some_and(|end| end <= now)
        || of_time("pwdStartTime").is_some_and(|start| start > now)
        || number("shadowExpire").is_some_and(|day| day >= 0 && day < now.as_second() / SECONDS_A_DAY);
    !shut && !over
}

fn is_locked(found: &Found, policy: Option<&PasswordPolicy>, now: Timestamp) -> bool {
    if let Some(since) = found.text("pwdAccountLockedTime") {
        // What cannot be read is a lock.
        let Some(since) = time::read(since) else { return true };
        let lasts = policy.and_then(|policy| policy.lockout_duration);
        let until = lasts.map(|seconds| since.saturating_add(SignedDuration::from_secs(seconds)));
        return until.is_none_or(|until| until.is_ok_and(|until| until > now));
    }
    let until = found.text("accountUnlockTime").and_then(time::read);
    until.is_some_and(|until| until == Timestamp::UNIX_EPOCH || until > now)
}

/// By ppolicy, 389 Directory Server (`passwordTrackUpdateTime`) or FreeIPA.
fn changed_at(found: &Found) -> Option<Timestamp> {
    let said = |name: &str| found.text(name).and_then(time::read);
    said("pwdChangedTime").or_else(|| said("pwdUpdateTime")).or_else(|| said("krbLastPwdChange"))
}

fn expires_at(found: &Found, policy: Option<&PasswordPolicy>) -> Option<Timestamp> {
    let said = |name: &str| found.text(name).and_then(time::read);
    if let Some(at) = said("passwordExpirationTime").or_else(|| said("krbPasswordExpiration")) {
        return Some(at);
    }
    let (changed, lasts) = (said("pwdChangedTime")?, policy?.max_age?);
    changed.saturating_add(SignedDuration::from_secs(lasts)).ok()
}

fn contacts(found: &Found, schema: &Schema) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = Vec::new();
    for (kind, names) in &schema.contacts {
        for name in names {
            if !found.is_text(name) {
                tracing::warn!(
                    attribute = name,
                    entry = found.text(&schema.id),
                    "a contact is not UTF-8 and is left out"
                );
            }
            let limit = if *kind == ContactKind::FullName { 1 } else { usize::MAX };
            for value in found.texts(name).map(str::trim).filter(|value| !value.is_empty()).take(limit) {
                contacts.push(Contact { kind: *kind, value: value.into() });
            }
        }
    }
    contacts
}
