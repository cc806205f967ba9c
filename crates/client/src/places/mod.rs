//! The places of this workstation: starts the place program for each task, reads what it says, ends it at its deadline.
//!
//! What happens in a store stays in a process that ends with the task: one that hangs or crashes is one line in the
//! report, and holds up no other. What a person ticked can be put back for ten minutes.

mod refresh;
mod run;
mod store;
mod token;
#[cfg(unix)]
mod trusted_unix;
#[cfg(unix)]
use trusted_unix as trusted;
#[cfg(not(unix))]
mod trusted_windows;
#[cfg(not(unix))]
use trusted_windows as trusted;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{io, thread};

use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState};
use latchkey_credstore::protocol::{Line, Request, Task};
use latchkey_credstore::{Policy, kinds};
use secrecy::{SecretSlice, SecretString};

pub use latchkey_credstore::protocol::{Selected, TokenOf};
use run::{Heard, Run};
use store::Store;

/// What the program may know of the session: the bus, the folders, the language, where prompts are shown and where
/// tickets are.
const ENVIRONMENT: [&str; 7] =
    ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "KRB5CCNAME"];
/// And what tests put in the place of the system's own: nobody else says to which server a password goes.
const OF_TESTS: &[&str] = if cfg!(debug_assertions) { &["KRB5_CONFIG", "DBUS_SYSTEM_BUS_ADDRESS"] } else { &[] };
/// What a program needs to load its libraries on Windows.
#[cfg(windows)]
const SYSTEM: [&str; 2] = ["SystemRoot", "LOCALAPPDATA"];
#[cfg(not(windows))]
const SYSTEM: [&str; 0] = [];

/// How long what a person ticked can be put back.
const PUT_BACK: Duration = Duration::from_secs(10 * 60);
/// More copies than anybody has; whoever says more talks nonsense.
const MOST_COPIES: usize = 20_000;

/// The kind of place that every workstation of this system has; the token is kept there.
pub(crate) const HERE: PlaceKind = if cfg!(windows) {
    PlaceKind::CredentialManager
} else if cfg!(target_os = "macos") {
    PlaceKind::Keychain
} else {
    PlaceKind::SecretService
};

/// What the campus says of its servers and networks, and its own programs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacePolicy {
    /// Hosts of the campus, and domains with all below them (`.example.edu`).
    pub servers: Vec<String>,
    /// Realms of the campus, of networks that ask for a name (802.1X) and of Kerberos.
    pub realms: Vec<String>,
    /// Programs for stores of the campus' own.
    pub programs: Vec<CampusProgram>,
    /// Who is signed in to this workstation, where its accounts are the campus' own.
    pub signed_in_as: Option<String>,
    /// Places that are left alone.
    pub off: Vec<PlaceKind>,
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
    /// The new password, where it is known: what holds it already is not asked about.
    pub new: Option<SecretString>,
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
    /// The token is read while somebody waits for the first question; a keyring that is being started takes two seconds.
    pub token: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(30),
            copy: Duration::from_secs(20),
            prompt: Duration::from_secs(180),
            token: Duration::from_secs(3),
        }
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
    /// Held by the one run that has to do with the token of this workstation.
    token: Mutex<()>,
}

/// A sealed snapshot of what a ticked copy held.
#[derive(Debug)]
struct Kept {
    sealed: SecretSlice<u8>,
    key: SecretSlice<u8>,
    since: Instant,
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
        let environment = ENVIRONMENT.into_iter().chain(OF_TESTS.iter().copied()).chain(SYSTEM);
        let environment = environment.filter_map(|name| Some((name.into(), std::env::var_os(name)?))).collect();
        Self {
            program,
            policy,
            environment,
            deadlines: Deadlines::default(),
            kept: Mutex::default(),
            token: Mutex::default(),
        }
    }

    /// The same in another session than this process' own.
    #[must_use]
    pub fn in_session(mut self, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let known = |name: &OsString| ENVIRONMENT.iter().chain(OF_TESTS).any(|known| name == known);
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
        let is_own = self.policy.signed_in_as.is_some();
        let has_something = |store: &Store<'_>| match store.kind() {
            PlaceKind::LoginKeyring => is_own || looking.reset,
            PlaceKind::OfflineSignIn => is_own,
            _ => true,
        };
        let stores: Vec<_> = self.stores().filter(has_something).collect();
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
    /// A copy that was in hand when its place was stopped is [`Outcome::Unknown`]; the rest go on in a new run. Places that
    /// sign in to the campus go last, one after the other, and none after one that was told that the new password is wrong:
    /// so a server that does not know it yet locks nobody out.
    pub fn refresh(
        &self,
        selected: &[Selected],
        looking: &Looking,
        new: &SecretString,
        mut each: impl FnMut(&str, Outcome),
    ) {
        let is_ours = |selected: &&Selected| self.stores().any(|store| store.native(&selected.id).is_some());
        selected.iter().filter(|selected| !is_ours(selected)).for_each(|lost| each(&lost.id, Outcome::Gone));
        let open_in = |store: Store<'_>| -> VecDeque<Selected> {
            let of_store = |selected: &Selected| {
                let id = store.native(&selected.id)?.to_owned();
                Some(Selected { id, ticked: selected.ticked })
            };
            selected.iter().filter_map(of_store).collect()
        };
        let mut tell_each = |id: &str, outcome| {
            tracing::info!(?outcome, "a copy was refreshed");
            each(id, outcome);
        };
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            for store in self.stores().filter(|store| !store.kind().signs_in()) {
                let open = open_in(store);
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
            told.into_iter().for_each(|(id, outcome)| tell_each(&id, outcome));
        });
        let mut is_known = true;
        for store in self.stores().filter(|store| store.kind().signs_in()) {
            let open = open_in(store);
            if is_known {
                let ended = RefCell::new(Vec::new());
                self.refresh_in(store, open, looking, new, &|id, outcome| ended.borrow_mut().push((id, outcome)));
                let ended = ended.into_inner();
                is_known = ended.iter().all(|(_, outcome)| *outcome != Outcome::NotYet);
                ended.into_iter().for_each(|(id, outcome)| tell_each(&id, outcome));
            } else {
                open.into_iter().for_each(|left| tell_each(&store.id(left.id), Outcome::NotYet));
            }
        }
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
                Heard::Line(_) | Heard::Token(_) | Heard::TimedOut | Heard::Ended | Heard::Nonsense => {
                    return Some(Outcome::Unknown);
                }
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
        let ours = kinds().iter().copied().filter(|kind| !self.policy.off.contains(kind));
        ours.map(Store::Ours).chain(self.policy.programs.iter().map(Store::Campus))
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
            signed_in_as: self.policy.signed_in_as.clone(),
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
        request.new.clone_from(&looking.new);
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
                Heard::Token(_) | Heard::Ended | Heard::Nonsense => break Some(PlaceError::Broken),
            }
        };
        // Nothing was said of the place itself: that is no answer.
        let said = state.unwrap_or_else(|| store.state(Some(PlaceError::Broken)));
        let name = store.state(None).name.or(said.name);
        (copies, PlaceState { name, error: error.or(said.error), ..said })
    }
}

/// Only for how long something has taken.
#[expect(clippy::disallowed_methods, reason = "how long a place takes is the event here")]
fn moment() -> Instant {
    Instant::now()
}

#[cfg(test)]
#[cfg(unix)]
pub(crate) mod tests;
