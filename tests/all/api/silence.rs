//! What nobody learns: who exists, where codes go, what was typed.

use latchkey_server::config::{FirstBinding, OfficePhone, SecondFactor};
use serde_json::{Value, json};

use super::log;
use super::world::{Gateway, Held, World};

/// The answers up to the first verdict, as bytes, without what is random.
pub(super) async fn walk(world: &World, account: &str, intent: &str, tries: &[(&str, Value)]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let started = world.ask_to_start(intent, account).await;
    let token = started.body["token"].as_str().unwrap().to_owned();
    let mut held = Held { token: token.clone(), flow: started.body["flow"].clone(), current_password: None };
    let public = held.flow["flow_id"].as_str().unwrap().to_owned();
    let mut keep = |reply: super::world::Reply| {
        let mut line: Vec<String> = vec![reply.status.to_string()];
        line.extend(
            reply
                .headers
                .iter()
                .filter(|(name, _)| *name != "x-request-id")
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())),
        );
        line.push(String::from_utf8(reply.bytes).unwrap().replace(&token, "T").replace(&public, "F"));
        out.push(line.join("\n").into_bytes());
    };
    keep(started);
    for (call, body) in tries {
        keep(world.act(&mut held, call, body.clone()).await);
    }
    out
}

/// A name that nobody has and whose decoy looks like this account.
pub(super) async fn lookalike(world: &World, account: &str) -> String {
    lookalike_in(world, "reset", account).await
}

async fn lookalike_in(world: &World, intent: &str, account: &str) -> String {
    let menu = world.start(intent, account).await.flow["choose_method"].clone();
    for n in 0..2000 {
        let name = format!("nobody{n}");
        if world.start(intent, &name).await.flow["choose_method"] == menu {
            return name;
        }
    }
    panic!("no decoy looks like {account}");
}

#[tokio::test]
async fn an_account_and_a_name_that_nobody_has_answer_with_the_same_bytes_up_to_the_verdict() {
    // EN-01, EN-07
    let world = World::new().await;
    let name = lookalike(&world, "grace").await;
    let reset = [
        ("challenge", json!({"method": "text_mobile", "destination": "+1 202 555 0999"})),
        ("challenge", json!({"method": "text_mobile", "destination": "x"})),
        ("challenge", json!({"method": "email", "destination": "x@y.example"})),
        ("challenge", json!({"method": "totp"})),
        ("proof", json!({"code": "12345678"})),
        ("password", json!({"new_password": "violet tractor onion mail"})),
        ("cancel", json!({})),
    ];
    assert_eq!(walk(&world, "grace", "reset", &reset).await, walk(&world, &name, "reset", &reset).await);
    let change = [
        ("proof", json!({"current_password": "wrong"})),
        ("proof", json!({"current_password": "wrong too"})),
        ("proof", json!({"current_password": "wrong again"})),
        ("proof", json!({"current_password": "and again"})),
    ];
    for intent in ["change", "register"] {
        let real = walk(&world, "grace", intent, &change).await;
        // Nobody, those who are not served, one with other methods, one with none.
        for other in [name.as_str(), "disabled", "root", "linus", "nova"] {
            assert_eq!(real, walk(&world, other, intent, &change).await, "{intent} {other}");
        }
        world.wait(30 * 60);
    }
}

#[tokio::test]
async fn nobody_is_told_by_a_gateway_that_fails_who_exists() {
    // EN-05, EN-06
    let mut world = World::new().await;
    let name = lookalike(&world, "grace").await;
    // What is sent is sent beside the answers, as on a server.
    world.worker_follows = false;
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let sending = tokio::spawn(world.another_worker().run(stopped));
    let tries = [
        ("challenge", json!({"method": "text_mobile", "destination": "+1 202 555 0999"})),
        ("challenge", json!({"method": "email", "destination": "somebody@home.example"})),
        ("challenge", json!({"method": "recovery_code"})),
        ("proof", json!({"code": "0000-0000-0000-0000"})),
        ("cancel", json!({})),
    ];
    let own = [
        ("challenge", json!({"method": "text_mobile", "destination": "+1 202 555 0156"})),
        ("proof", json!({"code": "99999999"})),
        ("challenge", json!({"method": "text_mobile"})),
    ];
    let mut with_the_right_number = Vec::new();
    for gateway in [Gateway::Takes, Gateway::IsDown, Gateway::Refuses, Gateway::LosesAnswers, Gateway::Hangs] {
        world.set_gateway(gateway);
        let real = walk(&world, "grace", "reset", &tries).await;
        assert_eq!(real, walk(&world, &name, "reset", &tries).await, "{gateway:?}");
        with_the_right_number.push(walk(&world, "grace", "reset", &own).await);
    }
    for walked in &with_the_right_number {
        assert_eq!(walked, &with_the_right_number[0], "an answer says nothing of the gateway");
    }
    sending.abort();
}

#[tokio::test]
async fn how_many_gates_there_are_is_not_told_before_the_password_is_proven() {
    // EN-07, RG-05
    for settings in 0..6 {
        let world = World::with(|config| {
            let second = [SecondFactor::Never, SecondFactor::WhenRegistered, SecondFactor::Always];
            config.change.second_factor = second[settings % 3];
            config.register.first_binding = [FirstBinding::Password, FirstBinding::Pass][settings / 3];
        })
        .await;
        let wrong = [
            ("proof", json!({"current_password": "wrong"})),
            ("challenge", json!({"method": "recovery_code"})),
            ("proof", json!({"code": "31415926"})),
        ];
        let register = walk(&world, "grace", "register", &wrong).await;
        for other in ["nova", "nobody", "root"] {
            assert_eq!(register, walk(&world, other, "register", &wrong).await, "{other}");
        }
        // Who has something set up, and who has nothing: there are names that nobody has for both.
        for name in ["grace", "nova"] {
            let other = lookalike_in(&world, "change", name).await;
            let real = walk(&world, name, "change", &wrong).await;
            assert_eq!(real, walk(&world, &other, "change", &wrong).await, "{name} {other}");
        }
    }
}

#[tokio::test]
async fn a_decoy_is_asked_like_an_account_and_nothing_is_ever_right() {
    // EN-03, FL-11: also for accounts that exist but are not served
    let world = World::new().await;
    let password = world.person("grace").unwrap().password.clone();
    for name in ["nobody", "disabled", "root"] {
        let first = world.start("reset", name).await;
        let mut again = world.start("reset", &name.to_uppercase()).await;
        assert_eq!(first.flow["choose_method"], again.flow["choose_method"], "{name}");
        for (method, destination) in [("text_mobile", "+12025550156"), ("email", "grace@home.example")] {
            let asked = world.act(&mut again, "challenge", json!({"method": method, "destination": destination})).await;
            assert!(["destination_wrong", "method_unavailable"].contains(&asked.code()), "{name}: {}", asked.body);
        }
        let mut held = world.start("change", name).await;
        let wrong = world.act(&mut held, "proof", json!({"current_password": password})).await;
        assert_eq!(wrong.code(), "current_password_wrong", "{name}");
    }
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn no_digit_and_no_letter_of_a_contact_is_in_any_answer_before_the_first_gate() {
    // EN-04
    let world = World::new().await;
    let tries = [
        ("challenge", json!({"method": "text_mobile", "destination": "+1 212 999 8888"})),
        ("challenge", json!({"method": "text_mobile", "destination": "+1 202 555 0134"})),
        ("proof", json!({"code": "99999999"})),
        ("challenge", json!({"method": "email", "destination": "x@y.example"})),
        ("challenge", json!({"method": "email", "destination": "ada@home.example"})),
        ("proof", json!({"code": "99999999"})),
        ("proof", json!({"current_password": "wrong"})),
        ("methods", json!({"means": "mobile"})),
        ("password", json!({"new_password": "violet tractor onion mail"})),
    ];
    for intent in ["reset", "unlock", "change", "register"] {
        for answer in walk(&world, "ada", intent, &tries).await {
            let answer = String::from_utf8(answer).unwrap().to_lowercase();
            // What any two accounts share is no contact: times, lengths, names of fields.
            let answer = answer.replace("2026-11-24t08:", "");
            // Whoever types a number in full is shown as what it was read (F3).
            let answer = answer.replace(r#""shown":{"sent_to":"+1 202 555 0134"}"#, "");
            for part in ["0134", "555", "202", "… ", "34\"", "home.example", "@", "a…"] {
                assert!(!answer.contains(part), "{intent}: {part} in {answer}");
            }
        }
        world.wait(30);
    }
}

#[test]
fn no_log_line_and_no_row_holds_a_secret_even_at_the_finest_level() {
    // SM-05, OT-10, AP-01
    let ((needles, rows), log) = log::kept(async {
        let world = World::with(|config| config.methods.office_phone = OfficePhone::Person).await;
        let new = "needle violet tractor onion";
        let mut held = world.start("reset", "ada").await;
        world.pass(&mut held, "ada", "text_mobile").await;
        let code = world.last_code("text");
        world.ask(&mut held, "ada", "questions").await;
        world.act(&mut held, "proof", json!({"answers": [{"id": "first_pet", "answer": "needle answer"}]})).await;
        let right = world.right_proof(&held, "ada");
        world.act(&mut held, "proof", right).await;
        world.act(&mut held, "password", json!({"new_password": "needle 1"})).await;
        world.act(&mut held, "password", json!({"new_password": new})).await;
        let mut change = world.start("change", "ada").await;
        world.act(&mut change, "proof", json!({"current_password": "needle old"})).await;
        world.act(&mut change, "proof", json!({"current_password": new})).await;
        // Setting up, with everything that is typed, sent and shown in it.
        let mut held_ = world.start("register", "ada").await;
        let proven = world.act(&mut held_, "proof", json!({"current_password": new})).await;
        assert_eq!(proven.status, 200, "{}", proven.body);
        world.pass(&mut held_, "ada", "totp").await;
        world.set_up(&mut held_, "mobile", "text_mobile", "+1 202 555 0191").await;
        let confirmation = world.last_code("text");
        world.set_up(&mut held_, "email", "email", "elsewhere@private.example").await;
        let added = world.act(&mut held_, "methods", json!({"means": "authenticator"})).await;
        let shown_seed = added.body["shown"]["secret"].as_str().unwrap().to_owned();
        let first_code = world.totp(&shown_seed, 0);
        world.confirm(&mut held_, json!({"code": first_code})).await;
        let codes = world.recovery_codes(&mut held_).await;
        let ids = ["first_film", "favourite_toy", "childhood_neighbour", "first_boss", "seat_neighbour"];
        let answers: Vec<_> = ids.iter().map(|id| json!({"id": id, "answer": format!("needle {id} xyz")})).collect();
        let answered = world.act(&mut held_, "methods", json!({"means": "questions", "answers": answers})).await;
        assert_eq!(answered.status, 200, "{}", answered.body);
        // One of them pending.
        world.act(&mut held_, "methods", json!({"means": "office", "destination": "+1 202 555 0177"})).await;
        let mut used = world.start("reset", "ada").await;
        world.act(&mut used, "challenge", json!({"method": "recovery_code"})).await;
        let replaced = world.act(&mut used, "proof", json!({"code": codes[0]})).await;
        let replacement = replaced.body["shown"]["recovery_codes"][0].as_str().unwrap().to_owned();
        let notices = world.notices();
        let (first, second) = (notices[0].1.clone(), notices.last().unwrap().1.clone());
        let seed = world.person("ada").unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
        let needles = vec![
            "needle".to_owned(),
            code,
            "Biscuit".to_owned(),
            "biscuit".to_owned(),
            held.token.clone(),
            change.token.clone(),
            "2025550134".to_owned(),
            "ada@home".to_owned(),
            seed,
            held_.token.clone(),
            used.token.clone(),
            "2025550191".to_owned(),
            "2025550177".to_owned(),
            "private.example".to_owned(),
            confirmation,
            shown_seed,
            codes[0].clone(),
            codes[9].clone(),
            replacement,
            first.replace('-', ""),
            first,
            second.replace('-', ""),
            second.clone(),
        ];
        let undone = world.not_me(&second).await;
        assert_eq!(undone.status, 200, "{}", undone.body);
        (needles, dump(&world).await)
    });
    assert!(log.contains("\"event\":\"directory written\""), "the log was kept: {} bytes", log.len());
    for needle in needles {
        assert!(!log.contains(&needle), "{needle} is in the log");
        assert!(!rows.contains(&needle), "{needle} is in the database");
    }
}

/// Every text and blob of every table.
pub(super) async fn dump(world: &World) -> String {
    let path = std::env::temp_dir().join(format!("latchkey-dump-{}", uuid::Uuid::new_v4()));
    sqlx::query("VACUUM INTO ?")
        .bind(format!("file:{}?mode=rwc", path.display()))
        .execute(world.app.store.pool())
        .await
        .unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
