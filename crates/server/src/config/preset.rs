//! Two whole sets of answers to "how strict?", beneath what a configuration says itself.

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// What holds for everything that a configuration does not set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// As the instructions have it that people know from elsewhere: characters to type, texts, calls and questions.
    Classic,
    /// As ASVS 5.0 and NIST SP 800-63B-4 want it; the defaults of every section.
    #[default]
    Strict,
}

/// What `classic` changes of the defaults.
const CLASSIC: &str = r#"
[human_check]
kinds = ["characters", "proof_of_work"]

[methods]
offered = ["text_mobile", "call_mobile", "call_office", "questions", "email", "totp", "recovery_code", "helpdesk_pass"]
one_phone_gate = false

[register]
first_binding = "password"

[change]
second_factor = "never"

[password]
min_length = 12
"#;

impl Preset {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Strict => "strict",
        }
    }

    /// Puts the preset beneath what was written: each key that is written wins, lists as a whole.
    ///
    /// # Errors
    /// If the built-in text is malformed.
    pub(crate) fn under(self, written: Table) -> Result<Table, toml::de::Error> {
        let mut table: Table = match self {
            Self::Classic => toml::from_str(CLASSIC)?,
            Self::Strict => Table::new(),
        };
        lay(&mut table, written);
        Ok(table)
    }
}

fn lay(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay(below, above),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use latchkey_api::Method;
    use latchkey_api::human_check::Kind;

    use crate::config::{Config, FirstBinding, Methods, SecondFactor};

    const CAMPUS: &str = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";

    fn parse(text: &str) -> Config {
        Config::parse(text).expect("a configuration")
    }

    #[test]
    fn without_a_preset_everything_is_strict() {
        // SQ-01
        let config = parse(CAMPUS);
        assert_eq!(config.methods, Methods::default());
        assert_eq!(config.methods.offered.first(), Some(&Method::Totp));
        assert!(!config.methods.offered.contains(&Method::Questions));
        assert_eq!(config.human_check.kinds, [Kind::ProofOfWork]);
        assert_eq!((config.password.min_length, config.methods.one_phone_gate), (15, true));
        assert_eq!(config.register.first_binding, FirstBinding::Pass);
        assert_eq!(config.change.second_factor, SecondFactor::WhenRegistered);
    }

    #[test]
    fn the_classic_preset_offers_what_the_instructions_name_first() {
        let config = parse(&format!("preset = \"classic\"\n{CAMPUS}"));
        let named = [Method::TextMobile, Method::CallMobile, Method::CallOffice, Method::Questions];
        assert_eq!(config.methods.offered.get(..4), Some(&named[..]));
        assert_eq!(config.human_check.kinds, [Kind::Characters, Kind::ProofOfWork]);
        assert_eq!((config.password.min_length, config.password.max_length), (12, 256));
        assert_eq!(config.register.first_binding, FirstBinding::Password);
        assert_eq!(config.change.second_factor, SecondFactor::Never);
    }

    #[test]
    fn what_is_written_wins_over_the_preset_key_by_key() {
        let text = format!(
            "preset = \"classic\"\n{CAMPUS}[password]\nmax_length = 64\n[methods]\noffered = [\"totp\", \"email\"]\n"
        );
        let config = parse(&text);
        assert_eq!((config.password.min_length, config.password.max_length), (12, 64));
        assert_eq!(config.methods.offered, [Method::Totp, Method::Email]);
        assert!(!config.methods.one_phone_gate);
    }

    #[test]
    fn an_unknown_preset_is_refused_with_its_line() {
        let error = Config::parse(&format!("\npreset = \"loose\"\n{CAMPUS}")).expect_err("refused").to_string();
        assert!(error.contains("line 2") && error.contains("strict"), "{error}");
    }
}
