//! Many connections to one server: what is silent and what is too much, beside people who only want their password back
//! (AP-06, C4, C5, R34).
//!
//! Addresses of 127.0.0.0/8 stand for different people: a connection may come from any of them.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Campus;
use crate::clock::Stopwatch;
use crate::puzzle;
use crate::served::Served;
use crate::wait::{PATIENCE, until};

/// Where attackers are whose addresses do not matter.
pub const ATTACKER: Ipv4Addr = Ipv4Addr::new(127, 0, 2, 1);
/// How many addresses an attack comes from.
const ADDRESSES: usize = 8;
/// So many idle connections come from one address; more than 64 it does not get.
const OF_ONE: u32 = 50;
/// So many connections are made at the same time.
const MADE_AT_ONCE: usize = 32;
/// So long all of them may take to be made, and so often each asks something meanwhile.
const OPENING: Duration = Duration::from_secs(180);
const OFTEN: Duration = Duration::from_secs(15);
/// So many calls of an attack may wait for their answers.
const UNANSWERED: usize = 1_000;
/// So many flows an attack begins, each of which may be tried twice by a device that is not known.
const FLOWS: usize = 600;
/// For so long it is measured how much is served.
const CAPACITY: Duration = Duration::from_secs(3);
/// How many times as much an attack asks for.
const TIMES: f64 = 10.0;

/// An answer and how long it took, with the connection for it.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Value,
    pub took: Duration,
}

/// Connects from an address of loopback.
///
/// # Errors
/// If nobody listens.
pub async fn connect(from: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    Ok(socket.connect(to).await?)
}

/// One call on a connection of its own.
///
/// # Errors
/// If there is no answer.
pub async fn call(
    from: Ipv4Addr,
    to: SocketAddr,
    method: &str,
    path: &str,
    token: &str,
    body: &Value,
) -> Result<Reply> {
    let watch = Stopwatch::start();
    let mut stream = connect(from, to).await?;
    let body = if method == "GET" { String::new() } else { body.to_string() };
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {to}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         connection: close\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.context("no answer")??;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").context("closed without an answer")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
    let body = serde_json::from_str(body).unwrap_or_default();
    Ok(Reply { status, head: head.to_owned(), body, took: watch.elapsed() })
}

/// Starts a flow as the app does: its token, and how long the calls took.
///
/// # Errors
/// If it is refused.
pub async fn start(from: Ipv4Addr, to: SocketAddr, intent: &str, account: &str) -> Result<(String, Vec<Duration>)> {
    let check = call(from, to, "POST", "/v1/human-checks", "", &json!({"kind": "proof_of_work"})).await?;
    ensure!(check.status == 201, "{} {}", check.status, check.body);
    let ask = json!({"intent": intent, "account": account, "human_check": puzzle::solved(&check.body)?});
    let started = call(from, to, "POST", "/v1/flows", "", &ask).await?;
    ensure!(started.status == 201, "{} {}", started.status, started.body);
    let token = started.body.get("token").and_then(Value::as_str).context("no token")?.to_owned();
    Ok((token, vec![check.took, started.took]))
}

/// Gives a current password in a flow that has just begun.
///
/// # Errors
/// If there is no answer.
pub async fn prove(from: Ipv4Addr, to: SocketAddr, token: &str, given: &str) -> Result<Reply> {
    call(from, to, "POST", "/v1/flow/proof", token, &json!({"revision": 1, "current_password": given})).await
}

/// The times of what honest people did, and the most memory that the server has needed.
pub struct Measured {
    pub took: Vec<Duration>,
    /// MiB.
    pub memory: u64,
}

impl Measured {
    /// Within which so many of a hundred calls were answered.
    #[must_use]
    pub fn within(&self, percent: usize) -> Duration {
        let mut took = self.took.clone();
        took.sort();
        took.get(took.len() * percent / 100).copied().unwrap_or_default()
    }
}

/// Goes through the first steps as many people would, one after the other, each with a name of their own.
///
/// # Errors
/// If one of them is not served.
pub async fn people(campus: &Campus, rounds: u32) -> Result<Measured> {
    let to = address(campus)?;
    let mut took = Vec::new();
    for round in 0..rounds {
        let from = Ipv4Addr::new(127, 0, 1, u8::try_from(round % 200)? + 1);
        took.push(call(from, to, "GET", "/v1/campus", "", &json!(null)).await?.took);
        let (token, steps) = start(from, to, "change", &format!("person{round}")).await?;
        took.extend(steps);
        let reply = prove(from, to, &token, "whatever it is").await?;
        ensure!(reply.status == 422, "{} {}", reply.status, reply.body);
        took.push(reply.took);
    }
    Ok(Measured { took, memory: memory(campus.pid()?)? })
}

/// Where a campus listens.
///
/// # Errors
/// If it speaks TLS.
pub fn address(campus: &Campus) -> Result<SocketAddr> {
    Ok(campus.url().trim_start_matches("http://").parse()?)
}

/// The most memory that a process has needed, in MiB.
fn memory(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(peak.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}

/// What became of connections that say nothing.
pub struct Idle {
    /// How many of them the server has held at once.
    pub held: u32,
    /// The most memory that it has needed, in MiB.
    pub memory: u64,
}

/// So many connections over TLS, on each of which one question is answered and no other comes. A server with the limits
/// that it has by itself holds as many as it has room for, and closes the others before they cost anything.
///
/// # Errors
/// If the server ends, or they cannot be made.
pub async fn idle(many: u32) -> Result<Idle> {
    let possible = let_open(u64::from(many) + 256);
    ensure!(possible >= u64::from(many) + 64, "{possible} files may be open: raise the hard limit (ulimit -Hn)");
    let mut served = Served::new("")?;
    served.start().await?;
    let (to, connector) = (served.address()?, trusting(&served)?);
    let (phase, seen) = watch::channel(Phase::Opening);
    let (making, counted) = (Arc::new(Semaphore::new(MADE_AT_ONCE)), Arc::<[AtomicU32; 2]>::default());
    let [made, silent] = &*counted;
    let mut held = JoinSet::new();
    for number in 0..many {
        let [_, _, high, low] = (number / OF_ONE + 1).to_be_bytes();
        let from = Ipv4Addr::new(127, 3, high, low);
        let (connector, making, counted) = (connector.clone(), Arc::clone(&making), Arc::clone(&counted));
        held.spawn(hold(connector, from, to, making, counted, seen.clone()));
    }
    until("the connections", OPENING, async || {
        if made.load(Ordering::Relaxed) == many {
            // All of them are there; each asks once more, and is silent from then on.
            phase.send_replace(Phase::Idle);
        }
        Ok((silent.load(Ordering::Relaxed) == many).then_some(()))
    })
    .await?;
    let memory = memory(served.pid()?)?;
    phase.send_replace(Phase::Over);
    let mut open = 0;
    while let Some(ended) = held.join_next().await {
        open += u32::from(ended?);
    }
    Ok(Idle { held: open, memory })
}

/// Lets this process open so many files and says how many it may open now.
fn let_open(files: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let (Some(current), highest) = (limit.current, limit.maximum.unwrap_or(u64::MAX)) else { return u64::MAX };
    let raised = files.min(highest).max(current);
    let set = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum });
    if set.is_ok() { raised } else { current }
}

fn trusting(served: &Served) -> Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(served.file("certificate.pem"))?)?;
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// What idle connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Others are still being made.
    Opening,
    Idle,
    Over,
}

/// One connection, and whether it is still open when it is over.
async fn hold(
    connector: TlsConnector,
    from: Ipv4Addr,
    to: SocketAddr,
    making: Arc<Semaphore>,
    counted: Arc<[AtomicU32; 2]>,
    mut seen: watch::Receiver<Phase>,
) -> bool {
    let [made, silent] = &*counted;
    let place = making.acquire().await;
    let stream = opened(&connector, from, to).await;
    drop(place);
    made.fetch_add(1, Ordering::Relaxed);
    // One for which the server has no room is closed at once.
    let mut stream = stream.ok();
    // The server closes what is silent for half a minute.
    while timeout(OFTEN, seen.wait_for(|phase| *phase != Phase::Opening)).await.is_err() {
        stream = asked(stream).await;
    }
    let stream = asked(stream).await;
    silent.fetch_add(1, Ordering::Relaxed);
    drop(seen.wait_for(|phase| *phase == Phase::Over).await);
    match stream {
        // One that is still open says nothing.
        Some(mut stream) => timeout(Duration::ZERO, stream.read_u8()).await.is_err(),
        None => false,
    }
}

async fn opened(connector: &TlsConnector, from: Ipv4Addr, to: SocketAddr) -> Result<TlsStream<TcpStream>> {
    let stream = connect(from, to).await?;
    let mut stream = connector.connect(ServerName::try_from("localhost")?, stream).await?;
    ask(&mut stream).await?;
    Ok(stream)
}

/// The connection, if it is still good for a question.
async fn asked(stream: Option<TlsStream<TcpStream>>) -> Option<TlsStream<TcpStream>> {
    let mut stream = stream?;
    ask(&mut stream).await.is_ok().then_some(stream)
}

async fn ask(stream: &mut TlsStream<TcpStream>) -> Result<()> {
    stream.write_all(b"GET /v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let read = timeout(PATIENCE, stream.read_buf(&mut answer)).await.context("no answer")??;
        ensure!(read > 0, "the server closes: {}", String::from_utf8_lossy(&answer));
    }
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    Ok(())
}

/// What a server was asked for by attackers, and what honest people saw meanwhile.
pub struct Overload {
    /// Calls of the attackers in a second.
    pub asked: f64,
    /// How many of them the server can do in a second.
    pub capacity: f64,
    pub honest: Measured,
}

/// Wrong passwords, ten times as many as the server can compare, beside people who are served.
///
/// # Errors
/// If one of the people is not served.
pub async fn overload(rounds: u32) -> Result<Overload> {
    let campus = Campus::start().await?;
    let to = address(&campus)?;
    let attack = Arc::new(Attack::begin(to).await?);
    let capacity = attack.capacity().await?;
    let mut ticks = interval(Duration::from_secs_f64(1.0 / (TIMES * capacity)));
    // What was late is caught up with.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (watch, before) = (Stopwatch::start(), attack.asked.load(Ordering::Relaxed));
    let attacking = async {
        let mut unanswered = JoinSet::new();
        loop {
            ticks.tick().await;
            while unanswered.try_join_next().is_some() || unanswered.len() >= UNANSWERED {
                if unanswered.len() >= UNANSWERED {
                    unanswered.join_next().await;
                }
            }
            let attack = Arc::clone(&attack);
            unanswered.spawn(async move { attack.once().await });
        }
    };
    let honest = tokio::select! {
        biased;
        honest = people(&campus, rounds) => honest?,
        () = attacking => return Err(anyhow::anyhow!("the attack has ended")),
    };
    let asked = attack.asked.load(Ordering::Relaxed) - before;
    let asked = f64::from(u32::try_from(asked)?) / watch.elapsed().as_secs_f64();
    Ok(Overload { asked, capacity, honest })
}

/// Attackers who give wrong passwords in flows that they have begun.
struct Attack {
    to: SocketAddr,
    tokens: Vec<String>,
    asked: AtomicUsize,
    compared: AtomicUsize,
}

impl Attack {
    async fn begin(to: SocketAddr) -> Result<Self> {
        let mut tokens = Vec::new();
        let mut beginning: JoinSet<Result<(String, Vec<Duration>)>> = JoinSet::new();
        for number in 0..FLOWS {
            if beginning.len() >= ADDRESSES
                && let Some(begun) = beginning.join_next().await
            {
                tokens.push(begun??.0);
            }
            beginning.spawn(async move { start(of_attack(number), to, "change", &format!("stranger{number}")).await });
        }
        while let Some(begun) = beginning.join_next().await {
            tokens.push(begun??.0);
        }
        Ok(Self { to, tokens, asked: AtomicUsize::new(0), compared: AtomicUsize::new(0) })
    }

    /// One wrong password; how it is answered does not matter to whoever gives it.
    async fn once(&self) {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let Some(token) = self.tokens.get(number % self.tokens.len().max(1)) else { return };
        if let Ok(reply) = prove(of_attack(number), self.to, token, "not the password").await
            && reply.status == 422
        {
            self.compared.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many passwords the server compares in a second while as many wait as may.
    async fn capacity(self: &Arc<Self>) -> Result<f64> {
        let watch = Stopwatch::start();
        let mut asking = JoinSet::new();
        for _ in 0..ADDRESSES {
            let attack = Arc::clone(self);
            asking.spawn(async move {
                while watch.elapsed() < CAPACITY {
                    attack.once().await;
                }
            });
        }
        asking.join_all().await;
        let compared = self.compared.load(Ordering::Relaxed);
        ensure!(compared > 0, "no password was compared");
        Ok(f64::from(u32::try_from(compared)?) / watch.elapsed().as_secs_f64())
    }
}

fn of_attack(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 2, u8::try_from(number % ADDRESSES).unwrap_or_default() + 1)
}
