//! A mail relay of the campus: aiosmtpd with STARTTLS and AUTH, certificates good and bad, and faults as they are asked
//! for.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use crate::wait::{PATIENCE, until};

const SCRIPT: &str = include_str!("mail.py");
/// Who signs in at the relay.
pub const USER: &str = "latchkey";
const PASSWORD: &str = "lantern-harbour-27";

/// A running relay; it ends when it is dropped.
pub struct Relay {
    folder: PathBuf,
    ports: Ports,
    _temporary: Option<TempDir>,
    _process: Child,
    _open: ChildStdin,
}

/// Where it listens.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Ports {
    /// STARTTLS and AUTH, with a certificate of the campus' authority for `localhost`.
    pub good: u16,
    /// The same with certificates that prove nothing.
    pub selfsigned: u16,
    pub wronghost: u16,
    pub expired: u16,
    /// TLS from the first byte, and AUTH.
    pub tls: u16,
    /// Neither.
    pub bare: u16,
}

/// What the relay does with the next mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// 451 to the recipient.
    Later,
    /// 550 to the recipient.
    Unknown,
    /// 554 5.7.1 to the recipient: it is not for this server to send there.
    Denied,
    /// 421 to the recipient, and the connection is closed.
    Busy,
    /// It never answers to the recipient.
    Silent,
    /// 552 to the mail.
    Full,
    /// It has taken the mail, and cuts the connection in place of an answer.
    Cut,
    /// It has taken the mail, and never answers.
    SilentAfter,
}

/// A mail that the relay has taken.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    pub from: String,
    /// Of the envelope.
    pub to: Vec<String>,
    pub tls: bool,
    pub user: Option<String>,
    /// Head and body as they came.
    pub text: String,
}

impl Mail {
    /// A line of the head.
    ///
    /// # Errors
    /// If it has none, or more than one.
    pub fn header(&self, name: &str) -> Result<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let mut found = head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let value = found.next().with_context(|| format!("no {name} in {head}"))?;
        ensure!(found.next().is_none(), "two of {name} in {head}");
        Ok(value)
    }
}

impl Relay {
    /// Starts a relay in a temporary folder.
    ///
    /// # Errors
    /// If Python, aiosmtpd or OpenSSL is missing.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let started = Self::start_in(folder.path()).await?;
        Ok(Self { _temporary: Some(folder), ..started })
    }

    /// Starts a relay in a folder of its own, which stays.
    ///
    /// # Errors
    /// As [`Relay::start`].
    pub async fn start_in(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder.join("mails"))?;
        std::fs::write(folder.join("mail.py"), SCRIPT)?;
        std::fs::write(folder.join("fault"), "none")?;
        std::fs::write(folder.join("commands"), "")?;
        secret(&folder.join("password"), PASSWORD)?;
        secret(&folder.join("wrong-password"), "guessed")?;
        certificates(folder).await?;
        // The interpreter of the system, for which the package is installed.
        let mut process = Command::new("/usr/bin/python3")
            .arg(folder.join("mail.py"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.join("relay.log"))?)
            .kill_on_drop(true)
            .spawn()
            .context("python3 cannot be started: apt-get install python3-minimal python3-aiosmtpd")?;
        let stdin = process.stdin.take().context("the relay has no standard input")?;
        let mut lines = BufReader::new(process.stdout.take().context("the relay has no standard output")?).lines();
        let Some(line) = lines.next_line().await? else {
            let log = std::fs::read_to_string(folder.join("relay.log"))?;
            bail!("the relay did not start; if aiosmtpd is missing: apt-get install python3-aiosmtpd\n{log}");
        };
        let ports = serde_json::from_str(&line).with_context(|| line)?;
        Ok(Self { folder: folder.to_owned(), ports, _temporary: None, _process: process, _open: stdin })
    }

    #[must_use]
    pub const fn ports(&self) -> Ports {
        self.ports
    }

    /// A file of its folder: `password`, `wrong-password`, `ca.pem`.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What it does from now on.
    ///
    /// # Errors
    /// If it cannot be told.
    pub fn now(&self, fault: Fault) -> Result<()> {
        let word = match fault {
            Fault::None => "none",
            Fault::Later => "later",
            Fault::Unknown => "unknown",
            Fault::Denied => "denied",
            Fault::Busy => "busy",
            Fault::Silent => "silent",
            Fault::Full => "full",
            Fault::Cut => "cut",
            Fault::SilentAfter => "silent-after",
        };
        Ok(std::fs::write(self.folder.join("fault"), word)?)
    }

    /// Everything that it has taken, the first one first.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn mails(&self) -> Result<Vec<Mail>> {
        let mut names: Vec<PathBuf> =
            std::fs::read_dir(self.folder.join("mails"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        names.retain(|name| name.extension().is_some_and(|extension| extension == "json"));
        names.sort();
        names.iter().map(|name| Ok(serde_json::from_slice(&std::fs::read(name)?)?)).collect()
    }

    /// Waits for a mail to an address, from one on.
    ///
    /// # Errors
    /// If none comes.
    pub async fn mail_to(&self, address: &str, from: usize) -> Result<(usize, Mail)> {
        until(&format!("a mail to {address}"), PATIENCE, async || {
            let mails = self.mails()?.into_iter().enumerate().skip(from);
            Ok(mails.into_iter().find(|(_, mail)| mail.to == [address]))
        })
        .await
    }

    /// What it was told, without what it was told with.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn commands(&self) -> Result<Vec<String>> {
        Ok(std::fs::read_to_string(self.folder.join("commands"))?.lines().map(str::to_owned).collect())
    }

    /// The table of a gateway by it, as a campus configures it.
    #[must_use]
    pub fn gateway(&self, name: &str) -> String {
        self.gateway_at(name, self.ports.good, "starttls", "password")
    }

    /// The same by another port, with another security and another file for the password.
    #[must_use]
    pub fn gateway_at(&self, name: &str, port: u16, security: &str, password: &str) -> String {
        let (ca, password) = (self.file("ca.pem"), self.file(password));
        format!(
            "[[delivery.gateway]]
             name = \"{name}\"
             kinds = [\"email\"]
             [delivery.gateway.smtp]
             host = \"localhost\"
             port = {port}
             security = \"{security}\"
             user = \"{USER}\"
             password = {password:?}
             ca = {ca:?}
             from = \"IT Helpdesk <it-help@campus.example>\"
             connect_seconds = 2\n"
        )
    }
}

pub(crate) fn secret(path: &Path, content: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, format!("{content}\n"))?;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?)
}

/// An authority, and certificates by it and past it.
pub(crate) async fn certificates(folder: &Path) -> Result<()> {
    let new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let own = |name: &'static str, subject: &'static str, extension: &'static str| {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let mut arguments = vec!["req".to_owned(), "-x509".to_owned()];
        arguments.extend(new_key.map(str::to_owned));
        arguments.extend([
            "-keyout".to_owned(),
            key,
            "-out".to_owned(),
            certificate,
            "-days".to_owned(),
            "30".to_owned(),
        ]);
        arguments.extend(["-subj", subject, "-addext", extension].map(str::to_owned));
        arguments
    };
    openssl(folder, &own("ca", "/CN=Campus CA", "keyUsage=critical,keyCertSign,cRLSign")).await?;
    openssl(folder, &own("selfsigned", "/CN=localhost", "subjectAltName=DNS:localhost")).await?;
    for (name, host, days) in
        [("good", "localhost", "30"), ("wronghost", "elsewhere.example", "30"), ("expired", "localhost", "-1")]
    {
        let extensions = folder.join(format!("{name}.ext"));
        std::fs::write(&extensions, format!("subjectAltName=DNS:{host}\nbasicConstraints=CA:FALSE\n"))?;
        let (key, request, certificate) = (format!("{name}.key"), format!("{name}.csr"), format!("{name}.pem"));
        let mut arguments = vec!["req".to_owned()];
        arguments.extend(new_key.map(str::to_owned));
        arguments.extend(["-keyout", &key, "-out", &request, "-subj", &format!("/CN={host}")].map(str::to_owned));
        openssl(folder, &arguments).await?;
        let extensions = format!("{name}.ext");
        let sign = [
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            days,
            "-extfile",
            &extensions,
            "-out",
            &certificate,
        ];
        openssl(folder, &sign.map(str::to_owned)).await?;
    }
    Ok(())
}

async fn openssl(folder: &Path, arguments: &[String]) -> Result<()> {
    let done = Command::new("openssl").args(arguments).current_dir(folder).output().await;
    let done = done.context("openssl cannot be started: apt-get install openssl")?;
    ensure!(done.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}
