//! `POST /v1/microsoft/messages`: where Microsoft's delivery requests come in. The route is there only where `[microsoft]`
//! is configured, and no part of the API that our own programs speak: its form is Microsoft's.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use serde::Serialize;
use uuid::Uuid;

use super::{method_not_allowed, only};
use crate::app::App;
use crate::guard::budget::seconds_until;
use crate::microsoft::{Asked, Microsoft, Outcome, Refusal};

/// Where Microsoft is to post to, below `listener.public_url`.
pub const PATH: &str = "/v1/microsoft/messages";
/// Longest body that is read: the encrypted part has at most 16 KiB, and little stands around it.
const LONGEST_BODY: usize = 24 * 1024;
/// How long a body may take to arrive; Microsoft waits 1.5 s for the whole.
const PATIENCE: Duration = Duration::from_secs(2);
/// Longest id that is taken from a header; Microsoft's are UUIDs.
const LONGEST_ID: usize = 128;

/// Everything a request needs.
type Served = Arc<(Arc<App>, Arc<Microsoft>)>;

/// The route, for a server that takes Microsoft's requests.
pub(crate) fn routes(app: Arc<App>, microsoft: Arc<Microsoft>) -> Router {
    Router::new()
        .route(PATH, post(deliver))
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Arc::new((app, microsoft)))
}

/// What is answered to what was taken.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    nonce: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
    provider_status: &'static str,
}

/// What is answered to what was not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failed {
    error: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    request_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    correlation_id: Option<String>,
}

async fn deliver(State(served): State<Served>, request: Request) -> Response {
    let (app, microsoft) = &*served;
    let (parts, body) = request.into_parts();
    let id = |name: &'static str| id_in(&parts.headers, name);
    let (attempt, correlation) = (id("x-ms-client-request-id"), id("x-ms-correlation-id"));
    let authorization = only(&parts.headers, &header::AUTHORIZATION);
    let outcome = match microsoft.caller(authorization).await {
        Ok(caller) => {
            let body = read(body).await;
            microsoft.take(app, &caller, Asked { attempt, body: &body }).await
        }
        Err(refusal) => Outcome { correlation: None, nonce: Err(refusal) },
    };
    let correlation_id = outcome.correlation.or_else(|| correlation.map(str::to_owned));
    match outcome.nonce {
        Ok(nonce) => axum::Json(Accepted { nonce, correlation_id, provider_status: "accepted" }).into_response(),
        Err(refusal) => {
            let request_id = Uuid::new_v4();
            let status = refusal.status();
            tracing::warn!(%request_id, attempt, correlation, status, %refusal, "Microsoft's request was not taken");
            failed(app, &refusal, request_id, correlation_id)
        }
    }
}

fn failed(app: &App, refusal: &Refusal, request_id: Uuid, correlation_id: Option<String>) -> Response {
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (error, reason) = (refusal.word(), refusal.reason());
    let mut response = (status, axum::Json(Failed { error, reason, request_id, correlation_id })).into_response();
    let headers = response.headers_mut();
    match refusal {
        Refusal::Unknown(_) => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Refusal::Spent { until } => {
            headers.insert(header::RETRY_AFTER, seconds_until(*until, app.clock.now()).into());
        }
        Refusal::NotAllowed(_)
        | Refusal::Malformed(_)
        | Refusal::Unopened(_)
        | Refusal::Incomplete(_)
        | Refusal::OtherAttempt
        | Refusal::Channel
        | Refusal::Extension
        | Refusal::NotServed(_)
        | Refusal::NotNow(_) => {}
    }
    response
}

/// The body, or nothing if it is too long or does not arrive: that is no JSON either.
async fn read(body: Body) -> Bytes {
    let read = tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, LONGEST_BODY)).await;
    read.ok().and_then(Result::ok).unwrap_or_default()
}

/// An id of Microsoft's, if it is one: of letters, digits and what stands between them in ids.
fn id_in<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    let id = only(headers, &HeaderName::from_static(name))?;
    let is_id = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-'));
    (is_id && (1..=LONGEST_ID).contains(&id.len())).then_some(id)
}
