//! A Chromium without a window, for what WebKitGTK cannot be told: forced colours, less motion, any size.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, anyhow, bail};
use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::SemaphorePermit;
use tokio::time::timeout;

use crate::desk::{DESKS, Group};
use crate::wait::PATIENCE;

/// Nothing that asks, remembers, or speaks to anybody. Over the pipe it ends when its driver does, however that ends.
const FLAGS: [&str; 10] = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// A browser with a new profile; it ends when it is dropped.
pub struct Browser {
    page: Client,
    /// Before the folder, so that nothing writes into it when it goes.
    _driver: Group,
    _folder: TempDir,
    _turn: SemaphorePermit<'static>,
}

impl Browser {
    /// Opens an empty page. It waits while as many desks and browsers are open as make sense at once.
    ///
    /// # Errors
    /// If Chromium or its driver is missing or does not start.
    pub async fn open() -> Result<Self> {
        let turn = DESKS.acquire().await?;
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("chromedriver.log");
        let (driver, port) = start_driver(folder.path(), &log).await?;
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let flags = FLAGS.into_iter().chain([profile.as_str()]).collect::<Vec<_>>();
        let options = json!({ "binary": "/usr/bin/chromium", "args": flags });
        let capabilities = Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let address = format!("http://127.0.0.1:{port}");
        let session = Client::with_capabilities_and_connector(&address, &capabilities, HttpConnector::new());
        let page = match timeout(PATIENCE, session).await {
            Ok(Ok(page)) => page,
            Ok(Err(error)) => bail!("Chromium does not start ({error}): run `cargo xtask setup`; {}", said(&log)),
            Err(_) => bail!("Chromium opened no page; {}", said(&log)),
        };
        Ok(Self { page, _driver: driver, _folder: folder, _turn: turn })
    }

    /// The page, for what has no word here.
    #[must_use]
    pub fn page(&self) -> &Client {
        &self.page
    }

    /// Tells the browser something that WebDriver has no word for, as its developer tools do.
    ///
    /// # Errors
    /// If it knows no such method, or the page is gone.
    pub async fn tell(&self, method: &'static str, params: Value) -> Result<Value> {
        self.page.issue_cmd(Tell { method, params }).await.with_context(|| format!("telling the browser {method}"))
    }

    /// Runs the body of an async function in the page and returns its answer.
    ///
    /// # Errors
    /// If it throws, or the page is gone.
    pub async fn run(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async (...given) => {{ {body} }})(...arguments)
               .then(answer => done({{ Ok: answer ?? null }}), error => done({{ Err: String(error) }}))"
        );
        let answer: Result<Value, String> = serde_json::from_value(self.page.execute_async(&script, arguments).await?)?;
        answer.map_err(|error| anyhow!("the page says: {error}"))
    }

    /// Presses Tab this often, as somebody without a mouse does.
    ///
    /// # Errors
    /// If the page is gone.
    pub async fn press_tab(&self, times: usize) -> Result<()> {
        let mut keys = KeyActions::new("keyboard".to_owned());
        for _ in 0..times {
            let value = Key::Tab.into();
            keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        Ok(self.page.perform_actions(keys).await?)
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// If it is gone already.
    pub async fn close(self) -> Result<()> {
        Ok(self.page.close().await?)
    }
}

/// Starts the driver at a port that it chooses itself.
async fn start_driver(folder: &Path, log: &Path) -> Result<(Group, u16)> {
    let mut command = Command::new("chromedriver");
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    for name in ["HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
        command.env(name, folder);
    }
    command
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .arg("--port=0")
        .arg(format!("--log-path={}", log.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut driver = Group::start(&mut command)?;
    let stdout = driver.child().stdout.take().context("chromedriver has no standard output")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = timeout(PATIENCE, lines.next_line()).await.context("chromedriver does not start")?? {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return Ok((driver, port.trim_end_matches('.').parse().context(line)?));
        }
    }
    bail!("chromedriver ended before it was ready; {}", said(log))
}

fn said(log: &Path) -> String {
    format!("its driver said: {}", std::fs::read_to_string(log).unwrap_or_default())
}

#[derive(Debug)]
struct Tell {
    method: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for Tell {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.method, "params": self.params }).to_string()))
    }
}
