//! The one way in which a secret gets on a screen.

use secrecy::{ExposeSecret, SecretString};
#[cfg(feature = "ts")]
use serde::Deserialize;
use serde::{Serialize, Serializer};

/// A secret that was made to be read by the person: a recovery code, an authenticator's seed, a passphrase to take.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize), ts(type = "string"))]
pub struct Revealed(SecretString);

impl Revealed {
    #[must_use]
    pub const fn new(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl Serialize for Revealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl PartialEq for Revealed {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for Revealed {}
