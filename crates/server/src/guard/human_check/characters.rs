//! Characters to see and to hear: which there are, how they are drawn, and how what was typed is compared.

use secrecy::{ExposeSecret as _, SecretString};

use crate::crypt::random::{self, NoRandomness};

/// No two look alike, in capitals or small, turned or bent, and no two sound alike in any of the languages.
///
/// Not among them: 0 O D Q, 1 I L J, 2 Z, 5 S, 8 B, U V, G (6), E P (F R), N (M), and A and C, which on a telephone are
/// K and T.
pub(crate) const ALPHABET: [char; 14] = ['F', 'H', 'K', 'M', 'R', 'T', 'W', 'X', 'Y', '3', '4', '6', '7', '9'];

/// How many there may be in a check: 19 or 23 bits, guessed once.
const LENGTHS: [u8; 2] = [5, 6];

/// Characters of a check, each equally likely.
///
/// # Errors
/// If the operating system gives no randomness.
pub(crate) fn draw() -> Result<SecretString, NoRandomness> {
    let [drawn] = random::bytes::<1>()?;
    let length = LENGTHS.get(usize::from(drawn) % LENGTHS.len()).copied().unwrap_or(6);
    let mut out = String::with_capacity(usize::from(length));
    while out.len() < usize::from(length) {
        let [drawn] = random::bytes::<1>()?;
        // 252 is the largest multiple of 14 that fits: beyond it some would be likelier.
        if usize::from(drawn) < 256 / ALPHABET.len() * ALPHABET.len() {
            out.extend(ALPHABET.get(usize::from(drawn) % ALPHABET.len()));
        }
    }
    Ok(out.into())
}

/// The places of the characters in the alphabet.
pub(crate) fn places(characters: &SecretString) -> Vec<usize> {
    let place = |c: char| ALPHABET.iter().position(|known| *known == c);
    characters.expose_secret().chars().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typed::code::characters;

    #[test]
    fn every_character_is_as_likely_and_both_lengths_are_drawn() {
        // OT-14: chi-square, 13 degrees of freedom, p > 0.0001 up to 41
        let (mut seen, mut lengths) = ([0_u32; 14], [0_u32; 2]);
        for _ in 0..20_000 {
            let drawn = draw().expect("randomness");
            lengths[drawn.expose_secret().len() - 5] += 1;
            places(&drawn).into_iter().for_each(|place| seen[place] += 1);
        }
        let expected = f64::from(seen.iter().sum::<u32>()) / 14.0;
        let chi: f64 = seen.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
        assert!(chi < 41.0, "{seen:?}");
        assert!(lengths.iter().all(|n| (9_000..11_000).contains(n)), "{lengths:?}");
    }

    #[test]
    fn capitals_spaces_and_the_script_of_digits_make_no_difference() {
        for typed in ["FH346", "fh346", " f h 3 4 6 ", "ＦＨ３４６", "fh٣٤٦"] {
            assert_eq!(characters(typed).expose_secret(), "FH346", "{typed}");
        }
        assert_ne!(characters("FH34").expose_secret(), "FH346");
    }
}
