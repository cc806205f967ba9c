//! One attempt at the server: where it stands, and what belongs to it alone.

use jiff::{SignedDuration, Timestamp};
use latchkey_api as api;
use latchkey_api::flow::{Call as Allowed, Method, MethodChoice, Step};

use crate::screen::Revealed;

/// What has become of an attempt.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) enum Attempt {
    #[default]
    NotBegun,
    Open(Box<Open>),
    /// The server knows it no more.
    Forgotten,
}

/// An attempt that the server has answered.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Open {
    pub(crate) envelope: api::Flow,
    /// The choice of methods that was last on offer, to go back to.
    pub(crate) offered: Vec<MethodChoice>,
    /// Somebody has gone back to that choice.
    pub(crate) choosing: bool,
    pub(crate) chosen: Option<Method>,
    pub(crate) destination: String,
    /// A change has asked for more than the old password.
    pub(crate) second_factor: bool,
    /// In place of a recovery code that was used, until the end, where it is shown.
    pub(crate) replacement: Option<Revealed>,
    pub(crate) feedback_given: bool,
    /// The end has been reached and dealt with.
    pub(crate) ended: bool,
    /// Since when the directory has been asked, by the server's clock.
    pub(crate) working_since: Option<Timestamp>,
}

/// How long somebody waits for the directory without being told how to go on.
const LATE: SignedDuration = SignedDuration::from_secs(30);

impl Open {
    pub(crate) fn new(envelope: api::Flow) -> Self {
        Self {
            envelope,
            offered: Vec::new(),
            choosing: false,
            chosen: None,
            destination: String::new(),
            second_factor: false,
            replacement: None,
            feedback_given: false,
            ended: false,
            working_since: None,
        }
    }

    /// Takes over where the server says that the attempt stands.
    pub(crate) fn take_over(&mut self, envelope: api::Flow, moved: bool) {
        if moved {
            self.choosing = false;
            if let Step::ChooseMethod { choose_method } = &envelope.step {
                self.offered.clone_from(&choose_method.methods);
                self.chosen = None;
                self.destination.clear();
            }
        }
        self.second_factor |= match &envelope.step {
            Step::ChooseMethod { .. } => true,
            Step::Prove { prove } => prove.method != Method::CurrentPassword,
            Step::SetPassword { .. }
            | Step::Manage { .. }
            | Step::Working
            | Step::Done { .. }
            | Step::Blocked { .. }
            | Step::Cancelled
            | Step::Expired
            | Step::Uncertain => false,
        };
        let since = self.working_since.unwrap_or(envelope.now);
        self.working_since = (envelope.step == Step::Working).then_some(since);
        self.envelope = envelope;
    }

    /// Whether the directory has not confirmed for so long that the person is told how to go on.
    pub(crate) fn is_late(&self) -> bool {
        self.working_since.is_some_and(|since| self.envelope.now.duration_since(since) >= LATE)
    }

    /// Whether the attempt has not moved on since the server answered last.
    pub(crate) fn stands_at(&self, envelope: &api::Flow) -> bool {
        self.envelope.flow_id == envelope.flow_id && self.envelope.revision == envelope.revision
    }

    pub(crate) fn allows(&self, call: Allowed) -> bool {
        self.envelope.allowed.contains(&call)
    }
}

impl Attempt {
    pub(crate) fn open(&self) -> Option<&Open> {
        match self {
            Self::Open(open) => Some(open),
            Self::NotBegun | Self::Forgotten => None,
        }
    }

    pub(crate) fn open_mut(&mut self) -> Option<&mut Open> {
        match self {
            Self::Open(open) => Some(open),
            Self::NotBegun | Self::Forgotten => None,
        }
    }

    pub(crate) fn step(&self) -> Option<&Step> {
        self.open().map(|open| &open.envelope.step)
    }

    pub(crate) fn revision(&self) -> Option<u32> {
        self.open().map(|open| open.envelope.revision)
    }

    /// Whether there is an attempt that has not come to its end.
    pub(crate) fn runs(&self) -> bool {
        self.step().is_some_and(|step| !is_over(step))
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self.step(), Some(Step::Done { .. }))
    }
}

/// Whether a step is an end.
pub(crate) const fn is_over(step: &Step) -> bool {
    match step {
        Step::Done { .. } | Step::Blocked { .. } | Step::Cancelled | Step::Expired | Step::Uncertain => true,
        Step::ChooseMethod { .. }
        | Step::Prove { .. }
        | Step::SetPassword { .. }
        | Step::Manage { .. }
        | Step::Working => false,
    }
}
