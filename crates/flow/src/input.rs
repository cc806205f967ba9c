//! What comes into a flow.

use latchkey_api as api;
use latchkey_api::human_check::HumanCheck;
use latchkey_api::place::{Copy, Outcome, PlaceState};
use latchkey_api::problem::Problem;
use secrecy::SecretString;
use uuid::Uuid;

use crate::screen::{Action, Lost};

/// One thing that has happened.
#[derive(Debug, Clone)]
pub enum Input {
    /// Somebody has done something. `operation` is a fresh id, under which a password is sent if one is submitted.
    Did { action: Action<SecretString>, operation: Uuid },
    /// Somebody has sent a secret whose seal could not be opened.
    SealBroken,
    /// What the campus says of itself.
    Campus(Result<Box<api::Campus>, Failure>),
    /// Characters for the human check.
    Characters(Result<Box<HumanCheck>, Failure>),
    /// The answer to a call of the flow, with what it shows this once.
    Answer(Result<Box<api::flow::Answered>, Failure>),
    /// The answer to the code of a notice.
    NotMe(Result<api::flow::NotMeDone, Failure>),
    /// Random words for a new password; `None` where the rules leave no room for them.
    Passphrase(Option<SecretString>),
    /// The file that recovery codes were saved into; `None` if they were not.
    Saved(Option<String>),
    /// The copies of a look, and how each place has answered it.
    Found { copies: Vec<Copy>, places: Vec<PlaceState> },
    /// The refresh of one copy, or its being put back, has ended.
    Refreshed { id: String, outcome: Outcome },
    /// Every copy of the last [`crate::Effect::RefreshCopies`] or [`crate::Effect::PutBack`] has been dealt with.
    RefreshEnded,
    /// The time of an [`crate::Effect::WakeIn`] has come.
    Woken(Timer),
}

/// Why a call did not succeed.
#[derive(Debug, Clone)]
pub enum Failure {
    /// The server said no, and why.
    Refused(Box<Problem>),
    /// There is no answer: the network, the server or its certificate. What was asked may or may not have happened.
    Lost(Lost),
}

/// What a flow waits for; each kind of waiting goes on beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Until the server is asked again: where it is gone, where its answer is uncertain, or where the flow ends.
    Server,
    /// Until the new password is forgotten although copies are left.
    Password,
    /// Until what was ticked can no longer be put back.
    PutBack,
}
