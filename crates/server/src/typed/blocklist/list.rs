//! The list of words that guessers try: common passwords, common words and names, one a line, in the order of bytes.
//!
//! It is searched where it lies, so that it takes no memory but its own and knows no word that is not on it.

use std::cmp::Ordering;

/// Its sources and licences stand beside it.
pub(super) const LISTED: &str = include_str!("../../../blocklist/listed.txt");
/// Characters of the shortest and of the longest word on it.
pub(super) const SHORTEST: usize = 3;
pub(super) const LONGEST: usize = 30;

/// Whether a word, folded as the list is, is on it.
pub(super) fn contains(word: &str) -> bool {
    let mut rest = LISTED.as_bytes();
    while let Some(middle) = line_around(rest, rest.len() / 2) {
        match middle.line.cmp(word.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => rest = middle.after,
            Ordering::Greater => rest = middle.before,
        }
    }
    false
}

struct Around<'a> {
    before: &'a [u8],
    line: &'a [u8],
    after: &'a [u8],
}

/// The line that a place is in, and the lines around it; none of no lines.
fn line_around(lines: &[u8], place: usize) -> Option<Around<'_>> {
    if lines.is_empty() {
        return None;
    }
    let (head, _) = lines.split_at_checked(place)?;
    let start = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let (before, rest) = lines.split_at_checked(start)?;
    let length = rest.iter().position(|byte| *byte == b'\n')?;
    let (line, after) = rest.split_at_checked(length)?;
    Some(Around { before, line, after: after.get(1..)? })
}
