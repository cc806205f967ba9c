//! What gateways call: the next step of a call, reports of what became of a message.
//!
//! These routes are there for the gateways that are configured to call back, and are no part of the API of the app. What
//! a call means is decided in `crates/delivery`, what a report changes in `message`. Whoever cannot show that they are
//! the provider is answered as if there were no such route.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use latchkey_api::Code;
use latchkey_delivery::twilio;
use latchkey_delivery::twilio::{Callbacks, Called, NotHeard, Report, Step};
use secrecy::ExposeSecret as _;

use super::only;
use crate::app::App;
use crate::message::reported::reported;
use crate::refused::{Answer, Refused};

/// Where these routes begin; what follows the gateway and what is called of it is kept out of logs.
pub(super) const PREFIX: &str = "/v1/gateways/";
/// Longest form that is read.
const LONGEST_FORM: usize = 16 * 1024;
/// How long it may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is called, by the names of the gateways.
struct Gateways {
    app: Arc<App>,
    by_name: BTreeMap<String, Callbacks>,
}

/// The routes of the gateways that call back; none where there are none.
pub(super) fn routes(app: &Arc<App>) -> Router {
    let public = app.config.listener.as_ref().and_then(|listener| listener.public_url.as_ref());
    let gateways = app.config.delivery.iter().flat_map(|delivery| &delivery.gateways);
    let by_name: BTreeMap<String, Callbacks> = gateways
        .filter_map(|gateway| {
            let settings = gateway.twilio.clone().filter(|settings| settings.calls_back(&gateway.kinds))?;
            Some((gateway.name.clone(), Callbacks::new(settings, &gateway.name, public?.as_str())))
        })
        .collect();
    if by_name.is_empty() {
        return Router::new();
    }
    Router::new()
        .route("/v1/gateways/{gateway}/call/{sealed}", post(call))
        .route("/v1/gateways/{gateway}/report/{message}", post(report))
        .with_state(Arc::new(Gateways { app: Arc::clone(app), by_name }))
}

/// The path of a request as logs may have it: what is sealed in an address stays there.
pub(super) fn loggable(path: &str) -> &str {
    let Some(rest) = path.strip_prefix(PREFIX) else { return path };
    let end = rest.match_indices('/').nth(1).map_or(path.len(), |(at, _)| PREFIX.len() + at);
    path.get(..end).unwrap_or(PREFIX)
}

/// What a call goes on with after a key.
async fn call(
    State(gateways): State<Arc<Gateways>>,
    Path((gateway, sealed)): Path<(String, String)>,
    request: Request,
) -> Answer<Response> {
    let (name, callbacks) = gateways.named(&gateway)?;
    let now = gateways.app.clock.now();
    let received = Received::read(callbacks, request).await?;
    let heard = callbacks.step(&sealed, &received.called(), now).await;
    let Step { document, said } = heard.map_err(|error| unheard(name, &error))?;
    if let Some((message, provider_id)) = said {
        tracing::info!(gateway = name, message, "a call is heard");
        gateways.note(name, &message, &Report { provider_id, state: twilio::State::Delivered }).await?;
    }
    let kind = HeaderValue::from_static("text/xml; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], document.expose_secret().to_owned()).into_response())
}

/// What became of a message.
async fn report(
    State(gateways): State<Arc<Gateways>>,
    Path((gateway, message)): Path<(String, String)>,
    request: Request,
) -> Answer<StatusCode> {
    let (name, callbacks) = gateways.named(&gateway)?;
    let received = Received::read(callbacks, request).await?;
    let report = callbacks.report(&received.called()).await.map_err(|error| unheard(name, &error))?;
    gateways.note(name, &message, &report).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Gateways {
    fn named(&self, name: &str) -> Answer<(&str, &Callbacks)> {
        let found = self.by_name.get_key_value(name);
        found.map(|(name, callbacks)| (name.as_str(), callbacks)).ok_or_else(|| Refused::new(Code::NotFound))
    }

    /// Writes a report down. One that says nothing new is answered alike.
    async fn note(&self, name: &str, message: &str, report: &Report) -> Answer<()> {
        let mut tx = self.app.store.begin().await?;
        let new = reported(&mut tx, message, report).await?;
        tx.commit().await?;
        if new {
            tracing::info!(gateway = name, message, state = ?report.state, "a message was reported");
        }
        Ok(())
    }
}

/// What came in, whoever sent it.
struct Received {
    path: String,
    signature: Option<String>,
    body: Vec<u8>,
}

impl Received {
    async fn read(callbacks: &Callbacks, request: Request) -> Answer<Self> {
        let name = HeaderName::from_bytes(callbacks.signature_header().as_bytes());
        let name = name.map_err(|_| Refused::new(Code::NotFound))?;
        let signature = only(request.headers(), &name).map(str::to_owned);
        let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let body = tokio::time::timeout(PATIENCE, axum::body::to_bytes(request.into_body(), LONGEST_FORM)).await;
        let body = body.map_err(|_| Refused::new(Code::Malformed))?.map_err(|_| Refused::new(Code::TooLarge))?;
        Ok(Self { path, signature, body: body.to_vec() })
    }

    fn called(&self) -> Called<'_> {
        Called { path: &self.path, signature: self.signature.as_deref(), body: &self.body }
    }
}

/// Says to the operator why, and to whoever called that there is nothing.
fn unheard(gateway: &str, error: &NotHeard) -> Refused {
    tracing::warn!(gateway, error = error as &dyn std::error::Error, "somebody who called as a gateway was not heard");
    match error {
        NotHeard::Unsigned | NotHeard::Incomplete => Refused::new(Code::NotFound),
        NotHeard::Token(_) | NotHeard::Unwritten(_) => Refused::new(Code::Unavailable).retry_after(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_in_an_address_is_not_logged() {
        for (path, logged) in [
            ("/v1/gateways/twilio/call/c2VhbGVk", "/v1/gateways/twilio/call"),
            ("/v1/gateways/twilio/call/c2VhbGVk/x", "/v1/gateways/twilio/call"),
            ("/v1/gateways/twilio/call", "/v1/gateways/twilio/call"),
            ("/v1/gateways/", "/v1/gateways/"),
            ("/v1/flow/methods/7/confirm", "/v1/flow/methods/7/confirm"),
        ] {
            assert_eq!(loggable(path), logged);
        }
    }
}
