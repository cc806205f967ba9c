//! Mail by a relay of the campus (RFC 5321), over TLS alone.
//!
//! A mail has one recipient, the stored one, and says its message's id, so that a repetition can be told. What the relay
//! answers decides what becomes of the message: a refusal of the recipient is for good; whatever is wrong with the relay
//! itself, or with how it is configured, leaves the message to the next gateway; and a connection that ends once the mail
//! has gone out leaves open whether it was sent.

mod authorities;
mod error;
mod lines;
mod mail;
mod session;
mod settings;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout, timeout_at};

pub use self::error::{Reply, SmtpError, Stage};
use self::mail::Mail;
use self::session::Session;
pub use self::settings::{Security, Sender, Settings};
use super::{Accepted, Answer, Cause, Delivery, Message, NotSent, Probe};

/// For everything, so that it ends before `ordered` loses its patience.
const WHOLE: Duration = Duration::from_secs(9);
/// How many connections are kept for the next mail.
const MOST_KEPT: usize = 2;
/// How long one is kept; many relays end one that says nothing for 30 seconds.
const KEPT: SignedDuration = SignedDuration::from_secs(20);
/// How long a kept one may take to show that it is still there.
const STILL_THERE: Duration = Duration::from_secs(1);

/// Hands mail to one relay.
pub struct Smtp {
    settings: Settings,
    kept: Mutex<Vec<Kept>>,
}

/// A connection that has sent a mail, and when.
struct Kept {
    session: Session,
    since: Timestamp,
}

impl Smtp {
    /// Nothing is connected yet, and no file is read.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings, kept: Mutex::new(Vec::new()) }
    }

    async fn hand_over(&self, message: &Message) -> Result<Accepted, NotSent> {
        let end = Instant::now() + WHOLE;
        let mail = mail::written(&self.settings, message).map_err(SmtpError::not_sent)?;
        let ready = timeout(self.settings.patience(), self.ready_for(&mail, message.at)).await;
        let mut session = ready.unwrap_or(Err(SmtpError::Slow)).map_err(SmtpError::not_sent)?;
        // From here on nobody knows what has become of a mail whose answer does not come.
        match timeout_at(end, session.hand_over(&mail)).await {
            Ok(Ok(said)) => {
                self.keep(session, message.at);
                Ok(Accepted { gateway: None, provider_id: said })
            }
            Ok(Err(answered @ SmtpError::Reply(_))) => Err(answered.not_sent()),
            Ok(Err(lost)) => Err(NotSent::AnswerLost(Box::new(lost))),
            Err(_) => Err(NotSent::AnswerLost(Box::new(SmtpError::Slow))),
        }
    }

    /// A connection whose relay waits for the mail's content.
    async fn ready_for(&self, mail: &Mail, now: Timestamp) -> Result<Session, SmtpError> {
        let mut session = match self.kept_one(now).await {
            Some(session) => session,
            None => Session::open(&self.settings).await?,
        };
        match session.announce(mail).await {
            Ok(()) => Ok(session),
            Err(error) => {
                session.leave().await;
                Err(error)
            }
        }
    }

    /// One of the kept connections that is still there.
    async fn kept_one(&self, now: Timestamp) -> Option<Session> {
        loop {
            let Kept { mut session, since } = self.kept().pop()?;
            let age = now.duration_since(since);
            let is_young = !age.is_negative() && age < KEPT;
            if is_young && timeout(STILL_THERE, session.is_there()).await.unwrap_or(false) {
                return Some(session);
            }
        }
    }

    fn keep(&self, session: Session, since: Timestamp) {
        let mut kept = self.kept();
        if kept.len() < MOST_KEPT {
            kept.push(Kept { session, since });
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn reach(&self) -> Result<(), SmtpError> {
        let opened = timeout(self.settings.patience(), Session::open(&self.settings)).await;
        opened.unwrap_or(Err(SmtpError::Slow))?.leave().await;
        Ok(())
    }
}

impl Delivery for Smtp {
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a> {
        Box::pin(self.hand_over(message))
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(async move { self.reach().await.map_err(|error| Box::new(error) as Cause) })
    }
}

#[cfg(test)]
mod tests;
