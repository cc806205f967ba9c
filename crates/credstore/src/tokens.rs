//! The token by which a server knows this workstation (OT-15): kept in the person's store, and never taken for a copy of
//! their password.
//!
//! Whose token it is, a store is told as a digest: whoever looks through a keyring finds no account's name beside it.
//! Whatever a store refuses is no token: nobody is asked for anything because of one, and nothing fails without it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::digest::{Context, SHA256};

use crate::item::ItemError;
use crate::protocol::{LONGEST_TOKEN, TokenOf};
use crate::secret::{self, Stored};

/// What people see of the item in the program that shows their store.
pub(crate) const LABEL: &str = "Latchkey: this computer is known";

/// A store that keeps tokens. None of its calls may put a question to the person, or wait for the answer to one.
pub(crate) trait Tokens {
    /// The token that is kept; `None` where there is none.
    fn token(&mut self, of: &TokenOf) -> Result<Option<Stored>, ItemError>;

    /// Keeps a token in the place of the one before it.
    fn keep(&mut self, of: &TokenOf, token: &Stored) -> Result<(), ItemError>;

    /// Removes the token, if there is one.
    fn forget(&mut self, of: &TokenOf) -> Result<(), ItemError>;
}

/// The token that the store hands out; what cannot be one counts as none.
pub(crate) fn read(store: Option<&mut dyn Tokens>, of: &TokenOf) -> Option<Stored> {
    store?.token(of).ok().flatten().filter(is_a_length)
}

/// Keeps a token, and says whether the store hands out this very one now.
pub(crate) fn keep(store: Option<&mut dyn Tokens>, of: &TokenOf, token: &Stored) -> bool {
    let Some(store) = store.filter(|_| is_a_length(token)) else { return false };
    let kept = store.keep(of, token).and_then(|()| store.token(of));
    kept.ok().flatten().is_some_and(|kept| secret::same(&kept, token))
}

/// Removes the token, and says whether the store hands one out all the same.
pub(crate) fn forget(store: Option<&mut dyn Tokens>, of: &TokenOf) -> bool {
    let Some(store) = store else { return false };
    store.forget(of).and_then(|()| store.token(of)).is_ok_and(|left| left.is_some())
}

/// The server and the account of a token as a store is told of them.
pub(crate) fn owner(of: &TokenOf) -> String {
    let mut digest = Context::new(&SHA256);
    // An origin has no line end, so no two pairs are written alike.
    for part in [of.server.as_str(), "\n", of.account.as_str()] {
        digest.update(part.as_bytes());
    }
    BASE64.encode(digest.finish())
}

fn is_a_length(token: &Stored) -> bool {
    let length = secret::bytes(token).len();
    length > 0 && u32::try_from(length).is_ok_and(|length| length <= LONGEST_TOKEN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::tests::Drawer;

    fn of(account: &str) -> TokenOf {
        TokenOf { server: "https://sspr.example.edu".into(), account: account.into() }
    }

    fn token(text: &str) -> Stored {
        Stored::from(text.as_bytes().to_vec())
    }

    fn is_kept(drawer: &mut Drawer) -> bool {
        read(Some(drawer), &of("ada")).is_some()
    }

    // OT-15
    #[test]
    fn a_token_is_kept_in_the_place_of_the_one_before_and_is_gone_once_it_is_forgotten() {
        let mut drawer = Drawer::default();
        assert!(!is_kept(&mut drawer));
        assert!(keep(Some(&mut drawer), &of("ada"), &token("first")));
        assert!(keep(Some(&mut drawer), &of("ada"), &token("second")));
        let kept = read(Some(&mut drawer), &of("ada"));
        assert!(kept.is_some_and(|kept| secret::same(&kept, &token("second"))));
        assert!(!forget(Some(&mut drawer), &of("ada")));
        assert!(!is_kept(&mut drawer));
    }

    #[test]
    fn where_a_store_hands_nothing_out_loses_what_is_written_or_keeps_no_tokens_none_is_kept() {
        let mut silent = Drawer { token: Some(b"first".to_vec()), unreachable: true, ..Drawer::default() };
        assert!(!is_kept(&mut silent) && !keep(Some(&mut silent), &of("ada"), &token("second")));
        assert!(!forget(Some(&mut silent), &of("ada")));
        let mut forgetful = Drawer { forgets_writes: true, ..Drawer::default() };
        assert!(!keep(Some(&mut forgetful), &of("ada"), &token("first")));
        assert!(read(None, &of("ada")).is_none() && !keep(None, &of("ada"), &token("first")));
        assert!(!forget(None, &of("ada")));
    }

    #[test]
    fn what_cannot_be_a_token_is_none() {
        for text in [String::new(), "x".repeat(65)] {
            let mut drawer = Drawer { token: Some(text.clone().into_bytes()), ..Drawer::default() };
            assert!(!is_kept(&mut drawer) && !keep(Some(&mut drawer), &of("ada"), &token(&text)));
        }
    }

    #[test]
    fn whose_a_token_is_tells_servers_and_accounts_apart_and_has_no_name_in_it() {
        let elsewhere = TokenOf { server: "https://sspr.example.org".into(), account: "ada".into() };
        let owners = [owner(&of("ada")), owner(&of("grace")), owner(&elsewhere)];
        assert!(owners.iter().all(|owner| owner.len() == 43 && !owner.contains("ada")));
        assert!(owners[0] != owners[1] && owners[0] != owners[2]);
        assert_eq!(owner(&of("ada")), owners[0]);
    }
}
