//! A gateway for Twilio, and for every provider that copies its API: texts by Messages, calls by Calls.
//!
//! A call says what it is and waits for a key; only then the provider asks this server what to say (TF-06). Messages and
//! Calls know no idempotency: a message that is handed over again is sent again, with the same code in it. So a lost
//! answer is no reason to repeat it here; whoever owes it decides, and a report may tell meanwhile that it was taken.

mod answers;
mod callbacks;
mod sealed;
mod settings;
mod signature;
mod speech;
mod twiml;

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::web::{Method, Request, Url, Web, WebError};
use super::{Accepted, Answer, Cause, Delivery, Kind, Message, NotSent, Probe};
use sealed::{AfterKey, seal};
use speech::Heard;
use twiml::Document;

pub use callbacks::{Callbacks, Called, NotHeard, Step};
pub use sealed::Playing;
pub use settings::{ApiKey, InLanguage, Settings, Voice};

/// The version of the API that everybody has.
const VERSION: &str = "2010-04-01";
/// How often a code is said in one call, each time after a key.
const TIMES: u8 = 5;
/// How long a call may take in all, in seconds.
const LONGEST_CALL: &str = "300";
/// How long a text may wait at the provider (`ValidityPeriod`), in seconds.
const LONGEST_VALIDITY: i64 = 36_000;
/// Seconds between the two times that the prompt is said.
const BETWEEN_PROMPTS: u8 = 2;

/// Why the gateway cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum TwilioError {
    #[error("base_url is no address")]
    Address,
    #[error("base_url")]
    Web(#[from] WebError),
}

/// Why a message cannot be handed over.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("this gateway carries no mail")]
    Mail,
    #[error("no sender is configured for a {}; say text_from or call_from", .0.as_str())]
    NoSender(Kind),
    #[error("listener.public_url is missing, at which the provider asks what a call says after a key")]
    NoAddress,
    #[error("its time is over")]
    Over,
}

/// The gateway.
pub struct Twilio {
    settings: Settings,
    addresses: Option<Addresses>,
    account: Url,
    web: Web,
}

/// Where the provider reaches this server for one gateway.
#[derive(Debug, Clone)]
struct Addresses {
    gateway: String,
    public: String,
}

impl Addresses {
    fn new(gateway: &str, public: &str) -> Self {
        Self { gateway: gateway.to_owned(), public: public.to_owned() }
    }

    fn gateway(&self) -> &str {
        &self.gateway
    }

    fn public(&self) -> &str {
        &self.public
    }

    fn call(&self, sealed: &str) -> String {
        format!("{}/v1/gateways/{}/call/{sealed}", self.public, self.gateway)
    }

    /// The recording of what a call says first, the same for everybody.
    fn prompt(&self, language: &str) -> String {
        format!("{}/v1/sounds/{language}/prompt.wav", self.public)
    }

    /// The recording of one code.
    fn playing(&self, sealed: &str) -> String {
        format!("{}/v1/gateways/{}/playing/{sealed}", self.public, self.gateway)
    }

    fn report(&self, message: &str) -> String {
        format!("{}/v1/gateways/{}/report/{message}", self.public, self.gateway)
    }
}

impl Twilio {
    /// Opens the gateway `gateway`; the provider reaches this server at `public`, an origin without a slash at its end.
    ///
    /// # Errors
    /// If the address of the provider cannot be used.
    pub fn open(settings: Settings, gateway: &str, public: Option<&str>) -> Result<Self, TwilioError> {
        let base = Url::parse(&settings.base_url).map_err(|_| TwilioError::Address)?;
        let web = Web::open(&base, settings.ca.as_deref(), settings.plain)?;
        let account = below(&base, &[VERSION, "Accounts", &settings.account_sid]).ok_or(TwilioError::Address)?;
        let addresses = public.map(|public| Addresses::new(gateway, public));
        Ok(Self { settings, addresses, account, web })
    }

    async fn hand_over(&self, message: &Message) -> Result<Accepted, NotSent> {
        let (resource, form) = match message.kind {
            Kind::Text => ("Messages.json", self.text(message)?),
            Kind::Call => ("Calls.json", self.call(message).await?),
            Kind::Email => return Err(NotSent::Refused(Box::new(Trouble::Mail))),
        };
        let url = below(&self.account, &[resource]).ok_or_else(|| not_here(TwilioError::Address))?;
        let request = Request::new(Method::POST, url).with_body("application/x-www-form-urlencoded", form.into_body());
        let answered = self.web.ask(self.signed_in(request).await.map_err(not_here)?).await?;
        answers::judged(&answered, message.at)
    }

    /// A text (Messages).
    fn text(&self, message: &Message) -> Result<Form, NotSent> {
        let from = self.settings.text_from(&message.language).ok_or_else(|| not_here(Trouble::NoSender(Kind::Text)))?;
        let mut form = Form::to(message);
        form.add(if settings::is_service(from) { "MessagingServiceSid" } else { "From" }, from);
        form.add("Body", message.body.expose_secret());
        form.add("ValidityPeriod", &validity(message)?.to_string());
        if self.settings.redact {
            form.add("ContentRetention", "discard");
            form.add("AddressRetention", "obfuscate");
        }
        self.report_to(&mut form, message);
        Ok(form)
    }

    /// A call (Calls).
    async fn call(&self, message: &Message) -> Result<Form, NotSent> {
        let from = self.settings.call_from(&message.language).ok_or_else(|| not_here(Trouble::NoSender(Kind::Call)))?;
        validity(message)?;
        let mut form = Form::to(message);
        form.add("From", from);
        form.add("Twiml", self.first_document(message).await?.expose_secret());
        form.add("Timeout", &self.settings.ring_seconds.to_string());
        form.add("TimeLimit", LONGEST_CALL);
        if self.report_to(&mut form, message) {
            form.add("StatusCallbackEvent", "initiated");
            form.add("StatusCallbackEvent", "completed");
        }
        Ok(form)
    }

    /// What is said as soon as somebody answers; nothing that a voicemail may not hear.
    async fn first_document(&self, message: &Message) -> Result<SecretString, NotSent> {
        let Message { id, language, body, .. } = message;
        let Some(prompt) = &message.prompt else {
            let heard = speech::body(&self.settings, language, body.expose_secret(), None);
            return Document { heard, on_key: None }.written().map_err(not_here);
        };
        let addresses = self.addresses.as_ref().ok_or_else(|| not_here(Trouble::NoAddress))?;
        let token = self.settings.auth_token.read().await.map_err(not_here)?;
        let after_key = AfterKey {
            message: id.clone(),
            language: language.clone(),
            body: body.clone(),
            code: message.code.clone().filter(|code| self.settings.recordings && is_digits(code)),
            times: TIMES,
            until: message.expires_at,
        };
        let action = addresses.call(&seal(&after_key, &token, addresses.gateway()).map_err(not_here)?);
        let ours = after_key.code.as_ref().map(|_| addresses.prompt(language));
        let prompt = speech::prompt(&self.settings, language, prompt, ours);
        let heard = vec![prompt.clone(), Heard::Pause(BETWEEN_PROMPTS), prompt];
        Document { heard, on_key: Some(&action) }.written().map_err(not_here)
    }

    /// Asks for reports, where they are wanted and can reach us; whether it does.
    fn report_to(&self, form: &mut Form, message: &Message) -> bool {
        let Some(addresses) = self.addresses.as_ref().filter(|_| self.settings.reports) else { return false };
        form.add("StatusCallback", &addresses.report(&message.id));
        true
    }

    async fn signed_in(&self, request: Request) -> Result<Request, Cause> {
        let Settings { account_sid, auth_token, api_key, .. } = &self.settings;
        match api_key {
            Some(key) => request.basic(&key.sid, &key.secret.read().await?),
            None => request.basic(account_sid, &auth_token.read().await?),
        }
    }

    /// Asks for a message that nobody has, since every key may ask that and nothing of anybody comes back.
    async fn sign_in(&self) -> Result<(), Cause> {
        // The token is needed for what the provider calls, whoever signs in.
        self.settings.auth_token.read().await?;
        let nobody = format!("SM{:032}.json", 0);
        let url = below(&self.account, &["Messages", &nobody]).ok_or(TwilioError::Address)?;
        let request = self.signed_in(Request::new(Method::GET, url)).await?;
        let answered = self.web.ask(request).await.map_err(|error| match error {
            NotSent::Refused(cause) | NotSent::TryAgain { cause, .. } | NotSent::AnswerLost(cause) => cause,
        })?;
        answers::signs_in(&answered)
    }
}

impl Delivery for Twilio {
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a> {
        Box::pin(self.hand_over(message))
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(self.sign_in())
    }
}

/// A form on its way; it may hold a code.
struct Form(Vec<(&'static str, SecretString)>);

impl Form {
    fn to(message: &Message) -> Self {
        Self(vec![("To", message.to.clone())])
    }

    fn add(&mut self, name: &'static str, value: &str) {
        self.0.push((name, value.into()));
    }

    fn into_body(self) -> Vec<u8> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(self.0.iter().map(|(name, value)| (name, value.expose_secret())));
        form.finish().into_bytes()
    }
}

/// Whether a code can be played: what is no digit has no recording.
fn is_digits(code: &SecretString) -> bool {
    code.expose_secret().bytes().all(|byte| byte.is_ascii_digit())
}

/// How long the provider may keep the message, so that nothing leaves that nobody has a use for.
fn validity(message: &Message) -> Result<i64, NotSent> {
    let left = remaining(message.at, message.expires_at);
    if left < 1 { Err(NotSent::Refused(Box::new(Trouble::Over))) } else { Ok(left.min(LONGEST_VALIDITY)) }
}

fn remaining(now: Timestamp, until: Timestamp) -> i64 {
    until.duration_since(now).as_secs()
}

/// Nothing was handed over; another gateway may take it.
fn not_here(cause: impl Into<Cause>) -> NotSent {
    NotSent::TryAgain { after: None, cause: cause.into() }
}

/// An address below another.
fn below(base: &Url, parts: &[&str]) -> Option<Url> {
    let mut url = base.clone();
    url.set_query(None);
    url.path_segments_mut().ok()?.pop_if_empty().extend(parts);
    Some(url)
}

#[cfg(test)]
mod tests;
