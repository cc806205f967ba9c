//! What a file says, as it is put beside the other tables, and what it would change.

use latchkey_api::Method;
use secrecy::SecretString;

use super::line::{Column, Contact, Reason};
use crate::crypt::keys::Keys;
use crate::crypt::{random, seal};
use crate::person::methods;
use crate::refused::Refused;
use crate::store::person::staged::{ComparedRow, StagedRow};
use crate::store::{self, Store};

/// How many accounts are compared at once.
const SOME: i64 = 500;

/// What an import does to one contact of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is there already.
    Same,
    Added,
    Changed,
    /// Its owner has set up and confirmed another one, which stays.
    Kept,
}

impl Change {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Kept => "kept as its owner set it up",
        }
    }
}

/// Adds what a line says of an account.
///
/// # Errors
/// The inner one if the account was there before.
pub(crate) async fn put(
    store: &Store,
    keys: &Keys,
    line: u64,
    id: &str,
    contact: &Contact,
) -> Result<Result<(), Reason>, Refused> {
    let device = |value: &Option<SecretString>| value.as_ref().map(|value| methods::device_of(keys, value).to_vec());
    let sealed = |method: Method, value: &Option<SecretString>| {
        value.as_ref().map(|value| seal::seal(keys, id, method.as_str(), value)).transpose()
    };
    let row = StagedRow {
        line: i64::try_from(line).unwrap_or(i64::MAX),
        account_id: id.to_owned(),
        account: contact.account.clone(),
        ids: random::id()?,
        mobile: device(&contact.mobile),
        text_sealed: sealed(Method::TextMobile, &contact.mobile)?,
        call_sealed: sealed(Method::CallMobile, &contact.mobile)?,
        office: device(&contact.office),
        office_sealed: sealed(Method::CallOffice, &contact.office)?,
        email: device(&contact.email),
        email_sealed: sealed(Method::Email, &contact.email)?,
        language: contact.language.clone(),
        groups: contact.groups.clone(),
    };
    let put = store::person::staged::put(store, &row).await?;
    Ok(put.map_err(|first| Reason::Duplicate(first.unsigned_abs())))
}

/// One account and what would happen to it.
pub(crate) struct Compared(ComparedRow);

impl Compared {
    pub(crate) fn line(&self) -> i64 {
        self.0.line
    }

    pub(crate) fn account(&self) -> &str {
        &self.0.account
    }

    pub(crate) fn changes(&self, replace: bool) -> Vec<(Column, Change)> {
        let change = |state: i64| match (state, replace) {
            (0, _) => Change::Same,
            (1, _) => Change::Added,
            (2, _) | (_, true) => Change::Changed,
            (_, false) => Change::Kept,
        };
        // A mobile serves two methods; what happens to either is said.
        let mobile = self.0.text.into_iter().chain(self.0.call).map(change).max();
        let others = [
            (Column::Office, self.0.office.map(change)),
            (Column::Email, self.0.email.map(change)),
            (Column::Language, self.0.language.map(change)),
            (Column::Groups, self.0.groups.map(change)),
        ];
        let all = [(Column::Mobile, mobile)].into_iter().chain(others);
        all.filter_map(|(column, change)| change.map(|change| (column, change))).collect()
    }
}

/// The next accounts after a line, compared with what is registered.
pub(crate) async fn compared(store: &Store, after: i64) -> store::Result<Vec<Compared>> {
    Ok(store::person::staged::compared(store, after, SOME).await?.into_iter().map(Compared).collect())
}
