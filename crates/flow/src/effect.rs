//! What a flow wants done.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_api as api;
use latchkey_api::flow::{Intent, Method};
use latchkey_api::human_check::Solution;
use latchkey_api::password::Rule;
use latchkey_api::place::PlaceKind;
use secrecy::SecretString;
use uuid::Uuid;

use crate::Timer;
use crate::window::Opening;

/// One thing that has to be done by whoever owns the flow.
///
/// Calls of the flow (from [`Effect::Start`] to [`Effect::Cancel`]) take each other's place: after one of them, the
/// answer to the one before is not handed in any more.
#[derive(Debug)]
pub enum Effect {
    FetchCampus,
    /// Fetch characters to see and to hear, spoken in this language.
    FetchCharacters {
        language: String,
    },
    /// Pay a human check and start a flow; where the person has not solved one, the app does. The token of this
    /// workstation, where it has one, goes with it.
    Start {
        intent: Intent,
        account: String,
        language: String,
        solution: Option<Solution>,
    },
    /// Ask where the flow stands.
    Look,
    /// Tell the server that somebody is still there and needs more time.
    Extend {
        revision: u32,
    },
    Challenge {
        revision: u32,
        method: Method,
        destination: Option<String>,
    },
    Prove(api::flow::Proof),
    SetPassword {
        revision: u32,
        /// In a change: the directory takes the new password with the current one.
        old: Option<SecretString>,
        new: SecretString,
        operation: Uuid,
    },
    AddMeans(api::flow::AddMeans),
    ConfirmMeans {
        id: String,
        confirm: api::flow::ConfirmMeans,
    },
    CheckMeans {
        id: String,
        check: api::flow::CheckMeans,
    },
    RemoveMeans {
        id: String,
        remove: api::flow::RemoveMeans,
    },
    FinishSetup {
        revision: u32,
    },
    Cancel {
        revision: u32,
    },
    /// Nobody waits for the answer to the last call of the flow any more.
    DropCall,
    /// Make this workstation known to the account, unless its policy forbids that: the server takes it once, at the end
    /// of an attempt. Nobody waits for an answer.
    RememberDevice {
        revision: u32,
        account: String,
    },
    /// Say whether it was helpful. Nobody waits for an answer.
    Feedback(api::flow::Feedback),
    NotMe {
        code: SecretString,
    },
    /// Come back after a while; a later one for the same timer replaces it.
    WakeIn {
        timer: Timer,
        after: Duration,
    },
    /// Draw random words that keep these rules.
    MakePassphrase {
        rules: Vec<Rule>,
        account: String,
    },
    /// Open the system's dialog for printing what the page shows.
    Print,
    /// Write a file for the person that nobody else can read.
    SaveCodes {
        campus: String,
        language: String,
        codes: Vec<SecretString>,
    },
    /// Note in the journal that a write is about to go out, before it does: what becomes of it is uncertain until then.
    NoteWrite {
        account: String,
    },
    /// Take that note back: the server says that nothing was written.
    DropWrite {
        account: String,
    },
    /// Make the journal's note of this change certain, then look into every place.
    FindCopies {
        change: Change,
        old: Option<SecretString>,
        /// What holds it already is not asked about.
        new: SecretString,
    },
    /// Change these copies. What is told of each is an [`crate::Input::Refreshed`], and then one
    /// [`crate::Input::RefreshEnded`].
    RefreshCopies {
        change: Change,
        ids: Vec<String>,
        /// The person ticked them; otherwise the proof that they held the old password allows it.
        ticked: bool,
        old: Option<SecretString>,
        new: SecretString,
    },
    /// Put one copy back as it was before it was ticked, and say so as for a refresh.
    PutBack {
        change: Change,
        id: String,
    },
    /// Forget what copies held before: nothing can be put back any more.
    ForgetPutBack,
    /// Ask the person to unlock these places, then look again.
    Unlock {
        change: Change,
        places: Vec<PlaceKind>,
        old: Option<SecretString>,
        new: SecretString,
    },
    /// Note in the journal that nothing of this change is left to do on this workstation.
    CloseJournal {
        change: Change,
    },
    /// Show a message beside the window, by id.
    Notify(&'static str),
    /// Let go of what the web view has seen of a secret.
    RenewPage,
    /// Open another window as a process of its own and, once that has started, close this one.
    OpenWindow(Opening),
    CloseWindow,
}

/// Which change of a password is carried to the places: a refresh of an older one never takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub account: String,
    pub changed_at: Timestamp,
}
