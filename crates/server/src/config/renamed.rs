//! Keys of earlier versions that have another name by now: refused with their line and the new spelling.
//!
//! Without this they would be unknown keys, and whoever updates the server would have to guess.

use toml::de::{DeTable, DeValue};

/// A key of an earlier version, with the tables above it, and what to write instead.
type Renamed = (&'static [&'static str], &'static str);

/// All keys that have been renamed since the first version.
const RENAMED: [Renamed; 1] =
    [(&["limits", "notice_tries_per_hour"], "nothing: a right code of a notice always works")];

/// The first renamed key in a text, in words; nothing for a text that is no TOML, which has an error of its own.
pub(super) fn found(text: &str) -> Option<String> {
    first(text, &RENAMED)
}

fn first(text: &str, renamed: &[Renamed]) -> Option<String> {
    let written = DeTable::parse(text).ok()?;
    let (path, instead, at) =
        renamed.iter().find_map(|(path, instead)| Some((path, instead, place(written.get_ref(), path)?)))?;
    let line = text.get(..at)?.matches('\n').count() + 1;
    Some(format!("line {line}: {} has another name in this version, or is gone: write {instead}", path.join(".")))
}

/// Where a key stands, in bytes from the beginning.
fn place(table: &DeTable<'_>, path: &[&str]) -> Option<usize> {
    let (name, below) = path.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    match (below.is_empty(), value.get_ref()) {
        (true, _) => Some(key.span().start),
        (false, DeValue::Table(inner)) => place(inner, below),
        (false, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: [Renamed; 2] = [(&["campus", "moto"], "campus.motto"), (&["old"], "[new]")];

    #[test]
    fn a_renamed_key_is_refused_with_its_line_and_its_new_name() {
        for (text, said) in [
            (
                "a = 1\n[campus]\nname = \"x\"\nmoto = \"y\"\n",
                "line 4: campus.moto has another name in this version, or is gone: write campus.motto",
            ),
            (
                "campus = { moto = \"y\" }\n",
                "line 1: campus.moto has another name in this version, or is gone: write campus.motto",
            ),
            ("a = 1\n\n[old]\nb = 2\n", "line 3: old has another name in this version, or is gone: write [new]"),
        ] {
            assert_eq!(first(text, &TABLE).as_deref(), Some(said), "{text}");
        }
        for text in ["[campus]\nmotto = \"y\"\n", "campus = 1\n", "moto = 1\n", "not TOML"] {
            assert_eq!(first(text, &TABLE), None, "{text}");
        }
        assert_eq!(found("[campus]\nname = \"x\"\n"), None);
    }
}
