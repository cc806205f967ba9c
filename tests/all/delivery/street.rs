//! A campus whose clock stands still, whose texts or mails go by the gateways under test and all else into a file.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Body;
use axum::http::{Method as Verb, Request, StatusCode};
use latchkey_api::Method;
use latchkey_delivery::ordered::Ordered;
use latchkey_delivery::{Kind, Message};
use latchkey_server::clock::{Clock, MovableClock};
use latchkey_server::commands::demo;
use latchkey_server::config::Config;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::message::gateways;
use latchkey_server::{App, Worker, router};
use latchkey_tests::{install_provider, puzzle};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Where gateways reach the campus.
pub(super) const PUBLIC: &str = "https://reset.campus.example";

/// A campus with gateways as an operator would write them.
fn campus(tables: &str) -> Result<Config> {
    let campus = "[campus]\nname = \"Riverton\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";
    let listener = format!(
        "[listener]\naddress = \"127.0.0.1:8443\"\ncertificate = \"x\"\nkey = \"x\"\npublic_url = {PUBLIC:?}\n"
    );
    Ok(Config::parse(&format!("{campus}{listener}{tables}"))?)
}

/// Gateways that no server stands behind.
pub(super) fn gateways_of(tables: &str) -> Result<Ordered> {
    install_provider();
    Ok(gateways::open(&campus(tables)?.delivery.context("gateways")?, &Keys::generate()?)?)
}

/// A text that needs no server.
pub(super) fn text(id: &str, to: &str, body: &str) -> Message {
    let at: jiff::Timestamp = "2026-11-24T08:00:00Z".parse().expect("a time");
    Message {
        id: id.to_owned(),
        at,
        expires_at: at + jiff::SignedDuration::from_secs(300),
        attempt: 1,
        kind: Kind::Text,
        to: to.to_owned().into(),
        region: Some("US".to_owned()),
        language: "en".to_owned(),
        subject: String::new(),
        prompt: None,
        code: None,
        body: body.to_owned().into(),
    }
}

/// Headers of a request, by name.
type Headers<'a> = &'a [(&'a str, &'a str)];

pub(super) struct Street {
    pub(super) app: Arc<App>,
    /// What goes by the gateways under test.
    kind: Kind,
    clock: Arc<MovableClock>,
    worker: Worker,
    router: Router,
    _folder: TempDir,
}

impl Street {
    pub(super) async fn by(kind: Kind, tables: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let rest: Vec<&str> = Kind::ALL.into_iter().filter(|other| *other != kind).map(Kind::as_str).collect();
        let rest = format!(
            "[[delivery.gateway]]\nname = \"rest\"\nkinds = {rest:?}\noutbox = {:?}\n",
            folder.path().join("outbox.jsonl")
        );
        install_provider();
        let mut config = demo::config()?;
        config.delivery = campus(&format!("{tables}\n{rest}"))?.delivery;
        (config.limits.human_check_work, config.limits.human_check_work_at_most) = (20, 20);
        config.limits.answer_step_milliseconds = 0;
        let clock = Arc::new(MovableClock::at("2026-11-24T08:00:00Z".parse()?));
        let opened = demo::open_with(&folder.path().join("data"), Arc::clone(&clock) as Arc<dyn Clock>, config).await?;
        let app = opened.0;
        let delivery = gateways::open(app.config.delivery.as_ref().context("gateways")?, &app.keys)?;
        let worker = Worker::new(Arc::clone(&app), Arc::new(delivery));
        worker.take_up().await.map_err(|refused| anyhow::anyhow!("{}", refused.code().as_str()))?;
        Ok(Self { router: router(Arc::clone(&app)), app, kind, clock, worker, _folder: folder })
    }

    pub(super) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Result<Value> {
        self.post_with(path, token, body, &[]).await
    }

    async fn post_with(&self, path: &str, token: Option<&str>, body: Value, headers: Headers<'_>) -> Result<Value> {
        let mut request = Request::post(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body.to_string()))?).await?;
        let status = response.status();
        let answer: Value = serde_json::from_slice(&axum::body::to_bytes(response.into_body(), usize::MAX).await?)?;
        ensure!(status.is_success(), "{path}: {status} {answer}");
        Ok(answer)
    }

    /// A request of somebody who may be a gateway: its status, and what was answered.
    pub(super) async fn called(
        &self,
        method: Verb,
        path: &str,
        kind: &str,
        body: &str,
    ) -> Result<(StatusCode, String)> {
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        let response = self.router.clone().oneshot(request.body(Body::from(body.to_owned()))?).await?;
        let status = response.status();
        let said = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
        Ok((status, String::from_utf8(said.to_vec())?))
    }

    /// Asks for a code, in a flow of its own: its token and how it stands.
    pub(super) async fn ask(&self, account: &str, language: &str) -> Result<(String, Value)> {
        self.ask_with(account, language, &[]).await
    }

    /// The same as a browser would that sends these headers.
    pub(super) async fn ask_with(
        &self,
        account: &str,
        language: &str,
        headers: Headers<'_>,
    ) -> Result<(String, Value)> {
        let check = self.post_with("/v1/human-checks", None, json!({"kind": "proof_of_work"}), headers).await?;
        let check = puzzle::solved(&check)?;
        let start = json!({"intent": "reset", "account": account, "human_check": check, "language": language});
        let started = self.post_with("/v1/flows", None, start, headers).await?;
        let token = started["token"].as_str().context("a token")?.to_owned();
        let (method, destination) = match self.kind {
            Kind::Email => ("email", format!("{account}@home.example")),
            Kind::Text | Kind::Call => ("text_mobile", mobile_of(account)?),
        };
        let ask = json!({"revision": started["flow"]["revision"], "method": method, "destination": destination});
        let flow = self.post_with("/v1/flow/challenge", Some(&token), ask, headers).await?;
        Ok((token, flow))
    }

    /// Lets the worker do what is due after so many seconds.
    pub(super) async fn after(&self, seconds: i64) -> Result<()> {
        self.clock.advance(jiff::SignedDuration::from_secs(seconds));
        self.worker.turn().await.map_err(|refused| anyhow::anyhow!("{}", refused.code().as_str()))
    }

    /// The newest message by the gateways under test: id, state and why.
    pub(super) async fn newest(&self) -> Result<(String, String, String)> {
        let sql = "SELECT id, state, coalesce(why, '') FROM messages WHERE kind = $1 ORDER BY rowid DESC LIMIT 1";
        Ok(sqlx::query_as(sql).bind(self.kind.as_str()).fetch_one(self.app.store.pool()).await?)
    }
}

/// The number that somebody of the cast would type.
pub(super) fn mobile_of(account: &str) -> Result<String> {
    let cast = demo::cast()?;
    let person = cast.into_iter().find(|person| person.account == account).context("nobody of the cast")?;
    let of_text = person.methods.into_iter().find(|known| known.method == Method::TextMobile).context("no mobile")?;
    of_text.destination.context("no number")
}
