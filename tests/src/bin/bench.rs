//! Measures the release app beside bare GTK and WebKit programs, in one session and taking turns.
//!
//! `bench FOLDER APP DEB`: the folder has `bare-tray` and `bare-window`. Prints one table; fails if a bar is missed.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use latchkey_api::place::Outcome;
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_credstore::Policy;
use latchkey_credstore::protocol::{Request, Task};
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::raw_keyring::RawKeyring;
use latchkey_tests::table::{Table, median};
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, Desk, Window, memory, steps};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Odd, so that the median is a run.
const TRAYS: usize = 9;
const PAINTS: usize = 21;
const CLICKS: usize = 25;
const TASKS: usize = 41;
const REFRESHES: usize = 11;
/// What is in the keyring, and how much of it is refreshed.
const ITEMS: usize = 1_000;
const REFRESHED: usize = 5;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let mut next = || -> Result<PathBuf> {
        let path = arguments.next().context("usage: bench FOLDER APP DEB")?;
        path.canonicalize().with_context(|| path.display().to_string())
    };
    let (folder, app, deb) = (next()?, next()?, next()?);
    let desk = Desk::new().await?;
    // The first GTK program on a display probes GL and loads Mesa and LLVM for it; later ones find the answer there.
    paint(&desk, &folder.join("bare-window"), &[], &[FIRST_FRAME]).await?;

    let mut table = Table::default();
    let bare = first_paint(&desk, &folder, &app, &mut table).await?;
    tray_memory(&desk, &folder, &app, &mut table).await?;
    table.size("release binary", &app, None)?;
    table.size("Debian package", &deb, Some(5_000_000))?;
    table.listening("inspector variables set: ports that listen", listening_ports(&desk, &app).await?);
    act_to_screen(&desk, bare, &mut table).await?;
    place_program(&desk, &app.with_file_name("latchkey-place"), &mut table)?;
    table.print(&format!("medians of {PAINTS} starts, {TRAYS} trays and {CLICKS} clicks, taking turns"), "bare")
}

/// What a program writes when its first frame is on the screen, and what the app writes when its first whole screen is.
const FIRST_FRAME: &str = "window painted";
const FIRST_SCREEN: &str = "screen painted";
/// In how many ms the bare window paints on the machine of ARCHITECTURE.md.
const BARE: f64 = 307.0;

/// From the start of the process to its first painted frame and to its first whole screen. The bare window has its whole
/// page in its first frame, so both are compared with that.
async fn first_paint(desk: &Desk, folder: &Path, app: &Path, table: &mut Table) -> Result<f64> {
    let (mut frames, mut screens, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..PAINTS {
        bare.extend(paint(desk, &folder.join("bare-window"), &[], &[FIRST_FRAME]).await?);
        let seen = paint(desk, app, &["--reset"], &[FIRST_FRAME, FIRST_SCREEN]).await?;
        frames.extend(seen.first());
        screens.extend(seen.last());
    }
    let bare = median(bare);
    table.ratio("start to first paint, ms", median(frames), bare, 1.1, 1.0);
    table.ratio("start to first whole screen, ms", median(screens), bare, 1.15, 1.05);
    Ok(bare)
}

/// Milliseconds from the start of a program to each of the lines that it writes.
async fn paint(desk: &Desk, program: &Path, options: &[&str], marks: &[&str]) -> Result<Vec<f64>> {
    let watch = Stopwatch::start();
    let mut child = desk.command(program).args(options).env("LATCHKEY_LOG", "info").stderr(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stderr.take().context("no standard error")?).lines();
    let mut times = Vec::new();
    let painted = async {
        while let Some(mark) = marks.get(times.len()) {
            let Some(line) = lines.next_line().await? else {
                bail!("{} ended before it wrote {mark:?}", program.display());
            };
            if line.contains(mark) {
                times.push(watch.elapsed().as_secs_f64() * 1000.0);
            }
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, painted).await.context("no first paint")??;
    end(child).await?;
    Ok(times)
}

/// What the tray costs while nothing happens, before and after ten windows.
async fn tray_memory(desk: &Desk, folder: &Path, app: &Path, table: &mut Table) -> Result<()> {
    let (mut ours, mut bare, mut used) = (Vec::new(), Vec::new(), Vec::new());
    // Pages of a fresh binary that are not yet on the disk would count as private.
    ensure!(Command::new("sync").status().await?.success(), "sync failed");
    for _ in 0..TRAYS {
        let tray = desk.command(folder.join("bare-tray")).stderr(Stdio::null()).spawn()?;
        bare.push(settled(&tray).await?);
        end(tray).await?;
        let tray = desk.command(app).arg("--tray").stderr(Stdio::null()).spawn()?;
        ours.push(settled(&tray).await?);
        end(tray).await?;
    }
    let tray = desk.command(app).arg("--tray").stderr(Stdio::null()).spawn()?;
    settled(&tray).await?;
    for _ in 0..10 {
        // A second start hands over to the tray, whose child the window is.
        ensure!(desk.command(app).stderr(Stdio::null()).status().await?.success(), "the second copy did not hand over");
        windows(desk, 1).await?;
        ensure!(desk.ask("wmctrl", &["-x", "-c", "latchkey"]).await?.status.success(), "the window cannot be closed");
        windows(desk, 0).await?;
        let pid = tray.id().context("the tray has ended")?;
        until("the window's process to end", PATIENCE, async || Ok((memory::family(pid)?.len() == 1).then_some(())))
            .await?;
    }
    used.push(settled(&tray).await?);
    end(tray).await?;
    let bare = median(bare);
    table.ratio("idle tray, private dirty KiB", median(ours), bare, 1.05, 1.02);
    table.ratio("the same after ten windows", median(used), bare, 1.05, 1.02);
    Ok(())
}

async fn windows(desk: &Desk, wanted: usize) -> Result<()> {
    until(&format!("{wanted} windows"), PATIENCE, async || Ok((desk.windows().await?.len() == wanted).then_some(())))
        .await
}

/// Private dirty memory in KiB, once twenty looks in a row have seen the same.
async fn settled(process: &Child) -> Result<f64> {
    let pid = process.id().context("the process has ended")?;
    let (mut last, mut same) = (0, 0);
    let dirty = until("memory that stays as it is", PATIENCE, async || {
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Private_Dirty:")).context("no Private_Dirty")?;
        let now: u32 = line.trim().trim_end_matches("kB").trim().parse()?;
        same = if now == last { same + 1 } else { 0 };
        last = now;
        Ok((same >= 20 && now > 2000).then_some(now))
    })
    .await?;
    Ok(f64::from(dirty))
}

/// TA-06: how many ports the release app listens on when somebody asks WebKit for an inspector.
async fn listening_ports(desk: &Desk, app: &Path) -> Result<usize> {
    let ports = ["127.0.0.1:47121", "127.0.0.1:47122"];
    let mut command: Command = desk.command(app);
    command.arg("--reset").env("WEBKIT_INSPECTOR_SERVER", ports[0]).env("WEBKIT_INSPECTOR_HTTP_SERVER", ports[1]);
    let mut child = command.env("LATCHKEY_LOG", "info").stderr(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stderr.take().context("no standard error")?).lines();
    while let Some(line) = lines.next_line().await? {
        if line.contains(FIRST_FRAME) {
            break;
        }
    }
    let mut open = 0;
    for port in ports {
        open += usize::from(tokio::net::TcpStream::connect(port).await.is_ok());
    }
    end(child).await?;
    Ok(open)
}

/// From a click to what it brings on the screen, less what the server says of the same call. The release app takes its
/// server from `/etc` alone and cannot be driven; this is the profile `measured`, optimised alike.
///
/// What may be added is 5 ms where the bare window paints in [`BARE`]; a slower machine may take as many times as long.
async fn act_to_screen(desk: &Desk, bare: f64, table: &mut Table) -> Result<()> {
    let most = 5.0 * (bare / BARE).max(1.0);
    let mut campus = Campus::start().await?;
    let account = campus.account_with(&["text_mobile", "questions"])?;
    let (text, questions) = (account.proof("text_mobile")?, account.proof("questions")?);
    let window = Window::open(desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, &account.account).await?;
    let mut plain = Vec::new();
    for _ in 0..CLICKS {
        steps::pick(&window, questions).await?;
        plain.push(click(&window, &campus, "/v1/flow/challenge").await?);
        window.press_on("#back").await?;
    }
    // Sealed in the page: a code that is wrong every time.
    steps::choose(&window, text).await?;
    let wrong: String = campus.code_to(text.destination()?).await?.chars().rev().collect();
    let mut sealed = Vec::new();
    for _ in 0..CLICKS {
        window.fill("code", &wrong).await?;
        sealed.push(click(&window, &campus, "/v1/flow/proof").await?);
    }
    window.close().await?;
    table.added("click to next screen, ms", plain, most);
    table.added("the same with a sealed code", sealed, most);
    Ok(())
}

/// Milliseconds from a click on the primary button to its answer on the screen, and how many of them the server took.
async fn click(window: &Window, campus: &Campus, path: &str) -> Result<(f64, f64)> {
    let before = campus.took(path)?.len();
    let shown = window.page().execute_async(CLICK_TO_SCREEN, vec![]).await?.as_f64().context("a time")?;
    let took = campus.took(path)?;
    ensure!(took.len() == before + 1, "one click made {} calls of {path}", took.len() - before);
    Ok((shown, took.last().copied().unwrap_or_default()))
}

/// The button waits from the click until its answer is drawn, or goes with its screen. A hand needs longer than 100 ms from
/// the last key to the button.
const CLICK_TO_SCREEN: &str = "
    const done = arguments[arguments.length - 1];
    const main = document.querySelector('main');
    const button = main.querySelector('button[type=submit]');
    const answered = () => !button.isConnected || button.ariaDisabled !== 'true';
    setTimeout(() => {
        const start = performance.now();
        new MutationObserver((_, observer) => {
            if (answered()) { observer.disconnect(); done(performance.now() - start); }
        }).observe(main, { attributes: true, childList: true, subtree: true });
        button.click();
    }, 100);";

/// How long the place program lives for a task that asks nobody, and what a refresh takes beside the fewest calls that do
/// the same. The keyring writes its whole file for each item, so that most of both is its own.
fn place_program(desk: &Desk, program: &Path, table: &mut Table) -> Result<()> {
    let mut task = Vec::new();
    Request::new(Task::Find, Policy::default()).write(&mut task)?;
    let mut lives = Vec::new();
    for _ in 0..TASKS {
        let watch = Stopwatch::start();
        let mut started = std::process::Command::new(program);
        started.args(["--protocol", "1", "login_keyring"]).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut started = started.spawn().with_context(|| program.display().to_string())?;
        std::io::Write::write_all(&mut started.stdin.take().context("no standard input")?, &task)?;
        ensure!(started.wait_with_output()?.status.success(), "the place program has failed");
        lives.push(watch.elapsed().as_secs_f64() * 1000.0);
    }
    table.at_most("place program, start to end, ms", median(lives), 15.0);

    let first = "the first password";
    let items = RawKeyring::open(desk.bus_address())?.fill(ITEMS, first)?;
    let few = items.get(..REFRESHED).context("items")?;
    let selected: Vec<_> =
        few.iter().map(|item| Selected { id: format!("secret_service:{}", item.as_str()), ticked: true }).collect();
    let session = [("DBUS_SESSION_BUS_ADDRESS".into(), desk.bus_address().into())];
    let places = Places::new(program.to_owned(), PlacePolicy::default()).in_session(session);
    let (mut raw, mut ours) = (Vec::new(), Vec::new());
    for turn in 0..REFRESHES {
        let watch = Stopwatch::start();
        RawKeyring::open(desk.bus_address())?.change(few, &format!("raw password {turn}"))?;
        raw.push(watch.elapsed().as_secs_f64() * 1000.0);
        let old = Some(format!("raw password {turn}").into());
        let looking = Looking { accounts: vec!["ada".to_owned()], old, ..Looking::default() };
        let mut outcomes = Vec::new();
        let watch = Stopwatch::start();
        places
            .refresh(&selected, &looking, &format!("our password {turn}").into(), |_, outcome| outcomes.push(outcome));
        ours.push(watch.elapsed().as_secs_f64() * 1000.0);
        ensure!(outcomes == [Outcome::Updated; REFRESHED], "{outcomes:?}");
    }
    table.ratio("refresh of 5 among 1,000 items, ms", median(ours), median(raw), 1.2, 1.1);
    Ok(())
}

async fn end(mut child: Child) -> Result<()> {
    let pid = child.id().context("the program ended by itself")?.to_string();
    Command::new("kill").arg(&pid).status().await?;
    tokio::time::timeout(Duration::from_secs(10), child.wait()).await.context("the program does not end")??;
    Ok(())
}
