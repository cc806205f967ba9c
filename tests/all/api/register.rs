//! Setting up: what comes into use, when, and for whom.

use latchkey_server::config::{FirstBinding, OfficePhone, SecondFactor};
use latchkey_server::person::methods::{self, Source};
use serde_json::{Value, json};

use super::passwords::futures_of;
use super::world::{Held, World, by, post};

const MOBILE: &str = "+1 202 555 0111";

/// The methods that a flow offers at the moment.
fn offered(held: &Held) -> Vec<String> {
    let methods = held.flow["choose_method"]["methods"].as_array();
    methods.into_iter().flatten().map(|choice| choice["method"].as_str().unwrap().to_owned()).collect()
}

/// What is set up, by its means.
fn registered(held: &Held) -> Vec<String> {
    let registered = held.flow["manage"]["registered"].as_array();
    registered.into_iter().flatten().map(|found| found["means"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn somebody_with_nothing_sets_up_a_phone_and_an_address_and_then_gets_back_in() {
    // RG-07
    let mut world = World::new().await;
    let mut held = world.start("register", "nova").await;
    assert_eq!((held.step(), &held.flow["gate"]), ("prove", &json!({"number": 1, "of": 1})));
    assert_eq!(held.flow["allowed"], json!(["proof", "extend", "cancel"]));
    world.prove_again(&mut held, "nova", None).await;
    assert_eq!(held.flow["manage"]["enough"], false);
    world.set_up(&mut held, "mobile", "text_mobile", MOBILE).await;
    assert_eq!(held.flow["manage"]["enough"], false, "a text and a call to one number are one device");
    let asked = world.act(&mut held, "methods", json!({"means": "email", "destination": "nova@home.example"})).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let mut manage = held.flow["manage"].clone();
    manage["pending"]["id"] = json!("ID");
    manage["registered"][0]["id"] = json!("ID");
    manage["addable"][1]["questions"] = json!([manage["addable"][1]["questions"][0]]);
    insta::assert_json_snapshot!(manage, @r#"
    {
      "addable": [
        {
          "confirm_by": [
            "text_mobile",
            "call_mobile"
          ],
          "means": "mobile",
          "wanted": null
        },
        {
          "confirm_by": [],
          "means": "questions",
          "questions": [
            {
              "id": "first_pet"
            }
          ],
          "wanted": 5
        },
        {
          "confirm_by": [
            "email"
          ],
          "means": "email",
          "wanted": null
        },
        {
          "confirm_by": [],
          "means": "authenticator",
          "wanted": null
        },
        {
          "confirm_by": [],
          "means": "recovery_codes",
          "wanted": null
        }
      ],
      "enough": false,
      "fresh_until": "2026-11-24T08:05:00Z",
      "pending": {
        "attempts_left": 5,
        "code": {
          "expires_at": "2026-11-24T08:10:00Z",
          "length": 8,
          "resend_at": "2026-11-24T08:00:05Z"
        },
        "id": "ID",
        "means": "email",
        "method": "email"
      },
      "registered": [
        {
          "due": false,
          "fixed": false,
          "hint": "… 11",
          "id": "ID",
          "left": null,
          "means": "mobile"
        }
      ],
      "wanted": []
    }
    "#);
    let code = world.last_code("email");
    world.confirm(&mut held, json!({"code": code})).await;
    assert_eq!(registered(&held), ["mobile", "email"]);
    assert_eq!((&held.flow["manage"]["enough"], &held.flow["manage"]["pending"]), (&json!(true), &json!(null)));
    world.wait(7);
    let done = world.act(&mut held, "finish", json!({})).await;
    assert_eq!((done.status, held.step()), (200, "done"));
    assert_eq!(held.flow["done"]["changed_at"], "2026-11-24T08:00:07Z");
    let nova = world.people.iter_mut().find(|person| person.account == "nova").unwrap();
    for (method, destination) in
        [(latchkey_api::Method::TextMobile, MOBILE), (latchkey_api::Method::Email, "nova@home.example")]
    {
        let destination = Some(destination.to_owned());
        nova.methods.push(latchkey_server::commands::demo::AccountMethod {
            method,
            destination,
            secret: None,
            answers: Vec::new(),
        });
    }
    let held = world.through_gates("nova").await;
    assert_eq!(held.step(), "set_password");
}

#[tokio::test]
async fn a_number_is_listed_and_sent_to_only_once_it_is_confirmed() {
    // RG-02
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    let before = world.sent().len();
    let asked = world.act(&mut held, "methods", json!({"means": "mobile", "destination": MOBILE})).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let sent = world.sent()[before..].to_vec();
    assert_eq!(sent.iter().map(|(_, to, _)| to.as_str()).collect::<Vec<_>>(), ["+12025550111"], "its code and no more");
    assert_eq!(held.flow["manage"]["registered"][0]["hint"], "… 56", "the old number stands until then");
    let mut reset = world.start("reset", "grace").await;
    let new = world.act(&mut reset, "challenge", json!({"method": "text_mobile", "destination": MOBILE})).await;
    assert_eq!(new.code(), "destination_wrong");
    assert_eq!(world.ask(&mut reset, "grace", "text_mobile").await.status, 200);
    assert_eq!(world.sent().last().unwrap().1, "+12025550156");
    let wrong = world.confirm(&mut held, json!({"code": "000000000"})).await;
    assert_eq!((wrong.status, wrong.code(), wrong.body["attempts_left"].as_u64()), (422, "code_wrong", Some(4)));
    assert_eq!(held.flow["manage"]["registered"][0]["hint"], "… 56");
    let code =
        world.sent()[before].2.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 8).unwrap().to_owned();
    assert_eq!(world.confirm(&mut held, json!({"code": code})).await.status, 200);
    assert_eq!(held.flow["manage"]["registered"][0]["hint"], "… 11");
    let mut reset = world.start("reset", "grace").await;
    let old = world.ask(&mut reset, "grace", "text_mobile").await;
    assert_eq!(old.code(), "destination_wrong", "it has replaced the old one");
    let new = world.act(&mut reset, "challenge", json!({"method": "call_mobile", "destination": MOBILE})).await;
    assert_eq!(new.status, 200, "one number takes texts and calls: {}", new.body);
}

#[tokio::test]
async fn what_is_set_up_can_be_changed_for_five_minutes_after_a_proof_and_not_later() {
    // RG-01
    let world = World::with(|config| config.limits.flow_idle_seconds = 3600).await;
    let mut held = world.start("register", "linus").await;
    let password = world.person("linus").unwrap().password.clone();
    world.act(&mut held, "proof", json!({"current_password": password})).await;
    assert_eq!((held.step(), &held.flow["gate"]), ("choose_method", &json!({"number": 2, "of": 2})));
    assert_eq!(
        offered(&held),
        ["text_mobile", "totp", "recovery_code", "helpdesk_pass"],
        "any of those that there are"
    );
    for call in ["methods", "methods/x/remove", "finish"] {
        let early = world.act(&mut held, call, json!({"means": "recovery_codes"})).await;
        assert!(early.status == 400 || early.code() == "not_allowed", "{call}: {}", early.body);
    }
    world.pass(&mut held, "linus", "text_mobile").await;
    assert_eq!(held.flow["manage"]["fresh_until"], "2026-11-24T08:05:00Z");
    let mobile = World::id_of(&held, "mobile");
    world.wait(299);
    world.act(&mut held, "methods", json!({"means": "email", "destination": "linus@home.example"})).await;
    let pending = held.flow["manage"]["pending"]["id"].as_str().unwrap().to_owned();
    let before = everything(&world).await;
    world.wait(1);
    let calls = [
        (format!("methods/{pending}/confirm"), json!({"code": world.last_code("email")})),
        ("methods".to_owned(), json!({"means": "mobile", "destination": MOBILE})),
        ("methods".to_owned(), json!({"means": "recovery_codes"})),
        (format!("methods/{mobile}/check"), json!({})),
        (format!("methods/{mobile}/remove"), json!({})),
    ];
    for (call, body) in calls {
        let sent = world.sent().len();
        let late = world.act(&mut held, &call, body).await;
        assert_eq!((late.status, late.code()), (422, "proof_needed"), "{call}: {}", late.body);
        assert_eq!((held.step(), &held.flow["prove"]["method"]), ("prove", &json!("current_password")), "{call}");
        assert_eq!((everything(&world).await, world.sent().len()), (before.clone(), sent), "{call}");
        world.act(&mut held, "proof", json!({"current_password": password})).await;
        assert_eq!(held.step(), "choose_method", "{call}: and the second gate once more");
        world.pass(&mut held, "linus", "text_mobile").await;
        assert_eq!(held.step(), "manage", "{call}");
        world.wait(300);
    }
    world.act(&mut held, "methods", json!({"means": "recovery_codes"})).await;
    world.prove_again(&mut held, "linus", Some("text_mobile")).await;
    let removed = world.act(&mut held, &format!("methods/{mobile}/remove"), json!({})).await;
    assert_eq!(removed.status, 200, "{}", removed.body);
    assert_eq!(registered(&held), ["authenticator"]);
}

/// All that accounts have set up.
async fn everything(world: &World) -> Vec<(String, Option<Vec<u8>>, Option<i64>)> {
    sqlx::query_as("SELECT id, sealed, confirmed_at FROM methods ORDER BY id")
        .fetch_all(world.app.store.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn with_the_initial_password_alone_nothing_is_set_up() {
    // RG-05
    let world = World::with(|config| config.register.first_binding = FirstBinding::Pass).await;
    let mut held = world.start("register", "nova").await;
    assert_eq!(held.flow["gate"], json!({"number": 1, "of": 2}), "the same for everybody");
    let password = world.person("nova").unwrap().password.clone();
    world.act(&mut held, "proof", json!({"current_password": password})).await;
    assert_eq!((held.step(), offered(&held)), ("choose_method", vec!["helpdesk_pass".to_owned()]));
    for method in ["text_mobile", "current_password", "questions", "recovery_code", "totp", "email"] {
        let refused = world.act(&mut held, "challenge", json!({"method": method, "destination": MOBILE})).await;
        assert_eq!(refused.code(), "method_unavailable", "{method}");
    }
    let early = world.act(&mut held, "methods", json!({"means": "mobile", "destination": MOBILE})).await;
    assert_eq!((early.status, early.code()), (409, "not_allowed"));
    world.act(&mut held, "challenge", json!({"method": "helpdesk_pass"})).await;
    let wrong = world.act(&mut held, "proof", json!({"code": "7K2MQ4PX01"})).await;
    assert_eq!((wrong.status, wrong.code()), (422, "code_wrong"));
    assert!(world.sent().is_empty());
    let pass = latchkey_server::person::account::pass(&world.app, "nova", &by()).await.unwrap();
    let proof = json!({"code": secrecy::ExposeSecret::expose_secret(&pass.code)});
    assert_eq!(world.act(&mut held, "proof", proof).await.status, 200);
    assert_eq!(held.step(), "manage", "with one from the helpdesk it can be");
    // Who has something set up proves that.
    let mut held = world.start("register", "grace").await;
    let password = world.person("grace").unwrap().password.clone();
    world.act(&mut held, "proof", json!({"current_password": password})).await;
    assert_eq!(offered(&held), ["text_mobile", "email", "recovery_code", "helpdesk_pass"]);
}

#[tokio::test]
async fn a_change_asks_for_a_second_proof_where_the_campus_wants_one() {
    for (setting, account, first, then) in [
        (SecondFactor::Never, "grace", 1, "set_password"),
        (SecondFactor::WhenRegistered, "grace", 1, "choose_method"),
        (SecondFactor::WhenRegistered, "nova", 1, "set_password"),
        (SecondFactor::Always, "grace", 2, "choose_method"),
        (SecondFactor::Always, "nova", 2, "choose_method"),
    ] {
        let world = World::with(|config| config.change.second_factor = setting).await;
        // Who has nothing set up has no workstation that is known either.
        let device = if account == "grace" { Some(known_device(&world).await) } else { None };
        let started = world.ask_to_start_on("change", account, device.as_deref()).await;
        let token = started.body["token"].as_str().unwrap().to_owned();
        let mut held = Held { token, flow: started.body["flow"].clone(), current_password: None };
        assert_eq!(held.flow["gate"], json!({"number": 1, "of": first}), "{setting:?} {account}");
        let password = world.person(account).unwrap().password.clone();
        world.act(&mut held, "proof", json!({"current_password": password})).await;
        assert_eq!(held.step(), then, "{setting:?} {account}");
        if then == "choose_method" {
            assert_eq!(held.flow["gate"], json!({"number": 2, "of": 2}));
            let early = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
            assert_eq!(early.code(), "not_allowed");
        }
        if account == "nova" && then == "choose_method" {
            assert_eq!(offered(&held), ["helpdesk_pass"]);
        } else if then == "choose_method" {
            world.pass(&mut held, account, "email").await;
            let set = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
            assert_eq!((set.status, held.step()), (200, "done"));
        }
    }
}

/// A device on which grace has finished a flow.
async fn known_device(world: &World) -> String {
    let mut held = world.register("grace", Some("email")).await;
    assert_eq!(world.act(&mut held, "finish", json!({})).await.status, 200);
    let given = world.act(&mut held, "device", json!({})).await;
    given.body["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn on_an_unknown_device_a_change_asks_for_another_method_before_the_password() {
    // PW-10: nobody who knows a name alone makes the directory count a wrong password
    for setting in [SecondFactor::WhenRegistered, SecondFactor::Always] {
        let world = World::with(|config| config.change.second_factor = setting).await;
        let mut held = world.start("change", "grace").await;
        assert_eq!((held.step(), &held.flow["gate"]), ("choose_method", &json!({"number": 1, "of": 2})));
        let password = world.person("grace").unwrap().password.clone();
        let early = world.act(&mut held, "proof", json!({"current_password": password})).await;
        assert_eq!(early.code(), "not_allowed");
        world.pass(&mut held, "grace", "email").await;
        assert_eq!((held.step(), &held.flow["gate"]), ("prove", &json!({"number": 2, "of": 2})));
        assert_eq!(held.flow["prove"]["method"], "current_password");
        for left in [2, 1] {
            let wrong = world.act(&mut held, "proof", json!({"current_password": "wrong"})).await;
            assert_eq!(wrong.code(), "current_password_wrong");
            assert_eq!(held.flow["prove"]["attempts_left"], left);
        }
        assert_eq!(world.act(&mut held, "proof", json!({"current_password": password})).await.status, 200);
        let set = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
        assert_eq!((set.status, held.step()), (200, "done"), "{}", set.body);
    }
}

#[tokio::test]
async fn a_password_that_was_changed_meanwhile_is_asked_for_again_and_the_other_method_is_not() {
    // FL-08
    let world = World::with(|config| config.change.second_factor = SecondFactor::WhenRegistered).await;
    let mut held = world.start("change", "grace").await;
    world.pass(&mut held, "grace", "email").await;
    let password = world.person("grace").unwrap().password.clone();
    assert_eq!(world.act(&mut held, "proof", json!({"current_password": password})).await.status, 200);
    held.current_password = Some("quiet harbour lantern 99".to_owned());
    let refused = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!(refused.code(), "current_password_wrong", "{}", refused.body);
    assert_eq!((held.step(), &held.flow["gate"]), ("prove", &json!({"number": 2, "of": 2})));
    held.current_password = None;
    assert_eq!(world.act(&mut held, "proof", json!({"current_password": password})).await.status, 200);
    let set = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!((set.status, held.step()), (200, "done"), "{}", set.body);
}

#[tokio::test]
async fn a_mailbox_of_the_campus_and_a_number_abroad_cannot_be_set_up() {
    // FL-03, TF-01
    let world = World::with(|config| config.methods.office_phone = OfficePhone::Person).await;
    let mut held = world.register("nova", None).await;
    for (means, destination, code) in [
        ("email", "nova@campus.example", "destination_not_allowed"),
        ("email", "nova@cs.Campus.example", "destination_not_allowed"),
        ("email", "nova", "destination_invalid"),
        ("email", "+1 202 555 0111", "destination_invalid"),
        ("mobile", "+49 30 901820", "destination_not_allowed"),
        ("mobile", "+1 900 555 0111", "destination_not_allowed"),
        ("mobile", "12", "destination_invalid"),
        ("mobile", "nova@home.example", "destination_invalid"),
        ("office", "+8816 1234 5678", "destination_not_allowed"),
    ] {
        let refused = world.act(&mut held, "methods", json!({"means": means, "destination": destination})).await;
        assert_eq!((refused.status, refused.code()), (422, code), "{destination}");
    }
    let nothing = world.act(&mut held, "methods", json!({"means": "mobile"})).await;
    assert_eq!(nothing.code(), "destination_invalid");
    let way =
        world.act(&mut held, "methods", json!({"means": "mobile", "method": "email", "destination": MOBILE})).await;
    assert_eq!(way.code(), "method_unavailable");
    for odd in [
        json!({"means": "mobile", "destination": MOBILE, "answers": []}),
        json!({"means": "questions", "destination": MOBILE}),
        json!({"means": "recovery_codes", "method": "email"}),
        json!({"means": "authenticator", "answers": []}),
    ] {
        assert_eq!(world.act(&mut held, "methods", odd.clone()).await.code(), "malformed", "{odd}");
    }
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn what_is_switched_off_or_kept_by_the_directory_is_not_the_persons_to_change() {
    let world = World::with(|config| {
        config.methods.office_phone = OfficePhone::Directory;
        config.methods.offered.retain(|method| *method != latchkey_api::Method::Email);
    })
    .await;
    let account = world.entry("grace").await.id;
    let mut db = world.app.store.begin().await.unwrap();
    let number = "+12025550177".into();
    let office = latchkey_api::Method::CallOffice;
    let registered = methods::register(&mut db, &world.app.keys, &account, office, Some(&number), Source::Person).await;
    assert!(registered.is_ok());
    db.commit().await.unwrap();
    let mut held = world.register("grace", Some("text_mobile")).await;
    let addable: Vec<&str> =
        held.flow["manage"]["addable"].as_array().unwrap().iter().map(|a| a["means"].as_str().unwrap()).collect();
    assert_eq!(addable, ["mobile", "questions", "authenticator", "recovery_codes"], "in the campus' order");
    let listed = &held.flow["manage"]["registered"][1];
    assert_eq!((&listed["means"], &listed["hint"], &listed["fixed"]), (&json!("office"), &json!("… 77"), &json!(true)));
    let id = World::id_of(&held, "office");
    for (call, body) in [
        ("methods".to_owned(), json!({"means": "office", "destination": "+1 202 555 0188"})),
        ("methods".to_owned(), json!({"means": "email", "destination": "grace@elsewhere.example"})),
        (format!("methods/{id}/remove"), json!({})),
        ("methods/nothing/remove".to_owned(), json!({})),
        ("methods/nothing/check".to_owned(), json!({})),
        ("methods/nothing/confirm".to_owned(), json!({"code": "123456"})),
        ("methods/%ff/remove".to_owned(), json!({})),
    ] {
        let refused = world.act(&mut held, &call, body).await;
        let expected = if call.contains("%ff") { "not_found" } else { "means_unavailable" };
        assert_eq!(refused.code(), expected, "{call}: {}", refused.body);
    }
    let email = World::id_of(&held, "email");
    let mut email = world.act(&mut held, &format!("methods/{email}/remove"), json!({})).await;
    assert_eq!(email.body["manage"]["registered"].as_array_mut().unwrap().len(), 2, "what is off can be taken away");
}

#[tokio::test]
async fn a_confirmation_has_the_tries_of_every_other_code() {
    // OT-04, OT-05, RG-02
    let world = World::new().await;
    let mut held = world.register("nova", None).await;
    let ask = json!({"means": "mobile", "method": "call_mobile", "destination": MOBILE});
    world.act(&mut held, "methods", ask.clone()).await;
    let id = held.flow["manage"]["pending"]["id"].as_str().unwrap().to_owned();
    let calls = (0..60).map(|n| {
        let body = json!({"revision": held.revision(), "code": format!("9{n:05}0")}).to_string();
        world.send(post(&format!("/v1/flow/methods/{id}/confirm"), Some(&held.token), body, None))
    });
    // One call of a flow is done at a time, some wait, and the others are sent away at once.
    let statuses = futures_of(calls).await;
    assert!(statuses.iter().all(|status| matches!(status, 422 | 503)), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 422).count() > 5, "{statuses:?}");
    let compared: (i64,) = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'proof compared'")
        .fetch_one(world.app.store.pool())
        .await
        .unwrap();
    assert_eq!(compared.0, 5);
    let soon = world.act(&mut held, "methods", json!({"means": "mobile", "method": "call_mobile"})).await;
    assert_eq!((soon.status, soon.code(), soon.body["retry_after"].as_u64()), (429, "resend_too_soon", Some(5)));
    world.wait(5);
    let again = world.act(&mut held, "methods", json!({"means": "mobile", "method": "call_mobile"})).await;
    assert_eq!(again.status, 200, "the number is not asked for twice: {}", again.body);
    assert_eq!(again.body["manage"]["pending"]["attempts_left"], 5);
    for _ in 0..5 {
        assert_eq!(world.confirm(&mut held, json!({"code": "999999999"})).await.code(), "code_wrong");
    }
    world.wait(5);
    let spent = world.act(&mut held, "methods", ask).await;
    assert_eq!((spent.status, spent.code()), (429, "rate_limited"), "ten tries of a method in a day");
    // By text there are more.
    world.set_up(&mut held, "mobile", "text_mobile", MOBILE).await;
    assert_eq!(registered(&held), ["mobile"]);
}

#[tokio::test]
async fn a_confirmation_ends_with_the_life_of_its_code_and_is_done_once() {
    // OT-02, OT-03
    let world = World::with(|config| config.limits.fresh_proof_seconds = 600).await;
    let mut held = world.register("nova", None).await;
    world.act(&mut held, "methods", json!({"means": "mobile", "destination": MOBILE})).await;
    world.wait(300);
    let code = world.last_code("text");
    assert_eq!(world.confirm(&mut held, json!({"code": code})).await.code(), "code_expired");
    world.act(&mut held, "methods", json!({"means": "mobile"})).await;
    let id = held.flow["manage"]["pending"]["id"].as_str().unwrap().to_owned();
    let body = json!({"revision": held.revision(), "code": world.last_code("text")}).to_string();
    let path = format!("/v1/flow/methods/{id}/confirm");
    let calls = (0..40).map(|_| world.send(post(&path, Some(&held.token), body.clone(), None)));
    let statuses = futures_of(calls).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(world.notices().len(), 1, "and told once");
}

#[tokio::test]
async fn a_confirmation_of_one_account_is_nothing_to_another() {
    // FL-02
    let world = World::new().await;
    let mut nova = world.register("nova", None).await;
    let mut grace = world.register("grace", Some("email")).await;
    for held in [&mut nova, &mut grace] {
        world.act(held, "methods", json!({"means": "mobile", "destination": MOBILE})).await;
        world.wait(6);
    }
    let code = world.last_code("text");
    let foreign = grace.flow["manage"]["pending"]["id"].as_str().unwrap().to_owned();
    let spliced = world.act(&mut nova, &format!("methods/{foreign}/confirm"), json!({"code": code})).await;
    assert_eq!(spliced.code(), "means_unavailable");
    assert_eq!(world.confirm(&mut nova, json!({"code": code})).await.code(), "code_wrong");
    let email = World::id_of(&grace, "email");
    for call in ["remove", "check"] {
        let spliced = world.act(&mut nova, &format!("methods/{email}/{call}"), json!({})).await;
        assert_eq!(spliced.code(), "means_unavailable", "{call}");
    }
}

#[tokio::test]
async fn an_authenticator_is_shown_once_and_comes_into_use_by_its_first_code() {
    // RG-06, OT-12
    let world = World::new().await;
    let mut held = world.register("grace", Some("text_mobile")).await;
    let added = world.act(&mut held, "methods", json!({"means": "authenticator"})).await;
    assert_eq!(added.status, 200, "{}", added.body);
    let seed = added.body["shown"]["secret"].as_str().unwrap().to_owned();
    assert_eq!(seed.len(), 32, "160 bits");
    let uri = format!("otpauth://totp/Riverton%20University:grace?secret={seed}&issuer=Riverton%20University");
    assert!(added.body["shown"]["uri"].as_str().unwrap().starts_with(&uri), "{}", added.body["shown"]);
    assert_eq!(added.body["manage"]["pending"]["code"], json!({"length": 6, "expires_at": null, "resend_at": null}));
    let shown = world.show(&mut held).await;
    assert!(!shown.body.to_string().contains(&seed) && shown.body.get("shown").is_none());
    assert!(!registered(&held).contains(&"authenticator".to_owned()));
    for wrong in [-60, 60] {
        let code = world.totp(&seed, wrong);
        assert_eq!(world.confirm(&mut held, json!({"code": code})).await.code(), "code_wrong", "{wrong} s");
    }
    let code = world.totp(&seed, -30);
    assert_eq!(world.confirm(&mut held, json!({"code": code})).await.status, 200);
    assert_eq!(registered(&held), ["mobile", "email", "authenticator"]);
    // The code that confirmed it is used up.
    let mut reset = world.start("reset", "grace").await;
    world.act(&mut reset, "challenge", json!({"method": "totp"})).await;
    assert_eq!(world.act(&mut reset, "proof", json!({"code": code})).await.code(), "code_wrong");
    let next = world.totp(&seed, 0);
    assert_eq!(world.act(&mut reset, "proof", json!({"code": next})).await.status, 200);
}

#[tokio::test]
async fn a_seed_moved_to_another_account_opens_nothing() {
    // RG-06
    let world = World::new().await;
    let (ada, linus) = (world.id("ada").await, world.id("linus").await);
    sqlx::query(
        "UPDATE methods SET sealed = (SELECT sealed FROM methods WHERE account_id = ?1 AND method = 'totp')
         WHERE account_id = ?2 AND method = 'totp'",
    )
    .bind(&ada)
    .bind(&linus)
    .execute(world.app.store.pool())
    .await
    .unwrap();
    let mut held = world.start("reset", "linus").await;
    world.act(&mut held, "challenge", json!({"method": "totp"})).await;
    for owner in ["ada", "linus"] {
        let seed = world.person(owner).unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
        let refused = world.act(&mut held, "proof", json!({"code": world.totp(&seed, 0)})).await;
        assert_eq!((refused.status, refused.code()), (422, "code_wrong"), "it does not open, whoever's code it is");
        world.show(&mut held).await;
        assert_eq!(held.step(), "prove");
    }
}

#[tokio::test]
async fn an_authenticators_code_works_in_its_step_and_its_neighbours_by_the_servers_clock() {
    // OT-12, F14: the clock stands at the beginning of a step
    let world = World::with(|config| {
        let limits = &mut config.limits;
        (limits.tries_per_method, limits.tries_in_all, limits.tries_per_code) = (1 << 20, 1 << 20, 1 << 20);
    })
    .await;
    let seed = world.person("linus").unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
    for offset in -120..=120 {
        sqlx::query("UPDATE methods SET totp_step = 0").execute(world.app.store.pool()).await.unwrap();
        let mut held = world.start("reset", "linus").await;
        world.act(&mut held, "challenge", json!({"method": "totp"})).await;
        let proof = json!({"code": world.totp(&seed, offset)});
        let accepted = world.act(&mut held, "proof", proof.clone()).await.status == 200;
        assert_eq!(accepted, (-30..60).contains(&offset), "{offset} s");
        if accepted {
            let mut again = world.start("reset", "linus").await;
            world.act(&mut again, "challenge", json!({"method": "totp"})).await;
            assert_eq!(world.act(&mut again, "proof", proof).await.code(), "code_wrong", "{offset} s, replayed");
        }
    }
}

#[tokio::test]
async fn what_was_not_confirmed_for_half_a_year_is_confirmed_again() {
    let world = World::new().await;
    let mut held = world.register("nova", None).await;
    world.set_up(&mut held, "mobile", "text_mobile", MOBILE).await;
    let added = world.act(&mut held, "methods", json!({"means": "authenticator"})).await;
    let seed = added.body["shown"]["secret"].as_str().unwrap().to_owned();
    let code = world.totp(&seed, 0);
    world.confirm(&mut held, json!({"code": code})).await;
    world.recovery_codes(&mut held).await;
    let due = |held: &Held| -> Vec<Value> {
        held.flow["manage"]["registered"].as_array().unwrap().iter().map(|found| found["due"].clone()).collect()
    };
    assert_eq!(due(&held), [false, false, false]);
    world.wait(180 * 24 * 60 * 60);
    let mut held = world.start("register", "nova").await;
    let password = world.person("nova").unwrap().password.clone();
    world.act(&mut held, "proof", json!({"current_password": password})).await;
    world.act(&mut held, "challenge", json!({"method": "totp"})).await;
    let code = world.totp(&seed, 0);
    world.act(&mut held, "proof", json!({"code": code})).await;
    assert_eq!(due(&held), [true, true, false], "recovery codes are not asked for to be looked at");
    let notices = world.notices().len();
    let mobile = World::id_of(&held, "mobile");
    let checked = world.act(&mut held, &format!("methods/{mobile}/check"), json!({"method": "call_mobile"})).await;
    assert_eq!(checked.body["manage"]["pending"]["method"], "call_mobile");
    assert_eq!(world.sent().last().unwrap().1, "+12025550111", "the stored number");
    let spoken = world.sent().last().unwrap().2.split("Again").next().unwrap().to_owned();
    let spoken: String = spoken.chars().filter(char::is_ascii_digit).collect();
    world.confirm(&mut held, json!({"code": spoken})).await;
    let authenticator = World::id_of(&held, "authenticator");
    world.act(&mut held, &format!("methods/{authenticator}/check"), json!({})).await;
    let used = world.confirm(&mut held, json!({"code": code})).await;
    assert_eq!(used.code(), "code_wrong", "the code that passed the gate is used up");
    world.wait(30);
    let code = world.totp(&seed, 0);
    world.confirm(&mut held, json!({"code": code})).await;
    assert_eq!(due(&held), [false, false, false]);
    assert_eq!(world.notices().len(), notices, "nothing has changed, so nobody is told");
    let codes = World::id_of(&held, "recovery_codes");
    let refused = world.act(&mut held, &format!("methods/{codes}/check"), json!({})).await;
    assert_eq!(refused.code(), "means_unavailable");
}

#[tokio::test]
async fn a_change_of_what_is_set_up_ends_every_other_flow_of_the_account() {
    // FL-04
    let world = World::new().await;
    let mut reset = world.through_gates("grace").await;
    let mut held = world.register("grace", Some("email")).await;
    let mobile = World::id_of(&held, "mobile");
    world.act(&mut held, &format!("methods/{mobile}/remove"), json!({})).await;
    let late = world.act(&mut reset, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!((late.status, late.code(), reset.step()), (409, "stale", "cancelled"));
    assert_eq!(world.writes("grace").await, 0);
    assert_eq!(held.step(), "manage");
}
