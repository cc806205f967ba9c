//! Texts by a real Kannel, configured by the example that is shipped.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use latchkey_delivery::{Delivery, Kind, NotSent};
use latchkey_server::clock::MachineClock;
use latchkey_server::commands::demo;
use latchkey_server::config::Config;
use latchkey_server::http::serve;
use latchkey_server::message::gateways;
use latchkey_server::{App, router};
use latchkey_tests::campus::code_in;
use latchkey_tests::kannel::Kannel;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{certificate, install_provider, puzzle};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use super::street::{Street, gateways_of, mobile_of, text};

#[tokio::test]
async fn a_code_goes_through_a_real_gateway_and_the_flow_goes_on_with_it() -> Result<()> {
    let kannel = Kannel::start().await?;
    let street = Street::by(Kind::Text, &kannel.gateways()?).await?;
    // In an alphabet that every phone has, and in one that goes by the second gateway.
    for (account, language) in [("ada", "en"), ("grace", "ar")] {
        let (token, flow) = street.ask(account, language).await?;
        street.after(0).await?;
        let (_, state, why) = street.newest().await?;
        assert_eq!(state, "accepted", "{why}");
        let got = kannel.text_to(&mobile_of(account)?.replace([' ', '-', '(', ')'], ""), 0).await?;
        assert_eq!(got.from, "Riverton");
        assert!(got.body.is_ascii() != (language == "ar"), "{}", got.body);
        let code = code_in(&got.body).with_context(|| format!("no code in {}", got.body))?;
        let proof = json!({"revision": flow["revision"], "code": code});
        let passed = street.post("/v1/flow/proof", Some(&token), proof).await?;
        assert_ne!(passed["step"], flow["step"], "{passed}");
    }
    // The one in Arabic has two parts.
    let codes = kannel.texts()?.iter().filter(|text| code_in(&text.body).is_some()).count();
    assert_eq!(codes, 2, "one text a code");
    Ok(())
}

#[tokio::test]
async fn what_kannel_refuses_is_told_apart() -> Result<()> {
    let kannel = Kannel::start().await?;
    let by = gateways_of(&kannel.gateways()?)?;
    by.send(&text("m-17", "+12025550134", "31415926 is your code")).await?;
    // A wrong password is the operator's fault, so another gateway may take the message.
    std::fs::write(kannel.folder().join("password"), "guessed\n")?;
    let sent = by.send(&text("m-18", "+12025550134", "31415926 is your code")).await;
    assert!(matches!(sent, Err(NotSent::TryAgain { .. })), "{sent:?}");
    // What is no single number never reaches it, though it would take a list.
    let two = by.send(&text("m-19", "+12025550134 +12025550135", "31415926")).await;
    assert!(matches!(two, Err(NotSent::Refused(_))), "{two:?}");
    assert_eq!(kannel.texts()?.len(), 1);
    Ok(())
}

/// A campus that is served over TLS, as Kannel calls it.
struct Served {
    app: Arc<App>,
    router: Router,
    serving: JoinHandle<()>,
    _folder: TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Served {
    async fn by(tables: &str) -> Result<Self> {
        install_provider();
        let folder = tempfile::tempdir()?;
        let trusted = certificate::for_localhost(folder.path())?;
        let socket = serve::bind(([127, 0, 0, 1], 0).into())?;
        let port = socket.local_addr()?.port();
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        let outbox = folder.path().join("outbox.jsonl");
        let written = Config::parse(&format!(
            "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = {{ name = \"x\" }}\n\
             [listener]\naddress = {:?}\ncertificate = {certificate:?}\nkey = {key:?}\n\
             public_url = \"https://localhost:{}\"\n{tables}\n\
             [[delivery.gateway]]\nname = \"rest\"\nkinds = [\"call\", \"email\"]\noutbox = {outbox:?}\n",
            socket.local_addr()?.to_string(),
            port,
        ))?;
        let mut config = demo::config()?;
        (config.listener, config.delivery) = (written.listener, written.delivery);
        let (app, _) = demo::open_with(&folder.path().join("data"), Arc::new(MachineClock), config).await?;
        let delivery = gateways::open(app.config.delivery.as_ref().context("gateways")?, &app.keys)?;
        let listener = app.config.listener.clone().context("a listener")?;
        let served = Arc::clone(&app);
        let serving = tokio::spawn(async move {
            drop(serve::tls_on(socket, served, Arc::new(delivery), &listener).await);
        });
        // It answers once it has taken up who its people are.
        let client = reqwest::Client::builder().tls_certs_only([trusted]).no_proxy().build()?;
        let health = format!("https://localhost:{port}/v1/health");
        until("the server", PATIENCE, async || {
            Ok(client.get(&health).send().await.ok().filter(|answer| answer.status().is_success()))
        })
        .await?;
        Ok(Self { router: router(Arc::clone(&app)), app, serving, _folder: folder })
    }

    async fn post(&self, path: &str, token: &str, body: Value) -> Result<Value> {
        let request = Request::post(path).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}")).body(Body::from(body.to_string()))?;
        let response = self.router.clone().oneshot(request).await?;
        Ok(serde_json::from_slice(&axum::body::to_bytes(response.into_body(), usize::MAX).await?)?)
    }

    /// Has a code sent to somebody's phone.
    async fn ask(&self, account: &str) -> Result<()> {
        let check = self.post("/v1/human-checks", "", json!({"kind": "proof_of_work"})).await?;
        let check = tokio::task::spawn_blocking(move || puzzle::solved(&check)).await??;
        let start = json!({"intent": "reset", "account": account, "human_check": check, "language": "en"});
        let started = self.post("/v1/flows", "", start).await?;
        let token = started["token"].as_str().with_context(|| format!("a token: {started}"))?.to_owned();
        let revision = &started["flow"]["revision"];
        let ask = json!({"revision": revision, "method": "text_mobile", "destination": mobile_of(account)?});
        self.post("/v1/flow/challenge", &token, ask).await?;
        Ok(())
    }

    async fn state(&self) -> Result<String> {
        let sql = "SELECT state FROM messages WHERE kind = 'text' ORDER BY rowid DESC LIMIT 1";
        Ok(sqlx::query_scalar(sql).fetch_one(self.app.store.pool()).await?)
    }
}

#[tokio::test]
async fn kannel_reports_what_became_of_a_text_to_the_server() -> Result<()> {
    // TF-08
    let kannel = Kannel::start().await?;
    let served = Served::by(&kannel.gateways()?).await?;
    served.ask("ada").await?;
    kannel.text_to("+12025550134", 0).await?;
    until("Kannel's report", PATIENCE, async || Ok((served.state().await? == "delivered").then_some(()))).await?;
    Ok(())
}
