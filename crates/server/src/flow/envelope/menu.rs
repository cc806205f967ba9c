//! What may be chosen in a flow, and how many gates it has.

use latchkey_api::{Intent, Method};

use crate::app::App;
use crate::config::{FirstBinding, Policy, SecondFactor};
use crate::flow::row::Row;
use crate::guard::gates::{self, Offer};
use crate::person::methods;
use crate::person::methods::in_a_row;
use crate::person::methods::recovery;
use crate::refused::Answer;
use crate::store::{self, Tx};

/// Whether the current password is one of the gates.
pub(in crate::flow) const fn knows_password(intent: Intent) -> bool {
    match intent {
        Intent::Change | Intent::Register => true,
        Intent::Reset | Intent::Unlock => false,
    }
}

/// How many gates are spoken of before it is known who is there: as many as everybody has.
pub(in crate::flow) fn gates_at_first(policy: &Policy, intent: Intent) -> u8 {
    match intent {
        Intent::Reset | Intent::Unlock => policy.rule(intent).number(&[]),
        Intent::Change => match policy.change.second_factor {
            SecondFactor::Never | SecondFactor::WhenRegistered => 1,
            SecondFactor::Always => gates::GATES,
        },
        Intent::Register => match policy.register.first_binding {
            FirstBinding::Password => 1,
            FirstBinding::Pass => gates::GATES,
        },
    }
}

/// What may be chosen for the gate at which a flow stands. A method that is disabled is shown to strangers as ever, so
/// that they learn nothing by it (EN-01); whoever is known or has passed a gate is spared it.
pub(in crate::flow) async fn open(app: &App, tx: &mut Tx, row: &Row) -> store::Result<Vec<Offer>> {
    let mut open: Vec<Offer> = row.rule().open(&row.menu, &row.passed).into_iter().cloned().collect();
    if row.is_trusted() {
        let account = row.account.as_deref().unwrap_or_default();
        let disabled = in_a_row::disabled(tx, &app.config.limits, account).await?;
        open.retain(|offer| disabled.iter().all(|disabled| disabled.method != offer.method));
    }
    Ok(open)
}

/// How a flow goes on once the current password has proven who is there.
pub(in crate::flow) struct SecondGate {
    pub(in crate::flow) gates: u8,
    pub(in crate::flow) menu: Vec<Offer>,
    pub(in crate::flow) questions: Vec<String>,
}

/// Decides whether another gate is asked for beside the current password and which methods may prove it: one of those that
/// the account has (RG-01), a pass of the helpdesk where there has to be one and is none (RG-05). Nothing where no password
/// is asked for.
pub(in crate::flow) async fn second_gate(app: &App, tx: &mut Tx, row: &Row) -> Answer<Option<SecondGate>> {
    let account = row.account.as_deref().unwrap_or_default();
    let own = own_menu(app, tx, account, &row.policy, row.intent).await?;
    let has_own = own.shows || own.has_codes;
    let asked = match row.intent {
        Intent::Change => match row.policy.change.second_factor {
            SecondFactor::Never => false,
            SecondFactor::WhenRegistered => has_own,
            SecondFactor::Always => true,
        },
        Intent::Register => match row.policy.register.first_binding {
            FirstBinding::Password => has_own,
            FirstBinding::Pass => true,
        },
        Intent::Reset | Intent::Unlock => return Ok(None),
    };
    let gates = if asked { gates::GATES } else { 1 };
    let menu = if has_own { own.menu } else { vec![gates::pass()] };
    let questions = methods::questions(tx, account).await?;
    Ok(Some(SecondGate { gates, menu, questions }))
}

/// What an account may choose from.
pub(in crate::flow) struct Own {
    /// What is of use of its own methods and of those on every menu, in the campus' order.
    pub(in crate::flow) menu: Vec<Offer>,
    /// Whether it has anything of its own on the menu.
    pub(in crate::flow) shows: bool,
    /// Whether it keeps recovery codes.
    pub(in crate::flow) has_codes: bool,
}

impl Own {
    /// What its owner has and keeps: what is on every menu counts only where there is something behind it.
    pub(in crate::flow) fn kept(&self) -> Vec<Offer> {
        let is_kept = |offer: &&Offer| match offer.method {
            Method::RecoveryCode => self.has_codes,
            method => !gates::cannot_be_guessed(method),
        };
        self.menu.iter().filter(is_kept).cloned().collect()
    }
}

/// The methods of an account that are switched on for it and may prove something now; with them what is there for everybody.
pub(in crate::flow) async fn own_menu(
    app: &App,
    tx: &mut Tx,
    account: &str,
    policy: &Policy,
    intent: Intent,
) -> Answer<Own> {
    let own = methods::on_offer(tx, account, app.clock.now()).await?;
    let has_codes = recovery::any(tx, account).await? && policy.offers(Method::RecoveryCode);
    let menu = policy.rule(intent).useful(&gates::menu(&policy.methods.offered, &own));
    let shows = menu.iter().any(|offer| !gates::cannot_be_guessed(offer.method));
    Ok(Own { menu, shows, has_codes })
}
