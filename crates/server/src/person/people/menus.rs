//! Counts which methods people have, population by population, once a day, so that decoys are drawn from what there really is (EN-09).

use jiff::SignedDuration;
use latchkey_api::Method;

use crate::app::App;
use crate::crypt::keys::Use;
use crate::guard::population;
use crate::person::methods::method_of;
use crate::refused::Answer;
use crate::store::{self, Tx};

/// What this is known by among what was done.
const COUNTED: &str = "menus counted";
/// So often they are counted.
const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Counts the menus, if the last counts are a day old or of other settings.
pub(crate) async fn count_menus(app: &App) -> Answer<()> {
    let now = app.clock.now();
    let config = &app.config;
    let settings = serde_json::to_vec(&(&config.methods, &config.gates, &config.populations))?;
    let settings = app.keys.mac(Use::Decoy, &[COUNTED.as_bytes(), &settings]);
    let mut tx = app.store.read().await?;
    let last = store::person::population::done_with(&mut tx, COUNTED).await?;
    let is_fresh = |last: &[u8]| {
        let Some((at, with)) = last.split_first_chunk::<8>() else { return false };
        let at = crate::clock::at(i64::from_be_bytes(*at));
        with == settings && at <= now && at.saturating_add(EVERY).is_ok_and(|due| now < due)
    };
    if last.as_deref().is_some_and(is_fresh) {
        return Ok(());
    }
    let raw = store::person::population::count(&mut tx, now.as_millisecond()).await?;
    drop(tx);
    let read = |names: &str| names.split(' ').filter_map(method_of).collect::<Vec<Method>>();
    let mut counts = Vec::new();
    for (population, policy) in app.policies.served() {
        let of = raw.iter().filter(|(counted, ..)| app.policies.counted_as(counted) == population);
        let of = of.map(|(_, names, people)| (read(names), *people));
        let folded = population::folded(of, &policy.methods.offered);
        counts.extend(folded.into_iter().map(|(methods, people)| (population.to_owned(), methods, people)));
    }
    let done: Vec<u8> = [now.as_millisecond().to_be_bytes().as_slice(), &settings].concat();
    let mut tx = app.store.begin().await?;
    store::person::population::keep(&mut tx, &counts).await?;
    store::person::population::keep_done_with(&mut tx, COUNTED, &done).await?;
    Ok(tx.commit().await?)
}

/// Has them counted again at the next turn, after many have changed at once.
pub(crate) async fn count_again(tx: &mut Tx) -> store::Result<()> {
    store::person::population::forget_done(tx, COUNTED).await
}
