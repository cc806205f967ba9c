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

/// Whether the two may prove the two gates of one flow.
#[must_use]
pub fn may_pair(first: &Offer, second: &Offer) -> bool {
    first.method != second.method && first.device != second.device
}

/// The methods that may prove the next gate, after these were passed.
pub(crate) fn open<'a>(menu: &'a [Offer], passed: &[Passed]) -> Vec<&'a Offer> {
    let fits = |offer: &&Offer| {
        passed.iter().all(|passed| may_pair(offer, &Offer { method: passed.method, device: passed.device.clone() }))
    };
    menu.iter().filter(fits).collect()
}

/// The methods of a menu that are of use: those for which there is another to go with.
#[must_use]
pub fn useful(menu: &[Offer]) -> Vec<Offer> {
    menu.iter().filter(|offer| menu.iter().any(|other| may_pair(offer, other))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(method: Method, destination: &str) -> Offer {
        Offer { method, device: device(method, destination) }
    }

    #[test]
    fn a_method_never_goes_with_itself_nor_with_another_of_the_same_device() {
        // FL-03
        for first in Method::ALL {
            for second in Method::ALL {
                let phones =
                    first.destination() == Some(Destination::Phone) && second.destination() == Some(Destination::Phone);
                let same = may_pair(&offer(first, "x"), &offer(second, "x"));
                let other = may_pair(&offer(first, "x"), &offer(second, "y"));
                assert_eq!(same, first != second && !phones, "{first} {second}");
                assert_eq!(other, first != second, "{first} {second}");
            }
        }
    }

    #[test]
    fn a_method_without_a_partner_is_not_offered() {
        let phone = [offer(Method::TextMobile, "x"), offer(Method::CallMobile, "x")];
        assert!(useful(&phone).is_empty());
        let three = [phone[0].clone(), phone[1].clone(), offer(Method::Email, "a")];
        assert_eq!(useful(&three).len(), 3);
    }
}
