//! Sequences that fingers and alphabets make: rows and columns of keys, `abc`, `2468`, `hahaha`.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// A run and each of its beginnings that is long enough to count as one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    shortest_end: usize,
    end: usize,
}

impl Run {
    pub(super) fn ends(self) -> RangeInclusive<usize> {
        self.shortest_end..=self.end
    }
}

/// Characters of a straight run, the same key among them.
const STRAIGHT: usize = 3;
/// Characters of a run that goes to and fro: `1q2w3e`.
const ZIGZAG: usize = 5;
/// Longest unit that counts as repeated inside a text.
const LONGEST_UNIT: usize = 4;
/// Greatest distance of two neighbours in an alphabet: `2468` is a sequence.
const FARTHEST: i32 = 2;

/// A keyboard: characters from the left, and the row that they stand in.
type Layout = &'static [(&'static str, i32)];

const LAYOUTS: [Layout; 8] = [
    // QWERTY with the signs of the United States
    &[("1234567890-=", 0), ("!@#$%^&*()_+", 0), ("qwertyuiop[]\\", 1), ("asdfghjkl;'", 2), ("zxcvbnm,./", 3)],
    // QWERTY of Spain; a letter that folds to another one stands in its place
    &[("1234567890", 0), ("qwertyuiop", 1), ("zxcvbnm,.-", 3), ("asdfghjklñ", 2)],
    // QWERTZ
    &[("1234567890", 0), ("!\"§$%&/()=", 0), ("qwertzuiop", 1), ("asdfghjkl", 2), ("yxcvbnm,.-", 3)],
    // The ends of its rows, with letters that fold to others
    &[("uiopü+", 1), ("hjklöä#", 2)],
    // AZERTY
    &[("1234567890", 0), ("azertyuiop", 1), ("qsdfghjklm", 2), ("wxcvbn,;:!", 3)],
    // Russian
    &[("1234567890", 0), ("йцукенгшщзхъ", 1), ("фывапролджэ", 2), ("ячсмитьбю", 3)],
    // Arabic; its lowest row has letters that fold to others, which stand above
    &[("1234567890", 0), ("ئءؤرلىةوزظ", 3), ("ضصثقفغعهخحجد", 1), ("شسيبلاتنمكط", 2)],
    // The block of digits
    &[("789", 0), ("456", 1), ("123", 2)],
];

/// Row and column.
type Key = (i32, i32);
type Keys = [Option<Key>; LAYOUTS.len()];

/// The place of each character, folded, on each keyboard.
static KEYS: LazyLock<HashMap<char, Keys>> = LazyLock::new(|| {
    let mut keys: HashMap<char, Keys> = HashMap::new();
    for (layout, rows) in LAYOUTS.iter().enumerate() {
        for (characters, row) in *rows {
            let folded = characters.chars().filter_map(|c| super::fold(&c.to_string()).first().copied());
            for (column, c) in (0..).zip(folded) {
                if let Some(key) = keys.entry(c).or_default().get_mut(layout) {
                    *key = Some((*row, column));
                }
            }
        }
    }
    keys
});

/// For each place of a text, the runs that begin there, at most one of each shortest length.
pub(super) fn of(text: &[char]) -> Vec<Vec<Run>> {
    let mut runs = vec![Vec::new(); text.len()];
    let keys: Vec<Keys> = text.iter().map(|c| KEYS.get(c).copied().unwrap_or_default()).collect();
    for layout in 0..LAYOUTS.len() {
        let key = |keys: &Keys| keys.get(layout).copied().flatten();
        let steps: Vec<Option<Key>> = pairs(&keys).map(|(from, to)| step(key(from)?, key(to)?)).collect();
        note(&mut runs, &steps, 1, STRAIGHT);
        note(&mut runs, &steps, 2, ZIGZAG);
    }
    let steps: Vec<Option<Key>> = pairs(text).map(|(from, to)| distance(*from, *to)).collect();
    note(&mut runs, &steps, 1, STRAIGHT);
    for unit in 1..=LONGEST_UNIT {
        let again: Vec<bool> = text.iter().zip(text.iter().skip(unit)).map(|(one, later)| one == later).collect();
        let times = if unit <= 2 { 3 } else { 2 };
        note_repeats(&mut runs, &again, unit, times * unit);
    }
    runs
}

fn pairs<T>(of: &[T]) -> impl Iterator<Item = (&T, &T)> {
    of.iter().zip(of.iter().skip(1))
}

/// The way from a key to one beside it.
fn step(from: Key, to: Key) -> Option<Key> {
    let step = (to.0 - from.0, to.1 - from.1);
    (step.0.abs() <= 1 && step.1.abs() <= 1).then_some(step)
}

/// The way from a letter or digit to one near it in its alphabet.
fn distance(from: char, to: char) -> Option<Key> {
    let distance = i32::try_from(u32::from(to)).ok()? - i32::try_from(u32::from(from)).ok()?;
    (distance.abs() <= FARTHEST).then_some((0, distance))
}

/// Notes the runs whose steps come again after `period` steps; a run has one character more than steps.
fn note(runs: &mut [Vec<Run>], steps: &[Option<Key>], period: usize, shortest: usize) {
    let mut end = steps.len();
    for (start, step) in steps.iter().enumerate().rev() {
        if step.is_none() {
            end = start;
        } else if end > start + period && steps.get(start + period) != Some(step) {
            end = start + period;
        }
        add(runs, start, shortest, end + 1);
    }
}

/// Notes the runs of a unit that comes again; `again` says of each place whether the character one unit later is the
/// same.
fn note_repeats(runs: &mut [Vec<Run>], again: &[bool], unit: usize, shortest: usize) {
    let mut end = again.len();
    for (start, again) in again.iter().enumerate().rev() {
        if !again {
            end = start;
        }
        add(runs, start, shortest, end + unit);
    }
}

fn add(runs: &mut [Vec<Run>], start: usize, shortest: usize, end: usize) {
    let shortest_end = start + shortest;
    let Some(there) = runs.get_mut(start).filter(|_| end >= shortest_end) else { return };
    match there.iter_mut().find(|run| run.shortest_end == shortest_end) {
        Some(run) => run.end = run.end.max(end),
        None => there.push(Run { shortest_end, end }),
    }
}
