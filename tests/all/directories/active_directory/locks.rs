//! Locks, counted: whoever was locked signs in at once after a reset, and an unlock leaves the password as it was (FL-08).

use anyhow::{Result, ensure};
use latchkey_directory::{Directory as _, Operation, Verdict, Written};
use latchkey_tests::samba::{START, Samba};

use super::{directory, new_id, reset, verdict};

/// What the rounds came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Came {
    first_sign_ins: usize,
    versions_unchanged: usize,
}

async fn rounds(samba: &Samba, many: usize) -> Result<Came> {
    let directory = directory(samba, samba.settings())?;
    let person = samba.add_person("").await?;
    let (mut came, mut current) = (Came::default(), START.to_owned());
    for number in 0..many {
        for way in ["reset", "unlock"] {
            for _ in 0..3 {
                verdict(&directory, &person, "Wrong-Pass-1").await?;
            }
            ensure!(verdict(&directory, &person, &current).await? == Verdict::Locked, "round {number}");
            ensure!(!samba.kinit(&person, &current).await?, "round {number}: locked");
            let version = samba.version(&person).await?;
            if way == "reset" {
                current = format!("Fresh-Pass-{number}");
                let written = reset(&directory, &person, &current).await?;
                ensure!(written == Written::Applied { unlocked: true }, "round {number}: {written:?}");
                came.first_sign_ins += usize::from(samba.kinit(&person, &current).await?);
            } else {
                let (id, after) = (new_id(), directory.marker(&person.id).await?);
                let operation = Operation { account: &person.id, id: &id, after: after.as_deref() };
                ensure!(directory.unlock(operation).await? == Written::Applied { unlocked: true }, "round {number}");
                came.versions_unchanged += usize::from(samba.version(&person).await? == version);
                ensure!(samba.kinit(&person, &current).await?, "round {number}: the password is what it was");
            }
        }
    }
    Ok(came)
}

#[tokio::test]
async fn after_a_reset_the_first_sign_in_is_good_and_an_unlock_writes_no_password() -> Result<()> {
    // FL-08
    let came = rounds(Samba::shared().await?, 3).await?;
    ensure!(came == Came { first_sign_ins: 3, versions_unchanged: 3 }, "{came:?}");
    Ok(())
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long samba"]
async fn long_samba_locks() -> Result<()> {
    // FL-08: 100 of 100, and 100 of 100
    let came = rounds(Samba::shared().await?, 100).await?;
    println!("figure: locked accounts that signed in at once after a reset, of 100 = {}", came.first_sign_ins);
    println!("figure: unlocks that left the version of the password as it was, of 100 = {}", came.versions_unchanged);
    ensure!(came == Came { first_sign_ins: 100, versions_unchanged: 100 }, "{came:?}");
    Ok(())
}
