//! The one form of text in which GNOME Online Accounts keeps passwords: `{'password': <'…'>, 'smtp-password': <'…'>}`,
//! a dictionary of GVariant as GLib prints it (I4).
//!
//! Only string literals under the known names are read and replaced; every other byte stays. What is not wholly
//! understood is not taken apart.

use std::ops::Range;

use zeroize::Zeroizing;

/// A text that is wiped when it goes.
pub(crate) type Wiped = Zeroizing<String>;

/// The names under which a password stands.
const NAMES: [&str; 3] = ["password", "imap-password", "smtp-password"];

/// A password in such a text.
pub(crate) struct Password {
    pub(crate) text: Wiped,
    /// Where its literal stands, quotes included.
    literal: Range<usize>,
}

/// Finds the passwords in `text`; `None` if it is not of this form, empty if it holds none.
pub(crate) fn passwords(text: &str) -> Option<Vec<Password>> {
    let mut reader = Reader { text, at: 0 };
    reader.take('{')?;
    let mut found = Vec::new();
    loop {
        let (key, _) = reader.string()?;
        reader.take(':')?;
        reader.take('<')?;
        if let Some((value, literal)) = reader.string() {
            if NAMES.contains(&key.as_str()) {
                found.push(Password { text: value, literal });
            }
        } else {
            reader.skip_value()?;
        }
        reader.take('>')?;
        if reader.take(',').is_none() {
            break;
        }
    }
    reader.take('}')?;
    reader.is_at_end().then_some(found)
}

/// The text with `new` in the place of these passwords, which are in the order in which they stand in it.
pub(crate) fn with(text: &str, replaced: &[&Password], new: &str) -> Wiped {
    let literal = printed(new);
    // Written into room that is there: a text that grows leaves pieces behind.
    let mut out = Wiped::new(String::with_capacity(text.len() + replaced.len() * literal.len()));
    let mut from = 0;
    for password in replaced {
        out.push_str(text.get(from..password.literal.start).unwrap_or_default());
        out.push_str(&literal);
        from = password.literal.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Prints a literal as GLib does: in single quotes, or in double ones if it has a single one in it.
fn printed(text: &str) -> Wiped {
    let quote = if text.contains('\'') { '"' } else { '\'' };
    // Ten characters are the longest that one character becomes.
    let mut out = Wiped::new(String::with_capacity(text.len() * 10 + 2));
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    out.extend(char::from_digit(u32::from(c) >> shift & 0xf, 16));
                }
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_ascii_start().len();
    }

    /// Takes one mark after any space; leaves everything as it is if another one stands there.
    fn take(&mut self, mark: char) -> Option<()> {
        self.skip_space();
        if !self.rest().starts_with(mark) {
            return None;
        }
        self.next().map(|_| ())
    }

    fn is_at_end(&mut self) -> bool {
        self.skip_space();
        self.rest().is_empty()
    }

    /// Reads a string literal; leaves everything as it is if there is none.
    fn string(&mut self) -> Option<(Wiped, Range<usize>)> {
        self.skip_space();
        let start = self.at;
        let read = self.literal();
        if read.is_none() {
            self.at = start;
        }
        read.map(|text| (text, start..self.at))
    }

    fn literal(&mut self) -> Option<Wiped> {
        let quote = self.next().filter(|quote| ['\'', '"'].contains(quote))?;
        let mut text = Wiped::new(String::with_capacity(self.rest().len()));
        loop {
            match self.next()? {
                '\\' => text.push(self.escaped()?),
                c if c == quote => return Some(text),
                c => text.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'u' => return self.hex(4),
            'U' => return self.hex(8),
            c => c,
        })
    }

    fn hex(&mut self, digits: usize) -> Option<char> {
        let mut code = 0_u32;
        for _ in 0..digits {
            code = code.checked_mul(16)?.checked_add(self.next()?.to_digit(16)?)?;
        }
        char::from_u32(code)
    }

    /// Goes over a value that is no string, to the bracket that closes it.
    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            match rest.chars().next()? {
                '\'' | '"' => {
                    self.string()?;
                }
                '>' if depth == 0 => return Some(()),
                c => {
                    match c {
                        '<' => depth += 1,
                        '>' => depth -= 1,
                        _ => {}
                    }
                    self.at += c.len_utf8();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<Vec<String>> {
        passwords(text).map(|found| found.iter().map(|password| password.text.to_string()).collect())
    }

    #[test]
    fn passwords_are_found_under_their_names_alone() {
        for (text, expected) in [
            ("{'password': <'it'>}", Some(vec!["it"])),
            (r#"{'imap-password': <"it's">, 'smtp-password': <'a\\b\'\u00e4\n'>}"#, Some(vec!["it's", "a\\b'ä\n"])),
            ("{'access_token': <'token'>, 'expires': <int64 5>}", Some(vec![])),
            ("{'nested': <{'password': <'no'>}>, 'password': <'yes'>}", Some(vec!["yes"])),
            ("{'flag': <true>,'none': <@ms nothing>,\"password\": < 'it' > }", Some(vec!["it"])),
            ("{'password': <'it'>} ", Some(vec!["it"])),
            ("{'password': <'it'>", None),
            ("{'password': <'it>}", None),
            ("{'password': 'it'}", None),
            ("{'password': <'it'>}x", None),
            ("{\"password\": \"json\"}", None),
            ("{}", None),
            ("password", None),
        ] {
            let expected = expected.map(|all| all.into_iter().map(String::from).collect::<Vec<_>>());
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_put_in_is_read_again_and_nothing_else_changes(old in any::<String>(), new in any::<String>()) {
            let before = format!("{{'a': <uint32 7>, 'password': <{}>,  'z': <'>'>}}", *printed(&old));
            let found = passwords(&before).unwrap();
            prop_assert_eq!(found[0].text.as_str(), old.as_str());
            let after = with(&before, &found.iter().collect::<Vec<_>>(), &new);
            let expected = format!("{{'a': <uint32 7>, 'password': <{}>,  'z': <'>'>}}", *printed(&new));
            prop_assert_eq!(after.as_str(), expected.as_str());
            prop_assert_eq!(read(&after).unwrap(), vec![new]);
        }

        #[test]
        fn no_text_upsets_the_reader(text in any::<String>()) {
            let _ = passwords(&text);
        }
    }
}
