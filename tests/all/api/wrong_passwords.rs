//! Somebody gives wrong current passwords for another, again and again: a real directory counts a few of them, locks nobody,
//! and its owner signs in all the while (PW-10).

use std::sync::Arc;

use latchkey_directory::active_directory::ActiveDirectory;
use latchkey_server::commands::demo::Account;
use latchkey_tests::samba::{self, PEOPLE, Samba};
use latchkey_tests::slapd::{PASSWORD, Right, Setup, Slapd, dn};
use serde_json::json;

use super::world::World;

/// After so many wrong ones the directory locks.
const THRESHOLD: u32 = 5;

/// The threshold less 2, as the configuration is meant to have it; nobody has to prove another method first.
fn few(config: &mut latchkey_server::config::Config) {
    config.limits.tries_of_current_password = THRESHOLD - 2;
    config.limits.starts_per_minute_in_all = 1 << 30;
    config.limits.starts_per_source = 1 << 30;
}

/// How many of so many wrong current passwords were compared.
async fn tried(world: &World, account: &str, many: usize) -> usize {
    let mut compared = 0;
    for number in 0..many {
        let started = world.ask_to_start("change", account).await;
        if started.status != 201 {
            continue;
        }
        let token = started.body["token"].as_str().unwrap().to_owned();
        let wrong =
            json!({"revision": started.body["flow"]["revision"], "current_password": format!("wrong {number}")});
        let said = world.post("/v1/flow/proof", Some(&token), &wrong).await;
        assert_ne!(said.status, 200, "{}", said.body);
        compared += usize::from(said.code() == "current_password_wrong");
    }
    compared
}

async fn on_openldap(many: usize) {
    // `pwdFailureCountInterval` is left out, so that wrong ones count until a right one comes.
    let slapd = Slapd::start_with(&Setup::new(Right::Write).with("pwdMaxFailure", "5")).await.unwrap();
    let world = World::before_with(Arc::new(slapd.directory().unwrap()), few).await;
    let compared = tried(&world, "grace", many).await;
    let entry = slapd.read(&dn("grace")).await.unwrap();
    let counted = entry.get("pwdFailureTime").map_or(0, Vec::len);
    println!("figure: wrong passwords of strangers on OpenLDAP = {many}");
    println!("figure: of them counted by OpenLDAP, which locks at {THRESHOLD} = {counted}");
    assert!(counted > 0 && counted <= 2 && compared == counted, "{compared} {entry:?}");
    assert!(!entry.contains_key("pwdAccountLockedTime"));
    assert_eq!(slapd.refuses("grace", PASSWORD).await.unwrap(), None, "its owner signs in");
}

async fn on_samba(many: usize) {
    let samba = Samba::shared().await.unwrap();
    let person = samba.add_person("").await.unwrap();
    // A policy of their own, since the domain's belongs to all tests.
    let container = format!("CN=Password Settings Container,CN=System,{}", samba::DOMAIN);
    samba
        .ldif(&format!(
            "dn: CN=five tries,{container}\nchangetype: add\nobjectClass: msDS-PasswordSettings\n\
             msDS-PasswordSettingsPrecedence: 5\nmsDS-PasswordReversibleEncryptionEnabled: FALSE\n\
             msDS-PasswordHistoryLength: 1\nmsDS-PasswordComplexityEnabled: FALSE\nmsDS-MinimumPasswordLength: 8\n\
             msDS-MinimumPasswordAge: 0\nmsDS-MaximumPasswordAge: -9223372036854775808\nmsDS-LockoutThreshold: {THRESHOLD}\n\
             msDS-LockoutObservationWindow: -18000000000\nmsDS-LockoutDuration: -18000000000\n\
             msDS-PSOAppliesTo: CN={},{PEOPLE}\n",
            person.name
        ))
        .await
        .unwrap();
    let settings = samba.settings();
    let outside = samba.outside(&settings.secret);
    let directory = Arc::new(ActiveDirectory::new(settings, outside).unwrap());
    let name = person.name.clone();
    let like_grace = |people: &mut Vec<Account>| {
        let grace = people.iter().find(|person| person.account == "grace").unwrap().clone();
        people.push(Account { account: name, ..grace });
    };
    let world = World::before_with_people(directory, few, like_grace).await;
    let compared = tried(&world, &person.name, many).await;
    let counted: usize = samba.value(&person, "badPwdCount").await.unwrap().unwrap_or_default().parse().unwrap_or(0);
    println!("figure: wrong passwords of strangers on Samba = {many}");
    println!("figure: of them counted by Samba (badPwdCount), which locks at {THRESHOLD} = {counted}");
    assert!(counted > 0 && counted <= 2 && compared == counted, "{compared} {counted}");
    assert!(samba.kinit(&person, samba::START).await.unwrap(), "its owner signs in");
}

#[tokio::test]
async fn openldap_counts_few_of_the_wrong_passwords_of_strangers_and_locks_nobody() {
    // PW-10
    on_openldap(40).await;
}

#[tokio::test]
async fn samba_counts_few_of_the_wrong_passwords_of_strangers_and_locks_nobody() {
    // PW-10
    on_samba(40).await;
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long wrong_passwords"]
async fn long_wrong_passwords_on_real_directories() {
    // PW-10: 10,000 by an attacker
    let many = std::env::var("LATCHKEY_TRIES").ok().and_then(|many| many.parse().ok()).unwrap_or(10_000);
    on_openldap(many).await;
    on_samba(many).await;
}
