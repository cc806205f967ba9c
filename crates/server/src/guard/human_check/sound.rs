//! The characters as a recording: spoken one after the other in the person's language, with pauses of any length, a
//! little faster or slower, louder or softer, over quiet noise.
//!
//! The recordings are made by `cargo xtask sounds`; `crates/server/sounds/README.md` says how.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use secrecy::SecretString;

use super::characters::{ALPHABET, places};
use crate::crypt::random::{self, NoRandomness};

/// Samples a second; telephones have no more.
pub(crate) const RATE: u32 = 8000;
/// Length of a WAV header without extras.
const HEADER: usize = 44;
/// The middle of an 8-bit sample: silence.
const SILENCE: u8 = 128;

macro_rules! recordings {
    ($($tag:literal),+) => {
        /// By language tag; the first is spoken where there is none.
        const LANGUAGES: [(&str, &[u8]); [$($tag),+].len()] =
            [$(($tag, include_bytes!(concat!("../../../sounds/", $tag, ".wav")))),+];
    };
}
recordings!["en", "es", "fr", "de", "zh-Hans", "ar", "vi"];

/// How one character is said.
#[derive(Clone, Copy)]
struct Way {
    speed: f32,
    loudness: f32,
    /// Samples of silence before it.
    pause: usize,
}

/// A WAV (PCM, mono, 8 bits) of the characters.
///
/// # Errors
/// If the operating system gives no randomness.
pub(crate) fn wav(characters: &SecretString, language: &str) -> Result<Vec<u8>, NoRandomness> {
    let mut rng = StdRng::from_seed(random::bytes::<32>()?);
    let recorded = recorded(language);
    let mut track = track(&places(characters), &recorded, || Way {
        speed: rng.random_range(0.92..1.10),
        loudness: rng.random_range(0.75..1.0),
        pause: rng.random_range(3200..6400),
    });
    murmur(&mut track, &recorded, &mut rng);
    Ok(written(&track))
}

/// The recordings of a language, in the order of the alphabet.
fn recorded(language: &str) -> Vec<&'static [u8]> {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
    let known = LANGUAGES.iter().find(|(tag, _)| primary(tag) == primary(language));
    let all = known.or(LANGUAGES.first()).map_or(&[][..], |(_, file)| file);
    let samples = all.get(HEADER..).unwrap_or_default();
    // Each has the same room, filled up with silence.
    samples.chunks_exact((samples.len() / ALPHABET.len()).max(1)).map(without_silence).collect()
}

fn without_silence(room: &[u8]) -> &[u8] {
    let end = room.iter().rposition(|sample| *sample != SILENCE).map_or(0, |last| last + 1);
    room.get(..end).unwrap_or(room)
}

/// The recordings one after the other, as amplitudes around 0.
fn track(places: &[usize], recorded: &[&[u8]], mut way: impl FnMut() -> Way) -> Vec<f32> {
    let mut out = Vec::new();
    for place in places {
        let Way { speed, loudness, pause } = way();
        out.resize(out.len() + pause, 0.0);
        out.extend(at_speed(recorded.get(*place).copied().unwrap_or_default(), speed).map(|sample| sample * loudness));
    }
    out.resize(out.len() + RATE as usize / 2, 0.0);
    out
}

fn amplitude(sample: u8) -> f32 {
    (f32::from(sample) - f32::from(SILENCE)) / 128.0
}

/// Faster is higher, as with a tape.
fn at_speed(recording: &[u8], speed: f32) -> impl Iterator<Item = f32> + '_ {
    let length = (recording.len() as f32 / speed) as usize;
    (0..length).map(move |at| {
        let position = at as f32 * speed;
        let here = position as usize;
        let value = |at: usize| recording.get(at).copied().map_or(0.0, amplitude);
        value(here) + (value(here + 1) - value(here)) * position.fract()
    })
}

/// Noise, and voices that say nothing: other recordings, backwards and far away.
fn murmur(track: &mut [f32], recorded: &[&[u8]], rng: &mut StdRng) {
    let mut at = 0;
    while at < track.len() && !recorded.is_empty() {
        let other = recorded.get(rng.random_range(0..recorded.len())).copied().unwrap_or_default();
        let loudness = rng.random_range(0.02..0.06);
        for (sample, murmured) in track.iter_mut().skip(at).zip(other.iter().rev()) {
            *sample += amplitude(*murmured) * loudness;
        }
        at += other.len().max(400) / 2;
    }
    track.iter_mut().for_each(|sample| *sample += rng.random_range(-0.012..0.012));
}

fn written(track: &[f32]) -> Vec<u8> {
    let length = u32::try_from(track.len()).unwrap_or(u32::MAX);
    let mut out = Vec::with_capacity(HEADER + track.len());
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(length + 36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    // PCM, mono, 8 bits: one byte a sample.
    for (value, bytes) in [(16, 4), (1, 2), (1, 2), (RATE, 4), (RATE, 4), (1, 2), (8, 2)] {
        out.extend(value.to_le_bytes().into_iter().take(bytes));
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend(track.iter().map(|sample| (sample.clamp(-1.0, 0.99) * 128.0 + 128.0) as u8));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_recording_of_every_character() {
        let words = include_str!("../../../sounds/characters.txt");
        for (tag, file) in LANGUAGES {
            let said: Vec<char> = words
                .lines()
                .filter(|line| line.split_whitespace().next() == Some(tag))
                .filter_map(|line| line.split_whitespace().nth(2)?.chars().next())
                .collect();
            assert_eq!(said, ALPHABET, "{tag}: sounds/characters.txt has the characters in the order of the alphabet");
            assert_eq!(&file[..4], b"RIFF");
            assert_eq!((file.len() - HEADER) % ALPHABET.len(), 0, "{tag}");
            let recorded = recorded(tag);
            assert_eq!(recorded.len(), ALPHABET.len());
            for (character, recording) in ALPHABET.iter().zip(&recorded) {
                let seconds = recording.len() as f32 / RATE as f32;
                let loudest = recording.iter().map(|sample| amplitude(*sample).abs()).fold(0.0, f32::max);
                assert!((0.1..1.3).contains(&seconds), "{tag} {character}: {seconds} s");
                assert!(loudest > 0.6, "{tag} {character} is too soft: {loudest}");
            }
            for (at, one) in recorded.iter().enumerate() {
                assert!(recorded.iter().skip(at + 1).all(|other| one != other), "{tag}: two are the same");
            }
        }
    }

    #[test]
    fn the_recordings_stand_in_the_track_in_order_before_noise_is_laid_over_it() {
        // OT-14, AX-02
        for (tag, _) in LANGUAGES {
            let recorded = recorded(tag);
            let places = [3, 0, 13, 9, 9];
            let plain = Way { speed: 1.0, loudness: 1.0, pause: 1000 };
            let track = track(&places, &recorded, || plain);
            let mut at = 0;
            for place in places {
                assert!(track[at..at + 1000].iter().all(|sample| *sample == 0.0));
                at += 1000;
                let said: Vec<f32> = recorded[place].iter().map(|sample| amplitude(*sample)).collect();
                assert_eq!(&track[at..at + said.len()], said, "{tag} {place}");
                at += said.len();
            }
            assert!(track[at..].iter().all(|sample| *sample == 0.0));
        }
    }

    #[test]
    fn a_recording_is_pcm_mono_and_no_two_are_the_same() {
        let characters: SecretString = "FH3469".into();
        let first = wav(&characters, "de-AT").expect("a recording");
        assert_eq!(&first[..4], b"RIFF");
        assert_eq!(first[20..24], [1, 0, 1, 0], "PCM, one channel");
        assert_eq!(u32::from_le_bytes(first[24..28].try_into().expect("four bytes")), RATE);
        assert_eq!(u32::from_le_bytes(first[40..44].try_into().expect("four bytes")) as usize, first.len() - HEADER);
        assert!((20_000..100_000).contains(&first.len()), "{}", first.len());
        assert_ne!(first, wav(&characters, "de").expect("a recording"));
    }

    #[test]
    fn a_language_that_is_not_spoken_is_answered_in_english() {
        assert_eq!(recorded("tlh"), recorded("en"));
        assert_eq!(recorded("zh-TW"), recorded("zh-Hans"));
        assert_ne!(recorded("fr-CA"), recorded("en"));
    }
}
