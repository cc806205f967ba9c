//! The keys that Microsoft signs tokens with, as it publishes them (JWKS, RFC 7517): kept, fetched again in the
//! background, and at once when a token names one that is not known yet.
//!
//! No request waits long for them, and no stranger can make this server ask Microsoft more often than every few seconds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::{Mutex, RwLock, watch};

use crate::clock::{Clock, pass};

/// How often they are fetched without a cause. Microsoft publishes a key long before it signs with it.
const AGAIN: Duration = Duration::from_secs(60 * 60);
/// How soon after they could not be fetched.
const AFTER_TROUBLE: Duration = Duration::from_secs(60);
/// How often tokens with unknown keys can have them fetched.
const BECAUSE_OF_A_TOKEN: Duration = Duration::from_secs(10);
/// How long a fetch may take; Microsoft waits 1.5 s for the whole request.
const PATIENCE: Duration = Duration::from_secs(1);
/// The longest list that is read, in bytes; Microsoft's has about 20 KiB.
const LONGEST: usize = 256 * 1024;
/// Bytes of the shortest modulus that is taken.
const SHORTEST_MODULUS: usize = 256;

/// Why the keys could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the address of the signing keys does not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("the address of the signing keys answers with status {0}")]
    Status(u16),
    #[error("what is published there is longer than {LONGEST} bytes")]
    TooLong,
    #[error("what is published there is no list of keys")]
    Malformed,
    #[error("there is no RSA key of 2048 bits or more for signatures among those published")]
    Empty,
}

/// There is no key of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoKey {
    /// Microsoft does not publish it, as far as is known.
    Unknown,
    /// None could be fetched since the start, so nothing can be said about any token.
    NoneAtAll,
}

type Keys = BTreeMap<String, DecodingKey>;

/// The keys as they were published last.
pub(super) struct SigningKeys {
    address: String,
    web: reqwest::Client,
    clock: Arc<dyn Clock>,
    kept: RwLock<Arc<Keys>>,
    /// When a token has had them fetched last; held while it does, so that several ask once.
    asked: Mutex<Option<Duration>>,
}

impl SigningKeys {
    pub(super) fn new(address: String, clock: Arc<dyn Clock>) -> Result<Self, KeysError> {
        let web = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(KeysError::Unreachable)?;
        Ok(Self { address, web, clock, kept: RwLock::default(), asked: Mutex::default() })
    }

    /// The key of that name; asks for the list if it is not in it.
    pub(super) async fn find(&self, name: &str) -> Result<DecodingKey, NoKey> {
        if let Some(key) = self.known(name).await {
            return Ok(key);
        }
        let mut asked = self.asked.lock().await;
        // Somebody else may have waited for it just now.
        if let Some(key) = self.known(name).await {
            return Ok(key);
        }
        let now = self.clock.running();
        let is_soon = asked.is_some_and(|asked| now.saturating_sub(asked) < BECAUSE_OF_A_TOKEN);
        if !is_soon {
            *asked = Some(now);
            if let Err(error) = self.fetch().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "Microsoft's signing keys");
            }
        }
        let none_at_all = self.kept.read().await.is_empty();
        let no_key = if none_at_all { NoKey::NoneAtAll } else { NoKey::Unknown };
        self.known(name).await.ok_or(no_key)
    }

    async fn known(&self, name: &str) -> Option<DecodingKey> {
        self.kept.read().await.get(name).cloned()
    }

    /// Fetches the list in place of the one that is kept; how many keys it has. What cannot be used changes nothing.
    pub(super) async fn fetch(&self) -> Result<usize, KeysError> {
        let without_address = |error: reqwest::Error| KeysError::Unreachable(error.without_url());
        let mut answer = self.web.get(&self.address).send().await.map_err(without_address)?;
        if !answer.status().is_success() {
            return Err(KeysError::Status(answer.status().as_u16()));
        }
        let mut list = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(without_address)? {
            list.extend_from_slice(&part);
            if list.len() > LONGEST {
                return Err(KeysError::TooLong);
            }
        }
        let keys = keys_in(&list)?;
        let many = keys.len();
        *self.kept.write().await = Arc::new(keys);
        Ok(many)
    }

    /// Fetches them again and again until it is told to stop.
    pub(super) async fn keep(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let wait = match self.fetch().await {
                Ok(_) => AGAIN,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "Microsoft's signing keys");
                    AFTER_TROUBLE
                }
            };
            tokio::select! { () = pass(wait) => {}, _ = stop.changed() => {} }
        }
    }
}

/// What is published; each key is read by itself, so that one of a kind that is not known hides none.
#[derive(Deserialize)]
struct Published {
    keys: Vec<Value>,
}

fn keys_in(list: &[u8]) -> Result<Keys, KeysError> {
    let published: Published = serde_json::from_slice(list).map_err(|_| KeysError::Malformed)?;
    let keys: Keys = published.keys.into_iter().filter_map(usable).collect();
    if keys.is_empty() { Err(KeysError::Empty) } else { Ok(keys) }
}

/// A key for signatures by RS256, with its name.
fn usable(published: Value) -> Option<(String, DecodingKey)> {
    let key: Jwk = serde_json::from_value(published).ok()?;
    let AlgorithmParameters::RSA(_) = &key.algorithm else { return None };
    let signs = key.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let by_rs256 = key.common.key_algorithm.is_none_or(|algorithm| algorithm == KeyAlgorithm::RS256);
    let decoding = DecodingKey::from_jwk(&key).ok()?;
    let jsonwebtoken::DecodingKeyKind::RsaModulusExponent { n, .. } = decoding.kind() else { return None };
    let is_long = n.len() >= SHORTEST_MODULUS;
    let name = key.common.key_id.filter(|name| !name.is_empty())?;
    (signs && by_rs256 && is_long).then_some((name, decoding))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_rsa_keys_for_signatures_are_taken_and_none_hides_the_others() {
        let modulus = format!("{}w", "t".repeat(341));
        let key =
            |name: &str| json!({"kty": "RSA", "use": "sig", "kid": name, "n": modulus, "e": "AQAB", "x5c": ["…"]});
        let mut changed = Vec::new();
        for (name, field, value) in [
            ("encrypts", "use", json!("enc")),
            ("other algorithm", "alg", json!("PS256")),
            ("short", "n", json!(format!("{}w", "t".repeat(170)))),
            ("no modulus", "n", json!(null)),
            ("not base64", "n", json!("=".repeat(342))),
            ("symmetric", "kty", json!("oct")),
            ("new kind", "kty", json!("LWE")),
        ] {
            let mut key = key(name);
            key[field] = value;
            changed.push(key);
        }
        changed.extend([json!({"kty": "RSA", "n": modulus, "e": "AQAB"}), json!(7), key("good")]);
        let mut with_algorithm = key("named");
        with_algorithm["alg"] = json!("RS256");
        changed.push(with_algorithm);
        let keys = keys_in(json!({"keys": changed}).to_string().as_bytes()).expect("keys");
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["good", "named"]);
        assert!(matches!(keys_in(b"{}"), Err(KeysError::Malformed)));
        assert!(matches!(keys_in(b"<html>"), Err(KeysError::Malformed)));
        assert!(matches!(keys_in(b"{\"keys\": []}"), Err(KeysError::Empty)));
    }
}
