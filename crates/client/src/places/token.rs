//! The token of this workstation: read, kept and forgotten by the place program, within a few seconds.
//!
//! A program that is missing, of an older version, at a stand or killed means that there is no token. Nobody is told:
//! whatever a token makes easier works without one.

use std::sync::PoisonError;

use latchkey_credstore::protocol::{Line, Request, Task, TokenOf};
use secrecy::SecretString;

use super::run::{Heard, Token};
use super::store::Store;
use super::{HERE, Places, moment};

impl Places {
    /// The token that is kept; never opens a prompt.
    #[must_use]
    pub fn token(&self, of: &TokenOf) -> Option<SecretString> {
        self.ask_for_token(Request::about_token(Task::ReadToken, of.clone()))?.token
    }

    /// Keeps a token in the place of the one before it, and says whether it is kept now.
    pub fn keep_token(&self, of: &TokenOf, token: &SecretString) -> bool {
        let mut request = Request::about_token(Task::KeepToken, of.clone());
        request.token = Some(token.clone());
        self.ask_for_token(request).is_some_and(|token| token.kept)
    }

    /// Forgets a token; one that cannot be reached stays where it is.
    pub fn forget_token(&self, of: &TokenOf) {
        drop(self.ask_for_token(Request::about_token(Task::ForgetToken, of.clone())));
    }

    /// One run of the program. They wait for each other, so that a token that is still being kept is the one that the
    /// next run reads.
    fn ask_for_token(&self, request: Request) -> Option<Token> {
        let _one_at_a_time = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let task = request.task;
        let mut run = self.start(Store::Ours(HERE), request).ok()?;
        let until = moment() + self.deadlines.token;
        let answer = loop {
            match run.next(until.saturating_duration_since(moment())) {
                Heard::Token(token) => break Some(token),
                Heard::Line(Line { end: true, .. }) | Heard::TimedOut | Heard::Ended | Heard::Nonsense => break None,
                // What a newer program says beside it.
                Heard::Line(_) => {}
            }
        };
        tracing::debug!(?task, kept = answer.as_ref().is_some_and(|token| token.kept), "the token of this workstation");
        answer
    }
}
