//! A directory that is kept on paper: the test says who is in it, and how it fails.

use std::collections::BTreeMap;
use std::sync::Mutex;

use latchkey_api::password::Rule;
use latchkey_directory::{
    Answer, Contact, ContactKind, Directory, DirectoryError, Entry, Mark, Next, Operation, Outcome, Page, Policy,
    Verdict, Written,
};
use secrecy::{ExposeSecret as _, SecretString};

/// How many entries a page has.
const PAGE: usize = 2;

/// A directory of its own rules.
#[derive(Default)]
pub(super) struct Paper {
    rules: Vec<Rule>,
    /// Of single accounts, beside those.
    pub(super) own_rules: Mutex<BTreeMap<String, Vec<Rule>>>,
    takes_old_for: Option<std::time::Duration>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By the stable id, with the change that each was last touched by.
    people: BTreeMap<String, (Person, usize)>,
    changes: usize,
    is_away: bool,
    loses_answers: bool,
    verdict: Option<Verdict>,
    asked: Vec<String>,
}

struct Person {
    entry: Entry,
    password: SecretString,
    marker: Option<String>,
    versions: usize,
}

/// One value of an entry.
pub(super) fn contact(kind: ContactKind, value: &str) -> Contact {
    Contact { kind, value: value.into() }
}

impl Paper {
    /// One with rules for passwords, which takes an old one for a while.
    pub(super) fn with(rules: Vec<Rule>, takes_old_for: std::time::Duration) -> Self {
        Self { rules, takes_old_for: Some(takes_old_for), ..Self::default() }
    }

    /// Adds somebody whose password is `old password of NAME`, or puts them in place of who had this id.
    pub(super) fn put(&self, id: &str, name: &str, aliases: &[&str], contacts: Vec<Contact>) {
        let entry = Entry {
            id: id.to_owned(),
            account: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            enabled: true,
            privileged: false,
            locked: false,
            must_change: false,
            changed_at: None,
            expires_at: None,
            contacts,
            dn: None,
            groups: Vec::new(),
        };
        let mut state = self.state.lock().unwrap();
        state.changes += 1;
        let change = state.changes;
        let person = Person { entry, password: format!("old password of {name}").into(), marker: None, versions: 0 };
        state.people.insert(id.to_owned(), (person, change));
    }

    /// Puts somebody into these groups alone.
    pub(super) fn put_into(&self, id: &str, groups: &[&str]) {
        let mut state = self.state.lock().unwrap();
        state.changes += 1;
        let change = state.changes;
        let (person, touched) = state.people.get_mut(id).unwrap();
        person.entry.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        *touched = change;
    }

    /// Moves an entry to another place of the directory.
    pub(super) fn move_to(&self, id: &str, dn: &str) {
        let mut state = self.state.lock().unwrap();
        state.changes += 1;
        let change = state.changes;
        let (person, touched) = state.people.get_mut(id).unwrap();
        person.entry.dn = Some(dn.to_owned());
        *touched = change;
    }

    pub(super) fn remove(&self, id: &str) {
        self.state.lock().unwrap().people.remove(id);
    }

    pub(super) fn is_away(&self, away: bool) {
        self.state.lock().unwrap().is_away = away;
    }

    /// Whether writes are done and their answers lost; what became of one cannot be told then, as with RFC 3062.
    pub(super) fn loses_answers(&self, loses: bool) {
        self.state.lock().unwrap().loses_answers = loses;
    }

    /// What is said to every right password.
    pub(super) fn says(&self, verdict: Verdict) {
        self.state.lock().unwrap().verdict = Some(verdict);
    }

    /// What was asked since this was looked at last, but for the reading of people.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    pub(super) fn has_password(&self, id: &str, password: &str) -> bool {
        self.state.lock().unwrap().people[id].0.password.expose_secret() == password
    }

    /// How often the password was set.
    pub(super) fn versions(&self, id: &str) -> usize {
        self.state.lock().unwrap().people[id].0.versions
    }

    fn answer<'a, T: Send + 'a>(&'a self, what: &str, make: impl FnOnce(&mut State) -> T) -> Answer<'a, T> {
        let mut state = self.state.lock().unwrap();
        if what != "people" {
            state.asked.push(what.to_owned());
        }
        let answer =
            if state.is_away { Err(DirectoryError::Unreachable("no route".into())) } else { Ok(make(&mut state)) };
        Box::pin(std::future::ready(answer))
    }

    fn write(&self, what: &str, operation: Operation<'_>, new: Option<&SecretString>) -> Answer<'_, Written> {
        let (account, id, after) = (operation.account.to_owned(), operation.id.to_owned(), operation.after);
        let after = after.map(str::to_owned);
        let lost = self.state.lock().unwrap().loses_answers;
        let written = self.answer(what, move |state| {
            let Some((person, _)) = state.people.get_mut(&account) else { return Written::Overtaken };
            if person.marker != after {
                return Written::Overtaken;
            }
            person.marker = Some(id);
            let unlocked = std::mem::replace(&mut person.entry.locked, false);
            if let Some(new) = new {
                person.password = new.clone();
                person.versions += 1;
            }
            Written::Applied { unlocked }
        });
        if lost { Box::pin(async { Err(DirectoryError::Unreachable("connection reset".into())) }) } else { written }
    }
}

impl Directory for Paper {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, password: &'a SecretString) -> Answer<'a, Verdict> {
        self.answer(&format!("verify {account:?}"), |state| {
            let found = account.and_then(|id| state.people.get(id));
            let right = found.is_some_and(|(person, _)| person.password.expose_secret() == password.expose_secret());
            if right { state.verdict.unwrap_or(Verdict::Right) } else { Verdict::Wrong }
        })
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        _: &'a SecretString,
        new: &'a SecretString,
    ) -> Answer<'a, Written> {
        self.write("change", operation, Some(new))
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, new: &'a SecretString) -> Answer<'a, Written> {
        self.write("set", operation, Some(new))
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        self.write("unlock", operation, None)
    }

    fn rules(&self) -> Vec<Rule> {
        self.rules.clone()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        let own = self.own_rules.lock().unwrap().get(account).cloned();
        let policy = Policy { account: account.to_owned(), rules: own.unwrap_or_else(|| self.rules.clone()) };
        self.answer("policy", |_| policy)
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        self.answer("marker", |state| state.people.get(account).and_then(|(person, _)| person.marker.clone()))
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        self.answer("settle", |state| {
            let Some((person, _)) = state.people.get(operation.account) else { return Outcome::Unknown };
            let written = person.marker.as_deref() == Some(operation.id);
            match (state.loses_answers, written) {
                (true, _) => Outcome::Unknown,
                (false, true) => Outcome::Written,
                (false, false) => Outcome::NotWritten,
            }
        })
    }

    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        // `N` goes on in the list of all, `since N` after a change.
        let mark = after.map(|mark| mark.0.clone());
        self.answer("people", move |state| {
            let later = |state: &State| Next::Later(Mark(format!("since {}", state.changes)));
            if let Some(since) = mark.as_deref().and_then(|mark| mark.strip_prefix("since ")) {
                let since: usize = since.parse().unwrap();
                let changed = state.people.values().filter(|(_, change)| *change > since);
                let entries = changed.map(|(person, _)| person.entry.clone()).collect();
                return Page { entries, gone: Vec::new(), next: later(state) };
            }
            let from: usize = mark.as_deref().map_or(0, |mark| mark.parse().unwrap());
            let entries: Vec<Entry> =
                state.people.values().skip(from).take(PAGE).map(|(person, _)| person.entry.clone()).collect();
            let read = from + entries.len();
            let next = if read < state.people.len() { Next::More(Mark(read.to_string())) } else { later(state) };
            Page { entries, gone: Vec::new(), next }
        })
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        self.answer("entry", |state| state.people.get(id).map(|(person, _)| person.entry.clone()))
    }

    fn takes_old_for(&self, _: &str) -> Option<std::time::Duration> {
        self.takes_old_for
    }
}
