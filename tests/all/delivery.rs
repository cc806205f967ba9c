//! Ways by which messages leave, and come in to leave by them.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

#[cfg(test)]
mod microsoft;
