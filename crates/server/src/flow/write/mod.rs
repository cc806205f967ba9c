//! The write that a flow is for: asked for once, intended, and what it came to.

pub(super) mod finish;
pub(super) mod password;
