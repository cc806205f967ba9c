//! One window of the real app and somebody without a mouse in front of it, by WebDriver.
//!
//! WebKitWebDriver is spoken to directly: on Linux tauri-driver only starts it and adds a hop. There is no click: what
//! the keyboard does not reach, no test of a window reaches.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use crate::desk::{Desk, Group};
use crate::wait::{PATIENCE, until};
use crate::{built, memory, root};

/// A window of the app under automation.
pub struct Window {
    page: Client,
    driver: Group,
}

/// More presses of a key than any screen needs.
const MANY: usize = 60;

impl Window {
    /// Opens a window with the app's option for it, such as `--reset`.
    ///
    /// # Errors
    /// If the driver is missing or the app does not open a window.
    pub async fn open(desk: &Desk, policy: &Path, option: &str) -> Result<Self> {
        Self::open_with(desk, policy, option, &[]).await
    }

    /// Opens a window with the app's option for it and these variables.
    ///
    /// # Errors
    /// As [`Window::open`].
    pub async fn open_with(desk: &Desk, policy: &Path, option: &str, variables: &[(&str, &OsStr)]) -> Result<Self> {
        // The port is free now and the driver takes it at once; it cannot be told to choose one itself.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = desk.log("window")?;
        let mut command = desk.command("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("LATCHKEY_POLICY", policy)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let driver = desk.start(&mut command)?;
        until("WebKitWebDriver's port", PATIENCE, async || {
            Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))
        })
        .await?;
        let options = json!({ "binary": built("latchkey")?, "args": [option] });
        let capabilities = Map::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let address = format!("http://127.0.0.1:{port}");
        let session = Client::with_capabilities_and_connector(&address, &capabilities, HttpConnector::new());
        let page = tokio::time::timeout(PATIENCE, session)
            .await
            .with_context(|| format!("the app opened no window; it said: {}", read(&desk.log_path("window"))))??;
        Ok(Self { page, driver })
    }

    /// The page, for what has no word here.
    #[must_use]
    pub fn page(&self) -> &Client {
        &self.page
    }

    /// The process that started the app.
    #[must_use]
    pub fn driver_pid(&self) -> Option<u32> {
        self.driver.id()
    }

    /// Waits for a screen.
    ///
    /// # Errors
    /// If another one stays; the message names it and quotes it.
    pub async fn on(&self, screen: &str) -> Result<()> {
        self.seen(&format!("main[data-screen='{screen}']")).await.map(drop)
    }

    /// Waits for an element by CSS selector.
    ///
    /// # Errors
    /// If it does not come; the message says what is there instead.
    pub async fn seen(&self, selector: &str) -> Result<Element> {
        let found =
            self.page.wait().at_most(PATIENCE).every(Duration::from_millis(20)).for_element(Locator::Css(selector));
        // The client looks at its time between two answers only, so one that never comes has a time of its own.
        match tokio::time::timeout(PATIENCE * 2, found).await {
            Ok(Ok(element)) => Ok(element),
            Ok(Err(error)) => bail!("{selector} did not come ({error}); on the window: {}", self.describe().await),
            Err(_) => bail!("{selector} did not come: the driver does not answer"),
        }
    }

    /// Types into the field with this id, in place of what was there.
    ///
    /// # Errors
    /// If Tab does not reach it.
    pub async fn fill(&self, id: &str, text: &str) -> Result<()> {
        self.reach(&format!("#{id}")).await?;
        self.press_with(Key::Control, 'a').await?;
        if text.is_empty() {
            return self.press([Key::Delete.into()]).await;
        }
        self.press(text.chars()).await
    }

    /// Cuts a text out of one field and pastes it into another one, or the same.
    ///
    /// # Errors
    /// If Tab does not reach them.
    pub async fn paste(&self, from: &str, into: &str, text: &str) -> Result<()> {
        self.fill(from, text).await?;
        self.press_with(Key::Control, 'a').await?;
        self.press_with(Key::Control, 'x').await?;
        self.reach(&format!("#{into}")).await?;
        self.press_with(Key::Control, 'v').await
    }

    /// Presses Enter on the element with this selector.
    ///
    /// # Errors
    /// If Tab does not reach it.
    pub async fn press_on(&self, selector: &str) -> Result<()> {
        self.reach(selector).await?;
        self.press([Key::Enter.into()]).await
    }

    /// Presses the space bar on the checkbox with this selector.
    ///
    /// # Errors
    /// If Tab does not reach it.
    pub async fn tick(&self, selector: &str) -> Result<()> {
        self.reach(selector).await?;
        self.press([' ']).await
    }

    /// Chooses with the arrow keys, among radio buttons or in a list.
    ///
    /// # Errors
    /// If they do not reach it.
    pub async fn choose(&self, selector: &str, value: &str) -> Result<()> {
        self.reach(selector).await?;
        // The engine stops at either end.
        let way = "const at = document.activeElement;
            const all = [...(at.options ?? document.querySelectorAll(`[type=radio][name='${at.name}']`))];
            const place = value => all.findIndex(one => one.value === value);
            return Math.sign(place(arguments[0]) - place(at.value));";
        for _ in 0..MANY {
            match self.run(way, vec![json!(value)]).await?.as_i64() {
                Some(0) => return Ok(()),
                Some(1) => self.press([Key::Down.into()]).await?,
                _ => self.press([Key::Up.into()]).await?,
            }
        }
        bail!("the arrow keys do not reach {value} in {selector}; on the window: {}", self.describe().await)
    }

    /// Presses Enter on the primary button.
    ///
    /// # Errors
    /// If there is none that can be pressed.
    pub async fn submit(&self) -> Result<()> {
        self.press_on("main button[type=submit]:not([aria-disabled=true])").await
    }

    /// Submits and waits for the next screen, also where it has the same name as this one.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn go(&self, next: &str) -> Result<()> {
        self.mark().await?;
        self.submit().await?;
        self.turned(next).await
    }

    /// Marks this screen, so that [`Self::turned`] can tell the next one from it.
    ///
    /// # Errors
    /// If the window is gone.
    pub async fn mark(&self) -> Result<()> {
        self.run("document.querySelector('h1')?.setAttribute('data-seen', '')", vec![]).await.map(drop)
    }

    /// Waits for a screen that is not the marked one.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn turned(&self, screen: &str) -> Result<()> {
        self.seen(&format!("main[data-screen='{screen}'] h1:not([data-seen])")).await?;
        // However far down the button stood, a new screen is seen from its top.
        let top = "return document.scrollingElement.scrollTop === 0";
        let seen = until("the top of the screen", PATIENCE, async || {
            Ok((self.run(top, vec![]).await? == json!(true)).then_some(()))
        });
        seen.await.with_context(|| format!("{screen} is scrolled"))
    }

    /// Types into whatever has the focus, character by character.
    ///
    /// # Errors
    /// If the window is gone.
    pub async fn press(&self, keys: impl IntoIterator<Item = char>) -> Result<()> {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in keys {
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        Ok(self.page.perform_actions(actions).await?)
    }

    /// Presses a key while another one is held.
    async fn press_with(&self, held: Key, value: char) -> Result<()> {
        let held = held.into();
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        Ok(self.page.perform_actions(actions).await?)
    }

    /// Waits for the element with this selector and presses Tab, or Shift and Tab, until it has the focus.
    ///
    /// # Errors
    /// If it does not come or cannot be reached.
    pub async fn reach(&self, selector: &str) -> Result<()> {
        self.seen(selector).await?;
        // Of radio buttons, Tab reaches the one that is chosen.
        let way = "const at = document.activeElement, wanted = [...document.querySelectorAll(arguments[0])]
                .filter(one => one.checked || !document.querySelector(`[type=radio][name='${one.name}']:checked`));
            if (wanted.includes(at)) return 'there';
            const before = one => at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING;
            return wanted.length > 0 && wanted.every(before) ? 'back' : 'on';";
        for _ in 0..MANY {
            match self.run(way, vec![json!(selector)]).await?.as_str() {
                Some("there") => return Ok(()),
                Some("back") => self.press_with(Key::Shift, Key::Tab.into()).await?,
                _ => self.press([Key::Tab.into()]).await?,
            }
        }
        bail!("Tab does not reach {selector}; on the window: {}", self.describe().await)
    }

    /// Whether the element with this selector has the focus.
    ///
    /// # Errors
    /// If the window is gone.
    pub async fn is_focused(&self, selector: &str) -> Result<bool> {
        let answer = self.run("return document.activeElement?.matches(arguments[0]) ?? false", vec![json!(selector)]);
        Ok(answer.await? == json!(true))
    }

    /// Waits until the screen shows this trouble.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn error(&self, code: &str) -> Result<String> {
        Ok(self.seen(&format!("#error[data-code='{code}']")).await?.text().await?)
    }

    /// The code of the trouble that the screen shows, if any.
    ///
    /// # Errors
    /// If the window is gone.
    pub async fn error_code(&self) -> Result<Option<String>> {
        let answer = self.run("return document.querySelector('#error')?.dataset.code ?? null", vec![]).await?;
        Ok(answer.as_str().map(str::to_owned))
    }

    /// The text of the first element with this selector.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn text(&self, selector: &str) -> Result<String> {
        Ok(self.seen(selector).await?.text().await?)
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// If the window is gone or the script fails.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.page.execute(script, arguments).await?)
    }

    /// What axe finds wrong with the screen, one violation a line: rule, impact, elements.
    ///
    /// # Errors
    /// If axe is not installed or cannot run.
    pub async fn axe(&self) -> Result<Vec<String>> {
        let path = root().join("ui/node_modules/axe-core/axe.min.js");
        let source = std::fs::read_to_string(&path)
            .with_context(|| format!("{} is missing: run `cargo xtask setup`", path.display()))?;
        self.run(&source, vec![]).await?;
        let found = self
            .page
            .execute_async(
                "const done = arguments[arguments.length - 1];
                 axe.run(document).then(r => done(r.passes.length === 0 ? ['axe checked nothing'] : r.violations.map(v =>
                   `${v.id} (${v.impact}): ${v.nodes.map(n => `${n.target} ${n.failureSummary}`).join('; ')}`)),
                   e => done([`axe failed: ${e}`]))",
                vec![],
            )
            .await?;
        serde_json::from_value(found).context("axe's answer")
    }

    /// Saves the window as a PNG.
    ///
    /// # Errors
    /// If it cannot be taken or written.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        let drawn = "const done = arguments[arguments.length - 1], images = [...document.images];
            const frame = () => new Promise(drawn => requestAnimationFrame(drawn));
            Promise.allSettled(images.map(image => image.decode())).then(frame).then(frame).then(() => done())";
        // Without the graphics card the driver waits for the next frame, and a page that is at rest draws none.
        let restless = "let beats = 0; const beat = setInterval(() => {
            document.body.style.opacity = beats % 2 ? '' : '0.9999';
            if (++beats === 40) clearInterval(beat);
            }, 50)";
        self.run(restless, vec![]).await?;
        let shown = tokio::time::timeout(PATIENCE, self.page.execute_async(drawn, vec![])).await;
        shown.context("the page draws no frame")??;
        let picture =
            tokio::time::timeout(PATIENCE, self.page.screenshot()).await.context("the driver takes no picture")?;
        Ok(std::fs::write(path, picture?)?)
    }

    /// Ends the session, and with it the app; returns when its processes are gone.
    ///
    /// # Errors
    /// If the driver is gone or the app stays.
    pub async fn close(self) -> Result<()> {
        self.page.close().await?;
        let Some(driver) = self.driver.id() else { return Ok(()) };
        until("the app to end", PATIENCE, async || Ok((memory::family(driver)?.len() == 1).then_some(()))).await
    }

    async fn describe(&self) -> String {
        let script =
            "return (document.querySelector('main')?.dataset.screen ?? 'no screen') + ': ' + document.body?.innerText";
        match self.run(script, vec![]).await {
            Ok(text) => text.as_str().unwrap_or_default().replace('\n', " | "),
            Err(error) => format!("nothing ({error})"),
        }
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}
