//! What the service account may do to passwords, found out without writing any.

use super::control::{Error, said};
use super::{Flavour, Ldap, control};
use crate::connection::{Change, ConnectionError, Reply, Session, code, locked};

/// What the service account may do to passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// It was not found out yet.
    Unknown,
    /// It writes them, and the directory's rules hold: OpenLDAP's `write`.
    Write,
    /// It writes them and is held to no rule of the directory: OpenLDAP's `manage`, or a directory without ppolicy.
    Manage,
    /// It may not write them.
    None,
}

impl Ldap {
    pub(super) fn known_rights(&self) -> Rights {
        *locked(&self.rights)
    }

    /// What the service account may do, tried once on the password of this entry: a change whose old password cannot be
    /// the right one is refused by each directory, and how it is refused tells who was asking.
    pub(super) async fn rights(&self, session: &mut Session, dn: &str) -> Result<Rights, ConnectionError> {
        let known = self.known_rights();
        if known != Rights::Unknown {
            return Ok(known);
        }
        let (rights, reply) = self.try_rights(session, dn).await?;
        tracing::info!(?rights, code = reply.code, "what the service account may do to passwords");
        *locked(&self.rights) = rights;
        Ok(rights)
    }

    /// The same, without remembering.
    pub(super) async fn try_rights(&self, session: &mut Session, dn: &str) -> Result<(Rights, Reply), ConnectionError> {
        let flavour = self.flavour(session).await?;
        let nobodys = nobodys_password().ok_or_else(|| session.nonsense("no randomness"))?;
        // ppolicy says nothing of a deletion, so that what the access list says is heard.
        let deleted = vec![Change::delete("userPassword", nobodys.clone())];
        let reply = session.modify(dn, deleted, control::request()).await?;
        if reply.code == code::INSUFFICIENT_ACCESS_RIGHTS {
            return Ok((Rights::None, reply));
        }
        let changes = vec![Change::delete("userPassword", nobodys.clone()), Change::add("userPassword", nobodys)];
        let reply = session.modify(dn, changes, control::request()).await?;
        let rights = match (reply.code, said(&reply).error) {
            (code::INSUFFICIENT_ACCESS_RIGHTS, _) => Rights::None,
            // A rule was held against it, so rules hold.
            (
                _,
                Some(
                    Error::MustSupplyOldPassword
                    | Error::PasswordTooYoung
                    | Error::InsufficientPasswordQuality
                    | Error::PasswordTooShort
                    | Error::PasswordTooLong
                    | Error::PasswordInHistory,
                ),
            ) => Rights::Write,
            (code::NO_SUCH_ATTRIBUTE, _) => match flavour {
                Flavour::OpenLdap { .. } => Rights::Manage,
                // Whoever is no administrator of passwords is held to the rules there.
                Flavour::Ds389 | Flavour::Other => Rights::Write,
            },
            _ => Rights::Unknown,
        };
        Ok((rights, reply))
    }

    /// What the server says to a deletion of a value that is not there, if the service account may not write the
    /// attribute; nothing if it may.
    pub(super) async fn may_not_write(
        &self,
        session: &mut Session,
        dn: &str,
        attribute: &str,
        value: &str,
    ) -> Result<Option<Reply>, ConnectionError> {
        let reply = session.modify(dn, vec![Change::delete(attribute, value)], Vec::new()).await?;
        Ok((reply.code == code::INSUFFICIENT_ACCESS_RIGHTS).then_some(reply))
    }
}

/// 256 random bits that nobody has for a password, after a sign of each kind.
fn nobodys_password() -> Option<Vec<u8>> {
    let mut random = [0; 32];
    rustls::crypto::aws_lc_rs::default_provider().secure_random.fill(&mut random).ok()?;
    Some(format!("Aa1-{}", random.iter().map(|byte| format!("{byte:02x}")).collect::<String>()).into_bytes())
}
