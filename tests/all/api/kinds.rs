//! Attacks and accidents of the same kinds as those that were found before: other doors to the same mistake.

use latchkey_server::config::Config;
use latchkey_server::guard::limits::Limits;
use latchkey_server::person::account;
use latchkey_server::store::Store;
use serde_json::json;

use super::world::{Held, World, by, post};

/// The limits of the product, not those of the demonstration.
fn limits(config: &mut Config) {
    let work = (config.limits.human_check_work, config.limits.human_check_work_at_most);
    config.limits = Limits { flow_idle_seconds: 3600, ..Limits::default() };
    (config.limits.human_check_work, config.limits.human_check_work_at_most) = work;
}

async fn run(world: &World, statement: &'static str, account: &str) {
    sqlx::query(statement).bind(world.id(account).await).execute(world.app.store.pool()).await.unwrap();
}

#[tokio::test]
async fn an_account_that_is_no_longer_served_sets_nothing_up_and_no_device_of_it_becomes_known() {
    // B3
    for ends in [
        "UPDATE people SET enabled = FALSE WHERE id = ?",
        "UPDATE people SET privileged = TRUE WHERE id = ?",
        "UPDATE people SET gone = TRUE WHERE id = ?",
    ] {
        let world = World::new().await;
        let mut open = world.register("grace", Some("email")).await;
        let mut done = world.through_gates("ada").await;
        let new = json!({"new_password": "violet tractor onion mail"});
        assert_eq!(world.act(&mut done, "password", new).await.status, 200);
        run(&world, ends, "grace").await;
        run(&world, ends, "ada").await;
        let mobile = json!({"means": "mobile", "method": "text_mobile", "destination": "+1 202 555 0199"});
        let refused = world.act(&mut open, "methods", mobile).await;
        assert_eq!((refused.status, refused.code(), open.step()), (409, "not_allowed", "blocked"), "{ends}");
        let refused = world.act(&mut done, "device", json!({})).await;
        assert_eq!((refused.status, refused.code()), (409, "not_allowed"), "{ends}");
    }
}

#[tokio::test]
async fn what_is_forgotten_ends_every_flow_however_far_it_has_come() {
    // B6, FL-14
    let world = World::new().await;
    let mut granted = world.through_gates("grace").await;
    let mut half = world.start("reset", "grace").await;
    world.pass(&mut half, "grace", "email").await;
    account::forget(&world.app, "grace", &by()).await.unwrap();
    for held in [&mut granted, &mut half] {
        let new = json!({"new_password": "violet tractor onion mail"});
        assert_eq!(world.act(held, "password", new).await.status, 401);
    }
    assert_eq!(world.writes("grace").await, 0);
}

#[tokio::test]
async fn whoever_sets_up_the_number_of_somebody_else_leaves_its_owner_the_codes_that_they_need() {
    // C2, OT-15: two people who may sign in add grace's number as their own, all day
    let world = World::with(|config| {
        limits(config);
        config.limits.resend_seconds = 10;
    })
    .await;
    let mut owner = world.register("grace", Some("email")).await;
    world.act(&mut owner, "finish", json!({})).await;
    let given = world.act(&mut owner, "device", json!({})).await;
    let device = given.body["token"].as_str().unwrap().to_owned();
    world.wait(24 * 60 * 60);
    world.forget_sent();
    let number = "+1 202 555 0156";
    for insider in ["ada", "marie", "linus"] {
        let proof = if insider == "linus" { "totp" } else { "email" };
        for _ in 0..4 {
            let mut held = world.start("register", insider).await;
            let password = world.person(insider).unwrap().password.clone();
            if world.act(&mut held, "proof", json!({"current_password": password})).await.status != 200 {
                continue;
            }
            world.pass(&mut held, insider, proof).await;
            for method in ["text_mobile", "call_mobile"] {
                for _ in 0..3 {
                    let add = json!({"means": "mobile", "method": method, "destination": number});
                    world.act(&mut held, "methods", add).await;
                    world.wait(70);
                }
            }
            world.wait(15 * 60);
        }
    }
    let rung = world.sent().iter().filter(|(_, to, body)| to == "+12025550156" && !body.contains("just")).count();
    assert!((5..=8).contains(&rung), "{rung}");
    // On a device that is known, and after another gate.
    let started = world.ask_to_start_on("reset", "grace", Some(&device)).await;
    let token = started.body["token"].as_str().unwrap().to_owned();
    let mut known = Held { token, flow: started.body["flow"].clone(), current_password: None };
    world.pass(&mut known, "grace", "text_mobile").await;
    world.wait(15 * 60);
    let mut held = world.start("reset", "grace").await;
    world.pass(&mut held, "grace", "email").await;
    world.pass(&mut held, "grace", "text_mobile").await;
    assert_eq!(held.step(), "set_password");
}

#[tokio::test]
async fn wrong_proofs_all_day_ring_nobody_all_day() {
    // E3, TF-12: what cannot be guessed has no budget, and each fifth wrong one was told of
    let world = World::with(limits).await;
    let told = |world: &World, to: &str| {
        let sent = world.sent().into_iter();
        sent.filter(|(_, whom, body)| whom == to && body.contains("several failed tries")).count()
    };
    for _ in 0..12 {
        for _ in 0..3 {
            let mut held = world.start("reset", "grace").await;
            world.act(&mut held, "challenge", json!({"method": "recovery_code"})).await;
            for _ in 0..5 {
                world.act(&mut held, "proof", json!({"code": "0000-0000-0000-0000"})).await;
            }
            world.worker.turn().await.unwrap();
        }
        world.wait(60 * 60);
    }
    assert_eq!((told(&world, "+12025550156"), told(&world, "grace@home.example")), (3, 3));
    world.wait(24 * 60 * 60);
    let mut held = world.start("reset", "grace").await;
    world.act(&mut held, "challenge", json!({"method": "recovery_code"})).await;
    for _ in 0..5 {
        world.act(&mut held, "proof", json!({"code": "0000-0000-0000-0000"})).await;
    }
    world.worker.turn().await.unwrap();
    assert_eq!(told(&world, "+12025550156"), 4, "and another day it is told again");
}

#[tokio::test]
async fn a_directory_is_read_again_after_a_clock_that_was_ahead() {
    // B9
    let world = World::new().await;
    world.clock.jump(jiff::SignedDuration::from_hours(24 * 365));
    world.worker.turn().await.unwrap();
    world.clock.jump(jiff::SignedDuration::from_hours(-24 * 365));
    world.worker.turn().await.unwrap();
    sqlx::query("UPDATE directory_accounts SET enabled = FALSE WHERE account = 'grace'")
        .execute(world.app.store.pool())
        .await
        .unwrap();
    world.wait(25 * 60 * 60);
    world.worker.turn().await.unwrap();
    assert!(!account::show(&world.app, "grace").await.unwrap().person.enabled);
}

#[tokio::test]
async fn a_hash_that_is_damaged_is_as_wrong_as_any_and_an_error_to_nobody() {
    // D4
    let world = World::new().await;
    let mut setting = world.register("ada", Some("email")).await;
    let codes = world.recovery_codes(&mut setting).await;
    let of = |held: &Held| held.flow["prove"]["attempts_left"].clone();
    run(&world, "UPDATE answers SET answer_phc = '$argon2id$nothing' WHERE account_id = ?", "ada").await;
    run(&world, "UPDATE recovery_codes SET code_phc = '' WHERE account_id = ?", "ada").await;
    run(&world, "UPDATE directory_accounts SET password_phc = 'x' WHERE id = ?", "ada").await;
    let mut held = world.start("reset", "ada").await;
    world.ask(&mut held, "ada", "questions").await;
    let answers = world.right_proof(&held, "ada");
    let wrong = world.act(&mut held, "proof", answers).await;
    assert_eq!((wrong.status, wrong.code(), of(&held)), (422, "answers_wrong", json!(4)));
    world.ask(&mut held, "ada", "recovery_code").await;
    let wrong = world.act(&mut held, "proof", json!({"code": codes[0]})).await;
    assert_eq!((wrong.status, wrong.code()), (422, "code_wrong"));
    let mut held = world.start("register", "ada").await;
    let password = world.person("ada").unwrap().password.clone();
    let wrong = world.act(&mut held, "proof", json!({"current_password": password})).await;
    assert_eq!((wrong.status, wrong.code()), (422, "current_password_wrong"));
}

#[tokio::test]
async fn a_disk_that_is_full_is_a_part_that_is_missing_and_no_failure() {
    // B7
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("latchkey.db")).await.unwrap();
    let world = World::on(store, |_| {}, |local| local as _).await;
    let pool = world.app.store.pool();
    let (pages,): (i64,) = sqlx::query_as("PRAGMA page_count").fetch_one(pool).await.unwrap();
    let most = |pages: i64| sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")));
    most(pages).execute(pool).await.unwrap();
    let body = |check| json!({"intent": "reset", "account": "ada", "human_check": check, "language": "en"}).to_string();
    let mut started = 0;
    // What is left of the last pages takes some of them.
    let refused = loop {
        let body = body(world.human_check_alone().await);
        let reply = world.send_alone(post("/v1/flows", None, body.clone(), None)).await;
        if reply.status != 201 {
            break (reply, body);
        }
        started += 1;
        assert!(started < 1_000, "the disk is not full");
    };
    let (full, body) = refused;
    assert_eq!((full.status, full.code()), (503, "unavailable"), "{}", full.body);
    assert!(full.headers.contains_key("retry-after"));
    most(i64::from(i32::MAX)).execute(pool).await.unwrap();
    let again = world.send_alone(post("/v1/flows", None, body, None)).await;
    assert_eq!(again.status, 201, "its human check was not used up: {}", again.body);
}
