//! What the helpdesk and the operator do with one account, by commands; never choosing or seeing a password (FL-16).

mod stuck;

use jiff::Timestamp;
use latchkey_api::password::Refusal;
use latchkey_api::{Intent, Method};
use latchkey_directory::{DirectoryError, Elsewhere, LockThere, Operation, Written};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::config::is_name;
use crate::crypt::audit::{self, Actor, Event};
use crate::crypt::random;
use crate::guard::suspension;
use crate::person::devices;
use crate::person::local::{Local, LocalError, NewAccount};
use crate::person::methods;
use crate::person::methods::in_a_row;
use crate::person::methods::passes::{self, IssueError, Pass};
use crate::person::people::{self, Person};
use crate::person::standing;
use crate::person::standing::BY_COMMAND;
use crate::person::undo;
use crate::person::undo::restore;
use crate::store::{self, StoreError, Tx};
use crate::typed::blocklist::{self, Context};
use crate::{clock, typed};

/// Why nothing was done with an account; said to the operator, who may know who exists.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("the directory has no account {0:?}")]
    Unknown(String),
    #[error("{0:?} is privileged: it is not served here, its password is reset by the directory's own administrators")]
    Privileged(String),
    #[error("{0:?} is disabled: nobody can reset its password until the directory enables it")]
    Disabled(String),
    #[error("{account:?} is of the population {population:?}, which is not served here")]
    NotServed { account: String, population: String },
    #[error("{0:?} is no name of a group: 1 to 32 of a-z, 0-9 and -, as \"students\"")]
    Group(String),
    #[error("there is an account {0:?} already")]
    Exists(String),
    #[error("{0:?} is no name for an account")]
    Name(String),
    #[error("the password breaks the rules: {0:?}")]
    Password(Vec<Refusal>),
    #[error("nothing of {0:?} was changed in the last 72 hours that can be brought back")]
    NothingToRestore(String),
    #[error(
        "the server is suspended since {0}, so nothing is written into a directory; `latchkey-server resume` ends that"
    )]
    Suspended(Timestamp),
    #[error("another operation came first; try again")]
    Overtaken,
    #[error("the directory")]
    Directory(#[from] DirectoryError),
    #[error("the server's own directory")]
    Local(#[from] LocalError),
    #[error("the database")]
    Database(#[from] StoreError),
    #[error("its groups are set, and its population is told when the server reads the directory next")]
    NotRead,
    #[error("a method that is registered cannot be opened")]
    Sealed,
    #[error(transparent)]
    Pass(#[from] IssueError),
    #[error(transparent)]
    Random(#[from] random::NoRandomness),
}

/// An account and what it has registered; of numbers and addresses only a hint.
#[derive(Debug)]
pub struct Shown {
    pub person: Person,
    pub frozen_since: Option<Timestamp>,
    pub methods: Vec<ShownMethod>,
    pub questions: usize,
    pub pass_until: Option<Timestamp>,
    /// When each known device was used, the latest first.
    pub devices: Vec<Timestamp>,
    /// Why its owner may be unable to finish, each reason once.
    pub stuck: Vec<String>,
}

/// A method that is registered.
#[derive(Debug)]
pub struct ShownMethod {
    pub method: Method,
    pub hint: Option<String>,
    pub source: methods::Source,
}

/// What is known of an account.
///
/// # Errors
/// If there is none of this name.
pub async fn show(of: &App, name: &str) -> Result<Shown, AccountError> {
    let mut tx = of.store.read().await?;
    let person = known(&mut tx, of, name).await?;
    let mut methods = Vec::new();
    for found in methods::of(&mut tx, &person.id).await? {
        let hint = found.hint(&of.keys, &person.id);
        methods.push(ShownMethod { method: found.method, hint, source: found.source });
    }
    methods.sort_by_key(|shown| shown.method);
    let questions = methods::questions(&mut tx, &person.id).await?.len();
    let frozen_since = standing::frozen_since(&mut tx, &person.id).await?;
    let pass = store::person::standing::pass(&mut tx, &person.id).await?;
    let pass_until = pass.map(|pass| clock::at(pass.expires_at)).filter(|until| *until > of.clock.now());
    let devices = devices::used(&mut tx, &of.keys, &person.id).await?;
    let nothing = methods.is_empty() && questions == 0;
    let stuck = stuck::reasons(&mut tx, of, &person, nothing).await?;
    Ok(Shown { person, frozen_since, methods, questions, pass_until, devices, stuck })
}

/// What was let go of.
#[derive(Debug)]
pub struct LetGo {
    /// How many counts.
    pub counts: u64,
    /// The methods that were disabled, and prove something again.
    pub enabled: Vec<Method>,
}

/// Lets go of everything that was counted for an account, for strangers and for its owner alike.
///
/// # Errors
/// If there is no such account.
pub async fn unlimit(of: &App, name: &str, by: &Actor) -> Result<LetGo, AccountError> {
    let mut tx = of.store.begin().await?;
    let person = known(&mut tx, of, name).await?;
    let mut counts = store::limit::forget(&mut tx, &standing::subject_of(&of.keys, &person.id)).await?;
    for found in methods::of(&mut tx, &person.id).await? {
        if let Some(device) = &found.device {
            counts += store::limit::forget(&mut tx, device).await?;
        }
    }
    let disabled = in_a_row::disabled(&mut tx, &of.config.limits, &person.id).await?;
    let enabled: Vec<Method> = disabled.iter().map(|found| found.method).collect();
    store::person::in_a_row::begin_all_anew(&mut tx, &person.id).await?;
    let names: Vec<&str> = enabled.iter().map(|method| method.as_str()).collect();
    let outcome = match names.as_slice() {
        [] => "all that was counted".to_owned(),
        names => format!("all that was counted; enabled again: {}", names.join(", ")),
    };
    note(&mut tx, of, &person.id, Event::Unlimited, &outcome, by).await?;
    tx.commit().await?;
    Ok(LetGo { counts, enabled })
}

/// Gives an account of the server's own directory another name, and says which one it had. The account is named by its
/// id, since two whose names are typed alike cannot be told apart by these.
///
/// # Errors
/// If there is no such account, or the new name is taken or no name.
pub async fn rename(of: &App, id: &str, name: &str, by: &Actor) -> Result<String, AccountError> {
    let to = new_name(of, name)?;
    let mut tx = of.store.begin().await?;
    let found = store::person::account::by_id(&mut tx, id).await?;
    let from = found.ok_or_else(|| AccountError::Unknown(id.to_owned()))?.account;
    let taken = people::named(&mut tx, &to).await?.is_some_and(|other| other.id != id);
    if taken || !store::person::account::rename(&mut tx, id, &from, &to).await? {
        return Err(AccountError::Exists(to));
    }
    store::person::people::rename(&mut tx, id, &to).await?;
    note(&mut tx, of, id, Event::Renamed, "by command", by).await?;
    tx.commit().await?;
    Ok(from)
}

/// Puts an account of the server's own directory into these groups, and takes it out of all others; the population that it
/// is of by them.
///
/// # Errors
/// If there is no such account, or a group has no name of one.
pub async fn put_groups(
    of: &App,
    local: &Local,
    name: &str,
    groups: &[String],
    by: &Actor,
) -> Result<String, AccountError> {
    if let Some(odd) = groups.iter().find(|group| !is_name(group)) {
        return Err(AccountError::Group(odd.clone()));
    }
    let mut tx = of.store.read().await?;
    let person = known(&mut tx, of, name).await?;
    drop(tx);
    local.put_groups(&person.id, groups).await?;
    people::refresh(of, &person.id).await.map_err(|_| AccountError::NotRead)?;
    let mut tx = of.store.begin().await?;
    let outcome = if groups.is_empty() { "in none".to_owned() } else { groups.join(", ") };
    note(&mut tx, of, &person.id, Event::GroupsSet, &outcome, by).await?;
    tx.commit().await?;
    let mut tx = of.store.read().await?;
    Ok(known(&mut tx, of, name).await?.population)
}

/// Adds an account whose password is only good for choosing another one; without a password one is made and given.
///
/// # Errors
/// If the name is taken or no name, or the password breaks the rules.
pub async fn add(
    of: &App,
    local: &Local,
    name: &str,
    password: Option<SecretString>,
) -> Result<Option<SecretString>, AccountError> {
    let account = new_name(of, name)?;
    let (password, made) = match password {
        Some(password) => {
            let campus = of.config.campus.words();
            let context = Context { campus: &campus, person: &[], account: &account };
            let found = blocklist::refusals(&of.config.password.rules(), context, &password);
            if !found.is_empty() {
                return Err(AccountError::Password(found));
            }
            (password, None)
        }
        None => {
            let made = one_time_password()?;
            (made.clone(), Some(made))
        }
    };
    let new = NewAccount {
        account: &account,
        password: &password,
        enabled: true,
        privileged: false,
        locked: false,
        must_change: true,
    };
    let id = match local.add(&new).await {
        Ok(id) => id,
        Err(LocalError::Exists) => return Err(AccountError::Exists(account)),
        Err(error) => return Err(error.into()),
    };
    let mut tx = of.store.begin().await?;
    let subject = standing::subject_of(&of.keys, &id);
    let outcome = "must change its password";
    let entry = audit::Entry { flow: BY_COMMAND, subject: &subject, event: Event::AccountAdded, outcome, method: None };
    audit::append(&mut tx, &of.keys, of.clock.now(), &entry).await?;
    tx.commit().await?;
    Ok(made)
}

/// 100 bits in groups that can be read out and typed.
fn one_time_password() -> Result<SecretString, random::NoRandomness> {
    let groups =
        [random::readable::<5>()?, random::readable::<5>()?, random::readable::<5>()?, random::readable::<5>()?];
    Ok(groups.iter().map(ExposeSecret::expose_secret).collect::<Vec<_>>().join("-").into())
}

/// What became of the lock of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlocked {
    /// Whether there was one at the server that was written to.
    pub was_locked: bool,
    /// What the other servers of the directory say.
    pub elsewhere: Vec<Elsewhere>,
}

impl Unlocked {
    /// The servers at which a lock may still stand.
    #[must_use]
    pub fn may_stand_at(&self) -> Vec<&str> {
        let stands = |said: &&Elsewhere| matches!(said.lock, LockThere::Stands | LockThere::Unknown);
        self.elsewhere.iter().filter(stands).map(|said| said.server.as_str()).collect()
    }
}

/// Lifts the lock of an account, at each server of its directory (R23), and leaves the password alone.
///
/// # Errors
/// If there is no such account, another operation came first, or the server is suspended.
pub async fn unlock(of: &App, name: &str, by: &Actor) -> Result<Unlocked, AccountError> {
    let mut tx = of.store.read().await?;
    let person = known(&mut tx, of, name).await?;
    if let Some(since) = suspension::since(&mut tx).await? {
        return Err(AccountError::Suspended(since));
    }
    drop(tx);
    let marker = of.directory.marker(&person.id).await?;
    let id = random::id()?;
    let operation = Operation { account: &person.id, id: &id, after: marker.as_deref() };
    match of.directory.unlock(operation).await? {
        Written::Applied { unlocked: was_locked } => {
            let elsewhere = of.directory.unlock_elsewhere(operation).await;
            let unlocked = Unlocked { was_locked, elsewhere };
            let mut tx = of.store.begin().await?;
            let was = if was_locked { "was locked" } else { "was not locked" };
            let outcome = match unlocked.may_stand_at()[..] {
                [] => was.to_owned(),
                ref servers => format!("{was}; perhaps still locked at {}", servers.join(", ")),
            };
            note(&mut tx, of, &person.id, Event::Unlocked, &outcome, by).await?;
            if of.config.hook.is_some() {
                let done_at = of.clock.now().as_millisecond();
                store::hook::put(&mut tx, &id, &person.id, Intent::Unlock.as_str(), done_at).await?;
            }
            tx.commit().await?;
            Ok(unlocked)
        }
        Written::Refused(_) | Written::OldWrong | Written::Overtaken => Err(AccountError::Overtaken),
    }
}

/// Takes back that its owner has said "this was not me"; whether it had been said.
///
/// # Errors
/// If there is no such account.
pub async fn unfreeze(of: &App, name: &str, by: &Actor) -> Result<bool, AccountError> {
    let mut tx = of.store.begin().await?;
    let person = known(&mut tx, of, name).await?;
    let was_frozen = standing::thaw(&mut tx, &of.keys, of.clock.now(), &person.id, by).await?;
    tx.commit().await?;
    Ok(was_frozen)
}

/// Makes a pass for the helpdesk to hand out.
///
/// # Errors
/// If there is no such account, or it is not served here.
pub async fn pass(of: &App, name: &str, by: &Actor) -> Result<Pass, AccountError> {
    let mut tx = of.store.begin().await?;
    let person = known(&mut tx, of, name).await?;
    if person.privileged {
        return Err(AccountError::Privileged(person.account));
    }
    if !person.enabled {
        return Err(AccountError::Disabled(person.account));
    }
    if !of.policies.serves(&person.population) {
        return Err(AccountError::NotServed { account: person.account, population: person.population });
    }
    let pass = passes::issue(&mut tx, &of.keys, &person.id, of.clock.now()).await?;
    note(&mut tx, of, &person.id, Event::PassIssued, "for ten minutes", by).await?;
    tx.commit().await?;
    Ok(pass)
}

/// Removes everything that an account has registered and ends its flows; the audit stays (PR-02).
///
/// # Errors
/// If there is no such account.
pub async fn forget(of: &App, name: &str, by: &Actor) -> Result<u64, AccountError> {
    let mut tx = of.store.begin().await?;
    let person = known(&mut tx, of, name).await?;
    let methods = store::person::standing::forget(&mut tx, &person.id).await?;
    devices::forget_all(&mut tx, &of.keys, &person.id).await?;
    note(&mut tx, of, &person.id, Event::Forgotten, "all that was registered", by).await?;
    tx.commit().await?;
    Ok(methods)
}

/// Brings back what was set up before a change, for somebody whose identity has been checked: the change that a code
/// from a notice has named, or else the last one. When that change was made.
///
/// # Errors
/// If there is no such account, or nothing that can still be brought back.
pub async fn restore(of: &App, name: &str, by: &Actor) -> Result<Timestamp, AccountError> {
    let mut tx = of.store.begin().await?;
    let person = known(&mut tx, of, name).await?;
    let Some(undo) = undo::to_restore(&mut tx, &person.id, of.clock.now()).await? else {
        return Err(AccountError::NothingToRestore(person.account));
    };
    restore::restore(of, &mut tx, &undo).await.map_err(|_| AccountError::Sealed)?;
    let outcome = format!("what was set up before {}", undo.changed_at());
    note(&mut tx, of, &person.id, Event::Restored, &outcome, by).await?;
    tx.commit().await?;
    of.queued.notify_waiters();
    Ok(undo.changed_at())
}

async fn known(tx: &mut Tx, of: &App, name: &str) -> Result<Person, AccountError> {
    let (account, person) = people::meant(tx, name, &of.config.campus.mail_domains).await?;
    if account.is_empty() {
        return Err(AccountError::Name(name.to_owned()));
    }
    person.ok_or(AccountError::Unknown(account))
}

/// A name for an account. One that cannot be read off the screen would name an account that nobody can find (F9).
fn new_name(of: &App, name: &str) -> Result<String, AccountError> {
    let plain = read_name(of, name).filter(|_| typed::name::is_plain(name));
    plain.ok_or_else(|| AccountError::Name(name.to_owned()))
}

fn read_name(of: &App, name: &str) -> Option<String> {
    typed::name::read(name, &of.config.campus.mail_domains).ok()
}

async fn note(tx: &mut Tx, of: &App, account: &str, event: Event, outcome: &str, by: &Actor) -> store::Result<()> {
    let subject = standing::subject_of(&of.keys, account);
    let entry = audit::Entry { flow: BY_COMMAND, subject: &subject, event, outcome, method: None };
    audit::append_by(tx, &of.keys, of.clock.now(), &entry, by).await
}
