//! A pass that the helpdesk hands out once it has seen who somebody is: one gate of two, once, for ten minutes (RG-05).

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use crate::clock;
use crate::crypt::keys::{Keys, Use};
use crate::crypt::random;
use crate::crypt::same::same;
use crate::store::person::standing::PassRow;
use crate::store::{self, StoreError, Tx};
use crate::typed;

/// Characters of a pass, 5 bits each. 63B §4.1.2.2: at least 40 bits.
pub(crate) const LENGTH: usize = 10;
/// Life of a pass. 63B §4.1.2.2: at most 10 minutes.
pub const LIFE_SECONDS: u32 = 10 * 60;

/// A pass as it is handed out; only a keyed hash of it is kept.
#[derive(Debug)]
pub struct Pass {
    /// In two groups: `7K2MQ-4PXWT`.
    pub code: SecretString,
    pub expires_at: Timestamp,
}

/// A pass that was right: it is used up by what it is compared as, so that a newer one is left alone.
#[derive(Debug)]
pub(crate) struct Right(Vec<u8>);

/// Makes a pass for an account by its id; an earlier one is void.
///
/// # Errors
/// If it cannot be stored, or there is no randomness for it.
pub(crate) async fn issue(tx: &mut Tx, keys: &Keys, account: &str, now: Timestamp) -> Result<Pass, IssueError> {
    let code = random::readable::<LENGTH>()?;
    let expires_at = clock::later(now, LIFE_SECONDS);
    let row = PassRow { code_mac: mac(keys, account, &code).to_vec(), expires_at: expires_at.as_millisecond() };
    store::person::standing::put_pass(tx, account, &row).await?;
    let text = code.expose_secret();
    let (first, second) = text.split_at_checked(text.len() / 2).unwrap_or((text, ""));
    Ok(Pass { code: format!("{first}-{second}").into(), expires_at })
}

/// A pass could not be made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    #[error("the database")]
    Database(#[from] StoreError),
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
}

/// Whether this is the account's pass; of nobody, or without one, the same work is done and the answer is no.
pub(crate) async fn compare(
    tx: &mut Tx,
    keys: &Keys,
    account: &str,
    typed: &SecretString,
    now: Timestamp,
) -> store::Result<Option<Right>> {
    let row = store::person::standing::pass(tx, account).await?;
    let (stored, expires_at) = row.map_or_else(|| (vec![0; 32], 0), |row| (row.code_mac, row.expires_at));
    let typed = mac(keys, account, &typed::code::readable(typed));
    let right = same(&typed, &stored) && now < clock::at(expires_at);
    Ok(right.then_some(Right(stored)))
}

/// Uses a pass up; whether it was still there: of many submissions at once, one finds it.
pub(crate) async fn use_up(tx: &mut Tx, account: &str, right: &Right) -> store::Result<bool> {
    store::person::standing::use_pass(tx, account, &right.0).await
}

fn mac(keys: &Keys, account: &str, code: &SecretString) -> [u8; 32] {
    keys.mac(Use::Pass, &[account.as_bytes(), code.expose_secret().as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn a_pass_is_right_for_its_account_once_and_not_for_long() {
        let (store, keys) = (Store::in_memory().await.expect("store"), Keys::generate().expect("keys"));
        let mut db = store.begin().await.expect("transaction");
        let now = clock::at(1_000_000);
        let at = |seconds: i64| clock::at(1_000_000 + seconds * 1000);
        let first = issue(&mut db, &keys, "ada", now).await.expect("issued").code;
        let second = issue(&mut db, &keys, "ada", now).await.expect("issued").code;
        assert_eq!((first.expose_secret().len(), first.expose_secret().find('-')), (11, Some(5)));
        let typed = SecretString::from(second.expose_secret().to_lowercase().replace('-', " "));
        for (account, code, when, right) in [
            ("ada", &first, now, false),
            ("grace", &second, now, false),
            ("ada", &"".into(), now, false),
            ("ada", &second, at(600), false),
            ("ada", &second, at(599), true),
            ("ada", &typed, now, true),
        ] {
            let found = compare(&mut db, &keys, account, code, when).await.expect("compared");
            assert_eq!(found.is_some(), right, "{account} {when}");
        }
        let right = compare(&mut db, &keys, "ada", &second, now).await.expect("compared").expect("right");
        assert!(use_up(&mut db, "ada", &right).await.expect("used"));
        assert!(!use_up(&mut db, "ada", &right).await.expect("used"));
        assert!(compare(&mut db, &keys, "ada", &second, now).await.expect("compared").is_none());
    }
}
