//! What an account looks like that there is nothing to recover for: always the same for the same name (EN-03).

use latchkey_api::Method;

use crate::crypt::keys::{Keys, Use, hex};
use crate::guard::gates::{self, Offer, Rule, device};
use crate::guard::population::{Crowd, place};

/// The questions of the catalogue; the app has their texts.
pub const QUESTIONS: [&str; 16] = [
    "first_pet",
    "first_school",
    "childhood_street",
    "childhood_friend",
    "first_job_city",
    "favourite_teacher",
    "first_concert",
    "oldest_cousin",
    "grandmother_town",
    "favourite_book",
    "first_film",
    "favourite_toy",
    "childhood_neighbour",
    "first_boss",
    "seat_neighbour",
    "first_dish",
];

/// How many questions are asked.
pub(crate) const ASKED: usize = 3;

/// The menu of a name, as somebody of its population has it: drawn from these, with the devices that such a menu has.
pub(crate) fn menu(keys: &Keys, name: &str, crowd: &Crowd, enabled: &[Method], rule: Rule<'_>) -> Vec<Offer> {
    let number = |place: &str| hex(&keys.mac(Use::Decoy, &[b"device", place.as_bytes(), name.as_bytes()]));
    let offer = |method: &Method| Offer { method: *method, device: device(*method, &number(place(*method))) };
    let own: Vec<Offer> = crowd.drawn(keys, name).iter().map(offer).collect();
    rule.useful(&gates::menu(enabled, &own))
}

/// The directory in which a password is compared for nobody: always the same for one name, and of many names as many in
/// each as it has people, so that the time tells nothing (EN-02). Nothing where there is one directory alone.
pub(crate) fn directory<'a>(keys: &Keys, subject: &[u8], people: &'a [(String, i64)]) -> Option<&'a str> {
    let drawn = keys.mac(Use::Decoy, &[b"directory", subject]);
    let all: u64 = people.iter().map(|(_, many)| many.unsigned_abs()).sum();
    let first = drawn.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let mut at = first.checked_rem(all)?;
    for (name, many) in people {
        match at.checked_sub(many.unsigned_abs()) {
            None => return Some(name),
            Some(rest) => at = rest,
        }
    }
    None
}

/// The questions that a name is asked, always the same.
pub(crate) fn questions(keys: &Keys, name: &str) -> Vec<String> {
    let drawn = keys.mac(Use::Decoy, &[b"questions", name.as_bytes()]);
    let mut ranked: Vec<(u8, &str)> = drawn.into_iter().zip(QUESTIONS).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(ASKED).map(|(_, id)| id.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::gates::{Pairing, cannot_be_guessed};

    const ENABLED: [Method; 7] = [
        Method::TextMobile,
        Method::CallMobile,
        Method::Email,
        Method::Totp,
        Method::Questions,
        Method::RecoveryCode,
        Method::HelpdeskPass,
    ];
    const RULE: Rule<'_> = Rule { gates: 2, pairing: Pairing { one_phone_gate: false }, one_of: None };

    #[test]
    fn a_decoy_is_stable_differs_between_names_and_always_has_two_devices() {
        // EN-03
        let keys = Keys::generate().expect("keys");
        let population = Crowd::of("", &[], &ENABLED, RULE);
        let drawn = |name: &str| menu(&keys, name, &population, &ENABLED, RULE);
        let mut menus = std::collections::BTreeSet::new();
        for name in 0..200 {
            let name = format!("nobody{name}");
            let menu = drawn(&name);
            assert_eq!(menu, drawn(&name));
            assert!(menu.iter().any(|a| menu.iter().any(|b| RULE.pairing.allows(a, b))), "{menu:?}");
            menus.insert(menu.iter().map(|offer| offer.method).collect::<Vec<_>>());
            let asked = questions(&keys, &name);
            assert_eq!(asked.len(), ASKED);
            assert_eq!(asked, questions(&keys, &name));
        }
        assert!(menus.len() > 3, "{menus:?}");
    }

    #[test]
    fn a_name_that_nobody_has_is_compared_in_one_directory_and_many_in_each_as_it_has_people() {
        // EN-02
        let keys = Keys::generate().expect("keys");
        let people = [("staff".to_owned(), 100), ("students".to_owned(), 900)];
        let of = |name: usize| directory(&keys, name.to_string().as_bytes(), &people);
        let in_staff = (0..2_000).filter(|name| of(*name) == Some("staff")).count();
        assert!((120..280).contains(&in_staff), "{in_staff} of 2000, where 200 are expected");
        assert_eq!(of(7), of(7));
        assert_eq!(directory(&keys, b"ada", &[]), None);
    }

    #[test]
    fn what_is_for_everybody_is_on_every_decoy_at_its_place_and_never_alone() {
        // EN-03
        let keys = Keys::generate().expect("keys");
        let enabled = [Method::TextMobile, Method::HelpdeskPass, Method::Email, Method::RecoveryCode, Method::Totp];
        let population = Crowd::of("", &[], &enabled, RULE);
        for name in 0..200 {
            let drawn = menu(&keys, &format!("nobody{name}"), &population, &enabled, RULE);
            assert!(drawn.iter().any(|offer| cannot_be_guessed(offer.method)) && drawn.len() > 2, "{drawn:?}");
            assert!(drawn.is_sorted_by_key(|offer| enabled.iter().position(|method| *method == offer.method)));
        }
    }

    #[test]
    fn texts_and_calls_to_a_mobile_are_one_device_and_the_office_is_another() {
        // EN-03: what a second gate would show
        let keys = Keys::generate().expect("keys");
        let enabled = [Method::TextMobile, Method::CallMobile, Method::CallOffice, Method::HelpdeskPass];
        let counts = [(String::new(), "text_mobile call_mobile call_office".to_owned(), 30)];
        let population = Crowd::of("", &counts, &enabled, RULE);
        let drawn = menu(&keys, "nobody", &population, &enabled, RULE);
        let device = |method| drawn.iter().find(|offer| offer.method == method).expect("on the menu").device.clone();
        assert_eq!(device(Method::TextMobile), device(Method::CallMobile));
        assert_ne!(device(Method::TextMobile), device(Method::CallOffice));
    }
}
