//! Somebody new serves a campus as docs/operations.md says it, with a mail relay and a provider of texts.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use latchkey_tests::campus::code_in;
use latchkey_tests::mail::Relay;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{built, certificate, install_provider, puzzle, root};
use serde_json::{Value, json};
use tokio::process::Command;

const TOKEN: &str = "the token of the provider";
const CHAPTER: &str = "## From nothing to a served campus";

/// The blocks of one kind in that chapter.
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let chapter = text.split(CHAPTER).nth(1).unwrap_or_default().split("\n## ").next().unwrap_or_default();
    let fence = format!("```{kind}\n");
    let found = chapter.split(&fence).skip(1).filter_map(|rest| rest.split("```").next());
    found
        .map(|block| block.lines().map(|line| line.strip_prefix("   ").unwrap_or(line)).collect::<Vec<_>>().join("\n"))
        .collect()
}

type Texts = Arc<Mutex<Vec<Value>>>;

/// A provider as the document's example has it: JSON in, an id out, with a token.
async fn provider() -> Result<(u16, Texts)> {
    let texts = Texts::default();
    let kept = Arc::clone(&texts);
    let answer = move |method: Method, headers: HeaderMap, body: Bytes| {
        let known = headers.get("authorization").is_some_and(|value| value == &format!("Bearer {TOKEN}"));
        if known && method == Method::POST {
            kept.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
        }
        std::future::ready(if known { r#"{"id": "p-1"}"# } else { "{}" })
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    Ok((port, texts))
}

/// Runs what the document says in a shell that stops at the first thing that fails.
async fn run(script: &str, programs: &Path) -> Result<()> {
    let path = format!("{}:{}", programs.display(), std::env::var("PATH")?);
    let done = Command::new("sh").args(["-euc", script]).env("PATH", path).output().await?;
    let (out, said) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    ensure!(done.status.success(), "{script}\n{out}{said}");
    Ok(())
}

async fn post(client: &reqwest::Client, url: &str, token: Option<&str>, body: Value) -> Result<Value> {
    let mut request = client.post(url).json(&body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await?;
    let (status, body) = (answer.status(), answer.json::<Value>().await?);
    ensure!(status.is_success(), "{url}: {status} {body}");
    Ok(body)
}

#[tokio::test]
async fn a_newcomer_serves_a_campus_as_the_document_says_and_its_codes_arrive() -> Result<()> {
    install_provider();
    let relay = Relay::start().await?;
    let (texts_port, texts) = provider().await?;
    let folder = tempfile::tempdir()?;
    let here = |text: &str| {
        let (etc, var) = (folder.path().join("etc"), folder.path().join("var"));
        let text = text.replace("/etc/latchkey", &etc.display().to_string());
        text.replace("/var/lib/latchkey", &var.display().to_string())
    };
    std::fs::create_dir_all(here("/etc/latchkey/tls"))?;
    std::fs::create_dir_all(here("/var/lib/latchkey"))?;
    let trusted = certificate::for_localhost(Path::new(&here("/etc/latchkey/tls")))?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();

    let document = std::fs::read_to_string(root().join("docs/operations.md"))?;
    let password = std::fs::read_to_string(relay.file("password"))?;
    let scripts: Vec<String> = blocks(&document, "sh")
        .iter()
        .map(|script| here(script).replace("the password at the relay", password.trim()))
        .collect();
    let [secrets, look, somebody, serve] = scripts.as_slice() else { anyhow::bail!("four steps: {scripts:#?}") };
    let [config] = blocks(&document, "toml").try_into().map_err(|_| anyhow::anyhow!("one configuration"))?;
    let mut config: String = here(&config);
    let own_relay = format!("host = \"localhost\"\nport = {}\nca = {:?}", relay.ports().good, relay.file("ca.pem"));
    for (documented, tried) in [
        ("0.0.0.0:8443", format!("127.0.0.1:{port}")),
        ("host = \"relay.campus.example\"", own_relay),
        ("https://texts.provider.example", format!("http://127.0.0.1:{texts_port}")),
    ] {
        ensure!(config.contains(documented), "{documented}");
        config = config.replace(documented, &tried);
    }
    std::fs::write(here("/etc/latchkey/server.toml"), config)?;
    let binary = built("latchkey-server")?;
    let programs = binary.parent().context("a folder")?;
    run(secrets, programs).await?;
    run(look, programs).await?;
    ensure!(relay.mails()?.len() == 1 && texts.lock().unwrap().len() == 1, "one harmless message by each");
    run(somebody, programs).await?;

    let path = format!("{}:{}", programs.display(), std::env::var("PATH")?);
    let log = std::fs::File::create(folder.path().join("log"))?;
    let script = format!("exec {serve}");
    let mut serving = Command::new("sh")
        .args(["-euc", &script])
        .env("PATH", path)
        .stdin(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()?;
    let client = reqwest::Client::builder().tls_certs_only([trusted]).no_proxy().build()?;
    let url = format!("https://localhost:{port}/v1");
    until("the server", PATIENCE, async || {
        let ended = serving.try_wait()?;
        ensure!(ended.is_none(), "{}", std::fs::read_to_string(folder.path().join("log"))?);
        Ok(client.get(format!("{url}/health")).send().await.ok().filter(|answer| answer.status().is_success()))
    })
    .await?;

    let check = post(&client, &format!("{url}/human-checks"), None, json!({"kind": "proof_of_work"})).await?;
    let check = tokio::task::spawn_blocking(move || puzzle::solved(&check)).await??;
    let start = json!({"intent": "reset", "account": "ada", "human_check": check, "language": "en"});
    let started = post(&client, &format!("{url}/flows"), None, start).await?;
    let token = started["token"].as_str().context("a token")?.to_owned();
    let mut flow = started["flow"].clone();
    for (method, to) in [("email", "ada@home.example"), ("text_mobile", "+1 202 555 0134")] {
        let ask = json!({"revision": flow["revision"], "method": method, "destination": to});
        flow = post(&client, &format!("{url}/flow/challenge"), Some(&token), ask).await?;
        let code = match method {
            "email" => code_in(&relay.mail_to(to, 1).await?.1.text.split("\r\n\r\n").skip(1).collect::<String>()),
            _ => {
                let text = until("a text", PATIENCE, async || Ok(texts.lock().unwrap().get(1).cloned())).await?;
                ensure!(text["to"] == "+12025550134" && text["from"] == "Riverton", "{text}");
                code_in(text["text"].as_str().unwrap_or_default())
            }
        };
        let proof = json!({"revision": flow["revision"], "code": code.context("a code")?});
        flow = post(&client, &format!("{url}/flow/proof"), Some(&token), proof).await?;
    }
    ensure!(flow["step"] == "set_password", "{flow}");
    serving.kill().await?;
    Ok(())
}
