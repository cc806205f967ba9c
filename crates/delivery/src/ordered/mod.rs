//! Several gateways as one: each message goes by the first that carries its kind to its region, and by the next where
//! one has certainly not taken it.
//!
//! A message that may have been sent is handed to no other gateway here: whoever owes it decides whether it is worth a
//! repetition, and then it begins with the next one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Accepted, Answer, Cause, Delivery, Kind, Message, NotSent, Probe};

/// How long one gateway may take; a later answer counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a gateway that has failed is asked only after all others, doubled with each failure up to the longest.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(15);
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(5);

/// One gateway as a campus has named it.
pub struct Gateway {
    pub name: String,
    /// What it carries.
    pub kinds: Vec<Kind>,
    /// Where it carries texts and calls to (ISO 3166-1, two letters); everywhere when there are none.
    pub regions: Vec<String>,
    pub delivery: Arc<dyn Delivery>,
}

/// How often a gateway gave which answer since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub name: String,
    pub accepted: u64,
    pub refused: u64,
    /// It has certainly not taken the message, which went on to another gateway or waits.
    pub not_taken: u64,
    /// Nobody knows whether it has sent the message.
    pub lost: u64,
}

/// The gateways of a campus, the one first that it prefers.
pub struct Ordered {
    gateways: Vec<Standing>,
}

struct Standing {
    gateway: Gateway,
    rest: Mutex<Rest>,
    accepted: AtomicU64,
    refused: AtomicU64,
    not_taken: AtomicU64,
    lost: AtomicU64,
}

/// How long a gateway is asked last.
#[derive(Debug, Clone, Copy, Default)]
struct Rest {
    failures: u32,
    until: Option<Timestamp>,
}

/// What went wrong, and where.
#[derive(Debug, thiserror::Error)]
#[error("the gateway \"{gateway}\"")]
struct At {
    gateway: String,
    #[source]
    cause: Cause,
}

/// A message that none of them carries.
#[derive(Debug, thiserror::Error)]
#[error("no gateway is configured that carries a {} to {}", .kind.as_str(), .region.as_deref().unwrap_or("there"))]
struct Nobody {
    kind: Kind,
    region: Option<String>,
}

impl Ordered {
    #[must_use]
    pub fn new(gateways: Vec<Gateway>) -> Self {
        Self { gateways: gateways.into_iter().map(Standing::new).collect() }
    }

    /// The gateways and their names, in their order.
    pub fn gateways(&self) -> impl Iterator<Item = &Gateway> {
        self.gateways.iter().map(|standing| &standing.gateway)
    }

    /// How often each gave which answer.
    #[must_use]
    pub fn tallies(&self) -> Vec<Tally> {
        self.gateways.iter().map(Standing::tally).collect()
    }

    /// Those that carry the message: a repetition begins with the next one, and those that rest come last.
    fn carriers(&self, message: &Message) -> Vec<&Standing> {
        let mut carriers: Vec<&Standing> = self.gateways.iter().filter(|standing| standing.carries(message)).collect();
        if let Some(turn) = usize::try_from(message.attempt.saturating_sub(1)).unwrap_or(0).checked_rem(carriers.len())
        {
            carriers.rotate_left(turn);
        }
        carriers.sort_by_key(|standing| standing.rests(message.at));
        carriers
    }

    async fn hand_over(&self, message: &Message) -> Result<Accepted, NotSent> {
        let mut soonest = None;
        let mut last: Option<Cause> = None;
        for standing in self.carriers(message) {
            match standing.send(message).await {
                Ok(accepted) => return Ok(accepted),
                Err(NotSent::TryAgain { after, cause }) => {
                    tracing::warn!(
                        message = message.id,
                        cause = &*cause as &dyn std::error::Error,
                        "a gateway did not take a message"
                    );
                    soonest = soonest.into_iter().chain(after).min();
                    last = Some(cause);
                }
                Err(certain) => return Err(certain),
            }
        }
        match last {
            Some(cause) => Err(NotSent::TryAgain { after: soonest, cause }),
            None => Err(NotSent::Refused(Box::new(Nobody { kind: message.kind, region: message.region.clone() }))),
        }
    }
}

impl Standing {
    fn new(gateway: Gateway) -> Self {
        Self {
            gateway,
            rest: Mutex::default(),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            not_taken: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }

    fn carries(&self, message: &Message) -> bool {
        let Gateway { kinds, regions, .. } = &self.gateway;
        kinds.contains(&message.kind)
            && (regions.is_empty()
                || message.kind == Kind::Email
                || message.region.as_ref().is_some_and(|region| regions.contains(region)))
    }

    async fn send(&self, message: &Message) -> Result<Accepted, NotSent> {
        let sent = tokio::time::timeout(PATIENCE, self.gateway.delivery.send(message)).await;
        let sent = sent.unwrap_or_else(|_| Err(NotSent::AnswerLost("it did not answer in time".into())));
        let at = |cause| Box::new(At { gateway: self.gateway.name.clone(), cause });
        match sent {
            Ok(accepted) => {
                self.accepted.fetch_add(1, Ordering::Relaxed);
                self.works();
                Ok(Accepted { gateway: Some(self.gateway.name.clone()), ..accepted })
            }
            Err(NotSent::Refused(cause)) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                self.works();
                Err(NotSent::Refused(at(cause)))
            }
            Err(NotSent::TryAgain { after, cause }) => {
                self.not_taken.fetch_add(1, Ordering::Relaxed);
                self.fails(message.at, after);
                Err(NotSent::TryAgain { after, cause: at(cause) })
            }
            Err(NotSent::AnswerLost(cause)) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                self.fails(message.at, None);
                Err(NotSent::AnswerLost(at(cause)))
            }
        }
    }

    fn rests(&self, now: Timestamp) -> bool {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner).until.is_some_and(|until| now < until)
    }

    fn works(&self) {
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Rest::default();
    }

    /// Lets it rest: as long as it said itself, or twice as long after each failure.
    fn fails(&self, now: Timestamp, after: Option<Duration>) {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let doubled = FIRST_REST.checked_mul(1 << rest.failures.min(16)).unwrap_or(LONGEST_REST);
        let said = after.and_then(|after| SignedDuration::try_from(after).ok());
        let long = said.unwrap_or(doubled).min(LONGEST_REST);
        *rest = Rest { failures: rest.failures.saturating_add(1), until: now.checked_add(long).ok() };
    }

    fn tally(&self) -> Tally {
        Tally {
            name: self.gateway.name.clone(),
            accepted: self.accepted.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            not_taken: self.not_taken.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }
}

impl Delivery for Ordered {
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a> {
        Box::pin(self.hand_over(message))
    }

    fn preferred(&self, message: &Message) -> Option<&str> {
        let first = self.gateways.iter().find(|standing| standing.carries(message));
        first.map(|standing| standing.gateway.name.as_str())
    }

    fn tallies(&self) -> Vec<Tally> {
        Self::tallies(self)
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async move {
            for Standing { gateway, .. } in &self.gateways {
                let probed = gateway.delivery.probe().await;
                probed.map_err(|cause| Box::new(At { gateway: gateway.name.clone(), cause }) as Cause)?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests;
