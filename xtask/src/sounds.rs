//! Makes the recordings anew: the human check's characters, and what calls play. All are 8 kHz, 8 bits, mono.

use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::path::Path;
use std::process::Command;

use crate::step::{Done, Failure, root, say, step};

/// Samples a second of what espeak-ng says, and of what is kept.
const SAID: f64 = 22_050.0;
const KEPT: u32 = 8_000;
/// What a telephone lets through; above half the rate nothing may be left.
const CUT: f64 = 3_700.0;
const HEADER: usize = 44;
/// Words a minute: single characters, and sentences.
const SLOW: &str = "125";
const CALM: &str = "140";
/// How samples are written in a WAV (RFC 2361).
const PCM: u32 = 1;
const MU_LAW: u32 = 7;

pub(crate) fn sounds() -> Done {
    let folder = root().join("crates/server/sounds");
    step("speak the characters of the human check", || characters(&folder))?;
    step("speak what calls play", || calls(&folder))
}

/// One WAV a language, all characters in a row.
fn characters(folder: &Path) -> Done {
    let lines = lines(&folder.join("characters.txt"))?;
    let mut languages = BTreeMap::<&str, Vec<Vec<f64>>>::new();
    for Line { language, voice, words, .. } in &lines {
        languages.entry(language).or_default().push(trimmed(&resampled(&spoken(voice, SLOW, words)?)));
    }
    for (language, recordings) in languages {
        write(&folder.join(format!("{language}.wav")), &in_rooms(&recordings))?;
    }
    Ok(())
}

/// One WAV a recording and language, as telephone exchanges play them.
fn calls(folder: &Path) -> Done {
    for Line { language, voice, name, words } in lines(&folder.join("calls.txt"))? {
        let recording = trimmed(&resampled(&spoken(&voice, CALM, &words)?));
        let folder = folder.join("calls").join(language);
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::new(format!("{}: {error}", folder.display()), "make the folder writable"))?;
        write(&folder.join(format!("{name}.wav")), &for_telephones(&recording))?;
    }
    Ok(())
}

/// One line of a list: who says what, and what it is called.
struct Line {
    language: String,
    voice: String,
    name: String,
    words: String,
}

fn lines(path: &Path) -> Done<Vec<Line>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("{}: {error}", path.display()), "restore it from the repository"))?;
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let parts: Vec<String> = line.splitn(4, ' ').map(str::to_owned).collect();
            let [language, voice, name, words] = parts.try_into().map_err(|_| {
                Failure::new(format!("{}: {line}", path.display()), "a line has language, voice, name, words")
            })?;
            Ok(Line { language, voice, name, words })
        })
        .collect()
}

fn write(path: &Path, bytes: &[u8]) -> Done {
    say(format_args!("{} {} bytes", path.display(), bytes.len()));
    std::fs::write(path, bytes)
        .map_err(|error| Failure::new(format!("{}: {error}", path.display()), "make the folder writable"))
}

/// The samples that espeak-ng makes of words, at so many words a minute.
fn spoken(voice: &str, speed: &str, words: &str) -> Done<Vec<f64>> {
    let said = Command::new("espeak-ng").args(["-v", voice, "-s", speed, "-a", "100", "--stdout", words]).output();
    let said = said.map_err(|error| Failure::new(format!("espeak-ng: {error}"), "apt-get install espeak-ng"))?;
    if !said.status.success() {
        return Err(Failure::new(format!("espeak-ng has no voice {voice}"), "apt-get install espeak-ng-data"));
    }
    let samples = said.stdout.get(HEADER..).unwrap_or_default().chunks_exact(2);
    Ok(samples.map(|pair| f64::from(i16::from_le_bytes(pair.try_into().unwrap_or_default())) / 32_768.0).collect())
}

/// The same at the rate that is kept, without what is above half of it (a windowed sinc).
fn resampled(samples: &[f64]) -> Vec<f64> {
    const REACH: i64 = 48;
    let length = (samples.len() as f64 * f64::from(KEPT) / SAID) as usize;
    let at = |place: f64| {
        let middle = place.floor() as i64;
        let taps = (middle - REACH..=middle + REACH).filter_map(|tap| {
            let sample = samples.get(usize::try_from(tap).ok()?)?;
            let offset = tap as f64 - place;
            let turn = 2.0 * PI * CUT / SAID * offset;
            let sinc = if offset.abs() < 1e-9 { 1.0 } else { turn.sin() / turn };
            let window = 0.5 + 0.5 * (PI * offset / (REACH as f64 + 1.0)).cos();
            Some(sample * sinc * window * 2.0 * CUT / SAID)
        });
        taps.sum()
    };
    (0..length).map(|n| at(n as f64 * SAID / f64::from(KEPT))).collect()
}

/// Without silence at both ends, as loud as all others, with soft edges.
fn trimmed(samples: &[f64]) -> Vec<f64> {
    let loudest = samples.iter().fold(0.0_f64, |most, sample| most.max(sample.abs())).max(1e-6);
    let heard = |sample: &f64| sample.abs() > loudest * 0.02;
    let margin = KEPT as usize / 100;
    let first = samples.iter().position(heard).unwrap_or(0).saturating_sub(margin);
    let last = samples.iter().rposition(heard).unwrap_or(0) + margin;
    let kept = samples.get(first..last.min(samples.len())).unwrap_or_default();
    let edge = |at: usize| (at.min(kept.len() - at) as f64 / margin as f64).min(1.0);
    kept.iter().enumerate().map(|(at, sample)| sample / loudest * 0.9 * edge(at)).collect()
}

/// All recordings of a language, each in the room of the longest.
fn in_rooms(recordings: &[Vec<f64>]) -> Vec<u8> {
    let room = recordings.iter().map(Vec::len).max().unwrap_or(0) + 1;
    let samples = recordings.iter().flat_map(|one| one.iter().copied().chain(std::iter::repeat(0.0)).take(room));
    wav(PCM, samples.map(|sample| (sample * 127.0 + 128.0).round() as u8).collect())
}

/// A recording as telephones carry it (ITU-T G.711, mu-law).
fn for_telephones(recording: &[f64]) -> Vec<u8> {
    wav(MU_LAW, recording.iter().map(|sample| mu_law(*sample)).collect())
}

/// A sample from -1 to 1 by G.711: sign, three bits of exponent, four of mantissa, all inverted.
fn mu_law(sample: f64) -> u8 {
    const BIAS: i32 = 0x84;
    let value = (sample * 32_635.0).round() as i32;
    let sign = if value < 0 { 0x80 } else { 0 };
    let magnitude = value.abs().min(32_635) + BIAS;
    let exponent = magnitude.ilog2() - 7;
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent as u8 * 16) | mantissa as u8)
}

/// A file of samples of one byte: mono, at the rate that is kept.
fn wav(form: u32, samples: Vec<u8>) -> Vec<u8> {
    let length = u32::try_from(samples.len()).unwrap_or(u32::MAX);
    let mut out = Vec::new();
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(length + 36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    for (value, bytes) in [(16, 4), (form, 2), (1, 2), (KEPT, 4), (KEPT, 4), (1, 2), (8, 2)] {
        out.extend(value.to_le_bytes().into_iter().take(bytes));
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend(samples);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_those_of_the_standard() {
        // G.711, table 2a: silence, the loudest of both signs, one in between.
        let known = [(0.0, 0xff), (1.0, 0x80), (-1.0, 0x00), (1000.0 / 32_635.0, 0xce)];
        for (sample, byte) in known {
            assert_eq!(mu_law(sample), byte, "{sample}");
        }
    }
}
