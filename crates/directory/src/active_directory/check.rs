//! What `check --connect` says of a domain: one line for each thing that was looked at, for the operator.

use jiff::SignedDuration;

use super::root::Root;
use super::{ActiveDirectory, attributes, rules};
use crate::check::{About, Finding, in_one_line};
use crate::connection::{ConnectionError, Found, Paging, Scope, Search, Session, code, escape_filter};

/// A clock that is further away makes tickets useless and expiry wrong.
const FAR: SignedDuration = SignedDuration::from_mins(5);
const NOTABLE: SignedDuration = SignedDuration::from_mins(1);
/// The attributes that people may write of themselves (`Personal-Information`).
const OF_ONESELF: [u8; 16] =
    [0x86, 0xb8, 0xb5, 0x77, 0x4a, 0x94, 0xd1, 0x11, 0xae, 0xbd, 0x00, 0x00, 0xf8, 0x03, 0x67, 0xc1];
/// Text of any length and script.
const TEXT: &str = "2.5.5.12";
/// What the service account needs to write of people, beside the marker.
const NEEDED: &str = "lockoutTime";

impl ActiveDirectory {
    pub(super) async fn checked(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Err(error) = self.look_for_servers(true).await {
            findings.push(Finding::wrong(About::Servers, in_one_line(&error)));
            return findings;
        }
        let mut first = None;
        for address in self.connections.servers() {
            match self.connections.at(&address.to_string()).await {
                Ok(lease) => {
                    findings.push(Finding::good(About::Servers, format!("{address} answers")));
                    first = first.or(Some(lease));
                }
                Err(error) => findings.push(Finding::wrong(error.about(), in_one_line(&error))),
            }
        }
        if let Some(mut lease) = first {
            findings.push(Finding::good(About::BindAccount, format!("{} is let in", self.connections.account())));
            if let Err(error) = self.look_around(&mut lease, &mut findings).await {
                findings.push(Finding::wrong(error.about(), in_one_line(&error)));
            }
        }
        findings
    }

    async fn look_around(&self, session: &mut Session, findings: &mut Vec<Finding>) -> Result<(), ConnectionError> {
        let root = Root::read(session).await?;
        if !root.is_active_directory {
            findings.push(Finding::wrong(About::Servers, "this is no Active Directory: kind = \"ldap\" may be meant"));
        }
        if root.has_a_copy_alone {
            let host = root.host.clone().unwrap_or_else(|| session.server().to_owned());
            findings.push(Finding::wrong(About::Servers, format!("{host} is a read-only domain controller")));
        }
        findings.extend(self.clock(&root));
        let bases = self.bases(session, &root).await?;
        let all_bases = bases.iter().all(|finding| finding.state == crate::check::State::Good);
        findings.extend(bases);
        findings.extend(schema(session, &root, self).await?);
        findings.extend(self.named_groups(session).await?);
        if !all_bases {
            return Ok(());
        }
        let Some(person) = self.somebody(session, &root, findings).await? else { return Ok(()) };
        findings.extend(self.rights_over(&person));
        findings.push(match self.harm(session, &root).await? {
            Some(harm) => Finding::wrong(About::Rights, harm.to_string()),
            None => Finding::good(About::Rights, "the service account can change nobody who is protected"),
        });
        let kept = rules::of_domain(session, &root).await?;
        let text = format!("at least {} characters, a history of {}", kept.length, kept.history);
        findings.push(Finding::good(About::Rules, text));
        findings.push(match root.policy_hints {
            Some(_) => Finding::good(About::Write, "a reset keeps the history too"),
            None => Finding::notable(
                About::Write,
                "this server does not keep the history at a reset (LDAP_SERVER_POLICY_HINTS): an old password can be set \
                 again, and no history is promised",
            ),
        });
        Ok(())
    }

    fn clock(&self, root: &Root) -> Option<Finding> {
        let clock = root.clock?;
        let ours = self.connections.now();
        let apart = ours.duration_since(clock).abs();
        let text =
            format!("the directory's clock says {clock}, ours {}", ours.round(jiff::Unit::Second).unwrap_or(ours));
        Some(if apart > FAR {
            Finding::wrong(About::Clock, text)
        } else if apart > NOTABLE {
            Finding::notable(About::Clock, text)
        } else {
            Finding::good(About::Clock, text)
        })
    }

    async fn bases(&self, session: &mut Session, root: &Root) -> Result<Vec<Finding>, ConnectionError> {
        let mut findings = Vec::new();
        for base in &self.settings.bases {
            findings.push(match read(session, base).await {
                Ok(_) if !base.to_lowercase().ends_with(&root.domain.to_lowercase()) => {
                    Finding::wrong(About::Base, format!("{base} does not lie in the domain, {}", root.domain))
                }
                Ok(_) => Finding::good(About::Base, format!("{base} is there")),
                Err(error @ ConnectionError::Answer { .. }) => {
                    Finding::wrong(About::Base, format!("{base}: {}", in_one_line(&error)))
                }
                Err(error) => return Err(error),
            });
        }
        Ok(findings)
    }

    async fn named_groups(&self, session: &mut Session) -> Result<Vec<Finding>, ConnectionError> {
        let mut findings = Vec::new();
        let settings = &self.settings;
        for group in settings.groups.iter().chain(&settings.privileged_groups).chain(&settings.told_apart) {
            findings.push(match read(session, group).await {
                Ok(found) if found.texts("objectClass").any(|class| class == "group") => {
                    Finding::good(About::Groups, format!("{group} is there"))
                }
                Ok(_) => Finding::wrong(About::Groups, format!("{group} is no group")),
                Err(error @ ConnectionError::Answer { .. }) => {
                    Finding::wrong(About::Groups, format!("{group}: {}", in_one_line(&error)))
                }
                Err(error) => return Err(error),
            });
        }
        Ok(findings)
    }

    /// Somebody who is served, if there is anybody.
    async fn somebody(
        &self,
        session: &mut Session,
        root: &Root,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<Found>, ConnectionError> {
        let groups = self.groups(session, root).await?;
        let filter = self.served(&groups, &format!("(!{})", groups.protected_people()));
        let attributes = ["allowedAttributesEffective", "userAccountControl", self.marker_attribute()];
        let base = self.search_base(&root.domain);
        let search = Search { base, scope: Scope::Subtree, filter: &filter, attributes: &attributes, limit: 1 };
        match session.search_page(&search, Paging { size: 20, cookie: Vec::new() }).await {
            Ok(page) => {
                let served = page.entries.into_iter().find(|found| self.is_below_a_base(&found.dn));
                findings.push(match &served {
                    Some(_) => Finding::good(About::Filter, "people are found"),
                    None => Finding::wrong(About::Filter, "nobody is found who is served"),
                });
                Ok(served)
            }
            Err(error @ ConnectionError::Answer { .. }) => {
                findings.push(Finding::wrong(About::Filter, in_one_line(&error)));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn rights_over(&self, person: &Found) -> Vec<Finding> {
        let may =
            |attribute: &str| person.texts("allowedAttributesEffective").any(|may| may.eq_ignore_ascii_case(attribute));
        let marker = self.marker_attribute();
        let mut findings = Vec::new();
        let missing: Vec<&str> = [NEEDED, marker].into_iter().filter(|attribute| !may(attribute)).collect();
        findings.push(if missing.is_empty() {
            Finding::good(About::Rights, format!("{NEEDED} and {marker} of people may be written"))
        } else {
            let text = format!("the service account may not write {} of {}", missing.join(", "), person.dn);
            Finding::wrong(About::Rights, text)
        });
        let more: Vec<&str> = person
            .texts("allowedAttributesEffective")
            .filter(|may| ![NEEDED, marker].into_iter().any(|needed| needed.eq_ignore_ascii_case(may)))
            .collect();
        if !more.is_empty() {
            let some = more.iter().take(5).copied().collect::<Vec<_>>().join(", ");
            let text = format!("the service account may write more than it needs: {some}, {} in all", more.len());
            findings.push(Finding::notable(About::Rights, text));
        }
        if let Some(value) = person.text(marker)
            && !is_ours(value)
        {
            let text = format!("{marker} is in use by something else: somebody's says \"{value}\"; choose another one");
            findings.push(Finding::notable(About::Marker, text));
        }
        findings
    }
}

/// Whether the schema has every attribute that the configuration names, and the marker's is fit for it.
async fn schema(session: &mut Session, root: &Root, of: &ActiveDirectory) -> Result<Vec<Finding>, ConnectionError> {
    let named = attributes(&of.settings);
    let all: String = named
        .iter()
        .flat_map(|(_, names)| names)
        .map(|name| format!("(lDAPDisplayName={})", escape_filter(name)))
        .collect();
    let filter = format!("(&(objectClass=attributeSchema)(|{all}))");
    let attributes = ["lDAPDisplayName", "isSingleValued", "attributeSyntax", "attributeSecurityGUID"];
    let (base, scope) = (root.schema.as_str(), Scope::OneLevel);
    let search = Search { base, scope, filter: &filter, attributes: &attributes, limit: 200 };
    let found = session.search(&search).await?;
    let known = |name: &str| {
        let is = |found: &&Found| found.text("lDAPDisplayName").is_some_and(|known| known.eq_ignore_ascii_case(name));
        found.iter().find(is)
    };
    let mut findings = Vec::new();
    for (setting, names) in &named {
        for name in names {
            match known(name) {
                None => {
                    let about = if *setting == "marker" { About::Marker } else { About::Attributes };
                    findings.push(Finding::wrong(about, format!("{setting}: the schema has no attribute {name}")));
                }
                Some(found) if *setting == "marker" => findings.push(marker(name, found)),
                Some(_) => {}
            }
        }
    }
    if !findings.iter().any(|finding| finding.about == About::Attributes) {
        findings.push(Finding::good(About::Attributes, "the schema has all that are named"));
    }
    Ok(findings)
}

fn marker(name: &str, found: &Found) -> Finding {
    if found.text("isSingleValued") != Some("TRUE") {
        return Finding::wrong(About::Marker, format!("{name} takes several values: nothing could be told by it"));
    }
    if found.text("attributeSyntax") != Some(TEXT) {
        return Finding::wrong(About::Marker, format!("{name} is no text"));
    }
    if found.bytes("attributeSecurityGUID").next() == Some(&OF_ONESELF) {
        let text = format!("people may write {name} of themselves, and then look as if a write had been done");
        return Finding::notable(About::Marker, text);
    }
    Finding::good(About::Marker, format!("{name} is single-valued text"))
}

/// Whether a marker may have been written by us: one id or two.
fn is_ours(value: &str) -> bool {
    let is_id = |part: &str| part.len() >= 16 && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let parts: Vec<&str> = value.split(' ').collect();
    parts.len() <= 2 && parts.into_iter().all(is_id)
}

/// An entry that has to be there.
async fn read(session: &mut Session, name: &str) -> Result<Found, ConnectionError> {
    let search =
        Search { base: name, scope: Scope::Base, filter: "(objectClass=*)", attributes: &["objectClass"], limit: 1 };
    let found = session.search(&search).await?.into_iter().next();
    found.ok_or_else(|| ConnectionError::Answer {
        server: session.server().to_owned(),
        request: "search",
        code: code::NO_SUCH_OBJECT,
        text: "nothing is shown to the service account".to_owned(),
    })
}
