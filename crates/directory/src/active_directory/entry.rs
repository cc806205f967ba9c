//! One account, from what the directory has of it.

use jiff::Timestamp;
use secrecy::SecretString;

use super::ids::{self, Sid};
use super::root::Root;
use super::{ActiveDirectory, groups::Groups, locked, time};
use crate::connection::{ConnectionError, Found, Scope, Search, Session, Stands};
use crate::settings::Contacts;
use crate::{AsItStands, Contact, ContactKind, DirectoryError, Entry, Policy};

const DISABLED: u32 = 0x2;
const LOCKED: u32 = 0x10;
const NEVER_EXPIRES: u32 = 0x1_0000;
const SMART_CARD: u32 = 0x4_0000;

/// The groups that the directory itself counts for an account.
const TOKEN_GROUPS: &str = "tokenGroups";

/// What is asked of an account beside its names and contacts.
const OWN: [&str; 10] = [
    "objectGUID",
    "userAccountControl",
    "msDS-User-Account-Control-Computed",
    "msDS-UserPasswordExpiryTimeComputed",
    "pwdLastSet",
    "accountExpires",
    "primaryGroupID",
    "uSNChanged",
    "isDeleted",
    "userPrincipalName",
];

impl ActiveDirectory {
    /// Everything that is asked of an account.
    pub(super) fn wanted(&self) -> Vec<&str> {
        let Contacts { full_name, mobile_phone, office_phone, mail } = &self.settings.contacts;
        let named = [&self.settings.names, full_name, mobile_phone, office_phone, mail];
        let mut wanted: Vec<&str> = OWN.into_iter().chain(named.into_iter().flatten().map(String::as_str)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// The account of this id, if it is served.
    pub(super) async fn entry_of(&self, id: &str) -> Result<Option<Entry>, DirectoryError> {
        let Some(name) = ids::name_of(id) else { return Ok(None) };
        let mut lease = self.any().await?;
        let root = self.root(&mut lease).await?;
        let found = self.served_one(&mut lease, &root, &name, &[]).await?;
        Ok(found.map(|(_, entry)| entry))
    }

    /// The account of this id with its marker and its rules; nobody, if it is not served.
    pub(super) async fn stands_whole(&self, id: &str) -> Result<AsItStands, DirectoryError> {
        let mut lease = self.any().await?;
        let root = self.root(&mut lease).await?;
        let more = [self.marker_attribute(), "msDS-ResultantPSO"];
        let served = match ids::name_of(id) {
            Some(name) => self.served_one(&mut lease, &root, &name, &more).await?,
            None => None,
        };
        let Some((found, entry)) = served else {
            let policy = Policy { account: String::new(), rules: locked(&self.rules).clone() };
            return Ok(AsItStands { entry: None, marker: None, policy });
        };
        let stands = Stands { server: lease.server().to_owned(), marker: self.marker_in(&lease, &found)? };
        let rules = self.rules_for(&mut lease, &root, &found).await?.rules(root.policy_hints.is_some());
        let policy = Policy { account: entry.account.clone(), rules };
        Ok(AsItStands { entry: Some(entry), marker: Some(stands.to_string()), policy })
    }

    /// Somebody who is served, with these attributes too.
    async fn served_one(
        &self,
        session: &mut Session,
        root: &Root,
        name: &str,
        more: &[&str],
    ) -> Result<Option<(Found, Entry)>, ConnectionError> {
        let groups = self.groups(session, root).await?;
        let filter = self.served(&groups, "");
        // Only of one account at a time does the directory say which groups it counts for it.
        let wanted: Vec<&str> = self.wanted().into_iter().chain([TOKEN_GROUPS]).chain(more.iter().copied()).collect();
        let Some(found) = one(session, name, &filter, &wanted).await? else { return Ok(None) };
        if !self.is_below_a_base(&found.dn) {
            return Ok(None);
        }
        let privileged = is_protected(session, name, &groups, &found).await?;
        let mut entry = self.entry_from(&found, root, privileged).map_err(|what| session.nonsense(&what))?;
        for (group, members) in groups.told_apart() {
            if one(session, name, &members, &["objectGUID"]).await?.is_some() {
                entry.groups.push(group.to_owned());
            }
        }
        Ok(Some((found, entry)))
    }

    /// Reads an account; what is wrong with it, if it cannot be one.
    pub(super) fn entry_from(&self, found: &Found, root: &Root, privileged: bool) -> Result<Entry, String> {
        let missing = |what: &str| format!("an account without {what}");
        let id = found.bytes("objectGUID").next().and_then(ids::guid).ok_or_else(|| missing("objectGUID"))?;
        let mut names = self.settings.names.iter();
        let first = names.next().map_or("sAMAccountName", String::as_str);
        for attribute in std::iter::once(first).chain(self.settings.names.iter().map(String::as_str)) {
            if !found.is_text(attribute) {
                return Err(format!("{id}: {attribute} is not UTF-8"));
            }
        }
        let account = found.text(first).ok_or_else(|| missing(&format!("{first}, {id}")))?.to_owned();
        let mut aliases: Vec<String> = names.flat_map(|attribute| found.texts(attribute)).map(str::to_owned).collect();
        if first.eq_ignore_ascii_case("sAMAccountName") && !account.contains('@') {
            // Every account may sign in so, whatever its user principal name is.
            aliases.push(format!("{account}@{}", root.dns_name()));
        }
        let same = |alias: &String| alias.to_lowercase() != account.to_lowercase();
        aliases.retain(same);
        aliases.sort_unstable_by_key(|alias| alias.to_lowercase());
        aliases.dedup_by_key(|alias| alias.to_lowercase());
        let control =
            number(found, "userAccountControl").ok_or_else(|| missing(&format!("userAccountControl, {id}")))?;
        let computed = number(found, "msDS-User-Account-Control-Computed").unwrap_or(0);
        let ended =
            found.text("accountExpires").and_then(time::instant).is_some_and(|end| end <= self.connections.now());
        Ok(Entry {
            enabled: control & DISABLED == 0 && !ended,
            privileged,
            locked: computed & LOCKED != 0,
            must_change: control & (NEVER_EXPIRES | SMART_CARD) == 0 && found.text("pwdLastSet") == Some("0"),
            changed_at: found.text("pwdLastSet").and_then(time::instant),
            expires_at: expiry(found),
            contacts: self.contacts_from(found),
            dn: Some(found.dn.clone()),
            groups: Vec::new(),
            id,
            account,
            aliases,
        })
    }

    fn contacts_from(&self, found: &Found) -> Vec<Contact> {
        let mut contacts: Vec<Contact> = Vec::new();
        for kind in ContactKind::ALL {
            let of = &self.settings.contacts;
            let attributes = match kind {
                ContactKind::FullName => &of.full_name,
                ContactKind::MobilePhone => &of.mobile_phone,
                ContactKind::OfficePhone => &of.office_phone,
                ContactKind::Mail => &of.mail,
            };
            let mut values: Vec<&str> = Vec::new();
            for value in attributes.iter().flat_map(|attribute| found.texts(attribute)) {
                let value = value.trim();
                if !value.is_empty() && !values.contains(&value) {
                    values.push(value);
                }
            }
            contacts.extend(values.into_iter().map(|value| Contact { kind, value: SecretString::from(value) }));
        }
        contacts
    }
}

fn expiry(found: &Found) -> Option<Timestamp> {
    found.text("msDS-UserPasswordExpiryTimeComputed").and_then(time::instant)
}

/// A number that may have been written as a negative one.
pub(super) fn number(found: &Found, attribute: &str) -> Option<u32> {
    let number: i64 = found.text(attribute)?.parse().ok()?;
    u32::try_from(number).ok().or_else(|| i32::try_from(number).ok().map(i32::cast_unsigned))
}

/// The one entry of this name, if a filter finds it.
pub(super) async fn one(
    session: &mut Session,
    name: &str,
    filter: &str,
    attributes: &[&str],
) -> Result<Option<Found>, ConnectionError> {
    let search = Search { base: name, scope: Scope::Base, filter, attributes, limit: 1 };
    match session.search(&search).await {
        Ok(found) => Ok(found.into_iter().next()),
        Err(ConnectionError::Answer { code: crate::connection::code::NO_SUCH_OBJECT, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether an account is one that the directory protects, by its groups as they are nested, and by those that the server
/// itself counts for it.
async fn is_protected(
    session: &mut Session,
    name: &str,
    groups: &Groups,
    found: &Found,
) -> Result<bool, ConnectionError> {
    let counted = found.bytes(TOKEN_GROUPS).filter_map(Sid::read).any(|sid| groups.protected.sids.contains(&sid));
    Ok(counted || one(session, name, &groups.protected_people(), &["objectGUID"]).await?.is_some())
}
