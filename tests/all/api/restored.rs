//! A copy is put back, and what the log says was used since stays used (R32).

use std::io::Cursor;

use latchkey_server::clock::Clock as _;
use latchkey_server::crypt::audit;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::person::ending;
use latchkey_server::person::shipped::{self, Held as Again};
use latchkey_server::store::{Store, copy};
use latchkey_server::{App, Parts};
use serde_json::json;

use super::world::{World, by};

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
async fn put_back(
    world: &World,
    from: &std::path::Path,
    to: &std::path::Path,
) -> (std::sync::Arc<App>, ending::PutBack) {
    copy::put_back(from, to).await.unwrap();
    let store = Store::open(to).await.unwrap();
    let of = &world.app;
    let begun = ending::begin_anew(&store, &of.keys, of.clock.now()).await.unwrap().expect("a copy");
    let parts = Parts {
        config: of.config.clone(),
        keys: std::sync::Arc::clone(&of.keys),
        store,
        clock: std::sync::Arc::clone(&of.clock),
        directory: std::sync::Arc::clone(&of.directory),
        hashing: of.hashing.clone(),
        tls: false,
    };
    (App::new(parts).unwrap(), begun)
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
