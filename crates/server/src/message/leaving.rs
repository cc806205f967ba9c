//! Whether a message may leave now: asked again where it does, since the configuration may have changed and blocks of
//! numbers may have been suspended while it was queued (TF-01, TF-03, TF-13, TF-14).

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_delivery::{Kind, Message};
use secrecy::ExposeSecret as _;

use crate::config::CampusConfig;
use crate::guard::breaker;
use crate::guard::budget::{Spent, take_all};
use crate::guard::limits::Limits;
use crate::guard::prices::{Charged, Prices};
use crate::guard::trust::{notices_in_all, notices_of};
use crate::store::message::MessageRow;
use crate::store::{self, Tx};
use crate::typed::number;

/// By what it is judged.
pub(super) struct Leaving<'a> {
    pub(super) campus: &'a CampusConfig,
    pub(super) limits: &'a Limits,
    pub(super) prices: &'a Prices,
    pub(super) now: Timestamp,
}

/// What follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Leaves {
    Now,
    /// A budget is spent until then.
    Later(Spent),
    /// It ends, for this reason.
    Never(&'static str),
}

impl Leaving<'_> {
    /// Judges a leased message, and counts it in its budgets if it leaves.
    pub(super) async fn judge(
        &self,
        tx: &mut Tx,
        row: &MessageRow,
        kind: Kind,
        message: &Message,
    ) -> store::Result<Leaves> {
        let method = Method::ALL.into_iter().find(|known| known.as_str() == row.method);
        if !method.is_some_and(|method| self.campus.sends_to(method, &message.to)) {
            return Ok(Leaves::Never("not served"));
        }
        let is_code = row.purpose == "code";
        let block = row.block.as_deref().filter(|_| is_code && !row.trusted);
        if let Some(block) = block
            && breaker::suspended(tx, block, self.now).await?.is_some()
        {
            return Ok(Leaves::Never("suspended"));
        }
        let first = row.tries == 1 && row.refusals == 0;
        let mut budgets = Vec::new();
        // A code was counted when it was asked for. A notice is counted when it leaves, in budgets of its own. What is
        // sent once more, since nobody knows whether it was, costs once more.
        if first && !is_code {
            budgets.push(notices_of(self.limits, row.account_id.as_bytes()));
            budgets.push(notices_in_all(self.limits));
        }
        if (first && !is_code) || row.tries > 1 {
            let charged = Charged { kind, is_code, trusted: row.trusted };
            budgets.extend(self.prices.budgets(charged, number::region(message.to.expose_secret())));
        }
        match take_all(&budgets, tx, self.now).await? {
            Ok(()) => Ok(Leaves::Now),
            // A code is void before there is money again.
            Err(_) if is_code => Ok(Leaves::Never("over the budget")),
            Err(spent) => Ok(Leaves::Later(spent)),
        }
    }
}
