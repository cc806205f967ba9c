//! Who there is: the people of the campus' directory, as this server knows them without asking it.
//!
//! Entries of the directory come in, by the worker or because our own directory has changed one; a name in its one
//! spelling goes out as a [`Person`]. Nothing that a stranger does asks the directory (EN-02).

mod judged;
mod menus;
mod reading;
mod rebound;
mod spelling;

use std::collections::BTreeMap;

use jiff::Timestamp;
use latchkey_directory::Entry;
use latchkey_directory::several::directory_of;

use crate::app::App;
use crate::clock;
use crate::config::population::{Membership, Policies};
use crate::refused::Answer;
use crate::store::person::people::{KnownRow, PersonRow};
use crate::store::{self, Tx};
use crate::typed::{self, MailDomains};

pub(crate) use judged::judge;
pub(crate) use menus::{count_again, count_menus};
pub(crate) use reading::{Reading, directories, follow, leave_what_is_not_there, readings, tell_apart_anew};
pub(crate) use rebound::{tell_replaced, usable_from};
pub(crate) use spelling::spell_anew;

/// One person, as far as it decides whether and how they are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The stable id of the directory's account.
    pub id: String,
    /// The sign-in name.
    pub account: String,
    pub enabled: bool,
    /// Administrators are not served here (FL-11).
    pub privileged: bool,
    pub locked: bool,
    /// The password is one that was handed out.
    pub must_change: bool,
    /// When the password was changed last, where the directory says so.
    pub password_changed_at: Option<Timestamp>,
    /// When the password expires, where the directory says so.
    pub expires_at: Option<Timestamp>,
    /// Of which population they are, as far as the directory was read; empty is of none.
    pub population: String,
    /// By what they belong to it.
    pub population_by: String,
}

impl Person {
    /// Whether a recovery is open to them at all.
    #[must_use]
    pub fn is_served(&self, policies: &Policies) -> bool {
        self.enabled && !self.privileged && policies.serves(&self.population)
    }
}

impl From<KnownRow> for Person {
    fn from(row: KnownRow) -> Self {
        let KnownRow { person, population, population_by } = row;
        let PersonRow { id, account, enabled, privileged, locked, must_change, password_changed_at, expires_at } =
            person;
        Self {
            id,
            account,
            enabled,
            privileged,
            locked,
            must_change,
            password_changed_at: password_changed_at.map(clock::at),
            expires_at: expires_at.map(clock::at),
            population,
            population_by,
        }
    }
}

/// The person of a name in its one spelling: whose sign-in name it is, before those whose alias it is. Of a name that
/// means two people, nobody (EN-08).
///
/// # Errors
/// If the database cannot be read.
pub async fn named(tx: &mut Tx, name: &str) -> store::Result<Option<Person>> {
    let found = store::person::people::named(tx, name).await?;
    let own = found.iter().filter(|found| !found.alias).count();
    let mut meant = found.into_iter().filter(|found| own == 0 || !found.alias);
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(Some(one.known.into())),
        (None, _) | (Some(_), Some(_)) => Ok(None),
    }
}

/// Whom a text means that somebody types, and the one spelling that stands for it. A name with a domain of the campus
/// behind it means whoever is known by all of it, and else whoever is known without the domain: so that of an `ada` in
/// each of two directories either can say which.
///
/// # Errors
/// If the database cannot be read.
pub async fn meant(tx: &mut Tx, typed: &str, own: &MailDomains) -> store::Result<(String, Option<Person>)> {
    // What names nobody is as unknown as every name that nobody has (EN-01).
    let name = typed::name::read(typed, own).unwrap_or_default();
    let whole = typed::name::read(typed, &MailDomains::default()).unwrap_or_default();
    // Both are looked for, whoever is there, so that it takes the same time (EN-02).
    let (of_whole, of_name) = (named(tx, &whole).await?, named(tx, &name).await?);
    Ok((name, of_whole.or(of_name)))
}

/// The person of an id, unless the directory has them no longer.
///
/// # Errors
/// If the database cannot be read.
pub async fn of_id(tx: &mut Tx, id: &str) -> store::Result<Option<Person>> {
    Ok(store::person::people::by_id(tx, id).await?.map(Person::from))
}

/// Whether an account is served, as far as the directory was read.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn is_served(app: &App, tx: &mut Tx, id: &str) -> store::Result<bool> {
    Ok(of_id(tx, id).await?.is_some_and(|person| person.is_served(&app.policies)))
}

/// How many people are of each population, as they were last read; the empty name is of those who are of none.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn populations(tx: &mut Tx) -> store::Result<Vec<(String, i64)>> {
    store::person::people::populations(tx).await
}

/// Asks the directory for one account and writes down how it stands now.
///
/// # Errors
/// If the directory cannot be asked or the database cannot be written.
pub async fn refresh(app: &App, id: &str) -> Answer<()> {
    let entry = app.directory.entry(id).await?;
    let mut tx = app.store.begin().await?;
    match entry {
        Some(entry) => {
            take(app, &mut tx, &entry).await?;
        }
        None => store::person::people::mark_gone(&mut tx, id).await?,
    }
    Ok(tx.commit().await?)
}

/// Writes down how a person stands; somebody who is new here has the sign-in name alone, in its one spelling.
pub(crate) async fn put(tx: &mut Tx, row: PersonRow) -> store::Result<()> {
    match store::person::people::by_id(tx, &row.id).await? {
        // What they are called is decided where the directory is read.
        Some(known) => {
            let directory = directory_of(&row.id).unwrap_or_default().to_owned();
            store::person::people::put(tx, &directory, &PersonRow { account: known.person.account, ..row }).await
        }
        None => put_named(tx, &row, &[(row.account.clone(), false)]).await,
    }
}

/// Writes down how a person stands and which names are theirs; of each whether it stands behind the sign-in names of
/// others.
async fn put_named(tx: &mut Tx, row: &PersonRow, names: &[(String, bool)]) -> store::Result<()> {
    store::person::people::put(tx, directory_of(&row.id).unwrap_or_default(), row).await?;
    if store::person::people::names(tx, &row.id).await? != names {
        store::person::people::put_names(tx, &row.id, names).await?;
    }
    Ok(())
}

/// Takes an entry of the directory into the snapshot; whether its owner has moved to another population by it.
async fn take(app: &App, tx: &mut Tx, entry: &Entry) -> Answer<bool> {
    let own = &app.config.campus.mail_domains;
    let Ok(account) = typed::name::read(&entry.account, own) else {
        // Nobody can type it, and so nobody asks for it.
        tracing::warn!("the directory has a sign-in name that is none; its owner is not served");
        store::person::people::mark_gone(tx, &entry.id).await?;
        return Ok(false);
    };
    let aliases = entry.aliases.iter().chain([&entry.account]);
    let whole = aliases.clone().filter_map(|alias| typed::name::read(alias, &MailDomains::default()).ok());
    let aliases = aliases.filter_map(|alias| typed::name::read(alias, own).ok()).chain(whole);
    let mut names: BTreeMap<String, bool> = aliases.map(|alias| (alias, true)).collect();
    // Of a `straße` and a `strasse`, whoever types either means the one that is written so.
    names.insert(account.clone(), !typed::name::is_written_so(&entry.account, own));
    let row = PersonRow {
        id: entry.id.clone(),
        account,
        enabled: entry.enabled,
        privileged: entry.privileged,
        locked: entry.locked,
        must_change: entry.must_change,
        password_changed_at: entry.changed_at.map(Timestamp::as_millisecond),
        expires_at: entry.expires_at.map(Timestamp::as_millisecond),
    };
    let before = store::person::people::by_id(tx, &entry.id).await?;
    put_named(tx, &row, &names.into_iter().collect::<Vec<_>>()).await?;
    rebound::take_contacts(app, tx, entry, before.is_some()).await?;
    let Membership { population, by } = app.policies.membership(entry, directory_of(&entry.id).unwrap_or_default());
    // Somebody who comes back after having been gone is moved too: what was written down of them stays.
    let (was, was_by) = before.map(|before| (before.population, before.population_by)).unwrap_or_default();
    if (&was, &was_by) != (&population, &by) {
        store::person::people::put_population(tx, &entry.id, &population, &by).await?;
    }
    Ok(was != population)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn row(id: &str, account: &str) -> PersonRow {
        PersonRow {
            id: id.to_owned(),
            account: account.to_owned(),
            enabled: true,
            privileged: false,
            locked: false,
            must_change: false,
            password_changed_at: None,
            expires_at: None,
        }
    }

    #[tokio::test]
    async fn a_name_means_one_person_or_nobody() {
        // EN-08
        let store = Store::in_memory().await.expect("store");
        let mut tx = store.begin().await.expect("transaction");
        for (id, account, alias) in
            [("1", "ada", "a.lovelace"), ("2", "grace", "ada"), ("3", "linus", "shared"), ("4", "marie", "shared")]
        {
            let names = [(account.to_owned(), false), (alias.to_owned(), true)];
            put_named(&mut tx, &row(id, account), &names).await.expect("put");
        }
        for (name, id) in
            [("ada", Some("1")), ("a.lovelace", Some("1")), ("grace", Some("2")), ("shared", None), ("nobody", None)]
        {
            let found = named(&mut tx, name).await.expect("asked").map(|person| person.id);
            assert_eq!(found.as_deref(), id, "{name}");
        }
    }

    #[tokio::test]
    async fn whoever_is_renamed_or_gone_is_not_found_by_the_old_name() {
        let store = Store::in_memory().await.expect("store");
        let mut tx = store.begin().await.expect("transaction");
        let named_so = |name: &str| [(name.to_owned(), false)];
        put_named(&mut tx, &row("1", "ada"), &named_so("ada")).await.expect("put");
        put_named(&mut tx, &row("1", "ada.king"), &named_so("ada.king")).await.expect("put");
        assert!(named(&mut tx, "ada").await.expect("asked").is_none());
        assert_eq!(named(&mut tx, "ada.king").await.expect("asked").expect("found").id, "1");
        store::person::people::mark_gone(&mut tx, "1").await.expect("marked");
        assert!(named(&mut tx, "ada.king").await.expect("asked").is_none());
        put(&mut tx, row("1", "ada")).await.expect("put");
        assert!(named(&mut tx, "ada").await.expect("asked").is_some(), "and comes back");
    }
}
