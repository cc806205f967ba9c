//! The real windows as somebody uses them who sees nothing: keys alone, and what a screen reader hears.

use anyhow::{Context, Result, bail};
use latchkey_tests::ear::{Ear, Heard};
use latchkey_tests::hands::Hands;
use latchkey_tests::{Campus, Desk, root};

const NEW: &str = "violet tractor onion mail";

/// A window that is heard and not seen.
struct Listening<'a> {
    window: Hands<'a>,
    ear: Ear,
    since: usize,
    /// What was done and heard, for people to read.
    log: Vec<String>,
    nameless: Vec<Heard>,
    controls: usize,
}

impl<'a> Listening<'a> {
    async fn to(desk: &'a Desk, window: Hands<'a>) -> Result<Self> {
        let ear = Ear::listen(desk, window.pid()?).await?;
        Ok(Self { window, ear, since: 0, log: Vec::new(), nameless: Vec::new(), controls: 0 })
    }

    /// Waits until the focus is on the heading of a screen, and asks for every control on it.
    async fn screen(&mut self, heading: &str) -> Result<()> {
        let heard = self.ear.hears(self.since, "focus", heading).await?;
        if heard.role != "heading" {
            bail!("{heading} is a {} and no heading", heard.role);
        }
        self.note();
        let controls = self.ear.controls().await?;
        self.since = self.ear.mark();
        // A form may be nameless: it is no control, and its heading says what it is for.
        let own: Vec<Heard> = controls.into_iter().filter(|one| one.role != "form").collect();
        self.controls += own.len();
        self.nameless.extend(own.iter().filter(|one| one.name.trim().is_empty()).cloned());
        if own.is_empty() {
            bail!("{heading}: no control was found");
        }
        Ok(())
    }

    /// Waits until something is announced.
    async fn announced(&mut self, said: &str, text: &str) -> Result<()> {
        self.ear.hears(self.since, said, text).await?;
        self.note();
        Ok(())
    }

    async fn press(&mut self, key: &str) -> Result<()> {
        self.note();
        self.log.push(format!("*presses {key}*"));
        self.window.key(key).await
    }

    async fn press_on(&mut self, id: &str, key: &str) -> Result<()> {
        self.window.reach(id).await?;
        self.press(key).await
    }

    async fn fill(&mut self, id: &str, text: &str) -> Result<()> {
        self.window.reach(id).await?;
        self.window.key("ctrl+a").await?;
        self.window.type_text(text).await?;
        self.note();
        self.log.push(format!("*types into {id}*"));
        Ok(())
    }

    /// Writes down what was heard since the last note.
    fn note(&mut self) {
        for heard in self.ear.all().into_iter().skip(self.since) {
            if ["focus", "alert", "status"].contains(&heard.said.as_str()) && !heard.name.is_empty() {
                let line = heard.to_string();
                if self.log.last() != Some(&line) {
                    self.log.push(line);
                }
            }
        }
        self.since = self.ear.mark();
    }
}
