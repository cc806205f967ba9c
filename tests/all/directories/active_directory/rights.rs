//! Whom the account of the server may change: no more than it needs, and nobody who could become its master.

use anyhow::Result;
use latchkey_directory::active_directory::ActiveDirectory;
use latchkey_directory::check::{About, State};
use latchkey_directory::{Directory as _, DirectoryError, Operation};
use latchkey_tests::samba::{DOMAIN, PEOPLE, Person, START, Samba, unicode_password};

use super::{directory, entry, new_id, secret, started};

#[tokio::test]
async fn whoever_the_directory_protects_is_privileged_by_whatever_way() -> Result<()> {
    // FL-11
    let samba = Samba::shared().await?;
    let mut settings = samba.settings();
    settings.privileged_groups = vec![format!("CN=campus-keepers,{PEOPLE}")];
    let directory = directory(samba, settings)?;
    for (name, privileged) in [
        ("ada", false),
        ("grace", false),
        // A member of Domain Admins.
        ("chief", true),
        // Somebody who was one: adminCount stays.
        ("former", true),
        // A member of a group that is a member.
        ("nested", true),
        // Somebody whose primary group is nested in Account Operators.
        ("primary", true),
        // A member of a group that the campus itself protects.
        ("own", true),
    ] {
        let person = samba.person(name).await?;
        assert_eq!(entry(&directory, &person).await?.privileged, privileged, "{name}");
    }
    let administrator = samba.person("Administrator").await?;
    assert!(directory.entry(&administrator.id).await?.is_none(), "outside of the bases");
    Ok(())
}

/// Tries a reset, which must not be done.
async fn is_denied(samba: &Samba, directory: &ActiveDirectory, person: &Person) -> Result<String> {
    let (id, after) = (new_id(), directory.marker(&person.id).await?);
    let operation = Operation { account: &person.id, id: &id, after: after.as_deref() };
    let version = samba.version(person).await?;
    let refused = directory.set_password(operation, &secret("Must-Not-Be-1")).await;
    let Err(DirectoryError::Denied(cause)) = refused else { panic!("{}: {refused:?}", person.name) };
    assert_eq!(samba.version(person).await?, version);
    Ok(cause.to_string())
}

#[tokio::test]
async fn an_account_that_could_change_an_administrator_writes_nothing_at_all() -> Result<()> {
    // PW-07
    let samba = Samba::shared().await?;
    // One has the delegated rights on the whole domain, where somebody is protected by name only; the other one is an
    // administrator.
    for account in ["careless", "administrator"] {
        let mut settings = samba.settings_of(account);
        if account == "administrator" {
            settings.secret = samba.folder().join("administrator");
        }
        let directory = directory(samba, settings)?;
        let person = samba.add_person("").await?;
        let said = is_denied(samba, &directory, &person).await?;
        assert!(said.contains("could change"), "{said}");
        let findings = directory.check().await;
        let rights = findings.iter().find(|finding| finding.about == About::Rights && finding.state == State::Wrong);
        assert!(rights.is_some_and(|finding| finding.detail.contains("could change")), "{account}: {findings:#?}");
    }
    Ok(())
}

#[tokio::test]
async fn the_account_of_least_rights_may_write_nothing_else_and_nowhere_else() -> Result<()> {
    // PW-07
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    let chief = samba.person("chief").await?;
    let stranger = samba.person("stranger").await?;
    let password = unicode_password("Must-Not-Be-1");
    let reset = format!("replace: unicodePwd\nunicodePwd:: {password}\n");
    for (whose, change) in [
        (&person, "replace: telephoneNumber\ntelephoneNumber: 1\n".to_owned()),
        (&person, "replace: userAccountControl\nuserAccountControl: 514\n".to_owned()),
        (&person, "replace: servicePrincipalName\nservicePrincipalName: x/y\n".to_owned()),
        (&chief, reset.clone()),
        (&stranger, reset),
        (&chief, "replace: lockoutTime\nlockoutTime: 0\n".to_owned()),
    ] {
        let ldif = format!("dn: {}\nchangetype: modify\n{change}", whose.dn);
        let said = samba.ldif_as("latchkey", &ldif).await.expect_err(&ldif).to_string();
        assert!(said.contains("Insufficient access (50)"), "{said}");
    }
    let group =
        format!("dn: CN=Domain Admins,CN=Users,{DOMAIN}\nchangetype: modify\nadd: member\nmember: {}\n", person.dn);
    assert!(samba.ldif_as("latchkey", &group).await.is_err());
    // What it may is enough.
    assert!(directory.verify_current(Some(&person.id), &secret(START)).await?.proves());
    Ok(())
}

#[tokio::test]
async fn an_account_without_rights_is_denied_and_told_what_it_lacks() -> Result<()> {
    let samba = Samba::shared().await?;
    let directory = directory(samba, samba.settings_of("powerless"))?;
    let person = samba.add_person("").await?;
    let said = is_denied(samba, &directory, &person).await?;
    assert!(said.contains("result 50"), "{said}");
    let findings = directory.check().await;
    let lacks = |finding: &&latchkey_directory::check::Finding| finding.detail.contains("may not write lockoutTime");
    assert!(findings.iter().any(|finding| lacks(&finding) && finding.state == State::Wrong), "{findings:#?}");
    Ok(())
}
