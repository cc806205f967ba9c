//! A pass of the helpdesk: one gate of two, once, for ten minutes.

use latchkey_server::person::account;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::passwords::futures_of;
use super::world::{World, by, post};

async fn pass(world: &World, account: &str) -> String {
    account::pass(&world.app, account, &by()).await.unwrap().code.expose_secret().to_owned()
}

#[tokio::test]
async fn somebody_with_one_method_and_a_pass_sets_a_new_password() {
    let world = World::new().await;
    let code = pass(&world, "linus").await;
    assert_eq!(world.last_audit().await, ("pass issued".to_owned(), "for ten minutes".to_owned()));
    let mut held = world.start("reset", "linus").await;
    world.ask(&mut held, "linus", "helpdesk_pass").await;
    assert_eq!(held.flow["prove"]["code"], json!({"length": 10, "expires_at": null, "resend_at": null}));
    let typed = code.to_lowercase().replace('-', " ");
    let passed = world.act(&mut held, "proof", json!({"code": typed})).await;
    assert_eq!(passed.status, 200, "{}", passed.body);
    assert!(!methods(&held.flow).contains(&"helpdesk_pass"), "never with itself");
    world.pass(&mut held, "linus", "text_mobile").await;
    let set = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!((set.status, held.step()), (200, "done"));
}

#[tokio::test]
async fn a_pass_works_once_for_its_account_and_not_for_long() {
    let world = World::new().await;
    let code = pass(&world, "grace").await;
    for (account, code, waits) in [("linus", code.clone(), 0), ("grace", pass(&world, "grace").await, 600)] {
        let mut held = world.start("reset", account).await;
        world.ask(&mut held, account, "helpdesk_pass").await;
        world.wait(waits - 1);
        world.act(&mut held, "extend", json!({})).await;
        world.wait(1);
        let wrong = world.act(&mut held, "proof", json!({"code": code})).await;
        assert_eq!(wrong.code(), "code_wrong", "{account}");
    }
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "helpdesk_pass").await;
    let void = world.act(&mut held, "proof", json!({"code": code})).await;
    assert_eq!(void.code(), "code_wrong", "a newer one had been made");
    let code = pass(&world, "grace").await;
    assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.status, 200);
    let mut again = world.start("reset", "grace").await;
    world.ask(&mut again, "grace", "helpdesk_pass").await;
    let used = world.act(&mut again, "proof", json!({"code": code})).await;
    assert_eq!(used.code(), "code_wrong");
}

#[tokio::test]
async fn of_many_flows_that_give_the_same_pass_at_once_one_passes() {
    // OT-03
    let world = World::new().await;
    for _ in 0..5 {
        let code = pass(&world, "grace").await;
        let mut calls = Vec::new();
        for _ in 0..10 {
            let mut held = world.start("reset", "grace").await;
            world.ask(&mut held, "grace", "helpdesk_pass").await;
            calls.push((held.token.clone(), json!({"revision": held.revision(), "code": code}).to_string()));
        }
        let calls =
            calls.iter().map(|(token, body)| world.send(post("/v1/flow/proof", Some(token), body.clone(), None)));
        let statuses = futures_of(calls).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    }
}

#[tokio::test]
async fn guesses_of_a_pass_use_up_the_tries_of_one_question_and_no_more() {
    // OT-04
    let world = World::new().await;
    let code = pass(&world, "grace").await;
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "helpdesk_pass").await;
    for left in (0..5).rev() {
        let wrong = world.act(&mut held, "proof", json!({"code": "00000-00000"})).await;
        assert_eq!((wrong.code(), wrong.body["attempts_left"].as_u64()), ("code_wrong", Some(left)));
    }
    assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.code(), "code_spent");
    // OT-15: nobody finds 50 bits in ten minutes, and nobody else may end the pass.
    assert_eq!(world.ask(&mut held, "grace", "helpdesk_pass").await.status, 200);
    assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.status, 200);
}

#[tokio::test]
async fn a_pass_is_in_every_menu_and_having_one_changes_nothing_of_it() {
    // EN-01, EN-03
    let world = World::new().await;
    for name in ["ada", "nobody", "blank", "root", "disabled", "imported"] {
        let before = world.start("reset", name).await.flow["choose_method"].clone();
        assert!(methods(&json!({"choose_method": before})).contains(&"helpdesk_pass"), "{name}");
        if ["ada", "blank", "imported"].contains(&name) {
            pass(&world, name).await;
        }
        assert_eq!(world.start("reset", name).await.flow["choose_method"], before, "{name}");
    }
    let off = World::with(|config| config.methods.offered.retain(|method| method.as_str() != "helpdesk_pass")).await;
    for name in ["ada", "nobody"] {
        assert!(!methods(&off.start("reset", name).await.flow).contains(&"helpdesk_pass"), "{name}");
    }
}

#[tokio::test]
async fn nobody_gets_a_pass_who_is_not_served_here() {
    // FL-11
    let world = World::new().await;
    let of = &world.app;
    for (name, why) in [("nobody", "no account"), ("root", "privileged"), ("disabled", "disabled")] {
        let refused = account::pass(of, name, &by()).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{name}: {refused}");
    }
    let (passes,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM helpdesk_passes").fetch_one(world.app.store.pool()).await.unwrap();
    assert_eq!(passes, 0);
}

#[tokio::test]
async fn the_database_does_not_hold_a_pass() {
    // OT-10
    let world = World::new().await;
    let code = pass(&world, "ada").await;
    let dump = super::silence::dump(&world).await;
    assert!(!dump.contains(&code) && !dump.contains(&code.replace('-', "")));
}

fn methods(flow: &Value) -> Vec<&str> {
    let choices = flow["choose_method"]["methods"].as_array().unwrap();
    choices.iter().map(|choice| choice["method"].as_str().unwrap()).collect()
}
