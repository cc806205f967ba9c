//! Security questions: off unless switched on, good answers only, one verdict, always the same set.

use latchkey_api::Method;
use latchkey_server::config::Methods;
use serde_json::{Value, json};

use super::world::{Held, World};

const IDS: [&str; 5] = ["first_film", "favourite_toy", "childhood_neighbour", "first_boss", "seat_neighbour"];

fn answers(given: &[&str]) -> Value {
    let answers: Vec<Value> = IDS.iter().zip(given).map(|(id, answer)| json!({"id": id, "answer": answer})).collect();
    json!({"means": "questions", "answers": answers})
}

const GOOD: [&str; 5] = ["Zanzibar nights", "Grumblewick", "Oyelaran-Petrov", "Quillfeather", "Marguerite Okonkwo"];

/// The reasons, in the order of the questions; nothing for an answer that is taken.
fn reasons(body: &Value) -> Vec<String> {
    let refused = body["answer_refusals"].as_array().cloned().unwrap_or_default();
    let of = |id: &str| refused.iter().find(|refused| refused["id"] == id).map(|refused| refused["reason"].clone());
    IDS.iter().map(|id| of(id).map_or(String::new(), |reason| reason.as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn questions_are_off_unless_switched_on_and_then_never_alone() {
    // SQ-01
    let world = World::with(|config| config.methods = Methods::default()).await;
    let mut held = world.start("reset", "ada").await;
    assert!(!held.flow.to_string().contains("questions"), "{}", held.flow);
    assert_eq!(world.ask(&mut held, "ada", "questions").await.code(), "method_unavailable");
    let mut held = world.register("ada", Some("totp")).await;
    assert!(!held.flow["manage"]["addable"].to_string().contains("questions"));
    let refused = world.act(&mut held, "methods", answers(&GOOD)).await;
    assert_eq!((refused.status, refused.code()), (422, "means_unavailable"));

    // Switched on, but with nothing beside them: not enough, and no flow of the account's own.
    let world = World::with(|config| config.methods.offered.retain(|method| *method != Method::HelpdeskPass)).await;
    let mut held = world.register("nova", None).await;
    let set = world.act(&mut held, "methods", answers(&GOOD)).await;
    assert_eq!((set.status, &held.flow["manage"]["enough"]), (200, &json!(false)));
    let mut reset = world.start("reset", "nova").await;
    for method in ["questions", "questions"] {
        world.act(&mut reset, "challenge", json!({"method": method})).await;
        let proof = json!({"answers": [{"id": IDS[0], "answer": GOOD[0]}]});
        world.act(&mut reset, "proof", proof).await;
        assert_ne!(reset.step(), "set_password");
    }

    // Never for the privileged.
    let mut held = world.start("register", "root").await;
    let password = world.person("root").unwrap().password.clone();
    let wrong = world.act(&mut held, "proof", json!({"current_password": password})).await;
    assert_eq!(wrong.code(), "current_password_wrong");
}

#[tokio::test]
async fn every_common_answer_is_refused() {
    // SQ-02
    let world = World::new().await;
    let mut held = world.register("nova", None).await;
    let common: Vec<&str> = latchkey_server::person::methods::answers::COMMON.lines().collect();
    assert!(common.len() >= 1000);
    for five in common.chunks(5) {
        let mut given = GOOD;
        given[..five.len()].copy_from_slice(five);
        let refused = world.act(&mut held, "methods", answers(&given)).await;
        assert_eq!((refused.status, refused.code()), (422, "answers_refused"), "{five:?}");
        let found = reasons(&refused.body);
        assert!(found[..five.len()].iter().all(|reason| !reason.is_empty()), "{five:?}: {found:?}");
    }
    assert_eq!(held.flow["manage"]["registered"], json!([]));
}

#[tokio::test]
async fn an_answer_that_others_know_or_that_is_no_answer_is_refused_with_its_reason() {
    // SQ-02
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    let long = "x".repeat(41);
    for (given, expected) in [
        (
            ["ab", &long, "Grumblewick", " GRUMBLEWICK ", "next to you"],
            ["too_short", "too_long", "", "repeated", "in_question"],
        ),
        (["grace", "+1 202 555 0156", "(202) 555-0156", "grace@home.example", "my 2025550156"], ["known"; 5]),
        (
            ["Grace Hopperfeld", "pizza", "PIZZA", "ｐｉｚｚａ", "Titanic"],
            ["known", "common", "repeated", "repeated", "common"],
        ),
    ] {
        let refused = world.act(&mut held, "methods", answers(&given)).await;
        assert_eq!(refused.code(), "answers_refused", "{given:?}");
        assert_eq!(reasons(&refused.body), expected, "{given:?}");
    }
    for odd in [
        answers(&GOOD[..4]),
        json!({"means": "questions", "answers": [
            {"id": "first_film", "answer": "a b c d"}, {"id": "first_film", "answer": "e f g h"},
            {"id": "first_boss", "answer": "i j k l"}, {"id": "first_dish", "answer": "m n o p"},
            {"id": "first_pet", "answer": "q r s t"}]}),
        json!({"means": "questions", "answers": [
            {"id": "mothers_maiden_name", "answer": "a b c d"}, {"id": "first_film", "answer": "e f g h"},
            {"id": "first_boss", "answer": "i j k l"}, {"id": "first_dish", "answer": "m n o p"},
            {"id": "first_pet", "answer": "q r s t"}]}),
    ] {
        assert_eq!(world.act(&mut held, "methods", odd.clone()).await.code(), "means_unavailable", "{odd}");
    }
    let none = world.act(&mut held, "methods", json!({"means": "questions", "answers": []})).await;
    assert_eq!(none.code(), "malformed");
    assert!(!held.flow["manage"]["registered"].to_string().contains("questions"));
    let set = world.act(&mut held, "methods", answers(&GOOD)).await;
    assert_eq!(set.status, 200, "{}", set.body);
    assert_eq!(set.body["manage"]["pending"], json!(null), "in use at once");
    assert!(held.flow["manage"]["registered"].to_string().contains("questions"));
}

#[tokio::test]
async fn what_the_directory_says_of_a_person_is_no_answer() {
    // SQ-02
    let world = World::new().await;
    let mut held = world.register("newcomer", None).await;
    for given in [
        ["Nora Comer", "nora", "COMER", "my cousin Nora Comer", "nora.comer@campus.example"],
        ["newcomer", "nora.comer", "202 555 0177", "+1 (202) 555-0177", "the newcomer"],
    ] {
        let refused = world.act(&mut held, "methods", answers(&given)).await;
        assert_eq!(reasons(&refused.body), ["known"; 5], "{given:?}");
    }
    assert_eq!(world.act(&mut held, "methods", answers(&GOOD)).await.status, 200);
}

#[tokio::test]
async fn answers_are_kept_as_hashes_and_three_of_five_are_asked_always_the_same() {
    // SQ-03, SQ-04
    let world = World::with(|config| config.limits.tries_of_questions = 100).await;
    let mut held = world.register("grace", Some("email")).await;
    world.act(&mut held, "methods", answers(&GOOD)).await;
    let kept: Vec<(String,)> =
        sqlx::query_as("SELECT answer_phc FROM answers WHERE question IN ('first_film', 'seat_neighbour')")
            .fetch_all(world.app.store.pool())
            .await
            .unwrap();
    assert!(kept.len() == 2 && kept.iter().all(|(phc,)| phc.starts_with("$argon2id$v=19$")), "{kept:?}");
    let mut sets = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let mut reset = world.start("reset", "grace").await;
        world.act(&mut reset, "challenge", json!({"method": "questions"})).await;
        sets.insert(reset.flow["prove"]["questions"].to_string());
    }
    assert_eq!(sets.len(), 1, "{sets:?}");
    let asked: Vec<Value> = serde_json::from_str(sets.first().unwrap()).unwrap();
    assert_eq!(asked, [json!({"id": IDS[0]}), json!({"id": IDS[1]}), json!({"id": IDS[2]})]);
    let mut bodies = std::collections::BTreeSet::new();
    for right in 0..=2 {
        let mut reset = fresh(&world).await;
        let given: Vec<Value> = (0..3)
            .map(|n| json!({"id": IDS[n], "answer": if n < right { GOOD[n] } else { "something else" }}))
            .collect();
        let mut wrong = world.act(&mut reset, "proof", json!({"answers": given})).await;
        assert_eq!(wrong.code(), "answers_wrong");
        wrong.body["flow"]["flow_id"] = json!("");
        bodies.insert(wrong.body.to_string());
        // Each wrong set is counted; the counts are not what is compared here.
        sqlx::query("DELETE FROM limits").execute(world.app.store.pool()).await.unwrap();
    }
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let mut reset = fresh(&world).await;
    let given: Vec<Value> =
        (0..3).map(|n| json!({"id": IDS[n], "answer": format!(" {}", GOOD[n].to_uppercase())})).collect();
    assert_eq!(world.act(&mut reset, "proof", json!({"answers": given})).await.status, 200);
}

async fn fresh(world: &World) -> Held {
    let mut reset = world.start("reset", "grace").await;
    world.act(&mut reset, "challenge", json!({"method": "questions"})).await;
    reset
}
