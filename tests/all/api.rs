//! The router: every call, by whole requests.
