//! What the places of this workstation say: copies of the old password, and what became of them.

use super::{Effect, Flow, Secrets};
use crate::screen::{CopyOutcome, CopyView, MissingPlace, PlacesState};

impl Flow {
    pub(super) fn found(&mut self, mut copies: Vec<CopyView>, missing: Vec<MissingPlace>) -> Vec<Effect> {
        if !matches!(self.places.state, PlacesState::Looking | PlacesState::Refreshing) {
            return Vec::new();
        }
        // A second look, after an unlock, leaves alone what is settled.
        for copy in copies.iter_mut().filter(|copy| copy.outcome.is_none()) {
            let before =
                self.places.copies.iter().find(|before| before.id == copy.id).and_then(|before| before.outcome);
            copy.outcome = before.filter(|outcome| *outcome != CopyOutcome::Locked);
        }
        self.places.copies = copies;
        self.places.missing = missing;
        // Copies that provably held the old password need no question.
        let certain: Vec<String> = self
            .places
            .copies
            .iter()
            .filter(|copy| copy.outcome.is_none() && held_old(copy))
            .map(|copy| copy.id.clone())
            .collect();
        if certain.is_empty() {
            return self.ask_or_finish();
        }
        self.refresh_these(certain, false)
    }

    fn refresh_these(&mut self, ids: Vec<String>, ticked: bool) -> Vec<Effect> {
        let Some((new, _)) = &self.secrets.new else { return self.finish() };
        self.places.state = PlacesState::Refreshing;
        vec![Effect::RefreshCopies { ids, ticked, new: new.clone() }]
    }

    pub(super) fn refresh(&mut self, ids: Vec<String>) -> Vec<Effect> {
        if self.places.state != PlacesState::Asking {
            return Vec::new();
        }
        for copy in &mut self.places.copies {
            if copy.outcome.is_none() && !ids.contains(&copy.id) {
                copy.outcome = Some(CopyOutcome::LeftAlone);
            }
        }
        if ids.is_empty() { self.finish() } else { self.refresh_these(ids, true) }
    }

    pub(super) fn refreshed(&mut self, outcomes: &[(String, CopyOutcome)]) -> Vec<Effect> {
        if self.places.state != PlacesState::Refreshing {
            return Vec::new();
        }
        for copy in &mut self.places.copies {
            if let Some((_, outcome)) = outcomes.iter().find(|(id, _)| *id == copy.id) {
                copy.outcome = Some(*outcome);
            }
        }
        self.ask_or_finish()
    }

    fn ask_or_finish(&mut self) -> Vec<Effect> {
        if self.places.copies.iter().any(|copy| copy.outcome.is_none()) {
            self.places.state = PlacesState::Asking;
            return Vec::new();
        }
        self.finish()
    }

    fn finish(&mut self) -> Vec<Effect> {
        self.places.state = PlacesState::Finished;
        let locked = self.places.copies.iter().any(|copy| copy.outcome == Some(CopyOutcome::Locked));
        if !locked && !self.places.missing.iter().any(|missing| missing.locked) {
            self.secrets = Secrets::default();
            return vec![Effect::FinishJournal];
        }
        Vec::new()
    }
}

fn held_old(copy: &CopyView) -> bool {
    copy.held_old == latchkey_credstore::HeldOld::Yes
}
