//! What a flow draws on, and what it is told where there is none left: until when, and what can be used instead.
//!
//! No limit calls a right proof wrong, and none ends a flow that can still be proven by what nobody can guess (OT-15).

use jiff::Timestamp;
use latchkey_api::Method;

use crate::app::App;
use crate::clock;
use crate::flow::answering::until;
use crate::flow::row::Row;
use crate::guard::budget::{Budget, DAY, Spent, take_all};
use crate::guard::gates::cannot_be_guessed;
use crate::guard::trust::Trust;
use crate::person::methods::in_a_row;
use crate::refused::Refused;
use crate::store::{self, Tx};

impl Row {
    /// Whose budgets it draws on now.
    pub(in crate::flow) fn trust(&self) -> Trust {
        match &self.device {
            _ if !self.passed.is_empty() => Trust::Proven,
            Some(device) => Trust::Known(device.clone()),
            None => Trust::Stranger,
        }
    }

    /// Whether strangers leave it a share.
    pub(in crate::flow) fn is_trusted(&self) -> bool {
        self.trust() != Trust::Stranger
    }

    /// What one comparison draws on; what cannot be guessed draws on nothing but the tries of what was asked for.
    pub(in crate::flow) fn tries(&self, app: &App, method: Method) -> Vec<Budget> {
        if cannot_be_guessed(method) {
            return Vec::new();
        }
        let (trust, limits) = (self.trust(), &app.config.limits);
        vec![trust.tries_in_all(limits, &self.subject), trust.tries_of(limits, &self.subject, method)]
    }
}

/// Whether something that can be guessed may be asked for or compared in this flow: it stands in the budget of starts,
/// or takes its place in it now.
pub(in crate::flow) async fn count_start(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    method: Method,
    now: Timestamp,
) -> store::Result<Result<(), Spent>> {
    let trust = row.trust();
    if row.counted || trust == Trust::Proven || cannot_be_guessed(method) {
        return Ok(Ok(()));
    }
    if let Err(spent) = take_all(&trust.starts(&app.config.limits, &row.subject), tx, now).await? {
        return Ok(Err(spent));
    }
    store::flow::count_start(tx, row.id).await?;
    Ok(Ok(()))
}

/// Until when a method is said to rest that is disabled (OT-05); nothing if it is not.
///
/// Strangers are told what they would be told of a used-up budget, which comes back within a day: whoever has disabled
/// it was no stranger, and none is to learn of it (EN-01).
pub(in crate::flow) async fn disabled(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    method: Method,
    now: Timestamp,
) -> store::Result<Option<Spent>> {
    let account = row.account.as_deref().unwrap_or_default();
    let disabled = in_a_row::disabled(tx, &app.config.limits, account).await?;
    let Some(found) = disabled.into_iter().find(|found| found.method == method) else { return Ok(None) };
    let day = i64::from(DAY) * 1000;
    let since = found.since.as_millisecond();
    let days = now.as_millisecond().saturating_sub(since).max(0) / day + 1;
    Ok(Some(Spent { until: clock::at(since.saturating_add(days * day)), setting: in_a_row::SETTING }))
}

/// "Too many, until …, or use …": the same for everybody, known or made up (TF-12).
pub(in crate::flow) fn too_many(app: &App, row: &Row, spent: Spent, now: Timestamp) -> Refused {
    until(app, spent, now).instead(instead(row))
}

/// The methods of this gate that no stranger can use up.
pub(in crate::flow) fn instead(row: &Row) -> Vec<Method> {
    let open = row.rule().open(&row.menu, &row.passed);
    open.into_iter().map(|offer| offer.method).filter(|method| cannot_be_guessed(*method)).collect()
}
