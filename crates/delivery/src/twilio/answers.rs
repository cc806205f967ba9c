//! What the provider's answers mean: taken, refused for good, certainly not taken, or nobody knows.
//!
//! Only the status and the code of an error go any further: its words quote the number.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::super::web::{Answered, StatusCode};
use super::super::{Accepted, NotSent};

/// What an error says of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Means {
    /// The number takes no such message, from whomever: no other gateway is asked.
    Never,
    /// Not by this account as it is set up; another gateway may, and so may this one later.
    NotHere,
}

/// The codes that are told apart (Twilio's error dictionary), what each means, and what an operator does about it.
/// Twilio adds codes and splits old ones; what is not here is [`Means::NotHere`], since nothing was sent.
const CODES: &[(u32, Means, &str)] = &[
    (10001, Means::NotHere, "the account is not active"),
    (14107, Means::NotHere, "the account sends too fast"),
    (20003, Means::NotHere, "account_sid, api_key or auth_token is wrong, or the account is closed"),
    (20008, Means::NotHere, "test credentials cannot do this"),
    (20403, Means::NotHere, "the API key may not do this"),
    (20404, Means::NotHere, "there is no such account; see base_url and account_sid"),
    (20429, Means::NotHere, "too many requests at once"),
    (21202, Means::Never, "it is a premium number"),
    (21203, Means::NotHere, "the account may not call abroad"),
    (21205, Means::NotHere, "the provider does not take our address; see listener.public_url"),
    (21210, Means::NotHere, "call_from is not a number of this account"),
    (21211, Means::Never, "there is no such number"),
    (21212, Means::NotHere, "text_from or call_from is not a number"),
    (21214, Means::Never, "the number cannot be called"),
    (21215, Means::NotHere, "the account may not call this region; allow it there, or leave it out of regions"),
    (21216, Means::Never, "the provider calls no such number"),
    (21217, Means::Never, "there is no such number"),
    (21219, Means::NotHere, "a trial account calls numbers only that it has verified"),
    (21265, Means::Never, "it is a short code"),
    (21408, Means::NotHere, "the account may not text this region; allow it there, or leave it out of regions"),
    (21601, Means::NotHere, "text_from cannot send texts"),
    (21606, Means::NotHere, "text_from is not a sender of this account for this region"),
    (21608, Means::NotHere, "a trial account texts numbers only that it has verified"),
    (21610, Means::Never, "its owner has answered STOP; they can text START"),
    (21611, Means::NotHere, "the queue of text_from is full"),
    (21612, Means::NotHere, "text_from cannot reach this number"),
    (21614, Means::Never, "it is not a mobile number"),
    (21617, Means::Never, "the text is too long"),
    (21635, Means::Never, "it is a landline"),
    (21659, Means::NotHere, "text_from is not a number of the provider, or a short code of another region"),
    (21660, Means::NotHere, "text_from belongs to another account"),
    (21661, Means::NotHere, "text_from cannot send texts"),
    (21703, Means::NotHere, "the messaging service has no sender"),
    (21705, Means::NotHere, "there is no such messaging service"),
    (30001, Means::NotHere, "the queue is full"),
    (30002, Means::NotHere, "the account is suspended"),
    (63038, Means::NotHere, "the account has sent its messages of the day"),
];

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
enum Answer {
    #[error("the provider answered {status} with code {code}: {what}")]
    Known { status: StatusCode, code: u32, what: &'static str },
    #[error("the provider answered {status} with code {code}; see its list of errors")]
    Unknown { status: StatusCode, code: u32 },
    #[error("the provider answered {0}")]
    Bare(StatusCode),
    #[error("the provider answered {0} with what is no answer of this API; see base_url")]
    Foreign(StatusCode),
}

/// What an answer has that is of use.
#[derive(Deserialize)]
struct Body {
    sid: Option<String>,
    status: Option<Value>,
    /// Of an error.
    code: Option<Value>,
    /// Of a message that was made and not sent.
    error_code: Option<Value>,
}

/// What became of a message.
pub(super) fn judged(answered: &Answered, now: Timestamp) -> Result<Accepted, NotSent> {
    let Answered { status, whole, .. } = answered;
    let body: Option<Body> = serde_json::from_slice(&answered.body).ok();
    if status.is_success() {
        return taken(*status, *whole, body);
    }
    let code = body.as_ref().and_then(|body| number(body.code.as_ref()));
    let said = answer(*status, code);
    let after = answered.retry_after(now);
    if status.is_server_error() && *status != StatusCode::SERVICE_UNAVAILABLE {
        // It failed while it was at it; the message may be on its way.
        return Err(NotSent::AnswerLost(Box::new(said)));
    }
    Err(not_taken(code, said, after))
}

/// Whether an answer to a question for a message that is not there shows that we are signed in.
pub(super) fn signs_in(answered: &Answered) -> Result<(), super::super::Cause> {
    let body: Option<Body> = serde_json::from_slice(&answered.body).ok();
    match answered.status {
        status if status.is_success() => Ok(()),
        // The account is there and is ours: only the message is missing.
        StatusCode::NOT_FOUND if body.is_some() => Ok(()),
        status => Err(Box::new(answer(status, body.and_then(|body| number(body.code.as_ref()))))),
    }
}

fn taken(status: StatusCode, whole: bool, body: Option<Body>) -> Result<Accepted, NotSent> {
    let Some(body) = body.filter(|body| body.sid.is_some()) else {
        // A success is a success, even if its body was cut; a page of somebody else is none.
        let foreign = || NotSent::AnswerLost(Box::new(Answer::Foreign(status)));
        return if whole { Err(foreign()) } else { Ok(Accepted::default()) };
    };
    let failed = matches!(body.status.as_ref().and_then(Value::as_str), Some("failed" | "undelivered" | "canceled"));
    if failed {
        let code = number(body.error_code.as_ref());
        return Err(not_taken(code, answer(status, code), None));
    }
    Ok(Accepted { gateway: None, provider_id: body.sid.filter(|sid| sid.len() <= 64) })
}

fn not_taken(code: Option<u32>, said: Answer, after: Option<Duration>) -> NotSent {
    let means = code.and_then(known).map_or(Means::NotHere, |(means, _)| means);
    match means {
        Means::Never => NotSent::Refused(Box::new(said)),
        Means::NotHere => NotSent::TryAgain { after, cause: Box::new(said) },
    }
}

fn answer(status: StatusCode, code: Option<u32>) -> Answer {
    let Some(code) = code else { return Answer::Bare(status) };
    known(code).map_or(Answer::Unknown { status, code }, |(_, what)| Answer::Known { status, code, what })
}

fn known(code: u32) -> Option<(Means, &'static str)> {
    CODES.iter().find(|(known, ..)| *known == code).map(|(_, means, what)| (*means, *what))
}

/// A code, which some providers write as a text.
fn number(value: Option<&Value>) -> Option<u32> {
    let value = value?;
    let number = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.and_then(|number| u32::try_from(number).ok())
}
