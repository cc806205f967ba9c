//! The places of this workstation, as the flow speaks of them: finds copies, refreshes them, keeps the journal.
//!
//! Every call blocks, so it is made on a thread that may.

use std::path::PathBuf;
use std::sync::Arc;

use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_credstore::{self as credstore, CopyId, FailureReason, Journal, Keyring, Need, Selected};
use latchkey_flow::{Change, Pending};
use secrecy::SecretString;

/// The keyring of the person, and the journal of what is left to do.
#[derive(Debug, Clone)]
pub struct Places {
    keyring: Option<Keyring>,
    journal: Option<Arc<Journal>>,
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
}

/// What a look has found.
#[derive(Debug, Clone)]
pub struct Found {
    pub copies: Vec<Copy>,
    pub places: Vec<PlaceState>,
}

impl Places {
    /// Opens the journal in its folder. Without a keyring or a journal the windows work all the same.
    #[must_use]
    pub fn open(keyring: Option<Keyring>, state: PathBuf) -> Self {
        let journal = Journal::open(state).inspect_err(|error| tracing::warn!(%error, "no journal")).ok().map(Arc::new);
        Self { keyring, journal }
    }

    /// The change that is not finished on this workstation, if there is one.
    #[must_use]
    pub fn pending(&self) -> Option<Pending> {
        let pending = self.journal.as_ref()?.pending().ok().flatten()?;
        Some(Pending { account: pending.account, changed_at: pending.changed_at })
    }

    /// Notes that a write is about to go out; called before it does. The journal of today has no place for it yet.
    pub fn note_write(&self, _account: &str) {}

    /// Takes the note of a write back. The journal of today has no place for it yet.
    pub fn drop_write(&self, _account: &str) {}

    /// Makes the note of a change certain, then looks into every place without opening a prompt.
    #[must_use]
    pub fn find(&self, looking: &Looking) -> Found {
        let Change { account, changed_at } = &looking.change;
        let known = self.pending().is_some_and(|pending| pending.account == *account);
        if !known && let Some(journal) = &self.journal {
            written(journal.begin(account, *changed_at));
        }
        self.look(looking)
    }

    /// Asks the person to unlock these places, then looks again.
    #[must_use]
    pub fn unlock(&self, looking: &Looking, places: &[PlaceKind]) -> Found {
        for place in places.iter().filter_map(|place| kind_there(*place)) {
            if let Some(Err(error)) = self.keyring.as_ref().map(|keyring| keyring.unlock(place)) {
                tracing::info!(%error, "the keyring was not unlocked");
            }
        }
        self.look(looking)
    }

    fn look(&self, looking: &Looking) -> Found {
        let plan = self.keyring.as_ref().and_then(|keyring| keyring.plan(there(looking)).ok());
        let Some(plan) = plan else {
            let state = PlaceState { place: HERE, name: None, locked: false, error: Some(PlaceError::Unreachable) };
            return Found { copies: Vec::new(), places: vec![state] };
        };
        if let Some(journal) = &self.journal {
            written(journal.planned(&plan.copies));
        }
        Found {
            copies: plan.copies.into_iter().map(copy).collect(),
            places: plan.places.into_iter().map(state).collect(),
        }
    }

    /// Changes these copies, each as far as the rule allows, and tells of every one when it is done.
    pub fn refresh(
        &self,
        looking: &Looking,
        ids: Vec<String>,
        ticked: bool,
        new: SecretString,
        mut each: impl FnMut(String, Outcome),
    ) {
        let Some(keyring) = &self.keyring else { return };
        let selected = ids.into_iter().map(|id| Selected { id: CopyId::from(id), ticked }).collect();
        keyring.refresh(selected, there(looking), new, |done| {
            if let Some(journal) = &self.journal {
                written(journal.record(&done.id, done.outcome));
            }
            each(done.id.as_str().to_owned(), outcome(done.outcome));
        });
    }

    /// Puts a copy back as it was before it was ticked. No snapshot is kept yet, so that it is refused.
    #[must_use]
    pub fn put_back(&self, _change: &Change, _id: &str) -> Outcome {
        Outcome::Refused
    }

    /// Forgets what copies held before.
    pub fn forget_put_back(&self) {}

    /// Notes that nothing of this change is left to do here.
    pub fn close_journal(&self, _change: &Change) {
        if let Some(journal) = &self.journal {
            written(journal.finish());
        }
    }

    /// The token by which the server knows this workstation, where one is kept and can be read without a prompt.
    #[must_use]
    pub fn device_token(&self) -> Option<SecretString> {
        None
    }

    /// Keeps the token by which the server knows this workstation from now on.
    pub fn keep_device_token(&self, _token: SecretString) {}
}

/// The kind of place that this system has.
const HERE: PlaceKind = if cfg!(windows) {
    PlaceKind::CredentialManager
} else if cfg!(target_os = "macos") {
    PlaceKind::Keychain
} else {
    PlaceKind::SecretService
};

fn written(noted: Result<(), credstore::JournalError>) {
    if let Err(error) = noted {
        tracing::warn!(%error, "the journal cannot be written");
    }
}

fn there(looking: &Looking) -> credstore::Looking {
    credstore::Looking { accounts: looking.accounts.clone(), old: looking.old.clone() }
}

const fn kind_there(place: PlaceKind) -> Option<credstore::PlaceKind> {
    match place {
        PlaceKind::SecretService => Some(credstore::PlaceKind::SecretService),
        PlaceKind::CredentialManager => Some(credstore::PlaceKind::CredentialManager),
        PlaceKind::Keychain => Some(credstore::PlaceKind::Keychain),
        PlaceKind::LoginKeyring => None,
    }
}

const fn kind(place: credstore::PlaceKind) -> PlaceKind {
    match place {
        credstore::PlaceKind::SecretService => PlaceKind::SecretService,
        credstore::PlaceKind::CredentialManager => PlaceKind::CredentialManager,
        credstore::PlaceKind::Keychain => PlaceKind::Keychain,
    }
}

fn state(state: credstore::PlaceState) -> PlaceState {
    let error = state.error.and_then(|error| match error {
        credstore::PlaceError::Unreachable => Some(PlaceError::Unreachable),
        credstore::PlaceError::TimedOut => Some(PlaceError::TimedOut),
        credstore::PlaceError::Refused => Some(PlaceError::Refused),
        credstore::PlaceError::Declined => Some(PlaceError::Declined),
        credstore::PlaceError::Locked | credstore::PlaceError::Gone => None,
    });
    PlaceState { place: kind(state.place), name: None, locked: state.locked, error }
}

fn copy(copy: credstore::Copy) -> Copy {
    let standing = match copy.need() {
        None => Standing::Proven,
        Some(Need::Locked | Need::Declined) => Standing::Locked,
        Some(Need::Tick) => Standing::Choice,
    };
    let id = copy.id.to_string();
    Copy { id, place: kind(copy.place), label: copy.label, user: copy.user, target: copy.target, standing }
}

const fn outcome(outcome: credstore::Outcome) -> Outcome {
    use credstore::Outcome as There;
    match outcome {
        There::Updated => Outcome::Updated,
        There::AlreadyFine => Outcome::AlreadyFine,
        There::NeedsYou(Need::Locked) => Outcome::NeedsUnlock,
        There::NeedsYou(Need::Declined) => Outcome::NeedsAnswer,
        There::NeedsYou(Need::Tick) => Outcome::NeedsTick,
        There::Failed(FailureReason::Gone) => Outcome::Gone,
        There::Failed(FailureReason::NotKept) => Outcome::NotKept,
        There::Failed(FailureReason::NotYours) => Outcome::NotYours,
        There::Failed(FailureReason::Unreachable) => Outcome::Unreachable,
        There::Failed(FailureReason::TimedOut) => Outcome::Unknown,
        There::Failed(FailureReason::Refused) => Outcome::Refused,
    }
}
