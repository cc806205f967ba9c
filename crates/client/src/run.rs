//! The one task that owns a flow: performs its effects, publishes what to draw.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use latchkey_api::flow::{Answered, Challenge, NewPassword};
use latchkey_api::human_check::Solution;
use latchkey_credstore::{
    Copy, CopyId, HeldOld, Journal, Keyring, Looking, Need, Outcome, PlaceError, PlaceKind, Plan, Selected,
};
use latchkey_flow::screen::{
    Action, CopyOutcome, CopyView, MissingPlace, Rating, Sealed, SealedAnswer, Unusable, View,
};
use latchkey_flow::window::Opening;
use latchkey_flow::{Deed, Effect, Failure, Flow, Input, Pending};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::SecretString;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use crate::http::Http;
use crate::seal::{SealBroken, SealKey, Seals};
use crate::settings::{Settings, SettingsError};
use crate::text::Texts;
use crate::{keep, passphrase};

/// What the window's process is asked for; each becomes a message, is answered, and that is all a command does.
#[derive(Debug)]
pub enum Message {
    Act(Action),
    Screen(oneshot::Sender<View>),
    Rate(Sealed, oneshot::Sender<Rating>),
    Key(oneshot::Sender<Result<SealKey, SealBroken>>),
}

/// What the task needs of the window around it.
pub trait Shell: Send + 'static {
    /// Draws this.
    fn draw(&self, view: &View);
    /// Shows a message beside the window, by id.
    fn notify(&self, id: &'static str);
    /// Lets go of what the web view has seen, and loads the page anew.
    fn renew_page(&self);
    /// Opens the system's dialog for printing the page.
    fn print(&self);
    /// Opens another window as a process of its own, and says whether it started.
    fn open(&self, opening: Opening) -> bool;
    fn close(&self);
}

/// What a flow works with.
pub struct Workstation {
    pub settings: Result<Settings, SettingsError>,
    pub languages: Vec<String>,
    pub keyring: Option<Keyring>,
    /// The folder of the journal.
    pub state: PathBuf,
    /// Where the person keeps documents.
    pub documents: Option<PathBuf>,
}

/// Owns the flow of a window until the last sender of `inbox` is gone.
pub async fn run(
    opening: Opening,
    workstation: Workstation,
    shell: impl Shell,
    mut inbox: mpsc::UnboundedReceiver<Message>,
) {
    // The page comes first: connecting would compete with the web view for the processor.
    let Some(first) = inbox.recv().await else { return };
    let (mut task, effects) = Task::new(opening, workstation, shell);
    let (inputs, mut answers) = mpsc::unbounded_channel();
    task.take(first, &inputs);
    task.perform(effects, &inputs);
    task.draw();
    loop {
        tokio::select! {
            message = inbox.recv() => match message {
                Some(message) => task.take(message, &inputs),
                None => return,
            },
            Some(input) = answers.recv() => task.step(input, &inputs),
        }
    }
}

/// What a performed effect sends back.
enum Came {
    Input(Input),
    /// A flow was started: the connection has its token now.
    Started(Http, Result<Box<Answered>, Failure>),
}

struct Task<S> {
    flow: Flow,
    seals: Seals,
    http: Option<Http>,
    settings: Option<Settings>,
    keyring: Option<Keyring>,
    journal: Option<Arc<Journal>>,
    looking: Looking,
    documents: Option<PathBuf>,
    timer: Option<JoinHandle<()>>,
    /// When the server answered last.
    answered: Instant,
    shell: S,
}

impl<S: Shell> Task<S> {
    fn new(opening: Opening, workstation: Workstation, shell: S) -> (Self, Vec<Effect>) {
        let Workstation { settings, languages, keyring, state, documents } = workstation;
        let language = Texts::of(&languages).tag().to_owned();
        let journal = Journal::open(state).inspect_err(|error| tracing::warn!(%error, "no journal")).ok().map(Arc::new);
        let (http, why) = connect(&settings);
        let pending = journal.as_ref().and_then(|journal| journal.pending().ok().flatten());
        let pending =
            pending.map(|pending| Pending { account: pending.account, changed_at: pending.changed_at.to_string() });
        let (flow, effects) = match why {
            None => Flow::new(opening, language, pending),
            Some(why) => (Flow::unusable(opening, language, why), Vec::new()),
        };
        let task = Self {
            flow,
            seals: Seals::default(),
            http,
            settings: settings.ok(),
            keyring,
            journal,
            looking: Looking { accounts: Vec::new(), old: None },
            documents,
            timer: None,
            answered: moment(),
            shell,
        };
        (task, effects)
    }

    fn take(&mut self, message: Message, inputs: &mpsc::UnboundedSender<Came>) {
        // Whoever asked may be gone: a page that is being renewed.
        match message {
            Message::Screen(answer) => drop(answer.send(self.view())),
            Message::Key(answer) => drop(answer.send(self.seals.key())),
            Message::Rate(sealed, answer) => {
                if let Ok(typed) = self.seals.open(&sealed) {
                    drop(answer.send(self.flow.rate(&typed)));
                }
            }
            Message::Act(action) => {
                let deed = self.opened(action).unwrap_or(Deed::SealBroken);
                self.step(Came::Input(Input::Did(deed)), inputs);
            }
        }
    }

    fn step(&mut self, came: Came, inputs: &mpsc::UnboundedSender<Came>) {
        let input = match came {
            Came::Input(input) => {
                if matches!(input, Input::Answer(_)) {
                    self.answered = moment();
                }
                input
            }
            Came::Started(http, answer) => {
                self.http = Some(http);
                self.answered = moment();
                Input::Answer(answer)
            }
        };
        let effects = self.flow.handle(input);
        self.perform(effects, inputs);
        self.draw();
    }

    fn draw(&self) {
        self.shell.draw(&self.view());
    }

    fn view(&self) -> View {
        self.flow.view_after(moment().saturating_duration_since(self.answered))
    }

    fn opened(&mut self, action: Action) -> Result<Deed, SealBroken> {
        Ok(match action {
            Action::ChooseCase { case } => Deed::ChooseCase { case },
            Action::ShowElsewhere => Deed::ShowElsewhere,
            Action::ShowNotMe => Deed::ShowNotMe,
            Action::SubmitNotMe { code } => Deed::SubmitNotMe { code: self.seals.open(&code)? },
            Action::BackToStart => Deed::BackToStart,
            Action::Identify { account, characters } => Deed::Identify { account, characters },
            Action::OtherCharacters => Deed::OtherCharacters,
            Action::SkipCharacters => Deed::SkipCharacters,
            Action::SignIn { account, password } => Deed::SignIn { account, password: self.seals.open(&password)? },
            Action::Stay => Deed::Stay,
            Action::MakePassphrase => Deed::MakePassphrase,
            Action::AddMeans { means } => Deed::AddMeans { means },
            Action::SubmitDestination { method, destination } => Deed::SubmitDestination { method, destination },
            Action::SubmitNewAnswers { answers } => Deed::SubmitNewAnswers { answers: self.answers(answers)? },
            Action::PrintCodes => Deed::PrintCodes,
            Action::SaveCodes => Deed::SaveCodes,
            Action::CodesKept => Deed::CodesKept,
            Action::CheckMeans { id } => Deed::CheckMeans { id },
            Action::RemoveMeans { id } => Deed::RemoveMeans { id },
            Action::ConfirmRemoval => Deed::ConfirmRemoval,
            Action::BackToManage => Deed::BackToManage,
            Action::FinishSetup => Deed::FinishSetup,
            Action::Feedback { helpful, text } => Deed::Feedback { helpful, text },
            Action::ChooseMethod { method, destination } => Deed::ChooseMethod { method, destination },
            Action::SubmitCode { code } => Deed::SubmitCode { code: self.seals.open(&code)? },
            Action::Resend => Deed::Resend,
            Action::UseAnotherWay => Deed::UseAnotherWay,
            Action::SubmitAnswers { answers } => Deed::SubmitAnswers { answers: self.answers(answers)? },
            Action::SubmitPassword { new, confirm } => Deed::SubmitPassword {
                new: self.seals.open(&new)?,
                confirm: self.seals.open(&confirm)?,
                operation: Uuid::new_v4(),
            },
            Action::SubmitChange { account, old, new, confirm } => Deed::SubmitChange {
                account,
                old: self.seals.open(&old)?,
                new: self.seals.open(&new)?,
                confirm: self.seals.open(&confirm)?,
                operation: Uuid::new_v4(),
            },
            Action::RefreshCopies { ids } => Deed::RefreshCopies { ids },
            Action::UnlockKeyring => Deed::UnlockKeyring,
            Action::FinishPlaces { password } => Deed::FinishPlaces { password: self.seals.open(&password)? },
            Action::Retry => Deed::Retry,
            Action::Cancel => Deed::Cancel,
            Action::StartOver => Deed::StartOver,
            Action::Close => Deed::Close,
            Action::Language { tag } => Deed::Language { tag },
        })
    }

    fn answers(&mut self, sealed: Vec<SealedAnswer>) -> Result<Vec<(String, SecretString)>, SealBroken> {
        sealed.into_iter().map(|sealed| Ok((sealed.id, self.seals.open(&sealed.answer)?))).collect()
    }

    fn perform(&mut self, effects: Vec<Effect>, inputs: &mpsc::UnboundedSender<Came>) {
        for effect in effects {
            self.perform_one(effect, inputs);
        }
    }

    fn perform_one(&mut self, effect: Effect, inputs: &mpsc::UnboundedSender<Came>) {
        match effect {
            Effect::FetchCampus => self.call(inputs, async |http| Input::Campus(http.campus().await.map(Box::new))),
            Effect::FetchCharacters { language } => {
                self.call(inputs, async move |http| Input::Characters(http.characters(language).await.map(Box::new)));
            }
            Effect::Start { intent, account, language, solution } => {
                self.start(inputs, intent, account, language, solution);
            }
            Effect::Look => self.ask(inputs, async |http| http.look().await),
            Effect::Challenge { revision, method, destination } => {
                let challenge = Challenge { revision, method, destination };
                self.ask(inputs, async move |http| http.challenge(&challenge).await);
            }
            Effect::Prove(proof) => self.ask(inputs, async move |http| http.prove(&proof).await),
            Effect::Extend { revision } => self.ask(inputs, async move |http| http.extend(revision).await),
            Effect::SetPassword { revision, old, new, operation } => {
                let password = NewPassword { revision, new_password: new, current_password: old };
                self.ask(inputs, async move |http| http.set_password(&password, operation).await);
            }
            Effect::AddMeans(add) => self.ask(inputs, async move |http| http.add_means(&add).await),
            Effect::ConfirmMeans { id, confirm } => {
                self.ask(inputs, async move |http| http.confirm_means(&id, &confirm).await);
            }
            Effect::CheckMeans { id, check } => {
                self.ask(inputs, async move |http| http.check_means(&id, &check).await);
            }
            Effect::RemoveMeans { id, remove } => {
                self.ask(inputs, async move |http| http.remove_means(&id, &remove).await);
            }
            Effect::FinishSetup { revision } => self.ask(inputs, async move |http| http.finish(revision).await),
            Effect::Feedback(feedback) => self.tell(async move |http| http.feedback(&feedback).await),
            Effect::NotMe { code } => {
                self.call(inputs, async move |http| Input::NotMe(http.not_me(code).await));
            }
            Effect::Cancel { revision } => self.ask(inputs, async move |http| http.cancel(revision).await),
            Effect::MakePassphrase { rules, account } => {
                let words = passphrase::make(&rules, &account, sixteen_bits);
                self.send(inputs, Input::Passphrase(words));
            }
            Effect::Print => self.shell.print(),
            Effect::SaveCodes { campus, language, codes } => self.save_codes(campus, language, codes, inputs),
            Effect::WakeIn(wait) => self.wake_in(wait, inputs.clone()),
            Effect::FindCopies { account, old, changed_at } => {
                let accounts = self.settings.as_ref().map(|settings| settings.names_of(&account)).unwrap_or_default();
                self.looking = Looking { accounts, old };
                if let (Some(journal), Some(changed_at)) = (&self.journal, changed_at)
                    && let Err(error) = journal.begin(&account, changed_at)
                {
                    tracing::warn!(%error, "the journal cannot be written");
                }
                self.find(inputs, false);
            }
            Effect::UnlockKeyring { account, old } => {
                let accounts = self.settings.as_ref().map(|settings| settings.names_of(&account)).unwrap_or_default();
                self.looking = Looking { accounts, old };
                self.find(inputs, true);
            }
            Effect::RefreshCopies { ids, ticked, new } => self.refresh(ids, ticked, new, inputs),
            Effect::FinishJournal => {
                self.looking = Looking { accounts: Vec::new(), old: None };
                if let Some(Err(error)) = self.journal.as_ref().map(|journal| journal.finish()) {
                    tracing::warn!(%error, "the journal cannot be written");
                }
            }
            Effect::Notify(id) => self.shell.notify(id),
            Effect::RenewPage => self.shell.renew_page(),
            Effect::OpenWindow(opening) => {
                if self.shell.open(opening) {
                    self.shell.close();
                }
            }
            Effect::CloseWindow => self.shell.close(),
        }
    }

    fn call<F>(&self, inputs: &mpsc::UnboundedSender<Came>, ask: impl FnOnce(Http) -> F + Send + 'static)
    where
        F: Future<Output = Input> + Send + 'static,
    {
        let Some(http) = self.http.clone() else { return };
        let inputs = inputs.clone();
        // The window may be closing: then nobody waits for the answer.
        tokio::spawn(async move { drop(inputs.send(Came::Input(ask(http).await))) });
    }

    fn ask<F>(&self, inputs: &mpsc::UnboundedSender<Came>, ask: impl FnOnce(Http) -> F + Send + 'static)
    where
        F: Future<Output = Result<Answered, Failure>> + Send + 'static,
    {
        self.call(inputs, async move |http| Input::Answer(ask(http).await.map(Box::new)));
    }

    /// Says something that no answer is waited for.
    fn tell<F>(&self, tell: impl FnOnce(Http) -> F + Send + 'static)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let Some(http) = self.http.clone() else { return };
        tokio::spawn(async move {
            if tell(http).await.is_err() {
                tracing::info!("nobody took note of what was said");
            }
        });
    }

    /// Comes back as if it had been asked for, in its turn.
    fn send(&self, inputs: &mpsc::UnboundedSender<Came>, input: Input) {
        drop(inputs.send(Came::Input(input)));
    }

    fn start(
        &self,
        inputs: &mpsc::UnboundedSender<Came>,
        intent: latchkey_api::Intent,
        account: String,
        language: String,
        solution: Option<Solution>,
    ) {
        let Some(mut http) = self.http.clone() else { return };
        let inputs = inputs.clone();
        tokio::spawn(async move {
            let answer = http.start(intent, account, language, solution).await;
            drop(inputs.send(Came::Started(http, answer.map(|flow| Box::new(Answered::from(flow))))));
        });
    }

    fn save_codes(
        &self,
        campus: String,
        language: String,
        codes: Vec<SecretString>,
        inputs: &mpsc::UnboundedSender<Came>,
    ) {
        let (folder, inputs) = (self.documents.clone(), inputs.clone());
        tokio::task::spawn_blocking(move || {
            let saved = folder.and_then(|folder| save(&folder, &campus, &language, &codes));
            drop(inputs.send(Came::Input(Input::Saved(saved))));
        });
    }

    #[expect(clippy::disallowed_methods, reason = "time itself is the event here: the flow asked to be woken")]
    fn wake_in(&mut self, wait: Duration, inputs: mpsc::UnboundedSender<Came>) {
        let timer = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            drop(inputs.send(Came::Input(Input::Woken)));
        });
        if let Some(before) = self.timer.replace(timer) {
            before.abort();
        }
    }

    fn find(&self, inputs: &mpsc::UnboundedSender<Came>, unlock_first: bool) {
        let (keyring, looking, journal) = (self.keyring.clone(), self.looking.clone(), self.journal.clone());
        let inputs = inputs.clone();
        tokio::task::spawn_blocking(move || {
            let plan = keyring.and_then(|keyring| {
                if unlock_first && let Err(error) = keyring.unlock(HERE) {
                    tracing::info!(%error, "the keyring was not unlocked");
                }
                keyring.plan(looking).ok()
            });
            if let (Some(journal), Some(plan)) = (journal, &plan)
                && let Err(error) = journal.planned(&plan.copies)
            {
                tracing::warn!(%error, "the journal cannot be written");
            }
            drop(inputs.send(Came::Input(found(plan))));
        });
    }

    fn refresh(&self, ids: Vec<String>, ticked: bool, new: SecretString, inputs: &mpsc::UnboundedSender<Came>) {
        let (keyring, looking, journal) = (self.keyring.clone(), self.looking.clone(), self.journal.clone());
        let inputs = inputs.clone();
        tokio::task::spawn_blocking(move || {
            let selected = ids.into_iter().map(|id| Selected { id: CopyId::from(id), ticked }).collect();
            let outcomes = keyring.map(|keyring| {
                keyring.refresh(selected, looking, new, |done| {
                    if let Some(Err(error)) = journal.as_ref().map(|journal| journal.record(&done.id, done.outcome)) {
                        tracing::warn!(%error, "the journal cannot be written");
                    }
                })
            });
            let outcomes = outcomes.unwrap_or_default();
            let outcomes = outcomes.iter().map(|done| (done.id.as_str().to_owned(), shown(done.outcome))).collect();
            drop(inputs.send(Came::Input(Input::Refreshed { outcomes })));
        });
    }
}

fn save(folder: &Path, campus: &str, language: &str, codes: &[SecretString]) -> Option<String> {
    keep::save_codes(folder, campus, codes, &Texts::of(&[language.to_owned()]))
        .inspect_err(|error| tracing::warn!(%error, "the codes cannot be saved"))
        .map(|path| path.display().to_string())
        .ok()
}

/// Of the system's randomness.
fn sixteen_bits() -> Option<u16> {
    let mut bytes = [0; 2];
    SystemRandom::new().fill(&mut bytes).ok().map(|()| u16::from_ne_bytes(bytes))
}

/// Only for how long ago the server answered; what the time is, the flow takes from the server.
fn moment() -> Instant {
    Instant::now()
}

/// The kind of place that this system has.
const HERE: PlaceKind = if cfg!(windows) {
    PlaceKind::CredentialManager
} else if cfg!(target_os = "macos") {
    PlaceKind::Keychain
} else {
    PlaceKind::SecretService
};

fn connect(settings: &Result<Settings, SettingsError>) -> (Option<Http>, Option<Unusable>) {
    match settings {
        Err(SettingsError::Missing(_)) => (None, Some(Unusable::NoServer)),
        Err(error) => {
            tracing::error!(%error, "the settings cannot be used");
            (None, Some(Unusable::BadSettings))
        }
        Ok(settings) => match Http::new(settings) {
            Ok(http) => (Some(http), None),
            Err(error) => {
                tracing::error!(%error, "the settings cannot be used");
                (None, Some(Unusable::BadSettings))
            }
        },
    }
}

fn found(plan: Option<Plan>) -> Input {
    let Some(plan) = plan else {
        return Input::Found { copies: Vec::new(), missing: vec![MissingPlace { place: HERE, locked: false }] };
    };
    let missing = plan.places.iter().filter(|place| place.locked || place.error.is_some_and(not_there));
    let missing = missing.map(|place| MissingPlace { place: place.place, locked: place.locked }).collect();
    Input::Found { copies: plan.copies.into_iter().map(copy_view).collect(), missing }
}

const fn not_there(error: PlaceError) -> bool {
    match error {
        PlaceError::Unreachable
        | PlaceError::TimedOut
        | PlaceError::Refused
        | PlaceError::Locked
        | PlaceError::Declined => true,
        PlaceError::Gone => false,
    }
}

fn copy_view(copy: Copy) -> CopyView {
    // The old password under another name may be a coincidence: that one waits for a tick.
    let doubtful = copy.held_old == HeldOld::Yes && copy.need() == Some(Need::Tick);
    CopyView {
        id: copy.id.to_string(),
        place: copy.place,
        label: copy.label,
        user: copy.user.unwrap_or_default(),
        target: copy.target,
        held_old: if doubtful { HeldOld::Unknown } else { copy.held_old },
        outcome: copy.locked.then_some(CopyOutcome::Locked),
    }
}

const fn shown(outcome: Outcome) -> CopyOutcome {
    use latchkey_credstore::FailureReason;
    match outcome {
        Outcome::Updated => CopyOutcome::Updated,
        Outcome::AlreadyFine => CopyOutcome::AlreadyFine,
        Outcome::NeedsYou(Need::Locked | Need::Declined) => CopyOutcome::Locked,
        Outcome::NeedsYou(Need::Tick) => CopyOutcome::LeftAlone,
        Outcome::Failed(FailureReason::Gone) => CopyOutcome::Gone,
        Outcome::Failed(FailureReason::NotKept) => CopyOutcome::NotVerified,
        Outcome::Failed(
            FailureReason::Unreachable | FailureReason::TimedOut | FailureReason::Refused | FailureReason::NotYours,
        ) => CopyOutcome::Failed,
    }
}
