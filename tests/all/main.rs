//! Every integration test: the real server, the real keyring, the real windows. One binary, so that all is linked once.

mod api;
mod contract;
mod places;
mod tree;
mod whole;
mod windows;
