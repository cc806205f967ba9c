//! Queues what is owed, in the transaction of what caused it: codes that were asked for, notices of what has happened
//! (FL-15, RG-03).
//!
//! The text is written now and sealed, so that the worker needs to know nothing but where it goes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_api::flow::{Destination, Means};
use latchkey_delivery::Kind;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::texts::{Notice, Texts, Written};
use crate::clock::later;
use crate::config::CampusConfig;
pub use crate::config::delivery::kind_of;
use crate::crypt::keys::{Keys, Use};
use crate::crypt::{random, seal};
use crate::guard::breaker;
use crate::guard::limits::Limits;
use crate::refused::Answer;
use crate::store::message::{MessageRow, Purpose};
use crate::store::{self, Tx};

/// Characters of the code that undoes: 80 bits.
pub(crate) const UNDO_CODE: usize = 16;
/// What a destination is sealed for while its message is owed.
pub(super) const DESTINATION: &str = "message destination";
/// What a text is sealed for while its message is owed.
pub(super) const TEXT: &str = "message text";
/// How many notices of an earlier version are queued in one transaction.
const SOME: i64 = 200;
/// How long a notice is tried: as long as the code in it is good for (ADR 13).
const NOTICE_SECONDS: u32 = 72 * 60 * 60;

/// What messages are written with.
#[derive(Clone, Copy)]
pub(crate) struct Pen<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) texts: &'a Texts,
    pub(crate) campus: &'a CampusConfig,
    pub(crate) now: Timestamp,
}

/// Where one message goes.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) method: Method,
    /// E.164 or an address.
    pub(crate) value: SecretString,
    /// Keyed hash of it.
    pub(crate) device: Vec<u8>,
}

/// Whose message it is, and in which words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recipient<'a> {
    pub(crate) account: &'a str,
    /// The public id of the flow that caused it.
    pub(crate) flow: &'a str,
    /// Tag of the language (BCP 47).
    pub(crate) language: &'a str,
    /// Whether a known device or a proven flow has caused it: strangers leave these a share of the money.
    pub(crate) trusted: bool,
}

/// Queues a code; it is never sent after `expires_at`.
pub(crate) async fn code(
    tx: &mut Tx,
    pen: Pen<'_>,
    recipient: Recipient<'_>,
    to: &Address,
    code: &SecretString,
    expires_at: Timestamp,
) -> Answer<()> {
    let Some(kind) = kind_of(to.method).filter(|_| pen.campus.sends_to(to.method, &to.value)) else {
        tracing::warn!(flow = recipient.flow, "a code goes nowhere");
        return Ok(());
    };
    let seconds = expires_at.duration_since(pen.now).as_secs();
    let minutes = u32::try_from(seconds).unwrap_or(0).div_ceil(60);
    let written = pen.texts.code(recipient.language, kind, &pen.campus.name, code, minutes);
    let text = if kind == Kind::Call {
        Text::spoken(written, pen.texts.call_prompt(recipient.language, &pen.campus.name), code.clone())
    } else {
        Text::new(written)
    };
    let event = random::id()?;
    let mut row = row(pen, recipient, to, kind, &event, &text)?;
    Purpose::Code.as_str().clone_into(&mut row.purpose);
    row.expires_at = expires_at.as_millisecond();
    store::message::queue(tx, &row).await?;
    Ok(())
}

/// A code that somebody else has made and asked this server to send: of no account and no flow of ours.
pub(crate) struct Relayed<'a> {
    /// What gateways are given.
    pub(crate) id: String,
    /// One message an event.
    pub(crate) event: &'a str,
    pub(crate) to: &'a Address,
    /// Tag of the language (BCP 47).
    pub(crate) language: &'a str,
    pub(crate) said: Said<'a>,
    /// It is never sent after this.
    pub(crate) expires_at: Timestamp,
}

/// What is said in a message of somebody else's.
pub(crate) enum Said<'a> {
    /// Their text as it came.
    Text(&'a SecretString),
    /// Their code in our own words, which are spoken after a key was pressed.
    Code(&'a SecretString),
}

/// Queues what somebody else has asked for. Whether it may be sent is the caller's to know.
pub(crate) async fn relayed(tx: &mut Tx, pen: Pen<'_>, relayed: Relayed<'_>) -> Answer<()> {
    let Relayed { id, event, to, language, said, expires_at } = relayed;
    let campus = &pen.campus.name;
    let (kind, text) = match said {
        Said::Text(body) => {
            let written = Written { subject: String::new(), body: body.clone() };
            (Kind::Text, Text::new(written))
        }
        Said::Code(code) => {
            let minutes = u32::try_from(expires_at.duration_since(pen.now).as_secs()).unwrap_or(0).div_ceil(60);
            let written = pen.texts.code(language, Kind::Call, campus, code, minutes);
            (Kind::Call, Text::spoken(written, pen.texts.call_prompt(language, campus), code.clone()))
        }
    };
    let nobody = Recipient { account: "", flow: "", language, trusted: false };
    let row = row(pen, nobody, to, kind, event, &text)?;
    let expires_at = expires_at.as_millisecond();
    let row = MessageRow { id, purpose: Purpose::Microsoft.as_str().to_owned(), expires_at, ..row };
    store::message::queue(tx, &row).await?;
    Ok(())
}

/// A code by this method was entered in a flow: its block of numbers is somebody's who answers (TF-03).
pub(crate) async fn entered(tx: &mut Tx, limits: &Limits, flow: &str, method: Method) -> store::Result<()> {
    if method.destination() != Some(Destination::Phone) {
        return Ok(());
    }
    match store::message::block_of_code(tx, flow, method.as_str()).await? {
        Some(block) => breaker::entered(tx, limits, &block).await,
        None => Ok(()),
    }
}

/// What people are to be told.
#[derive(Debug)]
pub(crate) struct Owed<'a> {
    /// One notice an event and address, whatever happens.
    pub(crate) event: &'a str,
    pub(crate) recipient: Recipient<'a>,
    /// Id of the text.
    pub(crate) text: &'a str,
    pub(crate) means: Option<Means>,
    pub(crate) method: Option<Method>,
    /// What the code in it undoes; without that there is none.
    pub(crate) undo: Option<i64>,
}

/// Queues a notice to each of these addresses; one to each number or mailbox, by text rather than by call.
pub(crate) async fn notices(tx: &mut Tx, pen: Pen<'_>, owed: &Owed<'_>, to: &[Address]) -> Answer<()> {
    let served = to.iter().filter(|to| pen.campus.sends_to(to.method, &to.value));
    let mut to: Vec<(Kind, &Address)> = served.filter_map(|to| kind_of(to.method).map(|kind| (kind, to))).collect();
    to.sort_by_key(|(kind, _)| *kind == Kind::Call);
    let mut told = BTreeSet::new();
    for (kind, to) in to {
        if told.insert(&to.device) {
            notice(tx, pen, owed, to, kind).await?;
        }
    }
    Ok(())
}

async fn notice(tx: &mut Tx, pen: Pen<'_>, owed: &Owed<'_>, to: &Address, kind: Kind) -> Answer<()> {
    let code = owed.undo.map(|_| random::readable::<UNDO_CODE>()).transpose()?;
    let helpdesk = &pen.campus.helpdesk;
    let notice = Notice {
        kind,
        id: owed.text,
        campus: &pen.campus.name,
        helpdesk: helpdesk.phone.as_deref().unwrap_or(&helpdesk.name),
        flow: owed.recipient.flow,
        means: owed.means.map(Means::as_str),
        method: owed.method.map(Method::as_str),
        code: code.as_ref(),
    };
    // Whoever hears its code from a voicemail can stop recovery for the account, and nothing more.
    let text = Text::new(pen.texts.notice(owed.recipient.language, &notice));
    let mut row = row(pen, owed.recipient, to, kind, owed.event, &text)?;
    row.undo_id = owed.undo;
    row.code_mac = code.map(|code| undo_code_mac(pen.keys, &code).to_vec());
    store::message::queue(tx, &row).await?;
    Ok(())
}

/// Queues some of the notices that a server of an earlier version has left; whether there were any.
pub(crate) async fn take_over(tx: &mut Tx, pen: Pen<'_>) -> Answer<bool> {
    let left = store::left::some(tx, SOME).await?;
    for row in &left {
        let method = Method::ALL.into_iter().find(|known| known.as_str() == row.method);
        let sealed = row.sealed.as_deref().unwrap_or_default();
        let value = seal::open(pen.keys, &row.account_id, &row.method, sealed);
        match (method.and_then(|method| Some((method, kind_of(method)?))), value) {
            // That version asked only those whether they are served that people set up themselves (E1).
            (Some((method, _)), Ok(value)) if !pen.campus.sends_to(method, &value) => {
                tracing::warn!(flow = row.flow_public_id, "a notice goes nowhere");
            }
            (Some((method, kind)), Ok(value)) => {
                let to = Address { method, value, device: row.device.clone() };
                let (account, flow, language) = (&row.account_id, &row.flow_public_id, &row.language);
                let recipient = Recipient { account, flow, language, trusted: true };
                let means = Means::ALL.into_iter().find(|means| row.means.as_deref() == Some(means.as_str()));
                let owed =
                    Owed { event: &row.event_id, recipient, text: &row.text, means, method: None, undo: row.undo_id };
                notice(tx, pen, &owed, &to, kind).await?;
            }
            (None, _) | (_, Err(_)) => tracing::error!(flow = row.flow_public_id, "a notice cannot be opened"),
        }
        store::left::forget(tx, row.id).await?;
    }
    Ok(!left.is_empty())
}

/// Keyed hash of the code in a notice: all that is kept of it.
pub(crate) fn undo_code_mac(keys: &Keys, code: &SecretString) -> [u8; 32] {
    keys.mac(Use::Notice, &[code.expose_secret().as_bytes()])
}

/// What a message says, as it is sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Text {
    pub(super) subject: String,
    pub(super) prompt: Option<String>,
    /// May hold a code. It is plain only between writing and sealing, and between opening and sending.
    #[serde(serialize_with = "exposed")]
    pub(super) body: SecretString,
    /// The code alone, where it is spoken. Messages of an earlier version have none.
    #[serde(default, serialize_with = "exposed_too", skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<SecretString>,
}

fn exposed<S: serde::Serializer>(body: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(body.expose_secret())
}

fn exposed_too<S: serde::Serializer>(code: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    code.as_ref().map(SecretString::expose_secret).serialize(serializer)
}

impl Text {
    /// A text that is read, or spoken at once.
    fn new(written: Written) -> Self {
        Self { subject: written.subject, prompt: None, body: written.body, code: None }
    }

    /// A text that is spoken once a key was pressed, and the code in it.
    fn spoken(written: Written, prompt: String, code: SecretString) -> Self {
        Self { prompt: Some(prompt), code: Some(code), ..Self::new(written) }
    }
}

/// A notice that is due at once.
fn row(
    pen: Pen<'_>,
    recipient: Recipient<'_>,
    to: &Address,
    kind: Kind,
    event: &str,
    text: &Text,
) -> Answer<MessageRow> {
    let (account, now) = (recipient.account, pen.now.as_millisecond());
    let by_phone = to.method.destination() == Some(Destination::Phone);
    let text = SecretString::from(serde_json::to_string(text)?);
    Ok(MessageRow {
        id: random::id()?,
        event_id: event.to_owned(),
        account_id: account.to_owned(),
        flow_public_id: recipient.flow.to_owned(),
        purpose: Purpose::Notice.as_str().to_owned(),
        kind: kind.as_str().to_owned(),
        method: to.method.as_str().to_owned(),
        sealed_to: Some(seal::seal(pen.keys, account, DESTINATION, &to.value)?),
        device: to.device.clone(),
        language: recipient.language.to_owned(),
        sealed_text: Some(seal::seal(pen.keys, account, TEXT, &text)?),
        tries: 0,
        refusals: 0,
        due_at: now,
        expires_at: later(pen.now, NOTICE_SECONDS).as_millisecond(),
        created_at: now,
        undo_id: None,
        code_mac: None,
        trusted: recipient.trusted,
        block: by_phone.then(|| breaker::block_of(pen.keys, &to.value).to_vec()),
    })
}
