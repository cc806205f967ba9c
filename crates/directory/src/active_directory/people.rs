//! All accounts, and what has changed since: in the order in which one server has numbered its changes.

use std::collections::HashSet;

use super::groups::Groups;
use super::ids::{self, in_filter};
use super::root::Root;
use super::served::PERSON;
use super::{ActiveDirectory, misconfigured};
use crate::connection::{ConnectionError, Control, Found, Scope, Search, Session};
use crate::{DirectoryError, Entry, Mark, Next, Page};

/// So many accounts are read at once.
const SOME: u16 = 200;
/// Shows entries that were deleted too (MS-ADTS 3.1.1.3.4.1.14).
const SHOW_DELETED: Control = Control { oid: "1.2.840.113556.1.4.417", critical: true, value: None };
const BY: &str = "uSNChanged";

/// Where a reader goes on. Each server numbers changes for itself: the numbers mean something only together with the id of
/// its copy of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    copy: String,
    from: u64,
    /// In a reading of all: the number that the last change had when it began. What changes later is read from there.
    all_since: Option<u64>,
}

impl Place {
    fn read(mark: &Mark) -> Option<Self> {
        let mut parts = mark.0.split(' ');
        let (copy, from, since) = (parts.next()?, parts.next()?, parts.next()?);
        let all_since = if since == "changes" { None } else { Some(since.parse().ok()?) };
        Some(Self { copy: copy.to_owned(), from: from.parse().ok()?, all_since })
    }

    fn mark(&self) -> Mark {
        let since = self.all_since.map_or_else(|| "changes".to_owned(), |since| since.to_string());
        Mark(format!("{} {} {since}", self.copy, self.from))
    }
}

impl ActiveDirectory {
    pub(super) async fn people_after(&self, after: Option<&Mark>) -> Result<Page, DirectoryError> {
        let mut lease = self.any().await?;
        let root = Root::read(&mut lease).await?;
        let copy = copy_of(&mut lease, &root).await?;
        let mut groups = self.groups(&mut lease, &root).await?;
        let start = Place { copy, from: 0, all_since: Some(root.last_change) };
        let asked = after.and_then(Place::read).filter(|place| place.copy == start.copy);
        let place = match asked {
            // Who belongs to a group is told by the group and not by the person: everybody is read again.
            Some(place) if place.all_since.is_none() && any_changed(&mut lease, &root, &groups, place.from).await? => {
                tracing::info!("a group has changed by which people are told apart; all of them are read");
                self.forget_groups();
                groups = self.groups(&mut lease, &root).await?;
                start
            }
            Some(place) => place,
            // The first reading, another server, or one that was set up anew.
            None => start,
        };
        let (found, more) = self.numbered(&mut lease, &root, &groups, &place).await?;
        let last = found.iter().filter_map(usn).max();
        let page = self.told_apart(&mut lease, &root, &groups, found, place.all_since.is_some()).await?;
        let next = match (more, last, place.all_since) {
            (true, None, _) => return Err(misconfigured(lease.nonsense("accounts without uSNChanged"))),
            (true, Some(last), _) => Next::More(Place { from: last + 1, ..place }.mark()),
            (false, _, Some(since)) => Next::Later(Place { from: since + 1, all_since: None, ..place }.mark()),
            (false, last, None) => {
                let from = last.unwrap_or(0).max(root.last_change).max(place.from.saturating_sub(1)) + 1;
                Next::Later(Place { from, ..place }.mark())
            }
        };
        Ok(Page { next, ..page })
    }

    /// The next accounts in the order of their numbers, and whether there are more.
    async fn numbered(
        &self,
        session: &mut Session,
        root: &Root,
        groups: &Groups,
        place: &Place,
    ) -> Result<(Vec<Found>, bool), ConnectionError> {
        let from = place.from;
        let attributes = self.wanted();
        let (base, filter, controls) = if place.all_since.is_some() {
            let filter = self.served(groups, &format!("({BY}>={from})"));
            (self.search_base(&root.domain), filter, Vec::new())
        } else {
            // Whoever is served no longer, has moved away or was deleted has to be told too.
            let filter = format!("(&(objectClass=user)({BY}>={from})(|(objectCategory=person)(isDeleted=TRUE)))");
            (root.domain.as_str(), filter, vec![SHOW_DELETED])
        };
        let limit = usize::from(SOME);
        let search = Search { base, scope: Scope::Subtree, filter: &filter, attributes: &attributes, limit };
        session.search_first(&search, BY, SOME, controls).await
    }

    /// Who of them is served, and who is not or no longer.
    async fn told_apart(
        &self,
        session: &mut Session,
        root: &Root,
        groups: &Groups,
        found: Vec<Found>,
        all_are_served: bool,
    ) -> Result<Page, ConnectionError> {
        let is_there = |found: &&Found| found.text("isDeleted") != Some("TRUE");
        let there: Vec<Vec<u8>> =
            found.iter().filter(is_there).flat_map(|found| found.bytes("objectGUID")).map(<[u8]>::to_vec).collect();
        let served = if all_are_served {
            there.iter().cloned().collect()
        } else {
            among(session, root, &there, |ids| self.served(groups, ids)).await?
        };
        let protected = groups.protected_people();
        let protected = among(session, root, &there, |ids| format!("(&{PERSON}{protected}{ids})")).await?;
        let mut told_apart = Vec::new();
        for (group, members) in groups.told_apart() {
            let within = among(session, root, &there, |ids| format!("(&{PERSON}{members}{ids})")).await?;
            told_apart.push((group, within));
        }
        let mut page = Page::default();
        for found in &found {
            let Some(bytes) = found.bytes("objectGUID").next() else {
                tracing::warn!(account = found.dn, "an account shows no objectGUID; it is left out");
                continue;
            };
            let is_served = is_there(&found) && served.contains(bytes) && self.is_below_a_base(&found.dn);
            if is_served {
                match self.entry_from(found, root, protected.contains(bytes)) {
                    Ok(entry) => {
                        let within = told_apart.iter().filter(|(_, members)| members.contains(bytes));
                        let groups = within.map(|(group, _)| (*group).to_owned()).collect();
                        page.entries.push(Entry { groups, ..entry });
                    }
                    Err(what) => tracing::warn!(what, "an account cannot be read; it is left out"),
                }
            } else if !all_are_served && let Some(id) = ids::guid(bytes) {
                page.gone.push(id);
            }
        }
        Ok(page)
    }
}

/// Which of these a filter finds.
async fn among(
    session: &mut Session,
    root: &Root,
    ids: &[Vec<u8>],
    filter: impl Fn(&str) -> String,
) -> Result<HashSet<Vec<u8>>, ConnectionError> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let any: String = ids.iter().map(|id| format!("(objectGUID={})", in_filter(id))).collect();
    let filter = filter(&format!("(|{any})"));
    let base = root.domain.as_str();
    let search = Search { base, scope: Scope::Subtree, filter: &filter, attributes: &["objectGUID"], limit: ids.len() };
    let found = session.search(&search).await?;
    Ok(found.iter().flat_map(|found| found.bytes("objectGUID")).map(<[u8]>::to_vec).collect())
}

async fn any_changed(session: &mut Session, root: &Root, groups: &Groups, from: u64) -> Result<bool, ConnectionError> {
    let filter = groups.changed_since(from);
    let search =
        Search { base: &root.domain, scope: Scope::Subtree, filter: &filter, attributes: &["1.1"], limit: 10_000 };
    Ok(!session.search(&search).await?.is_empty())
}

/// The id of the server's copy of the directory: a copy that was restored from a backup has another one.
async fn copy_of(session: &mut Session, root: &Root) -> Result<String, ConnectionError> {
    let found = session.read(&root.server, &["invocationId"]).await?;
    let id = found.as_ref().and_then(|found| found.bytes("invocationId").next()).and_then(ids::guid);
    id.ok_or_else(|| session.nonsense("a server that shows no invocationId"))
}

fn usn(found: &Found) -> Option<u64> {
    found.text(BY)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        for all_since in [None, Some(7)] {
            let place = Place { copy: "a-b".to_owned(), from: 12, all_since };
            assert_eq!(Place::read(&place.mark()), Some(place));
        }
        for wrong in ["", "a", "a 1", "a b changes", "a 1 later"] {
            assert_eq!(Place::read(&Mark(wrong.to_owned())), None, "{wrong}");
        }
    }
}
