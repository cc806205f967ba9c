//! `[delivery]`: by which gateways messages leave, in which order.

use std::collections::BTreeSet;
use std::path::PathBuf;

use latchkey_delivery::{Kind, twilio};
use serde::{Deserialize, Serialize};

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
    /// An account at Twilio, or at a provider that copies its API.
    pub twilio: Option<twilio::Settings>,
    /// Where it reaches this server: `listener.public_url`.
    #[serde(skip)]
    pub public_url: Option<PublicUrl>,
}

impl DeliveryConfig {
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
            let GatewayConfig { name, kinds, .. } = gateway;
            if !is_name(name) || !names.insert(name) {
                return Some(format!(
                    "delivery.gateway: name \"{name}\": 1 to 32 of a-z, 0-9 and -, each gateway another one"
                ));
            }
            if kinds.is_empty() || super::repeated(kinds).is_some() {
                return Some(format!(
                    "delivery.gateway \"{name}\": kinds: at least one of text, call, email, each once"
                ));
            }
            let ways = usize::from(gateway.outbox.is_some()) + usize::from(gateway.twilio.is_some());
            if ways != 1 {
                return Some(format!("delivery.gateway \"{name}\": exactly one way to send: outbox or twilio"));
            }
            gateway.fault_of_twilio().map(|fault| format!("delivery.gateway \"{name}\": twilio: {fault}"))
        })
    }
}

impl GatewayConfig {
    fn fault_of_twilio(&self) -> Option<String> {
        let settings = self.twilio.as_ref()?;
        let unreached = settings.calls_back(&self.kinds) && self.public_url.is_none();
        let unreached = unreached.then(|| {
            "listener.public_url is missing, where it asks what a call says and reports; only texts and reports = false \
             need none"
                .to_owned()
        });
        settings.fault(&self.kinds).or(unreached)
    }
}

/// Whether a name may stand in an address of ours and in a label.
fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
