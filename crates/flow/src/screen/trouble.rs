//! What went wrong, as codes; the page has the sentences.

use latchkey_api::flow::Method;
use latchkey_api::password::Refusal;
use latchkey_api::problem::{Code, Problem};
#[cfg(feature = "ts")]
use serde::Deserialize;
use serde::Serialize;

/// What went wrong and what is known about it; the page has the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct Trouble {
    pub code: TroubleCode,
    pub attempts_left: Option<u32>,
    /// Seconds from when the server said it.
    pub retry_after: Option<u32>,
    /// Methods of this gate that go on working although this one does not.
    pub instead: Vec<Method>,
    pub refusals: Vec<Refusal>,
}

/// A code of the server, or what the app itself noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", untagged)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum TroubleCode {
    App(AppTrouble),
    Server(Code),
}

/// What the app notices without asking the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub enum AppTrouble {
    AccountMissing,
    /// What was typed is longer than any user ID.
    AccountTooLong,
    CharactersMissing,
    DestinationMissing,
    CodeMissing,
    AnswersMissing,
    /// One question was chosen twice.
    QuestionsRepeated,
    /// The codes could not be saved.
    NotSaved,
    OldPasswordMissing,
    /// The new password and its confirmation differ.
    PasswordsDiffer,
    /// The page's seal could not be opened; typing it again helps.
    SealBroken,
}

impl From<AppTrouble> for Trouble {
    fn from(noticed: AppTrouble) -> Self {
        Self {
            code: TroubleCode::App(noticed),
            attempts_left: None,
            retry_after: None,
            instead: Vec::new(),
            refusals: Vec::new(),
        }
    }
}

impl From<&Problem> for Trouble {
    fn from(problem: &Problem) -> Self {
        Self {
            code: TroubleCode::Server(problem.code),
            attempts_left: problem.attempts_left,
            retry_after: problem.retry_after.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
            instead: problem.instead.clone(),
            refusals: problem.refusals.clone(),
        }
    }
}
