//! Active Directory and Samba: over LDAP as they speak it, with one server for one operation.
//!
//! A password and the marker of its operation are written in one Modify, which compares the marker that was there before:
//! so every write is done once or not at all, and what became of it can be told (PW-11). Nobody whom the directory
//! protects is ever served (FL-11), and no write leaves here while the service account could change one of them (PW-07).

mod check;
mod entry;
mod groups;
mod ids;
mod locate;
mod password;
mod people;
mod rights;
mod root;
mod rules;
mod served;
mod time;
mod verdict;
mod verify;
mod write;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use latchkey_api::password::Rule;
use secrecy::SecretString;

use self::root::Root;
use crate::check::Finding;
use crate::connection::{
    Address, AddressError, ConnectionError, Connections, Dn, Lease, Outside, Pace, Trust, TrustError, asked_again,
    locked,
};
use crate::settings::{Contacts, Settings};
use crate::{
    Answer, AsItStands, Directory, DirectoryError, Entry, Mark, Operation, Outcome, Page, Policy, Verdict, Written,
};

pub use locate::{Locator, NotLocated};

/// Where the marker is kept if nothing else is said: single-valued, in every schema, and not among the attributes that
/// people may write of themselves.
pub const MARKER: &str = "adminDescription";

/// For how long after a change NTLM takes the old password beside the new one, where nobody has set it otherwise.
const OLD_PASSWORD_ALLOWED: Duration = Duration::from_secs(60 * 60);

/// An Active Directory domain.
pub struct ActiveDirectory {
    settings: Settings,
    bases: Vec<Dn>,
    connections: Connections,
    locator: Option<Locator>,
    located: Mutex<Option<Timestamp>>,
    groups: Mutex<Option<(Timestamp, groups::Groups)>>,
    harmless: Mutex<Option<Timestamp>>,
    rules: Mutex<Vec<Rule>>,
    pace: Pace,
    /// What each server has said of itself, and when.
    roots: Mutex<HashMap<String, (Timestamp, Arc<Root>)>>,
}

/// Why a configuration is none of an Active Directory domain.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("servers")]
    Address(#[from] AddressError),
    #[error("ca")]
    Trust(#[from] TrustError),
    #[error("name the `servers`, or the `domain` by which DNS names them")]
    NoServers,
    #[error("`bases` is empty: below which entries are the people who are served?")]
    NoBases,
    #[error("bases: \"{0}\" is no distinguished name")]
    Base(String),
    #[error("{setting}: \"{name}\" is no name of an attribute")]
    Attribute { setting: &'static str, name: String },
    #[error("domain: DNS cannot be asked")]
    Dns(#[source] NotLocated),
}

impl ActiveDirectory {
    /// A domain as the configuration tells of it. Nothing is asked yet.
    ///
    /// # Errors
    /// If the configuration cannot be one.
    pub fn new(settings: Settings, outside: Outside) -> Result<Self, SetupError> {
        let locator = match (&settings.servers[..], &settings.domain) {
            ([], Some(domain)) => Some(Locator::of_system(domain).map_err(SetupError::Dns)?),
            ([], None) => return Err(SetupError::NoServers),
            (_, _) => None,
        };
        Self::located_by(settings, outside, locator)
    }

    /// The same, whose servers are looked for by `locator` where the configuration does not list them.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn located_by(mut settings: Settings, outside: Outside, locator: Option<Locator>) -> Result<Self, SetupError> {
        fill_in(&mut settings);
        for (setting, names) in attributes(&settings) {
            if let Some(name) = names.iter().find(|name| !is_attribute(name)) {
                return Err(SetupError::Attribute { setting, name: (*name).clone() });
            }
        }
        if settings.bases.is_empty() {
            return Err(SetupError::NoBases);
        }
        let base = |text: &String| Dn::read(text).ok_or_else(|| SetupError::Base(text.clone()));
        let bases = settings.bases.iter().map(base).collect::<Result<_, _>>()?;
        let addresses = settings.servers.iter().map(|server| Address::parse(server)).collect::<Result<_, _>>()?;
        let trust = Trust::new(settings.ca.as_deref())?;
        let connections = Connections::new(addresses, trust, settings.bind.clone(), outside);
        Ok(Self {
            settings,
            bases,
            connections,
            locator,
            located: Mutex::default(),
            groups: Mutex::default(),
            harmless: Mutex::default(),
            rules: Mutex::default(),
            pace: Pace::default(),
            roots: Mutex::default(),
        })
    }

    /// A session with the first server that answers; the PDC emulator is the first where DNS names them.
    async fn any(&self) -> Result<Lease, ConnectionError> {
        self.look_for_servers(false).await?;
        match self.connections.any().await {
            Err(error) if error.nothing_was_sent() && self.locator.is_some() => {
                self.look_for_servers(true).await?;
                self.connections.any().await
            }
            done => done,
        }
    }

    fn marker_attribute(&self) -> &str {
        self.settings.marker.as_deref().unwrap_or(MARKER)
    }
}

/// What a configuration need not say.
fn fill_in(settings: &mut Settings) {
    if settings.names.is_empty() {
        settings.names = owned(&["sAMAccountName", "userPrincipalName", "mail"]);
    }
    if settings.marker.is_none() {
        settings.marker = Some(MARKER.to_owned());
    }
    if settings.contacts == Contacts::default() {
        settings.contacts = Contacts {
            full_name: owned(&["displayName"]),
            mobile_phone: owned(&["mobile", "otherMobile"]),
            office_phone: owned(&["telephoneNumber"]),
            mail: owned(&["mail"]),
        };
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// All attributes that the configuration names, by the setting that names them.
fn attributes(settings: &Settings) -> [(&'static str, Vec<String>); 3] {
    let Contacts { full_name, mobile_phone, office_phone, mail } = &settings.contacts;
    let contacts = [full_name, mobile_phone, office_phone, mail].into_iter().flatten().cloned().collect();
    [("names", settings.names.clone()), ("contacts", contacts), ("marker", settings.marker.iter().cloned().collect())]
}

fn is_attribute(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

impl Directory for ActiveDirectory {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        Box::pin(self.verified(account, password))
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        Box::pin(self.changed(operation, old, new))
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        Box::pin(self.set(operation, new))
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        Box::pin(self.unlocked(operation))
    }

    fn rules(&self) -> Vec<Rule> {
        locked(&self.rules).clone()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        Box::pin(async move { asked_again!(self.policy_of(account)) })
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move { Ok(Some(asked_again!(self.stands_anywhere(account))?.to_string())) })
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        Box::pin(self.settled(operation))
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        Box::pin(async move { asked_again!(self.people_after(after)) })
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        Box::pin(async move { asked_again!(self.entry_of(id)) })
    }

    fn as_it_stands<'a>(&'a self, account: &'a str) -> Answer<'a, AsItStands> {
        Box::pin(async move { asked_again!(self.stands_whole(account)) })
    }

    /// By NTLM (`OldPasswordAllowedPeriod`, KB906305; Samba has the same).
    fn takes_old_for(&self, _: &str) -> Option<Duration> {
        Some(OLD_PASSWORD_ALLOWED)
    }

    fn check<'a>(&'a self) -> Pin<Box<dyn Future<Output = Vec<Finding>> + Send + 'a>> {
        Box::pin(self.checked())
    }
}

/// The directory answers, but with something that cannot be right.
fn misconfigured(error: ConnectionError) -> DirectoryError {
    DirectoryError::Misconfigured(Box::new(error))
}
