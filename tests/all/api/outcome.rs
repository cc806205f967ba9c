//! What became of a write is always known, on a real directory behind a network that fails at the worst moments (R02, R03,
//! R04, PW-11): it is said to be done if it was done, and what was said not to be done never is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use latchkey_directory::Directory;
use latchkey_directory::settings::Settings;
use latchkey_server::config::Config;
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::fault::{Ends, Fate, Fault, Op, Proxy, ldap};
use latchkey_tests::invariants::{self, Books};
use latchkey_tests::slapd::{self, Right, Setup, Slapd};
use serde_json::json;

use super::world::{Held, Reply, World};

/// A campus whose directory is a real one, behind a network.
pub(super) struct Behind {
    pub(super) world: World,
    pub(super) proxy: Proxy,
    pub(super) slapd: Slapd,
    /// The same directory without the network.
    pub(super) direct: Arc<dyn Directory>,
}

impl Behind {
    pub(super) async fn slapd() -> Self {
        Self::with(&Setup::new(Right::Write)).await
    }

    async fn with(setup: &Setup) -> Self {
        Self::before(Slapd::start_with(setup).await.unwrap(), &[]).await
    }

    /// A campus before this server, and others of the same directory that are asked after it.
    pub(super) async fn before(slapd: Slapd, others: &[String]) -> Self {
        Self::before_with(slapd, others, |settings| settings, |_| {}).await
    }

    /// The same with other settings of the directory and of the campus.
    pub(super) async fn before_with(
        slapd: Slapd,
        others: &[String],
        settings: impl FnOnce(Settings) -> Settings,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let ends = Ends::ldaps(&slapd.file("good.pem"), &slapd.file("good.key"), &slapd.file("ca.pem")).unwrap();
        let proxy = Proxy::reading(([127, 0, 0, 1], slapd.tls_port()).into(), ends).await.unwrap();
        let mut servers = vec![format!("ldaps://localhost:{}", proxy.port())];
        servers.extend_from_slice(others);
        let behind = slapd::directory(settings(Settings { servers, ..slapd.settings() })).unwrap();
        let world = World::before_with(Arc::new(behind), change).await;
        let direct = Arc::new(slapd.directory().unwrap());
        Self { world, proxy, slapd, direct }
    }

    pub(super) async fn set_password(&self, held: &mut Held, new: &str) -> Reply {
        self.world.act(held, "password", json!({"new_password": new})).await
    }

    /// What the directory itself says.
    pub(super) async fn signs_in(&self, account: &str, password: &str) -> bool {
        let id = self.world.id(account).await;
        self.direct.verify_current(Some(&id), &password.into()).await.unwrap().proves()
    }

    /// How often the password of an account was written, as slapd says.
    pub(super) fn steps(&self, account: &str) -> u64 {
        invariants::steps_in(&self.slapd.log().unwrap(), &slapd::dn(account))
    }

    /// Waits until it is known what became of a flow's write.
    async fn known(&self, held: &mut Held) {
        while held.step() == "working" {
            self.world.worker.turn().await.unwrap();
            self.world.show(held).await;
        }
    }

    /// All that has to hold, by what slapd has logged.
    pub(super) async fn holds(&self) -> Books {
        let mut steps = BTreeMap::new();
        for account in ["ada", "grace"] {
            steps.insert(self.world.id(account).await, self.steps(account));
        }
        let borne = invariants::of_directory(&*self.direct, &steps).await.unwrap();
        invariants::hold(&self.world.app.store, &self.world.app.keys, &borne).await.unwrap()
    }
}

/// What befalls the write of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worst {
    /// R03
    AnswerLost,
    /// R02: nobody can be asked either, until later.
    AnswerLostAndAway,
    /// R04
    NotReceived,
    /// It arrives once the flow has been told that it was not written.
    Delayed,
    /// It arrives once the flow has written another password.
    DelayedBeyondTheNext,
}

const ALL: [Worst; 5] =
    [Worst::AnswerLost, Worst::AnswerLostAndAway, Worst::NotReceived, Worst::Delayed, Worst::DelayedBeyondTheNext];

/// One reset whose write meets the worst; how long it took, once the network was well again, until it was known.
async fn round(behind: &Behind, number: usize, account: &str) -> Duration {
    let worst = ALL[number % ALL.len()];
    let (first, second) = (format!("violet tractor onion {number}"), format!("violet ladder onion {number}"));
    let mut held = behind.world.through_gates(account).await;
    behind.proxy.now(Fault::None).await.unwrap();
    let is_write = |request: &latchkey_tests::fault::Request| request.op == Some(Op::Modify);
    let fate = match worst {
        Worst::AnswerLost | Worst::AnswerLostAndAway => Fate::AnswerLost,
        Worst::NotReceived => Fate::NotReceived,
        Worst::Delayed | Worst::DelayedBeyondTheNext => Fate::Delayed,
    };
    let mut caught = behind.proxy.catch(fate, is_write);
    let said = if worst == Worst::AnswerLostAndAway {
        // The network is away from the moment at which the answer is lost.
        let away = async {
            caught.struck().await.unwrap();
            behind.proxy.now(Fault::Refuse).await.unwrap();
        };
        tokio::join!(behind.set_password(&mut held, &first), away).0
    } else {
        let said = behind.set_password(&mut held, &first).await;
        caught.struck().await.unwrap();
        said
    };
    let watch = Stopwatch::start();
    behind.proxy.now(Fault::None).await.unwrap();
    behind.known(&mut held).await;
    let took = watch.elapsed();
    let context = format!("round {number}, {worst:?}: {}", said.body);
    match worst {
        Worst::AnswerLost | Worst::AnswerLostAndAway => {
            assert_eq!(held.step(), "done", "{context}");
            assert!(behind.signs_in(account, &first).await, "{context}");
        }
        Worst::NotReceived => {
            assert_eq!((said.status, held.step()), (503, "set_password"), "{context}");
            assert!(!behind.signs_in(account, &first).await, "{context}");
            assert_eq!(behind.set_password(&mut held, &second).await.status, 200, "{context}");
            assert!(behind.signs_in(account, &second).await, "{context}");
        }
        Worst::Delayed => {
            assert_eq!((said.status, held.step()), (503, "set_password"), "{context}");
            let late = caught.let_go().await.unwrap();
            assert_ne!(ldap::result_code(&late), Some(0), "{context}: it has landed after its verdict");
            assert!(!behind.signs_in(account, &first).await, "{context}");
            assert_eq!(behind.set_password(&mut held, &second).await.status, 200, "{context}");
            assert!(behind.signs_in(account, &second).await, "{context}");
        }
        Worst::DelayedBeyondTheNext => {
            assert_eq!((said.status, held.step()), (503, "set_password"), "{context}");
            assert_eq!(behind.set_password(&mut held, &second).await.status, 200, "{context}");
            let late = caught.let_go().await.unwrap();
            assert_ne!(ldap::result_code(&late), Some(0), "{context}: it has landed after its verdict");
            assert!(behind.signs_in(account, &second).await, "{context}");
        }
    }
    behind.world.show(&mut held).await;
    assert_eq!(held.step(), "done", "{context}");
    took
}

async fn rounds(behind: &Behind, many: usize) -> BTreeMap<&'static str, u64> {
    let mut took = Vec::new();
    for number in 0..many {
        let account = if number % 2 == 0 { "ada" } else { "grace" };
        took.push(round(behind, number, account).await);
        behind.world.forget_sent();
        behind.world.wait(60);
    }
    took.sort();
    let p99 = took[(took.len() * 99 / 100).min(took.len() - 1)];
    let books = behind.holds().await;
    assert_eq!(books.done, u64::try_from(many).unwrap(), "each reset was done once in the end");
    assert!(p99 < Duration::from_secs(10), "{p99:?}");
    BTreeMap::from([
        ("rounds", books.done),
        ("writes that were told to be not done", books.not_written),
        ("wrong verdicts", 0),
        ("writes that landed after their verdict", 0),
        ("until it was known after the network came back, p99, in ms", u64::try_from(p99.as_millis()).unwrap()),
        ("rows of the audit that fit", books.audited),
    ])
}

#[tokio::test]
async fn what_became_of_a_write_is_known_whatever_the_network_did_to_it() {
    // R02, R03, R04, PW-11
    let behind = Behind::slapd().await;
    rounds(&behind, 15).await;
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long outcome"]
async fn long_outcome_on_slapd() {
    // R02, R03, R04: 1,000 rounds
    let behind = Behind::slapd().await;
    for (name, value) in rounds(&behind, 1000).await {
        println!("figure: {name} = {value}");
    }
}
