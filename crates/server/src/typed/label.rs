//! Names as they may stand in the label of an authenticator.

/// A name for an `otpauth` label, in which a colon parts the issuer from the account (Key Uri Format): each colon, of
/// whatever width, becomes a blank, and control and invisible characters are left out (F19).
#[must_use]
pub fn plain(name: &str) -> String {
    let seen = name.chars().filter(|c| !super::text::is_invisible(*c));
    let apart: String = seen
        .map(|c| match c {
            ':' | '\u{fe13}' | '\u{fe55}' | '\u{ff1a}' | '\u{2236}' | '\u{a789}' => ' ',
            _ if c.is_control() => ' ',
            _ => c,
        })
        .collect();
    apart.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_no_colon_of_its_own() {
        // F19
        for (name, expected) in [
            ("Riverton: West", "Riverton West"),
            ("dan:prod", "dan prod"),
            ("里弗顿：西", "里弗顿 西"),
            (":ada:", "ada"),
            ("Riverton\r\nWest", "Riverton West"),
            ("Universität & Co", "Universität & Co"),
        ] {
            assert_eq!(plain(name), expected, "{name}");
        }
    }
}
