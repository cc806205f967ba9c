//! What a campus says of its account at Twilio, or at a provider that copies that API.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::super::Kind;
use super::super::secret_file::SecretFile;
use super::super::web::Url;

/// Where Twilio itself is.
const TWILIO: &str = "https://api.twilio.com";
/// Where Twilio puts the signature of what it calls.
const SIGNATURE: &str = "X-Twilio-Signature";
/// How long a phone rings; later a voicemail would answer.
const RING_SECONDS: u16 = 30;
/// How long a phone may be told to ring (`Timeout` of the Calls resource).
const LONGEST_RING: u16 = 600;

/// An account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the API is, without `/2010-04-01`; a provider that copies it may have it below a path.
    #[serde(default = "twilio")]
    pub base_url: String,
    /// The account, `AC…` at Twilio.
    pub account_sid: String,
    /// The account's token. It checks what the provider calls and seals what it is given to keep, and signs in where
    /// there is no API key.
    pub auth_token: SecretFile,
    /// Signs in instead of the token, since it can be taken back alone.
    pub api_key: Option<ApiKey>,
    /// Who a text comes from: a number, a short code, a name of at most 11 letters and digits, or a messaging service
    /// (`MG…`).
    pub text_from: Option<String>,
    /// Which number a call comes from.
    pub call_from: Option<String>,
    /// What is other in single languages, by their tags.
    #[serde(default)]
    pub languages: BTreeMap<String, InLanguage>,
    /// How long a phone rings.
    #[serde(default = "ring_seconds")]
    pub ring_seconds: u16,
    /// Whether the provider tells us what became of a message.
    #[serde(default = "yes")]
    pub reports: bool,
    /// Whether a call plays this server's recordings instead of having a code spoken by a voice of the provider's.
    #[serde(default)]
    pub recordings: bool,
    /// Whether the provider forgets the text and the end of the number once a text is sent: Twilio's "message redaction",
    /// which has to be switched on there first.
    #[serde(default)]
    pub redact: bool,
    /// The header that has the signature of what the provider calls.
    #[serde(default = "signature")]
    pub signature_header: String,
    /// Authorities that are trusted instead of those of the system, in PEM.
    pub ca: Option<PathBuf>,
    /// Takes an address without TLS, where the network between is the gateway's and the campus' alone.
    #[serde(default)]
    pub plain: bool,
}

/// A key of the API.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// `SK…` at Twilio.
    pub sid: String,
    pub secret: SecretFile,
}

/// What is other in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct InLanguage {
    pub text_from: Option<String>,
    pub call_from: Option<String>,
    /// The voice and its language, as the provider names both; together.
    pub voice: Option<Voice>,
    /// A recording that is played instead of speaking what comes before a key is pressed: an https address.
    pub prompt: Option<String>,
}

/// A voice as the provider names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Voice {
    pub name: String,
    pub language: String,
}

fn twilio() -> String {
    TWILIO.to_owned()
}

fn signature() -> String {
    SIGNATURE.to_owned()
}

const fn ring_seconds() -> u16 {
    RING_SECONDS
}

const fn yes() -> bool {
    true
}

impl Settings {
    /// What is wrong with them for a gateway that carries these kinds, in words for their author.
    #[must_use]
    pub fn fault(&self, kinds: &[Kind]) -> Option<String> {
        let is_sid = |sid: &str| (1..=64).contains(&sid.len()) && sid.bytes().all(is_of_a_name);
        let senders = || self.languages.values();
        if Url::parse(&self.base_url).is_err() {
            return Some("base_url: no address".to_owned());
        }
        if !is_sid(&self.account_sid) || !self.api_key.iter().all(|key| is_sid(&key.sid)) {
            return Some("account_sid, api_key.sid: letters, digits, - and _".to_owned());
        }
        if kinds.contains(&Kind::Email) {
            return Some("kinds: it carries no email".to_owned());
        }
        if kinds.contains(&Kind::Text) && self.text_from.is_none() {
            return Some("text_from: who texts come from".to_owned());
        }
        if kinds.contains(&Kind::Call) && self.call_from.is_none() {
            return Some("call_from: the number that calls come from".to_owned());
        }
        let texts = self.text_from.iter().chain(senders().filter_map(|own| own.text_from.as_ref()));
        if let Some(from) = texts.into_iter().find(|from| !is_text_sender(from)) {
            return Some(format!("text_from: \"{from}\" is no number, short code, name of 1 to 11 letters or service"));
        }
        let calls = self.call_from.iter().chain(senders().filter_map(|own| own.call_from.as_ref()));
        if let Some(from) = calls.into_iter().find(|from| !is_number(from)) {
            return Some(format!("call_from: \"{from}\" is no number, as +12025550100"));
        }
        let mut prompts = senders().filter_map(|own| own.prompt.as_deref());
        if let Some(prompt) = prompts.find(|prompt| !is_https(prompt)) {
            return Some(format!("languages: prompt: \"{prompt}\" is no https address"));
        }
        if !(5..=LONGEST_RING).contains(&self.ring_seconds) {
            return Some(format!("ring_seconds: 5 to {LONGEST_RING}"));
        }
        let is_header = !self.signature_header.is_empty() && self.signature_header.bytes().all(is_of_a_name);
        (!is_header).then(|| "signature_header: the name of a header".to_owned())
    }

    /// Whether the provider has to reach this server.
    #[must_use]
    pub fn calls_back(&self, kinds: &[Kind]) -> bool {
        self.reports || kinds.contains(&Kind::Call)
    }

    pub(super) fn text_from(&self, language: &str) -> Option<&str> {
        self.languages.get(language).and_then(|own| own.text_from.as_deref()).or(self.text_from.as_deref())
    }

    pub(super) fn call_from(&self, language: &str) -> Option<&str> {
        self.languages.get(language).and_then(|own| own.call_from.as_deref()).or(self.call_from.as_deref())
    }
}

/// Whether a sender is a messaging service, which chooses the number itself.
pub(super) fn is_service(from: &str) -> bool {
    from.len() == 34 && from.starts_with("MG") && from.bytes().skip(2).all(|byte| byte.is_ascii_hexdigit())
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn is_number(from: &str) -> bool {
    let digits = from.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_text_sender(from: &str) -> bool {
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'+' | b'-' | b'_' | b'&');
    let is_name = (1..=11).contains(&from.len()) && from.trim() == from && from.bytes().all(named);
    is_number(from) || is_service(from) || is_name
}

fn is_https(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some_and(|host| !host.is_empty()))
}
