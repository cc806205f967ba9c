//! Sends what is queued: leases a message, hands it to the gateway, writes down what came of it.
//!
//! A lease is committed before the gateway is asked, and counts as a try until the gateway says that it has not taken
//! the message. So a crash, a lost answer or a gateway that hangs leads to at most one repetition (R11), and a message
//! that was certainly not taken is tried until its time is over.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_delivery::{Accepted, Delivery, Kind, Message, NotSent};
use secrecy::ExposeSecret as _;

use super::queue::{DESTINATION, TEXT, Text};
use crate::clock::{self, Clock};
use crate::crypt::keys::Keys;
use crate::crypt::seal::{self, SealError};
use crate::guard::budget::{Spent, take_all};
use crate::guard::limits::Limits;
use crate::guard::trust::{notices_in_all, notices_of};
use crate::store::message::MessageRow;
use crate::store::{self, Store, Tx};
use crate::typed::number;

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
/// How many leases are looked at at once.
const SOME: i64 = 500;

/// Hands messages to the gateways.
pub struct Sender {
    pub store: Store,
    pub keys: Arc<Keys>,
    pub clock: Arc<dyn Clock>,
    pub delivery: Arc<dyn Delivery>,
    pub limits: Limits,
}

impl Sender {
    /// Leases the next message of a kind that is due and whose budget has room; the others are put off to when theirs
    /// has.
    ///
    /// # Errors
    /// If the database cannot be used; then nothing is leased, or the lease lapses.
    pub(crate) async fn lease(&self, kind: Kind) -> store::Result<Option<MessageRow>> {
        loop {
            let now = self.clock.now();
            let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
            let mut tx = self.store.begin().await?;
            let leased =
                store::message::lease(&mut tx, kind.as_str(), now.as_millisecond(), until.as_millisecond()).await?;
            let Some(row) = leased else { return Ok(None) };
            if row.purpose == "notice" && row.tries == 1 && row.refusals == 0 {
                // A code was counted when it was asked for. A notice is counted when it leaves, in budgets of its own.
                if let Err(spent) = self.count(&mut tx, &row, now).await? {
                    tracing::warn!(flow = row.flow_public_id, "a notice waits for its budget");
                    store::message::put_off(&mut tx, &row.id, spent.until.as_millisecond()).await?;
                    tx.commit().await?;
                    continue;
                }
            }
            tx.commit().await?;
            return Ok(Some(row));
        }
    }

    /// Hands a leased message to the gateway and writes down what came of it.
    ///
    /// # Errors
    /// If the database cannot be used; then the lease lapses.
    pub(crate) async fn hand_over(&self, kind: Kind, row: MessageRow) -> store::Result<()> {
        let message = match self.written(&row, kind) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(%error, flow = row.flow_public_id, "a message cannot be opened");
                return self.fail(&row, "damaged").await;
            }
        };
        let sent = tokio::time::timeout(PATIENCE, self.delivery.send(&message)).await;
        drop(message);
        let sent = sent.unwrap_or_else(|_| Err(NotSent::AnswerLost("the gateway did not answer".into())));
        self.conclude(&row, sent).await
    }

    /// Counts a notice in the budgets of its account and of all, or in neither.
    async fn count(&self, tx: &mut Tx, row: &MessageRow, now: Timestamp) -> store::Result<Result<(), Spent>> {
        let budgets = [notices_of(&self.limits, row.account_id.as_bytes()), notices_in_all(&self.limits)];
        take_all(&budgets, tx, now).await
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
            Ok(accepted) => {
                let mut tx = self.store.begin().await?;
                store::message::accepted(&mut tx, &row.id, accepted.provider_id.as_deref()).await?;
                return tx.commit().await;
            }
            Err(error) => error,
        };
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            flow = row.flow_public_id,
            purpose = row.purpose,
            "a message was not sent"
        );
        match error {
            NotSent::Refused(_) => self.fail(row, "refused").await,
            NotSent::AnswerLost(_) if row.tries >= MOST_TRIES => self.fail(row, "answer lost").await,
            NotSent::AnswerLost(_) => {
                let mut tx = self.store.begin().await?;
                store::message::in_doubt(&mut tx, &row.id, self.after(DOUBT_WAIT)).await?;
                tx.commit().await
            }
            NotSent::TryAgain { after, .. } => {
                let after = after.and_then(|after| SignedDuration::try_from(after).ok());
                let wait = after.unwrap_or_else(|| wait_after(row.refusals));
                let mut tx = self.store.begin().await?;
                store::message::not_taken(&mut tx, &row.id, self.after(wait)).await?;
                tx.commit().await
            }
        }
    }

    async fn fail(&self, row: &MessageRow, why: &str) -> store::Result<()> {
        let mut tx = self.store.begin().await?;
        store::message::failed(&mut tx, &row.id, why).await?;
        tx.commit().await
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

    /// Queues again what was leased and not heard of since, once more at the most; ends codes whose time is over, and
    /// notices whose time is over by the trusted time.
    ///
    /// # Errors
    /// If the database cannot be used.
    pub async fn look_after_leases(&self, trusted: Timestamp) -> store::Result<()> {
        let now = self.clock.now().as_millisecond();
        let mut tx = self.store.begin().await?;
        for (id, tries) in store::message::lapsed(&mut tx, now, SOME).await? {
            if tries >= MOST_TRIES {
                store::message::failed(&mut tx, &id, "answer lost").await?;
            } else {
                store::message::in_doubt(&mut tx, &id, now).await?;
            }
        }
        store::message::expire(&mut tx, now, trusted.as_millisecond()).await?;
        tx.commit().await
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
