//! How long answers take: as long for somebody as for nobody (EN-02), measured call by call in random order, with a
//! control of people against people; and the bytes of all states (EN-01).

use std::collections::BTreeMap;
use std::time::Instant;

use axum::body::Body;
use axum::http::Request;
use latchkey_api::Method;
use latchkey_server::commands::demo::{self, Account, Standing};
use latchkey_server::person::standing;
use serde_json::{Value, json};

use super::population::{area, looks, made_up, real, registered, walks};
use super::silence;
use super::world::{Held, Reply, World, post};

/// What everybody has on this campus, so that every name has the same menu.
pub(super) const ALL: [Method; 5] =
    [Method::TextMobile, Method::CallMobile, Method::Email, Method::Totp, Method::Questions];
/// People who are asked for, one after the other, so that no counter has much of one.
const PEOPLE: usize = 200;
/// Kolmogorov and Smirnov at p = 0.01 with 2,000 of each class, and the area that goes with it (EN-02).
const LARGEST_D: f64 = 0.0515;
const AREA: std::ops::RangeInclusive<f64> = 0.473..=0.527;

/// A campus on which everybody has the same, and no limit is met.
async fn campus() -> World {
    let world = World::with(|config| {
        config.limits.human_check_work = 1;
        // Shorter than a campus has it, since hashing is the cheapest here and everything is asked thousands of times.
        config.limits.answer_step_milliseconds = 5;
        config.limits.starts_per_hour = 1_000_000;
        config.limits.starts_per_day = 1_000_000;
        config.limits.starts_per_minute_in_all = 1_000_000;
        config.limits.starts_per_source = 1_000_000;
        config.limits.tries_in_all = 1_000_000;
        config.limits.tries_per_method = 1_000_000;
        config.limits.tries_of_questions = 1_000_000;
        config.limits.tries_of_current_password = 1_000_000;
    })
    .await;
    for number in 0..PEOPLE {
        add(&world, &real(number), number, Standing::default(), &ALL).await;
    }
    world.wait(24 * 60 * 60);
    world.worker.turn().await.unwrap();
    world
}

async fn add(world: &World, name: &str, number: usize, standing: Standing, has: &[Method]) {
    let methods = has.iter().map(|method| registered(*method, number)).collect();
    let password = "quiet harbour lantern 27".to_owned();
    let account = Account { account: name.to_owned(), password, must_change: false, imported: false, methods };
    let app = &world.app;
    demo::add(&app.store, &app.keys, &app.hashing, &world.local, &account, standing).await.unwrap();
}

/// Milliseconds by what was asked: of people, of people again (the control), and of nobody.
type Times = BTreeMap<&'static str, [Vec<f64>; 3]>;

#[expect(clippy::disallowed_methods, reason = "what is measured here is time itself")]
fn now() -> Instant {
    Instant::now()
}

/// A call of a flow and how long it took.
async fn timed(world: &World, held: &mut Held, call: &str, mut body: Value) -> (Reply, f64) {
    body["revision"] = json!(held.revision());
    let request = post(&format!("/v1/flow/{call}"), Some(&held.token), body.to_string(), None);
    let (reply, took) = clocked(world, request).await;
    let shown = if reply.status == 200 { &reply.body } else { &reply.body["flow"] };
    if shown.is_object() {
        held.flow = shown.clone();
    }
    (reply, took)
}

async fn clocked(world: &World, request: Request<Body>) -> (Reply, f64) {
    let began = now();
    let reply = world.send_alone(request).await;
    (reply, began.elapsed().as_secs_f64() * 1000.0)
}

pub(super) async fn start(world: &World, intent: &str, name: &str) -> (Held, f64) {
    let check = world.human_check_alone().await;
    let body = json!({"intent": intent, "account": name, "human_check": check, "language": "en"});
    let (reply, took) = clocked(world, post("/v1/flows", None, body.to_string(), None)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    let token = reply.body["token"].as_str().unwrap().to_owned();
    (Held { token, flow: reply.body["flow"].clone(), current_password: None }, took)
}

/// Everything that a stranger can ask of a name, each with a wrong proof.
async fn ask_everything(world: &World, name: &str, mut keep: impl FnMut(&'static str, f64)) {
    let (mut held, took) = start(world, "reset", name).await;
    keep("start", took);
    let body = json!({"method": "text_mobile", "destination": "+1 202 555 0999"});
    let (reply, took) = timed(world, &mut held, "challenge", body).await;
    assert_eq!(reply.code(), "destination_wrong");
    keep("wrong number", took);
    for (method, what) in [
        ("totp", "wrong code of an authenticator"),
        ("recovery_code", "wrong recovery code"),
        ("helpdesk_pass", "wrong pass"),
    ] {
        timed(world, &mut held, "challenge", json!({"method": method})).await;
        let (reply, took) = timed(world, &mut held, "proof", json!({"code": "31415926"})).await;
        assert_eq!(reply.code(), "code_wrong", "{method}");
        keep(what, took);
    }
    timed(world, &mut held, "challenge", json!({"method": "questions"})).await;
    let asked = held.flow["prove"]["questions"].as_array().unwrap().clone();
    let answers: Vec<Value> = asked.iter().map(|one| json!({"id": one["id"], "answer": "no such answer"})).collect();
    let (reply, took) = timed(world, &mut held, "proof", json!({"answers": answers})).await;
    assert_eq!(reply.code(), "answers_wrong");
    keep("wrong answers", took);
    let (mut held, took) = start(world, "change", name).await;
    keep("start of a change", took);
    let (reply, took) = timed(world, &mut held, "proof", json!({"current_password": "no such password"})).await;
    assert_eq!(reply.code(), "current_password_wrong");
    keep("wrong password", took);
}

async fn measure(world: &World, each: usize, seed: u64) -> Times {
    let mut times = Times::new();
    let mut left = [each; 3];
    let mut state = seed;
    for at in 0..each * 3 + 150 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let drawn = usize::try_from((state >> 33) % 3).unwrap();
        // The first are not counted: caches are cold.
        let warm = at < 150;
        let class = if warm { drawn } else { (drawn..drawn + 3).map(|c| c % 3).find(|c| left[*c] > 0).unwrap() };
        let number = usize::try_from(state >> 40).unwrap() % PEOPLE;
        let name = if class == 2 { made_up(number) } else { real(number) };
        if !warm {
            left[class] -= 1;
        }
        ask_everything(world, &name, |what, took| {
            if !warm {
                times.entry(what).or_default()[class].push(took);
            }
        })
        .await;
    }
    times
}

/// The largest distance between two distributions (Kolmogorov and Smirnov).
pub(super) fn distance(first: &[f64], second: &[f64]) -> f64 {
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    };
    let (first, second) = (sorted(first), sorted(second));
    let share = |of: &[f64], at: f64| of.partition_point(|value| *value <= at) as f64 / of.len() as f64;
    let all = first.iter().chain(&second);
    all.map(|at| (share(&first, *at) - share(&second, *at)).abs()).fold(0.0, f64::max)
}

fn is_alike(first: &[f64], second: &[f64]) -> bool {
    distance(first, second) < LARGEST_D && AREA.contains(&area(first, second))
}

pub(super) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long silence"]
async fn long_silence_no_answer_takes_longer_for_somebody() {
    // EN-02, D1: a run counts if its control passes; two of up to three must pass
    let each = std::env::var("LATCHKEY_TIMED").ok().and_then(|each| each.parse().ok()).unwrap_or(2_000);
    let mut passed: BTreeMap<&str, usize> = BTreeMap::new();
    for run in 1..=3_u64 {
        let world = campus().await;
        for (what, [hit, again, miss]) in measure(&world, each, run * 7_919).await {
            let control = is_alike(&hit, &again);
            let both: Vec<f64> = hit.iter().step_by(2).chain(again.iter().step_by(2)).copied().collect();
            println!(
                "figure: {what}, run {run}: AUC {:.3}, D {:.4} (control {:.3}, {:.4}), medians in ms = {:.3} and {:.3}",
                area(&both, &miss),
                distance(&both, &miss),
                area(&hit, &again),
                distance(&hit, &again),
                median(&both),
                median(&miss),
            );
            *passed.entry(what).or_default() += usize::from(control && is_alike(&both, &miss));
        }
        if passed.values().all(|times| *times >= 2) {
            break;
        }
    }
    assert!(passed.values().all(|times| *times >= 2), "{passed:?}");
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long silence"]
async fn long_silence_many_menus_and_walks_tell_nothing() {
    // EN-09, EN-03
    let (auc, _) = looks(2_000).await;
    println!("figure: 2,000 people and 2,000 made-up names, one look each, AUC = {auc:.3}");
    let walked = walks(2_000, 500).await;
    println!("figure: 500 people and 500 made-up names, the whole wizard, AUC = {walked:.3}");
    assert!(auc <= 0.55 && walked <= 0.55);
}

/// Names of the eight states in which an account can be, so many of each.
async fn states(world: &World, many: usize) -> Vec<(&'static str, Vec<String>)> {
    let plain = Standing::default();
    let all: [(&str, Standing, &[Method]); 8] = [
        ("with methods", plain, &ALL),
        ("with nothing set up", plain, &[]),
        ("locked", Standing { locked: true, ..plain }, &ALL),
        ("disabled", Standing { disabled: true, ..plain }, &ALL),
        ("privileged", Standing { privileged: true, ..plain }, &ALL),
        ("frozen", plain, &ALL),
        ("gone", plain, &ALL),
        ("unknown", plain, &ALL),
    ];
    let mut out = Vec::new();
    for (kind, (state, standing, has)) in all.into_iter().enumerate() {
        let names: Vec<String> = (0..many).map(|number| format!("s{kind}{number:03}")).collect();
        for (number, name) in names.iter().enumerate().filter(|_| state != "unknown") {
            add(world, name, 10_000 + kind * 1000 + number, standing, has).await;
            let id = world.id(name).await;
            let mut tx = world.app.store.begin().await.unwrap();
            if state == "frozen" {
                standing::freeze(&mut tx, &world.app.keys, world.app.clock.now(), &id).await.unwrap();
            }
            tx.commit().await.unwrap();
            if state == "gone" {
                let gone = sqlx::query("UPDATE people SET gone = 1 WHERE id = ?").bind(&id);
                gone.execute(world.app.store.pool()).await.unwrap();
            }
        }
        out.push((state, names));
    }
    world.worker.turn().await.unwrap();
    out
}

async fn differing_bytes(many: usize, walks: usize) -> usize {
    let world = campus().await;
    let states = states(&world, many).await;
    let reset = [
        ("challenge", json!({"method": "text_mobile", "destination": "+1 202 555 0999"})),
        ("challenge", json!({"method": "email", "destination": "x@y.example"})),
        ("challenge", json!({"method": "totp"})),
        ("proof", json!({"code": "31415926"})),
        ("challenge", json!({"method": "recovery_code"})),
        ("proof", json!({"code": "31415926"})),
        ("challenge", json!({"method": "helpdesk_pass"})),
        ("proof", json!({"code": "31415926"})),
        ("password", json!({"new_password": "violet tractor onion mail"})),
        ("cancel", json!({})),
    ];
    let change = [("proof", json!({"current_password": "no such password"}))];
    let mut differing = 0;
    for (intent, tries) in [("reset", reset.as_slice()), ("unlock", reset.as_slice()), ("change", change.as_slice())] {
        let first = silence::walk(&world, &states[0].1[0], intent, tries).await;
        for (state, names) in &states {
            for at in 0..walks {
                let seen = silence::walk(&world, &names[at % many], intent, tries).await;
                for (step, (a, b)) in first.iter().zip(&seen).enumerate().filter(|(_, (a, b))| a != b) {
                    let (a, b) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
                    println!("{intent}, {state}, step {step}:\n{a}\n{b}");
                }
                differing += first.iter().zip(&seen).map(|(a, b)| differences(a, b)).sum::<usize>();
            }
        }
    }
    differing
}

fn differences(one: &[u8], other: &[u8]) -> usize {
    one.len().abs_diff(other.len()) + one.iter().zip(other).filter(|(a, b)| a != b).count()
}

#[tokio::test]
async fn an_account_in_any_state_answers_with_the_bytes_of_one_that_nobody_has() {
    // EN-01, short form of `cargo xtask test --long silence`
    assert_eq!(differing_bytes(2, 2).await, 0);
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long silence"]
async fn long_silence_all_states_answer_with_the_same_bytes() {
    // EN-01
    let differing = differing_bytes(25, 250).await;
    println!("figure: 8 states, 250 walks of each by three intents, bytes that differ = {differing}");
    assert_eq!(differing, 0);
}
