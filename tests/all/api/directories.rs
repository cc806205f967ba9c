//! A campus with directories of its own, which change, are away, and stand side by side.

use std::sync::Arc;
use std::time::Duration;

use latchkey_api::password::Rule;
use latchkey_directory::several::Several;
use latchkey_directory::{ContactKind, Directory, Verdict};
use latchkey_server::config::Config;
use latchkey_server::crypt::turns::Work;
use serde_json::{Value, json};

use super::overload::take_all;
use super::paper::{Paper, contact};
use super::world::{Held, Reply, World};

const NEW: &str = "violet tractor onion mail";
const MOBILE: &str = "+1 202 555 0181";
const MAIL: &str = "pat@home.example";

/// A campus of these directories, which were read once.
async fn campus(directories: &[(&str, &Arc<Paper>)], change: impl FnOnce(&mut Config)) -> World {
    let named: Vec<(String, Arc<dyn Directory>)> =
        directories.iter().map(|(name, paper)| ((*name).to_owned(), Arc::clone(paper) as Arc<dyn Directory>)).collect();
    let world = World::over(change, move |_| Arc::new(Several::new(named))).await;
    world.worker.turn().await.unwrap();
    world
}

fn reached(mobile: &str, mail: &str) -> Vec<latchkey_directory::Contact> {
    vec![contact(ContactKind::MobilePhone, mobile), contact(ContactKind::Mail, mail)]
}

/// Staff with somebody in it who can be reached.
fn staff() -> Arc<Paper> {
    let paper = Paper::default();
    paper.put("1", "pat", &["pat@staff.example"], reached(MOBILE, MAIL));
    paper.put("2", "kim", &[], Vec::new());
    paper.put("3", "lee", &[], Vec::new());
    Arc::new(paper)
}

async fn ask(world: &World, held: &mut Held, method: &str, destination: &str) -> Reply {
    world.act(held, "challenge", json!({"method": method, "destination": destination})).await
}

/// Proves the mobile and the mailbox.
async fn through(world: &World, intent: &str, name: &str, mobile: &str, mail: &str) -> Held {
    let mut held = world.start(intent, name).await;
    for (method, kind, to) in [("text_mobile", "text", mobile), ("email", "email", mail)] {
        let asked = ask(world, &mut held, method, to).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        let passed = world.act(&mut held, "proof", json!({"code": world.last_code(kind)})).await;
        assert_eq!(passed.status, 200, "{}", passed.body);
    }
    held
}

/// Lets a minute pass and the directories be read.
async fn minute(world: &World) {
    world.wait(61);
    let _ = world.worker.turn().await;
}

#[tokio::test]
async fn somebody_who_was_created_a_minute_ago_is_found_and_a_name_that_is_typed_reaches_no_directory() {
    // EN-02
    let staff = staff();
    let world = campus(&[("staff", &staff)], |_| {}).await;
    let mut unknown = world.start("reset", "new.one").await;
    ask(&world, &mut unknown, "text_mobile", "+1 202 555 0199").await;
    assert_eq!(staff.asked(), Vec::<String>::new());
    staff.put("9", "new.one", &[], reached("+1 202 555 0199", "new@home.example"));
    minute(&world).await;
    let held = through(&world, "reset", "new.one", "+1 202 555 0199", "new@home.example").await;
    assert_eq!(held.step(), "set_password");
}

#[tokio::test]
async fn a_directory_that_is_away_stops_no_first_gate_and_what_was_proven_stays_proven() {
    // EN-05, R05
    let staff = staff();
    let world = campus(&[("staff", &staff)], |_| {}).await;
    staff.is_away(true);
    let mut held = through(&world, "reset", "pat", MOBILE, MAIL).await;
    assert_eq!(held.step(), "set_password", "the rules of most accounts are shown");
    assert!(held.flow["set_password"]["rules"].as_array().unwrap().len() >= 3, "{}", held.flow);
    let failed = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((failed.status, failed.code()), (503, "unavailable"), "{}", failed.body);
    staff.is_away(false);
    let done = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((done.status, held.step()), (200, "done"), "{}", done.body);
    assert!(staff.has_password("1", NEW) && staff.versions("1") == 1);
}

#[tokio::test]
async fn a_sign_in_at_a_directory_waits_for_no_hash_of_ours() {
    // C4, R05: nor does a directory that is slow hold up the answers to questions
    let staff = staff();
    let world = campus(&[("staff", &staff)], |_| {}).await;
    let _taken = take_all(&world.app, Work::PasswordHash).await;
    let mut held = world.start("change", "pat").await;
    let proven = world.act(&mut held, "proof", json!({"current_password": "old password of pat"})).await;
    assert_eq!(proven.status, 200, "{}", proven.body);
    let _taken_too = take_all(&world.app, Work::SignIn).await;
    let mut held = world.start("change", "pat").await;
    let busy = world.act(&mut held, "proof", json!({"current_password": "old password of pat"})).await;
    assert_eq!((busy.status, busy.code()), (503, "unavailable"), "{}", busy.body);
}

#[tokio::test]
async fn one_directory_that_is_away_makes_nobody_vanish_and_holds_up_no_other() {
    let (staff, students) = (staff(), Arc::new(Paper::default()));
    students.put("1", "sam", &[], reached("+1 202 555 0182", "sam@home.example"));
    students.put("2", "gone", &[], Vec::new());
    let world = campus(&[("staff", &staff), ("students", &students)], |_| {}).await;
    students.is_away(true);
    // The whole of both is due, and people have come and gone.
    world.wait(25 * 60 * 60);
    staff.put("4", "joined", &[], reached("+1 202 555 0183", "joined@home.example"));
    staff.remove("1");
    students.remove("2");
    let _ = world.worker.turn().await;
    assert_eq!(
        through(&world, "reset", "joined", "+1 202 555 0183", "joined@home.example").await.step(),
        "set_password"
    );
    assert_eq!(through(&world, "reset", "sam", "+1 202 555 0182", "sam@home.example").await.step(), "set_password");
    assert_eq!(known(&world).await, ["staff/2", "staff/3", "staff/4", "students/1", "students/2"]);
    students.is_away(false);
    minute(&world).await;
    assert_eq!(known(&world).await, ["staff/2", "staff/3", "staff/4", "students/1"], "whoever has left is gone then");
}

/// The ids of those who are there, of the campus' directories.
async fn known(world: &World) -> Vec<String> {
    let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM people WHERE NOT gone AND directory <> '' ORDER BY id")
        .fetch_all(world.app.store.pool())
        .await
        .unwrap();
    ids.into_iter().map(|(id,)| id).collect()
}

#[tokio::test]
async fn a_name_in_two_directories_means_nobody_and_is_told_apart_by_its_domain() {
    // EN-08, OT-06: both domains are the campus' own, which is left off a name otherwise.
    let (staff, students) = (staff(), Arc::new(Paper::default()));
    students.put("7", "pat", &["pat@students.example"], reached("+1 202 555 0184", "other@home.example"));
    let both = [("staff", &staff), ("students", &students)];
    let domains = vec!["staff.example".to_owned(), "students.example".to_owned()];
    let world = campus(&both, |config| config.campus.mail_domains = domains.try_into().unwrap()).await;
    let mut nobody = world.start("reset", "pat").await;
    let asked = ask(&world, &mut nobody, "text_mobile", MOBILE).await;
    assert_ne!(asked.status, 200, "{}", asked.body);
    assert!(world.sent().is_empty(), "nothing is sent to either: {:?}", world.sent());
    let held = through(&world, "reset", "PAT@Staff.example", MOBILE, MAIL).await;
    assert_eq!(held.step(), "set_password");
    let held = through(&world, "reset", "pat@students.example", "+1 202 555 0184", "other@home.example").await;
    assert_eq!(held.step(), "set_password");
    // A domain behind a name that one person alone has is left off.
    let mut kim = world.start("change", "kim@staff.example").await;
    let proof = json!({"current_password": "old password of kim"});
    assert_eq!(world.act(&mut kim, "proof", proof).await.status, 200);
}

#[tokio::test]
async fn a_number_that_changes_in_the_directory_is_a_new_binding_that_rests_and_is_told() {
    // RG-04
    let staff = staff();
    let world = campus(&[("staff", &staff)], |_| {}).await;
    let mut open = world.start("reset", "pat").await;
    let other = "+1 202 555 0190";
    staff.put("1", "pat", &["pat@staff.example"], reached(other, MAIL));
    minute(&world).await;
    world.show(&mut open).await;
    assert_eq!(open.step(), "cancelled", "what was open for the old number is over");
    world.worker.turn().await.unwrap();
    let told: Vec<_> = world.sent().into_iter().filter(|(_, _, body)| body.contains("replaced")).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.ends_with("0181"), "the old place is told, and not the new one: {told:?}");
    for to in [other, MOBILE] {
        let mut held = world.start("reset", "pat").await;
        ask(&world, &mut held, "text_mobile", to).await;
    }
    let codes = world.sent().into_iter().filter(|(kind, to, _)| kind == "text" && to.ends_with("0190"));
    assert_eq!(codes.count(), 0, "nothing is sent to the new number before its time");
    world.wait(72 * 60 * 60);
    assert_eq!(through(&world, "reset", "pat", other, MAIL).await.step(), "set_password");
}

#[tokio::test]
async fn a_number_that_the_directory_adds_for_somebody_who_was_there_rests_and_is_told_elsewhere() {
    // RG-04: whoever may write the attribute is not let in by it at once.
    let staff = Arc::new(Paper::default());
    staff.put("1", "pat", &[], vec![contact(ContactKind::Mail, MAIL)]);
    let world = campus(&[("staff", &staff)], |_| {}).await;
    staff.put("1", "pat", &[], reached(MOBILE, MAIL));
    minute(&world).await;
    world.worker.turn().await.unwrap();
    let told: Vec<_> = world.sent().into_iter().filter(|(_, _, body)| body.contains("mobile phone")).collect();
    assert!(told.len() == 1 && told[0].1 == MAIL, "{told:?}");
    let mut held = world.start("reset", "pat").await;
    ask(&world, &mut held, "text_mobile", MOBILE).await;
    assert!(!world.sent().iter().any(|(kind, _, _)| kind == "text"));
    world.wait(72 * 60 * 60);
    assert_eq!(through(&world, "reset", "pat", MOBILE, MAIL).await.step(), "set_password");
}

#[tokio::test]
async fn of_several_values_the_first_of_use_serves_and_stays_as_long_as_it_is_there() {
    let staff = Arc::new(Paper::default());
    let mails = |first: &str, second: &str| {
        vec![
            contact(ContactKind::MobilePhone, MOBILE),
            contact(ContactKind::Mail, first),
            contact(ContactKind::Mail, second),
        ]
    };
    // A mailbox of the campus opens with the password that is to be reset.
    staff.put("1", "pat", &[], mails("pat@campus.example", MAIL));
    let world = campus(&[("staff", &staff)], |_| {}).await;
    staff.put("1", "pat", &[], mails("first@home.example", MAIL));
    minute(&world).await;
    assert_eq!(through(&world, "reset", "pat", MOBILE, MAIL).await.step(), "set_password");
    assert!(!world.sent().iter().any(|(_, _, body)| body.contains("replaced")), "nothing was");
}

#[tokio::test]
async fn what_the_directory_says_to_a_current_password_opens_the_gate_or_looks_wrong() {
    // EN-01, EN-07, FL-10, PW-09: that an account is locked or disabled is for its owner's helpdesk to say.
    let staff = staff();
    staff.put("4", "max", &[], Vec::new());
    let world = campus(&[("staff", &staff)], |_| {}).await;
    let proof = json!({"current_password": "old password of kim"});
    let mut wrong = Vec::new();
    for (name, verdict) in [("kim", Verdict::Wrong), ("lee", Verdict::Locked), ("max", Verdict::Disabled)] {
        staff.says(verdict);
        let mut held = world.start("change", name).await;
        let given = json!({"current_password": format!("old password of {name}")});
        let answer = world.act(&mut held, "proof", given).await;
        assert_eq!((answer.status, answer.code()), (422, "current_password_wrong"), "{verdict:?}");
        let mut body = answer.body.clone();
        body["flow"]["flow_id"] = Value::Null;
        wrong.push(body);
    }
    assert!(wrong.iter().all(|body| *body == wrong[0]), "{wrong:#?}");
    for verdict in [Verdict::Right, Verdict::MustChange, Verdict::Expired] {
        staff.says(verdict);
        let mut held = world.start("change", "kim").await;
        let answer = world.act(&mut held, "proof", proof.clone()).await;
        assert_eq!((answer.status, held.step()), (200, "set_password"), "{verdict:?}: {}", answer.body);
    }
    staff.asked();
    let mut held = world.start("change", "pat").await;
    let answer = world.act(&mut held, "proof", json!({"current_password": " "})).await;
    assert_eq!((answer.status, staff.asked()), (400, vec![]), "what cannot be a password reaches no directory");
}

#[tokio::test]
async fn a_password_is_compared_for_nobody_in_one_directory_always_the_same_for_a_name() {
    // EN-02
    let (staff, students) = (staff(), Arc::new(Paper::default()));
    for n in 0..3 {
        students.put(&n.to_string(), &format!("student{n}"), &[], Vec::new());
    }
    let world = campus(&[("staff", &staff), ("students", &students)], |_| {}).await;
    let mut seen = std::collections::BTreeSet::new();
    for name in (0..14).map(|n| format!("nobody{n}")) {
        let mut places = Vec::new();
        for _ in 0..2 {
            let mut held = world.start("change", &name).await;
            world.act(&mut held, "proof", json!({"current_password": "any password"})).await;
            places.push((staff.asked(), students.asked()));
        }
        assert_eq!(places[0], places[1], "{name}");
        assert_eq!(places[0].0.len() + places[0].1.len(), 1, "{places:?}");
        seen.insert(places[0].0.len());
    }
    assert_eq!(seen.len(), 2, "some here, some there");
}

#[tokio::test]
async fn the_rules_are_those_of_the_directory_and_of_the_campus_and_the_stricter_holds() {
    let rules = vec![Rule::MinLength { value: 8 }, Rule::Kinds { value: 3 }, Rule::History { value: 12 }];
    let paper = Paper::with(rules, Duration::from_secs(3600));
    let own = vec![Rule::MinLength { value: 20 }, Rule::MaxLength { value: 127 }];
    paper.own_rules.lock().unwrap().insert("1".to_owned(), own);
    paper.put("1", "pat", &[], reached(MOBILE, MAIL));
    let paper = Arc::new(paper);
    let world = campus(&[("staff", &paper)], |_| {}).await;
    let shown = |rules: &Value| {
        let rules = rules.as_array().unwrap().iter();
        rules.map(|rule| format!("{} {}", rule["rule"].as_str().unwrap(), rule["value"])).collect::<Vec<_>>()
    };
    let campus = world.app.config.public(&world.app.directory.rules());
    let of_campus = shown(&serde_json::to_value(&campus.password_rules).unwrap());
    let told = ["min_length 12", "max_length 256", "kinds 3", "no_account null", "not_common null", "history 12"];
    assert_eq!(of_campus, told);
    let mut held = through(&world, "reset", "pat", MOBILE, MAIL).await;
    let of_account = shown(&held.flow["set_password"]["rules"]);
    assert_eq!(of_account, ["min_length 20", "max_length 127", "no_account null", "not_common null"]);
    let refused = world.act(&mut held, "password", json!({"new_password": "violet tractor"})).await;
    assert_eq!(refused.body["refusals"], json!([{"reason": "too_short", "value": 20}]));
    let done = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    let until = done.body["done"]["old_password_may_work_until"].as_str().unwrap_or_default();
    assert_eq!(until, "2026-11-24T09:00:00Z", "{}", done.body);
}

#[tokio::test]
async fn a_write_of_which_nobody_can_ever_tell_is_said_so_told_to_its_owner_and_not_done_again() {
    // PW-11, R03: RFC 3062 takes no marker
    let staff = staff();
    let world = campus(&[("staff", &staff)], |_| {}).await;
    let mut held = through(&world, "reset", "pat", MOBILE, MAIL).await;
    staff.loses_answers(true);
    let answer = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((answer.status, held.step()), (200, "uncertain"), "{}", answer.body);
    assert_eq!(held.flow["allowed"], json!([]));
    let again = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!((again.status, again.code()), (409, "not_allowed"));
    minute(&world).await;
    world.show(&mut held).await;
    assert_eq!((held.step(), staff.versions("1")), ("uncertain", 1));
    let told: Vec<_> =
        world.sent().into_iter().filter(|(_, _, body)| body.contains("may just have been changed")).collect();
    assert!(!told.is_empty(), "{:?}", world.sent());
    let unknown: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM audit WHERE event = 'directory write unknown'")
        .fetch_one(world.app.store.pool())
        .await
        .unwrap();
    assert_eq!(unknown.0, 1);
}

#[tokio::test]
async fn whoever_is_of_a_directory_that_is_set_up_no_longer_is_served_no_longer() {
    let staff = staff();
    let world = campus(&[("staff", &staff)], |_| {}).await;
    staff.remove("1");
    sqlx::query("UPDATE people SET directory = 'former' WHERE id = 'staff/1'")
        .execute(world.app.store.pool())
        .await
        .unwrap();
    world.worker.take_up().await.unwrap();
    assert_eq!(known(&world).await, ["staff/2", "staff/3"]);
    let mut held = world.start("reset", "pat").await;
    ask(&world, &mut held, "text_mobile", MOBILE).await;
    assert!(world.sent().is_empty(), "{:?}", world.sent());
}
