//! Everything that people type or paste, brought into its one form: numbers, addresses, user IDs, answers, codes; and
//! new passwords, judged.
//!
//! Text comes in as somebody typed it, with the campus' plan of numbers and its mail domains beside it; out comes the
//! form that is compared, kept and sent to, or the reason why there is none. No database, no clock, no network and no
//! other room of the server ever comes in here.

pub mod address;
pub mod answer;
pub(crate) mod blocklist;
pub mod code;
pub mod label;
pub mod name;
pub mod number;
mod reading;
pub(crate) mod text;

use latchkey_api::flow::Destination;
use secrecy::{ExposeSecret as _, SecretString};

pub use address::{MailDomains, NoAddress};
pub use number::{NoNumber, Plan};

/// Longest text that is looked at for a number or an address, in bytes: the longest address (RFC 3696, erratum 1690)
/// and as much again of what a paste puts around it.
const LONGEST: usize = 640;

/// Why a text is neither the number nor the address that it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDestination {
    #[error(transparent)]
    Number(#[from] NoNumber),
    #[error(transparent)]
    Address(#[from] NoAddress),
}

/// Brings a number or an address into the form that is compared, kept and sent to.
///
/// # Errors
/// If it is not exactly one of its kind.
pub fn destination(kind: Destination, typed: &str, plan: &Plan) -> Result<SecretString, NoDestination> {
    match kind {
        Destination::Phone => Ok(plan.read(typed)?),
        Destination::Email => Ok(address::read(typed)?),
    }
}

/// As much of a number or address as its owner needs to know it: `… 34`, `a…@home.example` (PR-02).
#[must_use]
pub fn hint(kind: Destination, normal: &SecretString) -> String {
    let text = normal.expose_secret();
    match (kind, text.split_once('@')) {
        (Destination::Email, Some((local, domain))) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        (Destination::Phone | Destination::Email, _) => {
            let last: Vec<char> = text.chars().rev().take(2).collect();
            format!("… {}", last.into_iter().rev().collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_tells_little() {
        // PR-02
        assert_eq!(hint(Destination::Phone, &"+12025550134".into()), "… 34");
        assert_eq!(hint(Destination::Email, &"ada@home.example".into()), "a…@home.example");
    }
}
