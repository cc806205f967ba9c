//! The API of the server, asked through its router: no listener, no waiting, a clock that is moved.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod away;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod check;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod closed;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod contacts;
#[cfg(test)]
mod contract_edges;
#[cfg(test)]
mod directories;
#[cfg(test)]
mod directories_silence;
#[cfg(test)]
mod disabled;
#[cfg(test)]
mod earlier;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod forwarded;
#[cfg(test)]
mod gateway_rounds;
#[cfg(test)]
mod hook;
#[cfg(test)]
mod indexes;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod log;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod model;
#[cfg(test)]
mod outcome;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod passes;
#[cfg(test)]
mod passwords;
#[cfg(test)]
mod people;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod population;
#[cfg(test)]
mod pumping;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod races;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod register;
#[cfg(test)]
mod reminders;
#[cfg(test)]
mod repeated;
#[cfg(test)]
mod restored;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod spelled;
#[cfg(test)]
mod stolen;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod suspended;
#[cfg(test)]
mod time;
#[cfg(test)]
mod timing;
#[cfg(test)]
mod typed;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod world;
#[cfg(test)]
mod wrong_passwords;
