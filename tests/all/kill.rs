//! The server is killed again and again while people are at it (R01, R02, B2): no message is lost or sent more than
//! twice, no write into the directory is left unsettled, and the audit stays whole.

mod points;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use latchkey_server::crypt::keys::Keys;
use latchkey_server::store::Store;
use latchkey_tests::campus::{Account, Campus, code_in};
use latchkey_tests::invariants::{self, Books};
use latchkey_tests::puzzle;
use latchkey_tests::wait::{PATIENCE, until};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::LocalSet;

/// What the people of this test share.
struct Street {
    http: reqwest::Client,
    url: String,
    outbox: std::path::PathBuf,
    over: AtomicBool,
    /// Calls that were answered.
    answered: AtomicU64,
    /// Resets that were seen to be done.
    done: AtomicU64,
    rings: Notify,
}

impl Street {
    fn of(campus: &Campus) -> Result<Self> {
        Ok(Self {
            http: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build()?,
            url: campus.url().to_owned(),
            outbox: campus.outbox().to_owned(),
            over: AtomicBool::new(false),
            answered: AtomicU64::new(0),
            done: AtomicU64::new(0),
            rings: Notify::new(),
        })
    }

    async fn call(
        &self,
        method: reqwest::Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if path.ends_with("/password") {
            request = request.header("idempotency-key", uuid::Uuid::new_v4().to_string());
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let answer: Value = answer.json().await?;
        self.answered.fetch_add(1, Ordering::SeqCst);
        self.rings.notify_one();
        ensure!(status.is_success(), "{path} is answered with {status}: {answer}");
        Ok(answer)
    }

    async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Result<Value> {
        self.call(reqwest::Method::POST, path, token, Some(body)).await
    }

    async fn human_check(&self) -> Result<Value> {
        let check = self.post("/v1/human-checks", None, json!({"kind": "proof_of_work"})).await?;
        tokio::task::spawn_blocking(move || puzzle::solved(&check)).await?
    }

    /// The code that was sent to a number or address last, once there is one more than before.
    async fn code_to(&self, to: &str, before: usize) -> Result<String> {
        until("a code", PATIENCE, async || {
            ensure!(!self.over.load(Ordering::SeqCst), "the test is over");
            let codes = codes_to(&self.outbox, to)?;
            Ok(if codes.len() > before { codes.last().cloned() } else { None })
        })
        .await
    }

    /// One whole reset; any call may find the server gone.
    async fn reset(&self, person: &Account, new: &str) -> Result<()> {
        let check = self.human_check().await?;
        let start = json!({"intent": "reset", "account": person.account, "human_check": check});
        let started = self.post("/v1/flows", None, start).await?;
        let token = started["token"].as_str().with_context(|| format!("{started}"))?.to_owned();
        let mut flow = started["flow"].clone();
        for method in ["text_mobile", "email"] {
            let to = person.proof(method)?.destination()?;
            let digits: String = to.chars().filter(|c| !c.is_whitespace()).collect();
            let before = codes_to(&self.outbox, &digits)?.len();
            let ask = json!({"revision": flow["revision"], "method": method, "destination": to});
            flow = self.post("/v1/flow/challenge", Some(&token), ask).await?;
            let code = self.code_to(&digits, before).await?;
            let proof = json!({"revision": flow["revision"], "code": code});
            flow = self.post("/v1/flow/proof", Some(&token), proof).await?;
        }
        let set = json!({"revision": flow["revision"], "new_password": new});
        flow = self.post("/v1/flow/password", Some(&token), set).await?;
        ensure!(flow["step"] == "done", "{flow}");
        self.done.fetch_add(1, Ordering::SeqCst);
        self.rings.notify_one();
        Ok(())
    }

    async fn live(self: Arc<Self>, person: Account) {
        let mut number = 0_u64;
        while !self.over.load(Ordering::SeqCst) {
            number += 1;
            // Whatever goes wrong, this person begins anew, as people do.
            let _ = self.reset(&person, &format!("violet tractor onion {number} mail")).await;
            tokio::task::yield_now().await;
        }
    }
}

fn lines(outbox: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(outbox).unwrap_or_default();
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    // A line may have been cut by a kill: then the next one begins behind it.
    Ok(whole.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn codes_to(outbox: &Path, to: &str) -> Result<Vec<String>> {
    let sent = lines(outbox)?;
    let mine = sent.iter().filter(|line| line["to"] == to);
    Ok(mine.filter_map(|line| code_in(line["body"].as_str()?)).collect())
}

async fn kill(times: u64) -> Result<BTreeMap<&'static str, u64>> {
    let mut campus = Campus::start().await?;
    let people: Vec<Account> =
        ["ada", "grace", "marie"].into_iter().map(|name| campus.account(name)).collect::<Result<_>>()?;
    latchkey_tests::install_provider();
    let street = Arc::new(Street::of(&campus)?);
    let living: Vec<_> =
        people.iter().map(|person| tokio::task::spawn_local(Arc::clone(&street).live(person.clone()))).collect();
    for time in 0..times {
        // Between 1 and 23 answers after it came back, so that every step is hit.
        let until_then = street.answered.load(Ordering::SeqCst) + 1 + (time * 7) % 23;
        while street.answered.load(Ordering::SeqCst) < until_then {
            // A person whose code was lost with the server waits for it as long as `PATIENCE`, then begins anew.
            let rung = tokio::time::timeout(PATIENCE * 2, street.rings.notified()).await;
            ensure!(rung.is_ok(), "nobody is answered any more after {time} kills");
        }
        campus.stop().await?;
        campus.start_again().await?;
    }
    // Whoever was interrupted by the last kill begins anew: nothing is shown by people who never get to the end.
    let done = street.done.load(Ordering::SeqCst);
    while street.done.load(Ordering::SeqCst) == done {
        let rung = tokio::time::timeout(PATIENCE * 2, street.rings.notified()).await;
        ensure!(rung.is_ok(), "nobody is answered any more after the last kill");
    }
    street.over.store(true, Ordering::SeqCst);
    for person in living {
        person.await?;
    }
    let done = street.done.load(Ordering::SeqCst);
    let Settled { books, messages, sent_twice } = settled(&campus, &["violet tractor onion"]).await?;
    campus.stop().await?;
    ensure!(done > 0 && books.done >= times / 8, "{} resets in {times} kills", books.done);
    ensure!(books.done >= done, "{done} people were told that it was done, {} were", books.done);
    Ok(BTreeMap::from([
        ("kills", times),
        ("resets done", books.done),
        ("resets whose people were told so", done),
        ("messages accounted for", messages),
        ("messages sent twice", sent_twice),
        ("messages lost or sent more than twice", 0),
        ("operations unsettled", 0),
        ("rows of the audit that fit", books.audited),
    ]))
}

/// What a server has kept, once it has done all that it owes.
struct Settled {
    books: Books,
    messages: u64,
    sent_twice: u64,
}

/// Waits until the server has done all that it owes, and looks at what it has kept.
async fn settled(campus: &Campus, passwords: &[&str]) -> Result<Settled> {
    let folder = campus.outbox().parent().context("a folder")?;
    let store = Store::open(&folder.join("latchkey.db")).await?;
    let count = async |query: &'static str| -> Result<u64> {
        let (count,): (i64,) = sqlx::query_as(query).fetch_one(store.pool()).await?;
        Ok(count.unsigned_abs())
    };
    until("the server to have nothing left to do", PATIENCE, async || {
        let owed =
            count("SELECT count(*) FROM messages WHERE purpose = 'notice' AND state IN ('queued', 'leased')").await?;
        let open = count("SELECT count(*) FROM operations WHERE state = 'intent'").await?;
        Ok((owed + open == 0).then_some(()))
    })
    .await?;
    let mut sent: BTreeMap<String, u64> = BTreeMap::new();
    for line in lines(campus.outbox())? {
        *sent.entry(line["id"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    let rows: Vec<(String, String, String, Option<String>)> =
        sqlx::query_as("SELECT id, purpose, state, why FROM messages").fetch_all(store.pool()).await?;
    for (id, purpose, state, why) in &rows {
        let times = sent.get(id).copied().unwrap_or(0);
        if times > 2 {
            bail!("a {purpose} was sent {times} times");
        }
        let must_be_sent = state == "accepted" || purpose == "notice";
        if must_be_sent && times == 0 {
            bail!("a {purpose} is {state} ({why:?}) and was never sent");
        }
    }
    let keys = Keys::read(&folder.join("keys.toml"))?;
    let books = invariants::hold(&store, &keys, &invariants::of_local(&store).await?).await?;
    invariants::no_needle(folder, passwords)?;
    store.close().await;
    let twice = sent.values().filter(|times| **times == 2).count();
    Ok(Settled { books, messages: u64::try_from(rows.len())?, sent_twice: u64::try_from(twice)? })
}

#[tokio::test]
async fn a_server_that_is_killed_loses_nothing_and_does_nothing_more_than_twice() -> Result<()> {
    LocalSet::new().run_until(kill(8)).await.map(drop)
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long kill"]
async fn long_kill_two_hundred_times() -> Result<()> {
    for (name, value) in LocalSet::new().run_until(kill(200)).await? {
        println!("figure: {name} = {value}");
    }
    Ok(())
}
