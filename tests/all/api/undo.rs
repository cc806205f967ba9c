//! "That was not me": told of, undone, stopped (RG-03).

use latchkey_server::config::OfficePhone;
use latchkey_server::person::account;
use serde_json::{Value, json};

use super::world::{Held, World, by};

/// All that is set up, as it stands in the tables.
async fn state(world: &World) -> Value {
    let pool = world.app.store.pool();
    type Method = (String, String, Option<Vec<u8>>, Option<Vec<u8>>, Option<i64>);
    let methods: Vec<Method> =
        sqlx::query_as("SELECT id, method, sealed, device, confirmed_at FROM methods ORDER BY id")
            .fetch_all(pool)
            .await
            .unwrap();
    let answers: Vec<(String, i64, String)> =
        sqlx::query_as("SELECT question, place, answer_phc FROM answers ORDER BY account_id, place")
            .fetch_all(pool)
            .await
            .unwrap();
    let codes: Vec<(String, Vec<u8>, String)> =
        sqlx::query_as("SELECT id, lookup, code_phc FROM recovery_codes ORDER BY id").fetch_all(pool).await.unwrap();
    json!([methods, answers, codes])
}

async fn remove(world: &World, held: &mut Held, means: &str) {
    let id = World::id_of(held, means);
    let removed = world.act(held, &format!("methods/{id}/remove"), json!({})).await;
    assert_eq!(removed.status, 200, "{}", removed.body);
}

#[tokio::test]
async fn a_change_is_told_to_old_and_new_addresses_and_the_code_in_it_undoes_it_exactly() {
    // RG-03
    let world = World::with(|config| config.methods.office_phone = OfficePhone::Person).await;
    let mut held = world.register("ada", Some("totp")).await;
    world.recovery_codes(&mut held).await;
    let before = state(&world).await;
    for change in ["replace", "add", "remove", "codes", "questions", "authenticator"] {
        world.wait(24 * 60 * 60);
        let mut held = world.register("ada", Some("text_mobile")).await;
        let told = world.notices().len();
        let mut expected = vec!["+12025550134", "ada@home.example"];
        match change {
            "replace" => {
                world.set_up(&mut held, "mobile", "text_mobile", "+1 202 555 0199").await;
                expected.insert(1, "+12025550199");
            }
            "add" => {
                world.set_up(&mut held, "office", "call_office", "+1 202 555 0177").await;
                expected.push("+12025550177");
            }
            "remove" => remove(&world, &mut held, "email").await,
            "codes" => {
                world.recovery_codes(&mut held).await;
            }
            "questions" => remove(&world, &mut held, "questions").await,
            _ => remove(&world, &mut held, "authenticator").await,
        }
        let notices = world.notices().split_off(told);
        let mut to: Vec<&str> = notices.iter().map(|(to, _)| to.as_str()).collect();
        to.sort_unstable();
        expected.sort_unstable();
        assert_eq!(to, expected, "{change}: once to each");
        assert!(notices.iter().all(|(_, code)| code.replace('-', "").len() == 16), "{notices:?}");
        assert_ne!(notices[0].1, notices[1].1, "each address has its own code");
        assert_ne!(state(&world).await, before, "{change}");
        // An address that was there before and is there now.
        let kept = if change == "remove" { "+12025550134" } else { "ada@home.example" };
        let undone = world.not_me(&code_to(&notices, kept)).await;
        assert_eq!((undone.status, &undone.body), (200, &json!({"undone": true})), "{change}");
        assert_eq!(state(&world).await, before, "{change}");
        thaw(&world, "ada").await;
        world.wait(24 * 60 * 60);
    }
}

fn code_to(notices: &[(String, String)], address: &str) -> String {
    notices.iter().rfind(|(to, _)| to == address).unwrap().1.clone()
}

async fn thaw(world: &World, account: &str) {
    let id = world.id(account).await;
    let mut db = world.app.store.begin().await.unwrap();
    let thawed =
        latchkey_server::person::standing::thaw(&mut db, &world.app.keys, jiff::Timestamp::UNIX_EPOCH, &id, &by())
            .await;
    assert!(thawed.is_ok_and(|frozen| frozen));
    db.commit().await.unwrap();
}

#[tokio::test]
async fn undoing_ends_every_flow_and_stops_the_account_until_the_helpdesk_lifts_it() {
    // RG-03
    let world = World::new().await;
    let menu = world.start("reset", "grace").await.flow["choose_method"].clone();
    let mut thief = world.register("grace", Some("email")).await;
    world.set_up(&mut thief, "mobile", "text_mobile", "+1 202 555 0199").await;
    let mut open = world.start("reset", "grace").await;
    world.ask(&mut open, "grace", "email").await;
    let (_, code) = world.notices().into_iter().find(|(to, _)| to == "grace@home.example").unwrap();
    let told = world.notices().len();
    let undone = world.not_me(&code.to_lowercase().replace('-', "")).await;
    assert_eq!(undone.body, json!({"undone": true}));
    let mut to: Vec<String> = world.notices().split_off(told).into_iter().map(|(to, _)| to).collect();
    to.sort();
    assert_eq!(to, ["+12025550156", "+12025550199", "grace@home.example"], "all hear that it was undone");
    for held in [&mut thief, &mut open] {
        world.show(held).await;
        assert_eq!(held.step(), "cancelled");
    }
    // From now on it looks as ever and leads nowhere.
    let sent = world.sent().len();
    let mut reset = world.start("reset", "grace").await;
    assert_eq!(reset.flow["choose_method"], menu);
    assert_eq!(world.ask(&mut reset, "grace", "email").await.code(), "destination_wrong");
    let password = world.person("grace").unwrap().password.clone();
    for intent in ["change", "register"] {
        let mut held = world.start(intent, "grace").await;
        let wrong = world.act(&mut held, "proof", json!({"current_password": password})).await;
        assert_eq!(wrong.code(), "current_password_wrong", "{intent}");
    }
    assert_eq!(world.sent().len(), sent);
    let entry = world.entry("grace").await;
    assert!(entry.enabled && !entry.locked, "the directory account is left alone");
    thaw(&world, "grace").await;
    let held = world.through_gates("grace").await;
    assert_eq!(held.step(), "set_password");
    let mut db = world.app.store.begin().await.unwrap();
    assert!(latchkey_server::crypt::audit::verify(&mut db, &world.app.keys).await.unwrap().is_ok());
    drop(db);
    let events: Vec<(String,)> = sqlx::query_as("SELECT DISTINCT event FROM audit ORDER BY event")
        .fetch_all(world.app.store.pool())
        .await
        .unwrap();
    let events: Vec<String> = events.into_iter().map(|(event,)| event).collect();
    for event in ["account frozen", "account unfrozen", "change undone", "means set up"] {
        assert!(events.iter().any(|there| there == event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn undoing_the_first_change_undoes_the_later_ones_and_their_codes_bring_nothing_back() {
    // RG-03
    let world = World::new().await;
    let before = state(&world).await;
    let mut thief = world.register("grace", Some("email")).await;
    world.set_up(&mut thief, "mobile", "text_mobile", "+1 202 555 0199").await;
    let first = code_to(&world.notices(), "grace@home.example");
    world.recovery_codes(&mut thief).await;
    let second = code_to(&world.notices(), "grace@home.example");
    let theirs = code_to(&world.notices(), "+12025550199");
    assert_ne!(first, second);
    assert_eq!(world.not_me(&first).await.body, json!({"undone": true}));
    assert_eq!(state(&world).await, before);
    let told = world.notices().len();
    for code in [&second, &first, &theirs] {
        let again = world.not_me(code).await;
        assert_eq!((again.status, &again.body), (200, &json!({"undone": true})));
        assert_eq!(state(&world).await, before, "what the second one would bring back is the thief's");
    }
    assert_eq!(world.notices().len(), told);
}

#[tokio::test]
async fn a_code_that_went_to_a_removed_or_a_new_address_stops_recovery_and_brings_nothing_back() {
    // RG-03 as amended, B4: whoever holds the phone that was taken away may not put it back.
    for (change, address) in
        [("remove", "+12025550156"), ("replace", "+12025550156"), ("replace", "+12025550199"), ("add", "+12025550177")]
    {
        let world = World::with(|config| config.methods.office_phone = OfficePhone::Person).await;
        let mut held = world.register("grace", Some("email")).await;
        match change {
            "remove" => remove(&world, &mut held, "mobile").await,
            "replace" => world.set_up(&mut held, "mobile", "text_mobile", "+1 202 555 0199").await,
            _ => world.set_up(&mut held, "office", "call_office", "+1 202 555 0177").await,
        }
        let after = state(&world).await;
        let code = code_to(&world.notices(), address);
        let told = world.notices().len();
        let stopped = world.not_me(&code).await;
        assert_eq!((stopped.status, &stopped.body), (200, &json!({"undone": false})), "{change} {address}");
        assert_eq!(state(&world).await, after, "{change} {address}");
        let to: Vec<String> = world.notices().split_off(told).into_iter().map(|(to, _)| to).collect();
        assert!(to.contains(&"grace@home.example".to_owned()), "everybody hears of it: {to:?}");
        assert!(to.contains(&address.to_owned()), "{to:?}");
        world.show(&mut held).await;
        assert_eq!(held.step(), "cancelled");
        let mut reset = world.start("reset", "grace").await;
        assert_eq!(world.ask(&mut reset, "grace", "email").await.code(), "destination_wrong", "frozen");
        // Once more it does nothing, also after the helpdesk has spoken with the owner.
        thaw(&world, "grace").await;
        let told = world.notices().len();
        assert_eq!(world.not_me(&code).await.body, json!({"undone": false}));
        assert_eq!(world.notices().len(), told);
        let mut reset = world.start("reset", "grace").await;
        assert_eq!(world.ask(&mut reset, "grace", "email").await.status, 200);
    }
}

#[tokio::test]
async fn the_address_that_stayed_undoes_what_another_code_could_only_stop() {
    // RG-03, B4
    let world = World::new().await;
    let before = state(&world).await;
    let mut thief = world.register("grace", Some("email")).await;
    world.set_up(&mut thief, "mobile", "text_mobile", "+1 202 555 0199").await;
    let notices = world.notices();
    assert_eq!(world.not_me(&code_to(&notices, "+12025550156")).await.body, json!({"undone": false}));
    assert_eq!(world.not_me(&code_to(&notices, "grace@home.example")).await.body, json!({"undone": true}));
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn what_a_code_could_only_stop_is_brought_back_by_the_helpdesk_within_three_days() {
    // RG-03, B4, FL-16
    let world = World::new().await;
    let before = state(&world).await;
    let mut thief = world.register("grace", Some("email")).await;
    world.set_up(&mut thief, "mobile", "text_mobile", "+1 202 555 0199").await;
    let code = code_to(&world.notices(), "+12025550156");
    remove(&world, &mut thief, "email").await;
    assert_eq!(world.not_me(&code).await.body, json!({"undone": false}));
    assert!(account::restore(&world.app, "ada", &by()).await.is_err(), "nothing of hers was changed");
    world.wait(72 * 60 * 60 - 1);
    account::restore(&world.app, "grace", &by()).await.unwrap();
    assert_eq!(state(&world).await, before, "the change that the code has named, and with it the later one");
    let kept: Vec<(String, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT event, actor, reason FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_all(world.app.store.pool())
            .await
            .unwrap();
    let (name, reason) = (Some("m. jones".to_owned()), Some("ticket 4711".to_owned()));
    assert_eq!(kept, [("change undone by command".to_owned(), name, reason)]);
    assert!(account::restore(&world.app, "grace", &by()).await.is_err(), "once");
    thaw(&world, "grace").await;
    assert_eq!(world.through_gates("grace").await.step(), "set_password");
}

#[tokio::test]
async fn what_was_changed_more_than_three_days_ago_is_not_brought_back() {
    // RG-03
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    remove(&world, &mut held, "mobile").await;
    world.wait(72 * 60 * 60);
    let refused = account::restore(&world.app, "grace", &by()).await.unwrap_err().to_string();
    assert!(refused.contains("72 hours"), "{refused}");
}

#[tokio::test]
async fn undoing_brings_no_used_code_back() {
    // RG-03, OT-13
    let world = World::new().await;
    let mut held = world.register("linus", Some("text_mobile")).await;
    let codes = world.recovery_codes(&mut held).await;
    world.wait(24 * 60 * 60);
    let mut held = world.register("linus", Some("totp")).await;
    world.set_up(&mut held, "email", "email", "linus@home.example").await;
    let code = code_to(&world.notices(), "+12025550178");
    let seed = world.person("linus").unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
    world.wait(30);
    let seen = world.totp(&seed, 0);
    for (method, proof) in [("recovery_code", codes[0].clone()), ("totp", seen.clone())] {
        let mut reset = world.start("reset", "linus").await;
        world.act(&mut reset, "challenge", json!({"method": method})).await;
        assert_eq!(world.act(&mut reset, "proof", json!({"code": proof})).await.status, 200, "{method}");
    }
    assert_eq!(world.not_me(&code).await.body, json!({"undone": true}));
    thaw(&world, "linus").await;
    for (method, proof, status) in
        [("recovery_code", &codes[0], 422), ("totp", &seen, 422), ("recovery_code", &codes[1], 200)]
    {
        let mut reset = world.start("reset", "linus").await;
        world.act(&mut reset, "challenge", json!({"method": method})).await;
        assert_eq!(world.act(&mut reset, "proof", json!({"code": proof})).await.status, status, "{method}");
    }
}

#[tokio::test]
async fn the_code_of_a_reset_ends_and_stops_but_brings_no_password_back() {
    // RG-03, FL-15
    let world = World::new().await;
    let mut held = world.through_gates("grace").await;
    world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    let notices = world.notices();
    assert_eq!(notices.len(), 2, "both were used, so both are told: {notices:?}");
    let mut open = world.through_gates("grace").await;
    let undone = world.not_me(&notices[0].1).await;
    assert_eq!((undone.status, &undone.body), (200, &json!({"undone": false})));
    world.show(&mut open).await;
    assert_eq!(open.step(), "cancelled");
    assert!(world.signs_in("grace", "violet tractor onion mail").await);
    let mut reset = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut reset, "grace", "email").await.code(), "destination_wrong");
    assert_eq!(world.not_me(&notices[1].1).await.body, json!({"undone": false}), "the other address may say so too");
}

#[tokio::test]
async fn a_code_is_good_for_three_days_and_needs_a_human_check_however_many_wrong_ones_came_before() {
    // RG-03, C3
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    remove(&world, &mut held, "mobile").await;
    let code = code_to(&world.notices(), "grace@home.example");
    let check = json!({"id": "x", "answer": "1"});
    let unchecked = world.post("/v1/not-me", None, &json!({"code": code, "human_check": check})).await;
    assert_eq!(unchecked.code(), "human_check_failed");
    for wrong in ["", "7K2M-Q4PX-0123-ABCD", "7K2M", &format!("{code}0"), "' OR 1=1 --", &"0".repeat(200)] {
        let unknown = world.not_me(wrong).await;
        assert_eq!((unknown.status, unknown.code()), (422, "notice_unknown"), "{wrong}");
    }
    world.wait(72 * 60 * 60 - 1);
    let last = world.not_me(&code).await;
    assert_eq!((last.status, &last.body), (200, &json!({"undone": true})), "at the last second");
    thaw(&world, "grace").await;
    let mut held = world.register("grace", Some("text_mobile")).await;
    remove(&world, &mut held, "mobile").await;
    let code = world.notices().last().unwrap().1.clone();
    world.wait(72 * 60 * 60);
    assert_eq!(world.not_me(&code).await.code(), "notice_unknown");
}

#[tokio::test]
async fn a_notice_that_could_not_be_sent_is_owed_until_it_is_and_sent_once() {
    // FL-15
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    world.break_delivery(true);
    remove(&world, &mut held, "mobile").await;
    assert!(world.notices().is_empty());
    world.break_delivery(false);
    world.wait(5);
    world.recovery_codes(&mut held).await;
    let notices = world.notices();
    let to: Vec<&str> = notices.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to.iter().filter(|to| **to == "+12025550156").count(), 1, "{to:?}");
    assert_eq!(to.iter().filter(|to| **to == "grace@home.example").count(), 2, "{to:?}");
    let kept: Vec<(Option<Vec<u8>>,)> =
        sqlx::query_as("SELECT sealed_to FROM messages").fetch_all(world.app.store.pool()).await.unwrap();
    assert!(kept.iter().all(|(sealed,)| sealed.is_none()), "where they went is not kept");
    let code = code_to(&notices[..3], "grace@home.example");
    assert_eq!(world.not_me(&code).await.body, json!({"undone": true}), "with the code that was sent");
}
