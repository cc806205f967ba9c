//! Texts outside the pages: tray, notifications, window titles.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_langneg::{NegotiationStrategy, negotiate_languages};
use unic_langid::LanguageIdentifier;

/// The languages that there are texts for, the first one for everybody else.
const LOCALES: [(&str, &str); 2] =
    [("en", include_str!("../../../locales/en/app.ftl")), ("ar", include_str!("../../../locales/ar/app.ftl"))];

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
    let wanted: Vec<LanguageIdentifier> = wanted.iter().filter_map(|tag| tag.parse().ok()).collect();
    let have: Vec<LanguageIdentifier> = LOCALES.iter().filter_map(|(tag, _)| tag.parse().ok()).collect();
    let found = negotiate_languages(&wanted, &have, None, NegotiationStrategy::Lookup);
    let found = found.first().map(ToString::to_string);
    LOCALES.iter().map(|(tag, _)| *tag).find(|tag| Some(*tag) == found.as_deref()).unwrap_or("en")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_fits_best_and_english_for_the_rest() {
        assert_eq!(best(&["ar-EG".into()]), "ar");
        assert_eq!(best(&["tlh".into(), "ar".into()]), "ar");
        assert_eq!(best(&["tlh".into()]), "en");
        assert_eq!(best(&["C".into()]), "en");
    }
}
