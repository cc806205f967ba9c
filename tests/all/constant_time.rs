//! How long the comparison of a secret takes says nothing of it (OT-09), in the way of dudect (Reparaz, Balasch,
//! Verbauwhede, "Dude, is my code constant time?", DATE 2017): two kinds of inputs in random order, and a t-test on the
//! times of the one and the other.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

use std::hint::black_box;
use std::time::Instant;

use latchkey_server::crypt::same::same;

/// Bytes of a keyed hash, which is what codes and tokens are compared as.
const LENGTH: usize = 32;
/// How often one input is compared for one sample, so that the clock can tell.
const REPEATED: usize = 32;
/// Beyond this two kinds of inputs are told apart (dudect).
const BAR: f64 = 4.5;
/// Of the samples the slowest are left out: those in which the machine did something else.
const KEPT_PERCENT: usize = 90;

/// Numbers in no order; the same ones each time, so that a run can be repeated.
struct Mixed(u64);

impl Mixed {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self) -> [u8; LENGTH] {
        std::array::from_fn(|_| u8::try_from(self.next() & 0xff).unwrap())
    }
}

#[expect(clippy::disallowed_methods, reason = "what is measured here is time itself")]
fn now() -> Instant {
    Instant::now()
}

/// The mean of some times, how much they vary, and how many there are.
fn summary(times: &[f64]) -> (f64, f64, f64) {
    let many = times.len() as f64;
    let mean = times.iter().sum::<f64>() / many;
    let variance = times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (many - 1.0);
    (mean, variance, many)
}

/// Welch's t between the times of a value that is the same as the secret and of values that differ from it anywhere.
fn t_of(compare: impl Fn(&[u8], &[u8]) -> bool, samples: usize) -> f64 {
    let mut mixed = Mixed(0x9e37_79b9_7f4a_7c15);
    let secret = mixed.bytes();
    let mut taken: Vec<(bool, f64)> = Vec::with_capacity(samples);
    let mut given = [0; LENGTH];
    for _ in 0..samples {
        let is_same = mixed.next() & 1 == 0;
        let other = mixed.bytes();
        // Both kinds are written to the same place by the same work.
        for (place, byte) in given.iter_mut().enumerate() {
            *byte = if is_same { secret[place] } else { other[place] };
        }
        let began = now();
        for _ in 0..REPEATED {
            black_box(compare(black_box(&secret), black_box(&given)));
        }
        taken.push((is_same, began.elapsed().as_nanos() as f64));
    }
    let mut sorted: Vec<f64> = taken.iter().map(|(_, time)| *time).collect();
    sorted.sort_by(f64::total_cmp);
    let slowest = sorted[samples * KEPT_PERCENT / 100 - 1];
    let of = |kind: bool| -> Vec<f64> {
        taken.iter().filter(|(is_same, time)| *is_same == kind && *time <= slowest).map(|(_, time)| *time).collect()
    };
    let (same, other) = (summary(&of(true)), summary(&of(false)));
    (same.0 - other.0) / (same.1 / same.2 + other.1 / other.2).sqrt()
}

/// What a comparison must not be: it stops at the first byte that differs.
fn leaky(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| black_box(a) == black_box(b))
}

/// Of three runs two have to pass: a machine does other things too.
fn judge(samples: usize) {
    let leak = t_of(leaky, samples);
    assert!(leak.abs() > 10.0 * BAR, "this measurement does not see a comparison that stops early: t = {leak:.1}");
    let mut ts: Vec<f64> = (0..3).map(|_| t_of(same, samples).abs()).collect();
    ts.sort_by(f64::total_cmp);
    println!("figure: t of a comparison that stops early = {:.0}", leak.abs());
    println!("figure: t of the comparison, the middle of three runs of {samples} samples = {:.2}", ts[1]);
    assert!(ts[1] < BAR, "{ts:?}");
}

#[test]
fn the_time_of_a_comparison_does_not_say_whether_or_where_it_fails() {
    // OT-09, in a short form
    judge(100_000);
}

#[test]
#[ignore = "long: cargo xtask test --long compare"]
fn long_compare_takes_as_long_for_what_is_right_as_for_what_is_wrong() {
    // OT-09
    judge(1_000_000);
}
