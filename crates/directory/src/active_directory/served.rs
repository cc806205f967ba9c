//! Who is served: below the bases, found by the filter, a member of one of the groups.

use super::ActiveDirectory;
use super::groups::Groups;
use crate::connection::Dn;

/// People, not the accounts of computers.
pub(super) const PERSON: &str = "(objectCategory=person)(objectClass=user)";

impl ActiveDirectory {
    /// A filter that finds whoever is served, given that they lie below a base; `and` is put beside it.
    pub(super) fn served(&self, groups: &Groups, and: &str) -> String {
        let filter = self.settings.filter.as_deref().map(in_brackets).unwrap_or_default();
        let members = groups.served_people().unwrap_or_default();
        format!("(&{PERSON}{filter}{members}{and})")
    }

    /// Whether an entry of this name lies below one of the bases.
    pub(super) fn is_below_a_base(&self, name: &str) -> bool {
        Dn::read(name).is_some_and(|name| self.bases.iter().any(|base| name.is_within(base)))
    }

    /// What a search for whoever is served begins with: their base, or the domain where there are several.
    pub(super) fn search_base<'a>(&'a self, domain: &'a str) -> &'a str {
        match self.settings.bases.as_slice() {
            [base] => base,
            _ => domain,
        }
    }
}

fn in_brackets(filter: &str) -> String {
    let filter = filter.trim();
    if filter.starts_with('(') || filter.is_empty() { filter.to_owned() } else { format!("({filter})") }
}
