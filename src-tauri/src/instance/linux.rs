//! Linux: whoever has the name on the session bus is the instance, and a call by that name is what a second start does.
//!
//! The call is answered when it has been acted upon, and never by a process that is ending: its name goes to the next
//! one that asks for it, and whoever waits for its answer hears from the bus that it is gone.

use std::sync::Arc;

use tauri::plugin::{self, TauriPlugin};
use tauri::{AppHandle, RunEvent, WindowEvent, Wry};
use tokio::sync::{mpsc, oneshot};
use webkit2gtk::glib;
use zbus::blocking::{Connection, connection};
use zbus::fdo::{self, RequestNameFlags};

const PATH: &str = "/app/latchkey/Instance";
const INTERFACE: &str = "app.latchkey.Instance";

/// A process that is the only one of its name.
pub struct Instance {
    calls: mpsc::UnboundedReceiver<Call>,
    /// `None` without a session bus: then nobody can find this process.
    bus: Option<Connection>,
}

/// The arguments of a further start, which waits until they have been acted upon.
struct Call {
    arguments: Vec<String>,
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
    let bus = connection::Builder::session()?.serve_at(PATH, door)?.build()?;
    let arguments: Vec<_> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    loop {
        match bus.request_name_with_flags(name, RequestNameFlags::DoNotQueue.into()) {
            Ok(_) => return Ok(Some(bus)),
            Err(zbus::Error::NameTaken) => {}
            Err(error) => return Err(error),
        }
        match bus.call_method(Some(name), PATH, Some(INTERFACE), "Open", &arguments).map_err(fdo::Error::from) {
            Ok(_) => return Ok(None),
            // It has ended since, so that the name is to be had.
            Err(fdo::Error::NoReply(_) | fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

struct Door(mpsc::UnboundedSender<Call>);

#[zbus::interface(name = "app.latchkey.Instance")]
impl Door {
    async fn open(&self, arguments: Vec<String>) {
        let (acted, done) = oneshot::channel();
        let sent = self.0.send(Call { arguments, acted });
        if sent.is_err() || done.await.is_err() {
            // This process is ending. Its end is the answer.
            std::future::pending::<()>().await;
        }
    }
}

impl Instance {
    /// Calls `answer` with the arguments of every further start, and gives the name up as soon as the app is to end.
    pub fn plugin(self, answer: impl Fn(&AppHandle, &[String]) + Send + Sync + 'static) -> TauriPlugin<Wry> {
        let Self { mut calls, mut bus } = self;
        let answer = Arc::new(answer);
        plugin::Builder::new("instance")
            .setup(move |app, _| {
                let app = app.clone();
                tauri::async_runtime::spawn(async move {
                    while let Some(Call { arguments, acted }) = calls.recv().await {
                        what_came_before().await;
                        let (handle, answer) = (app.clone(), Arc::clone(&answer));
                        // An error means that the app has ended, and that is what the caller is to hear.
                        let _ = app.run_on_main_thread(move || {
                            answer(&handle, &arguments);
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

/// A window is all that its process has, and nothing prevents it from closing.
fn is_the_end(event: &RunEvent) -> bool {
    matches!(
        event,
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { .. }, .. }
            | RunEvent::ExitRequested { code: Some(_), .. }
    )
}
