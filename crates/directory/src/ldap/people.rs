//! Everybody who is served, page by page, and what changed since.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::groups::Members;
use super::person::Person;
use super::{Flavour, Ldap, Rights, time};
use crate::connection::{Dn, Found, Lease, Paging, Scope, Search, escape_filter, locked};
use crate::{DirectoryError, Mark, Next, Page};

/// How many entries come at once.
const PAGE: u16 = 500;
/// A change of this age is one that has no other in the same second any more, even if the clocks differ.
const SETTLED: SignedDuration = SignedDuration::from_mins(2);

/// A reading that is under way: a server only goes on with a list on the connection that it began it on.
#[derive(Default)]
pub struct Reading {
    under_way: Option<UnderWay>,
    /// How many pages were handed out, so that a mark of another reading is told apart.
    pages: u64,
    /// Who was in the groups when people were read last.
    members: Option<InGroups>,
}

/// Who is in the groups of the configuration.
#[derive(Default)]
struct InGroups {
    served: Members,
    privileged: Members,
    /// Of each group by which people are told apart.
    told_apart: Vec<Members>,
}

impl InGroups {
    fn all(&self) -> impl Iterator<Item = &Members> {
        [&self.served, &self.privileged].into_iter().chain(&self.told_apart)
    }

    /// Those who came into one of the groups or left it since, by their entries and by their names.
    fn moved_since(&self, before: &Self) -> (BTreeSet<Dn>, BTreeSet<String>) {
        let pairs = || self.all().zip(before.all());
        let entries = pairs().flat_map(|(now, before)| now.dns.symmetric_difference(&before.dns)).cloned();
        let accounts = pairs().flat_map(|(now, before)| now.accounts.symmetric_difference(&before.accounts)).cloned();
        (entries.collect(), accounts.collect())
    }
}

struct UnderWay {
    session: Lease,
    mark: String,
    /// What is still to be searched: base and filter, and whether what is found is gone.
    searches: Vec<(String, String, bool)>,
    cookie: Vec<u8>,
    members: InGroups,
    /// The newest change that was seen.
    newest: Option<String>,
}

impl Ldap {
    pub(super) async fn read_on(&self, after: Option<&Mark>) -> Result<Page, DirectoryError> {
        let mut reading = self.reading.lock().await;
        let reading = &mut *reading;
        let mut page = Page::default();
        let goes_on = reading.under_way.take().filter(|under_way| after.is_some_and(|mark| mark.0 == under_way.mark));
        let mut under_way = match goes_on {
            Some(under_way) => under_way,
            None => {
                let since = after.and_then(|mark| mark.0.strip_prefix("since ")).map(str::to_owned);
                self.set_out(reading, since, &mut page).await?
            }
        };
        let Some((base, filter, gone)) = under_way.searches.first().cloned() else {
            page.next = Next::FromTheStart;
            return Ok(page);
        };
        let attributes = if gone { vec![self.schema.id.as_str()] } else { self.schema.attributes() };
        let search = Search { base: &base, scope: Scope::Subtree, filter: &filter, attributes: &attributes, limit: 0 };
        let paging = Paging { size: PAGE, cookie: std::mem::take(&mut under_way.cookie) };
        let found = under_way.session.search_page(&search, paging).await?;
        for entry in found.entries {
            if gone {
                page.gone.extend(entry.text(&self.schema.id).map(str::to_owned));
            } else {
                self.take(&mut under_way, entry, &mut page).await?;
            }
        }
        under_way.cookie = found.cookie;
        if under_way.cookie.is_empty() {
            under_way.searches.remove(0);
        }
        if under_way.searches.is_empty() {
            reading.members = Some(under_way.members);
            page.next = match under_way.newest.as_deref().and_then(time::read) {
                Some(newest) => Next::Later(Mark(format!("since {}", from_when(newest, self.connections.now())))),
                None => Next::FromTheStart,
            };
        } else {
            reading.pages += 1;
            under_way.mark = format!("page {} {}", self.connections.now().as_microsecond(), reading.pages);
            page.next = Next::More(Mark(under_way.mark.clone()));
            reading.under_way = Some(under_way);
        }
        Ok(page)
    }

    /// Begins a reading: of everybody, or of what changed since.
    async fn set_out(
        &self,
        reading: &Reading,
        since: Option<String>,
        page: &mut Page,
    ) -> Result<UnderWay, DirectoryError> {
        let mut session = self.connections.any().await?;
        self.refresh_rules(&mut session).await?;
        let mut members = InGroups::default();
        if !self.served.is_empty() {
            members.served = self.served.members(&mut session).await?;
        }
        members.privileged = self.privileged.members(&mut session).await?;
        for group in &self.told_apart {
            members.told_apart.push(group.members(&mut session).await?);
        }
        let since = since.filter(|since| time::read(since).is_some());
        let lock = match self.flavour(&mut session).await? {
            Flavour::Ds389 => "accountUnlockTime",
            Flavour::OpenLdap { .. } | Flavour::Other => "pwdAccountLockedTime",
        };
        let filter = self.filter();
        let named = format!("({}=*)", self.schema.account());
        let mut searches = Vec::new();
        for base in &self.settings.bases {
            let Some(since) = &since else {
                searches.push((base.clone(), filter.clone(), false));
                continue;
            };
            // A lock leaves no trace in the time of the last change.
            let changed = format!("(|(modifyTimestamp>={since})({lock}=*))");
            searches.push((base.clone(), format!("(&{filter}{changed})"), false));
            if self.settings.filter.is_some() {
                searches.push((base.clone(), format!("(&{named}(modifyTimestamp>={since})(!{filter}))"), true));
            }
        }
        let mut under_way =
            UnderWay { session, mark: String::new(), searches, cookie: Vec::new(), members, newest: since.clone() };
        if let (Some(_), Some(before)) = (&since, &reading.members) {
            let (moved, accounts) = under_way.members.moved_since(before);
            self.read_moved(&mut under_way, moved, accounts, page).await?;
        }
        Ok(under_way)
    }

    /// Reads those who came into a group or left one.
    async fn read_moved(
        &self,
        under_way: &mut UnderWay,
        moved: BTreeSet<Dn>,
        accounts: BTreeSet<String>,
        page: &mut Page,
    ) -> Result<(), DirectoryError> {
        let attributes = self.schema.attributes();
        let filter = self.filter();
        let mut searches: Vec<(String, Scope, String)> =
            moved.into_iter().map(|dn| (dn.to_string(), Scope::Base, filter.clone())).collect();
        for account in accounts {
            let name = format!("(&{filter}({}={}))", self.schema.account(), escape_filter(&account));
            searches.extend(self.settings.bases.iter().map(|base| (base.clone(), Scope::Subtree, name.clone())));
        }
        for (base, scope, filter) in searches {
            let search = Search { base: &base, scope, filter: &filter, attributes: &attributes, limit: 10 };
            match under_way.session.search(&search).await {
                Ok(found) => {
                    for entry in found {
                        let id = entry.text(&self.schema.id).map(str::to_owned);
                        let before = page.entries.len();
                        self.take(under_way, entry, page).await?;
                        if page.entries.len() == before {
                            page.gone.extend(id);
                        }
                    }
                }
                // A member that is none of ours.
                Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "a member of a group"),
            }
        }
        Ok(())
    }

    /// Takes one entry into a page, if it is somebody who is served.
    async fn take(&self, under_way: &mut UnderWay, found: Found, page: &mut Page) -> Result<(), DirectoryError> {
        let dn = found.dn.clone();
        let policy = self.policy_of(&mut under_way.session, &found).await?;
        let mut person = match Person::read(found, &self.schema, policy.as_ref(), self.connections.now()) {
            Ok(person) => person,
            Err(what) => {
                tracing::warn!(what, "half an entry is left out");
                return Ok(());
            }
        };
        if person.modified > under_way.newest {
            under_way.newest.clone_from(&person.modified);
        }
        let account = &person.entry.account;
        if !self.is_within_bases(&dn) || (!self.served.is_empty() && !under_way.members.served.has(&dn, account)) {
            return Ok(());
        }
        person.entry.privileged = self.is_own(&dn) || under_way.members.privileged.has(&dn, account);
        let groups = self.settings.told_apart.iter().zip(&under_way.members.told_apart);
        person.entry.groups =
            groups.filter(|(_, members)| members.has(&dn, account)).map(|(name, _)| name.clone()).collect();
        if !person.entry.privileged && self.known_rights() == Rights::Unknown {
            let rights = self.rights(&mut under_way.session, &dn).await?;
            if rights == Rights::None {
                tracing::error!("the service account may not write passwords");
            }
            self.refresh_rules(&mut under_way.session).await?;
        }
        page.entries.push(person.entry);
        Ok(())
    }

    fn is_within_bases(&self, dn: &str) -> bool {
        let Some(dn) = Dn::read(dn) else { return false };
        self.settings.bases.iter().filter_map(|base| Dn::read(base)).any(|base| dn.is_within(&base))
    }

    /// Forgets what was found out about the service account, so that a change of its rights is noticed.
    pub(super) fn forget_rights(&self) {
        *locked(&self.rights) = Rights::Unknown;
    }
}

/// From when on the next look reads: the newest change again, while there may be another one in the same second.
fn from_when(newest: Timestamp, now: Timestamp) -> String {
    let is_settled = newest.saturating_add(SETTLED).is_ok_and(|settled| settled < now);
    let next = if is_settled { newest.saturating_add(SignedDuration::from_secs(1)).unwrap_or(newest) } else { newest };
    time::write(next)
}
