//! What calls play: sentences and digits in seven languages, spoken beforehand, for gateways that play files.
//!
//! They are made by `cargo xtask sounds`; `crates/server/sounds/README.md` says how.

use secrecy::{ExposeSecret as _, SecretString};

/// The recordings of one language, by their names.
type Language = (&'static str, [(&'static str, &'static [u8]); 14]);

macro_rules! language {
    ($tag:literal, $($name:literal),+) => {
        ($tag, [$(($name, include_bytes!(concat!("../../sounds/calls/", $tag, "/", $name, ".wav")))),+])
    };
}

macro_rules! languages {
    ($($tag:literal),+) => {
        [$(language![
            $tag, "prompt", "code", "again", "goodbye", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"
        ]),+]
    };
}

const LANGUAGES: [Language; 7] = languages!["en", "es", "fr", "de", "zh-Hans", "ar", "vi"];

/// A WAV (mu-law, mono, 8 kHz) by the tag of its language and its name: `prompt`, `code`, `again`, `goodbye`, `0` to `9`.
#[must_use]
pub fn recording(language: &str, name: &str) -> Option<&'static [u8]> {
    let (_, recordings) = LANGUAGES.iter().find(|(tag, _)| *tag == language)?;
    recordings.iter().find(|(known, _)| *known == name).map(|(_, wav)| *wav)
}

/// The names of what is played after a key was pressed, in their order: the code twice, and a farewell. Nothing where a
/// code has other characters than digits.
#[must_use]
pub fn after_the_key(code: &SecretString) -> Option<Vec<&'static str>> {
    let digit =
        |character: char| LANGUAGES.first()?.1.iter().map(|(name, _)| *name).find(|name| name.chars().eq([character]));
    let digits: Vec<&str> = code.expose_secret().chars().map(digit).collect::<Option<_>>()?;
    Some([&["code"][..], &digits, &["again"], &digits, &["goodbye"]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    #[test]
    fn every_language_has_every_recording_and_each_is_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for language in config::LANGUAGES {
            for name in ["prompt", "code", "again", "goodbye", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] {
                let wav = recording(language, name).unwrap_or_else(|| panic!("{language} {name}"));
                assert_eq!(wav.get(..4), Some(&b"RIFF"[..]), "{language} {name}");
                assert_eq!(wav.get(20..24), Some(&[7, 0, 1, 0][..]), "{language} {name}: mu-law, mono");
                assert!(wav.len() > 44 + 8000 / 10, "{language} {name}: longer than a tenth of a second");
                assert!(seen.insert(wav), "{language} {name} is another recording");
            }
        }
        assert_eq!(recording("en", "10"), None);
        assert_eq!(recording("xx", "1"), None);
    }

    #[test]
    fn a_code_is_played_twice_and_what_is_no_code_is_not_played() {
        // TF-06
        let played = after_the_key(&SecretString::from("3141"));
        assert_eq!(played.expect("digits"), ["code", "3", "1", "4", "1", "again", "3", "1", "4", "1", "goodbye"]);
        assert_eq!(after_the_key(&SecretString::from("31a1")), None);
        assert_eq!(after_the_key(&SecretString::from("٣١")), None);
    }
}
