//! What is still to be done on this workstation after a change of password; without any secret.
//!
//! Windows write it and the tray reads it: processes that may each die at any moment. So every change is made under a
//! lock, to a second file that takes the place of the first when it is whole; a reader needs no lock and never waits
//! (H13). A home folder that several machines share has one file for each of them.
//!
//! An entry belongs to an account and the moment of its change: what is told of an older change never touches a newer
//! one, and two windows for two accounts keep both (H6).

mod file;
mod stored;

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use latchkey_api::place::{Copy, Outcome, PlaceKind};

use crate::os;
use file::Files;
use stored::{Book, Change, Kept, StoredCopy};

/// The journal of one person on one workstation; holds names of files only, the truth is the file.
#[derive(Debug, Clone)]
pub struct Journal {
    files: Files,
    set_aside: Option<PathBuf>,
}

/// Names one change of a password.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChangeKey {
    pub account: String,
    /// When the directory took the new password.
    pub changed_at: Timestamp,
}

/// A change of password that has not been carried to every place yet, or may have been made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub account: String,
    /// When the directory took the new password; `None` where only a write was begun.
    pub changed_at: Option<Timestamp>,
    /// A write was begun and its answer never noted: whether the password was changed, nobody here knows (H5).
    pub uncertain: bool,
    /// It was made on another computer, a phone or by the helpdesk: the directory says so.
    pub elsewhere: bool,
    pub copies: Vec<PendingCopy>,
}

/// One copy as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingCopy {
    pub id: String,
    pub label: String,
    /// `None` for a kind that a newer version has written.
    pub place: Option<PlaceKind>,
    /// `None` until it was tried, and for an outcome that a newer version has written.
    pub outcome: Option<Outcome>,
}

impl PendingCopy {
    /// Whether nothing is left to do for it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.outcome.is_some_and(Outcome::is_settled)
    }
}

impl Pending {
    /// The key under which more is noted about it.
    #[must_use]
    pub fn key(&self) -> Option<ChangeKey> {
        let changed_at = self.changed_at?;
        Some(ChangeKey { account: self.account.clone(), changed_at })
    }
}

/// Why the journal could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal cannot be read or written")]
    Io(#[from] io::Error),
    #[error("the journal cannot be put into words")]
    Json(#[from] serde_json::Error),
    #[error("the journal was written by a newer version ({0}) and is left as it is; update Latchkey on this machine")]
    Newer(u64),
    /// This change was never begun, or is closed.
    #[error("this change of password is not open")]
    NothingOpen,
    /// A newer change of the same account is known.
    #[error("a newer change of this account's password is known")]
    Superseded,
    #[error("some copies are not settled yet")]
    Unsettled,
}

impl Journal {
    /// Opens the journal of this machine under `dir`, which is made for this person alone if it is not there.
    ///
    /// A damaged file is kept under another name, see [`Journal::set_aside`]; the file of an older version is taken
    /// over. Nothing is waited for.
    ///
    /// # Errors
    /// [`JournalError::Io`] if the folder cannot be made or read, [`JournalError::Newer`].
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, JournalError> {
        Self::open_on(dir, &os::machine())
    }

    fn open_on(dir: impl Into<PathBuf>, machine: &str) -> Result<Self, JournalError> {
        let mut journal = Self { files: Files::new(dir.into(), machine)?, set_aside: None };
        // Whoever holds the lock is at work on a whole file, and takes care of what an older version has left.
        if let Some(_lock) = journal.files.try_lock()? {
            journal.set_aside = journal.tidy()?;
        }
        Ok(journal)
    }

    /// Where a damaged journal was put when this one was opened.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// The changes that are not finished; never waits for a writer.
    ///
    /// # Errors
    /// [`JournalError::Io`] if the file cannot be read, [`JournalError::Newer`].
    pub fn pending(&self) -> Result<Vec<Pending>, JournalError> {
        let book = self.files.read()?.unwrap_or_default();
        Ok(book.changes.iter().filter(|change| change.is_pending()).map(shown).collect())
    }

    /// Notes that a new password is about to be sent to the directory (H5).
    ///
    /// # Errors
    /// [`JournalError::Io`] if it cannot be written, [`JournalError::Newer`].
    pub fn note_write(&self, account: &str) -> Result<(), JournalError> {
        self.change(|book| {
            book.of(account).uncertain = true;
            Ok(())
        })
    }

    /// Forgets a write that has changed nothing.
    ///
    /// # Errors
    /// [`JournalError::Io`] if it cannot be written, [`JournalError::Newer`].
    pub fn drop_write(&self, account: &str) -> Result<(), JournalError> {
        self.change(|book| {
            book.of(account).uncertain = false;
            book.changes.retain(Change::is_of_use);
            Ok(())
        })
    }

    /// The accounts of which anything was noted here: their directory can be asked when their password was changed.
    ///
    /// # Errors
    /// [`JournalError::Io`] if the file cannot be read, [`JournalError::Newer`].
    pub fn accounts(&self) -> Result<Vec<String>, JournalError> {
        let book = self.files.read()?.unwrap_or_default();
        Ok(book.changes.into_iter().map(|change| change.account).collect())
    }

    /// Notes an account that knows this workstation, though nothing was changed here yet.
    ///
    /// # Errors
    /// [`JournalError::Io`] if it cannot be written, [`JournalError::Newer`].
    pub fn watch(&self, account: &str) -> Result<(), JournalError> {
        self.change(|book| {
            book.of(account).watched = true;
            Ok(())
        })
    }

    /// Notes when the password was changed last, as the directory says it at this moment of the server. Where that was
    /// elsewhere, and is news, a change is open from now on: its key. The first time is the time from which on there is
    /// news. While a window may be writing a password, nothing is noted.
    ///
    /// # Errors
    /// [`JournalError::Io`] if it cannot be read or written, [`JournalError::Newer`].
    pub fn heard(&self, account: &str, said: Timestamp, now: Timestamp) -> Result<Option<ChangeKey>, JournalError> {
        let known = self.files.read()?.unwrap_or_default();
        if known.changes.iter().any(|change| change.is_of(account) && change.seen >= Some(said)) {
            return Ok(None);
        }
        let mut news = None;
        self.change(|book| {
            let change = book.of(account);
            let is_news = change.hear(said, now);
            news = is_news.then(|| ChangeKey { account: change.account.clone(), changed_at: said });
            book.changes.retain(Change::is_of_use);
            Ok(())
        })?;
        Ok(news)
    }

    /// Notes that the directory took a new password; called before any place is touched.
    ///
    /// What an older change of the account has left to do stays to be done.
    ///
    /// # Errors
    /// [`JournalError::Superseded`] if a newer change is known; [`JournalError::Io`] if it cannot be written, the places
    /// should then be refreshed all the same; [`JournalError::Newer`].
    pub fn begin(&self, key: &ChangeKey) -> Result<(), JournalError> {
        self.change(|book| {
            let change = book.of(&key.account);
            change.uncertain = false;
            match change.changed_at {
                Some(known) if known > key.changed_at => return Err(JournalError::Superseded),
                Some(known) if known == key.changed_at => {}
                Some(_) | None => change.becomes(key.changed_at),
            }
            Ok(())
        })
    }

    /// Notes the copies that were found; what an earlier look has already settled stays settled.
    ///
    /// # Errors
    /// [`JournalError::NothingOpen`] without [`Journal::begin`], [`JournalError::Superseded`] after that of a newer change.
    pub fn planned(&self, key: &ChangeKey, copies: &[Copy]) -> Result<(), JournalError> {
        self.change(|book| {
            let change = book.open(key)?;
            for copy in copies {
                if change.copies.iter().all(|known| known.id != copy.id) {
                    change.copies.push(StoredCopy::of(copy));
                }
            }
            Ok(())
        })
    }

    /// Notes how the refresh of one copy ended; one that was never planned is not noted.
    ///
    /// # Errors
    /// [`JournalError::NothingOpen`] without [`Journal::begin`], [`JournalError::Superseded`] after that of a newer change.
    pub fn record(&self, key: &ChangeKey, id: &str, outcome: Outcome) -> Result<(), JournalError> {
        self.change(|book| {
            let change = book.open(key)?;
            for copy in change.copies.iter_mut().filter(|copy| copy.id == id) {
                copy.outcome = Some(Kept::Known(outcome));
            }
            Ok(())
        })
    }

    /// Notes that nothing is left to do for a change; the names of the copies are forgotten (H3).
    ///
    /// # Errors
    /// [`JournalError::Unsettled`] while something is left; [`JournalError::NothingOpen`], [`JournalError::Superseded`].
    pub fn close(&self, key: &ChangeKey) -> Result<(), JournalError> {
        self.change(|book| {
            let change = book.open(key)?;
            if !change.copies.iter().all(StoredCopy::is_settled) {
                return Err(JournalError::Unsettled);
            }
            change.closed = true;
            change.copies.clear();
            Ok(())
        })
    }

    fn change(&self, change: impl FnOnce(&mut Book) -> Result<(), JournalError>) -> Result<(), JournalError> {
        let _lock = self.files.lock()?;
        let mut book = match self.files.read()? {
            Some(book) => book,
            None => {
                self.files.move_aside()?;
                Book::default()
            }
        };
        change(&mut book)?;
        self.files.write(&book)
    }

    /// Puts a damaged file aside and takes over that of version 1; returns where the damaged one is.
    fn tidy(&self) -> Result<Option<PathBuf>, JournalError> {
        let damaged = if self.files.read()?.is_none() { self.files.move_aside()? } else { None };
        let Some(first) = self.files.read_first()? else { return Ok(damaged) };
        let mut book = self.files.read()?.unwrap_or_default();
        if let Some(change) = first
            && book.changes.iter().all(|known| !known.is_of(&change.account))
        {
            book.changes.push(change);
            self.files.write(&book)?;
        }
        self.files.remove_first()?;
        Ok(damaged)
    }
}

impl Book {
    /// The entry of an account, made if it is not there.
    fn of(&mut self, account: &str) -> &mut Change {
        let at = self.changes.iter().position(|change| change.is_of(account)).unwrap_or_else(|| {
            self.changes.push(Change::new(account));
            self.changes.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the position is that of an entry")]
        &mut self.changes[at]
    }

    /// The entry of a change that is open.
    fn open(&mut self, key: &ChangeKey) -> Result<&mut Change, JournalError> {
        let of_account = self.changes.iter_mut().find(|change| change.is_of(&key.account));
        let change = of_account.ok_or(JournalError::NothingOpen)?;
        match change.changed_at {
            Some(known) if known > key.changed_at => Err(JournalError::Superseded),
            Some(known) if known == key.changed_at && !change.closed => Ok(change),
            Some(_) | None => Err(JournalError::NothingOpen),
        }
    }
}

fn shown(change: &Change) -> Pending {
    let copies = change.copies.iter().map(|copy| PendingCopy {
        id: copy.id.clone(),
        label: copy.label.clone(),
        place: copy.place.known(),
        outcome: copy.outcome.as_ref().and_then(Kept::known),
    });
    Pending {
        account: change.account.clone(),
        changed_at: change.changed_at,
        uncertain: change.uncertain,
        elsewhere: change.elsewhere,
        copies: copies.collect(),
    }
}

#[cfg(test)]
mod tests;
