//! Recovery codes: saved by the person, looked up by their first characters, hashed, good once (OT-13).

use secrecy::{ExposeSecret as _, SecretString};

use crate::crypt::hashing::Hashing;
use crate::crypt::keys::{Keys, Use};
use crate::crypt::random;
use crate::refused::Answer;
use crate::store::person::method::RecoveryCodeRow;
use crate::store::{self, Tx};

/// How many an account has.
pub(crate) const CODES: usize = 10;
/// Characters of a code: 80 bits (63B §4.2.1.1: at least 64).
pub(crate) const LENGTH: usize = 16;
/// Characters that a code is looked up by; the rest has 65 bits.
const INDEX: usize = 3;

/// Makes so many codes, no two of which (nor one of `beside`) are looked up alike.
pub(crate) async fn make(
    keys: &Keys,
    hashing: &Hashing,
    account: &str,
    many: usize,
    beside: &[RecoveryCodeRow],
) -> Answer<(Vec<SecretString>, Vec<RecoveryCodeRow>)> {
    let mut lookups: Vec<Vec<u8>> = beside.iter().map(|kept| kept.lookup.clone()).collect();
    let mut codes = Vec::with_capacity(many);
    while codes.len() < many {
        let code = random::readable::<LENGTH>()?;
        let lookup = lookup(keys, account, &code);
        if !lookups.contains(&lookup) {
            lookups.push(lookup);
            codes.push(code);
        }
    }
    let hashes = hashing.hash_codes(codes.clone()).await?;
    let mut kept = Vec::with_capacity(many);
    for (lookup, code_phc) in lookups.into_iter().skip(beside.len()).zip(hashes) {
        kept.push(RecoveryCodeRow { id: random::id()?, lookup, code_phc });
    }
    Ok((codes, kept))
}

/// The code that was typed, if the account has it: one hash is computed, whatever was typed (EN-02).
pub(crate) async fn find(
    tx: &mut Tx,
    keys: &Keys,
    account: &str,
    code: &SecretString,
) -> store::Result<Option<RecoveryCodeRow>> {
    store::person::method::recovery_code(tx, account, &lookup(keys, account, code)).await
}

/// Whether an account has codes left.
pub(crate) async fn any(tx: &mut Tx, account: &str) -> store::Result<bool> {
    store::person::method::has_recovery_codes(tx, account).await
}

/// All codes of an account that are left.
pub(crate) async fn of(tx: &mut Tx, account: &str) -> store::Result<Vec<RecoveryCodeRow>> {
    store::person::method::recovery_codes(tx, account).await
}

/// Adds codes, all but those that were used before.
pub(crate) async fn insert(tx: &mut Tx, account: &str, codes: &[RecoveryCodeRow]) -> store::Result<()> {
    for code in codes {
        store::person::method::put_recovery_code(tx, account, code).await?;
    }
    Ok(())
}

/// Uses a code up and puts another in its place; whether it was still there.
pub(crate) async fn replace(
    tx: &mut Tx,
    account: &str,
    used: &str,
    new: &[RecoveryCodeRow],
    now: jiff::Timestamp,
) -> store::Result<bool> {
    if !store::person::method::use_recovery_code(tx, account, used, now.as_millisecond()).await? {
        return Ok(false);
    }
    insert(tx, account, new).await?;
    Ok(true)
}

fn lookup(keys: &Keys, account: &str, code: &SecretString) -> Vec<u8> {
    let code = code.expose_secret();
    let index = code.get(..INDEX).unwrap_or(code);
    keys.mac(Use::RecoveryIndex, &[account.as_bytes(), index.as_bytes()]).to_vec()
}
