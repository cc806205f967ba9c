//! The places of this workstation: starts the place program for each task, reads what it says, ends it at its deadline.
//!
//! What happens in a store stays in a process that ends with the task: one that hangs or crashes is one line in the
//! report, and holds up no other. What a person ticked can be put back for ten minutes.

mod run;
#[cfg(unix)]
mod trusted_unix;
#[cfg(unix)]
use trusted_unix as trusted;
#[cfg(not(unix))]
mod trusted_windows;
#[cfg(not(unix))]
use trusted_windows as trusted;

use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{io, thread};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState};
use latchkey_credstore::protocol::{CopyOutcome, Line, Request, Task};
use latchkey_credstore::{Policy, kinds};
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::{SecretSlice, SecretString};

pub use latchkey_credstore::protocol::Selected;
use run::{Heard, Run};

/// What the program may know of the session: the bus, the folders, the language and where prompts are shown.
const ENVIRONMENT: [&str; 6] =
    ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME", "LANG", "DISPLAY", "WAYLAND_DISPLAY"];
/// What a program needs to load its libraries on Windows.
#[cfg(windows)]
const SYSTEM: [&str; 2] = ["SystemRoot", "LOCALAPPDATA"];
#[cfg(not(windows))]
const SYSTEM: [&str; 0] = [];

/// How long what a person ticked can be put back.
const PUT_BACK: Duration = Duration::from_secs(10 * 60);
/// More copies than anybody has; whoever says more talks nonsense.
const MOST_COPIES: usize = 20_000;
/// Copies refreshed in one run, so that a request stays small.
const BATCH: usize = 500;
/// Runs in a row that may end without a single outcome, before the rest is given up.
const FRUITLESS: u32 = 2;

/// What the campus says of its servers and networks, and its own programs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacePolicy {
    /// Hosts of the campus, and domains with all below them (`.example.edu`).
    pub servers: Vec<String>,
    /// Realms of the campus in networks that ask for a name (802.1X).
    pub realms: Vec<String>,
    /// Programs for stores of the campus' own.
    pub programs: Vec<CampusProgram>,
}

/// A program of the campus that speaks the protocol of docs/places.md.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampusProgram {
    /// What people are told; also the argument by which the program knows its place.
    pub name: String,
    /// An absolute path to a file that nobody but root can write.
    pub command: PathBuf,
}

/// The names a person signs in with, and the password that copies may still hold.
#[derive(Debug, Clone, Default)]
pub struct Looking {
    pub accounts: Vec<String>,
    /// The old password, where it is known; after a reset of a forgotten one it is not.
    pub old: Option<SecretString>,
    /// Whether the password was reset without the old one.
    pub reset: bool,
}

/// How long the program may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// A look reads every item of a keyring once; hundreds of items take a second or two.
    pub look: Duration,
    /// One copy is read, written and read again.
    pub copy: Duration,
    /// Somebody has to find and type a password.
    pub prompt: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self { look: Duration::from_secs(30), copy: Duration::from_secs(20), prompt: Duration::from_secs(180) }
    }
}

/// Every place of this workstation; each call blocks until all of them have answered or were stopped.
#[derive(Debug)]
pub struct Places {
    program: PathBuf,
    policy: PlacePolicy,
    environment: Vec<(OsString, OsString)>,
    deadlines: Deadlines,
    kept: Mutex<HashMap<String, Kept>>,
}

/// A sealed snapshot of what a ticked copy held.
#[derive(Debug)]
struct Kept {
    sealed: SecretSlice<u8>,
    key: SecretSlice<u8>,
    since: Instant,
}

/// One store and the program that looks after it.
#[derive(Debug, Clone, Copy)]
enum Store<'a> {
    Ours(PlaceKind),
    Campus(&'a CampusProgram),
}

impl Store<'_> {
    const fn kind(self) -> PlaceKind {
        match self {
            Self::Ours(kind) => kind,
            Self::Campus(_) => PlaceKind::CampusProgram,
        }
    }

    /// What the program calls a copy that the app calls `id`; `None` for a copy of another store.
    fn native(self, id: &str) -> Option<&str> {
        match self {
            Self::Ours(kind) => id.strip_prefix(kind.as_str())?.starts_with(':').then_some(id),
            Self::Campus(program) => {
                id.strip_prefix(self.kind().as_str())?.strip_prefix(':')?.strip_prefix(&program.name)?.strip_prefix(':')
            }
        }
    }

    /// What the app calls a copy that the program calls `native`.
    fn id(self, native: String) -> String {
        match self {
            Self::Ours(_) => native,
            Self::Campus(program) => format!("{}:{}:{native}", self.kind().as_str(), program.name),
        }
    }

    fn state(self, error: Option<PlaceError>) -> PlaceState {
        let name = match self {
            Self::Ours(_) => None,
            Self::Campus(program) => Some(program.name.clone()),
        };
        PlaceState { place: self.kind(), name, locked: false, error }
    }
}

/// Where the place program lies: beside the app's own, and nowhere else.
///
/// # Errors
/// If the system does not say where this program is.
pub fn program() -> io::Result<PathBuf> {
    if cfg!(debug_assertions)
        && let Some(path) = std::env::var_os("LATCHKEY_PLACE_PROGRAM")
    {
        return Ok(path.into());
    }
    Ok(std::env::current_exe()?.with_file_name(format!("latchkey-place{}", std::env::consts::EXE_SUFFIX)))
}

impl Places {
    /// The places that `program` looks after, and those of the campus; usually [`program()`].
    #[must_use]
    pub fn new(program: PathBuf, policy: PlacePolicy) -> Self {
        let environment = ENVIRONMENT.into_iter().chain(SYSTEM);
        let environment = environment.filter_map(|name| Some((name.into(), std::env::var_os(name)?))).collect();
        Self { program, policy, environment, deadlines: Deadlines::default(), kept: Mutex::default() }
    }

    /// The same in another session than this process' own.
    #[must_use]
    pub fn in_session(mut self, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let known = |name: &OsString| ENVIRONMENT.iter().any(|known| name == known);
        self.environment = environment.into_iter().filter(|(name, _)| known(name)).collect();
        self
    }

    /// The same with other deadlines.
    #[must_use]
    pub fn within(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines;
        self
    }

    /// Looks into every place at the same time; never opens a prompt.
    pub fn find(&self, looking: &Looking) -> (Vec<Copy>, Vec<PlaceState>) {
        let asked = |store: &Store<'_>| store.kind() != PlaceKind::LoginKeyring || looking.reset;
        let stores: Vec<_> = self.stores().filter(asked).collect();
        self.look_into(&stores, Task::Find, looking, self.deadlines.look)
    }

    /// Opens the system's prompt of one place because the person asked for it, and looks into it again.
    ///
    /// The copies belong to this look: a store that opens its items for one program locks them when that ends.
    ///
    /// # Errors
    /// [`PlaceError::Declined`] if the person closed the prompt, or why the place could not be asked.
    pub fn unlock(&self, place: PlaceKind, looking: &Looking) -> Result<(Vec<Copy>, Vec<PlaceState>), PlaceError> {
        let stores: Vec<_> = self.stores().filter(|store| store.kind() == place).collect();
        let limit = self.deadlines.prompt.saturating_add(self.deadlines.look);
        let (copies, states) = self.look_into(&stores, Task::Unlock, looking, limit);
        match states.iter().find_map(|state| state.error) {
            Some(error) => Err(error),
            None if states.is_empty() => Err(PlaceError::Unreachable),
            None => Ok((copies, states)),
        }
    }

    /// Refreshes the selected copies, each place by itself, and tells `each` of every one when it is done.
    ///
    /// A copy that was in hand when its place was stopped is [`Outcome::Unknown`]; the rest go on in a new run.
    pub fn refresh(
        &self,
        selected: &[Selected],
        looking: &Looking,
        new: &SecretString,
        mut each: impl FnMut(&str, Outcome),
    ) {
        let is_ours = |selected: &&Selected| self.stores().any(|store| store.native(&selected.id).is_some());
        selected.iter().filter(|selected| !is_ours(selected)).for_each(|lost| each(&lost.id, Outcome::Gone));
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            for store in self.stores() {
                let of_store = |selected: &Selected| {
                    let id = store.native(&selected.id)?.to_owned();
                    Some(Selected { id, ticked: selected.ticked })
                };
                let open: VecDeque<_> = selected.iter().filter_map(of_store).collect();
                if open.is_empty() {
                    continue;
                }
                let (for_thread, for_failure) = (tell.clone(), open.clone());
                let started =
                    thread::Builder::new().name(store.kind().as_str().to_owned()).spawn_scoped(scope, move || {
                        self.refresh_in(store, open, looking, new, &|id, outcome| drop(for_thread.send((id, outcome))));
                    });
                if started.is_err() {
                    for_failure.into_iter().for_each(|left| drop(tell.send((store.id(left.id), Outcome::Unreachable))));
                }
            }
            drop(tell);
            for (id, outcome) in told {
                tracing::info!(?outcome, "a copy was refreshed");
                each(&id, outcome);
            }
        });
    }

    /// Puts back what a ticked copy held before its refresh; `None` if that is not kept any more.
    pub fn put_back(&self, id: &str) -> Option<Outcome> {
        let kept = self.kept().remove(id).filter(|kept| kept.since.elapsed() < PUT_BACK)?;
        let store = self.stores().find(|store| store.native(id).is_some())?;
        let mut request = Request::new(Task::PutBack, self.policy_for(&Looking::default()));
        request.selected = vec![Selected { id: store.native(id)?.to_owned(), ticked: true }];
        request.key = Some(kept.key.clone());
        request.snapshot = Some(kept.sealed.clone());
        let Ok(mut run) = self.start(store, request) else {
            // Nothing was tried: it can be tried again.
            self.kept().insert(id.to_owned(), kept);
            return Some(Outcome::Unreachable);
        };
        let mut limit = self.deadlines.copy;
        loop {
            match run.next(limit) {
                Heard::Line(Line { outcome: Some(done), .. }) => return Some(done.outcome),
                Heard::Line(line) if !line.end => limit = if line.asking { self.deadlines.prompt } else { limit },
                Heard::Line(_) | Heard::TimedOut | Heard::Ended | Heard::Nonsense => return Some(Outcome::Unknown),
            }
        }
    }

    /// Forgets everything that could be put back.
    pub fn forget_kept(&self) {
        self.kept().clear();
    }

    /// Whether a copy can be put back now.
    pub fn can_put_back(&self, id: &str) -> bool {
        self.kept().contains_key(id)
    }

    fn stores(&self) -> impl Iterator<Item = Store<'_>> {
        kinds().iter().copied().map(Store::Ours).chain(self.policy.programs.iter().map(Store::Campus))
    }

    /// What is kept and not too old; the rest is forgotten here.
    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, kept| kept.since.elapsed() < PUT_BACK);
        kept
    }

    fn policy_for(&self, looking: &Looking) -> Policy {
        Policy {
            accounts: looking.accounts.clone(),
            servers: self.policy.servers.clone(),
            realms: self.policy.realms.clone(),
        }
    }

    fn start(&self, store: Store<'_>, request: Request) -> io::Result<Run> {
        match store {
            Store::Ours(kind) => Run::start(&self.program, kind.as_str(), &self.environment, request),
            Store::Campus(program) => {
                trusted::is_administrators(&program.command)?;
                Run::start(&program.command, &program.name, &self.environment, request)
            }
        }
    }

    fn look_into(
        &self,
        stores: &[Store<'_>],
        task: Task,
        looking: &Looking,
        limit: Duration,
    ) -> (Vec<Copy>, Vec<PlaceState>) {
        let looks = thread::scope(|scope| {
            let mut threads = Vec::new();
            for &store in stores {
                let thread = thread::Builder::new().name(store.kind().as_str().to_owned());
                threads.push(thread.spawn_scoped(scope, move || self.look(store, task, looking, limit)));
            }
            threads.into_iter().map(|thread| thread.ok()?.join().ok()).collect::<Vec<_>>()
        });
        let mut found = (Vec::new(), Vec::new());
        for (store, look) in stores.iter().zip(looks) {
            let (copies, state) = look.unwrap_or_else(|| (Vec::new(), store.state(Some(PlaceError::Broken))));
            if let Some(error) = state.error {
                tracing::info!(place = store.kind().as_str(), ?error, "a place could not be looked into");
            }
            found.0.extend(copies);
            found.1.push(state);
        }
        found
    }

    /// One run that looks into one place; what it has said before it was stopped counts.
    fn look(&self, store: Store<'_>, task: Task, looking: &Looking, limit: Duration) -> (Vec<Copy>, PlaceState) {
        let mut request = Request::new(task, self.policy_for(looking));
        request.old.clone_from(&looking.old);
        request.reset = looking.reset;
        let mut copies = Vec::new();
        let Ok(mut run) = self.start(store, request) else {
            return (copies, store.state(Some(PlaceError::Broken)));
        };
        let until = moment() + limit;
        let mut state = None;
        let error = loop {
            match run.next(until.saturating_duration_since(moment())) {
                Heard::Line(Line { end: true, .. }) => break None,
                Heard::Line(Line { copy: Some(copy), .. }) => {
                    let is_its_own = match store {
                        Store::Ours(kind) => copy.place == kind && store.native(&copy.id).is_some(),
                        Store::Campus(_) => copy.place == PlaceKind::CampusProgram,
                    };
                    if !is_its_own || copies.len() == MOST_COPIES {
                        break Some(PlaceError::Broken);
                    }
                    copies.push(Copy { id: store.id(copy.id), ..copy });
                }
                Heard::Line(line) => state = line.state.filter(|state| state.place == store.kind()).or(state),
                Heard::TimedOut => break Some(PlaceError::TimedOut),
                Heard::Ended | Heard::Nonsense => break Some(PlaceError::Broken),
            }
        };
        // Nothing was said of the place itself: that is no answer.
        let said = state.unwrap_or_else(|| store.state(Some(PlaceError::Broken)));
        let name = store.state(None).name.or(said.name);
        (copies, PlaceState { name, error: error.or(said.error), ..said })
    }

    /// Runs the program for what is open in one place until nothing is.
    fn refresh_in(
        &self,
        store: Store<'_>,
        mut open: VecDeque<Selected>,
        looking: &Looking,
        new: &SecretString,
        tell: &dyn Fn(String, Outcome),
    ) {
        let mut fruitless = 0;
        while !open.is_empty() && fruitless < FRUITLESS {
            let before = open.len();
            let ended = self.refresh_some(store, &mut open, looking, new, tell);
            fruitless = if open.len() == before { fruitless + 1 } else { 0 };
            match ended {
                RunEnded::Whole => {}
                RunEnded::Stopped => {
                    if let Some(in_hand) = open.pop_front() {
                        tell(store.id(in_hand.id), Outcome::Unknown);
                    }
                }
                RunEnded::NeverStarted => break,
            }
        }
        open.into_iter().for_each(|left| tell(store.id(left.id), Outcome::Unreachable));
    }

    /// One run of the program; takes from `open` what it has told of.
    fn refresh_some(
        &self,
        store: Store<'_>,
        open: &mut VecDeque<Selected>,
        looking: &Looking,
        new: &SecretString,
        tell: &dyn Fn(String, Outcome),
    ) -> RunEnded {
        let mut request = Request::new(Task::Refresh, self.policy_for(looking));
        request.old.clone_from(&looking.old);
        request.reset = looking.reset;
        request.new = Some(new.clone());
        request.selected = open.iter().take(BATCH).cloned().collect();
        let key = new_key();
        request.key.clone_from(&key);
        let mut left = request.selected.len();
        let Ok(mut run) = self.start(store, request) else { return RunEnded::NeverStarted };
        let mut limit = self.deadlines.copy;
        while left > 0 {
            match run.next(limit) {
                Heard::Line(Line { outcome: Some(done), .. }) => {
                    if open.front().is_none_or(|expected| expected.id != done.id) {
                        return RunEnded::Stopped;
                    }
                    open.pop_front();
                    left -= 1;
                    limit = self.deadlines.copy;
                    let outcome = done.outcome;
                    let id = store.id(done.id.clone());
                    self.keep(&id, &done, key.as_ref());
                    tell(id, outcome);
                }
                Heard::Line(Line { end: true, .. }) | Heard::TimedOut | Heard::Ended | Heard::Nonsense => {
                    return RunEnded::Stopped;
                }
                Heard::Line(line) => limit = if line.asking { self.deadlines.prompt } else { limit },
            }
        }
        RunEnded::Whole
    }

    /// Keeps the snapshot that came with an outcome.
    fn keep(&self, id: &str, done: &CopyOutcome, key: Option<&SecretSlice<u8>>) {
        let sealed = done.snapshot.as_ref().and_then(|snapshot| BASE64.decode(snapshot).ok());
        if let Some((sealed, key)) = sealed.zip(key) {
            let kept = Kept { sealed: sealed.into(), key: key.clone(), since: moment() };
            self.kept().insert(id.to_owned(), kept);
        }
    }
}

/// How a run of a refresh ended.
enum RunEnded {
    /// Everything that it was given was told of.
    Whole,
    /// At its deadline, by a crash or with nonsense.
    Stopped,
    NeverStarted,
}

/// A key for the snapshots of one run; without randomness nothing can be put back.
fn new_key() -> Option<SecretSlice<u8>> {
    let mut key = vec![0; 32];
    SystemRandom::new().fill(&mut key).ok()?;
    Some(key.into())
}

/// Only for how long something has taken.
#[expect(clippy::disallowed_methods, reason = "how long a place takes is the event here")]
fn moment() -> Instant {
    Instant::now()
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
