//! The one task that owns a flow: performs its effects, publishes what to draw.

mod calls;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use latchkey_api::flow::{Answered, Challenge, NewPassword};
use latchkey_flow::screen::{Action, Rating, Sealed, View};
use latchkey_flow::window::Opening;
use latchkey_flow::{Change, Effect, Failure, Flow, Input, Timer};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::SecretString;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;

use self::calls::{LastCall, connect};
use crate::copies::{Copies, Found, Looking};
use crate::device::Device;
use crate::http::Http;
use crate::places::Places;
use crate::seal::{SealBroken, SealKey, Seals};
use crate::settings::{Settings, SettingsError};
use crate::text::Texts;
use crate::{keep, passphrase};

/// What the window's process is asked for; each becomes a message, is answered, and that is all a command does.
#[derive(Debug)]
pub enum Message {
    Act(Action<Sealed>),
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
    pub places: Option<Places>,
    /// The folder of the journal.
    pub state: PathBuf,
    /// Where the person keeps documents.
    pub documents: Option<PathBuf>,
    /// The name by which the person has signed in to the workstation.
    pub signed_in: Option<String>,
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
    let inputs = Inputs(inputs);
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
    /// The answer to the call of the flow with this number.
    Answer(u64, Result<Box<Answered>, Failure>),
    /// A flow was started by the call with this number: the connection has its token now.
    Started(u64, Box<Http>, Result<Box<Answered>, Failure>),
}

/// The way back from a performed effect; whoever listens may be gone with the window.
#[derive(Clone)]
struct Inputs(mpsc::UnboundedSender<Came>);

impl Inputs {
    fn send(&self, input: Input) {
        self.came(Came::Input(input));
    }

    fn came(&self, came: Came) {
        drop(self.0.send(came));
    }
}

struct Task<S> {
    flow: Flow,
    seals: Seals,
    http: Option<Http>,
    settings: Option<Settings>,
    copies: Copies,
    device: Device,
    documents: Option<PathBuf>,
    timers: HashMap<Timer, JoinHandle<()>>,
    last_call: LastCall,
    /// When the server answered last.
    answered: Instant,
    shell: S,
}

impl<S: Shell> Task<S> {
    fn new(opening: Opening, workstation: Workstation, shell: S) -> (Self, Vec<Effect>) {
        let Workstation { settings, languages, places, state, documents, signed_in } = workstation;
        let language = Texts::of(&languages).tag().to_owned();
        let places = places.map(Arc::new);
        let device = Device::new(places.clone(), settings.as_ref().ok().cloned(), signed_in.as_deref());
        let copies = Copies::open(places, state, settings.as_ref().ok().cloned());
        let known = settings.as_ref().ok().and_then(|settings| settings.known_account(signed_in));
        let (http, why) = connect(&settings);
        let (flow, effects) = match why {
            None => Flow::new(opening, language, copies.pending(), known),
            Some(why) => (Flow::unusable(opening, language, why), Vec::new()),
        };
        let task = Self {
            flow,
            seals: Seals::default(),
            http,
            settings: settings.ok(),
            copies,
            device,
            documents,
            timers: HashMap::new(),
            last_call: LastCall::default(),
            answered: moment(),
            shell,
        };
        (task, effects)
    }

    fn take(&mut self, message: Message, inputs: &Inputs) {
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
                let opened = action.try_map_secrets(|sealed| self.seals.open(&sealed));
                let did = |action| Input::Did { action, operation: Uuid::new_v4() };
                self.step(Came::Input(opened.map_or(Input::SealBroken, did)), inputs);
            }
        }
    }

    fn step(&mut self, came: Came, inputs: &Inputs) {
        let input = match came {
            Came::Input(input) => input,
            Came::Answer(number, _) | Came::Started(number, ..) if number != self.last_call.number => return,
            Came::Answer(_, answer) => {
                self.answered = moment();
                Input::Answer(answer)
            }
            Came::Started(_, http, answer) => {
                self.http = Some(*http);
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

    fn perform(&mut self, effects: Vec<Effect>, inputs: &Inputs) {
        for effect in effects {
            self.perform_one(effect, inputs);
        }
    }

    fn perform_one(&mut self, effect: Effect, inputs: &Inputs) {
        match effect {
            Effect::FetchCampus => self.call(inputs, async |http| Input::Campus(http.campus().await.map(Box::new))),
            Effect::FetchCharacters { language } => {
                self.call(inputs, async move |http| Input::Characters(http.characters(language).await.map(Box::new)));
            }
            Effect::Start { intent, account, language, solution } => {
                self.start(inputs, intent, account, language, solution);
            }
            Effect::Look => self.ask(inputs, async |http| http.look().await),
            Effect::Extend { revision } => self.ask(inputs, async move |http| http.extend(revision).await),
            Effect::Challenge { revision, method, destination } => {
                let challenge = Challenge { revision, method, destination };
                self.ask(inputs, async move |http| http.challenge(&challenge).await);
            }
            Effect::Prove(proof) => self.ask(inputs, async move |http| http.prove(&proof).await),
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
            Effect::Cancel { revision } => self.ask(inputs, async move |http| http.cancel(revision).await),
            Effect::DropCall => drop(self.last_call.replace()),
            Effect::RememberDevice { revision, account } => self.remember_device(revision, account),
            Effect::Feedback(feedback) => self.tell(async move |http| http.feedback(&feedback).await),
            Effect::NotMe { code } => self.call(inputs, async move |http| Input::NotMe(http.not_me(code).await)),
            Effect::WakeIn { timer, after } => self.wake_in(timer, after, inputs.clone()),
            Effect::MakePassphrase { rules, account } => {
                inputs.send(Input::Passphrase(passphrase::make(&rules, &account, sixteen_bits)));
            }
            Effect::Print => self.shell.print(),
            Effect::SaveCodes { campus, language, codes } => self.save_codes(campus, language, codes, inputs),
            // Before the call that follows goes out.
            Effect::NoteWrite { account } => self.copies.note_write(&account),
            Effect::DropWrite { account } => self.copies.drop_write(&account),
            Effect::FindCopies { change, old, new } => {
                self.look(inputs, self.looking(change, old, new), Copies::find);
            }
            Effect::Unlock { change, places: kinds, old, new } => {
                self.look(inputs, self.looking(change, old, new), move |copies, looking| {
                    copies.unlock(looking, &kinds)
                });
            }
            Effect::RefreshCopies { change, ids, ticked, old, new } => {
                self.refresh(inputs, self.looking(change, old, new.clone()), ids, ticked, new);
            }
            Effect::PutBack { change, id } => self.put_back(inputs, change, id),
            Effect::ForgetPutBack => self.copies.forget_put_back(),
            Effect::CloseJournal { change } => self.copies.close_journal(&change),
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

    fn save_codes(&self, campus: String, language: String, codes: Vec<SecretString>, inputs: &Inputs) {
        let (folder, inputs) = (self.documents.clone(), inputs.clone());
        tokio::task::spawn_blocking(move || {
            inputs.send(Input::Saved(folder.and_then(|folder| save(&folder, &campus, &language, &codes))));
        });
    }

    #[expect(clippy::disallowed_methods, reason = "time itself is the event here: the flow asked to be woken")]
    fn wake_in(&mut self, timer: Timer, after: Duration, inputs: Inputs) {
        let waiting = tokio::spawn(async move {
            tokio::time::sleep(after).await;
            inputs.send(Input::Woken(timer));
        });
        if let Some(before) = self.timers.insert(timer, waiting) {
            before.abort();
        }
    }

    fn looking(&self, change: Change, old: Option<SecretString>, new: SecretString) -> Looking {
        let names = |settings: &Settings| settings.names_of(&change.account);
        let accounts = self.settings.as_ref().map(names).unwrap_or_default();
        Looking { change, accounts, old, new }
    }

    fn look(&self, inputs: &Inputs, looking: Looking, look: impl FnOnce(&Copies, &Looking) -> Found + Send + 'static) {
        let (here, inputs) = (self.copies.clone(), inputs.clone());
        tokio::task::spawn_blocking(move || {
            let Found { copies, places } = look(&here, &looking);
            inputs.send(Input::Found { copies, places });
        });
    }

    fn refresh(&self, inputs: &Inputs, looking: Looking, ids: Vec<String>, ticked: bool, new: SecretString) {
        let (copies, inputs) = (self.copies.clone(), inputs.clone());
        tokio::task::spawn_blocking(move || {
            copies.refresh(&looking, ids, ticked, &new, |id, outcome| inputs.send(Input::Refreshed { id, outcome }));
            inputs.send(Input::RefreshEnded);
        });
    }

    fn put_back(&self, inputs: &Inputs, change: Change, id: String) {
        let (copies, inputs) = (self.copies.clone(), inputs.clone());
        tokio::task::spawn_blocking(move || {
            let outcome = copies.put_back(&change, &id);
            inputs.send(Input::Refreshed { id, outcome });
            inputs.send(Input::RefreshEnded);
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
