//! Counts which methods people have, once a day, so that decoys are drawn from what there really is (EN-09).

use jiff::SignedDuration;
use latchkey_api::Method;

use crate::app::App;
use crate::crypt::keys::Use;
use crate::guard::gates::Pairing;
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
    let methods = &app.config.methods;
    let settings = app.keys.mac(Use::Decoy, &[COUNTED.as_bytes(), &serde_json::to_vec(methods)?]);
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
    let raw = raw.iter().map(|(names, people)| (read(names), *people));
    let pairing = Pairing { one_phone_gate: methods.one_phone_gate };
    let counts = population::folded(raw, &methods.offered, pairing);
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
