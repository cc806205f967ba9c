//! A network between the server and whatever it asks, which fails as a test tells it to.
//!
//! A [`Proxy`] carries bytes between two programs. [`Proxy::now`] sets how the network is from then on, for all
//! connections; [`Proxy::catch`] waits for one request and decides what becomes of it and of its answer. A proxy that
//! only carries bytes takes whatever its client sends between two answers for one request; one that was given
//! certificates reads LDAP inside of TLS, and then a request is one message, which says what it asks for.

mod carried;
pub mod ldap;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;

pub use self::ldap::{Ends, Op};
use crate::wait::PATIENCE;

/// How the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Everything arrives at once.
    None,
    /// Each piece is this long on its way, in either direction.
    Delay(Duration),
    /// Connections are taken, and nothing arrives in either direction before the fault is over.
    BlackHole,
    /// All connections are reset, new ones as soon as they are made.
    Reset,
    /// All connections are closed in an orderly way of TCP, new ones as soon as they are made.
    Close,
    /// All connections are reset and nobody listens.
    Refuse,
    /// Each connection carries this many bytes in this direction, counted from its start, and is reset at the next one.
    CutAfter { way: Way, bytes: usize },
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the client, which asks.
    Up,
    /// From whoever is asked.
    Down,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives and is answered, and the connection is reset in place of the answer (R03).
    AnswerLost,
    /// It is dropped, and the connection is reset (R04).
    NotReceived,
    /// It is kept until [`Caught::let_go`], even if its client goes away meanwhile.
    Held,
    /// Its connection is reset at once, and it arrives all the same, when [`Caught::let_go`] says so: a write that is
    /// delayed past what was said of it.
    Delayed,
    /// It goes on as if nothing were there; the test only learns of it.
    Seen,
}

/// One request on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Which connection it came by, counted from 1.
    pub connection: usize,
    pub bytes: usize,
    /// What is asked for, where the proxy reads LDAP.
    pub op: Option<Op>,
}

/// A port of loopback behind which the network fails as it is told; it ends when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    listening: watch::Receiver<bool>,
    task: AbortHandle,
    /// Keeps the port while nobody listens there.
    _port: TcpSocket,
}

/// What the proxy and its connections share.
struct State {
    to: Mutex<SocketAddr>,
    ends: Option<Ends>,
    fault: watch::Sender<Fault>,
    traps: Mutex<Vec<Trap>>,
    requests: Mutex<Vec<Request>>,
    connections: Mutex<usize>,
}

/// What waits for one request.
struct Trap {
    which: Box<dyn Fn(&Request) -> bool + Send>,
    fate: Fate,
    struck: oneshot::Sender<()>,
    go: oneshot::Receiver<()>,
    answered: oneshot::Sender<Vec<u8>>,
}

/// A request that is waited for, and then whatever became of it.
pub struct Caught {
    struck: oneshot::Receiver<()>,
    go: oneshot::Sender<()>,
    answered: oneshot::Receiver<Vec<u8>>,
}

impl Proxy {
    /// A network before this address, which carries bytes and does not look into them.
    ///
    /// # Errors
    /// If there is no port.
    pub async fn start(to: SocketAddr) -> Result<Self> {
        Self::with(to, None).await
    }

    /// A network before an LDAP directory, which reads what is asked: it has a certificate of its own for its clients.
    ///
    /// # Errors
    /// If there is no port.
    pub async fn reading(to: SocketAddr, ends: Ends) -> Result<Self> {
        Self::with(to, Some(ends)).await
    }

    async fn with(to: SocketAddr, ends: Option<Ends>) -> Result<Self> {
        // A second socket keeps the port while nobody listens: whoever connects then is refused.
        let port = TcpSocket::new_v4()?;
        port.set_reuseport(true)?;
        port.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = port.local_addr()?;
        let state = Arc::new(State {
            to: Mutex::new(to),
            ends,
            fault: watch::Sender::new(Fault::None),
            traps: Mutex::default(),
            requests: Mutex::default(),
            connections: Mutex::new(0),
        });
        let (tell, listening) = watch::channel(false);
        let task = tokio::spawn(listen(address, Arc::clone(&state), tell)).abort_handle();
        let proxy = Self { address, state, listening, task, _port: port };
        proxy.now(Fault::None).await?;
        Ok(proxy)
    }

    /// Where clients connect.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// How the network is from now on; once this returns, it is so.
    ///
    /// # Errors
    /// If the port cannot be listened on again.
    pub async fn now(&self, fault: Fault) -> Result<()> {
        self.state.fault.send_replace(fault);
        let mut listening = self.listening.clone();
        let waited = timeout(PATIENCE, listening.wait_for(|listening| *listening == (fault != Fault::Refuse))).await;
        waited.context("the proxy does not listen again")?.context("the proxy has ended")?;
        Ok(())
    }

    /// Where new connections lead from now on.
    pub fn lead_to(&self, to: SocketAddr) {
        *lock(&self.state.to) = to;
    }

    /// Waits for the first request that fits, and has this become of it.
    pub fn catch(&self, fate: Fate, which: impl Fn(&Request) -> bool + Send + 'static) -> Caught {
        let (tell_struck, struck) = oneshot::channel();
        let (go, wait_go) = oneshot::channel();
        let (tell_answered, answered) = oneshot::channel();
        let which = Box::new(which);
        let trap = Trap { which, fate, struck: tell_struck, go: wait_go, answered: tell_answered };
        lock(&self.state.traps).push(trap);
        Caught { struck, go, answered }
    }

    /// The same for the next request, whatever it is.
    pub fn catch_next(&self, fate: Fate) -> Caught {
        self.catch(fate, |_| true)
    }

    /// Takes back what has not caught anything.
    pub fn catch_nothing(&self) {
        lock(&self.state.traps).clear();
    }

    /// All requests so far, in the order in which they came.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        lock(&self.state.requests).clone()
    }

    /// How many requests of a kind have come.
    #[must_use]
    pub fn asked(&self, op: Op) -> usize {
        lock(&self.state.requests).iter().filter(|request| request.op == Some(op)).count()
    }

    /// How many connections were made.
    #[must_use]
    pub fn connections(&self) -> usize {
        *lock(&self.state.connections)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Caught {
    /// Waits until the request has met its fate: of [`Fate::AnswerLost`] until whoever was asked has answered.
    ///
    /// # Errors
    /// If no such request comes.
    pub async fn struck(&mut self) -> Result<()> {
        let struck = timeout(PATIENCE, &mut self.struck).await.context("no request came that fits")?;
        struck.context("the connection broke before")
    }

    /// Whether the request has met its fate by now.
    pub fn has_struck(&mut self) -> bool {
        self.struck.try_recv().is_ok()
    }

    /// Lets a held request go on, and waits for its answer.
    ///
    /// # Errors
    /// If nothing was held or no answer comes.
    pub async fn let_go(self) -> Result<Vec<u8>> {
        ensure!(self.go.send(()).is_ok(), "nothing is held");
        timeout(PATIENCE, self.answered).await.context("no answer came")?.context("the connection broke before")
    }
}

async fn listen(address: SocketAddr, state: Arc<State>, tell: watch::Sender<bool>) -> Result<()> {
    let mut fault = state.fault.subscribe();
    // They end with this task.
    let mut carrying = JoinSet::new();
    loop {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseport(true)?;
        socket.bind(address)?;
        let listener = socket.listen(1024)?;
        tell.send_replace(true);
        accept(&listener, &state, &mut fault, &mut carrying).await?;
        drop(listener);
        tell.send_replace(false);
        fault.wait_for(|fault| *fault != Fault::Refuse).await?;
    }
}

/// Takes connections until nobody shall listen.
async fn accept(
    listener: &TcpListener,
    state: &Arc<State>,
    fault: &mut watch::Receiver<Fault>,
    carrying: &mut JoinSet<()>,
) -> Result<()> {
    loop {
        let taken = tokio::select! {
            biased;
            refused = fault.wait_for(|fault| *fault == Fault::Refuse) => {
                drop(refused?);
                return Ok(());
            }
            taken = listener.accept() => taken,
        };
        // A client that went away before it was taken is part of some tests.
        let Ok((client, _)) = taken else { continue };
        while carrying.try_join_next().is_some() {}
        let number = {
            let mut connections = lock(&state.connections);
            *connections += 1;
            *connections
        };
        carrying.spawn(carried::carry(client, number, Arc::clone(state)));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
