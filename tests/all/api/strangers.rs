//! What strangers can use up, and what they cannot: an owner finishes however much others try (OT-15).

use latchkey_api::Method;
use latchkey_server::config::Config;
use latchkey_server::guard::limits::Limits;
use latchkey_server::person::account;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::world::{Held, Reply, World, by, notice_code};

/// The limits of the product, not those of the demonstration.
fn limits(config: &mut Config) {
    let work = (config.limits.human_check_work, config.limits.human_check_work_at_most);
    config.limits = Limits::default();
    (config.limits.human_check_work, config.limits.human_check_work_at_most) = work;
    config.limits.flow_idle_seconds = 3600;
}

fn methods(flow: &Value) -> Vec<String> {
    let choices = flow["choose_method"]["methods"].as_array().unwrap();
    choices.iter().map(|choice| choice["method"].as_str().unwrap().to_owned()).collect()
}

/// An owner with recovery codes and a known device, two days ago.
async fn owner(world: &World) -> (Vec<String>, String) {
    let mut held = world.register("grace", Some("email")).await;
    let codes = world.recovery_codes(&mut held).await;
    assert_eq!(world.act(&mut held, "finish", json!({})).await.status, 200);
    let given = world.act(&mut held, "device", json!({})).await;
    assert_eq!(given.status, 201, "{}", given.body);
    world.wait(48 * 60 * 60);
    (codes, given.body["token"].as_str().unwrap().to_owned())
}

async fn start_on(world: &World, intent: &str, device: Option<&str>) -> (Held, Option<String>) {
    let started = world.ask_to_start_on(intent, "grace", device).await;
    assert_eq!(started.status, 201, "{}", started.body);
    let token = started.body["token"].as_str().unwrap().to_owned();
    let next = started.body["device"].as_str().map(str::to_owned);
    (Held { token, flow: started.body["flow"].clone(), current_password: None }, next)
}

/// Somebody who knows the number, the address and the name, and nothing else, tries everything once.
async fn attack(world: &World, round: usize) {
    let mut held = world.start(if round.is_multiple_of(4) { "unlock" } else { "reset" }, "grace").await;
    for (method, wrong) in [
        ("text_mobile", json!({"code": "999999999"})),
        ("email", json!({"code": "999999999"})),
        ("recovery_code", json!({"code": "0000-0000-0000-0000"})),
        ("helpdesk_pass", json!({"code": "00000-00000"})),
    ] {
        world.ask(&mut held, "grace", method).await;
        for _ in 0..3 {
            world.act(&mut held, "proof", wrong.clone()).await;
        }
    }
    let elsewhere = json!({"method": "text_mobile", "destination": "+1 212 999 8888"});
    world.act(&mut held, "challenge", elsewhere).await;
    let mut held = world.start(if round.is_multiple_of(2) { "change" } else { "register" }, "grace").await;
    world.act(&mut held, "proof", json!({"current_password": "wrong"})).await;
    world.not_me("0000-0000-0000-0000").await;
}

async fn choose_password(world: &World, held: &mut Held, round: usize) -> Reply {
    world.act(held, "password", json!({"new_password": format!("violet tractor onion {round} mail")})).await
}

/// The wrong comparisons by method of what can be guessed.
async fn compared(world: &World) -> Vec<(String, i64)> {
    sqlx::query_as(
        "SELECT method, count(*) FROM audit WHERE event = 'proof compared'
         AND method NOT IN ('recovery_code', 'helpdesk_pass') GROUP BY method",
    )
    .fetch_all(world.app.store.pool())
    .await
    .unwrap()
}

/// A day of attacks, `rounds` of them; in it the owner finishes in each of the three ways. Which of them they did, and
/// how many comparisons of one method and of all the attacker got.
async fn day(rounds: usize, trial: usize) -> ([bool; 3], i64, i64) {
    let world = World::with(limits).await;
    let (codes, device) = owner(&world).await;
    let mut finished = [false; 3];
    for round in 0..rounds {
        attack(&world, round).await;
        world.wait((24 * 60 * 60 / rounds) as i64);
        let due = |way: usize| round == (rounds * (way + 1) / 4 + trial) % rounds;
        if due(0) {
            let (mut held, _) = start_on(&world, "reset", Some(&device)).await;
            world.pass(&mut held, "grace", "text_mobile").await;
            world.pass(&mut held, "grace", "email").await;
            finished[0] = choose_password(&world, &mut held, round).await.status == 200;
        }
        if due(1) {
            let mut held = world.start("reset", "grace").await;
            assert_eq!(world.ask(&mut held, "grace", "recovery_code").await.status, 200);
            assert_eq!(world.act(&mut held, "proof", json!({"code": codes[trial % 10]})).await.status, 200);
            world.pass(&mut held, "grace", "email").await;
            finished[1] = choose_password(&world, &mut held, round).await.status == 200;
        }
        if due(2) {
            let pass = account::pass(&world.app, "grace", &by()).await.unwrap().code;
            let mut held = world.start("reset", "grace").await;
            assert_eq!(world.ask(&mut held, "grace", "helpdesk_pass").await.status, 200);
            let code = json!({"code": pass.expose_secret()});
            assert_eq!(world.act(&mut held, "proof", code).await.status, 200);
            world.pass(&mut held, "grace", "text_mobile").await;
            finished[2] = choose_password(&world, &mut held, round).await.status == 200;
        }
    }
    let compared = compared(&world).await;
    let most = compared.iter().map(|(_, many)| *many).max().unwrap_or_default();
    // Wrong current passwords have a window of half an hour.
    let guessed = compared.iter().filter(|(method, _)| method != "current_password");
    let of_codes = guessed.clone().map(|(_, many)| *many).max().unwrap_or_default();
    let in_all = compared.iter().map(|(_, many)| *many).sum();
    assert!(most >= of_codes && !compared.is_empty(), "the attacker was at work: {compared:?}");
    (finished, of_codes, in_all)
}

#[tokio::test]
async fn an_owner_finishes_in_three_ways_while_somebody_works_on_the_account_all_day() {
    // OT-15, OT-05, C1, C2
    for trial in 0..2 {
        let (finished, of_one, in_all) = day(60, trial).await;
        assert_eq!(finished, [true; 3], "from a known device, with a recovery code, with a pass");
        assert!(of_one <= 10 && in_all <= 30, "{of_one} of a method, {in_all} in all");
    }
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long strangers"]
async fn long_strangers_end_no_recovery_in_a_day_at_ten_times_the_budgets() {
    // OT-15, OT-05
    let (mut finished, mut of_one, mut in_all) = ([0; 3], 0, 0);
    for trial in 0..100 {
        let (ways, one, all) = day(100, trial).await;
        finished.iter_mut().zip(ways).for_each(|(sum, done)| *sum += u32::from(done));
        (of_one, in_all) = (one.max(of_one), all.max(in_all));
    }
    println!("figure: finished from a known device = {} of 100", finished[0]);
    println!("figure: finished with a recovery code = {} of 100", finished[1]);
    println!("figure: finished with a pass of the helpdesk = {} of 100", finished[2]);
    println!("figure: most comparisons of one method in a day = {of_one}");
    println!("figure: most comparisons in all in a day = {in_all}");
    assert_eq!(finished, [100; 3]);
    assert!(of_one <= 10 && in_all <= 30);
}

#[tokio::test]
async fn beyond_the_budget_of_starts_a_right_proof_is_never_called_wrong() {
    // C1, TF-12
    let world = World::with(limits).await;
    let (codes, _) = owner(&world).await;
    for _ in 0..5 {
        world.start("reset", "grace").await;
        world.start("reset", "nobody").await;
    }
    let mut answers = Vec::new();
    for name in ["grace", "nobody"] {
        let mut held = world.start("reset", name).await;
        let menu = methods(&held.flow);
        assert!(menu.contains(&"recovery_code".to_owned()) && menu.contains(&"helpdesk_pass".to_owned()));
        let guessable = menu.iter().find(|method| !["recovery_code", "helpdesk_pass"].contains(&method.as_str()));
        let destination = json!("+1 202 555 0156");
        let body = json!({"method": guessable.unwrap(), "destination": destination});
        let told = world.act(&mut held, "challenge", body).await;
        assert_eq!((told.status, told.code(), held.step()), (429, "rate_limited", "choose_method"), "{name}");
        answers.push((told.body["retry_after"].clone(), told.body["instead"].clone()));
    }
    assert_eq!(answers[0], answers[1], "known or made up");
    assert_eq!(answers[0], (json!(3600), json!(["recovery_code", "helpdesk_pass"])));
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "recovery_code").await;
    assert_eq!(world.act(&mut held, "proof", json!({"code": codes[0]})).await.status, 200);
    world.pass(&mut held, "grace", "text_mobile").await;
    assert_eq!(held.step(), "set_password");
    // And what was told was the true wait, for a flow that is open too.
    let mut held = world.start("reset", "grace").await;
    world.wait(3599);
    world.act(&mut held, "extend", json!({})).await;
    let mut late = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut late, "grace", "text_mobile").await.status, 429);
    world.wait(1);
    assert_eq!(world.ask(&mut late, "grace", "text_mobile").await.status, 200);
}

#[tokio::test]
async fn ten_wrong_numbers_end_the_texts_of_strangers_and_not_those_of_the_owner() {
    // C2
    let world = World::with(limits).await;
    let (codes, device) = owner(&world).await;
    let mut held = world.start("reset", "grace").await;
    for _ in 0..11 {
        world.act(&mut held, "challenge", json!({"method": "text_mobile", "destination": "+1 212 999 8888"})).await;
    }
    let told = world.ask(&mut held, "grace", "text_mobile").await;
    assert_eq!((told.status, told.code()), (429, "rate_limited"));
    assert_eq!(told.body["instead"], json!(["recovery_code", "helpdesk_pass"]));
    let (mut known, _) = start_on(&world, "reset", Some(&device)).await;
    assert_eq!(world.ask(&mut known, "grace", "text_mobile").await.status, 200);
    world.ask(&mut held, "grace", "recovery_code").await;
    assert_eq!(world.act(&mut held, "proof", json!({"code": codes[0]})).await.status, 200);
    assert_eq!(world.ask(&mut held, "grace", "text_mobile").await.status, 200, "one gate is proven");
}

#[tokio::test]
async fn the_last_current_password_is_kept_for_a_known_device() {
    // C2, PW-10
    let world = World::with(limits).await;
    let (_, device) = owner(&world).await;
    let mut held = world.start("change", "grace").await;
    for _ in 0..2 {
        let wrong = world.act(&mut held, "proof", json!({"current_password": "wrong"})).await;
        assert_eq!(wrong.code(), "current_password_wrong");
    }
    let mut stranger = world.start("change", "grace").await;
    let right = json!({"current_password": "copper meadow window 51"});
    assert_eq!(world.act(&mut stranger, "proof", right.clone()).await.code(), "rate_limited");
    let (mut known, _) = start_on(&world, "change", Some(&device)).await;
    assert_eq!(world.act(&mut known, "proof", right).await.status, 200);
}

#[tokio::test]
async fn a_right_code_of_a_notice_works_however_many_wrong_ones_came_before() {
    // C3
    let world = World::with(limits).await;
    let mut held = world.register("grace", Some("email")).await;
    let mobile = World::id_of(&held, "mobile");
    world.act(&mut held, &format!("methods/{mobile}/remove"), json!({})).await;
    let code = world.notices()[0].1.clone();
    for _ in 0..650 {
        assert_eq!(world.not_me("7K2M-Q4PX-0123-ABCD").await.code(), "notice_unknown");
        world.wait(1);
    }
    // It went to the number that was removed: it stops recovery and brings nothing back (B4).
    let stopped = world.not_me(&code).await;
    assert_eq!((stopped.status, &stopped.body), (200, &json!({"undone": false})));
    assert_eq!(account::show(&world.app, "grace").await.unwrap().stuck.len(), 1, "frozen");
}

#[tokio::test]
async fn neither_another_method_nor_the_edge_of_a_window_brings_more_codes() {
    // C6: at most three in any ten minutes, and five by one method in any day
    let world = World::with(limits).await;
    let mut sent_at = Vec::new();
    for minute in 0..90 {
        let mut held = world.start("reset", "ada").await;
        for method in ["text_mobile", "email"] {
            if world.ask(&mut held, "ada", method).await.status == 200 {
                sent_at.push(minute);
            }
        }
        world.wait(60);
    }
    let in_ten = |end: &i32| sent_at.iter().filter(|at| **at > end - 10 && *at <= end).count();
    assert!(sent_at.iter().all(|end| in_ten(end) <= 3), "{sent_at:?}");
    assert!((3..=10).contains(&sent_at.len()), "{sent_at:?}");
}

#[tokio::test]
async fn a_ceiling_in_all_keeps_a_share_for_known_devices_and_is_the_same_for_every_name() {
    // C6
    let world = World::with(|config| {
        limits(config);
        config.limits.starts_per_minute_in_all = 10;
    })
    .await;
    let (_, device) = owner(&world).await;
    let mut started = 0;
    for name in 0..10 {
        let reply = world.ask_to_start("reset", &format!("nobody{name}")).await;
        started += usize::from(reply.status == 201);
    }
    assert_eq!(started, 8);
    for name in ["grace", "nobody", "root"] {
        let told = world.ask_to_start("reset", name).await;
        assert_eq!((told.status, told.code(), told.body["retry_after"].as_u64()), (429, "rate_limited", Some(60)));
    }
    start_on(&world, "reset", Some(&device)).await;
    world.wait(60);
    world.start("reset", "grace").await;
}

#[tokio::test]
async fn an_honest_crowd_from_one_block_of_numbers_is_told_when_and_on_campus_served() {
    // C7
    for (on_campus, served) in [(false, 16), (true, 30)] {
        let world = World::with(|config| {
            limits(config);
            if on_campus {
                config.campus.networks = vec!["127.0.0.0/8".parse().unwrap()];
            }
        })
        .await;
        let mut texts = 0;
        for one in 0..30 {
            let name = format!("crowd{one}");
            let number = format!("+1202555{:04}", 1000 + one);
            world.newcomer(&name, &number).await;
            let mut held = world.start("reset", &name).await;
            let body = json!({"method": "text_mobile", "destination": number});
            let asked = world.act(&mut held, "challenge", body).await;
            texts += usize::from(asked.status == 200);
            if asked.status == 200 {
                // Who is honest enters the code.
                let code = json!({"code": world.last_code("text")});
                assert_eq!(world.act(&mut held, "proof", code).await.status, 200);
            }
            assert!(asked.status == 200 || asked.body["retry_after"].as_u64().unwrap() > 3000, "{}", asked.body);
        }
        assert_eq!(texts, served, "on campus: {on_campus}");
    }
}

#[tokio::test]
async fn at_the_fifth_wrong_proof_the_person_is_told_and_can_stop_it() {
    // OT-05
    let world = World::with(limits).await;
    let told = |world: &World| -> Vec<String> {
        let sent = world.sent().into_iter().map(|(_, _, body)| body);
        sent.filter(|body| body.contains("several failed tries")).collect()
    };
    for (name, notices) in [("nobody", 0), ("root", 0), ("grace", 2)] {
        let mut held = world.start("reset", name).await;
        world.act(&mut held, "challenge", json!({"method": "recovery_code"})).await;
        for _ in 0..5 {
            assert_eq!(told(&world).len(), 0, "{name}");
            world.act(&mut held, "proof", json!({"code": "0000-0000-0000-0000"})).await;
        }
        world.worker.turn().await.unwrap();
        assert_eq!(told(&world).len(), notices, "{name}: by text and by e-mail");
    }
    let mut again = world.start("reset", "grace").await;
    world.act(&mut again, "challenge", json!({"method": "recovery_code"})).await;
    world.act(&mut again, "proof", json!({"code": "0000-0000-0000-0000"})).await;
    assert_eq!(told(&world).len(), 2, "not at the sixth");
    assert_eq!(world.not_me(&notice_code(&told(&world)[0])).await.body, json!({"undone": false}));
    assert_eq!(account::show(&world.app, "grace").await.unwrap().stuck.len(), 1, "recovery is stopped");
}

#[tokio::test]
async fn one_guess_at_each_of_many_accounts_makes_checks_dear_and_tells_the_operator_and_people_finish() {
    // OT-08
    let world = World::with(|config| {
        limits(config);
        (config.limits.human_check_work, config.limits.human_check_work_at_most) = (1_000, 9_000);
        (config.limits.starts_per_minute_in_all, config.limits.starts_per_source) = (100_000, 100_000);
    })
    .await;
    let work = async || {
        let asked = world.post("/v1/human-checks", None, &json!({"kind": "proof_of_work"})).await;
        asked.body["puzzle"]["max_number"].as_u64().unwrap()
    };
    let told = async || {
        let count = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'many wrong proofs'");
        let (rows,): (i64,) = count.fetch_one(world.app.store.pool()).await.unwrap();
        rows
    };
    assert!(work().await < 1_100);
    let mut compared = 0;
    while told().await == 0 {
        assert!(compared <= 1_000, "nobody is told");
        let mut held = world.start("register", &format!("person{compared}")).await;
        let wrong = json!({"current_password": "Summer2026!"});
        assert_eq!(world.act(&mut held, "proof", wrong).await.status, 422);
        compared += 1;
    }
    assert_eq!(work().await, 9_000, "after {compared} comparisons");
    let mut held = world.through_gates("grace").await;
    assert_eq!(choose_password(&world, &mut held, 0).await.status, 200);
    assert_eq!((held.step(), told().await), ("done", 1));
    world.wait(10 * 60);
    assert!(work().await < 1_500, "and it ends by itself");
}

#[tokio::test]
async fn a_damaged_address_stops_nothing_but_its_own_use() {
    // OT-05, RG-03: after wrong proofs, and after a reset
    let world = World::with(limits).await;
    let damage = "UPDATE methods SET sealed = x'00' WHERE account_id = ?1 AND method = 'text_mobile'";
    let told = |world: &World, words: &str| {
        let sent = world.sent().into_iter().filter(|(_, _, body)| body.contains(words));
        sent.map(|(_, to, _)| to).collect::<Vec<_>>()
    };
    let grace = world.person("grace").unwrap();
    let email = grace.methods.iter().find(|proof| proof.method == Method::Email).unwrap().destination.clone().unwrap();
    let mut held = world.start("reset", "grace").await;
    world.act(&mut held, "challenge", json!({"method": "recovery_code"})).await;
    sqlx::query(damage).bind(world.id("grace").await).execute(world.app.store.pool()).await.unwrap();
    for _ in 0..5 {
        world.act(&mut held, "proof", json!({"code": "0000-0000-0000-0000"})).await;
    }
    world.worker.turn().await.unwrap();
    assert_eq!(told(&world, "several failed tries"), [email]);

    let mut held = world.through_gates("ada").await;
    sqlx::query(damage).bind(world.id("ada").await).execute(world.app.store.pool()).await.unwrap();
    assert_eq!(choose_password(&world, &mut held, 0).await.status, 200);
    assert_eq!(held.step(), "done");
    assert!(!told(&world, "was just reset").is_empty(), "by an address that can be read");
    let shown = account::show(&world.app, "ada").await.unwrap();
    assert!(shown.methods.iter().any(|method| method.method == Method::TextMobile && method.hint.is_none()));
    let mut held = world.start("register", "ada").await;
    let password = json!({"current_password": "violet tractor onion 0 mail"});
    world.act(&mut held, "proof", password).await;
    world.pass(&mut held, "ada", "email").await;
    assert_eq!(held.step(), "manage", "{}", held.flow);
}

#[tokio::test]
async fn how_many_tries_are_left_tells_nothing_of_other_flows() {
    // D4
    let world = World::with(limits).await;
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "text_mobile").await;
    for _ in 0..4 {
        world.act(&mut held, "proof", json!({"code": "999999999"})).await;
    }
    world.wait(61);
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "text_mobile").await;
    assert_eq!(held.flow["prove"]["attempts_left"], 5);
    let mut change = world.start("change", "grace").await;
    world.act(&mut change, "proof", json!({"current_password": "wrong"})).await;
    assert_eq!(world.start("change", "grace").await.flow["prove"]["attempts_left"], 2);
}

#[tokio::test]
async fn a_known_device_is_given_once_and_ended_by_whoever_says_that_it_was_not_them() {
    // OT-15
    let world = World::with(limits).await;
    let mut held = world.through_gates("grace").await;
    assert_eq!(world.act(&mut held, "device", json!({})).await.code(), "not_allowed", "not before the end");
    assert_eq!(choose_password(&world, &mut held, 0).await.status, 200);
    assert!(held.flow["allowed"].as_array().unwrap().contains(&json!("device")));
    let given = world.act(&mut held, "device", json!({})).await;
    assert_eq!(given.status, 201, "{}", given.body);
    assert_eq!(world.act(&mut held, "device", json!({})).await.code(), "not_allowed", "once");
    let token = given.body["token"].as_str().unwrap().to_owned();
    assert!(!super::silence::dump(&world).await.contains(&token));
    let (_, next) = start_on(&world, "reset", Some(&token)).await;
    assert_eq!(account::show(&world.app, "grace").await.unwrap().devices.len(), 1);
    let stolen = world.ask_to_start_on("reset", "linus", Some(&token)).await;
    assert!(stolen.status == 201 && stolen.body.get("device").is_none(), "another account's is nobody's");
    let code = world.notices().last().unwrap().1.clone();
    assert_eq!(world.not_me(&code).await.status, 200);
    assert!(account::show(&world.app, "grace").await.unwrap().devices.is_empty());
    let (_, none) = start_on(&world, "reset", next.as_deref()).await;
    assert!(none.is_none());
}

#[tokio::test]
async fn the_helpdesk_reads_why_somebody_is_stuck_and_lets_go_of_what_was_counted() {
    // C1
    let world = World::with(limits).await;
    assert!(account::show(&world.app, "grace").await.unwrap().stuck.is_empty());
    for _ in 0..5 {
        world.start("reset", "grace").await;
    }
    let mut change = world.start("change", "grace").await;
    let refused = world.act(&mut change, "proof", json!({"current_password": "copper meadow window 51"})).await;
    assert_eq!(refused.code(), "rate_limited");
    let stuck = account::show(&world.app, "grace").await.unwrap().stuck;
    assert_eq!(stuck, ["strangers have used up its flows of an hour until 2026-11-24 09:00 UTC (unlimit)"]);
    assert_eq!(account::show(&world.app, "nova").await.unwrap().stuck, ["nothing is set up"]);
    account::unlimit(&world.app, "grace", &by()).await.unwrap();
    assert!(account::show(&world.app, "grace").await.unwrap().stuck.is_empty());
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "text_mobile").await.status, 200);
}
