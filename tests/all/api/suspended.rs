//! An operator suspends the server: from then on nothing is written, people are told, and nothing that is open is lost.

use axum::body::Body;
use axum::http::Request;
use latchkey_server::clock::Clock as _;
use latchkey_server::guard::suspension;
use latchkey_server::operation;
use latchkey_server::person::ending;
use serde_json::{Value, json};

use super::faults::{Fault, faulty};
use super::world::{Held, Reply, World, by, post};

const NEW: &str = "violet tractor onion mail";

async fn suspend(world: &World) {
    let app = &world.app;
    suspension::suspend(&app.store, &app.keys, app.clock.now(), &by()).await.unwrap();
}

async fn resume(world: &World) {
    let app = &world.app;
    suspension::resume(&app.store, &app.keys, app.clock.now(), &by()).await.unwrap();
}

async fn get(world: &World, path: &str) -> Reply {
    world.send(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn set_password(world: &World, held: &mut Held) -> Reply {
    world.act(held, "password", json!({"new_password": NEW})).await
}

fn assert_suspended(reply: &Reply) {
    assert_eq!((reply.status, reply.code()), (503, "suspended"), "{}", reply.body);
    assert!(reply.headers.contains_key("retry-after"));
}

/// Rows of the audit of an event that came after the server was suspended.
async fn after_it(world: &World, event: &str) -> i64 {
    let (rows,): (i64,) = sqlx::query_as(
        "SELECT count(*) FROM audit WHERE event = ? AND id > (SELECT id FROM audit WHERE event = 'server suspended')",
    )
    .bind(event)
    .fetch_one(world.app.store.pool())
    .await
    .unwrap();
    rows
}

#[tokio::test]
async fn while_it_is_suspended_nothing_begins_and_everybody_is_told() {
    let world = World::new().await;
    assert_eq!(get(&world, "/v1/campus").await.body["suspended"], false);
    suspend(&world).await;
    let campus = get(&world, "/v1/campus").await;
    assert_eq!((campus.status, &campus.body["suspended"]), (200, &json!(true)));
    assert!(campus.body["helpdesk"]["phone"].is_string(), "whom to turn to");
    // What stands in front goes on sending people here, who are told.
    let health = get(&world, "/v1/health").await;
    assert_eq!((health.status, health.body), (200, json!({"status": "suspended"})));
    assert!(world.metrics().await.lines().any(|line| line == "latchkey_suspended 1"));
    for intent in ["reset", "unlock", "change", "register"] {
        for account in ["ada", "nobody-at-all"] {
            assert_suspended(&world.ask_to_start(intent, account).await);
        }
    }
    assert_eq!(after_it(&world, "flow started").await, 0);
    resume(&world).await;
    assert_eq!(get(&world, "/v1/campus").await.body["suspended"], false);
    assert_eq!(get(&world, "/v1/health").await.body, json!({"status": "ok"}));
    assert!(world.metrics().await.lines().any(|line| line == "latchkey_suspended 0"));
    assert_eq!(world.ask_to_start("reset", "ada").await.status, 201);
}

#[tokio::test]
async fn what_is_open_waits_and_goes_on_afterwards() {
    let world = World::new().await;
    let mut chosen = world.through_gates("grace").await;
    let mut begun = world.start("reset", "ada").await;
    let mut managed = world.register("ada", Some("totp")).await;
    let mut given_up = world.start("reset", "ada").await;
    suspend(&world).await;
    let written = set_password(&world, &mut chosen).await;
    assert_suspended(&written);
    assert_eq!(written.body["flow"]["step"], "set_password", "it says where the flow stands");
    assert_eq!(world.writes("grace").await, 0);
    let sent = world.sent().len();
    assert_suspended(&world.ask(&mut begun, "ada", "text_mobile").await);
    assert_suspended(&world.act(&mut managed, "methods", json!({"means": "recovery_codes"})).await);
    assert_eq!(world.sent().len(), sent, "no code is sent for it");
    assert_eq!(world.act(&mut given_up, "cancel", json!({})).await.status, 200);
    // An app that waits looks now and then: its flow does not end of being idle.
    for _ in 0..3 {
        world.wait(180);
        for held in [&mut chosen, &mut begun, &mut managed] {
            assert_suspended(&world.show(held).await);
        }
    }
    resume(&world).await;
    let done = set_password(&world, &mut chosen).await;
    assert_eq!((done.status, chosen.step()), (200, "done"), "{}", done.body);
    assert_eq!(world.writes("grace").await, 1);
    assert!(world.signs_in("grace", NEW).await);
    assert_eq!(world.show(&mut begun).await.status, 200);
    world.pass(&mut begun, "ada", "text_mobile").await;
    assert_eq!(world.show(&mut managed).await.status, 200);
    assert_eq!(managed.step(), "manage");
}

#[tokio::test]
async fn time_that_is_over_is_over_also_while_it_is_suspended() {
    let world = World::new().await;
    let mut held = world.start("reset", "ada").await;
    suspend(&world).await;
    for _ in 0..20 {
        world.wait(200);
        world.show(&mut held).await;
    }
    resume(&world).await;
    world.show(&mut held).await;
    assert_eq!(held.step(), "expired", "an hour is the longest");
}

#[tokio::test]
async fn a_write_that_had_begun_is_done_and_known_and_none_begins_after() {
    // R05
    let (mut world, directory) = faulty().await;
    let mut slow = world.through_gates("grace").await;
    let mut late = world.through_gates("ada").await;
    // The worker would wait for its turn beside the write.
    world.worker_follows = false;
    let world = world;
    directory.set(Fault::Slow);
    let app = &world.app;
    let writing = set_password(&world, &mut slow);
    let suspending = async {
        while operation::under_way(&app.store, app.clock.now()).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
        suspend(&world).await;
        assert_suspended(&set_password(&world, &mut late).await);
        assert_eq!(operation::under_way(&app.store, app.clock.now()).await.unwrap(), 1, "`suspend` waits for it");
        directory.go_on.notify_one();
    };
    let (written, ()) = tokio::join!(writing, suspending);
    assert_eq!((written.status, slow.step()), (200, "done"), "{}", written.body);
    assert_eq!((world.writes("grace").await, world.writes("ada").await), (1, 0));
    assert_eq!(operation::under_way(&app.store, app.clock.now()).await.unwrap(), 0);
    assert_eq!(after_it(&world, "directory write intended").await, 0);
}

#[tokio::test]
async fn of_writes_that_come_at_the_moment_of_it_none_is_intended_after() {
    let world = World::new().await;
    let mut grace = world.through_gates("grace").await;
    let mut ada = world.through_gates("ada").await;
    let mut marie = world.through_gates("marie").await;
    let (of_grace, (), of_ada, of_marie) = tokio::join!(
        set_password(&world, &mut grace),
        suspend(&world),
        set_password(&world, &mut ada),
        set_password(&world, &mut marie),
    );
    let mut done = 0;
    for (name, reply) in [("grace", of_grace), ("ada", of_ada), ("marie", of_marie)] {
        let written = reply.status == 200;
        assert!(written || reply.code() == "suspended", "{name}: {}", reply.body);
        assert_eq!(world.writes(name).await, i64::from(written), "{name}");
        done += i64::from(written);
    }
    let (intended,): (i64,) = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'directory write intended'")
        .fetch_one(world.app.store.pool())
        .await
        .unwrap();
    assert_eq!((intended, after_it(&world, "directory write intended").await), (done, 0));
}

#[tokio::test]
async fn suspending_twice_is_once_and_the_helpdesk_unlocks_nobody_meanwhile() {
    let world = World::new().await;
    let app = &world.app;
    let first = suspension::suspend(&app.store, &app.keys, app.clock.now(), &by()).await.unwrap();
    world.wait(60);
    let second = suspension::suspend(&app.store, &app.keys, app.clock.now(), &by()).await.unwrap();
    assert_eq!((first, second.map(|since| app.clock.now().duration_since(since).as_secs())), (None, Some(60)));
    let refused = latchkey_server::person::account::unlock(app, "locked", &by()).await.unwrap_err();
    assert!(refused.to_string().contains("latchkey-server resume"), "{refused}");
    assert!(world.entry("locked").await.locked);
    assert!(suspension::resume(&app.store, &app.keys, app.clock.now(), &by()).await.unwrap().is_some());
    assert!(suspension::resume(&app.store, &app.keys, app.clock.now(), &by()).await.unwrap().is_none());
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT event, actor FROM audit WHERE event LIKE 'server %' ORDER BY id")
            .fetch_all(app.store.pool())
            .await
            .unwrap();
    let by_whom = |event: &str| (event.to_owned(), "m. jones".to_owned());
    assert_eq!(rows, [by_whom("server suspended"), by_whom("server resumed")]);
    assert!(latchkey_server::person::account::unlock(app, "locked", &by()).await.unwrap().was_locked);
}

#[tokio::test]
async fn everything_open_is_voided_at_once_with_its_codes_and_passes() {
    // FL-14
    let world = World::new().await;
    let chosen = world.through_gates("grace").await;
    let mut asked = world.start("reset", "ada").await;
    world.ask(&mut asked, "ada", "text_mobile").await;
    let proof = world.right_proof(&asked, "ada");
    let decoy = world.start("reset", "nobody-at-all").await;
    let managed = world.register("ada", Some("totp")).await;
    latchkey_server::person::account::pass(&world.app, "ada", &by()).await.unwrap();
    // A code that waits for its gateway.
    world.break_delivery(true);
    let mut waits = world.start("reset", "grace").await;
    world.ask(&mut waits, "grace", "email").await;

    let ended = ending::end_everything(&world.app.store, &world.app.keys, world.clock.now(), &by()).await.unwrap();
    assert_eq!(ended, 5);
    for held in [&chosen, &asked, &decoy, &managed, &waits] {
        let mut held = held.clone();
        assert_eq!(world.show(&mut held).await.status, 200);
        assert_eq!(held.step(), "cancelled");
    }
    let body = json!({"revision": asked.revision(), "code": proof["code"]}).to_string();
    let late = world.send(post("/v1/flow/proof", Some(&asked.token), body, None)).await;
    assert_eq!((late.status, late.code()), (409, "stale"), "{}", late.body);
    let mut held = chosen;
    assert_eq!(set_password(&world, &mut held).await.status, 409);
    assert_eq!(world.writes("grace").await, 0);
    assert_eq!(world.messages("code", "queued").await, 0, "what had not left never leaves");
    let (passes,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM helpdesk_passes").fetch_one(world.app.store.pool()).await.unwrap();
    assert_eq!(passes, 0);
    let (event, outcome): (String, String) =
        sqlx::query_as("SELECT event, outcome FROM audit WHERE actor IS NOT NULL ORDER BY id DESC LIMIT 1")
            .fetch_one(world.app.store.pool())
            .await
            .unwrap();
    assert_eq!((event.as_str(), outcome.as_str()), ("everything open was voided", "5 flows, and all passes"));
    // Nobody is hindered from beginning anew.
    world.break_delivery(false);
    world.wait(7200);
    let mut again: Held = world.through_gates("grace").await;
    let done: Value = set_password(&world, &mut again).await.body;
    assert_eq!(done["step"], "done", "{done}");
}
