//! What an account looks like that there is nothing to recover for: always the same for the same name (EN-03).

use latchkey_api::Method;

use crate::crypt::keys::{Keys, Use};
use crate::guard::gates::{Offer, Pairing, cannot_be_guessed, device};

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

/// A menu that a real account could have, chosen by the name.
pub(crate) fn menu(keys: &Keys, name: &str, enabled: &[Method], pairing: Pairing) -> Vec<Offer> {
    let drawn = keys.mac(Use::Decoy, &[b"menu", name.as_bytes()]);
    let number = crate::crypt::keys::hex(&keys.mac(Use::Decoy, &[b"device", name.as_bytes()]));
    let offers = enabled.iter().filter(|method| **method != Method::CurrentPassword).map(|method| {
        let destination = if *method == Method::CallOffice { "office" } else { number.as_str() };
        Offer { method: *method, device: device(*method, destination) }
    });
    let all: Vec<Offer> = offers.collect();
    // From most plausible to the whole: the first choice of bits that leaves two devices, beside what is in
    // every menu.
    for byte in drawn {
        let drawn = |(i, offer): &(usize, &Offer)| byte >> (i % 8) & 1 == 1 || cannot_be_guessed(offer.method);
        let some: Vec<Offer> = all.iter().enumerate().filter(drawn).map(|(_, offer)| offer.clone()).collect();
        let useful = pairing.useful(&some);
        let own = useful.iter().any(|offer| !cannot_be_guessed(offer.method));
        if own && useful.len() >= 2 && useful.len() == some.len() {
            return useful;
        }
    }
    pairing.useful(&all)
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

    #[test]
    fn a_decoy_is_stable_differs_between_names_and_always_has_two_devices() {
        // EN-03
        let keys = Keys::generate().expect("keys");
        let enabled = [
            Method::TextMobile,
            Method::CallMobile,
            Method::Email,
            Method::Totp,
            Method::Questions,
            Method::RecoveryCode,
            Method::HelpdeskPass,
        ];
        let pairing = Pairing { one_phone_gate: false };
        let mut menus = std::collections::BTreeSet::new();
        for name in 0..200 {
            let name = format!("nobody{name}");
            let drawn = menu(&keys, &name, &enabled, pairing);
            assert_eq!(drawn, menu(&keys, &name, &enabled, pairing));
            assert!(drawn.iter().any(|a| drawn.iter().any(|b| pairing.allows(a, b))), "{drawn:?}");
            menus.insert(drawn.iter().map(|offer| offer.method).collect::<Vec<_>>());
            let asked = questions(&keys, &name);
            assert_eq!(asked.len(), ASKED);
            assert_eq!(asked, questions(&keys, &name));
        }
        assert!(menus.len() > 5, "{menus:?}");
    }

    #[test]
    fn a_pass_is_in_every_decoy_at_its_place_and_never_alone() {
        // EN-03
        let keys = Keys::generate().expect("keys");
        let enabled = [Method::TextMobile, Method::HelpdeskPass, Method::Email, Method::Totp];
        let mut alone_with_it = 0;
        for name in 0..200 {
            let drawn = menu(&keys, &format!("nobody{name}"), &enabled, Pairing { one_phone_gate: false });
            assert!(drawn.iter().any(|offer| cannot_be_guessed(offer.method)) && drawn.len() > 1, "{drawn:?}");
            assert!(drawn.is_sorted_by_key(|offer| enabled.iter().position(|method| *method == offer.method)));
            alone_with_it += usize::from(drawn.len() == 2);
        }
        assert!(alone_with_it > 10, "an account with one method and a pass is nothing rare");
    }
}
