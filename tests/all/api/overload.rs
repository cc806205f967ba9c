//! Overload and outages cost nobody a try, and a server says when it cannot start a flow.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use latchkey_server::App;
use latchkey_server::crypt::turns::{Asker, Busy, Turn, Work};
use latchkey_server::person::account;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::world::{Held, World, by};

type Taking<'a> = Pin<Box<dyn Future<Output = Result<Turn, Busy>> + Send + 'a>>;

/// All turns of a kind of work, and the one place in the queue that this machine's address has.
pub(super) struct Taken<'a> {
    _served: Vec<Turn>,
    _waiting: Vec<Taking<'a>>,
}

pub(super) async fn take_all(app: &App, work: Work) -> Taken<'_> {
    let asker = Asker::Stranger { network: IpAddr::V4(Ipv4Addr::LOCALHOST), shared: false };
    let (mut served, mut waiting) = (Vec::new(), Vec::new());
    loop {
        let mut taking: Taking<'_> = Box::pin(app.turns.take(work, asker));
        match timeout(Duration::ZERO, &mut taking).await {
            Ok(Ok(turn)) => served.push(turn),
            Ok(Err(_)) => return Taken { _served: served, _waiting: waiting },
            Err(_) => waiting.push(taking),
        }
    }
}

/// A proof that comes while all turns are taken is refused with a time and costs no try; the same proof is right later.
async fn is_sent_away_and_loses_nothing(world: &World, held: &mut Held, work: Work, proof: Value) {
    let left = held.flow["prove"]["attempts_left"].clone();
    assert!(left.as_u64().is_some_and(|left| left > 1), "{}", held.flow);
    let taken = take_all(&world.app, work).await;
    for _ in 0..20 {
        let reply = world.act(held, "proof", proof.clone()).await;
        assert_eq!((reply.status, reply.code()), (503, "unavailable"), "{}", reply.body);
        assert!(reply.body["retry_after"].as_u64().is_some_and(|seconds| (1..=60).contains(&seconds)));
        assert_eq!(reply.headers["retry-after"].to_str().unwrap(), reply.body["retry_after"].to_string());
        assert_eq!(reply.body["attempts_left"], left);
    }
    drop(taken);
    let reply = world.act(held, "proof", proof).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

#[tokio::test]
async fn a_current_password_that_finds_no_turn_costs_no_try() {
    // C4, OT-16
    let world = World::new().await;
    let mut held = world.start("change", "ada").await;
    let password = world.person("ada").unwrap().password.clone();
    is_sent_away_and_loses_nothing(&world, &mut held, Work::PasswordHash, json!({"current_password": password})).await;
}

#[tokio::test]
async fn answers_that_find_no_turn_cost_no_try() {
    // C4, OT-16
    let world = World::new().await;
    let mut held = world.start("reset", "ada").await;
    assert_eq!(world.ask(&mut held, "ada", "questions").await.status, 200);
    let answers = world.right_proof(&held, "ada");
    is_sent_away_and_loses_nothing(&world, &mut held, Work::PasswordHash, answers).await;
}

#[tokio::test]
async fn a_recovery_code_that_finds_no_turn_costs_no_try() {
    // C4, OT-16
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "recovery_code").await.status, 200);
    is_sent_away_and_loses_nothing(&world, &mut held, Work::CodeHash, json!({"code": codes[0]})).await;
}

/// A proof whose comparison fails, as often as there are tries and more, costs none: the same one is right later.
async fn is_not_compared_and_loses_nothing(world: &mut World, held: &mut Held, table: &str, proof: Value) {
    let left = held.flow["prove"]["attempts_left"].clone();
    world.worker_follows = false;
    let rename = async |from: &str, to: &str| {
        let statement = sqlx::AssertSqlSafe(format!("ALTER TABLE {from} RENAME TO {to}"));
        sqlx::query(statement).execute(world.app.store.pool()).await.unwrap();
    };
    for _ in 0..40 {
        rename(table, "away").await;
        let reply = world.act(held, "proof", proof.clone()).await;
        assert!(reply.status >= 500, "{table}: {} {}", reply.status, reply.body);
        rename("away", table).await;
    }
    world.show(held).await;
    assert_eq!(held.flow["prove"]["attempts_left"], left, "{table}");
    let reply = world.act(held, "proof", proof).await;
    assert_eq!(reply.status, 200, "{table}: {}", reply.body);
    world.worker_follows = true;
}

#[tokio::test]
async fn a_proof_that_cannot_be_compared_costs_no_try_whatever_the_method() {
    // OT-16: what fails is what is asked right before the comparison; a code that was sent needs nothing but itself
    let mut world = World::with(|config| {
        config.limits.wrong_proofs_in_a_row = 10;
        config.limits.tries_per_method = 10;
    })
    .await;
    let mut held = world.register("ada", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    for (method, table) in [
        ("totp", "methods"),
        ("questions", "answers"),
        ("recovery_code", "recovery_codes"),
        ("helpdesk_pass", "helpdesk_passes"),
    ] {
        // As strangers, and after a gate, when the proof stands in the row of wrong ones too.
        for proven in [false, true] {
            world.wait(25 * 60 * 60);
            let mut held = world.start("reset", "ada").await;
            if proven {
                world.pass(&mut held, "ada", "text_mobile").await;
            }
            assert_eq!(world.ask(&mut held, "ada", method).await.status, 200, "{method}");
            let proof = match method {
                "recovery_code" => json!({"code": codes[usize::from(proven)]}),
                "helpdesk_pass" => {
                    let pass = account::pass(&world.app, "ada", &by()).await.unwrap().code;
                    json!({"code": pass.expose_secret()})
                }
                _ => world.right_proof(&held, "ada"),
            };
            is_not_compared_and_loses_nothing(&mut world, &mut held, table, proof).await;
        }
    }
    let mut held = world.start("change", "linus").await;
    let password = json!({"current_password": world.person("linus").unwrap().password});
    is_not_compared_and_loses_nothing(&mut world, &mut held, "directory_accounts", password).await;
}

#[tokio::test]
async fn a_code_of_an_authenticator_that_cannot_be_opened_costs_no_try_while_it_is_checked() {
    // OT-16
    let world = World::new().await;
    let mut held = world.register("ada", Some("email")).await;
    let id = World::id_of(&held, "authenticator");
    assert_eq!(world.act(&mut held, &format!("methods/{id}/check"), json!({})).await.status, 200);
    let left = held.flow["manage"]["pending"]["attempts_left"].clone();
    let seed = world.person("ada").unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
    let right = json!({"code": world.totp(&seed, 0)});
    let pool = world.app.store.pool();
    sqlx::query("CREATE TABLE kept AS SELECT id, sealed FROM methods").execute(pool).await.unwrap();
    sqlx::query("UPDATE methods SET sealed = x'00' WHERE method = 'totp'").execute(pool).await.unwrap();
    for _ in 0..20 {
        let reply = world.confirm(&mut held, right.clone()).await;
        assert!(reply.status >= 500, "{} {}", reply.status, reply.body);
    }
    let mend = "UPDATE methods SET sealed = (SELECT sealed FROM kept WHERE kept.id = methods.id)";
    sqlx::query(mend).execute(pool).await.unwrap();
    world.show(&mut held).await;
    assert_eq!(held.flow["manage"]["pending"]["attempts_left"], left);
    assert_eq!(world.confirm(&mut held, right).await.status, 200);
}

#[tokio::test]
async fn somebody_who_does_not_exist_is_sent_away_alike() {
    // EN-01, C4
    let world = World::new().await;
    let mut replies = Vec::new();
    for account in ["ada", "nobody-has-this-name"] {
        let mut held = world.start("change", account).await;
        let _taken = take_all(&world.app, Work::PasswordHash).await;
        let reply = world.act(&mut held, "proof", json!({"current_password": "wrong password here"})).await;
        let body = (&reply.body["code"], &reply.body["attempts_left"], &reply.body["retry_after"]);
        replies.push((reply.status, json!(body), reply.bytes.len()));
    }
    assert_eq!(replies[0], replies[1]);
}

#[tokio::test]
async fn a_picture_that_finds_no_turn_is_refused_with_a_time() {
    // C5
    let world = World::new().await;
    let taken = take_all(&world.app, Work::Picture).await;
    let ask = json!({"kind": "characters"});
    let reply = world.post("/v1/human-checks", None, &ask).await;
    assert_eq!((reply.status, reply.code()), (503, "unavailable"), "{}", reply.body);
    assert!(reply.headers.contains_key("retry-after"));
    assert_eq!(world.post("/v1/human-checks", None, &json!({"kind": "proof_of_work"})).await.status, 201);
    drop(taken);
    assert_eq!(world.post("/v1/human-checks", None, &ask).await.status, 201);
}

#[tokio::test]
async fn a_server_that_can_start_flows_says_so_and_one_that_cannot_does_not() {
    let world = World::new().await;
    let ask = |method: &str| Request::builder().method(method).uri("/v1/health").body(Body::empty()).unwrap();
    let reply = world.send(ask("GET")).await;
    assert_eq!((reply.status, reply.body), (200, json!({"status": "ok"})));
    let head = world.send(ask("HEAD")).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.headers["content-type"], "application/json");
    world.app.store.close().await;
    let reply = world.send(ask("GET")).await;
    assert_eq!((reply.status, reply.code()), (503, "unavailable"), "{}", reply.body);
    assert_eq!(world.send(ask("HEAD")).await.status, 503);
}
