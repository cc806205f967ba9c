//! Keys and what is computed with them, and who may have something expensive computed when.
//!
//! Secrets come in, hashes and verdicts go out; nothing here knows a person, a flow or a request.

pub(crate) mod cores;
pub mod turns;
