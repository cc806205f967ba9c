//! What an operator sees: counts, times and states, without a name, a number or an address in any of them.
//!
//! Events come in from every room above as they happen; what is read from the database is put in when somebody looks.
//! Every metric stands in `docs/metrics.md` with what to do about it, which a test compares with what is served.

mod labels;

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use latchkey_api::Intent;
use latchkey_api::human_check;
use latchkey_delivery::Kind;
use latchkey_delivery::ordered::Tally;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use labels::{
    Answered, Build, Ended, Ending, FailedOver, Limited, Made, Of, OfDirectory, Queued, Request, Route, Said, Started,
    Tried, Waited,
};

/// What metrics are served as.
pub(crate) use prometheus_text::CONTENT_TYPE;

/// Which gateway, where none has said its name.
pub(crate) const NO_GATEWAY: &str = "none";
/// What a message is for.
const PURPOSES: [&str; 3] = ["code", "notice", "microsoft"];
/// What comes of handing a message over once.
pub(crate) const TRIED: [&str; 4] = ["accepted", "refused", "later", "lost"];
/// How a flow ends.
const FLOW_ENDS: [&str; 4] = ["done", "blocked", "cancelled", "expired"];

/// A family of histograms, each made by this function.
type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;
/// A number with a fraction that goes up and down.
type Level = Gauge<f64, AtomicU64>;

/// How a message has ended, whether it was sent or not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MessageEnd<'a> {
    pub(crate) kind: &'a str,
    pub(crate) purpose: &'a str,
    pub(crate) gateway: Option<&'a str>,
    pub(crate) outcome: &'a str,
    pub(crate) queued: Duration,
}

/// All metrics of one server.
pub struct Metrics {
    registry: Registry,
    messages_queued: Family<Queued, Gauge>,
    messages_oldest: Family<Queued, Level>,
    messages_ended: Family<Ended, Counter>,
    message_tries: Family<Tried, Counter>,
    message_queued: Histograms<Queued>,
    gateway_answers: Family<Said, Counter>,
    failovers: Family<FailedOver, Counter>,
    codes_entered: Family<Of, Counter>,
    breaker_trips: Counter,
    breaker_suspended: Gauge,
    budget_left: Family<Limited, Level>,
    budget_size: Family<Limited, Level>,
    limits_hit: Family<Limited, Counter>,
    flows_started: Family<Started, Counter>,
    flows_ended: Family<Ending, Counter>,
    checks_made: Family<Made, Counter>,
    checks_answered: Family<Answered, Counter>,
    requests: Family<Request, Counter>,
    request_seconds: Histograms<Route>,
    work_wait: Histograms<Waited>,
    work_refused: Family<Waited, Counter>,
    connections_open: Gauge,
    connections_refused: Counter,
    database_bytes: Gauge,
    directory_healthy: Gauge,
    each_directory_healthy: Family<OfDirectory, Gauge>,
    suspended: Gauge,
    database_writable: Gauge,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let build: Family<Build, Gauge> = named(&mut registry, "build_info", "The version that runs");
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
        let to = &mut registry;
        let metrics = Self {
            messages_queued: named(to, "messages_queued", "Messages that are owed and not on their way"),
            messages_oldest: named(to, "messages_oldest_seconds", "Age of the oldest message that is owed"),
            messages_ended: named(to, "messages_ended", "Messages that have ended, and how"),
            message_tries: named(to, "message_tries", "Times that a message was handed to a gateway, and what it said"),
            message_queued: histogram(to, "message_queued_seconds", "Time from owed until accepted", long_times),
            gateway_answers: named(to, "gateway_answers", "Answers of gateways since the start"),
            failovers: named(to, "failovers", "Messages that went by another gateway than the one meant for them"),
            codes_entered: named(to, "codes_entered", "Codes that were entered right"),
            breaker_trips: named(to, "breaker_trips", "Times that a block of numbers was suspended"),
            breaker_suspended: named(to, "breaker_suspended_blocks", "Blocks of numbers that are suspended now"),
            budget_left: named(to, "budget_left", "What is left of a budget of all"),
            budget_size: named(to, "budget_size", "How large a budget of all is"),
            limits_hit: named(to, "limits_hit", "Calls and messages that met a limit, by its setting"),
            flows_started: named(to, "flows_started", "Flows that were started"),
            flows_ended: named(to, "flows_ended", "Flows that have ended, and how"),
            checks_made: named(to, "human_checks_made", "Human checks that were made"),
            checks_answered: named(to, "human_checks_answered", "Human checks that were answered"),
            requests: named(to, "http_requests", "Requests that were answered"),
            request_seconds: histogram(to, "http_request_seconds", "Time until a request was answered", short_times),
            work_wait: histogram(to, "work_wait_seconds", "Wait for a turn at expensive work", short_times),
            work_refused: named(to, "work_refused", "Callers who were sent away from expensive work"),
            connections_open: named(to, "connections_open", "Connections that are open"),
            connections_refused: named(to, "connections_refused", "Connections that were closed at once"),
            database_bytes: named(to, "database_bytes", "Size of the database with its log"),
            directory_healthy: named(to, "directory_healthy", "1 if every directory has answered lately, else 0"),
            each_directory_healthy: named(
                to,
                "each_directory_healthy",
                "1 if this directory has answered lately, else 0",
            ),
            database_writable: named(to, "database_writable", "1 if the database has taken a write lately, else 0"),
            suspended: named(to, "suspended", "1 while the server is suspended by command, else 0"),
            registry,
        };
        metrics.begin_at_zero();
        metrics
    }
}

fn named<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

fn histogram<L>(registry: &mut Registry, name: &str, help: &str, made_by: fn() -> Histogram) -> Histograms<L>
where
    L: Clone + Eq + std::hash::Hash,
    Histograms<L>: Metric,
{
    let family: Histograms<L> = Family::new_with_constructor(made_by);
    registry.register(name, help, family.clone());
    family
}

/// Of answers and turns: from what nobody notices to what nobody waits for.
fn short_times() -> Histogram {
    Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
}

/// Of messages: from at once to the end of a notice.
fn long_times() -> Histogram {
    Histogram::new([0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 21_600.0, 86_400.0])
}

impl Metrics {
    /// Lets every series that is known beforehand begin at zero: one that appears with its first event has no increase.
    fn begin_at_zero(&self) {
        for kind in Kind::ALL.map(Kind::as_str) {
            for purpose in PURPOSES {
                self.queue_is(kind, purpose, 0, 0);
                let ended = |outcome: &str| Ended {
                    kind: kind.to_owned(),
                    purpose: purpose.to_owned(),
                    gateway: NO_GATEWAY.to_owned(),
                    outcome: outcome.to_owned(),
                };
                drop(self.messages_ended.get_or_create(&ended("accepted")));
                drop(self.message_queued.get_or_create(&queued(kind, purpose)));
            }
            for result in TRIED {
                drop(self.message_tries.get_or_create(&Tried { kind: kind.to_owned(), result: result.to_owned() }));
            }
            drop(self.codes_entered.get_or_create(&Of { kind }));
        }
        for intent in Intent::ALL.map(Intent::as_str) {
            drop(self.flows_started.get_or_create(&Started { intent }));
            for outcome in FLOW_ENDS {
                drop(self.flows_ended.get_or_create(&Ending { intent, outcome }));
            }
        }
        for kind in [human_check::Kind::ProofOfWork, human_check::Kind::Characters] {
            drop(self.checks_made.get_or_create(&Made { kind: check_kind(kind) }));
        }
        for result in ["right", "wrong"] {
            drop(self.checks_answered.get_or_create(&Answered { result }));
        }
    }

    /// Lets the limits begin at zero that can be met here, by the names of their settings.
    pub(crate) fn begin_limits(&self, settings: &[&'static str]) {
        for limit in settings {
            drop(self.limits_hit.get_or_create(&Limited { limit }));
        }
    }

    /// Lets the kinds of expensive work begin at zero.
    pub(crate) fn begin_work(&self, kinds: &[&'static str]) {
        for work in kinds {
            drop(self.work_wait.get_or_create(&Waited { work }));
            drop(self.work_refused.get_or_create(&Waited { work }));
        }
    }

    /// Everything, in the text format of Prometheus (0.0.4).
    ///
    /// # Errors
    /// If a metric cannot be written, which is a defect.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// How many messages of a kind wait, and for how many seconds the oldest of them has.
    pub(crate) fn queue_is(&self, kind: &str, purpose: &str, depth: i64, oldest_seconds: i64) {
        let labels = queued(kind, purpose);
        self.messages_queued.get_or_create(&labels).set(depth);
        self.messages_oldest.get_or_create(&labels).set(seconds(oldest_seconds));
    }

    /// Nothing waits, as far as is not said otherwise.
    pub(crate) fn queue_is_empty(&self) {
        for kind in Kind::ALL.map(Kind::as_str) {
            for purpose in PURPOSES {
                self.queue_is(kind, purpose, 0, 0);
            }
        }
    }

    pub(crate) fn message_tried(&self, kind: &str, result: &str) {
        self.message_tries.get_or_create(&Tried { kind: kind.to_owned(), result: result.to_owned() }).inc();
    }

    /// A message has gone by another gateway than the one that should have carried it.
    pub(crate) fn failed_over(&self, kind: &str, from: &str) {
        self.failovers.get_or_create(&FailedOver { kind: kind.to_owned(), gateway: from.to_owned() }).inc();
    }

    /// How often each gateway gave which answer since the start.
    pub(crate) fn gateways_are(&self, tallies: &[Tally]) {
        for Tally { name, accepted, refused, not_taken, lost } in tallies {
            let answers = [("accepted", accepted), ("refused", refused), ("not_taken", not_taken), ("lost", lost)];
            for (answer, many) in answers {
                let counter = self.gateway_answers.get_or_create_owned(&Said { gateway: name.clone(), answer });
                counter.inc_by(many.saturating_sub(counter.get()));
            }
            for kind in Kind::ALL.map(Kind::as_str) {
                drop(self.failovers.get_or_create(&FailedOver { kind: kind.to_owned(), gateway: name.clone() }));
            }
        }
    }

    pub(crate) fn message_ended(&self, end: &MessageEnd<'_>) {
        let labels = Ended {
            kind: end.kind.to_owned(),
            purpose: end.purpose.to_owned(),
            gateway: end.gateway.unwrap_or(NO_GATEWAY).to_owned(),
            outcome: end.outcome.to_owned(),
        };
        self.messages_ended.get_or_create(&labels).inc();
        if end.outcome == "accepted" {
            self.message_queued.get_or_create(&queued(end.kind, end.purpose)).observe(end.queued.as_secs_f64());
        }
    }

    pub(crate) fn code_entered(&self, kind: Kind) {
        self.codes_entered.get_or_create(&Of { kind: kind.as_str() }).inc();
    }

    pub(crate) fn breaker_tripped(&self) {
        self.breaker_trips.inc();
    }

    pub(crate) fn suspended_are(&self, blocks: i64) {
        self.breaker_suspended.set(blocks);
    }

    pub(crate) fn budget_is(&self, budget: &'static str, left: f64, size: f64) {
        let labels = Limited { limit: budget };
        self.budget_left.get_or_create(&labels).set(left);
        self.budget_size.get_or_create(&labels).set(size);
    }

    pub(crate) fn limit_hit(&self, setting: &'static str) {
        self.limits_hit.get_or_create(&Limited { limit: setting }).inc();
    }

    pub(crate) fn flow_started(&self, intent: Intent) {
        self.flows_started.get_or_create(&Started { intent: intent.as_str() }).inc();
    }

    pub(crate) fn flow_ended(&self, intent: Intent, outcome: &'static str) {
        self.flows_ended.get_or_create(&Ending { intent: intent.as_str(), outcome }).inc();
    }

    pub(crate) fn check_made(&self, kind: human_check::Kind) {
        self.checks_made.get_or_create(&Made { kind: check_kind(kind) }).inc();
    }

    pub(crate) fn check_answered(&self, right: bool) {
        self.checks_answered.get_or_create(&Answered { result: if right { "right" } else { "wrong" } }).inc();
    }

    /// `route` is the pattern of a path, never a path: there are as many as the document has.
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        let status = match status {
            0..200 => "1xx",
            200..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        };
        self.requests.get_or_create(&Request { route: route.to_owned(), status }).inc();
        self.request_seconds.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    pub(crate) fn waited(&self, work: &'static str, wait: Duration) {
        self.work_wait.get_or_create(&Waited { work }).observe(wait.as_secs_f64());
    }

    pub(crate) fn sent_away(&self, work: &'static str) {
        self.work_refused.get_or_create(&Waited { work }).inc();
    }

    pub(crate) fn connection_opened(&self) {
        self.connections_open.inc();
    }

    pub(crate) fn connection_closed(&self) {
        self.connections_open.dec();
    }

    pub(crate) fn connection_refused(&self) {
        self.connections_refused.inc();
    }

    pub(crate) fn database_is(&self, bytes: u64) {
        self.database_bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }

    /// Each directory by its name, and whether it has answered lately; the server's own has none and is called `local`.
    pub(crate) fn directories_are(&self, states: &[(String, bool)]) {
        self.directory_healthy.set(i64::from(states.iter().all(|(_, healthy)| *healthy)));
        for (name, healthy) in states {
            let directory = if name.is_empty() { "local" } else { name };
            let of_directory = OfDirectory { directory: directory.to_owned() };
            self.each_directory_healthy.get_or_create(&of_directory).set(i64::from(*healthy));
        }
    }

    pub(crate) fn database_writes(&self, writes: bool) {
        self.database_writable.set(i64::from(writes));
    }

    pub(crate) fn suspended_is(&self, suspended: bool) {
        self.suspended.set(i64::from(suspended));
    }
}

fn queued(kind: &str, purpose: &str) -> Queued {
    Queued { kind: kind.to_owned(), purpose: purpose.to_owned() }
}

const fn check_kind(kind: human_check::Kind) -> &'static str {
    match kind {
        human_check::Kind::ProofOfWork => "proof_of_work",
        human_check::Kind::Characters => "characters",
    }
}

/// Whole seconds as a gauge has them.
fn seconds(whole: i64) -> f64 {
    Duration::from_secs(whole.unsigned_abs()).as_secs_f64()
}
