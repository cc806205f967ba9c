//! Time: whoever is still there gets more of it, up to an hour (AX-04).

use latchkey_server::clock::Clock as _;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::world::{Gateway, Held, World, by};

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

/// How many rows there are of what is kept for a while.
async fn kept(world: &World) -> Vec<(String, i64)> {
    let mut counts = Vec::new();
    for table in ["undos", "messages", "flows", "challenges", "operations", "used_recovery_codes", "methods"] {
        let count = format!("SELECT count(*) FROM {table}");
        let (count,): (i64,) =
            sqlx::query_as(sqlx::AssertSqlSafe(count)).fetch_one(world.app.store.pool()).await.unwrap();
        counts.push((table.to_owned(), count));
    }
    counts
}

/// A campus with something of everything that is kept for a while, and the code of a notice to grace's mailbox.
async fn with_everything() -> (World, String) {
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    let mut reset = world.start("reset", "grace").await;
    world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
    assert_eq!(world.act(&mut reset, "proof", json!({"code": codes[0]})).await.status, 200);
    world.pass(&mut reset, "grace", "text_mobile").await;
    let set = world.act(&mut reset, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!(set.status, 200);
    world.break_delivery(true);
    let person = "violet tractor onion mail";
    let mut held = world.start("register", "grace").await;
    world.act(&mut held, "proof", json!({"current_password": person})).await;
    let code = world.notices().iter().find(|(to, _)| to == "grace@home.example").unwrap().1.clone();
    (world, code)
}

#[tokio::test]
async fn nothing_is_thrown_away_for_a_clock_that_leaps_and_once_it_is_right_again_all_is_as_before() {
    // B8, R14
    let (world, code) = with_everything().await;
    let before = kept(&world).await;
    assert!(before.iter().all(|(table, count)| *count > 0 || table == "challenges"), "{before:?}");
    world.clock.jump(jiff::SignedDuration::from_hours(400 * 24));
    let restarted = world.another_worker();
    for minute in 0..60 {
        world.worker.turn().await.unwrap();
        if minute == 30 {
            // A start does not make the clock right.
            restarted.take_up().await.unwrap();
        }
        if minute > 30 {
            restarted.turn().await.unwrap();
        }
        assert_eq!(kept(&world).await, before, "minute {minute}");
        world.wait(60);
    }
    let jumps: (i64,) = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'clock moved'")
        .fetch_one(world.app.store.pool())
        .await
        .unwrap();
    assert_eq!(jumps.0, 1, "it is said once");
    world.clock.jump(jiff::SignedDuration::from_hours(-400 * 24));
    world.worker.turn().await.unwrap();
    assert_eq!(kept(&world).await, before);
    world.break_delivery(false);
    assert_eq!(world.not_me(&code).await.body, json!({"undone": true}));
}

#[tokio::test]
async fn what_is_too_old_goes_once_its_time_has_really_passed() {
    // B8
    let (world, _) = with_everything().await;
    world.break_delivery(false);
    for _ in 0..8 {
        world.wait(12 * 60 * 60);
        world.worker.turn().await.unwrap();
    }
    let left = kept(&world).await;
    assert!(left.iter().all(|(table, count)| *count == 0 || table == "methods"), "{left:?}");
}

#[tokio::test]
async fn a_clock_that_goes_back_voids_open_codes_and_passes() {
    // THREATS 3.2, rule 8; R14
    let world = World::new().await;
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "text_mobile").await;
    let proof = world.right_proof(&held, "grace");
    let pass = latchkey_server::person::account::pass(&world.app, "grace", &by()).await.unwrap();
    world.worker.turn().await.unwrap();
    world.clock.jump(jiff::SignedDuration::from_secs(-6));
    world.worker.turn().await.unwrap();
    let void = world.act(&mut held, "proof", proof).await;
    assert_eq!((void.status, void.code()), (422, "code_expired"), "{}", void.body);
    let again = world.ask(&mut held, "grace", "text_mobile").await;
    assert_eq!(again.status, 200, "another one may be asked for at once: {}", again.body);
    let proof = world.right_proof(&held, "grace");
    assert_eq!(world.act(&mut held, "proof", proof).await.status, 200);
    let mut other = world.start("reset", "grace").await;
    world.ask(&mut other, "grace", "helpdesk_pass").await;
    let void = world.act(&mut other, "proof", json!({"code": pass.code.expose_secret()})).await;
    assert_eq!(void.code(), "code_wrong");
}

/// A year.
const AHEAD: i64 = 365 * 24;

async fn run(world: &World, statement: &'static str) {
    sqlx::query(statement).bind(world.clock.now().as_millisecond()).execute(world.app.store.pool()).await.unwrap();
}

#[tokio::test]
async fn a_write_that_was_begun_under_a_clock_far_ahead_is_settled_once_its_lease_would_have_ended() {
    // B8, B9: as if the process had died at the write, and another had set the clock right
    let world = World::new().await;
    let mut held = world.through_gates("grace").await;
    let set = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!(set.status, 200);
    run(&world, "UPDATE operations SET state = 'intent', leased_until = ?1 + 31536000000").await;
    run(&world, "UPDATE flows SET step = 'working' WHERE ?1 > 0").await;
    world.worker.turn().await.unwrap();
    world.show(&mut held).await;
    assert_eq!(held.step(), "working", "somebody may be at it");
    world.wait(31);
    world.worker.turn().await.unwrap();
    world.show(&mut held).await;
    assert_eq!(held.step(), "done");
}

#[tokio::test]
async fn a_message_that_was_leased_or_put_off_under_a_clock_far_ahead_leaves() {
    // B8, B9
    let world = World::new().await;
    world.set_gateway(Gateway::IsDown);
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "email").await;
    world.set_gateway(Gateway::Takes);
    run(&world, "UPDATE messages SET state = 'leased', tries = 1, leased_until = ?1 + 31536000000").await;
    world.worker.turn().await.unwrap();
    assert!(world.sent().is_empty(), "somebody may be at it");
    world.wait(61);
    world.worker.turn().await.unwrap();
    world.worker.turn().await.unwrap();
    assert_eq!((world.sent().len(), world.messages("code", "accepted").await), (1, 1));

    // A notice of a reset that was done under that clock, while no gateway took anything.
    for restarts in [false, true] {
        let world = World::new().await;
        world.clock.jump(jiff::SignedDuration::from_hours(AHEAD));
        let mut held = world.through_gates("ada").await;
        world.set_gateway(Gateway::IsDown);
        let set = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
        assert_eq!(set.status, 200);
        let owed = world.messages("notice", "queued").await;
        assert!(owed > 0);
        world.clock.jump(jiff::SignedDuration::from_hours(-AHEAD));
        world.set_gateway(Gateway::Takes);
        let other = world.another_worker();
        let worker = if restarts { &other } else { &world.worker };
        if restarts {
            worker.take_up().await.unwrap();
        }
        for _ in 0..2 {
            worker.turn().await.unwrap();
        }
        assert_eq!(world.messages("notice", "accepted").await, owed, "after a restart: {restarts}");
    }
}

#[tokio::test]
async fn what_a_clock_far_ahead_has_opened_is_void_after_a_start_at_the_right_time() {
    // THREATS 3.2, rule 8: the clock was set right while the server was off
    let mut world = World::new().await;
    world.clock.jump(jiff::SignedDuration::from_hours(AHEAD));
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "text_mobile").await;
    let proof = world.right_proof(&held, "grace");
    // Nobody is there who has seen it move.
    world.worker_follows = false;
    world.clock.jump(jiff::SignedDuration::from_hours(-AHEAD));
    let started = world.another_worker();
    started.take_up().await.unwrap();
    let void = world.act(&mut held, "proof", proof).await;
    assert_eq!((void.status, void.code()), (422, "code_expired"), "{}", void.body);
    world.wait(60 * 60);
    world.show(&mut held).await;
    assert_eq!(held.step(), "expired", "and nothing is open until then");
    let jumps = async || {
        let count = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'clock moved' AND outcome LIKE '%back'");
        let (jumps,): (i64,) = count.fetch_one(world.app.store.pool()).await.unwrap();
        jumps
    };
    let before = jumps().await;
    world.another_worker().take_up().await.unwrap();
    assert_eq!((before > 0, jumps().await), (true, before), "the next start finds nothing of it");
}
