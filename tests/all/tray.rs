//! The tray beside windows that others have started, and what it says.

use std::collections::HashMap;

use anyhow::{Context, Result};
use jiff::Timestamp;
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_credstore::{ChangeKey, Journal};
use latchkey_tests::hands::Hands;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, Desk};
use tokio::sync::mpsc;
use zbus::Connection;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

/// The name of the tray on the bus.
const TRAY: &str = "app.latchkey.Latchkey";
const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";

/// A desktop that shows notifications: hands each title on.
struct Shown(mpsc::UnboundedSender<String>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Shown {
    #[expect(clippy::too_many_arguments, reason = "the specification's own call")]
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        _body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        drop(self.0.send(summary));
        1
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["actions".into(), "body".into()]
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;
}

fn copy(id: &str) -> Copy {
    Copy {
        id: id.to_owned(),
        place: PlaceKind::SecretService,
        label: "Files".into(),
        user: Some("ada".into()),
        target: None,
        standing: Standing::Proven,
    }
}

/// Shows notifications on this desk, and hears of their titles.
async fn notifications(desk: &Desk) -> Result<(Connection, mpsc::UnboundedReceiver<String>)> {
    let (titles, shown) = mpsc::unbounded_channel();
    let bus = zbus::connection::Builder::address(desk.bus_address())?
        .serve_at(NOTIFICATIONS, Shown(titles))?
        .name("org.freedesktop.Notifications")?
        .build()
        .await?;
    Ok((bus, shown))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_elsewhere_is_said_though_nobody_knows_yet_what_is_saved_here() -> Result<()> {
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let (_bus, mut shown) = notifications(&desk).await?;
    let _tray = Hands::start(&desk, &campus.policy()?, &["--tray"])?;
    until("the tray", PATIENCE, async || Ok(desk.has_name(TRAY).await?.then_some(()))).await?;

    let journal = Journal::open(desk.folder().join("data/latchkey"))?;
    let hour = |hours| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hours);
    assert_eq!(journal.heard("ada", hour(1), hour(9))?, None);
    assert!(journal.heard("ada", hour(2), hour(9))?.is_some());

    let title = tokio::time::timeout(PATIENCE, shown.recv()).await.context("nothing is said")?.context("a title")?;
    assert!(title.contains("elsewhere"), "{title}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_left_unfinished_is_said_once_and_opens_by_a_click() -> Result<()> {
    // H10
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let (bus, mut shown) = notifications(&desk).await?;
    let _tray = Hands::start(&desk, &campus.policy()?, &["--tray"])?;
    until("the tray", PATIENCE, async || Ok(desk.has_name(TRAY).await?.then_some(()))).await?;

    let journal = Journal::open(desk.folder().join("data/latchkey"))?;
    let change = ChangeKey { account: "ada".to_owned(), changed_at: Timestamp::UNIX_EPOCH };
    journal.begin(&change)?;
    journal.planned(&change, &[copy("/1"), copy("/2")])?;
    journal.record(&change, "/1", Outcome::Updated)?;

    let title = tokio::time::timeout(PATIENCE, shown.recv()).await.context("nothing is said")?.context("a title")?;
    assert!(title.contains("need"), "{title}");
    let emitter = SignalEmitter::new(&bus, NOTIFICATIONS)?;
    until("the window that finishes", PATIENCE, async || {
        // Clicked again until something opens, since the first click may come before the tray listens for one.
        Shown::action_invoked(&emitter, 1, "default").await?;
        Ok(desk.has_name("app.latchkey.Latchkey.places").await?.then_some(()))
    })
    .await
}
