//! `GET /v1/health`: whether a flow could be started now. It says nothing about anybody.

use serde::{Deserialize, Serialize};

/// `200` to `GET /v1/health`; a server that cannot start flows answers `503` with a problem instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    pub status: Status,
}

/// What a server says that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    /// A flow could be started now.
    Ok,
    /// All is well, and the campus has stopped this for a while: nothing begins, and people are told so. Not a `503`:
    /// what stands in front would send them to nobody, who tells them nothing.
    Suspended,
}
