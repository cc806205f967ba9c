//! `[[directory]]`: what is wrong with it is said by its key, with what is wanted there.

use std::path::Path;

use latchkey_directory::settings::{Kind, Settings, Write};
use serde::Deserialize;

use super::{ConfigError, is_name};

/// Reads a file that has nothing but `[[directory]]`, for the demonstration.
///
/// # Errors
/// As [`super::Config::read`].
pub fn read(path: &Path) -> Result<Vec<Settings>, ConfigError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(rename = "directory")]
        directories: Vec<Settings>,
    }
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File(path.to_owned(), error))?;
    let File { directories } = toml::from_str(&text)?;
    fault(&directories).map_or(Ok(directories), |why| Err(ConfigError::Setting(why)))
}

/// The first thing that is wrong with these, in a sentence.
#[must_use]
pub fn fault(directories: &[Settings]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for settings in directories {
        let name = settings.name.as_str();
        if !is_name(name) {
            return Some(format!(
                "directory: the name {name:?} is not 1 to 32 of a-z, 0-9 and -, for example \"campus\""
            ));
        }
        if names.contains(&name) {
            return Some(format!("directory: two have the name {name:?}; each wants its own"));
        }
        names.push(name);
        if let Some((key, why)) = of_one(settings) {
            return Some(format!("directory {name:?}: {key}: {why}"));
        }
    }
    None
}

/// The key at fault and what is wanted there.
fn of_one(settings: &Settings) -> Option<(&'static str, String)> {
    of_servers(settings)
        .or_else(|| of_account(settings))
        .or_else(|| of_people(settings))
        .or_else(|| of_writes(settings))
        .or_else(|| of_attributes(settings))
}

fn of_servers(settings: &Settings) -> Option<(&'static str, String)> {
    for server in &settings.servers {
        let host = server.strip_prefix("ldaps://").or_else(|| server.strip_prefix("ldap://"));
        let Some(host) = host else {
            let why = "is neither ldaps://host[:port] nor ldap://host[:port], which is StartTLS";
            return Some(("servers", format!("{server:?} {why}")));
        };
        let host = host.strip_suffix('/').unwrap_or(host);
        if host.is_empty() || host.contains(['/', '?', '@', ' ']) {
            let why = "has more or less than a host and a port; what is searched below stands in bases";
            return Some(("servers", format!("{server:?} {why}")));
        }
    }
    match (settings.kind, settings.servers.is_empty(), &settings.domain) {
        (Kind::Ldap, true, _) => {
            Some(("servers", "is missing: at least one, as [\"ldaps://ldap.campus.example\"]".to_owned()))
        }
        (Kind::ActiveDirectory, true, None) => Some((
            "servers",
            "is missing, and so is domain: name the domain (\"campus.example\") and DNS names its servers, or list them"
                .to_owned(),
        )),
        (Kind::Ldap, _, Some(_)) => {
            Some(("domain", "is for kind = \"active_directory\" alone; list the servers instead".to_owned()))
        }
        (Kind::ActiveDirectory, _, Some(domain)) if !is_domain(domain) => {
            Some(("domain", format!("{domain:?} is no DNS name, for example \"campus.example\"")))
        }
        (Kind::Ldap | Kind::ActiveDirectory, ..) => None,
    }
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !label.starts_with('-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

fn of_account(settings: &Settings) -> Option<(&'static str, String)> {
    let bind = settings.bind.trim();
    match settings.kind {
        Kind::Ldap if !is_dn(bind) => {
            return Some(("bind", format!("{bind:?} is no DN, as \"cn=latchkey,ou=services,dc=campus,dc=example\"")));
        }
        Kind::ActiveDirectory if !is_dn(bind) && !bind.contains('@') => {
            let why = "is neither a user principal name (\"latchkey@campus.example\") nor a DN";
            return Some(("bind", format!("{bind:?} {why}")));
        }
        Kind::Ldap | Kind::ActiveDirectory => {}
    }
    if !settings.secret.is_absolute() {
        let path = settings.secret.display();
        return Some((
            "secret",
            format!("{path} is not the whole path of a file, as \"/etc/latchkey/directory-password\""),
        ));
    }
    let ca = settings.ca.as_ref().filter(|ca| !ca.is_absolute())?;
    Some(("ca", format!("{} is not the whole path of a file", ca.display())))
}

fn of_people(settings: &Settings) -> Option<(&'static str, String)> {
    if settings.bases.is_empty() {
        let why = "is missing: below which entries are the people, as [\"ou=people,dc=campus,dc=example\"]";
        return Some(("bases", why.to_owned()));
    }
    let (policy, decoy) = (settings.policy.clone(), settings.decoy.clone());
    let lists = [
        ("bases", &settings.bases),
        ("groups", &settings.groups),
        ("privileged_groups", &settings.privileged_groups),
        ("policy", &policy.into_iter().collect()),
        ("decoy", &decoy.into_iter().collect()),
    ];
    for (key, dns) in lists {
        if let Some(other) = dns.iter().find(|dn| !is_dn(dn)) {
            return Some((key, format!("{other:?} is no DN, as \"ou=people,dc=campus,dc=example\"")));
        }
    }
    let filter = settings.filter.as_deref().filter(|filter| !is_filter(filter))?;
    Some(("filter", format!("{filter:?} is no filter of RFC 4515, as \"(employeeType=student)\"")))
}

/// Parts of a name and a value each; the server says whether there is such an entry.
fn is_dn(text: &str) -> bool {
    let parts = text.replace("\\,", "");
    !text.trim().is_empty()
        && parts.split(',').all(|part| part.split_once('=').is_some_and(|(name, _)| is_attribute(name.trim())))
}

/// In brackets that are closed; the server says whether it understands it.
fn is_filter(text: &str) -> bool {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ if depth == 0 => return false,
            _ => {}
        }
        if depth == 0 && at + c.len_utf8() != text.len() {
            return false;
        }
    }
    !text.is_empty() && depth == 0
}

fn of_writes(settings: &Settings) -> Option<(&'static str, String)> {
    match (settings.kind, settings.write, &settings.marker) {
        (Kind::ActiveDirectory, Write::Rfc3062, _) => {
            Some(("write", "rfc3062 is for kind = \"ldap\" alone; leave it out".to_owned()))
        }
        (Kind::Ldap, Write::Modify, None) => Some((
            "marker",
            "is missing: a single-valued attribute of people's entries that nothing else writes; without one say write = \
             \"rfc3062\", and what became of a lost answer is never known"
                .to_owned(),
        )),
        (Kind::Ldap, Write::Rfc3062, Some(_)) => {
            Some(("marker", "cannot be written with write = \"rfc3062\"; leave one of the two out".to_owned()))
        }
        (Kind::Ldap | Kind::ActiveDirectory, ..) => None,
    }
}

fn of_attributes(settings: &Settings) -> Option<(&'static str, String)> {
    let contacts = &settings.contacts;
    let lists = [
        ("names", &settings.names),
        ("contacts.full_name", &contacts.full_name),
        ("contacts.mobile_phone", &contacts.mobile_phone),
        ("contacts.office_phone", &contacts.office_phone),
        ("contacts.mail", &contacts.mail),
    ];
    let single = [("id", &settings.id), ("marker", &settings.marker), ("marker_class", &settings.marker_class)];
    let single = single.into_iter().filter_map(|(key, name)| name.as_ref().map(|name| (key, name)));
    let all = lists.into_iter().flat_map(|(key, names)| names.iter().map(move |name| (key, name))).chain(single);
    let (key, other) = all.into_iter().find(|(_, name)| !is_attribute(name))?;
    Some((key, format!("{other:?} is no name of an attribute, as \"uid\"")))
}

/// A descriptor or an OID, with options maybe (RFC 4512 §2.5).
fn is_attribute(name: &str) -> bool {
    let begins_well = name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    begins_well && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ';' | '.' | '_'))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const CAMPUS: &str = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";
    const LDAP: &str = "[[directory]]\nname = \"campus\"\nkind = \"ldap\"\nservers = [\"ldaps://ldap.campus.example\"]\n\
                        bind = \"cn=latchkey,dc=campus,dc=example\"\nsecret = \"/etc/latchkey/directory-password\"\n\
                        bases = [\"ou=people,dc=campus,dc=example\"]\nmarker = \"latchkeyOperation\"\n";
    const AD: &str = "[[directory]]\nname = \"staff\"\nkind = \"active_directory\"\ndomain = \"campus.example\"\n\
                      bind = \"latchkey@campus.example\"\nsecret = \"/etc/latchkey/ad-password\"\n\
                      bases = [\"OU=Staff,DC=campus,DC=example\"]\n";

    fn refusal(directories: &str) -> String {
        Config::parse(&format!("{CAMPUS}{directories}")).expect_err("refused").to_string()
    }

    #[test]
    fn directories_are_read_and_stand_side_by_side() {
        let config = Config::parse(&format!("{CAMPUS}{LDAP}{AD}")).expect("a configuration");
        let names: Vec<&str> = config.directories.iter().map(|settings| settings.name.as_str()).collect();
        assert_eq!(names, ["campus", "staff"]);
        assert!(Config::parse(CAMPUS).expect("a configuration").directories.is_empty(), "the server's own");
    }

    #[test]
    fn every_documented_example_is_a_directory() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/directories");
        let mut read = 0;
        for file in std::fs::read_dir(folder).expect("the examples") {
            let path = file.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("an example");
            let config = Config::parse(&format!("{CAMPUS}{text}")).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            assert_eq!(config.directories.len(), 1, "{path:?}");
            // What is commented out is right too: a line that begins with a key, and not a sentence.
            let is_key = |line: &str| {
                line.split_once(" = ").is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            };
            let whole: Vec<&str> =
                text.lines().map(|line| line.strip_prefix("# ").filter(|line| is_key(line)).unwrap_or(line)).collect();
            let whole = whole.join("\n");
            Config::parse(&format!("{CAMPUS}{whole}")).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            read += 1;
        }
        assert_eq!(read, 4);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_key_with_what_is_wanted_there() {
        let cases = [
            ("name = \"campus\"", "name = \"Our Campus\"", "a-z, 0-9 and -"),
            ("ldaps://ldap.campus.example", "https://ldap.campus.example", "servers: \"https://"),
            ("ldaps://ldap.campus.example", "ldaps://ldap.campus.example/dc=x", "stands in bases"),
            ("[\"ldaps://ldap.campus.example\"]", "[]", "servers: is missing: at least one"),
            ("cn=latchkey,dc=campus,dc=example", "latchkey", "bind: \"latchkey\" is no DN"),
            (
                "/etc/latchkey/directory-password",
                "directory-password",
                "secret: directory-password is not the whole path",
            ),
            ("[\"ou=people,dc=campus,dc=example\"]", "[]", "bases: is missing"),
            ("[\"ou=people,dc=campus,dc=example\"]", "[\"people\"]", "bases: \"people\" is no DN"),
            ("marker = \"latchkeyOperation\"\n", "", "marker: is missing"),
            ("marker = \"latchkeyOperation\"\n", "marker = \"no, this\"\n", "marker: \"no, this\" is no name"),
            ("marker = \"latchkeyOperation\"\n", "marker = \"m\"\nwrite = \"rfc3062\"\n", "leave one of the two out"),
            (
                "marker = \"latchkeyOperation\"\n",
                "marker = \"m\"\nfilter = \"uid=*\"\n",
                "filter: \"uid=*\" is no filter",
            ),
            (
                "marker = \"latchkeyOperation\"\n",
                "marker = \"m\"\nca = \"ca.pem\"\n",
                "ca: ca.pem is not the whole path",
            ),
            ("marker = \"latchkeyOperation\"\n", "marker = \"m\"\ndomain = \"x.example\"\n", "domain: is for kind"),
            (
                "marker = \"latchkeyOperation\"\n",
                "marker = \"m\"\n[directory.contacts]\nmail = [\"*\"]\n",
                "contacts.mail: \"*\" is no name",
            ),
            ("kind = \"ldap\"", "kind = \"ldaps\"", "unknown variant `ldaps`"),
            ("bases =", "base =", "unknown field `base`"),
        ];
        for (good, bad, said) in cases {
            let refused = refusal(&LDAP.replace(good, bad));
            assert!(refused.contains(said), "{bad}: {refused}");
        }
        for (good, bad, said) in [
            ("domain = \"campus.example\"\n", "", "is missing, and so is domain"),
            ("domain = \"campus.example\"", "domain = \"CAMPUS\"", "domain: \"CAMPUS\" is no DNS name"),
            ("bind = \"latchkey@campus.example\"", "bind = \"latchkey\"", "neither a user principal name"),
            ("bases =", "write = \"rfc3062\"\nbases =", "write: rfc3062 is for"),
        ] {
            let refused = refusal(&AD.replace(good, bad));
            assert!(refused.contains(said), "{bad}: {refused}");
        }
        assert!(refusal(&format!("{LDAP}{LDAP}")).contains("two have the name \"campus\""));
    }

    #[test]
    fn a_filter_is_one_bracket_that_is_closed() {
        for good in ["(uid=*)", "(&(objectClass=person)(!(employeeType=alumni)))"] {
            assert!(super::is_filter(good), "{good}");
        }
        for bad in ["", "uid=*", "(uid=*", "(uid=*))", "(a=b)(c=d)", "x(a=b)"] {
            assert!(!super::is_filter(bad), "{bad}");
        }
    }
}
