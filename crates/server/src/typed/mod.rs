//! What people type, judged before it is used.

pub(crate) mod blocklist;
