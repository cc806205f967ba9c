//! The real server as a child process, with its demo accounts and its outbox.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use latchkey_server::clock::{Clock, MachineClock};
use latchkey_server::commands::demo;
use latchkey_server::config::Config;
use latchkey_server::http::serve::Loopback;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use totp_rs::{Builder, Secret};

use crate::built;
use crate::gateway::{self, Gateway};
use crate::real_directory::{self, RealDirectory};
use crate::wait::{PATIENCE, until};

/// A running server.
pub struct Campus {
    folder: Folder,
    server: Server,
    ready: Ready,
    messages_read: usize,
    /// By which codes leave that do not go into the outbox.
    gateway: Option<Gateway>,
    /// In which its people are.
    directory: Option<RealDirectory>,
}

enum Server {
    Stopped,
    Program {
        process: Box<Child>,
        /// Kept, so that the server never writes into a closed pipe.
        _stdout: Lines<BufReader<ChildStdout>>,
    },
    /// The library in this process.
    Here {
        serving: JoinHandle<()>,
        clock: Arc<AheadClock>,
    },
}

/// The machine's clock, some time ahead.
#[derive(Debug, Default)]
struct AheadClock(AtomicI64);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        MachineClock.now() + jiff::SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

enum Folder {
    Temporary(TempDir),
    Given(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Temporary(folder) => folder.path(),
            Self::Given(path) => path,
        }
    }
}

/// Where a file says at which point a server dies.
const POINTS: &str = "points";

/// The domain of the campus.
pub const DOMAIN: &str = "example.edu";

/// The server's first line.
#[derive(Debug, Clone, Deserialize)]
struct Ready {
    url: String,
    outbox: PathBuf,
    accounts: Vec<Account>,
}

/// A demo account and everything that its owner knows.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub account: String,
    /// Empty where nobody knows it.
    #[serde(default)]
    pub password: String,
    pub methods: Vec<Proof>,
}

/// How the owner of a demo account proves who they are.
#[derive(Debug, Clone, Deserialize)]
pub struct Proof {
    pub method: String,
    /// In full, as the owner would type it.
    pub destination: Option<String>,
    /// Of an authenticator, in base 32.
    pub secret: Option<String>,
    /// Of a list of recovery codes, or a pass.
    #[serde(skip)]
    pub code: Option<String>,
    #[serde(default)]
    pub answers: Vec<Answer>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    pub id: String,
    pub answer: String,
}

/// One line of the outbox: what would have been sent.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    pub kind: String,
    pub to: String,
    pub body: String,
}

impl Campus {
    /// Starts a server on a free port in a temporary folder.
    ///
    /// # Errors
    /// If it cannot be started or does not say that it is ready.
    pub async fn start() -> Result<Self> {
        Self::start_in(Folder::Temporary(tempfile::tempdir()?)).await
    }

    /// Starts a server that dies where [`Campus::die_at`] says.
    ///
    /// # Errors
    /// If it cannot be started or does not say that it is ready.
    pub async fn start_mortal() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join(POINTS))?;
        Self::start_in(Folder::Temporary(folder)).await
    }

    /// Has the server die as if it was killed when it passes this point the next time (`crates/server/src/points.rs`).
    ///
    /// # Errors
    /// If the server does not look for points.
    pub fn die_at(&self, point: &str) -> Result<()> {
        let file = self.folder.path().join(POINTS).join(point);
        std::fs::write(&file, "").with_context(|| format!("{}: see Campus::start_mortal", file.display()))
    }

    /// Waits until the server has died.
    ///
    /// # Errors
    /// If it goes on, or does not run.
    pub async fn dies(&mut self) -> Result<()> {
        let Server::Program { process, .. } = &mut self.server else { bail!("the server is not running") };
        let ended = tokio::time::timeout(PATIENCE, process.wait()).await.context("the server does not die")??;
        ensure!(ended.code().is_none(), "the server ended by itself: {ended}");
        self.server = Server::Stopped;
        Ok(())
    }

    /// Starts a server whose folder stays.
    ///
    /// # Errors
    /// If it cannot be started or does not say that it is ready.
    pub async fn start_at(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        Self::start_in(Folder::Given(folder.to_path_buf())).await
    }

    /// Starts a server each of whose calls of these names to the system is written into a file (`strace`).
    ///
    /// # Errors
    /// If it cannot be started or does not say that it is ready.
    pub async fn start_traced(calls: &str, into: &Path) -> Result<Self> {
        let mut strace = Command::new("strace");
        // The server itself is the child, and strace ends with it; strings are written in full.
        strace.args(["-D", "-f", "-qq", "-s", "1000000", "-e"]).arg(format!("trace={calls}")).arg("-o").arg(into);
        strace.arg(built("latchkey-server")?);
        let folder = Folder::Temporary(tempfile::tempdir()?);
        let started = serve_by(strace, folder.path(), "127.0.0.1:0").await;
        let started = started.context("strace is of the package strace: apt-get install strace")?;
        Self::of(folder, started)
    }

    async fn start_in(folder: Folder) -> Result<Self> {
        let started = serve(folder.path(), "127.0.0.1:0").await?;
        Self::of(folder, started)
    }

    fn of(folder: Folder, (server, stdout, ready): Started) -> Result<Self> {
        let messages_read = messages(&ready.outbox)?.len();
        Ok(Self {
            folder,
            server: Server::Program { process: Box::new(server), _stdout: stdout },
            ready,
            messages_read,
            gateway: None,
            directory: None,
        })
    }

    /// Starts a server beside real services: codes of one method leave by a gateway, `smtp` or `kannel`, and its people
    /// are in a directory, `slapd` or `samba`.
    ///
    /// # Errors
    /// If a service or the server cannot be started.
    pub async fn start_with(gateway: Option<&str>, directory: Option<&str>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let gateway = match gateway {
            Some(name) => Some(Gateway::start(name, folder.path()).await?),
            None => None,
        };
        let directory = match directory {
            Some(name) => Some(RealDirectory::start(name, folder.path()).await?),
            None => None,
        };
        let mut campus = Self::start_in(Folder::Temporary(folder)).await?;
        (campus.gateway, campus.directory) = (gateway, directory);
        Ok(campus)
    }

    /// The real gateway, where there is one.
    #[must_use]
    pub const fn gateway(&self) -> Option<&Gateway> {
        self.gateway.as_ref()
    }

    /// The real directory, where there is one.
    #[must_use]
    pub const fn directory(&self) -> Option<&RealDirectory> {
        self.directory.as_ref()
    }

    /// Starts a server in this process, with other settings and a clock that [`Campus::wait`] sets ahead.
    ///
    /// # Errors
    /// If it cannot be opened or listened for.
    pub async fn here(change: impl FnOnce(&mut Config)) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let clock = Arc::new(AheadClock::default());
        let listener = Loopback::bind(([127, 0, 0, 1], 0).into())?;
        let address = listener.address();
        let mut config = demo::config()?;
        change(&mut config);
        let (app, accounts) = demo::open_with(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>, config).await?;
        let ready = demo::Ready::new(address, folder.path(), accounts);
        let ready: Ready = serde_json::from_value(serde_json::to_value(ready)?)?;
        let outbox = ready.outbox.clone();
        let serving = tokio::spawn(async move { drop(listener.serve(app, outbox).await) });
        Ok(Self {
            folder: Folder::Temporary(folder),
            server: Server::Here { serving, clock },
            ready,
            messages_read: 0,
            gateway: None,
            directory: None,
        })
    }

    /// Lets time pass for the server.
    ///
    /// # Errors
    /// If the server has the clock of the machine.
    pub fn wait(&self, seconds: i64) -> Result<()> {
        let Server::Here { clock, .. } = &self.server else {
            bail!("only `Campus::here` has a clock that can be moved")
        };
        clock.0.fetch_add(seconds, Ordering::SeqCst);
        Ok(())
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.ready.url
    }

    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.ready.accounts
    }

    /// The demo account of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn account(&self, name: &str) -> Result<Account> {
        let found = self.ready.accounts.iter().find(|account| account.account == name);
        found.cloned().with_context(|| format!("no demo account is {name}"))
    }

    /// The first demo account that has all of the methods.
    ///
    /// # Errors
    /// If there is none.
    pub fn account_with(&self, methods: &[&str]) -> Result<Account> {
        let has = |account: &&Account| methods.iter().all(|name| account.methods.iter().any(|m| m.method == *name));
        self.ready.accounts.iter().find(has).cloned().with_context(|| format!("no demo account has {methods:?}"))
    }

    /// The process id of the server.
    ///
    /// # Errors
    /// If it is not running.
    pub fn pid(&self) -> Result<u32> {
        match &self.server {
            Server::Program { process, .. } => process.id().context("the server has ended"),
            Server::Here { .. } => Ok(std::process::id()),
            Server::Stopped => bail!("the server is not running"),
        }
    }

    /// Everything sent so far.
    ///
    /// # Errors
    /// If the outbox cannot be read.
    pub fn messages(&self) -> Result<Vec<Message>> {
        messages(&self.ready.outbox)
    }

    /// How long each call of this path has taken, in milliseconds, by the server's own log.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn took(&self, path: &str) -> Result<Vec<f64>> {
        let log = std::fs::read_to_string(self.folder.path().join("server.log"))?;
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let of_path = lines.filter(|line| line.pointer("/span/path").is_some_and(|found| found == path));
        Ok(of_path
            .filter_map(|line| line.pointer("/fields/took_us").and_then(Value::as_f64))
            .map(|took| took / 1000.0)
            .collect())
    }

    /// Where the server keeps its database, its keys and its log.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    #[must_use]
    pub fn outbox(&self) -> &Path {
        &self.ready.outbox
    }

    /// Waits for the next message to a number or address and returns the code in it.
    ///
    /// # Errors
    /// If none comes.
    pub async fn code_to(&mut self, destination: &str) -> Result<String> {
        if let Some(gateway) = self.gateway.as_mut().filter(|gateway| gateway.carries_to(destination)) {
            return gateway.code_to(destination).await;
        }
        let outbox = self.ready.outbox.clone();
        let already = self.messages_read;
        let what = format!("a code to {destination}");
        let waited = until(&what, PATIENCE, async || {
            let sent = messages(&outbox)?;
            let mut new = sent.iter().enumerate().skip(already).filter(|(_, m)| is_same(&m.to, destination));
            Ok(new.find_map(|(index, message)| code_in(&message.body).map(|code| (index + 1, code))))
        });
        let waited = waited.await;
        let (read, code) = waited.with_context(|| format!("after {already} messages of: {:#?}", self.messages()))?;
        self.messages_read = read;
        Ok(code)
    }

    /// The code that the owner of a method gets to see: of the next message, or what an authenticator shows now.
    ///
    /// # Errors
    /// If none comes.
    pub async fn code(&mut self, proof: &Proof) -> Result<String> {
        match (&proof.code, &proof.destination, &proof.secret) {
            (Some(code), _, _) => Ok(code.clone()),
            (None, Some(destination), _) => self.code_to(destination).await,
            (None, None, Some(secret)) => totp(secret, self.now()),
            (None, None, None) => bail!("{} has no code", proof.method),
        }
    }

    /// A pass that the helpdesk hands out for an account.
    ///
    /// # Errors
    /// If the server's command line refuses it.
    pub async fn pass(&self, account: &str) -> Result<String> {
        let arguments = ["account", "pass", account, "--by", "m. jones", "--reason", "ticket 4711"];
        Ok(self.command(&arguments).await?.trim().to_owned())
    }

    /// What the server's own command line answers, beside the running server.
    ///
    /// # Errors
    /// If it refuses.
    pub async fn command(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(built("latchkey-server")?);
        let answer = command.args(arguments).arg("--data").arg(self.folder.path()).output().await?;
        ensure!(answer.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&answer.stderr));
        Ok(String::from_utf8(answer.stdout)?)
    }

    /// What the clock of the server says.
    fn now(&self) -> Timestamp {
        match &self.server {
            Server::Here { clock, .. } => clock.now(),
            Server::Program { .. } | Server::Stopped => MachineClock.now(),
        }
    }

    /// Ends the server at once, as a power cut would.
    ///
    /// # Errors
    /// If it is not running.
    pub async fn stop(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.server, Server::Stopped) {
            Server::Program { mut process, .. } => Ok(process.kill().await?),
            Server::Here { serving, .. } => {
                serving.abort();
                Ok(())
            }
            Server::Stopped => bail!("the server is not running"),
        }
    }

    /// Starts the server again: same port, same folder.
    ///
    /// # Errors
    /// If it does not come back there.
    pub async fn start_again(&mut self) -> Result<()> {
        let listen = self.ready.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let (server, stdout, ready) = serve(self.folder.path(), &listen).await?;
        if ready.url != self.ready.url {
            bail!("the server came back at {}, not at {}", ready.url, self.ready.url);
        }
        self.server = Server::Program { process: Box::new(server), _stdout: stdout };
        Ok(())
    }

    /// Writes the app's settings for this server and returns the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn policy(&self) -> Result<PathBuf> {
        let path = self.folder.path().join("policy.toml");
        // Saved sign-ins for `DOMAIN` and what is below it are the campus'.
        std::fs::write(&path, format!("server = \"{}\"\ndomains = [\"{DOMAIN}\"]\n", self.ready.url))?;
        Ok(path)
    }
}

impl Drop for Campus {
    fn drop(&mut self) {
        if let Server::Here { serving, .. } = &self.server {
            serving.abort();
        }
    }
}

impl Account {
    /// How this account's owner proves who they are by a method.
    ///
    /// # Errors
    /// If the account does not have it.
    pub fn proof(&self, method: &str) -> Result<&Proof> {
        self.methods.iter().find(|m| m.method == method).with_context(|| format!("{} has no {method}", self.account))
    }
}

impl Proof {
    /// By a method of which nothing is known yet.
    #[must_use]
    pub fn by(method: &str) -> Self {
        Self { method: method.to_owned(), destination: None, secret: None, code: None, answers: Vec::new() }
    }

    /// By a code to a number or address.
    #[must_use]
    pub fn to(method: &str, destination: &str) -> Self {
        Self { destination: Some(destination.to_owned()), ..Self::by(method) }
    }

    /// The number or address in full.
    ///
    /// # Errors
    /// If nothing is sent with this method.
    pub fn destination(&self) -> Result<&str> {
        self.destination.as_deref().with_context(|| format!("{} has no destination", self.method))
    }
}

fn totp(secret: &str, now: Timestamp) -> Result<String> {
    let authenticator = Builder::new().with_secret(Secret::try_from_base32(secret)?).build()?;
    Ok(authenticator.generate(u64::try_from(now.as_second())?).to_string())
}

/// A server that is ready, and its standard output.
type Started = (Child, Lines<BufReader<ChildStdout>>, Ready);

async fn serve(folder: &Path, listen: &str) -> Result<Started> {
    serve_by(Command::new(built("latchkey-server")?), folder, listen).await
}

async fn serve_by(mut server: Command, folder: &Path, listen: &str) -> Result<Started> {
    server.arg("demo");
    for (option, file) in [("--delivery", gateway::FILE), ("--directory", real_directory::FILE)] {
        if folder.join(file).exists() {
            server.arg(option).arg(folder.join(file));
        }
    }
    let points = folder.join(POINTS);
    if points.exists() {
        server.arg("--die-at").arg(points);
    }
    let mut server = server
        .args(["--listen", listen, "--data"])
        .arg(folder)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(folder.join("server.log"))?)
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(server.stdout.take().context("the server has no standard output")?).lines();
    let Some(line) = lines.next_line().await? else {
        bail!("the server ended before it was ready: {}", std::fs::read_to_string(folder.join("server.log"))?);
    };
    let ready =
        serde_json::from_str(&line).with_context(|| format!("the server's first line is not as agreed: {line}"))?;
    Ok((server, lines, ready))
}

fn messages(outbox: &Path) -> Result<Vec<Message>> {
    if !outbox.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(outbox)?;
    // A line without its end is still being written.
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().map(|line| serde_json::from_str(line).context("a line of the outbox")).collect()
}

/// Numbers are the same whatever stands between their digits.
fn is_same(sent_to: &str, typed: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    sent_to.eq_ignore_ascii_case(typed) || (!typed.contains('@') && digits(sent_to) == digits(typed))
}

/// The first run of 6 to 8 digits. In a call they are said one by one, with a pause after each pair.
#[must_use]
pub fn code_in(body: &str) -> Option<String> {
    let is_code = |digits: &String| (6..=8).contains(&digits.len());
    let written = body.split(|c: char| !c.is_ascii_digit()).map(str::to_owned).find(is_code);
    let spoken = || {
        let runs = body.split(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '…'));
        let paused = runs.filter(|run| run.contains('…'));
        paused.map(|run| run.chars().filter(char::is_ascii_digit).collect()).find(is_code)
    };
    written.or_else(spoken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_first_run_of_six_to_eight_digits() {
        assert_eq!(code_in("Campus 24: 12345678 is your code").as_deref(), Some("12345678"));
        assert_eq!(code_in("no code, 12345 or 123456789"), None);
        assert_eq!(code_in("Campus 24: 1 2 … 3 4 … 5 6. Again: 1 2 … 3 4 … 5 6.").as_deref(), Some("123456"));
        assert_eq!(code_in("wait … 1 2 3"), None);
    }

    #[test]
    fn numbers_are_compared_by_their_digits_and_addresses_as_a_whole() {
        assert!(is_same("+12025550134", "+1 202 555-0134"));
        assert!(!is_same("+12025550134", "+1 202 555-0135"));
        assert!(!is_same("a1@example.edu", "b1@example.edu"));
    }
}
