//! `suspend`, `resume` and `flows void` beside a server in service.

use anyhow::{Result, ensure};
use latchkey_tests::Campus;
use serde_json::json;

use super::{Caller, done, server};

const BY: [&str; 2] = ["--by", "m. jones"];

#[tokio::test]
async fn a_server_in_service_is_suspended_and_resumed_by_a_command_and_a_new_start_changes_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut campus = Campus::start_at(folder.path()).await?;
    let caller = Caller::of(&campus)?;
    let mut chosen = caller.through_gates(&campus, "grace").await?;
    let data = folder.path().to_string_lossy().into_owned();
    let at = ["--data", &*data];
    let nobody = server(&[&["suspend"][..], &at].concat())?;
    ensure!(nobody.code == 2 && nobody.said.contains("--by"), "{}", nobody.said);
    let said = done(&[&["suspend"][..], &BY, &at].concat())?;
    ensure!(said.starts_with("suspended"), "{said}");
    let said = done(&[&["suspend"][..], &BY, &at].concat())?;
    ensure!(said.contains("already, since"), "{said}");

    for _ in 0..2 {
        ensure!(caller.health().await? == (200, json!({"status": "suspended"})));
        let (status, answer) = caller.ask_to_start("ada").await?;
        ensure!((status, &answer["code"]) == (503, &json!("suspended")), "{answer}");
        let (status, answer) = caller.set_password(&mut chosen, "violet tractor onion mail").await?;
        ensure!((status, &answer["code"]) == (503, &json!("suspended")), "{answer}");
        campus.stop().await?;
        campus.start_again().await?;
    }
    let unlock = [&["account", "unlock", "locked", "--reason", "x"][..], &BY, &at].concat();
    let refused = server(&unlock)?;
    ensure!(refused.code == 1 && refused.said.contains("latchkey-server resume"), "{}", refused.said);

    let said = done(&[&["resume", "--reason", "ticket 4711"][..], &BY, &at].concat())?;
    ensure!(said.starts_with("resumed"), "{said}");
    let said = done(&[&["resume"][..], &BY, &at].concat())?;
    ensure!(said == "was not suspended\n", "{said}");
    ensure!(caller.health().await? == (200, json!({"status": "ok"})));
    let (status, answer) = caller.set_password(&mut chosen, "violet tractor onion mail").await?;
    ensure!((status, &answer["step"]) == (200, &json!("done")), "{answer}");
    ensure!(done(&[&["audit", "verify"][..], &at].concat())?.contains("each fits"));
    Ok(())
}

#[tokio::test]
async fn everything_open_is_voided_by_a_command_and_check_says_that_a_server_is_suspended() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let campus = Campus::start_at(folder.path()).await?;
    let caller = Caller::of(&campus)?;
    let mut chosen = caller.through_gates(&campus, "grace").await?;
    let data = folder.path().to_string_lossy().into_owned();
    let at = ["--data", &*data];
    let unsure = server(&[&["flows", "void", "--reason", "x"][..], &BY, &at].concat())?;
    ensure!(unsure.code == 2 && unsure.said.contains("--all"), "{}", unsure.said);
    let said = done(&[&["flows", "void", "--all", "--reason", "ticket 4711"][..], &BY, &at].concat())?;
    ensure!(said.starts_with("voided: 1 flows"), "{said}");
    let (status, shown) = caller.get("/v1/flow", &chosen.token).await?;
    ensure!((status, &shown["step"]) == (200, &json!("cancelled")), "{shown}");
    let (status, _) = caller.set_password(&mut chosen, "violet tractor onion mail").await?;
    ensure!(status == 409, "{status}");

    let config = folder.path().join("server.toml");
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n[store]\ndatabase = {:?}\n\
         keys = {:?}\n[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = {{ name = \"x\" }}\n",
        folder.path().join("latchkey.db"),
        folder.path().join("keys.toml"),
    );
    std::fs::write(&config, text)?;
    let config = config.to_string_lossy().into_owned();
    ensure!(!done(&["check", "--config", &config])?.contains("suspended"));
    done(&[&["suspend"][..], &BY, &at].concat())?;
    let said = done(&["check", "--config", &config])?;
    ensure!(said.lines().any(|line| line.starts_with("suspended = since ")), "{said}");
    Ok(())
}
