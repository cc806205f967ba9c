//! Many people beside many names that nobody has: together they look alike (EN-01, EN-03, EN-09).

use std::collections::{BTreeMap, BTreeSet};

use latchkey_api::Method;
use latchkey_server::commands::demo::{self, Account, AccountMethod, Standing};
use latchkey_server::config::Config;
use latchkey_server::person::people;
use serde_json::{Value, json};

use super::policies::populations;
use super::world::{Held, Reply, World};

/// Method sets as a campus has them, in parts of a hundred (EN-09).
const SETS: [(&[Method], usize); 7] = {
    use Method::{CallMobile, CallOffice, Email, Questions, TextMobile, Totp};
    [
        (&[TextMobile, CallMobile], 55),
        (&[TextMobile, CallMobile, Email], 25),
        (&[TextMobile, CallMobile, Email, Totp], 10),
        (&[TextMobile, CallMobile, Questions], 4),
        (&[TextMobile, CallMobile, CallOffice], 3),
        (&[Email, Totp], 2),
        (&[], 1),
    ]
};

/// Staff, who are asked for more than the rest of the campus in everything that is seen before a proof, and whoever is
/// neither, who is not served.
const TWO: &str = r#"
[[population]]
name = "staff"
groups = ["staff"]
[population.methods]
offered = ["totp", "text_mobile", "email", "recovery_code", "helpdesk_pass"]
one_phone_gate = true
[population.gates]
reset = 3
one_of = ["totp", "recovery_code"]
[population.register]
first_binding = "pass"
[population.change]
second_factor = "always"
[[population]]
name = "students"
groups = ["students"]
[[population]]
name = "others"
everybody = true
served = false
"#;

/// A campus of so many people, counted, without limits that would be met on the way.
pub(super) async fn campus(people: usize) -> World {
    campus_with(people, |_| {}, |_| None).await
}

/// The same in which every third person is of the staff and the others are students.
async fn two_populations(people: usize) -> World {
    let group = |number: usize| Some(if number.is_multiple_of(3) { "staff" } else { "students" });
    campus_with(people, |config| config.populations = populations(TWO), group).await
}

async fn campus_with(
    people: usize,
    change: impl FnOnce(&mut Config),
    group: impl Fn(usize) -> Option<&'static str>,
) -> World {
    let world = World::with(|config| {
        change(config);
        config.limits.human_check_work = 1;
        config.limits.starts_per_hour = 100_000;
        config.limits.starts_per_day = 100_000;
        config.limits.starts_per_minute_in_all = 1_000_000;
        config.limits.starts_per_source = 1_000_000;
    })
    .await;
    for number in 0..people {
        let account = Account {
            account: real(number),
            password: "quiet harbour lantern 27".to_owned(),
            must_change: false,
            imported: false,
            methods: methods(number, people),
        };
        let app = &world.app;
        let standing = Standing::default();
        demo::add(&app.store, &app.keys, &app.hashing, &world.local, &account, standing).await.unwrap();
        if let Some(group) = group(number) {
            let id = world.id(&account.account).await;
            world.local.put_groups(&id, &[group.to_owned()]).await.unwrap();
            people::refresh(app, &id).await.unwrap();
        }
    }
    world.wait(24 * 60 * 60);
    world.worker.turn().await.unwrap();
    world
}

/// A name of the campus' people; those that nobody has are of the same make.
pub(super) fn real(number: usize) -> String {
    format!("u{:06}", number * 7919 % 1_000_000)
}

pub(super) fn made_up(number: usize) -> String {
    format!("u{:06}", (number * 7919 + 3571) % 1_000_000)
}

pub(super) fn methods(number: usize, people: usize) -> Vec<AccountMethod> {
    let mut at = number * 100 / people;
    let (set, _) = SETS
        .iter()
        .find(|(_, parts)| {
            let found = at < *parts;
            at = at.saturating_sub(*parts);
            found
        })
        .unwrap();
    set.iter().map(|method| registered(*method, number)).collect()
}

pub(super) fn registered(method: Method, number: usize) -> AccountMethod {
    let destination = match method {
        Method::TextMobile | Method::CallMobile => Some(format!("+1202{:07}", 2_000_000 + number)),
        Method::CallOffice => Some(format!("+1212{:07}", 2_000_000 + number)),
        Method::Email => Some(format!("{number}@home.example")),
        _ => None,
    };
    let secret = (method == Method::Totp).then(|| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".to_owned());
    let ids = ["first_pet", "childhood_street", "first_job_city"];
    let answers = if method == Method::Questions { ids.as_slice() } else { &[] };
    let answer = |id: &&str| demo::AccountAnswer { id: (*id).to_owned(), answer: "Zanzibar".to_owned() };
    AccountMethod { method, destination, secret, answers: answers.iter().map(answer).collect() }
}

/// Everything that one look, and a walk to the first verdict, shows of a name: pairs of what and how.
pub(super) type Seen = BTreeSet<String>;

pub(super) fn menu(flow: &Value) -> Vec<String> {
    let all = flow["choose_method"]["methods"].as_array().unwrap();
    all.iter().map(|choice| choice["method"].as_str().unwrap().to_owned()).collect()
}

pub(super) async fn look(world: &World, name: &str) -> (Held, Seen) {
    let reply = world.ask_to_start("reset", name).await;
    let held = Held {
        token: reply.body["token"].as_str().unwrap().to_owned(),
        flow: reply.body["flow"].clone(),
        current_password: None,
    };
    let mut seen = Seen::new();
    note(&mut seen, "start", &reply);
    let menu = menu(&held.flow);
    seen.insert(format!("menu {}", menu.join(" ")));
    seen.extend(menu.iter().map(|method| format!("method {method}")));
    seen.insert(format!("length {}", menu.len()));
    (held, seen)
}

fn note(seen: &mut Seen, call: &str, reply: &Reply) {
    seen.insert(format!("{call}: {} {}", reply.status, reply.code()));
    let after = reply.headers.get("retry-after").map(|after| after.to_str().unwrap().to_owned());
    seen.insert(format!("{call}: retry after {after:?} {}", reply.body["retry_after"]));
    let flow = if reply.status < 300 { &reply.body } else { &reply.body["flow"] };
    seen.insert(format!("{call}: {} {}", flow["prove"]["attempts_left"], flow["gate"]));
    seen.insert(format!("{call}: {} bytes", reply.bytes.len()));
}

/// What the first answer of every intent shows of a name, each by itself and all together.
async fn look_at_all(world: &World, name: &str) -> Seen {
    let mut seen = Seen::new();
    let mut together = Vec::new();
    for intent in ["reset", "unlock", "change", "register"] {
        let held = world.start(intent, name).await;
        let menu =
            if held.step() == "choose_method" { menu(&held.flow).join(" ") } else { held.flow["prove"].to_string() };
        let shown = format!("{intent}: {} {} {menu}", held.step(), held.flow["gate"]);
        together.push(shown.clone());
        seen.insert(shown);
    }
    seen.insert(together.join("; "));
    seen
}

/// The whole wizard as somebody walks it who knows nothing: each method of the menu up to its verdict.
async fn walk(world: &World, name: &str) -> Seen {
    let (mut held, mut seen) = look(world, name).await;
    for method in menu(&held.flow) {
        let destination = match method.as_str() {
            "text_mobile" | "call_mobile" | "call_office" => Some("+1 202 555 0999"),
            "email" => Some("x@y.example"),
            _ => None,
        };
        let body = json!({"method": method, "destination": destination});
        let asked = world.act(&mut held, "challenge", body).await;
        note(&mut seen, &format!("challenge {method}"), &asked);
        if asked.status == 200 {
            let answers: Vec<Value> = held.flow["prove"]["questions"]
                .as_array()
                .map(|all| all.iter().map(|one| json!({"id": one["id"], "answer": "no such answer"})).collect())
                .unwrap_or_default();
            let body = match (method.as_str(), answers.is_empty()) {
                ("questions", false) => json!({"answers": answers}),
                _ => json!({"code": "31415926"}),
            };
            let proven = world.act(&mut held, "proof", body).await;
            note(&mut seen, &format!("proof {method}"), &proven);
        }
    }
    seen
}

/// How well a classifier tells two crowds apart that it has not seen, after it has learned from their other halves: the
/// area under its curve, 0.5 for a coin (naive Bayes over everything seen, with one added to each count).
pub(super) fn told_apart(people: &[Seen], made_up: &[Seen]) -> f64 {
    let odds = |half: usize| {
        let mut counts: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
        let mut totals = [2.0, 2.0];
        for (class, crowd) in [people, made_up].into_iter().enumerate() {
            for seen in crowd.iter().skip(half).step_by(2) {
                totals[class] += 1.0;
                seen.iter().for_each(|one| counts.entry(one).or_insert([1.0, 1.0])[class] += 1.0);
            }
        }
        move |seen: &Seen| -> f64 {
            let unseen = [1.0, 1.0];
            counts
                .keys()
                .copied()
                .chain(seen.iter().map(String::as_str).filter(|one| !counts.contains_key(one)))
                .map(|one| {
                    let count = counts.get(one).unwrap_or(&unseen);
                    let share = [count[0] / totals[0], count[1] / totals[1]];
                    if seen.contains(one) {
                        (share[0] / share[1]).ln()
                    } else {
                        ((1.0 - share[0]).max(1e-6) / (1.0 - share[1]).max(1e-6)).ln()
                    }
                })
                .sum()
        }
    };
    let mut scores: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for half in [0, 1] {
        let odds = odds(half);
        for (class, crowd) in [people, made_up].into_iter().enumerate() {
            scores[class].extend(crowd.iter().skip(1 - half).step_by(2).map(&odds));
        }
    }
    area(&scores[0], &scores[1])
}

/// How often one of the first is above one of the second; ties count half.
pub(super) fn area(first: &[f64], second: &[f64]) -> f64 {
    let mut sorted = second.to_vec();
    sorted.sort_by(f64::total_cmp);
    let sum: f64 = first
        .iter()
        .map(|value| {
            let below = sorted.partition_point(|other| other < value);
            let same = sorted.partition_point(|other| other <= value) - below;
            below as f64 + same as f64 / 2.0
        })
        .sum();
    sum / (first.len() as f64 * second.len() as f64)
}

/// With 60 of each, chance alone gives 0.5 with a standard deviation of 0.053; the long form has the bar of 0.55.
const OF_SIXTY: f64 = 0.7;

#[tokio::test]
async fn the_menus_of_many_names_that_nobody_has_look_like_those_of_the_people() {
    // EN-09, short form of `cargo xtask test --long silence`
    let (auc, _) = looks(300).await;
    // With 300 of each, chance alone gives up to 0.55 ± 0.05.
    assert!(auc <= 0.6, "told apart: {auc:.3}");
}

#[tokio::test]
async fn names_that_nobody_has_are_of_the_populations_as_the_people_are_in_whatever_is_looked_at() {
    // EN-03, EN-09: what a reset, an unlock, a change and a registration show first, each and together
    let many = 240;
    let world = two_populations(many).await;
    let (mut people, mut nobody) = (Vec::new(), Vec::new());
    let mut staff = 0;
    for number in 0..many {
        people.push(look_at_all(&world, &real(number)).await);
        let seen = look_at_all(&world, &made_up(number)).await;
        staff += usize::from(seen.iter().any(|one| one.starts_with("reset: ") && one.contains(r#""of":3"#)));
        if number < 20 {
            assert_eq!(look_at_all(&world, &made_up(number)).await, seen, "the same on repeat");
        }
        nobody.push(seen);
    }
    assert!((50..110).contains(&staff), "{staff} of {many} look like staff, where 80 are expected");
    // Some always look as if they had nothing set up, which a change shows (PW-10); what recovers looks as somebody's does.
    let known: BTreeSet<&String> = people.iter().flatten().collect();
    let recovers = |seen: &&String| seen.starts_with("reset") || seen.starts_with("unlock");
    for seen in nobody.iter().flatten().filter(recovers).filter(|seen| !seen.contains("; ")) {
        assert!(known.contains(seen), "nobody shows this: {seen}");
    }
    let auc = told_apart(&people, &nobody);
    assert!(auc <= 0.6, "told apart: {auc:.3}");
}

#[tokio::test]
async fn a_name_that_nobody_has_stays_in_its_population_when_a_few_people_move() {
    // EN-09: on repeat, after people are counted again, and for most names after 1 % of the people moved. How many those
    // are is asked of 10,000 names in guard/population.rs: of 60, chance alone takes up to 6 where one is expected.
    let world = two_populations(200).await;
    let names: Vec<String> = (0..60).map(made_up).collect();
    let looks = async || {
        let mut seen = Vec::new();
        for name in &names {
            seen.push(look_at_all(&world, name).await);
        }
        seen
    };
    let before = looks().await;
    world.wait(25 * 60 * 60);
    world.worker.turn().await.unwrap();
    assert_eq!(looks().await, before, "nobody moved");
    for number in [1, 2] {
        let id = world.id(&real(number)).await;
        world.local.put_groups(&id, &["staff".to_owned()]).await.unwrap();
        people::refresh(&world.app, &id).await.unwrap();
    }
    world.wait(25 * 60 * 60);
    world.worker.turn().await.unwrap();
    let after = looks().await;
    let kept = before.iter().zip(&after).filter(|(before, after)| before == after).count();
    assert!(kept >= 52, "{kept} of 60");
}

#[tokio::test]
async fn a_walk_through_everything_tells_no_more_where_there_are_two_populations() {
    // EN-01, EN-03
    let world = two_populations(90).await;
    let (mut people, mut nobody) = (Vec::new(), Vec::new());
    for number in 0..60 {
        people.push(walk(&world, &real(number * 90 / 60)).await);
        nobody.push(walk(&world, &made_up(number)).await);
    }
    let auc = told_apart(&people, &nobody);
    assert!(auc <= OF_SIXTY, "told apart: {auc:.3}");
}

#[tokio::test]
async fn a_walk_through_everything_tells_no_more() {
    // EN-03, short form of `cargo xtask test --long silence`
    let auc = walks(100, 60).await;
    assert!(auc <= OF_SIXTY, "told apart: {auc:.3}");
}

/// So many people and as many names that nobody has, one look each; how well they are told apart, and the campus.
pub(super) async fn looks(many: usize) -> (f64, World) {
    let world = campus(many).await;
    let (mut people, mut nobody) = (Vec::new(), Vec::new());
    for number in 0..many {
        people.push(look(&world, &real(number)).await.1);
        nobody.push(look(&world, &made_up(number)).await.1);
    }
    (told_apart(&people, &nobody), world)
}

/// A walk with some of so many people, and as many names that nobody has.
pub(super) async fn walks(campus_of: usize, many: usize) -> f64 {
    let world = campus(campus_of).await;
    let (mut people, mut nobody) = (Vec::new(), Vec::new());
    for number in 0..many {
        // As many from each set as it has among all people: people stand in the order of their sets.
        people.push(walk(&world, &real(number * campus_of / many)).await);
        nobody.push(walk(&world, &made_up(number)).await);
    }
    told_apart(&people, &nobody)
}

#[tokio::test]
async fn a_name_that_nobody_has_keeps_its_menu_when_a_few_people_change_theirs() {
    // EN-09: on repeat, and for at least 98 of 100 after 1 % of the people changed
    let world = campus(200).await;
    let names: Vec<String> = (0..100).map(made_up).collect();
    let mut before = Vec::new();
    for name in &names {
        before.push(menu(&world.start("reset", name).await.flow));
    }
    for name in [real(0), real(1)] {
        let id = world.id(&name).await;
        sqlx::query("DELETE FROM methods WHERE account_id = ? AND method = 'call_mobile'")
            .bind(id)
            .execute(world.app.store.pool())
            .await
            .unwrap();
    }
    world.wait(25 * 60 * 60);
    world.worker.turn().await.unwrap();
    let mut kept = 0;
    for (name, before) in names.iter().zip(&before) {
        kept += usize::from(menu(&world.start("reset", name).await.flow) == *before);
    }
    assert!(kept >= 98, "{kept} of 100");
}

#[tokio::test]
async fn a_damaged_row_of_somebody_looks_like_a_name_that_nobody_has() {
    // D4
    let world = World::new().await;
    sqlx::query("UPDATE methods SET sealed = x'00', proves = NULL").execute(world.app.store.pool()).await.unwrap();
    for name in ["ada", "grace", "nobody"] {
        let started = world.ask_to_start("reset", name).await;
        assert_eq!(started.status, 201, "{name}: {}", started.body);
        assert!(menu(&started.body["flow"]).len() > 2, "{name}");
    }
    let mut held = world.start("change", "ada").await;
    let wrong = world.act(&mut held, "proof", json!({"current_password": "no such password"})).await;
    assert_eq!(wrong.code(), "current_password_wrong");
}

#[tokio::test]
async fn nobody_asks_the_directory_before_the_first_gate() {
    // EN-02: a name is looked up in the snapshot; without it the same person is nobody
    let world = World::new().await;
    assert!(menu(&world.start("reset", "ada").await.flow).contains(&"questions".to_owned()));
    sqlx::query("UPDATE people SET gone = 1 WHERE account = 'ada'").execute(world.app.store.pool()).await.unwrap();
    let mut held = world.start("change", "ada").await;
    let password = world.person("ada").unwrap().password.clone();
    let refused = world.act(&mut held, "proof", json!({"current_password": password})).await;
    assert_eq!(refused.code(), "current_password_wrong", "whoever is gone from the snapshot is not served");
    // The directory still has her, and is read as a whole once a day.
    world.wait(25 * 60 * 60);
    world.worker.turn().await.unwrap();
    let mut held = world.start("change", "ada").await;
    let password = world.person("ada").unwrap().password.clone();
    assert_eq!(world.act(&mut held, "proof", json!({"current_password": password})).await.status, 200);
}

#[tokio::test]
async fn an_office_phone_that_changes_in_the_directory_is_a_new_binding() {
    // RG-04
    use latchkey_server::person::contacts::{self, Options};
    use latchkey_server::person::local::Facts;
    use latchkey_server::person::people;
    let world = World::new().await;
    let id = world.id("linus").await;
    let office = |number: &str| Facts { office_phone: Some(number.into()), ..Facts::default() };
    world.local.note_facts(&id, &office("+1 202 555 0140")).await.unwrap();
    people::refresh(&world.app, &id).await.unwrap();
    let file = "account,office\nlinus,+1 202 555 0140\n".as_bytes();
    let options = Options { apply: true, ..Options::default() };
    contacts::import(&world.app, std::io::BufReader::new(file), options, &mut |_| {}).await.unwrap();
    let mut open = world.start("reset", "linus").await;
    let sent = world.sent().len();

    world.local.note_facts(&id, &office("+1 202 555 0150")).await.unwrap();
    people::refresh(&world.app, &id).await.unwrap();
    world.show(&mut open).await;
    assert_eq!(open.step(), "cancelled");
    let told: Vec<(String, String)> = world.sent()[sent..].iter().map(|(k, to, _)| (k.clone(), to.clone())).collect();
    assert_eq!(told, [("call".to_owned(), "+12025550140".to_owned())], "the old place alone is told");

    let new = json!({"method": "call_office", "destination": "+1 202 555 0150"});
    for (waits, status) in [(0, 422), (72 * 60 * 60 - 1, 422), (1, 200)] {
        world.wait(waits);
        let mut held = world.start("reset", "linus").await;
        assert_eq!(world.act(&mut held, "challenge", new.clone()).await.status, status, "{waits}");
    }
}
