//! One connection, and how long it may take over each thing: its handshake, its first request, the pause between two,
//! the reading of an answer, and all of it (AP-06). HTTP/1.1 only: HTTP/2 knows no `Connection: close`, and buffers that
//! held a password would live as long as the connection (SM-01).

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::clock::pass;

/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the head of the first request may take.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// How long a connection may be silent before its next request has come.
const NEXT_REQUEST: Duration = Duration::from_secs(30);
/// How long the peer may take to accept an answer.
const ANSWER: Duration = Duration::from_secs(20);
/// How long a connection may live; the request that it is at is finished.
const LIFE: Duration = Duration::from_secs(300);
/// How long that last request may take.
pub(super) const LAST_REQUEST: Duration = Duration::from_secs(10);
/// Most header lines of a request.
const HEADERS: usize = 32;
/// Longest head of a request, and most that is read ahead.
const LONGEST_HEAD: usize = 16 * 1024;

/// What all connections share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) router: Router,
    pub(super) stop: watch::Receiver<bool>,
}

/// Serves a connection to its end, over TLS where there is a configuration for it.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
    shared: Shared,
    keep_alive: bool,
) {
    // Answers are small and whole: waiting for more to send would only delay them.
    drop(stream.set_nodelay(true));
    let Some(tls) = tls else { return requests(stream, peer, shared, keep_alive).await };
    let handshake = timeout(HANDSHAKE, TlsAcceptor::from(tls).accept(stream));
    // A peer that does not finish its handshake is told nothing.
    if let Ok(Ok(stream)) = handshake.await {
        requests(stream, peer, shared, keep_alive).await;
    }
}

async fn requests<S>(stream: S, peer: SocketAddr, shared: Shared, keep_alive: bool)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Shared { router, mut stop } = shared;
    let asked = Arc::new(AtomicBool::new(false));
    let router = TowerToHyperService::new(router);
    let noted = Arc::clone(&asked);
    let service = service_fn(move |mut request: Request<Incoming>| {
        noted.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(NEXT_REQUEST)
        .max_headers(HEADERS)
        .max_buf_size(LONGEST_HEAD)
        .keep_alive(keep_alive)
        .serve_connection(TokioIo::new(Answering { stream, stalled: None }), service);
    let mut connection = pin!(connection);
    let end = tokio::select! {
        // How a connection ended is the peer's affair: whatever a request needed was answered or not begun.
        _ = connection.as_mut() => return,
        () = silence(&asked) => return,
        () = pass(LIFE) => "its life",
        () = ordered(&mut stop) => "the order to stop",
    };
    tracing::debug!(end, "a connection ends after this request");
    connection.as_mut().graceful_shutdown();
    drop(timeout(LAST_REQUEST, connection).await);
}

/// Waits for the order to stop.
pub(super) async fn ordered(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Ends if no request has come in time; otherwise never.
async fn silence(asked: &AtomicBool) {
    pass(FIRST_REQUEST).await;
    if asked.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

/// A stream whose peer has to accept what it is sent: otherwise answers would pile up in memory.
struct Answering<S> {
    stream: S,
    /// Runs while something waits to be accepted.
    stalled: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<S> Answering<S> {
    fn waits(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(pass(ANSWER)));
        stalled.as_mut().poll(context).map(|()| io::ErrorKind::TimedOut.into())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Answering<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Answering<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.waits(context).map(Err),
            Poll::Ready(Ok(written)) if written < bytes.len() => Poll::Ready(Ok(written)),
            Poll::Ready(result) => {
                self.stalled = None;
                Poll::Ready(result)
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Pending => self.waits(context).map(Err),
            Poll::Ready(result) => {
                self.stalled = None;
                Poll::Ready(result)
            }
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_shutdown(context) {
            Poll::Pending => self.waits(context).map(Err),
            Poll::Ready(result) => Poll::Ready(result),
        }
    }
}
