//! The SSPR server: decides every step of a flow, works on the directory and sends the codes.
//!
//! [`App`] is a server without its listener; [`router`] is its API. What a flow may do next is decided in `flow`, which
//! methods may prove it and how often in [`guard`]. Data goes down the list of rooms below and comes back as return
//! values; no room imports one that stands above it.

pub mod commands;

pub mod http;

pub mod microsoft;

mod flow;
mod worker;

pub mod operation;

pub mod person;

pub mod app;
pub mod message;

pub mod config;

pub mod guard;
pub mod refused;

pub mod crypt;
pub mod store;
pub mod typed;

pub mod metrics;

pub mod clock;

pub use app::{App, Parts};
pub use http::routes::{openapi, router, router_with};
pub use worker::Worker;
