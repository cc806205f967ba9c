//! LDAP directories: OpenLDAP with ppolicy, 389 Directory Server, FreeIPA's schema.
//!
//! Settings and a way to the outside come in; accounts, verdicts and outcomes go out. A password is written by the service
//! account in one Modify with the operation's marker ([`Write::Modify`]), or by the extended operation of RFC 3062, which
//! takes no marker ([`Write::Rfc3062`]). Nothing is written that the marker does not allow, and nothing twice.

mod check;
mod control;
mod elsewhere;
mod groups;
mod people;
mod person;
mod policy;
mod rights;
mod schema;
mod settle;
mod time;
mod verify;
mod write;

use std::slice;
use std::sync::{Arc, Mutex, OnceLock};

use latchkey_api::password::Rule;
use secrecy::SecretString;

use crate::check::Finding;
use crate::connection::{
    Address, AddressError, ConnectionError, Connections, Dn, Found, Outside, Pace, Scope, Search, Session, Stands,
    Trust, TrustError, asked_again, escape_filter, locked,
};
use crate::settings::{Settings, Write};
use crate::{
    Answer, AsItStands, Directory, DirectoryError, Elsewhere, Entry, Mark, Operation, Outcome, Page, Policy, Verdict,
    Written,
};
use groups::{Groups, Listing};
use people::Reading;
use person::Person;
use policy::{PasswordPolicy, Policies};
use schema::Schema;

pub use rights::Rights;

/// An LDAP directory.
pub struct Ldap {
    settings: Settings,
    connections: Connections,
    schema: Schema,
    policies: Policies,
    served: Groups,
    privileged: Groups,
    /// The groups by which people are told apart, each by itself.
    told_apart: Vec<Groups>,
    rights: Mutex<Rights>,
    rules: Mutex<Vec<Rule>>,
    reading: tokio::sync::Mutex<Reading>,
    flavour: OnceLock<Flavour>,
    /// The server was seen to keep a password as it was sent.
    stores_clear: OnceLock<bool>,
    pace: Pace,
}

/// Why a directory cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("servers is empty")]
    NoServer,
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("bases is empty")]
    NoBase,
    #[error("{0} is not a distinguished name")]
    NotADn(String),
    #[error("filter \"{0}\" is not an LDAP filter (RFC 4515)")]
    Filter(String),
    #[error("write = \"modify\" needs a single-valued attribute for the marker: set marker, or write = \"rfc3062\"")]
    NoMarker,
    #[error("\"{0}\" is not the name of an attribute")]
    Attribute(String),
}

/// What the server says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flavour {
    /// OpenLDAP; whether it has ppolicy.
    OpenLdap {
        ppolicy: bool,
    },
    /// 389 Directory Server, and FreeIPA, which is built on it.
    Ds389,
    Other,
}

impl Ldap {
    /// Makes a directory of its settings; nothing is asked of it yet.
    ///
    /// # Errors
    /// If the settings cannot be used.
    pub fn new(settings: Settings, outside: Outside) -> Result<Self, SettingsError> {
        let addresses = settings.servers.iter().map(|text| Address::parse(text)).collect::<Result<Vec<_>, _>>()?;
        if addresses.is_empty() {
            return Err(SettingsError::NoServer);
        }
        if settings.bases.is_empty() {
            return Err(SettingsError::NoBase);
        }
        let groups = settings.groups.iter().chain(&settings.privileged_groups).chain(&settings.told_apart);
        let entries = settings.policy.iter().chain(&settings.decoy).chain([&settings.bind]);
        for dn in settings.bases.iter().chain(groups).chain(entries) {
            Dn::read(dn).filter(|_| !dn.is_empty()).ok_or_else(|| SettingsError::NotADn(dn.clone()))?;
        }
        if let Some(filter) = settings.filter.as_ref().filter(|filter| ldap3::parse_filter(filter.as_str()).is_err()) {
            return Err(SettingsError::Filter(filter.clone()));
        }
        if settings.write == Write::Modify && settings.marker.is_none() {
            return Err(SettingsError::NoMarker);
        }
        let schema = Schema::new(&settings);
        let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if let Some(name) = schema.attributes().into_iter().find(|name| !is_name(name)) {
            return Err(SettingsError::Attribute(name.to_owned()));
        }
        let trust = Trust::new(settings.ca.as_deref())?;
        let listing = Arc::new(Listing::default());
        Ok(Self {
            connections: Connections::new(addresses, trust, settings.bind.clone(), outside),
            schema,
            policies: Policies::default(),
            served: Groups::new(&settings.groups, &listing),
            privileged: Groups::new(&settings.privileged_groups, &listing),
            told_apart: settings.told_apart.iter().map(|group| Groups::new(slice::from_ref(group), &listing)).collect(),
            rights: Mutex::new(Rights::Unknown),
            rules: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
            flavour: OnceLock::new(),
            stores_clear: OnceLock::new(),
            pace: Pace::default(),
            settings,
        })
    }

    /// Who is served, as a filter: a name, and what the configuration says.
    fn filter(&self) -> String {
        let named = format!("({}=*)", self.schema.account());
        match &self.settings.filter {
            Some(filter) if filter.starts_with('(') => format!("(&{named}{filter})"),
            Some(filter) => format!("(&{named}({filter}))"),
            None => named,
        }
    }

    /// The entry with this id, if the filter takes it in too.
    async fn find(&self, session: &mut Session, id: &str, filter: &str) -> Result<Option<Found>, DirectoryError> {
        let filter = format!("(&({}={}){filter})", self.schema.id, escape_filter(id));
        let attributes = self.schema.attributes();
        let mut all = Vec::new();
        for base in &self.settings.bases {
            let search = Search { base, scope: Scope::Subtree, filter: &filter, attributes: &attributes, limit: 10 };
            all.extend(session.search(&search).await?);
        }
        let first = all.pop();
        if let (Some(one), Some(other)) =
            (&first, all.iter().find(|other| first.as_ref().is_none_or(|one| one.dn != other.dn)))
        {
            let what = format!("{} and {} have the same {}", one.dn, other.dn, self.schema.id);
            return Err(DirectoryError::Misconfigured(session.nonsense(&what).into()));
        }
        Ok(first)
    }

    /// Whoever has this id, served or not.
    async fn locate(&self, session: &mut Session, id: &str) -> Result<Option<Person>, DirectoryError> {
        match self.find(session, id, "(objectClass=*)").await? {
            Some(found) => Ok(Some(self.person(session, found).await?)),
            None => Ok(None),
        }
    }

    async fn person(&self, session: &mut Session, found: Found) -> Result<Person, DirectoryError> {
        let policy = self.policy_of(session, &found).await?;
        Person::read(found, &self.schema, policy.as_ref(), self.connections.now())
            .map_err(|what| DirectoryError::Misconfigured(session.nonsense(&format!("half an entry: {what}")).into()))
    }

    /// The rules for passwords that hold for an entry.
    async fn policy_of(
        &self,
        session: &mut Session,
        found: &Found,
    ) -> Result<Option<Arc<PasswordPolicy>>, ConnectionError> {
        let own = found.text("pwdPolicySubentry").or_else(|| found.text("krbPwdPolicyReference"));
        match own.or(self.settings.policy.as_deref()) {
            Some(dn) => self.policies.of(session, dn).await,
            None => Ok(None),
        }
    }

    /// Reads the rules for everybody anew, where they were read a while ago.
    async fn refresh_rules(&self, session: &mut Session) -> Result<(), ConnectionError> {
        let Some(dn) = &self.settings.policy else { return Ok(()) };
        if let Some(policy) = self.policies.of(session, dn).await? {
            *locked(&self.rules) = policy.rules(self.known_rights());
        }
        Ok(())
    }

    /// What the server says it is, asked once.
    async fn flavour(&self, session: &mut Session) -> Result<Flavour, ConnectionError> {
        if let Some(flavour) = self.flavour.get() {
            return Ok(*flavour);
        }
        let root = session.read("", &["objectClass", "vendorName", "vendorVersion", "supportedControl"]).await?;
        let root = root.ok_or_else(|| session.nonsense("no root entry"))?;
        let flavour = if root.texts("objectClass").any(|class| class.eq_ignore_ascii_case("OpenLDAProotDSE")) {
            Flavour::OpenLdap { ppolicy: root.texts("supportedControl").any(|oid| oid == control::OID) }
        } else if root.texts("vendorName").chain(root.texts("vendorVersion")).any(|vendor| vendor.contains("389")) {
            Flavour::Ds389
        } else {
            Flavour::Other
        };
        Ok(*self.flavour.get_or_init(|| flavour))
    }

    async fn one(&self, id: &str) -> Result<Option<Entry>, DirectoryError> {
        let mut session = self.connections.any().await?;
        self.refresh_rules(&mut session).await?;
        let Some(found) = self.find(&mut session, id, &self.filter()).await? else { return Ok(None) };
        Ok(self.served(&mut session, found).await?.map(|person| person.entry))
    }

    async fn stands_whole(&self, id: &str) -> Result<AsItStands, DirectoryError> {
        let mut session = self.connections.any().await?;
        self.refresh_rules(&mut session).await?;
        let nobody =
            || AsItStands { entry: None, marker: None, policy: Policy { account: String::new(), rules: self.rules() } };
        let Some(found) = self.find(&mut session, id, &self.filter()).await? else { return Ok(nobody()) };
        let policy = self.policy_of(&mut session, &found).await?;
        let rules = policy.map_or_else(Vec::new, |policy| policy.rules(self.known_rights()));
        let Some(person) = self.served(&mut session, found).await? else { return Ok(nobody()) };
        let marker = person.marker.filter(|_| self.settings.write == Write::Modify);
        let stands = Stands { server: session.server().to_owned(), marker };
        let policy = Policy { account: person.entry.account.clone(), rules };
        Ok(AsItStands { entry: Some(person.entry), marker: Some(stands.to_string()), policy })
    }

    /// Somebody who was found, if they are served; whether they are privileged is known then.
    async fn served(&self, session: &mut Session, found: Found) -> Result<Option<Person>, DirectoryError> {
        let mut person = self.person(session, found).await?;
        let account = person.entry.account.clone();
        if !self.served.is_empty() && !self.served.have(session, &person.dn, &account).await? {
            return Ok(None);
        }
        person.entry.privileged = self.is_own(&person.dn)
            || (!self.privileged.is_empty() && self.privileged.have(session, &person.dn, &account).await?);
        for (name, group) in self.settings.told_apart.iter().zip(&self.told_apart) {
            if group.have(session, &person.dn, &account).await? {
                person.entry.groups.push(name.clone());
            }
        }
        Ok(Some(person))
    }

    /// Whether an entry belongs to this server itself: nobody resets the service account (FL-11).
    fn is_own(&self, dn: &str) -> bool {
        let own = [Some(&self.settings.bind), self.settings.decoy.as_ref()];
        let dn = Dn::read(dn);
        own.into_iter().flatten().any(|own| Dn::read(own) == dn)
    }

    async fn policy_for(&self, id: &str) -> Result<Policy, DirectoryError> {
        let mut session = self.connections.any().await?;
        let Some(found) = self.find(&mut session, id, "(objectClass=*)").await? else {
            return Ok(Policy { account: String::new(), rules: self.rules() });
        };
        let policy = self.policy_of(&mut session, &found).await?;
        let account = self.person(&mut session, found).await?.entry.account;
        let rights = self.known_rights();
        Ok(Policy { account, rules: policy.map_or_else(Vec::new, |policy| policy.rules(rights)) })
    }

    async fn stands(&self, id: &str) -> Result<Stands, DirectoryError> {
        let mut session = self.connections.any().await?;
        let marker = match self.settings.write {
            Write::Modify => self.locate(&mut session, id).await?.and_then(|person| person.marker),
            Write::Rfc3062 => None,
        };
        Ok(Stands { server: session.server().to_owned(), marker })
    }
}

impl Directory for Ldap {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        Box::pin(self.verify(account, password))
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        Box::pin(self.put(operation, Some(old), new))
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        Box::pin(self.put(operation, None, new))
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        Box::pin(self.lift(operation))
    }

    fn unlock_elsewhere<'a>(
        &'a self,
        operation: Operation<'a>,
    ) -> std::pin::Pin<Box<dyn Future<Output = Vec<Elsewhere>> + Send + 'a>> {
        Box::pin(self.lift_elsewhere(operation))
    }

    fn rules(&self) -> Vec<Rule> {
        locked(&self.rules).clone()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        Box::pin(async move { asked_again!(self.policy_for(account)) })
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move { Ok(Some(asked_again!(self.stands(account))?.to_string())) })
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        Box::pin(self.ask_after(operation))
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        Box::pin(self.read_on(after))
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        Box::pin(async move { asked_again!(self.one(id)) })
    }

    fn as_it_stands<'a>(&'a self, account: &'a str) -> Answer<'a, AsItStands> {
        Box::pin(async move { asked_again!(self.stands_whole(account)) })
    }

    fn check<'a>(&'a self) -> std::pin::Pin<Box<dyn Future<Output = Vec<Finding>> + Send + 'a>> {
        Box::pin(self.look())
    }
}
