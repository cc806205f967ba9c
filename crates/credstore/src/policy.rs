//! What the campus says of its people, servers and networks, and whether an entry is meant for them.

use serde::{Deserialize, Serialize};

use crate::host;
use crate::item::{Item, Purpose};

/// What the campus says about its people and servers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Every name the person signs in with: `ada`, `ada@example.edu`, `EXAMPLE\ada`. Compared without regard to case.
    pub accounts: Vec<String>,
    /// Hosts of the campus (`mail.provider.example`), and domains with all below them (`.example.edu`).
    pub servers: Vec<String>,
    /// Realms of the campus, of networks that ask for a name (802.1X) and of Kerberos: `example.edu`.
    pub realms: Vec<String>,
    /// Who is signed in to this workstation, where its accounts are the campus' own.
    pub signed_in_as: Option<String>,
}

impl Policy {
    /// Whether `user` is one of the person's names; an empty one never is.
    pub(crate) fn names(&self, user: &str) -> bool {
        let user = user.trim().to_lowercase();
        !user.is_empty() && self.accounts.iter().any(|account| account.trim().to_lowercase() == user)
    }

    /// Whether it is the person's own account that this workstation is signed in to.
    pub(crate) fn is_signed_in_here(&self) -> bool {
        self.signed_in_as.as_deref().is_some_and(|name| self.names(name))
    }

    /// Whether it is this person in a realm of Kerberos of the campus.
    pub(crate) fn is_principal(&self, principal: &str) -> bool {
        self.is_in_realm(principal) || (principal.contains('@') && self.names(principal))
    }

    /// Whether an item is for the campus and for this person there.
    pub(crate) fn is_for_campus(&self, item: &Item) -> bool {
        match &item.purpose {
            Purpose::FileOrDevice | Purpose::Network { identity: None } => false,
            Purpose::Network { identity: Some(identity) } => self.is_in_realm(identity),
            // One name or server among them that is another's is a reason to ask.
            Purpose::SignIn => {
                !item.users.is_empty()
                    && item.users.iter().all(|user| self.names(user))
                    && !item.servers.is_empty()
                    && item.servers.iter().all(|server| self.is_server(server))
            }
        }
    }

    /// Whether a locked item is worth the question to open it.
    pub(crate) fn may_be_for(&self, item: &Item) -> bool {
        match item.purpose {
            Purpose::FileOrDevice => false,
            Purpose::Network { .. } => true,
            Purpose::SignIn => {
                item.users.iter().any(|user| self.names(user)) || item.servers.iter().any(|one| self.is_server(one))
            }
        }
    }

    fn is_server(&self, saved: &str) -> bool {
        host::host(saved).is_some_and(|host| self.servers.iter().any(|entry| host::is_meant(&host, entry)))
    }

    /// Whether it is this person in one of the campus' realms; a realm is compared whole.
    fn is_in_realm(&self, identity: &str) -> bool {
        let Some((name, realm)) = identity.trim().rsplit_once('@') else { return false };
        self.realms.iter().any(|ours| !ours.is_empty() && ours.trim().eq_ignore_ascii_case(realm))
            && (self.names(identity) || self.names(name))
    }
}
