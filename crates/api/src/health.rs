//! `GET /v1/health`: whether a flow could be started now. It says nothing about anybody.

use serde::{Deserialize, Serialize};

/// `200` to `GET /v1/health`; a server that cannot start flows answers `503` with a problem instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    pub status: Status,
}

/// The one thing that a healthy server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Status {
    Ok,
}
