//! A password that was changed elsewhere, as on a phone: the app's own look finds it, and finishing brings it to a real
//! keyring.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use latchkey_client::places::Places;
use latchkey_client::settings::Settings;
use latchkey_credstore::{Journal, Pending};
use latchkey_flow::screen::{Action, Case, PlacesState, Screen};
use latchkey_flow::window::{Opening, WindowKind};
use latchkey_tests::campus::Account;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, built};

use crate::keyring::Desk;
use crate::whole::Person;

const NEW: &str = "violet tractor onion mail";
const NEWER: &str = "another tractor onion mail";
const HOUR: i64 = 60 * 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_on_a_phone_is_noticed_and_finished_with_the_old_one() -> Result<()> {
    let mut workstation = Workstation::new().await?;
    workstation.save("Mail", "mail.example.edu")?;
    workstation.look()?;
    assert_eq!(workstation.open()?, [], "nothing has changed since the first look");
    workstation.reset_on_a_phone(NEWER).await?;

    workstation.look()?;

    let [change] = &workstation.open()?[..] else { anyhow::bail!("one change") };
    assert!(change.elsewhere && !change.uncertain);
    assert!(change.copies.iter().any(|copy| copy.label == "Mail" && copy.outcome.is_none()), "{:?}", change.copies);
    workstation.look()?;
    assert_eq!(workstation.open()?, std::slice::from_ref(change), "another look changes nothing");

    let rows = workstation.finish(NEWER, Some(NEW)).await;
    assert_eq!(rows, ["Mail"]);
    assert_eq!(workstation.secret("mail.example.edu")?, NEWER, "it held the old password: nobody was asked");
    until("the journal closes", PATIENCE, async || Ok(workstation.open()?.is_empty().then_some(()))).await?;
    workstation.look()?;
    assert_eq!(workstation.open()?, []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_old_password_what_is_saved_waits_for_a_tick() -> Result<()> {
    let mut workstation = Workstation::new().await?;
    workstation.save("Mail", "mail.example.edu")?;
    workstation.look()?;
    workstation.reset_on_a_phone(NEWER).await?;
    workstation.look()?;

    let rows = workstation.finish(NEWER, None).await;

    assert!(rows.contains(&"Mail".to_owned()), "{rows:?}");
    assert_eq!(workstation.secret("mail.example.edu")?, NEW);
    assert_eq!(workstation.open()?.len(), 1);
    // What a program saves in the meantime is found by the next look.
    workstation.save("Calendar", "calendar.example.edu")?;
    workstation.look()?;
    let [change] = &workstation.open()?[..] else { anyhow::bail!("one change") };
    assert!(change.copies.iter().any(|copy| copy.label == "Calendar"), "{:?}", change.copies);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workstation_that_is_not_known_and_a_server_that_is_away_open_nothing() -> Result<()> {
    let mut workstation = Workstation::new().await?;
    workstation.look()?;
    workstation.reset_on_a_phone(NEWER).await?;
    let policy = std::fs::read_to_string(&workstation.policy)?;

    std::fs::write(&workstation.policy, format!("{policy}remember_device = false\n"))?;
    assert!(workstation.look_ends_well()?);
    assert_eq!(workstation.open()?, []);

    // Nobody listens there.
    std::fs::write(&workstation.policy, "server = 'http://127.0.0.1:9'\n")?;
    assert!(workstation.look_ends_well()?, "of that server there is no token, so it is not asked");
    assert_eq!(workstation.open()?, []);

    std::fs::write(&workstation.policy, policy)?;
    workstation.look()?;
    assert_eq!(workstation.open()?.len(), 1);
    Ok(())
}

/// A workstation that knows its owner's account: they have reset their password here, and nothing is left to do.
struct Workstation {
    campus: Campus,
    ada: Account,
    settings: Settings,
    policy: PathBuf,
    desk: Desk,
}

impl Workstation {
    async fn new() -> Result<Self> {
        let campus = Campus::here(|_| {}).await?;
        let ada = campus.account_with(&["text_mobile", "questions"])?;
        let policy = campus.policy()?;
        let settings = Settings::read(&policy)?;
        let desk = tokio::task::block_in_place(Desk::with_keyring)?;
        let mut workstation = Self { campus, ada, settings, policy, desk };
        let mut person = workstation.person(Opening::of(Case::Forgotten))?;
        person.reset(&mut workstation.campus, &workstation.ada, NEW).await;
        let looked = |state| matches!(state, PlacesState::Asking | PlacesState::Finished);
        person.see(|screen| matches!(screen, Screen::Done { places, .. } if looked(places.state))).await;
        // The login keyring, which may still open with an older one.
        person.act(Action::LeaveForGood);
        until("nothing is left", PATIENCE, async || Ok(workstation.open()?.is_empty().then_some(()))).await?;
        until("the token", PATIENCE, async || Ok(workstation.token()?.then_some(()))).await?;
        workstation.campus.wait(HOUR)?;
        Ok(workstation)
    }

    /// The folder of the journal, where the app has it too.
    fn state(&self) -> PathBuf {
        self.desk.home.path().join("data/latchkey")
    }

    fn person(&self, opening: impl Into<Opening>) -> Result<Person> {
        let places = Places::new(built("latchkey-place")?, self.settings.place_policy(None));
        let places = places.in_session(self.desk.session());
        Ok(Person::on(&self.state(), opening, self.settings.clone(), Some(places)))
    }

    /// Saves the password of now as another program does.
    fn save(&self, label: &str, server: &str) -> Result<()> {
        let attributes = [("server", server), ("user", self.ada.account.as_str())];
        tokio::task::block_in_place(|| self.desk.store(label, &attributes, NEW))
    }

    fn secret(&self, server: &str) -> Result<String> {
        tokio::task::block_in_place(|| self.desk.secret("server", server))
    }

    fn token(&self) -> Result<bool> {
        let found = tokio::task::block_in_place(|| self.desk.found("xdg:schema", "app.latchkey.DeviceToken"))?;
        Ok(found.is_some())
    }

    fn open(&self) -> Result<Vec<Pending>> {
        Ok(Journal::open(self.state())?.pending()?)
    }

    async fn reset_on_a_phone(&mut self, new: &str) -> Result<()> {
        let mut phone = Person::with(Opening::of(Case::Forgotten), self.settings.clone(), None);
        phone.reset(&mut self.campus, &self.ada, new).await;
        phone.see(|screen| matches!(screen, Screen::Done { .. })).await;
        self.campus.wait(HOUR)
    }

    /// The look that the tray has made, by the program itself.
    fn look(&self) -> Result<()> {
        ensure!(self.look_ends_well()?, "the look has failed");
        Ok(())
    }

    fn look_ends_well(&self) -> Result<bool> {
        let program = built("latchkey")?;
        let mut look = self.desk.inside(program.to_str().context("a path")?, "nothing: build the app")?;
        look.arg("--look").env("LATCHKEY_POLICY", &self.policy);
        let ended = tokio::task::block_in_place(|| look.output())?;
        let said = String::from_utf8_lossy(&ended.stderr);
        ensure!(!said.contains("panicked"), "{said}");
        Ok(ended.status.success())
    }

    /// Finishes in the window; what its last screen lists.
    async fn finish(&self, new: &str, old: Option<&str>) -> Vec<String> {
        let mut person = self.person(WindowKind::Places).expect("a window");
        person.see(|screen| matches!(screen, Screen::FinishPlaces { busy: false, .. })).await;
        let password = person.sealed(new).await;
        let old = match old {
            Some(old) => Some(person.sealed(old).await),
            None => None,
        };
        person.act(Action::FinishPlaces { password, old });
        let ended = |state| matches!(state, PlacesState::Asking | PlacesState::Finished);
        let done = person.see(|screen| matches!(screen, Screen::Done { places, .. } if ended(places.state))).await;
        let Screen::Done { places, .. } = done else { unreachable!() };
        places.rows.into_iter().map(|row| row.copy.label).collect()
    }
}
