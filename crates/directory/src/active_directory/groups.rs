//! Groups with all that are nested in them: those that are protected, those that are served, and those by which people are
//! told apart.

use std::slice;

use jiff::SignedDuration;

use super::ids::{Sid, in_filter};
use super::root::Root;
use super::{ActiveDirectory, locked};
use crate::connection::{ConnectionError, Scope, Search, Session, escape_filter};

/// So long the nesting of groups is believed.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// More groups than this are not put into a filter.
const MOST: usize = 1000;

/// Groups of a domain that the directory itself protects, or whose members can make themselves its masters: the
/// administrators of domain, schema, enterprise, policies and keys, domain controllers, and who signs certificates.
const OF_DOMAIN: [u32; 9] = [512, 516, 517, 518, 519, 520, 521, 526, 527];
/// The same of those that every domain has: Administrators, Account, Server, Print and Backup Operators, Replicators.
const BUILTIN: [u32; 6] = [544, 548, 549, 550, 551, 552];
/// Administrator, Guest and the account of Kerberos itself.
const ACCOUNTS: [u32; 3] = [500, 501, 502];

/// The groups that matter, as they were nested a moment ago.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    pub(super) domain: Sid,
    pub(super) protected: Nested,
    /// Nothing if everybody is served.
    pub(super) served: Option<Nested>,
    /// Each group by which people are told apart, by the name that the configuration gives it.
    told_apart: Vec<(String, Nested)>,
}

/// Some groups with those that are nested in them.
#[derive(Debug, Clone, Default)]
pub(super) struct Nested {
    names: Vec<String>,
    pub(super) sids: Vec<Sid>,
    /// Their numbers, for people whose primary group it is: that membership stands nowhere else.
    rids: Vec<u32>,
}

impl Nested {
    /// Whoever is a member.
    fn members(&self) -> String {
        let mut filter = String::from("(|");
        for name in &self.names {
            filter.push_str(&format!("(memberOf={})", escape_filter(name)));
        }
        for rid in &self.rids {
            filter.push_str(&format!("(primaryGroupID={rid})"));
        }
        // A list of nothing finds nobody.
        filter.push_str("(!(objectClass=*)))");
        filter
    }
}

impl Groups {
    /// Whoever is not served because of what they may do (FL-11): who has or had a protected group, by whatever way, and
    /// the domain's own accounts. Whose primary group cannot be read is taken for one of them.
    pub(super) fn protected_people(&self) -> String {
        let sids: String = ACCOUNTS
            .iter()
            .map(|rid| format!("(objectSid={})", in_filter(&self.domain.with(*rid).to_bytes())))
            .collect();
        format!("(|(adminCount=1){sids}(!(primaryGroupID=*)){})", self.protected.members())
    }

    /// Whoever the directory has taken all delegated rights over from: that happens within an hour of getting such a group.
    pub(super) fn withdrawn_people(domain: &Sid) -> String {
        format!("(|(adminCount=1)(objectSid={}))", in_filter(&domain.with(500).to_bytes()))
    }

    /// The groups by which people are told apart, each with a filter that finds whoever is in it.
    pub(super) fn told_apart(&self) -> impl Iterator<Item = (&str, String)> {
        self.told_apart.iter().map(|(name, group)| (name.as_str(), group.members()))
    }

    pub(super) fn served_people(&self) -> Option<String> {
        self.served.as_ref().map(Nested::members)
    }

    /// Any of the groups by which people are told apart, if it has changed.
    pub(super) fn changed_since(&self, usn: u64) -> String {
        let others = self.served.iter().chain(self.told_apart.iter().map(|(_, group)| group));
        let others = others.flat_map(|group| &group.names);
        let names: String = self
            .protected
            .names
            .iter()
            .chain(others)
            .map(|name| format!("(distinguishedName={})", escape_filter(name)))
            .collect();
        format!("(&(objectCategory=group)(uSNChanged>={usn})(|{names}(!(objectClass=*))))")
    }

    /// The groups of the domain that are protected, whatever they are called there.
    pub(super) fn well_known(domain: &Sid) -> Vec<Sid> {
        OF_DOMAIN.iter().map(|rid| domain.with(*rid)).chain(BUILTIN.iter().map(|rid| Sid::builtin(*rid))).collect()
    }
}

impl ActiveDirectory {
    pub(super) fn forget_groups(&self) {
        *locked(&self.groups) = None;
    }

    /// The groups that matter, read again if that was a while ago.
    pub(super) async fn groups(&self, session: &mut Session, root: &Root) -> Result<Groups, ConnectionError> {
        let now = self.connections.now();
        if let Some((read, groups)) = &*locked(&self.groups)
            && now.duration_since(*read).abs() < FRESH
        {
            return Ok(groups.clone());
        }
        let domain = domain_sid(session, root).await?;
        let by_sid = Groups::well_known(&domain);
        let by_sid = by_sid.iter().map(|sid| format!("(objectSid={})", in_filter(&sid.to_bytes())));
        let protected: String = by_sid.chain(by_name(&self.settings.privileged_groups)).collect();
        let protected = nested(session, root, &domain, &protected).await?;
        let served = if self.settings.groups.is_empty() {
            None
        } else {
            let served: String = by_name(&self.settings.groups).collect();
            Some(nested(session, root, &domain, &served).await?)
        };
        let mut told_apart = Vec::with_capacity(self.settings.told_apart.len());
        for name in &self.settings.told_apart {
            let named: String = by_name(slice::from_ref(name)).collect();
            told_apart.push((name.clone(), nested(session, root, &domain, &named).await?));
        }
        let groups = Groups { domain, protected, served, told_apart };
        *locked(&self.groups) = Some((now, groups.clone()));
        Ok(groups)
    }
}

fn by_name(names: &[String]) -> impl Iterator<Item = String> {
    names.iter().map(|name| format!("(distinguishedName={})", escape_filter(name)))
}

pub(super) async fn domain_sid(session: &mut Session, root: &Root) -> Result<Sid, ConnectionError> {
    let found = session.read(&root.domain, &["objectSid"]).await?;
    let sid = found.as_ref().and_then(|found| found.bytes("objectSid").next()).and_then(Sid::read);
    sid.ok_or_else(|| session.nonsense("a domain that shows no objectSid"))
}

/// The groups that a filter finds, with all that are nested in them.
async fn nested(session: &mut Session, root: &Root, domain: &Sid, roots: &str) -> Result<Nested, ConnectionError> {
    let roots = format!("(&(objectCategory=group)(|{roots}))");
    let mut all = Nested::default();
    let first = groups_by(session, root, &roots).await?;
    let within: String =
        first.iter().map(|found| format!("(memberOf:1.2.840.113556.1.4.1941:={})", escape_filter(&found.dn))).collect();
    let mut found = first;
    if !within.is_empty() {
        found.extend(groups_by(session, root, &format!("(&(objectCategory=group)(|{within}))")).await?);
    }
    for group in found {
        if all.names.contains(&group.dn) {
            continue;
        }
        if let Some(sid) = group.bytes("objectSid").next().and_then(Sid::read) {
            all.rids.extend(sid.rid_in(domain));
            all.sids.push(sid);
        }
        all.names.push(group.dn);
    }
    Ok(all)
}

async fn groups_by(
    session: &mut Session,
    root: &Root,
    filter: &str,
) -> Result<Vec<crate::connection::Found>, ConnectionError> {
    let (base, scope) = (root.domain.as_str(), Scope::Subtree);
    session.search(&Search { base, scope, filter, attributes: &["objectSid"], limit: MOST }).await
}
