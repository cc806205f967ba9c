//! What the server owes people: texts, calls and mail, from the moment they are owed until a gateway has taken them.
//!
//! A message is queued in the transaction of what caused it. The worker sends it later, so that no answer waits for a
//! gateway. Nothing here knows why somebody is written to.

mod ended;
mod leaving;

pub mod gateways;
pub(crate) mod queue;
pub mod recordings;
pub(crate) mod reported;
pub(crate) mod sender;
pub mod texts;
