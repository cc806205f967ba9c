//! A call that was not done, and why; `http` makes problem details (RFC 9457) of it.

use std::time::Duration;

use latchkey_api::password::Refusal;
use latchkey_api::problem::AnswerRefusal;
use latchkey_api::{Code, Flow, Method, Problem, Step};

use latchkey_directory::DirectoryError;

use crate::crypt::hashing::HashingError;
use crate::crypt::keys::KeysError;
use crate::crypt::random::NoRandomness;
use crate::crypt::seal::SealError;
use crate::crypt::turns::Busy;
use crate::store::StoreError;

/// When somebody who was sent away may try again, where nothing better is known.
const BUSY_SECONDS: u64 = 5;

/// The answer to a call that was not done.
#[derive(Debug)]
pub struct Refused(Box<Problem>);

/// What a call of the API comes to.
pub type Answer<T> = Result<T, Refused>;

impl Refused {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self(Box::new(Problem {
            kind: format!("urn:latchkey:problem:{}", code.as_str()),
            title: title(code).to_owned(),
            status: status(code),
            code,
            retry_after: None,
            attempts_left: None,
            instead: Vec::new(),
            refusals: Vec::new(),
            answer_refusals: Vec::new(),
            flow: None,
        }))
    }

    /// Says when to come back, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds.max(1));
        self
    }

    /// Names the methods that can be used at once.
    #[must_use]
    pub fn instead(mut self, methods: Vec<Method>) -> Self {
        self.0.instead = methods;
        self
    }

    /// Shows where the flow stands now.
    #[must_use]
    pub fn with_flow(mut self, flow: Flow) -> Self {
        match &flow.step {
            Step::Prove { prove } => self.0.attempts_left = Some(prove.attempts_left),
            Step::Manage { manage } => {
                self.0.attempts_left = manage.pending.as_ref().map(|pending| pending.attempts_left);
            }
            Step::ChooseMethod { .. }
            | Step::SetPassword { .. }
            | Step::Working
            | Step::Done { .. }
            | Step::Blocked { .. }
            | Step::Cancelled
            | Step::Expired
            | Step::Uncertain => {}
        }
        self.0.flow = Some(Box::new(flow));
        self
    }

    #[must_use]
    pub fn with_refusals(mut self, refusals: Vec<Refusal>) -> Self {
        self.0.refusals = refusals;
        self
    }

    #[must_use]
    pub fn with_answer_refusals(mut self, refusals: Vec<AnswerRefusal>) -> Self {
        self.0.answer_refusals = refusals;
        self
    }

    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The problem details that are sent.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.0
    }
}

/// The status that goes with a code.
#[must_use]
pub const fn status(code: Code) -> u16 {
    match code {
        Code::Malformed => 400,
        Code::TooLarge => 413,
        Code::NotFound => 404,
        Code::MethodNotAllowed => 405,
        Code::UnsupportedMediaType => 415,
        Code::Unauthorized => 401,
        Code::Stale | Code::NotAllowed | Code::IdempotencyMismatch => 409,
        Code::HumanCheckFailed
        | Code::MethodUnavailable
        | Code::DestinationInvalid
        | Code::DestinationWrong
        | Code::DestinationNotAllowed
        | Code::CodeWrong
        | Code::CodeExpired
        | Code::CodeSpent
        | Code::AnswersWrong
        | Code::AnswersRefused
        | Code::CurrentPasswordWrong
        | Code::PasswordRefused
        | Code::ProofNeeded
        | Code::MeansUnavailable
        | Code::NoticeUnknown => 422,
        Code::ResendTooSoon | Code::RateLimited => 429,
        Code::ClientTooOld => 426,
        Code::Unavailable | Code::Suspended => 503,
        Code::Internal | Code::Unknown => 500,
    }
}

const fn title(code: Code) -> &'static str {
    match code {
        Code::Malformed => "The request does not have the documented shape",
        Code::TooLarge => "The request is too large",
        Code::NotFound => "No such resource",
        Code::MethodNotAllowed => "The resource does not take this method",
        Code::UnsupportedMediaType => "The body must be application/json",
        Code::HumanCheckFailed => "The human check is missing, wrong, used or expired",
        Code::Unauthorized => "Nothing here has this token",
        Code::Stale => "The flow has moved on",
        Code::NotAllowed => "This call is not taken here",
        Code::MethodUnavailable => "This method is not offered for this gate",
        Code::DestinationInvalid => "Not a number or address",
        Code::DestinationNotAllowed => "This number or address cannot be used here",
        Code::DestinationWrong => "Not the number or address on file",
        Code::ResendTooSoon => "Another code cannot be asked for yet",
        Code::CodeWrong => "The code is wrong",
        Code::CodeExpired => "The code has expired",
        Code::CodeSpent => "The code has been tried too often",
        Code::AnswersRefused => "Answers are not taken",
        Code::AnswersWrong => "The answers are wrong",
        Code::CurrentPasswordWrong => "The current password is wrong",
        Code::ProofNeeded => "The last proof is too old for this",
        Code::MeansUnavailable => "This cannot be set up or removed here",
        Code::NoticeUnknown => "No notice has this code",
        Code::PasswordRefused => "The new password breaks a rule",
        Code::IdempotencyMismatch => "The idempotency key was used with another body",
        Code::RateLimited => "Too many requests or tries",
        Code::ClientTooOld => "This version of the app is no longer served",
        Code::Unavailable => "A part that is needed cannot be reached; nothing was changed",
        Code::Suspended => "The campus has suspended this for a while; nothing was changed",
        Code::Internal | Code::Unknown => "The server failed; nothing was changed",
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) => {
                tracing::warn!(%error, "database");
                Self::new(Code::Unavailable).retry_after(BUSY_SECONDS)
            }
            StoreError::NoRoom(_) | StoreError::Broken => {
                tracing::error!(error = &error as &dyn std::error::Error, "database");
                Self::new(Code::Unavailable).retry_after(BUSY_SECONDS)
            }
            StoreError::Database(_) | StoreError::Newer(_) | StoreError::Migration(_) | StoreError::File(_) => {
                tracing::error!(error = &error as &dyn std::error::Error, "database");
                Self::new(Code::Internal)
            }
        }
    }
}

impl From<HashingError> for Refused {
    fn from(error: HashingError) -> Self {
        tracing::error!(%error, "hashing");
        Self::new(Code::Internal)
    }
}

impl From<Busy> for Refused {
    fn from(busy: Busy) -> Self {
        tracing::warn!(%busy, "sent away");
        Self::new(Code::Unavailable).retry_after(busy.retry_after_seconds)
    }
}

impl From<DirectoryError> for Refused {
    fn from(error: DirectoryError) -> Self {
        tracing::warn!(error = &error as &dyn std::error::Error, "directory");
        let after = match error {
            DirectoryError::Busy { retry_after } => retry_after,
            DirectoryError::NotReached(_)
            | DirectoryError::Unreachable(_)
            | DirectoryError::Misconfigured(_)
            | DirectoryError::Denied(_) => Duration::from_secs(BUSY_SECONDS),
        };
        Self::new(Code::Unavailable).retry_after(after.as_secs())
    }
}

/// Failures that say nothing to a caller.
macro_rules! internal {
    ($($error:ty),*) => {$(
        impl From<$error> for Refused {
            fn from(error: $error) -> Self {
                tracing::error!(%error, "internal");
                Self::new(Code::Internal)
            }
        }
    )*};
}
internal!(NoRandomness, SealError, KeysError, serde_json::Error);
