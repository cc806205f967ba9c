//! The one thread on which every call to a keyring is made.
//!
//! The stores below block, and zbus cannot be called from inside an async runtime; a plain thread solves both, and
//! keeps the writes to one entry in order.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use latchkey_scrub::without_trace;
use secrecy::SecretString;

use crate::copy::{Looking, PlaceKind};
use crate::place::{Change, FailureReason, Outcome, Place, PlaceError};
use crate::places::{CopyOutcome, Places, Plan, Selected};

/// A look reads every item of a keyring once; hundreds of items take a second or two.
const LOOK: Duration = Duration::from_secs(30);
/// One copy is read, written and read again; macOS may put a question to the person in between.
const REFRESH: Duration = Duration::from_secs(120);
/// Somebody has to find and type a password.
const PROMPT: Duration = Duration::from_secs(180);

/// The handle of the keyring's thread; cheap to clone, may be used from any thread that may block.
#[derive(Debug, Clone)]
pub struct Keyring {
    calls: mpsc::Sender<Call>,
}

/// The keyring's thread has ended or does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyringGone {
    #[error("the keyring thread has ended")]
    Ended,
    #[error("the keyring did not answer in time")]
    TimedOut,
}

enum Call {
    Plan { looking: Looking, answer: mpsc::Sender<Plan> },
    Refresh { selected: Vec<Selected>, looking: Looking, new: SecretString, answer: mpsc::Sender<CopyOutcome> },
    Unlock { place: PlaceKind, answer: mpsc::Sender<Result<(), PlaceError>> },
}

impl Keyring {
    /// Starts the thread over `places`, usually [`crate::workstation`]; it ends when the last handle is dropped.
    ///
    /// # Errors
    /// [`std::io::Error`] if the system gives no thread.
    pub fn spawn(places: Vec<Box<dyn Place>>) -> std::io::Result<Self> {
        let (calls, incoming) = mpsc::channel();
        thread::Builder::new().name("keyring".into()).spawn(move || serve(Places::new(places), &incoming))?;
        Ok(Self { calls })
    }

    /// Looks into every place; never opens a prompt.
    ///
    /// # Errors
    /// [`KeyringGone`] if no answer comes.
    pub fn plan(&self, looking: Looking) -> Result<Plan, KeyringGone> {
        let (answer, answers) = mpsc::channel();
        self.call(Call::Plan { looking, answer })?;
        Ok(answers.recv_timeout(LOOK)?)
    }

    /// Refreshes the selected copies in order, tells `each` of every one when it is done, and reports all.
    ///
    /// Only macOS may ask here, once for a copy of another program. What is not answered in time is `Failed(TimedOut)`, and nothing after it is written.
    pub fn refresh(
        &self,
        selected: Vec<Selected>,
        looking: Looking,
        new: SecretString,
        mut each: impl FnMut(&CopyOutcome),
    ) -> Vec<CopyOutcome> {
        let mut open: VecDeque<_> = selected.iter().map(|selected| selected.id.clone()).collect();
        let mut report = Vec::with_capacity(open.len());
        let (answer, answers) = mpsc::channel();
        let mut reason = match self.call(Call::Refresh { selected, looking, new, answer }) {
            Ok(()) => None,
            Err(_) => Some(FailureReason::Unreachable),
        };
        while let Some(id) = open.pop_front() {
            let done = match reason {
                None => match answers.recv_timeout(REFRESH) {
                    Ok(done) => done,
                    Err(error) => {
                        let why = failure(error);
                        reason = Some(why);
                        CopyOutcome { id, outcome: Outcome::Failed(why) }
                    }
                },
                Some(why) => CopyOutcome { id, outcome: Outcome::Failed(why) },
            };
            each(&done);
            report.push(done);
        }
        report
    }

    /// Opens the system's prompt of one place, because the person asked for it.
    ///
    /// # Errors
    /// Those of [`Place::unlock`]; [`PlaceError::TimedOut`] after three minutes.
    pub fn unlock(&self, place: PlaceKind) -> Result<(), PlaceError> {
        let (answer, answers) = mpsc::channel();
        self.call(Call::Unlock { place, answer }).map_err(|_| PlaceError::Unreachable)?;
        match answers.recv_timeout(PROMPT) {
            Ok(answer) => answer,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(PlaceError::TimedOut),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(PlaceError::Unreachable),
        }
    }

    fn call(&self, call: Call) -> Result<(), KeyringGone> {
        self.calls.send(call).map_err(|_| KeyringGone::Ended)
    }
}

impl From<mpsc::RecvTimeoutError> for KeyringGone {
    fn from(error: mpsc::RecvTimeoutError) -> Self {
        match error {
            mpsc::RecvTimeoutError::Timeout => Self::TimedOut,
            mpsc::RecvTimeoutError::Disconnected => Self::Ended,
        }
    }
}

fn failure(error: mpsc::RecvTimeoutError) -> FailureReason {
    match error {
        mpsc::RecvTimeoutError::Timeout => FailureReason::TimedOut,
        mpsc::RecvTimeoutError::Disconnected => FailureReason::Unreachable,
    }
}

/// Answers calls until the last handle is gone; an asker that has given up is not an error.
fn serve(mut places: Places, incoming: &mpsc::Receiver<Call>) {
    while let Ok(call) = incoming.recv() {
        match call {
            Call::Plan { looking, answer } => drop(answer.send(without_trace(|| places.plan(&looking)))),
            Call::Unlock { place, answer } => drop(answer.send(places.unlock(place))),
            Call::Refresh { selected, looking, new, answer } => {
                let mut change = Change { looking, new, ticked: false };
                for Selected { id, ticked } in selected {
                    change.ticked = ticked;
                    let outcome = without_trace(|| places.refresh(&id, &change));
                    // Whoever was told "timed out" must not find the rest changed behind their back.
                    if answer.send(CopyOutcome { id, outcome }).is_err() {
                        break;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copy::CopyId;
    use crate::items::ItemPlace;
    use crate::items::tests::{Drawer, looking};

    fn keyring(drawer: Drawer) -> Keyring {
        Keyring::spawn(vec![Box::new(ItemPlace(drawer))]).unwrap()
    }

    #[test]
    fn what_was_planned_is_refreshed_and_every_copy_is_told_of_when_it_is_done() {
        let keyring = keyring(Drawer::default().with("mail", Some("ada"), "old").with("wifi", None, "old"));
        let looking = looking(Some("old"));

        let plan = keyring.plan(looking.clone()).unwrap();
        let selected = plan.copies.iter().map(|copy| Selected { id: copy.id.clone(), ticked: false }).collect();
        let mut told = Vec::new();
        let report = keyring.refresh(selected, looking, SecretString::from("new"), |done| told.push(done.clone()));

        assert_eq!(report.iter().map(|done| done.outcome).collect::<Vec<_>>(), [Outcome::Updated; 2]);
        assert_eq!(told, report);
    }

    // R28
    #[test]
    fn one_copy_that_fails_leaves_the_others_refreshed_and_each_is_reported() {
        let keyring = keyring(Drawer::default().with("a", Some("ada"), "old").with("c", Some("ada"), "other"));
        let selected =
            ["a", "b", "c"].map(|native| Selected { id: CopyId::new(PlaceKind::Keychain, native), ticked: false });

        let report = keyring.refresh(selected.into(), looking(Some("old")), SecretString::from("new"), |_| {});

        let outcomes: Vec<_> = report.iter().map(|done| done.outcome).collect();
        let needs_tick = Outcome::NeedsYou(crate::Need::Tick);
        assert_eq!(outcomes, [Outcome::Updated, Outcome::Failed(FailureReason::Gone), needs_tick]);
    }

    #[test]
    fn a_place_that_cannot_be_asked_is_named_in_the_plan() {
        let keyring = keyring(Drawer { unreachable: true, ..Drawer::default() });

        let plan = keyring.plan(looking(None)).unwrap();

        assert!(plan.copies.is_empty());
        assert_eq!(plan.places[0].error, Some(PlaceError::Unreachable));
    }

    /// A store whose thread does not survive the call.
    struct Falling;

    impl Place for Falling {
        fn kind(&self) -> PlaceKind {
            PlaceKind::Keychain
        }
        fn find(&mut self, _looking: &Looking) -> Result<crate::Found, PlaceError> {
            panic!("a library below may do this")
        }
        fn refresh(&mut self, _id: &CopyId, _change: &Change) -> Outcome {
            panic!("a library below may do this")
        }
        fn unlock(&mut self) -> Result<(), PlaceError> {
            panic!("a library below may do this")
        }
    }

    #[test]
    fn a_thread_that_falls_is_an_error_for_the_asker_and_not_a_hang() {
        let keyring = Keyring::spawn(vec![Box::new(Falling)]).unwrap();

        assert_eq!(keyring.plan(looking(None)).unwrap_err(), KeyringGone::Ended);
        let selected = vec![Selected { id: CopyId::new(PlaceKind::Keychain, "a"), ticked: true }];
        let report = keyring.refresh(selected, looking(None), SecretString::from("new"), |_| {});
        assert_eq!(report[0].outcome, Outcome::Failed(FailureReason::Unreachable));
        assert_eq!(keyring.unlock(PlaceKind::Keychain), Err(PlaceError::Unreachable));
    }
}
