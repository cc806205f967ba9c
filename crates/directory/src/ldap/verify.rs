//! Whether a password is somebody's current one: by a bind as the person, on a session of its own.

use secrecy::SecretString;
use tokio::time::Instant;

use super::control::{Error, Said, said};
use super::{Ldap, control};
use crate::connection::{ConnectionError, Reply, code};
use crate::{DirectoryError, Verdict};

/// An id and a name that nobody has.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

impl Ldap {
    pub(super) async fn verify(
        &self,
        account: Option<&str>,
        password: &SecretString,
    ) -> Result<Verdict, DirectoryError> {
        let mut session = self.connections.any().await?;
        let asked = Instant::now();
        let person = self.locate(&mut session, account.unwrap_or(NOBODY)).await?;
        let question = asked.elapsed();
        let server = session.server().to_owned();
        drop(session);
        let nobody = || match (&self.settings.decoy, self.settings.bases.first()) {
            (Some(decoy), _) => decoy.clone(),
            (None, Some(base)) => format!("{}={NOBODY},{base}", self.schema.account()),
            (None, None) => format!("{}={NOBODY}", self.schema.account()),
        };
        let dn = person.as_ref().map_or_else(nobody, |person| person.dn.clone());
        let began = Instant::now();
        let verdict = self.bind_as(&server, &dn, password).await?;
        let Some(person) = person else {
            if self.settings.decoy.is_none() {
                self.pace.keep(question, began).await;
            }
            return Ok(Verdict::Wrong);
        };
        if verdict == Verdict::Wrong {
            self.pace.note(question, began.elapsed());
        }
        Ok(match verdict {
            _ if !person.entry.enabled => Verdict::Disabled,
            // Some servers do not say why they let nobody in.
            Verdict::Wrong if person.entry.locked => Verdict::Locked,
            verdict => verdict,
        })
    }

    /// What the server says to a bind as this entry.
    pub(super) async fn bind_as(
        &self,
        server: &str,
        dn: &str,
        password: &SecretString,
    ) -> Result<Verdict, DirectoryError> {
        let mut session = self.connections.fresh_at(server).await?;
        match session.bind(dn, password, control::request()).await {
            Ok(reply) => verdict(&reply).map_or_else(|| Err(refused(server, dn, &reply)), Ok),
            // It proves nothing, whatever the server would say to it (FL-10).
            Err(ConnectionError::EmptyPassword) => Ok(Verdict::Wrong),
            Err(error) => Err(error.into()),
        }
    }
}

fn refused(server: &str, dn: &str, reply: &Reply) -> DirectoryError {
    let (server, account) = (server.to_owned(), dn.to_owned());
    ConnectionError::BindRefused { server, account, code: reply.code, text: reply.text.clone() }.into()
}

/// What an answer to a bind says of the password; nothing if it says nothing of it.
pub(super) fn verdict(reply: &Reply) -> Option<Verdict> {
    let Said { error, grace } = said(reply);
    match (reply.code, error) {
        (code::SUCCESS, Some(Error::ChangeAfterReset)) => Some(Verdict::MustChange),
        (code::SUCCESS, _) if grace.is_some() => Some(Verdict::Expired),
        (code::SUCCESS, None) => Some(Verdict::Right),
        (code::SUCCESS, Some(_)) => Some(Verdict::Expired),
        // It is only looked at when the password was the right one.
        (code::INVALID_CREDENTIALS, Some(Error::PasswordExpired)) => Some(Verdict::Expired),
        (_, Some(Error::AccountLocked)) => Some(Verdict::Locked),
        // 389 Directory Server: too many tries, and an account that was shut.
        (code::CONSTRAINT_VIOLATION, _) => Some(Verdict::Locked),
        (code::UNWILLING_TO_PERFORM, _) => Some(Verdict::Disabled),
        (code::INVALID_CREDENTIALS | code::INAPPROPRIATE_AUTHENTICATION | code::NO_SUCH_OBJECT, _) => {
            Some(Verdict::Wrong)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u32, control: Option<&[u8]>) -> Reply {
        let controls = control.map(|value| (control::OID.to_owned(), Some(value.to_vec()))).into_iter().collect();
        Reply { code, text: String::new(), referrals: Vec::new(), controls }
    }

    #[test]
    fn each_answer_to_a_bind_is_told_apart() {
        let error = |number: u8| vec![0x30, 3, 0x81, 1, number];
        for (code, control, expected) in [
            (0, None, Some(Verdict::Right)),
            (0, Some(error(2)), Some(Verdict::MustChange)),
            (0, Some(vec![0x30, 5, 0xa0, 3, 0x81, 1, 0]), Some(Verdict::Expired)),
            (49, None, Some(Verdict::Wrong)),
            (49, Some(error(0)), Some(Verdict::Expired)),
            (49, Some(error(1)), Some(Verdict::Locked)),
            (19, None, Some(Verdict::Locked)),
            (53, None, Some(Verdict::Disabled)),
            (48, None, Some(Verdict::Wrong)),
            (51, None, None),
            (52, None, None),
            (10, None, None),
            (80, None, None),
        ] {
            assert_eq!(verdict(&reply(code, control.as_deref())), expected, "{code} {control:?}");
        }
    }
}
