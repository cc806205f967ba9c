//! `GET /v1/reminders`: what a known workstation is told of its account while nobody is in a flow.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How the account of a known workstation stands. Times are in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reminders {
    /// The server's clock when it answered, so that a wrong clock on the workstation does no harm.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub now: Timestamp,
    /// When the password was changed last, by the directory's clock; absent where the directory does not say.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub password_changed_at: Option<Timestamp>,
    /// When the password expires; absent where it does not, or the directory does not say.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub password_expires_at: Option<Timestamp>,
    /// Whether enough is set up for its owner to get back in, and as much as the campus wants.
    pub recovery_is_set_up: bool,
}
