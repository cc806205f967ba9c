//! When to say that saved sign-ins need somebody: not while a window is open that says it itself, and not twice.

use std::collections::HashMap;

use latchkey_flow::window::WindowKind;

/// What the tray hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The journal may say something else now.
    Journal,
    /// The same, and what was said of it an hour ago may be said again.
    SecondLook,
    Opened(WindowKind),
    Closed(WindowKind),
}

/// Which windows are open, and what has been said.
#[derive(Debug)]
pub struct Attention {
    open: HashMap<WindowKind, u32>,
    said: usize,
}

impl Attention {
    /// Begins with windows that may be open already.
    pub fn new(may_be_open: &[WindowKind]) -> Self {
        Self { open: may_be_open.iter().map(|kind| (*kind, 1)).collect(), said: 0 }
    }

    pub fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Journal => {}
            Heard::SecondLook => self.said = 0,
            Heard::Opened(kind) => *self.open.entry(kind).or_default() += 1,
            Heard::Closed(kind) => {
                let open = self.open.entry(kind).or_default();
                *open = open.saturating_sub(1);
            }
        }
    }

    /// Whether this many unfinished sign-ins are to be spoken of now; they count as said then.
    pub fn speaks_of(&mut self, unfinished: usize) -> bool {
        if unfinished > 0 && self.open.values().any(|open| *open > 0) {
            return false;
        }
        let speaks = unfinished > self.said;
        self.said = unfinished;
        speaks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_speaks_when_the_last_window_has_closed_and_something_is_left() {
        // H10
        let mut attention = Attention::new(&[]);
        attention.hear(Heard::Opened(WindowKind::Change));
        attention.hear(Heard::Journal);
        assert!(!attention.speaks_of(2), "the window says it");
        attention.hear(Heard::Closed(WindowKind::Change));
        assert!(attention.speaks_of(2));
    }

    #[test]
    fn it_says_nothing_of_a_success_and_nothing_twice() {
        // H10
        let mut attention = Attention::new(&[]);
        assert!(!attention.speaks_of(0));
        assert!(attention.speaks_of(2));
        assert!(!attention.speaks_of(2) && !attention.speaks_of(1), "less is left than was said");
        assert!(!attention.speaks_of(0));
        assert!(attention.speaks_of(1), "another change");
    }

    #[test]
    fn after_a_second_look_it_speaks_once_more() {
        let mut attention = Attention::new(&[]);
        assert!(attention.speaks_of(2));
        attention.hear(Heard::SecondLook);
        assert!(attention.speaks_of(2));
        assert!(!attention.speaks_of(2));
        attention.hear(Heard::SecondLook);
        assert!(!attention.speaks_of(0), "it was finished since");
    }

    #[test]
    fn windows_that_may_be_open_already_are_waited_for() {
        let mut attention = Attention::new(&WindowKind::ALL);
        assert!(!attention.speaks_of(1));
        WindowKind::ALL.into_iter().for_each(|kind| attention.hear(Heard::Closed(kind)));
        assert!(attention.speaks_of(1));
    }
}
