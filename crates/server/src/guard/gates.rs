//! Which methods may prove which gate (FL-03): two different methods on two different devices.

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

/// How many gates a recovery has.
pub(crate) const GATES: u8 = 2;

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

    /// The methods that may prove the next gate, after these were passed.
    pub(crate) fn open<'a>(self, menu: &'a [Offer], passed: &[Passed]) -> Vec<&'a Offer> {
        let fits = |offer: &&Offer| {
            let pairs =
                |passed: &Passed| self.allows(offer, &Offer { method: passed.method, device: passed.device.clone() });
            passed.iter().all(pairs)
        };
        menu.iter().filter(fits).collect()
    }

    /// The methods of a menu that are of use: those for which there is another to go with.
    #[must_use]
    pub fn useful(self, menu: &[Offer]) -> Vec<Offer> {
        menu.iter().filter(|offer| menu.iter().any(|other| self.allows(offer, other))).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSIC: Pairing = Pairing { one_phone_gate: false };
    const STRICT: Pairing = Pairing { one_phone_gate: true };

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
        assert!(CLASSIC.useful(&phone).is_empty());
        let three = [phone[0].clone(), phone[1].clone(), offer(Method::Email, "a")];
        assert_eq!(CLASSIC.useful(&three).len(), 3);
        let two_numbers = [phone[0].clone(), offer(Method::CallOffice, "y")];
        assert_eq!((CLASSIC.useful(&two_numbers).len(), STRICT.useful(&two_numbers).len()), (2, 0));
        assert!(CLASSIC.useful(&[offer(Method::Questions, "")]).is_empty(), "SQ-01: never alone");
    }
}
