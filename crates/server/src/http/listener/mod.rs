//! Accepts connections, so many and no more, until it is told to stop; in place of a library, since none of them says
//! what a connection may cost.

pub(crate) mod certificate;
mod connection;
mod crowd;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::app::App;
use crate::clock::pass;
use crate::metrics::Metrics;
use certificate::Certificate;
use connection::{LAST_REQUEST, Shared, ordered};
use crowd::Crowd;

/// How long nothing is accepted after the system could not accept a connection: files run out, and come back.
const NO_FILES: Duration = Duration::from_millis(100);

/// A socket that the runtime can wait for.
///
/// # Errors
/// If the address is taken.
pub fn bind(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// A door with its keeper: who comes in, and by which certificate.
pub(crate) struct Listening {
    pub(crate) app: Arc<App>,
    pub(crate) listener: TcpListener,
    /// Absent in the demonstration, which listens on loopback only.
    pub(crate) certificate: Option<Certificate>,
    /// Whether people connect here, whose connections are counted, or operators.
    pub(crate) of_people: bool,
}

impl Listening {
    /// Serves until it is told to stop and the last requests have been answered.
    pub(crate) async fn serve(mut self, router: Router, mut stop: watch::Receiver<bool>) {
        let crowd = Crowd::new(&self.app.config);
        let shared = Shared { router, stop: stop.clone() };
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => self.admit(&crowd, stream, peer, &shared, &mut open).await,
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        pass(NO_FILES).await;
                    }
                },
                // What has ended is forgotten at once.
                Some(_) = open.join_next() => {}
                () = ordered(&mut stop) => break,
            }
        }
        drop(self.listener);
        let ended = async { while open.join_next().await.is_some() {} };
        if timeout(LAST_REQUEST, ended).await.is_err() {
            tracing::warn!("some requests were not answered in time");
        }
    }

    /// Serves a connection in a task of its own, or closes it at once where there are too many.
    async fn admit(
        &mut self,
        crowd: &Arc<Crowd>,
        stream: TcpStream,
        peer: SocketAddr,
        shared: &Shared,
        open: &mut JoinSet<()>,
    ) {
        let Some(place) = crowd.admit(peer.ip(), &self.app.config) else {
            tracing::debug!("too many connections");
            if self.of_people {
                self.app.metrics.connection_refused();
            }
            return;
        };
        let tls = match &mut self.certificate {
            Some(certificate) => Some(certificate.current(self.app.clock.now()).await),
            None => None,
        };
        let shared = shared.clone();
        let counted = self.of_people.then(|| Counted::new(&self.app.metrics));
        open.spawn(async move {
            connection::serve(stream, peer, tls, shared, !place.crowded).await;
            drop((place, counted));
        });
    }
}

/// An open connection as operators see it.
struct Counted(Arc<Metrics>);

impl Counted {
    fn new(metrics: &Arc<Metrics>) -> Self {
        metrics.connection_opened();
        Self(Arc::clone(metrics))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connection_closed();
    }
}
