//! Looks at everything that the configuration says of an LDAP directory, for the operator.

use std::slice;

use super::{Flavour, Ldap, Rights};
use crate::check::{About, Finding, in_one_line};
use crate::connection::{ConnectionError, Found, Lease, Scope, Search, code};
use crate::settings::Write;

/// How many people are looked at to see whether an attribute is in use.
const SOME: u16 = 100;

impl Ldap {
    pub(super) async fn look(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut first = None;
        for address in self.connections.servers() {
            let name = address.to_string();
            match self.connections.at(&name).await {
                Ok(session) => {
                    found.push(Finding::good(About::Servers, format!("{name} answers, and proves who it is")));
                    first = first.or(Some(session));
                }
                Err(error) => found.push(Finding::wrong(error.about(), in_one_line(&error))),
            }
        }
        let Some(mut session) = first else { return found };
        found.push(Finding::good(About::BindAccount, format!("{} is let in", self.connections.account())));
        match self.look_inside(&mut session, &mut found).await {
            Ok(()) => {}
            Err(error) => found.push(Finding::wrong(About::Servers, in_one_line(&error))),
        }
        found
    }

    async fn look_inside(&self, session: &mut Lease, found: &mut Vec<Finding>) -> Result<(), ConnectionError> {
        let flavour = self.flavour(session).await?;
        let mut people = Vec::new();
        for base in &self.settings.bases {
            match self.some(session, base).await {
                Ok(some) => {
                    found.push(Finding::good(About::Base, format!("{base} is there")));
                    people.extend(some);
                }
                Err(ConnectionError::Answer { code: code::NO_SUCH_OBJECT, .. }) => {
                    let may_read = "it does not exist, or the service account may not read it";
                    found.push(Finding::wrong(About::Base, format!("{base}: {may_read}")));
                }
                Err(error) => found.push(Finding::wrong(About::Base, in_one_line(&error))),
            }
        }
        let filter = self.filter();
        if people.is_empty() {
            found.push(Finding::wrong(About::Filter, format!("nobody below the bases matches {filter}")));
        } else {
            found.push(Finding::good(About::Filter, format!("{filter} finds people")));
        }
        self.look_at_groups(session, found).await?;
        self.look_at_attributes(session, &people, found).await?;
        self.look_at_rules(session, flavour, found).await?;
        let person = people.iter().find(|person| !self.is_own(&person.dn));
        if let Some(person) = person {
            self.look_at_rights(session, person, flavour, found).await?;
            self.look_at_the_clock(session, person, found).await?;
        }
        self.look_at_write(flavour, found);
        Ok(())
    }

    async fn some(&self, session: &mut Lease, base: &str) -> Result<Vec<Found>, ConnectionError> {
        session
            .search(&Search { base, scope: Scope::Base, filter: "(objectClass=*)", attributes: &["1.1"], limit: 1 })
            .await?;
        let (filter, attributes) = (self.filter(), self.schema.attributes());
        let search = Search { base, scope: Scope::Subtree, filter: &filter, attributes: &attributes, limit: 0 };
        let paging = crate::connection::Paging { size: SOME, cookie: Vec::new() };
        Ok(session.search_page(&search, paging).await?.entries)
    }

    async fn look_at_groups(&self, session: &mut Lease, found: &mut Vec<Finding>) -> Result<(), ConnectionError> {
        let settings = &self.settings;
        let told_apart = settings.told_apart.iter().zip(&self.told_apart);
        let told_apart = told_apart.map(|(name, groups)| ("population.groups", groups, slice::from_ref(name)));
        for (key, groups, named) in [
            ("groups", &self.served, settings.groups.as_slice()),
            ("privileged_groups", &self.privileged, settings.privileged_groups.as_slice()),
        ]
        .into_iter()
        .chain(told_apart)
        {
            for group in named {
                if session.read(group, &["1.1"]).await?.is_none() {
                    found.push(Finding::wrong(About::Groups, format!("{key}: {group} does not exist")));
                }
            }
            if named.is_empty() {
                continue;
            }
            match groups.members(session).await {
                Ok(members) => {
                    let many = members.dns.len() + members.accounts.len();
                    let state = if many == 0 { crate::check::State::Notable } else { crate::check::State::Good };
                    found.push(Finding::new(About::Groups, state, format!("{key}: {many} members")));
                }
                Err(error) => found.push(Finding::wrong(About::Groups, in_one_line(&error))),
            }
        }
        Ok(())
    }

    /// An attribute that nobody has may be misspelled, or hidden from the service account.
    async fn look_at_attributes(
        &self,
        session: &mut Lease,
        people: &[Found],
        found: &mut Vec<Finding>,
    ) -> Result<(), ConnectionError> {
        let known = attributes_of_the_schema(session).await?;
        let is_known = |name: &str| known.is_empty() || known.iter().any(|known| known.eq_ignore_ascii_case(name));
        let mut configured = self.schema.configured();
        configured.extend(self.schema.marker.as_deref().map(|marker| ("marker", marker)));
        for (key, name) in configured {
            let about = if key == "marker" { About::Marker } else { About::Attributes };
            let must_be_used = matches!(key, "id");
            if !is_known(name) {
                found.push(Finding::wrong(about, format!("{key}: the directory has no attribute {name}")));
            } else if people.is_empty() || people.iter().any(|person| person.has(name)) {
                found.push(Finding::good(about, format!("{key}: {name}")));
            } else if must_be_used {
                found
                    .push(Finding::wrong(about, format!("{key}: nobody has {name}, or it is hidden from the account")));
            } else if key != "marker" {
                found.push(Finding::notable(about, format!("{key}: nobody of the first {SOME} has {name}")));
            } else {
                found.push(Finding::good(about, format!("{key}: {name}, and nobody has one yet")));
            }
        }
        Ok(())
    }

    async fn look_at_rules(
        &self,
        session: &mut Lease,
        flavour: Flavour,
        found: &mut Vec<Finding>,
    ) -> Result<(), ConnectionError> {
        let Some(dn) = &self.settings.policy else {
            let what = "policy is not set: only people whose own entry names one see the directory's rules";
            found.push(Finding::notable(About::Rules, what));
            return Ok(());
        };
        match self.policies.of(session, dn).await? {
            None => found.push(Finding::wrong(About::Rules, format!("policy: {dn} does not exist or cannot be read"))),
            Some(policy) => {
                found.push(Finding::good(About::Rules, format!("{dn}: {:?}", policy.rules(Rights::Write))));
                if policy.safe_modify {
                    let what = "pwdSafeModify is TRUE: a forgotten password is only set by an account with manage";
                    found.push(Finding::notable(About::Rules, what));
                }
                if policy.min_age.is_some() {
                    let what = "pwdMinAge is set: with write, a password that was just changed is not reset either";
                    found.push(Finding::notable(About::Rules, what));
                }
            }
        }
        if flavour == (Flavour::OpenLdap { ppolicy: false }) {
            found.push(Finding::wrong(
                About::Rules,
                "the server has no ppolicy: it would keep passwords as they are sent",
            ));
        }
        Ok(())
    }

    async fn look_at_rights(
        &self,
        session: &mut Lease,
        person: &Found,
        flavour: Flavour,
        found: &mut Vec<Finding>,
    ) -> Result<(), ConnectionError> {
        self.forget_rights();
        let (rights, reply) = self.try_rights(session, &person.dn).await?;
        let said_so = format!("result {} {}", reply.code, reply.text);
        found.push(match rights {
            Rights::Write => Finding::good(About::Rights, "passwords: write; the directory's rules hold"),
            Rights::Manage if flavour == (Flavour::OpenLdap { ppolicy: true }) => Finding::notable(
                About::Rights,
                "passwords: manage; the directory holds nobody to history and quality when this account writes",
            ),
            Rights::Manage => Finding::notable(About::Rights, "passwords: write, and the directory has no rules"),
            Rights::None => Finding::wrong(About::Rights, format!("passwords cannot be written: {said_so}")),
            Rights::Unknown => Finding::notable(About::Rights, format!("whether passwords can be written: {said_so}")),
        });
        let never = "19700101000000Z";
        let mut others = Vec::new();
        if self.settings.write == Write::Modify {
            others.extend(self.schema.marker.as_deref().map(|marker| (marker, never)));
        }
        match flavour {
            Flavour::OpenLdap { ppolicy: true } => others.push(("pwdAccountLockedTime", never)),
            Flavour::Ds389 => others.push(("accountUnlockTime", never)),
            Flavour::OpenLdap { ppolicy: false } | Flavour::Other => {}
        }
        if rights == Rights::Manage && flavour == (Flavour::OpenLdap { ppolicy: true }) {
            others.push(("pwdReset", "FALSE"));
        }
        for (attribute, value) in others {
            if person.texts(attribute).any(|there| there == value) {
                continue;
            }
            if let Some(reply) = self.may_not_write(session, &person.dn, attribute, value).await? {
                let detail = format!("{attribute} cannot be written: result {} {}", reply.code, reply.text);
                found.push(Finding::wrong(About::Rights, detail));
            }
        }
        Ok(())
    }

    /// A server of LDAP does not tell its time; of an entry that was just written it does.
    async fn look_at_the_clock(
        &self,
        session: &mut Lease,
        person: &Found,
        found: &mut Vec<Finding>,
    ) -> Result<(), ConnectionError> {
        let newest = session.read(&person.dn, &["modifyTimestamp"]).await?;
        let newest = newest.as_ref().and_then(|found| found.text("modifyTimestamp")).and_then(super::time::read);
        let now = self.connections.now();
        if let Some(newest) = newest.filter(|newest| *newest > now) {
            let ahead = newest.duration_since(now).as_secs();
            let what = format!("the directory's clock is at least {ahead} s ahead of this server's");
            found.push(if ahead > 60 {
                Finding::wrong(About::Clock, what)
            } else {
                Finding::notable(About::Clock, what)
            });
        }
        Ok(())
    }

    fn look_at_write(&self, flavour: Flavour, found: &mut Vec<Finding>) {
        found.push(match self.settings.write {
            Write::Modify => Finding::good(
                About::Write,
                "modify: password and marker in one write; what became of it can always be told",
            ),
            Write::Rfc3062 => Finding::notable(
                About::Write,
                "rfc3062: no marker; a write whose answer is lost stays unknown, and is never said not to have been done",
            ),
        });
        if flavour == Flavour::Other && self.settings.write == Write::Modify {
            let what = "modify: this server is not one that is known to hash what it is sent; see that it does";
            found.push(Finding::notable(About::Write, what));
        }
        if self.stores_clear.get() == Some(&true) {
            found.push(Finding::wrong(About::Write, "the server keeps passwords as they are sent"));
        }
    }
}

async fn attributes_of_the_schema(session: &mut Lease) -> Result<Vec<String>, ConnectionError> {
    let root = session.read("", &["subschemaSubentry"]).await?;
    let Some(subschema) = root.as_ref().and_then(|root| root.text("subschemaSubentry")).map(str::to_owned) else {
        return Ok(Vec::new());
    };
    let search = Search {
        base: &subschema,
        scope: Scope::Base,
        filter: "(objectClass=subschema)",
        attributes: &["attributeTypes"],
        limit: 1,
    };
    let found = session.search(&search).await?;
    Ok(found.iter().flat_map(|found| found.texts("attributeTypes")).flat_map(names_of).collect())
}

/// `( 0.9.2342.19200300.100.1.1 NAME ( 'uid' 'userid' ) …`
fn names_of(definition: &str) -> Vec<String> {
    let Some((_, rest)) = definition.split_once(" NAME ") else { return Vec::new() };
    let rest = rest.trim_start();
    let names = match rest.strip_prefix('(') {
        Some(rest) => rest.split(')').next().unwrap_or_default(),
        None => rest.split_inclusive('\'').nth(1).unwrap_or_default(),
    };
    names.split('\'').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_an_attribute_are_read_out_of_its_definition() {
        assert_eq!(names_of("( 1.2 NAME ( 'uid' 'userid' ) DESC 'x' )"), ["uid", "userid"]);
        assert_eq!(names_of("( 1.2 NAME 'mail' SUP name )"), ["mail"]);
        assert!(names_of("( 1.2 DESC 'x' )").is_empty());
    }
}
