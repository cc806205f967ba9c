//! What an operator does to a server in service, and what its machine does to it: suspend it, copy it and put the copy
//! back, let its disk fill up or fail, put it behind a proxy, start it as a unit of systemd.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

mod backup;
mod disk;
mod listeners;
mod proxies;
mod suspended;
mod units;
mod vanished;

use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use latchkey_tests::campus::{Account, Campus, code_in};
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{built, puzzle};
use serde_json::{Value, json};

/// What a command has come to.
struct Run {
    code: i32,
    out: String,
    said: String,
}

/// Runs a command of the server with these arguments and no others.
fn server(arguments: &[&str]) -> Result<Run> {
    let output: Output = Command::new(built("latchkey-server")?).args(arguments).output()?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ok(Run { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), said: text(&output.stderr) })
}

/// The same, which has to succeed.
fn done(arguments: &[&str]) -> Result<String> {
    let run = server(arguments)?;
    ensure!(run.code == 0, "{arguments:?}: {}{}", run.out, run.said);
    Ok(run.out)
}

/// Somebody who calls a server.
#[derive(Clone)]
struct Caller {
    http: reqwest::Client,
    url: String,
}

/// A flow as its caller holds it.
struct Held {
    token: String,
    flow: Value,
}

impl Caller {
    fn of(campus: &Campus) -> Result<Self> {
        latchkey_tests::install_provider();
        let http =
            reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(Duration::from_secs(20)).build()?;
        Ok(Self { http, url: campus.url().trim_end_matches('/').to_owned() })
    }

    async fn get(&self, path: &str, token: &str) -> Result<(u16, Value)> {
        let answer = self.http.get(format!("{}{path}", self.url)).bearer_auth(token).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    async fn post(&self, path: &str, token: &str, body: &Value) -> Result<(u16, Value)> {
        let key = uuid::Uuid::new_v4().to_string();
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(token);
        let answer = request.header("idempotency-key", key).json(body).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    async fn health(&self) -> Result<(u16, Value)> {
        self.get("/v1/health", "none").await
    }

    /// Asks to start a reset.
    async fn ask_to_start(&self, account: &str) -> Result<(u16, Value)> {
        let (status, check) = self.post("/v1/human-checks", "none", &json!({"kind": "proof_of_work"})).await?;
        ensure!(status == 201, "{check}");
        let check = tokio::task::spawn_blocking(move || puzzle::solved(&check)).await??;
        self.post("/v1/flows", "none", &json!({"intent": "reset", "account": account, "human_check": check})).await
    }

    async fn start(&self, account: &str) -> Result<Held> {
        let (status, started) = self.ask_to_start(account).await?;
        ensure!(status == 201, "{started}");
        let token = started["token"].as_str().context("a token")?.to_owned();
        Ok(Held { token, flow: started["flow"].clone() })
    }

    /// A call of a flow, which moves on to what the answer shows.
    async fn act(&self, held: &mut Held, call: &str, mut body: Value) -> Result<(u16, Value)> {
        body["revision"] = held.flow["revision"].clone();
        let (status, answer) = self.post(&format!("/v1/flow/{call}"), &held.token, &body).await?;
        let shown = if status == 200 { &answer } else { &answer["flow"] };
        if shown.is_object() {
            held.flow = shown.clone();
        }
        Ok((status, answer))
    }

    /// Asks for a code by a method and gives it.
    async fn pass(&self, held: &mut Held, campus: &Campus, person: &Account, method: &str) -> Result<()> {
        let to = person.proof(method)?.destination()?;
        let digits: String = to.chars().filter(|c| !c.is_whitespace()).collect();
        let codes = || -> Result<Vec<String>> {
            let sent = campus.messages()?;
            Ok(sent.iter().filter(|message| message.to == digits).filter_map(|sent| code_in(&sent.body)).collect())
        };
        let before = codes()?.len();
        let (status, answer) = self.act(held, "challenge", json!({"method": method, "destination": to})).await?;
        ensure!(status == 200, "{answer}");
        let code = until("a code", PATIENCE, async || Ok(codes()?.get(before).cloned())).await?;
        let (status, answer) = self.act(held, "proof", json!({"code": code})).await?;
        ensure!(status == 200, "{answer}");
        Ok(())
    }

    /// Starts a reset and passes both gates.
    async fn through_gates(&self, campus: &Campus, account: &str) -> Result<Held> {
        let person = campus.account(account)?;
        let mut held = self.start(account).await?;
        self.pass(&mut held, campus, &person, "text_mobile").await?;
        self.pass(&mut held, campus, &person, "email").await?;
        ensure!(held.flow["step"] == "set_password", "{}", held.flow);
        Ok(held)
    }

    /// Sets a new password in a flow whose gates are passed.
    async fn set_password(&self, held: &mut Held, new: &str) -> Result<(u16, Value)> {
        self.act(held, "password", json!({"new_password": new})).await
    }
}
