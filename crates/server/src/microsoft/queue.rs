//! Puts what Microsoft asks for into the queue of messages: once for each attempt, within its own budgets.

use jiff::Timestamp;
use latchkey_delivery::{Kind, characters};
use secrecy::ExposeSecret as _;

use super::{Order, Refusal};
use crate::app::App;
use crate::config::microsoft::MicrosoftLimits;
use crate::crypt::keys::{Use, hex};
use crate::guard::budget::{Budget, DAY, HOUR, MINUTE, take_all};
use crate::guard::prices::Charged;
use crate::message::queue::{Address, Relayed, Said, relayed};
use crate::person::methods::device_of;
use crate::store;
use crate::store::message::Purpose;
use crate::typed::number::{self, prefix};

/// Bytes of the ids of messages.
const ID: usize = 16;

/// Queues a message, unless this attempt has queued it before: then nothing happens and it ends as well.
pub(super) async fn queue(
    app: &App,
    limits: &MicrosoftLimits,
    attempt: &str,
    order: &Order,
    expires_at: Timestamp,
) -> Result<(), Refusal> {
    let (event, id) = (event_of(app, attempt), id_of(app, attempt, order));
    let device = device_of(&app.keys, &order.to);
    let language = app.texts.language(order.locale.as_deref(), &app.config.campus.language);
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    if let Some(queued) = store::message::of_event(&mut tx, &event).await? {
        tracing::info!(id = queued, "an attempt of Microsoft's that was queued before");
        return if queued == id { Ok(()) } else { Err(Refusal::OtherAttempt) };
    }
    let block = device_of(&app.keys, &prefix(order.to.expose_secret()).into());
    let mut budgets = budgets(limits, &device, &block).to_vec();
    let parts = if order.kind == Kind::Text { characters::parts(order.said.expose_secret()) } else { 1 };
    let charged = Charged { kind: order.kind, purpose: Purpose::Microsoft, trusted: false, parts };
    budgets.extend(app.config.prices.budgets(charged, number::region(order.to.expose_secret())));
    if let Err(spent) = take_all(&budgets, &mut tx, now).await? {
        app.metrics.limit_hit(spent.setting);
        return Err(Refusal::Spent { until: spent.until });
    }
    let to = Address { method: order.method, value: order.to.clone(), device: device.to_vec() };
    let said = match order.kind {
        Kind::Call => Said::Code(&order.said),
        Kind::Text | Kind::Email => Said::Text(&order.said),
    };
    let message = Relayed { id: id.clone(), event: &event, to: &to, language, said, expires_at };
    relayed(&mut tx, app.pen(), message).await?;
    tx.commit().await?;
    app.queued.notify_waiters();
    tracing::info!(id, method = order.method.as_str(), "queued for Microsoft");
    Ok(())
}

/// What one message draws on beside money; no budget of the campus' own resets is among it (TF-02, TF-14).
fn budgets(limits: &MicrosoftLimits, device: &[u8], block: &[u8]) -> [Budget; 5] {
    [
        Budget::new("microsoft to/10min", device, limits.per_number_per_ten_minutes, 10 * MINUTE)
            .set_by("microsoft.limits.per_number_per_ten_minutes"),
        Budget::new("microsoft to/d", device, limits.per_number_per_day, DAY)
            .set_by("microsoft.limits.per_number_per_day"),
        Budget::new("microsoft to block/h", block, limits.per_prefix_per_hour, HOUR)
            .set_by("microsoft.limits.per_prefix_per_hour"),
        Budget::new("microsoft/min", b"all", limits.per_minute, MINUTE).set_by("microsoft.limits.per_minute"),
        Budget::new("microsoft/d", b"all", limits.per_day, DAY).set_by("microsoft.limits.per_day"),
    ]
}

/// What an attempt is called in the queue.
fn event_of(app: &App, attempt: &str) -> String {
    format!("microsoft {}", hex(&app.keys.mac(Use::Microsoft, &[b"attempt", attempt.as_bytes()])))
}

/// The id of the message of an attempt. It is made from everything that is asked for, so that the same attempt with
/// something else in it is noticed.
fn id_of(app: &App, attempt: &str, order: &Order) -> String {
    let parts = [attempt, order.method.as_str(), order.to.expose_secret(), order.said.expose_secret()];
    let mac = app.keys.mac(Use::Microsoft, &parts.map(str::as_bytes));
    hex(mac.get(..ID).unwrap_or_default())
}
