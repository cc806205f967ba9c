//! One attempt of a person, from its start to its end: the only room that knows all those below.
//!
//! A call comes in with the hash of the flow's token, is counted, decided and committed, and goes out as the envelope.
//! No answer waits for a gateway, and none says what a stranger may not know.

mod answering;
mod device;
mod ending;
mod envelope;
mod gate;
mod manage;
mod moved;
mod not_me;
mod reminders;
mod row;
mod show;
mod start;
mod tries;
mod write;

pub(crate) use device::remember_device;
pub(crate) use ending::{cancel, end_abandoned, feedback};
pub(crate) use gate::challenge::challenge;
pub(crate) use gate::proof::proof;
pub(crate) use manage::{add, check, confirm, finish, remove};
pub(crate) use not_me::not_me;
pub(crate) use reminders::reminders;
pub(crate) use row::TokenHash;
pub(crate) use show::{extend, show};
pub(crate) use start::start;
pub(crate) use tries::{tell_of_disabled, tell_of_tries};
pub(crate) use write::finish::settle_lost;
pub(crate) use write::password::password;
