//! How a password stands while it is being typed.

use latchkey_api::password::{Advice, Rule, Verdict};
#[cfg(feature = "ts")]
use serde::Deserialize;
use serde::Serialize;

/// The answer to `rate`: how a password that is being typed stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct Rating {
    pub rules: Vec<RatedRule>,
    /// 0 to 4; absent while nothing is typed.
    pub score: Option<u8>,
    pub advice: Vec<Advice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS, Deserialize))]
pub struct RatedRule {
    pub rule: Rule,
    pub verdict: Verdict,
}
