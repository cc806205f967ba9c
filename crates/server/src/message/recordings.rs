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

/// Bytes before the samples in a WAV of ours.
const HEADER: usize = 44;
/// Silence in mu-law.
const SILENCE: u8 = 0xff;
/// Samples of silence behind a digit, and behind two of them: people write codes down in pairs.
const AFTER_ONE: usize = 8000 / 4;
const AFTER_TWO: usize = 8000 * 3 / 4;

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

/// What is played after a key was pressed, as one WAV: the code in pairs, twice. Nothing where a language has no recordings
/// or a code other characters than digits.
#[must_use]
pub fn joined(language: &str, code: &SecretString) -> Option<Vec<u8>> {
    let mut samples = Vec::new();
    let mut digits = 0;
    for name in after_the_key(code)? {
        samples.extend_from_slice(recording(language, name)?.get(HEADER..)?);
        let is_digit = name.len() == 1;
        digits = if is_digit { digits + 1 } else { 0 };
        let pause = if is_digit && digits % 2 == 0 { AFTER_TWO } else { AFTER_ONE };
        samples.resize(samples.len() + pause, SILENCE);
    }
    let length = u32::try_from(samples.len()).ok()?;
    let mut wav = recording(language, "code")?.get(..HEADER)?.to_vec();
    // The two places in which the length stands: behind RIFF, and before the samples.
    for (at, length) in [(4, length + 36), (40, length)] {
        wav.get_mut(at..at + 4)?.copy_from_slice(&length.to_le_bytes());
    }
    wav.extend_from_slice(&samples);
    Some(wav)
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

    #[test]
    fn a_code_is_one_recording_in_every_language() {
        // TF-06
        for language in config::LANGUAGES {
            let code = SecretString::from("314159");
            let wav = joined(language, &code).expect("a recording");
            let of = |at: usize| u32::from_le_bytes(wav[at..at + 4].try_into().expect("four bytes")) as usize;
            assert_eq!((of(4), of(40)), (wav.len() - 8, wav.len() - HEADER), "{language}");
            let least: usize = after_the_key(&code)
                .expect("names")
                .into_iter()
                .map(|name| recording(language, name).expect("a recording").len() - HEADER)
                .sum();
            assert!(wav.len() > least + 19 * AFTER_ONE, "{language}");
        }
        assert_eq!(joined("xx", &SecretString::from("31")), None);
        assert_eq!(joined("en", &SecretString::from("a1")), None);
    }
}
