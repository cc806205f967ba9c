//! Who may try what, and how often: limits, pairs of methods, human checks, and what strangers are shown.
//!
//! Counts and keyed hashes come in, a yes or "not before then" goes out. Nothing here knows what a person has set up.

pub(crate) mod breaker;
pub(crate) mod budget;
pub mod decoy;
pub mod gates;
pub(crate) mod health;
pub(crate) mod human_check;
pub mod limits;
pub(crate) mod population;
pub mod prices;
pub mod suspension;
pub mod trust;
