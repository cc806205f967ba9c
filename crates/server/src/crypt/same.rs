//! The one comparison of what is secret with what was given.

use subtle::ConstantTimeEq as _;

/// Whether two values are the same. How long it takes depends on how long they are and on nothing else of them (OT-09).
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    bool::from(one.ct_eq(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_values_are_the_same() {
        assert!(same(b"", b"") && same(b"code", b"code"));
        assert!(!same(b"code", b"codf") && !same(b"code", b"mode") && !same(b"code", b"cod") && !same(b"", b"c"));
    }
}
