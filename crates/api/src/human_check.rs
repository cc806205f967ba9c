//! `POST /v1/human-checks`: a machine has to pay before a person's account is touched.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a check is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Kind {
    /// By the app, with nothing to see or hear (WCAG 3.3.8).
    ProofOfWork,
    /// By the person, who types the characters of a picture or of a recording (WCAG 1.1.1).
    Characters,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AskHumanCheck {
    pub kind: Kind,
    /// Language tag (BCP 47) of a recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// `201` to `POST /v1/human-checks`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HumanCheck {
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]+$", min_length = 1, max_length = 64))]
    pub id: String,
    pub kind: Kind,
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
    pub puzzle: Option<Puzzle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub characters: Option<Characters>,
}

/// The same characters to see and to hear; capital or small makes no difference, none looks like another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Characters {
    /// Base64.
    #[cfg_attr(feature = "openapi", schema(content_encoding = "base64", content_media_type = "image/png"))]
    pub picture_png: String,
    /// Base64; PCM, mono.
    #[cfg_attr(feature = "openapi", schema(content_encoding = "base64", content_media_type = "audio/wav"))]
    pub sound_wav: String,
    /// How many there are.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 64))]
    pub length: u8,
}

/// ALTCHA's puzzle: find the number between 0 and `max_number` with `SHA-256(salt + number) = challenge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Puzzle {
    /// Always `SHA-256`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^SHA-256$"))]
    pub algorithm: String,
    pub salt: String,
    /// Hex.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$", min_length = 64, max_length = 64))]
    pub challenge: String,
    pub max_number: u64,
    /// Hex.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]+$"))]
    pub signature: String,
}

/// The answer to a check, once: for proof of work the number in decimal, else the characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Solution {
    pub id: String,
    pub answer: String,
}
