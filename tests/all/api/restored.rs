//! A copy is put back, and what the log says was used since stays used (R32).

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use latchkey_server::clock::Clock as _;
use latchkey_server::crypt::audit;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::person::ending;
use latchkey_server::person::shipped::{self, Held as Again};
use latchkey_server::store::{Store, copy};
use latchkey_server::{App, Parts, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::world::{World, by, post};

/// The audit of a world as its log has it, one JSON object a line.
async fn log_of(world: &World) -> String {
    let rows: Vec<(i64, String, String, String, String)> =
        sqlx::query_as("SELECT at, flow, subject, event, outcome FROM audit ORDER BY id")
            .fetch_all(world.app.store.pool())
            .await
            .unwrap();
    let mut log =
        "not JSON\n{\"timestamp\":\"2026-11-24T08:00:00Z\",\"fields\":{\"message\":\"answered\"}}\n".to_owned();
    for (at, flow, subject, event, outcome) in rows {
        let timestamp = jiff::Timestamp::from_millisecond(at).unwrap();
        let fields = json!({"message": "audit", "flow": flow, "subject": subject, "event": event, "outcome": outcome});
        log.push_str(&json!({"timestamp": timestamp.to_string(), "level": "INFO", "fields": fields}).to_string());
        log.push('\n');
    }
    log
}

/// The copy put back, opened with the keys of the world.
async fn put_back(world: &World, from: &Path, to: &Path) -> (Arc<App>, ending::PutBack) {
    copy::put_back(from, to).await.unwrap();
    let store = Store::open(to).await.unwrap();
    let of = &world.app;
    let begun = ending::begin_anew(&store, &of.keys, of.clock.now()).await.unwrap().expect("a copy");
    (opened(world, store), begun)
}

/// Another server like that of the world, on another database.
fn opened(world: &World, store: Store) -> Arc<App> {
    let of = &world.app;
    let parts = Parts {
        config: of.config.clone(),
        keys: Arc::clone(&of.keys),
        store,
        clock: Arc::clone(&of.clock),
        directory: Arc::clone(&of.directory),
        hashing: of.hashing.clone(),
        tls: false,
    };
    App::new(parts).unwrap()
}

#[tokio::test]
async fn what_was_used_guessed_or_stopped_since_the_copy_is_so_afterwards() {
    // R32
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("latchkey.db")).await.unwrap();
    let world = World::on(store, |_| {}, |local| local as _).await;
    let mut held = world.register("ada", Some("totp")).await;
    let codes = world.recovery_codes(&mut held).await;
    world.act(&mut held, "finish", json!({})).await;
    let open = world.start("reset", "marie").await;
    world.wait(60);
    let to = folder.path().join("copy");
    world.app.store.copy_to(&to, world.clock.now()).await.unwrap();
    world.wait(60);

    // After it a code is used, somebody guesses, and somebody says that it was not them.
    let mut reset = world.start("reset", "ada").await;
    world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
    let passed = world.act(&mut reset, "proof", json!({"code": codes[0]})).await;
    assert_eq!(passed.status, 200, "{}", passed.body);
    let mut guessed = world.start("reset", "grace").await;
    world.ask(&mut guessed, "grace", "text_mobile").await;
    assert_eq!(world.act(&mut guessed, "proof", json!({"code": "00000000"})).await.code(), "code_wrong");
    let mut marie = world.through_gates("marie").await;
    world.act(&mut marie, "password", json!({"new_password": "violet tractor onion mail"})).await;
    let (_, notice) = world.notices().pop().expect("a notice");
    assert_eq!(world.not_me(&notice).await.status, 200);
    let log = log_of(&world).await;

    let (restored, begun) = put_back(&world, &to, &folder.path().join("restored.db")).await;
    assert_eq!((begun.epoch, begun.ended >= 1), (1, true));
    let used = |held: &Again| (held.codes, held.blocked.clone(), held.frozen.clone());
    let held = shipped::hold(&restored, begun.copied_at, Cursor::new(&log), &by()).await.unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(used(&held), (1, names(&["grace"]), names(&["marie"])), "{held:?}");
    // The code is gone for ever, the others are there.
    let left = async |store: &Store| -> i64 {
        let (left,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM recovery_codes").fetch_one(store.pool()).await.unwrap();
        left
    };
    assert_eq!(left(&restored.store).await, 9);
    let shown = latchkey_server::person::account::show(&restored, "grace").await.unwrap();
    assert!(shown.stuck.iter().any(|why| why.contains("tries of a day")), "{:?}", shown.stuck);
    assert!(latchkey_server::person::account::show(&restored, "marie").await.unwrap().frozen_since.is_some());
    // Reading it twice does nothing twice.
    let again = shipped::hold(&restored, begun.copied_at, Cursor::new(&log), &by()).await.unwrap();
    assert_eq!((again.codes, left(&restored.store).await), (0, 9));
    // No flow of the copy lives on, and the chain goes on from where the copy was.
    let (live,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM flows WHERE step NOT IN ('done', 'cancelled', 'expired')")
            .fetch_one(restored.store.pool())
            .await
            .unwrap();
    assert_eq!(live, 0, "{}", open.flow);
    let mut tx = restored.store.read().await.unwrap();
    assert!(audit::verify(&mut tx, &restored.keys).await.unwrap().is_ok());
    assert!(audit::verify(&mut tx, &Keys::generate().unwrap()).await.unwrap().is_err(), "and not with other keys");
    drop(tx);
    assert!(ending::begin_anew(&restored.store, &restored.keys, world.clock.now()).await.unwrap().is_none(), "once");
}

#[tokio::test]
async fn an_open_flow_of_the_version_before_is_finished_after_an_update_and_what_was_used_stays_used() {
    // R33
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    let world = World::on(Store::open(&path).await.unwrap(), |_| {}, |local| local as _).await;
    let mut held = world.register("ada", Some("totp")).await;
    let codes = world.recovery_codes(&mut held).await;
    let mut used = world.start("reset", "ada").await;
    world.act(&mut used, "challenge", json!({"method": "recovery_code"})).await;
    assert_eq!(world.act(&mut used, "proof", json!({"code": codes[0]})).await.status, 200);
    let chosen = world.through_gates("grace").await;
    let check = world.human_check().await;
    // The tables as the version before this one had them: without what its last migrations have brought.
    for statement in [
        "DROP TABLE audit_start",
        "DROP TABLE directory_account_groups",
        "ALTER TABLE people DROP COLUMN population",
        "ALTER TABLE people DROP COLUMN population_by",
        "ALTER TABLE flows DROP COLUMN population",
        "ALTER TABLE flows DROP COLUMN policy",
        "ALTER TABLE people DROP COLUMN password_changed_at",
        "ALTER TABLE directory_accounts DROP COLUMN password_changed_at",
        "ALTER TABLE devices DROP COLUMN account",
        "DELETE FROM _sqlx_migrations WHERE version >= 16",
    ] {
        sqlx::query(statement).execute(world.app.store.pool()).await.unwrap();
    }
    let updated = opened(&world, Store::open(&path).await.unwrap());
    let call = async |request: Request<Body>| -> (u16, Value) {
        let response = router(Arc::clone(&updated)).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    };
    let body = json!({"revision": chosen.revision(), "new_password": "violet tractor onion mail"}).to_string();
    let key = uuid::Uuid::new_v4().to_string();
    let (status, answer) = call(post("/v1/flow/password", Some(&chosen.token), body, Some(&key))).await;
    assert_eq!((status, &answer["step"]), (200, &json!("done")), "{answer}");
    let body = json!({"intent": "reset", "account": "ada", "human_check": check}).to_string();
    let (status, started) = call(post("/v1/flows", None, body, None)).await;
    assert_eq!(status, 201, "{started}");
    let token = started["token"].as_str();
    let body = json!({"revision": 1, "method": "recovery_code"}).to_string();
    let (_, asked) = call(post("/v1/flow/challenge", token, body, None)).await;
    let body = json!({"revision": asked["revision"], "code": codes[0]}).to_string();
    let (status, answer) = call(post("/v1/flow/proof", token, body, None)).await;
    assert_eq!((status, &answer["code"]), (422, &json!("code_wrong")), "{answer}");
}
