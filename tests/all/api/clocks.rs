//! The clock jumps while people are at it (R14): a code that is over is over, none works twice, and whoever begins
//! afterwards finishes.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::json;

use super::world::{Held, World};

/// Seconds by which the clock is set ahead or back: hours, days, a year and more, what a leap second and a correction by
/// NTP come to.
const JUMPS: [i64; 12] = [3600, -3600, 400 * 86_400, -400 * 86_400, 86_400, -86_400, 1, -1, 30, -30, 6, -6];

async fn world() -> World {
    World::with(|config| {
        let limits = &mut config.limits;
        (limits.sends_per_method_per_day, limits.sends_per_destination_per_day) = (1 << 30, 1 << 30);
        (limits.starts_per_day, limits.starts_per_hour, limits.breaker_codes) = (1 << 30, 1 << 30, 1 << 30);
        (limits.sends_per_prefix_per_hour, limits.sends_per_ten_minutes) = (1 << 30, 1 << 30);
        (limits.tries_per_method, limits.tries_in_all, limits.notices_per_hour) = (1 << 30, 1 << 30, 1 << 30);
    })
    .await
}

/// So many flows with an open code at each jump; how many codes were taken and how many were over.
async fn jumps(flows: usize) -> BTreeMap<&'static str, u64> {
    let (mut taken, mut over) = (0, 0);
    for jump in JUMPS {
        let world = world().await;
        let life = i64::from(world.app.config.limits.email_code_seconds);
        let mut open: Vec<(Held, serde_json::Value)> = Vec::new();
        for _ in 0..flows {
            let mut held = world.start("reset", "grace").await;
            assert_eq!(world.ask(&mut held, "grace", "email").await.status, 200);
            let proof = world.right_proof(&held, "grace");
            open.push((held, proof));
        }
        // Somebody who has used the code that their authenticator shows.
        let mut by_app = world.start("reset", "ada").await;
        world.ask(&mut by_app, "ada", "totp").await;
        let shown = world.right_proof(&by_app, "ada");
        assert_eq!(world.act(&mut by_app, "proof", shown.clone()).await.status, 200);
        world.clock.jump(SignedDuration::from_secs(jump));
        world.worker.turn().await.unwrap();
        let lives = (-5..life).contains(&jump);
        for (held, proof) in &mut open {
            let first = world.act(held, "proof", proof.clone()).await;
            assert_eq!(first.status == 200, lives, "{jump} s: {}", first.body);
            let again = world.act(held, "proof", proof.clone()).await;
            assert_ne!(again.status, 200, "{jump} s: a code works twice: {}", again.body);
            *if lives { &mut taken } else { &mut over } += 1;
        }
        // What an authenticator has shown once is used up, however the clock goes.
        let mut replayed = world.start("reset", "ada").await;
        world.ask(&mut replayed, "ada", "totp").await;
        assert_ne!(world.act(&mut replayed, "proof", shown).await.status, 200, "{jump} s");
        // Whoever begins now is not held up by anything that was counted, sent or promised before.
        world.wait(60);
        let mut fresh = world.through_gates("grace").await;
        let done = world.act(&mut fresh, "password", json!({"new_password": "violet tractor onion mail"})).await;
        assert_eq!((done.status, fresh.step()), (200, "done"), "{jump} s: {}", done.body);
        world.worker.turn().await.unwrap();
        world.holds().await;
    }
    BTreeMap::from([
        ("jumps of the clock", u64::try_from(JUMPS.len()).unwrap()),
        ("open codes that still worked, once", taken),
        ("open codes that were over", over),
        ("codes that worked when they were over, or twice", 0),
    ])
}

#[tokio::test]
async fn a_clock_that_jumps_makes_no_code_work_again_and_keeps_nobody_out() {
    // R14
    jumps(3).await;
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long clocks"]
async fn long_clocks_that_jump() {
    // R14: 12 jumps, 100 flows each
    for (name, value) in jumps(100).await {
        println!("figure: {name} = {value}");
    }
}
