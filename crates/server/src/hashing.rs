//! Slow hashes (argon2id) of passwords and answers, only so many at once (PW-05).
//!
//! Who may ask for one is decided before, by the turns of [`crate::crypt::turns`]; here nobody is sent away, since by now
//! a try has been counted or a write has begun.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use latchkey_scrub::without_trace;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::crypt::cores::Cores;
use crate::random;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// RFC 9106, second recommended choice.
    pub const DEFAULT: Self = Self { memory_kib: 65_536, passes: 3, lanes: 4 };
    /// The least that a configuration may ask for (OWASP Password Storage Cheat Sheet).
    pub const FLOOR: Self = Self { memory_kib: 19_456, passes: 2, lanes: 1 };

    /// What a code of 80 random bits is hashed with: guessing it is hopeless at any cost, and ten are made at once.
    const fn of_codes(self) -> Self {
        if self.is_enough() { Self::FLOOR } else { self }
    }

    /// Whether it is at least the floor.
    #[must_use]
    pub const fn is_enough(self) -> bool {
        self.memory_kib >= Self::FLOOR.memory_kib && self.passes >= Self::FLOOR.passes && self.lanes >= 1
    }
}

/// Why nothing was hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    #[error("the hash could not be computed")]
    Failed,
    #[error("no thread could be started")]
    Threads(#[from] std::io::Error),
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
}

/// Computes and compares argon2id hashes on threads of their own, as many at once as there are cores.
#[derive(Clone)]
pub struct Hashing {
    cost: Cost,
    pepper: Arc<[u8; 32]>,
    cores: Cores,
    /// Compared with when there is no account, so that the work is the same (EN-02).
    nobody: Arc<str>,
    /// The same for codes that were made at random.
    no_code: Arc<str>,
}

impl std::fmt::Debug for Hashing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hashing").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Hashing {
    /// # Errors
    /// If the parameters are impossible or no randomness is to be had.
    pub fn new(cost: Cost, pepper: [u8; 32]) -> Result<Self, HashingError> {
        let nobody = hash(cost, &pepper, &random::token()?)?;
        let no_code = hash(cost.of_codes(), &pepper, &random::token()?)?;
        let cores = Cores::start()?;
        Ok(Self { cost, pepper: Arc::new(pepper), cores, nobody: nobody.into(), no_code: no_code.into() })
    }

    /// The PHC string of a secret.
    ///
    /// # Errors
    /// If it cannot be computed.
    pub async fn hash(&self, secret: SecretString) -> Result<String, HashingError> {
        let (cost, pepper) = (self.cost, Arc::clone(&self.pepper));
        self.on_a_core(move || hash(cost, &pepper, &secret)).await?
    }

    /// Whether a secret matches its PHC string; without one the same work is done and the answer is no.
    ///
    /// # Errors
    /// If it cannot be computed.
    pub async fn matches(&self, secret: SecretString, phc: Option<String>) -> Result<bool, HashingError> {
        let (cost, pepper, nobody) = (self.cost, Arc::clone(&self.pepper), Arc::clone(&self.nobody));
        self.on_a_core(move || {
            let same = matches(cost, &pepper, &secret, phc.as_deref().unwrap_or(&nobody));
            same && phc.is_some()
        })
        .await
    }

    /// The PHC strings of codes that were made at random (OT-13).
    ///
    /// # Errors
    /// If it cannot be computed.
    pub(crate) async fn hash_codes(&self, codes: Vec<SecretString>) -> Result<Vec<String>, HashingError> {
        let (cost, pepper) = (self.cost.of_codes(), Arc::clone(&self.pepper));
        self.on_a_core(move || codes.iter().map(|code| hash(cost, &pepper, code)).collect()).await?
    }

    /// Whether a code matches its PHC string; without one the same work is done and the answer is no.
    ///
    /// # Errors
    /// If it cannot be computed.
    pub(crate) async fn matches_code(&self, code: SecretString, phc: Option<String>) -> Result<bool, HashingError> {
        let (cost, pepper, no_code) = (self.cost.of_codes(), Arc::clone(&self.pepper), Arc::clone(&self.no_code));
        self.on_a_core(move || {
            let same = matches(cost, &pepper, &code, phc.as_deref().unwrap_or(&no_code));
            same && phc.is_some()
        })
        .await
    }

    /// Runs work that touches secrets on a thread of its own and leaves nothing of it on that thread's stack (SM-01).
    ///
    /// # Errors
    /// If it cannot be computed.
    pub(crate) async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        self.cores.run(|| without_trace(work)).await.map_err(|_| HashingError::Failed)
    }
}

fn argon2(cost: Cost, pepper: &[u8; 32]) -> Result<Argon2<'_>, HashingError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(|_| HashingError::Failed)?;
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(|_| HashingError::Failed)
}

fn hash(cost: Cost, pepper: &[u8; 32], secret: &SecretString) -> Result<String, HashingError> {
    let salt = random::bytes::<16>()?;
    let hash: PasswordHash = argon2(cost, pepper)?
        .hash_password_with_salt(secret.expose_secret().as_bytes(), &salt)
        .map_err(|_| HashingError::Failed)?;
    Ok(hash.to_string())
}

fn matches(cost: Cost, pepper: &[u8; 32], secret: &SecretString, phc: &str) -> bool {
    let (Ok(argon2), Ok(hash)) = (argon2(cost, pepper), PasswordHash::new(phc)) else { return false };
    argon2.verify_password(secret.expose_secret().as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_matches_its_secret_only_and_nobody_matches_nothing() {
        let hashing = Hashing::new(Cost { memory_kib: 64, passes: 1, lanes: 1 }, [7; 32]).expect("hashing");
        let phc = hashing.hash("old harbour".into()).await.expect("hash");
        assert!(phc.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{phc}");
        assert!(hashing.matches("old harbour".into(), Some(phc.clone())).await.expect("compared"));
        assert!(!hashing.matches("old harbou".into(), Some(phc)).await.expect("compared"));
        assert!(!hashing.matches("old harbour".into(), None).await.expect("compared"));
    }
}
