//! The gateways of a campus, opened as its configuration orders them.

use std::path::Path;
use std::sync::Arc;

use latchkey_delivery::http::{Http, HttpError, Reports};
use latchkey_delivery::ordered::{Gateway, Ordered};
use latchkey_delivery::outbox::{self, Outbox, OutboxError};
use latchkey_delivery::smtp::Smtp;
use latchkey_delivery::twilio::{Twilio, TwilioError};
use latchkey_delivery::{Cause, Delivery, Kind};

use crate::config::delivery::{DeliveryConfig, GatewayConfig};
use crate::config::public_url::PublicUrl;
use crate::crypt::keys::{Keys, Use};

/// Why a gateway cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error("delivery.gateway \"{0}\": twilio")]
    Twilio(String, #[source] TwilioError),
    #[error("delivery.gateway \"{0}\": http")]
    Http(String, #[source] HttpError),
    #[error("delivery.gateway \"{0}\" has no way to send")]
    NoWay(String),
}

/// Opens all of them; nothing is sent or connected yet. The keys make the addresses that they report to.
///
/// # Errors
/// If one cannot be used as it is configured.
pub fn open(config: &DeliveryConfig, keys: &Keys) -> Result<Ordered, GatewayError> {
    if let Some(path) = &config.outbox {
        return Ok(Ordered::new(vec![Gateway {
            name: "outbox".to_owned(),
            kinds: Kind::ALL.to_vec(),
            regions: Vec::new(),
            delivery: file(path)?,
        }]));
    }
    let gateways = config.gateways.iter().map(|config| gateway(config, keys));
    Ok(Ordered::new(gateways.collect::<Result<_, _>>()?))
}

fn gateway(config: &GatewayConfig, keys: &Keys) -> Result<Gateway, GatewayError> {
    let GatewayConfig { name, kinds, regions, outbox, smtp, http, twilio, public_url } = config;
    let delivery: Arc<dyn Delivery> = if let Some(path) = outbox {
        file(path)?
    } else if let Some(settings) = smtp {
        Arc::new(Smtp::new(settings.clone()))
    } else if let Some(settings) = http {
        let opened = Http::open(settings, reports(config, keys));
        Arc::new(opened.map_err(|error| GatewayError::Http(name.clone(), error))?)
    } else if let Some(settings) = twilio {
        let public = public_url.as_ref().map(PublicUrl::as_str);
        let opened = Twilio::open(settings.clone(), name, public);
        Arc::new(opened.map_err(|error| GatewayError::Twilio(name.clone(), error))?)
    } else {
        return Err(GatewayError::NoWay(name.clone()));
    };
    let regions = regions.iter().map(ToString::to_string).collect();
    Ok(Gateway { name: name.clone(), kinds: kinds.clone(), regions, delivery })
}

/// Where a gateway reports to, where it is asked over HTTP and reports at all.
#[must_use]
pub fn reports(config: &GatewayConfig, keys: &Keys) -> Option<Reports> {
    let http = config.http.as_ref().filter(|http| http.is_told())?;
    let public = config.public_url.as_ref().map(PublicUrl::as_str)?;
    Some(Reports::new(&config.name, public, keys.all_for_use(Use::Report), http.report.clone()))
}

/// Reads the secrets and certificates that a gateway is configured with, and connects nowhere.
///
/// # Errors
/// If one cannot be used.
pub async fn look_at_files(config: &GatewayConfig) -> Result<(), Cause> {
    if let Some(settings) = &config.smtp {
        settings.look_at_files().await?;
    }
    if let Some(settings) = &config.http {
        Http::open(settings, None)?;
        for secret in settings.secret_files() {
            secret.read().await?;
        }
    }
    Ok(())
}

fn file(path: &Path) -> Result<Arc<dyn Delivery>, OutboxError> {
    outbox::prepare(path)?;
    Ok(Arc::new(Outbox::new(path.to_owned())))
}
