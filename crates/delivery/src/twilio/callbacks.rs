//! What the provider calls: the next step of a call, and reports of what became of a message.
//!
//! Nothing is looked at before its signature is checked. A step is taken once, until its time is over; a report says
//! where a message stands, and repeating it says nothing new.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::super::secret_file::SecretFileError;
use super::sealed::{AfterKey, Playing, open, seal};
use super::settings::Settings;
use super::signature::Form;
use super::twiml::Document;
use super::{Addresses, speech};
use crate::report::{Report, State, Try};

/// How many steps are remembered until their time is over; beyond them calls hang up.
const MOST_STEPS: usize = 10_000;
/// How long a recording of a code may be fetched after the key was pressed.
const LONGEST_PLAYING: SignedDuration = SignedDuration::from_secs(60);
/// How many characters of what is sealed are no other's: its nonce, 24 bytes.
const NONCE: usize = 32;

/// What may be called at one gateway.
pub struct Callbacks {
    settings: Settings,
    addresses: Addresses,
    /// The steps that were taken, by their nonces, until their time is over.
    taken: Mutex<BTreeMap<String, Timestamp>>,
}

/// A request of somebody who may be the provider.
pub struct Called<'a> {
    /// Path and query as they were asked for.
    pub path: &'a str,
    /// Of the header that the settings name, where it is there once.
    pub signature: Option<&'a str>,
    /// A form.
    pub body: &'a [u8],
}

/// Why a request is not answered.
#[derive(Debug, thiserror::Error)]
pub enum NotHeard {
    #[error("it is not signed with auth_token for this address; see listener.public_url if the provider did call")]
    Unsigned,
    #[error("it lacks what the provider sends")]
    Incomplete,
    #[error("the token cannot be read")]
    Token(#[from] SecretFileError),
    #[error("no answer can be written")]
    Unwritten(#[source] std::io::Error),
}

/// What a call goes on with.
pub struct Step {
    /// A document in TwiML. It may hold a code.
    pub document: SecretString,
    /// The message that is said now, and what the provider calls it.
    pub said: Option<(String, String)>,
}

impl Callbacks {
    /// What is called at the gateway `gateway`, where the provider reaches this server at `public`.
    #[must_use]
    pub fn new(settings: Settings, gateway: &str, public: &str) -> Self {
        Self { settings, addresses: Addresses::new(gateway, public), taken: Mutex::default() }
    }

    /// The header that has the signature.
    #[must_use]
    pub fn signature_header(&self) -> &str {
        &self.settings.signature_header
    }

    /// Reads a report.
    ///
    /// # Errors
    /// If it does not come from the provider, or says nothing.
    pub async fn report(&self, called: &Called<'_>) -> Result<Report, NotHeard> {
        let (form, _) = self.checked(called).await?;
        let sid = form.get("MessageSid").or_else(|| form.get("CallSid")).or_else(|| form.get("SmsSid"));
        let status = form.get("MessageStatus").or_else(|| form.get("CallStatus")).or_else(|| form.get("SmsStatus"));
        let (Some(sid), Some(status)) = (sid, status) else { return Err(NotHeard::Incomplete) };
        let failed = || State::Failed(form.get("ErrorCode").and_then(|code| code.parse().ok()));
        let state = match status {
            "delivered" | "read" => State::Delivered,
            "failed" | "undelivered" | "canceled" | "busy" | "no-answer" => failed(),
            // A call that was answered by a voicemail is "completed" too: that somebody heard it is known by the key.
            _ => State::Taken,
        };
        Ok(Report { of: Try::Named(sid.to_owned()), state })
    }

    /// Says what a call goes on with after a key.
    ///
    /// Whatever is not one key, pressed by a person, in time and for the first time, hears nothing more: the call ends.
    ///
    /// # Errors
    /// If it does not come from the provider.
    pub async fn step(&self, sealed: &str, called: &Called<'_>, now: Timestamp) -> Result<Step, NotHeard> {
        let (form, token) = self.checked(called).await?;
        let silence = || {
            let document = Document::silence().written().map_err(NotHeard::Unwritten)?;
            Ok(Step { document, said: None })
        };
        let after_key = open(sealed, &token, self.addresses.gateway());
        let Some(after_key) = after_key.filter(|after_key: &AfterKey| now < after_key.until && after_key.times > 0)
        else {
            return silence();
        };
        if !is_key(form.get("Digits")) || is_machine(form.get("AnsweredBy")) || !self.takes(sealed, &after_key, now) {
            return silence();
        }
        let sid = form.get("CallSid").ok_or(NotHeard::Incomplete)?.to_owned();
        let again = AfterKey { times: after_key.times - 1, ..after_key };
        let on_key = (again.times > 0).then(|| seal(&again, &token, self.addresses.gateway()).ok()).flatten();
        let on_key = on_key.map(|sealed| self.addresses.call(&sealed));
        let ours = self.playing(&again, &token, now);
        let heard = speech::body(&self.settings, &again.language, again.body.expose_secret(), ours);
        let document = Document { heard, on_key: on_key.as_deref() }.written().map_err(NotHeard::Unwritten)?;
        Ok(Step { document, said: Some((again.message, sid)) })
    }

    /// Where a code is to be played from that is not spoken.
    fn playing(&self, after_key: &AfterKey, token: &SecretString, now: Timestamp) -> Option<String> {
        let soon = now.saturating_add(LONGEST_PLAYING).unwrap_or(Timestamp::MAX);
        let (language, code) = (after_key.language.clone(), after_key.code.clone()?);
        let playing = Playing { language, code, until: after_key.until.min(soon) };
        seal(&playing, token, self.addresses.gateway()).ok().map(|sealed| self.addresses.playing(&sealed))
    }

    /// Says which code is to be played where a document of a call has led to; nothing where it has not, or not just now.
    ///
    /// # Errors
    /// If the token cannot be read.
    pub async fn played(&self, sealed: &str, now: Timestamp) -> Result<Option<Playing>, NotHeard> {
        let token = self.settings.auth_token.read().await?;
        let playing = open(sealed, &token, self.addresses.gateway());
        Ok(playing.filter(|playing: &Playing| now < playing.until))
    }

    async fn checked(&self, called: &Called<'_>) -> Result<(Form, SecretString), NotHeard> {
        let signature = called.signature.ok_or(NotHeard::Unsigned)?;
        let token = self.settings.auth_token.read().await?;
        let form = Form::read(called.body);
        if !form.is_signed(signature, self.addresses.public(), called.path, &token) {
            return Err(NotHeard::Unsigned);
        }
        Ok((form, token))
    }

    /// Whether this step was not taken before; from now on it was.
    fn takes(&self, sealed: &str, after_key: &AfterKey, now: Timestamp) -> bool {
        let Some(nonce) = sealed.get(..NONCE) else { return false };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.retain(|_, until| now < *until);
        taken.len() < MOST_STEPS && taken.insert(nonce.to_owned(), after_key.until).is_none()
    }
}

/// Whether exactly one key of a phone was pressed.
fn is_key(digits: Option<&str>) -> bool {
    matches!(digits.map(str::as_bytes), Some([b'0'..=b'9' | b'*' | b'#']))
}

/// Whether the provider has heard that no person answered, where it was told to listen for that.
fn is_machine(answered_by: Option<&str>) -> bool {
    answered_by.is_some_and(|by| by.starts_with("machine") || by == "fax")
}
