//! Measures the server by itself: a flow starts as fast on a campus of 100,000 people, and with a million budgets that
//! were drawn on, as on a small and quiet one; and 100,000 contacts are imported (C8).
//!
//! The campuses are in this process and take turns. Prints one table; fails if a bar is missed.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use latchkey_delivery::outbox::Outbox;
use latchkey_server::Worker;
use latchkey_server::app::App;
use latchkey_server::clock::{Clock, MachineClock};
use latchkey_server::commands::demo;
use latchkey_server::http::routes::router;
use latchkey_server::person::contacts::{self, Options};
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::puzzle;
use latchkey_tests::table::{Table, median};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

const FEW: u32 = 1_000;
const MANY: u32 = 100_000;
const BUDGETS: u32 = 1_000_000;
/// So many starts on each campus, half of them of names that nobody has.
const STARTS: u32 = 400;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut table = Table::default();
    let (small, _) = Grown::with(FEW).await?;
    let (drawn, _) = Grown::with(FEW).await?;
    drawn.draw(BUDGETS).await?;
    let (large, seconds) = Grown::with(MANY).await?;
    table.at_most(&format!("import of {MANY} lines, s"), seconds, 60.0);
    let mut took: [Vec<f64>; 3] = Default::default();
    for number in 0..STARTS {
        for (campus, took) in [&small, &drawn, &large].into_iter().zip(&mut took) {
            let name = if number % 2 == 0 { name_of(number % FEW) } else { format!("nobody{number}") };
            took.push(campus.start(&name).await?);
        }
    }
    let [small, drawn, large] = took.map(median);
    table.ratio(&format!("start with {BUDGETS} budgets drawn on, ms"), drawn, small, 1.2, 1.0);
    table.ratio(&format!("start among {MANY} people, ms"), large, small, 1.2, 1.0);
    table.print(&format!("medians of {STARTS} starts, taking turns"), "small")
}

fn name_of(number: u32) -> String {
    format!("person{number}")
}

/// A campus of so many people, each with a mobile number and an address that were imported.
struct Grown {
    app: Arc<App>,
    router: Router,
    _folder: TempDir,
}

impl Grown {
    /// The campus, and how many seconds the import took.
    async fn with(people: u32) -> Result<(Self, f64)> {
        let folder = tempfile::tempdir()?;
        let mut config = demo::config()?;
        config.limits.human_check_work = 1;
        config.limits.human_check_work_at_most = 1;
        config.limits.answer_step_milliseconds = 0;
        config.limits.starts_per_minute_in_all = 1_000_000;
        let clock = Arc::new(MachineClock) as Arc<dyn Clock>;
        let (app, _) = demo::open_with(folder.path(), clock, config).await?;
        // Nobody signs in here, so that all may have one password.
        sqlx::query(
            "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $1)
             INSERT INTO directory_accounts (id, account, password_phc)
             SELECT 'id' || n, 'person' || n, (SELECT password_phc FROM directory_accounts LIMIT 1) FROM numbers",
        )
        .bind(people)
        .execute(app.store.pool())
        .await?;
        let worker = Worker::new(Arc::clone(&app), Arc::new(Outbox::new(folder.path().join("sent.jsonl"))));
        turn(&worker).await?;
        let lines = lines(people)?;
        let watch = Stopwatch::start();
        let options = Options { apply: true, ..Options::default() };
        let report = contacts::import(&app, lines.as_bytes(), options, &mut |_| {}).await?;
        let took = watch.elapsed().as_secs_f64();
        ensure!(report.applied && report.bad == 0 && report.accounts == u64::from(people), "{report:?}");
        // The menus that decoys are drawn from are counted anew.
        turn(&worker).await?;
        Ok((Self { router: router(Arc::clone(&app)), app, _folder: folder }, took))
    }

    /// Fills the table of budgets, each as one that was drawn on a moment ago.
    async fn draw(&self, budgets: u32) -> Result<()> {
        self.start(&name_of(0)).await?;
        sqlx::query(
            "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $1)
             INSERT INTO limits (key, version, draws, ends_at)
             SELECT randomblob(48), 1, one.draws, one.ends_at + n
             FROM numbers, (SELECT draws, ends_at FROM limits ORDER BY ends_at DESC LIMIT 1) AS one",
        )
        .bind(budgets)
        .execute(self.app.store.pool())
        .await?;
        Ok(())
    }

    /// Milliseconds until a flow has started.
    async fn start(&self, name: &str) -> Result<f64> {
        let check = self.post("/v1/human-checks", &json!({"kind": "proof_of_work"})).await?;
        let check = puzzle::solved(&check)?;
        let body = json!({"intent": "reset", "account": name, "human_check": check, "language": "en"});
        let watch = Stopwatch::start();
        self.post("/v1/flows", &body).await?;
        Ok(watch.elapsed().as_secs_f64() * 1000.0)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        let answer = self.router.clone().oneshot(request.body(Body::from(body.to_string()))?).await?;
        let status = answer.status();
        let body: Value = serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await?)?;
        ensure!(status.is_success(), "{path}: {status} {body}");
        Ok(body)
    }
}

async fn turn(worker: &Worker) -> Result<()> {
    worker.turn().await.map_err(|refused| anyhow::anyhow!("the worker: {:?}", refused.code()))
}

/// A file as a registrar's office makes it: a number and an address each.
fn lines(people: u32) -> Result<String> {
    let mut lines = String::from("account,mobile,email\n");
    for number in 0..people {
        let (exchange, line) = (220 + number / 10_000, number % 10_000);
        writeln!(lines, "{},+1202{exchange}{line:04},{}@home.example", name_of(number), name_of(number))?;
    }
    Ok(lines)
}
