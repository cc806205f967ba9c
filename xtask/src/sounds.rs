//! Makes the recordings of the human check's characters anew: one WAV a language, 8 kHz, 8 bits, mono.

use std::collections::BTreeMap;
use std::f64::consts::PI;
use std::process::Command;

use crate::step::{Done, Failure, root, say, step};

/// Samples a second of what espeak-ng says, and of what is kept.
const SAID: f64 = 22_050.0;
const KEPT: u32 = 8_000;
/// What a telephone lets through; above half the rate nothing may be left.
const CUT: f64 = 3_700.0;
const HEADER: usize = 44;

pub(crate) fn sounds() -> Done {
    let folder = root().join("crates/server/sounds");
    let words = folder.join("words.txt");
    let words = std::fs::read_to_string(&words)
        .map_err(|error| Failure::new(format!("{}: {error}", words.display()), "restore it from the repository"))?;
    let mut languages = BTreeMap::<&str, Vec<Vec<f64>>>::new();
    step("speak", || {
        for line in words.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let mut parts = line.splitn(4, ' ');
            let (Some(tag), Some(voice), Some(_), Some(word)) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                return Err(Failure::new(format!("words.txt: {line}"), "a line has language, voice, character, word"));
            };
            languages.entry(tag).or_default().push(trimmed(&resampled(&spoken(voice, word)?)));
        }
        Ok(())
    })?;
    for (tag, recordings) in languages {
        let bytes = wav(&recordings);
        let path = folder.join(format!("{tag}.wav"));
        say(format_args!("{} {} bytes", path.display(), bytes.len()));
        std::fs::write(&path, bytes)
            .map_err(|error| Failure::new(format!("{}: {error}", path.display()), "make the folder writable"))?;
    }
    Ok(())
}

/// The samples that espeak-ng makes of a word.
fn spoken(voice: &str, word: &str) -> Done<Vec<f64>> {
    let said = Command::new("espeak-ng").args(["-v", voice, "-s", "125", "-a", "100", "--stdout", word]).output();
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
fn wav(recordings: &[Vec<f64>]) -> Vec<u8> {
    let room = recordings.iter().map(Vec::len).max().unwrap_or(0) + 1;
    let length = u32::try_from(room * recordings.len()).unwrap_or(u32::MAX);
    let mut out = Vec::new();
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(length + 36).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    // PCM, mono, 8 bits: one byte a sample.
    for (value, bytes) in [(16, 4), (1, 2), (1, 2), (KEPT, 4), (KEPT, 4), (1, 2), (8, 2)] {
        out.extend(value.to_le_bytes().into_iter().take(bytes));
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&length.to_le_bytes());
    for recording in recordings {
        let samples = recording.iter().copied().chain(std::iter::repeat(0.0)).take(room);
        out.extend(samples.map(|sample| (sample * 127.0 + 128.0).round() as u8));
    }
    out
}
