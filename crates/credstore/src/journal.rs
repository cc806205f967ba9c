//! What is still to be done on this workstation after a change of password; without any secret.
//!
//! The window that changes the password writes it and the tray reads it, two processes that may each die at any
//! moment. So every change is made under a lock, to a second file that takes the place of the first when it is whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::copy::{Copy, CopyId, PlaceKind};
use crate::os;
use crate::place::Outcome;

const NAME: &str = "places.json";
const PART: &str = "places.json.part";
const LOCK: &str = "places.lock";

/// The journal of one person on one workstation; holds a folder only, the truth is the file.
#[derive(Debug, Clone)]
pub struct Journal {
    dir: PathBuf,
    set_aside: Option<PathBuf>,
}

/// A change of password that has not been carried to every place yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub account: String,
    /// When the directory took the new password.
    pub changed_at: Timestamp,
    pub copies: Vec<PendingCopy>,
    finished: bool,
}

/// One copy as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCopy {
    pub id: CopyId,
    pub label: String,
    pub place: PlaceKind,
    /// `None` until it was tried.
    pub outcome: Option<Outcome>,
}

/// Why the journal could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the journal cannot be read or written")]
    Io(#[from] io::Error),
    #[error("the journal cannot be put into words")]
    Json(#[from] serde_json::Error),
    /// [`Journal::planned`] or [`Journal::record`] without [`Journal::begin`].
    #[error("no change of password is open")]
    NothingOpen,
}

impl Journal {
    /// Opens the journal under `dir`, which is made for this person alone if it is not there.
    ///
    /// A damaged file is kept under another name, see [`Journal::set_aside`].
    ///
    /// # Errors
    /// [`JournalError::Io`] if the folder cannot be made or read.
    pub fn open(dir: impl Into<PathBuf>) -> Result<Self, JournalError> {
        let mut journal = Self { dir: dir.into(), set_aside: None };
        os::create_private_dir(&journal.dir)?;
        let _lock = journal.lock()?;
        if let Read::Damaged = journal.read()? {
            journal.set_aside = Some(journal.move_aside()?);
        }
        Ok(journal)
    }

    /// Where a damaged journal was put when this one was opened.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// The change that is not finished, if there is one.
    ///
    /// # Errors
    /// [`JournalError::Io`] if the file cannot be read.
    pub fn pending(&self) -> Result<Option<Pending>, JournalError> {
        let _lock = self.lock()?;
        Ok(match self.read()? {
            Read::Whole(pending) if !pending.finished => Some(pending),
            Read::Whole(_) | Read::Nothing | Read::Damaged => None,
        })
    }

    /// Notes that the directory took a new password; called before any place is touched.
    ///
    /// # Errors
    /// [`JournalError::Io`] if it cannot be written; the places should then be refreshed all the same.
    pub fn begin(&self, account: &str, changed_at: Timestamp) -> Result<(), JournalError> {
        let _lock = self.lock()?;
        self.write(&Pending { account: account.to_owned(), changed_at, copies: Vec::new(), finished: false })
    }

    /// Notes the copies that were found; what an earlier look has already settled stays settled.
    ///
    /// # Errors
    /// [`JournalError::NothingOpen`] without [`Journal::begin`].
    pub fn planned(&self, copies: &[Copy]) -> Result<(), JournalError> {
        self.change(|pending| {
            for copy in copies {
                if pending.copies.iter().all(|known| known.id != copy.id) {
                    pending.copies.push(PendingCopy {
                        id: copy.id.clone(),
                        label: copy.label.clone(),
                        place: copy.place,
                        outcome: None,
                    });
                }
            }
        })
    }

    /// Notes how the refresh of one copy ended; one that was never planned is not noted.
    ///
    /// # Errors
    /// [`JournalError::NothingOpen`] without [`Journal::begin`].
    pub fn record(&self, id: &CopyId, outcome: Outcome) -> Result<(), JournalError> {
        self.change(|pending| {
            for copy in pending.copies.iter_mut().filter(|copy| copy.id == *id) {
                copy.outcome = Some(outcome);
            }
        })
    }

    /// Notes that the person is done with this workstation; the names of the copies are forgotten.
    ///
    /// # Errors
    /// [`JournalError::Io`] if it cannot be written.
    pub fn finish(&self) -> Result<(), JournalError> {
        let finished = self.change(|pending| {
            pending.finished = true;
            pending.copies.clear();
        });
        match finished {
            Err(JournalError::NothingOpen) => Ok(()),
            other => other,
        }
    }

    fn change(&self, change: impl FnOnce(&mut Pending)) -> Result<(), JournalError> {
        let _lock = self.lock()?;
        match self.read()? {
            Read::Whole(mut pending) if !pending.finished => {
                change(&mut pending);
                self.write(&pending)
            }
            Read::Whole(_) | Read::Nothing | Read::Damaged => Err(JournalError::NothingOpen),
        }
    }

    /// Held until it is dropped; the system lets go of it when a process dies.
    fn lock(&self) -> io::Result<File> {
        let lock = os::private_file().write(true).create(true).truncate(false).open(self.dir.join(LOCK))?;
        lock.lock()?;
        Ok(lock)
    }

    fn read(&self) -> io::Result<Read> {
        match fs::read(self.dir.join(NAME)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).map_or(Read::Damaged, Read::Whole)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Read::Nothing),
            Err(error) => Err(error),
        }
    }

    /// The part file is on the disk before it gets the name, the name before anybody is told.
    fn write(&self, pending: &Pending) -> Result<(), JournalError> {
        let bytes = serde_json::to_vec_pretty(pending)?;
        let part = self.dir.join(PART);
        // What a crash left here may have been made by somebody else: it is removed, never opened.
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        let mut file = os::private_file().write(true).create_new(true).open(&part)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&part, self.dir.join(NAME))?;
        os::sync_dir(&self.dir)?;
        Ok(())
    }

    fn move_aside(&self) -> io::Result<PathBuf> {
        let aside = (1u32..)
            .map(|number| self.dir.join(format!("places.damaged-{number}.json")))
            .find(|aside| !aside.exists())
            .ok_or(io::ErrorKind::AlreadyExists)?;
        fs::rename(self.dir.join(NAME), &aside)?;
        Ok(aside)
    }
}

enum Read {
    Nothing,
    Whole(Pending),
    Damaged,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copy::HeldOld;
    use crate::place::Need;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn copy(native: &str) -> Copy {
        Copy {
            id: CopyId::new(PlaceKind::SecretService, native),
            place: PlaceKind::SecretService,
            label: "Files".into(),
            user: Some("ada".into()),
            target: None,
            held_old: HeldOld::Yes,
            names_person: true,
            locked: false,
        }
    }

    // R24
    #[test]
    fn what_was_not_finished_is_there_at_the_next_start_and_what_was_finished_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).unwrap();
        journal.begin("ada", AT).unwrap();
        journal.planned(&[copy("/1"), copy("/2")]).unwrap();
        journal.record(&copy("/1").id, Outcome::Updated).unwrap();
        journal.record(&copy("/2").id, Outcome::NeedsYou(Need::Locked)).unwrap();

        let next = Journal::open(dir.path()).unwrap();
        let pending = next.pending().unwrap().unwrap();
        assert_eq!((pending.account.as_str(), pending.changed_at), ("ada", AT));
        let outcomes: Vec<_> = pending.copies.iter().map(|copy| copy.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Updated), Some(Outcome::NeedsYou(Need::Locked))]);

        next.finish().unwrap();
        assert_eq!(journal.pending().unwrap(), None);
        assert!(matches!(journal.record(&copy("/1").id, Outcome::Updated), Err(JournalError::NothingOpen)));
        assert!(!fs::read_to_string(dir.path().join(NAME)).unwrap().contains("Files"));
    }

    #[test]
    fn a_second_look_adds_copies_and_keeps_what_is_settled() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).unwrap();
        journal.begin("ada", AT).unwrap();
        journal.planned(&[copy("/1")]).unwrap();
        journal.record(&copy("/1").id, Outcome::Updated).unwrap();

        journal.planned(&[copy("/1"), copy("/2")]).unwrap();

        let outcomes: Vec<_> = journal.pending().unwrap().unwrap().copies.iter().map(|copy| copy.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Updated), None]);
    }

    #[test]
    fn a_damaged_journal_is_kept_under_another_name_and_a_second_one_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        for (damage, aside) in [("", "places.damaged-1.json"), ("{\"account\":\"ad", "places.damaged-2.json")] {
            fs::write(dir.path().join(NAME), damage).unwrap();

            let journal = Journal::open(dir.path()).unwrap();

            assert_eq!(journal.set_aside(), Some(dir.path().join(aside).as_path()));
            assert_eq!(fs::read_to_string(dir.path().join(aside)).unwrap(), damage);
            assert_eq!(journal.pending().unwrap(), None);
        }
    }

    #[test]
    fn two_processes_that_note_at_the_same_moment_lose_nothing_of_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path()).unwrap();
        journal.begin("ada", AT).unwrap();
        let copies: Vec<_> = (0..20).map(|number| copy(&format!("/{number}"))).collect();
        journal.planned(&copies).unwrap();

        std::thread::scope(|scope| {
            for half in copies.chunks(10) {
                scope.spawn(|| {
                    let journal = Journal::open(dir.path()).unwrap();
                    half.iter().for_each(|copy| journal.record(&copy.id, Outcome::Updated).unwrap());
                });
            }
        });

        let pending = journal.pending().unwrap().unwrap();
        assert!(pending.copies.iter().all(|copy| copy.outcome == Some(Outcome::Updated)));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_person_may_read_it_and_a_link_left_in_its_way_is_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("latchkey");
        let elsewhere = dir.path().join("elsewhere");
        fs::write(&elsewhere, "mine").unwrap();
        let journal = Journal::open(&home).unwrap();
        symlink(&elsewhere, home.join(PART)).unwrap();

        journal.begin("ada", AT).unwrap();

        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&home), mode(&home.join(NAME))), (0o700, 0o600));
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
    }
}
