//! What is done without anybody asking: messages are sent, lost writes are settled, what is too old is cleared.

mod trusted;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use latchkey_delivery::{Delivery, Kind};
use tokio::sync::{Mutex, Semaphore, watch};
use tokio::task::JoinSet;

use self::trusted::{Jump, Look, TrustedTime};
use crate::app::App;
use crate::clock;
use crate::crypt::audit::{self, Event};
use crate::crypt::audit_start::{self, Kept};
use crate::flow;
use crate::message::queue;
use crate::message::sender::Sender;
use crate::operation::hook;
use crate::person::people;
use crate::refused::Answer;
use crate::store::{self, Tx};

/// The longest time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(10);
/// How long a start waits for writes that were left open.
const SETTLING_FIRST: Duration = Duration::from_secs(5);
/// The shortest: a message may be due that another process has leased.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
/// How many messages of a kind may be on their way at once.
const AT_ONCE: usize = 8;
/// How many rows are cleared in one transaction, so that no call waits long for it.
const BATCH: i64 = 200;
/// How many transactions are cleared in one turn.
const BATCHES: u32 = 50;
/// How long a stop waits for messages that are on their way.
const LAST_MESSAGES: Duration = Duration::from_secs(10);
/// Flows are kept for a day after their end, and with them what they asked for.
const FLOWS: SignedDuration = SignedDuration::from_hours(24);
/// No budget counts for longer than a day: one that ends beyond this was written by a clock that was wrong (B9).
const FAR_AHEAD: SignedDuration = SignedDuration::from_hours(48);
/// Messages that are done, and used recovery codes, are kept for as long as something can be undone.
const UNDOABLE: SignedDuration = SignedDuration::from_hours(72);

/// Works beside the listener.
pub struct Worker {
    app: Arc<App>,
    sender: Arc<Sender>,
    /// The time by which things are deleted; absent before the first look.
    trusted: Mutex<Option<TrustedTime>>,
}

/// Under which name the trusted time is kept.
const TRUSTED: &str = "trusted time";

impl Worker {
    /// A worker that sends by this gateway.
    #[must_use]
    pub fn new(app: Arc<App>, delivery: Arc<dyn Delivery>) -> Self {
        let sender = Sender {
            store: app.store.clone(),
            keys: Arc::clone(&app.keys),
            clock: Arc::clone(&app.clock),
            delivery,
            campus: app.config.campus.clone(),
            microsoft: app.config.microsoft.as_ref().map(|microsoft| microsoft.plan(&app.config.campus)),
            limits: app.config.limits.clone(),
            prices: app.config.prices.clone(),
            metrics: Arc::clone(&app.metrics),
        };
        Self { app, sender: Arc::new(sender), trusted: Mutex::new(None) }
    }

    /// Takes up what a process that has ended has left, before anybody is served.
    ///
    /// # Errors
    /// If the database cannot be used.
    pub async fn take_up(&self) -> Answer<()> {
        let trusted = self.trusted_time().await?;
        self.sender.take_up(trusted).await?;
        loop {
            let mut tx = self.app.store.begin().await?;
            let more = queue::take_over(&mut tx, self.app.pen()).await?;
            tx.commit().await?;
            if !more {
                break;
            }
        }
        people::spell_anew(&self.app).await?;
        people::tell_apart_anew(&self.app).await?;
        people::judge(&self.app).await?;
        people::leave_what_is_not_there(&self.app).await?;
        people::count_menus(&self.app).await?;
        // A directory that is away must not keep anybody from being served: what is still open is settled beside.
        match tokio::time::timeout(SETTLING_FIRST, flow::settle_lost(&self.app, true)).await {
            Ok(settled) => settled,
            Err(_) => {
                tracing::warn!("not every write that was left open is settled yet; that goes on");
                Ok(())
            }
        }
    }

    /// Does everything that is due now, once; for tests, in which time stands still.
    ///
    /// # Errors
    /// If the database cannot be used.
    pub async fn turn(&self) -> Answer<()> {
        let mut followed = Ok(());
        for name in people::directories(&self.app) {
            followed = followed.and(people::follow(&self.app, &name).await);
        }
        keep_people_counted(&self.app).await?;
        followed?;
        for kind in Kind::ALL {
            while let Some(leased) = self.sender.lease(kind).await? {
                self.sender.hand_over(leased).await?;
            }
        }
        self.look_after().await?;
        flow::settle_lost(&self.app, false).await?;
        hook::tell(&self.app).await
    }

    /// Works until it is told to stop; messages that are on their way are waited for, a little.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut senders = JoinSet::new();
        for kind in Kind::ALL {
            let (app, sender, stop) = (Arc::clone(&self.app), Arc::clone(&self.sender), stop.clone());
            senders.spawn(async move { send(&app, &sender, kind, stop).await });
        }
        // Apart from the rest: a directory with many people, or a slow one, holds up nothing, and no other one.
        let people = people::directories(&self.app).into_iter().map(Beside::People);
        for beside in people.chain([Beside::Counts, Beside::Writes, Beside::Hook]) {
            let (app, stop) = (Arc::clone(&self.app), stop.clone());
            senders.spawn(async move { beside.repeat(&app, stop).await });
        }
        while !*stop.borrow() {
            if let Err(refused) = self.look_after().await {
                tracing::warn!(code = refused.code().as_str(), "the worker will try again");
            }
            let _ = tokio::time::timeout(LOOK, stop.changed()).await;
        }
        let _ = tokio::time::timeout(LAST_MESSAGES, async { while senders.join_next().await.is_some() {} }).await;
    }

    /// What is done every few seconds: leases that nobody was heard of, what people are told, and what is too old.
    async fn look_after(&self) -> Answer<()> {
        let trusted = self.trusted_time().await?;
        self.sender.look_after_leases(trusted).await?;
        flow::end_abandoned(&self.app, trusted).await?;
        flow::tell_of_tries(&self.app).await?;
        flow::tell_of_disabled(&self.app).await?;
        self.clear(trusted).await?;
        Ok(())
    }

    /// Looks at both clocks and works out the time by which things may be deleted. A clock that went back voids what it
    /// would make valid for longer: open codes.
    async fn trusted_time(&self) -> store::Result<Timestamp> {
        let look = Look { wall: self.app.clock.now(), running: self.app.clock.running() };
        let mut trusted = self.trusted.lock().await;
        let mut tx = self.app.store.begin().await?;
        let (time, jump) = match *trusted {
            Some(before) => before.advanced(look),
            None => {
                let kept = store::meta::get(&mut tx, TRUSTED).await?.map(clock::at);
                TrustedTime::begin(look, kept, store::audit::last_at(&mut tx).await?.map(clock::at))
            }
        };
        if let Some(jump) = jump {
            self.note_jump(&mut tx, look.wall, jump).await?;
        }
        store::meta::put(&mut tx, TRUSTED, time.at().as_millisecond()).await?;
        tx.commit().await?;
        *trusted = Some(time);
        Ok(time.at())
    }

    async fn note_jump(&self, tx: &mut Tx, now: Timestamp, jump: Jump) -> store::Result<()> {
        let outcome = match jump {
            Jump::Forward(by) => {
                let by = by.as_secs();
                tracing::error!(
                    seconds = by,
                    "the clock leapt forward; nothing is deleted for it until the next start"
                );
                format!("{by} s forward")
            }
            Jump::Back(by) => {
                let by = by.as_secs();
                tracing::error!(seconds = by, "the clock went back; open codes and passes are void");
                store::challenge::void_all_codes(tx).await?;
                store::person::standing::void_passes(tx).await?;
                store::message::withdraw_all_codes(tx).await?;
                self.bring_back(tx, now).await?;
                format!("{by} s back")
            }
        };
        let entry = audit::Entry { flow: "", subject: &[], event: Event::ClockMoved, outcome: &outcome, method: None };
        audit::append(tx, &self.app.keys, now, &entry).await
    }

    /// What a clock that was ahead has put off, or made last, begins from the time of now: nobody waits for the other
    /// time, and nothing is open until then.
    async fn bring_back(&self, tx: &mut Tx, now: Timestamp) -> store::Result<()> {
        let limits = &self.app.config.limits;
        let at = now.as_millisecond();
        store::message::make_due(tx, at, at).await?;
        store::flow::bring_back(tx, at, clock::later(now, limits.flow_seconds).as_millisecond()).await?;
        store::limit::bring_back_suspended(tx, clock::later(now, limits.breaker_seconds).as_millisecond()).await?;
        store::person::method::bring_back(tx, people::usable_from(&self.app)).await
    }

    async fn clear(&self, trusted: Timestamp) -> store::Result<()> {
        for _ in 0..BATCHES {
            let mut tx = self.app.store.begin().await?;
            let gone = clear_some(&mut tx, trusted).await? + self.clear_audit(&mut tx, trusted).await?;
            tx.commit().await?;
            if gone == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Clears a batch of the audit that is too old, or more than there may be.
    async fn clear_audit(&self, tx: &mut Tx, trusted: Timestamp) -> store::Result<u64> {
        let limits = &self.app.config.limits;
        let age = SignedDuration::from_hours(24 * i64::from(limits.audit_days));
        let since = trusted.saturating_sub(age).unwrap_or(Timestamp::MIN).as_millisecond();
        let rows = i64::try_from(limits.audit_rows).unwrap_or(i64::MAX);
        audit_start::clear(tx, &self.app.keys, Kept { since, rows }, BATCH).await
    }
}

/// What is done every few seconds beside everything else, which it never holds up.
#[derive(Debug)]
enum Beside {
    /// The people of one directory are read.
    People(String),
    /// What people have is judged and counted.
    Counts,
    /// Writes are settled that nobody was heard of.
    Writes,
    /// The program of the campus is told of changes.
    Hook,
}

impl Beside {
    async fn turn(&self, app: &Arc<App>) -> Answer<()> {
        match self {
            Self::People(directory) => people::follow(app, directory).await,
            Self::Counts => keep_people_counted(app).await,
            Self::Writes => flow::settle_lost(app, false).await,
            Self::Hook => hook::tell(app).await,
        }
    }

    /// Until it is told to stop; what is stopped in the middle goes on at the next start where it was.
    async fn repeat(&self, app: &Arc<App>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let turn = async {
                if let Err(refused) = self.turn(app).await {
                    tracing::warn!(code = refused.code().as_str(), beside = ?self, "this is tried again");
                }
            };
            let mut stopped = stop.clone();
            tokio::select! { () = turn => {}, _ = stopped.changed() => {} }
            let _ = tokio::time::timeout(LOOK, stop.changed()).await;
        }
    }
}

/// What keeps what is known of the people judged and told, and decoys like them.
async fn keep_people_counted(app: &App) -> Answer<()> {
    people::judge(app).await?;
    while people::tell_replaced(app).await? {}
    people::count_menus(app).await
}

/// Clears a batch of everything that is too old by the trusted time; how many rows there were.
async fn clear_some(tx: &mut Tx, now: Timestamp) -> store::Result<u64> {
    let after = |ahead: SignedDuration| now.saturating_add(ahead).unwrap_or(Timestamp::MAX).as_millisecond();
    let before = |kept: SignedDuration| now.saturating_sub(kept).unwrap_or(Timestamp::MIN).as_millisecond();
    let mut gone = store::flow::clear(tx, before(FLOWS), BATCH).await?;
    gone += store::limit::clear(tx, now.as_millisecond(), after(FAR_AHEAD), BATCH).await?;
    gone += store::person::device::clear(tx, now.as_millisecond(), BATCH).await?;
    gone += store::limit::clear_suspended(tx, now.as_millisecond(), BATCH).await?;
    gone += store::limit::clear_checks(tx, now.as_millisecond(), BATCH).await?;
    gone += store::person::standing::clear_undos(tx, now.as_millisecond(), BATCH).await?;
    gone += store::message::clear(tx, before(UNDOABLE), BATCH).await?;
    gone += store::person::method::clear_used_codes(tx, before(UNDOABLE), BATCH).await?;
    gone += store::person::in_a_row::clear(tx, before(UNDOABLE), BATCH).await?;
    Ok(gone)
}

/// Sends messages of one kind, so that a gateway that hangs holds up no other.
async fn send(app: &App, sender: &Arc<Sender>, kind: Kind, mut stop: watch::Receiver<bool>) {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut on_their_way = JoinSet::new();
    while !*stop.borrow() {
        // Listened for before the look, so that what is queued in between is not missed.
        let mut queued = pin!(app.queued.notified());
        queued.as_mut().enable();
        let Ok(turn) = Arc::clone(&turns).acquire_owned().await else { break };
        let leased = sender.lease(kind).await.unwrap_or_else(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "no message can be leased");
            None
        });
        if let Some(leased) = leased {
            let sender = Arc::clone(sender);
            on_their_way.spawn(async move {
                if let Err(error) = sender.hand_over(leased).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "what came of a message is not written");
                }
                drop(turn);
            });
            while on_their_way.try_join_next().is_some() {}
            continue;
        }
        drop(turn);
        let waited = async {
            tokio::select! { () = queued => {}, _ = stop.changed() => {} }
        };
        let _ = tokio::time::timeout(until_next(app, sender).await, waited).await;
    }
    while on_their_way.join_next().await.is_some() {}
}

/// How long nothing is due, at most until the next look.
async fn until_next(app: &App, sender: &Sender) -> Duration {
    let Ok(Some(next)) = sender.next_due().await else { return LOOK };
    let wait = next.duration_since(app.clock.now());
    Duration::try_from(wait).unwrap_or(SHORTEST_WAIT).clamp(SHORTEST_WAIT, LOOK)
}
