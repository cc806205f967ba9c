//! Where the accounts are and passwords are set.

pub mod local;

use std::pin::Pin;

use latchkey_api::password::{Refusal, Rule};
use secrecy::SecretString;

/// What a directory answers, later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DirectoryError>> + Send + 'a>>;

/// The directory did not answer; whether a write was applied is asked by [`Directory::settle`], never guessed.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("the directory cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the directory has too much to do")]
    Busy,
}

/// An account as the directory knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Stable id, never what was typed.
    pub id: String,
    /// The sign-in name.
    pub account: String,
    pub enabled: bool,
    /// Administrators are not served here (FL-11).
    pub privileged: bool,
    pub locked: bool,
    /// The password is one that was handed out: its owner has to choose another.
    pub must_change: bool,
}

/// What a new password of an account has to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The sign-in name, which must not be part of it.
    pub account: String,
    pub rules: Vec<Rule>,
}

/// What a write came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is done; whether it lifted a lock.
    Applied { unlocked: bool },
    /// The directory does not take this password.
    Refused(Vec<Refusal>),
    /// Another operation came first; nothing was changed.
    Overtaken,
}

/// What became of an operation whose answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Applied,
    /// It was not applied and can no longer be.
    NotApplied,
}

/// One write: applied only if the account still bears the marker `after`, which it replaces by `id` (PW-11).
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    pub account: &'a str,
    pub id: &'a str,
    pub after: Option<&'a str>,
}

/// A directory: the product's own, LDAP, Active Directory.
pub trait Directory: Send + Sync {
    /// The account of this canonical name.
    fn find<'a>(&'a self, account: &'a str) -> Answer<'a, Option<Entry>>;

    /// Whether this is the account's password; without an account the same work is done and the answer is no.
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, bool>;

    /// What the directory knows of a person: no answer to a security question may be one of these (SQ-02). Names and
    /// addresses come whole and in their parts.
    fn facts<'a>(&'a self, account: &'a str) -> Answer<'a, Vec<SecretString>>;

    /// The rules for a new password of this account.
    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy>;

    /// The marker of the last operation on this account.
    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>>;

    /// Sets the password, lifts a lock and with it the duty to choose another one, in one write.
    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written>;

    /// Lifts a lock and leaves the password alone.
    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written>;

    /// Tells what became of an operation, and keeps it from happening later if it has not.
    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome>;
}
