//! OpenLDAP with ppolicy.

mod checks;
mod hostile;
mod injection;
mod outcomes;
mod people;
mod suppliers;
mod verdicts;
mod writes;

use anyhow::Result;
use latchkey_directory::ldap::Ldap;
use latchkey_directory::{Directory as _, Operation, Outcome, Written};
use latchkey_tests::slapd::{Slapd, dn};

/// Sets a password as an operation of this id, after what stands there now.
pub(super) async fn set(directory: &Ldap, account: &str, id: &str, new: &str) -> Result<Written> {
    let after = directory.marker(account).await?;
    let operation = Operation { account, id, after: after.as_deref() };
    Ok(directory.set_password(operation, &new.into()).await?)
}

/// Changes it.
pub(super) async fn change(directory: &Ldap, account: &str, id: &str, old: &str, new: &str) -> Result<Written> {
    let after = directory.marker(account).await?;
    let operation = Operation { account, id, after: after.as_deref() };
    Ok(directory.change_password(operation, &old.into(), &new.into()).await?)
}

pub(super) async fn settle(directory: &Ldap, account: &str, id: &str, after: Option<&str>) -> Result<Outcome> {
    Ok(directory.settle(Operation { account, id, after }).await?)
}

/// The first value of an attribute.
async fn value(slapd: &Slapd, account: &str, name: &str) -> Result<Option<String>> {
    Ok(slapd.read(&dn(account)).await?.get(name).and_then(|values| values.first()).cloned())
}
