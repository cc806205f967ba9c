//! What a window shows: plain values that the pages draw, and the actions that they send back.
//!
//! A secret is not `Serialize`, so it cannot stand on a screen:
//!
//! ```compile_fail
//! #[derive(serde::Serialize)]
//! struct Leaky { password: secrecy::SecretString }
//! ```
//!
//! What a person has to read, once, is a [`Revealed`], and is made to be one in one place.

use jiff::Timestamp;
use latchkey_api::campus::Helpdesk;
use latchkey_api::flow::{Gate, Intent, Means, Method, MethodChoice, Question, Registered};
use latchkey_api::password::{Advice, Refusal, Rule, Verdict};
use latchkey_api::problem::{AnswerRefusal, Code};
use latchkey_credstore::{HeldOld, PlaceKind};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

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

/// A secret that was made to be read by the person: a recovery code, an authenticator's seed, a passphrase to take.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize), ts(type = "string"))]
pub struct Revealed(SecretString);

impl Revealed {
    #[must_use]
    pub const fn new(secret: SecretString) -> Self {
        Self(secret)
    }
}

impl Serialize for Revealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl PartialEq for Revealed {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for Revealed {}

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
        characters: Option<CharactersView>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// The user ID and the password that is known, before recovery is set up.
    SignIn {
        account: String,
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
        /// As the person typed it.
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
        rules: Vec<Rule>,
        passphrase: Option<Revealed>,
        busy: bool,
        error: Option<Trouble>,
    },
    /// The directory was asked; its answer is not certain yet.
    Working,
    /// The directory has the new password; what this workstation had saved is below.
    Done {
        case: Case,
        unlocked: bool,
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
        /// Whether it is enough to get back in.
        enough: bool,
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

/// What went wrong and what is known about it; the page has the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct Trouble {
    pub code: TroubleCode,
    pub attempts_left: Option<u32>,
    /// Seconds.
    pub retry_after: Option<u32>,
    pub refusals: Vec<Refusal>,
}

/// A code of the server, or what the app itself noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", untagged)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum TroubleCode {
    App(AppTrouble),
    Server(Code),
}

/// What the app notices without asking the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum AppTrouble {
    AccountMissing,
    /// What was typed cannot be a user ID.
    AccountForm,
    CharactersMissing,
    DestinationMissing,
    CodeMissing,
    AnswersMissing,
    /// One question was chosen twice.
    QuestionsRepeated,
    /// The codes could not be saved.
    NotSaved,
    OldPasswordMissing,
    /// The new password and its confirmation differ.
    PasswordsDiffer,
    /// The page's seal could not be opened; typing it again helps.
    SealBroken,
}

/// What this workstation had saved, copy by copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct PlacesView {
    pub state: PlacesState,
    pub copies: Vec<CopyView>,
    /// Places that could not be looked into, so that nobody takes silence for "nothing there".
    pub missing: Vec<MissingPlace>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum PlacesState {
    /// This flow changed no password.
    None,
    Looking,
    /// Some copies wait for the person's tick.
    Asking,
    Refreshing,
    Finished,
}

/// One saved copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct CopyView {
    pub id: String,
    #[cfg_attr(feature = "ts", ts(type = "\"secret_service\" | \"credential_manager\" | \"keychain\""))]
    pub place: PlaceKind,
    pub label: String,
    pub user: String,
    pub target: Option<String>,
    /// `yes` only for a copy that is certainly the person's: those are refreshed without asking.
    #[cfg_attr(feature = "ts", ts(type = "\"yes\" | \"no\" | \"unknown\""))]
    pub held_old: HeldOld,
    /// Absent until it has been dealt with.
    pub outcome: Option<CopyOutcome>,
}

/// How a copy ended up, as the report says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum CopyOutcome {
    Updated,
    AlreadyFine,
    /// The keyring is locked; unlocking it helps.
    Locked,
    /// The person left it unticked.
    LeftAlone,
    /// It is no longer there.
    Gone,
    /// The keyring refused or did not answer.
    Failed,
    /// It was written, but reads back differently.
    NotVerified,
}

/// A kind of place that could not be looked into, or not wholly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct MissingPlace {
    #[cfg_attr(feature = "ts", ts(type = "\"secret_service\" | \"credential_manager\" | \"keychain\""))]
    pub place: PlaceKind,
    /// It is there but locked: unlocking shows what is in it.
    pub locked: bool,
}

/// What a person does. Every secret in it is sealed by the page.
#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Action {
    ChooseCase {
        case: Case,
    },
    /// "This is not my work or school account."
    ShowElsewhere,
    /// "I was told of something that I did not do."
    ShowNotMe,
    SubmitNotMe {
        code: Sealed,
    },
    /// Back to the cases.
    BackToStart,
    Identify {
        account: String,
        /// The characters, where some are shown.
        characters: Option<String>,
    },
    /// Other characters, please.
    OtherCharacters,
    /// "I can't use this": the app solves a check that nobody sees.
    SkipCharacters,
    SignIn {
        account: String,
        password: Sealed,
    },
    /// "I need more time."
    Stay,
    /// Random words for a new password.
    MakePassphrase,
    AddMeans {
        means: Means,
    },
    SubmitDestination {
        method: Option<Method>,
        destination: String,
    },
    SubmitNewAnswers {
        answers: Vec<SealedAnswer>,
    },
    PrintCodes,
    SaveCodes,
    /// "I have kept them": from now on they work.
    CodesKept,
    CheckMeans {
        id: String,
    },
    /// Asks before it removes.
    RemoveMeans {
        id: String,
    },
    ConfirmRemoval,
    /// Back to what is set up; what was not confirmed is dropped.
    BackToManage,
    FinishSetup,
    Feedback {
        helpful: bool,
        text: Option<String>,
    },
    ChooseMethod {
        method: Method,
        destination: Option<String>,
    },
    SubmitCode {
        code: Sealed,
    },
    Resend,
    /// Back to the choice of methods.
    UseAnotherWay,
    SubmitAnswers {
        answers: Vec<SealedAnswer>,
    },
    SubmitPassword {
        new: Sealed,
        confirm: Sealed,
    },
    SubmitChange {
        account: String,
        old: Sealed,
        new: Sealed,
        confirm: Sealed,
    },
    /// Update the ticked copies; those that provably held the old password are done already.
    RefreshCopies {
        ids: Vec<String>,
    },
    UnlockKeyring,
    FinishPlaces {
        password: Sealed,
    },
    /// Ask the server again now.
    Retry,
    Cancel,
    /// From the first screen again.
    StartOver,
    Close,
    /// The window's language changed, by tag.
    Language {
        tag: String,
    },
}

/// A sealed secret as the page sends it: base64 of key id, the page's public point, nonce and ciphertext with tag.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct Sealed(String);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed")
    }
}

impl Sealed {
    /// Takes what a page has sealed.
    #[must_use]
    pub const fn new(base64: String) -> Self {
        Self(base64)
    }

    /// What the page has sent, to be opened.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

/// One sealed answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct SealedAnswer {
    pub id: String,
    pub answer: Sealed,
}

/// The answer to `rate`: how a password that is being typed stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct Rating {
    pub rules: Vec<RatedRule>,
    /// 0 to 4; absent while nothing is typed.
    pub score: Option<u8>,
    pub advice: Vec<Advice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct RatedRule {
    pub rule: Rule,
    pub verdict: Verdict,
}

/// Seconds from `now` until `then`, never negative.
pub(crate) fn seconds_until(now: Timestamp, then: Timestamp) -> u32 {
    u32::try_from(then.as_second().saturating_sub(now.as_second()).max(0)).unwrap_or(u32::MAX)
}
