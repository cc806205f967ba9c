//! The app without a window: the flow and what it needs.
//!
//! [`flow`] decides and is pure; [`run`] is the one task that owns a flow, performs its effects and publishes what to
//! draw; the rest does one kind of I/O each.

pub mod flow;
pub mod http;
pub mod keep;
pub mod passphrase;
pub mod places;
mod proxy;
pub mod run;
pub mod screen;
pub mod seal;
pub mod settings;
pub mod text;
pub mod window;

pub use latchkey_api as api;
pub use latchkey_credstore as credstore;
