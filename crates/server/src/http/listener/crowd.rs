//! How many connections are open, in all and from one address; what comes beyond is closed before it costs anything
//! (AP-06, R34).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;
use crate::http::source::{Source, contains};

/// Files that the server has open beside its connections: the database, logs, connections to directories and gateways.
const OTHER_FILES: u64 = 128;

/// The connections that are open.
#[derive(Debug)]
pub(crate) struct Crowd {
    in_all: u32,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    in_all: u32,
    by_network: HashMap<IpAddr, u32>,
}

/// One open connection; dropping it makes room for another.
#[derive(Debug)]
pub(crate) struct Place {
    crowd: Arc<Crowd>,
    network: IpAddr,
    /// Whether three quarters of all places are taken: such a connection ends after one answer.
    pub(crate) crowded: bool,
}

impl Crowd {
    /// Room for as many connections as are configured, or as the system lets this process open.
    pub(crate) fn new(config: &Config) -> Arc<Self> {
        let wanted = config.connections.in_all;
        let possible = u32::try_from(raise_file_limit(u64::from(wanted))).unwrap_or(u32::MAX);
        if possible < wanted {
            tracing::warn!(
                wanted,
                possible,
                "fewer connections, since the system lets this process open no more files"
            );
        }
        Arc::new(Self { in_all: wanted.min(possible), open: Mutex::default() })
    }

    /// A place for a connection from this peer, unless there are too many of its address or in all. A proxy of the
    /// campus stands for many people and has no limit of its own.
    pub(crate) fn admit(self: &Arc<Self>, peer: IpAddr, config: &Config) -> Option<Place> {
        let source = Source::of(peer, &HeaderMap::new(), config);
        let proxies = config.listener.as_ref().map(|listener| listener.proxies.as_slice()).unwrap_or_default();
        let most = match (contains(proxies, source.address), source.on_campus) {
            (true, _) => self.in_all,
            (false, true) => config.connections.per_campus_address,
            (false, false) => config.connections.per_address,
        };
        let network = source.network();
        let mut open = self.open();
        let of_network = open.by_network.get(&network).copied().unwrap_or(0);
        if open.in_all >= self.in_all || of_network >= most {
            return None;
        }
        open.in_all += 1;
        open.by_network.insert(network, of_network + 1);
        let crowded = open.in_all > self.in_all / 4 * 3;
        Some(Place { crowd: Arc::clone(self), network, crowded })
    }

    /// Nothing that is done under this lock can panic halfway.
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.open();
        open.in_all -= 1;
        let left = open.by_network.get(&self.network).map_or(0, |many| many - 1);
        if left == 0 {
            open.by_network.remove(&self.network);
        } else {
            open.by_network.insert(self.network, left);
        }
    }
}

/// Lets this process open so many connections and returns how many it now may.
fn raise_file_limit(connections: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let wanted = connections + OTHER_FILES;
    let (Some(current), highest) = (limit.current, limit.maximum.unwrap_or(u64::MAX)) else { return u64::MAX };
    let raised = wanted.min(highest).max(current);
    let set = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum });
    let now = if set.is_ok() { raised } else { current };
    now.saturating_sub(OTHER_FILES).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Connections;

    fn config() -> Config {
        let text = r#"
            [listener]
            address = "127.0.0.1:8443"
            certificate = "certificate.pem"
            key = "key.pem"
            proxies = ["10.0.0.0/8"]
            [connections]
            in_all = 64
            per_address = 8
            per_campus_address = 16
            [campus]
            name = "x"
            country = "US"
            helpdesk = { name = "x" }
            networks = ["192.0.2.0/24"]
        "#;
        Config::parse(text).expect("a configuration")
    }

    fn admitted(crowd: &Arc<Crowd>, peer: &str, tries: usize) -> Vec<Place> {
        let peer = peer.parse().expect("an address");
        (0..tries).filter_map(|_| crowd.admit(peer, &config())).collect()
    }

    #[test]
    fn one_address_has_a_few_connections_a_building_more_and_a_proxy_all() {
        // AP-06
        let crowd = Crowd::new(&config());
        let stranger = admitted(&crowd, "203.0.113.9", 100);
        assert_eq!(stranger.len(), 8);
        assert_eq!(admitted(&crowd, "192.0.2.9", 100).len(), 16);
        assert_eq!(admitted(&crowd, "2001:db8::1", 100).len(), 8);
        assert_eq!(admitted(&crowd, "10.0.0.7", 100).len(), 56);
        drop(stranger);
        assert_eq!(admitted(&crowd, "203.0.113.9", 100).len(), 8, "places that are free again are given again");
        assert!(crowd.open().by_network.is_empty(), "nothing is kept of addresses that have gone");
    }

    #[test]
    fn all_together_are_never_more_than_there_is_room_for() {
        // R34
        let crowd = Crowd::new(&config());
        let all: Vec<Place> = (1..=100).flat_map(|n| admitted(&crowd, &format!("203.0.113.{n}"), 2)).collect();
        assert_eq!(all.len(), 64);
        assert_eq!(all.iter().filter(|place| place.crowded).count(), 16);
    }

    #[test]
    fn the_defaults_are_possible() {
        let config = Config::parse("[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n");
        assert_eq!(config.expect("a configuration").connections, Connections::default());
    }
}
