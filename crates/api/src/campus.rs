//! `GET /v1/campus`: everything the app needs to know before anybody has typed anything.

use serde::{Deserialize, Serialize};

use crate::flow::Method;
use crate::human_check::Kind;
use crate::password::Rule;

/// A campus as its people know it, and what its server offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Campus {
    pub name: String,
    /// CSS hex colour of the band, for example `#1f3a5f`; the app darkens or lightens it until text on it has 4.5:1.
    pub colour: Option<String>,
    /// PNG, base64, at most 64 KiB.
    #[cfg_attr(feature = "openapi", schema(content_encoding = "base64", content_media_type = "image/png"))]
    pub logo_png: Option<String>,
    pub helpdesk: Helpdesk,
    /// What the campus calls the user ID, by language tag (BCP 47); absent languages use the app's own word.
    #[serde(default)]
    pub account_label: std::collections::BTreeMap<String, String>,
    /// An example of a user ID, for example `ada` or `ada@example.edu`.
    pub account_example: Option<String>,
    /// The methods that are switched on, in the order in which they are offered.
    #[cfg_attr(feature = "openapi", schema(max_items = 9))]
    pub methods: Vec<Method>,
    /// The kinds of human check that are accepted, the preferred one first.
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub human_checks: Vec<Kind>,
    /// The rules for most accounts; the step `set_password` has the account's own.
    pub password_rules: Vec<Rule>,
    /// Language tags (BCP 47) that messages can be sent in, the campus' own first.
    pub languages: Vec<String>,
    /// The oldest version of the app (SemVer) that this server still serves.
    pub oldest_client: String,
    /// Whether the campus has stopped this for a while: nothing is written and nothing begins, and what is open waits.
    #[serde(default)]
    pub suspended: bool,
}

/// Where people go when they are stuck.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Helpdesk {
    pub name: String,
    /// As people dial it, for example `858-635-4357, option 1`.
    pub phone: Option<String>,
    pub url: Option<String>,
    /// As people read it, for example `Mon–Fri 7:00–18:00`.
    pub hours: Option<String>,
}
