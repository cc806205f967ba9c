//! What is kept about a person: accounts of our own, methods, answers, recovery codes, passes, contacts, what can be
//! undone.
//!
//! Ids of accounts and what their owners have proven come in. What somebody typed never does before it was brought into
//! its one form.

pub mod account;
pub mod contacts;
pub mod local;
pub mod methods;
pub mod people;
pub mod shipped;
pub mod standing;

pub(crate) mod devices;
pub mod ending;
pub(crate) mod undo;
