//! Populations: each person is served by the policy of theirs, and a flow keeps to the strictest that has held for its
//! person (FL-04).

use std::sync::Arc;

use latchkey_directory::several::Several;
use latchkey_directory::{ContactKind, Directory};
use latchkey_server::config::Config;
use latchkey_server::config::population::Population;
use latchkey_server::person::account::{self, AccountError};
use latchkey_server::person::contacts::{self, Options};
use latchkey_server::person::people;
use serde::Deserialize;
use serde_json::{Value, json};

use super::paper::{Paper, contact};
use super::silence::{lookalike, walk};
use super::world::{Held, World, by};

const NEW: &str = "violet tractor onion mail";

/// Three populations: staff with three gates, one of them an authenticator; students, who ask for less than the campus;
/// and nobody beside them.
const TABLES: &str = r#"
[[population]]
name = "staff"
groups = ["staff"]
[population.methods]
offered = ["text_mobile", "email", "totp", "recovery_code", "helpdesk_pass"]
[population.gates]
reset = 3
unlock = 3
one_of = ["totp", "recovery_code"]
[population.register]
required = ["authenticator"]
at_least = 3
[population.change]
second_factor = "always"
[population.password]
min_length = 20

[[population]]
name = "students"
groups = ["students"]
[population.gates]
unlock = 1

[[population]]
name = "guests"
groups = ["guests"]
served = false
"#;

/// The populations of some tables.
pub(super) fn populations(tables: &str) -> Vec<Population> {
    #[derive(Deserialize)]
    struct File {
        population: Vec<Population>,
    }
    toml::from_str::<File>(tables).unwrap().population
}

/// A campus with the populations of [`TABLES`], in which the limits are not what is looked at.
async fn campus() -> World {
    World::with(|config| {
        unlimited(config);
        config.populations = populations(TABLES);
    })
    .await
}

fn unlimited(config: &mut Config) {
    let limits = &mut config.limits;
    (limits.starts_per_day, limits.starts_per_hour, limits.starts_per_source) = (1 << 20, 1 << 20, 1 << 20);
    (limits.sends_per_method_per_day, limits.sends_per_destination_per_day) = (1 << 20, 1 << 20);
    (limits.sends_per_prefix_per_hour, limits.sends_per_ten_minutes, limits.breaker_codes) =
        (1 << 20, 1 << 20, 1 << 20);
    (limits.notices_per_hour, limits.resend_seconds) = (1 << 20, 1);
}

/// Puts an account of the server's own directory into these groups.
async fn put(world: &World, account: &str, groups: &[&str]) {
    let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
    account::put_groups(&world.app, &world.local, account, &groups, &by()).await.unwrap();
}

fn gates(held: &Held) -> Value {
    held.flow["gate"]["of"].clone()
}

#[tokio::test]
async fn everybody_passes_the_gates_of_their_population() {
    // FL-03
    let world = campus().await;
    put(&world, "ada", &["staff", "students"]).await;
    put(&world, "grace", &["students"]).await;
    let mut held = world.start("reset", "ada").await;
    assert_eq!(gates(&held), 3, "the first that fits is hers");
    assert!(!held.flow["choose_method"].to_string().contains("questions"), "staff are not offered them");
    world.pass(&mut held, "ada", "text_mobile").await;
    world.pass(&mut held, "ada", "email").await;
    assert_eq!(held.step(), "choose_method");
    let open = super::population::menu(&held.flow);
    assert_eq!(open, ["totp", "recovery_code"], "what there has to be is what is left");
    world.pass(&mut held, "ada", "totp").await;
    assert_eq!(held.step(), "set_password");
    let short = world.act(&mut held, "password", json!({"new_password": "violet tractor"})).await;
    assert_eq!(short.body["refusals"], json!([{"reason": "too_short", "value": 20}]));
    assert_eq!(world.act(&mut held, "password", json!({"new_password": NEW})).await.status, 200);

    let mut held = world.start("unlock", "grace").await;
    assert_eq!(gates(&held), 1);
    world.pass(&mut held, "grace", "email").await;
    assert_eq!(held.step(), "done");
    let held = world.through_gates("grace").await;
    assert_eq!(held.flow["set_password"]["rules"][0], json!({"rule": "min_length", "value": 12}));
    // Whoever is of none has what the campus has.
    assert_eq!(gates(&world.start("unlock", "linus").await), 2);
}

#[tokio::test]
async fn a_change_asks_for_what_the_population_asks_for() {
    let world = campus().await;
    put(&world, "ada", &["staff"]).await;
    for (name, gates, step) in [("ada", 2, "choose_method"), ("grace", 1, "prove")] {
        let held = world.start("change", name).await;
        assert_eq!((held.flow["gate"]["of"].as_u64(), held.step()), (Some(gates), step), "{name}");
    }
}

#[tokio::test]
async fn what_has_to_be_set_up_is_what_the_population_wants() {
    // RG-07
    let world = campus().await;
    put(&world, "grace", &["staff"]).await;
    let mut held = world.register("grace", Some("text_mobile")).await;
    assert_eq!(held.flow["manage"]["enough"], false);
    assert_eq!(held.flow["manage"]["wanted"], json!(["authenticator"]));
    assert!(!held.flow["manage"]["addable"].to_string().contains("questions"));
    let added = world.act(&mut held, "methods", json!({"means": "authenticator"})).await;
    let code = world.totp(added.body["shown"]["secret"].as_str().unwrap(), 0);
    world.confirm(&mut held, json!({"code": code})).await;
    assert_eq!((&held.flow["manage"]["enough"], &held.flow["manage"]["wanted"]), (&json!(true), &json!([])));
    let id = World::id_of(&held, "email");
    world.act(&mut held, &format!("methods/{id}/remove"), json!({})).await;
    assert_eq!(held.flow["manage"]["enough"], false, "at least three");
}

/// Does the next thing that leads on; nothing where nothing does. Methods are tried in this order.
async fn go_on(world: &World, held: &mut Held, account: &str) -> bool {
    match held.step() {
        "choose_method" => {
            let open = super::population::menu(&held.flow);
            let order = ["text_mobile", "email", "totp"];
            let Some(method) = order.into_iter().find(|method| open.iter().any(|open| open == method)) else {
                return false;
            };
            world.ask(held, account, method).await;
            true
        }
        "prove" if held.flow["prove"]["method"] == "current_password" => {
            let password = world.person(account).unwrap().password.clone();
            world.act(held, "proof", json!({"current_password": password})).await;
            true
        }
        "prove" => {
            let proof = world.right_proof(held, account);
            world.act(held, "proof", proof).await;
            true
        }
        "set_password" => {
            world.act(held, "password", json!({"new_password": NEW})).await;
            true
        }
        _ => false,
    }
}

/// How many gates were passed in a flow, as the audit has it, and how often a password was written.
async fn done(world: &World, held: &Held) -> (i64, i64) {
    let count = async |event: &str| {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM audit WHERE flow = ? AND event = ?")
            .bind(held.flow["flow_id"].as_str().unwrap())
            .bind(event)
            .fetch_one(world.app.store.pool())
            .await
            .unwrap();
        count
    };
    (count("gate passed").await, count("directory written").await)
}

#[tokio::test]
async fn whoever_moves_between_any_two_steps_ends_with_the_stricter_rule() {
    // FL-04: from less to more, from more to less, and there and back again
    let moves: [&[&str]; 4] = [
        &["students", "staff"],
        &["staff", "students"],
        &["students", "staff", "students"],
        &["staff", "students", "staff"],
    ];
    let mut ended = 0;
    for intent in ["reset", "unlock", "change"] {
        for groups in moves {
            for at in 0..9 {
                let world = campus().await;
                put(&world, "ada", &[groups[0]]).await;
                let mut held = world.start(intent, "ada").await;
                let mut steps = 0;
                let mut left = groups[1..].iter();
                let mut was_staff = groups[0] == "staff";
                // One move at this step, and the next one a step later.
                while held.step() != "done" && steps < 24 {
                    if steps >= at
                        && let Some(group) = left.next()
                    {
                        put(&world, "ada", &[group]).await;
                        was_staff |= *group == "staff";
                    }
                    if !go_on(&world, &mut held, "ada").await {
                        break;
                    }
                    steps += 1;
                }
                let (passed, written) = done(&world, &held).await;
                let case = format!("{intent} {groups:?} at {at}: {}", held.flow);
                assert_eq!(held.step(), "done", "it comes to its end: {case}");
                let least = match (intent, was_staff) {
                    ("change", true) => 2,
                    ("change", false) => 1,
                    (_, true) => 3,
                    ("unlock", false) => 1,
                    (_, false) => 2,
                };
                assert!(passed >= least, "{passed} gates of {least}: {case}");
                assert_eq!(written, 1, "{case}");
                ended += 1;
            }
        }
    }
    assert_eq!(ended, 3 * 4 * 9);
}

#[tokio::test]
async fn whoever_moved_a_moment_before_the_write_is_asked_for_more_although_nobody_was_read_again() {
    // FL-04: the directory itself is asked before every write
    let paper = Paper::default();
    paper.put(
        "1",
        "pat",
        &[],
        vec![contact(ContactKind::MobilePhone, "+1 202 555 0181"), contact(ContactKind::Mail, "pat@home.example")],
    );
    paper.put_into("1", &["students"]);
    let paper = Arc::new(paper);
    let named: Vec<(String, Arc<dyn Directory>)> =
        vec![("campus".to_owned(), Arc::clone(&paper) as Arc<dyn Directory>)];
    for (intent, gates) in [("reset", 2), ("unlock", 1)] {
        paper.put_into("1", &["students"]);
        let several = named.clone();
        let world = World::over(
            |config| {
                unlimited(config);
                config.populations = populations(TABLES);
            },
            move |_| Arc::new(Several::new(several)),
        )
        .await;
        world.worker.turn().await.unwrap();
        let mut held = world.start(intent, "pat").await;
        assert_eq!(held.flow["gate"]["of"], gates);
        let mut moved = false;
        for (method, kind, to) in
            [("text_mobile", "text", "+1 202 555 0181"), ("email", "email", "pat@home.example")].into_iter().take(gates)
        {
            let asked = world.act(&mut held, "challenge", json!({"method": method, "destination": to})).await;
            assert_eq!(asked.status, 200, "{}", asked.body);
            if intent == "unlock" {
                paper.put_into("1", &["staff"]);
                moved = true;
            }
            let proven = world.act(&mut held, "proof", json!({"code": world.last_code(kind)})).await;
            assert_eq!(proven.status, 200, "{}", proven.body);
        }
        if !moved {
            paper.put_into("1", &["staff"]);
            let refused = world.act(&mut held, "password", json!({"new_password": NEW})).await;
            assert_eq!((refused.status, refused.code()), (409, "proof_needed"), "{}", refused.body);
        }
        assert_eq!((held.step(), &held.flow["gate"]["of"]), ("choose_method", &json!(3)), "{}", held.flow);
        assert_eq!(paper.versions("1"), 0);
    }
}

#[tokio::test]
async fn a_password_is_judged_by_the_rules_of_the_population_that_its_owner_is_of_when_it_is_written() {
    // FL-04
    let table = "[[population]]\nname = \"careful\"\ngroups = [\"careful\"]\n[population.password]\nmin_length = 20\n";
    let world = World::with(|config| config.populations = populations(table)).await;
    let mut held = world.through_gates("grace").await;
    let id = world.id("grace").await;
    world.local.put_groups(&id, &["careful".to_owned()]).await.unwrap();
    let refused = world.act(&mut held, "password", json!({"new_password": "violet tractor"})).await;
    assert_eq!((refused.status, refused.code(), held.step()), (422, "password_refused", "set_password"));
    assert_eq!(refused.body["refusals"], json!([{"reason": "too_short", "value": 20}]));
    assert_eq!(held.flow["set_password"]["rules"][0], json!({"rule": "min_length", "value": 20}));
    assert_eq!(world.writes("grace").await, 0);
    assert_eq!(world.act(&mut held, "password", json!({"new_password": NEW})).await.status, 200);
}

#[tokio::test]
async fn a_flow_that_can_no_longer_come_to_its_end_is_over_and_a_new_one_keeps_the_new_rule() {
    // FL-04
    let world = campus().await;
    // Nothing but a phone and an address: staff cannot end with these.
    put(&world, "grace", &["students"]).await;
    let mut held = world.through_gates("grace").await;
    put(&world, "grace", &["staff"]).await;
    sqlx::query("UPDATE flows SET menu = '[]'").execute(world.app.store.pool()).await.unwrap();
    world.show(&mut held).await;
    assert_eq!(held.step(), "cancelled", "{}", held.flow);
    assert_eq!(gates(&world.start("reset", "grace").await), 3);
    assert_eq!(world.writes("grace").await, 0);
}

#[tokio::test]
async fn whoever_is_of_a_population_that_is_not_served_looks_like_somebody_who_does_not_exist() {
    // EN-01, EN-02
    let world = campus().await;
    put(&world, "grace", &["guests"]).await;
    assert_eq!(world.app.policies.served().count(), 3, "of them nobody is drawn");
    let name = lookalike(&world, "grace").await;
    let tries = [
        ("challenge", json!({"method": "text_mobile", "destination": "+1 202 555 0156"})),
        ("challenge", json!({"method": "email", "destination": "grace@home.example"})),
        ("challenge", json!({"method": "helpdesk_pass"})),
        ("proof", json!({"code": "0000000000"})),
        ("cancel", json!({})),
    ];
    assert_eq!(walk(&world, "grace", "reset", &tries).await, walk(&world, &name, "reset", &tries).await);
    assert!(world.sent().is_empty());
    let refused = account::pass(&world.app, "grace", &by()).await.unwrap_err();
    assert!(matches!(&refused, AccountError::NotServed { population, .. } if population == "guests"), "{refused}");
    let shown = account::show(&world.app, "grace").await.unwrap();
    assert_eq!(shown.person.population_by, "in the group guests");
    assert!(shown.stuck.iter().any(|reason| reason.contains("guests, which is not served")), "{:?}", shown.stuck);
    // A flow that was open when they were moved writes nothing.
    put(&world, "grace", &[]).await;
    let mut held = world.through_gates("grace").await;
    put(&world, "grace", &["guests"]).await;
    let refused = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((refused.code(), held.step()), ("not_allowed", "blocked"));
    assert_eq!(world.writes("grace").await, 0);
}

#[tokio::test]
async fn groups_are_imported_with_the_contacts_and_read_within_a_minute() {
    let world = campus().await;
    let import = async |text: &'static str| {
        let options = Options { apply: true, ..Options::default() };
        let mut said = Vec::new();
        let mut say = |one: contacts::Said<'_>| said.push(format!("{one:?}"));
        let report = contacts::import(&world.app, text.as_bytes(), options, &mut say).await.unwrap();
        (report, said)
    };
    let (report, said) = import("account,groups\nada,staff students\ngrace, students \nlinus,\n").await;
    // Nothing is said of linus.
    assert_eq!((report.bad, report.counts.added), (1, 2), "{said:?}");
    assert!(!report.applied);
    let (report, said) = import("account,groups\nada,staff students\ngrace, students \n").await;
    assert!(report.applied, "{said:?}");
    world.worker.turn().await.unwrap();
    let of = async |name: &str| account::show(&world.app, name).await.unwrap().person.population;
    assert_eq!(
        (of("ada").await.as_str(), of("grace").await.as_str(), of("linus").await.as_str()),
        ("staff", "students", "")
    );
    let (report, _) = import("account,groups\nada,students\ngrace,students\n").await;
    assert_eq!((report.counts.changed, report.counts.same), (1, 1));
    world.worker.turn().await.unwrap();
    assert_eq!(of("ada").await, "students");
    let (report, said) = import("account,groups\nada,Our Staff\n").await;
    assert!(report.bad == 1 && said[0].contains("Groups"), "{said:?}");
    let mut exported = Vec::new();
    contacts::export(&world.app, &mut exported).await.unwrap();
    let exported = String::from_utf8(exported).unwrap();
    assert!(exported.lines().any(|line| line.starts_with("ada,") && line.ends_with(",,students")), "{exported}");
}

/// A directory of people who are told apart by where they stand and by their groups.
async fn told_apart(change: impl FnOnce(&mut Config)) -> (World, Arc<Paper>) {
    let paper = Paper::default();
    for (id, name, place) in [("1", "pat", "ou=students"), ("2", "kim", "ou=staff"), ("3", "lee", "ou=staff")] {
        paper.put(id, name, &[], Vec::new());
        paper.move_to(id, &format!("uid={name},{place},dc=campus,dc=example"));
    }
    let paper = Arc::new(paper);
    let named: Vec<(String, Arc<dyn Directory>)> =
        vec![("campus".to_owned(), Arc::clone(&paper) as Arc<dyn Directory>)];
    let world = World::over(change, move |_| Arc::new(Several::new(named))).await;
    (world, paper)
}

const PLACES: &str = r#"
[[population]]
name = "pilot"
bases = ["OU=Staff, DC=campus, DC=example"]
groups = ["cn=pilot,dc=campus,dc=example"]
[[population]]
name = "students"
bases = ["ou=students,dc=campus,dc=example"]
[[population]]
name = "campus"
directory = "campus"
[[population]]
name = "others"
everybody = true
served = false
"#;

async fn population_of(world: &World, name: &str) -> (String, String) {
    let mut tx = world.app.store.read().await.unwrap();
    let person = people::named(&mut tx, name).await.unwrap().unwrap();
    (person.population, person.population_by)
}

#[tokio::test]
async fn people_are_told_apart_by_where_they_stand_and_by_their_groups_and_it_is_said_by_what() {
    let (world, paper) = told_apart(|config| config.populations = populations(PLACES)).await;
    world.worker.take_up().await.unwrap();
    world.worker.turn().await.unwrap();
    let of = async |name: &str| population_of(&world, name).await;
    let below = "below ou=students,dc=campus,dc=example";
    assert_eq!(of("pat").await, ("students".to_owned(), below.to_owned()));
    assert_eq!(of("kim").await, ("campus".to_owned(), "of the directory campus".to_owned()));
    paper.put_into("2", &["cn=pilot,dc=campus,dc=example"]);
    paper.move_to("3", "uid=lee,ou=Students,dc=campus,dc=example");
    paper.put_into("1", &["cn=pilot,dc=campus,dc=example"]);
    world.wait(61);
    world.worker.turn().await.unwrap();
    let by = "below OU=Staff, DC=campus, DC=example, in the group cn=pilot,dc=campus,dc=example";
    assert_eq!(of("kim").await, ("pilot".to_owned(), by.to_owned()));
    assert_eq!(of("lee").await.0, "students");
    assert_eq!(of("pat").await.0, "students", "both have to fit");
    let mut tx = world.app.store.read().await.unwrap();
    assert!(people::named(&mut tx, "ada").await.unwrap().is_none(), "who is of another directory is not there");
}

#[tokio::test]
async fn a_configuration_that_tells_people_apart_otherwise_has_everybody_read_again() {
    let (world, _paper) = told_apart(|_| {}).await;
    world.worker.take_up().await.unwrap();
    world.worker.turn().await.unwrap();
    assert_eq!(population_of(&world, "pat").await.0, "");
    let mut config = world.app.config.clone();
    config.populations = populations(PLACES);
    let parts = latchkey_server::Parts {
        config,
        keys: Arc::clone(&world.app.keys),
        store: world.app.store.clone(),
        clock: Arc::clone(&world.app.clock),
        directory: Arc::clone(&world.app.directory),
        hashing: world.app.hashing.clone(),
        tls: false,
    };
    let worker = world.worker_of(latchkey_server::App::new(parts).unwrap());
    worker.take_up().await.unwrap();
    worker.turn().await.unwrap();
    assert_eq!(population_of(&world, "pat").await.0, "students");
    assert_eq!(population_of(&world, "kim").await.0, "campus");
}
