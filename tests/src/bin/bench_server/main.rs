//! Measures the server by itself.
//!
//! - It grows: a flow starts and comes to its first verdict as fast among a million people, beside 100,000 open flows,
//!   and with a million budgets that were drawn on, as on a small and quiet campus; 100,000 contacts are imported (C8).
//! - Before a real directory: passwords are changed on OpenLDAP at nearly the rate of the bare requests that a change
//!   needs, and a reset on Samba takes hardly longer than the bare Modify.
//! - In a crowd: 10,000 idle connections, and ten times the load beside people who are served (AP-06).
//! - Microsoft is answered in time whatever the gateway does.
//!
//! What is compared is measured in the same run and takes turns. Prints one table; fails if a bar is missed. With
//! `LATCHKEY_BENCH_PART=50` all of it is a fiftieth as large, to see that it runs; its figures are not those of a bench.
//! With `LATCHKEY_BENCH_ONLY=grows` only that part is measured: `grows`, `slapd`, `samba`, `crowd` or `microsoft`.

mod calls;
mod grown;
mod microsoft;
mod on_directories;
mod raw;

use anyhow::{Context as _, Result, ensure};
use latchkey_tests::crowd;
use latchkey_tests::table::{Table, median};
use tokio::runtime::{Builder, Runtime};

use crate::grown::Grown;
use crate::microsoft::{Gateway, answered};

/// How large everything is.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    few: u32,
    many: u32,
    most: u32,
    /// So many budgets that were drawn on.
    budgets: u32,
    /// So many flows that are open beside, on two campuses.
    flows: [u32; 2],
    /// So many attempts on each campus, half of them of names that nobody has.
    attempts: u32,
    /// So many of Microsoft's requests to each gateway.
    requests: u32,
    /// In how many seconds the many are imported.
    import: f64,
    /// So many people change their password in a round on OpenLDAP, through the server and without it.
    changes: usize,
    /// So many resets on Samba, each beside a bare Modify.
    resets: usize,
    rounds: usize,
    /// So many connections are idle.
    idle: u32,
    /// So many people are served beside ten times the load.
    honest: u32,
}

impl Sizes {
    const WHOLE: Self = Self {
        few: 1_000,
        many: 100_000,
        most: 1_000_000,
        budgets: 1_000_000,
        flows: [10_000, 100_000],
        attempts: 400,
        requests: 1_000,
        import: 60.0,
        changes: 400,
        resets: 100,
        rounds: 5,
        idle: 10_000,
        honest: 30,
    };

    /// The whole, or the part that the environment asks for.
    fn of(part: Option<&str>) -> Result<Self> {
        let part: u32 = part.map_or(Ok(1), str::parse).context("LATCHKEY_BENCH_PART is a number")?;
        ensure!((1..=100).contains(&part), "LATCHKEY_BENCH_PART is from 1 to 100");
        let whole = Self::WHOLE;
        let of = |whole: usize, least: usize| usize::try_from(part).map_or(least, |part| (whole / part).max(least));
        Ok(Self {
            few: whole.few / part,
            many: whole.many / part,
            most: whole.most / part,
            budgets: whole.budgets / part,
            flows: whole.flows.map(|flows| flows / part),
            // Of these there have to be enough for a median and a percentile.
            attempts: (whole.attempts / part).max(40),
            requests: (whole.requests / part).max(100),
            import: whole.import / f64::from(part),
            changes: of(whole.changes, 32),
            resets: of(whole.resets, 5),
            rounds: of(whole.rounds, 1),
            idle: whole.idle / part,
            honest: (whole.honest / part).max(5),
        })
    }
}

fn main() -> Result<()> {
    latchkey_tests::install_provider();
    let sizes = Sizes::of(std::env::var("LATCHKEY_BENCH_PART").ok().as_deref())?;
    let only = std::env::var("LATCHKEY_BENCH_ONLY").ok();
    let is_measured = |part: &str| only.as_deref().is_none_or(|only| only == part);
    // As the server itself runs, and so that a caller does not wait for its own server.
    let several = Builder::new_multi_thread().enable_all().build()?;
    let one = || -> Result<Runtime> { Ok(Builder::new_current_thread().enable_all().build()?) };
    let mut table = Table::default();
    if is_measured("slapd") {
        several.block_on(on_directories::changes(&mut table, sizes.changes, sizes.rounds))?;
    }
    if is_measured("samba") {
        several.block_on(on_directories::resets(&mut table, sizes.resets))?;
    }
    if is_measured("crowd") {
        several.block_on(crowds(&mut table, sizes))?;
    }
    if is_measured("grows") {
        one()?.block_on(grows(&mut table, sizes))?;
    }
    if is_measured("microsoft") {
        one()?.block_on(asked_by_microsoft(&mut table, sizes.requests))?;
    }
    table.print(&format!("medians of {} attempts, taking turns", sizes.attempts), "bare")
}

/// Idle connections, and ten times the load beside people who are served.
async fn crowds(table: &mut Table, sizes: Sizes) -> Result<()> {
    let mebibytes = |memory: u64| u32::try_from(memory).map(f64::from);
    let idle = crowd::idle(sizes.idle).await?;
    let what = format!("{} idle connections, {} held", sizes.idle, idle.held);
    table.at_most(&format!("{what}, memory of the server, MiB"), mebibytes(idle.memory)?, 300.0);
    let overload = crowd::overload(sizes.honest).await?;
    let what = format!("{:.1} times the load", overload.asked / overload.capacity);
    table.at_most(&format!("{what}, memory of the server, MiB"), mebibytes(overload.honest.memory)?, 300.0);
    table.at_most(&format!("{what}, honest p95, ms"), overload.honest.within(95).as_secs_f64() * 1000.0, 1000.0);
    ensure!(overload.asked >= 9.5 * overload.capacity, "the load was less than ten times what can be done");
    Ok(())
}

/// Campuses of different size, in turns.
async fn grows(table: &mut Table, sizes: Sizes) -> Result<()> {
    let Sizes { few, many, most, budgets, flows: [some, lots], attempts, import, .. } = sizes;
    let (small, _) = Grown::with(few).await?;
    let mut others = Vec::new();
    let (drawn, _) = Grown::with(few).await?;
    drawn.draw(budgets).await?;
    others.push((format!("with {budgets} budgets drawn on"), drawn));
    for flows in [some, lots] {
        let (busy, _) = Grown::with(few).await?;
        busy.open_flows(flows).await?;
        others.push((format!("beside {flows} open flows"), busy));
    }
    let (large, seconds) = Grown::with(many).await?;
    table.at_most(&format!("import of {many} lines, s"), seconds, import);
    others.push((format!("among {many} people"), large));
    let (largest, _) = Grown::with(many).await?;
    others.push((format!("among {most} people"), largest.up_to(most).await?));
    let all: Vec<&Grown> = std::iter::once(&small).chain(others.iter().map(|(_, grown)| grown)).collect();
    let mut starts = vec![Vec::new(); all.len()];
    let mut verdicts = starts.clone();
    for number in 0..attempts {
        for ((campus, starts), verdicts) in all.iter().zip(&mut starts).zip(&mut verdicts) {
            let took = campus.ask(number).await?;
            starts.push(took.start);
            verdicts.extend(took.to_the_verdict);
        }
    }
    for (what, took) in [("start", starts), ("start to verdict", verdicts)] {
        let mut medians = took.into_iter().map(median);
        let small = medians.next().context("the small campus")?;
        for ((with, _), took) in others.iter().zip(medians) {
            table.ratio(&format!("{what} {with}, ms"), took, small, 1.3, 1.2);
        }
    }
    Ok(())
}

async fn asked_by_microsoft(table: &mut Table, requests: u32) -> Result<()> {
    for (what, gateway) in [("the gateway takes all", Gateway::Takes), ("every gateway hangs", Gateway::Hangs)] {
        let what = format!("Microsoft is answered, {what}, p99 ms");
        table.at_most(&what, answered(gateway, requests).await?, 300.0);
    }
    Ok(())
}
