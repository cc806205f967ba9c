//! The saved copies of this workstation, as the flow speaks of them: the places look after them, the journal remembers
//! what is left to do.
//!
//! Every call blocks, so it is made on a thread that may. Where the journal cannot be written, the copies are looked
//! after all the same.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_credstore::{ChangeKey, Journal, JournalError};
use latchkey_flow::{Change, Pending};
use secrecy::SecretString;

use crate::places::{self, HERE, Places, Selected};
use crate::settings::Settings;

/// The places of the person on this workstation, and the journal of what is left to do.
#[derive(Debug, Clone)]
pub struct Copies {
    places: Option<Arc<Places>>,
    journal: Option<Arc<Journal>>,
    /// Where they are known, a change is noted under the one name of its account (H6).
    settings: Option<Settings>,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Looking {
    /// The change that the copies are looked for after.
    pub change: Change,
    /// Every name under which the person signs in.
    pub accounts: Vec<String>,
    /// The old password, where it is known.
    pub old: Option<SecretString>,
    /// The new password.
    pub new: SecretString,
}

/// What a look has found.
#[derive(Debug, Clone)]
pub struct Found {
    pub copies: Vec<Copy>,
    pub places: Vec<PlaceState>,
}

impl Copies {
    /// Opens the journal in its folder. Without places or a journal the windows work all the same.
    #[must_use]
    pub fn open(places: Option<Arc<Places>>, state: PathBuf, settings: Option<Settings>) -> Self {
        let journal = Journal::open(state).inspect_err(|error| tracing::warn!(%error, "no journal")).ok();
        Self { places, journal: journal.map(Arc::new), settings }
    }

    /// The last change that is not finished on this workstation, if there is one. One that is not known to have happened
    /// is none: the next sign-in shows which password is right.
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        let pending = self.journal.as_ref()?.pending().ok()?;
        let certain = pending.into_iter().filter_map(|pending| pending.key());
        let ChangeKey { account, changed_at } = certain.max_by_key(|key| key.changed_at)?;
        Some(Pending { account, changed_at })
    }

    /// The last change of this account that is not finished on this workstation, if there is one.
    #[must_use]
    pub fn pending_of(&self, account: &str) -> Option<Change> {
        let name = self.name(account);
        let pending = self.journal.as_ref()?.pending().ok()?;
        let of_account = pending.into_iter().filter_map(|pending| pending.key()).filter(|key| key.account == name);
        let changed_at = of_account.map(|key| key.changed_at).max()?;
        Some(Change { account: account.to_owned(), changed_at })
    }

    /// Notes that a write is about to go out; called before it does (H5).
    pub fn note_write(&self, account: &str) {
        self.note(|journal| journal.note_write(&self.name(account)));
    }

    /// Takes the note of a write back that has changed nothing.
    pub fn drop_write(&self, account: &str) {
        self.note(|journal| journal.drop_write(&self.name(account)));
    }

    /// The accounts of which anything was noted here.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        self.journal.as_ref().and_then(|journal| journal.accounts().ok()).unwrap_or_default()
    }

    /// Notes an account that knows this workstation: when its password was changed can be asked from now on.
    pub fn watch(&self, account: &str) {
        self.note(|journal| journal.watch(&self.name(account)));
    }

    /// Notes when an account's password was changed last, as its directory says. Where that was elsewhere, and is news,
    /// it is open from now on.
    pub fn heard(&self, account: &str, changed_at: Timestamp, now: Timestamp) {
        self.note(|journal| {
            if journal.heard(&self.name(account), changed_at, now)?.is_some() {
                tracing::info!("the password was changed elsewhere");
            }
            Ok(())
        });
    }

    /// Looks again after each change that is open, without any password, and adds what was found since to what is to be
    /// done; nothing is changed. Of a change that was made elsewhere nothing is left to do where nothing is saved.
    pub fn look_again(&self) {
        let open = self.journal.as_ref().and_then(|journal| journal.pending().ok()).unwrap_or_default();
        for pending in open {
            let Some(key) = pending.key() else { continue };
            let names = |settings: &Settings| settings.names_of(&key.account);
            let accounts = self.settings.as_ref().map(names).unwrap_or_default();
            // A keyring that the old password opens is of interest where nobody has given both passwords yet.
            let looking = places::Looking { accounts, old: None, new: None, reset: pending.elsewhere };
            let Found { mut copies, places } = self.look(&looking);
            // Tokens and keys under the person's name need nobody, until somebody wants to see them.
            copies.retain(|copy| copy.standing != Standing::NoPassword);
            let all_seen = places.iter().all(|place| !place.locked && place.error.is_none());
            let nothing_is_saved = copies.is_empty() && pending.copies.is_empty() && all_seen;
            self.note(|journal| {
                journal.planned(&key, &copies)?;
                if pending.elsewhere && nothing_is_saved { journal.close(&key) } else { Ok(()) }
            });
        }
    }

    /// Makes the note of a change certain, then looks into every place without opening a prompt.
    #[must_use]
    pub fn find(&self, looking: &Looking) -> Found {
        self.note(|journal| journal.begin(&self.key(&looking.change)));
        let found = self.look(&there(looking));
        self.note_found(looking, &found);
        found
    }

    /// Asks the person to unlock these places, and looks into all of them again.
    #[must_use]
    pub fn unlock(&self, looking: &Looking, kinds: &[PlaceKind]) -> Found {
        let there = there(looking);
        let mut found = self.look(&there);
        let Some(places) = &self.places else { return found };
        for kind in kinds {
            match places.unlock(*kind, &there) {
                Ok((copies, states)) => {
                    // What was unlocked is seen by this look alone: some stores lock again when it ends.
                    found.copies.retain(|copy| copy.place != *kind);
                    found.places.retain(|state| state.place != *kind);
                    found.copies.extend(copies);
                    found.places.extend(states);
                }
                Err(error) => tracing::info!(?error, "a place was not unlocked"),
            }
        }
        self.note_found(looking, &found);
        found
    }

    /// Notes what is to be done, and that nothing is for what holds the new password already.
    fn note_found(&self, looking: &Looking, found: &Found) {
        let key = self.key(&looking.change);
        self.note(|journal| {
            journal.planned(&key, &found.copies)?;
            let mut fine = found.copies.iter().filter(|copy| copy.standing == Standing::Fine);
            fine.try_for_each(|copy| journal.record(&key, &copy.id, Outcome::AlreadyFine))
        });
    }

    /// Refreshes these copies, each as far as the rule allows, and tells of every one when it is done.
    pub fn refresh(
        &self,
        looking: &Looking,
        ids: Vec<String>,
        ticked: bool,
        new: &SecretString,
        mut each: impl FnMut(String, Outcome),
    ) {
        let selected: Vec<Selected> = ids.into_iter().map(|id| Selected { id, ticked }).collect();
        let mut done = |id: &str, outcome| {
            self.note(|journal| journal.record(&self.key(&looking.change), id, outcome));
            each(id.to_owned(), outcome);
        };
        match &self.places {
            Some(places) => places.refresh(&selected, &there(looking), new, done),
            None => selected.iter().for_each(|selected| done(&selected.id, Outcome::Unreachable)),
        }
    }

    /// Puts a copy back as it was before it was ticked, as long as that is kept.
    #[must_use]
    pub fn put_back(&self, change: &Change, id: &str) -> Outcome {
        let outcome = self.places.as_ref().and_then(|places| places.put_back(id)).unwrap_or(Outcome::Refused);
        self.note(|journal| journal.record(&self.key(change), id, outcome));
        outcome
    }

    /// Forgets what copies held before.
    pub fn forget_put_back(&self) {
        if let Some(places) = &self.places {
            places.forget_kept();
        }
    }

    /// Notes that nothing of this change is left to do here: what is not settled was left on purpose.
    pub fn close_journal(&self, change: &Change) {
        let key = self.key(change);
        self.note(|journal| {
            let open = journal.pending()?.into_iter().find(|pending| pending.key().as_ref() == Some(&key));
            for copy in
                open.iter().flat_map(|open| &open.copies).filter(|copy| !copy.outcome.is_some_and(Outcome::is_settled))
            {
                journal.record(&key, &copy.id, Outcome::LeftAlone)?;
            }
            journal.close(&key)
        });
    }

    fn look(&self, looking: &places::Looking) -> Found {
        let Some(places) = &self.places else {
            let state = PlaceState { place: HERE, name: None, locked: false, error: Some(PlaceError::Broken) };
            return Found { copies: Vec::new(), places: vec![state] };
        };
        let (copies, places) = places.find(looking);
        Found { copies, places }
    }

    fn key(&self, change: &Change) -> ChangeKey {
        ChangeKey { account: self.name(&change.account), changed_at: change.changed_at }
    }

    fn name(&self, account: &str) -> String {
        self.settings.as_ref().map_or_else(|| account.to_owned(), |settings| settings.name_at_campus(account))
    }

    fn note(&self, note: impl FnOnce(&Journal) -> Result<(), JournalError>) {
        let noted = self.journal.as_ref().map_or(Ok(()), |journal| note(journal));
        if let Err(error) = noted {
            tracing::warn!(%error, "the journal was not written");
        }
    }
}

fn there(looking: &Looking) -> places::Looking {
    let Looking { accounts, old, new, .. } = looking;
    places::Looking { accounts: accounts.clone(), old: old.clone(), new: Some(new.clone()), reset: old.is_none() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(account: &str, second: i64) -> Change {
        let changed_at = Timestamp::from_second(1_800_000_000 + second).expect("a time");
        Change { account: account.into(), changed_at }
    }

    #[test]
    fn a_later_change_takes_the_place_of_an_earlier_one_however_the_account_is_typed() {
        // H6
        let folder = tempfile::tempdir().expect("tempdir");
        let policy = folder.path().join("policy.toml");
        std::fs::write(&policy, "server = 'https://sspr.example.edu'\ndomains = ['example.edu']").expect("writes");
        let settings = Settings::read(&policy).expect("reads");
        let copies = Copies::open(None, folder.path().join("state"), Some(settings));
        for (second, typed) in
            (0..).zip(["ada", "Ada@example.edu", "EXAMPLE\\ada", "example/ADA", "ada@example.edu.", "\u{feff}ada"])
        {
            copies.note_write(typed);
            let looking = Looking { change: change(typed, second), accounts: Vec::new(), old: None, new: "new".into() };
            drop(copies.find(&looking));
            let open = copies.journal.as_ref().expect("a journal").pending().expect("reads");
            let accounts: Vec<_> = open.iter().map(|pending| (pending.account.as_str(), pending.changed_at)).collect();
            assert_eq!(accounts, [("ada", Some(looking.change.changed_at))], "{typed}");
        }
    }

    #[test]
    fn what_failed_and_is_left_for_good_closes_the_journal() {
        // H3
        let folder = tempfile::tempdir().expect("tempdir");
        let copies = Copies::open(None, folder.path().join("state"), None);
        let looking =
            Looking { change: change("ada", 0), accounts: Vec::new(), old: None, new: SecretString::from("new") };
        drop(copies.find(&looking));
        let copy = |id: &str, standing| Copy {
            id: id.to_owned(),
            place: HERE,
            label: id.to_owned(),
            user: None,
            target: None,
            standing,
        };
        let found =
            vec![copy("failed", Standing::Proven), copy("login", Standing::OldOpens), copy("fine", Standing::Fine)];
        copies.note_found(&looking, &Found { copies: found, places: Vec::new() });
        copies.refresh(&looking, vec!["failed".to_owned()], false, &looking.new, |_, _| {});
        let outcomes = || -> Vec<_> {
            let open = copies.journal.as_ref().expect("a journal").pending().expect("reads");
            open.into_iter().flat_map(|pending| pending.copies).map(|copy| copy.outcome).collect()
        };
        assert_eq!(outcomes(), [Some(Outcome::Unreachable), None, Some(Outcome::AlreadyFine)]);
        assert!(copies.pending().is_some());
        copies.close_journal(&looking.change);
        assert!(copies.pending().is_none(), "{:?}", outcomes());
    }
}
