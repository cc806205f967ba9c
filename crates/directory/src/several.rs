//! Several directories side by side, as one: every account belongs to one of them, and its id begins with that one's
//! name (`students/6f1c…`).
//!
//! An id decides who is asked. One directory that is away keeps no account of another one from being served.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use latchkey_api::password::{Rule, together};
use secrecy::SecretString;

use crate::check::Finding;
use crate::{
    Answer, AsItStands, Directory, DirectoryError, Elsewhere, Entry, Mark, Next, Operation, Outcome, Page, Policy,
    Verdict, Written,
};

/// What stands between the name of a directory and the id that it gave.
const SEPARATOR: char = '/';

/// The name of the directory that an id belongs to; none of an id of the product's own directory.
#[must_use]
pub fn directory_of(id: &str) -> Option<&str> {
    id.split_once(SEPARATOR).map(|(name, _)| name)
}

/// An id that belongs to nobody in the directory of this name: a password given for it is compared there, for nobody.
#[must_use]
pub fn nobody_in(name: &str) -> String {
    format!("{name}{SEPARATOR}")
}

/// The directories of a campus.
pub struct Several(Vec<Named>);

impl Several {
    /// These directories, each with its name; no two have the same one.
    #[must_use]
    pub fn new(directories: impl IntoIterator<Item = (String, Arc<dyn Directory>)>) -> Self {
        Self(directories.into_iter().map(|(name, directory)| Named { name, directory }).collect())
    }

    /// The directory of an account; nothing if it is served no longer.
    fn of(&self, id: &str) -> Option<&Named> {
        let name = directory_of(id)?;
        self.0.iter().find(|named| named.name == name)
    }

    fn asked(&self, id: &str) -> Result<&Named, DirectoryError> {
        self.of(id).ok_or_else(|| DirectoryError::Misconfigured("the account's directory is not set up here".into()))
    }

    fn first(&self) -> Result<&Named, DirectoryError> {
        self.0.first().ok_or_else(|| DirectoryError::Misconfigured("there is no directory".into()))
    }

    /// The directory that a mark is of, and where in it; from the start of the first one where there is none.
    fn place<'a>(&self, after: Option<&'a Mark>) -> Result<(usize, Option<&'a str>), DirectoryError> {
        let Some(Mark(text)) = after else { return Ok((0, None)) };
        let unknown = || DirectoryError::Misconfigured("a mark of a directory that is not set up here".into());
        let (name, rest) = text.split_once(SEPARATOR).ok_or_else(unknown)?;
        let at = self.0.iter().position(|named| named.name == name).ok_or_else(unknown)?;
        Ok((at, Some(rest).filter(|rest| !rest.is_empty())))
    }

    /// One directory after the other; for whoever does not read each by itself.
    async fn in_turn(&self, after: Option<&Mark>) -> Result<Page, DirectoryError> {
        let (at, rest) = self.place(after)?;
        let Some(named) = self.0.get(at) else { return Ok(Page::default()) };
        let inner = rest.map(|rest| Mark(rest.to_owned()));
        let page = named.people(inner.as_ref()).await?;
        let next = match (page.next, self.0.get(at + 1)) {
            (Next::More(Mark(mark)), _) => Next::More(Mark(format!("{}{SEPARATOR}{mark}", named.name))),
            (Next::Later(_) | Next::FromTheStart, Some(following)) => Next::More(Mark(nobody_in(&following.name))),
            (Next::Later(_) | Next::FromTheStart, None) => Next::FromTheStart,
        };
        Ok(Page { next, ..page })
    }
}

impl Directory for Several {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        Box::pin(async move {
            match account {
                Some(id) => self.asked(id)?.verify_current(account, password).await,
                None => self.first()?.verify_current(None, password).await,
            }
        })
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        Box::pin(async move { self.asked(operation.account)?.change_password(operation, old, new).await })
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        Box::pin(async move { self.asked(operation.account)?.set_password(operation, new).await })
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        Box::pin(async move { self.asked(operation.account)?.unlock(operation).await })
    }

    fn unlock_elsewhere<'a>(
        &'a self,
        operation: Operation<'a>,
    ) -> Pin<Box<dyn Future<Output = Vec<Elsewhere>> + Send + 'a>> {
        match self.of(operation.account) {
            Some(named) => named.unlock_elsewhere(operation),
            None => Box::pin(async { Vec::new() }),
        }
    }

    /// Whatever keeps these is taken by each of the directories.
    fn rules(&self) -> Vec<Rule> {
        self.0.iter().fold(Vec::new(), |rules, named| together(&rules, &named.directory.rules()))
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        Box::pin(async move { self.asked(account)?.policy(account).await })
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move { self.asked(account)?.marker(account).await })
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        Box::pin(async move {
            match self.of(operation.account) {
                Some(named) => named.settle(operation).await,
                // Nobody is left who could tell.
                None => Ok(Outcome::Unknown),
            }
        })
    }

    fn takes_old_for(&self, account: &str) -> Option<Duration> {
        self.of(account)?.directory.takes_old_for(account)
    }

    fn parts(&self) -> Vec<(&str, &dyn Directory)> {
        self.0.iter().map(|named| (named.name.as_str(), named as &dyn Directory)).collect()
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        Box::pin(self.in_turn(after))
    }

    fn as_it_stands<'a>(&'a self, account: &'a str) -> Answer<'a, AsItStands> {
        Box::pin(async move { self.asked(account)?.as_it_stands(account).await })
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        Box::pin(async move {
            match self.of(id) {
                Some(named) => named.entry(id).await,
                None => Ok(None),
            }
        })
    }
}

/// One of them: its ids are its own outside of here and the directory's inside.
struct Named {
    name: String,
    directory: Arc<dyn Directory>,
}

impl Named {
    fn outside(&self, id: &str) -> String {
        format!("{}{SEPARATOR}{id}", self.name)
    }

    /// The id that the directory itself gave; nothing of an id that stands for nobody.
    fn inside<'a>(&self, id: &'a str) -> Option<&'a str> {
        let inner = id.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix(SEPARATOR));
        inner.filter(|inner| !inner.is_empty())
    }

    fn own<'a>(&self, id: &'a str) -> Result<&'a str, DirectoryError> {
        self.inside(id).ok_or_else(|| DirectoryError::Misconfigured("an id of another directory".into()))
    }

    fn own_of<'a>(&self, operation: Operation<'a>) -> Result<Operation<'a>, DirectoryError> {
        Ok(Operation { account: self.own(operation.account)?, ..operation })
    }

    fn entry_outside(&self, entry: Entry) -> Entry {
        Entry { id: self.outside(&entry.id), ..entry }
    }
}

impl Directory for Named {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        let inner = account.and_then(|id| self.inside(id));
        self.directory.verify_current(inner, password)
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        old: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        Box::pin(async move { self.directory.change_password(self.own_of(operation)?, old, new).await })
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        Box::pin(async move { self.directory.set_password(self.own_of(operation)?, new).await })
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        Box::pin(async move { self.directory.unlock(self.own_of(operation)?).await })
    }

    fn unlock_elsewhere<'a>(
        &'a self,
        operation: Operation<'a>,
    ) -> Pin<Box<dyn Future<Output = Vec<Elsewhere>> + Send + 'a>> {
        match self.own_of(operation) {
            Ok(own) => self.directory.unlock_elsewhere(own),
            Err(_) => Box::pin(async { Vec::new() }),
        }
    }

    fn rules(&self) -> Vec<Rule> {
        self.directory.rules()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        Box::pin(async move { self.directory.policy(self.own(account)?).await })
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move { self.directory.marker(self.own(account)?).await })
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        Box::pin(async move { self.directory.settle(self.own_of(operation)?).await })
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        Box::pin(async move {
            let Page { entries, gone, next } = self.directory.people(after).await?;
            let entries = entries.into_iter().map(|entry| self.entry_outside(entry)).collect();
            let gone = gone.iter().map(|id| self.outside(id)).collect();
            Ok(Page { entries, gone, next })
        })
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        Box::pin(async move {
            let entry = self.directory.entry(self.own(id)?).await?;
            Ok(entry.map(|entry| self.entry_outside(entry)))
        })
    }

    fn as_it_stands<'a>(&'a self, account: &'a str) -> Answer<'a, AsItStands> {
        Box::pin(async move {
            let stands = self.directory.as_it_stands(self.own(account)?).await?;
            Ok(AsItStands { entry: stands.entry.map(|entry| self.entry_outside(entry)), ..stands })
        })
    }

    fn check<'a>(&'a self) -> Pin<Box<dyn Future<Output = Vec<Finding>> + Send + 'a>> {
        self.directory.check()
    }
}

#[cfg(test)]
mod tests;
