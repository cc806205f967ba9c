//! What messages say, from the Fluent files, in the language of the flow.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use secrecy::{ExposeSecret as _, SecretString};
use unic_langid::LanguageIdentifier;

use latchkey_delivery::{Kind, characters};

use crate::config::LANGUAGES;

/// The texts of one language.
struct File {
    tag: &'static str,
    messages: &'static str,
    /// The app's own texts, of which the questions are needed here.
    app: &'static str,
}

macro_rules! files {
    ($($tag:literal),+) => {
        [$(File {
            tag: $tag,
            messages: include_str!(concat!("../../../../locales/", $tag, "/messages.ftl")),
            app: include_str!(concat!("../../../../locales/", $tag, "/app.ftl")),
        }),+]
    };
}

const FILES: [File; LANGUAGES.len()] = files!["en", "es", "fr", "de", "zh-Hans", "ar", "vi"];

/// As long as a code becomes, and the minutes for which it works.
const LONGEST_CODE: &str = "000000000000";
const LONGEST_MINUTES: u32 = 10;

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

/// What a notice says.
#[derive(Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) kind: Kind,
    /// Of its text.
    pub(crate) id: &'a str,
    pub(crate) campus: &'a str,
    pub(crate) helpdesk: &'a str,
    pub(crate) flow: &'a str,
    /// What was set up or taken away, where it is about that.
    pub(crate) means: Option<&'a str>,
    /// What proves nothing any more, where it is about that.
    pub(crate) method: Option<&'a str>,
    /// What undoes it.
    pub(crate) code: Option<&'a SecretString>,
}

impl Texts {
    /// # Errors
    /// If a file does not parse.
    pub fn load() -> Result<Self, TextsError> {
        FILES.iter().map(|file| bundle(file).map(|bundle| (file.tag, bundle))).collect::<Result<_, _>>().map(Self)
    }

    /// The language to use for a tag such as `ar-EG` or `zh-CN`; what the campus speaks if there is none.
    pub(crate) fn language(&self, tag: Option<&str>, campus: &str) -> &'static str {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
        let known = |tag: &str| LANGUAGES.into_iter().find(|known| primary(known) == primary(tag));
        tag.and_then(known).or_else(|| known(campus)).unwrap_or("en")
    }

    /// What a question of the catalogue asks, in a language.
    pub(crate) fn question(&self, language: &str, id: &str) -> String {
        self.text(language, &format!("question-{id}"), &FluentArgs::new())
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

    /// How many messages a text with a code takes on its way; 1 for all else.
    pub(crate) fn parts_of_code(&self, language: &str, kind: Kind, campus: &str) -> u32 {
        if kind != Kind::Text {
            return 1;
        }
        let written = self.code(language, kind, campus, &SecretString::from(LONGEST_CODE), LONGEST_MINUTES);
        characters::parts(written.body.expose_secret())
    }

    /// What a call with a code in it says before a key is pressed (TF-06).
    pub(crate) fn call_prompt(&self, language: &str, campus: &str) -> String {
        let mut args = FluentArgs::new();
        args.set("campus", campus);
        self.text(language, "code-call-prompt", &args)
    }

    /// A notice that something has happened (FL-15).
    pub(crate) fn notice(&self, language: &str, notice: &Notice<'_>) -> Written {
        let mut args = FluentArgs::new();
        args.set("campus", notice.campus);
        args.set("helpdesk", notice.helpdesk);
        args.set("flow", notice.flow);
        if let Some(means) = notice.means {
            args.set("means", means);
        }
        if let Some(method) = notice.method {
            args.set("method", method);
        }
        let written = |code: &SecretString| match notice.kind {
            Kind::Text | Kind::Email => grouped(code),
            Kind::Call => in_pairs(code),
        };
        let code = notice.code.map_or_else(|| SecretString::from(""), written);
        args.set("code", code.expose_secret());
        let body = self.text(language, notice.id, &args).into();
        Written { subject: self.text(language, "notice-subject", &args), body }
    }

    /// What the operator sends to try a gateway: subject and text.
    pub(crate) fn test(&self, language: &str, campus: &str) -> (String, String) {
        let mut args = FluentArgs::new();
        args.set("campus", campus);
        (self.text(language, "test-subject", &args), self.text(language, "test", &args))
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

fn bundle(file: &File) -> Result<FluentBundle<FluentResource>, TextsError> {
    let damaged = || TextsError(file.tag);
    let language: LanguageIdentifier = file.tag.parse().map_err(|_| damaged())?;
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Phones show the marks that isolate a placeable as boxes.
    bundle.set_use_isolating(false);
    let questions: Vec<&str> = file.app.lines().filter(|line| line.starts_with("question-")).collect();
    for text in [file.messages.to_owned(), questions.join("\n")] {
        let resource = FluentResource::try_new(text).map_err(|_| damaged())?;
        bundle.add_resource(resource).map_err(|_| damaged())?;
    }
    Ok(bundle)
}

/// A long code as it is read: four characters at a time.
fn grouped(code: &SecretString) -> SecretString {
    let letters: Vec<char> = code.expose_secret().chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-").into()
}

#[cfg(test)]
mod tests {
    use latchkey_api::Method;
    use latchkey_api::flow::Means;

    use super::*;

    #[test]
    fn every_language_says_everything_in_its_own_words() {
        let texts = Texts::load().expect("texts");
        let code = SecretString::from("31415926");
        for kind in [Kind::Text, Kind::Call, Kind::Email] {
            let mut seen = Vec::new();
            for language in LANGUAGES {
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
            LANGUAGES.into_iter().map(|language| texts.call_prompt(language, "Riverton")).collect();
        assert_eq!(prompts.len(), LANGUAGES.len());
        assert!(prompts.iter().all(|prompt| prompt.contains("Riverton")));
    }

    /// Every notice in a language, as text and as what it was made with.
    fn notices(texts: &Texts, language: &str) -> Vec<(String, String)> {
        let code = SecretString::from("7K2MQ4PX0123ABCD");
        let mut out = Vec::new();
        for id in [
            "notice-reset",
            "notice-change",
            "notice-unlock",
            "notice-uncertain",
            "notice-added",
            "notice-removed",
            "notice-undone",
            "notice-stopped",
            "notice-tries",
        ] {
            for means in Means::ALL {
                let undone = matches!(id, "notice-undone" | "notice-stopped");
                let notice = Notice {
                    kind: Kind::Text,
                    id,
                    campus: "Riverton University",
                    helpdesk: "555-0100",
                    flow: "7K2M-Q4PX",
                    means: matches!(id, "notice-added" | "notice-removed").then_some(means.as_str()),
                    method: None,
                    code: (!undone).then_some(&code),
                };
                let body = texts.notice(language, &notice).body.expose_secret().to_owned();
                assert!(body.contains("555-0100") && body.contains("7K2M-Q4PX"), "{language} {id}: {body}");
                assert_eq!(body.contains("7K2M-Q4PX-0123-ABCD"), !undone, "{language} {id}: {body}");
                out.push((id.to_owned(), body));
            }
        }
        out
    }

    #[test]
    fn a_notice_says_what_happened_and_how_it_is_undone_and_fits_into_a_text_message() {
        // RG-03
        let texts = Texts::load().expect("texts");
        for (language, most) in [("en", 160), ("ar", 2 * 67)] {
            let notices = notices(&texts, language);
            for (id, body) in &notices {
                assert!(body.chars().count() <= most, "{language} {id} has {}: {body}", body.chars().count());
            }
            let added: std::collections::BTreeSet<_> =
                notices.iter().filter(|(id, _)| id == "notice-added").map(|(_, body)| body).collect();
            assert_eq!(added.len(), Means::ALL.len(), "each means has its word");
        }
    }

    #[test]
    fn a_notice_about_what_others_have_replaced_names_it_in_every_language_and_fits_into_a_text_message() {
        // RG-04, B6
        let texts = Texts::load().expect("texts");
        for language in LANGUAGES {
            let mut seen = std::collections::BTreeSet::new();
            for means in [Means::Mobile, Means::Office, Means::Email] {
                let notice = Notice {
                    kind: Kind::Text,
                    id: "notice-replaced",
                    campus: "Riverton University",
                    helpdesk: "555-0100",
                    flow: "",
                    means: Some(means.as_str()),
                    method: None,
                    code: None,
                };
                let body = texts.notice(language, &notice).body.expose_secret().to_owned();
                assert!(body.contains("555-0100") && body.contains("Riverton University"), "{language}: {body}");
                let most = if body.is_ascii() { 160 } else { 200 };
                assert!(body.chars().count() <= most, "{language}: {body}");
                seen.insert(body);
            }
            assert_eq!(seen.len(), 3, "{language}");
        }
    }

    #[test]
    fn a_notice_about_a_disabled_method_names_it_in_every_language_and_fits_into_a_text_message() {
        // OT-05
        let texts = Texts::load().expect("texts");
        let guessable = [
            Method::TextMobile,
            Method::CallMobile,
            Method::CallOffice,
            Method::Email,
            Method::Totp,
            Method::Questions,
        ];
        for language in LANGUAGES {
            let mut seen = std::collections::BTreeSet::new();
            for method in guessable {
                let notice = Notice {
                    kind: Kind::Text,
                    id: "notice-disabled",
                    campus: "Riverton University",
                    helpdesk: "555-0100",
                    flow: "7K2M-Q4PX",
                    means: None,
                    method: Some(method.as_str()),
                    code: None,
                };
                let body = texts.notice(language, &notice).body.expose_secret().to_owned();
                for part in ["555-0100", "7K2M-Q4PX", "Riverton University"] {
                    assert!(body.contains(part), "{language}: {body}");
                }
                let most = if ["ar", "zh-Hans"].contains(&language) { 134 } else { 200 };
                let most = if language == "en" { 160 } else { most };
                assert!(body.chars().count() <= most, "{language} has {}: {body}", body.chars().count());
                seen.insert(body);
            }
            assert_eq!(seen.len(), guessable.len(), "{language}: each method has its word");
        }
    }

    #[test]
    fn a_code_takes_two_text_messages_at_most_and_never_more_than_it_is_paid_for() {
        // TF-02
        let texts = Texts::load().expect("texts");
        for language in LANGUAGES {
            let paid = texts.parts_of_code(language, Kind::Text, "Riverton University");
            assert!(paid <= 2, "{language}: {paid}");
            for minutes in [1, 5, 10] {
                let code = texts.code(language, Kind::Text, "Riverton University", &"31415926".into(), minutes);
                assert!(characters::parts(code.body.expose_secret()) <= paid, "{language} {minutes}");
            }
            assert_eq!(texts.parts_of_code(language, Kind::Call, "Riverton University"), 1);
        }
        assert_eq!(texts.parts_of_code("en", Kind::Text, "Riverton University"), 1);
        assert_eq!(texts.parts_of_code("ar", Kind::Text, "Riverton University"), 2);
    }

    #[test]
    fn a_test_says_that_it_is_one_in_every_language_and_fits_into_a_text_message() {
        let texts = Texts::load().expect("texts");
        let mut seen = std::collections::BTreeSet::new();
        for language in LANGUAGES {
            let (subject, body) = texts.test(language, "Riverton");
            assert!(subject.contains("Riverton") && body.contains("Riverton"), "{language}: {subject} {body}");
            assert!(body.chars().count() <= if body.is_ascii() { 160 } else { 134 }, "{language}: {body}");
            seen.insert(body);
        }
        assert_eq!(seen.len(), LANGUAGES.len());
    }

    #[test]
    fn every_question_has_its_text_in_every_language() {
        let texts = Texts::load().expect("texts");
        for id in crate::guard::decoy::QUESTIONS {
            for language in ["en", "ar"] {
                assert!(!texts.question(language, id).starts_with("question-"), "{language}: {id}");
            }
        }
    }

    #[test]
    fn an_unknown_language_is_answered_in_that_of_the_campus() {
        let texts = Texts::load().expect("texts");
        assert_eq!(texts.language(Some("ar-EG"), "en"), "ar");
        assert_eq!(texts.language(Some("tlh"), "ar"), "ar");
        assert_eq!(texts.language(None, "xx"), "en");
        for chinese in ["zh", "zh-CN", "zh-Hans-CN", "zh_CN", "ZH-hans"] {
            assert_eq!(texts.language(Some(chinese), "en"), "zh-Hans", "{chinese}");
        }
    }
}
