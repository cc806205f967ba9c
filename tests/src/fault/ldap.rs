//! Reads as much of LDAP (RFC 4511) as it takes to tell requests apart, inside of TLS that ends at the proxy.

use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::carried::End;

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Bind,
    Unbind,
    Search,
    Modify,
    Extended,
    Other,
}

/// TLS at both ends of a proxy that reads LDAP.
#[derive(Clone)]
pub struct Ends {
    client: TlsAcceptor,
    server: TlsConnector,
    name: ServerName<'static>,
    /// Whether TLS begins by an extended operation.
    starttls: bool,
}

impl Ends {
    /// TLS from the first byte (LDAPS). Clients are shown `certificate` with `key`; of the directory itself a
    /// certificate for `localhost` is expected that `ca` has signed. All are PEM.
    ///
    /// # Errors
    /// If one of the files cannot be used.
    pub fn ldaps(certificate: &Path, key: &Path, ca: &Path) -> Result<Self> {
        Self::new(certificate, key, ca, "localhost", false)
    }

    /// TLS after StartTLS, which the proxy lets pass.
    ///
    /// # Errors
    /// If one of the files cannot be used.
    pub fn starttls(certificate: &Path, key: &Path, ca: &Path) -> Result<Self> {
        Self::new(certificate, key, ca, "localhost", true)
    }

    /// The same with another name in the directory's certificate.
    ///
    /// # Errors
    /// If it is no name.
    pub fn named(self, name: &str) -> Result<Self> {
        Ok(Self { name: ServerName::try_from(name.to_owned())?, ..self })
    }

    fn new(certificate: &Path, key: &Path, ca: &Path, name: &str, starttls: bool) -> Result<Self> {
        crate::install_provider();
        let chain = CertificateDer::pem_file_iter(certificate)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(key).with_context(|| key.display().to_string())?;
        let own = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
        let mut roots = RootCertStore::empty();
        for trusted in CertificateDer::pem_file_iter(ca)? {
            roots.add(trusted?)?;
        }
        let other = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self {
            client: TlsAcceptor::from(Arc::new(own)),
            server: TlsConnector::from(Arc::new(other)),
            name: ServerName::try_from(name.to_owned())?,
            starttls,
        })
    }
}

/// Both ends of a connection inside of TLS.
pub(super) async fn secured(
    ends: &Ends,
    mut client: TcpStream,
    mut server: TcpStream,
) -> io::Result<(Box<dyn End>, Box<dyn End>)> {
    if ends.starttls {
        server.write_all(&message(&mut client).await?).await?;
        client.write_all(&message(&mut server).await?).await?;
    }
    let server = ends.server.connect(ends.name.clone(), server).await?;
    let client = ends.client.accept(client).await?;
    Ok((Box::new(client), Box::new(server)))
}

/// One message outside of TLS.
async fn message(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut read = Vec::new();
    while length(&read).is_none_or(|whole| read.len() < whole) {
        // Byte by byte, so that nothing of TLS is taken along.
        read.push(from.read_u8().await?);
    }
    Ok(read)
}

/// How long the message is that begins here, once its head is there.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let (&tag, rest) = bytes.split_first()?;
    if tag != 0x30 {
        // No message of LDAP: it is carried as it came.
        return Some(bytes.len());
    }
    let (content, head) = length_of_value(rest)?;
    Some(1 + head + content)
}

/// The length of a value in BER and of the bytes that say it.
fn length_of_value(bytes: &[u8]) -> Option<(usize, usize)> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), 1));
    }
    let count = usize::from(first & 0x7f);
    let said = rest.get(..count)?;
    Some((said.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), 1 + count))
}

/// The number of a message and what follows it.
fn numbered(message: &[u8]) -> Option<(i64, &[u8])> {
    let inside = message.get(1 + length_of_value(message.get(1..)?)?.1..)?;
    let (content, head) = length_of_value(inside.get(1..)?)?;
    let number = inside.get(1 + head..1 + head + content)?;
    let number = number.iter().fold(0, |number, byte| (number << 8) | i64::from(*byte));
    Some((number, inside.get(1 + head + content..)?))
}

pub(super) fn id_of(message: &[u8]) -> Option<i64> {
    numbered(message).map(|(id, _)| id)
}

impl Op {
    pub(super) fn of(message: &[u8]) -> Self {
        match numbered(message).and_then(|(_, op)| op.first()) {
            Some(0x60) => Self::Bind,
            Some(0x42) => Self::Unbind,
            Some(0x63) => Self::Search,
            Some(0x66) => Self::Modify,
            Some(0x77) => Self::Extended,
            _ => Self::Other,
        }
    }
}

/// The result code of an answer, where it has one.
#[must_use]
pub fn result_code(answer: &[u8]) -> Option<u8> {
    let (_, op) = numbered(answer)?;
    let inside = op.get(1 + length_of_value(op.get(1..)?)?.1..)?;
    // ENUMERATED of one byte.
    match inside {
        [0x0a, 0x01, code, ..] => Some(*code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Modify with message id 5 and an object's name of one letter.
    const MODIFY: [u8; 12] = [0x30, 0x0a, 0x02, 0x01, 0x05, 0x66, 0x05, 0x04, 0x01, b'x', 0x30, 0x00];

    #[test]
    fn a_message_is_measured_numbered_and_told_apart() {
        assert_eq!(length(&MODIFY), Some(12));
        assert_eq!(length(&MODIFY[..1]), None);
        assert_eq!((id_of(&MODIFY), Op::of(&MODIFY)), (Some(5), Op::Modify));
        assert_eq!(length(&[0x30, 0x82, 0x01, 0x00, 0x02]), Some(4 + 256));
        assert_eq!(length(&[0x30, 0x82, 0x01]), None);
    }

    #[test]
    fn an_answer_has_a_code() {
        let refused = [0x30, 0x0c, 0x02, 0x01, 0x05, 0x67, 0x07, 0x0a, 0x01, 0x10, 0x04, 0x00, 0x04, 0x00];
        assert_eq!(result_code(&refused), Some(16));
        assert_eq!(result_code(&MODIFY), None);
    }
}
