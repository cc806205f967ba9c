//! `[listener] public_url`: where others reach this server.

use std::fmt;
use std::net::SocketAddr;

use latchkey_delivery::web::Url;
use serde::{Deserialize, Serialize};

/// An origin: `https://reset.campus.example`, with a port if need be. No path, no query, no name, no slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(String);

/// Why a text is none.
#[derive(Debug, thiserror::Error)]
#[error(
    "\"{0}\" is no https origin; say https, the host as others reach it, and no path: https://reset.campus.example"
)]
pub struct NoPublicUrl(String);

impl PublicUrl {
    /// Of a demonstration, which is reached on this machine alone and has no certificate.
    #[must_use]
    pub fn of_demonstration(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PublicUrl {
    type Error = NoPublicUrl;

    fn try_from(text: String) -> Result<Self, NoPublicUrl> {
        let url = Url::parse(&text).ok();
        let origin = url.filter(|url| {
            let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            let nobody = url.username().is_empty() && url.password().is_none();
            url.scheme() == "https" && url.host_str().is_some_and(|host| !host.is_empty()) && bare && nobody
        });
        origin.map(|url| Self(url.origin().ascii_serialization())).ok_or(NoPublicUrl(text))
    }
}

impl From<PublicUrl> for String {
    fn from(PublicUrl(origin): PublicUrl) -> Self {
        origin
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_an_https_origin_and_nothing_more() {
        for (text, origin) in [
            ("https://reset.campus.example", Some("https://reset.campus.example")),
            ("https://reset.campus.example/", Some("https://reset.campus.example")),
            ("https://RESET.campus.example:443", Some("https://reset.campus.example")),
            ("https://reset.campus.example:8443", Some("https://reset.campus.example:8443")),
            ("https://[2001:db8::1]:8443", Some("https://[2001:db8::1]:8443")),
            ("http://reset.campus.example", None),
            ("https://reset.campus.example/api", None),
            ("https://reset.campus.example/?x", None),
            ("https://reset.campus.example/#x", None),
            ("https://user:word@reset.campus.example", None),
            ("reset.campus.example", None),
            ("https://", None),
            ("", None),
        ] {
            let read = PublicUrl::try_from(text.to_owned()).ok();
            assert_eq!(read.as_ref().map(PublicUrl::as_str), origin, "{text}");
        }
    }
}
