//! Who is in a group, directly or by another group in it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use crate::connection::{ConnectionError, Dn, Paging, Scope, Search, Session, escape_filter, locked};

/// For so long the groups inside of others are taken to be the same.
const FRESH: Duration = Duration::from_secs(60);
/// For so long the list of all groups is taken to be the same: as long as one look at several of them takes.
const LISTED: Duration = Duration::from_secs(5);
/// How many groups are read at once.
const PAGE: u16 = 500;
/// More groups in one are an error of the configuration.
const MOST: usize = 1_000;
const MEMBERS: [&str; 3] = ["member", "uniqueMember", "memberUid"];
const GROUPS: &str = "(|(member=*)(uniqueMember=*)(memberUid=*))";

/// The names of all groups that there are, as they were read a moment ago: whoever looks at several groups reads it once.
#[derive(Debug, Default)]
pub struct Listing(Mutex<Option<(Instant, Arc<Names>)>>);

type Names = Vec<(Dn, String)>;

/// Some groups of the configuration, and those inside of them.
#[derive(Debug, Default)]
pub struct Groups {
    named: Vec<String>,
    listing: Arc<Listing>,
    inside: Mutex<Option<(Instant, Vec<String>)>>,
}

/// Everybody who is in one of the groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Members {
    pub dns: BTreeSet<Dn>,
    pub accounts: BTreeSet<String>,
}

impl Members {
    /// Whether somebody is one of them.
    #[must_use]
    pub fn has(&self, dn: &str, account: &str) -> bool {
        self.accounts.contains(&account.to_lowercase()) || Dn::read(dn).is_some_and(|dn| self.dns.contains(&dn))
    }
}

impl Groups {
    pub fn new(named: &[String], listing: &Arc<Listing>) -> Self {
        Self { named: named.to_vec(), listing: Arc::clone(listing), inside: Mutex::default() }
    }

    pub const fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Whether somebody is in one of the groups now.
    ///
    /// # Errors
    /// If the directory does not answer, or does not have a group.
    pub async fn have(&self, session: &mut Session, dn: &str, account: &str) -> Result<bool, ConnectionError> {
        let dn = escape_filter(dn);
        let account = escape_filter(account);
        let filter = format!("(|(member={dn})(uniqueMember={dn})(memberUid={account}))");
        for group in self.all(session).await? {
            let search = Search { base: &group, scope: Scope::Base, filter: &filter, attributes: &["1.1"], limit: 1 };
            if !session.search(&search).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Everybody who is in one of the groups now.
    ///
    /// # Errors
    /// As [`Self::have`].
    pub async fn members(&self, session: &mut Session) -> Result<Members, ConnectionError> {
        let mut members = Members::default();
        for group in self.all(session).await? {
            read_members(session, &group, &mut members).await?;
        }
        Ok(members)
    }

    /// The groups of the configuration and all inside of them.
    async fn all(&self, session: &mut Session) -> Result<Vec<String>, ConnectionError> {
        if let Some((read_at, inside)) = locked(&self.inside).as_ref()
            && read_at.elapsed() < FRESH
        {
            return Ok(inside.clone());
        }
        let others = if self.is_empty() { Arc::default() } else { self.listing.read(session).await? };
        let mut all: Vec<(Option<Dn>, String)> = self.named.iter().map(|name| (Dn::read(name), name.clone())).collect();
        let mut looked_at = 0;
        while let Some((_, group)) = all.get(looked_at).cloned() {
            looked_at += 1;
            let mut members = Members::default();
            read_members(session, &group, &mut members).await?;
            for (dn, name) in others.iter() {
                if members.dns.contains(dn) && !all.iter().any(|(known, _)| known.as_ref() == Some(dn)) {
                    all.push((Some(dn.clone()), name.clone()));
                }
            }
            if all.len() > MOST {
                return Err(ConnectionError::TooMany { server: session.server().to_owned(), base: group, limit: MOST });
            }
        }
        let all: Vec<String> = all.into_iter().map(|(_, name)| name).collect();
        *locked(&self.inside) = Some((Instant::now(), all.clone()));
        Ok(all)
    }
}

impl Listing {
    async fn read(&self, session: &mut Session) -> Result<Arc<Names>, ConnectionError> {
        if let Some((read_at, names)) = locked(&self.0).as_ref()
            && read_at.elapsed() < LISTED
        {
            return Ok(Arc::clone(names));
        }
        let names = Arc::new(groups_of_all(session).await?);
        *locked(&self.0) = Some((Instant::now(), Arc::clone(&names)));
        Ok(names)
    }
}

async fn read_members(session: &mut Session, group: &str, into: &mut Members) -> Result<(), ConnectionError> {
    let search = Search { base: group, scope: Scope::Base, filter: "(objectClass=*)", attributes: &MEMBERS, limit: 1 };
    for found in session.search(&search).await? {
        into.dns.extend(found.texts("member").chain(found.texts("uniqueMember")).filter_map(Dn::read));
        into.accounts.extend(found.texts("memberUid").map(str::to_lowercase));
    }
    Ok(())
}

/// The names of all groups there are, asked of the directory.
async fn groups_of_all(session: &mut Session) -> Result<Names, ConnectionError> {
    let root = session.read("", &["namingContexts"]).await?;
    let bases: Vec<String> = root.iter().flat_map(|root| root.texts("namingContexts")).map(str::to_owned).collect();
    let mut groups = Vec::new();
    for base in bases {
        let search = Search { base: &base, scope: Scope::Subtree, filter: GROUPS, attributes: &["1.1"], limit: 0 };
        let mut cookie = Vec::new();
        loop {
            let page = session.search_page(&search, Paging { size: PAGE, cookie }).await?;
            groups.extend(page.entries.into_iter().filter_map(|found| Some((Dn::read(&found.dn)?, found.dn))));
            cookie = page.cookie;
            if cookie.is_empty() {
                break;
            }
        }
    }
    Ok(groups)
}
