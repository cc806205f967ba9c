//! The SSPR server: decides every step of a flow, talks to the directory and sends the codes.
//!
//! [`App`] is a server without its listener; [`router`] is its API. What a flow may do next is decided in `flow`,
//! which methods may prove it in [`gates`], how often in [`limits`].

pub mod accounts;
pub mod answers;
pub mod app;
pub mod audit;
pub mod clock;
pub mod config;
pub mod contacts;
pub mod crypt;
pub mod decoy;
pub mod delivery;
pub mod demo;
pub mod directory;
mod flow;
pub mod freeze;
pub mod gates;
pub mod hashing;
mod health;
mod http;
mod human_check;
pub mod installation;
pub mod keys;
pub mod limits;
mod outbox_page;
pub mod passes;
pub mod phone;
pub mod posture;
pub mod preset;
mod problem;
mod random;
mod recovery;
pub mod registry;
mod routes;
pub mod seal;
pub mod serve;
pub mod store;
mod undo;

pub use app::{App, Parts};
pub use routes::{openapi, router};
