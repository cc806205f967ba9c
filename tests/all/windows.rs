//! The real windows against the real server.
