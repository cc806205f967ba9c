//! What a known workstation is told of its account while nobody is in a flow (OT-15).

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use latchkey_server::clock::Clock as _;
use latchkey_server::config::Config;
use serde_json::{Value, json};
use sqlx::query;

use super::silence::dump;
use super::world::{Held, Reply, World, post};

const LINE: &str = "purple tractor onion";

/// The token of a workstation on which the owner of an account has set recovery codes up.
async fn known(world: &World, account: &str) -> String {
    let mut held = world.register(account, Some("email")).await;
    world.recovery_codes(&mut held).await;
    assert_eq!(world.act(&mut held, "finish", json!({})).await.status, 200);
    given(world, &mut held).await
}

async fn given(world: &World, held: &mut Held) -> String {
    let given = world.act(held, "device", json!({})).await;
    assert_eq!(given.status, 201, "{}", given.body);
    given.body["token"].as_str().unwrap().to_owned()
}

fn ask(token: &str) -> Request<Body> {
    Request::get("/v1/reminders").header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap()
}

async fn asked(world: &World, token: &str) -> Reply {
    world.send(ask(token)).await
}

async fn asked_from(world: &World, token: &str, peer: &str) -> Reply {
    let mut request = ask(token);
    let peer: IpAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4711))));
    world.send(request).await
}

/// Sets another password as its owner would on a phone.
async fn reset_elsewhere(world: &World, account: &str) -> String {
    let mut held = world.through_gates(account).await;
    let set = world.act(&mut held, "password", json!({"new_password": LINE})).await;
    assert_eq!(set.status, 200, "{}", set.body);
    set.body["done"]["changed_at"].as_str().unwrap().to_owned()
}

async fn run(world: &World, statement: &'static str, account: &str) {
    let id = world.id(account).await;
    query(statement).bind(id).execute(world.app.store.pool()).await.unwrap();
}

#[tokio::test]
async fn a_known_workstation_is_told_when_the_password_was_changed_and_whether_enough_is_set_up() {
    // OT-15
    let world = World::new().await;
    let added = world.clock.now();
    let token = known(&world, "grace").await;
    world.wait(100);
    let first = asked(&world, &token).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let now = world.clock.now();
    assert_eq!(
        first.body,
        json!({
            "now": now, "password_changed_at": added, "password_expires_at": null, "recovery_is_set_up": true
        })
    );

    world.wait(24 * 60 * 60);
    let changed_at = reset_elsewhere(&world, "grace").await;

    world.wait(60);
    let second = asked(&world, &token).await;
    assert_eq!(second.body["password_changed_at"], changed_at);
    // The token is as good as before, for looks and for a flow, and its use is no flow.
    assert_eq!(asked(&world, &token).await.status, 200);
    let started = world.ask_to_start_on("reset", "grace", Some(&token)).await;
    let next = started.body["device"].as_str().unwrap().to_owned();
    assert_eq!(asked(&world, &token).await.status, 200, "the answer with the next one may have been lost");
    assert_eq!(asked(&world, &next).await.status, 200);
}

#[tokio::test]
async fn whoever_has_nothing_set_up_is_told_so() {
    let world = World::new().await;
    let mut held = world.start("change", "nova").await;
    let password = world.person("nova").unwrap().password.clone();
    assert_eq!(world.act(&mut held, "proof", json!({"current_password": password})).await.status, 200);
    let set = world.act(&mut held, "password", json!({"new_password": LINE})).await;
    assert_eq!(set.status, 200, "{}", set.body);
    let token = given(&world, &mut held).await;
    assert_eq!(asked(&world, &token).await.body["recovery_is_set_up"], false);
}

#[tokio::test]
async fn a_directory_says_when_a_password_was_changed_or_nothing_is_said() {
    let world = World::new().await;
    let token = known(&world, "grace").await;
    run(&world, "UPDATE people SET password_changed_at = NULL, expires_at = 1800000000500 WHERE id = ?", "grace").await;
    let told = asked(&world, &token).await;
    assert_eq!((&told.body["password_changed_at"], told.status), (&Value::Null, 200));
    assert_eq!(told.body["password_expires_at"], "2027-01-15T08:00:00Z");
}

/// What is to be done so that a token tells nothing any more.
const ENDS: [(&str, &str); 6] = [
    ("ended", "DELETE FROM devices WHERE ? <> ''"),
    ("too old", "UPDATE devices SET expires_at = 0 WHERE ? <> ''"),
    ("disabled", "UPDATE people SET enabled = FALSE WHERE id = ?"),
    ("protected", "UPDATE people SET privileged = TRUE WHERE id = ?"),
    ("deleted", "UPDATE people SET gone = TRUE WHERE id = ?"),
    ("another account's", "UPDATE devices SET owner = x'00' WHERE ? <> ''"),
];

#[tokio::test]
async fn every_token_that_tells_nothing_is_refused_in_the_same_bytes() {
    // EN-01, OT-15
    let world = World::new().await;
    let unknown = asked(&world, &"x".repeat(43)).await;
    assert_eq!((unknown.status, unknown.code()), (401, "unauthorized"), "{}", unknown.body);
    let dressed = |reply: &Reply| {
        let mut headers: Vec<String> = reply.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
        headers.retain(|header| !header.starts_with("x-request-id"));
        (reply.status, headers, reply.bytes.clone())
    };
    let wanted = dressed(&unknown);
    let no_token = ["no token", "", "x", "\u{7f}", &"x".repeat(65), &"x".repeat(200)].map(str::to_owned);
    for token in no_token {
        let Ok(request) =
            Request::get("/v1/reminders").header("authorization", format!("Bearer {token}")).body(Body::empty())
        else {
            continue;
        };
        assert_eq!(dressed(&world.send(request).await), wanted, "{token}");
    }
    let held = world.start("reset", "grace").await;
    assert_eq!(dressed(&asked(&world, &held.token).await), wanted, "the token of a flow is none");
    for (why, statement) in ENDS {
        let world = World::new().await;
        let token = known(&world, "grace").await;
        assert_eq!(asked(&world, &token).await.status, 200);
        run(&world, statement, "grace").await;
        assert_eq!(dressed(&asked(&world, &token).await), wanted, "{why}");
    }
    // Nor does a flow know the token of a workstation.
    let token = known(&world, "grace").await;
    assert_eq!(
        world.send(post("/v1/flow/cancel", Some(&token), "{\"revision\":1}".to_owned(), None)).await.status,
        401
    );
}

#[tokio::test]
async fn whoever_says_that_it_was_not_them_ends_the_looks_of_every_workstation() {
    let world = World::new().await;
    let token = known(&world, "grace").await;
    world.wait(60 * 60);
    reset_elsewhere(&world, "grace").await;
    let code = world.notices().last().unwrap().1.clone();
    assert_eq!(world.not_me(&code).await.status, 200);
    assert_eq!(asked(&world, &token).await.status, 401);
}

#[tokio::test]
async fn looks_are_counted_before_anything_is_compared_and_take_nothing_from_their_owner() {
    // OT-04, OT-15
    let limits = |config: &mut Config| config.limits.looks_per_device_per_hour = 3;
    let world = World::with(limits).await;
    let token = known(&world, "grace").await;
    let other = "x".repeat(43);
    for _ in 0..3 {
        assert_eq!(asked(&world, &token).await.status, 200);
        assert_eq!(asked(&world, &other).await.status, 401);
    }
    let (spent, also) = (asked(&world, &token).await, asked(&world, &other).await);
    assert_eq!((spent.status, spent.code()), (429, "rate_limited"));
    assert_eq!(spent.bytes, also.bytes, "nobody learns from it which token is known");
    let head = Request::head("/v1/reminders").header("authorization", format!("Bearer {token}"));
    assert_eq!(world.send(head.body(Body::empty()).unwrap()).await.status, 429, "a look without a body is one too");
    // The owner gets in on that very workstation, and from anywhere else.
    let started = world.ask_to_start_on("reset", "grace", Some(&token)).await;
    assert!(started.status == 201 && started.body["device"].is_string(), "{}", started.body);
    reset_elsewhere(&world, "grace").await;
    world.wait(60 * 60);
    assert_eq!(asked(&world, &token).await.status, 200);
}

#[tokio::test]
async fn whoever_tries_tokens_from_one_place_is_sent_away_and_nobody_else_is() {
    let limits = |config: &mut Config| {
        (config.limits.looks_per_source, config.limits.looks_per_campus_network) = (5, 20);
        config.campus.networks = vec!["10.0.0.0/8".parse().unwrap()];
    };
    let world = World::with(limits).await;
    let token = known(&world, "grace").await;
    for guess in 0..5 {
        assert_eq!(asked_from(&world, &format!("guess-{guess}"), "192.0.2.1").await.status, 401);
    }
    assert_eq!(asked_from(&world, "another-guess", "192.0.2.1").await.status, 429);
    assert_eq!(asked_from(&world, &token, "192.0.2.1").await.status, 429, "where it comes from is all that is known");
    assert_eq!(asked_from(&world, &token, "192.0.2.2").await.status, 200);
    for _ in 0..10 {
        assert_eq!(asked_from(&world, &token, "10.1.1.1").await.status, 200, "many share an address of the campus");
    }
}

#[tokio::test]
async fn what_is_kept_of_a_workstation_names_nobody() {
    // OT-15, PR-02
    let world = World::new().await;
    let token = known(&world, "grace").await;
    assert_eq!(asked(&world, &token).await.status, 200);
    assert!(!dump(&world).await.contains(&token));
    let kept: Vec<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as("SELECT owner, account FROM devices").fetch_all(world.app.store.pool()).await.unwrap();
    let id = world.id("grace").await;
    for (owner, account) in kept {
        for value in [owner, account] {
            assert!(!String::from_utf8_lossy(&value).contains(&id));
        }
    }
}
