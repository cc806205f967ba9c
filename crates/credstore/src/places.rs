//! The round over all places: plan, refresh, report.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::copy::{Copy, CopyId, Looking, PlaceKind};
use crate::place::{Change, FailureReason, Outcome, Place, PlaceError};

/// Every place of this workstation, asked one after the other.
pub struct Places {
    places: Vec<Box<dyn Place>>,
}

/// What would be changed, and which places could not be looked into.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub copies: Vec<Copy>,
    pub places: Vec<PlaceState>,
}

/// How one place answered the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlaceState {
    pub place: PlaceKind,
    /// A part of it is locked: more copies may be in it than are listed.
    pub locked: bool,
    pub error: Option<PlaceError>,
}

/// A copy that is to be refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    pub id: CopyId,
    /// Whether the person ticked it: allows the change where the user name or the old password alone speaks for it.
    pub ticked: bool,
}

/// How the refresh of one copy ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOutcome {
    pub id: CopyId,
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Places {
    #[must_use]
    pub fn new(places: Vec<Box<dyn Place>>) -> Self {
        Self { places }
    }

    /// Looks into every place; one that cannot be asked does not hide the others.
    pub fn plan(&mut self, looking: &Looking) -> Plan {
        let mut plan = Plan::default();
        for place in &mut self.places {
            let kind = place.kind();
            match place.find(looking) {
                Ok(found) => {
                    plan.copies.extend(found.copies);
                    plan.places.push(PlaceState { place: kind, locked: found.locked, error: None });
                }
                Err(error) => {
                    tracing::info!(place = kind.as_str(), %error, "a place could not be looked into");
                    let locked = error == PlaceError::Locked;
                    plan.places.push(PlaceState { place: kind, locked, error: Some(error) });
                }
            }
        }
        plan
    }

    /// Refreshes one copy and reads it again.
    pub fn refresh(&mut self, id: &CopyId, change: &Change) -> Outcome {
        let outcome = match self.places.iter_mut().find(|place| id.native(place.kind()).is_some()) {
            Some(place) => place.refresh(id, change),
            None => Outcome::Failed(FailureReason::Gone),
        };
        // The id of a copy names a path or a server; that much of a person's life does not belong in a log.
        tracing::info!(?outcome, "a copy was refreshed");
        outcome
    }

    /// Opens the prompt of one place.
    ///
    /// # Errors
    /// [`PlaceError::Declined`] if the person closed it, [`PlaceError::Unreachable`] for a place that is not here.
    pub fn unlock(&mut self, kind: PlaceKind) -> Result<(), PlaceError> {
        let place = self.places.iter_mut().find(|place| place.kind() == kind).ok_or(PlaceError::Unreachable)?;
        place.unlock()
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.places.iter().map(|place| place.kind())).finish()
    }
}
