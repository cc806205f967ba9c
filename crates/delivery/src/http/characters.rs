//! Which characters a gateway carries, and how many.

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
/// What of ASCII is in neither.
const ASCII_BESIDE_GSM: &str = "`";

impl Characters {
    pub(super) fn carry(self, text: &str) -> bool {
        match self {
            Self::Unicode => true,
            Self::Gsm => text.chars().all(is_gsm),
            Self::Ascii => text.is_ascii(),
        }
    }
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
}
