//! The listener for operators: metrics and health, in plain HTTP and therefore on loopback.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The table `[admin]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    pub address: SocketAddr,
    /// Says that the network of an address beyond loopback is the operators' alone: nobody is asked who they are.
    #[serde(default)]
    pub beyond_loopback: bool,
}

impl Admin {
    /// Why it is refused, in words for the administrator.
    pub(super) fn trouble(self) -> Option<String> {
        let Self { address, beyond_loopback } = self;
        let refused = !address.ip().is_loopback() && !beyond_loopback;
        refused.then(|| {
            format!(
                "admin.address: {address} is not loopback, and metrics are served in plain HTTP to whoever asks: write \
                 127.0.0.1:{}, or beyond_loopback = true if that network is the operators' alone",
                address.port()
            )
        })
    }
}
