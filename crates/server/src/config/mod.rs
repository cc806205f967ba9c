//! One TOML file; unknown keys are refused, secrets are named by path and never inline.

mod beside;
pub mod delivery;
pub mod directory;
pub mod hook;
pub mod microsoft;
pub mod policy;
pub mod population;
pub mod posture;
pub mod preset;
pub mod public_url;
mod renamed;

pub mod admin;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use latchkey_api::flow::{Destination, Method};
use latchkey_api::password::{Rule, together};
use latchkey_api::{Campus, campus::Helpdesk, human_check};
use latchkey_directory::settings::Settings;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::config::admin::Admin;
use crate::config::delivery::DeliveryConfig;
use crate::config::hook::HookConfig;
use crate::config::microsoft::MicrosoftConfig;
use crate::config::population::{Policies, Population};
use crate::config::preset::Preset;
use crate::config::public_url::PublicUrl;
use crate::crypt::hashing::Cost;
use crate::guard::limits::Limits;
use crate::guard::prices::Prices;
use crate::typed::blocklist::campus_words;
use crate::typed::number::{CountryCodes, Range, Region, Type};
use crate::typed::{MailDomains, Plan};

pub use policy::{Change, FirstBinding, Gates, Methods, OfficePhone, PasswordRules, Policy, Register, SecondFactor};

/// The languages that are spoken, the one first that is spoken where another lacks a text.
pub(crate) const LANGUAGES: [&str; 7] = ["en", "es", "fr", "de", "zh-Hans", "ar", "vi"];

/// Why a configuration is not used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {0}")]
    File(PathBuf, #[source] std::io::Error),
    /// Has line, column and key.
    #[error("{0}")]
    Content(#[from] toml::de::Error),
    #[error("{0}")]
    Setting(String),
}

/// The whole configuration.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What holds for everything that is not set.
    #[serde(default)]
    pub preset: Preset,
    /// Absent in the demonstration, which has its own listener.
    pub listener: Option<Listener>,
    #[serde(default)]
    pub connections: Connections,
    /// Where operators look; absent is nowhere.
    pub admin: Option<Admin>,
    pub store: Option<StoreFiles>,
    pub campus: CampusConfig,
    /// Where the accounts are; without any they are in the server's own database.
    #[serde(default, rename = "directory")]
    pub directories: Vec<Settings>,
    #[serde(default)]
    pub human_check: HumanChecks,
    #[serde(default)]
    pub methods: Methods,
    #[serde(default)]
    pub gates: Gates,
    #[serde(default)]
    pub register: Register,
    #[serde(default)]
    pub change: Change,
    #[serde(default)]
    pub password: PasswordRules,
    /// Who is served otherwise than the rest, the first that somebody fits being theirs.
    #[serde(default, rename = "population")]
    pub populations: Vec<Population>,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub prices: Prices,
    #[serde(default = "default_cost")]
    pub hashing: Cost,
    pub delivery: Option<DeliveryConfig>,
    /// Absent where no program of the campus is told of changes.
    pub hook: Option<HookConfig>,
    /// Absent where nothing is taken from Microsoft.
    pub microsoft: Option<MicrosoftConfig>,
}

const fn default_cost() -> Cost {
    Cost::DEFAULT
}

/// Where people connect to; always TLS.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    pub address: SocketAddr,
    /// PEM, the server's own certificate first.
    pub certificate: PathBuf,
    /// PEM.
    pub key: PathBuf,
    /// Networks of proxies that say in `Forwarded` or `X-Forwarded-For` where a request comes from; nobody else is
    /// believed (OT-07).
    #[serde(default)]
    pub proxies: Vec<IpNet>,
    /// Where others reach this server: gateways that report, or ask what a call says after a key.
    pub public_url: Option<PublicUrl>,
}

/// How many connections are held at once; what comes beyond is closed at once (AP-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Connections {
    /// In all: each costs at most about 60 KiB, so that these stay below 300 MiB (AP-06). 64 to 100,000.
    pub in_all: u32,
    /// From one address, or of IPv6 one /64. At least 8.
    pub per_address: u32,
    /// From one address of `campus.networks`, which a building may share. At least `per_address`.
    pub per_campus_address: u32,
}

impl Default for Connections {
    fn default() -> Self {
        Self { in_all: 4_000, per_address: 64, per_campus_address: 1_000 }
    }
}

impl Connections {
    fn are_possible(self) -> bool {
        (64..=100_000).contains(&self.in_all)
            && (8..=self.in_all).contains(&self.per_address)
            && (self.per_address..=self.in_all).contains(&self.per_campus_address)
    }
}

/// The files that hold what is remembered.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StoreFiles {
    pub database: PathBuf,
    /// Mode 0600, on another backup than the database.
    pub keys: PathBuf,
}

/// The campus as its people know it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CampusConfig {
    pub name: String,
    pub colour: Option<String>,
    pub helpdesk: Helpdesk,
    #[serde(default)]
    pub account_label: BTreeMap<String, String>,
    pub account_example: Option<String>,
    /// Language of messages when the app names none that is known.
    #[serde(default = "english")]
    pub language: String,
    /// Region of numbers that are typed without a country code.
    pub country: Region,
    /// Regions whose numbers are served; empty is the campus' own alone (TF-01).
    #[serde(default)]
    pub serve: Vec<Region>,
    /// Types of lines that are served.
    #[serde(default = "Type::all")]
    pub types: Vec<Type>,
    /// Ranges of numbers that are served beside.
    #[serde(default)]
    pub also: Vec<Range>,
    /// What `serve` was called when it listed country codes.
    #[serde(default, skip_serializing)]
    pub countries: CountryCodes,
    /// Mail domains whose mailboxes open with the campus password: never a method.
    #[serde(default)]
    pub mail_domains: MailDomains,
    /// Networks of the campus, whose addresses many people share: offices, labs, wireless.
    #[serde(default)]
    pub networks: Vec<IpNet>,
    #[serde(default = "any_client")]
    pub oldest_client: String,
}

fn english() -> String {
    "en".to_owned()
}

fn any_client() -> String {
    "0.1.0".to_owned()
}

impl CampusConfig {
    /// Which numbers are served (TF-01).
    #[must_use]
    pub fn plan(&self) -> Plan {
        let Self { country, serve, types, also, .. } = self;
        Plan { country: *country, serve: serve.clone(), types: types.clone(), also: also.clone() }
    }

    /// Whether anything is sent there: a number has to be served by this campus, whoever has registered it (E1, TF-01).
    #[must_use]
    pub(crate) fn sends_to(&self, method: Method, value: &SecretString) -> bool {
        let by_phone = method.destination() == Some(Destination::Phone);
        !by_phone || self.plan().reaches(method, value.expose_secret()).is_ok()
    }

    /// The words that stand for the campus, of which no password may be made alone (PW-02).
    pub(crate) fn words(&self) -> Vec<String> {
        campus_words(&self.name, &self.helpdesk.name, self.mail_domains.names())
    }
}

/// The human checks that are taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HumanChecks {
    /// The preferred one first.
    pub kinds: Vec<human_check::Kind>,
}

impl Default for HumanChecks {
    /// Nothing to see, hear or remember (WCAG 2.2, 3.3.8).
    fn default() -> Self {
        Self { kinds: vec![human_check::Kind::ProofOfWork] }
    }
}

impl Config {
    /// Reads and checks a configuration.
    ///
    /// # Errors
    /// With line and key where it is malformed, or the name of the setting that is out of bounds.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File(path.to_owned(), error))?;
        let mut config = Self::parse(&text)?;
        let credentials = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        beside::resolve(&mut config, path, credentials.as_deref());
        Ok(config)
    }

    /// The same, from text.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        if let Some(why) = renamed::found(text) {
            return Err(ConfigError::Setting(why));
        }
        // As it was written first: this error has the line.
        let written: Self = toml::from_str(text)?;
        let mut config = Self::deserialize(written.preset.under(toml::from_str(text)?)?)?;
        let public = config.listener.as_ref().and_then(|listener| listener.public_url.clone());
        if let Some(delivery) = &mut config.delivery {
            delivery.reached_at(public.as_ref());
        }
        for directory in &mut config.directories {
            directory.told_apart = population::groups_of(&config.populations, &directory.name);
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let refuse = |why: String| Err(ConfigError::Setting(why));
        if let Some(name) = self.limits.beyond().first() {
            return refuse(format!(
                "limits.{name} is out of its bounds: too loose, or so strict that nobody is served"
            ));
        }
        if let Some(why) = self.prices.trouble() {
            return refuse(why);
        }
        if let Some(why) = self.admin.and_then(Admin::trouble) {
            return refuse(why);
        }
        if !self.hashing.is_enough() {
            return refuse(format!("hashing is cheaper than the floor, {:?}", Cost::FLOOR));
        }
        if !self.connections.are_possible() {
            return refuse(
                "connections: in_all is 64 to 100000, 8 <= per_address <= per_campus_address <= in_all".to_owned(),
            );
        }
        if let Some(why) = self.policy().fault_of_campus() {
            return refuse(why);
        }
        if self.human_check.kinds.is_empty() || repeated(&self.human_check.kinds).is_some() {
            return refuse("human_check.kinds: at least one kind, each once".to_owned());
        }
        if let Some(why) = self.delivery.as_ref().and_then(DeliveryConfig::fault) {
            return refuse(why);
        }
        if let Some(why) = self.hook.as_ref().and_then(HookConfig::fault) {
            return refuse(why);
        }
        if let Some(why) = self.microsoft.as_ref().and_then(MicrosoftConfig::fault) {
            return refuse(why);
        }
        if let Some(why) = directory::fault(&self.directories) {
            return refuse(why);
        }
        if let Some(why) = population::fault(self) {
            return refuse(why);
        }
        if self.campus.types.is_empty() {
            return refuse("campus.types: at least one of mobile and fixed_line".to_owned());
        }
        Ok(())
    }

    /// What holds for whoever is of no population.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            methods: self.methods.clone(),
            gates: self.gates.clone(),
            register: self.register.clone(),
            change: self.change.clone(),
            password: self.password.clone(),
        }
    }

    /// Every method that is offered to anybody, in the campus' own order as far as it has them.
    fn offered_to_anybody(&self) -> Vec<Method> {
        let policies = Policies::of(self);
        let mut all: Vec<Method> = Vec::new();
        for method in policies.served().flat_map(|(_, policy)| &policy.methods.offered) {
            if !all.contains(method) {
                all.push(*method);
            }
        }
        all
    }

    /// What the app is told; `rules` are those of the directory.
    #[must_use]
    pub fn public(&self, rules: &[Rule]) -> Campus {
        let campus = &self.campus;
        Campus {
            name: campus.name.clone(),
            colour: campus.colour.clone(),
            logo_png: None,
            helpdesk: campus.helpdesk.clone(),
            account_label: campus.account_label.clone(),
            account_example: campus.account_example.clone(),
            methods: self.offered_to_anybody(),
            human_checks: self.human_check.kinds.clone(),
            password_rules: together(&self.password.of_the_campus(), rules),
            languages: languages(&campus.language),
            oldest_client: campus.oldest_client.clone(),
            suspended: false,
        }
    }
}

/// Whether a name may stand in ids, logs and labels.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=32).contains(&name.len()) && name.chars().all(allowed)
}

fn repeated<T: PartialEq>(list: &[T]) -> Option<&T> {
    list.iter().enumerate().find(|(at, one)| list.iter().take(*at).any(|before| before == *one)).map(|(_, one)| one)
}

fn languages(own: &str) -> Vec<String> {
    let mut all: Vec<String> = LANGUAGES.into_iter().map(str::to_owned).collect();
    all.sort_by_key(|language| language != own);
    all
}

#[cfg(test)]
mod tests;
