//! Codes: how often, how long, how many at once.

use latchkey_api::Method;
use latchkey_server::person::methods::{self, Source};
use serde_json::json;

use super::passwords::futures_of;
use super::world::{World, post};

#[tokio::test]
async fn of_many_right_codes_at_once_one_passes_the_gate() {
    // OT-03
    let world = World::new().await;
    for _ in 0..5 {
        let mut held = world.start("reset", "grace").await;
        world.ask(&mut held, "grace", "text_mobile").await;
        let mut body = world.right_proof(&held, "grace");
        body["revision"] = json!(held.revision());
        let calls = (0..50).map(|_| world.send(post("/v1/flow/proof", Some(&held.token), body.to_string(), None)));
        let statuses = futures_of(calls).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        world.wait(10);
    }
}

#[tokio::test]
async fn whoever_types_a_number_is_shown_this_once_what_is_dialled() {
    // F3, PR-02
    let world = World::new().await;
    let mut held = world.start("reset", "grace").await;
    let body = json!({"method": "text_mobile", "destination": "(202) 555-0156"});
    let asked = world.act(&mut held, "challenge", body).await;
    assert_eq!(asked.body["shown"], json!({"sent_to": "+1 202 555 0156"}), "{}", asked.body);
    let look = world.show(&mut held).await;
    assert!(!String::from_utf8_lossy(&look.bytes).contains("0156"), "{}", look.body);
    world.wait(61);
    let again = world.act(&mut held, "challenge", json!({"method": "text_mobile"})).await;
    assert_eq!((again.status, &again.body["shown"]), (200, &json!(null)), "nobody has typed it now");

    let mut held = world.register("grace", Some("text_mobile")).await;
    let body = json!({"means": "mobile", "destination": "1 (202) 555-0199"});
    let asked = world.act(&mut held, "methods", body).await;
    assert_eq!(asked.body["shown"]["sent_to"], "+1 202 555 0199", "{}", asked.body);
}

#[tokio::test]
async fn of_many_wrong_codes_at_once_five_are_compared() {
    // OT-04
    let world = World::new().await;
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "text_mobile").await;
    let calls = (0..200).map(|n| {
        let body = json!({"revision": held.revision(), "code": format!("9{n:08}")}).to_string();
        world.send(post("/v1/flow/proof", Some(&held.token), body, None))
    });
    let statuses = futures_of(calls).await;
    // One call of a flow is done at a time, some wait, and the others are sent away at once.
    assert!(statuses.iter().all(|status| matches!(status, 422 | 503)), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 422).count() > 5, "{statuses:?}");
    let compared: (i64,) = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'proof compared'")
        .fetch_one(world.app.store.pool())
        .await
        .unwrap();
    let tries: (i64,) =
        sqlx::query_as("SELECT max(tries) FROM challenges").fetch_one(world.app.store.pool()).await.unwrap();
    assert_eq!((compared.0, tries.0), (5, 5));
    world.show(&mut held).await;
    let right = world.right_proof(&held, "grace");
    let spent = world.act(&mut held, "proof", right).await;
    assert_eq!((spent.status, spent.code()), (422, "code_spent"));
}

#[tokio::test]
async fn new_flows_and_new_codes_do_not_bring_new_tries() {
    // OT-05
    let world = World::new().await;
    let mut compared = 0;
    for _ in 0..6 {
        let mut held = world.start("reset", "grace").await;
        if world.ask(&mut held, "grace", "text_mobile").await.status != 200 {
            continue;
        }
        for _ in 0..6 {
            let reply = world.act(&mut held, "proof", json!({"code": "999999999"})).await;
            compared += usize::from(reply.code() == "code_wrong");
        }
        world.wait(10);
    }
    assert_eq!(compared, 10);
    world.wait(24 * 60 * 60);
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "text_mobile").await.status, 200);
}

#[tokio::test]
async fn thirty_tries_in_all_end_the_guessing_but_neither_flow_nor_account() {
    // OT-05, FL-07
    let world = World::with(|config| {
        config.limits.tries_per_method = 100;
        config.limits.tries_of_questions = 100;
    })
    .await;
    let mut compared = 0;
    let mut last = None;
    for _ in 0..8 {
        let mut held = world.start("reset", "ada").await;
        for method in ["totp", "questions"] {
            world.ask(&mut held, "ada", method).await;
            for _ in 0..5 {
                let wrong = if method == "totp" {
                    json!({"code": "000000000"})
                } else {
                    json!({"answers": [{"id": "first_pet", "answer": "no"}]})
                };
                let reply = world.act(&mut held, "proof", wrong).await;
                compared += usize::from(reply.status == 422);
            }
        }
        last = Some(held);
    }
    assert_eq!(compared, 30);
    let mut last = last.unwrap();
    let refused = world.ask(&mut last, "ada", "totp").await;
    assert_eq!((refused.status, refused.code(), last.step()), (429, "rate_limited", "choose_method"));
    assert_eq!(world.ask(&mut last, "ada", "recovery_code").await.status, 200, "OT-15");
    assert!(!world.entry("ada").await.locked);
}

#[tokio::test]
async fn a_code_works_until_its_last_second() {
    // OT-02
    for (method, life) in [("text_mobile", 300), ("email", 600)] {
        for (wait, status) in [(life - 1, 200), (life, 422)] {
            let world = World::with(|config| config.limits.flow_idle_seconds = 3600).await;
            let mut held = world.start("reset", "grace").await;
            world.ask(&mut held, "grace", method).await;
            world.wait(wait);
            let proof = world.right_proof(&held, "grace");
            let reply = world.act(&mut held, "proof", proof).await;
            assert_eq!(reply.status, status, "{method} after {wait} s: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_new_code_may_be_asked_for_after_a_while_and_replaces_the_old_one() {
    // OT-11
    let world = World::with(|config| config.limits.resend_seconds = 60).await;
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "text_mobile").await;
    let old = world.right_proof(&held, "grace");
    world.wait(59);
    let soon = world.act(&mut held, "challenge", json!({"method": "text_mobile"})).await;
    assert_eq!((soon.status, soon.code(), soon.body["retry_after"].as_u64()), (429, "resend_too_soon", Some(1)));
    world.wait(1);
    let again = world.act(&mut held, "challenge", json!({"method": "text_mobile"})).await;
    assert_eq!(again.status, 200, "the number is not asked for twice: {}", again.body);
    assert_eq!(world.act(&mut held, "proof", old).await.code(), "code_wrong");
    let new = world.right_proof(&held, "grace");
    assert_eq!(world.act(&mut held, "proof", new).await.status, 200);
}

#[tokio::test]
async fn an_authenticator_code_works_for_its_step_and_its_neighbours_and_once() {
    // OT-12, F14
    for (wait, status) in [(0, 200), (30, 200), (60, 422), (-30, 200), (-60, 422)] {
        let world = World::new().await;
        let mut held = world.start("reset", "linus").await;
        world.ask(&mut held, "linus", "totp").await;
        let proof = world.right_proof(&held, "linus");
        world.wait(wait);
        assert_eq!(world.act(&mut held, "proof", proof).await.status, status, "after {wait} s");
    }
    let world = World::new().await;
    for status in [200, 422] {
        let mut held = world.start("reset", "linus").await;
        world.ask(&mut held, "linus", "totp").await;
        let proof = world.right_proof(&held, "linus");
        assert_eq!(world.act(&mut held, "proof", proof).await.status, status);
    }
}

#[tokio::test]
async fn a_message_goes_to_the_stored_destination_only() {
    // TF-04, EN-08
    let world = World::new().await;
    let mut held = world.start("reset", "ada").await;
    for typed in
        ["(202) 555-0134", "+1 202 555 0199", "+12025550134,+12025550199", "ADA@home.example", "x@home.example"]
    {
        for method in ["text_mobile", "email"] {
            world.act(&mut held, "challenge", json!({"method": method, "destination": typed})).await;
            world.wait(6);
        }
    }
    let sent = world.sent();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent.iter().all(|(_, to, _)| to == "+12025550134" || to == "ada@home.example"));
}

#[tokio::test]
async fn one_verdict_covers_all_answers() {
    // SQ-04
    let world = World::new().await;
    let right = |n: usize| {
        let answers = ["Biscuit", "Mill Lane", "Oldport"].iter().enumerate();
        let ids = ["first_pet", "childhood_street", "first_job_city"];
        let answers = answers.map(|(i, answer)| json!({"id": ids[i], "answer": if i < n { answer } else { "no" }}));
        json!({"answers": answers.collect::<Vec<_>>()})
    };
    let mut bodies = Vec::new();
    for n in 0..3 {
        let world = World::new().await;
        let mut held = world.start("reset", "ada").await;
        world.ask(&mut held, "ada", "questions").await;
        let mut body = world.act(&mut held, "proof", right(n)).await.body;
        body["flow"]["flow_id"] = json!("");
        bodies.push(body);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    let mut held = world.start("reset", "ada").await;
    world.ask(&mut held, "ada", "questions").await;
    assert_eq!(world.act(&mut held, "proof", right(3)).await.status, 200);
}

#[tokio::test]
async fn the_second_gate_takes_another_method_on_another_device() {
    // FL-03
    let all =
        [Method::TextMobile, Method::CallMobile, Method::CallOffice, Method::Email, Method::Totp, Method::Questions];
    let world = World::new().await;
    let account = world.id("ada").await;
    let mut tx = world.app.store.begin().await.unwrap();
    for (method, number) in [(Method::CallMobile, "+12025550134"), (Method::CallOffice, "+12025550200")] {
        let number = number.into();
        let registered =
            methods::register(&mut tx, &world.app.keys, &account, method, Some(&number), Source::Person).await;
        assert!(registered.is_ok());
    }
    tx.commit().await.unwrap();
    for first in all {
        let mut held = world.start("reset", "ada").await;
        world.wait(31);
        let number = if first == Method::CallOffice { "+12025550200" } else { "+12025550134" };
        let destination = match first {
            Method::Email => json!("ada@home.example"),
            Method::TextMobile | Method::CallMobile | Method::CallOffice => json!(number),
            _ => json!(null),
        };
        world.act(&mut held, "challenge", json!({"method": first, "destination": destination})).await;
        let proof = if first == Method::CallMobile || first == Method::CallOffice {
            let spoken = world.sent().last().unwrap().2.clone();
            let spoken = spoken.split("Again").next().unwrap().replace(", ", "");
            json!({"code": spoken.chars().filter(char::is_ascii_digit).collect::<String>()})
        } else {
            world.right_proof(&held, "ada")
        };
        assert_eq!(world.act(&mut held, "proof", proof).await.status, 200, "{first}");
        let offered: Vec<String> = held.flow["choose_method"]["methods"]
            .as_array()
            .unwrap()
            .iter()
            .map(|choice| choice["method"].as_str().unwrap().to_owned())
            .collect();
        let mobile = |method: Method| matches!(method, Method::TextMobile | Method::CallMobile);
        for second in all {
            let fits = first != second && !(mobile(first) && mobile(second));
            assert_eq!(offered.iter().any(|offered| offered == second.as_str()), fits, "{first} then {second}");
            if !fits {
                let refused = world.act(&mut held, "challenge", json!({"method": second, "destination": number})).await;
                assert_eq!((refused.status, refused.code()), (422, "method_unavailable"), "{first} then {second}");
            }
        }
    }
}

#[tokio::test]
async fn a_mailbox_behind_the_campus_password_is_never_offered() {
    // FL-03
    let world =
        World::with(|config| config.campus.mail_domains = vec!["home.example".to_owned()].try_into().unwrap()).await;
    let held = world.start("reset", "ada").await;
    assert!(!held.flow.to_string().contains("email"), "{}", held.flow);
}

#[tokio::test]
async fn a_human_check_counts_once_and_not_for_long() {
    // OT-14
    let world = World::new().await;
    let check = world.human_check().await;
    let start = |check: serde_json::Value| json!({"intent": "reset", "account": "ada", "human_check": check});
    assert_eq!(world.post("/v1/flows", None, &start(check.clone())).await.status, 201);
    assert_eq!(world.post("/v1/flows", None, &start(check)).await.code(), "human_check_failed");
    let mut wrong = world.human_check().await;
    let right = wrong.clone();
    wrong["answer"] = json!("21");
    assert_eq!(world.post("/v1/flows", None, &start(wrong)).await.code(), "human_check_failed");
    // Whoever gives a wrong number has gained nothing; a wrong guess of characters uses them up (`check`).
    assert_eq!(world.post("/v1/flows", None, &start(right)).await.status, 201);
    let late = world.human_check().await;
    world.wait(300);
    assert_eq!(world.post("/v1/flows", None, &start(late)).await.code(), "human_check_failed");
    for shape in [json!(null), json!({}), json!({"id": "", "answer": ""}), json!({"id": "x"}), json!("x")] {
        assert!((400..500).contains(&world.post("/v1/flows", None, &start(shape)).await.status));
    }
}

#[tokio::test]
async fn a_flow_ends_when_nobody_is_there_and_lives_on_while_somebody_says_so() {
    // AP-02
    let world = World::with(|config| config.limits.flow_idle_seconds = 240).await;
    let mut held = world.start("reset", "ada").await;
    for _ in 0..14 {
        world.wait(239);
        assert_eq!(world.act(&mut held, "extend", json!({})).await.body["step"], "choose_method");
    }
    world.wait(240);
    assert_eq!(world.show(&mut held).await.body["step"], "expired");
    let mut held = world.start("reset", "ada").await;
    world.wait(240);
    let late = world.ask(&mut held, "ada", "email").await;
    assert_eq!((late.status, late.code(), held.step()), (409, "stale", "expired"));
}
