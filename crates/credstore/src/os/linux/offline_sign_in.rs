//! What SSSD keeps of the password, so that signing in works where the campus is not reached: a hash that any sign-in
//! replaces which the campus has answered.
//!
//! So one sign-in by PAM is all that is needed. It goes by a service of our own, `/etc/pam.d/latchkey`, which the package
//! brings: it asks SSSD and nobody else, and opens no session.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, Stdio};

use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use nonstick::{AuthnFlags, ConversationAdapter, ErrorCode, Transaction as _, TransactionBuilder};
use secrecy::{ExposeSecret as _, SecretString};

use crate::item::ItemError;
use crate::place::{self, Change, GoOn, Looking, Place, Refreshed, Replaced, Seen};

const SERVICE: &str = "latchkey";
const SERVICE_FILE: &str = "/etc/pam.d/latchkey";
/// Where SSSD listens for PAM.
const SSSD: &str = "/var/lib/sss/pipes/pam";
const GETENT: &str = "/usr/bin/getent";

/// The hash that SSSD keeps of the person's password.
pub(super) struct OfflineSignIn;

impl Place for OfflineSignIn {
    fn kind(&self) -> PlaceKind {
        PlaceKind::OfflineSignIn
    }

    fn find(&mut self, looking: &Looking, tell: &mut dyn FnMut(Copy) -> GoOn) -> Result<Seen, ItemError> {
        let signed_in = looking.policy.signed_in_as.as_deref().filter(|_| looking.policy.is_signed_in_here());
        if let Some(name) = signed_in.filter(|name| is_of_sssd(name)) {
            let _ = tell(Copy {
                id: place::id(self.kind(), name),
                place: self.kind(),
                label: "SSSD".to_owned(),
                user: Some(name.to_owned()),
                target: None,
                standing: Standing::Proven,
            });
        }
        Ok(Seen::default())
    }

    fn refresh(&mut self, id: &str, change: &Change, _asking: &mut dyn FnMut()) -> Refreshed {
        let policy = &change.looking.policy;
        let name = place::native(self.kind(), id).filter(|name| policy.signed_in_as.as_deref() == Some(*name));
        match name {
            Some(_) if !policy.is_signed_in_here() => Outcome::NotYours,
            Some(name) if is_of_sssd(name) => sign_in(name, &change.new),
            _ => Outcome::Gone,
        }
        .into()
    }

    fn put_back(&mut self, _id: &str, _replaced: &Replaced, _asking: &mut dyn FnMut()) -> Outcome {
        Outcome::Refused
    }
}

/// Whether SSSD runs, has this account, and can be asked by our service.
fn is_of_sssd(name: &str) -> bool {
    let known = || {
        Command::new(GETENT)
            .args(["-s", "sss", "passwd", "--", name])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    Path::new(SSSD).exists() && Path::new(SERVICE_FILE).is_file() && known()
}

fn sign_in(name: &str, password: &SecretString) -> Outcome {
    let answers = Answers { name: name.to_owned(), password: password.clone() };
    let begun = TransactionBuilder::new_with_service(SERVICE).username(name).build(answers.into_conversation());
    let done = begun.and_then(|mut transaction| transaction.authenticate(AuthnFlags::empty()));
    match done {
        Ok(()) => Outcome::Renewed,
        // Away from the campus SSSD compares with what it has kept, so that it does not know the new one either.
        Err(ErrorCode::AuthenticationError | ErrorCode::PermissionDenied) => Outcome::NotYet,
        Err(ErrorCode::AuthInfoUnavailable | ErrorCode::TryAgain) => Outcome::Unreachable,
        Err(ErrorCode::UserUnknown) => Outcome::Gone,
        Err(_) => Outcome::Refused,
    }
}

/// What the modules of PAM are answered.
struct Answers {
    name: String,
    password: SecretString,
}

impl ConversationAdapter for Answers {
    fn prompt(&self, _question: impl AsRef<OsStr>) -> nonstick::Result<OsString> {
        Ok(self.name.clone().into())
    }

    fn masked_prompt(&self, _question: impl AsRef<OsStr>) -> nonstick::Result<OsString> {
        Ok(self.password.expose_secret().into())
    }

    fn error_msg(&self, _message: impl AsRef<OsStr>) {}

    fn info_msg(&self, _message: impl AsRef<OsStr>) {}
}
