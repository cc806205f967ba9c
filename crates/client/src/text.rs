//! Texts outside the pages: tray, notifications, window titles.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// The languages that there are texts for, the first one for everybody else.
const LOCALES: [(&str, &str); 7] = [
    ("en", include_str!("../../../locales/en/app.ftl")),
    ("es", include_str!("../../../locales/es/app.ftl")),
    ("fr", include_str!("../../../locales/fr/app.ftl")),
    ("de", include_str!("../../../locales/de/app.ftl")),
    ("zh-Hans", include_str!("../../../locales/zh-Hans/app.ftl")),
    ("ar", include_str!("../../../locales/ar/app.ftl")),
    ("vi", include_str!("../../../locales/vi/app.ftl")),
];

/// The texts of one language.
pub struct Texts {
    tag: String,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// The texts in the language that fits the wanted ones best.
    #[must_use]
    pub fn of(wanted: &[String]) -> Self {
        let tag = best(wanted);
        let source = LOCALES.iter().find(|(locale, _)| *locale == tag).map_or("", |(_, source)| source);
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        // Tray, notifications and titles show isolation marks as boxes.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
        if bundle.add_resource(resource).is_err() {
            tracing::error!(tag, "a message id stands twice in the texts");
        }
        Self { tag: tag.to_owned(), bundle }
    }

    /// Its tag (BCP 47).
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// One text without arguments.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.format(id, None)
    }

    /// One text with a number, for example a count.
    #[must_use]
    pub fn count(&self, id: &str, name: &str, value: usize) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.format(id, Some(&args))
    }

    /// One text with a word in it, for example a name.
    #[must_use]
    pub fn with(&self, id: &str, name: &str, value: &str) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.format(id, Some(&args))
    }

    /// Falls back to the id: a person can still tell it to the helpdesk.
    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

/// What the system says its language is, the preferred one first.
#[must_use]
pub fn wanted() -> Vec<String> {
    sys_locale::get_locales().collect()
}

fn best(wanted: &[String]) -> &'static str {
    let wanted: Vec<LanguageIdentifier> = wanted.iter().filter_map(|tag| with_script(tag.parse().ok()?)).collect();
    let have: Vec<LanguageIdentifier> = LOCALES.iter().filter_map(|(tag, _)| tag.parse().ok()).collect();
    let found = negotiate_languages(&wanted, &have, None, NegotiationStrategy::Lookup);
    let found = found.first().map(ToString::to_string);
    LOCALES.iter().map(|(tag, _)| *tag).find(|tag| Some(*tag) == found.as_deref()).unwrap_or("en")
}

/// Systems say where Chinese is spoken, texts how it is written. Who reads the traditional script has no texts here, and
/// gets the next language that they want.
fn with_script(mut wanted: LanguageIdentifier) -> Option<LanguageIdentifier> {
    if wanted.language.as_str() == "zh" && wanted.script.is_none() {
        let traditional = wanted.region.is_some_and(|region| matches!(region.as_str(), "TW" | "HK" | "MO"));
        wanted.script = Some(if traditional { "Hant" } else { "Hans" }.parse().ok()?);
    }
    Some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_fits_best_and_english_for_the_rest() {
        for (wanted, expected) in [
            (&["ar-EG"][..], "ar"),
            (&["tlh", "ar"], "ar"),
            (&["tlh"], "en"),
            (&["C"], "en"),
            (&["en-GB", "de"], "en"),
            (&["pt-BR"], "en"),
            (&["pt-BR", "es-MX"], "es"),
            (&["de-CH"], "de"),
            (&["fr-CA", "en-CA"], "fr"),
            (&["vi-VN"], "vi"),
            (&["zh-CN"], "zh-Hans"),
            (&["zh-SG"], "zh-Hans"),
            (&["zh"], "zh-Hans"),
            (&["zh-Hans-CN", "en-US"], "zh-Hans"),
            (&["zh-TW"], "en"),
            (&["zh-Hant-HK", "fr"], "fr"),
        ] {
            let wanted: Vec<String> = wanted.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(best(&wanted), expected, "{wanted:?}");
        }
    }

    #[test]
    fn every_language_of_the_app_can_be_read_and_speaks_for_itself() {
        for (tag, _) in LOCALES {
            let texts = Texts::of(&[tag.to_owned()]);
            assert_eq!(texts.tag(), tag);
            for id in ["tray-recover", "codes-file-title", "codes-file-text", "codes-file-name"] {
                assert_ne!(texts.get(id), id, "{tag}");
            }
            assert!(texts.with("codes-file-title", "campus", "Example University").contains("Example University"));
            assert!(!texts.get("codes-file-name").contains(['/', '\\', ':', '.']), "{tag}: no name of a file");
        }
    }
}
