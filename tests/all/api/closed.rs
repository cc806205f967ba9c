//! Whatever fails at a check, the check is not passed (AP-11): a table that cannot be read, a directory that panics, hangs
//! or answers about somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use latchkey_directory::{Answer, Directory, Entry, Mark, Next, Operation, Outcome, Page, Policy, Verdict, Written};
use latchkey_server::person::local::Local;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::world::{Held, Reply, World, post};

const NEW: &str = "violet tractor onion mail";

/// What checks read and write.
const TABLES: [&str; 13] = [
    "audit",
    "challenges",
    "flows",
    "frozen",
    "limits",
    "messages",
    "meta",
    "methods",
    "operations",
    "people",
    "people_names",
    "recovery_codes",
    "spent_checks",
];

async fn run(world: &World, statement: String) {
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(world.app.store.pool()).await.unwrap();
}

/// Does something while a table is away, which no transaction of anybody else sees.
async fn without(world: &World, table: &str, deed: impl AsyncFnOnce() -> Reply) -> Reply {
    run(world, "PRAGMA legacy_alter_table = ON".to_owned()).await;
    run(world, format!("ALTER TABLE {table} RENAME TO away_{table}")).await;
    let reply = deed().await;
    run(world, format!("ALTER TABLE away_{table} RENAME TO {table}")).await;
    reply
}

/// An answer that says nothing of what failed, and lets nobody pass.
fn assert_generic(table: &str, call: &str, reply: &Reply) {
    assert!([500, 503].contains(&reply.status), "{call} without {table}: {} {}", reply.status, reply.body);
    assert!(["internal", "unavailable"].contains(&reply.code()), "{call} without {table}: {}", reply.body);
    let said = String::from_utf8(reply.bytes.clone()).unwrap().to_lowercase();
    for word in ["sql", "table", "no such", table] {
        assert!(!said.contains(word) || table == "flows" || table == "methods", "{call} without {table}: {said}");
    }
}

/// A call without the worker, which would fail beside it.
async fn call(world: &World, held: &Held, call: &str, mut body: Value) -> Reply {
    body["revision"] = json!(held.revision());
    let key = (call == "password").then(|| uuid::Uuid::new_v4().to_string());
    world.send_alone(post(&format!("/v1/flow/{call}"), Some(&held.token), body.to_string(), key.as_deref())).await
}

#[tokio::test]
async fn a_table_that_cannot_be_read_lets_nobody_pass_a_check_that_needs_it() {
    // AP-11, CVE-2024-47070
    let mut failed = 0;
    for table in TABLES {
        let world = World::new().await;
        // A start.
        let check = world.human_check().await;
        let body = json!({"intent": "reset", "account": "grace", "human_check": check}).to_string();
        let started =
            without(&world, table, async || world.send_alone(post("/v1/flows", None, body, None)).await).await;
        let mut held = world.start("reset", "grace").await;
        // A code is asked for, and given.
        let mobile = json!({"method": "text_mobile", "destination": "+1 202 555 0156"});
        let asked = without(&world, table, async || call(&world, &held, "challenge", mobile).await).await;
        world.show(&mut held).await;
        if held.step() == "choose_method" {
            assert_eq!(world.ask(&mut held, "grace", "text_mobile").await.status, 200, "{table}");
        } else {
            world.worker.turn().await.unwrap();
        }
        let right = world.right_proof(&held, "grace");
        let proven = without(&world, table, async || call(&world, &held, "proof", right.clone()).await).await;
        world.show(&mut held).await;
        if held.step() == "prove" {
            let again = world.act(&mut held, "proof", right).await;
            assert_eq!(again.status, 200, "{table}: {}", again.body);
        }
        world.pass(&mut held, "grace", "email").await;
        assert_eq!(held.step(), "set_password");
        let new = json!({"new_password": NEW});
        let written = without(&world, table, async || call(&world, &held, "password", new).await).await;
        for (what, reply) in [("start", started), ("challenge", asked), ("proof", proven), ("password", written)] {
            if reply.status >= 400 {
                assert_generic(table, what, &reply);
                failed += 1;
            }
        }
        // What had to be counted, audited or intended was, or nothing was done.
        let (intended,): (i64,) = sqlx::query_as("SELECT count(*) FROM audit WHERE event = 'directory write intended'")
            .fetch_one(world.app.store.pool())
            .await
            .unwrap();
        assert!(world.writes("grace").await <= intended, "{table}: a write without its row in the audit");
        // The server goes on as before.
        let fresh = world.start("reset", "ada").await;
        assert_eq!(fresh.step(), "choose_method", "{table}");
    }
    assert!(failed > 30, "only {failed} checks failed");
}

/// The server's own directory, which fails as it is told.
struct Broken {
    local: Arc<Local>,
    panics: AtomicBool,
    lies: AtomicBool,
}

impl Broken {
    fn check(&self) {
        assert!(!self.panics.load(Ordering::SeqCst), "the directory of this test panics");
    }
}

impl Directory for Broken {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        self.check();
        self.local.verify_current(account, password)
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        self.check();
        self.local.change_password(operation, old, new)
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        self.check();
        self.local.set_password(operation, new)
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        self.check();
        self.local.unlock(operation)
    }

    fn rules(&self) -> Vec<latchkey_api::password::Rule> {
        self.local.rules()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        self.check();
        self.local.policy(account)
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        self.check();
        self.local.marker(account)
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        self.local.settle(operation)
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        if !self.lies.load(Ordering::SeqCst) {
            return self.local.people(after);
        }
        // For ever the same page.
        let page = self.local.people(None);
        Box::pin(async move { Ok(Page { next: Next::More(Mark("again".to_owned())), ..page.await? }) })
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        self.check();
        let entry = self.local.entry(id);
        if !self.lies.load(Ordering::SeqCst) {
            return entry;
        }
        // Somebody else, who may be written.
        Box::pin(async move { Ok(entry.await?.map(|entry| Entry { id: "somebody-else".to_owned(), ..entry })) })
    }
}

async fn broken() -> (World, Arc<Broken>) {
    let mut made = None;
    let world = World::over(
        |_| {},
        |local| {
            let broken = Arc::new(Broken { local, panics: AtomicBool::new(false), lies: AtomicBool::new(false) });
            made = Some(Arc::clone(&broken));
            broken
        },
    )
    .await;
    (world, made.unwrap())
}

#[tokio::test]
async fn a_directory_that_panics_is_an_error_of_one_call_and_lets_nobody_pass() {
    // AP-11
    let (mut world, directory) = broken().await;
    let mut chosen = world.through_gates("grace").await;
    world.worker_follows = false;
    let world = world;
    let mut change = world.start("change", "newcomer").await;
    directory.panics.store(true, Ordering::SeqCst);
    let written = call(&world, &chosen, "password", json!({"new_password": NEW})).await;
    assert_eq!((written.status, written.code()), (500, "internal"), "{}", written.body);
    let password = world.person("newcomer").unwrap().password.clone();
    let proven = call(&world, &change, "proof", json!({"current_password": password})).await;
    assert_eq!((proven.status, proven.code()), (500, "internal"), "{}", proven.body);
    directory.panics.store(false, Ordering::SeqCst);
    assert_eq!(world.writes("grace").await, 0);
    world.show(&mut change).await;
    assert_eq!(change.step(), "prove", "the gate was not passed");
    world.show(&mut chosen).await;
    let done = world.act(&mut chosen, "password", json!({"new_password": NEW})).await;
    assert_eq!((done.status, chosen.step()), (200, "done"), "{}", done.body);
}

#[tokio::test]
async fn an_answer_about_somebody_else_writes_nobody_and_a_list_without_an_end_ends() {
    // IN-05
    let (world, directory) = broken().await;
    let mut held = world.through_gates("grace").await;
    directory.lies.store(true, Ordering::SeqCst);
    let written = world.act(&mut held, "password", json!({"new_password": NEW})).await;
    assert_eq!(written.status, 409, "{}", written.body);
    assert_eq!(world.writes("grace").await, 0);
    // The reader of people is sent on to the same place for ever; it stops there, and everybody is served as before.
    world.wait(3 * 60 * 60);
    world.worker.turn().await.unwrap();
    assert_eq!(world.ask_to_start("reset", "ada").await.status, 201);
}
