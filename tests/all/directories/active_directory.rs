//! Active Directory, as Samba is one: a real domain controller over LDAPS, with an account of least rights.

mod check;
mod faults;
mod locks;
mod names;
mod people;
mod rights;
mod verdicts;
mod writes;

use anyhow::{Context as _, Result};
use latchkey_directory::active_directory::ActiveDirectory;
use latchkey_directory::settings::Settings;
use latchkey_directory::{Directory as _, Entry, Operation, Verdict, Written};
use latchkey_tests::samba::{Person, Samba};
use secrecy::SecretString;
use uuid::Uuid;

/// The domain as the settings tell of it.
pub(super) fn directory(samba: &Samba, settings: Settings) -> Result<ActiveDirectory> {
    let outside = samba.outside(&settings.secret);
    Ok(ActiveDirectory::new(settings, outside)?)
}

/// The controller, and the domain with the account of least rights.
async fn started() -> Result<(&'static Samba, ActiveDirectory)> {
    let samba = Samba::shared().await?;
    Ok((samba, directory(samba, samba.settings())?))
}

fn new_id() -> String {
    Uuid::new_v4().simple().to_string()
}

fn secret(text: &str) -> SecretString {
    text.into()
}

/// One write as the server does it: the marker is read, then the operation is done.
async fn reset(directory: &ActiveDirectory, person: &Person, password: &str) -> Result<Written> {
    let (id, after) = (new_id(), directory.marker(&person.id).await?);
    let operation = Operation { account: &person.id, id: &id, after: after.as_deref() };
    Ok(directory.set_password(operation, &secret(password)).await?)
}

async fn change(directory: &ActiveDirectory, person: &Person, old: &str, new: &str) -> Result<Written> {
    let (id, after) = (new_id(), directory.marker(&person.id).await?);
    let operation = Operation { account: &person.id, id: &id, after: after.as_deref() };
    Ok(directory.change_password(operation, &secret(old), &secret(new)).await?)
}

async fn verdict(directory: &ActiveDirectory, person: &Person, password: &str) -> Result<Verdict> {
    Ok(directory.verify_current(Some(&person.id), &secret(password)).await?)
}

async fn entry(directory: &ActiveDirectory, person: &Person) -> Result<Entry> {
    directory.entry(&person.id).await?.with_context(|| format!("{} is not served", person.name))
}
