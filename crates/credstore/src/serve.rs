//! One run of the place program: reads its task, does it in one place, says each result when it is there.

use std::io::{self, Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use latchkey_api::place::{Outcome, PlaceState};

use crate::item::ItemError;
use crate::os;
use crate::place::{Change, GoOn, Looking, Place, Seen};
use crate::protocol::{CopyOutcome, Line, Request, RequestError, Selected, Task, TokenKept, VERSION};
use crate::secret::{self, Stored};
use crate::{snapshot, tokens};

/// Why a run could not be begun or ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum CannotServe {
    #[error("usage: latchkey-place --protocol {VERSION} PLACE; docs/places.md says what it is for")]
    Usage,
    #[error("protocol {0} is asked for, and this program speaks {VERSION}: app and program are not of one version")]
    OtherProtocol(String),
    #[error("this system has no place named {0}")]
    NoSuchPlace(String),
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("the task needs {0}, which the request does not have")]
    Lacks(&'static str),
    #[error("nobody reads the results")]
    Unheard(#[source] io::Error),
}

/// Does the task on `input` in the place that `arguments` name, and writes results to `output`.
///
/// # Errors
/// If the task is not understood, or nobody reads the results any more. What a place refuses is a result.
pub fn serve(
    arguments: impl IntoIterator<Item = String>,
    input: &mut impl Read,
    output: &mut impl Write,
) -> Result<(), CannotServe> {
    let mut arguments = arguments.into_iter();
    let (Some("--protocol"), Some(version), Some(name), None) =
        (arguments.next().as_deref(), arguments.next(), arguments.next(), arguments.next())
    else {
        return Err(CannotServe::Usage);
    };
    if version != VERSION.to_string() {
        return Err(CannotServe::OtherProtocol(version));
    }
    let mut place = os::open(&name).ok_or(CannotServe::NoSuchPlace(name))?;
    run(place.as_mut(), Request::read(input)?, output)
}

/// Does one task in one place.
pub(crate) fn run(place: &mut dyn Place, request: Request, output: &mut impl Write) -> Result<(), CannotServe> {
    let mut told = Told { output, failed: None };
    let Request { task, policy, reset, selected, old, new, key, snapshot, token_of, token } = request;
    let token_of = token_of.ok_or(CannotServe::Lacks("whose token is meant"));
    let looking = Looking { policy, old, new: new.clone(), reset };
    match task {
        Task::Find => look(place, &looking, &mut told),
        Task::Unlock => match place.unlock(&looking) {
            Ok(()) => look(place, &looking, &mut told),
            Err(error) => told.state(place, Seen { locked: true, error: Some(error) }),
        },
        Task::Refresh => {
            let new = new.ok_or(CannotServe::Lacks("the new password"))?;
            let mut change = Change { looking, new, ticked: false };
            for (number, Selected { id, ticked }) in (0..).zip(selected) {
                change.ticked = ticked;
                let refreshed = place.refresh(&id, &change, &mut || told.say(&Line::asking()));
                let replaced = refreshed.replaced.filter(|_| ticked);
                let sealed = replaced.zip(key.as_ref()).map(|(was, key)| snapshot::seal(key, number, &id, &was));
                let snapshot = sealed.and_then(Result::ok).map(|sealed| BASE64.encode(sealed));
                told.say(&Line::outcome(CopyOutcome { id, outcome: refreshed.outcome, snapshot }));
                // Whoever does not hear of this copy must not find the rest changed behind their back.
                if told.failed.is_some() {
                    break;
                }
            }
        }
        Task::PutBack => {
            let key = key.ok_or(CannotServe::Lacks("the key of the snapshot"))?;
            let sealed = snapshot.ok_or(CannotServe::Lacks("the snapshot"))?;
            let Some(Selected { id, .. }) = selected.into_iter().next() else {
                return Err(CannotServe::Lacks("the copy"));
            };
            let opened = snapshot::open(&key, &id, secret::bytes(&sealed));
            let outcome = opened
                .map_or(Outcome::Refused, |replaced| place.put_back(&id, &replaced, &mut || told.say(&Line::asking())));
            told.say(&Line::outcome(CopyOutcome { id, outcome, snapshot: None }));
        }
        Task::ReadToken => told.token(tokens::read(place.tokens(), &token_of?).as_ref()),
        Task::KeepToken => {
            let token = token.ok_or(CannotServe::Lacks("the token"))?;
            told.kept(tokens::keep(place.tokens(), &token_of?, &secret::of_token(&token)));
        }
        Task::ForgetToken => told.kept(tokens::forget(place.tokens(), &token_of?)),
    }
    told.say(&Line::end());
    told.failed.map_or(Ok(()), |error| Err(CannotServe::Unheard(error)))
}

fn look(place: &mut dyn Place, looking: &Looking, told: &mut Told<'_, impl Write>) {
    let seen = place.find(looking, &mut |copy| {
        told.say(&Line::copy(copy));
        if told.failed.is_some() { GoOn::No } else { GoOn::Yes }
    });
    let seen = seen.unwrap_or_else(|error| Seen { locked: error == ItemError::Locked, error: Some(error) });
    told.state(place, seen);
}

/// The way out; once a line is lost, so are all others.
struct Told<'a, W> {
    output: &'a mut W,
    failed: Option<io::Error>,
}

impl<W: Write> Told<'_, W> {
    fn say(&mut self, line: &Line) {
        if self.failed.is_some() {
            return;
        }
        let written = serde_json::to_vec(line).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            self.output.write_all(&line)?;
            self.output.flush()
        });
        self.failed = written.err();
    }

    fn kept(&mut self, kept: bool) {
        self.say(&Line::token(TokenKept { kept, bytes: 0 }));
    }

    /// Says whether there is a token and how long it is; the token itself follows, so that no line has a secret.
    fn token(&mut self, token: Option<&Stored>) {
        let Some(token) = token.map(secret::bytes) else { return self.kept(false) };
        // What is kept has been measured before it was handed out.
        let bytes = u32::try_from(token.len()).unwrap_or_default();
        self.say(&Line::token(TokenKept { kept: true, bytes }));
        if self.failed.is_none() {
            self.failed = self.output.write_all(token).and_then(|()| self.output.flush()).err();
        }
    }

    fn state(&mut self, place: &mut dyn Place, seen: Seen) {
        let error = seen.error.and_then(ItemError::of_place);
        self.say(&Line::state(PlaceState { place: place.kind(), name: place.name(), locked: seen.locked, error }));
    }
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
