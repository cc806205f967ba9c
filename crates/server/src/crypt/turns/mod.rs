//! Expensive work takes turns: only so much of a kind is done at once, only so many may wait for it, and who is sent
//! away is told when to come back (AP-06, R34).
//!
//! Whoever has a turn holds it until the work is done; it is taken before a try is counted, so that overload costs
//! nobody a try (C4, OT-16).

mod alone;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::metrics::Metrics;

pub use alone::{Alone, FlowKey};

/// The kinds of expensive work; each has a queue of its own, so that a flood of one leaves the others alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Comparing or making an argon2id hash of a password or of answers.
    PasswordHash,
    /// A sign-in at a directory of the campus, which hashes by itself: it costs this machine nothing but the wait, and one
    /// that is slow holds up no hash of ours.
    SignIn,
    /// Comparing or making a hash of a code that was made at random, at a lower cost.
    CodeHash,
    /// Drawing and speaking the characters of a human check.
    Picture,
    /// Rating a new password.
    Rating,
}

/// Who wants a turn. It decides who goes first and of whom only so many wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// Somebody of whom nothing is proven.
    Stranger {
        /// The address that the request comes from, or the first address of its network (of IPv6: its /64).
        network: IpAddr,
        /// Whether many honest people share it, as those on the campus do.
        shared: bool,
    },
    /// A flow that has passed a gate, by its id; it goes before strangers.
    Flow(i64),
}

/// How many sign-ins are asked of directories at once: as many as one server of a directory is asked at once.
const SIGN_INS: usize = 8;
/// How many from one shared network may wait; from any other it is one.
const SHARED: usize = 4;
/// How many strangers may wait for each that is served: at 150 ms a hash the last of them waits 1.2 s.
const STRANGERS: usize = 8;
/// How many flows with a proven gate may wait for each that is served.
const FLOWS: usize = 16;
/// After so many flows in a row a stranger has a turn, so that nobody waits for ever.
const FLOWS_IN_A_ROW: u8 = 3;
/// Longest wait that is asked of anybody, in seconds.
const LONGEST_WAIT: u64 = 60;
/// How much the last turn counts in the mean cost: one part in so many.
const MEMORY: u64 = 8;

/// There is no turn and no room to wait for one; nothing was done and nothing counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much is waiting; again in {retry_after_seconds} s")]
pub struct Busy {
    /// When those that are waiting now will have been served, by what such work has cost lately; 1 to 60.
    pub retry_after_seconds: u64,
}

/// One queue for each kind of work.
#[derive(Debug, Clone)]
pub struct Turns {
    password_hash: Arc<Lane>,
    sign_in: Arc<Lane>,
    code_hash: Arc<Lane>,
    picture: Arc<Lane>,
    rating: Arc<Lane>,
    watched_by: Option<Arc<Metrics>>,
    flows: Arc<alone::Flows>,
}

impl Work {
    const ALL: [Self; 5] = [Self::PasswordHash, Self::SignIn, Self::CodeHash, Self::Picture, Self::Rating];

    /// What metrics call it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordHash => "password_hash",
            Self::SignIn => "sign_in",
            Self::CodeHash => "code_hash",
            Self::Picture => "picture",
            Self::Rating => "rating",
        }
    }
}

impl Turns {
    /// Queues that do as much at once as there are cores, but draw one picture at a time and leave sign-ins to
    /// directories. The clock measures what work
    /// costs.
    #[must_use]
    pub fn new(clock: &Arc<dyn Clock>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        // The costs are guesses for the first callers, in milliseconds; what is measured takes their place.
        Self {
            password_hash: Lane::new(cores, 150, clock),
            sign_in: Lane::new(SIGN_INS, 50, clock),
            code_hash: Lane::new(cores, 30, clock),
            picture: Lane::new(1, 50, clock),
            rating: Lane::new(cores, 20, clock),
            watched_by: None,
            flows: Arc::default(),
        }
    }

    /// The same queues, whose waits are counted.
    #[must_use]
    pub fn watched_by(self, metrics: &Arc<Metrics>) -> Self {
        metrics.begin_work(&Work::ALL.map(Work::as_str));
        Self { watched_by: Some(Arc::clone(metrics)), ..self }
    }

    /// Waits for a turn; dropping the wait gives the place up.
    ///
    /// # Errors
    /// [`Busy`], at once, if as many wait as may.
    pub async fn take(&self, work: Work, asker: Asker) -> Result<Turn, Busy> {
        let lane = self.lane(work);
        let came = lane.clock.running();
        let turn = match lane.enter(asker) {
            Ok(Entered::Served(turn)) => Ok(turn),
            Ok(Entered::Waiting(mut place)) => place.called().await,
            Err(busy) => Err(busy),
        };
        if let Some(metrics) = &self.watched_by {
            match &turn {
                Ok(_) => metrics.waited(work.as_str(), lane.clock.running().saturating_sub(came)),
                Err(_) => metrics.sent_away(work.as_str()),
            }
        }
        turn
    }

    /// Waits until every call of a flow that came before this one is done; dropping the wait gives the place up. What
    /// costs something waits here first, and only then for a turn.
    ///
    /// # Errors
    /// [`Busy`], at once, if as many wait as may.
    pub async fn alone(&self, flow: &FlowKey) -> Result<Alone, Busy> {
        self.flows.enter(*flow).await
    }

    fn lane(&self, work: Work) -> &Arc<Lane> {
        match work {
            Work::PasswordHash => &self.password_hash,
            Work::SignIn => &self.sign_in,
            Work::CodeHash => &self.code_hash,
            Work::Picture => &self.picture,
            Work::Rating => &self.rating,
        }
    }
}

/// The right to do one piece of work; dropping it calls the next.
#[derive(Debug)]
pub struct Turn {
    lane: Arc<Lane>,
    /// Absent until its owner has taken it up: a turn that nobody took up says nothing about the cost.
    since: Option<Timestamp>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.lane.finish(self.since);
    }
}

struct Lane {
    at_once: usize,
    clock: Arc<dyn Clock>,
    queue: Mutex<Queue>,
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lane").field("at_once", &self.at_once).finish_non_exhaustive()
    }
}

struct Queue {
    served: usize,
    flows: VecDeque<Waiting>,
    strangers: VecDeque<Waiting>,
    flows_in_a_row: u8,
    last_ticket: u64,
    /// The mean, in microseconds.
    cost: u64,
}

struct Waiting {
    ticket: u64,
    asker: Asker,
    call: oneshot::Sender<Turn>,
}

enum Entered {
    Served(Turn),
    Waiting(Place),
}

/// A place in a queue, which is given up when it is dropped.
struct Place {
    lane: Arc<Lane>,
    ticket: u64,
    call: oneshot::Receiver<Turn>,
}

impl Place {
    async fn called(&mut self) -> Result<Turn, Busy> {
        let Ok(mut turn) = (&mut self.call).await else { return Err(Busy { retry_after_seconds: 1 }) };
        turn.since = Some(self.lane.clock.now());
        Ok(turn)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lane.leave(self.ticket);
    }
}

impl Lane {
    fn new(at_once: usize, cost_ms: u64, clock: &Arc<dyn Clock>) -> Arc<Self> {
        let queue = Queue {
            served: 0,
            flows: VecDeque::new(),
            strangers: VecDeque::new(),
            flows_in_a_row: 0,
            last_ticket: 0,
            cost: cost_ms * 1000,
        };
        Arc::new(Self { at_once, clock: Arc::clone(clock), queue: Mutex::new(queue) })
    }

    /// Nothing that is done under this lock can panic halfway.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(self: &Arc<Self>, asker: Asker) -> Result<Entered, Busy> {
        let mut queue = self.queue();
        if queue.served < self.at_once {
            queue.served += 1;
            return Ok(Entered::Served(Turn { lane: Arc::clone(self), since: Some(self.clock.now()) }));
        }
        if !queue.has_room(asker, self.at_once) {
            return Err(queue.busy(self.at_once));
        }
        let (call, called) = oneshot::channel();
        queue.last_ticket += 1;
        let ticket = queue.last_ticket;
        queue.line(asker).push_back(Waiting { ticket, asker, call });
        Ok(Entered::Waiting(Place { lane: Arc::clone(self), ticket, call: called }))
    }

    fn leave(&self, ticket: u64) {
        let mut queue = self.queue();
        queue.flows.retain(|waiting| waiting.ticket != ticket);
        queue.strangers.retain(|waiting| waiting.ticket != ticket);
    }

    fn finish(self: &Arc<Self>, since: Option<Timestamp>) {
        let next = {
            let mut queue = self.queue();
            if let Some(since) = since {
                queue.learn(since, self.clock.now());
            }
            let next = queue.next();
            if next.is_none() {
                queue.served -= 1;
            }
            next
        };
        // The lock is free by now: if whoever waited has just gone, the turn is dropped here and calls the next.
        if let Some(waiting) = next {
            drop(waiting.call.send(Turn { lane: Arc::clone(self), since: None }));
        }
    }
}

impl Queue {
    fn line(&mut self, asker: Asker) -> &mut VecDeque<Waiting> {
        match asker {
            Asker::Stranger { .. } => &mut self.strangers,
            Asker::Flow(_) => &mut self.flows,
        }
    }

    fn has_room(&mut self, asker: Asker, at_once: usize) -> bool {
        let (own, all) = match asker {
            Asker::Stranger { shared: true, .. } => (SHARED, STRANGERS),
            Asker::Stranger { shared: false, .. } => (1, STRANGERS),
            Asker::Flow(_) => (1, FLOWS),
        };
        let line = self.line(asker);
        line.len() < all * at_once && line.iter().filter(|waiting| waiting.asker == asker).count() < own
    }

    fn next(&mut self) -> Option<Waiting> {
        let rests = self.flows_in_a_row >= FLOWS_IN_A_ROW && !self.strangers.is_empty();
        let flow = if rests { None } else { self.flows.pop_front() };
        if let Some(flow) = flow {
            self.flows_in_a_row = self.flows_in_a_row.saturating_add(1);
            return Some(flow);
        }
        self.flows_in_a_row = 0;
        self.strangers.pop_front()
    }

    fn learn(&mut self, since: Timestamp, now: Timestamp) {
        // The clock of a machine may be set back while work is done.
        let took = u64::try_from(now.duration_since(since).as_micros()).unwrap_or(0);
        if took > 0 {
            self.cost = (self.cost * (MEMORY - 1) + took.min(LONGEST_WAIT * 1_000_000)) / MEMORY;
        }
    }

    fn busy(&self, at_once: usize) -> Busy {
        let before = u64::try_from(self.served + self.flows.len() + self.strangers.len()).unwrap_or(u64::MAX);
        let at_once = u64::try_from(at_once).unwrap_or(1).max(1);
        let wait = before.saturating_mul(self.cost).div_ceil(at_once * 1_000_000);
        Busy { retry_after_seconds: wait.clamp(1, LONGEST_WAIT) }
    }
}

#[cfg(test)]
mod tests;
