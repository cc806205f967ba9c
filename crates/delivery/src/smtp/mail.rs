//! A message as a mail: plain text in UTF-8, made of the message and the settings and of nothing else (TF-10).

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use secrecy::ExposeSecret as _;

use super::error::SmtpError;
use super::settings::Settings;
use crate::{Kind, Message, recipient};

/// What a relay is given.
pub(super) struct Mail {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

/// Writes the mail.
///
/// # Errors
/// If its recipient is not exactly one address, the stored one (TF-05).
pub(super) fn written(settings: &Settings, message: &Message) -> Result<Mail, SmtpError> {
    let from = settings.from.called(settings.names.get(&message.language));
    let stored = recipient::of(message).ok().filter(|_| message.kind == Kind::Email);
    let to: Address = stored.and_then(|stored| stored.parse().ok()).ok_or(SmtpError::NotOneAddress)?;
    let mut mail = lettre::Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(without_controls(&message.subject, &[]))
        .date(date(message.at))
        // The same for every try, so that whoever gets it twice can tell.
        .message_id(Some(format!("<{}@{}>", id(&message.id), from.email.domain())));
    if let Some(reply_to) = &settings.reply_to {
        mail = mail.reply_to(reply_to.mailbox().clone());
    }
    for (name, value) in [
        // Nobody's absence is to answer it: RFC 3834 §5, and what Exchange knows in its place.
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ] {
        mail = mail.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()));
    }
    let language = language(&message.language);
    mail = mail.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Content-Language"), language));
    let body = without_controls(message.body.expose_secret(), &['\n']);
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(body);
    let bytes = mail.singlepart(part).map_err(SmtpError::Mail)?.formatted();
    Ok(Mail { from: from.email, to, bytes })
}

fn date(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_second()).unwrap_or(0))
}

/// An id as it may stand before an `@`.
fn id(id: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !id.is_empty() && id.bytes().all(is_plain) {
        return id.to_owned();
    }
    id.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn language(tag: &str) -> String {
    tag.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// Nothing in a mail of ours moves a cursor or ends a line that was not ended (IN-03).
fn without_controls(text: &str, kept: &[char]) -> String {
    text.chars().map(|c| if c.is_control() && !kept.contains(&c) { ' ' } else { c }).collect()
}
