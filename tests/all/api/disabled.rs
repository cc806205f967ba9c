//! A method whose proofs were wrong too often in a row, one after the other: it proves nothing until its owner or the
//! helpdesk has seen to it, and no stranger can bring that about (OT-05, OT-15).

use axum::http::Request;
use latchkey_api::Method;
use latchkey_server::config::Config;
use latchkey_server::guard::limits::Limits;
use latchkey_server::person::account;
use serde_json::{Value, json};

use super::passwords::replies_of;
use super::silence::walk;
use super::world::{Held, Reply, World, by, post};

/// Longer than any budget of proofs lasts.
const A_DAY: i64 = 25 * 60 * 60;
/// Until the worker is sure that the last proof is compared.
const A_WHILE: i64 = 60;

/// The limits of the product, and ten wrong proofs in a row, which is the floor.
fn ten_in_a_row(config: &mut Config) {
    limits(config);
    config.limits.wrong_proofs_in_a_row = 10;
}

fn limits(config: &mut Config) {
    let work = (config.limits.human_check_work, config.limits.human_check_work_at_most);
    config.limits = Limits::default();
    (config.limits.human_check_work, config.limits.human_check_work_at_most) = work;
    config.limits.flow_idle_seconds = 3600;
}

/// So many wrong codes of ada's authenticator in a flow that has come so far.
async fn guess(world: &World, held: &mut Held, many: usize) {
    for given in 0..many {
        if given % 5 == 0 {
            assert_eq!(world.ask(held, "ada", "totp").await.status, 200, "{given} of {many}");
        }
        let wrong = world.act(held, "proof", json!({"code": "9999999"})).await;
        assert_eq!(wrong.code(), "code_wrong", "{given} of {many}: {}", wrong.body);
    }
}

/// The same by somebody who has ada's telephone.
async fn guess_with_the_telephone(world: &World, many: usize) -> Held {
    let mut held = world.start("reset", "ada").await;
    world.pass(&mut held, "ada", "text_mobile").await;
    guess(world, &mut held, many).await;
    held
}

fn menu(flow: &Value) -> Vec<&str> {
    let choices = flow["choose_method"]["methods"].as_array().unwrap();
    choices.iter().map(|choice| choice["method"].as_str().unwrap()).collect()
}

async fn rows(world: &World, event: &str, method: &str) -> i64 {
    let count = sqlx::query_as("SELECT count(*) FROM audit WHERE event = ? AND method = ?").bind(event).bind(method);
    let (rows,): (i64,) = count.fetch_one(world.app.store.pool()).await.unwrap();
    rows
}

async fn stuck(world: &World) -> Vec<String> {
    account::show(&world.app, "ada").await.unwrap().stuck
}

fn told(world: &World) -> Vec<String> {
    let sent = world.sent().into_iter().filter(|(_, _, body)| body.contains("just switched off"));
    sent.map(|(_, to, _)| to).collect()
}

#[tokio::test]
async fn fifty_wrong_proofs_in_a_row_by_whoever_has_the_telephone_disable_the_authenticator() {
    // OT-05: five days at the budget of a day, then no proof of it is compared any more, right or wrong
    let world = World::with(limits).await;
    for _ in 0..5 {
        assert!(stuck(&world).await.iter().all(|reason| !reason.contains("disabled")));
        guess_with_the_telephone(&world, 10).await;
        world.wait(A_DAY);
    }
    let mut held = world.start("reset", "ada").await;
    assert!(menu(&held.flow).contains(&"totp"), "a stranger sees what was there before");
    world.pass(&mut held, "ada", "text_mobile").await;
    assert!(!menu(&held.flow).contains(&"totp") && menu(&held.flow).contains(&"email"), "{}", held.flow);
    let asked = world.act(&mut held, "challenge", json!({"method": "totp"})).await;
    assert_eq!((asked.status, asked.code()), (422, "method_unavailable"));
    assert_eq!(rows(&world, "proof compared", "totp").await, 50);
    // It is written down and told to every address, once.
    assert_eq!(rows(&world, "method disabled", "totp").await, 1);
    let mut told = told(&world);
    told.sort();
    assert_eq!(told, ["+12025550134", "ada@home.example"]);
    // The other ways lead on.
    world.pass(&mut held, "ada", "email").await;
    assert_eq!(held.step(), "set_password");
}

#[tokio::test]
async fn no_stranger_disables_a_method_however_long_they_guess() {
    // OT-15
    let world = World::with(ten_in_a_row).await;
    for _ in 0..5 {
        let mut held = world.start("reset", "ada").await;
        guess(&world, &mut held, 10).await;
        assert_eq!(world.ask(&mut held, "ada", "totp").await.code(), "rate_limited");
        world.wait(A_DAY);
    }
    assert_eq!(rows(&world, "proof compared", "totp").await, 50);
    assert!(told(&world).is_empty() && stuck(&world).await.is_empty());
    let mut held = world.start("reset", "ada").await;
    world.pass(&mut held, "ada", "totp").await;
}

#[tokio::test]
async fn a_stranger_hears_of_a_disabled_method_what_is_said_of_a_used_up_budget() {
    // EN-01, OT-05: neither the menu nor the answer says that there is such an account
    let world = World::with(ten_in_a_row).await;
    let before = world.start("reset", "ada").await.flow["choose_method"].clone();
    let nobody = {
        let mut names = (0..2000).map(|n| format!("nobody{n}"));
        loop {
            let name = names.next().expect("a decoy that looks like ada");
            if world.start("reset", &name).await.flow["choose_method"] == before {
                break name;
            }
        }
    };
    world.wait(A_DAY);
    guess_with_the_telephone(&world, 10).await;
    // Somebody has used up what strangers have of the made-up name, at the same time.
    let mut held = world.start("reset", &nobody).await;
    for given in 0..10 {
        if given % 5 == 0 {
            world.act(&mut held, "challenge", json!({"method": "totp"})).await;
        }
        assert_eq!(world.act(&mut held, "proof", json!({"code": "9999999"})).await.code(), "code_wrong");
    }
    world.wait(2 * 60 * 60);
    let tries = [("challenge", json!({"method": "totp"}))];
    let known = walk(&world, "ada", "reset", &tries).await;
    assert_eq!(known, walk(&world, &nobody, "reset", &tries).await);
    let said = String::from_utf8(known[1].clone()).unwrap();
    assert!(said.contains("rate_limited") && said.contains("\"retry_after\":79200"), "{said}");
    assert!(said.contains("\"instead\":[\"recovery_code\",\"helpdesk_pass\"]"), "{said}");
    assert!(rows(&world, "gate passed", "totp").await == 0);
}

#[tokio::test]
async fn a_right_proof_begins_the_row_anew_and_one_that_is_not_compared_is_none() {
    // OT-05, OT-16
    let world = World::with(ten_in_a_row).await;
    for _ in 0..3 {
        let mut held = guess_with_the_telephone(&world, 9).await;
        let right = world.right_proof(&held, "ada");
        assert_eq!(world.act(&mut held, "proof", right).await.status, 200);
        assert_eq!(held.step(), "set_password");
        world.wait(A_DAY);
    }
    assert!(stuck(&world).await.is_empty() && told(&world).is_empty());
    // In between somebody else's proof is right too: nine wrong ones, a right one, one more wrong one.
    guess_with_the_telephone(&world, 9).await;
    world.wait(A_DAY);
    let mut held = world.start("reset", "ada").await;
    world.pass(&mut held, "ada", "totp").await;
    world.wait(A_DAY);
    guess_with_the_telephone(&world, 1).await;
    world.wait(A_WHILE);
    world.worker.turn().await.unwrap();
    assert!(stuck(&world).await.is_empty());
}

#[tokio::test]
async fn of_many_last_proofs_at_once_one_is_compared() {
    // OT-04, OT-05
    let world = World::with(|config| {
        ten_in_a_row(config);
        config.limits.gate_seconds = 3600;
    })
    .await;
    guess_with_the_telephone(&world, 9).await;
    world.wait(A_DAY);
    let mut flows = Vec::new();
    for _ in 0..4 {
        let mut held = world.start("reset", "ada").await;
        world.pass(&mut held, "ada", "text_mobile").await;
        assert_eq!(world.ask(&mut held, "ada", "totp").await.status, 200);
        world.wait(11 * 60);
        flows.push(held);
    }
    let before = rows(&world, "proof compared", "totp").await;
    let guesses: Vec<Request<_>> = flows
        .iter()
        .map(|held| {
            let body = json!({"revision": held.revision(), "code": "9999999"});
            post("/v1/flow/proof", Some(&held.token), body.to_string(), None)
        })
        .collect();
    let answers = replies_of(guesses.into_iter().map(|guess| world.send_alone(guess))).await;
    let mut codes: Vec<&str> = answers.iter().map(Reply::code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["code_wrong", "method_unavailable", "method_unavailable", "method_unavailable"]);
    assert_eq!(rows(&world, "proof compared", "totp").await, before + 1);
}

/// Ada's authenticator is disabled, and she knows so.
async fn disabled() -> World {
    let world = World::with(ten_in_a_row).await;
    guess_with_the_telephone(&world, 10).await;
    world.wait(A_DAY);
    for _ in 0..2 {
        world.worker.turn().await.unwrap();
    }
    let stuck = stuck(&world).await;
    assert!(stuck[0].starts_with("totp is disabled since 2026-11-2"), "{stuck:?}");
    assert!(stuck[0].ends_with("after 10 wrong proofs in a row (unlimit)"), "{stuck:?}");
    assert_eq!(told(&world).len(), 2);
    world
}

/// It proves something again, and the row begins anew.
async fn is_enabled(world: &World, account: &str) {
    assert!(stuck(world).await.iter().all(|reason| !reason.contains("disabled")));
    let mut held = world.start("reset", account).await;
    world.pass(&mut held, account, "text_mobile").await;
    assert!(menu(&held.flow).contains(&"totp"));
    guess(world, &mut held, 1).await;
    assert_eq!(rows(world, "method disabled", "totp").await, 1);
}

#[tokio::test]
async fn the_helpdesk_enables_a_method_again_and_is_named_in_the_audit() {
    let world = disabled().await;
    let let_go = account::unlimit(&world.app, "ada", &by()).await.unwrap();
    assert_eq!(let_go.enabled, [Method::Totp]);
    assert_eq!(
        world.last_audit().await,
        ("limits lifted".to_owned(), "all that was counted; enabled again: totp".to_owned())
    );
    is_enabled(&world, "ada").await;
    let mut held = world.start("reset", "ada").await;
    world.pass(&mut held, "ada", "totp").await;
}

#[tokio::test]
async fn an_owner_enables_a_method_again_by_showing_that_it_works() {
    let world = disabled().await;
    let mut held = world.register("ada", Some("email")).await;
    let listed = held.flow["manage"]["registered"].as_array().unwrap().clone();
    let due: Vec<&str> =
        listed.iter().filter(|one| one["due"] == true).map(|one| one["means"].as_str().unwrap()).collect();
    assert_eq!(due, ["authenticator"], "it is asked for");
    let id = World::id_of(&held, "authenticator");
    assert_eq!(world.act(&mut held, &format!("methods/{id}/check"), json!({})).await.status, 200);
    let wrong = world.confirm(&mut held, json!({"code": "9999999"})).await;
    assert_eq!(wrong.code(), "code_wrong");
    assert!(!stuck(&world).await.is_empty());
    let seed = world.person("ada").unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
    let code = world.totp(&seed, 0);
    assert_eq!(world.confirm(&mut held, json!({"code": code})).await.status, 200);
    is_enabled(&world, "ada").await;
}

#[tokio::test]
async fn an_owner_enables_a_method_again_by_setting_it_up_anew() {
    let world = disabled().await;
    let mut held = world.register("ada", Some("email")).await;
    let made = world.act(&mut held, "methods", json!({"means": "authenticator"})).await;
    let seed = made.body["shown"]["secret"].as_str().unwrap().to_owned();
    let code = world.totp(&seed, 0);
    assert_eq!(world.confirm(&mut held, json!({"code": code})).await.status, 200);
    is_enabled(&world, "ada").await;
}

#[tokio::test]
async fn what_cannot_be_guessed_is_never_disabled() {
    // OT-15: a recovery code on a known device and in a proven flow
    let world = World::with(ten_in_a_row).await;
    let mut held = world.register("ada", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    for _ in 0..4 {
        let mut held = world.start("reset", "ada").await;
        world.pass(&mut held, "ada", "text_mobile").await;
        world.ask(&mut held, "ada", "recovery_code").await;
        for _ in 0..5 {
            let wrong = world.act(&mut held, "proof", json!({"code": "0000-0000-0000-0000"})).await;
            assert_eq!(wrong.code(), "code_wrong");
        }
        world.wait(A_DAY);
    }
    let mut held = world.start("reset", "ada").await;
    world.ask(&mut held, "ada", "recovery_code").await;
    assert_eq!(world.act(&mut held, "proof", json!({"code": codes[0]})).await.status, 200);
}
