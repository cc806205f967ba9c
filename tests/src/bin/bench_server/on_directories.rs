//! Changes and resets before real directories, beside the bare requests that they need.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use latchkey_api::Method;
use latchkey_delivery::outbox::{self, Outbox};
use latchkey_directory::connection::{Change, Control};
use latchkey_directory::settings::Settings;
use latchkey_server::clock::{Clock, MachineClock};
use latchkey_server::commands::demo::{self, Account, AccountMethod};
use latchkey_server::config::{Config, SecondFactor};
use latchkey_server::person::people;
use latchkey_server::{App, Worker};
use latchkey_tests::campus::code_in;
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::samba::Samba;
use latchkey_tests::slapd::{self, Right, Setup, Slapd};
use latchkey_tests::table::{Table, median};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::calls::{Attempt, Calls};
use crate::raw::{Raw, Write, asks_for_reasons};

/// So many people change their passwords at once, through the server and without it.
const AT_ONCE: usize = 16;
/// Makes Active Directory keep the history of passwords at a reset too, as the server asks for where it can.
const POLICY_HINTS: &str = "1.2.840.113556.1.4.2239";
const KEEP_THE_RULES: [u8; 5] = [0x30, 0x03, 0x02, 0x01, 0x01];

/// A server whose people are in a real directory.
struct Behind {
    app: Arc<App>,
    calls: Calls,
    worker: Worker,
    folder: TempDir,
}

impl Behind {
    async fn of(settings: Settings) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut config = demo::config()?;
        config.directories = vec![settings];
        config.change.second_factor = SecondFactor::Never;
        without_limits(&mut config);
        let clock = Arc::new(MachineClock) as Arc<dyn Clock>;
        let (app, _) = demo::open_with(folder.path(), clock, config).await?;
        let worker = Worker::new(Arc::clone(&app), Arc::new(Outbox::new(folder.path().join("outbox.jsonl"))));
        turn(&worker).await?;
        Ok(Self { calls: Calls::to(&app), app, worker, folder })
    }

    /// Gives somebody a mobile phone and an address, by which they prove who they are.
    async fn set_up(&self, account: &str, number: usize) -> Result<()> {
        let known = people::named(&mut self.app.store.read().await?, account).await?;
        let known = known.with_context(|| format!("{account} is not in the snapshot"))?;
        let at = |method, destination| AccountMethod { method, destination, secret: None, answers: Vec::new() };
        let account = Account {
            account: account.to_owned(),
            password: String::new(),
            must_change: false,
            imported: false,
            methods: vec![at(Method::TextMobile, Some(mobile(number))), at(Method::Email, Some(address(number)))],
        };
        let App { store, keys, hashing, .. } = &*self.app;
        Ok(demo::set_up(store, keys, hashing, &known.id, &account).await?)
    }

    /// One change of a password as its owner makes it, from the start of the attempt on.
    async fn change(calls: &Calls, account: &str, old: &str, new: &str) -> Result<()> {
        let start = calls.start_of("change", account).await?;
        let mut attempt = calls.begin(&start).await?;
        let (status, body) = calls.act(&mut attempt, "proof", json!({"current_password": old})).await?;
        ensure!(status == 200, "{account}: {status} {body}");
        let asked = json!({"new_password": new, "current_password": old});
        let (status, body) = calls.act(&mut attempt, "password", asked).await?;
        ensure!(status == 200 && attempt.step() == "done", "{account}: {status} {body}");
        Ok(())
    }

    /// An attempt of somebody who has proven by both of their methods that it is them.
    async fn proven(&self, account: &str, number: usize) -> Result<Attempt> {
        let start = self.calls.start_of("reset", account).await?;
        let mut attempt = self.calls.begin(&start).await?;
        for (method, destination) in [("text_mobile", mobile(number)), ("email", address(number))] {
            let asked = json!({"method": method, "destination": destination});
            let (status, body) = self.calls.act(&mut attempt, "challenge", asked).await?;
            ensure!(status == 200, "{account}: {status} {body}");
            turn(&self.worker).await?;
            // Notices of earlier resets leave too.
            let sent = outbox::newest(&self.folder.path().join("outbox.jsonl"), 8).await?;
            let code = sent.iter().filter(|line| line.to == destination).find_map(|line| code_in(&line.body));
            let code = code.context("no code was sent")?;
            let (status, body) = self.calls.act(&mut attempt, "proof", json!({"code": code})).await?;
            ensure!(status == 200, "{account}: {status} {body}");
        }
        ensure!(attempt.step() == "set_password", "{account}: {}", attempt.flow);
        Ok(attempt)
    }

    /// Milliseconds of the call that sets a password.
    async fn reset(&self, attempt: &mut Attempt, new: &str) -> Result<f64> {
        let watch = Stopwatch::start();
        let (status, body) = self.calls.act(attempt, "password", json!({"new_password": new})).await?;
        let took = watch.elapsed().as_secs_f64() * 1000.0;
        ensure!(status == 200 && attempt.step() == "done", "{status} {body}");
        Ok(took)
    }
}

/// What is measured is how fast it can go, not how fast strangers may go.
fn without_limits(config: &mut Config) {
    let limits = &mut config.limits;
    (limits.human_check_work, limits.human_check_work_at_most) = (1, 1);
    (limits.starts_per_hour, limits.starts_per_day, limits.starts_per_source) = (1 << 30, 1 << 30, 1 << 30);
    (limits.starts_per_minute_in_all, limits.sends_per_minute_in_all) = (1 << 30, 1 << 30);
    (limits.notices_per_hour, limits.notices_per_minute_in_all) = (1 << 30, 1 << 30);
    (limits.sends_per_prefix_per_hour, limits.breaker_codes) = (1 << 30, 1 << 30);
}

fn mobile(number: usize) -> String {
    format!("+1202555{number:04}")
}

fn address(number: usize) -> String {
    format!("person{number}@home.example")
}

async fn turn(worker: &Worker) -> Result<()> {
    worker.turn().await.map_err(|refused| anyhow::anyhow!("the worker: {:?}", refused.code()))
}

/// Changes a second on OpenLDAP, beside the same sign-ins and Modifies without a server, as many at once. OpenLDAP
/// hashes by argon2 with its own defaults and has each change on the disk before it answers, as the server has.
pub(crate) async fn changes(table: &mut Table, people: usize, rounds: usize) -> Result<()> {
    let setup = Setup { scheme: "{ARGON2}", durable: true, more_people: 2 * people, ..Setup::new(Right::Write) };
    let slapd = Slapd::start_with(&setup).await?;
    let settings = slapd.settings();
    let behind = Behind::of(settings.clone()).await?;
    let mut raws = Vec::new();
    for _ in 0..AT_ONCE {
        raws.push(Raw::sign_in(&settings).await?);
    }
    let mut rates: [Vec<f64>; 2] = Default::default();
    let [through, bare] = &mut rates;
    // The first round is not counted: it leaves everybody with a password that is hashed as all later ones are.
    for round in 0..=rounds {
        let watch = Stopwatch::start();
        by_the_server(&behind, people, round).await?;
        through.push(f64::from(u32::try_from(people)?) / watch.elapsed().as_secs_f64());
        let watch = Stopwatch::start();
        raws = without_a_server(raws, people, round).await?;
        bare.push(f64::from(u32::try_from(people)?) / watch.elapsed().as_secs_f64());
    }
    let [through, bare] = rates.map(|rates| median(rates.into_iter().skip(1).collect()));
    table.share(&format!("changes a second on OpenLDAP, {AT_ONCE} at once"), through, bare, 0.7, 0.85);
    Ok(())
}

/// What somebody's password is after so many rounds.
fn password(round: usize) -> String {
    if round == 0 { slapd::PASSWORD.to_owned() } else { format!("violet tractor onion {round:04}") }
}

async fn by_the_server(behind: &Behind, people: usize, round: usize) -> Result<()> {
    let mut working = JoinSet::new();
    for worker in 0..AT_ONCE {
        // Each from a house of their own.
        let calls = Calls::to(&behind.app).from(Ipv4Addr::new(192, 0, 2, u8::try_from(worker)? + 1));
        working.spawn(async move {
            for number in (worker..people).step_by(AT_ONCE) {
                let account = format!("person{number:05}");
                Behind::change(&calls, &account, &password(round), &password(round + 1)).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = working.join_next().await {
        done??;
    }
    Ok(())
}

/// The same of the other half of the people: each signs in, and then the service account writes for them.
async fn without_a_server(raws: Vec<Raw>, people: usize, round: usize) -> Result<Vec<Raw>> {
    let mut working = JoinSet::new();
    for (worker, mut raw) in raws.into_iter().enumerate() {
        working.spawn(async move {
            for number in (worker..people).step_by(AT_ONCE) {
                let entry = slapd::dn(&format!("person{:05}", people + number));
                let (old, new) = (password(round), password(round + 1));
                raw.let_in(&entry, &old).await?;
                let mut password = vec![
                    Change::delete("userPassword", old.into_bytes()),
                    Change::add("userPassword", new.into_bytes()),
                ];
                if round == 0 {
                    password.push(Change::add("objectClass", "latchkeyAccount"));
                }
                let (before, after) = (format!("round-{round}"), format!("round-{}", round + 1));
                let markers = ((round > 0).then_some(before.as_str()), after.as_str());
                raw.write(Write { entry: &entry, password, markers, controls: asks_for_reasons() }).await?;
            }
            anyhow::Ok(raw)
        });
    }
    let mut raws = Vec::new();
    while let Some(raw) = working.join_next().await {
        raws.push(raw??);
    }
    Ok(raws)
}

/// How long a reset takes on Samba, beside the bare Modify of the same attributes, one after the other.
pub(crate) async fn resets(table: &mut Table, resets: usize) -> Result<()> {
    let samba = Samba::shared().await?;
    let mut settings = samba.settings();
    settings.marker = Some(latchkey_directory::active_directory::MARKER.to_owned());
    // Each of them has some resets, so that all find what others have left.
    let many = (resets / 5).max(1);
    let mut people = Vec::new();
    for _ in 0..2 * many {
        people.push(samba.add_person("").await?);
    }
    let behind = Behind::of(settings.clone()).await?;
    let (through, bare) = people.split_at(many);
    for (number, person) in through.iter().enumerate() {
        behind.set_up(&person.name, number).await?;
    }
    // What goes somewhere is judged before it is on offer.
    turn(&behind.worker).await?;
    let mut raw = Raw::sign_in(&settings).await?;
    let hints = raw.controls().await?.iter().any(|control| control == POLICY_HINTS);
    let hints = hints.then(|| Control { oid: POLICY_HINTS, critical: true, value: Some(KEEP_THE_RULES.into()) });
    let hints: Vec<Control> = hints.into_iter().collect();
    let mut took: [Vec<f64>; 2] = Default::default();
    let [ours, theirs] = &mut took;
    for number in 0..resets {
        let new = format!("Violet-tractor-{number}");
        let at = number % many;
        let (person, other) = (through.get(at).context("a person")?, bare.get(at).context("another one")?);
        let mut attempt = behind.proven(&person.name, at).await?;
        ours.push(behind.reset(&mut attempt, &new).await?);
        let (before, after) = (format!("round-{}", number.saturating_sub(many)), format!("round-{number}"));
        let markers = ((number >= many).then_some(before.as_str()), after.as_str());
        let password = vec![Change::replace("unicodePwd", quoted(&new)), Change::replace("lockoutTime", "0")];
        let watch = Stopwatch::start();
        raw.write(Write { entry: &other.dn, password, markers, controls: hints.clone() }).await?;
        theirs.push(watch.elapsed().as_secs_f64() * 1000.0);
    }
    let [ours, theirs] = took.map(median);
    table.ratio("a reset on Samba, ms", ours, theirs, 1.2, 1.1);
    Ok(())
}

/// A password as `unicodePwd` takes it.
fn quoted(password: &str) -> Vec<u8> {
    format!("\"{password}\"").encode_utf16().flat_map(u16::to_le_bytes).collect()
}
