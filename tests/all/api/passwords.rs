//! The one call that writes: exactly once, and never without its right.

use axum::body::Body;
use axum::http::Request;
use latchkey_server::store::Store;
use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use super::world::{Reply, World, post};

const NEW: &str = "violet tractor onion mail";

#[tokio::test]
async fn the_same_key_and_body_never_set_twice_and_another_body_is_told_so() {
    let world = World::new().await;
    let held = world.through_gates("grace").await;
    let key = Uuid::new_v4().to_string();
    let call = |new: &str| {
        let body = json!({"revision": held.revision(), "new_password": new}).to_string();
        post("/v1/flow/password", Some(&held.token), body, Some(&key))
    };
    let first = world.send(call(NEW)).await;
    let again = world.send(call(NEW)).await;
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.body, again.body);
    let other = world.send(call("another fine sentence")).await;
    assert_eq!((other.status, other.code()), (409, "idempotency_mismatch"));
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn a_refusal_is_replayed_too() {
    let world = World::new().await;
    let mut held = world.through_gates("grace").await;
    let key = Uuid::new_v4().to_string();
    for _ in 0..2 {
        let body = json!({"revision": held.revision(), "new_password": "short"}).to_string();
        let refused = world.send(post("/v1/flow/password", Some(&held.token), body, Some(&key))).await;
        assert_eq!((refused.status, refused.code()), (422, "password_refused"));
        assert_eq!(refused.body["refusals"][0], json!({"reason": "too_short", "value": 12}));
    }
    let done = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!(done.status, 200);
}

#[tokio::test]
async fn of_many_at_once_one_password_is_set() {
    // OT-03, PW-11
    let world = World::new().await;
    let held = world.through_gates("grace").await;
    let calls = (0..40).map(|n| {
        let body = json!({"revision": held.revision(), "new_password": format!("violet tractor onion {n}")});
        let key = Uuid::new_v4().to_string();
        world.send(post("/v1/flow/password", Some(&held.token), body.to_string(), Some(&key)))
    });
    let replies = futures_of(calls).await;
    assert_eq!(replies.iter().filter(|status| **status == 200).count(), 1, "{replies:?}");
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn equal_calls_at_once_with_one_key_get_one_answer() {
    // B7, R02
    for (new, status, writes) in [("short", 422, 0), ("password123456789", 422, 0), (NEW, 200, 1)] {
        let world = World::new().await;
        let held = world.through_gates("grace").await;
        let key = Uuid::new_v4().to_string();
        let body = json!({"revision": held.revision(), "new_password": new}).to_string();
        let call = || world.send(post("/v1/flow/password", Some(&held.token), body.clone(), Some(&key)));
        let replies = replies_of((0..8).map(|_| call())).await;
        for reply in &replies {
            assert_eq!((reply.status, &reply.body), (status, &replies[0].body), "{new}");
            let step = reply.body["step"].as_str().unwrap_or("refused");
            assert_eq!(step, if writes == 1 { "done" } else { "refused" }, "{new}");
        }
        assert_eq!(world.writes("grace").await, writes, "{new}");
        let refused: (i64,) = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'directory write refused'")
            .fetch_one(world.app.store.pool())
            .await
            .unwrap();
        assert_eq!(refused.0, 1 - writes, "{new}: one row for all");
    }
}

#[tokio::test]
async fn a_database_that_another_program_holds_is_busy_and_not_broken() {
    // B7
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    let world = World::on(Store::open(&path).await.unwrap(), |_| {}, |local| local as _).await;
    let held = world.through_gates("grace").await;
    let other = sqlx::sqlite::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(&path));
    let other = other.await.unwrap();
    let holding = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let key = Uuid::new_v4().to_string();
    let body = json!({"revision": held.revision(), "new_password": NEW}).to_string();
    let call = || post("/v1/flow/password", Some(&held.token), body.clone(), Some(&key));
    let busy = world.send_alone(call()).await;
    assert_eq!((busy.status, busy.code()), (503, "unavailable"), "{}", busy.body);
    assert!(busy.body["retry_after"].as_u64().is_some_and(|seconds| seconds > 0), "{}", busy.body);
    assert!(busy.headers.contains_key("retry-after"));
    holding.rollback().await.unwrap();
    assert_eq!(world.send(call()).await.status, 200);
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn without_an_idempotency_key_nothing_is_set() {
    let world = World::new().await;
    let held = world.through_gates("grace").await;
    let body = json!({"revision": held.revision(), "new_password": NEW}).to_string();
    for key in [None, Some(""), Some("1"), Some("not-a-uuid")] {
        let refused = world.send(post("/v1/flow/password", Some(&held.token), body.clone(), key)).await;
        assert_eq!((refused.status, refused.code()), (400, "malformed"));
    }
    assert_eq!(world.writes("grace").await, 0);
}

#[tokio::test]
async fn the_right_to_set_a_password_ends_after_ten_minutes() {
    let world = World::with(|config| config.limits.flow_idle_seconds = 3600).await;
    let mut held = world.through_gates("grace").await;
    world.wait(600);
    let late = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((late.status, late.code(), held.step()), (409, "stale", "expired"));
    assert_eq!(world.writes("grace").await, 0);
}

#[tokio::test]
async fn no_shape_of_a_proof_changes_a_password_without_the_old_one() {
    // FL-09, FL-10
    let world = World::with(|config| config.limits.tries_of_current_password = 10).await;
    let mut held = world.start("change", "grace").await;
    let long = "x".repeat(1025);
    let wide = "x".repeat(17_000);
    let shapes = [
        r"null",
        r"[]",
        r#"["copper meadow window 51"]"#,
        r"0",
        r"true",
        r"{}",
        r#"{"$ne":null}"#,
        r#""""#,
        r#""   ""#,
        r#""\u0000""#,
        r#""copper meadow window 51\u0000""#,
        r#"" copper meadow window 51""#,
        r#""COPPER MEADOW WINDOW 51""#,
        r#""copper meadow window 5""#,
        r#""*""#,
        r#""\ud800""#,
    ];
    let mut bodies: Vec<String> =
        shapes.iter().map(|shape| format!(r#"{{"revision":1,"current_password":{shape}}}"#)).collect();
    bodies.extend([
        format!(r#"{{"revision":1,"current_password":"{long}"}}"#),
        format!(r#"{{"revision":1,"current_password":"{wide}"}}"#),
        r#"{"revision":1}"#.to_owned(),
        r#"{"current_password":"x"}"#.to_owned(),
        r#"{"revision":"1","current_password":"x"}"#.to_owned(),
        r#"{"revision":1,"current_password":"x","current_password":"copper meadow window 51"}"#.to_owned(),
        r#"{"revision":1,"code":"1","current_password":"copper meadow window 51"}"#.to_owned(),
        r#"{"revision":1,"code":"copper meadow window 51"}"#.to_owned(),
        r#"{"revision":1,"answers":[]}"#.to_owned(),
        r#"{"revision":1,"current_password":"x","admin":true}"#.to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        String::new(),
        "\u{0}".to_owned(),
    ]);
    for body in bodies {
        let reply = world.send(post("/v1/flow/proof", Some(&held.token), body.clone(), None)).await;
        assert!((400..500).contains(&reply.status), "{} for {body}", reply.status);
        let key = Uuid::new_v4().to_string();
        let set = json!({"revision": 1, "new_password": NEW}).to_string();
        let set = world.send(post("/v1/flow/password", Some(&held.token), set, Some(&key))).await;
        assert!((400..500).contains(&set.status), "{} after {body}", set.status);
        world.show(&mut held).await;
        assert_ne!(held.step(), "set_password", "{body}");
    }
    assert_eq!(world.writes("grace").await, 0);
}

#[tokio::test]
async fn wrong_current_passwords_are_limited_over_all_flows_and_never_lock_the_account() {
    // PW-10, FL-07
    let world = World::new().await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let mut held = world.start("change", "grace").await;
        for _ in 0..2 {
            statuses.push(world.act(&mut held, "proof", json!({"current_password": "wrong"})).await.status);
        }
    }
    // The third is kept for known devices; a flow without anything else to prove it by has ended.
    assert_eq!(statuses, [422, 422, 429, 409, 429, 409]);
    let entry = world.entry("grace").await;
    assert!(!entry.locked && entry.enabled);
    let mut held = world.start("change", "grace").await;
    let right = json!({"current_password": "copper meadow window 51"});
    assert_eq!(world.act(&mut held, "proof", right.clone()).await.code(), "rate_limited");
    assert_eq!(held.step(), "blocked");
    world.wait(30 * 60);
    let mut held = world.start("change", "grace").await;
    assert_eq!(world.act(&mut held, "proof", right).await.status, 200);
}

#[tokio::test]
async fn a_write_that_a_crash_left_open_is_asked_after_and_not_guessed() {
    let world = World::new().await;
    let mut held = world.through_gates("grace").await;
    // As if the process had died between the intent and the directory's answer.
    let id: (i64, String) = sqlx::query_as("SELECT id, account_id FROM flows WHERE step = 'set_password'")
        .fetch_one(world.app.store.pool())
        .await
        .unwrap();
    sqlx::query("UPDATE flows SET step = 'working', revision = revision + 1 WHERE id = ?")
        .bind(id.0)
        .execute(world.app.store.pool())
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO operations (id, flow_id, account_id, idempotency_key, body_mac, state, created_at)
         VALUES ('op', ?, ?, 'k', x'00', 'intent', 0)",
    )
    .bind(id.0)
    .bind(&id.1)
    .execute(world.app.store.pool())
    .await
    .unwrap();
    world.show(&mut held).await;
    assert_eq!(held.step(), "set_password", "it was not applied, and now it can no longer be");
    let done = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!(done.status, 200);
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn a_token_of_one_flow_says_nothing_to_another() {
    // FL-02
    let world = World::new().await;
    let mut ada = world.start("reset", "ada").await;
    let mut grace = world.start("reset", "grace").await;
    world.ask(&mut ada, "ada", "email").await;
    let code = world.right_proof(&ada, "ada");
    world.ask(&mut grace, "grace", "email").await;
    let spliced = world.act(&mut grace, "proof", code.clone()).await;
    assert_eq!((spliced.status, spliced.code()), (422, "code_wrong"));
    let nobody = Request::get("/v1/flow").header("authorization", format!("Bearer {}", ada.flow["flow_id"]));
    assert_eq!(world.send(nobody.body(Body::empty()).unwrap()).await.status, 401);
    assert_eq!(world.act(&mut ada, "proof", code).await.status, 200);
}

#[tokio::test]
async fn a_password_that_guessers_try_first_is_refused_and_the_step_stays() {
    // PW-02, F20: the list, sequences, the campus, and what the directory and the registry know of the person
    let world = World::new().await;
    let mut held = world.through_gates("grace").await;
    let campus = world.app.config.campus.name.clone();
    let guessed =
        ["123456789012", "password123456789", "qwertyuiop12", "tractortractor", campus.as_str(), "2026 ecarg ecarg"];
    for new in guessed {
        let refused = world.act(&mut held, "password", json!({"new_password": new})).await;
        assert_eq!((refused.status, refused.code()), (422, "password_refused"), "{new}");
        let refusals = refused.body["refusals"].as_array().unwrap();
        assert!(refusals.contains(&json!({"reason": "common"})), "{new}: {refusals:?}");
        assert_eq!(held.step(), "set_password");
    }
    assert_eq!(world.writes("grace").await, 0);
    assert_eq!(world.act(&mut held, "password", json!({"new_password": NEW})).await.status, 200);
}

#[tokio::test]
async fn a_password_is_the_same_however_its_letters_are_composed_and_however_many_bytes_that_takes() {
    // F17, PW-03: 196 syllables are 588 bytes composed and 1,764 decomposed.
    let world = World::new().await;
    let syllables = ["각", "넋", "닭", "몫", "삶", "앉", "흙"];
    let typed =
        |number: usize| -> String { (0..number).map(|n| syllables[(n * n / 3 + n / 5) % syllables.len()]).collect() };
    let decomposed = |text: &str| -> String { text.nfd().collect() };
    let mut held = world.through_gates("grace").await;
    let new = typed(196);
    let set = world.act(&mut held, "password", json!({"new_password": decomposed(&new)})).await;
    assert_eq!(set.status, 200, "{}", set.body);
    for as_typed in [decomposed(&new), new] {
        let mut held = world.start("change", "grace").await;
        assert_eq!(world.act(&mut held, "proof", json!({"current_password": as_typed})).await.status, 200);
    }
    // One that is too long to be a password is as wrong as any other, and never asked of the directory.
    for (number, expected) in [(256, "current_password_wrong"), (257, "current_password_wrong")] {
        let mut held = world.start("change", "grace").await;
        let wrong = world.act(&mut held, "proof", json!({"current_password": decomposed(&typed(number))})).await;
        assert_eq!(wrong.code(), expected, "{number}");
    }
}

#[tokio::test]
async fn a_password_is_kept_with_its_edge_blanks_and_refused_with_what_nobody_sees() {
    // F16, F18
    let world = World::new().await;
    let mut held = world.through_gates("grace").await;
    for unseen in ["\u{200B}", "\u{FEFF}", "\u{202E}", "\u{FFFF}", "\u{E000}"] {
        let refused = world.act(&mut held, "password", json!({"new_password": format!("{NEW}{unseen}")})).await;
        assert_eq!(refused.body["refusals"], json!([{"reason": "not_typeable"}]), "{unseen:?}");
    }
    let edged = format!(" {NEW} ");
    assert_eq!(world.act(&mut held, "password", json!({"new_password": edged})).await.status, 200);
    for (given, status) in [(NEW, 422), (edged.as_str(), 200)] {
        let mut held = world.start("change", "grace").await;
        assert_eq!(world.act(&mut held, "proof", json!({"current_password": given})).await.status, status);
    }
}

pub(super) async fn futures_of(calls: impl Iterator<Item = impl Future<Output = Reply>>) -> Vec<u16> {
    replies_of(calls).await.into_iter().map(|reply| reply.status).collect()
}

pub(super) async fn replies_of(calls: impl Iterator<Item = impl Future<Output = Reply>>) -> Vec<Reply> {
    let mut calls: Vec<_> = calls.map(Box::pin).collect();
    let mut replies: Vec<Option<Reply>> = calls.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (call, reply) in calls.iter_mut().zip(&mut replies) {
            if reply.is_none()
                && let std::task::Poll::Ready(answered) = call.as_mut().poll(context)
            {
                *reply = Some(answered);
            }
        }
        if replies.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    replies.into_iter().flatten().collect()
}
