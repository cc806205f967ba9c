//! The program itself: its commands for the set-up, and a server from a configuration file to which Microsoft posts.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use latchkey_server::clock::{Clock as _, MachineClock};
use latchkey_server::config::microsoft::CertificateFiles;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::http::microsoft::PATH;
use latchkey_tests::built;
use latchkey_tests::certificate::for_localhost;
use latchkey_tests::microsoft::{APPLICATION, Published, Recipient, SigningKey, TENANT, claims, envelope};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use super::{MESSAGE, NUMBER};

fn server(arguments: &[&str]) -> Result<(i32, String)> {
    let output: Output = Command::new(built("latchkey-server")?).args(arguments).output()?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned()))
}

/// The certificate that `microsoft keys` makes in a folder.
fn certificate_in(folder: &Path) -> Result<(CertificateFiles, String)> {
    let out = folder.join("microsoft");
    let (code, said) = server(&["microsoft", "keys", "--out", &out.to_string_lossy()])?;
    ensure!(code == 0, "{said}");
    let line = |name: &str| {
        let found = said.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        found.with_context(|| format!("{name} in {said}")).map(str::to_owned)
    };
    let (certificate, key) = (line("certificate = ")?, line("key = ")?);
    let path = |quoted: String| quoted.trim_matches('"').into();
    Ok((CertificateFiles { certificate: path(certificate), key: path(key), id: None }, said))
}

/// A configuration file in a folder, with everything that it names.
fn configured(folder: &Path, files: &CertificateFiles, published: &Published) -> Result<String> {
    for_localhost(folder)?;
    Keys::create(&folder.join("keys.toml"))?;
    let at = |name: &str| folder.join(name).display().to_string();
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\npublic_url = \"https://reset.campus.example\"\ncertificate = \"{}\"\nkey = \"{}\"\n\
         [store]\ndatabase = \"{}\"\nkeys = \"{}\"\n\
         [campus]\nname = \"Riverton\"\ncountry = \"US\"\nhelpdesk = {{ name = \"Helpdesk\" }}\n\
         [delivery]\noutbox = \"{}\"\n\
         [microsoft]\ntenant = \"{TENANT}\"\napplication = \"{APPLICATION}\"\nsigning_keys = \"{}\"\n\
         [[microsoft.certificates]]\ncertificate = \"{}\"\nkey = \"{}\"\n",
        at("certificate.pem"),
        at("key.pem"),
        at("latchkey.db"),
        at("keys.toml"),
        at("outbox.jsonl"),
        published.address,
        files.certificate.display(),
        files.key.display(),
    );
    let path = folder.join("server.toml");
    std::fs::write(&path, text)?;
    Ok(path.to_string_lossy().into_owned())
}

#[tokio::test]
async fn the_commands_make_what_is_registered_and_say_what_is_wrong_with_a_set_up() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (files, said) = certificate_in(folder.path())?;
    let credential: Value = {
        let (from, to) = (said.find('{').context("JSON")?, said.rfind('}').context("JSON")?);
        serde_json::from_str(&said[from..=to])?
    };
    ensure!(credential["usage"] == "Encrypt" && credential["type"] == "AsymmetricX509Cert", "{credential}");
    let recipient = Recipient::of(files.clone())?;
    ensure!(credential["keyId"] == recipient.id.as_str(), "{credential}");
    ensure!(!said.contains("PRIVATE"), "{said}");
    let (code, again) = server(&["microsoft", "keys", "--out", &folder.path().join("microsoft").to_string_lossy()])?;
    ensure!(code == 1 && again.contains("cannot write"), "{again}");

    let published = Published::start(&[&SigningKey::new("key-1")?]).await?;
    let config = configured(folder.path(), &files, &published)?;
    let check = || {
        let config = config.clone();
        tokio::task::spawn_blocking(move || server(&["microsoft", "check", "--config", &config]))
    };
    let (code, said) = check().await??;
    ensure!(code == 0, "{said}");
    let posted_to = format!("https://reset.campus.example{PATH}");
    for part in [
        TENANT,
        APPLICATION,
        &posted_to,
        "Epp.Invoke",
        &recipient.id,
        "was encrypted and opened",
        "signing keys   1 at",
    ] {
        ensure!(said.contains(part), "{part} in {said}");
    }
    published.answer(axum::http::StatusCode::NOT_FOUND, json!({}));
    let (code, said) = check().await??;
    ensure!(code == 1 && said.contains("FAILED") && said.contains("status 404"), "{said}");
    std::fs::remove_file(&files.key)?;
    let (code, said) = check().await??;
    ensure!(code == 1 && said.contains("cannot read"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_served_request_reaches_the_outbox_and_its_log_holds_nothing_of_it_at_the_finest_level() -> Result<()> {
    // SM-05
    latchkey_tests::install_provider();
    let folder = tempfile::tempdir()?;
    let (files, _) = certificate_in(folder.path())?;
    let recipient = Recipient::of(files.clone())?;
    let key = SigningKey::new("key-1")?;
    let published = Published::start(&[&key]).await?;
    let config = configured(folder.path(), &files, &published)?;
    let mut process = tokio::process::Command::new(built("latchkey-server")?)
        .args(["serve", "--config", &config])
        .env("LATCHKEY_LOG", "trace")
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut log = BufReader::new(process.stderr.take().context("a log")?).lines();
    let mut lines = Vec::new();
    let address = loop {
        let line = log.next_line().await?.with_context(|| format!("it ended: {lines:?}"))?;
        let parsed: Value = serde_json::from_str(&line)?;
        lines.push(line);
        if parsed["fields"]["message"] == "serving" {
            break parsed["fields"]["address"].as_str().context("an address")?.parse()?;
        }
    };
    let reading = tokio::spawn(async move {
        while let Ok(Some(line)) = log.next_line().await {
            lines.push(line);
        }
        lines
    });
    let trusted = reqwest::Certificate::from_pem(&std::fs::read(folder.path().join("certificate.pem"))?)?;
    let web = reqwest::Client::builder().tls_certs_only([trusted]).resolve("localhost", address).no_proxy().build()?;
    let url = format!("https://localhost:{}{PATH}", address.port());
    let now: Timestamp = MachineClock.now();
    let token = key.token(&key.header(), &claims(1, now))?;
    let context = |nonce: &str, message: &str| json!({"nonce": nonce, "phoneNumber": NUMBER, "message": message});
    for (nonce, message, channel, status) in
        [("needle-nonce-1", MESSAGE, 1, 200), ("needle-nonce-2", MESSAGE, 2, 200), ("needle-nonce-3", "none", 2, 400)]
    {
        let mut body = envelope(&recipient.seal(&context(nonce, message))?);
        body["channel"] = json!(channel);
        let request =
            web.post(&url).bearer_auth(&token).header("x-ms-client-request-id", nonce.replace("needle", "id"));
        let answer = request.json(&body).send().await?;
        let (answered, said) = (answer.status().as_u16(), answer.json::<Value>().await?);
        ensure!(answered == status && (status != 200 || said["nonce"] == nonce), "{answered} {said}");
    }
    ensure!(web.post(&url).json(&json!({})).send().await?.status() == 401);
    ensure!(web.get(&url).bearer_auth(&token).send().await?.status() == 405);
    let outbox = folder.path().join("outbox.jsonl");
    let sent = latchkey_tests::wait::until("both messages", latchkey_tests::wait::PATIENCE, async || {
        let text = std::fs::read_to_string(&outbox).unwrap_or_default();
        Ok((text.lines().count() == 2).then_some(text))
    })
    .await?;
    ensure!(sent.contains(MESSAGE) && sent.contains("9 1 … 8 2 … 7 3"), "{sent}");
    let pid = process.id().context("a process")?;
    ensure!(Command::new("kill").arg(pid.to_string()).status()?.success());
    ensure!(process.wait().await?.success());
    let log = reading.await?.join("\n");
    ensure!(log.contains("queued for Microsoft") && log.contains("id-nonce-3"), "{log:.2000}");
    let parts: Vec<&str> = token.split('.').collect();
    for needle in ["needle-nonce", &NUMBER[1..], "918273", "9 1 … 8 2", parts[1], parts[2]] {
        ensure!(!log.contains(needle), "{needle} is in the log");
    }
    Ok(())
}
