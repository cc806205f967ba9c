//! The calls of the API, made to a server in this process.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use latchkey_server::App;
use latchkey_server::http::routes::router;
use latchkey_tests::puzzle;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Whoever asks a server, from one address.
pub(crate) struct Calls {
    router: Router,
    from: SocketAddr,
    /// Each is a request of its own.
    passwords_sent: AtomicU64,
}

/// An attempt, as its app holds it.
#[derive(Debug)]
pub(crate) struct Attempt {
    token: String,
    pub(crate) flow: Value,
}

impl Attempt {
    pub(crate) fn step(&self) -> &str {
        self.flow.get("step").and_then(Value::as_str).unwrap_or_default()
    }
}

impl Calls {
    pub(crate) fn to(app: &Arc<App>) -> Self {
        Self {
            router: router(Arc::clone(app)),
            from: (Ipv4Addr::LOCALHOST, 0).into(),
            passwords_sent: AtomicU64::new(0),
        }
    }

    /// The same from another address.
    pub(crate) fn from(self, address: Ipv4Addr) -> Self {
        Self { from: (address, 0).into(), ..self }
    }

    /// What a solved human check and a name become; the check itself is not timed by anybody.
    pub(crate) async fn start_of(&self, intent: &str, name: &str) -> Result<Value> {
        let (status, check) = self.post("/v1/human-checks", None, &json!({"kind": "proof_of_work"})).await?;
        ensure!(status == 201, "a human check: {status} {check}");
        Ok(json!({"intent": intent, "account": name, "human_check": puzzle::solved(&check)?, "language": "en"}))
    }

    /// Begins an attempt.
    pub(crate) async fn begin(&self, start: &Value) -> Result<Attempt> {
        let (status, body) = self.post("/v1/flows", None, start).await?;
        ensure!(status == 201, "a start: {status} {body}");
        let token = body.get("token").and_then(Value::as_str).context("no token")?.to_owned();
        Ok(Attempt { token, flow: body.get("flow").context("no flow")?.clone() })
    }

    /// A call of an attempt, which moves on to whatever the answer shows; its status.
    pub(crate) async fn act(&self, attempt: &mut Attempt, call: &str, mut body: Value) -> Result<(u16, Value)> {
        if let (Some(body), Some(revision)) = (body.as_object_mut(), attempt.flow.get("revision")) {
            body.insert("revision".to_owned(), revision.clone());
        }
        let (status, body) = self.post(&format!("/v1/flow/{call}"), Some(&attempt.token), &body).await?;
        let shown = if status == 200 { Some(&body) } else { body.get("flow") };
        if let Some(shown) = shown.filter(|shown| shown.is_object()) {
            attempt.flow = shown.clone();
        }
        Ok((status, body))
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<(u16, Value)> {
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/json").extension(ConnectInfo(self.from));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if path.ends_with("/password") {
            let number = self.passwords_sent.fetch_add(1, Ordering::Relaxed);
            request = request.header("idempotency-key", format!("5a0c6a9e-7d3c-4b0a-9f57-{number:012x}"));
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body.to_string()))?).await?;
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    }
}
