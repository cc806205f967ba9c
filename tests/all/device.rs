//! The token by which the server knows a workstation: the whole client and server, with a real keyring between two
//! resets (OT-15).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use latchkey_api::place::{PlaceError, PlaceKind};
use latchkey_client::places::{Looking, PlacePolicy, Places};
use latchkey_client::settings::Settings;
use latchkey_flow::screen::{Case, PlacesState, Screen};
use latchkey_flow::window::Opening;
use latchkey_tests::campus::Account;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, built};
use zbus::blocking::{Connection, connection};
use zbus::zvariant::OwnedObjectPath;

use crate::keyring::Desk;
use crate::whole::Person;

/// The schema of the item that the token lies in.
const SCHEMA: (&str, &str) = ("xdg:schema", "app.latchkey.DeviceToken");
const NEW: &str = "violet tractor onion mail";
const NEWER: &str = "another tractor onion mail";

// OT-15
#[tokio::test(flavor = "multi_thread")]
async fn a_finished_reset_leaves_a_token_that_the_next_start_sends_and_no_look_lists() -> Result<()> {
    let mut workstation = Workstation::new().await?;
    let ada = workstation.ada.clone();

    let copies = workstation.reset(NEW).await;

    workstation.has_ended("keep_token").await?;
    let first = workstation.token()?.context("a token")?;
    assert_eq!(first.len(), 43);
    assert!(!copies.iter().any(|copy| copy.starts_with("Latchkey")), "{copies:?}");
    let looking =
        Looking { accounts: vec![ada.account.clone()], old: Some(first.as_str().into()), new: None, reset: true };
    let (found, _) = workstation.places()?.find(&looking);
    assert!(found.iter().all(|copy| copy.place == PlaceKind::LoginKeyring), "{found:?}");
    workstation.desk.lock()?;
    assert_eq!(workstation.places()?.find(&Looking { reset: false, ..looking }).0, []);
    workstation.desk.unlock()?;
    let attributes = workstation.desk.parts(&workstation.item()?.context("an item")?)?.1;
    assert!(!format!("{attributes:?}").contains(&ada.account), "{attributes:?}");

    // The server gives another token to whoever sends one that it knows, and to nobody else.
    let mut person = workstation.person()?;
    person.identify(&ada.account.to_uppercase()).await;
    until("another token", PATIENCE, async || Ok(workstation.token()?.filter(|token| *token != first).map(drop)))
        .await?;
    Ok(())
}

// OT-15
#[tokio::test(flavor = "multi_thread")]
async fn with_a_locked_keyring_nobody_is_asked_and_the_reset_ends_as_always() -> Result<()> {
    let mut workstation = Workstation::new().await?;
    let asked = Prompter::on(&workstation.desk)?;
    workstation.desk.lock()?;

    workstation.reset(NEW).await;

    workstation.has_ended("keep_token").await?;
    assert!(!asked.was(), "the keyring has put a question");
    workstation.desk.unlock()?;
    assert_eq!(workstation.item()?, None);
    // A question would have been heard.
    workstation.desk.lock()?;
    let unlocked = workstation.places()?.unlock(PlaceKind::SecretService, &Looking::default());
    assert_eq!(unlocked.unwrap_err(), PlaceError::Declined);
    assert!(asked.was());
    Ok(())
}

// OT-15
#[tokio::test(flavor = "multi_thread")]
async fn where_the_policy_forbids_it_nothing_is_kept_and_a_token_from_before_is_forgotten() -> Result<()> {
    let mut workstation = Workstation::new().await?;
    workstation.reset(NEW).await;
    workstation.has_ended("keep_token").await?;
    assert!(workstation.item()?.is_some());
    fs::remove_file(&workstation.ended)?;

    workstation.settings.remember_device = false;
    workstation.reset(NEWER).await;

    workstation.has_ended("forget_token").await?;
    assert_eq!(workstation.item()?, None);
    let ended = fs::read_to_string(&workstation.ended)?;
    assert!(!ended.contains("read_token") && !ended.contains("keep_token"), "{ended}");
    Ok(())
}

/// A desk, a campus, and somebody who has an account there.
struct Workstation {
    campus: Campus,
    ada: Account,
    settings: Settings,
    desk: Desk,
    program: PathBuf,
    /// The tasks that the place program has ended.
    ended: PathBuf,
}

impl Workstation {
    async fn new() -> Result<Self> {
        let campus = Campus::here(|_| {}).await?;
        let ada = campus.account_with(&["text_mobile", "questions"])?;
        let settings = Settings::read(&campus.policy()?)?;
        let desk = tokio::task::block_in_place(Desk::with_keyring)?;
        let (program, ended) = program_that_notes_its_tasks(desk.home.path())?;
        Ok(Self { campus, ada, settings, desk, program, ended })
    }

    fn places(&self) -> Result<Places> {
        Ok(Places::new(built("latchkey-place")?, PlacePolicy::default()).in_session(self.desk.session()))
    }

    /// Somebody who opens the window of a forgotten password.
    fn person(&self) -> Result<Person> {
        let places = Places::new(self.program.clone(), self.settings.place_policy(None));
        let places = places.in_session(self.desk.session());
        Ok(Person::with(Opening::of(Case::Forgotten), self.settings.clone(), Some(places)))
    }

    /// Resets the password; the titles of what the last screen lists.
    async fn reset(&mut self, new: &str) -> Vec<String> {
        let mut person = self.person().expect("a window");
        person.reset(&mut self.campus, &self.ada, new).await;
        let looked = |state| matches!(state, PlacesState::Asking | PlacesState::Finished);
        let done = person.see(|screen| matches!(screen, Screen::Done { places, .. } if looked(places.state))).await;
        let Screen::Done { places, .. } = done else { unreachable!() };
        places.rows.into_iter().map(|row| row.copy.label).collect()
    }

    async fn has_ended(&self, task: &str) -> Result<()> {
        let ended = async || Ok(fs::read_to_string(&self.ended).unwrap_or_default().contains(task).then_some(()));
        until(task, PATIENCE, ended).await
    }

    fn item(&self) -> Result<Option<OwnedObjectPath>> {
        tokio::task::block_in_place(|| self.desk.found(SCHEMA.0, SCHEMA.1))
    }

    fn token(&self) -> Result<Option<String>> {
        let Some(item) = self.item()? else { return Ok(None) };
        tokio::task::block_in_place(|| self.desk.secret_at(&item)).map(Some)
    }
}

/// The place program behind a script that says what it says once it has ended; and a file of the tasks with a token.
fn program_that_notes_its_tasks(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let (script, ended) = (folder.join("place"), folder.join("ended"));
    let text = format!(
        r#"#!/bin/sh
        IN={folder}/$$.in; OUT={folder}/$$.out
        cat > $IN; {real} "$@" < $IN > $OUT; code=$?
        grep -ao '[a-z]*_token' $IN | head -n 1 >> {ended}
        cat $OUT; exit $code
        "#,
        folder = folder.display(),
        real = built("latchkey-place")?.display(),
        ended = ended.display()
    );
    fs::write(&script, text)?;
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
    Ok((script, ended))
}

/// What GNOME Keyring asks to show its prompts: notes that it was asked, and shows none.
struct Prompter {
    asked: Arc<AtomicBool>,
    _connection: Connection,
}

struct Asked(Arc<AtomicBool>);

#[zbus::interface(name = "org.gnome.keyring.internal.Prompter")]
impl Asked {
    fn begin_prompting(&self, _callback: OwnedObjectPath) -> zbus::fdo::Result<()> {
        self.0.store(true, Ordering::SeqCst);
        Err(zbus::fdo::Error::Failed("nobody is here".into()))
    }
}

impl Prompter {
    fn on(desk: &Desk) -> Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        let connection = tokio::task::block_in_place(|| {
            connection::Builder::address(desk.address.as_str())?
                .name("org.gnome.keyring.SystemPrompter")?
                .serve_at("/org/gnome/keyring/Prompter", Asked(Arc::clone(&asked)))?
                .build()
        })?;
        Ok(Self { asked, _connection: connection })
    }

    fn was(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}
