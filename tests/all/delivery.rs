//! Messages that leave: the server's own queue and worker, the gateways as they are configured, and what stands at the
//! other end. And requests that come in to leave by them.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

#[cfg(test)]
mod commands;
#[cfg(test)]
mod http;
#[cfg(test)]
mod kannel;
#[cfg(test)]
mod microsoft;
#[cfg(test)]
mod newcomer;
#[cfg(test)]
mod ordered;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod smtp;
#[cfg(test)]
mod street;
#[cfg(test)]
mod twilio;
