//! Where a server listens.

use std::fmt;

/// A server, as the configuration or DNS names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scheme {
    /// TLS from the first byte on.
    Ldaps,
    /// StartTLS, before anything else is said.
    Ldap,
}

/// Why a text is no address of a server.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("\"{0}\" is not ldaps://host[:port] or ldap://host[:port]")]
pub struct AddressError(pub String);

impl Address {
    /// # Errors
    /// If it is not `ldaps://host[:port]` or `ldap://host[:port]`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.to_owned());
        let (scheme, rest) = match text.split_once("://") {
            Some(("ldaps", rest)) => (Scheme::Ldaps, rest),
            Some(("ldap", rest)) => (Scheme::Ldap, rest),
            _ => return Err(wrong()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            _ => (rest, if scheme == Scheme::Ldaps { 636 } else { 389 }),
        };
        let name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let six = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_host = match six {
            Some(six) => six.parse::<std::net::Ipv6Addr>().is_ok(),
            None => !host.is_empty() && host.chars().all(name),
        };
        if !is_host || port == 0 {
            return Err(wrong());
        }
        Ok(Self { scheme, host: host.to_owned(), port })
    }

    /// The same over TLS from the first byte on.
    #[must_use]
    pub fn ldaps(host: &str, port: u16) -> Self {
        Self { scheme: Scheme::Ldaps, host: host.to_owned(), port }
    }

    /// What its certificate has to name.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(super) const fn starts_tls_later(&self) -> bool {
        matches!(self.scheme, Scheme::Ldap)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.starts_tls_later() { "ldap" } else { "ldaps" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_a_host_and_perhaps_a_port() {
        for (text, said) in [
            ("ldaps://ldap.campus.example", "ldaps://ldap.campus.example:636"),
            ("ldap://ldap.campus.example", "ldap://ldap.campus.example:389"),
            ("ldaps://127.0.0.1:13636/", "ldaps://127.0.0.1:13636"),
            ("ldaps://[::1]:7", "ldaps://[::1]:7"),
            ("ldaps://[::1]", "ldaps://[::1]:636"),
        ] {
            assert_eq!(Address::parse(text).expect(text).to_string(), said);
        }
        for text in [
            "ldapi:///run/ldapi",
            "http://a",
            "ldaps://",
            "ldaps://a:0",
            "ldaps://a:99999",
            "ldaps://a b",
            "ldaps://u@a",
            "ldaps://a/dc=x",
            "ldaps://[zz]",
            "a",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}
