//! `[microsoft]`: Microsoft's delivery requests, taken and sent by the campus' own gateways.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::CampusConfig;
use crate::typed::Plan;
use crate::typed::number::{Range, Region, Type};

/// What is taken from Microsoft, and from whom that is.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MicrosoftConfig {
    /// Directory (tenant) ID: tokens of this tenant alone are taken.
    pub tenant: Uuid,
    /// Application (client) ID of the registration that stands for this server.
    pub application: Uuid,
    /// What tokens are made out for beside `application` and `api://application`: the identifier URIs of the registration.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// Where the keys of tokens are published; absent is where Microsoft publishes those of the tenant.
    pub signing_keys: Option<String>,
    /// What requests are encrypted to; two while one takes the place of the other.
    pub certificates: Vec<CertificateFiles>,
    /// Whether texts are sent.
    #[serde(default = "yes")]
    pub texts: bool,
    /// Whether calls are made.
    #[serde(default = "yes")]
    pub calls: bool,
    /// Regions whose numbers are served; empty is the campus' own alone (TF-01).
    #[serde(default)]
    pub serve: Vec<Region>,
    /// Types of lines that are served.
    #[serde(default = "Type::all")]
    pub types: Vec<Type>,
    /// Ranges of numbers that are served beside.
    #[serde(default)]
    pub also: Vec<Range>,
    #[serde(default)]
    pub limits: MicrosoftLimits,
}

const fn yes() -> bool {
    true
}

/// A certificate and its private key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateFiles {
    /// PEM.
    pub certificate: PathBuf,
    /// PEM (PKCS #8), mode 0600.
    pub key: PathBuf,
    /// The `keyId` of its registration, where that is another than `microsoft keys` has printed.
    pub id: Option<Uuid>,
}

/// How much is sent for Microsoft at the most; apart from what the campus' own resets may send (TF-02, TF-14).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MicrosoftLimits {
    /// Messages to one number in 10 minutes. Somebody who signs in may need several in a row.
    pub per_number_per_ten_minutes: u32,
    /// Messages to one number in 24 hours.
    pub per_number_per_day: u32,
    /// Messages to numbers that differ in their last four digits only, in an hour (TF-02).
    pub per_prefix_per_hour: u32,
    /// Messages in a minute.
    pub per_minute: u32,
    /// Messages in 24 hours: what a day may cost at the most.
    pub per_day: u32,
}

impl Default for MicrosoftLimits {
    fn default() -> Self {
        Self {
            per_number_per_ten_minutes: 5,
            per_number_per_day: 30,
            per_prefix_per_hour: 100,
            per_minute: 300,
            per_day: 10_000,
        }
    }
}

impl MicrosoftLimits {
    /// The names of those that are out of their bounds.
    fn beyond(&self) -> Vec<&'static str> {
        let checks = [
            ("per_number_per_ten_minutes", self.per_number_per_ten_minutes, 1..=20),
            ("per_number_per_day", self.per_number_per_day, 1..=200),
            ("per_prefix_per_hour", self.per_prefix_per_hour, 1..=10_000),
            ("per_minute", self.per_minute, 1..=6_000),
            ("per_day", self.per_day, 1..=1_000_000),
        ];
        checks.into_iter().filter(|(_, value, bounds)| !bounds.contains(value)).map(|(name, _, _)| name).collect()
    }
}

/// Certificates that may stand side by side: the old one, the new one, and one to spare.
const MOST_CERTIFICATES: usize = 3;

impl MicrosoftConfig {
    /// Which numbers are served.
    #[must_use]
    pub fn plan(&self, campus: &CampusConfig) -> Plan {
        let Self { serve, types, also, .. } = self;
        Plan { country: campus.country, serve: serve.clone(), types: types.clone(), also: also.clone() }
    }

    /// Where the keys of tokens are published.
    #[must_use]
    pub fn signing_keys(&self) -> String {
        let own = || format!("https://login.microsoftonline.com/{}/discovery/v2.0/keys", self.tenant);
        self.signing_keys.clone().unwrap_or_else(own)
    }

    /// What a token may be made out for.
    #[must_use]
    pub fn audiences(&self) -> Vec<String> {
        let own = [self.application.to_string(), format!("api://{}", self.application)];
        own.into_iter().chain(self.audiences.iter().cloned()).collect()
    }

    /// What is wrong with it, in words for its author.
    pub(super) fn fault(&self) -> Option<String> {
        if let Some(name) = self.limits.beyond().first() {
            return Some(format!("microsoft.limits.{name} is out of its bounds"));
        }
        if self.certificates.is_empty() || self.certificates.len() > MOST_CERTIFICATES {
            return Some(format!(
                "microsoft.certificates: 1 to {MOST_CERTIFICATES}; `latchkey-server microsoft keys` makes one"
            ));
        }
        if self.types.is_empty() {
            return Some("microsoft.types: at least one of mobile and fixed_line".to_owned());
        }
        if !self.texts && !self.calls {
            return Some("microsoft: neither texts nor calls; leave out the whole section instead".to_owned());
        }
        if self.audiences.iter().any(|audience| audience.trim().is_empty()) {
            return Some("microsoft.audiences: an empty one".to_owned());
        }
        let address = self.signing_keys();
        let host = address.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or_default());
        let on_this_machine = host.is_some_and(|host| host == "127.0.0.1" || host == "localhost");
        if !address.starts_with("https://") && !on_this_machine {
            return Some("microsoft.signing_keys: an https address".to_owned());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const SECTION: &str = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n[microsoft]\n\
        tenant = \"11111111-2222-3333-4444-555555555555\"\napplication = \"66666666-7777-8888-9999-000000000000\"\n\
        certificates = [{ certificate = \"a.pem\", key = \"a.key\" }]\n";

    #[test]
    fn the_section_of_the_example_is_good_and_says_the_defaults() {
        let example = include_str!("../../../../packaging/server.example.toml");
        let (_, section) = example.split_once("# [microsoft]").expect("the section");
        let setting =
            |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
        let lines = section.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| setting(line));
        let (campus, _) = SECTION.split_once("[microsoft]").expect("a campus");
        let text = format!("{campus}[microsoft]\n{}\n", lines.collect::<Vec<_>>().join("\n"));
        let microsoft = Config::parse(&text).expect("a configuration").microsoft.expect("the section");
        let own = Config::parse(SECTION).expect("a configuration").microsoft.expect("the section");
        assert_eq!(microsoft.limits, own.limits);
        assert_eq!((microsoft.texts, microsoft.calls, microsoft.serve.len()), (own.texts, own.calls, own.serve.len()));
        assert_eq!(microsoft.signing_keys(), own.signing_keys());
        assert_eq!(microsoft.types, own.types);
    }

    #[test]
    fn the_section_has_rules_of_its_own_and_names_what_is_wrong_in_it() {
        let config = Config::parse(SECTION).expect("a configuration");
        let microsoft = config.microsoft.expect("the section");
        assert!(microsoft.plan(&config.campus).serves("+12025550134").is_ok());
        assert!(microsoft.plan(&config.campus).serves("+4930901820").is_err());
        assert!(microsoft.signing_keys().starts_with("https://login.microsoftonline.com/11111111-"));
        assert_eq!(microsoft.audiences().len(), 2);
        for (wrong, says) in [
            ("serve = [\"DE\"]\nserve = []", "duplicate"),
            ("texts = false\ncalls = false", "neither texts nor calls"),
            ("types = []", "microsoft.types"),
            ("signing_keys = \"http://login.example/keys\"", "microsoft.signing_keys"),
            ("signing_keys = \"http://localhost.example/keys\"", "microsoft.signing_keys"),
            ("audiences = [\" \"]", "microsoft.audiences"),
            ("[microsoft.limits]\nper_minute = 0", "per_minute"),
            ("[microsoft.limits]\nper_day = 2000000", "per_day"),
            ("secret = \"x\"", "secret"),
        ] {
            let error = Config::parse(&format!("{SECTION}{wrong}\n")).expect_err(wrong).to_string();
            assert!(error.contains(says), "{wrong}: {error}");
        }
        let none = SECTION.replace("[{ certificate = \"a.pem\", key = \"a.key\" }]", "[]");
        assert!(Config::parse(&none).expect_err("refused").to_string().contains("microsoft keys"));
    }
}
