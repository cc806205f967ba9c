//! Questions that are asked a second time.

use super::error::ConnectionError;
use crate::DirectoryError;

/// Whether a kept connection broke under a question, so that another one may be answered at once.
pub(crate) fn broke(error: &DirectoryError) -> bool {
    let DirectoryError::Unreachable(cause) = error else { return false };
    cause.downcast_ref::<ConnectionError>().is_some_and(ConnectionError::broke)
}

/// Asks once more where a connection that had been kept broke under the question. A write is never asked for again.
macro_rules! asked_again {
    ($question:expr) => {
        match $question.await {
            Err(error) if $crate::connection::broke(&error) => $question.await,
            answer => answer,
        }
    };
}

pub(crate) use asked_again;
