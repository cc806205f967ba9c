//! What people came for, from the first call to the last.

use serde_json::json;

use super::world::{World, post};

const NEW: &str = "violet tractor onion mail";

#[tokio::test]
async fn somebody_who_forgot_the_password_proves_two_methods_and_sets_a_new_one() {
    let world = World::new().await;
    let mut held = world.start("reset", "ada").await;
    held.flow["flow_id"] = json!("7K2M-Q4PX");
    insta::assert_json_snapshot!(held.flow, @r#"
    {
      "allowed": [
        "challenge",
        "extend",
        "cancel"
      ],
      "choose_method": {
        "methods": [
          {
            "destination": "phone",
            "method": "text_mobile"
          },
          {
            "destination": null,
            "method": "questions"
          },
          {
            "destination": "email",
            "method": "email"
          },
          {
            "destination": null,
            "method": "totp"
          },
          {
            "destination": null,
            "method": "recovery_code"
          },
          {
            "destination": null,
            "method": "helpdesk_pass"
          }
        ]
      },
      "expires_at": "2026-11-24T08:10:00Z",
      "flow_id": "7K2M-Q4PX",
      "gate": {
        "number": 1,
        "of": 2
      },
      "intent": "reset",
      "now": "2026-11-24T08:00:00Z",
      "revision": 1,
      "step": "choose_method"
    }
    "#);
    let asked = world.ask(&mut held, "ada", "text_mobile").await;
    insta::assert_json_snapshot!(asked.body["prove"], @r#"
    {
      "attempts_left": 5,
      "code": {
        "expires_at": "2026-11-24T08:05:00Z",
        "length": 8,
        "resend_at": "2026-11-24T08:00:05Z"
      },
      "method": "text_mobile"
    }
    "#);
    let wrong = world.act(&mut held, "proof", json!({"code": "000000000"})).await;
    assert_eq!((wrong.status, wrong.code(), wrong.body["attempts_left"].as_u64()), (422, "code_wrong", Some(4)));
    let proof = world.right_proof(&held, "ada");
    world.act(&mut held, "proof", proof).await;
    assert_eq!(held.flow["gate"], json!({"number": 2, "of": 2}));
    assert!(!held.flow["choose_method"].to_string().contains("text_mobile"), "the first method is not offered again");
    world.pass(&mut held, "ada", "questions").await;
    insta::assert_json_snapshot!(held.flow["set_password"], @r#"
    {
      "rules": [
        {
          "rule": "min_length",
          "value": 12
        },
        {
          "rule": "max_length",
          "value": 256
        },
        {
          "rule": "no_account"
        },
        {
          "rule": "not_common"
        },
        {
          "rule": "not_old"
        }
      ]
    }
    "#);
    let refused = world.act(&mut held, "password", json!({"new_password": "ada"})).await;
    assert_eq!((refused.status, refused.code(), held.step()), (422, "password_refused", "set_password"));
    insta::assert_json_snapshot!(refused.body["refusals"], @r#"
    [
      {
        "reason": "too_short",
        "value": 12
      },
      {
        "reason": "contains_account"
      },
      {
        "reason": "common"
      }
    ]
    "#);
    let done = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((done.status, held.step()), (200, "done"));
    assert!(done.body.get("token").is_none()); // FL-13
    assert!(world.signs_in("ada", NEW).await);
    assert_eq!(world.writes("ada").await, 1);
    // FL-15: the mailbox was not used to get here, the phone was.
    let notices: Vec<_> = world.sent().into_iter().filter(|(_, _, body)| body.contains("just reset")).collect();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert_eq!((notices[0].0.as_str(), notices[0].1.as_str()), ("email", "ada@home.example"));
    let mut db = world.app.store.begin().await.unwrap();
    let rows = latchkey_server::crypt::audit::verify(&mut db, &world.app.keys).await.unwrap();
    assert!(rows.unwrap() >= 8); // LG-03, LG-04
}

#[tokio::test]
async fn somebody_who_knows_the_password_changes_it() {
    let world = World::new().await;
    let mut held = world.start("change", "grace").await;
    assert_eq!((held.step(), &held.flow["gate"]), ("prove", &json!({"number": 1, "of": 1})));
    let wrong = world.act(&mut held, "proof", json!({"current_password": "not this one"})).await;
    assert_eq!((wrong.code(), wrong.body["attempts_left"].as_u64()), ("current_password_wrong", Some(2)));
    let old = world.person("grace").unwrap().password.clone();
    world.act(&mut held, "proof", json!({"current_password": old})).await;
    assert_eq!(held.step(), "set_password");
    let same = world.act(&mut held, "password", json!({"new_password": old})).await;
    assert_eq!(same.body["refusals"], json!([{"reason": "same_as_old"}]));
    let done = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((done.status, held.step()), (200, "done"));
    assert!(world.signs_in("grace", NEW).await && !world.signs_in("grace", &old).await);
    assert_eq!(world.sent().len(), 2, "both addresses are told");
}

#[tokio::test]
async fn a_reset_unlocks_and_an_unlock_leaves_the_password_alone() {
    // FL-08
    let world = World::new().await;
    let mut held = world.start("unlock", "locked").await;
    world.pass(&mut held, "locked", "text_mobile").await;
    world.pass(&mut held, "locked", "email").await;
    assert_eq!((held.step(), &held.flow["done"]["unlocked"]), ("done", &json!(true)));
    assert_eq!(world.writes("locked").await, 0);

    let world = World::new().await;
    let mut held = world.through_gates("locked").await;
    world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!(held.flow["done"]["unlocked"], json!(true));
    assert!(!world.entry("locked").await.locked);
}

#[tokio::test]
async fn a_finished_reset_ends_every_other_flow_and_code_of_the_account() {
    // FL-14, FL-05
    let world = World::new().await;
    let mut others = Vec::new();
    for _ in 0..5 {
        others.push(world.through_gates("grace").await);
        world.wait(10);
    }
    let mut held = world.through_gates("grace").await;
    world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!(held.step(), "done");
    for mut other in others {
        let late = world.act(&mut other, "password", json!({"new_password": "another fine sentence"})).await;
        assert_eq!((late.status, late.code(), other.step()), (409, "stale", "cancelled"));
    }
    let again = world.act(&mut held, "password", json!({"new_password": "another fine sentence"})).await;
    assert_eq!((again.status, again.code()), (409, "not_allowed"));
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn what_people_think_of_it_is_kept_once_and_apart_from_who_they_are() {
    let world = World::new().await;
    let held = world.through_gates("grace").await;
    let say = |helpful: bool, text: Option<String>| {
        let body = json!({"helpful": helpful, "text": text}).to_string();
        world.send(post("/v1/flow/feedback", Some(&held.token), body, None))
    };
    assert_eq!(say(true, None).await.code(), "not_allowed");
    let mut done = held.clone();
    world.act(&mut done, "password", json!({"new_password": NEW})).await;
    assert_eq!(done.flow["allowed"], json!(["feedback"]));
    assert_eq!(say(true, Some("x".repeat(501))).await.code(), "malformed");
    let given = say(true, Some(format!("It went\u{7}\u{202e} well.\n{}", "y".repeat(480)))).await;
    assert_eq!((given.status, &given.body["allowed"]), (200, &json!([])), "{}", given.body);
    let again = say(false, None).await;
    assert_eq!((again.status, again.code()), (409, "not_allowed"));
    let kept: Vec<(String, bool, Option<String>)> =
        sqlx::query_as("SELECT day, helpful, text FROM feedback").fetch_all(world.app.store.pool()).await.unwrap();
    let expected = format!("It went well.\n{}", "y".repeat(480));
    assert_eq!(kept, [("2026-11-24".to_owned(), true, Some(expected))]);
    let columns: Vec<(String,)> = sqlx::query_as("SELECT name FROM pragma_table_info('feedback') ORDER BY name")
        .fetch_all(world.app.store.pool())
        .await
        .unwrap();
    let columns: Vec<String> = columns.into_iter().map(|(name,)| name).collect();
    assert_eq!(columns, ["day", "helpful", "id", "text"]);
}

#[tokio::test]
async fn a_message_is_in_the_language_of_the_flow() {
    let world = World::new().await;
    let check = world.human_check().await;
    let body = json!({"intent": "reset", "account": "ada", "human_check": check, "language": "ar-EG"});
    let started = world.post("/v1/flows", None, &body).await;
    let token = started.body["token"].as_str().unwrap().to_owned();
    let mut held = super::world::Held { token, flow: started.body["flow"].clone(), current_password: None };
    world.ask(&mut held, "ada", "text_mobile").await;
    assert!(world.sent()[0].2.contains("رمزك"), "{:?}", world.sent());
}
