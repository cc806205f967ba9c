//! Several gateways as one: each message goes by the first that carries its kind to its region, and by the next where
//! one has certainly not taken it.
//!
//! A message that may have been sent is handed to no other gateway here: whoever owes it decides whether it is worth a
//! repetition, and then the gateway that may have sent it comes last. Only one that tells a repetition by its id is asked
//! again at once (ADR 20).

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Accepted, Answer, Cause, Delivery, Kind, Message, NotSent, Probe, in_one_line};

/// How long one gateway may take; a later answer counts as lost.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long a gateway that has failed is asked only after all others, doubled with each failure up to the longest.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(15);
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(5);
/// What fails faster than this keeps nobody waiting, so it is asked first again.
const FAST: Duration = Duration::from_secs(1);
/// How many messages in doubt are remembered; beyond that a repetition takes its turn by its number alone.
const MOST_IN_DOUBT: usize = 10_000;

/// One gateway as a campus has named it.
pub struct Gateway {
    pub name: String,
    /// What it carries.
    pub kinds: Vec<Kind>,
    /// Where it carries texts and calls to (ISO 3166-1, two letters); everywhere when there are none.
    pub regions: Vec<String>,
    pub delivery: Arc<dyn Delivery>,
}

impl Gateway {
    /// Whether a message of this kind goes by it to where it is for.
    #[must_use]
    pub fn carries(&self, message: &Message) -> bool {
        self.kinds.contains(&message.kind)
            && (self.regions.is_empty()
                || message.kind == Kind::Email
                || message.region.as_ref().is_some_and(|region| self.regions.contains(region)))
    }
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
    /// Which gateway may have sent which message, until its repetition.
    in_doubt: Mutex<HashMap<String, String>>,
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
enum Nobody {
    #[error("no gateway is configured that carries a {} to {}", .kind.as_str(), .region.as_deref().unwrap_or("there"))]
    ThatWay { kind: Kind, region: Option<String> },
    #[error("no gateway carries such a message: it is too long, or in characters that they do not have ({language})")]
    SoWritten { language: String },
}

impl Ordered {
    #[must_use]
    pub fn new(gateways: Vec<Gateway>) -> Self {
        Self { gateways: gateways.into_iter().map(Standing::new).collect(), in_doubt: Mutex::default() }
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

    /// Those that carry the message, in the order in which they are asked: first those that work, then those that rest,
    /// and last the one that may have sent it already.
    fn carriers(&self, message: &Message) -> Result<Vec<&Standing>, Nobody> {
        let that_way: Vec<&Standing> =
            self.gateways.iter().filter(|standing| standing.gateway.carries(message)).collect();
        if that_way.is_empty() {
            return Err(Nobody::ThatWay { kind: message.kind, region: message.region.clone() });
        }
        let so_written = that_way.into_iter().filter(|standing| standing.gateway.delivery.carries(message));
        let mut carriers: Vec<&Standing> = so_written.collect();
        if carriers.is_empty() {
            return Err(Nobody::SoWritten { language: message.language.clone() });
        }
        let may_have_sent = self.may_have_sent(message);
        // After a start nobody knows any more who had it, and it was most likely the first.
        let known = may_have_sent.is_some();
        let turn = usize::try_from(message.attempt.saturating_sub(1)).unwrap_or(0).checked_rem(carriers.len());
        carriers.rotate_left(turn.filter(|_| !known).unwrap_or(0));
        carriers.sort_by_key(|standing| {
            (may_have_sent.as_ref() == Some(&standing.gateway.name), standing.rests(message.at))
        });
        Ok(carriers)
    }

    fn may_have_sent(&self, message: &Message) -> Option<String> {
        self.in_doubt.lock().unwrap_or_else(PoisonError::into_inner).remove(&message.id)
    }

    fn doubt(&self, message: &Message, standing: &Standing) {
        let mut in_doubt = self.in_doubt.lock().unwrap_or_else(PoisonError::into_inner);
        if in_doubt.len() >= MOST_IN_DOUBT {
            in_doubt.clear();
        }
        in_doubt.insert(message.id.clone(), standing.gateway.name.clone());
    }

    async fn hand_over(&self, message: &Message) -> Result<Accepted, NotSent> {
        let carriers = self.carriers(message).map_err(|nobody| NotSent::Refused(Box::new(nobody)))?;
        let mut waits = Vec::new();
        let mut last: Option<Cause> = None;
        for standing in carriers {
            match standing.send(message).await {
                Ok(accepted) => return Ok(accepted),
                Err(NotSent::TryAgain { after, cause }) => {
                    tracing::warn!(
                        message = message.id,
                        cause = in_one_line(&*cause),
                        "a gateway did not take a message"
                    );
                    waits.push(after);
                    last = Some(cause);
                }
                Err(NotSent::AnswerLost(cause)) => {
                    tracing::warn!(
                        message = message.id,
                        cause = in_one_line(&*cause),
                        "a gateway may have taken a message"
                    );
                    self.doubt(message, standing);
                    return Err(NotSent::AnswerLost(cause));
                }
                Err(NotSent::Refused(cause)) => return Err(NotSent::Refused(cause)),
            }
        }
        // Where one of them said no time, that one may be back before the time that another has said.
        let after = waits.into_iter().collect::<Option<Vec<Duration>>>().and_then(|waits| waits.into_iter().min());
        Err(NotSent::TryAgain { after, cause: last.unwrap_or_else(|| "nobody was asked".into()) })
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

    /// Hands it over, and once more where that is free of doubt: the gateway tells a repetition by its id.
    async fn ask(&self, message: &Message) -> Result<Accepted, NotSent> {
        let delivery = &self.gateway.delivery;
        match delivery.send(message).await {
            Err(NotSent::AnswerLost(cause)) if delivery.is_idempotent() => {
                tracing::warn!(message = message.id, cause = in_one_line(&*cause), "a gateway is asked once more");
                match delivery.send(message).await {
                    // It has not taken it now, and may have before.
                    Err(NotSent::TryAgain { .. }) => Err(NotSent::AnswerLost(cause)),
                    said => said,
                }
            }
            said => said,
        }
    }

    async fn send(&self, message: &Message) -> Result<Accepted, NotSent> {
        let began = tokio::time::Instant::now();
        let sent = tokio::time::timeout(PATIENCE, self.ask(message)).await;
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
                if after.is_some() || began.elapsed() >= FAST {
                    self.fails(message.at, after);
                }
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
        let mut carriers = self.gateways.iter().filter(|standing| standing.gateway.carries(message));
        let first = carriers.find(|standing| standing.gateway.delivery.carries(message));
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
