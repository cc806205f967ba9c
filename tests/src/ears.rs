//! Hears the characters of a human check in its recording, as a person would: by what each character sounds like.

use anyhow::{Context, Result, bail};

use crate::root;

/// In the order in which `crates/server/sounds` has them.
const CHARACTERS: &str = "FHKMRTWXY34679";
const RATE: usize = 8000;
const HEADER: usize = 44;
/// Samples of a frame and from one to the next.
const FRAME: usize = 256;
const HOP: usize = 128;
/// Samples from one possible beginning to the next.
const STEP: usize = 64;
/// Frames of silence that belong to a character's end.
const AFTER: usize = 6;

/// How loud a frame is in each band.
type Bands = [f32; 24];

/// The characters that are spoken in a recording (WAV, 8 kHz, 8 bits, mono).
///
/// # Errors
/// If there are no recordings in this language, or nothing is heard.
pub fn heard(wav: &[u8], language: &str) -> Result<String> {
    let voices = voices(language)?;
    let track = samples(wav)?;
    let grid = bands(&track, STEP, track.len() / STEP);
    let mut out = String::new();
    for (start, end) in spoken(&track) {
        let nearest = voices.iter().map(|voice| (voice.likeness(&grid, start, end), voice.character));
        let best = nearest.max_by(|(a, _), (b, _)| a.total_cmp(b)).context("no voices")?;
        out.push(best.1);
    }
    if out.is_empty() {
        bail!("nothing is heard");
    }
    Ok(out)
}

/// One character at one speed.
struct Voice {
    character: char,
    bands: Vec<Bands>,
}

impl Voice {
    /// How much what is spoken from here to there is like this voice, at the best of a few beginnings.
    fn likeness(&self, grid: &[Bands], start: usize, end: usize) -> f32 {
        let spoken = (end - start).div_ceil(HOP);
        let said = self.bands.len() - AFTER;
        // Whatever the noise at its edges: half as long or twice as long is another word.
        if spoken * 2 < said || said * 2 < spoken {
            return 0.0;
        }
        let first = (start / STEP).saturating_sub(6);
        let heard = |from: usize| grid.iter().skip(from).step_by(HOP / STEP).take(self.bands.len());
        (first..first + 8).map(|from| alike(&self.bands, &heard(from).copied().collect::<Vec<_>>())).fold(0.0, f32::max)
    }
}

fn voices(language: &str) -> Result<Vec<Voice>> {
    let path = root().join("crates/server/sounds").join(format!("{language}.wav"));
    let all = samples(&std::fs::read(&path).with_context(|| path.display().to_string())?)?;
    let room = all.len() / CHARACTERS.len();
    let mut voices = Vec::new();
    for (character, recording) in CHARACTERS.chars().zip(all.chunks_exact(room)) {
        let length = recording.iter().rposition(|sample| *sample != 0.0).unwrap_or(0) + 1;
        for speed in (0..=9).map(|n| 0.92 + 0.02 * n as f32) {
            let said: Vec<f32> = (0..(length as f32 / speed) as usize)
                .filter_map(|at| recording.get((at as f32 * speed) as usize).copied())
                .collect();
            let frames = said.len().div_ceil(HOP) + AFTER;
            voices.push(Voice { character, bands: bands(&said, HOP, frames) });
        }
    }
    Ok(voices)
}

fn samples(wav: &[u8]) -> Result<Vec<f32>> {
    let samples = wav.get(HEADER..).context("not a WAV")?;
    Ok(samples.iter().map(|sample| (f32::from(*sample) - 128.0) / 128.0).collect())
}

/// From where to where something is spoken: pauses between characters are longer than those within one.
fn spoken(track: &[f32]) -> Vec<(usize, usize)> {
    let loud = |frame: &[f32]| (frame.iter().map(|sample| sample * sample).sum::<f32>() / frame.len() as f32).sqrt();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, frame) in track.chunks(80).enumerate().filter(|(_, frame)| loud(frame) > 0.05) {
        let (start, end) = (at * 80, at * 80 + frame.len());
        match found.last_mut() {
            Some(last) if start - last.1 < RATE * 3 / 10 => last.1 = end,
            _ => found.push((start, end)),
        }
    }
    found.retain(|(start, end)| end - start > RATE / 20);
    found
}

fn bands(track: &[f32], step: usize, frames: usize) -> Vec<Bands> {
    (0..frames).map(|n| band(track.get(n * step..).unwrap_or_default())).collect()
}

/// The loudness of 24 bands from 150 Hz to 3.7 kHz, by Goertzel's method.
fn band(samples: &[f32]) -> Bands {
    let mut out = [0.0; 24];
    for (n, out) in out.iter_mut().enumerate() {
        let frequency = 150.0 * (3700.0_f32 / 150.0).powf(n as f32 / 23.0);
        let turn = 2.0 * std::f32::consts::PI * frequency / RATE as f32;
        let factor = 2.0 * turn.cos();
        let (mut one, mut two) = (0.0, 0.0);
        for (at, sample) in samples.iter().take(FRAME).enumerate() {
            let window = (std::f32::consts::PI * at as f32 / FRAME as f32).sin();
            (one, two) = (sample * window + factor * one - two, one);
        }
        // Loud and soft parts of a word count alike, as ears have it; what is softer than the noise counts for nothing.
        *out = ((one * one + two * two - factor * one * two).max(0.0).sqrt() - 1.0).max(0.0).sqrt();
    }
    out
}

fn alike(one: &[Bands], other: &[Bands]) -> f32 {
    let product = |a: &[Bands], b: &[Bands]| -> f32 {
        a.iter().zip(b).flat_map(|(a, b)| a.iter().zip(b)).map(|(a, b)| a * b).sum()
    };
    product(one, other) / (product(one, one) * product(other, other)).sqrt().max(1e-6)
}
