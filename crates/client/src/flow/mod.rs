//! The flow of one window: input in, effects out, a screen to draw.
//!
//! Pure: no I/O, no clock, no task. [`crate::run`] performs the effects and feeds what comes of them back in.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_api as api;
use latchkey_api::flow::{Intent, Method, MethodChoice, Step};
use latchkey_api::password::{Rule, Strength, strength, verdicts};
use latchkey_api::problem::{Code, Problem};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::screen::{
    AppTrouble, CampusView, Case, CopyOutcome, CopyView, FeedbackState, Lost, MissingPlace, PlacesState, PlacesView,
    RatedRule, Rating, Screen, Trouble, TroubleCode, Unusable, View, seconds_until,
};
use crate::window::{Opening, WindowKind};

/// Waits between tries to reach a server that is gone.
const RETRIES: [u32; 5] = [2, 5, 10, 20, 30];
/// How often an uncertain outcome is asked for.
const WORKING: Duration = Duration::from_secs(1);

/// What somebody did, with its secrets opened.
#[derive(Debug, Clone)]
pub enum Deed {
    Identify {
        account: String,
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
    /// The answer to any flow call.
    Answer(Result<Box<api::Flow>, Failure>),
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
    Lost,
}

/// What has to be done.
#[derive(Debug)]
pub enum Effect {
    FetchCampus,
    /// Solve a human check and start a flow.
    Start {
        intent: Intent,
        account: String,
        language: String,
    },
    /// Ask where the flow stands.
    Look,
    Challenge {
        revision: u32,
        method: Method,
        destination: Option<String>,
    },
    Prove(api::flow::Proof),
    SetPassword {
        revision: u32,
        new: SecretString,
        operation: Uuid,
    },
    Cancel {
        revision: u32,
    },
    /// Once: a later one replaces it.
    WakeIn(Duration),
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
    language: String,
    sequence: u64,
    campus: Option<api::Campus>,
    pending: Option<Pending>,
    account: String,
    envelope: Option<api::Flow>,
    /// What was last on offer, to go back to.
    offered: Vec<MethodChoice>,
    choosing: bool,
    chosen: Option<Method>,
    destination: String,
    call: Option<Call>,
    offline: Option<u32>,
    trouble: Option<Trouble>,
    secrets: Secrets,
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
    Other,
}

/// What has to be remembered until the directory and the places have it.
#[derive(Debug, Default)]
struct Secrets {
    old: Option<SecretString>,
    /// Whether the old one has gone to the server in this flow already.
    old_sent: bool,
    new: Option<(SecretString, Uuid)>,
    /// Whether the new one has gone to the server already and its answer is awaited.
    new_sent: bool,
}

impl Flow {
    /// Starts the flow of a window; the first effect asks the server who it is.
    #[must_use]
    pub fn new(window: WindowKind, language: String, pending: Option<Pending>) -> (Self, Vec<Effect>) {
        let unusable = (window == WindowKind::Places && pending.is_none()).then_some(Unusable::NothingToFinish);
        let mut flow = Self {
            window,
            language,
            sequence: 0,
            campus: None,
            account: pending.as_ref().map(|pending| pending.account.clone()).unwrap_or_default(),
            pending,
            envelope: None,
            offered: Vec::new(),
            choosing: false,
            chosen: None,
            destination: String::new(),
            call: None,
            offline: None,
            trouble: None,
            secrets: Secrets::default(),
            places: PlacesView { state: PlacesState::None, copies: Vec::new(), missing: Vec::new() },
            unusable,
            ended: false,
        };
        let effects = flow.ask(Call::Campus, Effect::FetchCampus);
        (flow, effects)
    }

    /// A flow that can offer nothing, and says why.
    #[must_use]
    pub fn unusable(window: WindowKind, language: String, why: Unusable) -> Self {
        let (mut flow, _) = Self::new(window, language, None);
        flow.call = None;
        flow.unusable = Some(why);
        flow
    }

    /// Takes one input and says what has to be done about it.
    pub fn handle(&mut self, input: Input) -> Vec<Effect> {
        self.sequence += 1;
        match input {
            Input::Did(deed) => self.did(deed),
            Input::Campus(answer) => self.met(answer),
            Input::Answer(Ok(envelope)) => {
                self.answered();
                self.trouble = None;
                self.adopt(*envelope)
            }
            Input::Answer(Err(Failure::Refused(problem))) => {
                self.answered();
                self.refused(*problem)
            }
            Input::Answer(Err(Failure::Lost)) => self.lost(),
            Input::Found { copies, missing } => self.found(copies, missing),
            Input::Refreshed { outcomes } => self.refreshed(&outcomes),
            Input::Woken => self.woken(),
        }
    }

    /// What to draw.
    #[must_use]
    pub fn view(&self) -> View {
        let screen = self.screen();
        let running = self.envelope.as_ref().is_some_and(|flow| !flow.allowed.is_empty());
        let can_cancel = running && !matches!(screen, Screen::Done { .. } | Screen::Working);
        View {
            sequence: self.sequence,
            language: self.language.clone(),
            campus: self.campus.as_ref().map(|campus| campus_view(campus, &self.language)),
            support_code: self.envelope.as_ref().map(|flow| flow.flow_id.clone()),
            gate: self.envelope.as_ref().and_then(|flow| flow.gate).filter(|gate| gate.of > 1),
            can_cancel,
            ends_in: None,
            screen,
        }
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

    // What somebody does

    fn did(&mut self, deed: Deed) -> Vec<Effect> {
        match deed {
            Deed::Language { tag } => self.language = tag,
            Deed::Close => return vec![Effect::CloseWindow],
            Deed::Retry => return self.retry(),
            Deed::RefreshCopies { ids } => return self.refresh(ids),
            Deed::UnlockKeyring if self.places.state == PlacesState::Finished => {
                self.places.state = PlacesState::Refreshing;
                return vec![Effect::UnlockKeyring { account: self.account.clone(), old: self.secrets.old.clone() }];
            }
            Deed::SealBroken => self.trouble = Some(noticed(AppTrouble::SealBroken)),
            Deed::StartOver if self.step().is_none_or(ended) || self.ended => return self.start_over(),
            // A click that came twice, or on a screen that has gone.
            _ if self.call.is_some() || self.campus.is_none() || self.unusable.is_some() => {}
            Deed::Identify { account } => return self.identify(&account),
            Deed::ChooseMethod { method, destination } => return self.choose(method, destination),
            Deed::Resend => return self.resend(),
            Deed::UseAnotherWay if !self.offered.is_empty() => {
                self.choosing = true;
                self.trouble = None;
            }
            Deed::SubmitCode { code } => return self.prove_by_code(code),
            Deed::SubmitAnswers { answers } => return self.prove_by_answers(answers),
            Deed::SubmitPassword { new, confirm, operation } => return self.submit_password(new, &confirm, operation),
            Deed::SubmitChange { account, old, new, confirm, operation } => {
                return self.submit_change(&account, old, new, &confirm, operation);
            }
            Deed::FinishPlaces { password } => return self.finish_places(password),
            Deed::Cancel => return self.cancel(),
            Deed::UnlockKeyring | Deed::UseAnotherWay | Deed::StartOver => {}
        }
        Vec::new()
    }

    fn identify(&mut self, account: &str) -> Vec<Effect> {
        account.trim().clone_into(&mut self.account);
        if self.account.is_empty() {
            return self.notice(AppTrouble::AccountMissing);
        }
        self.start()
    }

    fn start(&mut self) -> Vec<Effect> {
        self.trouble = None;
        self.envelope = None;
        let start = Effect::Start {
            intent: self.case().intent(),
            account: self.account.clone(),
            language: self.language.clone(),
        };
        self.ask(Call::Start, start)
    }

    fn choose(&mut self, method: Method, destination: Option<String>) -> Vec<Effect> {
        let destination = destination.map(|typed| typed.trim().to_owned()).filter(|typed| !typed.is_empty());
        self.chosen = Some(method);
        self.destination = destination.clone().unwrap_or_default();
        if method.destination().is_some() && destination.is_none() {
            return self.notice(AppTrouble::DestinationMissing);
        }
        self.challenge(method, destination)
    }

    fn challenge(&mut self, method: Method, destination: Option<String>) -> Vec<Effect> {
        let Some(revision) = self.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Challenge { revision, method, destination })
    }

    fn resend(&mut self) -> Vec<Effect> {
        let Some(Step::Prove { prove }) = self.step() else { return Vec::new() };
        let method = prove.method;
        let destination = method.destination().map(|_| self.destination.clone());
        self.challenge(method, destination)
    }

    fn prove_by_code(&mut self, code: SecretString) -> Vec<Effect> {
        let digits: SecretString =
            code.expose_secret().chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().into();
        drop(code);
        if digits.expose_secret().is_empty() {
            return self.notice(AppTrouble::CodeMissing);
        }
        self.prove(|revision| api::flow::Proof { revision, code: Some(digits), ..Default::default() })
    }

    fn prove_by_answers(&mut self, answers: Vec<(String, SecretString)>) -> Vec<Effect> {
        if answers.is_empty() || answers.iter().any(|(_, answer)| answer.expose_secret().trim().is_empty()) {
            return self.notice(AppTrouble::AnswersMissing);
        }
        let answers = answers.into_iter().map(|(id, answer)| api::flow::Answer { id, answer }).collect();
        self.prove(|revision| api::flow::Proof { revision, answers: Some(answers), ..Default::default() })
    }

    fn prove(&mut self, proof: impl FnOnce(u32) -> api::flow::Proof) -> Vec<Effect> {
        let Some(revision) = self.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Prove(proof(revision)))
    }

    fn submit_password(&mut self, new: SecretString, confirm: &SecretString, operation: Uuid) -> Vec<Effect> {
        if new.expose_secret() != confirm.expose_secret() {
            return self.notice(AppTrouble::PasswordsDiffer);
        }
        self.secrets.new = Some((new, operation));
        self.secrets.new_sent = false;
        self.advance()
    }

    fn submit_change(
        &mut self,
        account: &str,
        old: SecretString,
        new: SecretString,
        confirm: &SecretString,
        operation: Uuid,
    ) -> Vec<Effect> {
        let same_account = self.account == account.trim();
        account.trim().clone_into(&mut self.account);
        if self.account.is_empty() {
            return self.notice(AppTrouble::AccountMissing);
        }
        if old.expose_secret().is_empty() {
            return self.notice(AppTrouble::OldPasswordMissing);
        }
        if new.expose_secret() != confirm.expose_secret() {
            return self.notice(AppTrouble::PasswordsDiffer);
        }
        self.secrets = Secrets { old: Some(old), new: Some((new, operation)), ..Secrets::default() };
        self.trouble = None;
        if same_account && self.step().is_some_and(|step| !ended(step)) { self.advance() } else { self.start() }
    }

    fn finish_places(&mut self, password: SecretString) -> Vec<Effect> {
        if password.expose_secret().is_empty() {
            return self.notice(AppTrouble::OldPasswordMissing);
        }
        self.secrets = Secrets { old: Some(password), ..Secrets::default() };
        if self.step().is_some_and(|step| !ended(step)) { self.advance() } else { self.start() }
    }

    fn cancel(&mut self) -> Vec<Effect> {
        self.secrets = Secrets::default();
        let Some(revision) = self.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Cancel { revision })
    }

    fn start_over(&mut self) -> Vec<Effect> {
        self.envelope = None;
        self.offered.clear();
        self.choosing = false;
        self.chosen = None;
        self.destination.clear();
        self.trouble = None;
        self.secrets = Secrets::default();
        self.ended = false;
        Vec::new()
    }

    fn retry(&mut self) -> Vec<Effect> {
        if self.offline.is_none() {
            return Vec::new();
        }
        match self.call {
            Some(Call::Campus) | None => vec![Effect::FetchCampus],
            Some(Call::Start) => self.start(),
            Some(Call::Look | Call::Other) => self.ask(Call::Look, Effect::Look),
        }
    }

    // What the server says

    fn met(&mut self, answer: Result<Box<api::Campus>, Failure>) -> Vec<Effect> {
        match answer {
            Ok(campus) => {
                self.answered();
                if older(env!("CARGO_PKG_VERSION"), &campus.oldest_client) {
                    self.unusable = Some(Unusable::TooOld);
                }
                self.campus = Some(*campus);
                Vec::new()
            }
            Err(Failure::Refused(problem)) if problem.code == Code::ClientTooOld => {
                self.answered();
                self.unusable = Some(Unusable::TooOld);
                Vec::new()
            }
            Err(_) => self.lost(),
        }
    }

    /// Takes over where the server says that the flow stands, and goes on where nobody needs to be asked.
    fn adopt(&mut self, envelope: api::Flow) -> Vec<Effect> {
        self.choosing = false;
        if let Step::ChooseMethod { choose_method } = &envelope.step {
            self.offered.clone_from(&choose_method.methods);
            self.chosen = None;
            self.destination.clear();
        }
        let until_end = seconds_until(envelope.now, envelope.expires_at).saturating_add(1);
        self.envelope = Some(envelope);
        let mut effects = self.advance();
        if self.call.is_none() && self.step().is_some_and(|step| !ended(step)) {
            effects.push(Effect::WakeIn(Duration::from_secs(u64::from(until_end))));
        }
        effects
    }

    /// Does what the step asks for if it is known already: the old password, the new one, the places.
    fn advance(&mut self) -> Vec<Effect> {
        let Some(envelope) = &self.envelope else { return Vec::new() };
        let revision = envelope.revision;
        match &envelope.step {
            Step::Prove { prove } if prove.method == Method::CurrentPassword => {
                let Some(old) = self.secrets.old.clone().filter(|_| !self.secrets.old_sent) else { return Vec::new() };
                self.secrets.old_sent = true;
                self.prove(|revision| api::flow::Proof { revision, current_password: Some(old), ..Default::default() })
            }
            Step::SetPassword { .. } if self.window == WindowKind::Places => self.proven_for_places(revision),
            Step::SetPassword { .. } => {
                let Some((new, operation)) = self.secrets.new.clone() else { return Vec::new() };
                self.secrets.new_sent = true;
                self.ask(Call::Other, Effect::SetPassword { revision, new, operation })
            }
            Step::Working => {
                self.call = None;
                vec![Effect::WakeIn(WORKING)]
            }
            Step::Done { done } => self.done(done.changed_at),
            Step::Cancelled | Step::Expired | Step::Blocked { .. } => {
                if self.places.state == PlacesState::None {
                    self.secrets = Secrets::default();
                }
                Vec::new()
            }
            Step::ChooseMethod { .. } | Step::Prove { .. } | Step::Manage { .. } => Vec::new(),
        }
    }

    fn done(&mut self, changed_at: Timestamp) -> Vec<Effect> {
        if self.places.state != PlacesState::None {
            return Vec::new();
        }
        let mut effects = vec![Effect::RenewPage];
        if self.secrets.new.is_some() {
            self.places.state = PlacesState::Looking;
            let old = self.secrets.old.clone();
            effects.push(Effect::FindCopies { account: self.account.clone(), old, changed_at: Some(changed_at) });
            effects.push(Effect::Notify("notification-changed"));
        }
        effects
    }

    /// The password that was typed is the current one: nothing is changed in the directory, only here.
    fn proven_for_places(&mut self, revision: u32) -> Vec<Effect> {
        if self.places.state != PlacesState::None {
            return Vec::new();
        }
        if let Some(current) = self.secrets.old.take() {
            self.secrets.new = Some((current, Uuid::nil()));
        }
        self.places.state = PlacesState::Looking;
        vec![
            Effect::Cancel { revision },
            Effect::RenewPage,
            Effect::FindCopies { account: self.account.clone(), old: None, changed_at: None },
        ]
    }

    fn refused(&mut self, problem: Problem) -> Vec<Effect> {
        self.trouble = Some(Trouble {
            code: TroubleCode::Server(problem.code),
            attempts_left: problem.attempts_left,
            retry_after: problem.retry_after.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
            refusals: problem.refusals,
        });
        match problem.code {
            Code::Unauthorized => {
                self.ended = true;
                self.envelope = None;
                self.secrets = Secrets::default();
            }
            Code::ClientTooOld => self.unusable = Some(Unusable::TooOld),
            Code::PasswordRefused => {
                self.secrets.new = None;
                self.secrets.new_sent = false;
            }
            Code::CurrentPasswordWrong => self.secrets = Secrets::default(),
            Code::Malformed
            | Code::TooLarge
            | Code::NotFound
            | Code::MethodNotAllowed
            | Code::UnsupportedMediaType
            | Code::HumanCheckFailed
            | Code::Stale
            | Code::NotAllowed
            | Code::MethodUnavailable
            | Code::DestinationInvalid
            | Code::DestinationWrong
            | Code::DestinationNotAllowed
            | Code::ResendTooSoon
            | Code::CodeWrong
            | Code::CodeExpired
            | Code::CodeSpent
            | Code::AnswersWrong
            | Code::AnswersRefused
            | Code::ProofNeeded
            | Code::MeansUnavailable
            | Code::NoticeUnknown
            | Code::IdempotencyMismatch
            | Code::RateLimited
            | Code::Unavailable
            | Code::Internal
            | Code::Unknown => {}
        }
        let Some(flow) = problem.flow else { return Vec::new() };
        if problem.code == Code::Stale {
            self.trouble = None;
            return self.adopt(*flow);
        }
        let (chosen, destination) = (self.chosen, self.destination.clone());
        let effects = self.adopt(*flow);
        if matches!(self.step(), Some(Step::ChooseMethod { .. })) {
            (self.chosen, self.destination) = (chosen, destination);
        }
        effects
    }

    fn lost(&mut self) -> Vec<Effect> {
        let tries = self.offline.map_or(0, |tries| tries + 1);
        self.offline = Some(tries);
        vec![Effect::WakeIn(Duration::from_secs(u64::from(wait(tries))))]
    }

    fn woken(&mut self) -> Vec<Effect> {
        if self.offline.is_some() {
            return self.retry();
        }
        if self.call.is_none() && self.step().is_some_and(|step| !ended(step)) {
            return self.ask(Call::Look, Effect::Look);
        }
        Vec::new()
    }

    // What the places say

    fn found(&mut self, mut copies: Vec<CopyView>, missing: Vec<MissingPlace>) -> Vec<Effect> {
        if !matches!(self.places.state, PlacesState::Looking | PlacesState::Refreshing) {
            return Vec::new();
        }
        // A second look, after an unlock, leaves alone what is settled.
        for copy in copies.iter_mut().filter(|copy| copy.outcome.is_none()) {
            let before =
                self.places.copies.iter().find(|before| before.id == copy.id).and_then(|before| before.outcome);
            copy.outcome = before.filter(|outcome| *outcome != CopyOutcome::Locked);
        }
        self.places.copies = copies;
        self.places.missing = missing;
        // Copies that provably held the old password need no question.
        let certain: Vec<String> = self
            .places
            .copies
            .iter()
            .filter(|copy| copy.outcome.is_none() && held_old(copy))
            .map(|copy| copy.id.clone())
            .collect();
        if certain.is_empty() {
            return self.ask_or_finish();
        }
        self.refresh_these(certain, false)
    }

    fn refresh_these(&mut self, ids: Vec<String>, ticked: bool) -> Vec<Effect> {
        let Some((new, _)) = &self.secrets.new else { return self.finish() };
        self.places.state = PlacesState::Refreshing;
        vec![Effect::RefreshCopies { ids, ticked, new: new.clone() }]
    }

    fn refresh(&mut self, ids: Vec<String>) -> Vec<Effect> {
        if self.places.state != PlacesState::Asking {
            return Vec::new();
        }
        for copy in &mut self.places.copies {
            if copy.outcome.is_none() && !ids.contains(&copy.id) {
                copy.outcome = Some(CopyOutcome::LeftAlone);
            }
        }
        if ids.is_empty() { self.finish() } else { self.refresh_these(ids, true) }
    }

    fn refreshed(&mut self, outcomes: &[(String, CopyOutcome)]) -> Vec<Effect> {
        if self.places.state != PlacesState::Refreshing {
            return Vec::new();
        }
        for copy in &mut self.places.copies {
            if let Some((_, outcome)) = outcomes.iter().find(|(id, _)| *id == copy.id) {
                copy.outcome = Some(*outcome);
            }
        }
        self.ask_or_finish()
    }

    fn ask_or_finish(&mut self) -> Vec<Effect> {
        if self.places.copies.iter().any(|copy| copy.outcome.is_none()) {
            self.places.state = PlacesState::Asking;
            return Vec::new();
        }
        self.finish()
    }

    fn finish(&mut self) -> Vec<Effect> {
        self.places.state = PlacesState::Finished;
        let locked = self.places.copies.iter().any(|copy| copy.outcome == Some(CopyOutcome::Locked));
        if !locked && !self.places.missing.iter().any(|missing| missing.locked) {
            self.secrets = Secrets::default();
            return vec![Effect::FinishJournal];
        }
        Vec::new()
    }

    // What to draw

    fn screen(&self) -> Screen {
        if let Some(reason) = self.unusable {
            return Screen::Unusable { reason };
        }
        if let Some(tries) = self.offline {
            return Screen::Offline { retry_in: wait(tries), in_flow: self.envelope.is_some(), why: Lost::Network };
        }
        let Some(campus) = &self.campus else { return Screen::Starting };
        if self.ended {
            return Screen::Expired;
        }
        let busy = self.call.is_some();
        let error = self.trouble.clone();
        if self.places.state != PlacesState::None && self.window == WindowKind::Places {
            return self.done_screen(false, None);
        }
        let Some(envelope) = &self.envelope else { return self.first_screen(campus, busy, error) };
        if self.choosing {
            return self.choose_screen(busy, error);
        }
        match &envelope.step {
            Step::ChooseMethod { .. } => self.choose_screen(busy, error),
            Step::Prove { prove } if prove.method == Method::CurrentPassword => self.first_screen(campus, busy, error),
            Step::Prove { prove } if prove.method == Method::Questions => Screen::AnswerQuestions {
                questions: prove.questions.clone(),
                attempts_left: prove.attempts_left,
                busy,
                error,
            },
            Step::Prove { prove } => {
                let code = prove.code.as_ref();
                let left = |then: Option<Timestamp>| then.map(|then| seconds_until(envelope.now, then));
                Screen::EnterCode {
                    method: prove.method,
                    length: code.map_or(0, |code| code.length),
                    sent_to: prove
                        .method
                        .destination()
                        .map(|_| self.destination.clone())
                        .filter(|typed| !typed.is_empty()),
                    resend_in: left(code.and_then(|code| code.resend_at)),
                    expires_in: left(code.and_then(|code| code.expires_at)),
                    attempts_left: prove.attempts_left,
                    busy,
                    error,
                }
            }
            Step::SetPassword { .. } if self.window == WindowKind::Recover => Screen::NewPassword {
                account: self.account.clone(),
                rules: self.rules(),
                passphrase: None,
                busy,
                error,
            },
            Step::SetPassword { .. } | Step::Manage { .. } => self.first_screen(campus, busy, error),
            Step::Working => Screen::Working,
            Step::Done { done } => self.done_screen(done.unlocked, done.old_password_may_work_until),
            Step::Blocked { blocked } => Screen::Blocked { until: blocked.until.map(|until| until.to_string()) },
            Step::Cancelled => Screen::Cancelled,
            Step::Expired => Screen::Expired,
        }
    }

    fn first_screen(&self, campus: &api::Campus, busy: bool, error: Option<Trouble>) -> Screen {
        let account = self.account.clone();
        match (self.window, &self.pending) {
            (WindowKind::Recover | WindowKind::Register | WindowKind::Helpdesk, _) => {
                Screen::Identify { case: self.case(), account, characters: None, busy, error }
            }
            (WindowKind::Places, Some(pending)) => {
                Screen::FinishPlaces { account, changed_at: pending.changed_at.clone(), busy, error }
            }
            (WindowKind::Change | WindowKind::Places, _) => {
                let rules = self.set_password_rules().unwrap_or_else(|| campus.password_rules.clone());
                Screen::ChangePassword { account, rules, passphrase: None, busy, error }
            }
        }
    }

    fn choose_screen(&self, busy: bool, error: Option<Trouble>) -> Screen {
        Screen::ChooseMethod {
            methods: self.offered.clone(),
            chosen: self.chosen,
            destination: self.destination.clone(),
            busy,
            error,
        }
    }

    fn done_screen(&self, unlocked: bool, until: Option<Timestamp>) -> Screen {
        Screen::Done {
            case: self.case(),
            unlocked,
            old_password_may_work_until: until.map(|until| until.to_string()),
            places: self.places.clone(),
            replacement: None,
            feedback: FeedbackState::Absent,
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

    // Small things

    fn ask(&mut self, call: Call, effect: Effect) -> Vec<Effect> {
        self.call = Some(call);
        vec![effect]
    }

    fn answered(&mut self) {
        self.call = None;
        self.offline = None;
    }

    fn notice(&mut self, trouble: AppTrouble) -> Vec<Effect> {
        self.trouble = Some(noticed(trouble));
        Vec::new()
    }

    fn case(&self) -> Case {
        Opening::from(self.window).case.unwrap_or(Case::Forgotten)
    }

    fn step(&self) -> Option<&Step> {
        self.envelope.as_ref().map(|envelope| &envelope.step)
    }

    fn revision(&self) -> Option<u32> {
        self.envelope.as_ref().map(|envelope| envelope.revision)
    }
}

fn noticed(trouble: AppTrouble) -> Trouble {
    Trouble { code: TroubleCode::App(trouble), attempts_left: None, retry_after: None, refusals: Vec::new() }
}

fn wait(tries: u32) -> u32 {
    let at = usize::try_from(tries).unwrap_or(usize::MAX).min(RETRIES.len() - 1);
    RETRIES.get(at).copied().unwrap_or(30)
}

/// Whether a version is older than another one; what is not numbers and dots counts as 0.
fn older(ours: &str, oldest: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> { version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    numbers(ours) < numbers(oldest)
}

const fn ended(step: &Step) -> bool {
    match step {
        Step::Done { .. } | Step::Blocked { .. } | Step::Cancelled | Step::Expired => true,
        Step::ChooseMethod { .. }
        | Step::Prove { .. }
        | Step::SetPassword { .. }
        | Step::Manage { .. }
        | Step::Working => false,
    }
}

fn held_old(copy: &CopyView) -> bool {
    copy.held_old == latchkey_credstore::HeldOld::Yes
}

fn campus_view(campus: &api::Campus, language: &str) -> CampusView {
    let plain = language.split('-').next().unwrap_or(language);
    CampusView {
        name: campus.name.clone(),
        colour: campus.colour.clone(),
        logo_png: campus.logo_png.clone(),
        helpdesk: campus.helpdesk.clone(),
        account_label: campus.account_label.get(language).or_else(|| campus.account_label.get(plain)).cloned(),
        account_example: campus.account_example.clone(),
    }
}

#[cfg(test)]
mod tests;
