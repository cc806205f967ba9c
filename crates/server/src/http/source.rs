//! Where a request comes from: the address at the other end of its connection, or what a proxy of the campus says.
//!
//! A header is believed from a configured proxy alone, and never more of it than the proxy itself has written, so that
//! nobody can choose the address that their tries are counted for (OT-07).

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

use crate::app::App;
use crate::config::Config;
use crate::crypt::turns::Asker;
use crate::guard::trust::Origin;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    /// Never an IPv4 address in IPv6's clothes.
    pub(crate) address: IpAddr,
    /// Whether it is in a network of the campus, whose addresses many honest people share.
    pub(crate) on_campus: bool,
}

impl Source {
    /// The source of a request with these headers from this peer.
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, config: &Config) -> Self {
        let peer = peer.to_canonical();
        let proxies = config.listener.as_ref().map(|listener| listener.proxies.as_slice()).unwrap_or_default();
        let address = if contains(proxies, peer) { forwarded(headers, proxies).unwrap_or(peer) } else { peer };
        Self { address, on_campus: contains(&config.campus.networks, address) }
    }

    /// What is counted as one: an IPv4 address, or the /64 that one IPv6 subscriber has at least (RFC 6177).
    pub(crate) fn network(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => self.address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
        }
    }

    /// The same as where flows are started from.
    pub(crate) fn origin(&self) -> Origin {
        Origin { network: self.network(), on_campus: self.on_campus }
    }

    /// The same as somebody who wants a turn and of whom nothing is proven.
    pub(crate) fn asker(&self) -> Asker {
        Asker::Stranger { network: self.network(), shared: self.on_campus }
    }
}

/// From the connection; where there is none, as in tests, it is loopback.
impl FromRequestParts<Arc<App>> for Source {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(peer)| peer.ip());
        Ok(Self::of(peer, &parts.headers, &app.config))
    }
}

/// Whether an address is in one of the networks.
pub(crate) fn contains(networks: &[IpNet], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(&address))
}

/// The last hop that is no proxy of ours. Nothing is said if the headers are absent, malformed where they matter, or
/// contradict each other: a proxy that writes one of them may let the other one through as a stranger wrote it.
fn forwarded(headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    let standard = headers.contains_key(header::FORWARDED);
    let usual = HeaderName::from_static("x-forwarded-for");
    let by_standard = last_stranger(headers, &header::FORWARDED, proxies, node_of);
    let by_usual = last_stranger(headers, &usual, proxies, address_of);
    match (standard, headers.contains_key(&usual)) {
        (true, false) => by_standard,
        (false, true) => by_usual,
        (true, true) => by_standard.filter(|address| by_usual == Some(*address)),
        (false, false) => None,
    }
}

/// Walks from the nearest hop outward and never past the first that is no proxy: what is left of it was written by
/// whoever sent the request.
fn last_stranger(
    headers: &HeaderMap,
    name: &HeaderName,
    proxies: &[IpNet],
    read: fn(&str) -> Option<IpAddr>,
) -> Option<IpAddr> {
    let mut furthest = None;
    for value in headers.get_all(name).iter().rev() {
        for hop in value.to_str().ok()?.rsplit(',') {
            let address = read(hop.trim())?.to_canonical();
            if !contains(proxies, address) {
                return Some(address);
            }
            furthest = Some(address);
        }
    }
    furthest
}

/// The address of the parameter `for` of one element (RFC 7239 §4).
fn node_of(element: &str) -> Option<IpAddr> {
    let mut named = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, node) = named.find(|(name, _)| name.eq_ignore_ascii_case("for"))?;
    let quoted = node.strip_prefix('"').and_then(|node| node.strip_suffix('"'));
    address_of(quoted.unwrap_or(node))
}

/// An address, with or without a port.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    address.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::crypt::random;

    const PROXY: &str = "10.0.0.7";
    const CONFIG: &str = r#"
        [listener]
        address = "127.0.0.1:8443"
        certificate = "certificate.pem"
        key = "key.pem"
        proxies = ["10.0.0.0/8", "fd00::/8"]
        [campus]
        name = "x"
        country = "US"
        helpdesk = { name = "x" }
        networks = ["192.0.2.0/24"]
    "#;

    fn of(peer: &str, headers: &[(&'static str, &str)]) -> Source {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        Source::of(peer.parse().expect("an address"), &map, &Config::parse(CONFIG).expect("a configuration"))
    }

    fn address(peer: &str, headers: &[(&'static str, &str)]) -> String {
        of(peer, headers).address.to_string()
    }

    #[test]
    fn a_proxy_of_the_campus_is_believed_and_nobody_else() {
        // OT-07
        let said = [("x-forwarded-for", "198.51.100.7")];
        assert_eq!(address(PROXY, &said), "198.51.100.7");
        assert_eq!(address("::ffff:10.0.0.7", &said), "198.51.100.7");
        assert_eq!(address("203.0.113.9", &said), "203.0.113.9");
        assert_eq!(address("::ffff:203.0.113.9", &[]), "203.0.113.9");
        assert_eq!(address(PROXY, &[("x-real-ip", "198.51.100.7")]), PROXY);
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_counts_whatever_stands_before_it() {
        // OT-07
        for value in
            ["198.51.100.7", "1.2.3.4, 198.51.100.7", "\"x, , 198.51.100.7:4711 , 10.9.9.9", "[::1,198.51.100.7"]
        {
            assert_eq!(address(PROXY, &[("x-forwarded-for", value)]), "198.51.100.7", "{value}");
        }
        let joined = [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "198.51.100.7, 10.1.1.1")];
        assert_eq!(address(PROXY, &joined), "198.51.100.7");
        for value in [
            "for=198.51.100.7",
            "for=1.2.3.4, For=\"198.51.100.7:80\";proto=https;by=10.0.0.7",
            "for=\"x,for=198.51.100.7",
        ] {
            assert_eq!(address(PROXY, &[("forwarded", value)]), "198.51.100.7", "{value}");
        }
        assert_eq!(address(PROXY, &[("forwarded", "for=\"[2001:db8::1]:4711\"")]), "2001:db8::1");
        assert_eq!(address(PROXY, &[("x-forwarded-for", "::ffff:198.51.100.7")]), "198.51.100.7");
    }

    #[test]
    fn what_is_malformed_or_contradicts_itself_is_the_address_of_the_proxy() {
        // OT-07, CVE-2024-47070
        for value in ["", "unknown", "198.51.100", "198.51.100.7 x", "\u{e9}", "198.51.100.7,", "::g", "_hidden"] {
            assert_eq!(address(PROXY, &[("x-forwarded-for", value)]), PROXY, "{value}");
            assert_eq!(address(PROXY, &[("forwarded", &format!("for={value}"))]), PROXY, "{value}");
        }
        let both = [("forwarded", "for=198.51.100.8"), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(address(PROXY, &both), PROXY);
        let agreed = [("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "198.51.100.7")];
        assert_eq!(address(PROXY, &agreed), "198.51.100.7");
    }

    #[test]
    fn ten_thousand_headers_of_anybodys_making_change_nothing() {
        // OT-07: a client writes what it likes; the proxy appends the address that it saw
        let pieces =
            [",", "for=", "\"", "10.0.0.1", "1.2.3.4", "[::1]", ";", "=", " ", "unknown", "\u{e9}", "9999", ":"];
        for _ in 0..10_000 {
            let chosen = random::bytes::<12>().expect("bytes");
            let forged: String =
                chosen.iter().filter_map(|n| pieces.get(usize::from(*n) % pieces.len())).copied().collect();
            let forged: &str = &forged;
            let appended = format!("{forged}, 198.51.100.7");
            let stranger = [("x-forwarded-for", forged), ("forwarded", forged), ("x-real-ip", forged)];
            assert_eq!(address("203.0.113.9", &stranger), "203.0.113.9", "{forged}");
            let behind = [("x-forwarded-for", forged), ("x-forwarded-for", "198.51.100.7"), ("x-real-ip", forged)];
            assert_eq!(address(PROXY, &behind), "198.51.100.7", "{forged}");
            assert!(["198.51.100.7", PROXY].contains(&&*address(PROXY, &[("x-forwarded-for", &appended)])), "{forged}");
            let other = [("forwarded", forged), ("x-forwarded-for", "198.51.100.7")];
            assert!(["198.51.100.7", PROXY].contains(&&*address(PROXY, &other)), "{forged}");
        }
    }

    #[test]
    fn what_one_subscriber_has_is_one_source_and_the_campus_is_known() {
        let (one, two) = (of("2001:db8:1:2:3::4", &[]), of("2001:db8:1:2:ffff::1", &[]));
        assert_eq!(one.network(), two.network());
        assert_ne!(one.network(), of("2001:db8:1:3::4", &[]).network());
        assert_ne!(of("198.51.100.7", &[]).network(), of("198.51.100.8", &[]).network());
        assert!(of("192.0.2.200", &[]).on_campus && !one.on_campus);
        assert!(of(PROXY, &[("x-forwarded-for", "192.0.2.5")]).on_campus);
    }
}
