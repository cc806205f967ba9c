//! The characters as a picture: strokes of a pen, each character turned, bent and shifted a little, with lines and
//! specks between them. Black on white to the eye; every stroke stays whole.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use secrecy::SecretString;

use super::characters::places;
use crate::crypt::random::{self, NoRandomness};

pub(crate) const WIDTH: u32 = 330;
pub(crate) const HEIGHT: u32 = 110;

/// A picture cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    #[error(transparent)]
    Random(#[from] NoRandomness),
    #[error("the picture cannot be written")]
    Png(#[from] png::EncodingError),
}

type Point = (f32, f32);

/// Strokes of a character in a box of 1 by 1, the y axis downwards.
enum Stroke {
    Lines(&'static [Point]),
    /// Centre, radii, from and to in degrees, clockwise from the right.
    Arc {
        centre: Point,
        radii: Point,
        from: f32,
        to: f32,
    },
}

use Stroke::{Arc, Lines};

/// In the order of the alphabet.
const GLYPHS: [&[Stroke]; 14] = [
    // F
    &[Lines(&[(0.85, 0.0), (0.15, 0.0), (0.15, 1.0)]), Lines(&[(0.15, 0.47), (0.7, 0.47)])],
    // H
    &[Lines(&[(0.1, 0.0), (0.1, 1.0)]), Lines(&[(0.9, 0.0), (0.9, 1.0)]), Lines(&[(0.1, 0.5), (0.9, 0.5)])],
    // K
    &[Lines(&[(0.12, 0.0), (0.12, 1.0)]), Lines(&[(0.88, 0.0), (0.12, 0.58)]), Lines(&[(0.38, 0.4), (0.92, 1.0)])],
    // M
    &[Lines(&[(0.0, 1.0), (0.0, 0.0), (0.5, 0.62), (1.0, 0.0), (1.0, 1.0)])],
    // R
    &[
        Lines(&[(0.14, 1.0), (0.14, 0.0), (0.55, 0.0)]),
        Arc { centre: (0.55, 0.26), radii: (0.32, 0.26), from: -90.0, to: 90.0 },
        Lines(&[(0.55, 0.52), (0.14, 0.52)]),
        Lines(&[(0.45, 0.52), (0.9, 1.0)]),
    ],
    // T
    &[Lines(&[(0.0, 0.0), (1.0, 0.0)]), Lines(&[(0.5, 0.0), (0.5, 1.0)])],
    // W
    &[Lines(&[(-0.14, 0.0), (0.2, 1.0), (0.5, 0.18), (0.8, 1.0), (1.14, 0.0)])],
    // X
    &[Lines(&[(0.05, 0.0), (0.95, 1.0)]), Lines(&[(0.95, 0.0), (0.05, 1.0)])],
    // Y
    &[Lines(&[(0.02, 0.0), (0.5, 0.52), (0.98, 0.0)]), Lines(&[(0.5, 0.52), (0.5, 1.0)])],
    // 3
    &[
        Arc { centre: (0.45, 0.25), radii: (0.37, 0.25), from: -150.0, to: 90.0 },
        Arc { centre: (0.45, 0.75), radii: (0.42, 0.25), from: -90.0, to: 150.0 },
    ],
    // 4
    &[Lines(&[(0.95, 0.68), (0.02, 0.68), (0.62, 0.0), (0.62, 0.0), (0.62, 1.0)])],
    // 6
    &[
        Arc { centre: (0.5, 0.68), radii: (0.4, 0.32), from: 0.0, to: 360.0 },
        Arc { centre: (0.82, 0.68), radii: (0.72, 0.68), from: 180.0, to: 268.0 },
    ],
    // 7
    &[Lines(&[(0.06, 0.14), (0.06, 0.0), (0.94, 0.0), (0.36, 1.0)])],
    // 9
    &[
        Arc { centre: (0.5, 0.32), radii: (0.4, 0.32), from: 0.0, to: 360.0 },
        Arc { centre: (0.18, 0.32), radii: (0.72, 0.68), from: 0.0, to: 88.0 },
    ],
];

/// A PNG with the characters, 8 bits of grey.
///
/// # Errors
/// If the operating system gives no randomness.
pub(crate) fn png(characters: &SecretString) -> Result<Vec<u8>, PictureError> {
    let mut rng = StdRng::from_seed(random::bytes::<32>()?);
    let ink = drawn(&places(characters), &mut rng);
    let mut out = Vec::with_capacity(16 * 1024);
    let mut encoder = png::Encoder::new(&mut out, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&ink.printed(&mut rng))?;
    writer.finish()?;
    Ok(out)
}

fn drawn(places: &[usize], rng: &mut StdRng) -> Ink {
    let mut ink = Ink::new();
    let (width, height) = (WIDTH as f32, HEIGHT as f32);
    let warp = Warp::any(rng);
    let step = (width - 40.0) / places.len().max(1) as f32;
    for (at, place) in places.iter().enumerate() {
        let way = Way {
            centre: (
                20.0 + step * (at as f32 + 0.5) + rng.random_range(-4.0..4.0),
                height / 2.0 + rng.random_range(-9.0..9.0),
            ),
            size: (step.min(46.0) * rng.random_range(0.62..0.74), rng.random_range(48.0..60.0)),
            turn: rng.random_range(-0.24..0.24),
            slant: rng.random_range(-0.18..0.18),
            warp: &warp,
        };
        let pen = rng.random_range(2.6..3.6);
        for stroke in GLYPHS.get(*place).copied().unwrap_or_default() {
            let points: Vec<Point> = points(stroke).into_iter().map(|point| way.of(point)).collect();
            ink.stroke(&points, pen, 1.0);
        }
    }
    // Thin lines from side to side: they join what a machine would cut apart, and are too thin to be read as strokes.
    for _ in 0..3 {
        let (from, to) = (rng.random_range(15.0..height - 15.0), rng.random_range(15.0..height - 15.0));
        let bow = rng.random_range(-35.0..35.0);
        let points: Vec<Point> = (0..=40)
            .map(|i| i as f32 / 40.0)
            .map(|t| (t * width, from + (to - from) * t + bow * (t * std::f32::consts::PI).sin()))
            .collect();
        ink.stroke(&points, 0.7, 0.75);
    }
    for _ in 0..60 {
        let at = (rng.random_range(0.0..width), rng.random_range(0.0..height));
        ink.stroke(&[at, (at.0 + rng.random_range(-3.0..3.0), at.1 + rng.random_range(-3.0..3.0))], 0.6, 0.6);
    }
    ink
}

/// A stroke as points that are close enough together to be bent.
fn points(stroke: &Stroke) -> Vec<Point> {
    match stroke {
        Lines(corners) => {
            let legs = corners.iter().zip(corners.iter().skip(1));
            legs.flat_map(|(a, b)| (0..=8).map(move |i| between(*a, *b, i as f32 / 8.0))).collect()
        }
        Arc { centre, radii, from, to } => (0..=28)
            .map(|i| (from + (to - from) * i as f32 / 28.0).to_radians())
            .map(|angle| (centre.0 + radii.0 * angle.cos(), centre.1 + radii.1 * angle.sin()))
            .collect(),
    }
}

fn between(a: Point, b: Point, t: f32) -> Point {
    (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
}

/// Where a character goes and how it leans.
struct Way<'a> {
    centre: Point,
    size: Point,
    turn: f32,
    slant: f32,
    warp: &'a Warp,
}

impl Way<'_> {
    fn of(&self, point: Point) -> Point {
        let (x, y) = ((point.0 - 0.5) * self.size.0, (point.1 - 0.5) * self.size.1);
        let x = x - y * self.slant;
        let (sin, cos) = self.turn.sin_cos();
        self.warp.of((self.centre.0 + x * cos - y * sin, self.centre.1 + x * sin + y * cos))
    }
}

/// Long waves over the whole picture.
struct Warp {
    height: f32,
    length: f32,
    phase: f32,
    sideways: f32,
}

impl Warp {
    fn any(rng: &mut StdRng) -> Self {
        Self {
            height: rng.random_range(2.5..5.0),
            length: rng.random_range(70.0..130.0),
            phase: rng.random_range(0.0..std::f32::consts::TAU),
            sideways: rng.random_range(1.0..3.0),
        }
    }

    fn of(&self, (x, y): Point) -> Point {
        let wave = |at: f32, length: f32| (at / length * std::f32::consts::TAU + self.phase).sin();
        (x + self.sideways * wave(y, self.length * 0.6), y + self.height * wave(x, self.length))
    }
}

/// How much of every pixel is covered, 0 to 1.
struct Ink(Vec<f32>);

impl Ink {
    fn new() -> Self {
        Self(vec![0.0; (WIDTH * HEIGHT) as usize])
    }

    /// Draws along the points with a round pen.
    fn stroke(&mut self, points: &[Point], radius: f32, dark: f32) {
        for (a, b) in points.iter().zip(points.iter().skip(1)) {
            let reach = radius + 1.0;
            let span = |a: f32, b: f32, most: u32| {
                let (low, high) = (a.min(b) - reach, a.max(b) + reach);
                (low.max(0.0) as u32)..(high.max(0.0).ceil() as u32 + 1).min(most)
            };
            for y in span(a.1, b.1, HEIGHT) {
                for x in span(a.0, b.0, WIDTH) {
                    let covered = (radius + 0.5 - distance((x as f32, y as f32), *a, *b)).clamp(0.0, 1.0) * dark;
                    if let Some(pixel) = self.0.get_mut((y * WIDTH + x) as usize) {
                        *pixel = pixel.max(covered);
                    }
                }
            }
        }
    }

    /// Grey on grey: the darkest to the lightest is at least 9:1, whatever the grain.
    fn printed(&self, rng: &mut StdRng) -> Vec<u8> {
        let grain = |ink: &f32| {
            let paper = rng.random_range(236.0..252.0_f32);
            let black = rng.random_range(24.0..44.0_f32);
            (paper + (black - paper) * ink) as u8
        };
        self.0.iter().map(grain).collect()
    }
}

/// From a point to the nearest one between two others.
fn distance(point: Point, a: Point, b: Point) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { ((point.0 - a.0) * dx + (point.1 - a.1) * dy) / length } else { 0.0 };
    let nearest = between(a, b, t.clamp(0.0, 1.0));
    (point.0 - nearest.0).hypot(point.1 - nearest.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::human_check::characters::ALPHABET;

    #[test]
    fn a_picture_has_its_size_and_no_two_are_the_same() {
        let characters: SecretString = "FH346".into();
        let first = png(&characters).expect("a picture");
        let mut reader = png::Decoder::new(std::io::Cursor::new(&first)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("pixels");
        assert_eq!((info.width, info.height), (WIDTH, HEIGHT));
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
        let (dark, light) = (pixels.iter().filter(|p| **p < 60).count(), pixels.iter().filter(|p| **p > 230).count());
        assert!(dark > 1_500 && light > 20_000, "{dark} dark, {light} light");
        assert!(first.len() < 48 * 1024, "{}", first.len());
        assert_ne!(first, png(&characters).expect("a picture"));
    }

    #[test]
    fn every_character_has_a_drawing_of_its_own() {
        let plain = |place: usize| {
            let mut ink = Ink::new();
            let warp = Warp { height: 0.0, length: 100.0, phase: 0.0, sideways: 0.0 };
            let way = Way { centre: (50.0, 50.0), size: (40.0, 50.0), turn: 0.0, slant: 0.0, warp: &warp };
            for stroke in GLYPHS[place] {
                ink.stroke(&points(stroke).into_iter().map(|point| way.of(point)).collect::<Vec<_>>(), 3.0, 1.0);
            }
            ink.0
        };
        for (first, one) in ALPHABET.iter().enumerate() {
            for (second, other) in ALPHABET.iter().enumerate().take(first) {
                let (a, b) = (plain(first), plain(second));
                let both: f32 = a.iter().zip(&b).map(|(a, b)| a.min(*b)).sum();
                let either: f32 = a.iter().zip(&b).map(|(a, b)| a.max(*b)).sum();
                assert!(both / either < 0.6, "{one} and {other}: {}", both / either);
            }
        }
    }
}
