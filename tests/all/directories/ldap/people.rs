//! Who is served, and what is known of them.

use std::collections::BTreeSet;

use anyhow::Result;
use latchkey_directory::ldap::Ldap;
use latchkey_directory::settings::Settings;
use latchkey_directory::{ContactKind, Directory as _, Entry, Mark, Next};
use latchkey_tests::slapd::{Right, SUFFIX, Setup, Slapd, directory, dn};
use secrecy::ExposeSecret as _;

/// Everything from a mark on: who, who is gone, and from where it goes on.
async fn read(directory: &Ldap, from: Option<Mark>) -> Result<(Vec<Entry>, Vec<String>, Mark)> {
    let (mut entries, mut gone, mut mark) = (Vec::new(), Vec::new(), from);
    loop {
        let page = directory.people(mark.as_ref()).await?;
        entries.extend(page.entries);
        gone.extend(page.gone);
        match page.next {
            Next::More(more) => mark = Some(more),
            Next::Later(later) => return Ok((entries, gone, later)),
            Next::FromTheStart => panic!("it can tell what changes"),
        }
    }
}

fn names(entries: &[Entry]) -> BTreeSet<&str> {
    entries.iter().map(|entry| entry.account.as_str()).collect()
}

#[tokio::test]
async fn everybody_is_read_with_their_names_and_all_their_contacts() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = slapd.directory()?;
    let (entries, gone, _) = read(&directory, None).await?;
    assert_eq!(names(&entries), BTreeSet::from(["ada", "grace", "joan", "root"]));
    assert!(gone.is_empty());
    let ada = entries.iter().find(|entry| entry.account == "ada").expect("ada");
    assert_eq!(ada.id, slapd.id("ada").await?);
    assert_eq!(ada.aliases, ["ada@campus.example"]);
    let of = |kind| {
        let all = ada.contacts.iter().filter(|contact| contact.kind == kind);
        all.map(|contact| contact.value.expose_secret()).collect::<BTreeSet<_>>()
    };
    assert_eq!(of(ContactKind::MobilePhone), BTreeSet::from(["+49 151 0000001", "+49 151 0000002"]));
    assert_eq!(of(ContactKind::OfficePhone), BTreeSet::from(["+49 30 000001"]));
    assert_eq!(of(ContactKind::FullName), BTreeSet::from(["ada of the campus"]));
    assert_eq!(of(ContactKind::Mail), BTreeSet::from(["ada@campus.example"]));
    // FL-11
    let privileged: Vec<&Entry> = entries.iter().filter(|entry| entry.privileged).collect();
    assert_eq!(privileged.len(), 1);
    assert_eq!(privileged[0].account, "root");
    let root = slapd.id("root").await?;
    assert!(directory.entry(&root).await?.is_some_and(|entry| entry.privileged));
    Ok(())
}

#[tokio::test]
async fn a_long_list_comes_in_pages_and_begins_anew_where_it_was_broken_off() -> Result<()> {
    let setup = Setup { more_people: 1_200, ..Setup::new(Right::Write) };
    let slapd = Slapd::start_with(&setup).await?;
    let directory = slapd.directory()?;
    let (entries, _, _) = read(&directory, None).await?;
    assert_eq!(names(&entries).len(), 1_204);
    let first = directory.people(None).await?;
    assert_eq!(first.entries.len(), 500);
    let Next::More(mark) = first.next else { panic!("there is more") };
    // Another process goes on: it has not begun that list.
    let (entries, _, _) = read(&slapd.directory()?, Some(mark)).await?;
    assert_eq!(names(&entries).len(), 1_204);
    Ok(())
}

/// RG-04 begins here: a contact that was changed is read within one look.
#[tokio::test]
async fn what_changed_is_read_alone_and_whoever_is_not_served_any_more_is_gone() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let settings = Settings { filter: Some("(!(employeeType=gone))".to_owned()), ..slapd.settings() };
    let directory = directory(settings)?;
    let (_, _, mark) = read(&directory, None).await?;
    slapd.replace(&dn("ada"), "mobile", &["+49 151 0000009"]).await?;
    slapd.replace(&dn("grace"), "employeeType", &["gone"]).await?;
    let lines = "objectClass: inetOrgPerson\nuid: new\ncn: New\nsn: New";
    slapd.change(&format!("dn: {}\nchangetype: add\n{lines}\n", dn("new"))).await?;
    let (entries, gone, mark) = read(&directory, Some(mark)).await?;
    assert!(names(&entries).is_superset(&BTreeSet::from(["ada", "new"])), "{entries:?}");
    assert!(!names(&entries).contains("grace"));
    assert_eq!(gone, [slapd.id("grace").await?]);
    let ada = entries.iter().find(|entry| entry.account == "ada").expect("ada");
    assert!(ada.contacts.iter().any(|contact| contact.value.expose_secret() == "+49 151 0000009"));
    let grace = slapd.id("grace").await?;
    assert!(directory.entry(&grace).await?.is_none());
    slapd.lock("joan").await?;
    let (entries, _, _) = read(&directory, Some(mark)).await?;
    assert!(entries.iter().any(|entry| entry.account == "joan" && entry.locked), "{entries:?}");
    Ok(())
}

#[tokio::test]
async fn members_of_groups_inside_of_groups_are_served_and_those_who_leave_are_gone() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let pilot = format!("cn=pilot,ou=groups,{SUFFIX}");
    let settings = Settings { groups: vec![pilot.to_uppercase().replace("CN=PILOT", "cn=pilot")], ..slapd.settings() };
    let directory = directory(settings)?;
    let (entries, _, mark) = read(&directory, None).await?;
    assert_eq!(names(&entries), BTreeSet::from(["ada", "joan"]));
    let (ada, grace) = (slapd.id("ada").await?, slapd.id("grace").await?);
    assert!(directory.entry(&ada).await?.is_some());
    assert!(directory.entry(&grace).await?.is_none());
    slapd.replace(&pilot, "member", &[&dn("grace"), &format!("cn=helpers,ou=groups,{SUFFIX}")]).await?;
    let (entries, gone, _) = read(&directory, Some(mark)).await?;
    assert!(names(&entries).contains("grace"), "{entries:?}");
    assert_eq!(gone, std::slice::from_ref(&ada));
    assert!(directory.entry(&ada).await?.is_none());
    Ok(())
}

#[tokio::test]
async fn half_an_entry_is_left_out_and_named() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = directory(Settings { id: Some("employeeNumber".to_owned()), ..slapd.settings() })?;
    slapd.replace(&dn("ada"), "employeeNumber", &["7"]).await?;
    let page = directory.people(None).await?;
    assert_eq!(names(&page.entries), BTreeSet::from(["ada"]));
    // And two of one id are not guessed between.
    slapd.replace(&dn("grace"), "employeeNumber", &["7"]).await?;
    let error = directory.entry("7").await.expect_err("two of them");
    let said = format!("{error:?}");
    assert!(said.contains("the same employeeNumber"), "{said}");
    Ok(())
}
