//! Randomness, from the operating system and nowhere else (OT-01).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use secrecy::SecretString;
use zeroize::Zeroizing;

/// The operating system gave no random bytes; nothing may go on without them.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// Letters and digits that cannot be taken for one another (Crockford).
const READABLE: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// # Errors
/// If the operating system gives none.
pub fn bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut out = [0; N];
    SysRng.try_fill_bytes(&mut out).map_err(|_| NoRandomness)?;
    Ok(out)
}

/// A bearer token: 256 bits, base64url.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn token() -> Result<SecretString, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<32>()?).into())
}

/// A code of so many digits, each equally likely: numbers beyond the largest multiple of 10^digits are drawn again.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn digits(length: u8) -> Result<SecretString, NoRandomness> {
    let range = 10_u64.pow(u32::from(length.min(18)));
    let limit = u64::MAX - u64::MAX % range;
    loop {
        let drawn = u64::from_le_bytes(bytes::<8>()?);
        if drawn < limit {
            let width = usize::from(length.min(18));
            return Ok(format!("{:0width$}", drawn % range).into());
        }
    }
}

/// A code that people read and type: letters and digits that cannot be taken for one another, 5 bits each.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn readable<const LENGTH: usize>() -> Result<SecretString, NoRandomness> {
    let drawn = Zeroizing::new(bytes::<LENGTH>()?);
    Ok(drawn.iter().map(|byte| letter(*byte)).collect::<String>().into())
}

fn letter(byte: u8) -> char {
    READABLE.get(usize::from(byte % 32)).map_or('0', |letter| char::from(*letter))
}

/// What a person reads to the helpdesk, for example `7K2M-Q4PX`.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn readable_id() -> Result<String, NoRandomness> {
    let drawn = bytes::<8>()?;
    let text = |half: &[u8]| half.iter().map(|byte| letter(*byte)).collect::<String>();
    let (first, second) = drawn.split_at(4);
    Ok(format!("{}-{}", text(first), text(second)))
}

/// An opaque id of 128 bits, base64url.
///
/// # Errors
/// If the operating system gives no randomness.
pub fn id() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<16>()?))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_readable_code_is_typed_as_it_was_made() {
        let code = readable::<16>().expect("randomness");
        assert_eq!(crate::typed::code::readable(&code).expose_secret(), code.expose_secret());
        assert_eq!(code.expose_secret().len(), 16);
    }

    #[test]
    fn a_code_has_its_length_and_every_digit_is_as_likely() {
        // OT-01: chi-square of each position, 9 degrees of freedom, p > 0.001 up to 27.9
        let mut seen = [[0_u32; 10]; 8];
        for _ in 0..20_000 {
            let code = digits(8).expect("randomness");
            assert_eq!(code.expose_secret().len(), 8);
            for (place, digit) in code.expose_secret().bytes().enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        for counts in seen {
            let chi: f64 = counts.iter().map(|n| (f64::from(*n) - 2000.0).powi(2) / 2000.0).sum();
            assert!(chi < 33.0, "{counts:?}");
        }
    }

    #[test]
    fn an_id_for_the_helpdesk_is_short_and_has_no_letters_that_look_alike() {
        let id = readable_id().expect("randomness");
        assert_eq!(id.len(), 9);
        assert!(!id.contains(['I', 'L', 'O', 'U']), "{id}");
    }
}
