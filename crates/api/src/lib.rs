//! What our programs say to each other (app, page, SSPR server, place program): types, codes and password rules.
//!
//! Nothing here does I/O or reads a clock. A secret is a [`secrecy::SecretString`]; the only types that can carry one
//! are the requests; [`wire`] exposes them to write them, [`bounds`] to see how long they are.

pub mod bounds;
pub mod campus;
pub mod flow;
pub mod health;
pub mod human_check;
pub mod password;
pub mod place;
pub mod problem;
pub mod reminders;
pub mod typeable;
pub mod wire;

pub use campus::Campus;
pub use flow::{Flow, Intent, Method, Step};
pub use problem::{Code, Problem};
pub use reminders::Reminders;
