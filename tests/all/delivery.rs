//! Messages that leave: the server's own queue and worker, the gateways as they are configured, and what stands at the
//! other end. And requests that come in to leave by them.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

#[cfg(test)]
mod microsoft;
mod ordered;
mod twilio;
