//! 389 Directory Server. Making an instance takes half a minute, so that these are long tests; one instance is for all that
//! one of them shows.

use anyhow::{Context as _, Result, bail, ensure};
use latchkey_api::password::{Refusal, Rule};
use latchkey_directory::settings::{Settings, Write};
use latchkey_directory::{Directory as _, Next, Operation, Outcome, Verdict, Written};
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::ds389::Ds389;
use latchkey_tests::fault::{Ends, Fate, Op, Proxy, ldap};
use latchkey_tests::root;
use latchkey_tests::served::Served;
use latchkey_tests::slapd::{PASSWORD, directory, dn};
use serde_json::json;

use super::ldap::{change, set, settle};

const MOBILE: &str = "+1 202 555 0181";
const MAIL: &str = "ada@home.example";
/// More than the server shows in one list, and more than it looks through, unless the account may read everybody.
const PEOPLE: usize = 6_000;
/// Writes whose answer is lost, or that never arrive, or that arrive too late.
const ROUNDS: usize = 60;

/// The documented example, with the names of this machine in place of the campus'.
fn example(server: &Ds389) -> Result<String> {
    let mut text = std::fs::read_to_string(root().join("packaging/directories/389.toml"))?;
    for (theirs, ours) in [
        ("ldaps://ds.campus.example", server.url()),
        ("/etc/latchkey/campus-ca.pem", server.ca().display().to_string()),
        ("/etc/latchkey/directory-password", server.file("secret").display().to_string()),
    ] {
        ensure!(text.contains(theirs), "the example has no {theirs}");
        text = text.replace(theirs, &ours);
    }
    Ok(text)
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long ds389"]
async fn long_ds389_people_reset_unlock_and_change_through_the_server() -> Result<()> {
    // FL-08, PW-08, PW-11
    let server = Ds389::start(PEOPLE).await?;
    server.replace(&dn("ada"), "mobile", &[MOBILE]).await?;
    server.replace(&dn("ada"), "mail", &["ada@campus.example", MAIL]).await?;
    let mut served = Served::new(&example(&server)?)?;
    let checked = served.run(&["check", "--connect"]).await?;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    ensure!(checked.status.success() && !said.contains("WRONG"), "{said}");
    ensure!(said.contains("passwords: write; the directory's rules hold"), "{said}");
    let watch = Stopwatch::start();
    served.start().await?;
    served.logs(&["the whole directory was read"]).await?;
    println!("figure: people read = {}", PEOPLE + 4);
    println!("figure: seconds until all were read = {:.1}", watch.elapsed().as_secs_f64());
    let (new, newer) = ("violet tractor onion 7", "quiet lantern harbour 8");

    let mut reset = served.through("reset", "ada", MOBILE, MAIL).await?;
    let rules = reset.flow["set_password"]["rules"].to_string();
    ensure!(rules.contains("\"history\"") && rules.contains("\"kinds\""), "the directory's rules are shown: {rules}");
    let refused = served.act(&mut reset, "password", json!({"new_password": "short"})).await?;
    ensure!((refused.status, refused.body["code"].as_str()) == (422, Some("password_refused")), "{refused:?}");
    let set = served.act(&mut reset, "password", json!({"new_password": new})).await?;
    served.known(&mut reset).await?;
    ensure!(reset.step() == "done", "{set:?}");
    ensure!(server.refuses("ada", new).await?.is_none(), "the new password is let in, and nobody has to change it");
    ensure!(server.refuses("ada", PASSWORD).await?.is_some(), "and the old one is not");

    server.lock("ada").await?;
    ensure!(server.refuses("ada", new).await?.is_some(), "locked");
    let hash = server.read("ada").await?.get("userPassword").cloned();
    let mut unlock = served.through("unlock", "ada", MOBILE, MAIL).await?;
    served.known(&mut unlock).await?;
    ensure!(unlock.step() == "done" && unlock.flow["done"]["unlocked"] == true, "{}", unlock.flow);
    ensure!(server.refuses("ada", new).await?.is_none(), "the password is what it was");
    ensure!(server.read("ada").await?.get("userPassword").cloned() == hash, "an unlock does not touch it");

    let mut change = served.begin("change", "ada").await?;
    let wrong = served.act(&mut change, "proof", json!({"current_password": PASSWORD})).await?;
    ensure!(wrong.body["code"] == "current_password_wrong", "{wrong:?}");
    let proven = served.act(&mut change, "proof", json!({"current_password": new})).await?;
    ensure!(proven.status == 200 && change.step() == "set_password", "{proven:?}");
    let written = json!({"new_password": newer, "current_password": new});
    let done = served.act(&mut change, "password", written).await?;
    served.known(&mut change).await?;
    ensure!(change.step() == "done", "{done:?}");
    ensure!(server.refuses("ada", newer).await?.is_none() && server.refuses("ada", new).await?.is_some());
    println!("figure: passwords that ldapwhoami then took, old ones that it refused = 2, 2");
    Ok(())
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long ds389"]
async fn long_ds389_verdicts_rules_and_refusals() -> Result<()> {
    let server = Ds389::start(0).await?;
    let directory = server.directory()?;
    let (ada, grace, joan, admin) =
        (server.id("ada").await?, server.id("grace").await?, server.id("joan").await?, server.id("root").await?);
    let verdict = async |id: &str, password: &str| directory.verify_current(Some(id), &password.into()).await;
    ensure!(verdict(&ada, PASSWORD).await? == Verdict::Right);
    // FL-10
    let mut refused = 0;
    for wrong in ["another", "", " ", "\0", &format!("{PASSWORD}\0"), &"x".repeat(1025)] {
        ensure!(verdict(&ada, wrong).await? == Verdict::Wrong, "{wrong:?}");
        ensure!(verdict(&ada, PASSWORD).await? == Verdict::Right, "and the count begins anew");
        ensure!(change(&directory, &ada, "never", wrong, "a-new-harbour-1").await? == Written::OldWrong, "{wrong:?}");
        ensure!(server.refuses("ada", PASSWORD).await?.is_none());
        refused += 1;
    }
    println!("figure: empty, blank, NUL and overlong passwords refused = {refused}");
    ensure!(directory.verify_current(None, &PASSWORD.into()).await? == Verdict::Wrong);

    // Whoever is told by the administrator what the password is has to change it.
    server.replace(&dn("grace"), "userPassword", &["handed-out-27"]).await?;
    ensure!(verdict(&grace, "handed-out-27").await? == Verdict::MustChange);
    let entry = directory.entry(&grace).await?.context("somebody")?;
    ensure!(entry.must_change && !entry.locked && entry.enabled, "{entry:?}");
    let written = change(&directory, &grace, "a", "handed-out-27", "chosen-harbour-1").await?;
    ensure!(written == Written::Applied { unlocked: false }, "{written:?}");
    ensure!(verdict(&grace, "chosen-harbour-1").await? == Verdict::Right, "and not again");

    server.replace(&dn("grace"), "passwordExpirationTime", &["20200101000000Z"]).await?;
    ensure!(verdict(&grace, "chosen-harbour-1").await? == Verdict::Expired);
    ensure!(verdict(&grace, "another").await? == Verdict::Wrong);
    let written = change(&directory, &grace, "b", "chosen-harbour-1", "chosen-harbour-2").await?;
    ensure!(written == Written::Applied { unlocked: false }, "{written:?}");
    ensure!(server.refuses("grace", "chosen-harbour-2").await?.is_none());
    let expires = directory.entry(&grace).await?.context("somebody")?.expires_at.context("an end")?;
    let left = expires.as_second() - latchkey_tests::clock::now().as_second();
    ensure!((860_000..=864_100).contains(&left), "{left}");

    server.lock("joan").await?;
    for password in [PASSWORD, "another"] {
        ensure!(verdict(&joan, password).await? == Verdict::Locked);
    }
    ensure!(directory.entry(&joan).await?.context("somebody")?.locked);
    let written = set(&directory, &joan, "a", "a-new-harbour-1").await?;
    ensure!(written == Written::Applied { unlocked: true }, "{written:?}");
    ensure!(server.refuses("joan", "a-new-harbour-1").await?.is_none() && !server.is_locked("joan").await?);
    server.replace(&dn("joan"), "nsAccountLock", &["true"]).await?;
    ensure!(verdict(&joan, "a-new-harbour-1").await? == Verdict::Disabled);
    ensure!(!directory.entry(&joan).await?.context("somebody")?.enabled);
    ensure!(directory.entry(&admin).await?.context("somebody")?.privileged, "FL-11");

    // PW-08, PW-09
    let rules = directory.policy(&ada).await?.rules;
    for rule in [Rule::MinLength { value: 8 }, Rule::Kinds { value: 2 }, Rule::History { value: 3 }] {
        ensure!(rules.contains(&rule), "{rule:?} of {rules:?}");
    }
    for (new, reason) in [("Sh-1", Refusal::Other), ("abcdefghijkl", Refusal::Other)] {
        let written = set(&directory, &ada, "refused", new).await?;
        ensure!(written == Written::Refused(vec![reason]), "{new}: {written:?}");
    }
    for (id, new) in [("c", "a-new-harbour-3"), ("d", "a-new-harbour-4")] {
        ensure!(matches!(set(&directory, &ada, id, new).await?, Written::Applied { .. }));
    }
    let written = set(&directory, &ada, "e", "a-new-harbour-3").await?;
    ensure!(written == Written::Refused(vec![Refusal::UsedBefore]), "{written:?}");
    // By the extended operation too, which takes no marker.
    let extended = latchkey_tests::slapd::directory(Settings { write: Write::Rfc3062, ..server.settings() })?;
    let written = set(&extended, &ada, "f", "a-new-harbour-5").await?;
    ensure!(written == Written::Applied { unlocked: false }, "{written:?}");
    ensure!(server.refuses("ada", "a-new-harbour-5").await?.is_none());
    Ok(())
}

/// Somebody who locked, came or left since is found without everybody being read again.
#[tokio::test]
#[ignore = "long: cargo xtask test --long ds389"]
async fn long_ds389_what_changed_is_read() -> Result<()> {
    let server = Ds389::start(0).await?;
    let directory = server.directory()?;
    let whole = directory.people(None).await?;
    ensure!(whole.entries.len() == 4, "{:?}", whole.entries);
    let Next::Later(mark) = whole.next else { bail!("{:?}", whole.next) };
    server.lock("joan").await?;
    let changed = directory.people(Some(&mark)).await?;
    let joan = changed.entries.iter().find(|entry| entry.account == "joan");
    ensure!(
        joan.is_some_and(|entry| entry.locked),
        "a lock leaves no trace in the time of the last change: {changed:?}"
    );
    println!("figure: locks that the minute's reading saw = 1");
    Ok(())
}

/// R02, R03, R04, PW-11: an answer that is lost, a write that never arrives, one that arrives after its verdict.
#[tokio::test]
#[ignore = "long: cargo xtask test --long ds389"]
async fn long_ds389_outcomes() -> Result<()> {
    let server = Ds389::start(0).await?;
    let at = |name: &str| server.file("etc/dirsrv/slapd-campus").join(name);
    let ends = Ends::ldaps(&at("Server-Cert.crt"), &at("Server-Cert-Key.pem"), &server.ca())?;
    let proxy = Proxy::reading(([127, 0, 0, 1], server.tls_port()).into(), ends).await?;
    let servers = vec![format!("ldaps://localhost:{}", proxy.port())];
    let directory = directory(Settings { servers, ..server.settings() })?;
    let ada = server.id("ada").await?;
    set(&directory, &ada, "warm", "a-new-harbour-0").await?;
    let (mut current, mut written, mut not_written) = ("a-new-harbour-0".to_owned(), 0, 0);
    for round in 1..=ROUNDS {
        let (id, new) = (format!("op{round}"), format!("a-new-harbour-{round}"));
        let fate = [Fate::AnswerLost, Fate::NotReceived, Fate::Delayed][round % 3];
        let after = directory.marker(&ada).await?;
        let operation = Operation { account: &ada, id: &id, after: after.as_deref() };
        let caught = proxy.catch(fate, |request| request.op == Some(Op::Modify));
        let error = directory.set_password(operation, &new.as_str().into()).await.expect_err("lost");
        ensure!(error.leaves_doubt(), "{error:?}");
        let outcome = settle(&directory, &ada, &id, after.as_deref()).await?;
        if fate == Fate::Delayed {
            let answer = caught.let_go().await?;
            ensure!(ldap::result_code(&answer) != Some(0), "round {round}: it has landed after its verdict");
        }
        match (fate, outcome) {
            (Fate::AnswerLost, Outcome::Written) => (current, written) = (new, written + 1),
            (Fate::NotReceived | Fate::Delayed, Outcome::NotWritten) => not_written += 1,
            other => bail!("round {round}: {other:?}"),
        }
        ensure!(server.refuses("ada", &current).await?.is_none(), "round {round}: {fate:?}");
    }
    println!("figure: writes whose answer was lost, found to be done = {written}");
    println!("figure: writes that never arrived or came too late, found to be not done = {not_written}");
    println!("figure: wrong verdicts, writes that landed after their verdict = 0, 0");
    Ok(())
}
