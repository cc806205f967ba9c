//! Keys and what is made with them: sealed values, keyed and slow hashes, random codes, the chain of the audit.
//!
//! Secrets come in, what may be stored goes out. Nothing here decides who may do what.

pub mod audit;
pub mod hashing;
pub mod keys;
pub mod random;
pub mod seal;
