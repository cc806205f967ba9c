//! A database that is gone is not made anew by itself: all limits, used codes and what people have set up would be gone with
//! it, and nobody would be told (R19).

use anyhow::{Result, ensure};
use latchkey_tests::served::Served;

const HELPDESK: [&str; 7] = ["account", "unlock", "ada", "--by", "m. jones", "--reason", "ticket 4711"];

fn said(output: &std::process::Output) -> String {
    [&output.stdout[..], &output.stderr[..]].concat().iter().map(|byte| char::from(*byte)).collect()
}

#[tokio::test]
async fn a_database_that_is_gone_is_not_made_anew_by_itself() -> Result<()> {
    // R19
    let mut served = Served::new("")?;
    served.start().await?;
    served.stop().await?;
    let database = served.file("latchkey.db");
    let kept = std::fs::read(&database)?;
    for emptied in [false, true] {
        for end in ["", "-wal", "-shm"] {
            let file = served.file(&format!("latchkey.db{end}"));
            if file.exists() {
                std::fs::remove_file(file)?;
            }
        }
        if emptied {
            // As a disk leaves it that was full, or a power cut.
            std::fs::write(&database, "")?;
            std::fs::set_permissions(&database, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        let Err(refused) = served.start().await else { anyhow::bail!("it was begun anew: {emptied}") };
        let refused = format!("{refused:#}");
        for next in ["is gone or empty", "latchkey-server restore", "migrate --start-anew"] {
            ensure!(refused.contains(next), "{refused}");
        }
        for command in
            [&["migrate"][..], &["check"], &["audit", "verify"], &["suspend", "--by", "m", "--reason", "r"], &HELPDESK]
        {
            let output = served.run(command).await?;
            ensure!(
                !output.status.success() && said(&output).contains("is gone or empty"),
                "{command:?}: {}",
                said(&output)
            );
        }
        ensure!(emptied == database.exists(), "nothing was made");
    }
    // Its folder was lost too, and the keys are where they were.
    std::fs::remove_file(served.file("latchkey.db.was-made"))?;
    std::fs::remove_file(&database)?;
    let output = served.run(&["migrate"]).await?;
    ensure!(!output.status.success() && said(&output).contains("keys.toml.has-a-database"), "{}", said(&output));

    // What was there is put back, and it is served as if nothing had been.
    std::fs::write(&database, kept)?;
    std::fs::set_permissions(&database, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    served.start().await?;
    served.stop().await?;
    let output = served.run(&["migrate", "--start-anew"]).await?;
    ensure!(!output.status.success() && said(&output).contains("move it away first"), "{}", said(&output));

    std::fs::remove_file(&database)?;
    if served.file("latchkey.db-wal").exists() {
        // What is in it belongs to the database that was there.
        let output = served.run(&["migrate", "--start-anew"]).await?;
        ensure!(!output.status.success() && said(&output).contains("move it away first"), "{}", said(&output));
        std::fs::remove_file(served.file("latchkey.db-wal"))?;
    }
    let output = served.run(&["migrate", "--start-anew"]).await?;
    ensure!(output.status.success() && database.exists(), "{}", said(&output));
    served.start().await?;
    Ok(())
}
