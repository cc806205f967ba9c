//! The journal as it stands in its file: version 2, with room for what later minor versions add.

use std::ops::Not;

use jiff::{SignedDuration, Timestamp};
use latchkey_api::place::{Copy, Outcome, PlaceKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How far the clocks of a directory and of the server may be apart (RFC 4120 §7.5.1 has the same for Kerberos).
const CLOCKS: SignedDuration = SignedDuration::from_mins(5);
/// No attempt lasts longer than this: what was noted as begun before is under way no more.
const AT_WORK: SignedDuration = SignedDuration::from_hours(1);

/// The version of the format; a higher one is nothing that this program may change.
pub(super) const VERSION: u64 = 2;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Book {
    version: u64,
    #[serde(default)]
    pub(super) changes: Vec<Change>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// The newest change of one account, and what is known of it here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) account: String,
    #[serde(default)]
    pub(super) changed_at: Option<Timestamp>,
    #[serde(default)]
    pub(super) uncertain: bool,
    #[serde(default)]
    pub(super) closed: bool,
    /// Nobody has changed it here: the directory says that it was changed.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub(super) elsewhere: bool,
    /// When the directory said last that it was changed, by its own clock; absent until it was asked after this change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seen: Option<Timestamp>,
    /// This workstation is known to the account, so the directory can be asked, whatever else is noted.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub(super) watched: bool,
    #[serde(default)]
    pub(super) copies: Vec<StoredCopy>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct StoredCopy {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) place: Kept<PlaceKind>,
    #[serde(default)]
    pub(super) outcome: Option<Kept<Outcome>>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A word, or what a newer version has written in its place, which stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Kept<T> {
    Known(T),
    Newer(Value),
}

impl<T: std::marker::Copy> Kept<T> {
    pub(super) fn known(&self) -> Option<T> {
        match self {
            Self::Known(word) => Some(*word),
            Self::Newer(_) => None,
        }
    }
}

impl Default for Book {
    fn default() -> Self {
        Self { version: VERSION, changes: Vec::new(), rest: Map::new() }
    }
}

impl Change {
    pub(super) fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            changed_at: None,
            uncertain: false,
            closed: false,
            elsewhere: false,
            seen: None,
            watched: false,
            copies: Vec::new(),
            rest: Map::new(),
        }
    }

    /// Whether it is of this account; people write their names as they like.
    pub(super) fn is_of(&self, account: &str) -> bool {
        self.account.trim().to_lowercase() == account.trim().to_lowercase()
    }

    /// Whether anything of it is still of use.
    pub(super) fn is_of_use(&self) -> bool {
        self.uncertain || self.changed_at.is_some() || self.seen.is_some() || self.watched
    }

    /// Makes it the change of this moment: what was left to do is left for it.
    pub(super) fn becomes(&mut self, changed_at: Timestamp) {
        self.changed_at = Some(changed_at);
        (self.uncertain, self.closed, self.elsewhere, self.seen) = (false, false, false, None);
        self.copies.retain(|copy| !copy.is_settled());
        self.copies.iter_mut().for_each(|copy| copy.outcome = None);
    }

    /// Takes what the directory says of when the password was changed; whether that was elsewhere, and is news.
    pub(super) fn hear(&mut self, said: Timestamp, now: Timestamp) -> bool {
        // A window of this workstation may be at it right now.
        if self.uncertain && now.duration_since(said) < AT_WORK {
            return false;
        }
        let is_news = match (self.seen, self.changed_at) {
            (Some(seen), _) => said > seen,
            (None, Some(own)) if said.duration_since(own) > CLOCKS => true,
            // A replica that does not know of the change yet.
            (None, Some(own)) if own.duration_since(said) > CLOCKS => return false,
            // The change that was made here, or the first time that anybody has asked.
            (None, Some(_) | None) => false,
        };
        if is_news {
            self.becomes(said);
            self.elsewhere = true;
        }
        self.seen = self.seen.max(Some(said));
        is_news
    }

    pub(super) fn is_pending(&self) -> bool {
        self.uncertain || (self.changed_at.is_some() && !self.closed)
    }
}

impl StoredCopy {
    pub(super) fn of(copy: &Copy) -> Self {
        let (id, label) = (copy.id.clone(), copy.label.clone());
        Self { id, label, place: Kept::Known(copy.place), outcome: None, rest: Map::new() }
    }

    pub(super) fn is_settled(&self) -> bool {
        self.outcome.as_ref().and_then(Kept::known).is_some_and(Outcome::is_settled)
    }
}

/// Version 1: one change, and outcomes of two words.
#[derive(Deserialize)]
pub(super) struct First {
    account: String,
    changed_at: Timestamp,
    copies: Vec<FirstCopy>,
    finished: bool,
}

#[derive(Deserialize)]
struct FirstCopy {
    id: String,
    label: String,
    place: Kept<PlaceKind>,
    outcome: Option<FirstOutcome>,
}

#[derive(Deserialize)]
struct FirstOutcome {
    outcome: String,
}

impl From<First> for Change {
    fn from(first: First) -> Self {
        let copies = first.copies.into_iter().map(|copy| {
            // What was not settled then is to be looked at again.
            let outcome = copy.outcome.and_then(|first| match first.outcome.as_str() {
                "updated" => Some(Kept::Known(Outcome::Updated)),
                "already_fine" => Some(Kept::Known(Outcome::AlreadyFine)),
                _ => None,
            });
            StoredCopy { id: copy.id, label: copy.label, place: copy.place, outcome, rest: Map::new() }
        });
        Self {
            changed_at: Some(first.changed_at),
            closed: first.finished,
            copies: copies.collect(),
            ..Self::new(&first.account)
        }
    }
}
