//! A server that pretends to be a directory: without a certificate that proves it, without TLS, or with answers that are
//! none.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What stands before the first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// TLS from the first byte on.
    Tls,
    /// No TLS at all.
    Bare,
    /// It refuses StartTLS, and would go on without.
    NoStartTls,
    /// It agrees to StartTLS, and goes on without.
    StripsStartTls,
    /// It agrees to StartTLS and keeps its word.
    StartTls,
}

/// Makes the answer to a request of LDAP.
pub type Answer = Arc<dyn Fn(&Request) -> Vec<u8> + Send + Sync>;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: u8,
    /// The tag of the operation: 0x60 is a bind, 0x63 a search, 0x66 a modify, 0x77 an extended one.
    pub operation: u8,
    pub bytes: Vec<u8>,
}

impl Request {
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        self.bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }
}

/// A running one; it ends when it is dropped.
pub struct Impostor {
    port: u16,
    heard: Arc<Mutex<Vec<Request>>>,
    raw: Arc<Mutex<Vec<u8>>>,
    task: JoinHandle<()>,
}

impl Drop for Impostor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Impostor {
    /// Listens on loopback with a certificate of the folder.
    ///
    /// # Errors
    /// If the certificate cannot be used.
    pub async fn start(folder: &Path, certificate: &str, door: Door, answer: Answer) -> Result<Self> {
        crate::install_provider();
        let file = |ending: &str| folder.join(format!("{certificate}.{ending}"));
        let chain = CertificateDer::pem_file_iter(file("pem"))?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(file("key"))?;
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (heard, raw) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (of_heard, of_raw) = (Arc::clone(&heard), Arc::clone(&raw));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let one = One { heard: Arc::clone(&of_heard), raw: Arc::clone(&of_raw), answer: Arc::clone(&answer) };
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that breaks off is what most tests are about.
                    let _broke_off = one.serve(stream, acceptor, door).await;
                });
            }
        });
        Ok(Self { port, heard, raw, task })
    }

    #[must_use]
    pub fn url(&self, door: Door) -> String {
        let scheme = if matches!(door, Door::Tls | Door::Bare) { "ldaps" } else { "ldap" };
        format!("{scheme}://localhost:{}", self.port)
    }

    /// The requests that it has read, in the clear or under TLS.
    #[must_use]
    pub fn heard(&self) -> Vec<Request> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it has read that was not under TLS.
    #[must_use]
    pub fn raw(&self) -> Vec<u8> {
        self.raw.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct One {
    heard: Arc<Mutex<Vec<Request>>>,
    raw: Arc<Mutex<Vec<u8>>>,
    answer: Answer,
}

impl One {
    async fn serve(&self, mut stream: TcpStream, acceptor: TlsAcceptor, door: Door) -> Result<()> {
        match door {
            Door::Tls => self.talk(acceptor.accept(stream).await?).await,
            Door::Bare => {
                let mut some = [0; 1024];
                let read = stream.read(&mut some).await?;
                self.raw
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(some.get(..read).unwrap_or_default());
                // As a server of plain LDAP answers to what it takes for nonsense.
                stream.write_all(&[0x30, 0x0c, 2, 1, 0, 0x78, 7, 0x0a, 1, 2, 4, 0, 4, 0]).await?;
                let mut rest = Vec::new();
                let _broke_off = stream.read_to_end(&mut rest).await;
                self.raw.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&rest);
                Ok(())
            }
            Door::NoStartTls | Door::StripsStartTls | Door::StartTls => {
                let request = self.read(&mut stream).await?;
                self.raw.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&request.bytes);
                let code = if door == Door::NoStartTls { 2 } else { 0 };
                stream.write_all(&result(request.id, 0x78, code, "")).await?;
                match door {
                    Door::StartTls => self.talk(acceptor.accept(stream).await?).await,
                    _ => {
                        let mut some = [0; 16 * 1024];
                        while let Ok(read @ 1..) = stream.read(&mut some).await {
                            self.raw
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .extend_from_slice(some.get(..read).unwrap_or_default());
                            // As if what came had been a bind in the clear.
                            stream.write_all(&result(2, 0x61, 0, "")).await?;
                        }
                        Ok(())
                    }
                }
            }
        }
    }

    async fn talk(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<()> {
        loop {
            let request = self.read(&mut stream).await?;
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
            stream.write_all(&(self.answer)(&request)).await?;
            stream.flush().await?;
        }
    }

    async fn read(&self, stream: &mut (impl AsyncRead + Unpin)) -> Result<Request> {
        let mut head = [0; 2];
        stream.read_exact(&mut head).await?;
        let mut bytes = head.to_vec();
        let mut length = usize::from(head[1]);
        if length >= 0x80 {
            let mut more = vec![0; length - 0x80];
            stream.read_exact(&mut more).await?;
            bytes.extend_from_slice(&more);
            length = more.iter().fold(0, |sum, byte| sum * 256 + usize::from(*byte));
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        // INTEGER of one byte, and the operation.
        let (id, operation) = (body.get(2).copied().unwrap_or(0), body.get(3).copied().unwrap_or(0));
        bytes.extend_from_slice(&body);
        Ok(Request { id, operation, bytes })
    }
}

/// One value with its tag.
#[must_use]
pub fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match u8::try_from(content.len()) {
        Ok(length) if length < 0x80 => bytes.push(length),
        _ => {
            bytes.push(0x84);
            bytes.extend_from_slice(&u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// A message with this operation in it.
#[must_use]
pub fn message(id: u8, operation: u8, content: &[u8]) -> Vec<u8> {
    let inner = [tagged(2, &[id]), tagged(operation, content)].concat();
    tagged(0x30, &inner)
}

/// A result: 0x61 of a bind, 0x65 of a search, 0x67 of a modify, 0x78 of an extended operation.
#[must_use]
pub fn result(id: u8, operation: u8, code: u8, text: &str) -> Vec<u8> {
    message(id, operation, &[tagged(0x0a, &[code]), tagged(4, b""), tagged(4, text.as_bytes())].concat())
}

/// An entry that a search finds.
#[must_use]
pub fn entry(id: u8, dn: &[u8], attributes: &[(&str, &[&[u8]])]) -> Vec<u8> {
    let attributes: Vec<u8> = attributes
        .iter()
        .flat_map(|(name, values)| {
            let values: Vec<u8> = values.iter().flat_map(|value| tagged(4, value)).collect();
            tagged(0x30, &[tagged(4, name.as_bytes()), tagged(0x31, &values)].concat())
        })
        .collect();
    message(id, 0x64, &[tagged(4, dn), tagged(0x30, &attributes)].concat())
}
