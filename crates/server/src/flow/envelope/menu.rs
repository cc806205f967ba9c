//! What may be chosen in a flow, and how many gates it has.

use latchkey_api::{Intent, Method};

use crate::app::App;
use crate::config::{FirstBinding, SecondFactor};
use crate::flow::row::Row;
use crate::guard::gates::{self, Offer, Pairing};
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
pub(in crate::flow) fn gates_at_first(app: &App, intent: Intent) -> u8 {
    match intent {
        Intent::Reset | Intent::Unlock => gates::GATES,
        Intent::Change => match app.config.change.second_factor {
            SecondFactor::Never | SecondFactor::WhenRegistered => 1,
            SecondFactor::Always => gates::GATES,
        },
        Intent::Register => match app.config.register.first_binding {
            FirstBinding::Password => 1,
            FirstBinding::Pass => gates::GATES,
        },
    }
}

/// What this campus asks of a pair.
pub(in crate::flow) fn pairing(app: &App) -> Pairing {
    Pairing { one_phone_gate: app.config.methods.one_phone_gate }
}

/// What may be chosen for the gate at which a flow stands. A method that is disabled is shown to strangers as ever, so
/// that they learn nothing by it (EN-01); whoever is known or has passed a gate is spared it.
pub(in crate::flow) async fn open(app: &App, tx: &mut Tx, row: &Row) -> store::Result<Vec<Offer>> {
    let mut open: Vec<Offer> = pairing(app).open(&row.menu, &row.passed).into_iter().cloned().collect();
    if row.is_trusted() {
        let account = row.account.as_deref().unwrap_or_default();
        let disabled = in_a_row::disabled(tx, &app.config.limits, account).await?;
        open.retain(|offer| disabled.iter().all(|disabled| disabled.method != offer.method));
    }
    Ok(open)
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

/// The methods of an account that are switched on and may prove something now; with them what is there for everybody.
pub(in crate::flow) async fn own_menu(app: &App, tx: &mut Tx, account: &str) -> Answer<Own> {
    let offered = &app.config.methods.offered;
    let own = methods::on_offer(tx, account, app.clock.now()).await?;
    let has_codes = recovery::any(tx, account).await? && offered.contains(&Method::RecoveryCode);
    let menu = pairing(app).useful(&gates::menu(offered, &own));
    let shows = menu.iter().any(|offer| !gates::cannot_be_guessed(offer.method));
    Ok(Own { menu, shows, has_codes })
}
