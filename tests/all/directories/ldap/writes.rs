//! Resets, changes and unlocks, by a service account that writes passwords and by one that manages them, in both modes.

use anyhow::Result;
use latchkey_api::password::{Refusal, Rule};
use latchkey_directory::settings::{Settings, Write};
use latchkey_directory::{Directory as _, DirectoryError, Operation, Written};
use latchkey_tests::slapd::{PASSWORD, Right, SERVICE, SUFFIX, Setup, Slapd, directory, dn};

use super::{change, set, value};

const MODES: [(Right, Write); 4] = [
    (Right::Write, Write::Modify),
    (Right::Manage, Write::Modify),
    (Right::Write, Write::Rfc3062),
    (Right::Manage, Write::Rfc3062),
];

#[tokio::test]
async fn a_reset_sets_the_password_lifts_the_lock_and_leaves_no_duty_to_change_it_again() -> Result<()> {
    for (right, write) in MODES {
        let slapd = Slapd::start(right).await?;
        let directory = directory(Settings { write, ..slapd.settings() })?;
        let ada = slapd.id("ada").await?;
        slapd.lock("ada").await?;
        assert!(directory.entry(&ada).await?.is_some_and(|entry| entry.locked), "{right:?} {write:?}");
        let written = set(&directory, &ada, "first", "a-new-harbour-1").await?;
        assert_eq!(written, Written::Applied { unlocked: true }, "{right:?} {write:?}");
        assert_eq!(slapd.refuses("ada", "a-new-harbour-1").await?, None, "{right:?} {write:?}");
        assert!(slapd.refuses("ada", PASSWORD).await?.is_some());
        let entry = slapd.read(&dn("ada")).await?;
        for state in ["pwdReset", "pwdAccountLockedTime", "pwdFailureTime"] {
            assert!(state == "pwdFailureTime" || !entry.contains_key(state), "{right:?} {write:?}: {entry:?}");
        }
        let marker = (write == Write::Modify).then(|| "first".to_owned());
        assert_eq!(value(&slapd, "ada", "latchkeyMarker").await?, marker);
        // The hash is the directory's own.
        assert!(value(&slapd, "ada", "userPassword").await?.is_some_and(|hash| hash.starts_with("e1NTSEF9")));
        let written = set(&directory, &ada, "second", "a-new-harbour-2").await?;
        assert_eq!(written, Written::Applied { unlocked: false }, "{right:?} {write:?}");
        assert_eq!(slapd.refuses("ada", "a-new-harbour-2").await?, None);
    }
    Ok(())
}

#[tokio::test]
async fn a_change_is_done_with_the_right_old_password_alone() -> Result<()> {
    for (right, write) in MODES {
        let slapd = Slapd::start(right).await?;
        let directory = directory(Settings { write, ..slapd.settings() })?;
        let ada = slapd.id("ada").await?;
        for old in ["not the one", "", " ", "\0", &"x".repeat(1025)] {
            // FL-09, FL-10
            let written = change(&directory, &ada, "one", old, "a-new-harbour-1").await?;
            assert_eq!(written, Written::OldWrong, "{right:?} {write:?}");
            // The right one ends the count of wrong ones, which a bind adds to.
            assert_eq!(slapd.refuses("ada", PASSWORD).await?, None);
        }
        let written = change(&directory, &ada, "two", PASSWORD, "a-new-harbour-1").await?;
        assert_eq!(written, Written::Applied { unlocked: false }, "{right:?} {write:?}");
        assert_eq!(slapd.refuses("ada", "a-new-harbour-1").await?, None);
        assert!(slapd.refuses("ada", PASSWORD).await?.is_some());
        assert_eq!(value(&slapd, "ada", "pwdReset").await?, None, "{right:?} {write:?}");
        let marker = (write == Write::Modify).then(|| "two".to_owned());
        assert_eq!(value(&slapd, "ada", "latchkeyMarker").await?, marker);
    }
    Ok(())
}

/// PW-09: what the directory says no to is told in our words, by its numbers and not by its text.
#[tokio::test]
async fn each_refusal_of_the_directory_is_told_apart() -> Result<()> {
    let slapd = Slapd::start_with(&Setup::new(Right::Write)).await?;
    let policy = format!("cn=default,ou=policies,{SUFFIX}");
    let both = [Write::Modify, Write::Rfc3062];
    for write in both {
        let directory = directory(Settings { write, ..slapd.settings() })?;
        let grace = slapd.id("grace").await?;
        let (first, second) = (format!("a-{write:?}-harbour-1"), format!("a-{write:?}-harbour-2"));
        let second = second.as_str();
        set(&directory, &grace, "a", &first).await?;
        set(&directory, &grace, "b", second).await?;
        for (new, refusal) in [
            ("short", Refusal::TooShort { value: 8 }),
            (first.as_str(), Refusal::UsedBefore),
            (second, Refusal::SameAsOld),
        ] {
            let written = set(&directory, &grace, "c", new).await?;
            assert_eq!(written, Written::Refused(vec![refusal]), "{write:?} {new}");
        }
        let written = change(&directory, &grace, "d", second, &first).await?;
        assert_eq!(written, Written::Refused(vec![Refusal::UsedBefore]), "{write:?}");
        slapd.replace(&policy, "pwdMinAge", &["600"]).await?;
        let written = change(&directory, &grace, "e", second, "a-third-harbour").await?;
        assert_eq!(written, Written::Refused(vec![Refusal::TooSoon]), "{write:?}");
        slapd.replace(&policy, "pwdMinAge", &[]).await?;
    }
    Ok(())
}

/// A server takes it for a hash, and the person would have another password than the one that was typed.
#[tokio::test]
async fn a_password_that_looks_like_a_hash_is_not_written() -> Result<()> {
    let slapd = Slapd::start_with(&Setup::new(Right::Manage).with("pwdCheckQuality", "0")).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    for new in ["{CLEARTEXT}a-new-harbour", "{SSHA}9l9Tm8nbWGmAjw1DkmXhaC7eDW1LdGVz", "{}"] {
        let written = set(&directory, &ada, "a", new).await?;
        assert_eq!(written, Written::Refused(vec![Refusal::Other]), "{new}");
    }
    assert_eq!(set(&directory, &ada, "b", "{not-closed").await?, Written::Applied { unlocked: false });
    assert_eq!(slapd.refuses("ada", "{not-closed").await?, None);
    Ok(())
}

/// PW-08: history is promised where it is kept, and not where the service account stands above it.
#[tokio::test]
async fn the_rules_that_are_shown_are_those_that_the_directory_enforces() -> Result<()> {
    for (right, history) in [(Right::Write, true), (Right::Manage, false)] {
        let slapd = Slapd::start(right).await?;
        let directory = slapd.directory()?;
        assert_eq!(directory.rules(), Vec::new());
        directory.people(None).await?;
        let mut expected = vec![Rule::MinLength { value: 8 }];
        expected.extend(history.then_some(Rule::History { value: 3 }));
        assert_eq!(directory.rules(), expected, "{right:?}");
        let own = format!("cn=own,ou=policies,{SUFFIX}");
        let lines = "objectClass: device\nobjectClass: pwdPolicy\npwdAttribute: userPassword\npwdCheckQuality: 1";
        slapd.change(&format!("dn: {own}\nchangetype: add\n{lines}\npwdMinLength: 14\n")).await?;
        slapd.replace(&dn("ada"), "pwdPolicySubentry", &[&own]).await?;
        let ada = slapd.id("ada").await?;
        let policy = directory.policy(&ada).await?;
        assert_eq!((policy.account.as_str(), policy.rules), ("ada", vec![Rule::MinLength { value: 14 }]));
        let written = set(&directory, &ada, "a", "nine-long").await?;
        let refused = Written::Refused(vec![Refusal::TooShort { value: 14 }]);
        let expected = if right == Right::Write { refused } else { Written::Applied { unlocked: false } };
        assert_eq!(written, expected, "{right:?}");
    }
    Ok(())
}

/// FL-08
#[tokio::test]
async fn an_unlock_leaves_the_password_alone_and_forgets_the_wrong_tries() -> Result<()> {
    for (right, write) in MODES {
        let slapd = Slapd::start(right).await?;
        let directory = directory(Settings { write, ..slapd.settings() })?;
        let ada = slapd.id("ada").await?;
        let before = value(&slapd, "ada", "userPassword").await?;
        slapd.lock("ada").await?;
        for (id, unlocked) in [("one", true), ("two", false)] {
            let after = directory.marker(&ada).await?;
            let operation = Operation { account: &ada, id, after: after.as_deref() };
            assert_eq!(directory.unlock(operation).await?, Written::Applied { unlocked }, "{right:?} {write:?}");
        }
        assert_eq!(value(&slapd, "ada", "userPassword").await?, before);
        assert_eq!(value(&slapd, "ada", "pwdFailureTime").await?, None, "{right:?} {write:?}");
        assert_eq!(slapd.refuses("ada", PASSWORD).await?, None);
    }
    Ok(())
}

#[tokio::test]
async fn a_service_account_without_the_right_is_told_so_and_changes_nothing() -> Result<()> {
    let slapd = Slapd::start(Right::Read).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    let before = slapd.read(&dn("ada")).await?;
    let refused = set(&directory, &ada, "a", "a-new-harbour-1").await;
    let error = refused.expect_err("no right").downcast::<DirectoryError>()?;
    assert!(matches!(error, DirectoryError::Denied(_)) && !error.leaves_doubt(), "{error:?}");
    assert_eq!(slapd.read(&dn("ada")).await?, before);
    Ok(())
}

#[tokio::test]
async fn a_server_that_keeps_passwords_as_they_are_sent_gets_one_and_no_more() -> Result<()> {
    let slapd = Slapd::start_with(&Setup { hashes: false, ..Setup::new(Right::Write) }).await?;
    let directory = slapd.directory()?;
    let (ada, grace) = (slapd.id("ada").await?, slapd.id("grace").await?);
    set(&directory, &ada, "a", "a-new-harbour-1").await?;
    let refused = set(&directory, &grace, "b", "a-new-harbour-2").await;
    let error = refused.expect_err("kept in the clear").downcast::<DirectoryError>()?;
    assert!(matches!(error, DirectoryError::Misconfigured(_)), "{error:?}");
    assert_eq!(slapd.refuses("grace", PASSWORD).await?, None);
    Ok(())
}

/// FL-11
#[tokio::test]
async fn the_service_account_itself_is_never_written() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let settings = Settings { bases: vec![SUFFIX.to_owned()], names: vec!["cn".to_owned()], ..slapd.settings() };
    let directory = directory(settings)?;
    let entry = slapd.read(SERVICE).await?;
    let id = entry["entryUUID"][0].clone();
    assert!(directory.entry(&id).await?.is_some_and(|entry| entry.privileged));
    let refused = set(&directory, &id, "a", "a-new-harbour-1").await;
    let error = refused.expect_err("its own account").downcast::<DirectoryError>()?;
    assert!(matches!(error, DirectoryError::Denied(_)), "{error:?}");
    Ok(())
}
