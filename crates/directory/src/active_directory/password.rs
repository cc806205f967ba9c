//! A password as `unicodePwd` takes it.

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use unicode_normalization::UnicodeNormalization as _;

/// The password in quotation marks, as UTF-16 with the lower byte first (MS-ADTS 3.1.1.3.1.5.1). It is composed first
/// (NFC), so that it is the same from every keyboard (PW-03); nothing is cut off.
pub(super) fn quoted(password: &SecretString) -> SecretSlice<u8> {
    let composed = composed(password);
    // The room is made at once: a text that grows leaves its beginning behind.
    let mut bytes = Vec::with_capacity(composed.expose_secret().len() * 2 + 4);
    for unit in std::iter::once(QUOTE).chain(composed.expose_secret().encode_utf16()).chain([QUOTE]) {
        bytes.extend(unit.to_le_bytes());
    }
    bytes.into()
}

const QUOTE: u16 = b'"' as u16;

/// NFC, as everywhere (PW-03).
pub(super) fn composed(password: &SecretString) -> SecretString {
    let mut text = String::with_capacity(password.expose_secret().len() * 3);
    text.extend(password.expose_secret().nfc());
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_quoted_and_has_two_bytes_for_a_unit() {
        // PW-03
        let bytes = quoted(&"aé".into());
        assert_eq!(bytes.expose_secret(), [b'"', 0, b'a', 0, 0xe9, 0, b'"', 0]);
        assert_eq!(quoted(&"ae\u{301}".into()).expose_secret(), bytes.expose_secret(), "composed");
        // One code point, two units.
        assert_eq!(quoted(&"🔑".into()).expose_secret(), [b'"', 0, 0x3d, 0xd8, 0x11, 0xdd, b'"', 0]);
        assert_eq!(quoted(&"\"".into()).expose_secret().len(), 6, "a quotation mark is a sign as any other");
        assert_eq!(quoted(&"x".repeat(256).into()).expose_secret().len(), 2 * 258);
    }
}
