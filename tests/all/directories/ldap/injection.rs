//! Values in filters and names (IN-01).

use anyhow::Result;
use latchkey_directory::Directory as _;
use latchkey_directory::connection::escape_filter;
use latchkey_directory::settings::Settings;
use latchkey_tests::slapd::{Right, Slapd, directory, dn};
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

/// IN-01: each value finds exactly the entry that has it, whatever is in it.
#[tokio::test]
async fn a_value_finds_the_entry_that_has_it_and_no_other() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = directory(Settings { id: Some("description".to_owned()), ..slapd.settings() })?;
    let mut runner = TestRunner::deterministic();
    let mut ldif = String::new();
    let mut values = std::collections::BTreeSet::new();
    while values.len() < 300 {
        let one = value().new_tree(&mut runner).expect("a value").current();
        // The directory takes such values for the same that differ in case, in blanks, or in what Unicode calls equal.
        let folded: String = one.to_lowercase().split_whitespace().collect();
        if one.is_ascii() && !folded.is_empty() && values.iter().all(|(known, _)| *known != folded) {
            values.insert((folded, one));
        }
    }
    let encoded = |text: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(text)
    };
    for (number, (_, value)) in values.iter().enumerate() {
        let lines =
            format!("objectClass: inetOrgPerson\nuid: v{number}\ncn: V\nsn: V\ndescription:: {}", encoded(value));
        ldif.push_str(&format!("dn: {}\nchangetype: add\n{lines}\n\n", dn(&format!("v{number}"))));
    }
    slapd.change(&ldif).await?;
    for (number, (_, value)) in values.iter().enumerate() {
        let found = directory.entry(value).await?;
        assert_eq!(found.map(|entry| entry.account), Some(format!("v{number}")), "{value:?}");
    }
    for nobody in ["*", "*)(uid=*", "v0)(|(uid=*", "\\2a", "a\0b", "", "\u{10ffff}", "x".repeat(5000).as_str()] {
        if values.iter().all(|(_, value)| value != nobody) {
            assert!(directory.entry(nobody).await?.is_none(), "{nobody:?}");
        }
    }
    assert_eq!(escape_filter("*()\\\0ü"), "\\2a\\28\\29\\5c\\00ü");
    Ok(())
}
