//! The four commands of a page. Each sends a message to the task that owns the flow, and returns.

use std::sync::atomic::{AtomicU32, Ordering};

use latchkey_client::run::Message;
use latchkey_client::seal::SealKey;
use latchkey_flow::screen::{Action, Case, Rating, Sealed, View};
use tauri::State;
use tokio::sync::{mpsc, oneshot};

/// Where messages go.
pub struct Inbox {
    messages: mpsc::UnboundedSender<Message>,
    looks: AtomicU32,
}

impl Inbox {
    pub fn new(messages: mpsc::UnboundedSender<Message>) -> Self {
        Self { messages, looks: AtomicU32::new(0) }
    }

    /// Says what a second start was asked for, to a window that may still be asking.
    pub fn choose(&self, case: Case) {
        // A task that has ended has no use for it.
        drop(self.messages.send(Message::Act(Action::ChooseCase { case })));
    }

    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Result<T, Gone> {
        let (answer, answered) = oneshot::channel();
        self.messages.send(message(answer)).map_err(|_| Gone)?;
        answered.await.map_err(|_| Gone)
    }
}

/// The looks of a page before the one that says its first frame is on the screen, and before the one that says its
/// first whole screen is.
const LOOKS_UNTIL_PAINTED: u32 = 1;
const LOOKS_UNTIL_SCREEN: u32 = 2;

/// The task has ended, or had no answer: the window is closing.
#[derive(Debug, serde::Serialize)]
pub struct Gone;

/// What to draw now. A page asks as it starts, when its first frame is painted, and when its first screen is and it has
/// subscribed. The bench waits for what is logged of it.
#[tauri::command]
pub async fn screen(inbox: State<'_, Inbox>) -> Result<View, Gone> {
    match inbox.looks.fetch_add(1, Ordering::Relaxed) {
        LOOKS_UNTIL_PAINTED => tracing::info!("window painted"),
        LOOKS_UNTIL_SCREEN => tracing::info!("screen painted"),
        _ => {}
    }
    inbox.ask(Message::Screen).await
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "the form of a command's state")]
pub fn act(inbox: State<'_, Inbox>, action: Action<Sealed>) -> Result<(), Gone> {
    inbox.messages.send(Message::Act(action)).map_err(|_| Gone)
}

#[tauri::command]
pub async fn rate(inbox: State<'_, Inbox>, sealed: Sealed) -> Result<Rating, Gone> {
    inbox.ask(|answer| Message::Rate(sealed, answer)).await
}

#[tauri::command]
pub async fn key(inbox: State<'_, Inbox>) -> Result<SealKey, Gone> {
    inbox.ask(Message::Key).await?.map_err(|_| Gone)
}
