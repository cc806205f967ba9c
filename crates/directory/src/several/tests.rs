use std::sync::Mutex;

use super::*;

/// A directory with these accounts, which writes down what it was asked.
#[derive(Default)]
struct Double {
    accounts: Vec<&'static str>,
    rules: Vec<Rule>,
    is_away: bool,
    asked: Mutex<Vec<String>>,
}

impl Double {
    fn answer<T>(&self, what: String, value: T) -> Result<T, DirectoryError> {
        self.asked.lock().expect("asked").push(what);
        if self.is_away { Err(DirectoryError::Unreachable("no route".into())) } else { Ok(value) }
    }

    fn write(&self, what: &str, operation: Operation<'_>) -> Answer<'_, Written> {
        let answer = self.answer(format!("{what} {}", operation.account), Written::Applied { unlocked: false });
        Box::pin(std::future::ready(answer))
    }
}

fn entry(id: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        account: format!("name of {id}"),
        aliases: Vec::new(),
        enabled: true,
        privileged: false,
        locked: false,
        must_change: false,
        changed_at: None,
        expires_at: None,
        contacts: Vec::new(),
        dn: None,
        groups: Vec::new(),
    }
}

impl Directory for Double {
    fn verify_current<'a>(&'a self, account: Option<&'a str>, _: &'a SecretString) -> Answer<'a, Verdict> {
        let verdict = if account.is_some() { Verdict::Right } else { Verdict::Wrong };
        Box::pin(std::future::ready(self.answer(format!("verify {account:?}"), verdict)))
    }

    fn change_password<'a>(
        &'a self,
        operation: Operation<'a>,
        _: &'a SecretString,
        _: &'a SecretString,
    ) -> Answer<'a, Written> {
        self.write("change", operation)
    }

    fn set_password<'a>(&'a self, operation: Operation<'a>, _: &'a SecretString) -> Answer<'a, Written> {
        self.write("set", operation)
    }

    fn unlock<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Written> {
        self.write("unlock", operation)
    }

    fn rules(&self) -> Vec<Rule> {
        self.rules.clone()
    }

    fn policy<'a>(&'a self, account: &'a str) -> Answer<'a, Policy> {
        let policy = Policy { account: account.to_owned(), rules: self.rules.clone() };
        Box::pin(std::future::ready(self.answer(format!("policy {account}"), policy)))
    }

    fn marker<'a>(&'a self, account: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(std::future::ready(self.answer(format!("marker {account}"), None)))
    }

    fn settle<'a>(&'a self, operation: Operation<'a>) -> Answer<'a, Outcome> {
        Box::pin(std::future::ready(self.answer(format!("settle {}", operation.account), Outcome::Written)))
    }

    /// One account a page.
    fn people<'a>(&'a self, after: Option<&'a Mark>) -> Answer<'a, Page> {
        let at = after.map_or(0, |mark| mark.0.parse().expect("a mark of this directory"));
        let entries = self.accounts.get(at).map(|id| entry(id)).into_iter().collect();
        let more = at + 1 < self.accounts.len();
        let next = if more { Next::More(Mark((at + 1).to_string())) } else { Next::Later(Mark("end".to_owned())) };
        let page = Page { entries, gone: vec!["left".to_owned()], next };
        Box::pin(std::future::ready(self.answer("people".to_owned(), page)))
    }

    fn entry<'a>(&'a self, id: &'a str) -> Answer<'a, Option<Entry>> {
        let found = self.accounts.contains(&id).then(|| entry(id));
        Box::pin(std::future::ready(self.answer(format!("entry {id}"), found)))
    }
}

fn two() -> (Several, Arc<Double>, Arc<Double>) {
    let staff = Double {
        accounts: vec!["1", "2"],
        rules: vec![Rule::MinLength { value: 14 }, Rule::MaxLength { value: 127 }],
        ..Double::default()
    };
    let students = Double {
        accounts: vec!["1"],
        rules: vec![Rule::MinLength { value: 8 }, Rule::History { value: 5 }],
        ..Double::default()
    };
    let (staff, students) = (Arc::new(staff), Arc::new(students));
    let all = [("staff", Arc::clone(&staff)), ("students", Arc::clone(&students))];
    let several = Several::new(all.map(|(name, directory)| (name.to_owned(), directory as Arc<dyn Directory>)));
    (several, staff, students)
}

fn asked(double: &Double) -> Vec<String> {
    std::mem::take(&mut *double.asked.lock().expect("asked"))
}

#[tokio::test]
async fn the_name_that_an_id_begins_with_tells_whose_account_it_is() {
    let (several, staff, students) = two();
    let new = SecretString::from("violet tractor onion");
    for id in ["staff/1", "students/1"] {
        let operation = Operation { account: id, id: "operation", after: None };
        several.verify_current(Some(id), &new).await.expect("verified");
        several.change_password(operation, &new, &new).await.expect("changed");
        several.set_password(operation, &new).await.expect("set");
        several.unlock(operation).await.expect("unlocked");
        assert_eq!(several.policy(id).await.expect("a policy").account, "1");
        several.marker(id).await.expect("a marker");
        assert_eq!(several.settle(operation).await.expect("settled"), Outcome::Written);
        assert_eq!(several.entry(id).await.expect("asked").expect("an entry").id, id);
    }
    let all = ["verify Some(\"1\")", "change 1", "set 1", "unlock 1", "policy 1", "marker 1", "settle 1", "entry 1"];
    assert_eq!(asked(&staff), all);
    assert_eq!(asked(&students), all);
}

#[tokio::test]
async fn a_password_is_compared_for_nobody_in_the_directory_that_is_named() {
    // EN-02
    let (several, staff, students) = two();
    let given = SecretString::from("anything");
    let nobody = nobody_in("students");
    assert_eq!(several.verify_current(Some(&nobody), &given).await.expect("compared"), Verdict::Wrong);
    assert_eq!((asked(&staff), asked(&students)), (vec![], vec!["verify None".to_owned()]));
    assert_eq!(several.verify_current(None, &given).await.expect("compared"), Verdict::Wrong);
    assert_eq!(asked(&staff), ["verify None"]);
}

#[tokio::test]
async fn one_that_is_away_keeps_nobody_of_another_one_from_being_served() {
    let (_, staff, _) = two();
    let away = Double { is_away: true, ..Double::default() };
    let several = Several::new([
        ("away".to_owned(), Arc::new(away) as Arc<dyn Directory>),
        ("staff".to_owned(), Arc::clone(&staff) as Arc<dyn Directory>),
    ]);
    assert!(matches!(several.entry("away/1").await, Err(DirectoryError::Unreachable(_))));
    assert!(several.entry("staff/1").await.expect("asked").is_some());
    for (name, directory) in several.parts() {
        let read = directory.people(None).await;
        assert_eq!(read.is_ok(), name == "staff", "{name}");
        if let Ok(page) = read {
            assert_eq!((page.entries[0].id.as_str(), page.gone[0].as_str()), ("staff/1", "staff/left"));
        }
    }
}

#[tokio::test]
async fn whoever_reads_them_as_one_reads_each_to_its_end() {
    let (several, ..) = two();
    let (mut found, mut mark) = (Vec::new(), None);
    loop {
        let page = several.people(mark.as_ref()).await.expect("a page");
        found.extend(page.entries.into_iter().map(|entry| entry.id));
        match page.next {
            Next::More(next) => mark = Some(next),
            Next::FromTheStart => break,
            Next::Later(_) => panic!("two directories have no mark in common"),
        }
    }
    assert_eq!(found, ["staff/1", "staff/2", "students/1"]);
}

#[tokio::test]
async fn what_belongs_to_a_directory_that_is_no_longer_there_is_gone_and_never_said_to_be_unwritten() {
    let (several, ..) = two();
    for id in ["alumni/1", "of our own", ""] {
        assert!(several.entry(id).await.expect("asked").is_none(), "{id}");
        let operation = Operation { account: id, id: "operation", after: None };
        assert_eq!(several.settle(operation).await.expect("settled"), Outcome::Unknown, "{id}");
        let refused = several.set_password(operation, &"new".into()).await;
        assert!(matches!(refused, Err(DirectoryError::Misconfigured(_))), "{id}");
    }
    // The name of one may be the beginning of another's.
    assert!(several.entry("staffers/1").await.expect("asked").is_none());
}

#[test]
fn what_keeps_the_rules_that_everybody_may_read_is_taken_by_each() {
    let (several, ..) = two();
    let rules = [Rule::MinLength { value: 14 }, Rule::MaxLength { value: 127 }, Rule::History { value: 5 }];
    assert_eq!(several.rules(), rules);
}
