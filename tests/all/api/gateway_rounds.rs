//! A gateway that is down, loses its answers or delivers late, again and again (R10, R11, R12).

use jiff::SignedDuration;
use serde_json::json;

use super::world::{Gateway, World};

/// What the rounds came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Came {
    /// Codes that a gateway which was down did not keep anybody from getting.
    got_after_all: usize,
    /// Codes that were sent once more, and how many came a third time.
    sent_twice: usize,
    sent_thrice: usize,
    /// Codes that arrived after their time and were refused.
    late_refused: usize,
}

fn unlimited(config: &mut latchkey_server::config::Config) {
    let limits = &mut config.limits;
    limits.flow_idle_seconds = 3600;
    (limits.sends_per_method_per_day, limits.sends_per_destination_per_day) = (1 << 30, 1 << 30);
    (limits.starts_per_day, limits.starts_per_hour, limits.breaker_codes) = (1 << 30, 1 << 30, 1 << 30);
    (limits.sends_per_prefix_per_hour, limits.sends_per_ten_minutes) = (1 << 30, 1 << 30);
    (limits.tries_per_method, limits.tries_in_all, limits.sends_per_minute_in_all) = (1 << 30, 1 << 30, 1 << 30);
}

/// The code's row is there and no gateway takes it: the screen is the same, it comes once one does, and nothing is typed
/// again (R10).
async fn down(world: &World, came: &mut Came) {
    world.set_gateway(Gateway::IsDown);
    let mut held = world.start("reset", "grace").await;
    let asked = world.ask(&mut held, "grace", "email").await;
    assert_eq!((asked.status, held.step()), (200, "prove"), "{}", asked.body);
    let shown = held.flow["prove"].clone();
    let before = world.sent().len();
    world.set_gateway(Gateway::Takes);
    world.wait(8);
    world.worker.turn().await.unwrap();
    assert_eq!(world.sent().len(), before + 1);
    world.show(&mut held).await;
    assert_eq!(held.flow["prove"]["method"], shown["method"], "the same screen");
    let proof = world.right_proof(&held, "grace");
    assert_eq!(world.act(&mut held, "proof", proof).await.status, 200);
    came.got_after_all += 1;
    world.act(&mut held, "cancel", json!({})).await;
}

/// A gateway takes it and its answer is lost: one more after a minute, and none after that (R11).
async fn answer_lost(world: &World, came: &mut Came) {
    world.set_gateway(Gateway::LosesAnswers);
    let before = world.sent_ids().len();
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "email").await.status, 200);
    let first = world.sent_ids().split_off(before);
    assert_eq!(first.len(), 1);
    for _ in 0..4 {
        world.wait(60);
        world.worker.turn().await.unwrap();
    }
    let sent = world.sent_ids().split_off(before);
    assert!(sent.iter().all(|id| *id == first[0]), "it bears its id each time");
    came.sent_twice += usize::from(sent.len() == 2);
    came.sent_thrice += usize::from(sent.len() > 2);
    let proof = world.right_proof(&held, "grace");
    assert_eq!(world.act(&mut held, "proof", proof).await.status, 200, "whichever arrives is good");
    world.act(&mut held, "cancel", json!({})).await;
}

/// It arrives after its time: it is refused as expired, and another can be had at once (R12).
async fn late(world: &World, came: &mut Came) {
    world.set_gateway(Gateway::Takes);
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "email").await.status, 200);
    let old = world.right_proof(&held, "grace");
    let lives = held.flow["prove"]["code"]["expires_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let left: SignedDuration = lives.duration_since(world.app.clock.now());
    world.wait(left.as_secs() + 1);
    let refused = world.act(&mut held, "proof", old.clone()).await;
    assert_eq!((refused.status, refused.code()), (422, "code_expired"), "{}", refused.body);
    assert_eq!(world.ask(&mut held, "grace", "email").await.status, 200, "the way on is there");
    let new = world.right_proof(&held, "grace");
    if new != old {
        assert_ne!(world.act(&mut held, "proof", old).await.status, 200, "nor is it good beside the new one");
    }
    assert_eq!(world.act(&mut held, "proof", new).await.status, 200);
    came.late_refused += 1;
    world.act(&mut held, "cancel", json!({})).await;
}

async fn rounds(downs: usize, losses: usize, late_ones: usize) -> Came {
    let world = World::with(unlimited).await;
    let mut came = Came::default();
    for _ in 0..downs {
        down(&world, &mut came).await;
        world.wait(60);
    }
    for _ in 0..losses {
        answer_lost(&world, &mut came).await;
        world.wait(60);
    }
    for _ in 0..late_ones {
        late(&world, &mut came).await;
        world.wait(60);
    }
    world.holds().await;
    came
}

#[tokio::test]
async fn gateways_that_fail_send_a_code_once_more_at_the_most_and_an_old_one_is_refused() {
    // R10, R11, R12
    let came = rounds(3, 5, 3).await;
    assert_eq!(came, Came { got_after_all: 3, sent_twice: 5, sent_thrice: 0, late_refused: 3 });
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long gateways"]
async fn long_gateways_that_fail() {
    // R10, R11: 500 rounds; R12: 100 of 100
    let came = rounds(100, 500, 100).await;
    println!(
        "figure: codes of a gateway that was down, got by the same screen without typing again = {}",
        came.got_after_all
    );
    println!("figure: codes whose answer was lost, sent once more after a minute = {}", came.sent_twice);
    println!("figure: of them sent a third time = {}", came.sent_thrice);
    println!("figure: codes that came too late, refused as expired = {}", came.late_refused);
    assert_eq!(came, Came { got_after_all: 100, sent_twice: 500, sent_thrice: 0, late_refused: 100 });
}
