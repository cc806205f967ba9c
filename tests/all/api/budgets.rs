//! Budgets where a message leaves: the number plan, money, the breaker, and what everybody is told beyond them.

use std::sync::Arc;

use latchkey_api::Method;
use latchkey_server::commands::demo::{self, Standing};
use latchkey_server::config::Config;
use latchkey_server::guard::limits::Limits;
use latchkey_server::{App, Parts, Worker};
use serde_json::{Value, json};

use super::log;
use super::world::{Gateway, Held, Reply, World, post};

/// The limits of the product, not those of the demonstration.
pub(super) fn limits(config: &mut Config) {
    let work = (config.limits.human_check_work, config.limits.human_check_work_at_most);
    config.limits = Limits::default();
    (config.limits.human_check_work, config.limits.human_check_work_at_most) = work;
    config.limits.flow_idle_seconds = 3600;
}

fn prices(config: &mut Config, per_day: &str) {
    limits(config);
    config.prices = toml::from_str(&format!("per_day = {per_day}\ntext = 0.01\ncall = 0.02\n")).unwrap();
}

/// Adds somebody with a mobile phone that is texted and called, and a mailbox.
pub(super) async fn person(world: &World, name: &str, number: &str) {
    let mut person = world.person("imported").unwrap().clone();
    name.clone_into(&mut person.account);
    person.imported = false;
    "copper meadow window 51".clone_into(&mut person.password);
    for method in &mut person.methods {
        let by_mail = method.method == Method::Email;
        method.destination = Some(if by_mail { format!("{name}@home.example") } else { number.to_owned() });
    }
    let of = &world.app;
    demo::add(&of.store, &of.keys, &of.hashing, &world.local, &person, Standing::default()).await.unwrap();
}

/// A number of a block of its own for each `block`.
pub(super) fn number(block: usize, line: usize) -> String {
    format!("+1{}{:03}{:04}", [202, 212, 213, 312][block / 700 % 4], 220 + block % 700, line)
}

pub(super) async fn ask(world: &World, held: &mut Held, method: &str, to: &str) -> Reply {
    world.act(held, "challenge", json!({"method": method, "destination": to})).await
}

/// Somebody of whom nothing is known asks for a code.
async fn stranger(world: &World, name: &str, method: &str, to: &str) -> Reply {
    let mut held = world.start("reset", name).await;
    ask(world, &mut held, method, to).await
}

/// Why messages have ended that were not sent.
async fn why(world: &World) -> Vec<String> {
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT why FROM messages WHERE state = 'failed' ORDER BY created_at, id")
            .fetch_all(world.app.store.pool())
            .await
            .unwrap();
    rows.into_iter().map(|(why,)| why).collect()
}

/// The same server after its configuration has changed, with the gateway that there was.
fn restarted(world: &World, change: impl FnOnce(&mut Config)) -> Worker {
    let of = &world.app;
    let mut config = of.config.clone();
    change(&mut config);
    let app = App::new(Parts {
        config,
        keys: Arc::clone(&of.keys),
        store: of.store.clone(),
        clock: Arc::clone(&of.clock),
        directory: Arc::clone(&of.directory),
        hashing: of.hashing.clone(),
        tls: false,
    });
    world.worker_of(app.unwrap())
}

/// Asks for a code without a worker behind it.
async fn queued(world: &World, name: &str, method: &str, to: &str) {
    let start = json!({"intent": "reset", "account": name, "human_check": world.human_check_alone().await});
    let started = world.send_alone(post("/v1/flows", None, start.to_string(), None)).await;
    let token = started.body["token"].as_str().unwrap().to_owned();
    let ask = json!({"revision": 1, "method": method, "destination": to});
    let asked = world.send_alone(post("/v1/flow/challenge", Some(&token), ask.to_string(), None)).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
}

#[tokio::test]
async fn a_queued_message_to_a_number_that_is_no_longer_served_ends_with_that_reason_and_is_not_sent() {
    // TF-01, TF-13: region, then type
    let serve = |config: &mut Config, regions: &[&str]| {
        config.campus.serve = regions.iter().map(|region| (*region).to_owned().try_into().unwrap()).collect();
    };
    for (number, change) in [
        ("+12025550134", Box::new(move |config: &mut Config| serve(config, &["CA"])) as Box<dyn FnOnce(&mut Config)>),
        ("+4930901820", Box::new(|config| config.campus.types = serde_json::from_value(json!(["mobile"])).unwrap())),
    ] {
        let world = World::with(|config| {
            limits(config);
            serve(config, &["US", "DE"]);
        })
        .await;
        person(&world, "somebody", number).await;
        world.worker.turn().await.unwrap();
        queued(&world, "somebody", "call_mobile", number).await;
        world.wait(60);
        queued(&world, "somebody", "email", "somebody@home.example").await;
        let worker = restarted(&world, change);
        worker.turn().await.unwrap();
        let sent: Vec<String> = world.sent().into_iter().map(|(kind, _, _)| kind).collect();
        assert_eq!((sent, why(&world).await), (vec!["email".to_owned()], vec!["not served".to_owned()]), "{number}");
    }
}

#[tokio::test]
async fn texts_and_calls_end_with_the_days_money_to_the_unit_and_mail_goes_on() {
    // TF-02: a day of 100 texts; strangers have 80 of them, and at most 64 by texts alone (TF-14)
    let world = World::with(|config| prices(config, "1.0")).await;
    let mut texts = 0;
    for one in 0..90 {
        person(&world, &format!("p{one}"), &number(one, 1000)).await;
        let asked = stranger(&world, &format!("p{one}"), "text_mobile", &number(one, 1000)).await;
        texts += usize::from(asked.status == 200);
        assert!(asked.status == 200 || asked.body["retry_after"].as_u64().unwrap() > 80_000, "{}", asked.body);
        world.wait(10);
    }
    assert_eq!(texts, 64);
    // Calls cost two each: what strangers have left is 16.
    let mut calls = 0;
    for one in 0..20 {
        let asked = stranger(&world, &format!("p{one}"), "call_mobile", &number(one, 1000)).await;
        calls += usize::from(asked.status == 200);
        world.wait(10);
    }
    assert_eq!(calls, 8);
    // Everybody hears the same, known or made up, to whatever number; mail and what is proven go on.
    let mut told = Vec::new();
    for name in ["p50", "nobody"] {
        let refused = stranger(&world, name, "text_mobile", "+1 202 555 0199").await;
        assert_eq!((refused.status, refused.code()), (429, "rate_limited"), "{}", refused.body);
        told.push((refused.body["retry_after"].clone(), refused.body["instead"].clone()));
    }
    assert_eq!(told[0], told[1]);
    let mut proven = 0;
    for one in 50..80 {
        let name = format!("p{one}");
        let mut held = world.start("reset", &name).await;
        assert_eq!(ask(&world, &mut held, "email", &format!("{name}@home.example")).await.status, 200);
        let code = json!({"code": world.last_code("email")});
        assert_eq!(world.act(&mut held, "proof", code).await.status, 200);
        world.wait(61);
        proven += usize::from(ask(&world, &mut held, "text_mobile", &number(one, 1000)).await.status == 200);
    }
    assert_eq!(proven, 20, "the fifth that is kept");
    let paid = |kind: &str| world.sent().iter().filter(|(sent, _, _)| sent == kind).count();
    assert_eq!((paid("text"), paid("call")), (84, 8), "100 units in all, and not one more");
    assert!(why(&world).await.is_empty());
    world.wait(24 * 60 * 60);
    assert_eq!(stranger(&world, "p1", "text_mobile", &number(1, 1000)).await.status, 200);
}

#[tokio::test]
async fn a_notice_waits_for_money_and_a_code_that_may_have_been_sent_is_not_paid_for_beyond_it() {
    // TF-14, R11
    let world = World::with(|config| prices(config, "0.2")).await;
    for one in 0..20 {
        person(&world, &format!("p{one}"), &number(one, 1000)).await;
    }
    // Strangers have 16 units, 12 of them by texts alone; the proven have the other 4.
    world.set_gateway(Gateway::LosesAnswers);
    let mut texts = 0;
    for one in 0..14 {
        texts +=
            usize::from(stranger(&world, &format!("p{one}"), "text_mobile", &number(one, 1000)).await.status == 200);
        world.wait(1);
    }
    assert_eq!((texts, world.sent().len()), (12, 12));
    world.wait(60);
    world.worker.turn().await.unwrap();
    assert_eq!(world.sent().len(), 12, "there is no money for a second time");
    assert_eq!(why(&world).await, vec!["over the budget"; 12]);
    world.set_gateway(Gateway::Takes);
    let mut held = world.register("grace", Some("email")).await;
    // Each is told by text and by mail: a text that somebody proven has caused.
    for _ in 0..9 {
        world.recovery_codes(&mut held).await;
    }
    let texts = |world: &World| world.sent().iter().filter(|(kind, _, _)| kind == "text").count() - 12;
    assert_eq!(texts(&world), 8, "what was left of the 20");
    assert_eq!(world.messages("notice", "queued").await, 1);
    world.wait(24 * 60 * 60);
    world.worker.turn().await.unwrap();
    assert_eq!((texts(&world), world.messages("notice", "queued").await), (9, 0));
}

/// Sends codes to a block that nobody enters, until it is suspended; how many.
async fn pump(world: &World, block: usize) -> usize {
    let mut went = 0;
    for one in 0..24 {
        let name = format!("pump{one}");
        person(world, &name, &number(block, 2000 + one)).await;
        let asked = stranger(world, &name, "text_mobile", &number(block, 2000 + one)).await;
        went += usize::from(asked.status == 200);
        world.wait(300);
    }
    went
}

#[test]
fn a_block_of_numbers_where_nobody_enters_codes_is_suspended_for_strangers_for_an_hour_and_says_so() {
    // TF-03, EN-01
    let (_, log) = log::kept(async {
        let world = World::with(limits).await;
        person(&world, "honest", &number(7, 1000)).await;
        person(&world, "other", &number(8, 1000)).await;
        assert_eq!(pump(&world, 7).await, 20);
        let mut told = Vec::new();
        for name in ["honest", "nobody"] {
            let refused = stranger(&world, name, "text_mobile", &number(7, 1000)).await;
            assert_eq!((refused.status, refused.code()), (429, "rate_limited"), "{name}: {}", refused.body);
            assert!(refused.body["retry_after"].as_u64().unwrap() <= 3600);
            told.push((refused.body["retry_after"].clone(), refused.body["instead"].clone()));
        }
        assert_eq!(told[0], told[1], "known or made up");
        assert_eq!(stranger(&world, "other", "text_mobile", &number(8, 1000)).await.status, 200, "another block");
        // Whoever has passed a gate is not stopped, by text or call.
        let mut held = world.start("reset", "honest").await;
        assert_eq!(ask(&world, &mut held, "email", "honest@home.example").await.status, 200);
        let code = json!({"code": world.last_code("email")});
        assert_eq!(world.act(&mut held, "proof", code).await.status, 200);
        world.wait(61);
        assert_eq!(ask(&world, &mut held, "text_mobile", &number(7, 1000)).await.status, 200);
        let code = json!({"code": world.last_code("text")});
        assert_eq!(world.act(&mut held, "proof", code).await.status, 200, "{}", held.flow);
        let served = world.metrics().await;
        assert!(served.contains("latchkey_breaker_trips_total 1\n"), "{served}");
        assert!(served.contains("latchkey_breaker_suspended_blocks 1\n"));
        assert!(served.contains("latchkey_limits_hit_total{limit=\"breaker_codes\"}"));
        world.wait(3600);
        assert_eq!(stranger(&world, "honest", "text_mobile", &number(7, 1000)).await.status, 200);
    });
    let alerts = log.lines().filter(|line| line.contains("\"ERROR\"") && line.contains("block of numbers"));
    assert_eq!(alerts.count(), 1);
}

#[tokio::test]
async fn a_strangers_code_that_waits_when_its_block_is_suspended_is_not_sent() {
    // TF-03
    let world = World::with(limits).await;
    person(&world, "late", &number(7, 1000)).await;
    assert_eq!(pump_but_one(&world).await, 19);
    // Two are asked for at once; with the first of them the block is suspended.
    person(&world, "last", &number(7, 1001)).await;
    world.worker.turn().await.unwrap();
    queued(&world, "last", "text_mobile", &number(7, 1001)).await;
    queued(&world, "late", "text_mobile", &number(7, 1000)).await;
    world.worker.turn().await.unwrap();
    assert_eq!((world.sent().len(), why(&world).await), (20, vec!["suspended".to_owned()]));
}

async fn pump_but_one(world: &World) -> usize {
    for one in 0..19 {
        let name = format!("pump{one}");
        person(world, &name, &number(7, 2000 + one)).await;
        assert_eq!(stranger(world, &name, "text_mobile", &number(7, 2000 + one)).await.status, 200);
        world.wait(300);
    }
    world.sent().len()
}

#[tokio::test]
async fn a_thousand_starts_for_one_person_bring_five_messages_by_each_way_and_the_same_words_for_everybody() {
    // TF-12
    let mut world = World::with(limits).await;
    person(&world, "victim", &number(3, 1000)).await;
    world.worker.turn().await.unwrap();
    world.worker_follows = false;
    let to = |method: &str| if method == "email" { "victim@home.example".to_owned() } else { number(3, 1000) };
    let mut told = std::collections::BTreeSet::new();
    for round in 0..1000 {
        let mut held = world.start("reset", "victim").await;
        let method = ["text_mobile", "call_mobile", "email"][round % 3];
        let asked = ask(&world, &mut held, method, &to(method)).await;
        if asked.status != 200 {
            assert_eq!((asked.status, asked.code()), (429, "rate_limited"), "{}", asked.body);
            told.insert(asked.body["instead"].to_string());
        }
        world.wait(86);
        if round % 3 == 2 {
            world.worker.turn().await.unwrap();
        }
    }
    world.worker.turn().await.unwrap();
    let many = |kind: &str| world.sent().iter().filter(|(sent, _, _)| sent == kind).count();
    for kind in ["text", "call", "email"] {
        assert!((1..=5).contains(&many(kind)), "{kind}: {}", many(kind));
    }
    assert_eq!(told.into_iter().collect::<Vec<_>>(), ["[\"recovery_code\",\"helpdesk_pass\"]"]);
}

#[tokio::test]
async fn a_flood_of_calls_leaves_texts_and_mail_their_share_of_a_minute() {
    // TF-14
    let world = World::with(|config| {
        limits(config);
        config.limits.sends_per_minute_in_all = 50;
    })
    .await;
    let mut calls = 0;
    for one in 0..60 {
        person(&world, &format!("p{one}"), &number(one, 1000)).await;
        calls +=
            usize::from(stranger(&world, &format!("p{one}"), "call_mobile", &number(one, 1000)).await.status == 200);
    }
    assert_eq!(calls, 32, "of 50 a minute strangers have 40, and one kind 32 of these");
    let mut others = 0;
    for one in 0..12 {
        let (name, text) = (format!("p{one}"), one % 2 == 0);
        let (method, to) =
            if text { ("text_mobile", number(one, 1000)) } else { ("email", format!("{name}@home.example")) };
        others += usize::from(stranger(&world, &name, method, &to).await.status == 200);
    }
    assert_eq!(others, 8, "what is left of the 40");
    // And ten are kept for those who have proven something.
    world.register("grace", Some("email")).await;
}

#[test]
fn each_message_leaves_one_line_when_it_ends_and_nothing_of_where_it_went_or_what_it_said() {
    // SM-05
    let ((needles, sent), log) = log::kept(async {
        let world = World::new().await;
        let mut held = world.through_gates("grace").await;
        let codes = [world.last_code("text"), world.last_code("email")];
        world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
        world.set_gateway(Gateway::Refuses);
        let mut refused = world.start("reset", "ada").await;
        world.ask(&mut refused, "ada", "text_mobile").await;
        world.set_gateway(Gateway::IsDown);
        let mut late = world.start("reset", "linus").await;
        world.ask(&mut late, "linus", "text_mobile").await;
        world.act(&mut late, "cancel", json!({})).await;
        world.wait(60);
        assert_eq!(world.ask(&mut refused, "ada", "email").await.status, 200);
        world.wait(3600);
        world.worker.turn().await.unwrap();
        let bodies: Vec<String> = world.sent().into_iter().flat_map(|(_, to, body)| [to, body]).collect();
        let few = ["2025550156", "2025550134", "2025550178", "home.example", "violet tractor"].map(str::to_owned);
        (codes.into_iter().chain(bodies).chain(few).collect::<Vec<_>>(), world.sent().len())
    });
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let ends: Vec<&Value> =
        lines.iter().map(|line| &line["fields"]).filter(|fields| fields["message"] == "a message has ended").collect();
    let with = |outcome: &str| ends.iter().filter(|end| end["outcome"] == outcome).count();
    assert_eq!((with("accepted"), with("refused"), with("withdrawn"), with("expired")), (sent, 1, 1, 1), "{ends:?}");
    let mut ids: Vec<&str> = ends.iter().map(|end| end["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), ends.len(), "one line a message");
    for end in &ends {
        assert!(end["kind"].is_string() && end["purpose"].is_string() && end["tries"].is_i64(), "{end}");
        assert!(end["queued_ms"].is_u64(), "{end}");
    }
    for needle in needles {
        assert!(!log.contains(&needle), "{needle} is in the log");
    }
}
