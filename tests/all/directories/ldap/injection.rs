//! Values in filters and names (IN-01).

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, ensure};
use base64::Engine as _;
use latchkey_directory::connection::escape_filter;
use latchkey_directory::settings::Settings;
use latchkey_directory::{Directory as _, Verdict, Written};
use latchkey_tests::slapd::{PASSWORD, Right, Setup, Slapd, directory, dn};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// Signs that mean something in a filter or a name, and others.
fn value() -> impl Strategy<Value = String> {
    let sign = prop_oneof![
        prop::sample::select(vec!['*', '(', ')', '\\', '&', '|', '!', '=', ',', '+', '"', '<', '>', ';', '#', '\u{1}']),
        any::<char>().prop_filter("neither NUL nor a surrogate", |c| *c != '\0'),
        prop::char::range('a', 'z'),
    ];
    prop::collection::vec(sign, 1..12).prop_map(|signs| signs.into_iter().collect())
}

/// What the directory takes for the same: it looks away from case, from blanks, and from what Unicode calls equal.
fn folded(value: &str) -> String {
    value.to_lowercase().split_whitespace().collect()
}

/// A directory in which each of these values is the description of one person, which is taken for the id.
async fn described(slapd: &Slapd, many: usize, runner: &mut TestRunner) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    while values.len() < many {
        let one = value().new_tree(runner).expect("a value").current();
        if one.is_ascii() && !folded(&one).is_empty() && !values.contains_key(&folded(&one)) {
            values.insert(folded(&one), one);
        }
    }
    let mut ldif = String::new();
    for (number, value) in values.values().enumerate() {
        let description = base64::engine::general_purpose::STANDARD.encode(value);
        let lines = format!("objectClass: inetOrgPerson\nuid: v{number}\ncn: V\nsn: V\ndescription:: {description}");
        ldif.push_str(&format!("dn: {}\nchangetype: add\n{lines}\n\n", dn(&format!("v{number}"))));
    }
    slapd.change(&ldif).await?;
    Ok(values)
}

/// A value that is one of these, one of these with something done to it, or another one.
fn asked(values: &[&String], runner: &mut TestRunner) -> String {
    let mut number = |below: usize| (0..below.max(1)).new_tree(runner).expect("a number").current();
    let known = values[number(values.len())].clone();
    let at = known.char_indices().nth(number(known.chars().count())).map_or(0, |(at, _)| at);
    let (before, after) = known.split_at(at);
    match number(8) {
        0..=2 => known,
        3 => format!("{before}*{after}"),
        4 => format!("{known})(uid=*"),
        5 => format!("{before}\\2a{after}"),
        6 => format!("{before}\0{after}"),
        _ => value().new_tree(runner).expect("a value").current(),
    }
}

/// Asks for so many values, and says how many were there.
async fn ask(many: usize) -> Result<usize> {
    let slapd =
        Slapd::start_with(&Setup { lines: vec!["index description eq".to_owned()], ..Setup::new(Right::Write) })
            .await?;
    let directory = Arc::new(directory(Settings { id: Some("description".to_owned()), ..slapd.settings() })?);
    let mut runner = TestRunner::deterministic();
    let values = Arc::new(described(&slapd, 300, &mut runner).await?);
    let by_place: Vec<&String> = values.values().collect();
    let (mut asking, mut there) = (tokio::task::JoinSet::new(), 0);
    for _ in 0..many {
        let wanted = asked(&by_place, &mut runner);
        let expected = values.values().position(|known| *known == wanted);
        // What the directory takes for equal to a value of another spelling says nothing here.
        if expected.is_none() && (values.contains_key(&folded(&wanted)) || !wanted.is_ascii()) && !wanted.contains('\0')
        {
            continue;
        }
        let directory = Arc::clone(&directory);
        asking.spawn(async move {
            let found = directory.entry(&wanted).await?.map(|entry| entry.account);
            ensure!(found == expected.map(|number| format!("v{number}")), "{wanted:?} has found {found:?}");
            anyhow::Ok(usize::from(found.is_some()))
        });
        if asking.len() == 8 {
            there += asking.join_next().await.expect("one of eight")??;
        }
    }
    while let Some(found) = asking.join_next().await {
        there += found??;
    }
    Ok(there)
}

/// IN-01: each value finds exactly the entry that has it, whatever is in it, and what is no value of anybody finds nobody.
#[tokio::test]
async fn a_value_finds_the_entry_that_has_it_and_no_other() -> Result<()> {
    assert!(ask(3_000).await? > 500);
    Ok(())
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long injection"]
async fn long_injection() -> Result<()> {
    // IN-01: 0 of 1,000,000
    let many = std::env::var("LATCHKEY_VALUES").ok().and_then(|many| many.parse().ok()).unwrap_or(1_000_000);
    let there = ask(many).await?;
    println!("figure: values that were looked for = {many}");
    println!("figure: of them of somebody, each found and nobody else = {there}");
    println!("figure: values that found another entry than theirs, or any where there was none = 0");
    Ok(())
}

/// IN-01: what cannot be a value of anybody.
#[tokio::test]
async fn what_means_something_in_a_filter_finds_nobody() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = directory(Settings { id: Some("description".to_owned()), ..slapd.settings() })?;
    let long = "x".repeat(5000);
    for nobody in ["*", "*)(uid=*", "v0)(|(uid=*", "\\2a", "a\0b", "", "\u{202e}", "\u{10ffff}", long.as_str()] {
        assert!(directory.entry(nobody).await?.is_none(), "{nobody:?}");
    }
    assert_eq!(escape_filter("*()\\\0ü"), "\\2a\\28\\29\\5c\\00ü");
    Ok(())
}

/// IN-01: names with signs that mean something in a distinguished name, in other scripts, from right to left.
#[tokio::test]
async fn whatever_a_name_has_in_it_its_own_entry_is_found_and_written_and_no_other() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let names = [
        "star * in it",
        "(objectClass=*)",
        "*)(uid=*))(|(uid=*",
        "back\\slash\\2a",
        "comma, plus + equals =",
        "\"quoted\" <angles>; #",
        "#begins like a number",
        "\u{202e}olleh\u{202c}",
        "مريم بنت علي",
        "😀 four bytes 🔑",
        "o'dd",
    ];
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let hash = slapd.read(&dn("ada")).await?["userPassword"][0].clone();
    let mut ldif = String::new();
    for name in names {
        let within: String = name.bytes().map(|byte| format!("\\{byte:02x}")).collect();
        ldif.push_str(&format!(
            "dn: {}\nchangetype: add\nobjectClass: inetOrgPerson\nuid:: {}\ncn: V\nsn: V\nuserPassword:: {hash}\n\n",
            dn(&within),
            encode(name)
        ));
    }
    slapd.change(&ldif).await?;
    let directory = directory(slapd.settings())?;
    let everybody = directory.people(None).await?.entries;
    for (number, name) in names.into_iter().enumerate() {
        let found: Vec<_> = everybody.iter().filter(|entry| entry.account == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        let new = format!("a-new-harbour-{number}");
        assert_eq!(
            super::set(&directory, &found[0].id, "op", &new).await?,
            Written::Applied { unlocked: false },
            "{name}"
        );
        for other in &everybody {
            let is_its = directory.verify_current(Some(&other.id), &new.as_str().into()).await? == Verdict::Right;
            assert_eq!(is_its, other.id == found[0].id, "{name}, {}", other.account);
            // A wrong one counts, and three lock.
            if !is_its {
                let before = names.iter().position(|one| *one == other.account).filter(|at| *at < number);
                let own = before.map_or_else(|| PASSWORD.to_owned(), |at| format!("a-new-harbour-{at}"));
                assert_eq!(directory.verify_current(Some(&other.id), &own.as_str().into()).await?, Verdict::Right);
            }
        }
    }
    Ok(())
}
