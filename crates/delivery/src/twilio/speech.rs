//! In which voice each language is spoken, and what is played instead.
//!
//! Whatever is heard in a call is a list of [`Heard`], spoken or played. Played are the campus' own recording of the
//! prompt, or this server's recordings of the prompt and of a code.

use std::borrow::Cow;

use super::settings::{Settings, Voice};

/// Twilio's voices of the languages of our texts, all of its standard price, by published copies of its list: all seven
/// are there, Vietnamese by Google alone. A provider that copies the API may have others or lack one; then `languages`
/// names a voice, or a recording of the prompt, or `recordings` plays this server's.
const VOICES: [(&str, &str, &str); 7] = [
    ("en", "Polly.Joanna", "en-US"),
    ("es", "Polly.Lupe", "es-US"),
    ("fr", "Polly.Lea", "fr-FR"),
    ("de", "Polly.Vicki", "de-DE"),
    ("zh-Hans", "Polly.Zhiyu", "cmn-CN"),
    ("ar", "Polly.Zeina", "arb"),
    ("vi", "Google.vi-VN-Standard-A", "vi-VN"),
];

/// One thing that is heard in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard<'a> {
    /// By a voice of the provider; without one by that of the account.
    Spoken { voice: Option<(&'a str, &'a str)>, text: &'a str },
    /// A recording that the provider fetches.
    Played { address: Cow<'a, str> },
    /// Nothing, for so many seconds.
    Pause(u8),
}

/// What is heard before a key is pressed; `ours` is where this server's recording of it is, if that is wanted.
pub(super) fn prompt<'a>(settings: &'a Settings, language: &'a str, text: &'a str, ours: Option<String>) -> Heard<'a> {
    let recording = settings.languages.get(language).and_then(|own| own.prompt.as_deref()).map(Cow::Borrowed);
    let recording = recording.or(ours.map(Cow::Owned));
    recording.map_or_else(|| spoken(settings, language, text), |address| Heard::Played { address })
}

/// What is heard once a key was pressed; `ours` is where this server's recording of it is, if that is wanted.
pub(super) fn body<'a>(
    settings: &'a Settings,
    language: &'a str,
    text: &'a str,
    ours: Option<String>,
) -> Vec<Heard<'a>> {
    let played = ours.map(|address| Heard::Played { address: Cow::Owned(address) });
    vec![played.unwrap_or_else(|| spoken(settings, language, text))]
}

fn spoken<'a>(settings: &'a Settings, language: &'a str, text: &'a str) -> Heard<'a> {
    let own = settings.languages.get(language).and_then(|own| own.voice.as_ref());
    let own = own.map(|Voice { name, language }| (name.as_str(), language.as_str()));
    let usual = || VOICES.iter().find(|(tag, ..)| *tag == language).map(|(_, voice, language)| (*voice, *language));
    Heard::Spoken { voice: own.or_else(usual), text }
}
