//! Several at one account at once: twice the same call, and two flows of one person.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::passwords::replies_of;
use super::world::{Held, World, post};

const ME: &str = "grace";

/// A campus whose limits are not what is looked at.
async fn world() -> World {
    World::with(|config| {
        let limits = &mut config.limits;
        (limits.sends_per_method_per_day, limits.sends_per_destination_per_day) = (1 << 30, 1 << 30);
        (limits.sends_per_prefix_per_hour, limits.starts_per_day, limits.starts_per_hour) = (1 << 30, 1 << 30, 1 << 30);
        (limits.notices_per_hour, limits.sends_per_ten_minutes, limits.breaker_codes) = (1 << 30, 1 << 30, 1 << 30);
    })
    .await
}

/// Ten times the same call at once, beside one with the same key and another password; how many rounds there were.
async fn ten_at_once(rounds: usize) -> BTreeMap<&'static str, u64> {
    let world = world().await;
    for round in 0..rounds {
        let held = world.through_gates(ME).await;
        let key = Uuid::new_v4().to_string();
        let call = |new: &str| {
            let body = json!({"revision": held.revision(), "new_password": new}).to_string();
            world.send(post("/v1/flow/password", Some(&held.token), body, Some(&key)))
        };
        let (new, other) = (format!("violet tractor onion {round}"), format!("violet tractor other {round}"));
        let mut replies = replies_of((0..10).map(|_| call(&new))).await;
        replies.push(call(&other).await);
        let mismatch = replies.pop().unwrap();
        assert_eq!((mismatch.status, mismatch.code()), (409, "idempotency_mismatch"));
        for reply in &replies {
            assert_eq!((reply.status, &reply.body), (200, &replies[0].body), "round {round}");
        }
        assert_eq!(world.writes(ME).await, i64::try_from(round).unwrap() + 1, "round {round}");
        assert!(world.signs_in(ME, &new).await);
        world.forget_sent();
        world.wait(60);
    }
    let books = world.holds().await;
    assert_eq!(books.done, u64::try_from(rounds).unwrap());
    BTreeMap::from([("rounds of ten calls at once", books.done), ("passwords set twice", 0)])
}

/// Two flows of one person that set a password at the same moment; what they came to.
async fn two_flows(rounds: usize) -> BTreeMap<&'static str, u64> {
    let world = world().await;
    for round in 0..rounds {
        // The ways differ, so that no code of the one replaces one of the other.
        let mut flows = [world.through_gates(ME).await, world.through_gates(ME).await];
        let news = [format!("violet tractor first {round}"), format!("violet tractor second {round}")];
        let call = |held: &Held, new: &str| {
            let body = json!({"revision": held.revision(), "new_password": new}).to_string();
            world.send(post("/v1/flow/password", Some(&held.token), body, Some(&Uuid::new_v4().to_string())))
        };
        let calls = flows.iter().zip(&news).map(|(held, new)| call(held, new));
        let replies = replies_of(calls).await;
        let done: Vec<usize> = (0..2).filter(|one| replies[*one].status == 200).collect();
        let told: Vec<_> = replies.iter().map(|reply| (reply.status, reply.code().to_owned())).collect();
        assert_eq!(done.len(), 1, "round {round}: {told:?}");
        let (winner, loser) = (done[0], 1 - done[0]);
        assert_eq!((replies[loser].status, replies[loser].code()), (409, "stale"), "round {round}");
        for held in &mut flows {
            world.show(held).await;
        }
        assert_eq!((flows[winner].step(), flows[loser].step()), ("done", "cancelled"), "round {round}");
        // The grant of the one that lost is void.
        let late = call(&flows[loser], &news[loser]).await;
        assert_eq!(late.status, 409, "round {round}: {}", late.body);
        assert!(world.signs_in(ME, &news[winner]).await, "round {round}");
        assert_eq!(world.writes(ME).await, i64::try_from(round).unwrap() + 1, "round {round}");
        world.forget_sent();
        world.wait(60);
    }
    let books = world.holds().await;
    assert_eq!(books.done, u64::try_from(rounds).unwrap());
    BTreeMap::from([("races of two flows", books.done), ("races that both have won or both lost", 0)])
}

#[tokio::test]
async fn ten_equal_calls_at_once_set_one_password_and_hear_the_same() {
    // R07
    ten_at_once(10).await;
}

#[tokio::test]
async fn of_two_flows_of_one_person_the_first_write_wins_and_the_other_is_told() {
    // R08
    two_flows(20).await;
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long races"]
async fn long_races() {
    // R07, R08
    let figures = [ten_at_once(500).await, two_flows(1000).await];
    for (name, value) in figures.iter().flatten() {
        println!("figure: {name} = {value}");
    }
}

#[tokio::test]
async fn whoever_is_in_a_flow_while_somebody_else_finishes_one_is_told_and_gets_a_notice() {
    // R09: the other one has passed both gates too, and the owner learns of it in two ways
    let world = World::new().await;
    let mut owner = world.start("reset", ME).await;
    world.pass(&mut owner, ME, "text_mobile").await;
    let mut other = world.through_gates(ME).await;
    let done = world.act(&mut other, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!(done.status, 200, "{}", done.body);
    world.show(&mut owner).await;
    assert_eq!(owner.step(), "cancelled");
    assert!(!world.notices().is_empty(), "{:?}", world.sent());
    world.holds().await;
}

#[tokio::test]
async fn where_texts_and_calls_are_dead_the_other_methods_are_offered_and_lead_to_the_end() {
    // R13: what needs no gateway of a phone still works, and the pairs are the same
    let world = World::new().await;
    world.break_delivery(true);
    let mut held = world.start("reset", "ada").await;
    assert_eq!(world.ask(&mut held, "ada", "text_mobile").await.status, 200, "nobody is told that texts are dead");
    let offered = |held: &Held| held.flow["allowed"].to_string();
    assert!(offered(&held).contains("challenge"), "{}", held.flow);
    world.wait(60);
    world.pass(&mut held, "ada", "totp").await;
    world.pass(&mut held, "ada", "questions").await;
    let done = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!((done.status, held.step()), (200, "done"), "{}", done.body);
    world.break_delivery(false);
    world.wait(60);
    world.worker.turn().await.unwrap();
    world.holds().await;
}
