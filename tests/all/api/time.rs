//! Time: whoever is still there gets more of it, up to an hour (AX-04).

use serde_json::json;

use super::world::{Held, World};

/// The limits of the product, not those of the demonstration.
async fn world() -> World {
    World::with(|config| {
        let limits = latchkey_server::guard::limits::Limits::default();
        config.limits.flow_idle_seconds = limits.flow_idle_seconds;
        assert_eq!((limits.flow_idle_seconds, config.limits.flow_seconds), (240, 3600));
    })
    .await
}

/// Extends so often, each time in the last second.
async fn extend(world: &World, held: &mut Held, times: usize, step: &str) {
    for time in 0..times {
        world.wait(239);
        assert_eq!(world.act(held, "extend", json!({})).await.status, 200, "extension {time}");
        assert_eq!(held.step(), step, "extension {time}");
    }
}

#[tokio::test]
async fn every_step_can_be_extended_ten_times_and_more() {
    // AX-04
    let world_ = world().await;
    let mut choosing = world_.start("reset", "grace").await;
    extend(&world_, &mut choosing, 12, "choose_method").await;

    let world_ = world().await;
    let mut between = world_.start("reset", "grace").await;
    world_.pass(&mut between, "grace", "text_mobile").await;
    extend(&world_, &mut between, 12, "choose_method").await;
    world_.pass(&mut between, "grace", "email").await;
    assert_eq!(between.step(), "set_password");

    let world_ = world().await;
    let mut setting = world_.through_gates("grace").await;
    extend(&world_, &mut setting, 12, "set_password").await;
    let done = world_.act(&mut setting, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!((done.status, setting.step()), (200, "done"));

    let world_ = world().await;
    let mut managing = world_.register("grace", Some("email")).await;
    extend(&world_, &mut managing, 12, "manage").await;
    assert_eq!(world_.act(&mut managing, "finish", json!({})).await.status, 200);
}

#[tokio::test]
async fn nothing_goes_on_for_more_than_an_hour() {
    // AX-04, 63B §2.2.3
    for step in ["choose_method", "set_password", "manage"] {
        let world = world().await;
        let mut held = match step {
            "choose_method" => world.start("reset", "grace").await,
            "set_password" => world.through_gates("grace").await,
            _ => world.register("grace", Some("email")).await,
        };
        extend(&world, &mut held, 15, step).await;
        assert_eq!(held.flow["expires_at"], "2026-11-24T09:00:00Z", "{step}");
        world.wait(15);
        world.show(&mut held).await;
        assert_eq!(held.step(), "expired", "{step}");
    }
}

#[tokio::test]
async fn without_a_sign_of_life_a_proof_is_good_for_its_time_only() {
    let world = World::with(|config| config.limits.flow_idle_seconds = 3600).await;
    let mut held = world.start("reset", "grace").await;
    world.pass(&mut held, "grace", "text_mobile").await;
    world.wait(15 * 60 - 1);
    for _ in 0..3 {
        // Looking is safe: it renews nothing (B8).
        world.show(&mut held).await;
        assert_eq!((held.step(), &held.flow["expires_at"]), ("choose_method", &json!("2026-11-24T08:15:00Z")));
    }
    world.act(&mut held, "extend", json!({})).await;
    assert_eq!((held.step(), &held.flow["expires_at"]), ("choose_method", &json!("2026-11-24T08:29:59Z")));
    world.wait(15 * 60);
    let late = world.ask(&mut held, "grace", "email").await;
    assert_eq!((late.code(), held.step()), ("stale", "expired"));
}
