//! What a window shows: plain values that the pages draw, and the [`Action`]s that they send back.
//!
//! A secret is not `Serialize`, so it cannot stand on a screen:
//!
//! ```compile_fail
//! #[derive(serde::Serialize)]
//! struct Leaky { password: secrecy::SecretString }
//! ```
//!
//! What a person has to read, once, is a [`Revealed`], and is made to be one in one place.

mod action;
mod places;
mod rating;
mod revealed;
mod trouble;

use jiff::Timestamp;
use latchkey_api::campus::Helpdesk;
use latchkey_api::flow::{Gate, Intent, Means, Method, MethodChoice, Question, Registered};
use latchkey_api::password::Rule;
use latchkey_api::problem::AnswerRefusal;
use serde::{Deserialize, Serialize};

pub(crate) use self::action::Fit;
pub use self::action::{Action, Sealed, TypedAnswer};
pub use self::places::{PlacesState, PlacesView, RowView};
pub use self::rating::{RatedRule, Rating};
pub use self::revealed::Revealed;
pub use self::trouble::{AppTrouble, Trouble, TroubleCode};

/// Everything that a window draws.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct View {
    /// Grows with every change, so that an old answer never overwrites a newer one.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub sequence: u64,
    /// The language of the window, by tag; the pages have its texts and its direction.
    pub language: String,
    /// Absent until the server has answered for the first time.
    pub campus: Option<CampusView>,
    /// What the helpdesk asks for: the public id of the flow.
    pub support_code: Option<String>,
    pub gate: Option<Gate>,
    pub can_cancel: bool,
    /// Seconds from when this view was made until the flow ends because nobody does anything; absent where none runs.
    pub ends_in: Option<u32>,
    pub screen: Screen,
}

/// What somebody came for, in their own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Case {
    /// "I forgot my password."
    Forgotten,
    /// "I never received one."
    NeverReceived,
    /// "I know it, but I am locked out."
    LockedOut,
    /// "I know it and want to change it."
    Change,
    /// "I have not set up recovery yet."
    Register,
}

impl Case {
    pub const ALL: [Self; 5] = [Self::Forgotten, Self::NeverReceived, Self::LockedOut, Self::Change, Self::Register];

    #[must_use]
    pub const fn intent(self) -> Intent {
        match self {
            Self::Forgotten | Self::NeverReceived => Intent::Reset,
            Self::LockedOut => Intent::Unlock,
            Self::Change => Intent::Change,
            Self::Register => Intent::Register,
        }
    }
}

/// The campus as the band and the footer show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct CampusView {
    pub name: String,
    pub colour: Option<String>,
    pub logo_png: Option<String>,
    pub helpdesk: Helpdesk,
    /// What the campus calls the user ID in the window's language, where it has its own word.
    pub account_label: Option<String>,
    pub account_example: Option<String>,
}

/// One screen. Each has a file of its name among the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "screen", rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum Screen {
    /// The server has not answered yet.
    Starting,
    /// "What happened?": the cases, each in the words of somebody who is stuck.
    Start {
        cases: Vec<Case>,
    },
    /// "This is not my work or school account": where to go instead.
    Elsewhere,
    /// "I was told of something that I did not do": the code of the notice undoes it.
    NotMe {
        busy: bool,
        error: Option<Trouble>,
    },
    NotMeDone {
        /// Whether a change of what is set up was undone.
        undone: bool,
    },
    /// "Who are you?": the user ID and the human check, seen only where characters are shown.
    Identify {
        case: Case,
        account: String,
        /// Who is signed in to the workstation, where that is a campus account.
        known_account: Option<String>,
        characters: Option<CharactersView>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// The user ID and the password that is known, before recovery is set up.
    SignIn {
        account: String,
        known_account: Option<String>,
        /// The account is certain: it was asked before and the last proof is too old by now.
        again: bool,
        busy: bool,
        error: Option<Trouble>,
    },
    /// One of the methods for this gate, with the full number or address where something is sent.
    ChooseMethod {
        methods: Vec<MethodChoice>,
        chosen: Option<Method>,
        destination: String,
        busy: bool,
        error: Option<Trouble>,
    },
    /// A code that was sent or that an authenticator shows.
    EnterCode {
        method: Method,
        length: u8,
        /// What the person typed; a number as it is dialled (F3).
        sent_to: Option<String>,
        /// Seconds from when this view was made.
        resend_in: Option<u32>,
        expires_in: Option<u32>,
        attempts_left: u32,
        busy: bool,
        error: Option<Trouble>,
    },
    AnswerQuestions {
        questions: Vec<Question>,
        attempts_left: u32,
        busy: bool,
        error: Option<Trouble>,
    },
    /// "Choose a new password" after the gates.
    NewPassword {
        /// For password managers, which save a password under a name.
        account: String,
        rules: Vec<Rule>,
        /// Random words to take, where they were asked for.
        passphrase: Option<Revealed>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// Old, new and confirmation at once, for who knows the old one.
    ChangePassword {
        account: String,
        known_account: Option<String>,
        rules: Vec<Rule>,
        passphrase: Option<Revealed>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// The directory was asked; its answer is not certain yet.
    Working {
        /// It has not been for so long that the person is told how to go on without it.
        late: bool,
    },
    /// The directory has the new password; what this workstation had saved is below.
    Done {
        case: Case,
        unlocked: bool,
        /// Another server of the directory may still hold the lock.
        may_be_locked_elsewhere: bool,
        old_password_may_work_until: Option<String>,
        places: PlacesView,
        /// In place of the recovery code that was used.
        replacement: Option<Revealed>,
        /// What can get the person back in from now on, where that is what they came for.
        set_up: Option<SetUp>,
        feedback: FeedbackState,
    },
    /// What is set up for recovery, and what can be added.
    Manage {
        registered: Vec<Registered>,
        addable: Vec<Means>,
        /// Whether it is enough.
        enough: bool,
        /// What the campus asks for and is not set up yet.
        wanted: Vec<Means>,
        /// What has just been done.
        said: Option<Said>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// The full number or address of what is being added.
    AddDestination {
        means: Means,
        /// How its code may travel, where there is a choice.
        confirm_by: Vec<Method>,
        chosen: Option<Method>,
        destination: String,
        busy: bool,
        error: Option<Trouble>,
    },
    /// The code that confirms what is being added or checked.
    ConfirmMeans {
        means: Means,
        method: Method,
        length: u8,
        sent_to: Option<String>,
        resend_in: Option<u32>,
        expires_in: Option<u32>,
        attempts_left: u32,
        busy: bool,
        error: Option<Trouble>,
    },
    /// The QR code and the same as text, and the first code of the app.
    AddAuthenticator {
        /// In groups of four, as it is typed.
        secret: Revealed,
        /// Rows of the QR code from top to bottom, `1` for a dark module; without the quiet zone.
        qr: Vec<Revealed>,
        attempts_left: u32,
        busy: bool,
        error: Option<Trouble>,
    },
    AddQuestions {
        catalogue: Vec<Question>,
        /// How many have to be chosen and answered.
        wanted: u8,
        refusals: Vec<AnswerRefusal>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// New recovery codes, this once.
    RecoveryCodes {
        codes: Vec<Revealed>,
        /// The file that they were saved into.
        saved_to: Option<String>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// Asks before something is removed.
    RemoveMeans {
        registered: Registered,
        busy: bool,
        error: Option<Trouble>,
    },
    /// Whom to turn to, and what this app is.
    Helpdesk {
        version: String,
    },
    /// A change that was made earlier is finished on this workstation.
    FinishPlaces {
        account: String,
        changed_at: String,
        busy: bool,
        error: Option<Trouble>,
    },
    Blocked {
        until: Option<String>,
    },
    Cancelled,
    Expired,
    /// Nobody can tell what the directory did.
    Uncertain,
    /// The server cannot be reached. Nothing is lost: the flow goes on where it stood.
    Offline {
        retry_in: u32,
        in_flow: bool,
        why: Lost,
    },
    /// The app cannot work with its settings or with this server.
    Unusable {
        reason: Unusable,
    },
}

impl Screen {
    /// Whether nothing more happens here unless somebody begins anew.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::NotMeDone { .. }
            | Self::Done { .. }
            | Self::Helpdesk { .. }
            | Self::Blocked { .. }
            | Self::Cancelled
            | Self::Expired
            | Self::Uncertain
            | Self::Unusable { .. } => true,
            Self::Starting
            | Self::Start { .. }
            | Self::Elsewhere
            | Self::NotMe { .. }
            | Self::Identify { .. }
            | Self::SignIn { .. }
            | Self::ChooseMethod { .. }
            | Self::EnterCode { .. }
            | Self::AnswerQuestions { .. }
            | Self::NewPassword { .. }
            | Self::ChangePassword { .. }
            | Self::Working { .. }
            | Self::Manage { .. }
            | Self::AddDestination { .. }
            | Self::ConfirmMeans { .. }
            | Self::AddAuthenticator { .. }
            | Self::AddQuestions { .. }
            | Self::RecoveryCodes { .. }
            | Self::RemoveMeans { .. }
            | Self::FinishPlaces { .. }
            | Self::Offline { .. } => false,
        }
    }
}

/// What is set up for recovery, and whether it is enough to get back in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct SetUp {
    pub registered: Vec<Registered>,
    pub enough: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum Lost {
    /// The network or the server.
    Network,
    /// The server's certificate is of another time: the clock of this workstation is probably wrong.
    Clock,
    /// Whoever answers is not the campus' server.
    Certificate,
    /// The server answers, and the campus has stopped it for a while.
    Suspended,
}

/// Characters to see and to hear, as base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct CharactersView {
    pub picture_png: String,
    pub sound_wav: String,
    pub length: u8,
}

/// "Was this helpful?"
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum FeedbackState {
    /// This server does not ask, or not here.
    Absent,
    Open,
    Given,
}

/// What has just been done to what is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct Said {
    pub what: Deal,
    pub means: Means,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum Deal {
    Added,
    Checked,
    Removed,
}

/// Why the window cannot offer anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum Unusable {
    /// No administrator has said which server to talk to.
    NoServer,
    /// The settings cannot be read.
    BadSettings,
    /// The server no longer serves this version of the app.
    TooOld,
    /// The campus has not switched this on.
    NotOffered,
    /// Nothing is left to finish on this workstation.
    NothingToFinish,
}

/// Seconds from `now` until `then`, never negative.
pub(crate) fn seconds_until(now: Timestamp, then: Timestamp) -> u32 {
    u32::try_from(then.as_second().saturating_sub(now.as_second()).max(0)).unwrap_or(u32::MAX)
}
