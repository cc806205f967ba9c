//! The app and the place program are killed again and again while saved copies are refreshed (R24, R28, TA-10): every
//! copy holds the old or the new password, the journal says nothing that is not so, no password is on a disk, and the
//! app that is started again finishes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use latchkey_api::place::Outcome;
use latchkey_credstore::{Journal, Pending};
use latchkey_server::store::Store;
use latchkey_tests::campus::Account;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, Desk, Window, built, memory, steps};
use memchr::memmem::Finder;
use rustix::process::{Pid, Signal, kill_process};

/// How many entries are saved.
const COPIES: usize = 8;
/// Every password that is set begins so, and nothing else in the world does.
const NEEDLE: &str = "qx7-tractor-vnm";

/// What interrupts the first window of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// The app is killed while the server writes the new password, and never hears that it is done.
    Write,
    /// The app is killed while it looks for copies.
    Look,
    /// The place program is killed while it refreshes, then the app.
    Refresh,
}

/// Somebody at a workstation whose programs are killed.
struct Victim {
    campus: Campus,
    desk: Desk,
    account: Account,
    policy: PathBuf,
    /// What the directory has.
    current: String,
    /// What the copies may hold: the password that all of them held last, and those that were set since.
    allowed: Vec<String>,
    /// How many passwords were set.
    set: usize,
    kills: BTreeMap<String, usize>,
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_killed_while_it_refreshes_leaves_nothing_untrue_and_finishes_later() -> Result<()> {
    let mut victim = Victim::new().await?;
    victim.round(0, First::Refresh).await?;
    victim.round(1, First::Write).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: cargo xtask test --long app_kills"]
async fn long_app_kills_two_hundred_times() -> Result<()> {
    const KILLS: usize = 200;
    let mut victim = Victim::new().await?;
    for round in 0.. {
        let first = match round % 4 {
            0 | 2 => First::Refresh,
            1 => First::Look,
            _ => First::Write,
        };
        victim.round(round, first).await.with_context(|| format!("round {round}, {first:?}"))?;
        let kills: usize = victim.kills.values().sum();
        if kills >= KILLS {
            break;
        }
    }
    println!("figure: kills of the app = {}", victim.kills["app"]);
    println!("figure: kills of the place program = {}", victim.kills["program"]);
    println!("figure: changes of the password that were interrupted and then finished = {}", victim.set);
    println!("figure: copies that were neither old nor new = 0");
    println!("figure: journals that said what was not so = 0");
    println!("figure: passwords found on a disk = 0");
    Ok(())
}

impl Victim {
    async fn new() -> Result<Self> {
        let campus = Campus::start().await?;
        let desk = Desk::new().await?;
        let account = campus.account_with(&["text_mobile", "questions"])?;
        let policy = campus.policy()?;
        for number in 0..COPIES {
            let host = host(number);
            desk.store(&host, &[("server", &host), ("user", &account.account)], &account.password).await?;
        }
        let current = account.password.clone();
        std::fs::create_dir(desk.folder().join("tmp"))?;
        Ok(Self {
            allowed: vec![current.clone()],
            campus,
            desk,
            account,
            policy,
            current,
            set: 0,
            kills: BTreeMap::new(),
        })
    }

    /// One change of the password, interrupted again and again, until everything is finished.
    async fn round(&mut self, round: usize, first: First) -> Result<()> {
        // Other moments in each round.
        let (early, late, after) = (round % 3, round % 4, [0, 1, 2, 3, 5, 8, 13][round % 7]);
        match first {
            First::Write => self.change_killed_at_the_write(after).await?,
            First::Look => self.change("app look\n").await?,
            First::Refresh => self.change(&format!("program {early} {after}\napp {late} {after}\n")).await?,
        }
        if self.pending()?.is_some_and(|pending| !pending.uncertain) {
            self.finish(&format!("program {late} {after}\napp {early} {after}\n")).await?;
        }
        // One that outlives its place program, and one that nobody disturbs.
        for plan in [format!("program {late} {after}\n"), String::new()] {
            match self.pending()? {
                Some(pending) if !pending.uncertain => self.finish(&plan).await?,
                Some(_) | None => self.change(&plan).await?,
            }
        }
        self.is_finished().await
    }

    /// Changes the password in a window whose programs are killed as the plan says.
    async fn change(&mut self, plan: &str) -> Result<()> {
        let window = self.window("--change", plan).await?;
        let new = self.type_new_password(&window).await?;
        self.allowed.push(new.clone());
        // The plan begins when the directory has the new password.
        self.current = new;
        self.goes_on(window, plan).await
    }

    /// Changes the password in a window that is killed when the server has begun to write, or a little later.
    async fn change_killed_at_the_write(&mut self, after: u64) -> Result<()> {
        let window = self.window("--change", "").await?;
        let new = self.type_new_password(&window).await?;
        self.allowed.push(new.clone());
        let app = self.app(&window)?;
        let folder = self.campus.outbox().parent().context("a folder")?;
        let store = Store::open(&folder.join("latchkey.db")).await?;
        let begun = async || operations(&store, "SELECT count(*) FROM operations").await;
        let before = begun().await?;
        let watching = async {
            while begun().await? == before {}
            // As long as it takes to ask that many times: somewhere in the call.
            for _ in 0..after {
                begun().await?;
            }
            anyhow::Ok(kill_process(app, Signal::KILL)?)
        };
        tokio::select! {
            killed = tokio::time::timeout(PATIENCE, watching) => killed.context("nothing was written")??,
            // The driver may not answer for a window that is gone.
            () = async { drop(window.submit().await); std::future::pending().await } => {}
        }
        drop(window);
        *self.kills.entry("app".into()).or_default() += 1;
        // What the server has begun it ends, whoever waits for it.
        until("the server to have settled the write", PATIENCE, async || {
            let done = operations(&store, "SELECT count(*) FROM operations WHERE state = 'done'").await?;
            Ok((done > before).then_some(()))
        })
        .await?;
        store.close().await;
        self.current = new;
        self.is_true().await
    }

    /// Finishes an earlier change in a window whose programs are killed as the plan says.
    async fn finish(&mut self, plan: &str) -> Result<()> {
        let window = self.window("--places", plan).await?;
        window.on("finish_places").await?;
        window.fill("new-password", &self.current).await?;
        self.goes_on(window, plan).await
    }

    /// Sends what was typed and ticks whatever is asked for, until the app is killed or has nothing to do any more.
    async fn goes_on(&mut self, window: Window, plan: &str) -> Result<()> {
        let kills = plan.lines().count();
        let dies = plan.contains("app");
        let work = async {
            window.go("done").await?;
            let asks = "form .ticks input[name=copy]";
            let still = format!("{asks}, main[data-screen=done]:not(:has(progress)):not(:has(.ticks))");
            while window.seen(&still).await?.attr("name").await?.is_some() {
                self.tick_all(&window).await?;
                window.seen("main[data-screen=done]:not(:has(.ticks))").await?;
            }
            anyhow::Ok(())
        };
        if dies {
            tokio::select! {
                all = self.killed(kills) => drop(all?),
                // Whatever the driver says of a window that is gone.
                () = async { drop(work.await); std::future::pending().await } => {}
            }
        } else {
            work.await?;
        }
        let killed = self.killed(kills).await?;
        if dies {
            drop(window);
        } else {
            window.close().await?;
        }
        for one in killed {
            *self.kills.entry(one).or_default() += 1;
        }
        self.is_true().await
    }

    async fn tick_all(&self, window: &Window) -> Result<()> {
        // A single copy has no box for all.
        let has_all = window.run("return document.querySelector('.ticks .all input') !== null", Vec::new()).await?;
        let boxes = if has_all == true { ".ticks .all input" } else { "form .ticks input[name=copy]" };
        window.tick(boxes).await?;
        window.press_on("#refresh").await
    }

    /// Opens a window whose place program stands behind the relay.
    async fn window(&self, option: &str, plan: &str) -> Result<Window> {
        std::fs::write(self.home().join("kills"), plan)?;
        std::fs::write(self.home().join("killed"), "")?;
        let (relay, temporary) = (built("place_relay")?, self.desk.folder().join("tmp"));
        let variables = [("LATCHKEY_PLACE_PROGRAM", relay.as_os_str()), ("TMPDIR", temporary.as_os_str())];
        Window::open_with(&self.desk, &self.policy, option, &variables).await
    }

    async fn type_new_password(&mut self, window: &Window) -> Result<String> {
        self.set += 1;
        let new = format!("{NEEDLE} onion {} mail", self.set);
        steps::type_change(window, &self.account.account, &self.current, &new).await?;
        Ok(new)
    }

    /// Waits until the relay has done so many kills, and says whom they hit.
    async fn killed(&self, kills: usize) -> Result<Vec<String>> {
        let file = self.home().join("killed");
        until("the kills of the plan", PATIENCE * 2, async || {
            let killed: Vec<_> = std::fs::read_to_string(&file)?.lines().map(str::to_owned).collect();
            Ok((killed.len() >= kills).then_some(killed))
        })
        .await
    }

    /// Checks that the copies and the journal fit together, and that no password lies about.
    async fn is_true(&self) -> Result<()> {
        let journal = Journal::open(self.journal())?;
        ensure!(journal.set_aside().is_none(), "the journal was damaged: {:?}", journal.set_aside());
        let pending = self.pending()?;
        for number in 0..COPIES {
            let held = self.held(number).await?;
            ensure!(self.allowed.contains(&held), "{} holds {held}, and not one of {:?}", host(number), self.allowed);
            let noted = pending.as_ref().map(|pending| {
                let copy = pending.copies.iter().find(|copy| copy.label == host(number));
                copy.and_then(|copy| copy.outcome)
            });
            let is_said_to_be_new = match noted {
                // A change that is not open any more left nothing to do.
                None => true,
                Some(outcome) => matches!(outcome, Some(Outcome::Updated | Outcome::AlreadyFine)),
            };
            let uncertain = pending.as_ref().is_some_and(|pending| pending.uncertain);
            ensure!(
                !is_said_to_be_new || uncertain || held == self.current,
                "{} holds {held}, and the journal says {noted:?}",
                host(number)
            );
        }
        let server = self.campus.outbox().parent().context("a folder")?;
        for folder in [self.desk.folder(), server, Path::new("/dev/shm"), Path::new("/var/tmp")] {
            look_for_the_needle(folder)?;
        }
        Ok(())
    }

    /// Checks that every copy has the password that the directory has, and that the journal has nothing left but what
    /// nobody but the person can do.
    async fn is_finished(&mut self) -> Result<()> {
        for number in 0..COPIES {
            ensure!(self.held(number).await? == self.current, "{} is not finished", host(number));
        }
        let left = self.pending()?.into_iter().flat_map(|pending| pending.copies);
        let left: Vec<_> = left.filter(|copy| !copy.is_settled() && copy.label.contains(".example.edu")).collect();
        ensure!(left.is_empty(), "{left:?}");
        self.allowed = vec![self.current.clone()];
        Ok(())
    }

    async fn held(&self, number: usize) -> Result<String> {
        let host = host(number);
        self.desk.lookup(&[("server", &host)]).await?.with_context(|| format!("{host} is gone"))
    }

    fn pending(&self) -> Result<Option<Pending>> {
        let pending = Journal::open(self.journal())?.pending()?;
        Ok(pending.into_iter().find(|pending| pending.account == self.account.account))
    }

    /// The process of the app behind the driver.
    fn app(&self, window: &Window) -> Result<Pid> {
        let driver = window.driver_pid().context("the driver has ended")?;
        for process in memory::family(driver)? {
            let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
            if name.trim() == "latchkey" {
                return Pid::from_raw(i32::try_from(process)?).context("a process");
            }
        }
        bail!("the app is not there")
    }

    fn journal(&self) -> PathBuf {
        self.desk.folder().join("data/latchkey")
    }

    fn home(&self) -> PathBuf {
        self.desk.folder().join("home")
    }
}

fn host(number: usize) -> String {
    format!("host-{number}.example.edu")
}

async fn operations(store: &Store, query: &'static str) -> Result<i64> {
    let (count,): (i64,) = sqlx::query_as(query).fetch_one(store.pool()).await?;
    Ok(count)
}

/// Fails if a file below this folder has a password in it, as UTF-8 or UTF-16.
fn look_for_the_needle(folder: &Path) -> Result<()> {
    let wide: Vec<u8> = NEEDLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let needles = [Finder::new(NEEDLE), Finder::new(&wide)];
    // What is removed while it is looked at has no password that stays.
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            look_for_the_needle(&entry.path())?;
        } else if kind.is_file()
            && let Ok(bytes) = std::fs::read(entry.path())
        {
            let found = needles.iter().any(|needle| needle.find(&bytes).is_some());
            ensure!(!found, "a password is in {}", entry.path().display());
        }
    }
    Ok(())
}
