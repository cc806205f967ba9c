//! Whether a message may leave now: asked again where it does, since the configuration may have changed and blocks of
//! numbers may have been suspended while it was queued (TF-01, TF-03, TF-13, TF-14).

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_delivery::{Kind, Message, characters};
use secrecy::ExposeSecret as _;

use crate::config::CampusConfig;
use crate::guard::breaker;
use crate::guard::budget::{Spent, take_all};
use crate::guard::limits::Limits;
use crate::guard::prices::{Charged, Prices};
use crate::guard::trust::{notices_in_all, notices_of};
use crate::store::message::{MessageRow, Purpose};
use crate::store::{self, Tx};
use crate::typed::{Plan, number};

/// By what it is judged.
pub(super) struct Leaving<'a> {
    pub(super) campus: &'a CampusConfig,
    /// Which numbers are served for Microsoft, where they are.
    pub(super) microsoft: Option<&'a Plan>,
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
        let purpose = Purpose::of(row);
        if !self.serves(purpose, row, message) {
            return Ok(Leaves::Never("not served"));
        }
        let block = row.block.as_deref().filter(|_| purpose == Purpose::Code && !row.trusted);
        if let Some(block) = block
            && breaker::suspended(tx, block, self.now).await?.is_some()
        {
            return Ok(Leaves::Never("suspended"));
        }
        let first = row.tries == 1 && row.refusals == 0;
        let mut budgets = Vec::new();
        // A code was counted when it was asked for, by us or by Microsoft. A notice is counted when it leaves, in budgets
        // of its own. What is sent once more, since nobody knows whether it was, costs once more.
        let is_notice = purpose == Purpose::Notice;
        if first && is_notice {
            budgets.push(notices_of(self.limits, row.account_id.as_bytes()));
            budgets.push(notices_in_all(self.limits));
        }
        if (first && is_notice) || row.tries > 1 {
            let parts = if kind == Kind::Text { characters::parts(message.body.expose_secret()) } else { 1 };
            let charged = Charged { kind, purpose, trusted: row.trusted, parts };
            budgets.extend(self.prices.budgets(charged, number::region(message.to.expose_secret())));
        }
        match take_all(&budgets, tx, self.now).await? {
            Ok(()) => Ok(Leaves::Now),
            Err(spent) if is_notice => Ok(Leaves::Later(spent)),
            // A code is void before there is money again.
            Err(_) => Ok(Leaves::Never("over the budget")),
        }
    }

    fn serves(&self, purpose: Purpose, row: &MessageRow, message: &Message) -> bool {
        let Some(method) = Method::ALL.into_iter().find(|known| known.as_str() == row.method) else { return false };
        match purpose {
            Purpose::Code | Purpose::Notice => self.campus.sends_to(method, &message.to),
            Purpose::Microsoft => {
                self.microsoft.is_some_and(|plan| plan.reaches(method, message.to.expose_secret()).is_ok())
            }
        }
    }
}
