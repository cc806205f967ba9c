//! A campus that `latchkey-server serve` serves over TLS from a configuration on disk, and people who use its API.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::campus::{Message, code_in};
use crate::mail::secret;
use crate::wait::{PATIENCE, until};
use crate::{built, certificate, puzzle};

/// A configuration with its server, which ends when it is dropped.
pub struct Served {
    folder: TempDir,
    url: String,
    client: Client,
    process: Option<Child>,
    messages_read: usize,
    /// Each is a request of its own.
    passwords_sent: AtomicU64,
}

/// An attempt of a person, as their app holds it.
#[derive(Debug)]
pub struct Attempt {
    token: String,
    pub flow: Value,
}

impl Attempt {
    #[must_use]
    pub fn step(&self) -> &str {
        self.flow.get("step").and_then(Value::as_str).unwrap_or_default()
    }
}

/// What a call was answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

impl Served {
    /// Writes a configuration whose directories stand in `tables`; nothing is started yet.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn new(tables: &str) -> Result<Self> {
        crate::install_provider();
        let folder = tempfile::tempdir()?;
        let trusted = certificate::for_localhost(folder.path())?;
        let keys = format!("current = \"k1\"\n\n[keys]\nk1 = \"{}\"", "4f".repeat(32));
        secret(&folder.path().join("keys.toml"), &keys)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let client = Client::builder().tls_certs_only([trusted]).timeout(Duration::from_secs(60)).build()?;
        let url = format!("https://localhost:{port}");
        let served = Self { folder, url, client, process: None, messages_read: 0, passwords_sent: AtomicU64::new(0) };
        served.configure(tables)?;
        Ok(served)
    }

    /// Puts other directories into the configuration.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn configure(&self, tables: &str) -> Result<()> {
        let at = self.folder.path().display();
        let port = self.url.rsplit(':').next().context("no port")?;
        let text = format!(
            "[listener]\naddress = \"127.0.0.1:{port}\"\ncertificate = \"{at}/certificate.pem\"\nkey = \"{at}/key.pem\"\n\
             [store]\ndatabase = \"{at}/latchkey.db\"\nkeys = \"{at}/keys.toml\"\n\
             [campus]\nname = \"Riverton University\"\nhelpdesk = {{ name = \"IT Helpdesk\", phone = \"555-0100\" }}\n\
             country = \"US\"\nmail_domains = [\"campus.example\"]\n\
             [delivery]\noutbox = \"{at}/outbox.jsonl\"\n\
             [change]\nsecond_factor = \"never\"\n{tables}\n"
        );
        Ok(std::fs::write(self.file("server.toml"), text)?)
    }

    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts it and waits until it serves.
    ///
    /// # Errors
    /// With its log, if it ends before that.
    pub async fn start(&mut self) -> Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(self.file("server.log"))?;
        let process = Command::new(built("latchkey-server")?)
            .args(["serve", "--config"])
            .arg(self.file("server.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let process = self.process.insert(process);
        let health = format!("{}/v1/health", self.url);
        until("the server", PATIENCE, async || {
            if let Some(ended) = process.try_wait()? {
                bail!(
                    "the server ended with {ended}: {}",
                    std::fs::read_to_string(self.folder.path().join("server.log"))?
                );
            }
            Ok(self.client.get(&health).send().await.ok())
        })
        .await?;
        Ok(())
    }

    /// Ends it at once, as a power cut does.
    ///
    /// # Errors
    /// If it cannot be ended.
    pub async fn stop(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill().await?;
        }
        Ok(())
    }

    /// Its process.
    ///
    /// # Errors
    /// If it does not run.
    pub fn pid(&self) -> Result<u32> {
        self.process.as_ref().and_then(Child::id).context("the server does not run")
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Never; it is read from the address that was made at the start.
    pub fn address(&self) -> Result<SocketAddr> {
        let port = self.url.rsplit(':').next().context("no port")?;
        Ok((Ipv4Addr::LOCALHOST, port.parse()?).into())
    }

    /// What the program says when it is started with these arguments and this configuration.
    ///
    /// # Errors
    /// If it cannot be started, or does not end.
    pub async fn run(&self, arguments: &[&str]) -> Result<Output> {
        let mut command = Command::new(built("latchkey-server")?);
        command.args(arguments).arg("--config").arg(self.file("server.toml")).kill_on_drop(true);
        Ok(tokio::time::timeout(PATIENCE, command.output()).await.context("it does not end")??)
    }

    /// Its log so far.
    ///
    /// # Errors
    /// If there is none.
    pub fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.file("server.log"))?)
    }

    /// Waits for a line of the log that has all of these in it.
    ///
    /// # Errors
    /// If none comes.
    pub async fn logs(&self, parts: &[&str]) -> Result<String> {
        until(&format!("a line with {parts:?}"), PATIENCE, async || {
            let log = self.log()?;
            Ok(log.lines().find(|line| parts.iter().all(|part| line.contains(part))).map(str::to_owned))
        })
        .await
    }

    /// What went wrong with a call, and what the server has written down last.
    fn told(&self, reply: &Reply) -> String {
        let log = self.log().unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n");
        format!("{reply:?}\nthe log ends with:\n{last}")
    }

    /// A call that is made again where the server says that it is busy, as the app makes it: a disk under load may keep
    /// a write waiting for longer than the server waits for its database.
    async fn ask(&self, request: &RequestBuilder) -> Result<Reply> {
        let mut busy = String::new();
        let answered = until("a server that is not busy", PATIENCE, async || {
            let reply = self.call(request.try_clone().context("the body can be sent again")?).await?;
            let again = reply.status == 503 && reply.body.get("retry_after").is_some();
            if again {
                busy = self.told(&reply);
            }
            Ok((!again).then_some(reply))
        });
        answered.await.context(busy)
    }

    async fn call(&self, request: RequestBuilder) -> Result<Reply> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        Ok(Reply { status, body: serde_json::from_str(&response.text().await?).unwrap_or_default() })
    }

    /// Everything that the app knows of the campus.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn campus(&self) -> Result<Value> {
        Ok(self.call(self.client.get(format!("{}/v1/campus", self.url))).await?.body)
    }

    /// Begins an attempt.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn begin(&self, intent: &str, account: &str) -> Result<Attempt> {
        let ask = self.client.post(format!("{}/v1/human-checks", self.url)).json(&json!({"kind": "proof_of_work"}));
        let check = puzzle::solved(&self.call(ask).await?.body)?;
        let body = json!({"intent": intent, "account": account, "human_check": check, "language": "en"});
        let started = self.ask(&self.client.post(format!("{}/v1/flows", self.url)).json(&body)).await?;
        ensure!(started.status == 201, "not started: {}", self.told(&started));
        let token = started.body.get("token").and_then(Value::as_str).context("no token")?.to_owned();
        Ok(Attempt { token, flow: started.body.get("flow").context("no flow")?.clone() })
    }

    /// A call of an attempt, which moves on to whatever the answer shows.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn act(&self, attempt: &mut Attempt, call: &str, mut body: Value) -> Result<Reply> {
        if let (Some(body), Some(revision)) = (body.as_object_mut(), attempt.flow.get("revision")) {
            body.insert("revision".to_owned(), revision.clone());
        }
        let mut request =
            self.client.post(format!("{}/v1/flow/{call}", self.url)).bearer_auth(&attempt.token).json(&body);
        if call == "password" {
            let key = self.passwords_sent.fetch_add(1, Ordering::Relaxed);
            request = request.header("idempotency-key", format!("5a0c6a9e-7d3c-4b0a-9f57-{key:012x}"));
        }
        let reply = self.call(request).await?;
        let shown = if reply.status == 200 { Some(&reply.body) } else { reply.body.get("flow") };
        if let Some(shown) = shown.filter(|shown| shown.is_object()) {
            attempt.flow = shown.clone();
        }
        Ok(reply)
    }

    /// Begins and passes both gates, by a text and a mail.
    ///
    /// # Errors
    /// If no code comes, or one is not believed.
    pub async fn through(&mut self, intent: &str, account: &str, mobile: &str, mail: &str) -> Result<Attempt> {
        let mut attempt = self.begin(intent, account).await?;
        self.pass(&mut attempt, "text_mobile", mobile).await?;
        self.pass(&mut attempt, "email", mail).await?;
        Ok(attempt)
    }

    /// Waits until it is known what came of a write.
    ///
    /// # Errors
    /// If it does not become known.
    pub async fn known(&self, attempt: &mut Attempt) -> Result<()> {
        until("the directory's answer", PATIENCE, async || {
            self.look(attempt).await?;
            Ok((attempt.step() != "working").then_some(()))
        })
        .await
    }

    /// Looks where an attempt stands.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn look(&self, attempt: &mut Attempt) -> Result<()> {
        let reply = self.ask(&self.client.get(format!("{}/v1/flow", self.url)).bearer_auth(&attempt.token)).await?;
        ensure!(reply.status == 200, "not shown: {}", self.told(&reply));
        attempt.flow = reply.body;
        Ok(())
    }

    /// Asks for a code to a number or address and proves it.
    ///
    /// # Errors
    /// If no code comes, or it is not believed.
    pub async fn pass(&mut self, attempt: &mut Attempt, method: &str, destination: &str) -> Result<()> {
        let asked = self.act(attempt, "challenge", json!({"method": method, "destination": destination})).await?;
        ensure!(asked.status == 200, "no code: {}", self.told(&asked));
        let code = self.code_to(destination).await?;
        let proven = self.act(attempt, "proof", json!({"code": code})).await?;
        ensure!(proven.status == 200, "not proven: {}", self.told(&proven));
        Ok(())
    }

    /// Everything that was sent.
    ///
    /// # Errors
    /// If the outbox cannot be read.
    pub fn messages(&self) -> Result<Vec<Message>> {
        let path = self.file("outbox.jsonl");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = std::fs::read_to_string(path)?;
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    async fn code_to(&mut self, destination: &str) -> Result<String> {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let is_same = |to: &str| if to.contains('@') { to == destination } else { digits(to) == digits(destination) };
        let already = self.messages_read;
        let (read, code) = until(&format!("a code to {destination}"), PATIENCE, async || {
            let sent = self.messages()?;
            let mut new = sent.iter().enumerate().skip(already).filter(|(_, message)| is_same(&message.to));
            Ok(new.find_map(|(at, message)| code_in(&message.body).map(|code| (at + 1, code))))
        })
        .await?;
        self.messages_read = read;
        Ok(code)
    }
}
