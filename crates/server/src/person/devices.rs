//! Known devices: workstations on which an account has finished a flow before, by a token that only they have.
//!
//! A token opens nothing. It moves a flow out of the budgets that strangers can use up (OWASP: device cookies, OT-15).
//! Kept are keyed hashes, of the token and of whose it is, and beside them the account's id, sealed: the token alone leads
//! to it, so that a workstation can ask how its account stands without saying a name.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use crate::clock;
use crate::crypt::keys::{Keys, Use};
use crate::crypt::random;
use crate::crypt::same::same;
use crate::crypt::seal;
use crate::guard::limits::Limits;
use crate::guard::trust::wrong_on_device;
use crate::refused::Answer;
use crate::store::person::device::Whose;
use crate::store::{self, Tx};

/// How long a device is known that is not used.
const LIFE: SignedDuration = SignedDuration::from_hours(180 * 24);
/// A look of the workstation keeps it known, and is written down so often.
const NOTED_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// What the account's id is sealed for, beside the device's own.
const COLUMN: &str = "device";
/// How long an account's id is thought to be where there is none to open.
const AN_ID: usize = 32;
/// How many an account has; with one more the one goes that was used longest ago.
const MOST: usize = 5;

/// A device that was recognised.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: String,
    /// What it uses from now on. The token that it used stays good until this one is seen, so that a lost answer loses
    /// nothing.
    pub(crate) next: SecretString,
}

/// A token as it is given.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) token: SecretString,
    pub(crate) expires_at: Timestamp,
}

/// The device of a token, if it is known for this account. A token of somebody else, an old one and none at all are the
/// same; for nobody the same is looked up (EN-02).
pub(crate) async fn recognise(
    tx: &mut Tx,
    keys: &Keys,
    account: Option<&str>,
    token: Option<&SecretString>,
    now: Timestamp,
) -> Answer<Option<Known>> {
    let used = token.map_or([0; 32], |token| mac(keys, token));
    let owner = owner(keys, account.unwrap_or_default());
    let Some(found) = store::person::device::of_token(tx, &owner, &used, now.as_millisecond()).await? else {
        return Ok(None);
    };
    let next = random::token()?;
    let until = now.saturating_add(LIFE).unwrap_or(Timestamp::MAX).as_millisecond();
    store::person::device::rotate(tx, &found.id, &used, &mac(keys, &next), now.as_millisecond(), until).await?;
    // A device of before its account was kept beside it.
    let account = sealed(keys, &found.id, account.unwrap_or_default())?;
    store::person::device::put_account(tx, &found.id, &account).await?;
    Ok(Some(Known { id: found.id, next }))
}

/// What a budget of a token is counted for, whether or not anybody has that token.
pub(crate) fn counted_for(keys: &Keys, token: &SecretString) -> [u8; 32] {
    mac(keys, token)
}

/// The id of the account whose workstation a token is of; nothing for every other token, for the same work (EN-02). The
/// token stays as it is: an answer that is lost loses nothing.
pub(crate) async fn account_of(
    tx: &mut Tx,
    keys: &Keys,
    token: &SecretString,
    now: Timestamp,
) -> Answer<Option<String>> {
    let found = store::person::device::of_anybody(tx, &mac(keys, token), now.as_millisecond()).await?;
    let (id, owner, account) =
        found.map_or_else(|| (String::new(), vec![0; 32], None), |row| (row.id, row.owner, row.account));
    let account = account.unwrap_or_else(|| seal::nothing(keys, AN_ID));
    let account = seal::open(keys, &id, COLUMN, &account).ok();
    let account = account.as_ref().map_or("", |account| account.expose_secret());
    let is_theirs = same(&self::owner(keys, account), &owner);
    let (at, until) = (now.as_millisecond(), now.saturating_add(LIFE).unwrap_or(Timestamp::MAX).as_millisecond());
    let since = now.saturating_sub(NOTED_EVERY).unwrap_or(Timestamp::MIN).as_millisecond();
    store::person::device::lengthen(tx, &id, since, at, until).await?;
    Ok((is_theirs && !account.is_empty()).then(|| account.to_owned()))
}

/// Makes a device known.
pub(crate) async fn remember(tx: &mut Tx, keys: &Keys, account: &str, now: Timestamp) -> Answer<Given> {
    let (id, token, owner) = (random::id()?, random::token()?, owner(keys, account));
    let expires_at = now.saturating_add(LIFE).unwrap_or(Timestamp::MAX);
    let until = expires_at.as_millisecond();
    for old in store::person::device::of(tx, &owner).await?.into_iter().skip(MOST - 1) {
        store::person::device::forget(tx, &old.id).await?;
    }
    let account = sealed(keys, &id, account)?;
    let whose = Whose { owner: &owner, account: &account };
    store::person::device::put(tx, &id, &whose, &mac(keys, &token), now.as_millisecond(), until).await?;
    Ok(Given { token, expires_at })
}

/// Counts a wrong proof on a device; with too many it is no longer known.
pub(crate) async fn count_wrong(tx: &mut Tx, limits: &Limits, device: &str, now: Timestamp) -> store::Result<()> {
    let budget = wrong_on_device(limits, device);
    let spent = budget.take(tx, now).await?.is_err() || budget.left(tx, now).await? == 0;
    if spent { store::person::device::forget(tx, device).await } else { Ok(()) }
}

/// When each known device of an account was used, the latest first.
pub(crate) async fn used(tx: &mut Tx, keys: &Keys, account: &str) -> store::Result<Vec<Timestamp>> {
    let devices = store::person::device::of(tx, &owner(keys, account)).await?;
    Ok(devices.into_iter().map(|device| clock::at(device.used_at)).collect())
}

/// Forgets every device of an account; how many there were.
pub(crate) async fn forget_all(tx: &mut Tx, keys: &Keys, account: &str) -> store::Result<usize> {
    let devices = store::person::device::of(tx, &owner(keys, account)).await?;
    for device in &devices {
        store::person::device::forget(tx, &device.id).await?;
    }
    Ok(devices.len())
}

fn sealed(keys: &Keys, device: &str, account: &str) -> Answer<Vec<u8>> {
    Ok(seal::seal(keys, device, COLUMN, &SecretString::from(account))?)
}

fn owner(keys: &Keys, account: &str) -> [u8; 32] {
    keys.mac(Use::KnownDevice, &[b"owner", account.as_bytes()])
}

fn mac(keys: &Keys, token: &SecretString) -> [u8; 32] {
    keys.mac(Use::KnownDevice, &[b"token", token.expose_secret().as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    async fn is_known(tx: &mut Tx, keys: &Keys, account: &str, token: &SecretString, now: i64) -> Option<SecretString> {
        recognise(tx, keys, Some(account), Some(token), clock::at(now)).await.expect("asked").map(|known| known.next)
    }

    #[tokio::test]
    async fn a_token_is_good_for_its_account_until_its_successor_is_used() {
        // OT-15
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut tx = store.begin().await.expect("transaction");
        let first = remember(&mut tx, &keys, "ada", clock::at(0)).await.expect("given").token;
        assert!(is_known(&mut tx, &keys, "grace", &first, 1).await.is_none());
        assert!(recognise(&mut tx, &keys, Some("ada"), None, clock::at(1)).await.expect("asked").is_none());
        let lost = is_known(&mut tx, &keys, "ada", &first, 1).await.expect("known");
        let second = is_known(&mut tx, &keys, "ada", &first, 2).await.expect("an answer may be lost");
        assert!(is_known(&mut tx, &keys, "ada", &lost, 3).await.is_none(), "another one was given since");
        let third = is_known(&mut tx, &keys, "ada", &second, 4).await.expect("known");
        assert!(is_known(&mut tx, &keys, "ada", &first, 5).await.is_none(), "its successor was used");
        let long_after = 4 + 180 * 24 * 3_600_000;
        assert!(is_known(&mut tx, &keys, "ada", &third, long_after).await.is_none(), "not used for 180 days");
    }

    #[tokio::test]
    async fn a_token_alone_leads_to_its_account_as_often_as_it_is_asked_and_is_kept_by_that() {
        // OT-15
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut tx = store.begin().await.expect("transaction");
        let first = remember(&mut tx, &keys, "ada", clock::at(0)).await.expect("given").token;
        for at in [1, 2] {
            let account = account_of(&mut tx, &keys, &first, clock::at(at)).await.expect("asked");
            assert_eq!(account.as_deref(), Some("ada"));
        }
        let other = account_of(&mut tx, &keys, &"x".repeat(43).into(), clock::at(3)).await.expect("asked");
        assert_eq!(other, None);
        // A day before it would have been forgotten, and a day after.
        let day = 24 * 3_600_000;
        for at in [179 * day, 181 * day] {
            assert!(account_of(&mut tx, &keys, &first, clock::at(at)).await.expect("asked").is_some());
        }
        let second = is_known(&mut tx, &keys, "ada", &first, 182 * day).await.expect("known");
        assert!(account_of(&mut tx, &keys, &second, clock::at(182 * day)).await.expect("asked").is_some());
        let long_after = (182 + 180) * day;
        assert_eq!(account_of(&mut tx, &keys, &second, clock::at(long_after)).await.expect("asked"), None);
    }

    #[tokio::test]
    async fn a_device_of_before_leads_nowhere_until_a_flow_is_started_on_it() {
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut tx = store.begin().await.expect("transaction");
        let token = remember(&mut tx, &keys, "ada", clock::at(0)).await.expect("given").token;
        tx.run("UPDATE devices SET account = NULL").await;
        assert_eq!(account_of(&mut tx, &keys, &token, clock::at(1)).await.expect("asked"), None);
        let next = is_known(&mut tx, &keys, "ada", &token, 2).await.expect("known");
        let account = account_of(&mut tx, &keys, &next, clock::at(3)).await.expect("asked");
        assert_eq!(account.as_deref(), Some("ada"));
    }

    #[tokio::test]
    async fn five_devices_are_known_and_none_after_too_many_wrong_proofs() {
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut tx = store.begin().await.expect("transaction");
        let mut tokens = Vec::new();
        for at in 0..6 {
            tokens.push(remember(&mut tx, &keys, "ada", clock::at(at)).await.expect("given").token);
        }
        assert_eq!(used(&mut tx, &keys, "ada").await.expect("read").len(), 5);
        assert!(is_known(&mut tx, &keys, "ada", &tokens[0], 10).await.is_none(), "the oldest is gone");
        let known = recognise(&mut tx, &keys, Some("ada"), Some(&tokens[1]), clock::at(10)).await.expect("asked");
        let known = known.expect("known");
        let limits = Limits::default();
        for _ in 1..limits.wrong_proofs_per_device_per_day {
            count_wrong(&mut tx, &limits, &known.id, clock::at(11)).await.expect("counted");
        }
        let next = is_known(&mut tx, &keys, "ada", &known.next, 12).await.expect("one is left");
        count_wrong(&mut tx, &limits, &known.id, clock::at(13)).await.expect("counted");
        assert!(is_known(&mut tx, &keys, "ada", &next, 14).await.is_none());
        assert_eq!(forget_all(&mut tx, &keys, "ada").await.expect("forgotten"), 4);
        assert!(is_known(&mut tx, &keys, "ada", &tokens[5], 15).await.is_none());
    }
}
