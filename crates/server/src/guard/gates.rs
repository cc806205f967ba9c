//! Which methods may prove which gate (FL-03): different methods on different devices, as many as there have to be.

use latchkey_api::Method;
use latchkey_api::flow::Destination;
use serde::{Deserialize, Serialize};

/// A method on offer and the device that it proves: two methods of one device are one proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub method: Method,
    pub device: String,
}

/// A gate that has been passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Passed {
    pub(crate) method: Method,
    pub(crate) device: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
}

/// How many gates a recovery has where nothing else is said, and how many each flow has that begins with the password.
pub(crate) const GATES: u8 = 2;
/// The most that a recovery may be asked for: whoever has so many proofs at hand is rare enough.
pub(crate) const MOST: u8 = 3;

/// The device behind a method; numbers are told apart by their keyed hash, never by themselves.
#[must_use]
pub fn device(method: Method, destination: &str) -> String {
    match (method.destination(), method) {
        (Some(Destination::Phone), _) => format!("phone {destination}"),
        (Some(Destination::Email), _) => format!("mailbox {destination}"),
        (None, method) => method.as_str().to_owned(),
    }
}

/// A pass of the helpdesk: a device of its own, which goes with every other.
#[must_use]
pub(crate) fn pass() -> Offer {
    Offer { method: Method::HelpdeskPass, device: device(Method::HelpdeskPass, "") }
}

/// Whether nobody can find a proof of this method by trying: 80 bits of a recovery code, 50 bits of a pass that is good
/// for ten minutes. Wrong tries of it use up nothing that its owner needs, so that no stranger can end it (OT-15). It is on every menu,
/// whoever has it: nobody learns from a menu who was given a pass or keeps codes.
pub(crate) const fn cannot_be_guessed(method: Method) -> bool {
    match method {
        Method::RecoveryCode | Method::HelpdeskPass => true,
        Method::TextMobile
        | Method::CallMobile
        | Method::CallOffice
        | Method::Email
        | Method::Totp
        | Method::Questions
        | Method::CurrentPassword => false,
    }
}

/// A menu in the order in which the campus offers its methods: these own ones, and what is on every menu.
#[must_use]
pub(crate) fn menu(offered: &[Method], own: &[Offer]) -> Vec<Offer> {
    let offer = |method: &Method| {
        if cannot_be_guessed(*method) {
            return Some(Offer { method: *method, device: device(*method, "") });
        }
        own.iter().find(|own| own.method == *method).cloned()
    };
    offered.iter().filter_map(offer).collect()
}

/// What a campus asks of a pair beside that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairing {
    /// At most one gate is proven over the telephone network, whatever the number.
    pub one_phone_gate: bool,
}

impl Pairing {
    /// Whether the two may prove the two gates of one flow. The order makes no difference.
    #[must_use]
    pub fn allows(self, first: &Offer, second: &Offer) -> bool {
        let phone = |offer: &Offer| offer.method.destination() == Some(Destination::Phone);
        let both_by_phone = self.one_phone_gate && phone(first) && phone(second);
        first.method != second.method && first.device != second.device && !both_by_phone
    }
}

/// What the gates of one flow have to be, taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule<'a> {
    /// How many there are at least.
    pub gates: u8,
    pub pairing: Pairing,
    /// One of them is proven by one of these; absent is any.
    pub one_of: Option<&'a [Method]>,
}

impl Rule<'_> {
    /// How many gates there are in all, after these were passed: one more where none of those that there have to be is the
    /// one that is wanted.
    pub(crate) fn number(&self, passed: &[Passed]) -> u8 {
        let so_far = u8::try_from(passed.len()).unwrap_or(u8::MAX);
        let methods: Vec<Method> = passed.iter().map(|passed| passed.method).collect();
        self.gates.max(so_far.saturating_add(u8::from(!self.has_one_of(&methods))))
    }

    /// Whether nothing is left to be proven. Questions alone never are enough (SQ-01).
    pub(crate) fn is_met(&self, passed: &[Passed]) -> bool {
        let methods: Vec<Method> = passed.iter().map(|passed| passed.method).collect();
        self.is_enough(&methods)
    }

    /// The methods that may prove the next gate, after these were passed: those with which the flow can come to its end.
    pub(crate) fn open<'a>(&self, menu: &'a [Offer], passed: &[Passed]) -> Vec<&'a Offer> {
        let number = usize::from(self.number(passed));
        let passed: Vec<Offer> =
            passed.iter().map(|passed| Offer { method: passed.method, device: passed.device.clone() }).collect();
        let so_far: Vec<&Offer> = passed.iter().collect();
        menu.iter().filter(|offer| self.leads_on(menu, &so_far, offer, number)).collect()
    }

    /// The methods of a menu that are of use: those for which there are others to go with.
    #[must_use]
    pub fn useful(&self, menu: &[Offer]) -> Vec<Offer> {
        self.open(menu, &[]).into_iter().cloned().collect()
    }

    /// Whether so many gates can be passed by these methods, if an offer is the next one.
    fn leads_on(&self, menu: &[Offer], so_far: &[&Offer], next: &Offer, number: usize) -> bool {
        if !so_far.iter().all(|passed| self.pairing.allows(next, passed)) {
            return false;
        }
        let so_far: Vec<&Offer> = so_far.iter().copied().chain([next]).collect();
        if so_far.len() >= number {
            return self.is_enough(&so_far.iter().map(|offer| offer.method).collect::<Vec<_>>());
        }
        menu.iter().any(|offer| self.leads_on(menu, &so_far, offer, number))
    }

    fn is_enough(&self, methods: &[Method]) -> bool {
        let proves = methods.iter().any(|method| *method != Method::Questions);
        methods.len() >= usize::from(self.gates) && proves && self.has_one_of(methods)
    }

    fn has_one_of(&self, methods: &[Method]) -> bool {
        self.one_of.is_none_or(|wanted| methods.iter().any(|method| wanted.contains(method)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSIC: Pairing = Pairing { one_phone_gate: false };
    const STRICT: Pairing = Pairing { one_phone_gate: true };

    const fn two(pairing: Pairing) -> Rule<'static> {
        Rule { gates: GATES, pairing, one_of: None }
    }

    fn offer(method: Method, destination: &str) -> Offer {
        Offer { method, device: device(method, destination) }
    }

    /// The pairs of `docs/methods.md` that go together whatever their devices, of two different methods.
    fn always(first: Method, second: Method) -> bool {
        let phone = |method: Method| matches!(method, Method::TextMobile | Method::CallMobile | Method::CallOffice);
        first != second && !(phone(first) && phone(second))
    }

    #[test]
    fn a_method_never_goes_with_itself_nor_with_another_of_the_same_device() {
        // FL-03, SQ-01: over all methods, with equal and unequal numbers; questions never go with questions
        for first in Method::ALL {
            for second in Method::ALL {
                let same = (offer(first, "x"), offer(second, "x"));
                let other = (offer(first, "x"), offer(second, "y"));
                assert_eq!(CLASSIC.allows(&same.0, &same.1), always(first, second), "{first} {second}");
                assert_eq!(CLASSIC.allows(&other.0, &other.1), first != second, "{first} {second}");
                for (first, second) in [same, other] {
                    assert_eq!(STRICT.allows(&first, &second), always(first.method, second.method));
                    for rule in [CLASSIC, STRICT] {
                        assert_eq!(rule.allows(&first, &second), rule.allows(&second, &first), "in either order");
                    }
                }
            }
        }
    }

    #[test]
    fn as_many_pairs_are_accepted_as_the_published_table_says() {
        // FL-03: docs/methods.md, without the current password
        let gates = Method::ALL.into_iter().filter(|method| *method != Method::CurrentPassword);
        let gates: Vec<Method> = gates.collect();
        let count = |rule: Pairing, second: &str, without: &[Method]| {
            let pairs = gates
                .iter()
                .enumerate()
                .flat_map(|(at, first)| gates.iter().skip(at + 1).map(move |second| (*first, *second)));
            pairs
                .filter(|(a, b)| !without.contains(a) && !without.contains(b))
                .filter(|(a, b)| rule.allows(&offer(*a, "x"), &offer(*b, second)))
                .count()
        };
        assert_eq!((count(CLASSIC, "x", &[]), count(CLASSIC, "y", &[])), (25, 28));
        assert_eq!(count(STRICT, "y", &[Method::Questions]), 18);
    }

    #[test]
    fn whoever_cannot_use_some_methods_has_two_pairs_of_others() {
        // AX-09: the personas of docs/methods.md, with what is on by default; two of each pair's devices differ
        let on = crate::config::Methods::default().offered;
        let phones = [Method::TextMobile, Method::CallMobile, Method::CallOffice];
        let personas: [(&str, &[Method]); 6] = [
            ("deaf", &[Method::CallMobile, Method::CallOffice]),
            ("blind", &[]),
            ("deaf-blind", &[Method::CallMobile, Method::CallOffice, Method::TextMobile]),
            ("without a phone, or abroad, or with a shared one", &phones),
            ("without a mailbox of their own", &[Method::Email]),
            (
                "cannot retype or remember",
                &[Method::Questions, Method::CallMobile, Method::CallOffice, Method::TextMobile],
            ),
        ];
        for (who, excluded) in personas {
            let usable: Vec<Offer> =
                on.iter().filter(|on| !excluded.contains(on)).map(|on| offer(*on, on.as_str())).collect();
            let pairs = usable
                .iter()
                .enumerate()
                .map(|(at, first)| usable.iter().skip(at + 1).filter(|second| STRICT.allows(first, second)).count());
            let own = |offer: &&Offer| offer.method != Method::HelpdeskPass;
            assert!(pairs.sum::<usize>() >= 2, "{who}");
            assert!(usable.iter().filter(own).count() >= 2, "{who}: without the helpdesk");
        }
    }

    #[test]
    fn a_method_without_a_partner_is_not_offered() {
        let phone = [offer(Method::TextMobile, "x"), offer(Method::CallMobile, "x")];
        assert!(two(CLASSIC).useful(&phone).is_empty());
        let three = [phone[0].clone(), phone[1].clone(), offer(Method::Email, "a")];
        assert_eq!(two(CLASSIC).useful(&three).len(), 3);
        let two_numbers = [phone[0].clone(), offer(Method::CallOffice, "y")];
        assert_eq!((two(CLASSIC).useful(&two_numbers).len(), two(STRICT).useful(&two_numbers).len()), (2, 0));
        assert!(two(CLASSIC).useful(&[offer(Method::Questions, "")]).is_empty(), "SQ-01: never alone");
        let one = Rule { gates: 1, ..two(CLASSIC) };
        assert!(one.useful(&[offer(Method::Questions, "")]).is_empty(), "SQ-01: nor where one gate is enough");
        assert_eq!(one.useful(&phone).len(), 2);
    }

    fn passed(offers: &[&Offer]) -> Vec<Passed> {
        offers.iter().map(|offer| Passed { method: offer.method, device: offer.device.clone(), at: 0 }).collect()
    }

    fn methods(offers: &[&Offer]) -> Vec<Method> {
        offers.iter().map(|offer| offer.method).collect()
    }

    #[test]
    fn of_three_gates_each_is_on_a_device_of_its_own_and_the_first_leaves_two_others() {
        // FL-03
        let menu = [
            offer(Method::TextMobile, "x"),
            offer(Method::CallMobile, "x"),
            offer(Method::Email, "a"),
            offer(Method::Totp, ""),
        ];
        let three = Rule { gates: 3, ..two(CLASSIC) };
        assert_eq!(three.useful(&menu).len(), 4);
        assert_eq!(methods(&three.open(&menu, &passed(&[&menu[0]]))), [Method::Email, Method::Totp]);
        assert_eq!(methods(&three.open(&menu, &passed(&[&menu[0], &menu[3]]))), [Method::Email]);
        assert!(!three.is_met(&passed(&[&menu[0], &menu[3]])));
        assert!(three.is_met(&passed(&[&menu[0], &menu[3], &menu[2]])));
        assert!(three.useful(&menu[..3]).is_empty(), "two devices are not three");
    }

    #[test]
    fn the_last_gate_is_the_one_that_there_has_to_be_unless_it_was_passed() {
        let menu = [offer(Method::TextMobile, "x"), offer(Method::Email, "a"), offer(Method::Totp, "")];
        let wanted = [Method::Totp, Method::RecoveryCode];
        let rule = Rule { one_of: Some(&wanted), ..two(CLASSIC) };
        assert_eq!(rule.useful(&menu).len(), 3);
        assert_eq!(methods(&rule.open(&menu, &passed(&[&menu[0]]))), [Method::Totp]);
        assert_eq!(methods(&rule.open(&menu, &passed(&[&menu[2]]))), [Method::TextMobile, Method::Email]);
        assert!(rule.useful(&menu[..2]).is_empty());
        // Two were passed before it was wanted: a third is.
        let both = passed(&[&menu[0], &menu[1]]);
        assert_eq!((rule.number(&both), rule.is_met(&both)), (3, false));
        assert_eq!(methods(&rule.open(&menu, &both)), [Method::Totp]);
        let none = Rule { one_of: Some(&[]), ..rule };
        assert!(none.useful(&menu).is_empty(), "two rules that have nothing in common");
    }
}
