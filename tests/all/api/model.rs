//! No sequence of calls writes a password that the model does not permit (FL-01).

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use uuid::Uuid;

use super::world::{Held, World, post};

const ME: &str = "ada";
const METHODS: [&str; 4] = ["text_mobile", "questions", "email", "totp"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Op {
    /// Ask for a method: choose it, come back to it, take another one, ask again.
    Ask(usize),
    Right,
    Wrong,
    /// A proof of another kind than asked for.
    OtherKind,
    Password,
    WeakPassword,
    /// The last password call once more, byte by byte.
    SameAgain,
    /// The last call that was done, byte by byte.
    Replay,
    /// A call that answers an earlier revision.
    Stale,
    Cancel,
    Show,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    Choose,
    Prove(usize),
    ProvePassword,
    SetPassword,
    Over,
}

/// The oracle: what a flow may do, in as few lines as it takes.
struct Model {
    at: At,
    change: bool,
    passed: Vec<usize>,
    tries: u32,
    writes: i64,
}

impl Model {
    fn new(change: bool) -> Self {
        let at = if change { At::ProvePassword } else { At::Choose };
        Self { at, change, passed: Vec::new(), tries: 5, writes: 0 }
    }

    /// Whether the call is done.
    fn step(&mut self, op: Op) -> bool {
        match (self.at, op) {
            (_, Op::Show) => true,
            (At::Choose | At::Prove(_), Op::Ask(method)) if !self.passed.contains(&method) => {
                self.at = At::Prove(method);
                self.tries = 5;
                true
            }
            (At::Prove(method), Op::Right) if self.tries > 0 => {
                self.passed.push(method);
                self.at = if self.passed.len() == 2 { At::SetPassword } else { At::Choose };
                true
            }
            (At::ProvePassword, Op::Right) if self.tries > 0 => {
                self.at = At::SetPassword;
                true
            }
            (At::Prove(_) | At::ProvePassword, Op::Wrong) => {
                self.tries = self.tries.saturating_sub(1);
                false
            }
            (At::SetPassword, Op::Password) => {
                self.at = At::Over;
                self.writes += 1;
                true
            }
            (At::Choose | At::Prove(_) | At::ProvePassword | At::SetPassword, Op::Cancel) => {
                self.at = At::Over;
                true
            }
            _ => false,
        }
    }

    fn name(&self, held: &Held) -> &'static str {
        match self.at {
            At::Choose => "choose_method",
            At::Prove(_) | At::ProvePassword => "prove",
            At::SetPassword => "set_password",
            At::Over if held.step() == "done" => "done",
            At::Over => "cancelled",
        }
    }
}

fn ops() -> impl Strategy<Value = (bool, Vec<Op>)> {
    let one = prop_oneof![
        4 => (0..METHODS.len()).prop_map(Op::Ask),
        4 => Just(Op::Right),
        2 => Just(Op::Wrong),
        1 => Just(Op::OtherKind),
        3 => Just(Op::Password),
        1 => Just(Op::WeakPassword),
        1 => Just(Op::SameAgain),
        1 => Just(Op::Replay),
        1 => Just(Op::Stale),
        1 => Just(Op::Cancel),
        1 => Just(Op::Show),
    ];
    // The way of an honest person up to some point, so that the last steps are reached as often as the first.
    let honest = (0..METHODS.len(), 1..METHODS.len(), 0..=5_usize).prop_map(|(first, other, length)| {
        let second = (first + other) % METHODS.len();
        let mut way = vec![Op::Ask(first), Op::Right, Op::Ask(second), Op::Right, Op::Password];
        way.truncate(length);
        way
    });
    (any::<bool>(), honest, prop::collection::vec(one, 0..=8)).prop_map(|(change, honest, mut free)| {
        let mut all = if change { vec![Op::Right; usize::from(honest.len() > 2)] } else { honest };
        free.truncate(8 - all.len());
        all.append(&mut free);
        (change, all)
    })
}

/// One flow, driven beside the model.
struct Run<'a> {
    world: &'a World,
    held: Held,
    model: Model,
    password: String,
    last: Option<(String, String, Option<String>)>,
    last_password: Option<(String, Option<String>)>,
    /// The last answer, for whoever reads why this test has failed.
    answered: serde_json::Value,
}

impl Run<'_> {
    async fn call(&mut self, call: &str, mut body: serde_json::Value, key: Option<String>) -> u16 {
        if body.get("revision").is_none() {
            body["revision"] = json!(self.held.revision());
        }
        let (path, body) = (format!("/v1/flow/{call}"), body.to_string());
        if call == "password" {
            self.last_password = Some((body.clone(), key.clone()));
        }
        let reply = self.world.send(post(&path, Some(&self.held.token), body.clone(), key.as_deref())).await;
        if call == "challenge" {
            // The code arrives.
            self.world.worker.turn().await.unwrap();
        }
        assert!(reply.status < 500, "{path} {body}: {}", reply.body);
        if reply.status == 200 {
            self.last = Some((path, body, key));
        }
        self.answered = reply.body;
        reply.status
    }

    async fn act(&mut self, op: Op) -> u16 {
        match op {
            Op::Ask(method) => {
                self.world.wait(1);
                let person = self.world.person(ME).unwrap();
                let known = person.methods.iter().find(|known| known.method.as_str() == METHODS[method]).unwrap();
                let body = json!({"method": METHODS[method], "destination": known.destination});
                self.call("challenge", body, None).await
            }
            Op::Right => {
                // Each time step of an authenticator counts once.
                self.world.wait(31);
                let proof = match self.model.at {
                    At::Prove(_) => self.world.right_proof(&self.held, ME),
                    _ => json!({"current_password": self.password}),
                };
                self.call("proof", proof, None).await
            }
            Op::Wrong | Op::OtherKind => {
                let asked = self.held.flow["prove"]["method"].as_str().unwrap_or_default();
                let kinds = [
                    json!({"code": "000000000"}),
                    json!({"answers": [{"id": "first_pet", "answer": "no"}]}),
                    json!({"current_password": "not this one"}),
                ];
                let right = match asked {
                    "questions" => 1,
                    "current_password" => 2,
                    _ => 0,
                };
                let kind = if op == Op::Wrong { right } else { (right + 1) % 3 };
                self.call("proof", kinds[kind].clone(), None).await
            }
            Op::Password => {
                let new = format!("violet tractor {}", Uuid::new_v4().as_u128());
                let key = Some(Uuid::new_v4().to_string());
                let mut body = json!({"new_password": new});
                if self.model.change {
                    body["current_password"] = json!(self.password);
                }
                let status = self.call("password", body, key).await;
                if status == 200 {
                    self.password = new;
                }
                status
            }
            Op::WeakPassword => {
                let key = Some(Uuid::new_v4().to_string());
                self.call("password", json!({"new_password": "weak"}), key).await
            }
            Op::SameAgain => {
                let Some((body, key)) = self.last_password.clone() else { return 422 };
                let request = post("/v1/flow/password", Some(&self.held.token), body, key.as_deref());
                // Either the first answer again or a refusal: that nothing is written twice is checked below.
                self.world.send(request).await;
                422
            }
            Op::Replay => {
                let Some((path, body, key)) = self.last.clone() else { return 422 };
                let reply = self.world.send(post(&path, Some(&self.held.token), body, key.as_deref())).await;
                assert_eq!(reply.status == 200, path.ends_with("password"), "{path}: {}", reply.body);
                422
            }
            Op::Stale => {
                let status = self.call("cancel", json!({"revision": self.held.revision() - 1}), None).await;
                assert_eq!(status, 409);
                status
            }
            Op::Cancel => self.call("cancel", json!({}), None).await,
            Op::Show => 200,
        }
    }
}

async fn run(world: &World, password: &mut String, change: bool, ops: &[Op], seen: &mut BTreeSet<(At, Op)>) {
    let held = world.start(if change { "change" } else { "reset" }, ME).await;
    let before = world.writes(ME).await;
    let model = Model::new(change);
    let mut run =
        Run { world, held, model, password: password.clone(), last: None, last_password: None, answered: json!(null) };
    for op in ops {
        seen.insert((run.model.at, *op));
        let status = run.act(*op).await;
        let done = run.model.step(*op);
        let (at, change, answered) = (run.model.at, run.model.change, &run.answered);
        assert_eq!(status == 200, done, "{op:?} of {ops:?} at {at:?}, change {change}: {answered}");
        world.show(&mut run.held).await;
        assert_eq!(run.held.step(), run.model.name(&run.held), "{op:?} of {ops:?}");
        assert_eq!(world.writes(ME).await - before, run.model.writes, "{op:?} of {ops:?}");
    }
    *password = run.password;
    world.forget_sent();
}

/// Tries so many sequences at a server of its own; which calls were made where.
fn sequences(cases: u32) -> BTreeSet<(At, Op)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut world = runtime.block_on(World::with(|config| {
        let limits = &mut config.limits;
        (limits.resend_seconds, limits.resends_per_flow, limits.flow_idle_seconds) = (0, 100, 3600);
        (limits.tries_per_method, limits.tries_of_questions, limits.tries_in_all) = (1 << 30, 1 << 30, 1 << 30);
        (limits.tries_of_current_password, limits.starts_per_hour, limits.starts_per_day) = (1 << 30, 1 << 30, 1 << 30);
        (limits.sends_per_ten_minutes, limits.sends_per_method_per_day) = (1 << 30, 1 << 30);
        (limits.sends_per_destination_per_day, limits.sends_per_minute_in_all) = (1 << 30, 1 << 30);
        (limits.starts_per_minute_in_all, limits.wrong_proofs_per_device_per_day) = (1 << 30, 1 << 30);
        (limits.sends_per_prefix_per_hour, limits.sends_per_prefix_per_hour_on_campus) = (1 << 30, 1 << 30);
        (limits.notices_per_hour, limits.notices_per_minute_in_all) = (1 << 30, 1 << 30);
    }));
    // Thousands of flows: the worker is had to do something only where a code has to arrive.
    world.worker_follows = false;
    // As a server does before it serves anybody: what was registered is judged.
    runtime.block_on(world.worker.take_up()).unwrap();
    let state = std::cell::RefCell::new((world.person(ME).unwrap().password.clone(), BTreeSet::new()));
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&ops(), |(change, ops)| {
        let (password, seen) = &mut *state.borrow_mut();
        // Each sequence starts from the password that the last one left.
        runtime.block_on(run(&world, password, change, &ops, seen));
        Ok(())
    });
    ran.unwrap();
    state.into_inner().1
}

#[test]
fn nothing_is_written_without_both_gates_or_the_old_password() {
    // FL-01, FL-05; LATCHKEY_SEQUENCES sets how many sequences are tried
    let cases = std::env::var("LATCHKEY_SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    // Answers leave in steps of the clock: while one server waits for its next step, others work.
    let servers = if cases < 10_000 { 1 } else { 8 };
    let seen = std::thread::scope(|scope| {
        let tried: Vec<_> = (0..servers).map(|_| scope.spawn(|| sequences(cases.div_ceil(servers)))).collect();
        tried.into_iter().flat_map(|tried| tried.join().unwrap()).collect::<BTreeSet<_>>()
    });
    let kinds: BTreeSet<_> = seen
        .iter()
        .map(|(at, op)| {
            let at = match at {
                At::Prove(_) => At::Prove(0),
                other => *other,
            };
            let op = match op {
                Op::Ask(_) => Op::Ask(0),
                other => *other,
            };
            (at, op)
        })
        .collect();
    assert!(cases < 300 || kinds.len() == 5 * 11, "only {} pairs of state and call were tried", kinds.len());
    println!("figure: sequences = {cases}");
    println!("figure: pairs of state and call that were tried = {} of {}", kinds.len(), 5 * 11);
    println!("figure: passwords written that the model does not permit = 0");
}
