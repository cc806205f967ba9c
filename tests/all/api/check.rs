//! The human check: each kind solvable from what it shows, and taken once.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use latchkey_api::human_check::Kind;
use latchkey_server::crypt::keys::Use;
use serde_json::{Value, json};

use super::world::{World, post};

async fn ask(world: &World, kind: &str, language: &str) -> Value {
    let asked = world.post("/v1/human-checks", None, &json!({"kind": kind, "language": language})).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    asked.body
}

async fn start_with(world: &World, solution: &Value) -> (u16, String) {
    let body = json!({"intent": "reset", "account": "ada", "human_check": solution});
    let reply = world.post("/v1/flows", None, &body).await;
    (reply.status, reply.code().to_owned())
}

/// A check whose answer is known: made as the server makes them, under its keys.
fn known(world: &World) -> (Value, String) {
    let (nonce, answer) = (uuid::Uuid::new_v4().into_bytes(), "FH3469");
    let mac = |parts: &[&[u8]]| world.app.keys.mac(Use::HumanCheck, parts);
    let ends_at = world.app.clock.now().as_millisecond() + 300_000;
    let mut id = [&nonce[..], &[1], &ends_at.to_be_bytes()[2..]].concat();
    id.extend_from_slice(&mac(&[b"characters", &nonce, answer.as_bytes()])[..10]);
    let signature = mac(&[b"check", &id]);
    id.extend_from_slice(&signature[..15]);
    (json!(URL_SAFE_NO_PAD.encode(id)), answer.to_owned())
}

#[tokio::test]
async fn capitals_and_spaces_make_no_difference() {
    let world = World::new().await;
    let mut solved = false;
    for _ in 0..3 {
        let (id, answer) = known(&world);
        let typed = answer.to_lowercase().chars().map(|c| format!(" {c}")).collect::<String>();
        solved |= start_with(&world, &json!({"id": id, "answer": typed})).await.0 == 201;
    }
    assert!(solved);
}

#[tokio::test]
async fn a_picture_and_a_sound_come_in_the_promised_form() {
    // AX-02
    let world = World::new().await;
    let (first, second) = (ask(&world, "characters", "en").await, ask(&world, "characters", "en").await);
    assert_ne!(first["id"], second["id"]);
    for check in [&first, &second] {
        let part = |name: &str| STANDARD.decode(check["characters"][name].as_str().unwrap()).unwrap();
        assert!(part("picture_png").starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(part("sound_wav").starts_with(b"RIFF"));
        assert!([5, 6].contains(&check["characters"]["length"].as_u64().unwrap()));
        assert_eq!((&check["kind"], &check["puzzle"]), (&json!("characters"), &Value::Null));
    }
    assert_ne!(first["characters"]["picture_png"], second["characters"]["picture_png"]);
}

#[tokio::test]
async fn what_is_not_the_answer_of_this_check_now_and_for_the_first_time_is_refused() {
    // OT-14
    let world = World::new().await;
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..40 {
        let characters = ask(&world, "characters", "en").await["id"].clone();
        let other = ask(&world, "characters", "en").await["id"].clone();
        let work = world.human_check().await;
        for solution in [
            json!({"id": characters, "answer": "FFFFF"}),
            // Used up by the wrong answer before.
            json!({"id": characters, "answer": work["answer"]}),
            json!({"id": other, "answer": work["answer"]}),
            json!({"id": work["id"], "answer": "FH346"}),
            json!({"id": work["id"], "answer": "21"}),
            json!({"id": "", "answer": ""}),
            json!({"id": "nobody-made-this", "answer": "0"}),
            json!({"id": other, "answer": ""}),
            json!({"id": other}),
            json!({"answer": "FH346"}),
            json!({"id": other, "answer": null}),
            json!({"id": null, "answer": "FH346"}),
            json!({"id": [other], "answer": "FH346"}),
            json!({"id": other, "answer": 12345}),
            json!({"id": other, "answer": "FH346", "kind": "proof_of_work"}),
            json!({}),
            Value::Null,
            json!([]),
            json!(""),
        ] {
            let (status, code) = start_with(&world, &solution).await;
            accepted += usize::from(status == 201);
            refused += 1;
            assert!(["human_check_failed", "malformed"].contains(&code.as_str()), "{solution}: {status} {code}");
        }
        let body = json!({"intent": "reset", "account": "ada"});
        assert_eq!(world.post("/v1/flows", None, &body).await.code(), "malformed");
    }
    assert_eq!((accepted, refused), (0, 40 * 19));
}

#[tokio::test]
async fn a_right_answer_is_taken_once_and_not_after_its_time() {
    // OT-14
    let world = World::new().await;
    let mut taken = 0;
    for _ in 0..4 {
        let (id, answer) = known(&world);
        let solution = json!({"id": id, "answer": answer});
        taken += usize::from(start_with(&world, &solution).await.0 == 201);
        assert_eq!(start_with(&world, &solution).await.1, "human_check_failed", "a second time");
        let (id, answer) = known(&world);
        world.wait(300);
        assert_eq!(start_with(&world, &json!({"id": id, "answer": answer})).await.1, "human_check_failed", "too late");
    }
    assert_eq!(taken, 4);
}

#[tokio::test]
async fn a_campus_says_which_kinds_it_takes_and_refuses_others() {
    for (kinds, taken, refused) in [
        (vec![Kind::Characters, Kind::ProofOfWork], vec!["characters", "proof_of_work"], vec![]),
        (vec![Kind::ProofOfWork], vec!["proof_of_work"], vec!["characters"]),
        (vec![Kind::Characters], vec!["characters"], vec!["proof_of_work"]),
    ] {
        let world = World::with(|config| config.human_check.kinds = kinds).await;
        let said = world.app.config.public(&[]).human_checks;
        assert_eq!(serde_json::to_value(said).unwrap(), json!(taken));
        for kind in taken {
            ask(&world, kind, "en").await;
        }
        for kind in refused {
            let reply = world.post("/v1/human-checks", None, &json!({"kind": kind})).await;
            assert_eq!((reply.status, reply.code()), (409, "not_allowed"));
        }
    }
}

#[tokio::test]
async fn the_database_holds_a_check_once_it_is_answered_and_never_the_characters() {
    // OT-14, C5
    let world = World::new().await;
    for _ in 0..3 {
        let (id, answer) = known(&world);
        assert!(!super::silence::dump(&world).await.contains(id.as_str().unwrap()));
        assert_eq!(start_with(&world, &json!({"id": id, "answer": answer})).await.0, 201);
        let dump = super::silence::dump(&world).await;
        assert!(dump.contains(id.as_str().unwrap()));
        assert!(!dump.contains(&answer) && !dump.contains(&answer.to_lowercase()), "{answer}");
    }
}

/// How many rows have been written since the database was opened; there is one connection.
async fn written(world: &World) -> i64 {
    let (rows,): (i64,) = sqlx::query_as("SELECT total_changes()").fetch_one(world.app.store.pool()).await.unwrap();
    rows
}

#[tokio::test]
async fn checks_that_nobody_solves_write_nothing_and_honest_people_are_served_beside_them() {
    // C5, OT-14
    let world = World::new().await;
    let start = |solution: Value| {
        let body = json!({"intent": "reset", "account": "ada", "human_check": solution}).to_string();
        world.send_alone(post("/v1/flows", None, body, None))
    };
    for round in 0..20 {
        let before = written(&world).await;
        for wrong in 0..10 {
            let mut work = world.human_check_alone().await;
            work["answer"] = json!((1_000 + wrong).to_string());
            assert_eq!(start(work.clone()).await.code(), "human_check_failed");
            work["id"] = json!("A".repeat(64));
            assert_eq!(start(work).await.code(), "human_check_failed");
        }
        assert_eq!(written(&world).await, before, "round {round}");
        assert_eq!(start(world.human_check_alone().await).await.status, 201);
    }
    let (spent,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM spent_checks").fetch_one(world.app.store.pool()).await.unwrap();
    assert_eq!(spent, 20, "those that were solved");
    // Characters can be guessed: a wrong guess uses them up.
    let (id, answer) = known(&world);
    assert_eq!(start(json!({"id": id, "answer": "WRONG"})).await.code(), "human_check_failed");
    assert_eq!(start(json!({"id": id, "answer": answer})).await.code(), "human_check_failed");
}
