//! A gateway over TLS that does with its requests whatever a test tells it to, down to the byte.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::mail::{certificates, secret};

/// What it does with a request that it has read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// These bytes, and then it closes.
    Bytes(Vec<u8>),
    /// These bytes, one after another with a pause between them.
    Drip(Vec<u8>),
    /// Nothing, ever.
    Hang,
    /// It closes the connection as soon as it stands, before TLS.
    Shut,
}

impl Answer {
    /// A whole answer.
    #[must_use]
    pub fn whole(status: &str, body: &str) -> Self {
        Self::bytes(&format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
    }

    #[must_use]
    pub fn bytes(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }
}

/// Authorities and certificates good and bad, and a secret.
pub struct Folder(TempDir);

impl Folder {
    /// Makes them.
    ///
    /// # Errors
    /// If OpenSSL is missing.
    pub async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        certificates(folder.path()).await?;
        secret(&folder.path().join("secret"), "hunter2&x=1")?;
        Ok(Self(folder))
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A running gateway; it ends when it is dropped.
pub struct Rogue {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<Answer>>,
    task: JoinHandle<()>,
}

impl Drop for Rogue {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Rogue {
    /// Listens on loopback with one of the certificates of the folder.
    ///
    /// # Errors
    /// If the certificate cannot be used.
    pub async fn start(folder: &Folder, certificate: &str, answer: Answer) -> Result<Self> {
        crate::install_provider();
        let file = |ending: &str| folder.path().join(format!("{certificate}.{ending}"));
        let chain = CertificateDer::pem_file_iter(file("pem"))?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(file("key"))?;
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (asked, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(answer)));
        let (of_asked, of_answer) = (Arc::clone(&asked), Arc::clone(&answer));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = of_answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
                tokio::spawn(serve(stream, acceptor.clone(), answer, Arc::clone(&of_asked)));
            }
        });
        Ok(Self { port, asked, answer, task })
    }

    #[must_use]
    pub fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// What it does from now on.
    pub fn now(&self, answer: Answer) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// The requests that it has read, head and body.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many of them have a text in them.
    #[must_use]
    pub fn asked_with(&self, text: &str) -> usize {
        self.asked().iter().filter(|asked| asked.contains(text)).count()
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, answer: Answer, asked: Arc<Mutex<Vec<String>>>) {
    if answer == Answer::Shut {
        return;
    }
    // A client that breaks off is part of many tests.
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let Ok(request) = read(&mut stream).await else { return };
    asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    match answer {
        Answer::Bytes(bytes) => {
            let _gone = stream.write_all(&bytes).await;
            let _gone = stream.shutdown().await;
        }
        Answer::Drip(bytes) => {
            let mut ticks = tokio::time::interval(Duration::from_millis(200));
            for byte in bytes {
                ticks.tick().await;
                if stream.write_all(&[byte]).await.is_err() || stream.flush().await.is_err() {
                    return;
                }
            }
        }
        Answer::Hang | Answer::Shut => std::future::pending().await,
    }
}

/// A head and as much of a body as it promises.
async fn read(stream: &mut (impl tokio::io::AsyncRead + Unpin)) -> Result<String> {
    let mut bytes = Vec::new();
    let mut some = vec![0; 16 * 1024];
    loop {
        let read = stream.read(&mut some).await?;
        bytes.extend_from_slice(some.get(..read).unwrap_or_default());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let promised =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            body.len() >= promised.unwrap_or(0)
        });
        if whole {
            return Ok(text);
        }
        (read > 0).then_some(()).context("the request broke off")?;
    }
}
