//! Measures the server by itself: a flow starts as fast on a campus of 100,000 people, and with a million budgets that
//! were drawn on, as on a small and quiet one; 100,000 contacts are imported (C8); and Microsoft is answered in time
//! whatever the gateway does.
//!
//! The campuses are in this process and take turns. Prints one table; fails if a bar is missed. With
//! `LATCHKEY_BENCH_PART=50` all of it is a fiftieth as large, to see that it runs; its figures are not those of a bench.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use latchkey_delivery::outbox::Outbox;
use latchkey_delivery::{self as delivery, Accepted, Delivery, Message};
use latchkey_server::app::App;
use latchkey_server::clock::{Clock, MachineClock};
use latchkey_server::commands::demo;
use latchkey_server::http::microsoft::PATH;
use latchkey_server::http::routes::router;
use latchkey_server::microsoft::Microsoft;
use latchkey_server::person::contacts::{self, Options};
use latchkey_server::{Worker, router_with};
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::microsoft::{self, Published, Recipient, SigningKey};
use latchkey_tests::puzzle;
use latchkey_tests::table::{Table, median};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;

/// How large everything is.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    few: u32,
    many: u32,
    budgets: u32,
    /// So many starts on each campus, half of them of names that nobody has.
    starts: u32,
    /// So many of Microsoft's requests to each gateway.
    requests: u32,
    /// In how many seconds the many are imported.
    import: f64,
}

impl Sizes {
    const WHOLE: Self =
        Self { few: 1_000, many: 100_000, budgets: 1_000_000, starts: 400, requests: 1_000, import: 60.0 };

    /// The whole, or the part that the environment asks for.
    fn of(part: Option<&str>) -> Result<Self> {
        let part: u32 = part.map_or(Ok(1), str::parse).context("LATCHKEY_BENCH_PART is a number")?;
        ensure!((1..=100).contains(&part), "LATCHKEY_BENCH_PART is from 1 to 100");
        let Self { few, many, budgets, starts, requests, import } = Self::WHOLE;
        let (few, many, budgets) = (few / part, many / part, budgets / part);
        // Of these there have to be enough for a median and a percentile.
        let (starts, requests) = ((starts / part).max(40), (requests / part).max(100));
        Ok(Self { few, many, budgets, starts, requests, import: import / f64::from(part) })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let sizes = Sizes::of(std::env::var("LATCHKEY_BENCH_PART").ok().as_deref())?;
    let Sizes { few, many, budgets, starts, requests, import } = sizes;
    let mut table = Table::default();
    let (small, _) = Grown::with(few).await?;
    let (drawn, _) = Grown::with(few).await?;
    drawn.draw(budgets).await?;
    let (large, seconds) = Grown::with(many).await?;
    table.at_most(&format!("import of {many} lines, s"), seconds, import);
    let mut took: [Vec<f64>; 3] = Default::default();
    for number in 0..starts {
        for (campus, took) in [&small, &drawn, &large].into_iter().zip(&mut took) {
            let name = if number % 2 == 0 { name_of(number % few) } else { format!("nobody{number}") };
            took.push(campus.start(&name).await?);
        }
    }
    let [small, drawn, large] = took.map(median);
    table.ratio(&format!("start with {budgets} budgets drawn on, ms"), drawn, small, 1.2, 1.0);
    table.ratio(&format!("start among {many} people, ms"), large, small, 1.2, 1.0);
    table.at_most(
        "Microsoft is answered, the gateway takes all, p99 ms",
        answered(Gateway::Takes, requests).await?,
        300.0,
    );
    table.at_most(
        "Microsoft is answered, every gateway hangs, p99 ms",
        answered(Gateway::Hangs, requests).await?,
        300.0,
    );
    table.print(&format!("medians of {starts} starts, taking turns"), "small")
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

/// How a gateway behaves.
#[derive(Debug, Clone, Copy)]
enum Gateway {
    Takes,
    Hangs,
}

impl Delivery for Gateway {
    fn send<'a>(&'a self, _: &'a Message) -> delivery::Answer<'a> {
        match self {
            Self::Takes => Box::pin(std::future::ready(Ok(Accepted::default()))),
            Self::Hangs => Box::pin(std::future::pending()),
        }
    }

    fn probe(&self) -> delivery::Probe<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Milliseconds in which 99 of 100 of Microsoft's requests are answered, each with a token and an encryption of its own,
/// while a worker hands what is queued to the gateway.
async fn answered(gateway: Gateway, requests: u32) -> Result<f64> {
    latchkey_tests::install_provider();
    let folder = tempfile::tempdir()?;
    let now = MachineClock.now();
    let (recipient, key) = (Recipient::new(&folder.path().join("keys"), now)?, SigningKey::new("key-1")?);
    let published = Published::start(&[&key]).await?;
    let mut settings = demo::config()?;
    settings.microsoft = microsoft::config(&[&recipient], &published);
    let section = settings.microsoft.as_mut().context("a section")?;
    (section.limits.per_minute, section.limits.per_prefix_per_hour) = (6_000, 10_000);
    let (section, plan) = (section.clone(), section.plan(&settings.campus));
    let clock = Arc::new(MachineClock) as Arc<dyn Clock>;
    let (app, _) = demo::open_with(&folder.path().join("campus"), Arc::clone(&clock), settings).await?;
    let taking = Arc::new(Microsoft::open(&section, plan, clock)?);
    let router = router_with(Arc::clone(&app), Some(taking));
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(Worker::new(app, Arc::new(gateway)).run(stopped));
    let mut took = Vec::new();
    for number in 0..requests {
        let context = json!({"nonce": number.to_string(), "phoneNumber": format!("+1202555{number:04}"),
            "message": "Use verification code 918273 for Riverton authentication."});
        let body = microsoft::envelope(&recipient.seal(&context)?).to_string();
        let token = key.token(&key.header(), &microsoft::claims(2, now))?;
        let request = Request::post(PATH)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("x-ms-client-request-id", number.to_string());
        let watch = Stopwatch::start();
        let answer = router.clone().oneshot(request.body(Body::from(body))?).await?;
        took.push(watch.elapsed().as_secs_f64() * 1000.0);
        ensure!(answer.status().is_success(), "request {number}: {}", answer.status());
    }
    // What hangs is not waited for.
    drop(stop);
    working.abort();
    took.sort_by(f64::total_cmp);
    took.get(took.len() * 99 / 100).copied().context("requests")
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
