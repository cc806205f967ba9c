//! Which menus the people of this campus have, as counts, population by population: what decoys are drawn from, so that
//! many of them together look like the people (EN-09, D2).
//!
//! A set of methods is written as their names in the order in which they are offered, without those that are on every
//! menu. The empty set stands for people who have nothing set up.

use std::collections::BTreeMap;

use latchkey_api::Method;
use sha2::{Digest as _, Sha256};

use crate::crypt::keys::{Keys, Use};
use crate::guard::gates::{self, Offer, Rule, cannot_be_guessed, device};

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

/// How many people of a population have a set: its name, the set as it is written, and their number.
pub(crate) type Count = (String, String, i64);

/// The population that a name is of which nobody has: always the same for a name, and of many names as many in each as it
/// has people. A handful are counted as more, so that some names always look so.
pub(crate) fn of_name<'a>(keys: &Keys, name: &str, served: &[&'a str], counts: &[Count]) -> &'a str {
    let of_name = keys.mac(Use::Decoy, &[b"population", name.as_bytes()]);
    let people = |population: &str| -> i64 {
        counts.iter().filter(|(counted, ..)| counted == population).map(|(.., people)| *people).sum()
    };
    let there = served.iter().map(|population| (*population, people(population))).filter(|(_, people)| *people > 0);
    let score = |population: &str, people: i64| {
        let hash = Sha256::new().chain_update(of_name).chain_update(population).finalize();
        -ln_of_uniform(&hash) / weight(people.max(FEWEST))
    };
    let scored = there.map(|(population, people)| (score(population, people), population));
    let least = scored.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, population)| population);
    // Before anybody was counted.
    least.or_else(|| served.first().copied()).unwrap_or_default()
}

/// The people of one population: the sets that there are and how many have each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Crowd {
    sets: Vec<(Vec<Method>, i64)>,
    /// How many have nothing set up.
    without: i64,
}

impl Crowd {
    /// What was counted last of a population; where nobody was, what is plausible.
    pub(crate) fn of(population: &str, counts: &[Count], offered: &[Method], rule: Rule<'_>) -> Self {
        let read = |name: &str| Method::ALL.into_iter().find(|known| known.as_str() == name);
        let counted = counts.iter().filter(|(counted, ..)| counted == population);
        let counted = counted.map(|(_, names, people)| (names.split(' ').filter_map(read).collect(), *people));
        let (counted, without) = merged(counted, |set| useful(&set, offered, rule));
        // Some names always look so: what a handful are alone in would tell that they are here.
        let without = without.max(FEWEST);
        if !counted.is_empty() {
            return Self { sets: counted.into_iter().collect(), without };
        }
        let plausible = PLAUSIBLE.into_iter().map(|(set, parts)| (set.to_vec(), parts));
        let (plausible, _) = merged(plausible, |set| useful(&set, offered, rule));
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

/// The counts to keep of a population: small sets are added to the most like them that is not small. Which of a set is of
/// use is decided where a menu is made of it, since it may differ between a reset and a change.
pub(crate) fn folded(raw: impl Iterator<Item = (Vec<Method>, i64)>, offered: &[Method]) -> Vec<(String, i64)> {
    let (all, without) = merged(raw, |set| on(&set, offered));
    let nothing = (without > 0).then(|| (String::new(), without));
    let (mut large, small): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.into_iter().partition(|(_, people)| *people >= FEWEST);
    if large.is_empty() {
        // Of a population of a few everything is kept: what nobody here has would tell at once that nobody is there.
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

/// Sets as something makes them of what people have, and how many people have none.
fn merged(
    raw: impl Iterator<Item = (Vec<Method>, i64)>,
    made: impl Fn(Vec<Method>) -> Vec<Method>,
) -> (BTreeMap<Vec<Method>, i64>, i64) {
    let mut all = BTreeMap::new();
    for (methods, people) in raw.filter(|(_, people)| *people > 0) {
        *all.entry(made(methods)).or_insert(0) += people;
    }
    let without = all.remove(&Vec::new()).unwrap_or_default();
    (all, without)
}

/// What of a set is switched on, in the order in which it is offered.
fn on(set: &[Method], offered: &[Method]) -> Vec<Method> {
    offered.iter().copied().filter(|method| set.contains(method) && !cannot_be_guessed(*method)).collect()
}

/// What of a set a menu shows: what is switched on and of use.
fn useful(set: &[Method], offered: &[Method], rule: Rule<'_>) -> Vec<Method> {
    let own: Vec<Offer> = on(set, offered).iter().map(usual).collect();
    let useful = rule.useful(&gates::menu(offered, &own));
    useful.into_iter().map(|offer| offer.method).filter(|method| !cannot_be_guessed(*method)).collect()
}

/// A method with the device that it usually has: texts and calls to a mobile are one, an office phone is another.
pub(crate) fn usual(method: &Method) -> Offer {
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
    use crate::guard::gates::Pairing;

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
    const RULE: Rule<'_> = Rule { gates: 2, pairing: Pairing { one_phone_gate: false }, one_of: None };

    fn counts(population: &str, counts: &[(&str, i64)]) -> Vec<Count> {
        counts.iter().map(|(set, many)| (population.to_owned(), (*set).to_owned(), *many)).collect()
    }

    fn population(of: &[(&str, i64)]) -> Crowd {
        Crowd::of("", &counts("", of), &OFFERED, RULE)
    }

    fn drawn(population: &Crowd, keys: &Keys, name: usize) -> Vec<Method> {
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
        let counts = folded(raw.into_iter(), &OFFERED);
        let counts: Vec<(&str, i64)> = counts.iter().map(|(set, people)| (set.as_str(), *people)).collect();
        assert_eq!(counts, [("", 40), ("text_mobile", 50), ("text_mobile email", 38)]);
        let few = folded([(vec![Method::Totp], 2), (vec![Method::Email], 1)].into_iter(), &OFFERED);
        assert_eq!(few, [("email".to_owned(), 1), ("totp".to_owned(), 2)], "a campus of three");
    }

    #[test]
    fn without_people_menus_are_plausible_and_only_of_what_is_on() {
        let keys = Keys::generate().expect("keys");
        let strict = [Method::Totp, Method::RecoveryCode, Method::TextMobile, Method::Email, Method::HelpdeskPass];
        for offered in [&OFFERED[..], &strict[..], &[Method::Totp, Method::Email]] {
            let population = Crowd::of("", &[], offered, RULE);
            for name in 0..200 {
                let set = drawn(&population, &keys, name);
                assert!(!set.is_empty() && set.iter().all(|method| offered.contains(method)), "{set:?}");
                assert!(set.is_sorted_by_key(|method| offered.iter().position(|on| on == method)), "{set:?}");
            }
        }
    }

    #[test]
    fn names_are_of_each_population_in_proportion_to_its_people_and_keep_it_when_a_few_move() {
        // EN-09
        let keys = Keys::generate().expect("keys");
        let of = |students: i64, staff: i64| {
            [counts("", &[("text_mobile", 100)]), counts("students", &[("", 100), ("totp", students - 100)])]
                .into_iter()
                .flatten()
                .chain(counts("staff", &[("totp email", staff)]))
                .collect::<Vec<Count>>()
        };
        let served = ["", "students", "staff", "empty"];
        let (before, after) = (of(1_400, 500), of(1_390, 510));
        let name = |number: usize| format!("nobody{number}");
        let mut seen = BTreeMap::new();
        let mut kept = 0;
        for number in 0..10_000 {
            let drawn = of_name(&keys, &name(number), &served, &before);
            *seen.entry(drawn).or_insert(0_i64) += 1;
            kept += usize::from(drawn == of_name(&keys, &name(number), &served, &after));
        }
        for (population, expected) in [("", 500), ("students", 7_000), ("staff", 2_500)] {
            assert!((seen[population] - expected).abs() < 200, "{seen:?}");
        }
        assert_eq!(seen.get("empty"), None, "nobody is of it");
        assert!(kept >= 9_900, "{kept}");
        assert_eq!(of_name(&keys, "x", &served, &[]), "", "before anybody was counted");
        assert_eq!(of_name(&keys, "x", &["staff"], &before), "staff", "of those alone that are served");
    }

    #[test]
    fn a_set_that_is_of_no_use_for_a_reset_is_shown_at_a_change() {
        // EN-09: whoever has it shows it there too
        let keys = Keys::generate().expect("keys");
        let wanted = [Method::Totp];
        let offered = [Method::TextMobile, Method::Email, Method::Totp];
        let all = counts("", &[("text_mobile email", 90), ("text_mobile totp", 10)]);
        let at = |one_of| Crowd::of("", &all, &offered, Rule { one_of, ..RULE });
        let reset = at(Some(&wanted[..]));
        assert!((0..200).all(|name| drawn(&reset, &keys, name) == [Method::TextMobile, Method::Totp]));
        let nothing = (0..1_000).filter(|name| reset.has_nothing(&keys, &name.to_string())).count();
        assert!((850..950).contains(&nothing), "{nothing}");
        let change = at(None);
        assert!((0..200).any(|name| drawn(&change, &keys, name) == [Method::TextMobile, Method::Email]));
    }
}
