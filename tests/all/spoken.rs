//! The real windows as somebody uses them who sees nothing: keys alone, and what a screen reader hears.

use anyhow::{Result, bail};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_reset_is_spoken_every_control_has_a_name_and_every_error_is_announced() -> Result<()> {
    // AX-07, AX-08
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&["text_mobile", "questions"])?;
    desk.store("Drive", &[("server", "files.example.edu"), ("user", &account.account)], &account.password).await?;
    let window = Hands::start(&desk, &campus.policy()?, &["--recover"])?;
    let mut heard = Listening::to(&desk, window).await?;

    heard.screen("What can we help you with?").await?;
    heard.press_on("case-forgotten", "Return").await?;
    heard.screen("Reset your password").await?;
    heard.press_on("skip-characters", "Return").await?;
    heard.announced("status", "You do not need the characters").await?;
    heard.press_on("account", "Return").await?;
    heard.announced("alert", "Type your user ID").await?;
    heard.fill("account", &account.account).await?;
    heard.press("Return").await?;

    heard.screen("How should we check that it is you?").await?;
    heard.fill("destination", "+1 202 555 0001").await?;
    heard.press("Return").await?;
    heard.announced("alert", "This does not match what we have for you").await?;
    let number = account.proof("text_mobile")?.destination()?.to_owned();
    heard.fill("destination", &number).await?;
    heard.press("Return").await?;
    heard.screen("Enter the code").await?;
    heard.fill("code", "00000000").await?;
    heard.press("Return").await?;
    heard.announced("alert", "That code is not right").await?;
    let code = campus.code_to(&number).await?;
    heard.fill("code", &code).await?;
    heard.press("Return").await?;

    // The second gate offers the questions first.
    heard.screen("Now prove it in a second way").await?;
    heard.press("Tab").await?;
    heard.press("Return").await?;
    heard.screen("Answer your security questions").await?;
    let answers = account.proof("questions")?.answers.clone();
    for answer in &answers {
        heard.fill(&format!("answer-{}", answer.id), "not this").await?;
    }
    heard.press("Return").await?;
    heard.announced("alert", "Not all answers are right").await?;
    for answer in &answers {
        heard.fill(&format!("answer-{}", answer.id), &answer.answer).await?;
    }
    heard.press("Return").await?;

    heard.screen("Choose a new password").await?;
    heard.fill("new-password", "short").await?;
    let field = heard.ear.all().into_iter().rfind(|one| one.said == "focus" && one.name == "New password");
    // PW-14: the rules are heard with the field, before anything is typed.
    assert!(field.is_some_and(|field| field.description.contains("at least")), "{:?}", heard.log.last());
    heard.fill("confirm-password", "shirt").await?;
    heard.press("Tab").await?;
    heard.announced("status", "The two passwords are not the same yet").await?;
    heard.press_on("confirm-password", "Return").await?;
    heard.announced("alert", "The two new passwords are not the same").await?;
    heard.fill("confirm-password", "short").await?;
    heard.press("Return").await?;
    heard.announced("alert", "This password cannot be used").await?;
    heard.fill("new-password", NEW).await?;
    heard.announced("status", "rules are met").await?;
    heard.fill("confirm-password", NEW).await?;
    heard.press("Return").await?;

    heard.screen("Your password has been reset").await?;
    heard.window.see("refresh").await?;
    heard.press("Tab").await?;
    heard.press("space").await?;
    heard.press_on("refresh", "Return").await?;
    heard.announced("status", "Drive: Updated").await?;
    heard.window.see("close").await?;
    heard.note();

    let folder = root().join("target/spoken");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("reset.md"), heard.log.iter().map(|line| format!("- {line}\n")).collect::<String>())?;
    assert!(heard.controls > 60, "only {} controls were looked at", heard.controls);
    assert_eq!(heard.nameless, [], "controls without a name");
    // What was typed into a field for passwords is never said.
    let said = heard.log.join("\n");
    for secret in [NEW, &answers[0].answer] {
        assert!(!said.contains(secret), "a secret was said aloud: {secret}");
    }
    Ok(())
}
