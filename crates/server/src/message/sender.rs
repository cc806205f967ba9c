//! Sends what is queued: leases a message, looks whether it may still leave, hands it to the gateway, writes down what
//! came of it.
//!
//! A lease is committed before the gateway is asked, and counts as a try until the gateway says that it has not taken
//! the message. So a crash, a lost answer or a gateway that hangs leads to at most one repetition (R11), and a message
//! that was certainly not taken is tried until its time is over. What leaves is inside its budgets: `leaving` asks.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_delivery::{Accepted, Delivery, Kind, Message, NotSent};
use secrecy::ExposeSecret as _;

use super::ended::{self, End};
use super::leaving::{Leaves, Leaving};
use super::queue::{DESTINATION, TEXT, Text};
use crate::clock::{self, Clock};
use crate::config::CampusConfig;
use crate::crypt::keys::Keys;
use crate::crypt::seal::{self, SealError};
use crate::guard::breaker;
use crate::guard::limits::Limits;
use crate::guard::prices::Prices;
use crate::metrics::Metrics;
use crate::points::{Point, passed};
use crate::store::message::{MessageRow, Purpose};
use crate::store::sent::EndedRow;
use crate::store::{self, Store};
use crate::typed::{Plan, number};

/// How long a gateway may take; a later answer counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a message belongs to whoever leased it: longer than a gateway may take.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often a message is handed over at the most, where nobody knows whether it was sent.
const MOST_TRIES: i64 = 2;
/// The first wait after a gateway has not taken a message, doubled each time up to the longest.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(2);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// The wait before a message that may have been sent is sent once more.
const DOUBT_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// No budget makes a message wait for longer than a day: one that waits for longer was queued by a clock that was ahead.
const LONGEST_PUT_OFF: SignedDuration = SignedDuration::from_hours(25);
/// How many leases are looked at at once.
const SOME: i64 = 500;

/// Hands messages to the gateways.
pub struct Sender {
    pub store: Store,
    pub keys: Arc<Keys>,
    pub clock: Arc<dyn Clock>,
    pub delivery: Arc<dyn Delivery>,
    pub campus: CampusConfig,
    /// Which numbers are served for Microsoft, where they are.
    pub microsoft: Option<Plan>,
    pub limits: Limits,
    pub prices: Prices,
    pub metrics: Arc<Metrics>,
}

/// A message that is leased and whose budgets have room for it.
pub(crate) struct Leased {
    row: MessageRow,
    message: Message,
}

impl Sender {
    /// Leases the next message of a kind that is due and may leave; of the others those that cannot leave any more end,
    /// and those whose budgets are spent are put off to when they are not.
    ///
    /// # Errors
    /// If the database cannot be used; then nothing is leased, or the lease lapses.
    pub(crate) async fn lease(&self, kind: Kind) -> store::Result<Option<Leased>> {
        loop {
            let now = self.clock.now();
            let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
            let mut tx = self.store.begin().await?;
            let leased =
                store::message::lease(&mut tx, kind.as_str(), now.as_millisecond(), until.as_millisecond()).await?;
            let Some(row) = leased else { return Ok(None) };
            let message = match self.written(&row, kind) {
                Ok(message) => message,
                Err(error) => {
                    tracing::error!(%error, flow = row.flow_public_id, "a message cannot be opened");
                    store::sent::failed(&mut tx, &row.id, "damaged").await?;
                    tx.commit().await?;
                    self.tell(&row, None, "damaged");
                    continue;
                }
            };
            let leaving = Leaving {
                campus: &self.campus,
                microsoft: self.microsoft.as_ref(),
                limits: &self.limits,
                prices: &self.prices,
                now,
            };
            match leaving.judge(&mut tx, &row, kind, &message).await? {
                Leaves::Now => {
                    tx.commit().await?;
                    return Ok(Some(Leased { row, message }));
                }
                Leaves::Later(spent) => {
                    self.metrics.limit_hit(spent.setting);
                    tracing::warn!(id = row.id, limit = spent.setting, "a message waits for its budget");
                    store::sent::put_off(&mut tx, &row.id, spent.until.as_millisecond()).await?;
                    tx.commit().await?;
                }
                Leaves::Never(why) => {
                    store::sent::failed(&mut tx, &row.id, why).await?;
                    tx.commit().await?;
                    self.tell(&row, None, why);
                }
            }
        }
    }

    /// Hands a leased message to the gateway and writes down what came of it.
    ///
    /// # Errors
    /// If the database cannot be used; then the lease lapses.
    pub(crate) async fn hand_over(&self, leased: Leased) -> store::Result<()> {
        let Leased { row, message } = leased;
        let sent = tokio::time::timeout(PATIENCE, self.delivery.send(&message)).await;
        passed(if row.purpose == Purpose::Code.as_str() { Point::CodeSent } else { Point::NoticeSent });
        let preferred = self.delivery.preferred(&message).map(str::to_owned);
        drop(message);
        let sent = sent.unwrap_or_else(|_| Err(NotSent::AnswerLost("the gateway did not answer".into())));
        if let (Some(preferred), Ok(Accepted { gateway: Some(taken_by), .. })) = (preferred, &sent)
            && preferred != *taken_by
        {
            self.metrics.failed_over(&row.kind, &preferred);
        }
        self.conclude(&row, sent).await
    }

    fn written(&self, row: &MessageRow, kind: Kind) -> Result<Message, SealError> {
        let open = |column, sealed: &Option<Vec<u8>>| {
            seal::open(&self.keys, &row.account_id, column, sealed.as_deref().unwrap_or_default())
        };
        let to = open(DESTINATION, &row.sealed_to)?;
        let text = open(TEXT, &row.sealed_text)?;
        let text: Text = serde_json::from_str(text.expose_secret()).map_err(|_| SealError::Broken)?;
        let Text { subject, prompt, body, code } = text;
        let region = number::region(to.expose_secret()).map(String::from);
        let (id, language, at) = (row.id.clone(), row.language.clone(), self.clock.now());
        let (expires_at, attempt) = (clock::at(row.expires_at), u32::try_from(row.tries).unwrap_or(u32::MAX));
        Ok(Message { id, at, expires_at, attempt, kind, to, region, language, subject, prompt, body, code })
    }

    async fn conclude(&self, row: &MessageRow, sent: Result<Accepted, NotSent>) -> store::Result<()> {
        let error = match sent {
            Ok(accepted) => return self.accepted(row, &accepted).await,
            Err(error) => error,
        };
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            flow = row.flow_public_id,
            purpose = row.purpose,
            "a message was not sent"
        );
        match error {
            NotSent::Refused(_) => {
                self.metrics.message_tried(&row.kind, "refused");
                self.fail(row, "refused").await
            }
            NotSent::AnswerLost(_) => {
                self.metrics.message_tried(&row.kind, "lost");
                self.lost(row).await
            }
            NotSent::TryAgain { after, .. } => {
                self.metrics.message_tried(&row.kind, "later");
                let after = after.and_then(|after| SignedDuration::try_from(after).ok());
                let wait = after.unwrap_or_else(|| wait_after(row.refusals));
                let mut tx = self.store.begin().await?;
                store::sent::not_taken(&mut tx, &row.id, self.after(wait)).await?;
                tx.commit().await
            }
        }
    }

    async fn accepted(&self, row: &MessageRow, accepted: &Accepted) -> store::Result<()> {
        let mut tx = self.store.begin().await?;
        store::sent::accepted(&mut tx, &row.id, accepted.provider_id.as_deref()).await?;
        let suspended = self.has_gone(&mut tx, row).await?;
        tx.commit().await?;
        self.metrics.message_tried(&row.kind, "accepted");
        self.tell(row, accepted.gateway.as_deref(), "accepted");
        self.alert(suspended);
        Ok(())
    }

    /// Nobody knows whether it was sent: it is sent once more, and no more.
    async fn lost(&self, row: &MessageRow) -> store::Result<()> {
        let is_last = row.tries >= MOST_TRIES;
        let mut tx = self.store.begin().await?;
        let suspended = self.has_gone(&mut tx, row).await?;
        if is_last {
            store::sent::failed(&mut tx, &row.id, "answer lost").await?;
        } else {
            store::sent::in_doubt(&mut tx, &row.id, self.after(DOUBT_WAIT)).await?;
        }
        tx.commit().await?;
        if is_last {
            self.tell(row, None, "answer lost");
        }
        self.alert(suspended);
        Ok(())
    }

    /// Counts a code that may have arrived at a phone; whether its block of numbers is suspended by that (TF-03).
    async fn has_gone(&self, tx: &mut store::Tx, row: &MessageRow) -> store::Result<bool> {
        match row.block.as_deref().filter(|_| Purpose::of(row) == Purpose::Code) {
            Some(block) => breaker::went(tx, &self.limits, block, self.clock.now()).await,
            None => Ok(false),
        }
    }

    fn alert(&self, suspended: bool) {
        if suspended {
            self.metrics.breaker_tripped();
            tracing::error!(
                codes = self.limits.breaker_codes,
                seconds = self.limits.breaker_seconds,
                "of the last codes to a block of numbers none was entered: strangers get no more there for a while"
            );
        }
    }

    async fn fail(&self, row: &MessageRow, why: &str) -> store::Result<()> {
        let mut tx = self.store.begin().await?;
        store::sent::failed(&mut tx, &row.id, why).await?;
        tx.commit().await?;
        self.tell(row, None, why);
        Ok(())
    }

    fn tell(&self, row: &MessageRow, gateway: Option<&str>, outcome: &str) {
        let MessageRow { id, kind, purpose, tries, refusals, created_at, .. } = row;
        let end = End { id, kind, purpose, tries: tries + refusals, since: *created_at };
        ended::tell(&self.metrics, self.clock.now(), &end, gateway, outcome);
    }

    fn tell_all(&self, rows: &[EndedRow], outcome: &str) {
        for EndedRow { id, kind, purpose, tries, refusals, created_at } in rows {
            let end = End { id, kind, purpose, tries: tries + refusals, since: *created_at };
            ended::tell(&self.metrics, self.clock.now(), &end, None, outcome);
        }
    }

    fn after(&self, wait: SignedDuration) -> i64 {
        self.clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX).as_millisecond()
    }

    /// Takes up what was leased by a process that has ended. To be called once, before the first message is sent.
    ///
    /// # Errors
    /// If the database cannot be used.
    pub async fn take_up(&self, trusted: Timestamp) -> store::Result<()> {
        let now = self.clock.now().as_millisecond();
        let mut tx = self.store.begin().await?;
        store::message::end_leases(&mut tx, now).await?;
        tx.commit().await?;
        self.look_after_leases(trusted).await
    }

    /// Shortens what a clock that was ahead has leased or put off (B9), queues again what was leased and not heard of
    /// since, once more at the most; ends codes whose time is over, notices whose time is over by the trusted time, and
    /// what was taken back.
    ///
    /// # Errors
    /// If the database cannot be used.
    pub async fn look_after_leases(&self, trusted: Timestamp) -> store::Result<()> {
        let now = self.clock.now();
        let (longest, latest) = (now.saturating_add(LEASE), now.saturating_add(LONGEST_PUT_OFF));
        let [longest, latest] = [longest, latest].map(|at| at.unwrap_or(Timestamp::MAX).as_millisecond());
        let now = now.as_millisecond();
        let mut tx = self.store.begin().await?;
        store::message::shorten_leases(&mut tx, longest).await?;
        store::message::make_due(&mut tx, latest, now).await?;
        let lapsed = store::sent::lapsed(&mut tx, now, SOME).await?;
        let (lost, doubtful): (Vec<_>, Vec<_>) = lapsed.into_iter().partition(|row| row.tries >= MOST_TRIES);
        for row in &lost {
            store::sent::failed(&mut tx, &row.id, "answer lost").await?;
        }
        for row in &doubtful {
            store::sent::in_doubt(&mut tx, &row.id, now).await?;
        }
        let expired = store::sent::expire(&mut tx, now, trusted.as_millisecond()).await?;
        let withdrawn = store::sent::end_withdrawn(&mut tx).await?;
        tx.commit().await?;
        for row in lost.iter().chain(&doubtful) {
            self.metrics.message_tried(&row.kind, "lost");
        }
        self.tell_all(&lost, "answer lost");
        self.tell_all(&expired, "expired");
        self.tell_all(&withdrawn, "withdrawn");
        Ok(())
    }

    /// When the next message is due.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn next_due(&self) -> store::Result<Option<Timestamp>> {
        let mut tx = self.store.read().await?;
        Ok(store::message::next_due(&mut tx).await?.map(clock::at))
    }
}

/// Twice as long after each refusal.
fn wait_after(refusals: i64) -> SignedDuration {
    let doublings = u32::try_from(refusals.clamp(0, 16)).unwrap_or(16);
    FIRST_WAIT.checked_mul(1 << doublings).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
}
