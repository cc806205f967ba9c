//! The human check, as far as a person has a part in it; it needs no attempt.

use latchkey_api::human_check::{HumanCheck as Given, Solution};

use crate::screen::{AppTrouble, CharactersView};

/// What stands between a person and the start of an attempt.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) enum HumanCheck {
    /// The app solves one that nobody sees.
    #[default]
    Unseen,
    /// "I can't use this": it stays unseen for the rest of this window.
    Skipped,
    /// Characters are on their way; those that are there stay until then.
    Fetching {
        before: Option<Characters>,
    },
    Shown(Characters),
    /// What was typed goes with the start that is under way.
    Answered {
        shown: Characters,
        solution: Solution,
    },
}

/// Characters that the server has drawn, with the id under which it knows them.
#[derive(Debug, Clone)]
pub(crate) struct Characters {
    id: String,
    view: CharactersView,
}

impl HumanCheck {
    /// Begins to wait for other characters, and says whether any are wanted.
    pub(crate) fn fetch(&mut self) -> bool {
        let before = match std::mem::take(self) {
            Self::Skipped => {
                *self = Self::Skipped;
                return false;
            }
            Self::Unseen => None,
            Self::Fetching { before } => before,
            Self::Shown(shown) | Self::Answered { shown, .. } => Some(shown),
        };
        *self = Self::Fetching { before };
        true
    }

    /// Takes what has come; without characters the app solves a check that nobody sees.
    pub(crate) fn arrived(&mut self, given: Option<Given>) {
        if !self.is_fetching() {
            return;
        }
        let shown = given.and_then(|given| {
            let characters = given.characters?;
            let view = CharactersView {
                picture_png: characters.picture_png,
                sound_wav: characters.sound_wav,
                length: characters.length,
            };
            Some(Characters { id: given.id, view })
        });
        *self = shown.map_or(Self::Unseen, Self::Shown);
    }

    pub(crate) fn skip(&mut self) {
        *self = Self::Skipped;
    }

    /// Takes what was typed, where something is to be typed.
    ///
    /// # Errors
    /// Characters are shown and were not typed.
    pub(crate) fn answer(&mut self, typed: Option<&str>) -> Result<(), AppTrouble> {
        let shown = match self {
            Self::Unseen | Self::Skipped | Self::Fetching { .. } => return Ok(()),
            Self::Shown(shown) | Self::Answered { shown, .. } => shown.clone(),
        };
        let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else {
            *self = Self::Shown(shown);
            return Err(AppTrouble::CharactersMissing);
        };
        let solution = Solution { id: shown.id.clone(), answer: typed.to_owned() };
        *self = Self::Answered { shown, solution };
        Ok(())
    }

    /// What goes with the start.
    pub(crate) const fn solution(&self) -> Option<&Solution> {
        match self {
            Self::Answered { solution, .. } => Some(solution),
            Self::Unseen | Self::Skipped | Self::Fetching { .. } | Self::Shown(_) => None,
        }
    }

    /// Forgets everything but that it is skipped.
    pub(crate) fn begin_anew(&mut self) {
        if !matches!(self, Self::Skipped) {
            *self = Self::Unseen;
        }
    }

    pub(crate) const fn is_fetching(&self) -> bool {
        matches!(self, Self::Fetching { .. })
    }

    pub(crate) const fn shown(&self) -> Option<&CharactersView> {
        match self {
            Self::Unseen | Self::Skipped | Self::Fetching { before: None } => None,
            Self::Fetching { before: Some(shown) } | Self::Shown(shown) | Self::Answered { shown, .. } => {
                Some(&shown.view)
            }
        }
    }
}
