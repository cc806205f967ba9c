//! What the helpdesk and the operator do with one account, by commands; never choosing or seeing a password (FL-16).

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_api::password::Refusal;
use secrecy::{ExposeSecret, SecretString};
use sqlx::SqliteConnection;

use crate::audit::{self, Event};
use crate::directory::local::NewAccount;
use crate::directory::{Directory as _, DirectoryError, Entry, Operation, Written};
use crate::installation::Installation;
use crate::passes::{self, IssueError, Pass};
use crate::typed::blocklist::{self, Context};
use crate::{clock, freeze, phone, random, registry};

/// In place of a flow's id, in the audit.
pub(crate) const BY_COMMAND: &str = "by command";

/// Why nothing was done with an account; said to the operator, who may know who exists.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("the directory has no account {0:?}")]
    Unknown(String),
    #[error("{0:?} is privileged: it is not served here, its password is reset by the directory's own administrators")]
    Privileged(String),
    #[error("{0:?} is disabled: nobody can reset its password until the directory enables it")]
    Disabled(String),
    #[error("there is an account {0:?} already")]
    Exists(String),
    #[error("{0:?} is no name for an account")]
    Name(String),
    #[error("the password breaks the rules: {0:?}")]
    Password(Vec<Refusal>),
    #[error("another operation came first; try again")]
    Overtaken,
    #[error("the directory")]
    Directory(#[from] DirectoryError),
    #[error("the database")]
    Database(#[from] sqlx::Error),
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
    pub entry: Entry,
    pub frozen_since: Option<Timestamp>,
    pub methods: Vec<ShownMethod>,
    pub questions: usize,
    pub pass_until: Option<Timestamp>,
}

/// A method that is registered.
#[derive(Debug)]
pub struct ShownMethod {
    pub method: Method,
    pub hint: Option<String>,
    /// `person` or `imported`.
    pub source: String,
}

/// What is known of an account.
///
/// # Errors
/// If there is none of this name.
pub async fn show(of: &Installation, name: &str) -> Result<Shown, AccountError> {
    let entry = known(of, name).await?;
    let mut db = of.store.begin().await?;
    let mut methods = Vec::new();
    for found in registry::of(&mut db, &entry.id).await? {
        let hint = match found.method.destination() {
            Some(kind) => {
                let opened = found.opened(&of.keys, &entry.id).map_err(|_| AccountError::Sealed)?;
                Some(phone::hint(kind, &opened))
            }
            None => None,
        };
        methods.push(ShownMethod { method: found.method, hint, source: found.source });
    }
    methods.sort_by_key(|shown| shown.method);
    let questions = registry::questions(&mut db, &entry.id).await?.len();
    let frozen_since = freeze::frozen_since(&mut db, &entry.id).await?;
    let pass: Option<(i64,)> = sqlx::query_as("SELECT expires_at FROM helpdesk_passes WHERE account_id = ?")
        .bind(&entry.id)
        .fetch_optional(&mut *db)
        .await?;
    db.commit().await?;
    let now = of.clock.now();
    Ok(Shown {
        entry,
        frozen_since,
        methods,
        questions,
        pass_until: pass.map(|(at,)| clock::at(at)).filter(|until| *until > now),
    })
}

/// Adds an account whose password is only good for choosing another one; without a password one is made and given.
///
/// # Errors
/// If the name is taken or no name, or the password breaks the rules.
pub async fn add(
    of: &Installation,
    name: &str,
    password: Option<SecretString>,
) -> Result<Option<SecretString>, AccountError> {
    let account = canonical(of, name);
    if account.is_empty() || account.chars().count() > 256 || account.chars().any(char::is_control) {
        return Err(AccountError::Name(name.to_owned()));
    }
    if of.directory.find(&account).await?.is_some() {
        return Err(AccountError::Exists(account));
    }
    let (password, made) = match password {
        Some(password) => {
            let campus = blocklist::campus_words(&of.config.campus);
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
    let id = of.directory.add(&new).await?;
    let mut db = of.store.begin().await?;
    note(&mut db, of, &id, Event::AccountAdded, "must change its password").await?;
    db.commit().await?;
    Ok(made)
}

/// 100 bits in groups that can be read out and typed.
fn one_time_password() -> Result<SecretString, random::NoRandomness> {
    let groups =
        [random::readable::<5>()?, random::readable::<5>()?, random::readable::<5>()?, random::readable::<5>()?];
    Ok(groups.iter().map(ExposeSecret::expose_secret).collect::<Vec<_>>().join("-").into())
}

/// Lifts the lock of an account and leaves the password alone; whether there was one.
///
/// # Errors
/// If there is no such account, or another operation came first.
pub async fn unlock(of: &Installation, name: &str) -> Result<bool, AccountError> {
    let entry = known(of, name).await?;
    let marker = of.directory.marker(&entry.id).await?;
    let id = random::id()?;
    let operation = Operation { account: &entry.id, id: &id, after: marker.as_deref() };
    match of.directory.unlock(operation).await? {
        Written::Applied { unlocked } => {
            let mut db = of.store.begin().await?;
            let outcome = if unlocked { "was locked" } else { "was not locked" };
            note(&mut db, of, &entry.id, Event::Unlocked, outcome).await?;
            db.commit().await?;
            Ok(unlocked)
        }
        Written::Refused(_) | Written::Overtaken => Err(AccountError::Overtaken),
    }
}

/// Takes back that its owner has said "this was not me"; whether it had been said.
///
/// # Errors
/// If there is no such account.
pub async fn unfreeze(of: &Installation, name: &str) -> Result<bool, AccountError> {
    let entry = known(of, name).await?;
    let mut db = of.store.begin().await?;
    let was_frozen = freeze::thaw(&mut db, &of.keys, of.clock.now(), &entry.id).await?;
    if !was_frozen {
        note(&mut db, of, &entry.id, Event::Unfrozen, "was not frozen").await?;
    }
    db.commit().await?;
    Ok(was_frozen)
}

/// Makes a pass for the helpdesk to hand out.
///
/// # Errors
/// If there is no such account, or it is not served here.
pub async fn pass(of: &Installation, name: &str) -> Result<Pass, AccountError> {
    let entry = known(of, name).await?;
    if entry.privileged {
        return Err(AccountError::Privileged(entry.account));
    }
    if !entry.enabled {
        return Err(AccountError::Disabled(entry.account));
    }
    let mut db = of.store.begin().await?;
    let pass = passes::issue(&mut db, &of.keys, &entry.id, of.clock.now()).await?;
    note(&mut db, of, &entry.id, Event::PassIssued, "for ten minutes").await?;
    db.commit().await?;
    Ok(pass)
}

/// Removes everything that an account has registered and ends its flows; the audit stays (PR-02).
///
/// # Errors
/// If there is no such account.
pub async fn forget(of: &Installation, name: &str) -> Result<usize, AccountError> {
    let entry = known(of, name).await?;
    let mut db = of.store.begin().await?;
    let (methods,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM methods WHERE account_id = ?").bind(&entry.id).fetch_one(&mut *db).await?;
    for (table, statement) in FORGET {
        let there: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
            .bind(table)
            .fetch_optional(&mut *db)
            .await?;
        if there.is_some() {
            sqlx::query(statement).bind(&entry.id).execute(&mut *db).await?;
        }
    }
    note(&mut db, of, &entry.id, Event::Forgotten, "all that was registered").await?;
    db.commit().await?;
    Ok(usize::try_from(methods).unwrap_or_default())
}

/// What belongs to an account, table by table. A write that is under way is left to find its end.
const FORGET: [(&str, &str); 8] = [
    ("methods", "DELETE FROM methods WHERE account_id = ?"),
    ("answers", "DELETE FROM answers WHERE account_id = ?"),
    ("recovery_codes", "DELETE FROM recovery_codes WHERE account_id = ?"),
    ("helpdesk_passes", "DELETE FROM helpdesk_passes WHERE account_id = ?"),
    ("contact_languages", "DELETE FROM contact_languages WHERE account_id = ?"),
    ("undos", "DELETE FROM undos WHERE account_id = ?"),
    ("notices", "DELETE FROM notices WHERE account_id = ?"),
    ("flows", "DELETE FROM flows WHERE account_id = ? AND step <> 'working'"),
];

async fn known(of: &Installation, name: &str) -> Result<Entry, AccountError> {
    let account = canonical(of, name);
    of.directory.find(&account).await?.ok_or(AccountError::Unknown(account))
}

fn canonical(of: &Installation, name: &str) -> String {
    crate::flow::canonical(name, &of.config.campus.mail_domains)
}

async fn note(
    db: &mut SqliteConnection,
    of: &Installation,
    account: &str,
    event: Event,
    outcome: &str,
) -> sqlx::Result<()> {
    let subject = freeze::subject_of(&of.keys, account);
    let entry = audit::Entry { flow: BY_COMMAND, subject: &subject, event, outcome, method: None };
    audit::append(db, &of.keys, of.clock.now(), &entry).await
}
