//! What is served where: the API over TLS for a campus, over plain HTTP for the demonstration on loopback, both until
//! they are told to stop.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use latchkey_delivery::Delivery;
use latchkey_delivery::outbox::Outbox;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{admin, outbox_page, routes};
use crate::app::App;
use crate::config::Listener;
use crate::http::listener::Listening;
pub use crate::http::listener::bind;
use crate::http::listener::certificate::{Certificate, CertificateError};
use crate::microsoft::{Microsoft, MicrosoftError};
use crate::refused::Refused;
use crate::worker::Worker;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("the listener")]
    Listener(#[from] std::io::Error),
    #[error("the certificate")]
    Certificate(#[from] CertificateError),
    #[error("a demonstration listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    #[error("[microsoft]")]
    Microsoft(#[from] MicrosoftError),
    #[error("what a crash left open could not be settled")]
    Unsettled,
}

impl From<Refused> for ServeError {
    fn from(_: Refused) -> Self {
        Self::Unsettled
    }
}

/// Serves the API over TLS until SIGTERM or SIGINT.
///
/// # Errors
/// If the address is taken or the certificate cannot be used.
pub async fn tls(app: Arc<App>, delivery: Arc<dyn Delivery>, listener: &Listener) -> Result<(), ServeError> {
    tls_on(bind(listener.address)?, app, delivery, listener).await
}

/// The same on a socket that is bound already.
///
/// # Errors
/// If the certificate cannot be used.
pub async fn tls_on(
    socket: TcpListener,
    app: Arc<App>,
    delivery: Arc<dyn Delivery>,
    listener: &Listener,
) -> Result<(), ServeError> {
    let admin = admin::bind(app.config.admin)?;
    let microsoft = open_microsoft(&app)?;
    let working = Working::begin(&app, delivery, microsoft.clone()).await?;
    let certificate = Certificate::open(&listener.certificate, &listener.key, app.clock.now()).await?;
    tracing::info!(address = %socket.local_addr()?, "serving");
    serve(socket, Some(certificate), routes::router_with(Arc::clone(&app), microsoft), app, admin, working).await
}

/// What takes Microsoft's requests, where they are taken.
fn open_microsoft(app: &App) -> Result<Option<Arc<Microsoft>>, MicrosoftError> {
    let Some(config) = &app.config.microsoft else { return Ok(None) };
    let plan = config.plan(&app.config.campus);
    Ok(Some(Arc::new(Microsoft::open(config, plan, Arc::clone(&app.clock))?)))
}

/// The worker beside a listener.
struct Working {
    delivery: Arc<dyn Delivery>,
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
    /// Keeps what Microsoft's requests are judged by.
    keeper: Option<JoinHandle<()>>,
}

impl Working {
    async fn begin(
        app: &Arc<App>,
        delivery: Arc<dyn Delivery>,
        microsoft: Option<Arc<Microsoft>>,
    ) -> Result<Self, ServeError> {
        let worker = Worker::new(Arc::clone(app), Arc::clone(&delivery));
        worker.take_up().await?;
        let (stop, stopped) = watch::channel(false);
        let kept = stopped.clone();
        let keeper = microsoft.map(|microsoft| tokio::spawn(async move { microsoft.keep(kept).await }));
        Ok(Self { delivery, stop, worker: tokio::spawn(worker.run(stopped)), keeper })
    }

    /// Messages that are on their way are waited for.
    async fn end(self) {
        let _ = self.stop.send(true);
        let _ = self.worker.await;
        if let Some(keeper) = self.keeper {
            let _ = keeper.await;
        }
    }
}

/// The demonstration's listener, which shows its address before it serves.
#[derive(Debug)]
pub struct Loopback(TcpListener, SocketAddr);

impl Loopback {
    /// # Errors
    /// If the address is not loopback or taken.
    pub fn bind(address: SocketAddr) -> Result<Self, ServeError> {
        if !address.ip().is_loopback() {
            return Err(ServeError::NotLoopback(address));
        }
        let listener = bind(address)?;
        let address = listener.local_addr()?;
        Ok(Self(listener, address))
    }

    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.1
    }

    /// Serves the API and the outbox page over plain HTTP until SIGTERM or SIGINT.
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn serve(self, app: Arc<App>, outbox: PathBuf) -> Result<(), ServeError> {
        let delivery = Arc::new(Outbox::new(outbox.clone()));
        self.serve_by(app, outbox, delivery).await
    }

    /// The same, where messages leave by other gateways; the page shows what still goes into the outbox.
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn serve_by(self, app: Arc<App>, outbox: PathBuf, delivery: Arc<dyn Delivery>) -> Result<(), ServeError> {
        let microsoft = open_microsoft(&app)?;
        let working = Working::begin(&app, delivery, microsoft.clone()).await?;
        let admin = admin::bind(app.config.admin)?;
        serve(self.0, None, demo_router(&app, outbox, microsoft), app, admin, working).await
    }
}

async fn serve(
    socket: TcpListener,
    certificate: Option<Certificate>,
    router: Router,
    app: Arc<App>,
    admin: Option<TcpListener>,
    working: Working,
) -> Result<(), ServeError> {
    let listener = tokio::net::TcpListener::from_std(socket)?;
    let (order, stop) = watch::channel(false);
    tokio::spawn(stop_on_signal(order));
    if let Some(admin) = admin {
        admin::serve(admin, &app, Arc::clone(&working.delivery), stop.clone())?;
    }
    let listening = Listening { app: Arc::clone(&app), listener, certificate, of_people: true };
    listening.serve(router, stop).await;
    working.end().await;
    app.store.close().await;
    Ok(())
}

fn demo_router(app: &Arc<App>, outbox: PathBuf, microsoft: Option<Arc<Microsoft>>) -> Router {
    routes::router_with(Arc::clone(app), microsoft).merge(routes::around(outbox_page::routes(outbox), Arc::clone(app)))
}

/// Keeps the order for as long as nobody gives it: a listener whose order is gone would stop.
async fn stop_on_signal(order: watch::Sender<bool>) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals cannot be listened for");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    order.send_replace(true);
}
