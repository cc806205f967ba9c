//! Kannel, a real gateway for text messages, with the pretended message centre that it brings along.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::mail::secret;
use crate::wait::{PATIENCE, until};

const USER: &str = "latchkey";
const PASSWORD: &str = "quarry&lantern=3";
const CENTRE: &str = "/usr/lib/kannel/test/fakesmsc";
const INSTALL: &str = "Kannel cannot be started: apt-get install kannel kannel-extras";

/// A running gateway and its message centre; they end when it is dropped.
pub struct Kannel {
    folder: TempDir,
    port: u16,
    _processes: Vec<Child>,
}

/// A text as the message centre got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub from: String,
    pub to: String,
    pub body: String,
}

impl Kannel {
    /// Starts it on free ports, in a folder of its own.
    ///
    /// # Errors
    /// If a package is missing.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let [admin, boxes, centre, port] = free_ports()?;
        std::fs::write(folder.path().join("kannel.conf"), configuration(folder.path(), [admin, boxes, centre, port]))?;
        secret(&folder.path().join("password"), PASSWORD)?;
        let start = |program: &str, arguments: &[&str], log: &str| -> Result<Child> {
            let file = std::fs::File::create(folder.path().join(log))?;
            let mut command = Command::new(program);
            command.args(arguments).current_dir(folder.path()).stdin(Stdio::null()).kill_on_drop(true);
            command.stdout(file.try_clone()?).stderr(file).spawn().context(INSTALL)
        };
        let mut processes = vec![start("/usr/sbin/bearerbox", &["-v", "4", "kannel.conf"], "bearerbox.out")?];
        listens(boxes, "bearerbox").await?;
        processes.push(start("/usr/sbin/smsbox", &["-v", "4", "kannel.conf"], "smsbox.out")?);
        let at = centre.to_string();
        processes.push(start(CENTRE, &["-H", "127.0.0.1", "-r", &at, "-m", "0", "1 2 text nop"], "centre.log")?);
        listens(port, "smsbox").await?;
        let kannel = Self { folder, port, _processes: processes };
        kannel.is_online(admin).await?;
        Ok(kannel)
    }

    /// The centre has signed in.
    async fn is_online(&self, admin: u16) -> Result<()> {
        let status = format!("http://127.0.0.1:{admin}/status.txt");
        crate::install_provider();
        until("Kannel's message centre", PATIENCE, async || {
            let text = reqwest::get(&status).await?.text().await?;
            Ok(text.lines().any(|line| line.contains("CENTRE") && line.contains("online")).then_some(()))
        })
        .await
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where it is asked to send.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The gateways of the example that is shipped, but for where they lead and their password; without the listener.
    ///
    /// # Errors
    /// If the example cannot be read.
    pub fn gateways(&self) -> Result<String> {
        let example = std::fs::read_to_string(crate::root().join("packaging/gateways/kannel.toml"))?;
        let password = self.folder.path().join("password").display().to_string();
        let gateways = example.find("[[delivery.gateway]]").and_then(|at| example.get(at..)).unwrap_or_default();
        Ok(gateways
            .replace("http://127.0.0.1:13013", &self.origin())
            .replace("/etc/latchkey/kannel-password", &password))
    }

    /// Waits for the next text to a number, beginning with the one after so many.
    ///
    /// # Errors
    /// If none comes.
    pub async fn text_to(&self, number: &str, after: usize) -> Result<Text> {
        until("a text at the message centre", PATIENCE, async || {
            Ok(self.texts()?.into_iter().filter(|text| text.to == number).nth(after))
        })
        .await
    }

    /// The texts that its centre has got.
    ///
    /// # Errors
    /// If its log cannot be read.
    pub fn texts(&self) -> Result<Vec<Text>> {
        let log = std::fs::read(self.folder.path().join("centre.log"))?;
        let log = String::from_utf8_lossy(&log);
        let got = log.lines().filter_map(|line| line.split_once(": <")?.1.strip_suffix('>'));
        got.filter(|got| got.splitn(4, ' ').count() == 4).map(text).collect()
    }
}

/// `sender receiver alphabet body`.
fn text(got: &str) -> Result<Text> {
    let mut parts = got.splitn(4, ' ').map(str::to_owned);
    let mut next = || parts.next().unwrap_or_default();
    let (from, to, alphabet, body) = (next(), next(), next(), next());
    let body = match alphabet.as_str() {
        "text" => body,
        "ucs-2" | "udh" => {
            // A part of a long text says before it which part it is.
            let body = body.rsplit_once(' ').map_or(body.as_str(), |(_, part)| part);
            let bytes = decoded(body)?;
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|two| two.iter().fold(0, |unit, byte| (unit << 8) | u16::from(*byte)))
                .collect();
            String::from_utf16(&units)?
        }
        other => bail!("an alphabet of the message centre that is new: {other}"),
    };
    Ok(Text { from, to, body })
}

/// Percent-encoded bytes, with `+` for a blank.
fn decoded(text: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex: Vec<u8> = rest.by_ref().take(2).collect();
                u8::from_str_radix(std::str::from_utf8(&hex)?, 16)?
            }
            byte => byte,
        });
    }
    Ok(bytes)
}

fn free_ports() -> Result<[u16; 4]> {
    let listeners = [(); 4].map(|()| TcpListener::bind("127.0.0.1:0"));
    let mut ports = [0; 4];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.as_ref().map_err(|error| anyhow::anyhow!("no free port: {error}"))?.local_addr()?.port();
    }
    Ok(ports)
}

async fn listens(port: u16, what: &str) -> Result<()> {
    until(what, PATIENCE, async || Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))).await
}

fn configuration(folder: &Path, [admin, boxes, centre, port]: [u16; 4]) -> String {
    let mut text = String::new();
    let mut group = |name: &str, pairs: &[(&str, String)]| {
        let _infallible = writeln!(text, "\ngroup = {name}");
        for (key, value) in pairs {
            let _infallible = writeln!(text, "{key} = {value}");
        }
    };
    let local = || "127.0.0.1".to_owned();
    let log = |name: &str| folder.join(name).display().to_string();
    group(
        "core",
        &[
            ("admin-port", admin.to_string()),
            ("admin-port-ssl", "false".to_owned()),
            ("admin-interface", local()),
            ("admin-password", "unused".to_owned()),
            ("smsbox-port", boxes.to_string()),
            ("smsbox-interface", local()),
            ("box-allow-ip", local()),
            ("log-file", log("bearerbox.log")),
        ],
    );
    let name = || "CENTRE".to_owned();
    group(
        "smsc",
        &[
            ("smsc", "fake".to_owned()),
            ("smsc-id", name()),
            ("port", centre.to_string()),
            ("connect-allow-ip", local()),
            ("allowed-smsc-id", name()),
        ],
    );
    group(
        "smsbox",
        &[
            ("bearerbox-host", local()),
            ("sendsms-port", port.to_string()),
            ("sendsms-interface", local()),
            ("log-file", log("smsbox.log")),
        ],
    );
    group(
        "sendsms-user",
        &[
            ("username", USER.to_owned()),
            ("password", format!("\"{PASSWORD}\"")),
            ("default-smsc", name()),
            ("user-allow-ip", local()),
            ("max-messages", "3".to_owned()),
            ("concatenation", "true".to_owned()),
        ],
    );
    group("sms-service", &[("keyword", "default".to_owned()), ("text", "\"none\"".to_owned())]);
    text
}
