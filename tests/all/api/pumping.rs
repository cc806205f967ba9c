//! Somebody has codes sent for the money of it, with many accounts and phones, beside honest people (TF-02, TF-03).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::budgets::{ask, limits, number, person};
use super::world::World;

/// Prices in hundredths of the currency.
const TEXT: u64 = 1;
const CALL: u64 = 2;

/// How large a flood is.
struct Flood {
    starts: usize,
    /// Accounts of the attacker, and blocks that their phones are in.
    accounts: usize,
    blocks: usize,
    honest: usize,
    /// Of the simulated time from the first start to the last.
    seconds: i64,
    /// Hundredths of the currency.
    per_day: u64,
}

/// What came of it.
#[derive(Debug, Default)]
struct Came {
    /// Codes that strangers were promised: when, to which number, by which method.
    promised: Vec<(i64, String, &'static str)>,
    served: usize,
    by_mail: usize,
    refused: usize,
    /// Texts and calls that left, in hundredths.
    cost: u64,
    trips: u64,
}

impl Flood {
    async fn run(&self) -> (World, Came) {
        let mut world = World::with(|config| {
            limits(config);
            let per_day = self.per_day as f64 / 100.0;
            config.prices = toml::from_str(&format!("per_day = {per_day:?}\ntext = 0.01\ncall = 0.02\n")).unwrap();
        })
        .await;
        world.worker_follows = false;
        for one in 0..self.accounts {
            person(&world, &format!("pump{one}"), &self.phone(one)).await;
        }
        for one in 0..self.honest {
            // Each in a block of their own, which is none of the attacker's.
            person(&world, &format!("honest{one}"), &number(self.blocks + one, 1000)).await;
        }
        world.worker.turn().await.unwrap();
        let mut came = Came::default();
        let pause = self.seconds * 1000 / i64::try_from(self.starts).unwrap();
        let (mut next_honest, mut waits) = (0, BTreeMap::new());
        for start in 0..self.starts {
            world.clock.advance(jiff::SignedDuration::from_millis(pause));
            self.pump(&world, start, &mut came).await;
            // Honest people come evenly; whoever was told to come back does.
            if start * self.honest / self.starts >= next_honest {
                waits.insert((self.now(&world), next_honest), 0);
                next_honest += 1;
            }
            while let Some(((at, one), tries)) = waits.first_key_value().map(|(key, tries)| (*key, *tries))
                && at <= self.now(&world)
            {
                waits.pop_first();
                match honest(&world, one, &mut came).await {
                    None => came.served += 1,
                    // Nobody waits longer than ten minutes in all.
                    Some(after) if tries < 5 && after <= 120 => {
                        waits.insert((self.now(&world) + after, one), tries + 1);
                    }
                    Some(_) => {}
                }
            }
            if start % 10 == 9 {
                world.worker.turn().await.unwrap();
            }
            if start % 500 == 499 {
                settle(&world, &mut came);
            }
        }
        world.worker.turn().await.unwrap();
        settle(&world, &mut came);
        let served = world.metrics().await;
        let trips = served.lines().find_map(|line| line.strip_prefix("latchkey_breaker_trips_total "));
        came.trips = trips.unwrap().parse().unwrap();
        (world, came)
    }

    fn now(&self, world: &World) -> i64 {
        latchkey_server::clock::Clock::now(&*world.clock).as_second()
    }

    fn phone(&self, account: usize) -> String {
        number(account % self.blocks, 1000 + account / self.blocks)
    }

    /// One start of the attacker: another account each time, by text or call, and now and then a name that nobody has.
    async fn pump(&self, world: &World, start: usize, came: &mut Came) {
        let one = start.wrapping_mul(7919) % self.accounts;
        let name = if start.is_multiple_of(10) { format!("nobody{start}") } else { format!("pump{one}") };
        let started = world.ask_to_start("reset", &name).await;
        if started.status != 201 {
            assert_eq!((started.status, started.code()), (429, "rate_limited"), "{}", started.body);
            came.refused += 1;
            return;
        }
        let token = started.body["token"].as_str().unwrap().to_owned();
        let mut held = super::world::Held { token, flow: started.body["flow"].clone(), current_password: None };
        let method = if start % 4 == 3 { "call_mobile" } else { "text_mobile" };
        let asked = ask(world, &mut held, method, &self.phone(one)).await;
        match asked.status {
            200 => came.promised.push((self.now(world), self.phone(one), method)),
            429 => {
                assert!(asked.body["retry_after"].as_u64().unwrap() > 0, "{}", asked.body);
                came.refused += 1;
            }
            // Who is made up has no number on file, or a menu without one.
            _ => assert!(name.starts_with("nobody"), "{name}: {} {}", asked.status, asked.body),
        }
    }
}

/// Somebody honest resets a password: by text and mail, or by mail first where no texts are sent. Nothing if it is done,
/// or after how many seconds they are told to come back.
async fn honest(world: &World, one: usize, came: &mut Came) -> Option<i64> {
    let (name, number) = (format!("honest{one}"), number_of(one));
    let started = world.ask_to_start("reset", &name).await;
    if started.status != 201 {
        return started.body["retry_after"].as_i64();
    }
    let token = started.body["token"].as_str().unwrap().to_owned();
    let mut held = super::world::Held { token, flow: started.body["flow"].clone(), current_password: None };
    let mail = format!("{name}@home.example");
    let ways = [("text_mobile", "text", number), ("email", "email", mail)];
    let first = ask(world, &mut held, ways[0].0, &ways[0].2).await;
    let order = if first.status == 200 { [0, 1] } else { [1, 0] };
    if first.status == 200 {
        came.promised.push((
            latchkey_server::clock::Clock::now(&*world.clock).as_second(),
            ways[0].2.clone(),
            "text_mobile",
        ));
    } else {
        assert_eq!(first.code(), "rate_limited", "{}", first.body);
    }
    for (place, way) in order.into_iter().enumerate() {
        if place > 0 || first.status != 200 {
            let asked = ask(world, &mut held, ways[way].0, &ways[way].2).await;
            if asked.status != 200 {
                return asked.body["retry_after"].as_i64();
            }
        }
        world.worker.turn().await.unwrap();
        let sent = world.sent();
        let (_, to, body) = sent.iter().rev().find(|(kind, to, _)| kind == ways[way].1 && *to == ways[way].2)?;
        assert_eq!(*to, ways[way].2);
        let code = latchkey_tests::campus::code_in(body).unwrap();
        assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.status, 200, "{name}");
    }
    came.by_mail += usize::from(order[0] == 1);
    let done = world.act(&mut held, "password", json!({"new_password": format!("violet tractor onion {one}")})).await;
    assert_eq!((done.status, held.step()), (200, "done"), "{}", done.body);
    None
}

thread_local! {
    /// The first block of honest people.
    static FIRST: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn number_of(one: usize) -> String {
    number(FIRST.get() + one, 1000)
}

/// Adds up what left, so that what was sent need not be kept.
fn settle(world: &World, came: &mut Came) {
    for (kind, _, _) in world.sent() {
        came.cost += match kind.as_str() {
            "text" => TEXT,
            "call" => CALL,
            _ => 0,
        };
    }
    world.forget_sent();
}

/// The most of these in any span of so many seconds.
fn most_within(at: &[i64], seconds: i64) -> usize {
    let ends = at.iter().enumerate();
    ends.map(|(place, end)| place + 1 - at.partition_point(|before| *before <= end - seconds)).max().unwrap_or(0)
}

/// Holds what strangers were promised to every budget that bounds it; the most of each, with its bound.
fn held_to_budgets(came: &Came) -> Vec<(&'static str, usize, usize)> {
    let times = |keep: &dyn Fn(&(i64, String, &str)) -> bool| -> Vec<i64> {
        came.promised.iter().filter(|code| keep(code)).map(|(at, _, _)| *at).collect()
    };
    let blocks: BTreeSet<&str> = came.promised.iter().map(|(_, to, _)| &to[..to.len() - 4]).collect();
    let numbers: BTreeSet<&str> = came.promised.iter().map(|(_, to, _)| to.as_str()).collect();
    let of_block = blocks.iter().map(|block| most_within(&times(&|code| code.1.starts_with(block)), 3600)).max();
    let of_number = numbers.iter().map(|to| most_within(&times(&|code| code.1 == *to), 24 * 3600)).max();
    let found = vec![
        ("codes of strangers in a minute", most_within(&times(&|_| true), 60), 96),
        ("texts of strangers in a minute", most_within(&times(&|code| code.2 == "text_mobile"), 60), 76),
        ("codes to a block in an hour", of_block.unwrap_or(0), 16),
        ("codes to a number in a day", of_number.unwrap_or(0), 8),
    ];
    for (what, most, bound) in &found {
        assert!(most <= bound, "{what}: {most} of {bound}");
    }
    found
}

#[tokio::test]
async fn a_flood_of_starts_stays_within_every_budget_and_honest_people_are_served_beside_it() {
    // TF-02, TF-03
    let flood = Flood { starts: 600, accounts: 60, blocks: 4, honest: 20, seconds: 4 * 3600, per_day: 200 };
    FIRST.set(flood.blocks);
    let (_, came) = flood.run().await;
    assert_eq!(came.served, flood.honest, "{}", came.refused);
    let found = held_to_budgets(&came);
    assert_eq!(found[2].1, 16, "the attacker got all of it, and not one more");
    assert!(came.trips >= 4, "each block was suspended: {}", came.trips);
    assert!(came.cost <= flood.per_day && came.refused > 100, "{} {}", came.cost, came.refused);
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long pumping"]
async fn long_pumping_of_fifty_thousand_starts_stays_within_every_budget_beside_two_hundred_honest_people() {
    // TF-02, TF-03
    let flood =
        Flood { starts: 50_000, accounts: 4_000, blocks: 100, honest: 200, seconds: 12 * 3600, per_day: 10_000 };
    FIRST.set(flood.blocks);
    let (world, came) = flood.run().await;
    println!("figure: starts of the attacker = 50,000 in 12 hours, with 4,000 accounts and phones in 100 blocks");
    println!("figure: refused of them = {}", came.refused);
    println!("figure: codes that strangers were sent = {}", came.promised.len());
    for (what, most, bound) in held_to_budgets(&came) {
        println!("figure: most {what} = {most} of {bound}");
    }
    println!("figure: cost of the day, of 100.00 = {}.{:02}", came.cost / 100, came.cost % 100);
    println!("figure: blocks suspended, times = {}", came.trips);
    println!("figure: honest people who finished = {} of 200", came.served);
    println!("figure: of them by mail first = {}", came.by_mail);
    assert!(came.served * 100 >= 99 * 200, "{} of 200", came.served);
    assert!(came.cost <= flood.per_day);
    assert!(came.trips > 0);
    assert!(world.messages("code", "queued").await == 0);
}
