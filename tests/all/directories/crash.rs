//! The server is killed while its write is on the way to OpenLDAP (R02): once it is back, whoever waits is told what became
//! of it, truly, and a write that was said not to be done never is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use latchkey_server::crypt::keys::Keys;
use latchkey_server::store::Store;
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::fault::{Ends, Fate, Op, Proxy, ldap};
use latchkey_tests::invariants::{self, Borne};
use latchkey_tests::served::Served;
use latchkey_tests::slapd::{Right, Setup, Slapd, dn};
use latchkey_tests::wait::{PATIENCE, until};
use serde_json::json;

use super::whole::example;

/// How often one person comes: more codes are not sent to them in so short a time.
const EACH: usize = 4;

/// When the write of the dead server arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrives {
    /// Before the server is back.
    Before,
    /// Once the server is back and has said what became of it.
    After,
    Never,
}

const ALL: [Arrives; 3] = [Arrives::Before, Arrives::After, Arrives::Never];

struct Campus {
    slapd: Slapd,
    proxy: Proxy,
    served: Served,
}

fn account(number: usize) -> String {
    format!("person{number:05}")
}

/// Ten thousand numbers are one block, to which only so much is sent in an hour.
fn mobile(number: usize) -> String {
    format!("+1 202 5{:02} {number:04}", 60 + number % 20)
}

fn mail(number: usize) -> String {
    format!("{}@home.example", account(number))
}

impl Campus {
    async fn start(people: usize) -> Result<Self> {
        let slapd = Slapd::start_with(&Setup { more_people: people, ..Setup::new(Right::Write) }).await?;
        let mut ldif = String::new();
        for number in 0..people {
            let (dn, mobile, mail) = (dn(&account(number)), mobile(number), mail(number));
            writeln!(ldif, "dn: {dn}\nchangetype: modify\nreplace: mobile\nmobile: {mobile}\n-")?;
            writeln!(ldif, "replace: mail\nmail: {mail}\n")?;
        }
        slapd.change(&ldif).await?;
        let ends = Ends::ldaps(&slapd.file("good.pem"), &slapd.file("good.key"), &slapd.file("ca.pem"))?;
        let proxy = Proxy::reading(([127, 0, 0, 1], slapd.tls_port()).into(), ends).await?;
        let tables = example("openldap.toml", &slapd)?;
        let tables = tables.replace(&slapd.url(), &format!("ldaps://localhost:{}", proxy.port()));
        let limits = "[limits]\nstarts_per_hour = 100\nstarts_per_day = 1000\nsends_per_ten_minutes = 10\n\
                      sends_per_method_per_day = 50\nsends_per_destination_per_day = 100\n\
                      sends_per_prefix_per_hour = 1000\nsends_per_minute_in_all = 10000\nbreaker_codes = 1000\n\
                      starts_per_source = 100000\nnotices_per_hour = 100\nnotices_per_minute_in_all = 10000\n";
        let mut served = Served::new(&format!("{tables}\n{limits}"))?;
        served.start().await?;
        served.logs(&["the whole directory was read"]).await?;
        Ok(Self { slapd, proxy, served })
    }

    /// One reset whose server dies with its write on the way; how long it took until it was known after the start.
    async fn round(&mut self, number: usize) -> Result<Duration> {
        let (who, arrives) = (number / EACH, *ALL.get(number % ALL.len()).context("a way")?);
        let (first, second) = (format!("violet tractor onion {number}"), format!("violet ladder onion {number}"));
        let mut attempt = self.served.through("reset", &account(who), &mobile(who), &mail(who)).await?;
        let mut caught = self.proxy.catch(Fate::Held, |request| request.op == Some(Op::Modify));
        // Whoever asks hangs up once the write is on its way, which the server does not stop for.
        tokio::select! {
            answer = self.served.act(&mut attempt, "password", json!({"new_password": first})) => {
                bail!("it was answered before its write: {answer:?}");
            }
            struck = caught.struck() => struck?,
        }
        self.served.stop().await?;
        let late = match arrives {
            Arrives::Before => {
                let answer = caught.let_go().await?;
                ensure!(ldap::result_code(&answer) == Some(0), "nobody was there to fence it");
                None
            }
            Arrives::After => Some(caught),
            // What nobody lets go is dropped.
            Arrives::Never => None,
        };
        let watch = Stopwatch::start();
        self.served.start().await?;
        self.served.known(&mut attempt).await?;
        let took = watch.elapsed();
        if let Some(late) = late {
            let answer = late.let_go().await?;
            ensure!(ldap::result_code(&answer) != Some(0), "round {number}: it has landed after its verdict");
        }
        let written = self.slapd.refuses(&account(who), &first).await?.is_none();
        ensure!(written == (attempt.step() == "done"), "round {number}, {arrives:?}: {written}, {}", attempt.flow);
        if !written {
            // The same grant is good for another try (R04).
            ensure!(attempt.step() == "set_password", "round {number}, {arrives:?}: {}", attempt.flow);
            self.served.act(&mut attempt, "password", json!({"new_password": second})).await?;
            self.served.known(&mut attempt).await?;
            ensure!(attempt.step() == "done", "round {number}, {arrives:?}: {}", attempt.flow);
            ensure!(self.slapd.refuses(&account(who), &second).await?.is_none(), "round {number}, {arrives:?}");
        }
        Ok(took)
    }

    async fn holds(&self, people: usize) -> Result<invariants::Books> {
        let store = Store::open(&self.served.file("latchkey.db")).await?;
        until("notices to have left", PATIENCE, async || {
            let owed = "SELECT count(*) FROM messages WHERE purpose = 'notice' AND state IN ('queued', 'leased')";
            let (owed,): (i64,) = sqlx::query_as(owed).fetch_one(store.pool()).await?;
            Ok((owed == 0).then_some(()))
        })
        .await?;
        let (log, mut borne) = (self.slapd.log()?, BTreeMap::new());
        for number in 0..people {
            let entry = self.slapd.read(&dn(&account(number))).await?;
            let marker = entry.get("latchkeyMarker").and_then(|values| values.first()).cloned();
            let id = self.slapd.id(&account(number)).await?;
            borne.insert(
                format!("campus/{id}"),
                Borne { steps: invariants::steps_in(&log, &dn(&account(number))), marker },
            );
        }
        let keys = Keys::read(&self.served.file("keys.toml"))?;
        let books = invariants::hold(&store, &keys, &borne).await?;
        store.close().await;
        invariants::no_needle(self.served.folder(), &["violet tractor onion", "violet ladder onion"])?;
        Ok(books)
    }
}

async fn rounds(many: usize) -> Result<BTreeMap<&'static str, u64>> {
    let people = many.div_ceil(EACH);
    let mut campus = Campus::start(people).await?;
    let mut took = Vec::new();
    for number in 0..many {
        took.push(campus.round(number).await.with_context(|| format!("round {number}"))?);
    }
    took.sort();
    let p99 = *took.get((many * 99 / 100).min(many - 1)).context("a round")?;
    let books = campus.holds(people).await?;
    ensure!(books.done == u64::try_from(many)?, "{} resets were done in {many} rounds", books.done);
    ensure!(p99 < Duration::from_secs(10), "{p99:?}");
    Ok(BTreeMap::from([
        ("rounds", books.done),
        ("writes that were told to be not done", books.not_written),
        ("wrong verdicts", 0),
        ("writes that landed after their verdict", 0),
        ("from the start until it was known, p99, in ms", u64::try_from(p99.as_millis())?),
        ("rows of the audit that fit", books.audited),
    ]))
}

#[tokio::test]
async fn whoever_waits_for_a_server_that_was_killed_at_its_write_is_told_the_truth() -> Result<()> {
    // R02, R04, PW-11
    rounds(6).await.map(drop)
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long crash"]
async fn long_crash_at_the_write() -> Result<()> {
    // R02: 1,000 rounds; LATCHKEY_ROUNDS sets how many
    let many = std::env::var("LATCHKEY_ROUNDS").ok().and_then(|many| many.parse().ok()).unwrap_or(1000);
    for (name, value) in rounds(many).await? {
        println!("figure: {name} = {value}");
    }
    Ok(())
}
