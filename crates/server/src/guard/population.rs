//! Which menus the people of this campus have, as counts: what decoys are drawn from, so that many of them together look
//! like the people (EN-09, D2).
//!
//! A set of methods is written as their names in the order in which they are offered, without those that are on every
//! menu. The empty set stands for people who have nothing set up.

use std::collections::BTreeMap;

use latchkey_api::Method;
use sha2::{Digest as _, Sha256};

use crate::crypt::keys::{Keys, Use};
use crate::guard::gates::{self, Offer, Pairing, cannot_be_guessed, device};

/// A set that fewer people have is counted as the set most like it: a decoy never tells of a handful.
const FEWEST: i64 = 10;

/// What people have where nobody has anything yet, in parts of a hundred: own estimate, after the campus of EN-09 (one
/// phone 55 %, phone and mail 25 %, with authenticator 10 %, others).
const PLAUSIBLE: [(&[Method], i64); 9] = {
    use Method::{CallMobile, CallOffice, Email, Questions, TextMobile, Totp};
    [
        (&[TextMobile, CallMobile], 40),
        (&[TextMobile, CallMobile, Email], 22),
        (&[TextMobile, CallMobile, Questions], 10),
        (&[TextMobile, CallMobile, Email, Totp], 8),
        (&[TextMobile, CallMobile, CallOffice], 6),
        (&[Email, Totp], 4),
        (&[TextMobile, CallMobile, Email, Questions], 4),
        (&[TextMobile, CallMobile, Totp], 3),
        (&[TextMobile, CallMobile, CallOffice, Email], 3),
    ]
};

/// The sets that there are and how many people have each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Population {
    sets: Vec<(Vec<Method>, i64)>,
    /// How many have nothing set up.
    without: i64,
}

impl Population {
    /// What was counted last; where nobody was, what is plausible.
    pub(crate) fn of(counts: &[(String, i64)], offered: &[Method], pairing: Pairing) -> Self {
        let read = |name: &str| Method::ALL.into_iter().find(|known| known.as_str() == name);
        let counted = counts.iter().map(|(names, people)| (names.split(' ').filter_map(read).collect(), *people));
        let (counted, without) = merged(counted, offered, pairing);
        // Some names always look so: what a handful are alone in would tell that they are here.
        let without = without.max(FEWEST);
        if !counted.is_empty() {
            return Self { sets: counted.into_iter().collect(), without };
        }
        let plausible = PLAUSIBLE.into_iter().map(|(set, parts)| (set.to_vec(), parts));
        let (plausible, _) = merged(plausible, offered, pairing);
        if !plausible.is_empty() {
            return Self { sets: plausible.into_iter().collect(), without };
        }
        Self {
            sets: vec![(offered.iter().copied().filter(|method| !cannot_be_guessed(*method)).collect(), 1)],
            without,
        }
    }

    /// Whether a name looks like somebody who has nothing set up: as many names as people.
    pub(crate) fn has_nothing(&self, keys: &Keys, name: &str) -> bool {
        let drawn = -ln_of_uniform(&keys.mac(Use::Decoy, &[b"nothing", name.as_bytes()]));
        let having: i64 = self.sets.iter().map(|(_, people)| *people).sum();
        // The uniform number is above the share of those who have something.
        drawn < -(weight(having) / weight(having.saturating_add(self.without))).ln()
    }

    /// The set of a name: weighted rendezvous hashing, so that a name keeps its set while counts move a little, after a
    /// restart and on every replica. Each set has a score from the name; the least wins, in proportion to the weights.
    pub(crate) fn drawn(&self, keys: &Keys, name: &str) -> &[Method] {
        let of_name = keys.mac(Use::Decoy, &[b"menu", name.as_bytes()]);
        let score = |(set, people): &(Vec<Method>, i64)| {
            let of_set = Sha256::new().chain_update(of_name).chain_update(written(set)).finalize();
            -ln_of_uniform(&of_set) / weight(*people)
        };
        let scored = self.sets.iter().map(|counted| (score(counted), counted));
        let least = scored.min_by(|(a, _), (b, _)| a.total_cmp(b));
        least.map_or(&[], |(_, (set, _))| set.as_slice())
    }
}

/// The counts to keep: small sets are added to the most like them that is not small.
pub(crate) fn folded(
    raw: impl Iterator<Item = (Vec<Method>, i64)>,
    offered: &[Method],
    pairing: Pairing,
) -> Vec<(String, i64)> {
    let (all, without) = merged(raw, offered, pairing);
    let nothing = (without > 0).then(|| (String::new(), without));
    let (mut large, small): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.into_iter().partition(|(_, people)| *people >= FEWEST);
    if large.is_empty() {
        // Of a campus of a few everything is kept: what nobody here has would tell at once that nobody is there.
        return nothing.into_iter().chain(small.iter().map(|(set, people)| (written(set), *people))).collect();
    }
    let kept: Vec<(Vec<Method>, i64)> = large.iter().map(|(set, people)| (set.clone(), *people)).collect();
    for (set, people) in small {
        let most_alike = kept.iter().min_by_key(|(other, many)| (differences(&set, other), -many));
        if let Some((other, _)) = most_alike {
            large.entry(other.clone()).and_modify(|many| *many += people);
        }
    }
    nothing.into_iter().chain(large.into_iter().map(|(set, people)| (written(&set), people))).collect()
}

/// Sets as a menu shows them: what is switched on and of use, in the campus' order; and how many people have none.
fn merged(
    raw: impl Iterator<Item = (Vec<Method>, i64)>,
    offered: &[Method],
    pairing: Pairing,
) -> (BTreeMap<Vec<Method>, i64>, i64) {
    let mut all = BTreeMap::new();
    for (methods, people) in raw.filter(|(_, people)| *people > 0) {
        let own: Vec<Offer> = methods.iter().filter(|method| !cannot_be_guessed(**method)).map(usual).collect();
        let useful = pairing.useful(&gates::menu(offered, &own));
        let set: Vec<Method> =
            useful.into_iter().map(|offer| offer.method).filter(|method| !cannot_be_guessed(*method)).collect();
        *all.entry(set).or_insert(0) += people;
    }
    let without = all.remove(&Vec::new()).unwrap_or_default();
    (all, without)
}

/// A method with the device that it usually has: texts and calls to a mobile are one, an office phone is another.
fn usual(method: &Method) -> Offer {
    Offer { method: *method, device: device(*method, place(*method)) }
}

/// Where a method usually goes: what shares a place shares a device.
pub(crate) const fn place(method: Method) -> &'static str {
    match method {
        Method::TextMobile | Method::CallMobile => "mobile",
        Method::CallOffice => "office",
        Method::Email => "mailbox",
        Method::Totp | Method::Questions | Method::RecoveryCode | Method::HelpdeskPass | Method::CurrentPassword => "",
    }
}

fn differences(one: &[Method], other: &[Method]) -> usize {
    let beyond = |a: &[Method], b: &[Method]| a.iter().filter(|method| !b.contains(method)).count();
    beyond(one, other) + beyond(other, one)
}

fn written(set: &[Method]) -> String {
    set.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(" ")
}

/// The logarithm of a number between 0 and 1, made of the first 53 bits: as many as its type holds exactly.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
fn ln_of_uniform(hash: &[u8]) -> f64 {
    let first = hash.first_chunk::<8>().copied().unwrap_or_default();
    let bits = u64::from_be_bytes(first) >> 11;
    ((bits as f64 + 0.5) / (1_u64 << 53) as f64).ln()
}

#[expect(clippy::cast_precision_loss, reason = "no campus has 2^53 people")]
fn weight(people: i64) -> f64 {
    people.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: [Method; 8] = [
        Method::TextMobile,
        Method::CallMobile,
        Method::CallOffice,
        Method::Questions,
        Method::Email,
        Method::Totp,
        Method::RecoveryCode,
        Method::HelpdeskPass,
    ];
    const PAIRING: Pairing = Pairing { one_phone_gate: false };

    fn population(counts: &[(&str, i64)]) -> Population {
        let counts: Vec<(String, i64)> = counts.iter().map(|(set, many)| ((*set).to_owned(), *many)).collect();
        Population::of(&counts, &OFFERED, PAIRING)
    }

    fn drawn(population: &Population, keys: &Keys, name: usize) -> Vec<Method> {
        population.drawn(keys, &format!("nobody{name}")).to_vec()
    }

    #[test]
    fn names_are_given_sets_in_proportion_to_the_people() {
        // EN-09
        let keys = Keys::generate().expect("keys");
        let counts =
            [("text_mobile", 1100), ("text_mobile email", 500), ("text_mobile email totp", 200), ("totp", 200)];
        let population = population(&counts);
        let mut seen = BTreeMap::new();
        for name in 0..10_000 {
            *seen.entry(written(&drawn(&population, &keys, name))).or_insert(0_i64) += 1;
        }
        for (set, people) in counts {
            let expected = people * 5;
            let found = seen.get(set).copied().unwrap_or_default();
            // Four standard deviations of the largest.
            assert!((found - expected).abs() < 200, "{set}: {found} where {expected} are expected");
        }
    }

    #[test]
    fn as_many_names_as_people_have_nothing_set_up_and_never_none() {
        // PW-10, EN-09
        let keys = Keys::generate().expect("keys");
        for (without, expected) in [(3_000, 3_000), (1_000, 1_250), (0, 14)] {
            let population = population(&[("", without), ("text_mobile", 6_000), ("totp", 1_000)]);
            let found = (0..10_000).filter(|name| population.has_nothing(&keys, &format!("nobody{name}"))).count();
            assert!(found.abs_diff(expected) < 200 && found > 0, "{found} where {expected} are expected");
        }
    }

    #[test]
    fn a_name_keeps_its_set_when_one_in_a_hundred_people_changes() {
        // EN-09
        let keys = Keys::generate().expect("keys");
        let before =
            population(&[("text_mobile", 1100), ("text_mobile email", 500), ("totp", 200), ("email totp", 200)]);
        let after =
            population(&[("text_mobile", 1080), ("text_mobile email", 510), ("totp", 207), ("email totp", 203)]);
        let kept = (0..5_000).filter(|name| drawn(&before, &keys, *name) == drawn(&after, &keys, *name)).count();
        assert!(kept >= 4_900, "{kept}");
    }

    #[test]
    fn a_set_of_a_handful_is_counted_as_the_one_most_like_it() {
        let raw = [
            (vec![Method::TextMobile], 50),
            (vec![Method::TextMobile, Method::Email], 20),
            (vec![Method::Email], 9),
            (vec![Method::Totp, Method::TextMobile, Method::Email], 9),
            (vec![Method::RecoveryCode], 40),
        ];
        let counts = folded(raw.into_iter(), &OFFERED, PAIRING);
        let counts: Vec<(&str, i64)> = counts.iter().map(|(set, people)| (set.as_str(), *people)).collect();
        assert_eq!(counts, [("", 40), ("text_mobile", 50), ("text_mobile email", 38)]);
        let few = folded([(vec![Method::Totp], 2), (vec![Method::Email], 1)].into_iter(), &OFFERED, PAIRING);
        assert_eq!(few, [("email".to_owned(), 1), ("totp".to_owned(), 2)], "a campus of three");
    }

    #[test]
    fn without_people_menus_are_plausible_and_only_of_what_is_on() {
        let keys = Keys::generate().expect("keys");
        let strict = [Method::Totp, Method::RecoveryCode, Method::TextMobile, Method::Email, Method::HelpdeskPass];
        for offered in [&OFFERED[..], &strict[..], &[Method::Totp, Method::Email]] {
            let population = Population::of(&[], offered, PAIRING);
            for name in 0..200 {
                let set = drawn(&population, &keys, name);
                assert!(!set.is_empty() && set.iter().all(|method| offered.contains(method)), "{set:?}");
                assert!(set.is_sorted_by_key(|method| offered.iter().position(|on| on == method)), "{set:?}");
            }
        }
    }
}
