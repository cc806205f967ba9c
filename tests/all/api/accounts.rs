//! What the helpdesk and the operator do with one account.

use latchkey_server::person::account::{self, AccountError};
use latchkey_server::person::methods::Source;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::world::{World, by};

#[tokio::test]
async fn an_account_is_shown_with_hints_and_without_numbers() {
    // PR-02
    let world = World::new().await;
    let of = &world.app;
    let shown = account::show(of, "CAMPUS\\Ada").await.unwrap();
    let hints: Vec<_> = shown.methods.iter().map(|method| (method.method.as_str(), method.hint.as_deref())).collect();
    assert_eq!(
        hints,
        [("text_mobile", Some("… 34")), ("email", Some("a…@home.example")), ("totp", None), ("questions", None)]
    );
    assert_eq!((shown.questions, shown.person.must_change, shown.pass_until), (3, false, None));
    let imported = account::show(of, "imported").await.unwrap();
    assert!(imported.methods.iter().all(|method| method.source == Source::Imported));
    assert!(account::show(of, "newcomer").await.unwrap().person.must_change);
    assert!(account::show(of, "locked").await.unwrap().person.locked);
    account::pass(of, "ada", &by()).await.unwrap();
    assert!(account::show(of, "ada").await.unwrap().pass_until.is_some());
    assert!(matches!(account::show(of, "nobody").await, Err(AccountError::Unknown(_))));
}

#[tokio::test]
async fn an_account_that_is_added_has_a_password_that_must_be_changed() {
    let world = World::new().await;
    let of = &world.app;
    let made = account::add(of, &world.local, "Nadia", None).await.unwrap().unwrap();
    assert_eq!(made.expose_secret().len(), 23);
    assert!(world.signs_in("nadia", made.expose_secret()).await);
    let mut held = world.start("change", "nadia").await;
    world.act(&mut held, "proof", json!({"current_password": made.expose_secret()})).await;
    let set = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!(set.status, 200, "{}", set.body);
    assert!(!account::show(of, "nadia").await.unwrap().person.must_change);

    let given = account::add(of, &world.local, "omar", Some("a password of his own".into())).await.unwrap();
    assert!(given.is_none() && world.signs_in("omar", "a password of his own").await);
    assert!(matches!(account::add(of, &world.local, "ADA", None).await, Err(AccountError::Exists(_))));
    assert!(matches!(account::add(of, &world.local, " ", None).await, Err(AccountError::Name(_))));
    assert!(matches!(
        account::add(of, &world.local, "pia", Some("short".into())).await,
        Err(AccountError::Password(_))
    ));
}

#[tokio::test]
async fn a_password_that_was_handed_out_can_be_changed_by_its_owner() {
    let world = World::new().await;
    let password = world.person("newcomer").unwrap().password.clone();
    let mut held = world.start("change", "newcomer").await;
    let passed = world.act(&mut held, "proof", json!({"current_password": password})).await;
    assert_eq!((passed.status, held.step()), (200, "set_password"));
}

#[tokio::test]
async fn a_lock_is_lifted_and_the_password_stays() {
    // FL-08
    let world = World::new().await;
    let of = &world.app;
    assert!(account::unlock(of, "locked", &by()).await.unwrap());
    assert_eq!(world.last_audit().await, ("account unlocked".to_owned(), "was locked".to_owned()));
    assert!(!account::unlock(of, "locked", &by()).await.unwrap());
    assert_eq!(world.writes("locked").await, 0);
}

#[tokio::test]
async fn what_is_frozen_is_served_again_when_the_helpdesk_says_so() {
    let world = World::new().await;
    let of = &world.app;
    let id = account::show(of, "ada").await.unwrap().person.id;
    sqlx::query("INSERT INTO frozen VALUES (?, ?)").bind(id).bind(1000).execute(of.store.pool()).await.unwrap();
    assert!(account::show(of, "ada").await.unwrap().frozen_since.is_some());
    assert!(account::unfreeze(of, "ada", &by()).await.unwrap());
    assert!(!account::unfreeze(of, "ada", &by()).await.unwrap());
    assert!(account::show(of, "ada").await.unwrap().frozen_since.is_none());
}

#[tokio::test]
async fn what_is_forgotten_is_gone_and_its_audit_is_not() {
    // PR-02
    let world = World::new().await;
    let of = &world.app;
    account::pass(of, "ada", &by()).await.unwrap();
    let mut held = world.start("reset", "ada").await;
    world.pass(&mut held, "ada", "text_mobile").await;
    let (before,): (i64,) = sqlx::query_as("SELECT count(*) FROM audit").fetch_one(of.store.pool()).await.unwrap();
    assert_eq!(account::forget(of, "ada", &by()).await.unwrap(), 4);
    let shown = account::show(of, "ada").await.unwrap();
    assert!(shown.methods.is_empty() && shown.questions == 0 && shown.pass_until.is_none());
    let (after,): (i64,) = sqlx::query_as("SELECT count(*) FROM audit").fetch_one(of.store.pool()).await.unwrap();
    assert_eq!(after, before + 1);
    assert_eq!(world.show(&mut held).await.status, 401);
    assert_eq!(account::show(of, "grace").await.unwrap().methods.len(), 2);
}
