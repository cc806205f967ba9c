//! The token by which the server knows this workstation: sent with each start, kept anew whenever the server gives
//! another one, forgotten where it is good no more (OT-15).
//!
//! The flow knows nothing of tokens: it says when a workstation may become known, and whoever performs its effects does
//! the rest. So a token gets near no screen, and a page without a keyring runs the same flow.

use std::sync::Arc;

use latchkey_api::bounds::DEVICE;
use secrecy::SecretString;

use crate::places::{Places, TokenOf};
use crate::settings::Settings;

/// The tokens of this workstation at one server, each of one account.
#[derive(Debug, Clone)]
pub(crate) struct Device {
    places: Option<Arc<Places>>,
    settings: Option<Settings>,
    may_be_known: bool,
}

impl Device {
    /// Without places or settings no token is kept, nor where the policy or a session of nobody's forbids it.
    pub(crate) fn new(places: Option<Arc<Places>>, settings: Option<Settings>, signed_in: Option<&str>) -> Self {
        let may_be_known = settings.as_ref().is_some_and(|settings| settings.may_be_known(signed_in));
        Self { places, settings, may_be_known }
    }

    pub(crate) const fn may_be_known(&self) -> bool {
        self.may_be_known
    }

    /// The token that goes with a start of this account. Where none may be kept, one from before that was decided is
    /// forgotten.
    pub(crate) async fn token(&self, account: &str) -> Option<SecretString> {
        if !self.may_be_known {
            self.forget(account);
            return None;
        }
        let (places, of) = self.at(account)?;
        let read = tokio::task::spawn_blocking(move || places.token(&of)).await.ok()?;
        // The server would refuse a start with anything else.
        read.filter(|token| DEVICE.takes_secret(token))
    }

    /// Does what follows from the answer to a start: keeps the token that came with it, or forgets the one that was sent
    /// and is not known any more. The one before stays good until this one is used, so nothing is lost if that fails.
    pub(crate) fn answered(&self, account: &str, was_sent: bool, next: Option<SecretString>) {
        match next {
            Some(token) => self.keep(account, token),
            None if was_sent => self.forget(account),
            None => {}
        }
    }

    /// Keeps a token, in the place of the one before it.
    pub(crate) fn keep(&self, account: &str, token: SecretString) {
        let Some((places, of)) = self.at(account).filter(|_| self.may_be_known) else { return };
        tokio::task::spawn_blocking(move || places.keep_token(&of, &token));
    }

    fn forget(&self, account: &str) {
        let Some((places, of)) = self.at(account) else { return };
        tokio::task::spawn_blocking(move || places.forget_token(&of));
    }

    fn at(&self, account: &str) -> Option<(Arc<Places>, TokenOf)> {
        let (places, settings) = (self.places.clone()?, self.settings.as_ref()?);
        Some((places, TokenOf { server: settings.server.clone(), account: settings.name_at_campus(account) }))
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fmt::{Debug, Write as _};
    use std::sync::Mutex;

    use secrecy::ExposeSecret as _;
    use tokio::runtime::Builder;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use super::*;
    use crate::http::tests::{answer, here, http};
    use crate::places::tests::Fake;

    fn device(fake: &Fake, line: &str) -> Device {
        let settings = toml::from_str(&format!("server = 'https://sspr.example.edu'\n{line}")).unwrap();
        Device::new(Some(Arc::new(fake.places())), Some(settings), Some("ada"))
    }

    /// One thread for what blocks, so that it happens in the order in which it was asked for.
    fn in_order<T>(does: impl Future<Output = T>) -> T {
        Builder::new_current_thread().max_blocking_threads(1).build().unwrap().block_on(does)
    }

    async fn sent(device: &Device, account: &str) -> Option<String> {
        device.token(account).await.map(|token| token.expose_secret().to_owned())
    }

    fn token(letter: &str) -> SecretString {
        letter.repeat(43).into()
    }

    #[test]
    fn a_token_that_comes_with_an_answer_takes_the_place_of_the_one_that_was_sent() {
        // OT-15
        let fake = Fake::keeping_tokens();
        let device = device(&fake, "domains = ['example.edu']");
        in_order(async {
            assert_eq!(sent(&device, "ada").await, None);
            device.answered("ada", false, None);
            device.keep("ada", token("a"));
            assert_eq!(sent(&device, "Ada@example.edu").await, Some("a".repeat(43)));
            device.answered("ada", true, Some(token("b")));
            assert_eq!(sent(&device, "ada").await, Some("b".repeat(43)));
        });
        assert!(fake.noted("input").contains(r#""account":"ada""#));
    }

    #[test]
    fn a_token_that_the_server_does_not_know_any_more_is_forgotten() {
        let fake = Fake::keeping_tokens();
        let device = device(&fake, "");
        in_order(async {
            device.keep("ada", token("a"));
            assert!(sent(&device, "ada").await.is_some());
            device.answered("ada", true, None);
            assert_eq!(sent(&device, "ada").await, None);
        });
        assert_eq!(fake.noted("tasks"), "keep_token\nread_token\nforget_token\nread_token\n");
    }

    #[test]
    fn what_cannot_be_a_token_is_not_sent() {
        let fake = Fake::keeping_tokens();
        let device = device(&fake, "");
        in_order(async {
            device.keep("ada", token("\""));
            assert_eq!(sent(&device, "ada").await, None);
        });
    }

    #[test]
    fn where_the_policy_forbids_it_no_token_is_kept_and_one_from_before_is_forgotten() {
        let fake = Fake::keeping_tokens();
        in_order(async {
            device(&fake, "").keep("ada", token("a"));
            let forbidden = device(&fake, "remember_device = false");
            assert_eq!(sent(&forbidden, "ada").await, None);
            forbidden.keep("ada", token("b"));
            assert_eq!(sent(&device(&fake, ""), "ada").await, None);
        });
        assert_eq!(fake.noted("tasks"), "keep_token\nforget_token\nread_token\n");
    }

    /// Everything that this process logs, at every level.
    static LOG: Mutex<String> = Mutex::new(String::new());

    struct Hears;

    impl Visit for Hears {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            writeln!(LOG.lock().unwrap(), "{field}={value:?}").unwrap();
        }
    }

    impl Subscriber for Hears {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, span: &Attributes<'_>) -> Id {
            span.record(&mut Self);
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, values: &Record<'_>) {
            values.record(&mut Self);
        }
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            event.record(&mut Self);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn no_log_line_has_the_token_even_at_the_finest_level() {
        // OT-15, SM-05
        tracing::subscriber::set_global_default(Hears).unwrap();
        let fake = Fake::keeping_tokens();
        let device = device(&fake, "");
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let (server, address) = here().await;
            let http = http(&format!("server = '{address}'")).ok().unwrap();
            let body = format!(r#"{{"token":"{}","expires_at":"2027-05-01T00:00:00Z"}}"#, "needle".repeat(7) + "n");
            let (given, _) = tokio::join!(http.remember_device(7), answer(&server, "201 Created", &body));
            device.keep("ada", given.unwrap());
            assert!(sent(&device, "ada").await.is_some_and(|token| token.starts_with("needle")));
            device.answered("ada", true, None);
            assert_eq!(sent(&device, "ada").await, None);
        });
        let log = LOG.lock().unwrap();
        assert!(log.contains("the token of this workstation") && !log.contains("needle"), "{log}");
    }
}
