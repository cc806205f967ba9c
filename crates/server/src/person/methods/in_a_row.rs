//! Wrong proofs of a method one after the other: beyond so many it proves nothing any more, until its owner has set it
//! up or confirmed it anew, or the helpdesk has let go of the count (OT-05, NIST SP 800-63B-4 §3.2.2).
//!
//! Only what comes from known devices and from flows in which a gate was passed is counted here. Strangers have budgets
//! that end in a wait, so that none of them can take a method from its owner (OT-15).

use jiff::Timestamp;
use latchkey_api::Method;

use super::method_of;
use crate::clock;
use crate::guard::gates::cannot_be_guessed;
use crate::guard::limits::Limits;
use crate::store::person::in_a_row::{self, Proof};
use crate::store::{self, Tx};

/// The setting that says how many there may be.
pub(crate) const SETTING: &str = "wrong_proofs_in_a_row";

/// A method that proves nothing for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Disabled {
    pub(crate) method: Method,
    pub(crate) since: Timestamp,
}

/// Whether wrong proofs of it are counted so: what people set up and others could guess. A recovery code and a pass
/// cannot be found by trying, and a wrong current password counts at the directory, which has a lock of its own.
const fn is_counted(method: Method) -> bool {
    !cannot_be_guessed(method) && !matches!(method, Method::CurrentPassword)
}

/// The methods of an account that are disabled; of nobody: none, for the same work (EN-02).
pub(crate) async fn disabled(tx: &mut Tx, limits: &Limits, account: &str) -> store::Result<Vec<Disabled>> {
    let rows = in_a_row::with_at_least(tx, account, limits.wrong_proofs_in_a_row).await?;
    let read =
        |row: in_a_row::InARowRow| Some(Disabled { method: method_of(&row.method)?, since: clock::at(row.last_at) });
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Counts a proof before it is compared; whether it was counted, and so has to be given back if it is not compared.
pub(crate) async fn count(tx: &mut Tx, limits: &Limits, proof: Proof<'_>, method: Method) -> store::Result<bool> {
    if !is_counted(method) {
        return Ok(false);
    }
    in_a_row::count(tx, proof, limits.wrong_proofs_in_a_row).await
}

/// Takes back that a proof was counted that was not compared.
pub(crate) async fn give_back(tx: &mut Tx, account: &str, method: Method) -> store::Result<()> {
    in_a_row::give_back(tx, account, method.as_str()).await
}

/// A right proof: the row begins anew.
pub(crate) async fn begin_anew(tx: &mut Tx, account: &str, method: Method) -> store::Result<()> {
    in_a_row::begin_anew(tx, account, method.as_str()).await
}
