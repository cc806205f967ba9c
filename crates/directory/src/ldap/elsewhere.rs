//! Locks at the other servers of a directory: where wrong tries are counted by each server for itself, as 389 Directory
//! Server does, a lock that one of them has noted is known to no other.

use std::time::Duration;

use tokio::time::timeout;

use super::{Flavour, Ldap};
use crate::connection::{Change, Stands, code};
use crate::{DirectoryError, Elsewhere, LockThere, Operation};

/// How long each of the others may take; nobody waits for more than these.
const PATIENCE: Duration = Duration::from_secs(5);

impl Ldap {
    /// Lifts the lock of an account at every server but the one that the operation was written to.
    pub(super) async fn lift_elsewhere(&self, operation: Operation<'_>) -> Vec<Elsewhere> {
        let written = operation.after.and_then(Stands::read).map(|stands| stands.server);
        let mut servers = Vec::new();
        for server in self.connections.servers().iter().map(ToString::to_string) {
            if Some(&server) == written.as_ref() {
                continue;
            }
            // One that was just seen to be away holds nobody up a second time.
            let lock = if self.connections.is_away(&server) {
                LockThere::Unknown
            } else {
                self.lift_in_time(&server, operation.account).await
            };
            servers.push(Elsewhere { server, lock });
        }
        servers
    }

    async fn lift_in_time(&self, server: &str, account: &str) -> LockThere {
        match timeout(PATIENCE, self.lift_at(server, account)).await {
            Ok(Ok(lock)) => lock,
            Ok(Err(error)) => {
                tracing::warn!(server, error = &error as &dyn std::error::Error, "whether an account is locked there");
                LockThere::Unknown
            }
            Err(_) => {
                tracing::warn!(server, "no answer whether an account is locked there");
                LockThere::Unknown
            }
        }
    }

    async fn lift_at(&self, server: &str, account: &str) -> Result<LockThere, DirectoryError> {
        let mut session = self.connections.at(server).await?;
        let flavour = self.flavour(&mut session).await?;
        // Whoever has not arrived there yet is not locked there.
        let Some(person) = self.locate(&mut session, account).await? else { return Ok(LockThere::None) };
        if !person.has_lock {
            return Ok(LockThere::None);
        }
        if !person.entry.enabled {
            // An administrator's lock is not one that a person lifts.
            return Ok(LockThere::Stands);
        }
        let reply = session.modify(&person.dn, lifted(flavour), Vec::new()).await?;
        match reply.code {
            code::SUCCESS => Ok(LockThere::Lifted),
            // It was lifted in between.
            code::NO_SUCH_ATTRIBUTE => Ok(LockThere::None),
            code::REFERRAL => Ok(LockThere::Follows),
            _ => {
                let error = session.done("modify", &reply).err();
                tracing::warn!(
                    server,
                    error = error.as_ref().map(|error| error as &dyn std::error::Error),
                    "a lock stands"
                );
                Ok(LockThere::Stands)
            }
        }
    }
}

/// What lifts a lock that is noted on an entry.
pub(super) fn lifted(flavour: Flavour) -> Vec<Change> {
    match flavour {
        Flavour::Ds389 => vec![Change::clear("accountUnlockTime"), Change::replace("passwordRetryCount", "0")],
        // ppolicy forgets the wrong tries with it, if it is deleted and not replaced.
        Flavour::OpenLdap { .. } | Flavour::Other => vec![Change::delete_all("pwdAccountLockedTime")],
    }
}
