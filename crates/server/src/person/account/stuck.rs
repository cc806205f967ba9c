//! Why somebody may be unable to finish, for the helpdesk: one short reason each, and until when.

use jiff::Timestamp;
use latchkey_api::Method;

use crate::app::App;
use crate::clock;
use crate::guard::budget::Budget;
use crate::guard::trust::Trust;
use crate::person::methods::in_a_row::disabled;
use crate::person::people::Person;
use crate::person::standing;
use crate::store::{self, Tx};

/// The reasons, the weightiest first; none where nothing stands in the way.
pub(crate) async fn reasons(
    tx: &mut Tx,
    of: &App,
    person: &Person,
    nothing_set_up: bool,
) -> store::Result<Vec<String>> {
    let now = of.clock.now();
    let mut reasons = Vec::new();
    if let Some(since) = standing::frozen_since(tx, &person.id).await? {
        reasons.push(format!("frozen since {} (unfreeze)", minute(since)));
    }
    if !person.enabled {
        reasons.push("disabled in the directory".to_owned());
    }
    if person.privileged {
        reasons.push("privileged: not served here".to_owned());
    }
    if !of.policies.serves(&person.population) {
        reasons.push(format!("of the population {}, which is not served here", person.population));
    }
    if nothing_set_up {
        reasons.push("nothing is set up".to_owned());
    }
    if let Some(pass) = store::person::standing::pass(tx, &person.id).await?
        && clock::at(pass.expires_at) <= now
    {
        reasons.push(format!("its pass has expired at {}", minute(clock::at(pass.expires_at))));
    }
    for found in disabled(tx, &of.config.limits, &person.id).await? {
        let most = of.config.limits.wrong_proofs_in_a_row;
        let (method, since) = (found.method, minute(found.since));
        reasons.push(format!("{method} is disabled since {since} after {most} wrong proofs in a row (unlimit)"));
    }
    let subject = standing::subject_of(&of.keys, &person.id);
    for (whose, trust) in [("strangers", Trust::Stranger), ("proven flows", Trust::Proven)] {
        for (what, budget) in counted(of, person, &trust, &subject) {
            if let Some(spent) = budget.spent(tx, now).await? {
                reasons.push(format!("{whose} have used up its {what} until {} (unlimit)", minute(spent.until)));
            }
        }
    }
    Ok(reasons)
}

/// What is counted for an account, by the name that the helpdesk reads.
fn counted(of: &App, person: &Person, trust: &Trust, subject: &[u8]) -> Vec<(String, Budget)> {
    let limits = &of.config.limits;
    let [hour, day] = trust.starts(limits, subject);
    let mut counted = vec![
        ("flows of an hour".to_owned(), hour),
        ("flows of a day".to_owned(), day),
        ("tries of a day".to_owned(), trust.tries_in_all(limits, subject)),
        ("current passwords".to_owned(), trust.tries_of(limits, subject, Method::CurrentPassword)),
    ];
    for method in &of.policies.policy(&person.population).methods.offered {
        counted.push((format!("tries of {method}"), trust.tries_of(limits, subject, *method)));
        if method.destination().is_some() {
            counted.push((format!("codes by {method}"), trust.sends_by(limits, subject, *method)));
        }
    }
    counted
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
