//! What the directory says to a password that is given as the current one.

use anyhow::Result;
use latchkey_directory::{Directory as _, Verdict};
use latchkey_tests::slapd::{PASSWORD, Right, SUFFIX, Setup, Slapd, dn};

#[tokio::test]
async fn right_wrong_must_change_expired_locked_and_disabled_are_told_apart() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = slapd.directory()?;
    let (ada, grace, joan) = (slapd.id("ada").await?, slapd.id("grace").await?, slapd.id("joan").await?);
    let verdict = async |id: &str, password: &str| directory.verify_current(Some(id), &password.into()).await;
    assert_eq!(verdict(&ada, PASSWORD).await?, Verdict::Right);
    // FL-10
    for wrong in ["another", "", " ", "\0", &format!("{PASSWORD}\0"), &"x".repeat(2000)] {
        assert_eq!(verdict(&ada, wrong).await?, Verdict::Wrong, "{wrong:?}");
        assert_eq!(verdict(&ada, PASSWORD).await?, Verdict::Right, "and the count begins anew");
    }
    assert_eq!(directory.verify_current(None, &PASSWORD.into()).await?, Verdict::Wrong);
    assert_eq!(verdict("no-such-id", PASSWORD).await?, Verdict::Wrong);
    slapd.replace(&dn("grace"), "pwdReset", &["TRUE"]).await?;
    assert_eq!(verdict(&grace, PASSWORD).await?, Verdict::MustChange);
    assert!(directory.entry(&grace).await?.is_some_and(|entry| entry.must_change));
    slapd.lock("joan").await?;
    for password in [PASSWORD, "another"] {
        assert_eq!(verdict(&joan, password).await?, Verdict::Locked);
    }
    // An administrator's lock is not one that a person lifts.
    slapd.replace(&dn("joan"), "pwdAccountLockedTime", &["000001010000Z"]).await?;
    assert_eq!(verdict(&joan, PASSWORD).await?, Verdict::Disabled);
    let entry = directory.entry(&joan).await?.expect("somebody");
    assert!(!entry.enabled);
    Ok(())
}

#[tokio::test]
async fn an_expired_password_is_told_from_a_wrong_one_and_can_be_changed() -> Result<()> {
    for right in [Right::Write, Right::Manage] {
        let slapd = Slapd::start(right).await?;
        let directory = slapd.directory()?;
        let ada = slapd.id("ada").await?;
        super::set(&directory, &ada, "a", "a-new-harbour-1").await?;
        let policy = format!("cn=default,ou=policies,{SUFFIX}");
        slapd.replace(&policy, "pwdMaxAge", &["1"]).await?;
        latchkey_tests::wait::until("the end of a password", latchkey_tests::wait::PATIENCE, async || {
            let refused = slapd.refuses("ada", "a-new-harbour-1").await?;
            Ok(refused.filter(|said| said.contains("expired")))
        })
        .await?;
        let verdict = directory.verify_current(Some(&ada), &"a-new-harbour-1".into()).await?;
        assert_eq!(verdict, Verdict::Expired, "{right:?}");
        assert_eq!(directory.verify_current(Some(&ada), &"another".into()).await?, Verdict::Wrong);
        let written = super::change(&directory, &ada, "b", "a-new-harbour-1", "a-new-harbour-2").await?;
        assert_eq!(written, latchkey_directory::Written::Applied { unlocked: false }, "{right:?}");
        slapd.replace(&policy, "pwdMaxAge", &["86400"]).await?;
        assert_eq!(slapd.refuses("ada", "a-new-harbour-2").await?, None);
    }
    Ok(())
}

#[tokio::test]
async fn when_a_password_expires_and_for_how_long_a_lock_lasts_is_read_from_the_policy() -> Result<()> {
    let setup = Setup::new(Right::Write).with("pwdMaxAge", "864000").with("pwdLockoutDuration", "1");
    let slapd = Slapd::start_with(&setup).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    super::set(&directory, &ada, "a", "a-new-harbour-1").await?;
    let entry = directory.entry(&ada).await?.expect("somebody");
    let changed = super::value(&slapd, "ada", "pwdChangedTime").await?.expect("a time");
    let expires = entry.expires_at.expect("an end").as_second();
    let left = expires - latchkey_tests::clock::now().as_second();
    assert!((863_000..=864_000).contains(&left), "{changed} {left}");
    // The directory keeps whole seconds.
    assert_eq!(entry.changed_at.expect("a time").as_second(), expires - 864_000);
    slapd.lock("ada").await?;
    latchkey_tests::wait::until("the end of a lock", latchkey_tests::wait::PATIENCE, async || {
        Ok(directory.entry(&ada).await?.filter(|entry| !entry.locked))
    })
    .await?;
    Ok(())
}
