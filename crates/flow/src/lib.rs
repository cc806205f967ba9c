//! The wizard of one window, pure: [`Input`] in, [`Effect`]s out, a [`screen::View`] to draw.
//!
//! There is no I/O here, no clock, no randomness and no task: whoever owns a [`Flow`] performs its effects and feeds
//! what comes of them back in. So the app runs it native, and a web page can run it as wasm. The server decides every
//! step; what happens here follows from its answers.
//!
//! - `actions.rs` has what follows when somebody does something, `answers.rs` when the server says something
//! - `start.rs` has how a recovery begins, `setup.rs` how recovery is set up
//! - `places.rs`, `human_check.rs` and `idle.rs` are machines of their own, each for one thing beside the attempt
//! - `attempt.rs` has what belongs to one attempt, `secrets.rs` what is remembered of passwords
//! - `draw.rs` makes the screens, `typed.rs` checks what the server need not be asked for

mod actions;
mod answers;
mod attempt;
mod draw;
mod effect;
mod human_check;
mod idle;
mod input;
mod places;
pub mod screen;
mod secrets;
mod setup;
mod start;
mod typed;
pub mod window;

use std::time::Duration;

use jiff::Timestamp;
use latchkey_api as api;
use latchkey_api::flow::Step;
use latchkey_api::password::{Rule, Strength, strength, verdicts};
use secrecy::{ExposeSecret, SecretString};

pub use self::effect::{Change, Effect};
pub use self::input::{Failure, Input, Timer};
/// For who refreshes the copies without a window.
pub use self::places::Places;

use self::attempt::Attempt;
use self::human_check::HumanCheck;
use self::screen::{AppTrouble, Case, Lost, RatedRule, Rating, Revealed, Screen, SetUp, Trouble, Unusable};
use self::secrets::Secrets;
use self::setup::Setup;
use self::start::Aside;
use self::window::{Opening, WindowKind};

/// A change that was made earlier and is not finished on this workstation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub account: String,
    pub changed_at: Timestamp,
}

/// The flow of one window.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
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
    /// A screen beside the attempt.
    aside: Option<Aside>,
    human_check: HumanCheck,
    account: String,
    /// The name of who is signed in to the workstation, where that is a campus account.
    known_account: Option<String>,
    attempt: Attempt,
    setup: Setup,
    /// What is set up for recovery, as the server said last; `setup` is what is being done to it.
    set_up: Option<SetUp>,
    call: Option<Call>,
    server: Server,
    trouble: Option<Trouble>,
    secrets: Secrets,
    passphrase: Option<Revealed>,
    places: Option<Places>,
    unusable: Option<Unusable>,
}

/// A call that is under way.
#[derive(Debug, Clone)]
enum Call {
    Campus,
    Start,
    Look,
    /// The code of a notice, which nobody types twice.
    NotMe(SecretString),
    SetPassword,
    Cancel,
    Other,
}

/// Whether the server can be reached, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    Reached,
    /// There was no answer; it is asked again after a while, or when the person says so.
    Gone {
        tries: u32,
        why: Lost,
    },
    /// It is being asked again.
    AskedAgain {
        tries: u32,
        why: Lost,
    },
}

impl Flow {
    /// Starts the flow of a window; the first effect asks the server who it is. `known_account` is the name of who is
    /// signed in to the workstation, where that is a campus account: it is filled in and can be changed (F21).
    #[must_use]
    pub fn new(
        opening: Opening,
        language: String,
        pending: Option<Pending>,
        known_account: Option<String>,
    ) -> (Self, Vec<Effect>) {
        let Opening { window, case } = opening;
        let unusable = (window == WindowKind::Places && pending.is_none()).then_some(Unusable::NothingToFinish);
        let asks = window == WindowKind::Recover && case.is_none();
        let unfinished = pending.as_ref().filter(|_| window == WindowKind::Places);
        let mut flow = Self {
            window,
            case,
            began_at_start: asks,
            language,
            sequence: 0,
            campus: None,
            account: unfinished.map(|pending| pending.account.clone()).or(known_account.clone()).unwrap_or_default(),
            known_account,
            pending,
            aside: asks.then_some(Aside::Start),
            human_check: HumanCheck::default(),
            attempt: Attempt::default(),
            setup: Setup::default(),
            set_up: None,
            call: None,
            server: Server::Reached,
            trouble: None,
            secrets: Secrets::default(),
            passphrase: None,
            places: None,
            unusable,
        };
        let effects = flow.ask(Call::Campus, Effect::FetchCampus);
        (flow, effects)
    }

    /// A flow that can offer nothing, and says why.
    #[must_use]
    pub fn unusable(opening: Opening, language: String, why: Unusable) -> Self {
        let (mut flow, _) = Self::new(opening, language, None, None);
        flow.call = None;
        flow.unusable = Some(why);
        flow
    }

    /// Takes one input and says what has to be done about it.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        self.sequence += 1;
        let shown = self.revealed();
        let mut effects = match input {
            Input::Did { action, operation } => self.did(action, operation),
            Input::SealBroken => self.notice(AppTrouble::SealBroken),
            Input::Campus(answer) => self.met(answer),
            Input::Characters(answer) => self.characters(answer),
            Input::Answer(answer) => self.answer(answer),
            Input::NotMe(answer) => self.not_me(answer),
            Input::Passphrase(words) => self.offer_passphrase(words),
            Input::Saved(path) => self.saved(path),
            Input::Found { copies, places } => self.with_places(|own| own.found(copies, places)),
            Input::Refreshed { id, outcome } => self.with_places(|places| places.refreshed(&id, outcome)),
            Input::RefreshEnded => self.with_places(Places::ended),
            Input::Woken(Timer::Server) => self.woken(),
            Input::Woken(Timer::Password) => self.with_places(Places::forget_passwords),
            Input::Woken(Timer::PutBack) => self.with_places(Places::forget_put_back),
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
        let rules = verdicts(&self.rules(), &self.account, self.secrets.current.known(), new);
        let rules = rules.into_iter().map(|(rule, verdict)| RatedRule { rule, verdict }).collect();
        if new.expose_secret().is_empty() {
            return Rating { rules, score: None, advice: Vec::new() };
        }
        let Strength { score, advice } = strength(&self.account, new);
        Rating { rules, score: Some(score), advice }
    }

    /// Forgets what was made to be read once its screen has been left for good.
    fn drop_what_was_left(&mut self) {
        let chooses_password = matches!(
            self.screen(Duration::ZERO),
            Screen::NewPassword { .. } | Screen::ChangePassword { .. } | Screen::Offline { .. }
        );
        if !chooses_password {
            self.passphrase = None;
        }
        let in_setup = match self.attempt.step() {
            Some(Step::Manage { manage }) => self.setup.in_hand(manage).map(|pending| pending.id.clone()),
            // A new proof is asked for in between: it will be shown again.
            Some(Step::ChooseMethod { .. } | Step::Prove { .. }) if self.setup.again => {
                self.setup.kept_for().map(str::to_owned)
            }
            _ => None,
        };
        self.setup.keep_only(in_setup.as_deref());
        let (is_done, runs) = (self.attempt.is_done(), self.attempt.runs());
        if let Some(open) = self.attempt.open_mut().filter(|open| !is_done && (open.ended || !runs)) {
            open.replacement = None;
        }
    }

    /// What a page has been shown of secrets that are made to be read.
    fn revealed(&self) -> [bool; 3] {
        let replaced = self.attempt.open().is_some_and(|open| open.replacement.is_some()) && self.attempt.is_done();
        [self.setup.kept_for().is_some(), self.passphrase.is_some(), replaced]
    }

    // Small things

    fn ask(&mut self, call: Call, effect: Effect) -> Vec<Effect> {
        self.call = Some(call);
        vec![effect]
    }

    fn notice(&mut self, trouble: AppTrouble) -> Vec<Effect> {
        self.trouble = Some(trouble.into());
        Vec::new()
    }

    fn with_places(&mut self, go_on: impl FnOnce(&mut Places) -> Vec<Effect>) -> Vec<Effect> {
        self.places.as_mut().map(go_on).unwrap_or_default()
    }

    /// Lets go of an attempt and of all that belongs to it.
    fn forget_attempt(&mut self) {
        self.attempt = Attempt::NotBegun;
        self.setup = Setup::default();
        self.set_up = None;
        self.places = None;
    }

    /// Whether the server has answered what it was asked last.
    fn is_reached(&self) -> bool {
        self.server == Server::Reached
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
        match self.attempt.step() {
            Some(Step::SetPassword { set_password }) => Some(set_password.rules.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
