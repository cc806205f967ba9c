//! What a gateway reports of a message afterwards: it only ever moves forward, and repeating it changes nothing (TF-08).

use latchkey_delivery::report::{Report, State, Try};

use crate::store::{self, Tx};

/// Longest name that a provider gives a message; a longer one is none of its.
const LONGEST_ID: usize = 64;

/// Writes down where a message stands; whether that was new.
///
/// That a phone has it is believed in every state, and that a provider has it where its answer was lost: so the message
/// is not sent again. That it failed is believed of the very try that was accepted, since another may have arrived.
pub(crate) async fn reported(tx: &mut Tx, message: &str, report: &Report) -> store::Result<bool> {
    let provider_id = match &report.of {
        Try::Named(name) if name.is_empty() || name.len() > LONGEST_ID => return Ok(false),
        Try::Named(name) => Some(name.as_str()),
        Try::Numbered(_) => None,
    };
    match report.state {
        State::Taken => store::sent::taken(tx, message, provider_id).await,
        State::Delivered => store::sent::delivered(tx, message, provider_id).await,
        State::Failed(code) => {
            let why = code.map_or_else(|| "reported".to_owned(), |code| format!("reported {code}"));
            match &report.of {
                Try::Named(name) => store::sent::not_delivered(tx, message, name, &why).await,
                Try::Numbered(number) => store::sent::try_not_delivered(tx, message, *number, &why).await,
            }
        }
    }
}
