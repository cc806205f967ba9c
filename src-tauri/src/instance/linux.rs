//! Linux: whoever has the name on the session bus is the instance, and a call by that name is what a second start does.
//!
//! The call is answered when it has been acted upon, and never by a process that is ending: its name goes to the next
//! one that asks for it, and whoever waits for its answer hears from the bus that it is gone. A process that neither
//! answers nor ends is waited for 2 seconds: nobody who asks for a window should wonder whether there will be one.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use gdkwayland::WaylandDisplay;
use gdkwayland::gdk::Display;
use tauri::plugin::{self, TauriPlugin};
use tauri::{AppHandle, RunEvent, WindowEvent, Wry};
use tokio::sync::{mpsc, oneshot};
use webkit2gtk::glib::{self, Cast};
use zbus::blocking::{Connection, connection};
use zbus::fdo::{self, RequestNameFlags, RequestNameReply};

use super::FurtherStart;

const PATH: &str = "/app/latchkey/Instance";
const INTERFACE: &str = "app.latchkey.Instance";

/// How long the process that has the name is given to act upon a further start.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a process finds the leave to come to the front that it was started with: under Wayland and under X11.
const ACTIVATION: [&str; 2] = ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"];

/// A process that is the only one of its name.
pub struct Instance {
    calls: mpsc::UnboundedReceiver<Call>,
    /// `None` without a session bus: then nobody can find this process.
    bus: Option<Connection>,
}

/// A further start, which waits until it has been acted upon.
struct Call {
    start: FurtherStart,
    acted: oneshot::Sender<()>,
}

/// Becomes the only process of this name; `None` if there is one, which has acted upon our arguments instead.
pub fn claim(name: &str) -> Option<Instance> {
    let (sender, calls) = mpsc::unbounded_channel();
    match take_or_hand_over(name, Door(sender)) {
        Ok(None) => None,
        Ok(bus) => Some(Instance { calls, bus }),
        Err(error) => {
            tracing::warn!(%error, name, "there may be more of these: the session bus keeps none the only one");
            Some(Instance { calls, bus: None })
        }
    }
}

fn take_or_hand_over(name: &str, door: Door) -> zbus::Result<Option<Connection>> {
    let bus = connection::Builder::session()?.method_timeout(PATIENCE).serve_at(PATH, door)?.build()?;
    let arguments: Vec<_> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let activation = ACTIVATION.iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default();
    let handed_over = (arguments, activation);
    loop {
        match bus.request_name_with_flags(name, RequestNameFlags::DoNotQueue.into()) {
            Ok(_) => return Ok(Some(bus)),
            Err(zbus::Error::NameTaken) => {}
            Err(error) => return Err(error),
        }
        match bus.call_method(Some(name), PATH, Some(INTERFACE), "Open", &handed_over) {
            Ok(_) => return Ok(None),
            Err(error) if is_too_late(&error) => return go_on_beside(name, bus).map(Some),
            Err(error) => match fdo::Error::from(error) {
                // It has ended since, so that the name is to be had.
                fdo::Error::NoReply(_) | fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_) => {}
                error => return Err(error.into()),
            },
        }
    }
}

fn is_too_late(error: &zbus::Error) -> bool {
    matches!(error, zbus::Error::InputOutput(error) if error.kind() == io::ErrorKind::TimedOut)
}

/// Whoever has the name does not answer: this process goes on, and has the name as soon as that one ends.
fn go_on_beside(name: &str, bus: Connection) -> zbus::Result<Connection> {
    match bus.request_name_with_flags(name, Default::default())? {
        RequestNameReply::PrimaryOwner | RequestNameReply::AlreadyOwner => {}
        RequestNameReply::InQueue | RequestNameReply::Exists => {
            tracing::warn!(name, "the process that is there already does not answer; this one goes on by itself");
        }
    }
    Ok(bus)
}

struct Door(mpsc::UnboundedSender<Call>);

#[zbus::interface(name = "app.latchkey.Instance")]
impl Door {
    async fn open(&self, arguments: Vec<String>, activation: String) {
        let (acted, done) = oneshot::channel();
        let start = FurtherStart { arguments, activation: Some(activation).filter(|token| !token.is_empty()) };
        let sent = self.0.send(Call { start, acted });
        if sent.is_err() || done.await.is_err() {
            // This process is ending. Its end is the answer.
            std::future::pending::<()>().await;
        }
    }
}

impl Instance {
    /// Calls `answer` with every further start, and gives the name up as soon as the app is to end.
    pub fn plugin(self, answer: impl Fn(&AppHandle, &FurtherStart) + Send + Sync + 'static) -> TauriPlugin<Wry> {
        let Self { mut calls, mut bus } = self;
        let answer = Arc::new(answer);
        plugin::Builder::new("instance")
            .setup(move |app, _| {
                let app = app.clone();
                tauri::async_runtime::spawn(async move {
                    while let Some(Call { start, acted }) = calls.recv().await {
                        what_came_before().await;
                        let (handle, answer) = (app.clone(), Arc::clone(&answer));
                        // An error means that the app has ended, and that is what the caller is to hear.
                        let _ = app.run_on_main_thread(move || {
                            let_to_the_front(&start);
                            answer(&handle, &start);
                            let _ = acted.send(());
                        });
                    }
                });
                Ok(())
            })
            .on_event(move |_, event| {
                if is_the_end(event)
                    && let Some(Err(error)) = bus.take().map(Connection::close)
                {
                    tracing::warn!(%error, "the session bus keeps the name until this process has ended");
                }
            })
            .build()
    }
}

/// Returns when the display's events so far have been taken up. Somebody who closes a window and opens it again has
/// done so in this order, but the two come by different ways.
async fn what_came_before() {
    let (idle, is_idle) = oneshot::channel();
    glib::idle_add_once(move || {
        let _ = idle.send(());
    });
    let _ = is_idle.await;
}

/// Under Wayland a window comes to the front only with the leave of whoever was clicked on; the next window that is
/// raised uses it. X11 asks for none.
fn let_to_the_front(start: &FurtherStart) {
    let Some(token) = &start.activation else { return };
    let display = Display::default().and_then(|display| display.downcast::<WaylandDisplay>().ok());
    if let Some(display) = display {
        display.set_startup_notification_id(token);
    }
}

/// A window is all that its process has, and nothing prevents it from closing.
fn is_the_end(event: &RunEvent) -> bool {
    matches!(
        event,
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { .. }, .. }
            | RunEvent::ExitRequested { code: Some(_), .. }
    )
}
