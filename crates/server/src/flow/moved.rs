//! What becomes of a flow when other rules come to hold for its person, who was moved to another population, or whose
//! population is set up otherwise: to its end it keeps to the stricter of the old and the new in everything (FL-04).

use latchkey_api::{Intent, Method};

use super::envelope::menu::{gates_at_first, second_gate};
use super::row::{Row, Standing, leave_nothing_open};
use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::refused::Answer;
use crate::store::{self, Tx};

/// Whether other rules hold for the person of a flow by now; asked of decoys too, so that it takes the same time (EN-02).
pub(super) async fn is_behind(app: &App, tx: &mut Tx, row: &Row) -> store::Result<bool> {
    let population = population_of(tx, row).await?;
    Ok(row.policy.stricter(app.policies.policy(&population)) != row.policy)
}

/// Brings a flow that is not over up to the rules that hold for its person by now; whether anything has changed, which the
/// caller saves.
pub(super) async fn keep_up(app: &App, tx: &mut Tx, row: &mut Row) -> Answer<bool> {
    let population = population_of(tx, row).await?;
    keep_to(app, tx, row, &population).await
}

async fn population_of(tx: &mut Tx, row: &Row) -> store::Result<String> {
    let account = row.account.as_deref().unwrap_or_default();
    let found = store::person::people::population_of(tx, account).await?;
    Ok(found.unwrap_or_else(|| row.population.clone()))
}

/// The same for the population that its person is known to be of.
pub(super) async fn keep_to(app: &App, tx: &mut Tx, row: &mut Row, population: &str) -> Answer<bool> {
    let policy = row.policy.stricter(app.policies.policy(population));
    if policy == row.policy {
        return Ok(false);
    }
    row.policy = policy;
    app.policies.counted_as(population).clone_into(&mut row.population);
    drop_what_is_not_offered(row);
    let gates = gates(app, tx, row).await?;
    row.gates = row.gates.max(gates);
    step_back(app, tx, row).await?;
    note(app, tx, row, Event::RulesChanged, row.standing.as_str()).await?;
    Ok(true)
}

/// What was proven by a method that is offered no longer proves nothing. The password, and a pass of the helpdesk for
/// whoever has nothing else, are nobody's to offer.
fn drop_what_is_not_offered(row: &mut Row) {
    let begins_with_password = matches!(row.intent, Intent::Change | Intent::Register);
    let policy = &row.policy;
    let stays = |method: Method| match method {
        Method::CurrentPassword => true,
        Method::HelpdeskPass => begins_with_password || policy.offers(method),
        method => policy.offers(method),
    };
    row.passed.retain(|passed| stays(passed.method));
    row.menu.retain(|offer| stays(offer.method));
}

/// How many gates there have to be now.
async fn gates(app: &App, tx: &mut Tx, row: &mut Row) -> Answer<u8> {
    let knows = row.passed.iter().any(|passed| passed.method == Method::CurrentPassword);
    match row.intent {
        Intent::Reset | Intent::Unlock => {}
        Intent::Change | Intent::Register if knows => {
            let Some(second) = second_gate(app, tx, row).await? else { return Ok(row.gates) };
            (row.menu, row.questions) = (second.menu, second.questions);
            return Ok(second.gates);
        }
        Intent::Change | Intent::Register => return Ok(gates_at_first(&row.policy, row.intent)),
    }
    Ok(row.rule().number(&row.passed))
}

/// Goes back to the gates where not all are passed any more, and to the choice where what is asked for proves nothing; a
/// flow that cannot come to its end is over.
async fn step_back(app: &App, tx: &mut Tx, row: &mut Row) -> Answer<()> {
    let is_open =
        |row: &Row, method: Method| row.rule().open(&row.menu, &row.passed).iter().any(|offer| offer.method == method);
    let begins_with_password = matches!(row.intent, Intent::Change | Intent::Register);
    let all = row.passed.len() >= usize::from(row.gates) && (begins_with_password || row.rule().is_met(&row.passed));
    let goes_back = match (row.standing, row.asked) {
        (Standing::SetPassword | Standing::Manage, _) => !all,
        // Nobody is asked for the password who has to prove something else before it (PW-10).
        (Standing::Prove, Some(Method::CurrentPassword)) => row.passed.is_empty() && !row.menu.is_empty(),
        (Standing::Prove, Some(asked)) => !is_open(row, asked),
        _ => false,
    };
    if goes_back {
        row.standing = Standing::ChooseMethod;
        row.asked = None;
        row.shown = None;
        store::challenge::void(tx, row.id).await?;
        store::message::withdraw_codes(tx, &row.public_id).await?;
    }
    if row.standing == Standing::ChooseMethod && row.rule().open(&row.menu, &row.passed).is_empty() {
        row.standing = Standing::Cancelled;
        leave_nothing_open(tx, row).await?;
        note(app, tx, row, Event::Voided, "nothing of it leads on under the rules of now").await?;
    }
    Ok(())
}

async fn note(app: &App, tx: &mut Tx, row: &Row, event: Event, outcome: &str) -> store::Result<()> {
    let entry = audit::Entry { flow: &row.public_id, subject: &row.subject, event, outcome, method: None };
    audit::append(tx, &app.keys, app.clock.now(), &entry).await
}
