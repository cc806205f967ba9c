//! The listeners: TLS for a campus, plain HTTP for the demonstration on loopback, both until they are told to stop.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use latchkey_delivery::Delivery;
use latchkey_delivery::outbox::Outbox;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{outbox_page, routes};
use crate::app::App;
use crate::config::Listener;
use crate::refused::Refused;
use crate::worker::Worker;

/// How long requests may go on after the order to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("the listener")]
    Listener(#[from] std::io::Error),
    #[error("a demonstration listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
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
    let working = Working::begin(&app, delivery).await?;
    let config = RustlsConfig::from_pem_file(&listener.certificate, &listener.key).await?;
    let mut config = config.get_inner().as_ref().clone();
    // HTTP/2 knows no `Connection: close`, and buffers that held a password would live as long as the connection.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let config = RustlsConfig::from_config(Arc::new(config));
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone()));
    tracing::info!(address = %listener.address, "serving");
    axum_server::bind_rustls(listener.address, config)
        .http1_only()
        .handle(handle)
        .serve(routes::router(Arc::clone(&app)).into_make_service())
        .await?;
    working.end().await;
    app.store.close().await;
    Ok(())
}

/// The worker beside a listener.
struct Working {
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
}

impl Working {
    async fn begin(app: &Arc<App>, delivery: Arc<dyn Delivery>) -> Result<Self, ServeError> {
        let worker = Worker::new(Arc::clone(app), delivery);
        worker.take_up().await?;
        let (stop, stopped) = watch::channel(false);
        Ok(Self { stop, worker: tokio::spawn(worker.run(stopped)) })
    }

    /// Messages that are on their way are waited for.
    async fn end(self) {
        let _ = self.stop.send(true);
        let _ = self.worker.await;
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
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
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
        let working = Working::begin(&app, Arc::new(Outbox::new(outbox.clone()))).await?;
        let handle = Handle::new();
        tokio::spawn(stop_on_signal(handle.clone()));
        axum_server::from_tcp(self.0)?.handle(handle).serve(demo_router(&app, outbox).into_make_service()).await?;
        working.end().await;
        app.store.close().await;
        Ok(())
    }
}

fn demo_router(app: &Arc<App>, outbox: PathBuf) -> Router {
    routes::router(Arc::clone(app)).merge(routes::around(outbox_page::routes(outbox), Arc::clone(app)))
}

async fn stop_on_signal(handle: Handle<SocketAddr>) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(LAST_REQUESTS));
}
