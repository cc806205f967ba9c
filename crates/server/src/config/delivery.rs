//! `[delivery]`: by which gateways messages leave, in which order.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use latchkey_api::Method;
use latchkey_delivery::{Kind, http, in_one_line, smtp, twilio};
use serde::{Deserialize, Serialize};

use super::population::Policies;
use super::{Config, ConfigError, is_name};
use crate::config::public_url::PublicUrl;
use crate::typed::number::Region;

/// How messages are sent.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryConfig {
    /// Everything goes into this file of JSON lines and nothing leaves: for demonstrations and drills, alone.
    pub outbox: Option<PathBuf>,
    /// The gateways, the one first that is preferred.
    #[serde(default, rename = "gateway")]
    pub gateways: Vec<GatewayConfig>,
}

/// One gateway.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayConfig {
    /// What logs, metrics and commands call it.
    pub name: String,
    /// What it carries.
    pub kinds: Vec<Kind>,
    /// Where it carries texts and calls to; everywhere when there are none.
    #[serde(default)]
    pub regions: Vec<Region>,
    /// What goes by it goes into this file.
    pub outbox: Option<PathBuf>,
    /// What goes by it goes to a mail relay.
    pub smtp: Option<smtp::Settings>,
    /// What goes by it is asked of a provider over HTTP, as templates say.
    pub http: Option<http::Settings>,
    /// An account at Twilio, or at a provider that copies its API.
    pub twilio: Option<twilio::Settings>,
    /// Where it reaches this server: `listener.public_url`.
    #[serde(skip)]
    pub public_url: Option<PublicUrl>,
}

/// What is offered and served, and carried by no gateway: people would wait for it in vain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{method} is offered{}, and no gateway carries a {}{}: add the kind to one, or take the method out of methods.offered",
    .population.as_ref().map(|name| format!(" to population {name:?}")).unwrap_or_default(),
    .kind.as_str(),
    .region.as_ref().map(|region| format!(" to {region}")).unwrap_or_default()
)]
pub struct Uncarried {
    pub method: Method,
    pub kind: Kind,
    /// The population that it is offered to, where the campus itself does not offer it.
    pub population: Option<String>,
    /// The one served region that is left out; none where nobody carries the kind at all.
    pub region: Option<Region>,
}

/// How a method is reached; nothing where nothing is sent.
#[must_use]
pub const fn kind_of(method: Method) -> Option<Kind> {
    match method {
        Method::TextMobile => Some(Kind::Text),
        Method::CallMobile | Method::CallOffice => Some(Kind::Call),
        Method::Email => Some(Kind::Email),
        Method::Totp | Method::Questions | Method::RecoveryCode | Method::HelpdeskPass | Method::CurrentPassword => {
            None
        }
    }
}

impl DeliveryConfig {
    /// Reads a file that has nothing but `[delivery]`, for the demonstration that is reached at `public`.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn read(path: &Path, public: &PublicUrl) -> Result<Self, ConfigError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            delivery: DeliveryConfig,
        }
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File(path.to_owned(), error))?;
        let File { mut delivery } = toml::from_str(&text)?;
        delivery.reached_at(Some(public));
        delivery.fault().map_or(Ok(delivery), |why| Err(ConfigError::Setting(why)))
    }

    /// Tells every gateway where it reaches this server.
    pub(super) fn reached_at(&mut self, public: Option<&PublicUrl>) {
        for gateway in &mut self.gateways {
            gateway.public_url = public.cloned();
        }
    }

    /// What is wrong with it, in words for its author.
    pub(super) fn fault(&self) -> Option<String> {
        if self.outbox.is_some() != self.gateways.is_empty() {
            return Some("delivery: either outbox alone, or at least one [[delivery.gateway]]".to_owned());
        }
        let mut names = BTreeSet::new();
        self.gateways.iter().find_map(|gateway| {
            let name = &gateway.name;
            if !is_name(name) || !names.insert(name) {
                return Some(format!(
                    "delivery.gateway: name \"{name}\": 1 to 32 of a-z, 0-9 and -, each gateway another one"
                ));
            }
            gateway.fault().map(|why| format!("delivery.gateway \"{name}\": {why}"))
        })
    }

    /// The gateways that carry a kind, in their order.
    pub(super) fn carriers(&self, kind: Kind) -> impl Iterator<Item = &GatewayConfig> {
        self.gateways.iter().filter(move |gateway| gateway.kinds.contains(&kind))
    }

    /// What a method of this configuration needs and nobody carries.
    #[must_use]
    pub fn uncarried(&self, config: &Config) -> Vec<Uncarried> {
        if self.outbox.is_some() {
            return Vec::new();
        }
        let campus = &config.campus;
        let served = if campus.serve.is_empty() { std::slice::from_ref(&campus.country) } else { &campus.serve };
        let mut needed: Vec<(Method, Option<String>)> = Vec::new();
        for (name, policy) in Policies::of(config).served() {
            let population = (!name.is_empty()).then(|| name.to_owned());
            let new = policy.methods.offered.iter().filter(|method| !needed.iter().any(|(known, _)| known == *method));
            let new: Vec<_> = new.map(|method| (*method, population.clone())).collect();
            needed.extend(new);
        }
        let sent = needed.into_iter().filter_map(|(method, population)| Some((method, kind_of(method)?, population)));
        sent.flat_map(|(method, kind, population)| {
            let lacking = Uncarried { method, kind, population, region: None };
            self.uncarried_to(&lacking, served)
        })
        .collect()
    }

    /// Where nobody carries this to.
    fn uncarried_to(&self, lacking: &Uncarried, served: &[Region]) -> Vec<Uncarried> {
        let kind = lacking.kind;
        if self.carriers(kind).next().is_none() {
            return vec![lacking.clone()];
        }
        let reaches = |gateway: &GatewayConfig, region| gateway.regions.is_empty() || gateway.regions.contains(region);
        let everywhere = kind == Kind::Email;
        let left = served.iter().filter(|region| !everywhere && !self.carriers(kind).any(|one| reaches(one, region)));
        left.map(|region| Uncarried { region: Some(*region), ..lacking.clone() }).collect()
    }
}

impl GatewayConfig {
    fn fault(&self) -> Option<String> {
        if self.kinds.is_empty() || super::repeated(&self.kinds).is_some() {
            return Some("kinds: at least one of text, call, email, each once".to_owned());
        }
        let ways = [self.outbox.is_some(), self.smtp.is_some(), self.http.is_some(), self.twilio.is_some()];
        if ways.into_iter().filter(|there| *there).count() != 1 {
            return Some("exactly one way to send: outbox, smtp, http or twilio".to_owned());
        }
        self.fault_of_smtp().or_else(|| self.fault_of_http()).or_else(|| self.fault_of_twilio())
    }

    fn fault_of_smtp(&self) -> Option<String> {
        let smtp = self.smtp.as_ref()?;
        let others = self.kinds != [Kind::Email];
        let why = if others { Some("kinds: a mail relay carries email alone") } else { smtp.fault() };
        why.map(|why| format!("smtp: {why}"))
    }

    fn fault_of_twilio(&self) -> Option<String> {
        let settings = self.twilio.as_ref()?;
        let unreached = settings.calls_back(&self.kinds) && self.public_url.is_none();
        let unreached = unreached.then(|| {
            "listener.public_url is missing, where it asks what a call says and reports; only texts and reports = false \
             need none"
                .to_owned()
        });
        settings.fault(&self.kinds).or(unreached).map(|why| format!("twilio: {why}"))
    }

    fn fault_of_http(&self) -> Option<String> {
        let http = self.http.as_ref()?;
        let why = match http.check() {
            Ok(()) if http.is_told() && self.public_url.is_none() => {
                "listener.public_url is missing, which {report_url} begins with".to_owned()
            }
            Ok(()) => http.fault_of_kinds(&self.kinds)?.to_owned(),
            Err(error) => in_one_line(&error),
        };
        Some(format!("http: {why}"))
    }
}
