//! The sessions of one directory: a few signed in as the service account and kept, and fresh ones for people.

use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::address::Address;
use super::error::{ConnectionError, code};
use super::locked;
use super::session::Session;
use super::tls::Trust;
use crate::Cause;

/// How many sessions of the service account there are with one server at most.
const SERVICE: usize = 8;
/// How many sessions for binds of people there are with one server at most.
const PEOPLE: usize = 8;
/// How long somebody waits until one of them is free.
const PATIENCE: Duration = Duration::from_secs(5);
/// A session that has not been used for so long is tried before it is trusted with a write.
const QUIET: Duration = Duration::from_secs(2);
/// A server that could not be reached is asked after the others for so long.
const AWAY: Duration = Duration::from_secs(30);
/// A secret that was refused is not shown again for so long: each time counts towards a lock of the service account.
const REFUSED: Duration = Duration::from_secs(30);

/// Reads the service account's secret from where it lies.
pub type ReadSecret = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<SecretString, Cause>> + Send>> + Send + Sync>;

/// What a back end is given by whoever runs it.
#[derive(Clone)]
pub struct Outside {
    pub secret: ReadSecret,
    /// What time it is.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// The servers of one directory, in the order in which they are asked.
pub struct Connections {
    servers: Mutex<Vec<Arc<Server>>>,
    trust: Trust,
    /// The service account's name.
    account: String,
    outside: Outside,
    refused: Mutex<Option<(SecretString, Instant, ConnectionError)>>,
}

/// Whom a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// The service account, signed in.
    Service,
    /// One person's bind.
    People,
}

struct Server {
    address: Address,
    name: String,
    idle: Mutex<Vec<(Session, Instant)>>,
    service: Arc<Semaphore>,
    people: Arc<Semaphore>,
    away_since: Mutex<Option<Instant>>,
}

impl Server {
    fn new(address: Address) -> Arc<Self> {
        let name = address.to_string();
        Arc::new(Self {
            address,
            name,
            idle: Mutex::default(),
            service: Arc::new(Semaphore::new(SERVICE)),
            people: Arc::new(Semaphore::new(PEOPLE)),
            away_since: Mutex::default(),
        })
    }

    fn is_away(&self) -> bool {
        locked(&self.away_since).is_some_and(|since| since.elapsed() < AWAY)
    }

    fn note(&self, reached: bool) {
        *locked(&self.away_since) = (!reached).then(Instant::now);
    }

    async fn room(&self, of: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, ConnectionError> {
        match timeout(PATIENCE, Arc::clone(of).acquire_owned()).await {
            Ok(Ok(room)) => Ok(room),
            Ok(Err(_)) | Err(_) => Err(ConnectionError::AllInUse(self.name.clone())),
        }
    }
}

/// A session that is used by one at a time. A sound one goes back to the others of the service account, and is never used
/// again where an answer is missing; one of a person is closed.
pub struct Lease {
    session: Option<Session>,
    server: Arc<Server>,
    is_service: bool,
    _room: OwnedSemaphorePermit,
}

impl Deref for Lease {
    type Target = Session;

    #[expect(clippy::expect_used, reason = "the session is only taken out by drop")]
    fn deref(&self) -> &Session {
        self.session.as_ref().expect("a lease has its session")
    }
}

impl DerefMut for Lease {
    #[expect(clippy::expect_used, reason = "the session is only taken out by drop")]
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("a lease has its session")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut session) = self.session.take() else { return };
        if self.is_service && session.is_sound() {
            locked(&self.server.idle).push((session, Instant::now()));
        }
    }
}

impl Connections {
    #[must_use]
    pub fn new(addresses: Vec<Address>, trust: Trust, account: String, outside: Outside) -> Self {
        let servers = addresses.into_iter().map(Server::new).collect();
        Self { servers: Mutex::new(servers), trust, account, outside, refused: Mutex::default() }
    }

    /// The service account's name.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.outside.now)()
    }

    /// Takes other servers, or the same ones in another order; sessions with those that stay are kept.
    pub fn replace(&self, addresses: Vec<Address>) {
        let mut servers = locked(&self.servers);
        let known = |address: &Address| servers.iter().find(|server| server.address == *address).map(Arc::clone);
        let new = addresses.into_iter().map(|address| known(&address).unwrap_or_else(|| Server::new(address)));
        *servers = new.collect();
    }

    /// The addresses in their order.
    #[must_use]
    pub fn servers(&self) -> Vec<Address> {
        locked(&self.servers).iter().map(|server| server.address.clone()).collect()
    }

    /// A session of the service account with the first server that answers.
    ///
    /// # Errors
    /// If none of them does.
    pub async fn any(&self) -> Result<Lease, ConnectionError> {
        self.first(Of::Service).await
    }

    /// A session of the service account with this server and no other.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn at(&self, server: &str) -> Result<Lease, ConnectionError> {
        self.session(self.named(server)?, Of::Service).await
    }

    /// A session that nobody is signed in with, with the first server that answers.
    ///
    /// # Errors
    /// If none of them does.
    pub async fn fresh(&self) -> Result<Lease, ConnectionError> {
        self.first(Of::People).await
    }

    /// A session that nobody is signed in with, with this server and no other.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn fresh_at(&self, server: &str) -> Result<Lease, ConnectionError> {
        self.session(self.named(server)?, Of::People).await
    }

    /// Whether this server could not be reached a moment ago.
    #[must_use]
    pub fn is_away(&self, server: &str) -> bool {
        self.named(server).is_ok_and(|server| server.is_away())
    }

    fn named(&self, name: &str) -> Result<Arc<Server>, ConnectionError> {
        let servers = locked(&self.servers);
        let found = servers.iter().find(|server| server.name == name);
        found.map(Arc::clone).ok_or_else(|| ConnectionError::NotOurs(name.to_owned()))
    }

    async fn first(&self, of: Of) -> Result<Lease, ConnectionError> {
        let mut servers = locked(&self.servers).clone();
        // Those that were just seen to be away come last; the order among the others stays.
        servers.sort_by_key(|server| server.is_away());
        let mut failed = None;
        for server in servers {
            match self.session(server, of).await {
                Err(error) if error.is_of_this_server() => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a server of the directory");
                    failed = Some(error);
                }
                done => return done,
            }
        }
        Err(failed.unwrap_or_else(|| ConnectionError::NotOurs("no server".to_owned())))
    }

    async fn session(&self, server: Arc<Server>, of: Of) -> Result<Lease, ConnectionError> {
        let is_service = of == Of::Service;
        let room = server.room(if is_service { &server.service } else { &server.people }).await?;
        let lease = |session, server| Lease { session: Some(session), server, is_service, _room: room };
        while let Some((mut session, since)) = if is_service { take_idle(&server) } else { None } {
            if session.is_sound() && (since.elapsed() < QUIET || is_there(&mut session).await) {
                return Ok(lease(session, server));
            }
        }
        let mut session = self.connect(&server).await?;
        if is_service {
            self.sign_in(&mut session).await?;
        }
        Ok(lease(session, server))
    }

    async fn connect(&self, server: &Server) -> Result<Session, ConnectionError> {
        let connected = Session::connect(&server.address, &self.trust).await;
        server.note(connected.is_ok());
        connected
    }

    /// Signs in as the service account, with its secret as it is now.
    async fn sign_in(&self, session: &mut Session) -> Result<(), ConnectionError> {
        let mut secret = (self.outside.secret)().await.map_err(ConnectionError::Secret)?;
        for again in [true, false] {
            if let Some(error) = self.refused_before(&secret) {
                return Err(error);
            }
            let reply = session.bind(&self.account, &secret, Vec::new()).await?;
            if reply.code == code::SUCCESS {
                *locked(&self.refused) = None;
                return Ok(());
            }
            let refused = || ConnectionError::BindRefused {
                server: session.server().to_owned(),
                account: self.account.clone(),
                code: reply.code,
                text: reply.text.clone(),
            };
            if reply.code != code::INVALID_CREDENTIALS {
                return Err(refused());
            }
            let newer = (self.outside.secret)().await.map_err(ConnectionError::Secret)?;
            let is_newer = newer.expose_secret() != secret.expose_secret();
            *locked(&self.refused) = Some((secret, Instant::now(), refused()));
            if !(again && is_newer) {
                return Err(refused());
            }
            secret = newer;
        }
        Err(ConnectionError::AllInUse(session.server().to_owned()))
    }

    fn refused_before(&self, secret: &SecretString) -> Option<ConnectionError> {
        let refused = locked(&self.refused);
        let (before, since, error) = refused.as_ref()?;
        if before.expose_secret() != secret.expose_secret() || since.elapsed() >= REFUSED {
            return None;
        }
        let ConnectionError::BindRefused { server, account, code, text } = error else { return None };
        Some(ConnectionError::BindRefused {
            server: server.clone(),
            account: account.clone(),
            code: *code,
            text: text.clone(),
        })
    }
}

fn take_idle(server: &Server) -> Option<(Session, Instant)> {
    locked(&server.idle).pop()
}

/// Whether the server still answers on a session that was quiet.
async fn is_there(session: &mut Session) -> bool {
    timeout(PATIENCE, session.read("", &["1.1"])).await.is_ok_and(|read| read.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A back end's answers have to be `Send`.
    #[test]
    fn waiting_for_a_session_may_move_between_threads() {
        const fn is_send<T: Send>(_: &T) {}
        fn of(connections: &Connections) {
            is_send(&connections.any());
            is_send(&connections.at("ldaps://a:636"));
            is_send(&connections.fresh());
        }
        let _ = of;
    }
}
