//! The app without a window: what carries out the effects of a flow on a workstation.
//!
//! [`run`] is the one task that owns a [`latchkey_flow::Flow`], performs its effects and publishes what to draw; the rest
//! does one kind of I/O each.

pub mod copies;
mod device;
pub mod http;
pub mod keep;
pub mod look;
pub mod passphrase;
pub mod places;
mod proxy;
pub mod run;
pub mod seal;
pub mod settings;
pub mod text;

pub use latchkey_credstore as credstore;
