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
    assert!(account::unlock(of, "locked", &by()).await.unwrap().was_locked);
    assert_eq!(world.last_audit().await, ("account unlocked".to_owned(), "was locked".to_owned()));
    assert!(!account::unlock(of, "locked", &by()).await.unwrap().was_locked);
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

/// Tables in which a row of an account outlives that it is forgotten, and why.
const OUTLIVE: [(&str, &str); 5] = [
    ("operations", "a write finds its end, and what came of it is known for a while"),
    ("hooks", "other systems are told of what was done, and then nothing of it is kept"),
    ("frozen", "an account that its owner has stopped stays so"),
    ("directory_facts", "what our own directory knows of somebody is not what they have set up"),
    ("directory_account_groups", "nor are the groups that our own directory has them in"),
];

#[tokio::test]
async fn nothing_is_left_of_whoever_is_forgotten_in_any_table() {
    // PR-02: what was replaced and not told yet has the old number in it
    let world = World::new().await;
    let (of, pool) = (&world.app, world.app.store.pool());
    let id = world.id("ada").await;
    account::pass(of, "ada", &by()).await.unwrap();
    let mut held = world.register("ada", Some("email")).await;
    world.recovery_codes(&mut held).await;
    for statement in [
        "INSERT INTO replaced_methods (account_id, method, sealed, device, tells_new)
         SELECT account_id, method, sealed, device, TRUE FROM methods WHERE account_id = ? AND method = 'email'",
        "INSERT INTO wrong_in_a_row (method_id, account_id, wrong, last_at, flow_public_id)
         SELECT id, account_id, 1, 0, '' FROM methods WHERE account_id = ? AND method = 'totp'",
        "INSERT INTO contact_languages (account_id, language) VALUES (?, 'ar')",
        "INSERT INTO owed_before_messages (event_id, account_id, method, sealed, device, text, language,
             flow_public_id, at)
         SELECT 'e', account_id, method, sealed, device, 'notice-reset', 'en', '', 0 FROM methods
         WHERE account_id = ? AND method = 'email'",
    ] {
        sqlx::query(statement).bind(&id).execute(pool).await.unwrap();
    }
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.name = 'account_id' ORDER BY m.name",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let tables: Vec<String> = tables.into_iter().map(|(table,)| table).collect();
    let tables: Vec<&String> = tables.iter().filter(|table| OUTLIVE.iter().all(|(name, _)| name != table)).collect();
    assert!(tables.len() >= 10, "{tables:?}");
    let count = async |table: &String| {
        let count = format!("SELECT count(*) FROM {table} WHERE account_id = ?");
        let count = sqlx::query_as(sqlx::AssertSqlSafe(count)).bind(&id);
        let (rows,): (i64,) = count.fetch_one(pool).await.unwrap();
        rows
    };
    for table in &tables {
        assert!(count(table).await > 0, "this test puts nothing into {table}");
    }
    account::forget(of, "ada", &by()).await.unwrap();
    for table in &tables {
        assert_eq!(count(table).await, 0, "{table}");
    }
}
