//! Keys and what is made with them: sealed values, keyed and slow hashes, random codes, the chain of the audit; and who
//! may have something expensive computed when.
//!
//! Secrets come in, what may be stored goes out. Nothing here knows a person, a flow or a request.

pub mod audit;
pub(crate) mod audit_start;
pub(crate) mod cores;
pub mod hashing;
pub mod keys;
pub mod random;
pub mod ring_check;
pub mod seal;
pub mod turns;
