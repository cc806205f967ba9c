//! Points of a flow at which a test has this process die, as a kill or a power cut would (R01).
//!
//! A test names a folder with the hidden argument `--die-at`, and puts an empty file there whose name is that of a point:
//! the next time that the point is passed, the file is taken away and the process killed. A release knows neither the
//! argument nor the points.

/// What has just happened when the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    /// S0: somebody asks for a flow.
    FlowAsked,
    /// S1: the human check is spent and the flow committed; nobody has been answered.
    FlowCommitted,
    /// S2: a method is chosen; nothing of that is committed.
    MethodChosen,
    /// S3: the code is committed with its message.
    CodeCommitted,
    /// S4: the gateway has taken a code; that is not written down.
    CodeSent,
    /// S5: the first gate is committed.
    FirstGate,
    /// S6: the last gate is committed, and with it the grant.
    LastGate,
    /// S7: the grant comes back with a new password; nothing is intended.
    GrantShown,
    /// S8: the intent is committed.
    Intended,
    /// S9: the write is about to leave.
    WriteLeaves,
    /// S10: the directory has answered; that is not written down.
    WriteAnswered,
    /// S11: what the write came to is committed, with the notices that are owed.
    Concluded,
    /// S12: the account's other flows are ended; nothing of that is committed.
    OthersEnded,
    /// S13: a gateway has taken a notice; that is not written down.
    NoticeSent,
    /// S14: the answer to the password is made and not sent.
    AnswerMade,
}

#[cfg(debug_assertions)]
pub(crate) use armed::{passed, watch};

/// In a release no point is looked at.
#[cfg(not(debug_assertions))]
pub(crate) const fn passed(_: Point) {}

#[cfg(debug_assertions)]
mod armed {
    use std::path::PathBuf;
    use std::sync::OnceLock;

    use rustix::process::{Signal, getpid, kill_process};

    use super::Point;

    static FOLDER: OnceLock<PathBuf> = OnceLock::new();

    /// Looks for the names of points in this folder from now on.
    pub(crate) fn watch(folder: PathBuf) {
        // A process has one command line, so that nobody sets it twice.
        let _ = FOLDER.set(folder);
    }

    /// Dies here if a test wants it so, once.
    pub(crate) fn passed(point: Point) {
        let Some(folder) = FOLDER.get() else { return };
        // Whoever takes the file away is the one that dies: at most one for each file.
        if std::fs::remove_file(folder.join(format!("{point:?}"))).is_ok() {
            let _ = kill_process(getpid(), Signal::KILL);
        }
    }
}
