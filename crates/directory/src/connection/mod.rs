//! The way to an LDAP server: always over TLS and verified, signed in as the service account, and bounded in time and size.
//!
//! Addresses and a trust come in, sessions go out; what is read and written by them is the back ends' business. Nothing
//! is sent before the server's certificate is verified, and no referral is ever followed.

mod address;
mod again;
mod answer;
mod dn;
mod error;
mod pace;
mod pool;
mod request;
mod session;
mod stands;
mod tls;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use address::{Address, AddressError};
pub use answer::{Found, Reply};
pub use dn::{Dn, escape_filter};
pub use error::{ConnectionError, code};
pub use pace::Pace;
pub use pool::{Connections, Lease, Outside, ReadSecret};
pub use request::{Change, Page, Paging, Scope, Search};
pub use session::{Control, Session};
pub use stands::{Stands, Told, fence_of, marker_of, told};
pub use tls::{Trust, TrustError};

pub(crate) use again::{asked_again, broke};

/// What a mutex guards; what a panic left there is still whole, since nothing panics in the middle of a change.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
