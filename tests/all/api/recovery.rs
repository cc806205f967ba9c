//! Recovery codes: saved, used once, replaced.

use serde_json::json;

use super::passwords::futures_of;
use super::world::{World, post};

async fn rows(world: &World) -> Vec<(String, Vec<u8>, String)> {
    sqlx::query_as("SELECT id, lookup, code_phc FROM recovery_codes ORDER BY id")
        .fetch_all(world.app.store.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn ten_codes_are_made_and_only_their_hashes_are_kept() {
    // OT-13
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    assert_eq!(codes.len(), 10);
    let listed = &held.flow["manage"]["registered"][2];
    assert_eq!((&listed["means"], &listed["left"]), (&json!("recovery_codes"), &json!(10)));
    let crockford = |c: char| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(c);
    assert!(codes.iter().all(|code| code.len() == 16 && code.chars().all(crockford)), "80 bits: {codes:?}");
    for (_, lookup, phc) in rows(&world).await {
        assert!(phc.starts_with("$argon2id$v=19$"), "{phc}");
        assert_eq!(lookup.len(), 32);
        assert!(!codes.iter().any(|code| lookup.starts_with(&code.as_bytes()[..3])));
    }
    assert!(!world.show(&mut held).await.body.to_string().contains(&codes[0]), "shown once");
}

#[tokio::test]
async fn new_codes_take_the_place_of_the_old_ones_once_they_are_kept() {
    // RG-02
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    world.act(&mut held, "methods", json!({"means": "recovery_codes"})).await;
    assert!(rows(&world).await.is_empty());
    let coded = world.confirm(&mut held, json!({"code": "123456"})).await;
    assert_eq!(coded.code(), "not_allowed", "they are confirmed without a code");
    let old = world.recovery_codes(&mut held).await;
    let made = world.act(&mut held, "methods", json!({"means": "recovery_codes"})).await;
    let new = made.body["shown"]["recovery_codes"][0].as_str().unwrap().to_owned();
    for (code, status) in [(&new, 422), (&old[0], 200)] {
        let mut reset = world.start("reset", "grace").await;
        assert_eq!(world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await.status, 200);
        assert_eq!(world.act(&mut reset, "proof", json!({"code": code})).await.status, status);
    }
    assert_eq!(world.confirm(&mut held, json!({})).await.status, 200);
    for (code, status) in [(&old[1], 422), (&new, 200)] {
        let mut reset = world.start("reset", "grace").await;
        world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
        assert_eq!(world.act(&mut reset, "proof", json!({"code": code})).await.status, status);
    }
}

#[tokio::test]
async fn a_code_that_is_sent_two_hundred_times_at_once_works_once_and_is_replaced() {
    // OT-13, OT-03
    let world = World::with(|config| {
        (config.limits.tries_per_method, config.limits.tries_in_all) = (1 << 20, 1 << 20);
        config.limits.tries_per_code = 1 << 20;
    })
    .await;
    let mut held = world.register("grace", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    let mut flows = Vec::new();
    for _ in 0..4 {
        let mut reset = world.start("reset", "grace").await;
        world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
        flows.push(reset);
    }
    let typed = codes[3].to_lowercase();
    let calls = (0..200).map(|n| {
        let flow = &flows[n % flows.len()];
        let body = json!({"revision": flow.revision(), "code": typed}).to_string();
        world.send(post("/v1/flow/proof", Some(&flow.token), body, None))
    });
    let statuses = futures_of(calls).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(rows(&world).await.len(), 10, "nine and a new one");
    let used: (i64,) =
        sqlx::query_as("SELECT count(*) FROM used_recovery_codes").fetch_one(world.app.store.pool()).await.unwrap();
    assert_eq!(used.0, 1);
}

#[tokio::test]
async fn the_code_that_replaces_a_used_one_is_shown_until_the_flow_moves_on_and_works() {
    // OT-13
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    let mut codes = world.recovery_codes(&mut held).await;
    for typed in [codes[0].clone(), format!("{}-{} ", &codes[1][..8], &codes[1][8..])] {
        let mut reset = world.start("reset", "grace").await;
        world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
        assert_eq!(reset.flow["prove"]["code"]["length"], 16);
        let passed = world.act(&mut reset, "proof", json!({"code": typed})).await;
        assert_eq!((passed.status, reset.step()), (200, "choose_method"), "{}", passed.body);
        let shown = passed.body["shown"]["recovery_codes"].as_array().unwrap().clone();
        assert_eq!(shown.len(), 1);
        codes.push(shown[0].as_str().unwrap().to_owned());
        // B8: an answer that was lost is asked for again.
        assert_eq!(world.show(&mut reset).await.body["shown"]["recovery_codes"], json!(shown));
        assert_eq!(world.show(&mut reset).await.body["shown"]["recovery_codes"], json!(shown));
        world.ask(&mut reset, "grace", "text_mobile").await;
        assert!(world.show(&mut reset).await.body.get("shown").is_none());
        world.act(&mut reset, "cancel", json!({})).await;
    }
    for (place, status) in [(0, 422), (1, 422), (10, 200), (11, 200), (2, 200)] {
        let mut reset = world.start("reset", "grace").await;
        world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
        let reply = world.act(&mut reset, "proof", json!({"code": codes[place]})).await;
        assert_eq!(reply.status, status, "code {place}");
    }
}

#[tokio::test]
async fn codes_are_on_every_menu_and_go_with_any_other_method() {
    // FL-03; nobody learns who keeps some (EN-03)
    let world = World::new().await;
    let menu = |held: &super::world::Held| held.flow["choose_method"].to_string();
    let without = menu(&world.start("reset", "grace").await);
    assert!(without.contains("recovery_code"));
    let mut held = world.register("grace", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    let mut reset = world.start("reset", "grace").await;
    assert_eq!(menu(&reset), without);
    world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
    world.act(&mut reset, "proof", json!({"code": codes[0]})).await;
    for method in ["text_mobile", "email", "helpdesk_pass"] {
        assert!(menu(&reset).contains(method), "{method}: {}", menu(&reset));
    }
    assert!(!menu(&reset).contains("recovery_code"), "never with itself");
    let twice = world.act(&mut reset, "challenge", json!({"method": "recovery_code"})).await;
    assert_eq!(twice.code(), "method_unavailable");
    let mut held = world.register("grace", Some("text_mobile")).await;
    let id = World::id_of(&held, "recovery_codes");
    world.act(&mut held, &format!("methods/{id}/remove"), json!({})).await;
    assert!(rows(&world).await.is_empty());
    let mut without = world.start("reset", "grace").await;
    assert!(menu(&without).contains("recovery_code"));
    world.act(&mut without, "challenge", json!({"method": "recovery_code"})).await;
    let wrong = world.act(&mut without, "proof", json!({"code": codes[1]})).await;
    assert_eq!(wrong.code(), "code_wrong", "there is none behind it");
}
