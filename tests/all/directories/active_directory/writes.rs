//! Resets, changes and unlocks: what is written, what is refused, and that it is done once.

use anyhow::{Context as _, Result};
use latchkey_api::password::{Refusal, Rule};
use latchkey_directory::{Directory as _, Operation, Outcome, Verdict, Written};
use latchkey_tests::pam::Pam;
use latchkey_tests::samba::START;

use super::{change, entry, new_id, reset, secret, started, verdict};

#[tokio::test]
async fn a_reset_sets_the_password_and_lifts_the_lock_in_one_write() -> Result<()> {
    // FL-08, PW-11
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for _ in 0..3 {
        verdict(&directory, &person, "Wrong-Pass-1").await?;
    }
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Locked);
    assert_eq!(reset(&directory, &person, "Fresh-Pass-1").await?, Written::Applied { unlocked: true });
    assert_eq!(verdict(&directory, &person, "Fresh-Pass-1").await?, Verdict::Right);
    assert_eq!(samba.version(&person).await?, 2);

    // A second one, over the marker of the first; and the duty to choose another one is lifted.
    samba.replace(&person, "pwdLastSet", "0").await?;
    assert_eq!(reset(&directory, &person, "Fresh-Pass-2").await?, Written::Applied { unlocked: false });
    assert!(!entry(&directory, &person).await?.must_change);
    assert_eq!(samba.version(&person).await?, 3);
    Ok(())
}

#[tokio::test]
async fn after_a_reset_tickets_and_files_are_there_for_the_new_password() -> Result<()> {
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    assert!(samba.kinit(&person, START).await?, "before it");
    assert!(matches!(reset(&directory, &person, "Fresh-Pass-1").await?, Written::Applied { .. }));
    assert!(samba.kinit(&person, "Fresh-Pass-1").await?);
    assert!(!samba.kinit(&person, START).await?);
    let listed = samba.smbclient(&person, "Fresh-Pass-1").await?;
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stdout));
    let wrong = samba.smbclient(&person, "Wrong-Pass-1").await?;
    assert!(String::from_utf8_lossy(&wrong.stdout).contains("NT_STATUS_LOGON_FAILURE"), "{wrong:?}");
    // The old one is still let in over NTLM, for an hour: what is said of it in docs/operations.md is so.
    assert!(samba.smbclient(&person, START).await?.status.success());
    Ok(())
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long pam"]
async fn long_pam_lets_in_with_the_new_password_alone() -> Result<()> {
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    let pam = Pam::asking(samba)?;
    assert!(pam.lets_in(&person, START)?, "before it");
    let mut current = START.to_owned();
    for number in 0..10 {
        let new = format!("Fresh-Pass-{number}-x");
        assert!(matches!(reset(&directory, &person, &new).await?, Written::Applied { .. }));
        assert!(pam.lets_in(&person, &new)?, "{number}");
        // Kerberos takes the old one no more; NTLM does for an hour (smbclient shows it above).
        assert!(!pam.lets_in(&person, &current)?, "{number}");
        current = new;
    }
    println!("figure: resets after which PAM let the new password in and the old one not = 10");
    Ok(())
}

#[tokio::test]
async fn an_unlock_leaves_the_password_alone() -> Result<()> {
    // FL-08
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for _ in 0..3 {
        verdict(&directory, &person, "Wrong-Pass-1").await?;
    }
    let (id, after) = (new_id(), directory.marker(&person.id).await?);
    let operation = Operation { account: &person.id, id: &id, after: after.as_deref() };
    assert_eq!(directory.unlock(operation).await?, Written::Applied { unlocked: true });
    assert_eq!(samba.version(&person).await?, 1);
    assert_eq!(verdict(&directory, &person, START).await?, Verdict::Right);
    assert_eq!(directory.unlock(operation).await?, Written::Overtaken, "its marker is used up");
    Ok(())
}

#[tokio::test]
async fn a_change_needs_the_current_password_and_is_done_for_whoever_must_change_it() -> Result<()> {
    // FL-09
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    assert_eq!(change(&directory, &person, "Wrong-Pass-1", "Fresh-Pass-1").await?, Written::OldWrong);
    assert_eq!(samba.version(&person).await?, 1);
    samba.replace(&person, "pwdLastSet", "0").await?;
    assert_eq!(change(&directory, &person, START, "Fresh-Pass-1").await?, Written::Applied { unlocked: false });
    assert!(!entry(&directory, &person).await?.must_change);
    assert_eq!(
        change(&directory, &person, "Fresh-Pass-1", "Fresh-Pass-2").await?,
        Written::Applied { unlocked: false }
    );
    assert_eq!(samba.version(&person).await?, 3);
    assert_eq!(verdict(&directory, &person, "Fresh-Pass-2").await?, Verdict::Right);

    let aged = samba.person("aged-too").await?;
    assert_eq!(change(&directory, &aged, START, "Fresh-Pass-1").await?, Written::Applied { unlocked: false });
    Ok(())
}

#[tokio::test]
async fn what_the_directory_refuses_is_a_reason_and_changes_nothing() -> Result<()> {
    // PW-09
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for (new, reason) in
        [("aB1!", Refusal::TooShort { value: 8 }), ("onlysmallletters", Refusal::TooFewKinds { value: 3 })]
    {
        assert_eq!(reset(&directory, &person, new).await?, Written::Refused(vec![reason]), "{new}");
        assert_eq!(change(&directory, &person, START, new).await?, Written::Refused(vec![reason]), "{new}");
    }
    assert_eq!(change(&directory, &person, START, START).await?, Written::Refused(vec![Refusal::UsedBefore]));
    assert_eq!(change(&directory, &person, START, "Fresh-Pass-1").await?, Written::Applied { unlocked: false });
    let refused = change(&directory, &person, "Fresh-Pass-1", START).await?;
    assert_eq!(refused, Written::Refused(vec![Refusal::UsedBefore]));
    assert_eq!(samba.version(&person).await?, 2);

    // Somebody with a policy of their own: longer, any kinds, and one change a day.
    let strictly = samba.person("strictly").await?;
    let short = reset(&directory, &strictly, "Thirteen-long").await?;
    assert_eq!(short, Written::Refused(vec![Refusal::TooShort { value: 14 }]));
    let soon = change(&directory, &strictly, START, "four small words together").await?;
    assert_eq!(soon, Written::Refused(vec![Refusal::TooSoon]));
    Ok(())
}

#[tokio::test]
async fn the_rules_are_those_of_the_account_and_promise_no_history_that_a_reset_would_not_keep() -> Result<()> {
    // PW-08: Samba does not advertise LDAP_SERVER_POLICY_HINTS, and lets a reset use an old password again.
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    let policy = directory.policy(&person.id).await?;
    assert_eq!(policy.account, person.name);
    assert_eq!(policy.rules, [Rule::MinLength { value: 8 }, Rule::Kinds { value: 3 }, Rule::NoAccount]);
    assert_eq!(directory.rules(), policy.rules);
    assert_eq!(reset(&directory, &person, START).await?, Written::Applied { unlocked: false });

    let strictly = directory.policy(&samba.person("strictly").await?.id).await?;
    assert_eq!(strictly.rules, [Rule::MinLength { value: 14 }]);
    Ok(())
}

#[tokio::test]
async fn of_two_writers_one_writes() -> Result<()> {
    // PW-11
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for round in 1..=5 {
        let after = directory.marker(&person.id).await?;
        let (one, two) = (new_id(), new_id());
        let of = |id| Operation { account: &person.id, id, after: after.as_deref() };
        let (first, second) = (secret("First-Writer-1"), secret("Second-Writer-2"));
        let (first, second) =
            tokio::join!(directory.set_password(of(&one), &first), directory.set_password(of(&two), &second));
        let (first, second) = (first?, second?);
        let applied = Written::Applied { unlocked: false };
        let (winner, loser) = if first == applied { ("First-Writer-1", second) } else { ("Second-Writer-2", first) };
        assert_eq!(loser, Written::Overtaken);
        assert_eq!(samba.version(&person).await?, 1 + round, "exactly one step");
        assert!(samba.kinit(&person, winner).await?);
        let outcomes = [directory.settle(of(&one)).await?, directory.settle(of(&two)).await?];
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::Written).count(), 1);
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Outcome::NotWritten).count(), 1);
    }
    Ok(())
}

#[tokio::test]
async fn an_operation_that_was_said_not_to_be_written_can_never_be() -> Result<()> {
    // PW-11, R04
    let (samba, directory) = started().await?;
    let person = samba.add_person("").await?;
    for round in 1..=3 {
        let (id, after) = (new_id(), directory.marker(&person.id).await?);
        let operation = Operation { account: &person.id, id: &id, after: after.as_deref() };
        assert_eq!(directory.settle(operation).await?, Outcome::NotWritten);
        assert_eq!(directory.set_password(operation, &secret("Too-Late-12")).await?, Written::Overtaken);
        assert_eq!(directory.settle(operation).await?, Outcome::NotWritten, "asked again");
        assert!(matches!(reset(&directory, &person, "In-Time-123").await?, Written::Applied { .. }));
        assert_eq!(directory.settle(operation).await?, Outcome::NotWritten, "asked after the next one");
        assert_eq!(samba.version(&person).await?, 1 + round);
    }
    let marker = samba.value(&person, "adminDescription").await?.context("a marker")?;
    assert!(!marker.contains("In-Time"), "{marker}");
    Ok(())
}
