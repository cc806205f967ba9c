//! Who is there, what is known of them, and what has changed since.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use latchkey_directory::active_directory::ActiveDirectory;
use latchkey_directory::{ContactKind, Directory as _, Entry, Mark, Next};
use latchkey_tests::samba::{DOMAIN, PEOPLE, Samba};
use secrecy::ExposeSecret as _;

use super::{directory, entry, started};

/// Reads on until there is nothing more at once: who was told, who is gone, and where to go on.
async fn read(
    directory: &ActiveDirectory,
    after: Option<Mark>,
) -> Result<(BTreeMap<String, Entry>, Vec<String>, Mark)> {
    let (mut entries, mut gone, mut mark) = (BTreeMap::new(), Vec::new(), after);
    loop {
        let page = directory.people(mark.as_ref()).await?;
        entries.extend(page.entries.into_iter().map(|entry| (entry.account.clone(), entry)));
        gone.extend(page.gone);
        match page.next {
            Next::More(more) => mark = Some(more),
            Next::Later(later) => return Ok((entries, gone, later)),
            Next::FromTheStart => bail!("the directory lost its place"),
        }
    }
}

fn contacts(entry: &Entry, kind: ContactKind) -> Vec<String> {
    let of = entry.contacts.iter().filter(|contact| contact.kind == kind);
    of.map(|contact| contact.value.expose_secret().to_owned()).collect()
}

#[tokio::test]
async fn an_account_is_known_by_all_its_names_and_contacts() -> Result<()> {
    let (samba, directory) = started().await?;
    let ada = samba.person("ada").await?;
    let entry = entry(&directory, &ada).await?;
    assert_eq!((entry.id.as_str(), entry.account.as_str()), (ada.id.as_str(), "ada"));
    assert_eq!(entry.aliases, ["ada@ad.campus.example", "ada@campus.example"]);
    assert!(entry.enabled && !entry.privileged && !entry.locked && !entry.must_change);
    let set_at = entry.changed_at.expect("a time");
    assert_eq!(entry.expires_at, Some(set_at + jiff::SignedDuration::from_hours(42 * 24)));
    let numbers = ["+1 202 555 0134", "+1 202 555 0135", "+1 202 555 0136"];
    let mut mobile = contacts(&entry, ContactKind::MobilePhone);
    mobile.sort_unstable();
    assert_eq!(mobile, numbers);
    assert_eq!(contacts(&entry, ContactKind::OfficePhone), ["+1 202 555 0100"]);
    assert_eq!(contacts(&entry, ContactKind::Mail), ["ada@campus.example"]);
    assert_eq!(contacts(&entry, ContactKind::FullName), ["Ada Lovelace"]);
    Ok(())
}

#[tokio::test]
async fn the_whole_list_has_everybody_below_the_bases_and_nobody_else() -> Result<()> {
    let (_, directory) = started().await?;
    let (everybody, gone, _) = read(&directory, None).await?;
    for (name, privileged) in
        [("ada", false), ("grace", false), ("chief", true), ("former", true), ("nested", true), ("primary", true)]
    {
        assert_eq!(everybody.get(name).map(|entry| entry.privileged), Some(privileged), "{name}");
    }
    for name in ["stranger", "Administrator", "krbtgt", "latchkey"] {
        assert!(!everybody.contains_key(name), "{name}");
    }
    assert!(gone.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_changed_phone_is_a_changed_contact_in_the_next_page() -> Result<()> {
    // RG-04
    let (samba, directory) = started().await?;
    let person = samba.add_person("mobile: +1 202 555 0150\n").await?;
    let (everybody, _, mark) = read(&directory, None).await?;
    let before = everybody.get(&person.name).map(|entry| contacts(entry, ContactKind::MobilePhone));
    assert_eq!(before, Some(vec!["+1 202 555 0150".to_owned()]));

    samba.replace(&person, "mobile", "+1 202 555 0151").await?;
    let (changed, _, mark) = read(&directory, Some(mark)).await?;
    let after = changed.get(&person.name).map(|entry| contacts(entry, ContactKind::MobilePhone));
    assert_eq!(after, Some(vec!["+1 202 555 0151".to_owned()]));
    assert!(!changed.contains_key("ada"), "what has not changed is not told again");

    let (changed, _, _) = read(&directory, Some(mark)).await?;
    assert!(!changed.contains_key(&person.name), "told once");
    Ok(())
}

#[tokio::test]
async fn whoever_comes_moves_away_or_is_deleted_is_told_with_the_changes() -> Result<()> {
    let (samba, directory) = started().await?;
    let (moving, leaving) = (samba.add_person("").await?, samba.add_person("").await?);
    let (_, _, mark) = read(&directory, None).await?;

    let new = samba.add_person("").await?;
    let (rdn, elsewhere) = (format!("CN={}", moving.name), format!("OU=Elsewhere,{DOMAIN}"));
    let moved =
        format!("dn: {}\nchangetype: modrdn\nnewrdn: {rdn}\ndeleteoldrdn: 1\nnewsuperior: {elsewhere}\n", moving.dn);
    samba.ldif(&moved).await?;
    samba.ldif(&format!("dn: {}\nchangetype: delete\n", leaving.dn)).await?;

    let (changed, gone, _) = read(&directory, Some(mark)).await?;
    assert!(changed.contains_key(&new.name));
    assert!(gone.contains(&moving.id) && gone.contains(&leaving.id), "{gone:?}");
    assert!(directory.entry(&moving.id).await?.is_none());
    assert!(directory.entry(&leaving.id).await?.is_none());
    Ok(())
}

#[tokio::test]
async fn members_of_nested_groups_are_served_and_a_changed_group_is_noticed() -> Result<()> {
    let samba = Samba::shared().await?;
    let name = "tester-group";
    let group = format!("CN={name},OU=Elsewhere,{DOMAIN}");
    let inner = format!("CN={name}-inner,OU=Elsewhere,{DOMAIN}");
    for (dn, account) in [(&group, name.to_owned()), (&inner, format!("{name}-inner"))] {
        samba.ldif(&format!("dn: {dn}\nchangetype: add\nobjectClass: group\nsAMAccountName: {account}\n")).await?;
    }
    let (direct, nested) = (samba.add_person("").await?, samba.add_person("").await?);
    let add = |whom: &str, to: &str| format!("dn: {to}\nchangetype: modify\nadd: member\nmember: {whom}\n");
    samba.ldif(&add(&direct.dn, &group)).await?;
    samba.ldif(&add(&inner, &group)).await?;

    let mut settings = samba.settings();
    settings.groups = vec![group.clone()];
    settings.filter = Some("objectClass=user".to_owned());
    let directory = directory(samba, settings)?;
    let (everybody, _, mark) = read(&directory, None).await?;
    assert_eq!(everybody.keys().collect::<Vec<_>>(), [&direct.name]);
    assert!(directory.entry(&nested.id).await?.is_none());

    samba.ldif(&add(&nested.dn, &inner)).await?;
    let (changed, _, _) = read(&directory, Some(mark)).await?;
    assert!(changed.contains_key(&nested.name), "the entry of the person has not changed, the group has");
    Ok(())
}

#[tokio::test]
async fn a_mark_of_another_copy_of_the_directory_begins_from_the_start() -> Result<()> {
    let (_, directory) = started().await?;
    for mark in ["00000000-0000-0000-0000-000000000000 999999999 changes", "nonsense"] {
        let (everybody, _, _) = read(&directory, Some(Mark(mark.to_owned()))).await?;
        assert!(everybody.contains_key("ada"), "{mark}");
    }
    Ok(())
}

#[tokio::test]
async fn what_stands_in_a_name_changes_nothing_of_a_question() -> Result<()> {
    // IN-01
    let (samba, directory) = started().await?;
    for id in ["*", "*)(objectClass=*", "<GUID=x>", "\0", "../..", "00000000-0000-0000-0000-00000000000*"] {
        assert!(directory.entry(id).await?.is_none(), "{id}");
    }
    let odd = "CN=o\\2Cdd (one)*\\\\,".to_owned() + PEOPLE;
    samba
        .ldif(&format!(
            "dn: {odd}\nchangetype: add\nobjectClass: user\nsAMAccountName: odd one\nuserAccountControl: 514\n"
        ))
        .await?;
    let person = samba.person("odd one").await?;
    let entry = entry(&directory, &person).await?;
    assert_eq!((entry.account.as_str(), entry.enabled), ("odd one", false));
    Ok(())
}
