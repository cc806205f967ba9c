//! Slow hashes (argon2id) of passwords and answers, only so many at once (PW-05).
//!
//! Who may ask for one is decided before, by the turns of [`crate::crypt::turns`]; here nobody is sent away, since by now
//! a try has been counted or a write has begun.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use latchkey_scrub::without_trace;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::crypt::cores::{Cores, Memory};
use crate::crypt::random;
use crate::crypt::same::same;

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

    /// What a kept hash costs.
    fn of(kept: &PasswordHash) -> Option<Self> {
        let params = Params::try_from(kept).ok()?;
        Some(Self { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() })
    }

    /// How many blocks are computed: what the time is proportional to, on one core.
    const fn blocks(self) -> u32 {
        self.memory_kib.saturating_mul(self.passes)
    }

    /// What is left to do of this cost after that one.
    fn beyond(self, done: Option<Self>) -> Option<Self> {
        let left = self.blocks().saturating_sub(done.map_or(0, Self::blocks)) / self.passes.max(1);
        // The least that argon2 takes is 8 KiB a lane (RFC 9106 §3.1).
        (left >= 8 * self.lanes).then_some(Self { memory_kib: left, ..self })
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
        let mut memory = Memory::new();
        let nobody = hash(cost, &pepper, &random::token()?, &mut memory)?;
        let no_code = hash(cost.of_codes(), &pepper, &random::token()?, &mut memory)?;
        let cores = Cores::start()?;
        Ok(Self { cost, pepper: Arc::new(pepper), cores, nobody: nobody.into(), no_code: no_code.into() })
    }

    /// The PHC string of a secret.
    ///
    /// # Errors
    /// If it cannot be computed.
    pub async fn hash(&self, secret: SecretString) -> Result<String, HashingError> {
        let (cost, pepper) = (self.cost, Arc::clone(&self.pepper));
        self.on_a_core(move |memory| hash(cost, &pepper, &secret, memory)).await?
    }

    /// Whether a secret matches its PHC string; without one the same work is done and the answer is no.
    ///
    /// # Errors
    /// If it cannot be computed.
    pub async fn matches(&self, secret: SecretString, phc: Option<String>) -> Result<bool, HashingError> {
        let (cost, pepper, nobody) = (self.cost, Arc::clone(&self.pepper), Arc::clone(&self.nobody));
        self.on_a_core(move |memory| {
            let same = matches(cost, &pepper, &secret, phc.as_deref().unwrap_or(&nobody), memory);
            same && phc.is_some()
        })
        .await
    }

    /// Whether a hash is one of another cost than new ones have: it is made anew when its secret is next given (D3).
    #[must_use]
    pub(crate) fn is_of_another_cost(&self, phc: &str) -> bool {
        PasswordHash::new(phc).is_ok_and(|kept| Cost::of(&kept) != Some(self.cost))
    }

    /// The PHC strings of codes that were made at random (OT-13).
    ///
    /// # Errors
    /// If it cannot be computed.
    pub(crate) async fn hash_codes(&self, codes: Vec<SecretString>) -> Result<Vec<String>, HashingError> {
        let (cost, pepper) = (self.cost.of_codes(), Arc::clone(&self.pepper));
        self.on_a_core(move |memory| codes.iter().map(|code| hash(cost, &pepper, code, memory)).collect()).await?
    }

    /// Whether a code matches its PHC string; without one the same work is done and the answer is no.
    ///
    /// # Errors
    /// If it cannot be computed.
    pub(crate) async fn matches_code(&self, code: SecretString, phc: Option<String>) -> Result<bool, HashingError> {
        let (cost, pepper, no_code) = (self.cost.of_codes(), Arc::clone(&self.pepper), Arc::clone(&self.no_code));
        self.on_a_core(move |memory| {
            let same = matches(cost, &pepper, &code, phc.as_deref().unwrap_or(&no_code), memory);
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
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        self.cores.run(|memory| without_trace(|| work(memory))).await.map_err(|_| HashingError::Failed)
    }
}

fn argon2(cost: Cost, pepper: &[u8; 32]) -> Result<Argon2<'_>, HashingError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(|_| HashingError::Failed)?;
    Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(|_| HashingError::Failed)
}

fn hash(cost: Cost, pepper: &[u8; 32], secret: &SecretString, memory: &mut Memory) -> Result<String, HashingError> {
    let (salt, mut out) = (random::bytes::<16>()?, [0; Params::DEFAULT_OUTPUT_LEN]);
    let argon2 = argon2(cost, pepper)?;
    compute(&argon2, secret, &salt, &mut out, memory)?;
    let whole = || {
        Some(PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon2.params()).ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(Output::new(&out).ok()?),
        })
    };
    whole().map(|hash| hash.to_string()).ok_or(HashingError::Failed)
}

/// Compares with a kept hash. One that was cheaper than those of now, or is damaged, costs as much as they do: an old
/// account would differ from nobody's (D3).
fn matches(cost: Cost, pepper: &[u8; 32], secret: &SecretString, phc: &str, memory: &mut Memory) -> bool {
    let kept = PasswordHash::new(phc).ok();
    let done = kept.as_ref().and_then(Cost::of);
    let same = kept.is_some_and(|kept| is_of(pepper, secret, &kept, memory));
    if let Some(left) = cost.beyond(done)
        && let Ok(argon2) = argon2(left, pepper)
    {
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        let _ = compute(&argon2, secret, &[0; 16], &mut out, memory);
    }
    same
}

fn is_of(pepper: &[u8; 32], secret: &SecretString, kept: &PasswordHash, memory: &mut Memory) -> bool {
    let ours = kept.algorithm == Algorithm::Argon2id.ident() && kept.version == Some(Version::V0x13.into());
    let (Ok(params), Some(salt), Some(wanted), true) = (Params::try_from(kept), kept.salt, kept.hash, ours) else {
        return false;
    };
    let Ok(argon2) = Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params) else { return false };
    let mut out = vec![0; wanted.len()];
    let computed = compute(&argon2, secret, &salt, &mut out, memory);
    computed.is_ok() && same(&out, wanted.as_bytes())
}

/// Hashes in memory that its thread keeps: asked for anew each time, it would end up in pieces that nobody gets back
/// (AP-06). What the secret left in it is overwritten (SM-01).
fn compute(
    argon2: &Argon2<'_>,
    secret: &SecretString,
    salt: &[u8],
    out: &mut [u8],
    memory: &mut Memory,
) -> Result<(), HashingError> {
    let needed = argon2.params().block_count();
    if memory.len() < needed {
        // What is too small goes before what is larger comes.
        *memory = Vec::new();
        memory.resize(needed, Block::new());
    }
    let blocks = memory.get_mut(..needed).ok_or(HashingError::Failed)?;
    let done = argon2.hash_password_into_with_memory(secret.expose_secret().as_bytes(), salt, out, &mut *blocks);
    blocks.iter_mut().for_each(Block::zeroize);
    done.map_err(|_| HashingError::Failed)
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordHasher as _;

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

    #[tokio::test]
    async fn a_hash_that_the_library_made_by_itself_matches_at_any_cost() {
        let hashing = Hashing::new(Cost { memory_kib: 64, passes: 1, lanes: 1 }, [7; 32]).expect("hashing");
        for (memory_kib, lanes) in [(64, 1), (256, 4), (32, 2)] {
            let cost = Cost { memory_kib, passes: 2, lanes };
            let argon2 = argon2(cost, &[7; 32]).expect("argon2");
            let phc: PasswordHash = argon2.hash_password_with_salt(b"old harbour", &[9; 16]).expect("hash");
            assert!(hashing.matches("old harbour".into(), Some(phc.to_string())).await.expect("compared"));
            assert!(!hashing.matches("old harbor".into(), Some(phc.to_string())).await.expect("compared"));
        }
    }

    #[tokio::test]
    async fn a_new_hash_is_argon2id_with_the_parameters_that_were_chosen() {
        // PW-05: RFC 9106's second choice, and what the floor is (THREATS 2.4)
        let hashing = Hashing::new(Cost::DEFAULT, [7; 32]).expect("hashing");
        let phc = hashing.hash("old harbour".into()).await.expect("hash");
        let kept = PasswordHash::new(&phc).expect("a PHC string");
        assert!(phc.starts_with("$argon2id$v=19$m=65536,t=3,p=4$"), "{phc}");
        assert_eq!(Cost::of(&kept), Some(Cost::DEFAULT));
        assert!(kept.salt.is_some_and(|salt| salt.len() >= 16) && kept.hash.is_some_and(|hash| hash.len() >= 32));
        let of_codes = hashing.hash_codes(vec!["0000-0000".into()]).await.expect("hashes");
        assert!(of_codes[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{of_codes:?}");
        assert_eq!((Cost::FLOOR.memory_kib, Cost::FLOOR.passes, Cost::FLOOR.lanes), (19_456, 2, 1));
    }

    #[test]
    fn what_a_cheaper_hash_leaves_to_do_makes_it_as_dear_as_those_of_now() {
        // D3
        let cost = |memory_kib, passes| Cost { memory_kib, passes, lanes: 1 };
        let (now, old) = (cost(65_536, 3), cost(19_456, 2));
        let left = now.beyond(Some(old)).expect("something is left");
        assert_eq!(left.passes, 3);
        assert!(now.blocks() - old.blocks() - left.blocks() < 3, "{left:?}");
        assert_eq!((now.beyond(None), now.beyond(Some(now)), old.beyond(Some(now))), (Some(now), None, None));
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_still_matches_and_is_known_as_one() {
        // D3
        let cheap = Hashing::new(Cost { memory_kib: 64, passes: 1, lanes: 1 }, [7; 32]).expect("hashing");
        let dear = Hashing::new(Cost { memory_kib: 256, passes: 2, lanes: 1 }, [7; 32]).expect("hashing");
        let phc = cheap.hash("old harbour".into()).await.expect("hash");
        assert!(dear.matches("old harbour".into(), Some(phc.clone())).await.expect("compared"));
        assert!(!dear.matches("old harbor".into(), Some(phc.clone())).await.expect("compared"));
        assert!(dear.is_of_another_cost(&phc) && !cheap.is_of_another_cost(&phc));
    }
}
