//! The gateways of a campus, opened as its configuration orders them.

use std::path::Path;
use std::sync::Arc;

use latchkey_delivery::Delivery;
use latchkey_delivery::Kind;
use latchkey_delivery::ordered::{Gateway, Ordered};
use latchkey_delivery::outbox::{self, Outbox, OutboxError};
use latchkey_delivery::twilio::{Twilio, TwilioError};

use crate::config::delivery::{DeliveryConfig, GatewayConfig};
use crate::config::public_url::PublicUrl;

/// Why a gateway cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("delivery.gateway \"{0}\": twilio")]
    Twilio(String, #[source] TwilioError),
    #[error("delivery.gateway \"{0}\" has no way to send")]
    NoWay(String),
}

/// Opens all of them; nothing is sent or connected yet.
///
/// # Errors
/// If one cannot be used as it is configured.
pub fn open(config: &DeliveryConfig) -> Result<Ordered, GatewayError> {
    if let Some(path) = &config.outbox {
        return Ok(Ordered::new(vec![Gateway {
            name: "outbox".to_owned(),
            kinds: Kind::ALL.to_vec(),
            regions: Vec::new(),
            delivery: file(path)?,
        }]));
    }
    Ok(Ordered::new(config.gateways.iter().map(gateway).collect::<Result<_, _>>()?))
}

fn gateway(config: &GatewayConfig) -> Result<Gateway, GatewayError> {
    let GatewayConfig { name, kinds, regions, outbox, twilio, public_url } = config;
    let delivery = match (outbox, twilio) {
        (Some(path), _) => file(path)?,
        (None, Some(settings)) => {
            let public = public_url.as_ref().map(PublicUrl::as_str);
            let opened = Twilio::open(settings.clone(), name, public);
            Arc::new(opened.map_err(|error| GatewayError::Twilio(name.clone(), error))?)
        }
        (None, None) => return Err(GatewayError::NoWay(name.clone())),
    };
    let regions = regions.iter().map(ToString::to_string).collect();
    Ok(Gateway { name: name.clone(), kinds: kinds.clone(), regions, delivery })
}

fn file(path: &Path) -> Result<Arc<dyn Delivery>, OutboxError> {
    outbox::prepare(path)?;
    Ok(Arc::new(Outbox::new(path.to_owned())))
}
