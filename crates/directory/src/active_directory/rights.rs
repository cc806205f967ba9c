//! What the service account may do, asked without writing anything.
//!
//! The directory itself computes which attributes of an entry whoever asks may write (`allowedAttributesEffective`). The
//! right to set a password is delegated together with the right to lift a lock: whoever may lift an administrator's lock
//! could also become one.

use jiff::SignedDuration;

use super::ActiveDirectory;
use super::groups::{Groups, domain_sid};
use super::ids::{Sid, in_filter};
use super::root::Root;
use crate::DirectoryError;
use crate::connection::{ConnectionError, Found, Paging, Scope, Search, Session, code, locked};

/// So long it is believed that the account can harm nobody.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// So many of those who are protected are looked at.
const SOME: u16 = 50;
/// Whoever may write one of these of an account can take it over, or let themselves in.
const HARMFUL: [&str; 8] = [
    "unicodePwd",
    "lockoutTime",
    "pwdLastSet",
    "userAccountControl",
    "servicePrincipalName",
    "msDS-KeyCredentialLink",
    "altSecurityIdentities",
    "member",
];

/// What was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Harm {
    /// The service account could change this one: by writing these, or because it is one of them.
    Could { whom: String, by: Vec<String> },
    /// Nobody who is protected can be seen, or not that they are: then nobody can be kept out.
    Blind(String),
}

impl ActiveDirectory {
    /// Nothing, if the service account cannot change anybody who is protected (PW-07). Asked at the first write, and again
    /// every hour.
    pub(super) async fn harmless(&self, session: &mut Session, root: &Root) -> Result<(), DirectoryError> {
        let now = self.connections.now();
        if locked(&self.harmless).is_some_and(|at| now.duration_since(at).abs() < FRESH) {
            return Ok(());
        }
        let found = self.harm(session, root).await;
        match found.map_err(|error| DirectoryError::NotReached(Box::new(error)))? {
            None => {
                *locked(&self.harmless) = Some(now);
                Ok(())
            }
            Some(harm) => {
                let error = ConnectionError::Answer {
                    server: session.server().to_owned(),
                    request: "question for the rights of the service account",
                    code: code::INSUFFICIENT_ACCESS_RIGHTS,
                    text: harm.to_string(),
                };
                tracing::error!(error = &error as &dyn std::error::Error, "no password is written by this account");
                Err(DirectoryError::Denied(Box::new(error)))
            }
        }
    }

    /// Whom the service account could harm, if anybody.
    pub(super) async fn harm(&self, session: &mut Session, root: &Root) -> Result<Option<Harm>, ConnectionError> {
        let groups = self.groups(session, root).await?;
        let own = own_sids(session).await?;
        if own.iter().any(|sid| groups.protected.sids.contains(sid)) {
            let by = vec!["being a member of a protected group".to_owned()];
            return Ok(Some(Harm::Could { whom: "the administrators".to_owned(), by }));
        }
        let domain = domain_sid(session, root).await?;
        let people =
            search(session, root, &format!("(&(objectClass=user){})", Groups::withdrawn_people(&domain))).await?;
        let the_groups: String = Groups::well_known(&domain)
            .iter()
            .map(|sid| format!("(objectSid={})", in_filter(&sid.to_bytes())))
            .collect();
        let the_groups = search(session, root, &format!("(&(objectCategory=group)(|{the_groups}))")).await?;
        let administrator = domain.with(500);
        let is_administrator =
            |found: &&Found| found.bytes("objectSid").next().and_then(Sid::read).as_ref() == Some(&administrator);
        match people.iter().find(is_administrator) {
            None => return Ok(Some(Harm::Blind("the domain's Administrator cannot be seen".to_owned()))),
            Some(found) if !found.has("adminCount") || !found.has("primaryGroupID") => {
                let what = format!("adminCount and primaryGroupID of {} cannot be read", found.dn);
                return Ok(Some(Harm::Blind(what)));
            }
            Some(_) => {}
        }
        let marker = self.marker_attribute();
        Ok(people.iter().chain(&the_groups).find_map(|found| {
            let by: Vec<String> = found
                .texts("allowedAttributesEffective")
                .filter(|may| HARMFUL.iter().chain([&marker]).any(|harmful| harmful.eq_ignore_ascii_case(may)))
                .map(str::to_owned)
                .collect();
            (!by.is_empty()).then(|| Harm::Could { whom: found.dn.clone(), by })
        }))
    }
}

impl std::fmt::Display for Harm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Could { whom, by } => {
                write!(f, "the service account could change {whom}, by {}; take these rights from it", by.join(", "))
            }
            Self::Blind(what) => {
                write!(f, "{what} by the service account: let it read them, or administrators look like others")
            }
        }
    }
}

/// The SIDs of the service account and of all its groups, as the server counts them for this session.
async fn own_sids(session: &mut Session) -> Result<Vec<Sid>, ConnectionError> {
    let found = session.read("", &["tokenGroups"]).await?;
    Ok(found.iter().flat_map(|found| found.bytes("tokenGroups")).filter_map(Sid::read).collect())
}

async fn search(session: &mut Session, root: &Root, filter: &str) -> Result<Vec<Found>, ConnectionError> {
    let attributes = ["allowedAttributesEffective", "objectSid", "adminCount", "primaryGroupID"];
    let search =
        Search { base: &root.domain, scope: Scope::Subtree, filter, attributes: &attributes, limit: usize::from(SOME) };
    Ok(session.search_page(&search, Paging { size: SOME, cookie: Vec::new() }).await?.entries)
}
