//! `[[population]]`: who is served otherwise than the rest of the campus; and the one place that knows whose policy is
//! which.

use latchkey_api::flow::{Means, Method};
use latchkey_directory::Entry;
use latchkey_directory::connection::Dn;
use serde::{Deserialize, Serialize};

use super::policy::{FirstBinding, Policy, SecondFactor};
use super::{Config, is_name};

/// Some of the campus' people, and what holds for them in place of the campus' own settings.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Short: it stands in logs and commands, and is kept with each of these people.
    pub name: String,
    /// Only people of this directory.
    pub directory: Option<String>,
    /// Only people below one of these entries of it.
    #[serde(default)]
    pub bases: Vec<String>,
    /// Only members of one of these groups of it, by their DN; of the server's own directory by their names. Nested groups
    /// count.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Whoever fits none that stands above it.
    #[serde(default)]
    pub everybody: bool,
    /// Those who are not look like somebody who does not exist.
    #[serde(default = "yes")]
    pub served: bool,
    #[serde(default)]
    pub methods: OwnMethods,
    #[serde(default)]
    pub gates: OwnGates,
    #[serde(default)]
    pub register: OwnRegister,
    #[serde(default)]
    pub change: OwnChange,
    #[serde(default)]
    pub password: OwnPasswordRules,
}

const fn yes() -> bool {
    true
}

/// What differs of [`super::Methods`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnMethods {
    pub offered: Option<Vec<Method>>,
    pub one_phone_gate: Option<bool>,
}

/// What differs of [`super::Gates`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnGates {
    pub reset: Option<u8>,
    pub unlock: Option<u8>,
    pub one_of: Option<Vec<Method>>,
}

/// What differs of [`super::Register`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnRegister {
    pub first_binding: Option<FirstBinding>,
    pub required: Option<Vec<Means>>,
    pub at_least: Option<u8>,
    pub confirm_again_days: Option<u16>,
}

/// What differs of [`super::Change`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnChange {
    pub second_factor: Option<SecondFactor>,
}

/// What differs of [`super::PasswordRules`]; it can only be stricter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OwnPasswordRules {
    pub min_length: Option<u16>,
    pub max_length: Option<u16>,
}

impl Population {
    /// What holds for these people: the campus' own policy with what they have instead.
    #[must_use]
    pub fn policy(&self, campus: &Policy) -> Policy {
        fn put<T: Clone>(into: &mut T, own: &Option<T>) {
            if let Some(own) = own {
                into.clone_from(own);
            }
        }
        let mut policy = campus.clone();
        put(&mut policy.methods.offered, &self.methods.offered);
        put(&mut policy.methods.one_phone_gate, &self.methods.one_phone_gate);
        put(&mut policy.gates.reset, &self.gates.reset);
        put(&mut policy.gates.unlock, &self.gates.unlock);
        if self.gates.one_of.is_some() {
            policy.gates.one_of.clone_from(&self.gates.one_of);
        }
        put(&mut policy.register.first_binding, &self.register.first_binding);
        put(&mut policy.register.required, &self.register.required);
        put(&mut policy.register.at_least, &self.register.at_least);
        put(&mut policy.register.confirm_again_days, &self.register.confirm_again_days);
        put(&mut policy.change.second_factor, &self.change.second_factor);
        put(&mut policy.password.min_length, &self.password.min_length);
        put(&mut policy.password.max_length, &self.password.max_length);
        policy
    }

    /// By what somebody belongs to it, in a few words; nothing if they do not.
    fn has(&self, entry: &Entry, directory: &str) -> Option<String> {
        if self.everybody {
            return Some("whoever fits no other".to_owned());
        }
        if self.directory.as_deref().is_some_and(|own| own != directory) {
            return None;
        }
        let dn = entry.dn.as_deref().and_then(Dn::read);
        let below =
            |base: &&String| dn.as_ref().is_some_and(|dn| Dn::read(base).is_some_and(|base| dn.is_within(&base)));
        let base = self.bases.iter().find(below);
        let group = self.groups.iter().find(|group| entry.groups.contains(group));
        if (base.is_none() && !self.bases.is_empty()) || (group.is_none() && !self.groups.is_empty()) {
            return None;
        }
        let of = self.directory.as_ref().map(|name| format!("of the directory {name}"));
        let below = base.map(|base| format!("below {base}"));
        let within = group.map(|group| format!("in the group {group}"));
        Some([of, below, within].into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    /// Who these are, in a few words for the operator.
    pub(super) fn members(&self) -> String {
        if self.everybody {
            return "whoever fits no other".to_owned();
        }
        let of = self.directory.as_ref().map(|name| format!("of the directory {name}"));
        let below = (!self.bases.is_empty()).then(|| format!("below {}", self.bases.join(" or ")));
        let within = (!self.groups.is_empty()).then(|| format!("in {}", self.groups.join(" or ")));
        [of, below, within].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn changes_something(&self) -> bool {
        self.methods != OwnMethods::default()
            || self.gates != OwnGates::default()
            || self.register != OwnRegister::default()
            || self.change != OwnChange::default()
            || self.password != OwnPasswordRules::default()
    }
}

/// Which population somebody is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Empty where they are of none.
    pub population: String,
    /// By what they belong to it, for whoever looks at one account.
    pub by: String,
}

/// Whose policy is which. Everything that differs between people is asked here.
#[derive(Debug, Clone)]
pub struct Policies {
    campus: Policy,
    populations: Vec<(Population, Policy)>,
}

impl Policies {
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let campus = config.policy();
        let of = |population: &Population| (population.clone(), population.policy(&campus));
        Self { populations: config.populations.iter().map(of).collect(), campus }
    }

    /// The first population that an entry of a directory fits.
    #[must_use]
    pub fn membership(&self, entry: &Entry, directory: &str) -> Membership {
        let fits = |(population, _): &(Population, Policy)| {
            let by = population.has(entry, directory)?;
            Some(Membership { population: population.name.clone(), by })
        };
        let none = || Membership { population: String::new(), by: String::new() };
        self.populations.iter().find_map(fits).unwrap_or_else(none)
    }

    /// What holds for whoever is of a population; of none, or of one that is set up no longer, what holds for the rest.
    #[must_use]
    pub fn policy(&self, population: &str) -> &Policy {
        self.named(population).map_or(&self.campus, |(_, policy)| policy)
    }

    /// Whether anybody of a population is served.
    #[must_use]
    pub fn serves(&self, population: &str) -> bool {
        self.named(population).is_none_or(|(population, _)| population.served)
    }

    /// The name by which people of a population are counted: those of one that is set up no longer are of the rest.
    #[must_use]
    pub fn counted_as(&self, population: &str) -> &str {
        self.named(population).map_or("", |(population, _)| &population.name)
    }

    /// The populations that are served, each with its policy, the rest of the campus first.
    pub fn served(&self) -> impl Iterator<Item = (&str, &Policy)> {
        let has_rest = !self.populations.iter().any(|(population, _)| population.everybody);
        let rest = has_rest.then_some(("", &self.campus));
        let served = self.populations.iter().filter(|(population, _)| population.served);
        rest.into_iter().chain(served.map(|(population, policy)| (population.name.as_str(), policy)))
    }

    /// All that decides who is of which population, to be compared with what decided it before.
    #[must_use]
    pub fn who_is_who(&self) -> Vec<impl Serialize + '_> {
        let who = |(population, _): &'_ (Population, Policy)| {
            let Population { name, directory, bases, groups, everybody, .. } = population.clone();
            (name, directory, bases, groups, everybody)
        };
        self.populations.iter().map(who).collect()
    }

    fn named(&self, name: &str) -> Option<&(Population, Policy)> {
        let named = self.populations.iter().find(|(population, _)| population.name == name);
        named.or_else(|| self.populations.iter().find(|(population, _)| population.everybody))
    }
}

/// The groups of a directory by which its people are told apart, each once.
pub(super) fn groups_of(populations: &[Population], directory: &str) -> Vec<String> {
    let of = |population: &&Population| population.directory.as_deref().is_none_or(|own| own == directory);
    let mut groups: Vec<String> = populations.iter().filter(of).flat_map(|one| one.groups.clone()).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The first thing that is wrong with the populations of a configuration, in a sentence that says which one it is of.
pub(super) fn fault(config: &Config) -> Option<String> {
    let campus = config.policy();
    let mut names: Vec<&str> = Vec::new();
    for population in &config.populations {
        let name = population.name.as_str();
        if !is_name(name) {
            return Some(format!("population: the name {name:?} is not 1 to 32 of a-z, 0-9 and -, as \"students\""));
        }
        if names.contains(&name) {
            return Some(format!("population: two have the name {name:?}; each wants its own"));
        }
        if let Some(before) = config.populations.iter().take(names.len()).find(|before| before.everybody) {
            let before = &before.name;
            return Some(format!(
                "population {name:?}: nobody is ever of it: {before:?} stands before it and is everybody; move it up"
            ));
        }
        names.push(name);
        let why = of_members(population, config).or_else(|| of_policy(population, &campus));
        if let Some(why) = why {
            return Some(format!("population {name:?}: {why}"));
        }
    }
    None
}

/// What is wrong with who belongs to it.
fn of_members(population: &Population, config: &Config) -> Option<String> {
    let Population { directory, bases, groups, everybody, .. } = population;
    let says_who = directory.is_some() || !bases.is_empty() || !groups.is_empty();
    if *everybody && says_who {
        return Some("everybody = true and directory, bases or groups; leave one of the two out".to_owned());
    }
    if !everybody && !says_who {
        return Some("nobody belongs to it: name groups, bases or a directory, or say everybody = true".to_owned());
    }
    let known: Vec<&str> = config.directories.iter().map(|known| known.name.as_str()).collect();
    if let Some(unknown) = directory.as_deref().filter(|name| !known.contains(name)) {
        let known =
            if known.is_empty() { "none: the accounts are the server's own".to_owned() } else { known.join(", ") };
        return Some(format!("directory: there is no [[directory]] of the name {unknown:?}; there is {known}"));
    }
    if directory.is_none() && known.len() > 1 && !(bases.is_empty() && groups.is_empty()) {
        return Some(format!("directory is missing: which of {} has these bases and groups?", known.join(", ")));
    }
    if known.is_empty() {
        if !bases.is_empty() {
            return Some("bases: the server's own directory has none; name groups".to_owned());
        }
        let odd = groups.iter().find(|group| !is_name(group))?;
        return Some(format!(
            "groups: {odd:?} is not 1 to 32 of a-z, 0-9 and -; of the server's own directory a group is a name that \
             `contacts import` or `account groups` gave, as \"students\""
        ));
    }
    for (key, dns) in [("bases", bases), ("groups", groups)] {
        if let Some(odd) = dns.iter().find(|dn| Dn::read(dn).is_none() || dn.trim().is_empty()) {
            return Some(format!("{key}: {odd:?} is no DN, as \"cn=students,ou=groups,dc=campus,dc=example\""));
        }
    }
    let own = config.directories.iter().filter(|one| directory.as_ref().is_none_or(|name| *name == one.name));
    let theirs: Vec<Dn> = own.flat_map(|one| &one.bases).filter_map(|base| Dn::read(base)).collect();
    let lies_apart = |base: &&String| {
        let base = Dn::read(base);
        !base.is_some_and(|base| theirs.iter().any(|their| base.is_within(their) || their.is_within(&base)))
    };
    let apart = bases.iter().find(lies_apart)?;
    Some(format!("bases: nobody below {apart} is ever read: the bases of the directory lie elsewhere"))
}

/// What is wrong with what holds for it.
fn of_policy(population: &Population, campus: &Policy) -> Option<String> {
    if !population.served {
        let why = "served = false, so nothing else can differ; leave out methods, gates, register, change and password";
        return population.changes_something().then(|| why.to_owned());
    }
    let policy = population.policy(campus);
    if let Some(why) = policy.fault() {
        return Some(why);
    }
    let (own, theirs) = (&policy.password, &campus.password);
    if own.min_length < theirs.min_length || own.max_length > theirs.max_length {
        return Some(format!(
            "password: only stricter rules than the campus' own, min_length {} and max_length {}, hold beside them",
            theirs.min_length, theirs.max_length
        ));
    }
    let never = policy.never_finishes()?;
    let offered: Vec<&str> = policy.methods.offered.iter().map(|method| method.as_str()).collect();
    let number = policy.rule(never).gates;
    Some(format!(
        "nobody of it can ever finish: {} has {number} gates, and methods.offered ({}) has no {number} on different devices{}",
        never.as_str(),
        offered.join(", "),
        if policy.gates.one_of.is_some() { " with one of gates.one_of among them" } else { "" }
    ))
}

#[cfg(test)]
mod tests;
