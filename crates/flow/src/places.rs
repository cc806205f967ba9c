//! The copies of the password on this workstation: what was found, what is done, what became of each.
//!
//! A machine of its own: it begins when the directory certainly has the new password, and needs no attempt after that,
//! so it goes on when the attempt has ended. It forgets the passwords when nothing is left for them to do, and at the
//! latest after [`KEPT`].

use std::time::Duration;

use latchkey_api::place::{Copy, Outcome, PlaceState, Standing};
use secrecy::SecretString;

use crate::screen::{PlacesState, PlacesView, RowView};
use crate::{Change, Effect, Timer};

/// How long the new password is kept after the change at the most, and a ticked copy can be put back.
pub(crate) const KEPT: Duration = Duration::from_secs(10 * 60);

/// The copies of one change.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub struct Places {
    change: Change,
    rows: Vec<Row>,
    missing: Vec<PlaceState>,
    stage: Stage,
    passwords: Passwords,
    /// The person has been told beside the window that something is left to do.
    told: bool,
    /// The person wants nothing more to be done on this workstation, and no reminder.
    left_for_good: bool,
}

#[derive(Debug, Clone)]
struct Row {
    copy: Copy,
    outcome: Option<Outcome>,
    /// The person has ticked it.
    ticked: bool,
    /// The person had it changed and can have it as it was.
    may_put_back: bool,
}

/// What is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Looking,
    /// Copies that provably held the old password, or that the person ticked.
    Refreshing {
        ids: Vec<String>,
        ticked: bool,
    },
    PuttingBack {
        id: String,
    },
    /// Nothing is under way: rows may wait for the person.
    Waiting,
    /// The person has left what there is for later.
    Left,
}

/// The passwords that a refresh needs.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
enum Passwords {
    Kept { old: Option<SecretString>, new: SecretString },
    Forgotten,
}

impl Places {
    /// Begins to look for copies.
    pub fn look(change: Change, old: Option<SecretString>, new: SecretString) -> (Self, Vec<Effect>) {
        let effects = vec![
            Effect::FindCopies { change: change.clone(), old: old.clone(), new: new.clone() },
            Effect::WakeIn { timer: Timer::Password, after: KEPT },
        ];
        let places = Self {
            change,
            rows: Vec::new(),
            missing: Vec::new(),
            stage: Stage::Looking,
            passwords: Passwords::Kept { old, new },
            told: false,
            left_for_good: false,
        };
        (places, effects)
    }

    /// Takes what a look has found. A second look, after an unlock, leaves alone what has been dealt with.
    pub fn found(&mut self, copies: Vec<Copy>, places: Vec<PlaceState>) -> Vec<Effect> {
        if self.stage != Stage::Looking {
            return Vec::new();
        }
        let before = std::mem::take(&mut self.rows);
        let row = |copy: Copy| {
            let known = before.iter().find(|row| row.copy.id == copy.id);
            let dealt_with = known.and_then(|row| row.outcome).filter(|outcome| *outcome != Outcome::NeedsUnlock);
            let outcome = dealt_with.or(at_first(copy.standing));
            Row {
                copy,
                outcome,
                ticked: known.is_some_and(|row| row.ticked),
                may_put_back: known.is_some_and(|row| row.may_put_back),
            }
        };
        self.rows = copies.into_iter().map(row).collect();
        // What still opens with the old password concerns the person most.
        self.rows.sort_by_key(|row| row.copy.standing != Standing::OldOpens);
        self.missing = places.into_iter().filter(|place| place.locked || place.error.is_some()).collect();
        let proven = |row: &&Row| row.outcome.is_none() && row.copy.standing == Standing::Proven;
        let proven: Vec<String> = self.rows.iter().filter(proven).map(|row| row.copy.id.clone()).collect();
        if proven.is_empty() { self.rest() } else { self.change_these(proven, false) }
    }

    /// Changes the copies that the person ticked; what was shown beside them was left on purpose.
    pub fn refresh(&mut self, ids: &[String]) -> Vec<Effect> {
        let waits = |row: &Row| may_tick(row) && ids.contains(&row.copy.id);
        let ticked: Vec<String> = self.rows.iter().filter(|row| waits(row)).map(|row| row.copy.id.clone()).collect();
        if self.stage != Stage::Waiting || ticked.is_empty() || !self.keeps_passwords() {
            return Vec::new();
        }
        for row in self.rows.iter_mut().filter(|row| may_tick(row) && !ticked.contains(&row.copy.id)) {
            row.outcome = Some(Outcome::LeftAlone);
        }
        for row in self.rows.iter_mut().filter(|row| ticked.contains(&row.copy.id)) {
            row.ticked = true;
        }
        self.change_these(ticked, true)
    }

    /// Tries one copy once more, as it was tried before.
    pub(crate) fn retry(&mut self, id: &str) -> Vec<Effect> {
        if self.stage != Stage::Waiting || !self.keeps_passwords() {
            return Vec::new();
        }
        let Some(row) = self.rows.iter_mut().find(|row| row.copy.id == id && may_retry(row)) else { return Vec::new() };
        row.outcome = None;
        let ticked = row.ticked;
        self.change_these(vec![id.to_owned()], ticked)
    }

    fn change_these(&mut self, ids: Vec<String>, ticked: bool) -> Vec<Effect> {
        let Passwords::Kept { old, new } = &self.passwords else { return self.rest() };
        let effect = Effect::RefreshCopies {
            change: self.change.clone(),
            ids: ids.clone(),
            ticked,
            old: old.clone(),
            new: new.clone(),
        };
        self.stage = Stage::Refreshing { ids, ticked };
        vec![effect]
    }

    /// Notes how one copy ended; the others go on.
    pub fn refreshed(&mut self, id: &str, outcome: Outcome) -> Vec<Effect> {
        let ticked = match &self.stage {
            Stage::Refreshing { ids, ticked } if ids.iter().any(|at_work| at_work == id) => *ticked,
            Stage::PuttingBack { id: at_work } if at_work == id => false,
            Stage::Looking | Stage::Refreshing { .. } | Stage::PuttingBack { .. } | Stage::Waiting | Stage::Left => {
                return Vec::new();
            }
        };
        for row in self.rows.iter_mut().filter(|row| row.copy.id == id) {
            row.outcome = Some(outcome);
            row.may_put_back = ticked && outcome == Outcome::Updated;
        }
        Vec::new()
    }

    /// Ends a refresh: a copy of which nothing was said may or may not have been written.
    pub fn ended(&mut self) -> Vec<Effect> {
        let (ids, ticked) = match std::mem::replace(&mut self.stage, Stage::Waiting) {
            Stage::Refreshing { ids, ticked } => (ids, ticked),
            Stage::PuttingBack { .. } => (Vec::new(), false),
            other @ (Stage::Looking | Stage::Waiting | Stage::Left) => {
                self.stage = other;
                return Vec::new();
            }
        };
        for row in self.rows.iter_mut().filter(|row| ids.contains(&row.copy.id) && row.outcome.is_none()) {
            row.outcome = Some(Outcome::Unknown);
        }
        let mut effects = self.rest();
        if ticked && self.rows.iter().any(|row| row.may_put_back) {
            effects.push(Effect::WakeIn { timer: Timer::PutBack, after: KEPT });
        }
        effects
    }

    /// Puts back what the person had changed, while that is possible.
    pub(crate) fn put_back(&mut self, id: &str) -> Vec<Effect> {
        let possible = self.rows.iter().any(|row| row.copy.id == id && row.may_put_back);
        if !possible || self.is_at_work() {
            return Vec::new();
        }
        self.stage = Stage::PuttingBack { id: id.to_owned() };
        vec![Effect::PutBack { change: self.change.clone(), id: id.to_owned() }]
    }

    /// Leaves everything that waits for a tick as it is, on purpose; what failed stays open.
    pub fn leave_alone(&mut self) -> Vec<Effect> {
        if self.stage != Stage::Waiting {
            return Vec::new();
        }
        for row in self.rows.iter_mut().filter(|row| may_tick(row)) {
            row.outcome = Some(Outcome::LeftAlone);
        }
        self.rest()
    }

    /// Leaves what is not updated for later: the journal has it.
    pub(crate) fn leave(&mut self) -> Vec<Effect> {
        if self.stage == Stage::Waiting {
            self.passwords = Passwords::Forgotten;
            self.stage = Stage::Left;
        }
        Vec::new()
    }

    /// Leaves what is not updated as it is, on purpose and for good: nobody is reminded of it.
    pub(crate) fn leave_for_good(&mut self) -> Vec<Effect> {
        if self.is_at_work() || self.is_settled() {
            return Vec::new();
        }
        let settled = |row: &Row| row.outcome.is_some_and(Outcome::is_settled);
        for row in self.rows.iter_mut().filter(|row| !settled(row)) {
            row.outcome = Some(Outcome::LeftAlone);
        }
        self.left_for_good = true;
        self.passwords = Passwords::Forgotten;
        self.stage = Stage::Left;
        vec![Effect::CloseJournal { change: self.change.clone() }]
    }

    /// Asks the person to unlock what is locked, then looks again.
    pub fn unlock(&mut self) -> Vec<Effect> {
        let Passwords::Kept { old, new } = &self.passwords else { return Vec::new() };
        let (old, new) = (old.clone(), new.clone());
        if !self.may_unlock() {
            return Vec::new();
        }
        let mut places: Vec<_> = self.missing.iter().filter(|place| place.locked).map(|place| place.place).collect();
        let locked = self.rows.iter().filter(|row| row.outcome == Some(Outcome::NeedsUnlock));
        for row in locked {
            if !places.contains(&row.copy.place) {
                places.push(row.copy.place);
            }
        }
        self.stage = Stage::Looking;
        vec![Effect::Unlock { change: self.change.clone(), places, old, new }]
    }

    /// Forgets the passwords because their time is over; what is left can be finished later.
    pub(crate) fn forget_passwords(&mut self) -> Vec<Effect> {
        self.passwords = Passwords::Forgotten;
        Vec::new()
    }

    /// Ends the time in which a copy can be put back.
    pub(crate) fn forget_put_back(&mut self) -> Vec<Effect> {
        if !self.rows.iter().any(|row| row.may_put_back) {
            return Vec::new();
        }
        for row in &mut self.rows {
            row.may_put_back = false;
        }
        vec![Effect::ForgetPutBack]
    }

    /// Nothing is under way any more: keeps the passwords only where the person can still have something done.
    fn rest(&mut self) -> Vec<Effect> {
        self.stage = Stage::Waiting;
        if !self.rows.iter().any(|row| may_tick(row) || may_retry(row)) && !self.is_locked() {
            self.passwords = Passwords::Forgotten;
        }
        if self.is_settled() {
            return vec![Effect::CloseJournal { change: self.change.clone() }];
        }
        if std::mem::replace(&mut self.told, true) { Vec::new() } else { vec![Effect::Notify("notification-changed")] }
    }

    /// Whether nothing is left to do on this workstation, now or later.
    fn is_settled(&self) -> bool {
        (self.missing.is_empty() || self.left_for_good)
            && self.rows.iter().all(|row| row.outcome.is_some_and(Outcome::is_settled))
    }

    fn is_locked(&self) -> bool {
        self.missing.iter().any(|place| place.locked)
            || self.rows.iter().any(|row| row.outcome == Some(Outcome::NeedsUnlock))
    }

    fn may_unlock(&self) -> bool {
        self.stage == Stage::Waiting && self.keeps_passwords() && self.is_locked()
    }

    const fn keeps_passwords(&self) -> bool {
        matches!(self.passwords, Passwords::Kept { .. })
    }

    pub(crate) const fn is_at_work(&self) -> bool {
        match &self.stage {
            Stage::Looking | Stage::Refreshing { .. } | Stage::PuttingBack { .. } => true,
            Stage::Waiting | Stage::Left => false,
        }
    }

    /// Whether the person is asked for something that ends when this ends.
    pub(crate) fn asks(&self) -> bool {
        self.stage == Stage::Waiting && self.keeps_passwords() && (self.rows.iter().any(may_tick) || self.is_locked())
    }

    /// What there is to draw, or to say.
    #[must_use]
    pub fn view(&self) -> PlacesView {
        let asks = self.stage == Stage::Waiting && self.keeps_passwords() && self.rows.iter().any(may_tick);
        let row = |row: &Row| RowView {
            copy: row.copy.clone(),
            outcome: row.outcome,
            may_tick: asks && may_tick(row),
            at_work: match &self.stage {
                Stage::Refreshing { ids, .. } => row.outcome.is_none_or(needs_person) && ids.contains(&row.copy.id),
                Stage::PuttingBack { id } => row.copy.id == *id,
                Stage::Looking | Stage::Waiting | Stage::Left => false,
            },
            may_put_back: row.may_put_back && !self.is_at_work(),
            may_retry: self.stage == Stage::Waiting && self.keeps_passwords() && may_retry(row),
        };
        PlacesView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            changed_at: Some(self.change.changed_at.to_string()),
            state: match &self.stage {
                Stage::Looking => PlacesState::Looking,
                Stage::Refreshing { .. } | Stage::PuttingBack { .. } => PlacesState::Refreshing,
                Stage::Waiting if asks => PlacesState::Asking,
                Stage::Waiting | Stage::Left => PlacesState::Finished,
            },
            rows: self.rows.iter().map(row).collect(),
            missing: self.missing.clone(),
            may_unlock: self.may_unlock(),
            left: !self.is_at_work() && !self.is_settled(),
        }
    }
}

/// What is known of a copy before anybody has touched it.
const fn at_first(standing: Standing) -> Option<Outcome> {
    match standing {
        Standing::Fine => Some(Outcome::AlreadyFine),
        Standing::Locked => Some(Outcome::NeedsUnlock),
        Standing::OldOpens => Some(Outcome::OldOpens),
        Standing::Proven | Standing::Choice | Standing::NoPassword => None,
    }
}

/// Whether a tick of the person has the copy changed.
fn may_tick(row: &Row) -> bool {
    match row.outcome {
        None => true,
        Some(outcome) => needs_person(outcome),
    }
}

/// Whether the person can make a copy's refresh possible by asking for it.
const fn needs_person(outcome: Outcome) -> bool {
    match outcome {
        Outcome::NeedsTick | Outcome::NeedsAnswer => true,
        Outcome::Updated
        | Outcome::Renewed
        | Outcome::Unverified
        | Outcome::AlreadyFine
        | Outcome::LeftAlone
        | Outcome::PutBack
        | Outcome::Gone
        | Outcome::NeedsUnlock
        | Outcome::OldOpens
        | Outcome::NotYet
        | Outcome::Unreachable
        | Outcome::Unknown
        | Outcome::Refused
        | Outcome::NotKept
        | Outcome::NotYours => false,
    }
}

/// Whether the same once more may come to something else.
fn may_retry(row: &Row) -> bool {
    match row.outcome {
        Some(Outcome::NotYet | Outcome::Unreachable | Outcome::Unknown | Outcome::Refused | Outcome::NotKept) => true,
        Some(
            Outcome::Updated
            | Outcome::Renewed
            | Outcome::Unverified
            | Outcome::AlreadyFine
            | Outcome::LeftAlone
            | Outcome::PutBack
            | Outcome::Gone
            | Outcome::NeedsUnlock
            | Outcome::NeedsTick
            | Outcome::NeedsAnswer
            | Outcome::OldOpens
            | Outcome::NotYours,
        )
        | None => false,
    }
}

/// What the page sees where no password was changed.
pub(crate) fn no_places() -> PlacesView {
    PlacesView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        changed_at: None,
        state: PlacesState::None,
        rows: Vec::new(),
        missing: Vec::new(),
        may_unlock: false,
        left: false,
    }
}
