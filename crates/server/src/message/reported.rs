//! What a gateway reports of a message afterwards: it only ever moves forward, and repeating it changes nothing (TF-08).

use latchkey_delivery::twilio::{Report, State};

use crate::store::{self, Tx};

/// Longest name that a provider gives a message; a longer one is none of its.
const LONGEST_ID: usize = 64;

/// Writes down where a message stands; whether that was new.
///
/// That a phone has it is believed in every state, and that a provider has it where its answer was lost: so the message
/// is not sent again. That it failed is believed of the very try that was accepted, since another may have arrived.
pub(crate) async fn reported(tx: &mut Tx, message: &str, report: &Report) -> store::Result<bool> {
    let provider_id = report.provider_id.as_str();
    if provider_id.is_empty() || provider_id.len() > LONGEST_ID {
        return Ok(false);
    }
    match report.state {
        State::Taken => store::sent::taken(tx, message, provider_id).await,
        State::Delivered => store::sent::delivered(tx, message, provider_id).await,
        State::Failed(code) => {
            let why = code.map_or_else(|| "reported".to_owned(), |code| format!("reported {code}"));
            store::sent::not_delivered(tx, message, provider_id, &why).await
        }
    }
}
