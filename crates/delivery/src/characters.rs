//! Which characters a gateway carries, and how many text messages a text takes.

use serde::{Deserialize, Serialize};

/// The characters of a text that a gateway carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Characters {
    #[default]
    Unicode,
    /// The default alphabet of text messages and its extension (3GPP TS 23.038 §6.2.1).
    Gsm,
    Ascii,
}

/// What the default alphabet has beside ASCII, and then what its extension has.
const GSM_BESIDE_ASCII: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r€";
/// The extension, of which each character takes the room of two.
const GSM_EXTENSION: &str = "^{}\\[~]|€";
/// What one message holds of each alphabet: alone, and as a part of several, which say before them which they are (3GPP
/// TS 23.040 §9.2.3.24.1).
const SEPTETS: [usize; 2] = [160, 153];
const UNITS: [usize; 2] = [70, 67];
/// What of ASCII is in neither.
const ASCII_BESIDE_GSM: &str = "`";

impl Characters {
    #[must_use]
    pub fn carry(self, text: &str) -> bool {
        match self {
            Self::Unicode => true,
            Self::Gsm => text.chars().all(is_gsm),
            Self::Ascii => text.is_ascii(),
        }
    }
}

/// How many text messages a text takes: in the default alphabet where that has all of its characters, or else in UCS-2.
///
/// So they are counted and paid for by carriers. A gateway that writes everything in UCS-2 takes more.
#[must_use]
pub fn parts(text: &str) -> u32 {
    let is_gsm = Characters::Gsm.carry(text);
    let room = |c: char| if is_gsm { 1 + usize::from(GSM_EXTENSION.contains(c)) } else { c.len_utf16() };
    let [alone, of_several] = if is_gsm { SEPTETS } else { UNITS };
    if text.chars().map(room).sum::<usize>() <= alone {
        return 1;
    }
    // No character is torn in two.
    let (parts, _) = text.chars().map(room).fold((1, 0), |(parts, filled), room| {
        if filled + room <= of_several { (parts, filled + room) } else { (parts + 1, room) }
    });
    parts
}

fn is_gsm(c: char) -> bool {
    let printable = c.is_ascii_graphic() || c == ' ';
    (printable && !ASCII_BESIDE_GSM.contains(c)) || GSM_BESIDE_ASCII.contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_alphabet_carries_what_is_in_it() {
        for (text, gsm, ascii) in [
            ("31415926 is your code", true, true),
            ("[31415926] ist Ihr Code für Riverton {x|y}~^\\ €", true, false),
            ("C'est votre code, à bientôt", false, false),
            ("رمزك هو 31415926", false, false),
            ("a `quoted` code", false, true),
        ] {
            assert_eq!((Characters::Gsm.carry(text), Characters::Ascii.carry(text)), (gsm, ascii), "{text}");
            assert!(Characters::Unicode.carry(text));
        }
    }
    #[test]
    fn a_text_takes_as_many_messages_as_carriers_count() {
        for (piece, times, expected) in [
            ("", 1, 1),
            ("a", 160, 1),
            ("a", 161, 2),
            ("a", 306, 2),
            ("a", 307, 3),
            ("ü", 160, 1),
            ("€", 80, 1),
            ("€", 81, 2),
            // 76 and a half would fit, and none is torn.
            ("€", 153, 3),
            ("م", 70, 1),
            ("م", 71, 2),
            ("م", 134, 2),
            ("م", 135, 3),
            ("😀", 35, 1),
            ("😀", 36, 2),
            ("😀", 67, 3),
            ("`", 71, 2),
        ] {
            assert_eq!(parts(&piece.repeat(times)), expected, "{times} times {piece}");
        }
        assert_eq!(parts(&format!("{}م", "a".repeat(70))), 2, "one character decides for all");
    }
}
