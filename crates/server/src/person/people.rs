//! Who there is: the people of the campus' directory, as this server knows them without asking it.

use crate::store::{self, Tx};

/// One person, as far as it decides whether and how they are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The stable id of the directory's account.
    pub id: String,
    /// The sign-in name.
    pub account: String,
    pub enabled: bool,
    /// Administrators are not served here (FL-11).
    pub privileged: bool,
    pub locked: bool,
    /// The password is one that was handed out.
    pub must_change: bool,
}

impl Person {
    /// Whether a recovery is open to them at all.
    #[must_use]
    pub const fn is_served(&self) -> bool {
        self.enabled && !self.privileged
    }
}

/// The person of a name in its one spelling.
///
/// # Errors
/// If the database cannot be read.
pub async fn named(tx: &mut Tx, name: &str) -> store::Result<Option<Person>> {
    let row = store::account::by_name(tx, name).await?;
    Ok(row.map(|row| Person {
        id: row.id,
        account: row.account,
        enabled: row.enabled,
        privileged: row.privileged,
        locked: row.locked,
        must_change: row.must_change,
    }))
}
