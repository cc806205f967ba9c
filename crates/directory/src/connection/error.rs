//! What may go wrong on the way to a server and back, and what that means for a write.

use std::time::Duration;

use crate::check::About;
use crate::{Cause, DirectoryError};

/// When somebody who found no free connection may try again.
const BUSY: Duration = Duration::from_secs(5);

/// Result codes of LDAP (RFC 4511 appendix A) that are told apart.
pub mod code {
    pub const SUCCESS: u32 = 0;
    pub const OPERATIONS_ERROR: u32 = 1;
    pub const TIME_LIMIT_EXCEEDED: u32 = 3;
    pub const SIZE_LIMIT_EXCEEDED: u32 = 4;
    pub const COMPARE_FALSE: u32 = 5;
    pub const COMPARE_TRUE: u32 = 6;
    pub const STRONGER_AUTH_REQUIRED: u32 = 8;
    pub const REFERRAL: u32 = 10;
    pub const ADMIN_LIMIT_EXCEEDED: u32 = 11;
    pub const UNAVAILABLE_CRITICAL_EXTENSION: u32 = 12;
    pub const CONFIDENTIALITY_REQUIRED: u32 = 13;
    pub const NO_SUCH_ATTRIBUTE: u32 = 16;
    pub const UNDEFINED_ATTRIBUTE_TYPE: u32 = 17;
    pub const INAPPROPRIATE_MATCHING: u32 = 18;
    pub const CONSTRAINT_VIOLATION: u32 = 19;
    pub const ATTRIBUTE_OR_VALUE_EXISTS: u32 = 20;
    pub const INVALID_ATTRIBUTE_SYNTAX: u32 = 21;
    pub const NO_SUCH_OBJECT: u32 = 32;
    pub const INVALID_DN_SYNTAX: u32 = 34;
    pub const INAPPROPRIATE_AUTHENTICATION: u32 = 48;
    pub const INVALID_CREDENTIALS: u32 = 49;
    pub const INSUFFICIENT_ACCESS_RIGHTS: u32 = 50;
    pub const BUSY: u32 = 51;
    pub const UNAVAILABLE: u32 = 52;
    pub const UNWILLING_TO_PERFORM: u32 = 53;
    pub const OBJECT_CLASS_VIOLATION: u32 = 65;
}

/// Why a request to a server was not answered as it was meant. Texts of the server are for the operator's log alone.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// No connection stood: nothing was sent.
    #[error("{server} cannot be reached")]
    NotReached {
        server: String,
        #[source]
        cause: Cause,
    },
    /// The server did not prove who it is, or takes no TLS: nothing was sent.
    #[error("{server} cannot be trusted")]
    Untrusted {
        server: String,
        #[source]
        cause: Cause,
    },
    /// The service account was not let in: nothing else was sent.
    #[error("{server} does not let {account} in: {}", said(*.code, .text))]
    BindRefused { server: String, account: String, code: u32, text: String },
    /// The service account's secret cannot be read.
    #[error("the secret of the service account cannot be read")]
    Secret(#[source] Cause),
    /// The connection broke, or no answer came in time. What was sent may have been done.
    #[error("no answer came from {server}")]
    Lost {
        server: String,
        #[source]
        cause: Cause,
    },
    /// The answer cannot be read. What was sent may have been done.
    #[error("{server} answers nonsense: {what}")]
    Nonsense { server: String, what: String },
    /// More was found than is looked at.
    #[error("{server} has found more than {limit} entries below {base}")]
    TooMany { server: String, base: String, limit: usize },
    /// The server said no.
    #[error("{server} answers to a {request}: {}", said(*.code, .text))]
    Answer { server: String, request: &'static str, code: u32, text: String },
    /// The server names others that should be asked; they are not (R06).
    #[error("{server} refers to {} for a {request}; no referral is followed", .to.join(", "))]
    Referred { server: String, request: &'static str, to: Vec<String> },
    /// Too many are asking at once: nothing was sent.
    #[error("all connections to {0} are in use")]
    AllInUse(String),
    /// The server that the operation began with is not among those of the configuration any more: nothing was sent.
    #[error("{0} is not among the servers of this directory any more")]
    NotOurs(String),
    /// An empty password would sign in as nobody and succeed (RFC 4513 §5.1.2): it is not sent (FL-10).
    #[error("an empty password is never sent")]
    EmptyPassword,
}

impl ConnectionError {
    /// Whether it is certain that no request was sent.
    #[must_use]
    pub const fn nothing_was_sent(&self) -> bool {
        match self {
            Self::NotReached { .. }
            | Self::Untrusted { .. }
            | Self::BindRefused { .. }
            | Self::Secret(_)
            | Self::AllInUse(_)
            | Self::NotOurs(_)
            | Self::EmptyPassword => true,
            Self::Lost { .. }
            | Self::Nonsense { .. }
            | Self::TooMany { .. }
            | Self::Answer { .. }
            | Self::Referred { .. } => false,
        }
    }

    /// What of the configuration has to be looked at for it.
    pub(crate) const fn about(&self) -> About {
        match self {
            Self::Untrusted { .. } => About::Certificate,
            Self::BindRefused { .. } | Self::Secret(_) | Self::EmptyPassword => About::BindAccount,
            Self::NotReached { .. }
            | Self::Lost { .. }
            | Self::Nonsense { .. }
            | Self::TooMany { .. }
            | Self::Answer { .. }
            | Self::Referred { .. }
            | Self::AllInUse(_)
            | Self::NotOurs(_) => About::Servers,
        }
    }

    /// Whether the connection broke, and another one may be answered at once.
    #[must_use]
    pub fn broke(&self) -> bool {
        let Self::Lost { cause, .. } = self else { return false };
        !cause.is::<tokio::time::error::Elapsed>()
            && !matches!(cause.downcast_ref(), Some(ldap3::LdapError::Timeout { .. }))
    }

    /// Whether another server may do better.
    #[must_use]
    pub const fn is_of_this_server(&self) -> bool {
        match self {
            Self::NotReached { .. }
            | Self::Untrusted { .. }
            | Self::Lost { .. }
            | Self::Nonsense { .. }
            | Self::AllInUse(_) => true,
            Self::BindRefused { code, .. } | Self::Answer { code, .. } => {
                matches!(*code, code::BUSY | code::UNAVAILABLE)
            }
            Self::Secret(_) | Self::TooMany { .. } | Self::Referred { .. } | Self::NotOurs(_) | Self::EmptyPassword => {
                false
            }
        }
    }
}

impl From<ConnectionError> for DirectoryError {
    fn from(error: ConnectionError) -> Self {
        match &error {
            ConnectionError::NotReached { .. } => Self::NotReached(Box::new(error)),
            ConnectionError::Lost { .. } | ConnectionError::Nonsense { .. } => Self::Unreachable(Box::new(error)),
            ConnectionError::Untrusted { .. }
            | ConnectionError::Secret(_)
            | ConnectionError::TooMany { .. }
            | ConnectionError::Referred { .. }
            | ConnectionError::NotOurs(_)
            | ConnectionError::EmptyPassword => Self::Misconfigured(Box::new(error)),
            ConnectionError::AllInUse(_) => Self::Busy { retry_after: BUSY },
            ConnectionError::BindRefused { code, .. } | ConnectionError::Answer { code, .. } => match *code {
                code::BUSY | code::UNAVAILABLE | code::TIME_LIMIT_EXCEEDED | code::ADMIN_LIMIT_EXCEEDED => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the directory has too much to do");
                    Self::Busy { retry_after: BUSY }
                }
                code::INSUFFICIENT_ACCESS_RIGHTS | code::UNWILLING_TO_PERFORM => Self::Denied(Box::new(error)),
                code::INVALID_CREDENTIALS
                | code::INAPPROPRIATE_AUTHENTICATION
                | code::STRONGER_AUTH_REQUIRED
                | code::CONFIDENTIALITY_REQUIRED
                | code::REFERRAL
                | code::UNAVAILABLE_CRITICAL_EXTENSION
                | code::UNDEFINED_ATTRIBUTE_TYPE
                | code::INAPPROPRIATE_MATCHING
                | code::INVALID_ATTRIBUTE_SYNTAX
                | code::NO_SUCH_OBJECT
                | code::INVALID_DN_SYNTAX
                | code::SIZE_LIMIT_EXCEEDED
                | code::OBJECT_CLASS_VIOLATION => Self::Misconfigured(Box::new(error)),
                // Whoever answers so may have done it all the same; the marker tells.
                _ => Self::Unreachable(Box::new(error)),
            },
        }
    }
}

/// A code and a server's words, in one line, with nothing in it that could be taken for another line of a log.
fn said(code: u32, text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect();
    let text = text.trim();
    if text.is_empty() { format!("result {code}") } else { format!("result {code}, {text}") }
}
