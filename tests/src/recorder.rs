//! A wire between the app and a server on loopback that writes down what the app sends, connection by connection.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What was sent over one connection, one byte after the other.
type Sent = Arc<Mutex<Vec<u8>>>;

/// The wire; it is cut when this is dropped.
pub struct Recorder {
    address: SocketAddr,
    connections: Arc<Mutex<Vec<Sent>>>,
    carrying: JoinHandle<()>,
}

/// One request of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// Head and body.
    pub whole: String,
}

impl Recorder {
    /// Carries everything that comes to a free port on to this address.
    ///
    /// # Errors
    /// If there is no port.
    pub async fn start(to: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let connections = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&connections);
        let carrying = tokio::spawn(async move {
            while let Ok((app, _)) = listener.accept().await {
                let sent = Sent::default();
                locked(&all).push(Arc::clone(&sent));
                tokio::spawn(carry(app, to, sent));
            }
        });
        Ok(Self { address, connections, carrying })
    }

    /// Where the app finds the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Every request that was sent, connection by connection. A server on loopback has no TLS, and the app sends every
    /// body with its length.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let connections: Vec<Vec<u8>> = locked(&self.connections).iter().map(|sent| locked(sent).clone()).collect();
        connections.iter().flat_map(|sent| requests_in(sent)).collect()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn carry(app: TcpStream, to: SocketAddr, sent: Sent) {
    let Ok(server) = TcpStream::connect(to).await else { return };
    let (from_app, to_app) = app.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::join!(copy(from_app, to_server, Some(&sent)), copy(from_server, to_app, None));
}

async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, sent: Option<&Mutex<Vec<u8>>>) {
    let mut some = vec![0; 16 * 1024];
    while let Ok(many @ 1..) = from.read(&mut some).await {
        let Some(read) = some.get(..many) else { return };
        if let Some(sent) = sent {
            locked(sent).extend_from_slice(read);
        }
        if to.write_all(read).await.is_err() {
            return;
        }
    }
    drop(to.shutdown().await);
}

fn requests_in(sent: &[u8]) -> Vec<Request> {
    let mut rest = String::from_utf8_lossy(sent).into_owned();
    let mut requests = Vec::new();
    while let Some(end) = rest.find("\r\n\r\n") {
        let head = rest.get(..end).unwrap_or_default().to_owned();
        let mut words = head.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
        });
        let whole = (end + 4 + length.unwrap_or(0)).min(rest.len());
        let whole = rest.drain(..whole).collect();
        requests.push(Request { method, path, whole });
    }
    requests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart_by_their_lengths() {
        let sent = b"POST /a HTTP/1.1\r\ncontent-length: 6\r\n\r\n\r\n\r\n12GET /b HTTP/1.1\r\nhost: x\r\n\r\n";
        let found: Vec<_> = requests_in(sent).into_iter().map(|one| (one.method, one.path, one.whole.len())).collect();
        assert_eq!(found, [("POST".into(), "/a".into(), 45), ("GET".into(), "/b".into(), 28)]);
    }
}
