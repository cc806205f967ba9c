//! Campuses of different size beside each other: as many people, budgets that were drawn on, and open flows.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Result, ensure};
use latchkey_delivery::outbox::Outbox;
use latchkey_server::Worker;
use latchkey_server::app::App;
use latchkey_server::clock::{Clock, MachineClock};
use latchkey_server::commands::demo;
use latchkey_server::person::contacts::{self, Options};
use latchkey_tests::clock::Stopwatch;
use serde_json::json;
use tempfile::TempDir;

use crate::calls::Calls;

/// A campus of so many people, each with a mobile number and an address that were imported.
pub(crate) struct Grown {
    app: Arc<App>,
    calls: Calls,
    people: u32,
    _folder: TempDir,
}

/// Milliseconds of one attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    /// Until the menu was shown.
    pub(crate) start: f64,
    /// Until a code was on its way and a wrong one was refused; of somebody alone.
    pub(crate) to_the_verdict: Option<f64>,
}

impl Grown {
    /// The campus, and how many seconds the import took.
    pub(crate) async fn with(people: u32) -> Result<(Self, f64)> {
        let folder = tempfile::tempdir()?;
        let mut config = demo::config()?;
        config.limits.human_check_work = 1;
        config.limits.human_check_work_at_most = 1;
        config.limits.answer_step_milliseconds = 0;
        config.limits.starts_per_minute_in_all = 1_000_000;
        config.limits.sends_per_minute_in_all = 1_000_000;
        config.limits.sends_per_prefix_per_hour = 1_000_000;
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
        Ok((Self { calls: Calls::to(&app), app, people, _folder: folder }, took))
    }

    /// The same with more people: those beyond the ones who were imported are copied in the tables. Their names stand
    /// between those of the others.
    pub(crate) async fn up_to(self, people: u32) -> Result<Self> {
        for copies in [
            "WITH RECURSIVE numbers(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $2)
             INSERT INTO directory_accounts (id, account, password_phc)
             SELECT 'id' || n, 'person' || n, (SELECT password_phc FROM directory_accounts LIMIT 1) FROM numbers",
            "WITH RECURSIVE numbers(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $2)
             INSERT INTO people (id, account, enabled, privileged, locked, must_change, expires_at, gone, round, directory)
             SELECT 'id' || n, 'person' || n, enabled, privileged, locked, must_change, expires_at, gone, round, directory
             FROM numbers, (SELECT * FROM people WHERE account = 'person0')",
            "WITH RECURSIVE numbers(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $2)
             INSERT INTO people_names (name, person_id, alias) SELECT 'person' || n, 'id' || n, 0 FROM numbers",
            "WITH RECURSIVE numbers(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < $2)
             INSERT INTO methods (id, account_id, method, sealed, device, confirmed, totp_step, confirmed_at, source,
                 proves, usable_from)
             SELECT lower(hex(randomblob(16))), 'id' || n, method, sealed, randomblob(32), confirmed, totp_step,
                 confirmed_at, source, proves, usable_from
             FROM numbers, (SELECT * FROM methods WHERE account_id = 'id0')",
        ] {
            sqlx::query(copies).bind(self.people).bind(people).execute(self.app.store.pool()).await?;
        }
        Ok(self)
    }

    /// Fills the table of budgets, each as one that was drawn on a moment ago.
    pub(crate) async fn draw(&self, budgets: u32) -> Result<()> {
        self.ask(0).await?;
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

    /// Opens so many flows beside: each as one of somebody who has a code on its way.
    pub(crate) async fn open_flows(&self, flows: u32) -> Result<()> {
        let start = self.calls.start_of("reset", &name_of(0)).await?;
        let mut attempt = self.calls.begin(&start).await?;
        let asked = json!({"method": "text_mobile", "destination": number_of(0)});
        let (status, body) = self.calls.act(&mut attempt, "challenge", asked).await?;
        ensure!(status == 200, "{status} {body}");
        let pool = self.app.store.pool();
        let columns: Vec<(String,)> =
            sqlx::query_as("SELECT name FROM pragma_table_info('flows') WHERE name <> 'id'").fetch_all(pool).await?;
        let columns: Vec<String> = columns.into_iter().map(|(name,)| name).collect();
        let of_a_copy = |column: &str| match column {
            "public_id" => "'many-' || n".to_owned(),
            "token_hash" => "randomblob(32)".to_owned(),
            // As many people as there are have one each, then two.
            "account_id" => format!("(SELECT id FROM people WHERE account = 'person' || (n % {}))", self.people),
            // They were called one after the other, in the last minutes.
            "touched_at" => "one.touched_at - n % 200000".to_owned(),
            other => format!("one.{other}"),
        };
        let values: Vec<String> = columns.iter().map(|column| of_a_copy(column)).collect();
        let copies = format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $1)
             INSERT INTO flows ({}) SELECT {} FROM numbers, (SELECT * FROM flows ORDER BY id DESC LIMIT 1) AS one",
            columns.join(", "),
            values.join(", ")
        );
        sqlx::query(sqlx::AssertSqlSafe(copies)).bind(flows).execute(pool).await?;
        sqlx::query(
            "INSERT INTO challenges (flow_id, method, code_mac, expires_at, resend_at, tries, max_tries, state)
             SELECT flows.id, one.method, randomblob(32), one.expires_at, one.resend_at, 0, one.max_tries, one.state
             FROM flows, (SELECT * FROM challenges ORDER BY id DESC LIMIT 1) AS one WHERE flows.public_id LIKE 'many-%'",
        )
        .execute(pool)
        .await?;
        Ok(())
    }

    /// One attempt as it is asked for again and again, of a person or of a name that nobody has: a start, a text to the
    /// number that is typed, and a wrong proof.
    pub(crate) async fn ask(&self, number: u32) -> Result<Took> {
        // Spread over all of them, since neighbours lie on the same pages of the database.
        let person = u32::try_from(u64::from(number) * 7_919 % u64::from(self.people))?;
        let name = if number.is_multiple_of(2) { name_of(person) } else { format!("nobody{number}") };
        let start = self.calls.start_of("reset", &name).await?;
        let watch = Stopwatch::start();
        let mut attempt = self.calls.begin(&start).await?;
        let start = watch.elapsed().as_secs_f64() * 1000.0;
        let asked = json!({"method": "text_mobile", "destination": number_of(person)});
        let (status, body) = self.calls.act(&mut attempt, "challenge", asked).await?;
        if !number.is_multiple_of(2) {
            // Of a name that nobody has no number is right.
            ensure!(status == 422, "{status} {body}");
            return Ok(Took { start, to_the_verdict: None });
        }
        ensure!(status == 200, "{status} {body}");
        let (status, body) = self.calls.act(&mut attempt, "proof", json!({"code": "00000000"})).await?;
        ensure!(status == 422, "{status} {body}");
        Ok(Took { start, to_the_verdict: Some(watch.elapsed().as_secs_f64() * 1000.0) })
    }
}

async fn turn(worker: &Worker) -> Result<()> {
    worker.turn().await.map_err(|refused| anyhow::anyhow!("the worker: {:?}", refused.code()))
}

fn name_of(number: u32) -> String {
    format!("person{number}")
}

fn number_of(number: u32) -> String {
    // An exchange has ten thousand lines, and of an area 78 are used: two areas are enough for a million people.
    let area = if number < 780_000 { "202" } else { "212" };
    let (exchange, line) = (220 + number % 780_000 / 10_000, number % 10_000);
    format!("+1{area}{exchange}{line:04}")
}

/// A file as a registrar's office makes it: a number and an address each.
fn lines(people: u32) -> Result<String> {
    let mut lines = String::from("account,mobile,email\n");
    for number in 0..people {
        let name = name_of(number);
        writeln!(lines, "{name},{},{name}@home.example", number_of(number))?;
    }
    Ok(lines)
}
