//! What is around the server fails in every way that it can: nothing untrue is said, nothing is lost or done twice.

use std::sync::{Arc, Mutex};

use latchkey_directory::{
    Answer, Directory, DirectoryError, Entry, Mark, Operation, Outcome, Page, Policy, Verdict, Written,
};
use latchkey_server::person::local::Local;
use secrecy::SecretString;
use serde_json::json;

use super::world::{Gateway, Held, World, post};

const NEW: &str = "violet tractor onion mail";

/// How the directory fails at the next writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// The write never arrives.
    NotReceived,
    /// The write is done and its answer is lost.
    AnswerLost,
    /// The same, and what came of it cannot be told for a while.
    AnswerLostAndSilent,
    /// The write is done, after a longer time than anybody waits.
    Slow,
    Denied,
    Misconfigured,
    Busy,
}

/// The server's own directory behind a network that fails as it is told.
pub(super) struct Faulty {
    local: Arc<Local>,
    fault: Mutex<Fault>,
    pub(super) go_on: tokio::sync::Notify,
}

impl Faulty {
    fn fault(&self) -> Fault {
        *self.fault.lock().unwrap()
    }

    pub(super) fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    async fn write<'a>(&'a self, write: Answer<'a, Written>) -> Result<Written, DirectoryError> {
        match self.fault() {
            Fault::None => write.await,
            Fault::NotReceived => Err(DirectoryError::Unreachable("connection refused".into())),
            Fault::AnswerLost | Fault::AnswerLostAndSilent => {
                write.await?;
                Err(DirectoryError::Unreachable("connection reset".into()))
            }
            Fault::Slow => {
                self.go_on.notified().await;
                write.await
            }
            Fault::Denied => Err(DirectoryError::Denied("insufficient access".into())),
            Fault::Misconfigured => Err(DirectoryError::Misconfigured("no such attribute".into())),
            Fault::Busy => Err(DirectoryError::Busy { retry_after: std::time::Duration::from_secs(7) }),
        }
    }
}

impl Directory for Faulty {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        self.local.verify_current(account, password)
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        Box::pin(self.write(self.local.change_password(operation, old, new)))
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        Box::pin(self.write(self.local.set_password(operation, new)))
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        Box::pin(self.write(self.local.unlock(operation)))
    }

    fn rules(&self) -> Vec<latchkey_api::password::Rule> {
        self.local.rules()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        self.local.policy(account)
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        self.local.marker(account)
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        if self.fault() == Fault::AnswerLostAndSilent {
            return Box::pin(async { Ok(Outcome::Pending) });
        }
        self.local.settle(operation)
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        self.local.people(after)
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        self.local.entry(id)
    }
}

pub(super) async fn faulty() -> (World, Arc<Faulty>) {
    let made = Arc::new(Mutex::new(None));
    let keep = Arc::clone(&made);
    let world = World::over(
        |_| {},
        move |local| {
            let faulty = Arc::new(Faulty { local, fault: Mutex::new(Fault::None), go_on: tokio::sync::Notify::new() });
            *keep.lock().unwrap() = Some(Arc::clone(&faulty));
            faulty
        },
    )
    .await;
    let faulty = made.lock().unwrap().take().unwrap();
    (world, faulty)
}

async fn set_password(world: &World, held: &mut Held) -> super::world::Reply {
    world.act(held, "password", json!({"new_password": NEW})).await
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_known_for_certain_and_done_once() {
    // R03, PW-11
    let (world, directory) = faulty().await;
    let mut held = world.through_gates("grace").await;
    directory.set(Fault::AnswerLost);
    let done = set_password(&world, &mut held).await;
    assert_eq!((done.status, held.step()), (200, "done"), "{}", done.body);
    assert_eq!(world.writes("grace").await, 1);
    assert!(world.signs_in("grace", NEW).await);
}

#[tokio::test]
async fn a_write_that_nobody_can_tell_of_says_working_until_somebody_can() {
    // R02: never "nothing was changed"
    let (world, directory) = faulty().await;
    let mut held = world.through_gates("grace").await;
    directory.set(Fault::AnswerLostAndSilent);
    let working = set_password(&world, &mut held).await;
    assert_eq!((working.status, held.step()), (200, "working"), "{}", working.body);
    world.show(&mut held).await;
    assert_eq!(held.step(), "working");
    directory.set(Fault::None);
    world.show(&mut held).await;
    assert_eq!(held.step(), "done");
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn a_write_that_never_arrived_gives_the_same_grant_back() {
    // R04
    let (world, directory) = faulty().await;
    let mut held = world.through_gates("grace").await;
    directory.set(Fault::NotReceived);
    let failed = set_password(&world, &mut held).await;
    assert_eq!((failed.status, failed.code(), held.step()), (503, "unavailable", "set_password"));
    assert_eq!(world.writes("grace").await, 0);
    directory.set(Fault::None);
    assert_eq!(set_password(&world, &mut held).await.status, 200);
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn a_directory_that_says_no_is_believed_at_once_and_nothing_is_lost() {
    let (world, directory) = faulty().await;
    let mut held = world.through_gates("grace").await;
    for fault in [Fault::Denied, Fault::Misconfigured, Fault::Busy] {
        directory.set(fault);
        let failed = set_password(&world, &mut held).await;
        assert_eq!((failed.status, held.step()), (503, "set_password"), "{fault:?}");
        assert!(failed.body["retry_after"].as_u64().is_some(), "{fault:?}");
    }
    directory.set(Fault::None);
    assert_eq!(set_password(&world, &mut held).await.status, 200);
}

#[tokio::test]
async fn a_directory_that_takes_its_time_is_not_waited_for_and_the_answer_says_so() {
    // B1, R05: this waits the five seconds that a person is let wait.
    let (world, directory) = faulty().await;
    let mut held = world.through_gates("grace").await;
    directory.set(Fault::Slow);
    let working = set_password(&world, &mut held).await;
    assert_eq!((working.status, held.step()), (200, "working"), "{}", working.body);
    world.show(&mut held).await;
    assert_eq!(held.step(), "working", "it is still under way, and nobody fences it");
    directory.go_on.notify_one();
    while held.step() == "working" {
        tokio::task::yield_now().await;
        world.show(&mut held).await;
    }
    assert_eq!(held.step(), "done");
    assert_eq!(world.writes("grace").await, 1);
}

#[tokio::test]
async fn an_owner_who_was_disabled_or_made_privileged_meanwhile_gets_no_new_password() {
    // B3
    for column in ["UPDATE directory_accounts SET enabled = 0", "UPDATE directory_accounts SET privileged = 1"] {
        let world = World::new().await;
        let mut held = world.through_gates("grace").await;
        sqlx::query(column).execute(world.app.store.pool()).await.unwrap();
        let refused = set_password(&world, &mut held).await;
        assert_eq!((refused.status, refused.code(), held.step()), (409, "not_allowed", "blocked"), "{column}");
        assert_eq!(world.writes("grace").await, 0, "{column}");
    }
}

#[tokio::test]
async fn a_flow_that_waits_for_no_write_is_ended() {
    // B8
    let world = World::new().await;
    let mut held = world.through_gates("grace").await;
    sqlx::query("UPDATE flows SET step = 'working'").execute(world.app.store.pool()).await.unwrap();
    world.worker.turn().await.unwrap();
    world.show(&mut held).await;
    assert_eq!(held.step(), "expired");
}

#[tokio::test]
async fn no_answer_waits_for_a_gateway() {
    // B1, B2, R10: the gateway never answers, and is not even asked before the answers are there.
    let world = World::new().await;
    world.set_gateway(Gateway::Hangs);
    let start = json!({"intent": "reset", "account": "grace", "human_check": world.human_check().await});
    let started = world.send_alone(post("/v1/flows", None, start.to_string(), None)).await;
    let token = started.body["token"].as_str().unwrap().to_owned();
    let ask = json!({"revision": 1, "method": "email", "destination": "grace@home.example"});
    let asked = world.send_alone(post("/v1/flow/challenge", Some(&token), ask.to_string(), None)).await;
    assert_eq!((asked.status, asked.body["step"].as_str()), (200, Some("prove")));
    assert_eq!(world.messages("code", "queued").await, 1);
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn a_message_that_a_gateway_does_not_take_is_tried_until_it_does_and_sent_once() {
    // B2, FL-15
    let world = World::new().await;
    let mut held = world.through_gates("ada").await;
    let before = world.sent().len();
    world.set_gateway(Gateway::IsDown);
    assert_eq!(set_password(&world, &mut held).await.status, 200);
    let owed = world.messages("notice", "queued").await;
    assert!(owed > 0);
    for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
        world.wait(seconds);
        world.worker.turn().await.unwrap();
    }
    assert_eq!((world.sent().len(), world.messages("notice", "queued").await), (before, owed));
    world.set_gateway(Gateway::Takes);
    world.wait(300);
    for _ in 0..3 {
        world.worker.turn().await.unwrap();
    }
    assert_eq!(world.messages("notice", "accepted").await, owed);
    assert_eq!(world.sent().len(), before + usize::try_from(owed).unwrap());
}

#[tokio::test]
async fn a_message_whose_answer_is_lost_is_sent_twice_at_the_most() {
    // B2, R11
    let world = World::new().await;
    let mut held = world.through_gates("ada").await;
    let before = world.sent_ids().len();
    world.set_gateway(Gateway::LosesAnswers);
    assert_eq!(set_password(&world, &mut held).await.status, 200);
    let once = world.sent_ids().len() - before;
    assert!(once > 0);
    for _ in 0..10 {
        world.wait(60);
        world.worker.turn().await.unwrap();
    }
    let mut ids = world.sent_ids().split_off(before);
    assert_eq!(ids.len(), 2 * once);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), once, "each message bears its id both times");
    assert_eq!(world.messages("notice", "failed").await, i64::try_from(once).unwrap());
}

#[tokio::test]
async fn a_message_that_is_refused_for_good_is_not_tried_again_and_nothing_of_it_is_kept() {
    // B2
    let world = World::new().await;
    world.set_gateway(Gateway::Refuses);
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "email").await.status, 200);
    assert_eq!(world.messages("code", "failed").await, 1);
    let (kept,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM messages WHERE sealed_to IS NOT NULL OR sealed_text IS NOT NULL")
            .fetch_one(world.app.store.pool())
            .await
            .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_code_is_never_sent_after_its_time_nor_after_a_newer_one() {
    // R12, OT-02
    let world = World::new().await;
    world.set_gateway(Gateway::IsDown);
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "email").await;
    world.wait(60);
    world.ask(&mut held, "grace", "email").await;
    assert_eq!((world.messages("code", "queued").await, world.messages("code", "failed").await), (1, 1));
    world.wait(10 * 60);
    world.set_gateway(Gateway::Takes);
    world.worker.turn().await.unwrap();
    assert!(world.sent().is_empty());
    assert_eq!(world.messages("code", "failed").await, 2);
}

#[tokio::test]
async fn a_lease_that_a_crash_left_behind_is_taken_up_once_more() {
    // B2: as if the process had died after the lease and before the gateway's answer
    let world = World::new().await;
    world.set_gateway(Gateway::IsDown);
    let mut held = world.start("reset", "grace").await;
    world.ask(&mut held, "grace", "email").await;
    world.set_gateway(Gateway::Takes);
    sqlx::query("UPDATE messages SET state = 'leased', tries = 1, leased_until = 9223372036854775807")
        .execute(world.app.store.pool())
        .await
        .unwrap();
    world.worker.turn().await.unwrap();
    assert!(world.sent().is_empty(), "somebody may be at it");
    world.worker.take_up().await.unwrap();
    world.worker.turn().await.unwrap();
    assert_eq!(world.sent().len(), 1);
    assert_eq!(world.messages("code", "accepted").await, 1);
}

#[tokio::test]
async fn a_notice_that_an_earlier_version_owed_is_sent_by_this_one() {
    let world = World::new().await;
    let id = world.id("grace").await;
    sqlx::query(
        "INSERT INTO owed_before_messages (event_id, account_id, method, sealed, device, text, language,
             flow_public_id, at)
         SELECT 'e', account_id, method, sealed, device, 'notice-reset', 'en', '7K2M-Q4PX', 0 FROM methods
         WHERE account_id = ? AND method = 'email'",
    )
    .bind(&id)
    .execute(world.app.store.pool())
    .await
    .unwrap();
    world.worker.take_up().await.unwrap();
    world.worker.turn().await.unwrap();
    let sent = world.sent();
    assert_eq!((sent.len(), sent[0].1.as_str()), (1, "grace@home.example"));
    assert!(sent[0].2.contains("7K2M-Q4PX"), "{}", sent[0].2);
    world.worker.take_up().await.unwrap();
    world.worker.turn().await.unwrap();
    assert_eq!(world.sent().len(), 1);
}

#[tokio::test]
async fn notices_have_a_budget_of_their_own_and_none_is_dropped() {
    // E3, TF-14: codes of another person go on while one account's notices wait
    let world = World::with(|config| config.limits.notices_per_hour = 3).await;
    let mut held = world.register("ada", Some("totp")).await;
    for _ in 0..4 {
        world.recovery_codes(&mut held).await;
    }
    let owed = world.messages("notice", "queued").await;
    assert_eq!(world.messages("notice", "accepted").await, 3);
    assert!(owed >= 5, "{owed}");
    let before = world.sent().len();
    let mut other = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut other, "grace", "email").await.status, 200);
    assert_eq!(world.sent().len(), before + 1, "a code is not held up");
    for _ in 0..12 {
        world.wait(60 * 60);
        world.worker.turn().await.unwrap();
    }
    assert_eq!((world.messages("notice", "queued").await, world.messages("notice", "accepted").await), (0, owed + 3));
}
