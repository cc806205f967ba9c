//! The flow of one window: input in, effects out, a screen to draw.
//!
//! Pure: no I/O, no clock, no task. Whoever owns a [`Flow`] performs its effects and feeds what comes of them back in.

mod did;
mod drawn;
mod places;
mod said;
pub mod screen;
mod setup;
mod start;
mod typed;
pub mod window;

use std::time::Duration;

use jiff::Timestamp;
use latchkey_api as api;
use latchkey_api::flow::{Intent, Means, Method, MethodChoice, Step};
use latchkey_api::human_check::{HumanCheck, Solution};
use latchkey_api::password::{Rule, Strength, strength, verdicts};
use latchkey_api::problem::Problem;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use self::setup::Setup;
use self::start::Aside;
use crate::screen::{
    AppTrouble, Case, CharactersView, CopyOutcome, CopyView, Lost, MissingPlace, PlacesState, PlacesView, RatedRule,
    Rating, Revealed, Screen, SetUp, Trouble, TroubleCode, Unusable,
};
use crate::window::{Opening, WindowKind};

/// What somebody did, with its secrets opened.
#[derive(Debug, Clone)]
pub enum Deed {
    ChooseCase {
        case: Case,
    },
    ShowElsewhere,
    ShowNotMe,
    SubmitNotMe {
        code: SecretString,
    },
    BackToStart,
    Identify {
        account: String,
        characters: Option<String>,
    },
    OtherCharacters,
    SkipCharacters,
    SignIn {
        account: String,
        password: SecretString,
    },
    Stay,
    MakePassphrase,
    AddMeans {
        means: Means,
    },
    SubmitDestination {
        method: Option<Method>,
        destination: String,
    },
    SubmitNewAnswers {
        answers: Vec<(String, SecretString)>,
    },
    PrintCodes,
    SaveCodes,
    CodesKept,
    CheckMeans {
        id: String,
    },
    RemoveMeans {
        id: String,
    },
    ConfirmRemoval,
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
        code: SecretString,
    },
    Resend,
    UseAnotherWay,
    SubmitAnswers {
        answers: Vec<(String, SecretString)>,
    },
    /// `operation` is fresh for each submission.
    SubmitPassword {
        new: SecretString,
        confirm: SecretString,
        operation: Uuid,
    },
    SubmitChange {
        account: String,
        old: SecretString,
        new: SecretString,
        confirm: SecretString,
        operation: Uuid,
    },
    RefreshCopies {
        ids: Vec<String>,
    },
    UnlockKeyring,
    FinishPlaces {
        password: SecretString,
    },
    Retry,
    Cancel,
    StartOver,
    Close,
    Language {
        tag: String,
    },
    /// A seal that could not be opened.
    SealBroken,
}

/// What comes in.
#[derive(Debug, Clone)]
pub enum Input {
    Did(Deed),
    Campus(Result<Box<api::Campus>, Failure>),
    /// Characters for the human check.
    Characters(Result<Box<HumanCheck>, Failure>),
    /// The answer to any flow call, with what it shows this once.
    Answer(Result<Box<api::flow::Answered>, Failure>),
    NotMe(Result<api::flow::NotMeDone, Failure>),
    /// Random words for a new password; `None` where the rules leave no room for them.
    Passphrase(Option<SecretString>),
    /// The file that recovery codes were saved into; `None` if they were not.
    Saved(Option<String>),
    /// Copies that were found, and places that could not be looked into.
    Found {
        copies: Vec<CopyView>,
        missing: Vec<MissingPlace>,
    },
    /// How copies ended up.
    Refreshed {
        outcomes: Vec<(String, CopyOutcome)>,
    },
    /// The time of [`Effect::WakeIn`] has come.
    Woken,
}

/// Why a call did not succeed.
#[derive(Debug, Clone)]
pub enum Failure {
    /// The server said no, and why.
    Refused(Box<Problem>),
    /// No answer: the network, the server or its certificate. What was asked may or may not have happened.
    Lost(Lost),
}

/// What has to be done.
#[derive(Debug)]
pub enum Effect {
    FetchCampus,
    /// Characters to see and to hear, spoken in this language.
    FetchCharacters {
        language: String,
    },
    /// Pay a human check and start a flow; where the person has not solved one, the app does.
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
    /// Nobody waits for an answer.
    Feedback(api::flow::Feedback),
    NotMe {
        code: SecretString,
    },
    Cancel {
        revision: u32,
    },
    /// Once: a later one replaces it.
    WakeIn(Duration),
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
    /// Note in the journal that this workstation has something to finish, where that is new, then look for copies.
    FindCopies {
        account: String,
        old: Option<SecretString>,
        changed_at: Option<Timestamp>,
    },
    /// `ticked` by the person, or certain because they held the old password.
    RefreshCopies {
        ids: Vec<String>,
        ticked: bool,
        new: SecretString,
    },
    /// Ask the person to unlock, then look again.
    UnlockKeyring {
        account: String,
        old: Option<SecretString>,
    },
    /// Note in the journal that this workstation is done.
    FinishJournal,
    /// Show a message beside the window, by id.
    Notify(&'static str),
    /// What the web view has seen of a secret should go.
    RenewPage,
    /// Open another window as a process of its own and, once that has started, close this one.
    OpenWindow(Opening),
    CloseWindow,
}

/// A change that was made earlier and is not finished on this workstation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub account: String,
    /// As people read it, for example `10:42`.
    pub changed_at: String,
}

/// The flow of one window.
#[derive(Debug)]
pub struct Flow {
    window: WindowKind,
    /// What somebody came for; absent until they have said so.
    case: Option<Case>,
    /// Whether this window asked for the case, and so has a place to go back to.
    began_at_start: bool,
    language: String,
    sequence: u64,
    campus: Option<api::Campus>,
    pending: Option<Pending>,
    /// A screen beside the flow.
    aside: Option<Aside>,
    check: Check,
    account: String,
    envelope: Option<api::Flow>,
    /// What was last on offer, to go back to.
    offered: Vec<MethodChoice>,
    choosing: bool,
    chosen: Option<Method>,
    destination: String,
    /// Whether a change has asked for more than the old password.
    second_factor: bool,
    call: Option<Call>,
    offline: Option<(u32, Lost)>,
    trouble: Option<Trouble>,
    secrets: Secrets,
    setup: Setup,
    /// What is set up, as the server said last; `setup` is what is being done to it.
    ways_back: Option<SetUp>,
    passphrase: Option<Revealed>,
    /// In place of a recovery code that was used, until the end, where it is shown.
    replacement: Option<Revealed>,
    feedback_given: bool,
    /// Whether the end has been reached and dealt with.
    finished: bool,
    places: PlacesView,
    unusable: Option<Unusable>,
    ended: bool,
}

/// A call that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Campus,
    Start,
    Look,
    NotMe,
    Other,
}

/// The human check, as far as a person has a part in it.
#[derive(Debug, Default)]
struct Check {
    /// "I can't use this", for the rest of this window.
    skipped: bool,
    fetching: bool,
    shown: Option<(String, CharactersView)>,
    /// What goes with the start that is under way.
    solution: Option<Solution>,
}

/// What has to be remembered until the directory and the places have it.
#[derive(Debug, Default)]
struct Secrets {
    old: Option<SecretString>,
    /// Whether the old one has gone to the server in this flow already.
    old_sent: bool,
    new: Option<(SecretString, Uuid)>,
    /// Whether the new one has gone to the server, so that an end is an end of this.
    new_sent: bool,
    /// The code of a notice.
    notice: Option<SecretString>,
}

impl Flow {
    /// Starts the flow of a window; the first effect asks the server who it is.
    #[must_use]
    pub fn new(opening: Opening, language: String, pending: Option<Pending>) -> (Self, Vec<Effect>) {
        let Opening { window, case } = opening;
        let unusable = (window == WindowKind::Places && pending.is_none()).then_some(Unusable::NothingToFinish);
        let asks = window == WindowKind::Recover && case.is_none();
        let mut flow = Self {
            window,
            case,
            began_at_start: asks,
            language,
            sequence: 0,
            campus: None,
            account: pending.as_ref().map(|pending| pending.account.clone()).unwrap_or_default(),
            pending,
            aside: asks.then_some(Aside::Start),
            check: Check::default(),
            envelope: None,
            offered: Vec::new(),
            choosing: false,
            chosen: None,
            destination: String::new(),
            second_factor: false,
            call: None,
            offline: None,
            trouble: None,
            secrets: Secrets::default(),
            setup: Setup::default(),
            passphrase: None,
            ways_back: None,
            replacement: None,
            feedback_given: false,
            finished: false,
            places: PlacesView { state: PlacesState::None, copies: Vec::new(), missing: Vec::new() },
            unusable,
            ended: false,
        };
        let effects = flow.ask(Call::Campus, Effect::FetchCampus);
        (flow, effects)
    }

    /// A flow that can offer nothing, and says why.
    #[must_use]
    pub fn unusable(opening: Opening, language: String, why: Unusable) -> Self {
        let (mut flow, _) = Self::new(opening, language, None);
        flow.call = None;
        flow.unusable = Some(why);
        flow
    }

    /// Takes one input and says what has to be done about it.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        self.sequence += 1;
        let shown = self.revealed();
        let mut effects = match input {
            Input::Did(deed) => self.did(deed),
            Input::Campus(answer) => self.met(answer),
            Input::Characters(answer) => self.characters(answer),
            Input::Answer(answer) => self.answer(answer),
            Input::NotMe(answer) => self.not_me(answer),
            Input::Passphrase(words) => self.made(words),
            Input::Saved(path) => self.saved(path),
            Input::Found { copies, missing } => self.found(copies, missing),
            Input::Refreshed { outcomes } => self.refreshed(&outcomes),
            Input::Woken => self.woken(),
        };
        self.drop_what_was_left();
        let left = shown.into_iter().zip(self.revealed()).any(|(before, now)| before && !now);
        if left && !effects.iter().any(|effect| matches!(effect, Effect::RenewPage)) {
            effects.push(Effect::RenewPage);
        }
        effects
    }

    /// How a password that is being typed stands against the rules on the screen.
    #[must_use]
    pub fn rate(&self, new: &SecretString) -> Rating {
        let rules = verdicts(&self.rules(), &self.account, self.secrets.old.as_ref(), new);
        let rules = rules.into_iter().map(|(rule, verdict)| RatedRule { rule, verdict }).collect();
        if new.expose_secret().is_empty() {
            return Rating { rules, score: None, advice: Vec::new() };
        }
        let Strength { score, advice } = strength(&self.account, new);
        Rating { rules, score: Some(score), advice }
    }

    /// Forgets what was made to be read once its screen has been left for good.
    fn drop_what_was_left(&mut self) {
        let in_setup = match self.step() {
            Some(Step::Manage { manage }) => self.setup.in_hand(manage).map(|pending| pending.id.clone()),
            // A new proof is asked for in between: it will be shown again.
            Some(Step::ChooseMethod { .. } | Step::Prove { .. }) if self.setup.again => {
                self.setup.kept_for().map(str::to_owned)
            }
            _ => None,
        };
        self.setup.keep_only(in_setup.as_deref());
        let chooses_password = matches!(
            self.screen(Duration::ZERO),
            Screen::NewPassword { .. } | Screen::ChangePassword { .. } | Screen::Offline { .. }
        );
        if !chooses_password {
            self.passphrase = None;
        }
        if !self.is_done() && (self.finished || !self.runs()) {
            self.replacement = None;
        }
    }

    /// What a page has been shown of secrets that are made to be read.
    fn revealed(&self) -> [bool; 3] {
        [self.setup.kept_for().is_some(), self.passphrase.is_some(), self.replacement.is_some() && self.is_done()]
    }

    // Small things

    fn ask(&mut self, call: Call, effect: Effect) -> Vec<Effect> {
        self.call = Some(call);
        vec![effect]
    }

    fn notice(&mut self, trouble: AppTrouble) -> Vec<Effect> {
        self.trouble = Some(noticed(trouble));
        Vec::new()
    }

    fn case(&self) -> Case {
        match self.window {
            WindowKind::Recover | WindowKind::Helpdesk => self.case.unwrap_or(Case::Forgotten),
            WindowKind::Change | WindowKind::Places => Case::Change,
            WindowKind::Register => Case::Register,
        }
    }

    fn rules(&self) -> Vec<Rule> {
        let campus = || self.campus.as_ref().map(|campus| campus.password_rules.clone());
        self.set_password_rules().or_else(campus).unwrap_or_default()
    }

    fn set_password_rules(&self) -> Option<Vec<Rule>> {
        match self.step() {
            Some(Step::SetPassword { set_password }) => Some(set_password.rules.clone()),
            _ => None,
        }
    }

    fn step(&self) -> Option<&Step> {
        self.envelope.as_ref().map(|envelope| &envelope.step)
    }

    fn revision(&self) -> Option<u32> {
        self.envelope.as_ref().map(|envelope| envelope.revision)
    }

    fn is_done(&self) -> bool {
        matches!(self.step(), Some(Step::Done { .. }))
    }

    /// Whether there is a flow that has not come to its end.
    fn runs(&self) -> bool {
        self.step().is_some_and(|step| !over(step))
    }
}

fn noticed(trouble: AppTrouble) -> Trouble {
    Trouble { code: TroubleCode::App(trouble), attempts_left: None, retry_after: None, refusals: Vec::new() }
}

const fn over(step: &Step) -> bool {
    match step {
        Step::Done { .. } | Step::Blocked { .. } | Step::Cancelled | Step::Expired => true,
        Step::ChooseMethod { .. }
        | Step::Prove { .. }
        | Step::SetPassword { .. }
        | Step::Manage { .. }
        | Step::Working => false,
    }
}

#[cfg(test)]
mod tests;
