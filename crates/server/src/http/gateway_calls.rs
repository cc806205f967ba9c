//! What gateways call: the next step of a call, reports of what became of a message.
//!
//! These routes are there for the gateways that are configured to call back, and are no part of the API of the app. What
//! a call means is decided in `crates/delivery`, what a report changes in `message`. Whoever cannot show that they are
//! the provider is answered as if there were no such route: a provider that signs by its signature, another by the
//! address itself, which nobody else was given. Whether there is such a message is told to nobody.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use latchkey_api::Code;
use latchkey_delivery::http::{ReportCall, Reports};
use latchkey_delivery::report::{self, Report, Try};
use latchkey_delivery::twilio::{Callbacks, Called, NotHeard, Step};
use secrecy::ExposeSecret as _;

use super::only;
use crate::app::App;
use crate::message::reported::reported;
use crate::message::{gateways, recordings};
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
    by_name: BTreeMap<String, Calls>,
}

/// What one gateway calls.
enum Calls {
    /// It signs, and makes calls.
    Signed(Box<Callbacks>),
    /// It knows an address for each message.
    Addressed(Reports),
}

/// The routes of the gateways that call back; none where there are none.
pub(super) fn routes(app: &Arc<App>) -> Router {
    let public = app.config.listener.as_ref().and_then(|listener| listener.public_url.as_ref());
    let gateways = app.config.delivery.iter().flat_map(|delivery| &delivery.gateways);
    let by_name: BTreeMap<String, Calls> = gateways
        .filter_map(|gateway| {
            if let Some(reports) = gateways::reports(gateway, &app.keys) {
                return Some((gateway.name.clone(), Calls::Addressed(reports)));
            }
            let settings = gateway.twilio.clone().filter(|settings| settings.calls_back(&gateway.kinds))?;
            let callbacks = Callbacks::new(settings, &gateway.name, public?.as_str());
            Some((gateway.name.clone(), Calls::Signed(Box::new(callbacks))))
        })
        .collect();
    if by_name.is_empty() {
        return Router::new();
    }
    Router::new()
        .route("/v1/gateways/{gateway}/call/{sealed}", post(call))
        .route("/v1/gateways/{gateway}/playing/{sealed}", get(playing))
        .route("/v1/gateways/{gateway}/report/{message}", get(report).post(report))
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
    let (name, Calls::Signed(callbacks)) = gateways.named(&gateway)? else { return Err(Refused::new(Code::NotFound)) };
    let now = gateways.app.clock.now();
    let received = Received::read(callbacks, request).await?;
    let heard = callbacks.step(&sealed, &received.called(), now).await;
    let Step { document, said } = heard.map_err(|error| unheard(name, &error))?;
    if let Some((message, provider_id)) = said {
        tracing::info!(gateway = name, message, "a call is heard");
        gateways.note(name, &message, &Report { of: Try::Named(provider_id), state: report::State::Delivered }).await?;
    }
    let kind = HeaderValue::from_static("text/xml; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], document.expose_secret().to_owned()).into_response())
}

/// A code that a call plays. Whoever has the address was handed it a minute ago at the most, as part of a call.
async fn playing(
    State(gateways): State<Arc<Gateways>>,
    Path((gateway, sealed)): Path<(String, String)>,
) -> Answer<Response> {
    let (name, Calls::Signed(callbacks)) = gateways.named(&gateway)? else { return Err(Refused::new(Code::NotFound)) };
    let playing = callbacks.played(&sealed, gateways.app.clock.now()).await.map_err(|error| unheard(name, &error))?;
    let wav = playing.and_then(|playing| recordings::joined(&playing.language, &playing.code));
    let wav = wav.ok_or_else(|| Refused::new(Code::NotFound))?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], wav).into_response())
}

/// What became of a message.
async fn report(
    State(gateways): State<Arc<Gateways>>,
    Path((gateway, message)): Path<(String, String)>,
    request: Request,
) -> Answer<StatusCode> {
    match gateways.named(&gateway)? {
        (name, Calls::Signed(callbacks)) => {
            let received = Received::read(callbacks, request).await?;
            let report = callbacks.report(&received.called()).await.map_err(|error| unheard(name, &error))?;
            gateways.note(name, &message, &report).await?;
            Ok(StatusCode::NO_CONTENT)
        }
        (name, Calls::Addressed(reports)) => gateways.told(name, reports, &message, request).await,
    }
}

impl Gateways {
    fn named(&self, name: &str) -> Answer<(&str, &Calls)> {
        let found = self.by_name.get_key_value(name);
        found.map(|(name, calls)| (name.as_str(), calls)).ok_or_else(|| Refused::new(Code::NotFound))
    }

    /// A report at an address that was given with the message. It is answered alike whatever it says, and whether or not
    /// the message is still known.
    async fn told(&self, name: &str, reports: &Reports, ticket: &str, request: Request) -> Answer<StatusCode> {
        // Whoever only looks whether there is something reports nothing.
        if request.method() == Method::HEAD {
            return Err(Refused::new(Code::NotFound));
        }
        let query = request.uri().query().unwrap_or_default().to_owned();
        let body = read(request).await?;
        let heard = reports.heard(&ReportCall { ticket, query: &query, body: &body }, self.app.clock.now());
        let (message, report) = heard.map_err(|error| {
            tracing::warn!(gateway = name, %error, "somebody who called as a gateway was not heard");
            Refused::new(Code::NotFound)
        })?;
        match report {
            Some(report) => self.note(name, &message, &report).await?,
            None => tracing::debug!(gateway = name, message, "a report that no rule says anything of"),
        }
        Ok(StatusCode::OK)
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
        Ok(Self { path, signature, body: read(request).await? })
    }

    fn called(&self) -> Called<'_> {
        Called { path: &self.path, signature: self.signature.as_deref(), body: &self.body }
    }
}

/// The body of a request, which is short and comes at once.
async fn read(request: Request) -> Answer<Vec<u8>> {
    let body = tokio::time::timeout(PATIENCE, axum::body::to_bytes(request.into_body(), LONGEST_FORM)).await;
    let body = body.map_err(|_| Refused::new(Code::Malformed))?.map_err(|_| Refused::new(Code::TooLarge))?;
    Ok(body.to_vec())
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
