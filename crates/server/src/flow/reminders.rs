//! `GET /v1/reminders`: how the account of a known workstation stands, outside of any flow (OT-15).
//!
//! It is counted before anything is compared, in budgets that nothing else draws on: whoever uses them up ends nobody's
//! way back in. Of people, the snapshot is asked and no directory. Whoever is told nothing is told so in the same bytes
//! after the same work, for whatever reason (EN-01, EN-02).

use latchkey_api::Code;
use latchkey_api::reminders::Reminders;
use secrecy::SecretString;

use super::answering::{room, until};
use super::envelope::listing::has_enough;
use crate::app::App;
use crate::clock::in_seconds;
use crate::guard::budget::take_all;
use crate::guard::suspension;
use crate::guard::trust::{Origin, looks_from, looks_of};
use crate::person::standing::frozen_since;
use crate::person::{devices, people};
use crate::refused::{Answer, Refused};

pub(crate) async fn reminders(app: &App, token: &SecretString, origin: &Origin) -> Answer<Reminders> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    room(app)?;
    let mut tx = app.store.begin().await?;
    suspension::serving(&mut tx).await?;
    let budgets = [looks_from(limits, origin), looks_of(limits, &devices::counted_for(&app.keys, token))];
    if let Err(spent) = take_all(&budgets, &mut tx, now).await? {
        return Err(until(app, spent, now));
    }
    let account = devices::account_of(&mut tx, &app.keys, token, now).await?;
    tx.commit().await?;
    let id = account.unwrap_or_default();
    let mut tx = app.store.read().await?;
    let person = people::of_id(&mut tx, &id).await?;
    let is_frozen = frozen_since(&mut tx, &id).await?.is_some();
    let population = person.as_ref().map_or("", |person| person.population.as_str());
    let policy = app.policies.policy(app.policies.counted_as(population));
    let recovery_is_set_up = has_enough(app, &mut tx, &id, policy).await?;
    drop(tx);
    let served = person.filter(|person| person.is_served(&app.policies) && !is_frozen);
    let person = served.ok_or_else(|| Refused::new(Code::Unauthorized))?;
    Ok(Reminders {
        now: in_seconds(now),
        password_changed_at: person.password_changed_at.map(in_seconds),
        password_expires_at: person.expires_at.map(in_seconds),
        recovery_is_set_up,
    })
}
