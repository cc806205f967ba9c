//! What a gateway's answer means: the rules of the configuration in their order, and where none fits, its status.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::web::Answered;
use crate::{Accepted, NotSent};

/// Longest id and longest reason that is kept, in bytes.
const LONGEST: usize = 128;

/// What is said of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// The gateway has taken the message.
    Accepted,
    /// It will never take it, and no other gateway would.
    Refused,
    /// It has certainly not taken it; another gateway may, and later this one.
    Later,
}

/// An answer, and what it means. Of several rules the first that fits decides.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub means: Means,
    /// `"202"` or `"2xx"`; any when there are none.
    #[serde(default)]
    pub status: Vec<Status>,
    /// The body contains this.
    pub contains: Option<String>,
    /// A place in the JSON of the body (RFC 6901) where one of these stands.
    pub pointer: Option<String>,
    #[serde(default)]
    pub equals: Vec<String>,
}

/// A status, or all of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Status {
    from: u16,
    is_class: bool,
}

/// Where in an answer the provider's id stands.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Id {
    /// In the JSON of the body (RFC 6901).
    Pointer(String),
    /// In the text of the body behind this, up to the next blank, quote or comma.
    After(String),
}

/// What an answer is read by.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    pub(super) rules: Vec<Rule>,
    pub(super) id: Option<Id>,
    pub(super) reason: Option<String>,
    pub(super) retry_after: Option<String>,
}

/// An answer that was not "accepted".
#[derive(Debug, thiserror::Error)]
#[error("the gateway answered {status}{}", .reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default())]
struct Said {
    status: u16,
    reason: Option<String>,
}

impl TryFrom<String> for Status {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_class = text.ends_with("xx");
        let digits = text.strip_suffix("xx").map_or_else(|| text.clone(), |class| format!("{class}00"));
        match digits.parse() {
            Ok(from @ 200..=599) if digits.len() == 3 => Ok(Self { from, is_class }),
            _ => Err(format!("status \"{text}\": a number from 200 to 599, or 2xx, 4xx or 5xx")),
        }
    }
}

impl From<Status> for String {
    fn from(status: Status) -> Self {
        if status.is_class { format!("{}xx", status.from / 100) } else { status.from.to_string() }
    }
}

impl Status {
    fn fits(self, status: u16) -> bool {
        if self.is_class { status / 100 == self.from / 100 } else { status == self.from }
    }
}

impl Rule {
    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if self.status.is_empty() && self.contains.is_none() && self.pointer.is_none() {
            return Some("a rule needs a status, contains or a pointer");
        }
        if self.pointer.is_some() == self.equals.is_empty() {
            return Some("pointer and equals belong together");
        }
        self.pointer.as_deref().and_then(fault_of_pointer)
    }

    fn looks_inside(&self) -> bool {
        self.contains.is_some() || self.pointer.is_some()
    }

    fn fits_status(&self, status: u16) -> bool {
        self.status.is_empty() || self.status.iter().any(|known| known.fits(status))
    }

    fn fits_body(&self, text: &str, json: Option<&Value>) -> bool {
        let contains = self.contains.as_ref().is_none_or(|part| text.contains(part.as_str()));
        let stands = self
            .pointer
            .as_ref()
            .is_none_or(|pointer| at(json, pointer).is_some_and(|found| self.equals.contains(&found)));
        contains && stands
    }
}

/// What is wrong with a pointer.
pub(super) fn fault_of_pointer(pointer: &str) -> Option<&'static str> {
    (!pointer.is_empty() && !pointer.starts_with('/')).then_some("a pointer begins with / (RFC 6901)")
}

impl Reading {
    /// What came of a message, by the gateway's answer.
    pub(super) fn of(&self, answered: &Answered, now: Timestamp, to: &str) -> Result<Accepted, NotSent> {
        let status = answered.status.as_u16();
        let text = String::from_utf8_lossy(&answered.body);
        let json: Option<Value> = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
        let json = json.as_ref();
        let reason =
            self.reason.as_ref().and_then(|pointer| at(json, pointer)).and_then(|reason| presentable(&reason, to));
        let cause = Box::new(Said { status, reason });
        let after = || self.wait(answered, now, json);
        match self.verdict(answered, &text, json) {
            Some(Means::Accepted) => Ok(Accepted { gateway: None, provider_id: self.id(&text, json) }),
            Some(Means::Refused) => Err(NotSent::Refused(cause)),
            Some(Means::Later) => Err(NotSent::TryAgain { after: after(), cause }),
            None => Err(NotSent::AnswerLost(cause)),
        }
    }

    /// Nothing where nobody knows.
    fn verdict(&self, answered: &Answered, text: &str, json: Option<&Value>) -> Option<Means> {
        let status = answered.status.as_u16();
        for rule in self.rules.iter().filter(|rule| rule.fits_status(status)) {
            if rule.looks_inside() && !answered.whole {
                return None;
            }
            if rule.fits_body(text, json) {
                return Some(rule.means);
            }
        }
        match status {
            // Where the rules say what is accepted, nothing else is known to be.
            200..=299 => self.rules.iter().all(|rule| rule.means != Means::Accepted).then_some(Means::Accepted),
            // It did not do what it was asked, and says so.
            400..=499 | 501 | 503 | 505 | 511 => Some(Means::Later),
            // It, or whoever stands before it, has failed at it, perhaps after it was done.
            _ => None,
        }
    }

    fn wait(&self, answered: &Answered, now: Timestamp, json: Option<&Value>) -> Option<Duration> {
        let said = self.retry_after.as_ref().and_then(|pointer| at(json, pointer)?.parse::<u64>().ok());
        said.map(Duration::from_secs).or_else(|| answered.retry_after(now))
    }

    fn id(&self, text: &str, json: Option<&Value>) -> Option<String> {
        let found = match self.id.as_ref()? {
            Id::Pointer(pointer) => at(json, pointer)?,
            Id::After(mark) => {
                let (_, behind) = text.split_once(mark.as_str())?;
                let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '<' | ';');
                behind.trim_start().split(ends).next()?.to_owned()
            }
        };
        let sound = !found.is_empty() && found.len() <= LONGEST && found.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then_some(found)
    }
}

/// A text, a number or a truth in JSON, as text.
pub(super) fn at(json: Option<&Value>, pointer: &str) -> Option<String> {
    match json?.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        found @ (Value::Number(_) | Value::Bool(_)) => Some(found.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A provider's reason as far as it may be shown: short, in ASCII, and without what was asked.
fn presentable(reason: &str, to: &str) -> Option<String> {
    let shown: String = reason.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(LONGEST).collect();
    let repeats = shown.contains(to.trim_start_matches('+')) || shown.bytes().filter(u8::is_ascii_digit).count() > 6;
    (!repeats && !shown.is_empty()).then_some(shown)
}
