//! Every screen in every state, without the app: the fixtures of the pages, drawn in Chromium.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::OnceCell;

use crate::browser::Browser;
use crate::desk::missing;
use crate::root;
use crate::serve::Serving;
use crate::wait::PATIENCE;

static BUILT: OnceCell<()> = OnceCell::const_new();

/// The colours that the system asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    Light,
    Dark,
    /// The system's own few colours, on white.
    Forced,
    /// The system's own few colours, on black.
    ForcedDark,
}

impl Colours {
    /// As the folder of its pictures is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Forced => "forced",
            Self::ForcedDark => "forced-dark",
        }
    }

    /// The colours of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark, Self::Forced, Self::ForcedDark].into_iter().find(|colours| colours.name() == name)
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::Light | Self::Forced => "light",
            Self::Dark | Self::ForcedDark => "dark",
        }
    }

    fn forced(self) -> &'static str {
        match self {
            Self::Light | Self::Dark => "none",
            Self::Forced | Self::ForcedDark => "active",
        }
    }
}

/// The page in CSS pixels, and how many of the screen's make one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
    pub scale: u32,
}

impl Size {
    /// The app's window.
    pub const WINDOW: Self = Self { width: 560, height: 760, scale: 1 };
    /// The app's window where the screen is small, as 1366 × 768 at 125 % is.
    pub const SMALL_WINDOW: Self = Self { width: 560, height: 600, scale: 1 };
    /// The smallest telephone that is still in use.
    pub const TELEPHONE: Self = Self { width: 320, height: 568, scale: 2 };
    /// WCAG 1.4.10 measures enlargement on a screen of 1280 × 1024: each step leaves less of it to the page.
    pub const AT_100: Self = Self { width: 1280, height: 1024, scale: 1 };
    pub const AT_200: Self = Self { width: 640, height: 512, scale: 2 };
    pub const AT_400: Self = Self { width: 320, height: 256, scale: 4 };
}

/// What was seen on a drawn screen.
#[derive(Debug, Deserialize)]
pub struct Seen {
    /// What is wrong, one sentence each.
    pub complaints: Vec<String>,
    /// How many texts and controls can be seen.
    pub parts: u64,
    /// The tag that the page says it is in.
    pub language: String,
}

/// The gallery, open in a browser.
pub struct Gallery {
    browser: Browser,
    _serving: Serving,
}

impl Gallery {
    /// Builds the gallery where this process has not yet, and opens it in colours of the system's choice.
    ///
    /// # Errors
    /// If it cannot be built, or Chromium is missing.
    pub async fn open(colours: Colours) -> Result<Self> {
        BUILT.get_or_try_init(build).await?;
        let serving = Serving::start(&root().join("target/gallery")).await?;
        let browser = Browser::open().await?;
        let features = json!([
            { "name": "prefers-color-scheme", "value": colours.scheme() },
            { "name": "forced-colors", "value": colours.forced() },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        browser.tell("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        browser.tell("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await?;
        browser.page().goto(&serving.url("gallery.html")).await?;
        let ready = Locator::Css("html[data-ready]");
        browser.page().wait().at_most(PATIENCE).for_element(ready).await.context("the gallery does not start")?;
        let gallery = Self { browser, _serving: serving };
        ensure!(gallery.has(colours).await?, "the browser does not take the colours {colours:?}");
        // From the first key on, the browser marks the focus as for somebody without a mouse.
        gallery.browser.press_tab(1).await?;
        Ok(gallery)
    }

    /// Makes the page this large.
    ///
    /// # Errors
    /// If the browser is gone.
    pub async fn resize(&self, Size { width, height, scale }: Size) -> Result<()> {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
        self.browser.tell("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// The names of everything that can be drawn.
    ///
    /// # Errors
    /// If there is nothing.
    pub async fn scenes(&self) -> Result<Vec<String>> {
        let scenes: Vec<String> = serde_json::from_value(self.run("return gallery.scenes", vec![]).await?)?;
        ensure!(!scenes.is_empty(), "the gallery is empty");
        Ok(scenes)
    }

    /// The tags of the languages that have texts.
    ///
    /// # Errors
    /// If the browser is gone.
    pub async fn languages(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.run("return gallery.languages", vec![]).await?)?)
    }

    /// Draws a scene in a language.
    ///
    /// # Errors
    /// If there is no such scene.
    pub async fn draw(&self, scene: &str, language: &str) -> Result<()> {
        self.run("await gallery.draw(...given)", vec![json!(scene), json!(language)]).await.map(drop)
    }

    /// Looks at what is drawn, as somebody would who depends on its being accessible.
    ///
    /// # Errors
    /// If the look fails; what it finds is no error.
    pub async fn look(&self) -> Result<Seen> {
        Ok(serde_json::from_value(self.run("return gallery.look()", vec![]).await?)?)
    }

    /// Draws and looks.
    ///
    /// # Errors
    /// As [`Self::draw`] and [`Self::look`].
    pub async fn show(&self, scene: &str, language: &str) -> Result<Seen> {
        self.seen("await gallery.draw(...given); return gallery.look()", scene, language).await
    }

    /// Draws and looks for what longer or other words can spoil: the layout, not the colours and the tree, in a third of
    /// the time.
    ///
    /// # Errors
    /// As [`Self::draw`] and [`Self::look`].
    pub async fn glance(&self, scene: &str, language: &str) -> Result<Seen> {
        self.seen("await gallery.draw(...given); return gallery.glance()", scene, language).await
    }

    async fn seen(&self, body: &str, scene: &str, language: &str) -> Result<Seen> {
        let seen = self.run(body, vec![json!(scene), json!(language)]).await;
        Ok(serde_json::from_value(seen.with_context(|| format!("{scene} in {language}"))?)?)
    }

    /// What is out of sight on what is drawn: the primary button, or a field that the selector `fields` names.
    ///
    /// # Errors
    /// If the browser is gone.
    pub async fn out_of_sight(&self, fields: &str) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.run("return gallery.outOfSight(...given)", vec![json!(fields)]).await?)?)
    }

    /// Where Tab has to stop on what is drawn, and where it stops when it is pressed that often.
    ///
    /// # Errors
    /// If the browser is gone.
    pub async fn walk(&self) -> Result<(Vec<String>, Vec<String>)> {
        let stops: Vec<String> = serde_json::from_value(self.run("return gallery.follow()", vec![]).await?)?;
        self.browser.press_tab(stops.len()).await?;
        Ok((stops, serde_json::from_value(self.run("return gallery.followed()", vec![]).await?)?))
    }

    /// Runs the body of an async function in the page.
    ///
    /// # Errors
    /// If it throws.
    pub async fn run(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        self.browser.run(body, arguments).await
    }

    /// Saves what is to be seen as a PNG.
    ///
    /// # Errors
    /// If it cannot be taken or written.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        Ok(std::fs::write(path, self.browser.page().screenshot().await?)?)
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// If it is gone already.
    pub async fn close(self) -> Result<()> {
        self.browser.close().await
    }

    async fn has(&self, colours: Colours) -> Result<bool> {
        let query = format!(
            "(prefers-color-scheme: {}) and (forced-colors: {}) and (prefers-reduced-motion: reduce)",
            colours.scheme(),
            colours.forced(),
        );
        Ok(self.run("return matchMedia(given[0]).matches", vec![json!(query)]).await? == json!(true))
    }
}

async fn build() -> Result<()> {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", "gallery:build"]).current_dir(root().join("ui")).stdin(Stdio::null());
    let built = command.output().await.with_context(|| missing("npm"))?;
    let said = [built.stdout, built.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    ensure!(built.status.success(), "the gallery cannot be built: run `cargo xtask setup`, or read this: {said}");
    Ok(())
}
