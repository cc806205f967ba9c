//! `latchkey-server serve` with each directory from its documented example, and people who reset, unlock and change through
//! it; the directory itself says afterwards which password it takes.

use std::path::Path;

use anyhow::{Result, ensure};
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::samba::{PEOPLE, START, Samba};
use latchkey_tests::served::Served;
use latchkey_tests::slapd::{PASSWORD, Right, SERVICE, Setup, Slapd, dn};
use latchkey_tests::{root, wait};
use serde_json::json;

const NEW: &str = "violet tractor onion mail";
const NEWER: &str = "quiet lantern harbour seven";
const MOBILE: &str = "+1 202 555 0181";
const MAIL: &str = "ada@home.example";

/// A documented example, with the names of this machine in place of the campus'.
pub(super) fn example(name: &str, slapd: &Slapd) -> Result<String> {
    let text = std::fs::read_to_string(root().join("packaging/directories").join(name))?;
    let file = |name: &str| slapd.file(name).display().to_string();
    let mut out = text;
    for (theirs, ours) in [
        ("ldaps://ldap.campus.example", slapd.url()),
        ("/etc/latchkey/campus-ca.pem", file("ca.pem")),
        ("/etc/latchkey/directory-password", file("secret")),
        ("cn=latchkey,ou=services,dc=campus,dc=example", SERVICE.to_owned()),
    ] {
        ensure!(out.contains(theirs), "{name} has no {theirs}");
        out = out.replace(theirs, &ours);
    }
    Ok(out)
}

/// A directory in which ada can be reached, and a server that has read it.
async fn served(name: &str, slapd: &Slapd) -> Result<Served> {
    slapd.replace(&dn("ada"), "mobile", &[MOBILE]).await?;
    slapd.replace(&dn("ada"), "mail", &["ada@campus.example", MAIL]).await?;
    let mut served = Served::new(&example(name, slapd)?)?;
    served.start().await?;
    served.logs(&["the whole directory was read"]).await?;
    Ok(served)
}

async fn resets_unlocks_and_changes(example: &str, setup: &Setup) -> Result<()> {
    // FL-08, PW-11
    let slapd = Slapd::start_with(setup).await?;
    let mut served = served(example, &slapd).await?;
    let mut reset = served.through("reset", "ada", MOBILE, MAIL).await?;
    ensure!(reset.step() == "set_password", "{}", reset.flow);
    let refused = served.act(&mut reset, "password", json!({"new_password": "short"})).await?;
    ensure!((refused.status, refused.body["code"].as_str()) == (422, Some("password_refused")), "{refused:?}");
    let set = served.act(&mut reset, "password", json!({"new_password": NEW})).await?;
    served.known(&mut reset).await?;
    ensure!(reset.step() == "done", "{set:?}");
    ensure!(slapd.refuses("ada", NEW).await?.is_none(), "the new password is let in");
    ensure!(slapd.refuses("ada", PASSWORD).await?.is_some(), "and the old one is not");

    slapd.lock("ada").await?;
    ensure!(slapd.refuses("ada", NEW).await?.is_some(), "locked");
    let mut unlock = served.through("unlock", "ada", MOBILE, MAIL).await?;
    served.known(&mut unlock).await?;
    ensure!(unlock.step() == "done" && unlock.flow["done"]["unlocked"] == true, "{}", unlock.flow);
    ensure!(slapd.refuses("ada", NEW).await?.is_none(), "the password is what it was");

    let mut change = served.begin("change", "ada").await?;
    let wrong = served.act(&mut change, "proof", json!({"current_password": PASSWORD})).await?;
    ensure!(wrong.body["code"] == "current_password_wrong", "{wrong:?}");
    let proven = served.act(&mut change, "proof", json!({"current_password": NEW})).await?;
    ensure!(proven.status == 200 && change.step() == "set_password", "{proven:?}");
    let written = json!({"new_password": NEWER, "current_password": NEW});
    let done = served.act(&mut change, "password", written).await?;
    served.known(&mut change).await?;
    ensure!(change.step() == "done", "{done:?}");
    ensure!(slapd.refuses("ada", NEWER).await?.is_none() && slapd.refuses("ada", NEW).await?.is_some());
    Ok(())
}

#[tokio::test]
async fn people_reset_unlock_and_change_on_openldap_with_a_marker() -> Result<()> {
    resets_unlocks_and_changes("openldap.toml", &Setup::new(Right::Write)).await
}

#[tokio::test]
async fn people_reset_unlock_and_change_on_openldap_with_an_account_that_manages_passwords() -> Result<()> {
    resets_unlocks_and_changes("openldap.toml", &Setup::new(Right::Manage)).await
}

#[tokio::test]
async fn people_reset_unlock_and_change_on_openldap_by_rfc_3062() -> Result<()> {
    resets_unlocks_and_changes("openldap-rfc3062.toml", &Setup::new(Right::Write)).await
}

#[tokio::test]
async fn people_reset_and_change_on_active_directory() -> Result<()> {
    // FL-08, PW-11
    let samba = Samba::shared().await?;
    let (mobile, mail) = ("+1 202 555 0187", "whole@home.example");
    let person = samba.add_person(&format!("mobile: {mobile}\nmail: {mail}\n")).await?;
    let mut served = Served::new("")?;
    let secret = served.file("directory-password");
    std::fs::copy(samba.settings().secret, &secret)?;
    private(&secret)?;
    let mut text = std::fs::read_to_string(root().join("packaging/directories/active-directory.toml"))?;
    for (theirs, ours) in [
        ("\ndomain = \"campus.example\"", format!("\nservers = [\"{}\"]", samba.url())),
        ("/etc/latchkey/campus-ca.pem", samba.ca().display().to_string()),
        ("/etc/latchkey/directory-password", secret.display().to_string()),
        ("latchkey@campus.example", samba.settings().bind),
        ("OU=People,DC=campus,DC=example", PEOPLE.to_owned()),
    ] {
        ensure!(text.contains(theirs), "the example has no {theirs}");
        text = text.replace(theirs, &ours);
    }
    served.configure(&text)?;
    served.start().await?;
    served.logs(&["the whole directory was read"]).await?;
    let (first, second) = ("Violet tractor 7 onion mail", "Quiet lantern 8 harbour seven");

    let mut reset = served.begin("reset", &person.name).await?;
    served.pass(&mut reset, "text_mobile", mobile).await?;
    served.pass(&mut reset, "email", mail).await?;
    let set = served.act(&mut reset, "password", json!({"new_password": first})).await?;
    served.known(&mut reset).await?;
    ensure!(reset.step() == "done", "{set:?}");
    ensure!(reset.flow["done"]["old_password_may_work_until"].is_string(), "NTLM takes it for an hour: {}", reset.flow);
    ensure!(samba.kinit(&person, first).await?, "the new password is let in");
    ensure!(!samba.kinit(&person, START).await?, "and the old one is not");

    let mut change = served.begin("change", &format!("{}@ad.campus.example", person.name)).await?;
    served.act(&mut change, "proof", json!({"current_password": first})).await?;
    ensure!(change.step() == "set_password", "{}", change.flow);
    let written = json!({"new_password": second, "current_password": first});
    let done = served.act(&mut change, "password", written).await?;
    served.known(&mut change).await?;
    // Some domains do not let a password change again so soon; that is said, and nothing was written.
    let too_soon = done.body["refusals"].to_string().contains("too_soon");
    ensure!(change.step() == "done" || too_soon, "{done:?}");
    let now = if too_soon { first } else { second };
    ensure!(samba.kinit(&person, now).await?, "{done:?}");
    Ok(())
}

#[tokio::test]
async fn check_says_which_part_of_the_configuration_is_wrong_and_serve_refuses_what_can_never_work() -> Result<()> {
    // PW-06, PW-07
    let slapd = Slapd::start(Right::Manage).await?;
    let good = example("openldap.toml", &slapd)?;
    let served = Served::new(&good)?;
    let checked = |output: std::process::Output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap_or(-1), text)
    };
    let (code, said) = checked(served.run(&["check", "--connect"]).await?);
    ensure!(code == 0 && !said.contains("WRONG"), "{said}");
    ensure!(said.contains("directory campus: LDAP, written by modify; what came of every write is known"), "{said}");
    let wrong_authority = slapd.file("selfsigned.pem").display().to_string();
    let authority = slapd.file("ca.pem").display().to_string();
    let file = slapd.file("wrong-secret");
    std::fs::write(&file, "not this one\n")?;
    private(&file)?;
    let secret = slapd.file("secret").display().to_string();
    for (theirs, ours, about, starts) in [
        ("bases = [\"ou=people,", "bases = [\"ou=nobody,", "base", false),
        ("marker = \"latchkeyMarker\"", "marker = \"noSuchMarker\"", "marker", false),
        (SERVICE, "cn=nobody,ou=services,dc=campus,dc=example", "bind account", true),
        (&secret, &file.display().to_string(), "bind account", true),
        (&authority, &wrong_authority, "certificate", true),
    ] {
        ensure!(good.contains(theirs), "{theirs}");
        let mut other = Served::new(&good.replace(theirs, ours))?;
        let (code, said) = checked(other.run(&["check", "--connect"]).await?);
        let line = said.lines().find(|line| line.contains("WRONG")).unwrap_or_default();
        ensure!(code == 3 && line.contains(about), "{ours}: {said}");
        let started = other.start().await;
        ensure!(started.is_ok() == starts, "{ours}: {started:?}");
        if let Err(error) = started {
            ensure!(format!("{error:#}").contains(about), "{error:#}");
        }
    }
    Ok(())
}

fn private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?)
}

#[tokio::test]
async fn a_server_starts_and_takes_first_proofs_while_its_directory_is_away_and_goes_on_when_it_is_back() -> Result<()>
{
    // EN-05, R05, R06
    let mut slapd = Slapd::start(Right::Manage).await?;
    let mut served = served("openldap.toml", &slapd).await?;
    slapd.stop().await?;
    served.stop().await?;
    served.start().await?;
    let mut reset = served.through("reset", "ada", MOBILE, MAIL).await?;
    let away = served.act(&mut reset, "password", json!({"new_password": NEW})).await?;
    ensure!(away.status == 503 && reset.step() == "set_password", "{away:?}");
    slapd.resume().await?;
    wait::until("the directory is asked again", wait::PATIENCE, async || {
        served.act(&mut reset, "password", json!({"new_password": NEW})).await?;
        Ok((reset.step() == "done").then_some(()))
    })
    .await?;
    ensure!(slapd.refuses("ada", NEW).await?.is_none());
    Ok(())
}

#[tokio::test]
async fn the_password_of_the_service_account_is_replaced_without_a_restart() -> Result<()> {
    let slapd = Slapd::start(Right::Manage).await?;
    let mut served = served("openldap.toml", &slapd).await?;
    let new = "another-service-secret-52";
    // Whoever sets a password for another has it chosen again, unless they say otherwise.
    let ldif = format!(
        "dn: {SERVICE}\nchangetype: modify\nreplace: userPassword\nuserPassword: {new}\n-\nreplace: pwdReset\npwdReset: FALSE\n"
    );
    slapd.change(&ldif).await?;
    std::fs::write(slapd.file("secret"), format!("{new}\n"))?;
    // What was signed in before ends with the connection.
    let mut reset = served.through("reset", "ada", MOBILE, MAIL).await?;
    served.act(&mut reset, "password", json!({"new_password": NEW})).await?;
    served.known(&mut reset).await?;
    ensure!(reset.step() == "done", "{}", reset.flow);
    let checked = served.run(&["check", "--connect"]).await?;
    ensure!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    Ok(())
}

/// How many people a large campus has.
const MANY: usize = 100_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: cargo xtask test --long reading"]
async fn long_reading_of_a_hundred_thousand_people_beside_people_who_begin() -> Result<()> {
    let slapd = Slapd::start_with(&Setup { more_people: MANY, ..Setup::new(Right::Manage) }).await?;
    let mut served = Served::new(&example("openldap.toml", &slapd)?)?;
    let whole = Stopwatch::start();
    served.start().await?;
    println!("figure: seconds until it serves = {:.1}", whole.elapsed().as_secs_f64());
    let mut took = Vec::new();
    while !served.log()?.contains("the whole directory was read") {
        ensure!(whole.elapsed().as_secs() < 1_200, "{}", served.log()?);
        let one = Stopwatch::start();
        served.begin("reset", "nobody.at.all").await?;
        took.push(one.elapsed().as_secs_f64());
    }
    let seconds = whole.elapsed().as_secs_f64();
    took.sort_by(f64::total_cmp);
    let at = |share: usize| took.get((took.len() * share / 100).min(took.len().saturating_sub(1))).copied();
    let (median, slow) = (at(50).unwrap_or_default(), at(95).unwrap_or_default());
    println!("figure: people read = {MANY}");
    println!("figure: seconds until all were read = {seconds:.0}");
    println!("figure: resets begun beside it = {}", took.len());
    println!("figure: seconds for a beginning, median = {median:.3}");
    println!("figure: seconds for a beginning, 95th percentile = {slow:.3}");
    ensure!(slow < 1.0 && took.len() > 10, "{slow} s at the 95th percentile of {}", took.len());
    let checked = served.run(&["check"]).await?;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    ensure!(said.contains(&format!("{} people, last read", MANY + 3)), "{said}");
    Ok(())
}
