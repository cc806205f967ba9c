//! The rule by which a copy may be changed; there is no other way to a write.

use crate::copy::{Copy, HeldOld, Looking};
use crate::place::{FailureReason, Need, Outcome};

/// Whose name an item bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Persons,
    Absent,
    /// Another one: an address the directory does not know as a name, or another account with the same password.
    Other,
}

impl Name {
    pub(crate) fn of(user: Option<&str>, looking: &Looking) -> Self {
        match user {
            Some(user) if looking.names(user) => Self::Persons,
            Some(_) => Self::Other,
            None => Self::Absent,
        }
    }
}

/// Decides whether an item may be overwritten.
///
/// # Errors
/// The outcome to report instead.
pub(crate) fn decide(held_old: HeldOld, name: Name, ticked: bool) -> Result<(), Outcome> {
    match (held_old, name) {
        (HeldOld::Yes, Name::Persons | Name::Absent) => Ok(()),
        // The proof is there, but a password may be used twice: which account it is, the person knows.
        (HeldOld::Yes, Name::Other) | (HeldOld::No | HeldOld::Unknown, Name::Persons) => {
            if ticked {
                Ok(())
            } else {
                Err(Outcome::NeedsYou(Need::Tick))
            }
        }
        (HeldOld::No | HeldOld::Unknown, Name::Absent | Name::Other) => Err(Outcome::Failed(FailureReason::NotYours)),
    }
}

impl Copy {
    /// What this copy needs before it can be changed; `None` where nothing but the person's consent to the whole.
    #[must_use]
    pub fn need(&self) -> Option<Need> {
        if self.locked {
            return Some(Need::Locked);
        }
        match self.held_old {
            HeldOld::Yes if self.names_person || self.user.is_none() => None,
            HeldOld::Yes | HeldOld::No | HeldOld::Unknown => Some(Need::Tick),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_held_the_old_password_is_changed_without_a_tick() {
        for name in [Name::Persons, Name::Absent] {
            for ticked in [false, true] {
                assert_eq!(decide(HeldOld::Yes, name, ticked), Ok(()));
            }
        }
    }

    #[test]
    fn a_user_name_alone_needs_the_tick() {
        for held in [HeldOld::No, HeldOld::Unknown] {
            assert_eq!(decide(held, Name::Persons, false), Err(Outcome::NeedsYou(Need::Tick)));
            assert_eq!(decide(held, Name::Persons, true), Ok(()));
        }
    }

    #[test]
    fn the_old_password_under_another_name_needs_the_tick() {
        assert_eq!(decide(HeldOld::Yes, Name::Other, false), Err(Outcome::NeedsYou(Need::Tick)));
        assert_eq!(decide(HeldOld::Yes, Name::Other, true), Ok(()));
    }

    #[test]
    fn an_entry_with_neither_the_name_nor_the_old_password_is_never_changed_even_with_a_tick() {
        for held in [HeldOld::No, HeldOld::Unknown] {
            for name in [Name::Absent, Name::Other] {
                for ticked in [false, true] {
                    assert_eq!(decide(held, name, ticked), Err(Outcome::Failed(FailureReason::NotYours)));
                }
            }
        }
    }
}
