//! The outside of the server: listener, routes, what every request goes through on its way in and every answer on its
//! way out.
//!
//! Requests come in, calls of `flow` go out, and what those refuse becomes problem details. Nothing is decided here.

pub mod admin;
pub mod microsoft;
pub mod routes;
pub mod serve;

mod document;
mod gateway_calls;
mod outbox_page;
mod problem;
mod sounds;

pub(crate) mod listener;
pub(crate) mod source;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use latchkey_api::Code;
use latchkey_api::bounds::{Bounded, DEVICE, MEANS_ID};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::app::App;
use crate::clock;
use crate::flow::TokenHash;
use crate::refused::Refused;

/// Longest body that is read (AP-06).
pub const LONGEST_BODY: usize = 16 * 1024;
/// How long a request may take, and how long its body may take to arrive (AP-06).
const LONGEST: Duration = Duration::from_secs(10);
/// How long one may take that can write into the directory. What it says is decided by its flow, which waits five
/// seconds for the write itself; here nobody knows whether a write has begun (B1).
const LONGEST_WRITE: Duration = Duration::from_secs(60);
/// The calls that can write into the directory.
const WRITES: [&str; 2] = ["/v1/flow/password", "/v1/flow/proof"];
/// The calls by which a stranger asks about a name: their answers leave at steps, since what is done for somebody and for
/// nobody is alike and not the same (EN-02).
const OF_STRANGERS: [&str; 5] = ["/v1/flows", "/v1/flow/challenge", "/v1/flow/proof", "/v1/not-me", "/v1/reminders"];

/// A JSON body of exactly the documented shape, its bounds included.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Bounded> FromRequest<S> for Json<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Refused::new(Code::UnsupportedMediaType));
        }
        let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|n| n.to_str().ok());
        if announced.and_then(|n| n.parse::<u64>().ok()).is_some_and(|n| n > LONGEST_BODY as u64) {
            return Err(Refused::new(Code::TooLarge));
        }
        let body = tokio::time::timeout(LONGEST, axum::body::to_bytes(request.into_body(), LONGEST_BODY)).await;
        let body = body.map_err(|_| Refused::new(Code::Malformed))?;
        let body = body.map_err(|_| Refused::new(Code::TooLarge))?;
        // What does not parse is not quoted anywhere: it may be half a password.
        let request = serde_json::from_slice(&body).ok().filter(T::is_within_bounds);
        request.map(Self).ok_or_else(|| Refused::new(Code::Malformed))
    }
}

/// From the bearer token of a flow (RFC 6750), which goes no further.
impl<S: Send + Sync> FromRequestParts<S> for TokenHash {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        bearer(&parts.headers).map(Self::of).ok_or_else(|| Refused::new(Code::Unauthorized))
    }
}

/// The token of a known workstation.
#[derive(Debug)]
pub(crate) struct DeviceToken(pub(crate) SecretString);

impl<S: Send + Sync> FromRequestParts<S> for DeviceToken {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let token = bearer(&parts.headers).map(SecretString::from).filter(|token| DEVICE.takes_secret(token));
        token.map(Self).ok_or_else(|| Refused::new(Code::Unauthorized))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = only(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    let is_one = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= 128;
    is_one.then_some(token)
}

/// The id in a path.
#[derive(Debug)]
pub(crate) struct Id(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        // Nothing that the server has named is called anything else.
        let id = id.ok().filter(|Path(id)| MEANS_ID.takes(id));
        id.map(|Path(id)| Self(id)).ok_or_else(|| Refused::new(Code::NotFound))
    }
}

/// `Idempotency-Key`, a UUID that the app chose before its first try.
#[derive(Debug)]
pub(crate) struct IdempotencyKey(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let key = only(&parts.headers, &HeaderName::from_static("idempotency-key"));
        // The form with hyphens alone (RFC 9562 §4): the others are not what the document calls a UUID.
        let key = key.filter(|key| key.len() == 36).and_then(|key| Uuid::try_parse(key).ok());
        key.map(Self).ok_or_else(|| Refused::new(Code::Malformed))
    }
}

/// The value of a header that is there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        return None;
    }
    first.to_str().ok()
}

/// Refuses what comes from a page of a browser, ends what takes too long, and dresses every answer (AP-08, AP-09).
pub(crate) async fn fence(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let id = Uuid::new_v4();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().map(|matched| matched.as_str().to_owned());
    let span = tracing::info_span!("request", %id, %method, path = gateway_calls::loggable(&path));
    let came = app.clock.now();
    let secret = ["/v1/flow/proof", "/v1/flow/password", "/v1/flow/methods", "/v1/not-me"];
    let secret = secret.iter().any(|secret| path.starts_with(secret));
    let answer = async {
        if request.headers().contains_key(header::ORIGIN) {
            return Refused::new(Code::NotAllowed).into_response();
        }
        let longest = if WRITES.contains(&path.as_str()) { LONGEST_WRITE } else { LONGEST };
        let strangers = OF_STRANGERS.contains(&path.as_str());
        let step = if strangers { app.config.limits.answer_step_milliseconds } else { 0 };
        let step = Duration::from_millis(step.into());
        match clock::in_steps(step, tokio::time::timeout(longest, next.run(request))).await {
            Ok(response) => response,
            Err(_) => Refused::new(Code::Unavailable).retry_after(1).into_response(),
        }
    };
    let mut response = async {
        let response = answer.await;
        let took = app.clock.now().duration_since(came);
        let took_us = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
        // What is asked for and does not exist is one route: the paths of strangers are no labels.
        let route = route.as_deref().unwrap_or("other");
        app.metrics.answered(route, response.status().as_u16(), Duration::try_from(took).unwrap_or_default());
        tracing::info!(status = response.status().as_u16(), took_us, "answered");
        response
    }
    .instrument(span)
    .await;
    dress(response.headers_mut(), &id.to_string(), app.tls, secret);
    response
}

fn dress(headers: &mut HeaderMap, id: &str, tls: bool, secret: bool) {
    let always = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    if tls {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    if secret {
        // The connection's read buffer holds the request until it is freed (SM-01).
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
}

/// `404` for everything that is not documented.
pub(crate) async fn not_found() -> Refused {
    Refused::new(Code::NotFound)
}

/// `405` for every method that is not documented.
pub(crate) async fn method_not_allowed() -> Refused {
    Refused::new(Code::MethodNotAllowed)
}

/// A handler that panicked has changed nothing that was not committed.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> axum::http::Response<Body> {
    tracing::error!("a handler panicked");
    Refused::new(Code::Internal).into_response()
}
