//! Names that an earlier version spelled otherwise: their owners are found again, and nobody is taken for somebody else.

use std::io::BufReader;
use std::path::Path;

use latchkey_server::person::account;
use latchkey_server::person::contacts::{self, Options};
use latchkey_server::person::people;
use latchkey_server::store::Store;
use serde_json::json;
use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;

use super::world::{World, by};

/// The last migration of the version that kept `ß` and `ς` as they were typed.
const EARLIER: i64 = 6;

/// Accounts as that version named them, each by its id.
const NAMES: [(&str, &str); 8] = [
    ("alone", "weißmüller"),
    ("greek", "οδυσσεύς"),
    ("turkish", "i\u{307}lker"),
    // Only one of each pair can be meant by what is typed.
    ("sharp", "groß"),
    ("plain", "gross"),
    ("one of two", "maßσς"),
    ("other of two", "maßςσ"),
    ("plainer", "bjorn"),
];

async fn earlier_database(path: &Path) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let database = SqlitePool::connect_with(options).await.unwrap();
    let all = Migrator::new(Path::new("../crates/server/migrations")).await.unwrap();
    let earlier = all.iter().filter(|migration| migration.version <= EARLIER).cloned().collect();
    Migrator::with_migrations(earlier).run(&database).await.unwrap();
    for (id, name) in NAMES {
        sqlx::query("INSERT INTO directory_accounts (id, account, password_phc) VALUES (?, ?, 'none')")
            .bind(id)
            .bind(name)
            .execute(&database)
            .await
            .unwrap();
    }
    database.close().await;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, mode).unwrap();
}

/// Whom a name means that is typed so.
async fn meant(world: &World, typed: &str) -> Option<String> {
    account::show(&world.app, typed).await.ok().map(|shown| shown.person.id)
}

async fn stored(world: &World, id: &str) -> String {
    let query = sqlx::query_as("SELECT account FROM directory_accounts WHERE id = ?").bind(id);
    let (name,): (String,) = query.fetch_one(world.app.store.pool()).await.unwrap();
    name
}

async fn everybody_is_found_as_they_type(world: &World) {
    for (typed, id) in [
        ("Weißmüller", Some("alone")),
        ("WEISSMÜLLER", Some("alone")),
        ("Οδυσσεύς", Some("greek")),
        ("ΟΔΥΣΣΕΎΣ", Some("greek")),
        ("İlker", Some("turkish")),
        ("ILKER", Some("turkish")),
        ("gross", Some("plain")),
        // The one that is written so, and never the other one by chance.
        ("groß", Some("plain")),
        ("maßσς", None),
        ("MASSΣΣ", None),
        ("bjorn", Some("plainer")),
    ] {
        assert_eq!(meant(world, typed).await.as_deref(), id, "{typed}");
    }
}

#[tokio::test]
async fn accounts_of_an_earlier_spelling_are_found_again_and_none_is_merged() {
    // EN-08, OT-06, F12
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    earlier_database(&path).await;
    let world = World::on(Store::open(&path).await.unwrap(), |_| {}, |local| local as _).await;
    assert_eq!(meant(&world, "Weißmüller").await, None, "before the start");
    world.worker.take_up().await.unwrap();
    everybody_is_found_as_they_type(&world).await;
    // The directory is read again in the background, and another start changes nothing.
    world.worker.turn().await.unwrap();
    everybody_is_found_as_they_type(&world).await;
    world.another_worker().take_up().await.unwrap();
    everybody_is_found_as_they_type(&world).await;
    for (id, name) in [
        ("alone", "weissmüller"),
        ("turkish", "ilker"),
        // Those that are taken stay as they were.
        ("sharp", "groß"),
        ("plain", "gross"),
        ("one of two", "maßσς"),
        ("other of two", "maßςσ"),
    ] {
        assert_eq!(stored(&world, id).await, name);
    }

    // Its owner gets back in, and is found by the same name afterwards.
    let lines = "account,mobile,email\nWeißmüller,(202) 555-0111,wm@home.example\n";
    let options = Options { apply: true, ..Options::default() };
    contacts::import(&world.app, BufReader::new(lines.as_bytes()), options, &mut |_| {}).await.unwrap();
    let mut held = world.start("reset", "WEIẞMÜLLER").await;
    for (method, destination, kind) in
        [("text_mobile", "+1 202 555 0111", "text"), ("email", "wm@home.example", "email")]
    {
        world.act(&mut held, "challenge", json!({"method": method, "destination": destination})).await;
        let passed = world.act(&mut held, "proof", json!({"code": world.last_code(kind)})).await;
        assert_eq!(passed.status, 200, "{}", passed.body);
    }
    let done = world.act(&mut held, "password", json!({"new_password": "violet tractor onion mail"})).await;
    assert_eq!((done.status, held.step()), (200, "done"));
    assert_eq!(meant(&world, "weissmüller").await.as_deref(), Some("alone"));
}

#[tokio::test]
async fn the_operator_gives_an_account_another_name_that_is_typed_like_that_of_another() {
    // EN-08
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("latchkey.db");
    earlier_database(&path).await;
    let world = World::on(Store::open(&path).await.unwrap(), |_| {}, |local| local as _).await;
    world.worker.take_up().await.unwrap();
    for taken in ["gross", "GROẞ", "bjorn", "a\u{200b}b", ""] {
        assert!(account::rename(&world.app, "sharp", taken, &by()).await.is_err(), "{taken}");
    }
    assert_eq!(account::rename(&world.app, "sharp", "gross2", &by()).await.unwrap(), "groß");
    assert_eq!(account::rename(&world.app, "one of two", "Maß", &by()).await.unwrap(), "maßσς");
    assert!(account::rename(&world.app, "nobody", "free", &by()).await.is_err());
    world.worker.turn().await.unwrap();
    for (typed, id) in [("gross2", "sharp"), ("groß", "plain"), ("MASS", "one of two"), ("massσς", "other of two")] {
        assert_eq!(meant(&world, typed).await.as_deref(), Some(id), "{typed}");
    }
    let mut tx = world.app.store.begin().await.unwrap();
    assert!(people::named(&mut tx, "groß").await.unwrap().is_none(), "no second spelling is kept");
    let (event, outcome) = {
        drop(tx);
        world.last_audit().await
    };
    assert_eq!((event.as_str(), outcome.as_str()), ("account renamed", "by command"));
}
