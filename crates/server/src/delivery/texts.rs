//! What messages say, from the Fluent files, in the language of the flow.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use secrecy::{ExposeSecret as _, SecretString};
use unic_langid::LanguageIdentifier;

use super::Kind;

const FILES: [(&str, &str); 2] = [
    ("en", include_str!("../../../../locales/en/messages.ftl")),
    ("ar", include_str!("../../../../locales/ar/messages.ftl")),
];

/// Why the texts cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the texts of language {0} are damaged")]
pub struct TextsError(&'static str);

/// The texts of all languages; the first is spoken where another lacks one.
pub struct Texts(Vec<(&'static str, FluentBundle<FluentResource>)>);

/// A text and its subject, for mail.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) subject: String,
    pub(crate) body: SecretString,
}

impl Texts {
    /// # Errors
    /// If a file does not parse.
    pub fn load() -> Result<Self, TextsError> {
        FILES
            .iter()
            .map(|(tag, text)| bundle(tag, text).map(|bundle| (*tag, bundle)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The language to use for a tag such as `ar-EG`; what the campus speaks if there is none.
    pub(crate) fn language(&self, tag: Option<&str>, campus: &str) -> &'static str {
        let known = |tag: &str| {
            let primary = tag.split(['-', '_']).next().unwrap_or(tag);
            self.0.iter().map(|(tag, _)| *tag).find(|known| known.eq_ignore_ascii_case(primary))
        };
        tag.and_then(known).or_else(|| known(campus)).unwrap_or("en")
    }

    /// A message with a code in it.
    pub(crate) fn code(&self, language: &str, kind: Kind, campus: &str, code: &SecretString, minutes: u32) -> Written {
        let id = match kind {
            Kind::Text => "code-text",
            Kind::Call => "code-call",
            Kind::Email => "code-email",
        };
        let spoken = match kind {
            Kind::Text | Kind::Email => code.clone(),
            Kind::Call => in_pairs(code),
        };
        let mut args = FluentArgs::new();
        args.set("campus", campus);
        args.set("code", spoken.expose_secret());
        args.set("minutes", minutes);
        Written { subject: self.text(language, "code-subject", &args), body: self.text(language, id, &args).into() }
    }

    /// What a call with a code in it says before a key is pressed (TF-06).
    pub(crate) fn call_prompt(&self, language: &str, campus: &str) -> String {
        let mut args = FluentArgs::new();
        args.set("campus", campus);
        self.text(language, "code-call-prompt", &args)
    }

    /// A notice that something has happened (FL-15).
    pub(crate) fn notice(&self, language: &str, id: &str, campus: &str, helpdesk: &str, flow: &str) -> Written {
        let mut args = FluentArgs::new();
        args.set("campus", campus);
        args.set("helpdesk", helpdesk);
        args.set("flow", flow);
        Written { subject: self.text(language, "notice-subject", &args), body: self.text(language, id, &args).into() }
    }

    fn text(&self, language: &str, id: &str, args: &FluentArgs<'_>) -> String {
        let spoken = self.0.iter().filter(|(tag, _)| *tag == language);
        for (_, bundle) in spoken.chain(self.0.first()) {
            let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else { continue };
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(args), &mut errors);
            if errors.is_empty() {
                return text.into_owned();
            }
        }
        id.to_owned()
    }
}

/// Digit after digit with a pause after each pair: as one number, or as numbers of two digits that some languages say
/// backwards, nobody could write it down.
fn in_pairs(code: &SecretString) -> SecretString {
    let digits: Vec<char> = code.expose_secret().chars().collect();
    let pair = |pair: &[char]| pair.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
    digits.chunks(2).map(pair).collect::<Vec<_>>().join(" … ").into()
}

fn bundle(tag: &'static str, text: &str) -> Result<FluentBundle<FluentResource>, TextsError> {
    let language: LanguageIdentifier = tag.parse().map_err(|_| TextsError(tag))?;
    let resource = FluentResource::try_new(text.to_owned()).map_err(|_| TextsError(tag))?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Phones show the marks that isolate a placeable as boxes.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|_| TextsError(tag))?;
    Ok(bundle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_in_its_own_words() {
        let texts = Texts::load().expect("texts");
        let code = SecretString::from("31415926");
        for kind in [Kind::Text, Kind::Call, Kind::Email] {
            let mut seen = Vec::new();
            for (language, _) in FILES {
                let written = texts.code(language, kind, "Riverton", &code, 5);
                let body = written.body.expose_secret().to_owned();
                let spoken = body.matches("3 1 … 4 1 … 5 9 … 2 6").count();
                assert_eq!(spoken, if kind == Kind::Call { 2 } else { 0 }, "{language}: {body}");
                assert!(spoken == 2 || body.contains("31415926"), "{language}: {body}");
                assert!(!seen.contains(&body), "{language} says it in another language");
                seen.push(body);
            }
        }
        let prompts: std::collections::BTreeSet<String> =
            FILES.iter().map(|(language, _)| texts.call_prompt(language, "Riverton")).collect();
        assert_eq!(prompts.len(), FILES.len());
        assert!(prompts.iter().all(|prompt| prompt.contains("Riverton")));
        for id in ["notice-reset", "notice-change", "notice-unlock"] {
            for (language, _) in FILES {
                let written = texts.notice(language, id, "Riverton", "555-0100", "7K2M-Q4PX");
                assert!(written.body.expose_secret().contains("555-0100"), "{language} {id}");
            }
        }
    }

    #[test]
    fn an_unknown_language_is_answered_in_that_of_the_campus() {
        let texts = Texts::load().expect("texts");
        assert_eq!(texts.language(Some("ar-EG"), "en"), "ar");
        assert_eq!(texts.language(Some("tlh"), "ar"), "ar");
        assert_eq!(texts.language(None, "xx"), "en");
    }
}
