//! What this workstation had saved, copy by copy, in the words of [`latchkey_api::place`].

use latchkey_api::place::{Copy, Outcome, PlaceState};
#[cfg(feature = "ts")]
use serde::Deserialize;
use serde::Serialize;

/// The saved copies of the password and what became of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct PlacesView {
    /// Of the app: a report for the helpdesk begins with it.
    pub version: String,
    /// When the directory took the new password; absent where this flow changed none.
    pub changed_at: Option<String>,
    pub state: PlacesState,
    /// What concerns the person most comes first.
    pub rows: Vec<RowView>,
    /// Places that could not be looked into, or not wholly, so that nobody takes silence for "nothing there".
    pub missing: Vec<PlaceState>,
    /// Something is locked, and the app can still go on once it is unlocked.
    pub may_unlock: bool,
    /// Something is left to do, which the tray offers later.
    pub left: bool,
}

/// How far the work on the copies has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum PlacesState {
    /// This flow changed no password.
    None,
    Looking,
    /// Some copies wait for the person's tick.
    Asking,
    Refreshing,
    Finished,
}

/// One copy with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct RowView {
    pub copy: Copy,
    /// Absent until it has been dealt with.
    pub outcome: Option<Outcome>,
    /// It waits for the person's tick.
    pub may_tick: bool,
    /// It is being changed right now.
    pub at_work: bool,
    /// The person had it changed a moment ago and can have it as it was.
    pub may_put_back: bool,
    /// It failed and can be tried once more.
    pub may_retry: bool,
}
