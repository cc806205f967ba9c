//! The server dies at each step of a flow, one after the other (R01): whoever is at it goes on where they were, proves
//! nothing again, and gets their new password once.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use latchkey_tests::campus::{Account, Campus};
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::wait::{PATIENCE, until};
use serde_json::{Value, json};

use super::{Settled, Street, codes_to, settled};

const NEW: &str = "violet tractor onion";

/// Each point, and on which step of which gate the flow stands once the server is back; nothing where there is no flow.
const POINTS: [(&str, Option<(&str, u64)>); 15] = [
    ("FlowAsked", None),
    ("FlowCommitted", None),
    ("MethodChosen", Some(("choose_method", 1))),
    ("CodeCommitted", Some(("prove", 1))),
    ("CodeSent", Some(("prove", 1))),
    ("FirstGate", Some(("choose_method", 2))),
    ("LastGate", Some(("set_password", 2))),
    ("GrantShown", Some(("set_password", 2))),
    // The intent that nobody followed is fenced, and the same grant is good for another try (R04).
    ("Intended", Some(("set_password", 2))),
    ("WriteLeaves", Some(("set_password", 2))),
    // What was written is found by its marker (R02).
    ("WriteAnswered", Some(("done", 2))),
    ("OthersEnded", Some(("done", 2))),
    ("Concluded", Some(("done", 2))),
    ("AnswerMade", Some(("done", 2))),
    ("NoticeSent", Some(("done", 2))),
];

/// Somebody at a reset, which the server's death does not end.
struct Person<'a> {
    street: &'a Street,
    account: Account,
    methods: [&'static str; 2],
    token: Option<String>,
    flow: Value,
    /// The password that is set.
    new: String,
    /// How many messages to a number or address there were before the code was asked for.
    before: usize,
}

impl Person<'_> {
    /// The next call; an error where the server was gone.
    async fn step(&mut self) -> Result<()> {
        let Some(token) = self.token.clone() else {
            let check = self.street.human_check().await?;
            let start = json!({"intent": "reset", "account": self.account.account, "human_check": check});
            let started = self.street.post("/v1/flows", None, start).await?;
            self.token = Some(started["token"].as_str().with_context(|| format!("{started}"))?.to_owned());
            self.flow = started["flow"].clone();
            return Ok(());
        };
        let (path, mut body) = match self.flow["step"].as_str() {
            Some("choose_method") => ("/v1/flow/challenge", self.chosen()?),
            Some("prove") => ("/v1/flow/proof", self.proof().await?),
            Some("set_password") => ("/v1/flow/password", json!({"new_password": self.new})),
            // It is asked after until it is known.
            _ => return self.look().await,
        };
        body["revision"] = self.flow["revision"].clone();
        self.flow = self.street.post(path, Some(&token), body).await?;
        Ok(())
    }

    fn gate(&self) -> Result<usize> {
        let number = self.flow["gate"]["number"].as_u64().with_context(|| format!("{}", self.flow))?;
        Ok(usize::try_from(number)?)
    }

    fn chosen(&mut self) -> Result<Value> {
        let method = *self.methods.get(self.gate()? - 1).context("a third gate")?;
        let to = self.account.proof(method)?.destination.clone();
        if let Some(to) = &to {
            self.before = codes_to(&self.street.outbox, &digits(to))?.len();
        }
        Ok(json!({"method": method, "destination": to}))
    }

    async fn proof(&self) -> Result<Value> {
        let method = self.flow["prove"]["method"].as_str().with_context(|| format!("{}", self.flow))?;
        let proof = self.account.proof(method)?;
        if method == "questions" {
            let asked = self.flow["prove"]["questions"].to_string();
            let answers = proof.answers.iter().filter(|answer| asked.contains(&answer.id));
            let answers: Vec<_> = answers.map(|one| json!({"id": one.id, "answer": one.answer})).collect();
            return Ok(json!({"answers": answers}));
        }
        Ok(json!({"code": self.street.code_to(&digits(proof.destination()?), self.before).await?}))
    }

    async fn look(&mut self) -> Result<()> {
        let token = self.token.as_deref().context("a flow")?;
        self.flow = self.street.call(reqwest::Method::GET, "/v1/flow", Some(token), None).await?;
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.flow["step"] == "done"
    }
}

fn digits(to: &str) -> String {
    to.chars().filter(|c| !c.is_whitespace()).collect()
}

/// One reset in which the server dies at a point; how long it took from its start until it was known where things stand.
async fn killed_at(
    campus: &mut Campus,
    person: &mut Person<'_>,
    point: &str,
    stands: Option<(&str, u64)>,
) -> Result<Duration> {
    if point == "NoticeSent" {
        // Of this reset, and not of the one before.
        settled(campus, &[]).await?;
    }
    campus.die_at(point)?;
    let mut took = None;
    while !person.is_done() || took.is_none() {
        if !person.is_done() {
            let Err(gone) = person.step().await else { continue };
            ensure!(took.is_none(), "{point}: {gone:#}: {}", person.flow);
        }
        campus.dies().await.with_context(|| format!("{point}: {}", person.flow))?;
        let watch = Stopwatch::start();
        campus.start_again().await?;
        took = Some(known(person, stands, watch).await.with_context(|| point.to_owned())?);
    }
    took.context("the server did not die")
}

/// Waits until it is known where a flow stands, and compares.
async fn known(person: &mut Person<'_>, stands: Option<(&str, u64)>, watch: Stopwatch) -> Result<Duration> {
    let Some((step, gate)) = stands else {
        // Whoever never heard of their flow begins another.
        person.token = None;
        return Ok(watch.elapsed());
    };
    until("the flow to be known", PATIENCE, async || {
        person.look().await?;
        Ok((person.flow["step"] != "working").then_some(()))
    })
    .await?;
    ensure!(person.flow["step"] == step, "{step} and not {}", person.flow);
    let at = person.flow["gate"]["number"].as_u64();
    let is_at_a_gate = step == "choose_method" || step == "prove";
    ensure!(!is_at_a_gate || at == Some(gate), "gate {gate} and not {}", person.flow);
    Ok(watch.elapsed())
}

async fn killed_everywhere(times: usize) -> Result<BTreeMap<&'static str, u64>> {
    let mut campus = Campus::start_mortal().await?;
    latchkey_tests::install_provider();
    let street = Street::of(&campus)?;
    let mut longest = Duration::ZERO;
    for time in 0..times {
        let name = if time % 2 == 0 { "ada" } else { "marie" };
        for (point, stands) in POINTS {
            let account = campus.account(name)?;
            let methods = if time / 2 % 2 == 0 { ["email", "text_mobile"] } else { ["email", "questions"] };
            // Nobody takes the password again that they have.
            let new = format!("{NEW} {point} {time}");
            let mut person =
                Person { street: &street, account, methods, token: None, flow: json!(null), new, before: 0 };
            let took = killed_at(&mut campus, &mut person, point, stands).await.with_context(|| point.to_owned())?;
            longest = longest.max(took);
        }
    }
    let Settled { books, messages, .. } = settled(&campus, &[NEW]).await?;
    campus.stop().await?;
    let kills = u64::try_from(times * POINTS.len())?;
    ensure!(books.done == kills, "{} resets were done in {kills} attempts", books.done);
    Ok(BTreeMap::from([
        ("kills", kills),
        ("points", u64::try_from(POINTS.len())?),
        ("resets done, each once", books.done),
        ("writes that were told to be not done", books.not_written),
        ("flows stuck", 0),
        ("gates asked for again", 0),
        ("messages accounted for", messages),
        ("longest until it was known after a start, in ms", u64::try_from(longest.as_millis())?),
        ("rows of the audit that fit", books.audited),
    ]))
}

#[tokio::test]
async fn a_server_that_dies_at_any_step_goes_on_where_it_was() -> Result<()> {
    // R01, R02, R04
    killed_everywhere(1).await.map(drop)
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long points"]
async fn long_points_fifty_deaths_at_each() -> Result<()> {
    // R01: 0 flows stuck, and known within 10 s after a start
    let figures = killed_everywhere(50).await?;
    for (name, value) in &figures {
        println!("figure: {name} = {value}");
    }
    let longest = figures.get("longest until it was known after a start, in ms").copied();
    ensure!(longest.is_some_and(|longest| longest < 10_000), "{figures:?}");
    Ok(())
}
