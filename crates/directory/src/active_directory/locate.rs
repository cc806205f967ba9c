//! The servers of a domain, as its DNS names them.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, Question, RCODE, TYPE};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::{ActiveDirectory, locked};
use crate::Cause;
use crate::connection::{Address, ConnectionError};

/// So long the answer of DNS is used.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// So long one name server may take.
const ANSWERING: Duration = Duration::from_secs(3);
/// The longest answer that is read.
const LONGEST: usize = u16::MAX as usize;
/// LDAP over TLS; DNS tells of the port without it alone.
const LDAPS: u16 = 636;
const NAME_SERVERS: &str = "/etc/resolv.conf";

/// Asks DNS for the servers of a domain. What it says is not trusted: each server proves by its certificate that it is one.
#[derive(Debug, Clone)]
pub struct Locator {
    domain: String,
    /// Those of the system, where none is named here; they are read each time.
    name_server: Option<SocketAddr>,
}

/// DNS does not name the servers of a domain.
#[derive(Debug, thiserror::Error)]
pub enum NotLocated {
    #[error("\"{0}\" is no name of a domain")]
    NoName(String),
    #[error("{NAME_SERVERS} names no name server")]
    NoNameServer,
    #[error("the name server {server} does not answer for {name}")]
    Dns {
        server: SocketAddr,
        name: String,
        #[source]
        cause: Cause,
    },
    #[error("DNS knows no server of {0}")]
    Nobody(String),
}

impl Locator {
    /// One that asks the name servers of this system.
    ///
    /// # Errors
    /// If the domain is no name.
    pub fn of_system(domain: &str) -> Result<Self, NotLocated> {
        Self::by(domain, None)
    }

    /// One that asks this name server.
    ///
    /// # Errors
    /// If the domain is no name.
    pub fn of_name_server(domain: &str, at: SocketAddr) -> Result<Self, NotLocated> {
        Self::by(domain, Some(at))
    }

    fn by(domain: &str, name_server: Option<SocketAddr>) -> Result<Self, NotLocated> {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        let is_label =
            |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if domain.split('.').all(is_label) { Ok(Self { domain, name_server }) } else { Err(NotLocated::NoName(domain)) }
    }

    /// The servers: the PDC emulator first, since it hears of every new password at once, then the others as DNS weighs
    /// them. Only names within the domain are taken.
    ///
    /// # Errors
    /// If DNS does not answer, or names nobody.
    pub async fn servers(&self) -> Result<Vec<Address>, NotLocated> {
        let first = self.named(&format!("_ldap._tcp.pdc._msdcs.{}", self.domain)).await;
        let others = self.named(&format!("_ldap._tcp.dc._msdcs.{}", self.domain)).await;
        let hosts = match (first, others) {
            (Ok(first), Ok(others)) => [first, others].concat(),
            (Ok(some), Err(_)) | (Err(_), Ok(some)) => some,
            (Err(_), Err(error)) => return Err(error),
        };
        let mut addresses = Vec::new();
        for host in hosts {
            let address = Address::ldaps(&host, LDAPS);
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        if addresses.is_empty() { Err(NotLocated::Nobody(self.domain.clone())) } else { Ok(addresses) }
    }

    /// The hosts that one name leads to, by the first name server that answers.
    async fn named(&self, name: &str) -> Result<Vec<String>, NotLocated> {
        let name_servers = match self.name_server {
            Some(one) => vec![one],
            None => tokio::task::spawn_blocking(|| of_system(Path::new(NAME_SERVERS))).await.unwrap_or_default(),
        };
        let mut failed = NotLocated::NoNameServer;
        for server in name_servers {
            match asked(server, name).await {
                Ok(hosts) => {
                    let within = format!(".{}", self.domain);
                    return Ok(hosts.into_iter().filter(|host| host.ends_with(&within)).collect());
                }
                Err(cause) => failed = NotLocated::Dns { server, name: name.to_owned(), cause },
            }
        }
        Err(failed)
    }
}

/// The lines `nameserver ADDRESS` of a file.
fn of_system(file: &Path) -> Vec<SocketAddr> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let address = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next()?.parse::<IpAddr>().ok()).flatten()
    };
    text.lines().filter_map(address).map(|address| SocketAddr::new(address, 53)).collect()
}

async fn asked(server: SocketAddr, name: &str) -> Result<Vec<String>, Cause> {
    let id = rand::random();
    let mut question = Packet::new_query(id);
    question.set_flags(PacketFlag::RECURSION_DESIRED);
    question.questions.push(Question::new(Name::new(name)?, TYPE::SRV.into(), CLASS::IN.into(), false));
    let question = question.build_bytes_vec()?;
    let mut answer = timeout(ANSWERING, by_udp(server, id, &question)).await??;
    if Packet::parse(&answer)?.has_flags(PacketFlag::TRUNCATION) {
        answer = timeout(ANSWERING, by_tcp(server, &question)).await??;
    }
    let answer = Packet::parse(&answer)?;
    let asks_for_it = answer.questions.iter().any(|asked| asked.qname.to_string().eq_ignore_ascii_case(name));
    if answer.id() != id || !asks_for_it {
        return Err("the answer is to another question".into());
    }
    match answer.rcode() {
        RCODE::NoError | RCODE::NameError => {}
        other => return Err(format!("the answer is {other:?}").into()),
    }
    let mut found: Vec<_> = answer
        .answers
        .iter()
        .filter_map(|record| if let RData::SRV(server) = &record.rdata { Some(server) } else { None })
        .collect();
    found.sort_by_key(|server| (server.priority, std::cmp::Reverse(server.weight)));
    Ok(found.into_iter().map(|server| server.target.to_string().to_ascii_lowercase()).collect())
}

/// The first answer with the question's number; others are not meant for us.
async fn by_udp(server: SocketAddr, id: u16, question: &[u8]) -> Result<Vec<u8>, Cause> {
    let any: SocketAddr = if server.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0_u16; 8], 0).into() };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    socket.send(question).await?;
    let mut buffer = vec![0; LONGEST];
    loop {
        let length = socket.recv(&mut buffer).await?;
        if buffer.get(..2) == Some(&id.to_be_bytes()) && length > 2 {
            buffer.truncate(length);
            return Ok(buffer);
        }
    }
}

async fn by_tcp(server: SocketAddr, question: &[u8]) -> Result<Vec<u8>, Cause> {
    let mut stream = TcpStream::connect(server).await?;
    let mut message = u16::try_from(question.len())?.to_be_bytes().to_vec();
    message.extend(question);
    stream.write_all(&message).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

impl ActiveDirectory {
    /// Asks DNS again where that is due, and goes on with what it said before where it does not answer.
    pub(super) async fn look_for_servers(&self, now: bool) -> Result<(), ConnectionError> {
        let Some(locator) = &self.locator else { return Ok(()) };
        let at = self.connections.now();
        let is_fresh = locked(&self.located).is_some_and(|before| at.duration_since(before).abs() < FRESH);
        if is_fresh && !now {
            return Ok(());
        }
        match locator.servers().await {
            Ok(addresses) => {
                self.connections.replace(addresses);
                *locked(&self.located) = Some(at);
                Ok(())
            }
            Err(error) if self.connections.servers().is_empty() => {
                Err(ConnectionError::NotReached { server: locator.domain.clone(), cause: Box::new(error) })
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the servers of the domain cannot be looked for"
                );
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_servers_of_the_system_are_read() {
        let file = std::env::temp_dir().join(format!("latchkey-resolv-{}", std::process::id()));
        std::fs::write(&file, "# x\nnameserver 192.0.2.1\nsearch a.example\nnameserver 2001:db8::1\nnameserver x\n")
            .expect("a file");
        let found: Vec<String> = of_system(&file).iter().map(ToString::to_string).collect();
        std::fs::remove_file(&file).expect("the file");
        assert_eq!(found, ["192.0.2.1:53", "[2001:db8::1]:53"]);
    }

    #[test]
    fn only_names_are_asked_for() {
        for wrong in ["", ".", "a b.example", "a..example", "a.example/x"] {
            assert!(Locator::of_system(wrong).is_err(), "{wrong}");
        }
        assert!(Locator::of_system("AD.example.org.").is_ok());
    }
}
