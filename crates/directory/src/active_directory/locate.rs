//! The servers of a domain, as its DNS names them.

use std::net::SocketAddr;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, rdata::SRV};
use hickory_resolver::{Resolver, TokioResolver};
use jiff::SignedDuration;

use super::{ActiveDirectory, locked};
use crate::connection::{Address, ConnectionError};

/// So long the answer of DNS is used.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// LDAP over TLS; DNS tells of the port without it alone.
const LDAPS: u16 = 636;

/// Asks DNS for the servers of a domain.
#[derive(Clone)]
pub struct Locator {
    domain: String,
    resolver: TokioResolver,
}

/// DNS does not name the servers of a domain.
#[derive(Debug, thiserror::Error)]
pub enum NotLocated {
    #[error("\"{0}\" is no name of a domain")]
    NoName(String),
    #[error("DNS does not answer for {name}")]
    Dns {
        name: String,
        #[source]
        cause: Box<NetError>,
    },
    #[error("DNS knows no server of {0}")]
    Nobody(String),
}

impl Locator {
    /// One that asks the name servers of this system.
    ///
    /// # Errors
    /// If the system names none, or the domain is no name.
    pub fn of_system(domain: &str) -> Result<Self, NotLocated> {
        let resolver = Resolver::builder_tokio().and_then(hickory_resolver::ResolverBuilder::build);
        Self::by(domain, resolver)
    }

    /// One that asks this name server.
    ///
    /// # Errors
    /// If the domain is no name.
    pub fn of_name_server(domain: &str, at: SocketAddr) -> Result<Self, NotLocated> {
        let mut connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
        for connection in &mut connections {
            connection.port = at.port();
        }
        let server = NameServerConfig::new(at.ip(), true, connections.into());
        let config = ResolverConfig::from_name_servers(vec![server]);
        Self::by(domain, Resolver::builder_with_config(config, TokioRuntimeProvider::default()).build())
    }

    fn by(domain: &str, resolver: Result<TokioResolver, NetError>) -> Result<Self, NotLocated> {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        let is_label =
            |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !domain.split('.').all(is_label) {
            return Err(NotLocated::NoName(domain));
        }
        let cause = |cause| NotLocated::Dns { name: domain.clone(), cause: Box::new(cause) };
        Ok(Self { resolver: resolver.map_err(cause)?, domain })
    }

    /// The servers: the PDC emulator first, since it hears of every new password at once, then the others as DNS weighs
    /// them. Only names within the domain are taken.
    ///
    /// # Errors
    /// If DNS does not answer, or names nobody.
    pub async fn servers(&self) -> Result<Vec<Address>, NotLocated> {
        let first = self.named(&format!("_ldap._tcp.pdc._msdcs.{}.", self.domain)).await;
        let others = self.named(&format!("_ldap._tcp.dc._msdcs.{}.", self.domain)).await;
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

    async fn named(&self, name: &str) -> Result<Vec<String>, NotLocated> {
        let cause = |cause| NotLocated::Dns { name: name.to_owned(), cause: Box::new(cause) };
        let answer = self.resolver.srv_lookup(name).await.map_err(cause)?;
        let mut found: Vec<&SRV> = answer
            .answers()
            .iter()
            .filter_map(|record| if let RData::SRV(server) = &record.data { Some(server) } else { None })
            .collect();
        found.sort_by_key(|server| (server.priority, std::cmp::Reverse(server.weight)));
        let within = format!(".{}", self.domain);
        let host = |server: &SRV| server.target.to_ascii().trim_end_matches('.').to_ascii_lowercase();
        let hosts = found.into_iter().map(host);
        Ok(hosts.filter(|host| host.ends_with(&within)).collect())
    }
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
