//! What the directory says to a current password.

use anyhow::Result;
use latchkey_directory::{Directory as _, Verdict, Written};
use latchkey_tests::samba::START;

use super::{entry, reset, secret, started, verdict};

#[tokio::test]
async fn every_verdict_of_the_domain_is_told_apart() -> Result<()> {
    // PW-09
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Right);
    assert_eq!(verdict(&directory, &person, "Wrong-Pass-1").await?, Verdict::Wrong);

    samba.replace(&person, "pwdLastSet", "0").await?;
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::MustChange);
    assert_eq!(verdict(&directory, &person, "Wrong-Pass-1").await?, Verdict::Wrong);
    assert!(entry(&directory, &person).await?.must_change);
    samba.replace(&person, "pwdLastSet", "-1").await?;

    samba.replace(&person, "lockoutTime", "0").await?;
    // It is asked from a server: where the person may sign in says nothing of the password.
    samba.replace(&person, "userWorkstations", "NOWHERE").await?;
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Right);
    assert_eq!(verdict(&directory, &person, "Wrong-Pass-1").await?, Verdict::Wrong);

    samba.replace(&person, "accountExpires", "131000000000000000").await?;
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Disabled);
    assert!(!entry(&directory, &person).await?.enabled);
    samba.replace(&person, "accountExpires", "0").await?;

    samba.replace(&person, "userAccountControl", "514").await?;
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Disabled);
    assert!(!entry(&directory, &person).await?.enabled);

    let aged = samba.person("aged").await?;
    assert_eq!(verdict(&directory, &aged, START).await?, Verdict::Expired);
    assert!(entry(&directory, &aged).await?.expires_at.is_some());
    Ok(())
}

#[tokio::test]
async fn three_wrong_passwords_lock_an_account_and_the_right_one_is_no_proof_then() -> Result<()> {
    // PW-10: this is why the server counts before it asks.
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for _ in 0..3 {
        assert_eq!(verdict(&directory, &person, "Wrong-Pass-1").await?, Verdict::Wrong);
    }
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Locked);
    assert!(entry(&directory, &person).await?.locked);
    Ok(())
}

#[tokio::test]
async fn nobody_and_nothing_are_never_right() -> Result<()> {
    // FL-10
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for password in ["", "\0", "   ", &"x".repeat(1100)] {
        assert_eq!(verdict(&directory, &person, password).await?, Verdict::Wrong, "{password:?}");
        // The wrong ones that were sent count.
        samba.replace(&person, "lockoutTime", "0").await?;
    }
    for account in [None, Some("00000000-0000-4000-8000-000000000000"), Some("CN=ada,OU=People"), Some("")] {
        assert_eq!(directory.verify_current(account, &secret(START)).await?, Verdict::Wrong, "{account:?}");
    }
    let stranger = samba.person("stranger").await?;
    assert_eq!(verdict(&directory, &stranger, START).await?, Verdict::Wrong, "outside of the bases");
    Ok(())
}

#[tokio::test]
async fn the_password_before_is_wrong_at_once_though_a_sign_in_takes_it_for_an_hour() -> Result<()> {
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    assert_eq!(reset(&directory, &person, "Second-Pass-2").await?, Written::Applied { unlocked: false });
    // KB 906305: the controller goes on taking the old one over NTLM and LDAP. Kerberos does not.
    assert!(!samba.kinit(&person, START).await?);
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Wrong);
    assert_eq!(verdict(&directory, &person, "Second-Pass-2").await?, Verdict::Right);
    assert_eq!(samba.version(&person).await?, 2, "to ask has written nothing");
    Ok(())
}

#[tokio::test]
async fn a_password_of_any_script_and_length_is_the_one_that_signs_in_and_no_part_of_it_is() -> Result<()> {
    // PW-03
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for (password, typed) in [
        ("Ünïcode-Pässwörd-1".to_owned(), "U\u{308}ni\u{308}code-Pa\u{308}sswo\u{308}rd-1".to_owned()),
        ("пароль-Длинный-7".to_owned(), "пароль-Длинный-7".to_owned()),
        ("🔑🚪Key-and-door-1".to_owned(), "🔑🚪Key-and-door-1".to_owned()),
        ("a\"quoted\" \\ Pass-1".to_owned(), "a\"quoted\" \\ Pass-1".to_owned()),
        (format!("Aa1-{}", "x".repeat(123)), format!("Aa1-{}", "x".repeat(123))),
        (format!("Aa1-{}", "y".repeat(124)), format!("Aa1-{}", "y".repeat(124))),
        (format!("Aa1-{}", "é".repeat(252)), format!("Aa1-{}", "é".repeat(252))),
    ] {
        assert!(matches!(reset(&directory, &person, &password).await?, Written::Applied { .. }), "{password}");
        let mut part = password.clone();
        part.pop();
        assert_eq!(verdict(&directory, &person, &part).await?, Verdict::Wrong, "a part of {password}");
        assert_eq!(verdict(&directory, &person, &typed).await?, Verdict::Right, "{password}");
    }
    Ok(())
}
