//! The campus' directories: where the accounts are and passwords are set.
//!
//! This crate knows no database of ours. A directory is asked through the trait [`Directory`]; the server brings one of
//! its own, which keeps the accounts in the product's database.
//!
//! A write is never guessed about. It carries an [`Operation`], whose id the directory keeps as a marker in the same
//! write, and when an answer is lost, [`Directory::settle`] tells what became of it.

pub mod active_directory;
pub mod check;
pub mod connection;
pub mod ldap;
pub mod settings;
pub mod several;

use std::pin::Pin;
use std::time::Duration;

use jiff::Timestamp;
use latchkey_api::password::{Refusal, Rule};
use secrecy::SecretString;

use check::Finding;

/// What a directory answers, later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryError>> + Send + 'a>>;

/// Any error of a library below.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// The directory did not do what it was asked; whether a write was done is asked by [`Directory::settle`].
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// No connection stood. Nothing was written or compared.
    #[error("the directory cannot be reached")]
    NotReached(#[source] Cause),
    /// No answer came, or none that could be read. A write may have been done.
    #[error("no answer came from the directory")]
    Unreachable(#[source] Cause),
    /// The directory answers, but not as this configuration expects: a base that does not exist, an attribute that it
    /// does not have. Nothing was written.
    #[error("the directory is not set up for this")]
    Misconfigured(#[source] Cause),
    /// The directory does not allow the server's own account to do this. Nothing was written.
    #[error("the directory does not allow this")]
    Denied(#[source] Cause),
    /// There is too much to do at the moment. Nothing was written or compared.
    #[error("the directory has too much to do")]
    Busy { retry_after: Duration },
}

impl DirectoryError {
    /// Whether a write that ended so may have been done all the same.
    #[must_use]
    pub const fn leaves_doubt(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::NotReached(_) | Self::Misconfigured(_) | Self::Denied(_) | Self::Busy { .. } => false,
        }
    }
}

/// What a directory says to a password that is given as the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right,
    Wrong,
    /// It is right, and only good for choosing another one.
    MustChange,
    /// It is right, and too old to sign in with.
    Expired,
    /// The account takes no password at the moment, whether or not this is the right one.
    Locked,
    /// The account may not sign in.
    Disabled,
}

impl Verdict {
    /// Whether the password proves who gave it.
    #[must_use]
    pub const fn proves(self) -> bool {
        match self {
            Self::Right | Self::MustChange | Self::Expired => true,
            Self::Wrong | Self::Locked | Self::Disabled => false,
        }
    }
}

/// An account as the directory knows it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The stable id (`objectGUID`, `entryUUID`), never what was typed.
    pub id: String,
    /// The sign-in name.
    pub account: String,
    /// Other names under which the same person signs in, for example a user principal name.
    pub aliases: Vec<String>,
    pub enabled: bool,
    /// Administrators are not served by a self-service (FL-11).
    pub privileged: bool,
    pub locked: bool,
    /// The password is one that was handed out: its owner has to choose another.
    pub must_change: bool,
    /// When the password was changed last, where the directory says so.
    pub changed_at: Option<Timestamp>,
    /// When the password expires, where the directory says so.
    pub expires_at: Option<Timestamp>,
    /// What the directory knows of the person.
    pub contacts: Vec<Contact>,
    /// Where the entry stands, in a directory that has places for them.
    pub dn: Option<String>,
    /// Of the groups by which the server tells people apart, those that the person is in, by the names that it gave.
    pub groups: Vec<String>,
}

/// One thing that a directory knows of a person.
#[derive(Debug, Clone)]
pub struct Contact {
    pub kind: ContactKind,
    pub value: SecretString,
}

/// What a directory may know of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactKind {
    FullName,
    MobilePhone,
    OfficePhone,
    Mail,
}

impl ContactKind {
    pub const ALL: [Self; 4] = [Self::FullName, Self::MobilePhone, Self::OfficePhone, Self::Mail];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FullName => "full_name",
            Self::MobilePhone => "mobile_phone",
            Self::OfficePhone => "office_phone",
            Self::Mail => "mail",
        }
    }
}

/// Some of a directory's accounts, and where to go on.
#[derive(Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// Ids of accounts that are there no longer, as far as the directory tells.
    pub gone: Vec<String>,
    pub next: Next,
}

/// Where a reader of [`Directory::people`] goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Next {
    /// There is more to read at once.
    More(Mark),
    /// Everything has been read; from this mark on comes what changes later.
    Later(Mark),
    /// Everything has been read, and the directory cannot tell what changes later: it is read from the start again.
    #[default]
    FromTheStart,
}

/// A place in a directory's list of accounts or in its history; only the directory can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(pub String);

/// What a new password of an account has to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The sign-in name, which must not be part of it.
    pub account: String,
    pub rules: Vec<Rule>,
}

/// Everything that has to be known of an account directly before it is written.
#[derive(Debug)]
pub struct AsItStands {
    /// Nothing, if the account is not there or not served.
    pub entry: Option<Entry>,
    /// As [`Directory::marker`] answers it.
    pub marker: Option<String>,
    /// As [`Directory::policy`] answers it.
    pub policy: Policy,
}

/// What a write came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is done; whether it lifted a lock.
    Applied { unlocked: bool },
    /// The directory does not take this password.
    Refused(Vec<Refusal>),
    /// The directory says that the current password is not the right one; only a change has one.
    OldWrong,
    /// Another operation came first; nothing was changed.
    Overtaken,
}

/// What became of an operation whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Written,
    /// It was not written and can no longer be: the directory has fenced it.
    NotWritten,
    /// It is still under way; it is asked after again.
    Pending,
    /// The directory cannot tell and cannot fence; nobody may say "nothing was changed".
    Unknown,
}

/// What a server that an operation was not written to says of the account's lock there (R23).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The server, as the configuration names it.
    pub server: String,
    pub lock: LockThere,
}

/// What became of a lock on one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockThere {
    /// There was none.
    None,
    Lifted,
    /// The server is a replica that nobody writes to: it follows the one that was written to.
    Follows,
    /// It is there, and the server does not let it be lifted.
    Stands,
    /// The server could not be asked.
    Unknown,
}

/// One write: done only if the account still bears the marker `after`, which it replaces by `id` (PW-11).
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// The account's stable id.
    pub account: &'a str,
    pub id: &'a str,
    /// What [`Directory::marker`] answered when the operation was intended.
    pub after: Option<&'a str>,
}

/// A directory: the product's own, LDAP, Active Directory, Entra.
pub trait Directory: Send + Sync {
    /// What the directory says to this as the account's current password; without an account the same work is done and
    /// the answer is [`Verdict::Wrong`].
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict>;

    /// Changes the password as its owner would, giving the current one too, in one write with the operation's marker.
    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written>;

    /// Sets the password, lifts a lock and with it the duty to choose another one, in one write.
    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written>;

    /// Lifts a lock and leaves the password alone.
    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written>;

    /// Lifts a lock at the other servers too, once the operation is done, and says of each what became of it: some count
    /// wrong tries each for itself, and tell the others nothing (R23). It leaves no marker, since it can only lift a lock
    /// whose owner has proven who they are.
    fn unlock_elsewhere<'a>(
        &'a self,
        operation: Operation<'a>,
    ) -> Pin<Box<dyn Future<Output = Vec<Elsewhere>> + Send + 'a>> {
        let _ = operation;
        Box::pin(async { Vec::new() })
    }

    /// The rules for most accounts, as everybody may read them.
    fn rules(&self) -> Vec<Rule>;

    /// The rules for a new password of this account, by its id.
    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy>;

    /// What is given to the next operation on this account as [`Operation::after`]: the marker of the last one, and where
    /// there are several servers, which of them said so. Only the directory can read it.
    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>>;

    /// Tells what became of an operation. Where it says [`Outcome::NotWritten`], it has kept the operation from being
    /// done later.
    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome>;

    /// The directories that this one is made of, each with its name; there are none in most. The ids of the accounts of
    /// each begin with that name. Whoever reads all accounts reads each by itself, so that one that is away holds up no
    /// other and none of its accounts is taken for gone.
    fn parts(&self) -> Vec<(&str, &dyn Directory)> {
        Vec::new()
    }

    /// Some of the accounts after a mark, all of them from the start where there is none.
    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page>;

    /// The account of this id as it stands now.
    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>>;

    /// The account of this id with its marker and its rules, all as they are now. A directory that is far away reads them
    /// at once.
    fn as_it_stands<'a>(&'a self, account: &'a str) -> Answer<'a, AsItStands> {
        Box::pin(async move {
            let Some(entry) = self.entry(account).await? else {
                let policy = Policy { account: String::new(), rules: self.rules() };
                return Ok(AsItStands { entry: None, marker: None, policy });
            };
            let (policy, marker) = (self.policy(account).await?, self.marker(account).await?);
            Ok(AsItStands { entry: Some(entry), marker, policy })
        })
    }

    /// For how long after a change the directory may still take the old password somewhere; most never do.
    fn takes_old_for(&self, account: &str) -> Option<Duration> {
        let _ = account;
        None
    }

    /// Looks at everything that the configuration says of this directory, and writes nothing. What cannot be looked at
    /// because something before it is wrong is left out.
    fn check<'a>(&'a self) -> Pin<Box<dyn Future<Output = Vec<Finding>> + Send + 'a>> {
        Box::pin(async { Vec::new() })
    }
}
